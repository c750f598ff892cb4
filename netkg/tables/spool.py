"""The findings of an import until they are written: a file with one per line, as JSON."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
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
    """Provide the name of a file that replaces the target when it is complete.

    Raises:
        InputError: if it cannot be written.
    """
    part = target.with_name(f".{target.name}.partial")
    try:
        yield part
        part.replace(target)
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror}", source=str(target)) from None
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
