"""What the values of a sheet do not show: hidden rows, merged cells, formulas without a value.

A reader of values in one pass (openpyxl, read-only) does not report these, and it drops rows and
cells that are out of order. So the XML of the sheet is parsed once ahead of it, for these marks,
and a sheet whose rows or cells are not in order is refused.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import IO, Final
from xml.parsers import expat

from openpyxl.xml.constants import SHEET_MAIN_NS

from netkg.errors import InputError

__all__ = ["BROKEN", "Survey", "survey_sheet"]

# What a part of a broken workbook raises when it is decompressed and parsed.
BROKEN: Final = (
    *(expat.ExpatError, OSError, EOFError, KeyError, RuntimeError, ValueError),
    *(zipfile.BadZipFile, zlib.error),
)

_CELL: Final = re.compile(r"([A-Z]{1,4})([0-9]{1,9})")
# More cells with one of these marks than this are not listed one by one.
_MOST: Final = 100_000
# What a spreadsheet can have.
_ROWS, _COLUMNS = 1_048_576, 16_384


@dataclass(slots=True)
class Survey:
    """The marks of one sheet.

    ``hidden_rows`` is the number of rows below the header that are hidden, ``hidden_columns``
    pairs of first and last column (counted from 0). ``merged`` are ranges as (first row, last row,
    first column, last column). ``unstored`` are the rows and columns of formulas whose result the
    file does not contain.
    """

    hidden_rows: int = 0
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    unstored: dict[int, set[int]] = field(default_factory=dict)


def survey_sheet(
    stream: IO[bytes], name: str, *, header: int = 1, is_stale: bool = False
) -> Survey:
    """Parse the XML of a sheet for its marks.

    ``is_stale`` says that the results of formulas in the file are not those of its values.

    Raises:
        InputError: if it is not well-formed, has too many of them, or has rows or cells twice or
            out of order.
    """
    reader = _Reader(name, header, is_stale=is_stale)
    parser = expat.ParserCreate(namespace_separator="}")
    parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
    reader.parser = parser
    parser.EntityDeclHandler = reader.refuse_entity
    try:
        parser.ParseFile(stream)
    except BROKEN as error:
        raise InputError(f"is not a valid sheet: {error}", source=name) from None
    return reader.found


class _Reader:
    def __init__(self, name: str, header: int, *, is_stale: bool) -> None:
        self.found = Survey()
        self.parser: expat.XMLParserType | None = None
        self._name = name
        self._header = header
        self._is_stale = is_stale
        self._row = 0
        self._column = -1
        self._kind = ""
        self._is_formula = self._has_value = False
        self._marks = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        space, _, tag = tag.rpartition("}")
        if space != SHEET_MAIN_NS:
            self._check_kind(tag)
        elif tag == "c":
            self._start_cell(attributes)
        elif tag == "v":
            if self._is_formula and self.parser:
                self.parser.CharacterDataHandler = self.text
        elif tag == "is":
            self._has_value = True
        elif tag == "f":
            self._is_formula = True
        elif tag == "row":
            self._start_row(attributes)
        elif tag == "col" and attributes.get("hidden") in ("1", "true"):
            first, last = attributes.get("min", ""), attributes.get("max", "")
            if _is_whole(first) and _is_whole(last):
                self.found.hidden_columns.append((int(first) - 1, int(last) - 1))
                self._count()
        elif tag == "mergeCell":
            ends = [_CELL.fullmatch(each) for each in attributes.get("ref", "").split(":")]
            if len(ends) == 2 and ends[0] and ends[1]:
                rows = int(ends[0][2]), int(ends[1][2])
                self.found.merged.append((*rows, _position(ends[0][1]), _position(ends[1][1])))
                self._count()

    def _check_kind(self, tag: str) -> None:
        if tag == "worksheet":
            raise InputError(
                "is a sheet of another kind, such as the strict variant of Office Open XML",
                source=self._name,
                hint="Save the workbook as an ordinary .xlsx with a spreadsheet program.",
            )

    def _start_row(self, attributes: dict[str, str]) -> None:
        number = attributes.get("r", "")
        before = self._row
        self._row = int(number) if _is_whole(number) else before + 1
        if (number and not _is_whole(number)) or self._row > _ROWS:
            self._refuse(f"has a row with the number {number[:20]!r}, which no row can have")
        if self._row <= before:
            self._refuse(f"has row {self._row} after row {before}")
        self._column = -1
        if attributes.get("hidden") in ("1", "true"):
            self.found.hidden_rows += self._row > self._header

    def _start_cell(self, attributes: dict[str, str]) -> None:
        self._is_formula = self._has_value = False
        self._kind = attributes.get("t", "")
        before, name = self._column, attributes.get("r", "")
        place = _CELL.fullmatch(name)
        if name and not (place and int(place[2]) == self._row):
            self._refuse(f"has the cell {name[:20]!r} in row {self._row}")
        self._column = _position(place[1]) if place else before + 1
        if self._column >= _COLUMNS:
            self._refuse(f"has more than {_COLUMNS:,} columns in row {self._row}")
        if self._column <= before:
            self._refuse(f"has cells twice or out of order in row {self._row}")

    def text(self, text: str) -> None:
        self._has_value |= not text.isspace()

    def end(self, tag: str) -> None:
        tag = tag.rpartition("}")[2]
        if tag == "v":
            if self.parser:
                self.parser.CharacterDataHandler = None
            # A formula can have the empty text as its result.
            self._has_value |= self._kind == "str"
        elif tag == "c" and self._is_formula and (self._is_stale or not self._has_value):
            self.found.unstored.setdefault(self._row, set()).add(self._column)
            self._count()

    def _refuse(self, problem: str) -> None:
        raise InputError(
            problem,
            source=self._name,
            expected="each row and cell once, in order",
            hint="Open the workbook in a spreadsheet program and save it again.",
        )

    def refuse_entity(self, *_: object) -> None:
        raise InputError("declares an XML entity, which a sheet never needs", source=self._name)

    def _count(self) -> None:
        self._marks += 1
        if self._marks > _MOST:
            raise InputError(
                f"has more than {_MOST:,} hidden columns, merged ranges and formulas"
                " without a stored result",
                source=self._name,
                hint="Save the sheet as CSV, and import that.",
            )


def _is_whole(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10


def _position(letters: str) -> int:
    position = 0
    for letter in letters:
        position = position * 26 + ord(letter) - ord("A") + 1
    return position - 1
