"""The rows of child tables, by the case that they belong to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from netkg.ontology.schema import Schema
from netkg.tables.assembly import Built, Cells, Fault, RowReader, unusable_id
from netkg.tables.map_model import ChildTable, TableMap
from netkg.tables.open_tables import open_table
from netkg.tables.rows import Row, Table, cell_text, position

__all__ = ["ChildRows", "open_children"]

_ID: Final = "id"


class ChildRows:
    """The rows of one child table: all are in memory, by the id of their case."""

    def __init__(self, child: ChildTable, table: Table, schema: Schema, source: str) -> None:
        self.table = table
        self.read = 0
        # What no case can get: rows without an id, and those that where leaves out.
        self.faults: list[Fault] = []
        self.left_out = 0
        self._rows: dict[str, list[Row]] = {}
        self._seen: set[str] = set()
        self._template = Cells(child.case, table, source, child.line)
        self._reader = RowReader(table, [child.record], child.settings, schema, source)
        self._parent = position(table, child.parent, source, child.line) if child.parent else -1
        self._record = child.record.record
        wanted = [
            (position(table, name, source, child.line), texts)
            for name, texts in child.where.items()
        ]
        for row in table.rows:
            self.read += 1
            # Nothing is left out because of a cell that cannot be read.
            problem = row.fault or next(
                (row.faults[at] for at, _ in wanted if at in row.faults), ""
            )
            if not problem and not all(
                cell_text(row.cells[at]).casefold() in texts for at, texts in wanted
            ):
                self.left_out += 1
                continue
            problem = problem or self._template.fault(row) or unusable_id(self._template.text(row))
            if problem:
                self.faults.append(Fault(table.sheet, row.number, "", "id", "", problem))
            else:
                self._rows.setdefault(self._template.text(row), []).append(row)

    def add_to(self, built: Built) -> None:
        """Add the records of a case."""
        self._seen.add(built.id)
        for row in self._rows.get(built.id, ()):
            parent = cell_text(row.cells[self._parent]) if self._parent >= 0 else ""
            if problem := row.faults.get(self._parent, ""):
                name = self.table.columns[self._parent]
                built.faults.append(
                    Fault(self.table.sheet, row.number, name, self._record, "", problem)
                )
                continue
            count = len(built.tree.get("events", ()))
            self._reader.read(row, built, parent)
            # What an event is about is its target.
            for event in built.tree.get("events", ())[count:]:
                if parent:
                    event.setdefault("target", parent)

    def orphans(self) -> Iterator[Fault]:
        """Yield a fault for each row that belongs to no row of the table of cases."""
        yield from self.faults
        for id_ in self._rows.keys() - self._seen:
            for row in self._rows[id_]:
                yield Fault(
                    *(self.table.sheet, row.number, self._template.headers[0], "id", id_),
                    f"belongs to the case {id_!r}, which the table does not have",
                )


def open_children(table: Path, map: TableMap, schema: Schema) -> list[ChildRows]:
    """Open the child tables of a map, and read their rows.

    Raises:
        InputError: if one cannot be read, or lacks a column.
    """
    found = []
    for child in map.children:
        path = table.parent / child.file if child.file else table
        found.append(ChildRows(child, open_table(path, child.settings), schema, map.source))
    return found
