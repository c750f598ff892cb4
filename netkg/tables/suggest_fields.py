"""The lines of a first map that say fields, with the texts that it must translate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from netkg.namespaces import XSD
from netkg.ontology.schema import Schema, netkg
from netkg.tables.lookup import TRUTH, Lookups
from netkg.tables.map_fields import RECORDS
from netkg.tables.map_model import OPEN
from netkg.tables.map_text import Entry, quoted
from netkg.tables.numbers import parse_quantity
from netkg.tables.table_columns import MISSING, TableColumn, separator_of

__all__ = ["FieldWriter"]

# How many different texts of a column are listed.
TEXTS: Final = 60
# Where a column has a plus, these mean minus.
SIGNS: Final = ("-", "--", "---")


class FieldWriter:
    """Writer of lines about fields. It counts what is mapped and open, and notes missing texts."""

    def __init__(self, schema: Schema, decimal: str) -> None:
        self.schema = schema
        self.lookups = Lookups(schema)
        self.missing: set[str] = set()
        self.mapped = self.open = 0
        self._decimal = decimal

    def field(self, path: str) -> Any:
        """Return the field at a path, None if the path is not that of one."""
        record, _, name = path.rpartition(".")
        return self.schema.fields[RECORDS.get(record, "Case")].get(name)

    def _words(self, path: str) -> Mapping[str, tuple[str, ...]]:
        if path == "events.type":
            return self.schema.words(self.schema.event_types)
        field_ = self.field(path)
        if field_ is None:
            return {}
        if field_.range == XSD + "boolean":
            return TRUTH
        return self.schema.words(self.schema.values.get(field_.range, ()))

    def by_values(self, column: TableColumn, used: set[str]) -> str:
        """Return the field whose values the texts are, if it is the only one."""
        texts = column.said
        if len(texts) < 2 or len(texts) > TEXTS:
            return ""
        found = []
        for record, path in (("Case", ""), ("Tumor", "tumors")):
            for name, each in self.schema.fields[record].items():
                place = f"{path}.{name}".strip(".")
                if each.range not in self.schema.values or place in used:
                    continue
                words = self._words(place)
                if all(self.lookups.names(text, words).names for text in texts):
                    found.append(place)
        return found[0] if len(found) == 1 else ""

    def entry(self, column: TableColumn, path: str, comment: str) -> Entry:
        """Return the line for a column that says a field."""
        self.mapped += 1
        body: dict[str, str] = {"field": path}
        field_ = self.field(path)
        if field_ is not None and field_.range == XSD + "decimal":
            unit = column.meaning.unit
            target = self.schema.text(netkg(field_.name), netkg("unitOfValues"))
            if unit and (target or path == "events.value") and unit != target:
                body["unit"] = unit
            if bad := sum(not self.is_number(text) for text in column.said):
                comment = comment or f"{bad} texts are not numbers"
        separator = separator_of(column) if field_ is not None and not field_.single else ""
        if separator:
            body["separator"] = separator
        if not (column.variable and column.variable.choice):
            values = self._values(column, path, separator)
        else:
            words = self._words(path)
            name = next(iter(self.lookups.names(column.variable.choice, words).names), OPEN)
            values = [("1", name, ""), ("0", "null", "")]
            self.open += name == OPEN
        if len(body) == 1 and not values:
            return Entry(column.header, path, comment)
        text = ", ".join(f"{key}: {quoted(value)}" for key, value in body.items())
        return Entry(column.header, text, comment, values)

    def _values(
        self, column: TableColumn, path: str, separator: str = ""
    ) -> list[tuple[str, str, str]]:
        """Return the texts that the map must translate, each with the name and a comment."""
        words = self._words(path)
        if not words:
            self._note_missing(column, path)
            return []
        texts = dict.fromkeys(
            part.strip()
            for text in column.texts
            for part in (text.split(separator) if separator else (text,))
            if part.strip()
        )
        choices = column.variable.choices if column.variable else {}
        has_plus = any(text.startswith("+") for text in texts)
        values = []
        for text in texts:
            label = choices.get(text, text)
            found = self.lookups.names(label, words)
            if found.names and label == text:
                continue
            if found.names:
                values.append((text, found.names[0], label))
                continue
            if label.casefold() in MISSING and not (label in SIGNS and has_plus):
                if label == text:
                    self.missing.add(text.casefold())
                else:
                    values.append((text, "null", label))
                continue
            nearest = self.lookups.nearest(label, words)
            said = f"{label}: " if label != text else ""
            values.append((text, OPEN, f"{said}{', '.join(nearest) or 'no similar value'}"))
            self.open += 1
        return sorted(values) if len(values) <= TEXTS else sorted(values)[:TEXTS]

    def _note_missing(self, column: TableColumn, path: str) -> None:
        field_ = self.field(path)
        if field_ is not None and field_.range in (XSD + "decimal", XSD + "date"):
            self.missing |= {t.casefold() for t in column.texts if t.casefold() in MISSING}

    def is_number(self, text: str) -> bool:
        """Return whether a text is a number or a range, with either sign of fractions."""
        return parse_quantity(text, self._decimal) is not None or parse_quantity(text) is not None
