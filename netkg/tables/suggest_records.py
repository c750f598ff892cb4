"""The records of a first map: metastases, measurements and events of each row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import pyoxigraph as ox

from netkg.namespaces import local_name
from netkg.ontology.schema import netkg
from netkg.tables.lookup import TRUTH
from netkg.tables.map_fields import RECORDS
from netkg.tables.map_model import OPEN
from netkg.tables.map_text import entry_lines, quoted, remark
from netkg.tables.suggest_fields import FieldWriter
from netkg.tables.table_columns import MISSING, TableColumn, looks_like_a_date, stem_of

__all__ = ["RecordWriter"]


class RecordWriter:
    """Writer of records; what it maps and leaves open is counted by the writer of fields."""

    def __init__(self, fields: FieldWriter) -> None:
        self._fields = fields
        self._schema = fields.schema
        self._lookups = fields.lookups

    def metastases(self, columns: Iterable[TableColumn]) -> Iterator[str]:
        """Yield a record for each column about a site of metastases."""
        for column in columns:
            self._fields.mapped += 1
            yield "  - record: metastases"
            yield f"    set: {{site: {column.meaning.type}}}"
            yield from self._when(column)

    def _when(self, column: TableColumn) -> Iterator[str]:
        """Yield the condition of a record: the texts that mean yes and no."""
        yes: list[str] = []
        no: list[str] = []
        rest: list[str] = []
        for text in column.texts:
            names = self._lookups.names(text, TRUTH).names
            (yes if names == ("true",) else no if names == ("false",) else rest).append(text)
        unknown = sorted(text for text in rest if text.casefold() in MISSING)
        rest = [text for text in rest if text.casefold() not in MISSING]
        note = ""
        if rest:
            self._fields.open += 1
            yes.append(OPEN)
            note = f"  # which of {remark(', '.join(map(quoted, rest[:10])))} mean yes?"
        listed = [", ".join(map(quoted, sorted(texts))) for texts in (yes or ["yes"], no or ["no"])]
        words = f", unknown: [{', '.join(map(quoted, unknown))}]" if unknown else ""
        yield (
            f"    when: {{column: {quoted(column.header)}, is: [{listed[0]}],"
            f" not: [{listed[1]}]{words}}}{note}"
        )

    def groups(self, groups: Mapping[tuple[str, str], list[TableColumn]]) -> Iterator[str]:
        """Yield the records; groups of columns that differ in a number only are one record."""
        shapes: dict[tuple[str, ...], list[str]] = {}
        for (name, number), columns in groups.items():
            stems = (stem_of(each.header)[0] if number else each.header for each in columns)
            shapes.setdefault((name, *stems), []).append(number)
        for (name, *_), numbers in shapes.items():
            columns = groups[name, numbers[0]]
            repeat = len(numbers) > 1
            if repeat:
                for each in columns:
                    each.header = stem_of(each.header)[0]
                self._fields.mapped += len(columns) * (len(numbers) - 1)
            lines = self._record(name, columns) if name in RECORDS else self._event(name, columns)
            for at, line in enumerate(lines):
                yield line
                if repeat and at == 0:
                    yield f"    repeat: [{', '.join(numbers)}]"

    def _record(self, path: str, columns: list[TableColumn]) -> Iterator[str]:
        """Yield a record whose columns are named after its fields."""
        yield f"  - record: {path}"
        fields = {each.meaning.path.rpartition(".")[2]: each for each in columns}
        lead = next((each for name, each in fields.items() if name != "date"), None)
        if path == "events":
            self._fields.open += 1
            yield f'    set: {{status: "{OPEN}"}}  # planned, active, completed or stopped?'
        if lead is None:
            self._fields.open += 1
            yield f'    when: "{OPEN}"  # the column with the value that the date belongs to'
        else:
            yield f"    when: {quoted(lead.header)}"
        yield "    columns:"
        for name, column in fields.items():
            entry = self._fields.entry(column, f"{path}.{name}", "")
            entry.body = entry.body.replace(f"{path}.", "")
            yield from entry_lines([entry], "      ")

    def _event(self, type_: str, columns: list[TableColumn]) -> Iterator[str]:
        roles: dict[str, TableColumn] = {}
        for column in columns:
            roles.setdefault(self._role(column, roles), column)
        self._fields.mapped += len(columns)
        continuing = any(
            self._schema.text(each, netkg("isContinuing")) == "true"
            for each in self._schema.superclasses(netkg(type_))
        )
        status, note = "completed", "  # a test or procedure in the past: check"
        if continuing:
            status, note = OPEN, "  # active, completed or stopped?"
            self._fields.open += 1
        yield "  - record: events"
        name = type_
        if narrower := self._too_wide(type_):
            # Recorded as the wider class, it would accomplish no action of the guideline.
            name, note = f'"{OPEN}"', f"  # a kind of {type_}, such as {', '.join(narrower)}"
            self._fields.open += 1
        yield f"    set: {{type: {name}, status: {quoted(status)}}}{note}"
        lead = next(
            (roles[each] for each in ("when", "value", "result", "date") if each in roles),
            columns[0],
        )
        if roles.get("when") is lead:
            yield from self._when(lead)
        else:
            yield f"    when: {quoted(lead.header)}"
        fields = {"date": "date", "value": "value", "limit": "upperReferenceLimit"}
        fields |= {"result": "result", "outcome": "outcome"}
        lines = []
        for role, column in roles.items():
            if role in fields:
                self._fields.mapped -= 1
                entry = self._fields.entry(column, f"events.{fields[role]}", "")
                entry.body = entry.body.replace("events.", "")
                lines += entry_lines([entry], "      ")
        if lines:
            yield "    columns:"
            yield from lines

    def _too_wide(self, type_: str) -> list[str]:
        """Return the actions below a class that is neither an action nor below one."""
        store, above = self._schema.store, self._schema.superclasses
        actions = {quad.object for quad in store.quads_for_pattern(None, netkg("action"), None)}
        if actions & above(netkg(type_)):
            return []
        return sorted(
            local_name(each.value)
            for each in actions
            if isinstance(each, ox.NamedNode) and netkg(type_) in above(each)
        )[:4]

    def _role(self, column: TableColumn, roles: Mapping[str, TableColumn]) -> str:
        """Return what a column says of its event: by its header, else by its values."""
        if column.meaning.part:
            return column.meaning.part
        texts = column.said
        if texts and all(self._lookups.names(text, TRUTH).names for text in texts):
            return "when"
        if texts and all(looks_like_a_date(text) for text in texts):
            return "date"
        if texts and all(self._fields.is_number(text) for text in texts):
            return "value"
        return "result" if "result" not in roles else "other"
