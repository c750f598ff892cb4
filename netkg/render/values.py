"""The values of a case as text for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

__all__ = ["shown"]

# Keys of a record whose values need no name.
_NAMING: Final = frozenset({"date", "id", "site", "status", "type"})


def shown(value: Any) -> str:
    """Return a value as text; a record as what names it, then the rest with its keys.

    >>> shown({"type": "MRIScan", "status": "completed", "result": "Positive"})
    'MRIScan, completed, result Positive'
    >>> shown(True), shown(12.0), shown(None), shown(["G1", "G2"])
    ('true', '12', 'nothing', 'G1, G2')
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
            shown(part) if key in _NAMING else f"{key} {shown(part)}"
            for key, part in value.items()
            if not key.startswith("@id")
        )
        return ", ".join(parts) or "nothing recorded"
    if isinstance(value, (list, tuple)):
        mark = "; " if any(isinstance(part, Mapping) for part in value) else ", "
        return mark.join(map(shown, value))
    return str(value)
