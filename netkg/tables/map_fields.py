"""The names of fields and values that a map may have, each checked at its line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from netkg.namespaces import NETKG, XSD
from netkg.ontology.schema import Field, Schema
from netkg.suggestions import closest, did_you_mean, listed
from netkg.tables.map_model import ABSENT
from netkg.tables.map_nodes import Node

__all__ = ["IGNORED", "RECORDS", "FieldNames"]

# The paths of records, and the class of each.
RECORDS: Final = {
    "events": "ClinicalEvent",
    "metastases": "Metastasis",
    "tumors": "Tumor",
    "tumors.measurements": "Measurement",
}
# In place of a field: the column is not read.
IGNORED: Final = "ignore"


class FieldNames:
    """The names of fields and values of one ontology.

    Each method fails at a part of the map if a name is not known.
    """

    def __init__(self, schema: Schema) -> None:
        self._schema = schema

    def path(self, node: Node, path: str, class_: str) -> str:
        """Return the path of a field below a record, if there is such a field."""
        if path in (IGNORED, "id"):
            return path
        own = next((key for key, value in RECORDS.items() if value == class_), "")
        own_path = path.removeprefix(f"{own}.") if own else path
        record, _, name = own_path.rpartition(".")
        if record and (class_ != "Case" or record not in RECORDS):
            names = [f"{each}.{name}" for each in RECORDS]
            node.fail(f"{path!r} is not a field", hint=did_you_mean(closest(path, names)))
        of = RECORDS[record] if record else class_
        if not (name == "type" and of == "ClinicalEvent"):
            self.field(node, name, of)
        return own_path

    def field(self, node: Node, name: str, class_: str) -> Field:
        """Return the field of a record with a name."""
        fields = self._schema.fields[class_]
        below = {f"{NETKG}{each}" for each in self._schema.fields}
        if name not in fields or fields[name].range in below:
            every = [*self._paths(), *fields, IGNORED]
            hint = did_you_mean(closest(name, every)) or f"The fields are {listed(sorted(fields))}."
            node.fail(f"{name!r} is not a field", hint=hint)
        return fields[name]

    def _paths(self) -> list[str]:
        return [each.path for record in self._schema.fields.values() for each in record.values()]

    def names(self, node: Node, path: str, class_: str) -> tuple[str, ...]:
        """Return the names of the values that a text means."""
        texts = node.texts()
        if texts in ((), (ABSENT,)):
            return (ABSENT,)
        record, _, name = path.rpartition(".")
        of = RECORDS[record] if record else class_
        if name == "type" and of == "ClinicalEvent":
            allowed: frozenset[str] | None = self._schema.event_types
        else:
            field = self._schema.fields[of].get(name)
            allowed = self._schema.values.get(field.range) if field else None
            if field and field.range == XSD + "boolean":
                allowed = frozenset(("true", "false"))
        if allowed is None:
            return texts
        return tuple(self.name(node, text, allowed) for text in texts)

    def name(self, node: Node, text: str, allowed: Iterable[str]) -> str:
        """Return the name of a value that must be one of those allowed."""
        names = sorted(allowed)
        if text in names:
            return text
        hint = did_you_mean(closest(text, names)) or f"The values are {listed(names, 'or')}."
        return node.fail(f"{text!r} is not a value of the case format", hint=hint)
