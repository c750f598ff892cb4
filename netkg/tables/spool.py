"""The findings of an import until they are written: a file with one per line, as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from netkg.ontology.text_files import unreadable

__all__ = ["read_findings"]


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
