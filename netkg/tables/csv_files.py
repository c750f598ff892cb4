"""Read CSV and TSV: any delimiter and encoding, one row at a time.

A row that cannot be read is a row with a fault, so that no row is lost.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import IO, Final

from netkg.errors import InputError
from netkg.limits import limits
from netkg.ontology.text_files import unreadable
from netkg.suggestions import listed
from netkg.tables.rows import Row, Table, column_letter, column_names, is_blank

__all__ = ["open_csv"]

_MARKS: Final = (
    *((b"\xff\xfe\0\0", "utf-32"), (b"\0\0\xfe\xff", "utf-32")),
    *((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")),
)
# Files that are something else, whatever their name says.
_OTHERS: Final = (
    (b"PK\x03\x04", "a workbook or another archive"),
    (b"\xd0\xcf\x11\xe0", "a workbook of an old format, or an encrypted one"),
    (b"PAR1", "a table of Parquet"),
    (b"\x1f\x8b", "a compressed file"),
    (b"%PDF", "a PDF"),
)
_ZEROS: Final = ([True, False, True, False], [False, True, False, True])
_MARK: Final = "\ufeff"
_SAMPLE: Final = 65_536
# As much text in a record as this many of the longest cells.
_FIELDS: Final = 16
# How many records the delimiter is guessed from.
_RECORDS: Final = 50
# The first line that Excel reads as the delimiter.
_SEP: Final = re.compile(r'"?sep=(?P<sign>.)"?[\r\n]*', re.IGNORECASE)
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
# How many rows a note names.
_NAMED: Final = 10


def open_csv(path: Path, *, delimiter: str = "", encoding: str = "", header: int = 1) -> Table:
    """Open a file of CSV or TSV; ``header`` is the row with the names of the columns.

    Raises:
        InputError: if it cannot be read.
    """
    encoding = _encoding(path, encoding)
    sep, guessed = _delimiter(path, encoding, header)
    records = _records(path, encoding, delimiter or sep or guessed, skipped=bool(sep))
    names: tuple[str, ...] = ()
    for number, cells, fault in records:
        if number == header:
            if fault:
                raise InputError(f"row {number} {fault}", source=str(path))
            names = column_names(cells, str(path))
            break
    else:
        raise InputError(
            f"has no row {header}", source=str(path), expected="the names of the columns there"
        )
    table = Table(str(path), "", names, iter(()))
    table.rows = _rows(records, table, delimiter or sep or guessed)
    return table


def _encoding(path: Path, encoding: str) -> str:
    """Return the encoding of a file: the one given, or the one that its start shows."""
    try:
        with path.open("rb") as file:
            start = file.read(4)
    except OSError as error:
        raise unreadable(error, str(path)) from None
    for mark, what in _OTHERS:
        if start.startswith(mark):
            raise InputError(
                f"is {what}, although its name ends in {path.suffix}",
                source=str(path),
                expected="text",
                hint="Rename the file, or save it again in the format of its name.",
            )
    if encoding:
        return encoding
    # Without a mark, UTF-16 has a zero in every other byte of plain text.
    if len(start) == 4 and [byte == 0 for byte in start] in _ZEROS:
        return "utf-16-be" if start[0] == 0 else "utf-16-le"
    return next((name for mark, name in _MARKS if start.startswith(mark)), "utf-8-sig")


def _delimiter(path: Path, encoding: str, header: int) -> tuple[str, str]:
    """Return the delimiter that the first line names for Excel, and the one that fits best.

    That is the one with which the most rows have as many cells as the header.
    """
    try:
        with path.open(encoding=encoding, errors="surrogateescape", newline="") as file:
            lines = _sample(file, header)
    except (OSError, UnicodeError, LookupError) as error:
        raise unreadable(error, str(path)) from None
    if found := _SEP.fullmatch(lines[0] if lines else ""):
        return found["sign"], ""
    if path.suffix.lower() in (".tsv", ".tab"):
        return "", "\t"
    return "", max(",;\t|", key=lambda each: _fit(lines, each, header))


def _sample(file: IO[str], header: int) -> list[str]:
    """Return the first lines of a file, as far as a guess needs them."""
    lines: list[str] = []
    size = 0
    while size < _SAMPLE * min(header, _RECORDS) and (line := file.readline(_SAMPLE)):
        size += len(line)
        lines.append(line if lines else line.removeprefix(_MARK))
    return lines


def _fit(lines: list[str], delimiter: str, header: int) -> tuple[float, int]:
    """Return the share of rows with as many cells as the header, and the number of cells.

    With one column only, a delimiter does not fit at all.
    """
    counts: list[int] = []
    with suppress(csv.Error):  # the reader of the rows reports it, with the row
        for number, cells in enumerate(csv.reader(lines, delimiter=delimiter), start=1):
            if number >= header and not is_blank(cells):
                counts.append(len(cells))
            if len(counts) > _RECORDS:
                break
    if not counts or counts[0] < 2:
        return 0, 0
    return sum(each == counts[0] for each in counts) / len(counts), counts[0]


class _Lines:
    """The lines of a file; more text in one record than a limit is refused."""

    def __init__(self, file: IO[str], most: int) -> None:
        self._file = file
        self._most = most
        self.size = 0

    def __iter__(self) -> Iterator[str]:
        start = _MARK
        while line := self._file.readline(self._most):
            # An encoding that is given leaves the mark in the text.
            line, start = line.removeprefix(start), ""
            self.size += len(line)
            if self.size >= self._most:
                raise _TooLongError
            yield line


class _TooLongError(Exception):
    """More text in one record than any row of a table has."""


def _records(
    path: Path, encoding: str, delimiter: str, *, skipped: bool
) -> Iterator[tuple[int, list[str], str]]:
    """Yield the number, the cells and the fault of each record; the first line can be skipped.

    Raises:
        InputError: if the rest of the file cannot be divided into records.
    """
    number = 0
    most = limits().text
    longest = max(most * 10, 1_000_000)
    try:
        # A byte that is not of the encoding stays visible, so that only its row is at fault.
        with path.open(encoding=encoding, errors="surrogateescape", newline="") as file:
            csv.field_size_limit(longest)
            lines = _Lines(file, _FIELDS * longest)
            texts = islice(lines, int(skipped), None)
            reader = csv.reader(texts, delimiter=delimiter, strict=True)
            while True:
                number += 1
                lines.size = 0
                try:
                    cells = next(reader)
                except StopIteration:
                    return
                yield number, cells, _fault(cells, encoding, most)
    except csv.Error as error:
        raise InputError(
            f"row {number} cannot be divided into cells: {error}",
            source=str(path),
            expected="quotation marks in pairs, and doubled within a quoted cell",
            hint="The delimiter and the encoding of the file can be said in the map, under table.",
        ) from None
    except _TooLongError:
        raise InputError(
            f"row {number} has more than {_FIELDS * longest:,} characters",
            source=str(path),
            expected="one row per line",
            hint="Check the line ends and the quotation marks of the file.",
        ) from None
    except (OSError, UnicodeError, LookupError) as error:
        raise unreadable(error, str(path)) from None


def _fault(cells: list[str], encoding: str, most: int) -> str:
    for at, cell in enumerate(cells):
        if len(cell) > most:
            return (
                f"has a cell of {len(cell):,} characters in column {column_letter(at)}, and at"
                f" most {most:,} are allowed"
            )
        if "\0" in cell:
            return (
                f"has a zero byte in column {column_letter(at)}. The file is damaged, or its"
                " encoding is another one, such as utf-16"
            )
        if not cell.isascii() and _SURROGATE.search(cell):
            name = "UTF-8" if encoding.startswith("utf-8") else encoding
            return (
                f"is not valid {name} in column {column_letter(at)}. Set the encoding in the map,"
                " for example table: {encoding: windows-1252}"
            )
    return ""


def _rows(
    records: Iterator[tuple[int, list[str], str]], table: Table, delimiter: str
) -> Iterator[Row]:
    width = len(table.columns)
    swallowed: list[int] = []
    for number, cells, fault in records:
        if is_blank(cells):
            continue
        if not fault and len(cells) > width and not is_blank(cells[width:]):
            fault = f"has {len(cells)} cells, but there are {width} columns"
        elif not fault and len(cells) < width:
            fault = f"has only {len(cells)} cells, but there are {width} columns"
        if any("\n" in cell or "\r" in cell for cell in cells) and _swallows(cells, delimiter):
            swallowed.append(number)
        yield Row(number, cells[:width], fault)
    if swallowed:
        named = listed(f"{each:,}" for each in swallowed[:_NAMED])
        more = f" and {len(swallowed) - _NAMED:,} more" if len(swallowed) > _NAMED else ""
        table.notes.append(
            f"A cell contains lines that look like rows of the table, in {named}{more}. Check the"
            " quotation marks there: after one that is missing, rows become part of a cell."
        )


def _swallows(cells: list[str], delimiter: str) -> bool:
    """Return whether a cell contains what could be whole rows of the table."""
    width = len(cells)
    for at, cell in enumerate(cells):
        _, *lines = cell.splitlines()
        if not lines:
            continue
        *whole, last = (line.count(delimiter) for line in lines)
        # The last line ends in the column in which the first began.
        if all(each == width - 1 for each in whole) and last == at and (whole or at):
            return True
    return False
