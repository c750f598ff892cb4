"""Reading of a case in its plain form: a JSON object with the keys of the case format.

The fields of the ontology say what each key means. What RDF would merge or
drop silently (unknown keys, two values, two records with the same id, a wrong
form) becomes a finding here; values of a wrong type are added as they are, and
the shapes report them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from netkg.case.draft import RECORDS, Draft
from netkg.case.literals import compact, literal
from netkg.case.model import Case
from netkg.case.strict_json import plain_numbers
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


def _own(tree: Mapping[str, Any], key: str) -> Any:
    """Return the value of ``id`` or ``type``, or of the JSON-LD keyword for it.

    As for every key, an empty list is an absent value, and a list of one is its item.
    """
    value = tree[key] if key in tree else tree.get(f"@{key}")
    if isinstance(value, list):
        items = _items(value)
        return items[0] if len(items) == 1 else value if items else None
    return value


class _ObjectReader:
    """Reader of one object; it names tumors and metastases first."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.schema = draft.schema
        self.ids_usable = True

    def case(self, tree: Mapping[str, Any]) -> None:
        draft = self.draft
        id_ = _own(tree, "id")
        usable = isinstance(id_, str) and id_ != ""
        draft.name_case(id_ if usable else "")
        if id_ is None:
            draft.report_missing_id()
        elif not usable:
            draft.report_form("", "id", compact(id_), "a string or an IRI")
        self.ids_usable = bool(_items(tree.get("tumors")))
        named = {key: self.name_records(tree, key) for key in RECORDS}
        self.fields(tree, "Case", draft.node, draft.id, "", named)

    def name_records(self, tree: Mapping[str, Any], key: str) -> list[tuple[Any, bool]]:
        """Name the tumors or metastases in order; return each node, and whether its id is new."""
        named: list[tuple[Any, bool]] = []
        for place, item in enumerate(_items(tree.get(key)), start=1):
            if not isinstance(item, Mapping):
                named.append((None, True))
                self.ids_usable = False
                continue
            id_ = _own(item, "id")
            usable = isinstance(id_, str) and id_ != ""
            self.ids_usable &= usable or id_ is None
            kind = RECORDS[key].lower()
            named.append(self.draft.name_record(key, id_ if usable else f"{kind}-{place}"))
        return named

    def fields(
        self,
        tree: Mapping[str, Any],
        record: str,
        node: Any,
        focus: str,
        prefix: str,
        named: Mapping[str, list[tuple[Any, bool]]],
    ) -> None:
        """Read every key of one record."""
        known = self.schema.fields[record]
        for key, value in tree.items():
            if key == "@context" and not prefix:
                continue
            if key in ("@id", "@type") and key[1:] not in tree:
                self.keyword(key, value, record, node, focus, prefix)
            elif key == "id" and record in ("Case", *RECORDS.values()):
                self.record_id(value, record, focus, prefix)
            elif key == "type" and record == "ClinicalEvent":
                self.event_type(value, node, focus)
            elif key.startswith("@") and key not in ("@id", "@type", "@context"):
                continue  # JSON-LD ignores such a key, too
            elif key not in known:
                self.draft.report_key(focus, record, prefix, key)
            elif known[key].range.startswith(NETKG) and (
                known[key].range.removeprefix(NETKG) in self.schema.fields
            ):
                self.records(known[key], value, node, focus, named.get(key))
            else:
                self.scalars(known[key], value, node, focus)

    def keyword(
        self, key: str, value: Any, record: str, node: Any, focus: str, prefix: str
    ) -> None:
        """Read ``@id`` and ``@type``, which JSON-LD allows at every record."""
        if key == "@id":
            if record in ("Case", *RECORDS.values()):
                self.record_id(value, record, focus, prefix)
        elif record == "ClinicalEvent":
            names = [n.removeprefix(NETKG) if isinstance(n, str) else n for n in _items(value)]
            self.event_type(names, node, focus)
        else:
            for name in _items(value):
                if not isinstance(name, str) or name.removeprefix(NETKG) != record:
                    path = f"{prefix}.type" if prefix else "type"
                    self.draft.report_form(focus, path, compact(name), record)

    def record_id(self, value: Any, record: str, focus: str, prefix: str) -> None:
        """Report an unusable id of a tumor or metastasis (that of the case is reported already)."""
        value = _own({"id": value}, "id")
        if record != "Case" and value is not None and not (isinstance(value, str) and value):
            self.draft.report_form(focus, f"{prefix}.id", compact(value), "a string or an IRI")

    def records(
        self,
        field: Field,
        value: Any,
        parent: Any,
        focus: str,
        named: list[tuple[Any, bool]] | None,
    ) -> None:
        """Read the records below a key."""
        kind = field.range.removeprefix(NETKG)
        draft = self.draft
        for place, item in enumerate(_items(value), start=1):
            if not isinstance(item, Mapping):
                draft.report_form(focus, field.path, compact(item), "an object")
                continue
            if named is not None:
                node, free = named[place - 1]
                owner = draft.names[node.value]
                if not free:
                    draft.report_duplicate(field.name, owner)
            else:
                owner = focus
                node = draft.claim_below(parent, kind, place, item.get("@id"))
                draft.records[node.value] = plain_numbers(item)
                draft.add(parent, field.name, node)
            self.fields(item, kind, node, owner, field.path, {})

    def event_type(self, value: Any, node: Any, focus: str) -> None:
        """Type an event by its class; an unknown name is kept as a literal."""
        names = _items(value)
        if len(names) > 1:
            self.draft.report_several(focus, "events.type", names)
            names = [compact(names)]
        for name in names:
            if isinstance(name, (Mapping, list, tuple)):
                self.draft.report_form(focus, "events.type", compact(name), "a name")
                self.draft.add(node, "unknownType", literal(compact(name)))
            elif isinstance(name, str) and name in self.schema.event_types:
                self.draft.add_type(node, name)
            else:
                self.draft.add(node, "unknownType", literal(name))

    def scalars(self, field: Field, value: Any, node: Any, focus: str) -> None:
        """Read the values of a key that has no records below it."""
        values = _items(value)
        if field.single and len(values) > 1:
            self.draft.report_several(focus, field.path, values)
            # The field is present but unusable: neither a value nor its absence may be concluded.
            values = [compact(values)]
        coded = self.schema.values.get(field.range, frozenset())
        for item in values:
            if isinstance(item, (Mapping, list, tuple)):
                self.draft.report_form(focus, field.path, compact(item), "a single value")
                self.draft.add(node, field.name, literal(compact(item)))
            elif isinstance(item, str) and item in coded:
                self.draft.add(node, field.name, netkg(item))
            elif isinstance(item, str) and field.name == "target":
                found = self.draft.resolve(item)
                # Where ids are unusable, an unknown target is not reported in addition.
                if found is not None or self.ids_usable:
                    self.draft.add(node, field.name, found or literal(item))
            else:
                self.draft.add(node, field.name, literal(item, day=field.range == XSD + "date"))
