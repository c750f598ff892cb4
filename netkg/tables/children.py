"""The rows of child tables, by the case that they belong to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from netkg.ontology.schema import Schema
from netkg.tables.assembly import RowReader, Shared
from netkg.tables.built import Built, Fault, unusable_id
from netkg.tables.map_model import ChildTable, TableMap
from netkg.tables.open_tables import open_table
from netkg.tables.rows import Row, Table, cell_text, position
from netkg.tables.templates import Cells

__all__ = ["ChildRows", "open_children"]

_ID: Final = "id"


class ChildRows:
    """The rows of a child table that one part of a map reads, in memory by the id of their case.

    ``read`` is the number of all rows, and ``taken`` has the numbers of those that meet the
    conditions of this part.
    """

    def __init__(
        self,
        child: ChildTable,
        table: Table,
        schema: Schema,
        source: str,
        *,
        shared: Shared | None = None,
    ) -> None:
        shared = shared or Shared(schema)
        self.table = table
        self.read = 0
        self.taken: set[int] = set()
        # Rows without an id, which no case can get.
        self.faults: list[Fault] = []
        self._rows: dict[str, list[Row]] = {}
        self._seen: set[str] = set()
        self._template = Cells(child.case, table, source, child.line)
        self._reader = RowReader(
            table, [child.record], child.settings, schema, source, shared=shared
        )
        self._record = child.record.record
        self._parent = position(table, child.parent, source, child.line) if child.parent else -1
        wanted = [
            (
                Cells(each.header, table, source, each.line, via=each.via, tables=shared.tables),
                each.texts,
            )
            for each in child.where
        ]
        for row in table.rows:
            self.read += 1
            # Nothing is left out because of a cell that cannot be read.
            problem = row.fault or next(
                (fault for cells, _ in wanted if (fault := cells.fault(row))), ""
            )
            if not problem and not all(
                cells.text(row).casefold() in texts for cells, texts in wanted
            ):
                continue
            self.taken.add(row.number)
            # A row with a fault may lack the cells of the id.
            id_ = "" if row.fault else self._template.text(row)
            problem = problem or self._template.fault(row) or unusable_id(id_)
            if problem:
                self.faults.append(Fault(table.label, row.number, "", _ID, "", problem))
            else:
                self._rows.setdefault(id_, []).append(row)

    def add_to(self, built: Built) -> None:
        """Add the records of a case."""
        self._seen.add(built.id)
        for row in self._rows.get(built.id, ()):
            parent = cell_text(row.cells[self._parent]) if self._parent >= 0 else None
            if problem := row.faults.get(self._parent, ""):
                name = self.table.columns[self._parent]
                built.faults.append(
                    Fault(self.table.label, row.number, name, self._record, "", problem)
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
        for id_ in (each for each in self._rows if each not in self._seen):
            for row in self._rows[id_]:
                yield Fault(
                    *(self.table.label, row.number, self._template.headers[0], _ID, id_),
                    f"belongs to the case {id_!r}, which the table does not have",
                )


def open_children(
    table: Path, map: TableMap, schema: Schema, *, shared: Shared | None = None
) -> list[ChildRows]:
    """Open the child tables of a map, and read their rows.

    Raises:
        InputError: if one cannot be read, or lacks a column.
    """
    found = []
    shared = shared or Shared(schema)
    for child in map.children:
        opened = open_table(table.parent / child.file if child.file else table, child.settings)
        opened.file = child.file
        found.append(ChildRows(child, opened, schema, map.source, shared=shared))
    return found
