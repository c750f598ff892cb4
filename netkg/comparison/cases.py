"""Compare two cases, field by field and record by record."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence

from netkg.case.draft import RECORDS
from netkg.case.model import Case
from netkg.case.strict_json import plain_numbers
from netkg.case.to_json import case_object
from netkg.comparison.leaves import Names, normalized, split
from netkg.comparison.model import Change
from netkg.comparison.plans import pair
from netkg.namespaces import local_name
from netkg.ontology.schema import Schema
from netkg.result import JSON

__all__ = ["differences"]


def differences(before: Case, after: Case, *, schema: Schema) -> tuple[Change, ...]:
    """Return the differences between two cases, except their own ids.

    Tumors are paired as in the comparison of their plans: by id, or if one is
    left over in each. Metastases are paired by id. Events or measurements are
    the same if all their values are.

    Raises:
        FormError: if a case cannot be written again without loss.
    """
    here, there = case_object(before, schema=schema), case_object(after, schema=schema)
    walk = _CaseComparison(schema, dict(pair(_ids(here, "tumors"), _ids(there, "tumors"))[0]))
    return tuple(walk.record("Case", here, there, after.id))


def _ids(tree: JSON, key: str) -> list[str]:
    return [body["id"] for body in tree.get(key, ())]


class _CaseComparison:
    """Walk two objects; ``names`` maps the ids of the first to those of the second."""

    def __init__(self, schema: Schema, names: Names) -> None:
        self._fields = schema.fields
        self._names = names

    def record(self, kind: str, here: JSON, there: JSON, subject: str) -> Iterator[Change]:
        """Yield the differences between two records: values, then the records below."""
        known = self._fields[kind]
        below = [name for name in known if local_name(known[name].range) in self._fields]
        for name, field in known.items():
            left, right = here.get(name), there.get(name)
            if name not in below and normalized(left) != normalized(right):
                yield Change(
                    "unset" if right is None else "set",
                    subject,
                    field.path,
                    plain_numbers(left),
                    plain_numbers(right),
                )
        for name in sorted(below, key=("tumors", "metastases", "measurements", "events").index):
            both = here.get(name, ()), there.get(name, ())
            if name in RECORDS:
                yield from self._named(local_name(known[name].range), *both, subject, name)
            else:
                yield from self._listed(*both, subject, known[name].path)

    def _named(
        self, kind: str, here: Sequence[JSON], there: Sequence[JSON], subject: str, path: str
    ) -> Iterator[Change]:
        """Yield the differences between the tumors or metastases."""
        left = {self._names.get(body["id"], body["id"]): body for body in here}
        right = {body["id"]: body for body in there}
        for id_ in dict.fromkeys([*left, *right]):
            if id_ not in right:
                yield Change("remove", subject, path, plain_numbers(left[id_]), None)
            elif id_ not in left:
                yield Change("add", subject, path, None, plain_numbers(right[id_]))
            else:
                yield from self.record(kind, left[id_], right[id_], id_)

    def _listed(
        self, here: Sequence[JSON], there: Sequence[JSON], subject: str, path: str
    ) -> Iterator[Change]:
        """Yield the events or measurements that only one of the cases has."""
        keys = [normalized(_content(body)) for body in there]
        found = split(here, there, map(self._key, here), keys)
        for body in found.disappeared:
            yield Change("remove", subject, path, plain_numbers(body), None)
        for body in found.appeared:
            yield Change("add", subject, path, None, plain_numbers(body))

    def _key(self, body: JSON) -> Hashable:
        content = _content(body)
        target = content.get("target")
        if isinstance(target, str):
            content["target"] = self._names.get(target, target)
        return normalized(content)


def _content(body: JSON) -> JSON:
    """Return a record without the name of its node, which says nothing about it."""
    return {key: value for key, value in body.items() if not key.startswith("@id")}
