"""Compare two cases, field by field and record by record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from netkg.case.draft import RECORDS
from netkg.case.model import Case
from netkg.case.strict_json import plain_numbers
from netkg.case.to_json import case_object
from netkg.comparison.leaves import Names, content, normalized, split
from netkg.comparison.model import Change
from netkg.comparison.records import names_of, record_ids, same_records
from netkg.namespaces import local_name
from netkg.ontology.schema import Schema
from netkg.result import JSON

__all__ = ["compared", "differences"]


def differences(before: Case, after: Case, *, schema: Schema) -> tuple[Change, ...]:
    """Return the differences between two cases, except their own ids.

    Events or measurements are the same if all their values are; for tumors and
    metastases see :func:`~netkg.comparison.records.same_records`.

    Raises:
        FormError: if a case cannot be written again without loss.
    """
    return compared(before, after, schema=schema)[1]


def compared(
    before: Case, after: Case, *, schema: Schema
) -> tuple[dict[str, str], tuple[Change, ...]]:
    """Return the ids of a case as they are compared with another, and the differences.

    Raises:
        FormError: if a case cannot be written again without loss.
    """
    here, there = case_object(before, schema=schema), case_object(after, schema=schema)
    same = same_records(here, there)
    names = names_of(same, record_ids(here), record_ids(there))
    return names, tuple(_CaseComparison(schema, same).record("Case", here, there, after.id))


class _CaseComparison:
    """Walk two objects; ``same`` maps the ids of the first to those of the second."""

    def __init__(self, schema: Schema, same: Names) -> None:
        self._fields = schema.fields
        self._same = same

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
        left = {self._same.get(body["id"]): body for body in here}
        right = {body["id"]: body for body in there}
        for body in here:
            if (id_ := self._same.get(body["id"])) is None:
                yield Change("remove", subject, path, _shown(body), None)
            else:
                yield from self.record(kind, body, right[id_], id_)
        for id_, body in right.items():
            if id_ not in left:
                yield Change("add", subject, path, None, _shown(body))

    def _listed(
        self, here: Sequence[JSON], there: Sequence[JSON], subject: str, path: str
    ) -> Iterator[Change]:
        """Yield the events or measurements that only one of the cases has."""
        keys = [normalized(content(body, {})) for body in there]
        renamed = [normalized(content(body, self._same)) for body in here]
        found = split(here, there, renamed, keys)
        for body in found.disappeared:
            yield Change("remove", subject, path, _shown(body), None)
        for body in found.appeared:
            yield Change("add", subject, path, None, _shown(body))


def _shown(record: JSON) -> Any:
    """Return a record without the names of its node and of those below it."""
    below = {
        key: [content(each, {}) for each in value]
        for key, value in record.items()
        if key == "measurements"
    }
    return plain_numbers(content(record, {}) | below)
