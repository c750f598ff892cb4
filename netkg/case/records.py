"""The records of a case as plain objects, in one order of their keys.

What is shown of a record or compared with another must not depend on how it was written.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

__all__ = ["NAMING", "in_order"]

# The keys that name a record, in the order in which they are read; the others follow by name.
NAMING: Final = ("id", "type", "site", "status", "date")
_NAMING: Final = frozenset(NAMING)


def in_order(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record with its keys in the one order.

    >>> in_order({"result": "Positive", "date": "2026-01-15", "type": "MRIScan"})
    {'type': 'MRIScan', 'date': '2026-01-15', 'result': 'Positive'}
    """
    keys = [*(key for key in NAMING if key in record), *sorted(record.keys() - _NAMING)]
    return {key: record[key] for key in keys}
