"""What every reader of a table yields: named columns, numbered rows, and notes on the table."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from netkg.errors import InputError
from netkg.suggestions import closest, did_you_mean, listed

__all__ = [
    "ERRORS",
    "Row",
    "Table",
    "cell_text",
    "column_letter",
    "column_names",
    "is_blank",
    "position",
]

# What a spreadsheet shows in place of the result of a formula.
ERRORS: Final = frozenset(
    (
        *("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#GETTING_DATA"),
        *("#SPILL!", "#CALC!", "#FIELD!", "#BLOCKED!", "#CONNECT!", "#BUSY!", "#UNKNOWN!"),
        *("#EXTERNAL!", "#PYTHON!", "#TIMEOUT!"),
    )
)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: its number as a spreadsheet shows it, and a cell for each column.

    A cell is a text, a number, a boolean, a date or None. ``fault`` says why the row cannot be
    read, and ``faults`` the same for single cells, by the position of their column.
    """

    number: int
    cells: Sequence[Any]
    fault: str = ""
    faults: dict[int, str] = field(default_factory=dict)


@dataclass(slots=True)
class Table:
    """A table that is open: its columns, and its rows, which can be read once.

    ``source`` is the file, ``sheet`` the name of the sheet (empty if there are no sheets).
    ``notes`` are remarks for people, complete when all rows have been read. ``file`` is the name
    of a file that is not the table of cases itself, as the map writes it.
    """

    source: str
    sheet: str
    columns: tuple[str, ...]
    rows: Iterator[Row]
    notes: list[str] = field(default_factory=list)
    file: str = ""

    @property
    def label(self) -> str:
        """The sheet of a finding: another file is named before its sheet."""
        return ", ".join(filter(None, (self.file, self.sheet)))

    @property
    def place(self) -> str:
        """The file and the sheet, for messages."""
        return f"{self.source}, sheet {self.sheet}" if self.sheet else self.source


def column_letter(position: int) -> str:
    """Return the letters of the column at a position, counted from 0.

    >>> [column_letter(each) for each in (0, 25, 26, 701, 702)]
    ['A', 'Z', 'AA', 'ZZ', 'AAA']
    """
    letters, position = "", position + 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def column_names(header: Iterable[Any], place: str) -> tuple[str, ...]:
    """Return the name of each column: its header, made unique.

    A column without a header is named by its letter, and a repeated header gets a number.

    >>> column_names(["ID", "Size", None, "Size "], "")
    ('ID', 'Size', 'column C', 'Size (2)')

    Raises:
        InputError: if no column has a header.
    """
    texts = ["" if each is None else " ".join(str(each).split()) for each in header]
    while texts and not texts[-1]:
        texts.pop()
    if not texts:
        raise InputError(
            "has no header",
            source=place,
            expected="the names of the columns in one row",
            hint="If they are not in the first row, say in which: table: {header: 3}.",
        )
    named = [text or f"column {column_letter(at)}" for at, text in enumerate(texts)]
    counts, used, names = Counter[str](), set(named), list[str]()
    for name in named:
        counts[name] += 1
        unique = name
        while counts[name] > 1 and unique in used:
            unique = f"{name} ({counts[name]})"
            counts[name] += unique in used
        used.add(unique)
        names.append(unique)
    return tuple(names)


def is_blank(cells: Iterable[Any]) -> bool:
    """Return whether no cell has more than blanks.

    >>> is_blank([None, " "]), is_blank([0])
    (True, False)
    """
    return all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in cells)


def cell_text(value: Any) -> str:
    """Return a cell as the text that a spreadsheet shows: whole numbers without a fraction.

    >>> cell_text(12.0), cell_text(None), cell_text(True), cell_text(" a  b ")
    ('12', '', 'true', 'a b')
    """
    if isinstance(value, str):
        return " ".join(value.split())
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 10**15 else repr(value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, Decimal) and value.is_finite():
        return str(int(value)) if value == int(value) else f"{value:f}"
    return str(value)


def position(table: Table, header: str, source: str, line: int | None = None) -> int:
    """Return the position of a column.

    Raises:
        InputError: if the table does not have it.
    """
    name = " ".join(header.split())
    if name in table.columns:
        return table.columns.index(name)
    folded = [each.casefold() for each in table.columns]
    if folded.count(name.casefold()) == 1:
        return folded.index(name.casefold())
    raise InputError(
        f"{table.place} has no column {header!r}",
        source=source,
        line=line,
        hint=did_you_mean(closest(name, table.columns))
        or f"Its columns are {listed(table.columns)}.",
    )
