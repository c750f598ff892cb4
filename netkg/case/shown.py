"""The values of a case as text for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from netkg.case.records import NAMING, in_order

__all__ = ["has_records", "is_empty", "shown"]


def shown(value: Any) -> str:
    """Return a value as text; a record as what names it, then the rest with its keys.

    >>> shown({"result": "Positive", "status": "completed", "type": "MRIScan"})
    'MRIScan, completed, result Positive'
    >>> shown(True), shown(12.0), shown(None), shown(["G1", "G2"])
    ('true', '12', 'nothing', 'G1, G2')
    >>> shown({"id": "t1", "measurements": [{"diameterMm": 14}, {"diameterMm": 16}]})
    't1, measurements (diameterMm 14; diameterMm 16)'
    """
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, Mapping):
        # The IRI of a record does not describe it.
        parts = (
            shown(part) if key in NAMING else f"{key} {_nested(part)}"
            for key, part in in_order(value).items()
            if not key.startswith("@id") and not is_empty(part)
        )
        return ", ".join(parts) or "nothing recorded"
    if isinstance(value, (list, tuple)):
        return ("; " if has_records(value) else ", ").join(map(shown, value))
    return str(value)


def _nested(value: Any) -> str:
    nested = isinstance(value, Mapping) or has_records(value)
    return f"({shown(value)})" if nested else shown(value)


def has_records(value: Any) -> bool:
    """Return whether a value is a list with records."""
    is_list = isinstance(value, (list, tuple))
    return is_list and any(isinstance(part, Mapping) for part in value)


def is_empty(value: Any) -> bool:
    """Return whether there is no value to show."""
    return value is None or value in ("", [], {})
