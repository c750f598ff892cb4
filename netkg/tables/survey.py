"""What the values of a sheet do not show: hidden rows, merged cells, formulas without a value.

A reader of values in one pass (openpyxl, read-only) does not report these. So the XML of the
sheet is parsed once ahead of it, for these marks only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import IO, Final
from xml.parsers import expat

from netkg.errors import InputError

__all__ = ["Survey", "survey_sheet"]

_CELL: Final = re.compile(r"([A-Z]+)([0-9]+)")
# More cells with one of these marks than this are not listed one by one.
_MOST: Final = 100_000


@dataclass(slots=True)
class Survey:
    """The marks of one sheet.

    ``hidden_rows`` are numbers of rows, ``hidden_columns`` pairs of first and last column
    (counted from 0). ``merged`` are ranges as (first row, last row, first column, last column).
    ``unstored`` are the rows and columns of formulas whose result the file does not contain.
    """

    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    unstored: dict[int, set[int]] = field(default_factory=dict)


def survey_sheet(stream: IO[bytes], name: str) -> Survey:
    """Parse the XML of a sheet for its marks.

    Raises:
        InputError: if it is not well-formed, or has too many of them.
    """
    reader = _Reader(name)
    parser = expat.ParserCreate(namespace_separator="}")
    parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
    parser.EntityDeclHandler = reader.refuse_entity
    try:
        parser.ParseFile(stream)
    except (expat.ExpatError, OSError, EOFError) as error:
        raise InputError(f"is not a valid sheet: {error}", source=name) from None
    return reader.found


class _Reader:
    def __init__(self, name: str) -> None:
        self.found = Survey()
        self._name = name
        self._row = 0
        self._column = -1
        self._is_formula = self._has_value = False
        self._marks = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition("}")[2]
        if tag == "c":
            self._is_formula = self._has_value = False
            place = _CELL.fullmatch(attributes.get("r", ""))
            self._column = _position(place[1]) if place else self._column + 1
        elif tag in ("v", "is"):
            self._has_value = True
        elif tag == "f":
            self._is_formula = True
        elif tag == "row":
            number = attributes.get("r", "")
            self._row = int(number) if number.isdecimal() else self._row + 1
            self._column = -1
            if attributes.get("hidden") in ("1", "true"):
                self.found.hidden_rows.add(self._row)
                self._count()
        elif tag == "col" and attributes.get("hidden") in ("1", "true"):
            first, last = attributes.get("min", ""), attributes.get("max", "")
            if first.isdecimal() and last.isdecimal():
                self.found.hidden_columns.append((int(first) - 1, int(last) - 1))
        elif tag == "mergeCell":
            ends = [_CELL.fullmatch(each) for each in attributes.get("ref", "").split(":")]
            if len(ends) == 2 and ends[0] and ends[1]:
                rows = int(ends[0][2]), int(ends[1][2])
                self.found.merged.append((*rows, _position(ends[0][1]), _position(ends[1][1])))
                self._count()

    def end(self, tag: str) -> None:
        if tag.rpartition("}")[2] == "c" and self._is_formula and not self._has_value:
            self.found.unstored.setdefault(self._row, set()).add(self._column)
            self._count()

    def refuse_entity(self, *_: object) -> None:
        raise InputError("declares an XML entity, which a sheet never needs", source=self._name)

    def _count(self) -> None:
        self._marks += 1
        if self._marks > _MOST:
            raise InputError(
                f"has more than {_MOST:,} hidden rows, merged ranges and formulas without a"
                " stored result",
                source=self._name,
                hint="Save the sheet as CSV, and import that.",
            )


def _position(letters: str) -> int:
    position = 0
    for letter in letters[:4]:
        position = position * 26 + ord(letter) - ord("A") + 1
    return position - 1
