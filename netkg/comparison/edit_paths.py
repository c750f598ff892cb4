"""Find the record and the field that the path of a setting refers to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from netkg.case.draft import RECORDS, keys_of
from netkg.errors import InputError
from netkg.ontology.schema import Field, Schema
from netkg.result import JSON
from netkg.suggestions import closest, did_you_mean, listed, meant

__all__ = ["ChangeError", "FieldPlace", "find_place", "known_ids"]

_WORDS: Final = {"Case": "case", "Tumor": "tumor", "Metastasis": "metastasis"}


class ChangeError(InputError):
    """A change of a case that cannot be made.

    ``always`` is true if no case could be changed like this.
    """

    def __init__(
        self,
        problem: str,
        *,
        always: bool = False,
        field: str = "",
        expected: str = "",
        hint: str = "",
    ) -> None:
        super().__init__(problem, field=field, expected=expected, hint=hint)
        self.always = always

    @property
    def place(self) -> str:
        """The path that was to be changed."""
        return self.field


@dataclass(frozen=True, slots=True)
class FieldPlace:
    """A field of one record: the record's id and object, and the field."""

    subject: str
    body: JSON
    field: Field


def known_ids(tree: Mapping[str, Any]) -> Iterator[tuple[str, str, JSON]]:
    """Yield id, kind of record and object of each tumor and metastasis."""
    for key, kind in RECORDS.items():
        for body in tree.get(key, ()):
            yield body["id"], kind, body


def find_place(path: str, tree: JSON, schema: Schema) -> FieldPlace:
    """Find the field that ``field``, ``tumors.field`` or ``<id>.field`` refers to in a case.

    Ids may contain dots: the longest that fits is taken.

    Raises:
        ChangeError: if there is no such record or field, or more than one record fits.
    """
    by_length = sorted(known_ids(tree), key=lambda item: -len(item[0]))
    for id_, kind, body in by_length:
        if path.startswith(f"{id_}."):
            name = path.removeprefix(f"{id_}.")
            return FieldPlace(id_, body, _field(kind, name, path, id_, schema))
    group, dot, name = path.partition(".")
    if not dot:
        return FieldPlace(tree["id"], tree, _field("Case", path, path, "", schema))
    if group in RECORDS:
        field = _field(RECORDS[group], name, path, group, schema)
        id_, body = _only(group, name, path, tree)
        return FieldPlace(id_, body, field)
    raise _unknown_record(path, tree, schema)


def _only(group: str, name: str, path: str, tree: JSON) -> tuple[str, JSON]:
    """Return the one tumor or metastasis of a case that has just one."""
    bodies = tree.get(group, ())
    if len(bodies) == 1:
        return bodies[0]["id"], bodies[0]
    if not bodies:
        raise ChangeError(f"the case has no {group}", field=path, hint="Add one first.")
    which = [f"{body['id']}.{name}" for body in bodies]
    raise ChangeError(
        f"the case has {len(bodies)} {group}", field=path, expected=listed(which, "or")
    )


def _unknown_record(path: str, tree: JSON, schema: Schema) -> ChangeError:
    group = path.partition(".")[0]
    if group in schema.fields["Case"]:
        raise ChangeError(
            f"a field of {group} cannot be set by itself",
            field=path,
            expected=f"{group}, to add a whole record or to unset all of them",
            always=True,
        )
    ids = [id_ for id_, _, _ in known_ids(tree)]
    # A path with dots may begin with an id that is misspelled anywhere.
    starts = [path[:at] for at, char in enumerate(path) if char == "."]
    close = next((c for s in reversed(starts) for c in closest(s, [*ids, *RECORDS])), "")
    record, _, name = path.rpartition(".")
    return ChangeError(
        f"the case has no tumor or metastasis {record!r}",
        hint=did_you_mean([f"{close}.{name}"] if close else []),
        field=path,
        expected=f"a field of the case, or one of {', '.join([*ids, *RECORDS])} before the dot",
    )


def _field(kind: str, name: str, path: str, before: str, schema: Schema) -> Field:
    known = schema.fields[kind]
    if name in known:
        return known[name]
    if name == "id":
        raise ChangeError(
            "an id cannot be changed", field=path, expected="another field", always=True
        )
    prefix = f"{before}." if before else ""
    homes = sorted(
        field.path
        for record in ("Case", *RECORDS.values())
        for field in schema.fields[record].values()
        if field.name == name
    )
    close = [f"{prefix}{found}" for found in meant(name, schema.words(known), count=1)] or homes
    names = ", ".join(key for key in keys_of(schema, kind) if key != "id")
    raise ChangeError(
        f"a {_WORDS[kind]} has no field {name!r}",
        hint=did_you_mean(close),
        field=path,
        expected=f"one of {names}",
        always=not before or before in RECORDS,
    )
