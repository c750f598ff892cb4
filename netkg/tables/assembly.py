"""A row and its child rows as one case, with the place of each value.

A row with a cell that cannot be read gives no case: a case without that value would be another
case, and its plan a wrong answer that looks right.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from netkg.namespaces import XSD
from netkg.ontology.schema import Schema
from netkg.suggestions import listed
from netkg.tables.attach import attach
from netkg.tables.built import Built, Children, Fault, Place, unusable_id
from netkg.tables.cells import CellReader, Said
from netkg.tables.lookup import TRUTH, Lookups
from netkg.tables.map_fields import RECORDS
from netkg.tables.map_model import RecordMap, TableMap, TableSettings
from netkg.tables.numbers import Units
from netkg.tables.open_tables import LookupTables
from netkg.tables.rows import Row, Table, cell_text, position
from netkg.tables.templates import Cells

__all__ = ["Assembler", "RowReader", "Shared"]

# What means that a record does not exist, if the map says only what means that it does.
_NO: Final = frozenset(("false", *TRUTH["false"]))


class Shared:
    """What the readers of several tables have in common; each file is read once."""

    def __init__(self, schema: Schema) -> None:
        self.lookups = Lookups(schema)
        self.units = Units()
        self.tables = LookupTables()


class _RecordReader:
    """Reader of one record of a row."""

    def __init__(
        self, map: RecordMap, table: Table, settings: TableSettings, shared: Shared, source: str
    ) -> None:
        lookups, units = shared.lookups, shared.units
        self.path = map.record
        self.fixed = map.fixed
        class_ = RECORDS.get(map.record, "Case")
        self._fields = lookups.schema.fields[class_]
        self._columns = [
            (
                Cells(
                    *(column.header, table, source, column.line),
                    via=column.via,
                    missing=settings.missing,
                    tables=shared.tables,
                ),
                CellReader(column, class_, settings, lookups, units, source),
            )
            for column in map.columns
        ]
        self._dates = {name for name, each in self._fields.items() if each.range == XSD + "date"}
        self._is_sure = map.is_sure or not map.record
        self._when = map.when
        self._when_at = position(table, map.when.header, source, map.when.line) if map.when else -1
        self._settings = settings
        self._table = table

    @property
    def headers(self) -> Iterator[str]:
        """The columns that it reads."""
        for cells, _ in self._columns:
            yield from cells.headers
        if self._when:
            yield self._table.columns[self._when_at]

    def read(
        self, row: Row, built: Built, found: dict[str, Any], places: list[tuple[str, Any, str]]
    ) -> bool:
        """Add the values of a record; return whether it exists."""
        if self._when and not self._exists(row, built):
            return False
        first: dict[str, str] = {}
        doubted = False
        ranges: list[tuple[str, CellReader, Said, Any]] = []
        for cells, reader in self._columns:
            read = cells.read(row)
            name, own = read.column, read.shown
            if read.fault:
                self._report(built, row, name, reader, Said(fault=read.fault), own)
                continue
            said = reader.read(read.value)
            if said.range is not None:
                ranges.append((name, reader, said, own))
            elif said.fault or said.doubt:
                self._report(built, row, name, reader, said, own)
            for key, each in said.facts:
                self._add(built, row, found, first, (key, each, name))
                places.append((key, each, name))
        for name, reader, said, own in ranges:
            assert said.range is not None
            if result := reader.result_of(said.range, found):
                key, value = result
                said = replace(
                    said, doubt=f"is a range, and is recorded as {reader.label(value)} by its limit"
                )
                self._add(built, row, found, first, (key, value, name))
                places.append((key, value, name))
            else:
                doubted = True
            self._report(built, row, name, reader, said, own)
        if doubted and all(key in self._dates for key in found):
            # The date of a value that is left out says nothing by itself.
            return self._is_sure
        return bool(found) or bool(self._when) or self._is_sure

    def _add(
        self,
        built: Built,
        row: Row,
        found: dict[str, Any],
        first: dict[str, str],
        fact: tuple[str, Any, str],
    ) -> None:
        """Add a value; a field with one value must not get another from a second column."""
        key, value, column = fact
        known = self._fields.get(key)
        if known is not None and not known.single:
            values = found.setdefault(key, [])
            if value not in values:
                values.append(value)
        elif key not in found:
            found[key], first[key] = value, column
        elif found[key] != value:
            other = first[key]
            built.faults.append(
                Fault(
                    self._table.label,
                    row.number,
                    column,
                    self._path(key),
                    cell_text(value),
                    f"contradicts column {other!r}, which says {found[key]!r}"
                    if other != column
                    else f"says two values of {key}",
                    expected="one value",
                )
            )

    def _exists(self, row: Row, built: Built) -> bool:
        """Return whether the record exists; a text that says neither is a fault."""
        when = self._when
        assert when is not None
        text = cell_text(row.cells[self._when_at]).casefold()
        if self._when_at in row.faults:
            self._fault(built, row, row.faults[self._when_at])
            return False
        if not text or not when.yes:
            return bool(text) and text not in self._settings.missing
        if text in when.yes:
            return True
        no = when.no or _NO
        if text in when.unknown or (text in self._settings.missing and text not in no):
            # In a case, an event or a metastasis that is not recorded counts as absent.
            self._fault(
                built,
                row,
                f"leaves open whether there is such a record, and the case has none in {self.path}",
                "yes or no",
                is_doubt=True,
            )
        elif text not in no:
            known = ", ".join(sorted(when.yes | no))
            self._fault(built, row, "does not say whether the record exists", f"one of {known}")
        return False

    def _fault(
        self, built: Built, row: Row, problem: str, expected: str = "", *, is_doubt: bool = False
    ) -> None:
        name = self._table.columns[self._when_at]
        found = cell_text(row.cells[self._when_at])
        built.faults.append(
            Fault(
                *(self._table.label, row.number, name, self.path, found),
                problem,
                expected,
                is_doubt=is_doubt,
            )
        )

    def _path(self, key: str) -> str:
        return f"{self.path}.{key}".lstrip(".").rstrip(".")

    def _report(
        self, built: Built, row: Row, name: str, reader: CellReader, said: Said, value: Any
    ) -> None:
        built.faults.append(
            Fault(
                self._table.label,
                row.number,
                name,
                self._path(reader.column.field),
                cell_text(value),
                said.fault or said.doubt,
                said.expected,
                said.hint,
                is_doubt=not said.fault,
            )
        )


class RowReader:
    """Reader of the records of one row of a table."""

    def __init__(
        self,
        table: Table,
        maps: Iterable[RecordMap],
        settings: TableSettings,
        schema: Schema,
        source: str,
        *,
        shared: Shared | None = None,
    ) -> None:
        shared = shared or Shared(schema)
        self.table = table
        self.readers = [_RecordReader(each, table, settings, shared, source) for each in maps]

    @property
    def headers(self) -> set[str]:
        """The columns that it reads."""
        return {header for reader in self.readers for header in reader.headers}

    def read(self, row: Row, built: Built, parent: str | None = None) -> None:
        """Add the records of a row to a case.

        ``parent`` is the id of the tumor that the row is about, empty for the only one, and None
        if the map does not name the column.
        """
        for reader in self.readers:
            found: dict[str, Any] = {}
            places: list[tuple[str, Any, str]] = []
            if not reader.read(row, built, found, places):
                continue
            sheet, number = self.table.label, row.number
            record = {**reader.fixed, **found}
            done = attach(built.tree, reader.path, record, parent)
            path = f"{reader.path}." if reader.path else ""
            if done.problem:
                column = next((name for key, _, name in places if key == done.key), "")
                value = cell_text(record[done.key]) if done.key else parent or ""
                field = f"{path}{done.key}" if done.key else reader.path
                built.faults.append(
                    Fault(
                        *(sheet, number, column, field, value, done.problem),
                        expected="one value" if done.key else "",
                        hint=done.hint,
                    )
                )
            built.places += [
                Place(done.focus, f"{path}{key}", value, sheet, number, column)
                for key, value, column in places
            ]


class Assembler:
    """Builder of cases from rows, with the child rows of each case.

    Raises:
        InputError: if the map names a column that a table does not have.
    """

    def __init__(
        self,
        table: Table,
        map: TableMap,
        schema: Schema,
        children: Sequence[Children] = (),
        *,
        shared: Shared | None = None,
    ) -> None:
        source = map.source
        self.table = table
        self._template = Cells(map.id, table, source)
        own = RecordMap("", map.columns, map.fixed)
        self._reader = RowReader(
            table, [own, *map.records], map.settings, schema, source, shared=shared
        )
        self._children = children
        for name in map.ignored:
            position(table, name, source)

    @property
    def headers(self) -> set[str]:
        """The columns that it reads."""
        return self._reader.headers | set(self._template.headers)

    def build(self, row: Row) -> Built:
        """Build the case of a row."""
        built = Built(row.number)
        if row.fault:
            built.faults.append(Fault(self.table.label, row.number, "", "", "", row.fault))
            return built
        built.id = self._template.text(row)
        problem = self._template.fault(row) or unusable_id(built.id)
        if problem:
            names = listed(self._template.headers)
            built.faults.append(
                Fault(
                    *(self.table.label, row.number, self._template.headers[0], "id", built.id),
                    problem,
                    expected=f"a value in {names}",
                )
            )
            built.id = ""
        built.tree["id"] = built.id
        self._reader.read(row, built)
        for child in self._children:
            child.add_to(built)
        return built
