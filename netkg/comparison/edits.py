"""Set, empty and add to the fields of a case.

Cases are never changed in place. A change goes through the plain object of the
case (:mod:`netkg.case.to_json`) and the reader of plain cases, so that a changed
case is the same as one read from a file with the change in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, Literal

from netkg.case.draft import RECORDS
from netkg.case.model import Case
from netkg.case.records import in_order
from netkg.case.strict_json import plain_numbers
from netkg.case.to_json import case_again, case_object
from netkg.comparison.edit_paths import ChangeError, FieldPlace, find_place, known_ids
from netkg.comparison.edit_values import checked_record, checked_value, read_record, read_value
from netkg.comparison.leaves import normalized
from netkg.comparison.model import Change
from netkg.namespaces import local_name
from netkg.ontology.schema import Schema

__all__ = ["Setting", "change", "setting_from_words"]

EditKind = Literal["set", "unset", "add"]
_ORDER: Final = {"set": 0, "unset": 0, "add": 1}


@dataclass(frozen=True, slots=True)
class Setting:
    """One change to make: set a field to a value, unset it, or add a record to it.

    ``path`` is a field of the case, ``tumors.field`` or ``metastases.field``
    where there is just one, or the id of a tumor or metastasis, a dot and a
    field. ``value`` is plain JSON; a value of None (or ``[]``) unsets.
    """

    kind: EditKind
    path: str
    value: Any = None


def _head(words: str, case: Case) -> str:
    """Return the longest id of a record at the start of the text; an id can be any text."""
    found = [id_ for id_ in case.names.values() if words.startswith(f"{id_}.")]
    return max(found, key=len, default="")


def setting_from_words(kind: EditKind, words: str, case: Case, *, schema: Schema) -> Setting:
    """Parse a setting as typed: ``path=value``, or for ``unset`` the path alone.

    The value is read by the range of the field; an empty one unsets. The case
    is needed for its ids, which may contain dots and equals signs.

    Raises:
        ChangeError: if it has no equals sign, or its path is unknown in the case.
    """
    if kind == "unset":
        return Setting(kind, words if _head(words, case) else words.strip())
    head = _head(words, case)
    name, equals, value = words.removeprefix(head).partition("=")
    path = head + name.strip() if head else name.strip()
    if not equals:
        example = "events={…}" if kind == "add" else "fitForSurgery=true"
        raise ChangeError(
            f"{words!r} has no equals sign", expected=f"field=value, as in {example}", always=True
        )
    place = find_place(path, case_object(case, schema=schema), schema)
    if kind == "add":
        _require_records(place, path, schema)
        return Setting(kind, path, read_record(place.field, value, path))
    return Setting(kind, path, read_value(place.field, value))


def change(
    case: Case, settings: Iterable[Setting], *, schema: Schema
) -> tuple[Case, tuple[Change, ...]]:
    """Return the case with some settings made, and what each of them changed.

    A setting that changes nothing is returned as a change with equal values.
    Records are added last, so that ``unset`` and ``add`` replace a list.

    Raises:
        ChangeError: if a setting cannot be made, or a field is set twice.
        FormError: if the case cannot be written again without loss.
    """
    tree = case_object(case, schema=schema)
    asked = sorted(settings, key=lambda setting: _ORDER[setting.kind])
    places = [find_place(setting.path, tree, schema) for setting in asked]
    _refuse_twice(asked, places)
    done = tuple(
        _add(setting, place, tree, schema)
        if setting.kind == "add"
        else _set(setting, place, schema)
        for setting, place in zip(asked, places, strict=True)
    )
    return case_again(tree, case, schema=schema), done


def _refuse_twice(settings: list[Setting], places: list[FieldPlace]) -> None:
    seen: dict[tuple[int, str], Setting] = {}
    for setting, place in zip(settings, places, strict=True):
        if setting.kind == "add":
            continue
        first = seen.setdefault((id(place.body), place.field.name), setting)
        if first is not setting:
            also = f", first as {first.path}" if first.path != setting.path else ""
            raise ChangeError(f"is set twice{also}", field=setting.path, expected="each field once")


def _set(setting: Setting, place: FieldPlace, schema: Schema) -> Change:
    """Set or unset a field in place."""
    field, body = place.field, place.body
    value = None
    if setting.kind == "set":
        if _holds_records(place, schema):
            raise ChangeError(
                "contains records, so that it cannot be set",
                field=setting.path,
                hint="Add a record, or unset all of them.",
                always=True,
            )
        value = checked_value(field, setting.value, setting.path, schema)
    before = body.pop(field.name, None)
    if value is not None:
        body[field.name] = before if normalized(before) == normalized(value) else value
    return Change(
        "unset" if value is None else "set",
        place.subject,
        field.path,
        plain_numbers(before),
        plain_numbers(value),
    )


def _add(setting: Setting, place: FieldPlace, tree: dict[str, Any], schema: Schema) -> Change:
    """Add a record in place."""
    field, body = place.field, place.body
    _require_records(place, setting.path, schema)
    record = checked_record(field, setting.value, setting.path, schema)
    listed = body.setdefault(field.name, [])
    if field.name in RECORDS:
        default = f"{local_name(field.range).lower()}-{len(listed) + 1}"
        id_ = record.get("id") or default
        if id_ in {known for known, _, _ in known_ids(tree)}:
            raise ChangeError(
                f"the id {id_!r} is in use", field=setting.path, expected="a different id"
            )
        record = {"id": id_} | {key: item for key, item in record.items() if key != "id"}
    listed.append(record)
    return Change("add", place.subject, field.path, None, plain_numbers(in_order(record)))


def _holds_records(place: FieldPlace, schema: Schema) -> bool:
    return local_name(place.field.range) in schema.fields


def _require_records(place: FieldPlace, path: str, schema: Schema) -> None:
    if not _holds_records(place, schema):
        raise ChangeError(
            "does not contain records, so that nothing can be added to it",
            field=path,
            hint="Set it, or add to events, tumors, metastases or measurements.",
            always=True,
        )
