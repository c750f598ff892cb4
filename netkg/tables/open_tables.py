"""Open a table by the name of its file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from netkg.errors import InputError
from netkg.suggestions import listed
from netkg.tables.csv_files import open_csv
from netkg.tables.map_model import Lookup, TableSettings
from netkg.tables.parquet import open_parquet
from netkg.tables.rows import Table, cell_text, position
from netkg.tables.workbooks import open_sheet

__all__ = ["LookupTables", "open_table"]

_TEXTS: Final = (".csv", ".tsv", ".tab", ".txt")
_WORKBOOKS: Final = (".xlsx", ".xlsm")


def open_table(path: Path, settings: TableSettings) -> Table:
    """Open a table of any kind.

    Raises:
        InputError: if it cannot be read, or is of another kind.
    """
    ending = path.suffix.lower()
    if not path.is_file():
        problem = "is not a file" if path.exists() else "does not exist"
        raise InputError(problem, source=str(path), expected="a table")
    if ending in _TEXTS:
        return open_csv(
            path,
            delimiter=settings.delimiter,
            encoding=settings.encoding,
            header=settings.header,
        )
    if ending in _WORKBOOKS:
        return open_sheet(path, sheet=settings.sheet, header=settings.header)
    if ending in (".parquet", ".pq"):
        return open_parquet(path)
    known = listed([*_TEXTS, *_WORKBOOKS, ".parquet"], "or")
    hint = "Save it as .xlsx with a spreadsheet program." if ending in (".xls", ".ods") else ""
    raise InputError(
        "is not a table that can be read",
        source=str(path),
        expected=f"a file ending in {known}",
        hint=hint,
    )


class LookupTables:
    """The texts that other files have for those of a column; each file is read once."""

    def __init__(self) -> None:
        self._read: dict[tuple[Path, str, str], Mapping[str, str]] = {}

    def read(self, lookup: Lookup, table: Table, source: str) -> Mapping[str, str]:
        """Return the values of a look-up by its keys.

        Raises:
            InputError: if the file cannot be read, lacks a column, or has two texts for one.
        """
        path = Path(table.source).parent / lookup.file
        place = (path, lookup.key, lookup.value)
        if place not in self._read:
            self._read[place] = _read_lookup(path, lookup, source)
        return self._read[place]


def _read_lookup(path: Path, lookup: Lookup, source: str) -> Mapping[str, str]:
    other = open_table(path, TableSettings())
    key, value = (position(other, name, source, lookup.line) for name in (lookup.key, lookup.value))
    found: dict[str, str] = {}
    for row in other.rows:
        problem = row.fault or row.faults.get(key, "") or row.faults.get(value, "")
        if problem:
            raise InputError(f"row {row.number} {problem}", source=str(path))
        name, text = (cell_text(row.cells[at]) for at in (key, value))
        if name and found.setdefault(name, text) != text:
            raise InputError(f"row {row.number} has another value for {name!r}", source=str(path))
    return found
