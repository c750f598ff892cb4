"""A first map of a table, from its headers and values.

What is certain is written; what is only likely has a comment; what is open has a question mark,
which the import refuses. Texts of cells are shown only where the map must say what they mean.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from netkg.ontology.schema import Schema
from netkg.tables.dictionary import Variable
from netkg.tables.map_model import OPEN, TableSettings
from netkg.tables.map_text import Entry, entry_lines, quoted, remark
from netkg.tables.open_tables import open_table
from netkg.tables.rows import Table
from netkg.tables.suggest_fields import FieldWriter
from netkg.tables.suggest_records import RecordWriter
from netkg.tables.table_columns import (
    REPEATED,
    TableColumn,
    date_formats,
    decimal_sign,
    kind_of,
    read_columns,
    split_morphology,
)

__all__ = ["Suggestion", "suggest"]

ID: Final = "id"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A first map: its text, and how many columns it maps, leaves open and ignores."""

    text: str
    mapped: int
    open: int
    ignored: int


def suggest(
    path: Path,
    schema: Schema,
    settings: TableSettings,
    *,
    dictionary: Mapping[str, Variable] | None = None,
    schema_file: str = "",
) -> Suggestion:
    """Return a first map of a table.

    ``dictionary`` says what the variables of an export of REDCap mean.

    Raises:
        InputError: if the table cannot be read.
    """
    table = open_table(path, settings)
    return _Suggester(table, schema, settings, dictionary or {}).write(schema_file)


class _Suggester:
    def __init__(
        self,
        table: Table,
        schema: Schema,
        settings: TableSettings,
        dictionary: Mapping[str, Variable],
    ) -> None:
        self._settings = settings
        self._table = table
        self._columns, self._rows = read_columns(table, schema, dictionary)
        self._morphology = split_morphology(self._columns)
        self._decimal = decimal_sign(self._columns)
        self._formats, self._unclear = date_formats(self._columns)
        self._fields = FieldWriter(schema, self._decimal)
        self._records = RecordWriter(self._fields)

    def write(self, schema_file: str) -> Suggestion:
        """Return the text of the map."""
        entries, groups, metastases, ignored = self._entries()
        records = [*self._records.metastases(metastases), *self._records.groups(groups)]
        lines = [f"# yaml-language-server: $schema={schema_file}"] if schema_file else []
        lines += [
            f"# A first map of {remark(Path(self._table.source).name)}, from its headers and"
            f" {self._rows:,} rows.",
            "# A question mark is open: write a field or a value in its place, or ignore.",
            *self._tableentry_lines(),
            *self._id_line(entries),
            "columns:",
            *entry_lines(entries, "  "),
        ]
        if records:
            lines += ["records:", *records]
        if ignored:
            lines += ["# Columns that are not read:", "ignore:"]
            lines += [f"  - {quoted(header)}" for header in ignored]
        return Suggestion(
            "\n".join(lines) + "\n", self._fields.mapped, self._fields.open, len(ignored)
        )

    def _tableentry_lines(self) -> Iterator[str]:
        yield "table:"
        if self._settings.sheet or self._table.sheet:
            yield f"  sheet: {quoted(self._settings.sheet or self._table.sheet)}"
        if self._settings.header != 1:
            yield f"  header: {self._settings.header}"
        if self._settings.encoding:
            yield f"  encoding: {quoted(self._settings.encoding)}"
        if self._fields.missing:
            listed = ", ".join(quoted(each) for each in sorted(self._fields.missing))
            yield f"  missing: [{listed}]  # texts that say nothing"
        if self._decimal != ".":
            yield f"  decimal: {quoted(self._decimal)}"
        formats = ", ".join(map(quoted, self._formats))
        note = ""
        if self._unclear:
            formats = f'"{OPEN}"'
            self._fields.open += 1
            note = "  # day or month first? For example dd/mm/yyyy"
        yield f"  dates: [{formats}]{note}"

    def _id_line(self, entries: Iterable[Entry]) -> Iterator[str]:
        if not any(entry.body == ID for entry in entries):
            self._fields.open += 1
            yield f'id: "{OPEN}"  # names of columns in braces, such as "{{Study}}-{{Number}}"'

    def _entries(
        self,
    ) -> tuple[list[Entry], dict[tuple[str, str], list[TableColumn]], list[TableColumn], list[str]]:
        entries: list[Entry] = []
        groups: dict[tuple[str, str], list[TableColumn]] = {}
        metastases: list[TableColumn] = []
        ignored: list[str] = []
        used: set[str] = set()
        for column in self._columns:
            meaning = column.meaning
            if not column.texts or meaning.kind == "other":
                ignored.append(column.header)
            elif meaning.kind == "event":
                groups.setdefault((meaning.type, column.number), []).append(column)
            elif meaning.kind == "metastasis":
                metastases.append(column)
            elif meaning.path.startswith(REPEATED):
                record = meaning.path.rpartition(".")[0]
                groups.setdefault((record, column.number), []).append(column)
            else:
                entry = self._entry(column, used)
                if entry.body:
                    entries.append(entry)
        return entries, groups, metastases, ignored

    def _entry(self, column: TableColumn, used: set[str]) -> Entry:
        """Return the line for a column of the case or of its tumor."""
        meaning = column.meaning
        if self._morphology and column in self._morphology:
            self._fields.mapped += 1
            first, second = self._morphology
            if column is second:
                return Entry(first.header, "")
            key = f"{{{first.header}}}/{{{second.header}}}"
            return Entry(key, "{codes: ICD-O-3}")
        if column.is_icd_o:
            self._fields.mapped += 1
            return Entry(column.header, "{codes: ICD-O-3}")
        if meaning.kind == "id" and ID not in used:
            repeated = column.texts.total() - len(column.texts)
            if repeated * 20 <= column.texts.total():
                used.add(ID)
                self._fields.mapped += 1
                note = f"{repeated:,} rows repeat an id, and will be rejected" if repeated else ""
                return Entry(column.header, ID, note)
            return Entry(column.header, "ignore", "its texts repeat, so that it is not an id alone")
        path, comment = meaning.path, "" if meaning.sure else "from a similar name: check"
        if meaning.kind in ("unknown", "id") or path in used:
            by_values = self._fields.by_values(column, used)
            if by_values:
                path, comment = by_values, "from its values: check"
            else:
                return self._open_entry(column)
        entry = self._fields.entry(column, path, comment)
        field_ = self._fields.field(path)
        if field_ is None or field_.single or path == "events.type":
            used.add(path)
        return entry

    def _open_entry(self, column: TableColumn) -> Entry:
        self._fields.open += 1
        nearest = column.meaning.nearest
        near = f"perhaps {' or '.join(nearest)}; " if nearest else ""
        return Entry(column.header, OPEN, f"{near}{kind_of(column)}")
