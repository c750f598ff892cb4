"""What is built from a row: a case, the place of each value, and what cannot be read."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from netkg.tables.rows import ERRORS

__all__ = ["Built", "Children", "Fault", "Place", "unusable_id"]


class Place(NamedTuple):
    """Where a value of a case is in the table.

    ``focus`` is the id of the tumor or metastasis that it belongs to, else empty; ``path`` is the
    path of the field; ``column`` is the name of the column, empty for a whole row.
    """

    focus: str
    path: str
    value: Any
    sheet: str
    row: int
    column: str


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a cell cannot be read, or what of it is left out (``is_doubt``)."""

    sheet: str
    row: int
    column: str
    field: str
    found: str
    problem: str
    expected: str = ""
    hint: str = ""
    is_doubt: bool = False


@dataclass(slots=True)
class Built:
    """What was built from a row: the case as a plain object, the places of its values, faults."""

    row: int
    id: str = ""
    tree: dict[str, Any] = field(default_factory=dict)
    places: list[Place] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    @property
    def is_rejected(self) -> bool:
        """Whether the row gives no case."""
        return any(not fault.is_doubt for fault in self.faults)


class Children(Protocol):
    """The rows of a child table, which add records to a case."""

    def add_to(self, built: Built) -> None:
        """Add the records of a case."""


def unusable_id(text: str) -> str:
    """Return why a text cannot be the id of a case, empty if it can.

    >>> unusable_id("P-1"), unusable_id(""), unusable_id("#REF!")
    ('', 'has no id of the case', 'is an error of a formula, and not an id')
    """
    if not text:
        return "has no id of the case"
    if text in ERRORS:
        return "is an error of a formula, and not an id"
    if any(unicodedata.category(char) in ("Cc", "Cf", "Cs") for char in text):
        return "has an id with a character that nobody sees, so that it may be another id"
    return ""
