"""The form of a case as a JSON Schema and as columns of Parquet, from the ontology and the shapes.

The ontology gives the keys, their types and values; the shapes give what is required, and the
bounds of numbers. What depends on more than one value is not in them: validate the case.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import pyarrow as pa

from netkg.case.draft import EVENT, keys_of
from netkg.compiler.runtime import number
from netkg.compiler.shapes import Constraint, Shape
from netkg.namespaces import NETKG, XSD, local_name
from netkg.ontology.schema import Field, Schema, netkg

__all__ = ["case_columns", "case_json_schema", "columns_text"]

JSON = dict[str, Any]
_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_ID: Final = "https://w3id.org/netkg/schemas/case.json"
_TYPES: Final[Mapping[str, pa.DataType]] = {
    XSD + "boolean": pa.bool_(),
    XSD + "date": pa.date32(),
    XSD + "decimal": pa.float64(),
}
_JSON_TYPES: Final[Mapping[str, JSON]] = {
    XSD + "boolean": {"type": "boolean"},
    XSD + "date": {"type": "string", "format": "date"},
    XSD + "decimal": {"type": "number"},
}
_BOUNDS: Final = {
    **{"minInclusive": "minimum", "maxInclusive": "maximum"},
    **{"minExclusive": "exclusiveMinimum", "maxExclusive": "exclusiveMaximum"},
}
NAMED: Final = ("Case", "Tumor", "Metastasis")


# -- Parquet ------------------------------------------------------------------------------
def case_columns(schema: Schema) -> pa.Schema:
    """Return the columns of cases in Parquet: the keys of the case format, nested."""
    return pa.schema(_columns(schema, "Case"))


def _columns(schema: Schema, record: str) -> list[pa.Field]:
    own = [name for name in keys_of(schema, record) if name not in schema.fields[record]]
    found = [pa.field(name, pa.string()) for name in own]
    for name, field in schema.fields[record].items():
        below = field.range.removeprefix(NETKG)
        is_record = below in schema.fields
        type_ = pa.struct(_columns(schema, below)) if is_record else _TYPES.get(field.range)
        type_ = type_ or pa.string()
        found.append(pa.field(name, type_ if field.single else pa.list_(type_)))
    return found


def columns_text(fields: Iterable[pa.Field], indent: str = "") -> str:
    """Return columns as text: a line for each, and the fields of records below it."""
    lines = []
    for field in fields:
        type_, many = field.type, ""
        if pa.types.is_list(type_):
            type_, many = type_.value_type, "list of "
        if pa.types.is_struct(type_):
            below = [type_[number] for number in range(type_.num_fields)]
            lines.append(f"{indent}{field.name}: {many}records\n")
            lines.append(columns_text(below, f"{indent}    "))
        else:
            lines.append(f"{indent}{field.name}: {many}{type_}\n")
    return "".join(lines)


# -- JSON Schema --------------------------------------------------------------------------
def case_json_schema(schema: Schema, shapes: Iterable[Shape]) -> JSON:
    """Return the JSON Schema (draft 2020-12) of a case; ``shapes`` are those of cases."""
    constraints: dict[str, list[Constraint]] = {}
    for shape in shapes:
        for path in shape.path:
            constraints.setdefault(path, []).extend(shape.constraints)
    writer = _SchemaWriter(schema, constraints)
    head = {"$schema": _DIALECT, "$id": _ID, "title": "netkg case"}
    return head | writer.record("Case")


class _SchemaWriter:
    def __init__(self, schema: Schema, constraints: Mapping[str, list[Constraint]]) -> None:
        self._schema = schema
        self._constraints = constraints

    def record(self, record: str) -> JSON:
        """Return the schema of a record of a class."""
        properties: JSON = {}
        required = []
        if record in NAMED:
            properties["id"] = {"type": "string", "minLength": 1}
            required += ["id"] if record == "Case" else []
        if record == EVENT:
            properties["type"] = {"enum": sorted(self._schema.event_types)}
            required.append("type")
        for name, field in self._schema.fields[record].items():
            is_required = any(
                c.name == "minCount" and c.terms != ("0",) for c in self._of(NETKG + name)
            )
            required += [name] if is_required else []
            properties[name] = self._field(field, is_required=is_required)
        return {
            "type": "object",
            "description": self._schema.definition(record),
            "properties": properties,
            "required": required,
            # Keys that begin with @ belong to JSON-LD.
            "patternProperties": {"^@": {}},
            "additionalProperties": False,
        }

    def _of(self, property_: str) -> list[Constraint]:
        return self._constraints.get(property_, [])

    def _field(self, field: Field, *, is_required: bool) -> JSON:
        """Return the schema of a key: one value may be in place of a list; null is absent."""
        below = local_name(field.range)
        if field.range == NETKG + below and below in self._schema.fields:
            value = self.record(below)
        else:
            value = self._value(field)
        about = {"description": self._schema.label(netkg(field.name))}
        if field.single:
            return about | (value if is_required else {"anyOf": [value, {"type": "null"}]})
        many: JSON = {"type": "array", "items": value}
        if is_required:
            return about | {"anyOf": [many | {"minItems": 1}, value]}
        return about | {"anyOf": [many, value, {"type": "null"}]}

    def _value(self, field: Field) -> JSON:
        if values := self._schema.values.get(field.range):
            return {"enum": sorted(values)}
        found = dict(_JSON_TYPES.get(field.range, {"type": "string"}))
        for constraint in self._flat(NETKG + field.name):
            if constraint.name in _BOUNDS and found.get("type") == "number":
                limit = number(constraint.terms[0])
                found[_BOUNDS[constraint.name]] = float(limit) if limit is not None else None
        return found

    def _flat(self, property_: str) -> Iterable[Constraint]:
        """Yield the constraints of a property, and those of its alternatives."""
        for constraint in self._of(property_):
            yield constraint
            if constraint.name == "or":
                for shape in constraint.shapes:
                    yield from shape.constraints
