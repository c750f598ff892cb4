"""Find out which tumors and metastases of two cases are the same."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Mapping
from typing import Final

from netkg.case.draft import RECORDS
from netkg.comparison.leaves import Names, content, normalized
from netkg.result import JSON

__all__ = ["is_by_place", "names_of", "pair", "record_ids", "same_records"]

# An id by place says nothing about the record: one more ahead of it changes it.
_BY_PLACE: Final = re.compile(f"(?:{'|'.join(map(str.lower, RECORDS.values()))})-[1-9][0-9]*")


def is_by_place(id_: str) -> bool:
    """Return whether an id only says where its record is in its list.

    >>> is_by_place("tumor-2"), is_by_place("head-of-pancreas")
    (True, False)
    """
    return _BY_PLACE.fullmatch(id_) is not None


def record_ids(tree: JSON) -> list[str]:
    """Return the ids of the tumors and metastases of a case."""
    return [record["id"] for key in RECORDS for record in tree.get(key, ())]


def same_records(here: JSON, there: JSON) -> dict[str, str]:
    """Return the ids of tumors and metastases of a case with those in another case.

    Records are the same if their ids are; where an id is only a place in the list
    (``tumor-2``), if all that is recorded of them is. Of the tumors, the one that is left
    over in each case is taken for the same.
    """
    return {
        id_: other
        for key in RECORDS
        for id_, other in pair(
            _contents(here, key), _contents(there, key), leftover=key == "tumors"
        ).items()
    }


def pair(
    here: Mapping[str, Hashable], there: Mapping[str, Hashable], *, leftover: bool = True
) -> dict[str, str]:
    """Pair the records of two cases, given as their ids with what is recorded of them.

    >>> pair({"a": 1, "b": 2}, {"b": 2, "c": 3}), pair({"a": 1, "b": 2}, {"c": 1, "d": 2})
    ({'a': 'c', 'b': 'b'}, {})
    >>> pair({"tumor-1": 1, "tumor-2": 2}, {"tumor-1": 3, "tumor-2": 1, "tumor-3": 2})
    {'tumor-1': 'tumor-2', 'tumor-2': 'tumor-3'}
    """
    left, right, found = dict(here), dict(there), dict[str, str]()

    def take(pairs: Iterable[tuple[str, str]]) -> None:
        for id_, other in list(pairs):
            if id_ in left and other in right:
                found[id_] = other
                del left[id_], right[other]

    take([(id_, id_) for id_, what in here.items() if there.get(id_) == what])
    by_content: dict[Hashable, list[str]] = {}
    for other, what in right.items():
        by_content.setdefault(what, []).append(other)
    for id_, what in here.items():
        others = (other for other in by_content.get(what, ()) if other in right)
        by_place = [other for other in others if is_by_place(id_) or is_by_place(other)]
        take([(id_, other) for other in by_place[:1]])
    take([(id_, id_) for id_ in here])
    if leftover and len(left) == len(right) == 1:
        take(zip(left, right, strict=True))
    return {id_: found[id_] for id_ in here if id_ in found}


def _contents(tree: JSON, key: str) -> dict[str, Hashable]:
    """Return what is recorded of each record of a list: its fields, and the events at it."""
    events: dict[str, list[JSON]] = {}
    for event in tree.get("events", ()):
        events.setdefault(str(event.get("target")), []).append(
            content(event, {}) | {"target": None}
        )
    return {
        record["id"]: normalized(_plain(record) | {"events": events.get(record["id"], [])})
        for record in tree.get(key, ())
    }


def _plain(record: JSON) -> JSON:
    """Return a tumor or a metastasis without its id and the names of its measurements."""
    body = {key: value for key, value in record.items() if key != "id"}
    measurements = [content(each, {}) for each in record.get("measurements", ())]
    return body | {"measurements": measurements}


def names_of(same: Names, ids: Iterable[str], others: Iterable[str]) -> dict[str, str]:
    """Return the ids of a case as they are compared with those of another.

    >>> names_of({"tumor-2": "tumor-1"}, ["tumor-1", "tumor-2"], ["tumor-1"])
    {'tumor-1': 'tumor-1 (before)', 'tumor-2': 'tumor-1'}
    """
    taken = set(others)
    return {id_: same.get(id_) or (f"{id_} (before)" if id_ in taken else id_) for id_ in ids}
