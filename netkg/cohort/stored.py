"""How cases are stored: as lines of JSON, or as columns of Parquet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pyarrow as pa

from netkg.case.draft import keys_of
from netkg.cohort.leaves import NULL, LeafType
from netkg.compiler.sql.terms import quoted
from netkg.errors import InputError
from netkg.limits import limits
from netkg.namespaces import NETKG
from netkg.ontology.schema import Schema
from netkg.suggestions import closest, did_you_mean

__all__ = ["form_of_columns", "form_of_json", "json_rows"]

# What makes a line of JSON different from what the tables contain: an escape, a space before a
# colon, more digits than a double has, an exponent, a comma before the end of a list.
UNUSUAL: Final = r'\\|"\s+:|[0-9.]{16}|[:\[,]\s*-?[0-9.]+[eE]|,\s*[}\]]'
# The levels of nesting of a case.
DEEPEST: Final = 8


def json_rows(form: Mapping[str, Any]) -> str:
    """Return a query for the cases in the table ``lines``: nested values, and how many keys.

    No text has a quote inside, so that each quote before a colon ends a key. A null becomes a
    text that no line can have, since it would be as if the key were absent.
    """
    marked = "line"
    for old, new in (('": null', '":null'), ('":null', f'":{NULL}')):
        marked = f"replace({marked}, {quoted(old)}, {quoted(new)})"
    allowed = limits()
    unusual = [f"regexp_matches(line, '{UNUSUAL}')", f"length(line) > {allowed.text}"]
    if allowed.depth < DEEPEST:
        unusual.append("TRUE")
    return (
        f"SELECT rn, TRY(from_json({marked}, '{_structure(form)}')) AS j,"
        """ (length(line) - length(replace(line, '":', ''))) // 2 AS keys,"""
        f" ({' OR '.join(unusual)}) AS is_unusual FROM lines"
    )


def form_of_json(schema: Schema) -> dict[str, Any]:
    """Return the form of a case of JSON, with every key of the case format."""
    return _record(schema, "Case")


def _record(schema: Schema, record: str) -> dict[str, Any]:
    form: dict[str, Any] = dict.fromkeys(keys_of(schema, record), "json")
    for name, field in schema.fields[record].items():
        below = field.range.removeprefix(NETKG)
        value = _record(schema, below) if below in schema.fields else "json"
        form[name] = value if field.single else [value]
    return form


def _structure(form: Any) -> str:
    """Return a form in the notation in which DuckDB wants to know it."""
    if isinstance(form, str):
        return '"JSON"'
    if isinstance(form, list):
        return f"[{_structure(form[0])}]"
    parts = (f'"{name}":{_structure(each)}' for name, each in form.items())
    return f"{{{','.join(parts)}}}"


def form_of_columns(found: pa.Schema, schema: Schema, source: str) -> dict[str, Any]:
    """Return the form of the cases in a table.

    Raises:
        InputError: if a column is not in the case format, or has another type.
    """
    return _struct(list(found), form_of_json(schema), source, "")


def _struct(
    fields: list[pa.Field], known: Mapping[str, Any], source: str, path: str
) -> dict[str, Any]:
    form: dict[str, Any] = {}
    for field in fields:
        place = f"{path}{field.name}"
        if [each.name for each in fields].count(field.name) > 1:
            raise InputError("has two columns with one name", source=source, found=place)
        if field.name not in known:
            hint = did_you_mean(closest(field.name, known))
            expected = f"one of {', '.join(known)}"
            raise InputError(
                "has a column that is not in the case format",
                source=source,
                found=place,
                expected="" if hint else expected,
                hint=hint,
            )
        is_empty_list = _is_list(field.type) and field.type.value_type == pa.null()
        if field.type != pa.null() and not is_empty_list:
            form[field.name] = _value(field.type, known[field.name], source, place)
    return form


def _value(type_: pa.DataType, known: Any, source: str, path: str) -> Any:
    if isinstance(known, list):
        if not _is_list(type_):
            raise _wrong(source, path, type_, "a list")
        return [_value(type_.value_type, known[0], source, path)]
    if isinstance(known, dict):
        if not pa.types.is_struct(type_):
            raise _wrong(source, path, type_, "a record with fields")
        return _struct([type_[n] for n in range(type_.num_fields)], known, source, f"{path}.")
    stored = _stored(type_)
    if stored is None:
        raise _wrong(source, path, type_, "text, a number, a date or a truth value")
    return stored


def _is_list(type_: pa.DataType) -> bool:
    return bool(
        pa.types.is_list(type_)
        or pa.types.is_large_list(type_)
        or pa.types.is_fixed_size_list(type_)
    )


def _stored(type_: pa.DataType) -> LeafType | None:
    kinds = pa.types
    if kinds.is_dictionary(type_):
        return _stored(type_.value_type)
    if kinds.is_string(type_) or kinds.is_large_string(type_):
        return "text"
    if kinds.is_boolean(type_):
        return "truth"
    is_float = kinds.is_float32(type_) or kinds.is_float64(type_)
    if kinds.is_integer(type_) or is_float or kinds.is_decimal128(type_):
        return "number"
    return "date" if kinds.is_date(type_) else None


def _wrong(source: str, path: str, type_: pa.DataType, expected: str) -> InputError:
    return InputError(
        f"has a column {path} of the wrong type", source=source, found=str(type_), expected=expected
    )
