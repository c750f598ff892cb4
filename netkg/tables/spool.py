"""The findings of an import until they are written: a file with one per line, as JSON."""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from typing import Any

from netkg.errors import InputError
from netkg.ontology.text_files import unreadable

__all__ = ["read_findings", "replaced"]


def read_findings(spool: Path) -> Iterator[dict[str, Any]]:
    """Yield the findings of a spool file, with the keys of a finding on a table.

    Raises:
        InputError: if it cannot be read.
    """
    try:
        with spool.open(encoding="utf-8", errors="surrogateescape") as file:
            for line in file:
                yield json.loads(line)
    except (OSError, ValueError) as error:
        raise unreadable(error, str(spool)) from None


@contextmanager
def replaced(target: Path) -> Iterator[Path]:
    """Provide an empty file that replaces the target when it is complete.

    If that fails or is interrupted, the target stays as it was.

    Raises:
        InputError: if it cannot be written.
    """
    # A link leads to the new content. Nobody can prepare a link with a name that is random.
    try:
        path = target.resolve()
        part = path.with_name(f".netkg-{token_hex(8)}.part")
        with part.open("xb"):
            pass
    except (OSError, RuntimeError) as error:
        raise _unwritable(error, target) from None
    try:
        yield part
        if path.exists():
            shutil.copymode(path, part)
        part.replace(path)
    except OSError as error:
        raise _unwritable(error, target) from None
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def _unwritable(error: Exception, target: Path) -> InputError:
    reason = getattr(error, "strerror", None) or error
    return InputError(
        f"cannot be written: {reason}",
        source=str(target),
        expected="a file that may be written, with enough space for it",
    )
