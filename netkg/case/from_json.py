"""Read a case in its plain form: a JSON object with the keys of the case format.

The fields of the ontology say what each key means. What RDF would merge or
drop silently (unknown keys, two values, two records with the same id, a wrong
form) becomes a finding here; values of a wrong type are added as they are, and
the shapes report them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeGuard

from netkg.case.draft import EVENT, RECORDS, Draft
from netkg.case.literals import compact, literal
from netkg.case.model import Case
from netkg.case.positions import escaped
from netkg.case.records import in_order
from netkg.errors import InputError
from netkg.namespaces import NETKG, XSD
from netkg.ontology.schema import Field, Schema, netkg

__all__ = ["case_from_object"]


def case_from_object(
    tree: Any, *, schema: Schema, source: str = "", line: int | None = None
) -> Case:
    """Read a plain object as a case.

    Raises:
        InputError: if the value is not an object.
    """
    if not isinstance(tree, Mapping):
        raise InputError(
            "not a case",
            source=source,
            line=line,
            found=compact(tree),
            expected="a JSON object with the keys of a case",
        )
    draft = Draft(schema, source, line)
    _ObjectReader(draft).case(tree)
    return draft.finish()


def _items(value: Any) -> list[Any]:
    """Return the values of a key: null and [] mean absent, a single value is a list of one."""
    if isinstance(value, (list, tuple)):
        return [item for item in value if item is not None]
    return [] if value is None else [value]


def _placed(value: Any, at: str) -> list[tuple[str, Any]]:
    """Return the values of a key (see :func:`_items`), each with its JSON pointer."""
    if isinstance(value, (list, tuple)):
        return [(f"{at}/{place}", item) for place, item in enumerate(value) if item is not None]
    return [] if value is None else [(at, value)]


def _own(tree: Mapping[str, Any], key: str) -> Any:
    """Return the value of ``id`` or ``type``, or of the JSON-LD keyword for it.

    As for every key, an empty list is an absent value, and a list of one is its item.
    """
    value = tree[key] if key in tree else tree.get(f"@{key}")
    if isinstance(value, list):
        items = _items(value)
        return items[0] if len(items) == 1 else value if items else None
    return value


def _id_at(tree: Mapping[str, Any], at: str) -> str:
    """Return the JSON pointer of the id of a record, or of the record if it has none."""
    return next((f"{at}/{key}" for key in ("id", "@id") if key in tree), at)


def _is_id(value: Any) -> TypeGuard[str]:
    return isinstance(value, str) and value != ""


class _ObjectReader:
    """Reader of one object; it names tumors and metastases first."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.schema = draft.schema
        self.ids_usable = True
        self.named: dict[str, list[Any]] = {}

    def case(self, tree: Mapping[str, Any]) -> None:
        draft = self.draft
        id_ = _own(tree, "id")
        draft.name_case(id_ if _is_id(id_) else "")
        draft.places[draft.node.value,] = ""
        if id_ is None:
            draft.report_missing_id(at="")
        elif not _is_id(id_):
            at = _id_at(tree, "")
            draft.report_form("", "id", compact(id_), "a string or an IRI", at=at)
        self.ids_usable = bool(_items(tree.get("tumors")))
        self.named = {key: list(self.name_records(tree, key)) for key in RECORDS}
        self.fields(tree, "Case", draft.node, draft.id)

    def name_records(self, tree: Mapping[str, Any], key: str) -> Iterator[Any]:
        """Name the tumors or metastases; yield the node of each, None if it is not an object."""
        for place, (at, item) in enumerate(_placed(tree.get(key), f"/{key}"), start=1):
            is_record = isinstance(item, Mapping)
            id_ = _own(item, "id") if is_record else None
            self.ids_usable &= is_record and (id_ is None or _is_id(id_))
            name = id_ if _is_id(id_) else f"{RECORDS[key].lower()}-{place}"
            if id_ is not None and not _is_id(id_):
                # Reported ahead of the name, which may be in use only because of this.
                expected = "a string or an IRI"
                self.draft.report_form(
                    name, f"{key}.id", compact(id_), expected, at=_id_at(item, at)
                )
            if not is_record:
                yield None
                continue
            node = self.draft.name_record(key, name, id_at=_id_at(item, at))
            self.draft.places[node.value,] = at
            yield node

    def at(self, node: Any, key: str, value: Any = None, item: Any = None) -> str:
        """Return the JSON pointer of a key of a record, or of an item of its list."""
        place = f"{self.draft.places[node.value,]}/{escaped(key)}"
        if not isinstance(value, (list, tuple)):
            return place
        return next((f"{place}/{at}" for at, each in enumerate(value) if each is item), place)

    def fields(self, tree: Mapping[str, Any], record: str, node: Any, focus: str) -> None:
        """Read every key of one record; JSON-LD allows ``@id`` and ``@type`` at each."""
        known = self.schema.fields[record]
        for key, value in in_order(tree).items():
            is_keyword = key in ("@id", "@type") and key[1:] not in tree
            name = key[1:] if is_keyword else key
            if name == "id" and (is_keyword or record == "Case" or record in RECORDS.values()):
                continue  # read when the records were named
            if name == "type" and record == EVENT:
                self.event_type(value, node, focus, key)
            elif name == "type" and is_keyword:
                for class_ in _items(value):
                    if not isinstance(class_, str) or class_.removeprefix(NETKG) != record:
                        at = self.at(node, key)
                        self.draft.report_type(focus, record, compact(class_), at=at)
            elif key.startswith("@") and key not in ("@id", "@type", "@context"):
                at = self.at(node, key)
                self.draft.report_ignored(focus, record, key, at=at)
            elif key == "@context" and record == "Case":
                continue
            elif key not in known:
                self.draft.report_key(focus, record, key, at=self.at(node, key))
            elif known[key].range.removeprefix(NETKG) in self.schema.fields:
                self.records(known[key], value, node, focus)
            else:
                self.scalars(known[key], value, node, focus)

    def records(self, field: Field, value: Any, parent: Any, focus: str) -> None:
        """Read the records below a key."""
        kind = field.range.removeprefix(NETKG)
        draft = self.draft
        for place, (own, item) in enumerate(_placed(value, self.at(parent, field.name)), start=1):
            if not isinstance(item, Mapping):
                draft.report_form(focus, field.path, compact(item), "an object", at=own)
            elif field.name in self.named:
                node = self.named[field.name][place - 1]
                self.fields(item, kind, node, draft.names[node.value])
            else:
                node = draft.claim_below(parent, kind, place, item.get("@id"))
                draft.places[node.value,] = own
                draft.add(parent, field.name, node)
                self.fields(item, kind, node, focus)

    def event_type(self, value: Any, node: Any, focus: str, key: str) -> None:
        """Type an event by its class; an unknown name is kept as a literal.

        The value of ``@type`` can be the IRI of the class.
        """
        names = _items(value)
        if key == "@type" and names:
            self.draft.places[node.value, "type"] = self.at(node, key)
            names = [n.removeprefix(NETKG) if isinstance(n, str) else n for n in names]
        if len(names) > 1:
            names.sort(key=compact)
            self.draft.report_several(focus, "events.type", names, at=self.at(node, key))
            names = [compact(names)]
        for name in names:
            if isinstance(name, (Mapping, list, tuple)):
                self.draft.report_form(
                    focus, "events.type", compact(name), "a name", at=self.at(node, key)
                )
                self.draft.add(node, "unknownType", literal(compact(name)))
            elif isinstance(name, str) and name in self.schema.event_types:
                self.draft.add_type(node, name)
            else:
                self.draft.add(node, "unknownType", literal(name))

    def scalars(self, field: Field, value: Any, node: Any, focus: str) -> None:
        """Read the values of a key that has no records below it."""
        values = _items(value)
        if field.single and len(values) > 1:
            at = self.at(node, field.name)
            values.sort(key=compact)
            self.draft.report_several(focus, field.path, values, at=at)
            # The field is present but unusable: neither a value nor its absence may be concluded.
            values = [compact(values)]
        coded = self.schema.values.get(field.range, frozenset())
        for item in values:
            if isinstance(item, (Mapping, list, tuple)):
                at = self.at(node, field.name, value, item)
                self.draft.report_form(focus, field.path, compact(item), "a single value", at=at)
                self.draft.add(node, field.name, literal(compact(item)))
            elif isinstance(item, str) and item in coded:
                self.draft.add(node, field.name, netkg(item))
            elif isinstance(item, str) and field.name == "target":
                found = self.draft.resolve(item)
                # Where ids are unusable, an unknown target is not reported in addition.
                if found is not None or self.ids_usable:
                    self.draft.add(node, field.name, found or literal(item))
            else:
                term = literal(item, day=field.range == XSD + "date")
                if isinstance(value, (list, tuple)):
                    at = self.at(node, field.name, value, item)
                    self.draft.places.setdefault((node.value, field.name, term.value), at)
                self.draft.add(node, field.name, term)
