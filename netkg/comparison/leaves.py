"""Compare the facts that verdicts rest on, down to what is recorded in the case."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from netkg.comparison.model import Item, Split
from netkg.plan.model import Plan
from netkg.reasoning.fact import Fact
from netkg.result import JSON

__all__ = [
    "Names",
    "content",
    "normalized",
    "keys_of_leaves",
    "known_leaves",
    "new_facts",
    "other_facts",
    "renamed",
    "split",
]

Names = Mapping[str, str]


def normalized(value: Any) -> Hashable:
    """Return a form of a value of a case that is equal for all ways of writing the value.

    >>> normalized({"value": 12, "target": None}) == normalized({"value": [12.0]})
    True
    >>> normalized(True) == normalized(1)
    False

    A list is in no order. Its values count once, as in RDF, but its records each count.

    >>> normalized(["G1", "G2"]) == normalized(["G2", "G1", "G2"])
    True
    >>> normalized([{"diameterMm": 8}]) == normalized([{"diameterMm": 8}, {"diameterMm": 8}])
    False
    """
    if isinstance(value, Mapping):
        parts = ((key, normalized(item)) for key, item in value.items())
        return frozenset(part for part in parts if part[1] is not None)
    if isinstance(value, (list, tuple)):
        counts = Counter(normalized(item) for item in value if item is not None)
        items = {(key, n if isinstance(key, frozenset) else 1) for key, n in counts.items()}
        if len(items) == 1 and (only := next(iter(items)))[1] == 1:
            return only[0]
        return frozenset(items) or None
    if isinstance(value, (bool, str)) or value is None:
        return (type(value).__name__, value) if isinstance(value, bool) else value
    return Decimal(str(value))


def content(record: Mapping[str, Any], names: Names) -> JSON:
    """Return a record without the name of its node, and with a renamed target.

    >>> content({"@id": "urn:e", "target": "a"}, {"a": "b"})
    {'target': 'b'}
    """
    body = {key: value for key, value in record.items() if key != "@id"}
    target = body.get("target")
    return body | {"target": names.get(target, target)} if isinstance(target, str) else body


def split(
    before: Sequence[Item],
    after: Sequence[Item],
    keys_before: Iterable[Hashable],
    keys_after: Iterable[Hashable] | None = None,
) -> Split[Item]:
    """Divide two lists into what appeared, disappeared and is in both; repeated items count.

    Items are the same if their keys are equal; without ``keys_after`` the items of the
    second list are their own keys.

    >>> split(["a", "b", "b"], ["B", "C"], ["A", "B", "B"])
    Split(appeared=('C',), disappeared=('a', 'b'), unchanged=('B',))
    """
    keys: Iterable[Any] = after if keys_after is None else keys_after
    places: defaultdict[Hashable, deque[int]] = defaultdict(deque)
    for place, key in enumerate(keys_before):
        places[key].append(place)
    appeared, unchanged, met = [], [], set[int]()
    for key, item in zip(keys, after, strict=True):
        if places[key]:
            met.add(places[key].popleft())
            unchanged.append(item)
        else:
            appeared.append(item)
    disappeared = (item for place, item in enumerate(before) if place not in met)
    return Split(tuple(appeared), tuple(disappeared), tuple(unchanged))


def known_leaves(plan: Plan, names: Names) -> set[Hashable]:
    """Return the leaves that the verdicts of a plan rest on, with the records renamed."""
    return {
        key
        for row in plan.recommendations
        for focus in row.foci
        for key in keys_of_leaves(focus.because, names)
    }


def keys_of_leaves(facts: Iterable[Fact], names: Names) -> Iterator[Hashable]:
    """Yield a key for each leaf below some facts; the same leaf has the same key."""
    for fact in facts:
        if fact.derived_from:
            yield from keys_of_leaves(fact.derived_from, names)
        else:
            yield _key(fact, names)


def new_facts(facts: Iterable[Fact], names: Names, known: set[Hashable]) -> tuple[Fact, ...]:
    """Return the facts, and what is below them, that rest on a leaf not known."""
    kept: list[Fact] = []
    for fact in facts:
        if fact.derived_from:
            below = new_facts(fact.derived_from, names, known)
            if below:
                kept.append(replace(fact, derived_from=below))
        elif _key(fact, names) not in known:
            kept.append(fact)
    return tuple(kept)


def other_facts(facts: Iterable[Fact], names: Names, others: Iterable[Fact]) -> tuple[Fact, ...]:
    """Return the facts that are not among others, whatever they were derived from.

    Not every derived fact follows from its leaves alone: of several grades
    the highest is used, and the others are not among its leaves.
    """
    known = {_key(fact, {}) for fact in others}
    return tuple(fact for fact in facts if _key(fact, names) not in known)


def renamed(facts: Iterable[Fact], names: Names) -> tuple[Fact, ...]:
    """Return facts with renamed subjects; the facts below them are unchanged."""
    return tuple(replace(fact, subject=names.get(fact.subject, fact.subject)) for fact in facts)


def _key(leaf: Fact, names: Names) -> Hashable:
    value = leaf.value
    if leaf.field == "id":
        value = names.get(str(value), value)
    elif isinstance(value, Mapping):
        value = content(value, names)
    subject = names.get(leaf.subject, leaf.subject)
    # The words of a search end with the tumor that it was for, if there are several.
    searched, that, tumor = (leaf.searched or "").rpartition(" that concerns ")
    searched += that + names.get(tumor, tumor)
    return subject, leaf.field, normalized(value), leaf.asserted, searched
