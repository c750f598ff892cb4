"""Read CSV and TSV: any delimiter and encoding, one row at a time.

A row that cannot be read is a row with a fault, so that no row is lost.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from netkg.errors import InputError
from netkg.limits import limits
from netkg.ontology.text_files import unreadable
from netkg.tables.rows import Row, Table, column_letter, column_names, is_blank

__all__ = ["open_csv"]

_MARKS: Final = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_SAMPLE: Final = 65_536


def open_csv(path: Path, *, delimiter: str = "", encoding: str = "", header: int = 1) -> Table:
    """Open a file of CSV or TSV; ``header`` is the row with the names of the columns.

    Raises:
        InputError: if it cannot be read.
    """
    encoding = encoding or _encoding(path)
    delimiter = delimiter or _delimiter(path, encoding)
    records = _records(path, encoding, delimiter)
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
    return Table(str(path), "", names, _rows(records, len(names)))


def _encoding(path: Path) -> str:
    try:
        with path.open("rb") as file:
            start = file.read(4)
    except OSError as error:
        raise unreadable(error, str(path)) from None
    return next((name for mark, name in _MARKS if start.startswith(mark)), "utf-8-sig")


def _delimiter(path: Path, encoding: str) -> str:
    """Return the delimiter that splits the first line into most columns."""
    if path.suffix.lower() in (".tsv", ".tab"):
        return "\t"
    try:
        with path.open(encoding=encoding, errors="surrogateescape", newline="") as file:
            line = file.readline(_SAMPLE)
    except (OSError, UnicodeError) as error:
        raise unreadable(error, str(path)) from None
    counts = {each: len(next(csv.reader([line], delimiter=each))) for each in ",;\t|"}
    return max(counts, key=lambda each: counts[each])


def _records(path: Path, encoding: str, delimiter: str) -> Iterator[tuple[int, list[str], str]]:
    """Yield the number, the cells and the fault of each record.

    Raises:
        InputError: if the rest of the file cannot be divided into records.
    """
    number = 0
    most = limits().text
    try:
        # A byte that is not of the encoding stays visible, so that only its row is at fault.
        with path.open(encoding=encoding, errors="surrogateescape", newline="") as file:
            csv.field_size_limit(max(most * 10, 1_000_000))
            reader = csv.reader(file, delimiter=delimiter, strict=True)
            while True:
                number += 1
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
    except (OSError, UnicodeError, LookupError) as error:
        raise unreadable(error, str(path)) from None


def _fault(cells: list[str], encoding: str, most: int) -> str:
    for at, cell in enumerate(cells):
        if len(cell) > most:
            return (
                f"has a cell of {len(cell):,} characters in column {column_letter(at)}, and at"
                f" most {most:,} are allowed"
            )
        if not cell.isascii() and any("\udc80" <= char <= "\udcff" for char in cell):
            name = "UTF-8" if encoding.startswith("utf-8") else encoding
            return (
                f"is not valid {name} in column {column_letter(at)}. Set the encoding in the map,"
                " for example table: {encoding: windows-1252}"
            )
    return ""


def _rows(records: Iterator[tuple[int, list[str], str]], width: int) -> Iterator[Row]:
    for number, cells, fault in records:
        if is_blank(cells):
            continue
        if not fault and len(cells) > width and not is_blank(cells[width:]):
            fault = f"has {len(cells)} cells, but there are {width} columns"
        elif not fault and len(cells) < width:
            fault = f"has only {len(cells)} cells, but there are {width} columns"
        yield Row(number, cells[:width], fault)
