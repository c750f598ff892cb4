"""The JSON Schema of a map, with which an editor completes and checks it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from netkg.namespaces import NETKG
from netkg.ontology.schema import Schema
from netkg.tables.lookup import CODE_RULES
from netkg.tables.map_fields import IGNORED, RECORDS
from netkg.tables.map_file import CASE, CHILD

__all__ = ["FILE", "map_json_schema"]

JSON = dict[str, Any]
FILE: Final = "netkg-map.schema.json"
_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_ID: Final = "https://w3id.org/netkg/schemas/map.json"
# YAML has numbers, dates and booleans where a map has texts.
_SCALAR: Final[JSON] = {"type": ["string", "number", "boolean", "null"]}
_TEXTS: Final[JSON] = {"anyOf": [_SCALAR, {"type": "array", "items": _SCALAR}]}


def map_json_schema(schema: Schema) -> JSON:
    """Return the JSON Schema (draft 2020-12) of a map, with the names of an ontology."""
    return _Writer(schema).document()


def _object(properties: JSON, *required: str, about: str = "") -> JSON:
    found: JSON = {"type": "object", "properties": properties, "additionalProperties": False}
    if required:
        found["required"] = list(required)
    return found | ({"description": about} if about else {})


_LOOKUP: Final[JSON] = _object(
    dict.fromkeys(("column", "file", "key", "value"), _SCALAR),
    *("file", "key", "value"),
    about="A file in which a text is looked up.",
)
_VIA: Final[JSON] = {"anyOf": [_LOOKUP, {"type": "array", "items": _LOOKUP}]}


class _Writer:
    def __init__(self, schema: Schema) -> None:
        self._schema = schema

    def document(self) -> JSON:
        """Return the whole schema."""
        record = _object(
            self._record()
            | {
                "repeat": _TEXTS
                | {"description": "The numbers of repeated columns; {n} in a name is the number."}
            },
            "record",
        )
        child = {
            name: value
            for name, value in (
                self._record()
                | {
                    "file": _about("The file, next to the table (default: the same workbook)."),
                    "table": {"$ref": "#/$defs/table"},
                    "case": _about("The column with the id of the case, or names in braces."),
                    "of": _about("The column with the id of the tumor or target."),
                    "columns": self._columns(self._fields(("Case", *RECORDS.values()))),
                    "record": {
                        "enum": [*RECORDS, CASE],
                        "description": "The record that a row is, or adds to.",
                    },
                    "where": {
                        "type": "object",
                        "additionalProperties": {
                            "anyOf": [*_TEXTS["anyOf"], _object({"is": _TEXTS, "via": _VIA}, "is")]
                        },
                        "description": "The columns and texts that a row must have to be read.",
                    },
                }
            ).items()
            if name in CHILD
        }
        top = {
            "table": {"$ref": "#/$defs/table"},
            "id": _about("The id of a case: names of columns in braces."),
            "set": self._fixed("Case"),
            "columns": self._columns(self._paths("Case")),
            "records": {"type": "array", "items": record},
            "tables": {"type": "array", "items": _object(child, "case", "record", "columns")},
            "ignore": {"type": "array", "items": _SCALAR, "description": "Columns not to read."},
        }
        return {
            "$schema": _DIALECT,
            "$id": _ID,
            "title": "netkg map of a table",
            **_object(top, "columns"),
            "$defs": {"table": _table()},
        }

    def _record(self) -> JSON:
        return {
            "record": {"enum": list(RECORDS), "description": "The record that a row has."},
            "set": {"anyOf": [self._fixed(class_) for class_ in ("Case", *RECORDS.values())]},
            "when": {
                "anyOf": [
                    _SCALAR,
                    _object(
                        {"column": _SCALAR, **dict.fromkeys(("is", "not", "unknown"), _TEXTS)},
                        "column",
                    ),
                ],
                "description": "The column that says whether the record exists.",
            },
            "columns": self._columns(self._fields(RECORDS.values())),
        }

    def _fields(self, classes: Iterable[str]) -> list[str]:
        """Return the fields of records of some classes."""
        return sorted(
            {"id", *(path for each in classes for path in self._paths(each) if "." not in path)}
        )

    def _paths(self, class_: str) -> list[str]:
        """Return the fields below a record of a class, the nearest ones first."""
        own = [name for name in self._schema.fields[class_] if not self._is_record(class_, name)]
        own += ["type"] if class_ == "ClinicalEvent" else []
        if class_ != "Case":
            return own
        below = [
            f"{path}.{name}" for path, record in RECORDS.items() for name in self._paths(record)
        ]
        return ["id", *own, *below]

    def _is_record(self, class_: str, name: str) -> bool:
        range_ = self._schema.fields[class_][name].range
        return range_.removeprefix(NETKG) in self._schema.fields

    def _columns(self, paths: list[str]) -> JSON:
        field: JSON = {"enum": [*paths, IGNORED]}
        column = _object(
            {
                "field": field,
                "values": {
                    "type": "object",
                    "additionalProperties": _TEXTS,
                    "description": "What each text means: the name of a value, or null.",
                },
                "unit": _about("The unit of the numbers in UCUM, such as cm."),
                "dates": _TEXTS,
                "codes": {"anyOf": [{"enum": list(CODE_RULES)}, _SCALAR]},
                "separator": _about("The sign between several values in a cell."),
                "via": _VIA,
            }
        )
        one: JSON = {"anyOf": [field, column]}
        return {
            "type": "object",
            "additionalProperties": {"anyOf": [*one["anyOf"], {"type": "array", "items": one}]},
            "description": "What each column says.",
        }

    def _fixed(self, class_: str) -> JSON:
        properties: JSON = {}
        for name, field in self._schema.fields[class_].items():
            if values := self._schema.values.get(field.range):
                properties[name] = {"enum": sorted(values)}
            elif field.range.endswith(("boolean", "string")):
                properties[name] = _SCALAR
        if class_ == "ClinicalEvent":
            properties["type"] = {"enum": sorted(self._schema.event_types)}
        return _object(properties, about="Values that all records have.")


def _about(words: str) -> JSON:
    return _SCALAR | {"description": words}


def _table() -> JSON:
    return _object(
        {
            "sheet": _about("The name of the sheet (default: the first one)."),
            "header": {"type": "integer", "minimum": 1, "description": "The row with the names."},
            "delimiter": _about("The sign between cells of a text file, or tab."),
            "encoding": _about("Such as utf-8 or windows-1252."),
            "missing": _TEXTS | {"description": "Texts that say nothing."},
            "decimal": {"enum": [".", ","]},
            "dates": _TEXTS | {"description": "Such as yyyy-mm-dd, dd.mm.yyyy or d mmm yyyy."},
            "partial dates": {"enum": ["reject", "leave out"]},
        }
    )
