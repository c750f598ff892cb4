"""Parse and check the values of a setting by the ranges of the fields."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

from netkg.case.days import parse_day
from netkg.case.draft import RECORDS, keys_of
from netkg.case.literals import compact
from netkg.case.strict_json import check_tree, parse_json
from netkg.comparison.edit_paths import ChangeError
from netkg.errors import InputError
from netkg.namespaces import XSD, local_name
from netkg.ontology.schema import Field, Schema
from netkg.suggestions import did_you_mean, meant

__all__ = ["checked_record", "checked_value", "read_record", "read_value"]

_NUMBER: Final = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_TRUTH: Final = {"true": True, "false": False}
_EXAMPLE: Final = {
    "events": '{"type": "CTScan", "status": "completed", "date": "2026-01-15"}',
    "tumors": '{"primarySite": "Ileum"}',
    "metastases": '{"site": "Liver"}',
    "measurements": '{"date": "2026-01-15", "diameterMm": 12}',
}


def _is_number(value: Any) -> bool:
    known = isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)
    try:
        return known and math.isfinite(float(value))
    except OverflowError:
        return False


# What is valid for the values of a range, and how to say it.
_TEXT: Final = (lambda value: isinstance(value, str), "a text")
_FORMS: Final[Mapping[str, tuple[Callable[[Any], bool], str]]] = {
    XSD + "boolean": (lambda value: isinstance(value, bool), "true or false"),
    XSD + "decimal": (_is_number, "a number, such as 12 or 2.5"),
    XSD + "date": (
        lambda value: isinstance(value, str) and parse_day(value) is not None,
        "a date, such as 2026-01-15",
    ),
}


def read_value(field: Field, words: str) -> Any:
    """Parse the text of a value, as typed on a command line, by the range of its field.

    An empty text means no value; commas separate several values. A text that does
    not have the form that the field requires stays a text, for the check.
    """
    if not words.strip():
        return None
    if not field.single:
        return [part.strip() for part in words.split(",")]
    text = words.strip()
    if field.range == XSD + "boolean":
        return _TRUTH.get(text, text)
    if field.range == XSD + "decimal" and _NUMBER.fullmatch(text):
        return parse_json(text)
    return text


def read_record(field: Field, words: str, path: str) -> Any:
    """Parse the JSON text of a record.

    Raises:
        ChangeError: if it is not valid JSON.
    """
    try:
        return parse_json(words)
    except InputError as error:
        raise ChangeError(
            error.problem,
            field=path,
            expected=f"a JSON object, such as '{_EXAMPLE[field.name]}'",
            always=True,
        ) from None


def checked_value(field: Field, value: Any, path: str, schema: Schema) -> Any:
    """Return the value of a field without records, if it is in the range; None for no value.

    Raises:
        ChangeError: if it is not.
    """
    values = [item for item in value if item is not None] if _is_list(value) else [value]
    if value is None or not values:
        return None
    if field.single and len(values) > 1:
        raise ChangeError(
            f"cannot have {len(values)} values", field=path, expected="one value", always=True
        )
    for item in values:
        _check(field, item, path, schema)
    if len(set(values)) < len(values):
        twice = next(item for item in values if values.count(item) > 1)
        raise ChangeError(f"{compact(twice)} is given twice", field=path, always=True)
    return values[0] if field.single else values


def checked_record(field: Field, value: Any, path: str, schema: Schema) -> dict[str, Any]:
    """Return a record to add, if its keys and values are valid.

    Raises:
        ChangeError: if they are not.
    """
    kind = local_name(field.range)
    if not isinstance(value, Mapping):
        raise ChangeError(
            f"cannot add {compact(value)}",
            field=path,
            expected=f"one JSON object, such as '{_EXAMPLE[field.name]}'",
            always=True,
        )
    check_tree(value)
    known, keys = schema.fields[kind], keys_of(schema, kind)
    for key, item in value.items():
        below = f"{path}.{key}"
        if key not in keys:
            raise ChangeError(
                "unknown key",
                hint=did_you_mean(meant(key, schema.words(keys), count=1)),
                field=below,
                expected=f"one of {', '.join(keys)}",
                always=True,
            )
        if key == "type" and kind == "ClinicalEvent":
            types = schema.words(schema.event_types)
            _check_name(item, types, below, "a class of events, such as CTScan")
        elif key == "id" and kind in RECORDS.values():
            if item is not None and not (isinstance(item, str) and item):
                raise _wrong(below, item, "a string or an IRI")
        elif local_name(known[key].range) in schema.fields:
            for each in item if _is_list(item) else [item]:
                checked_record(known[key], each, below, schema)
        else:
            checked_value(known[key], item, below, schema)
    return dict(value)


def _check(field: Field, value: Any, path: str, schema: Schema) -> None:
    """Check one value."""
    coded = schema.values.get(field.range)
    if coded:
        names = ", ".join(sorted(coded))
        expected = f"{'one' if field.single else 'any'} of {names}"
        _check_name(value, schema.words(coded), path, expected)
        return
    is_valid, expected = _FORMS.get(field.range, _TEXT)
    if not is_valid(value):
        raise _wrong(path, value, expected)


def _check_name(value: Any, known: Mapping[str, Iterable[str]], path: str, expected: str) -> None:
    if not (isinstance(value, str) and value in known):
        raise _wrong(path, value, expected, known)


def _wrong(
    path: str, value: Any, expected: str, known: Mapping[str, Iterable[str]] | None = None
) -> ChangeError:
    close = meant(value, known or {}, count=1) if isinstance(value, str) else ()
    return ChangeError(
        f"cannot be {compact(value)}",
        field=path,
        expected=expected,
        hint=did_you_mean(close),
        always=True,
    )


def _is_list(value: Any) -> bool:
    return isinstance(value, (list, tuple))
