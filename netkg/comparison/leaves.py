"""Compare the facts that verdicts rest on, down to what is recorded in the case."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from netkg.comparison.model import Item, Split
from netkg.plan.model import Plan
from netkg.reasoning.fact import Fact

__all__ = [
    "Names",
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
    """
    if isinstance(value, Mapping):
        parts = ((key, normalized(item)) for key, item in value.items())
        return frozenset(part for part in parts if part[1] is not None)
    if isinstance(value, (list, tuple)):
        items = [normalized(item) for item in value if item is not None]
        return None if not items else items[0] if len(items) == 1 else frozenset(items)
    if isinstance(value, (bool, str)) or value is None:
        return (type(value).__name__, value) if isinstance(value, bool) else value
    return Decimal(str(value))


def split(
    before: Sequence[Item],
    after: Sequence[Item],
    keys_before: Iterable[object],
    keys_after: Iterable[object] | None = None,
) -> Split[Item]:
    """Divide two lists into what appeared, disappeared and is in both; repeated items count.

    Items are the same if their keys are equal; without ``keys_after`` the items of the
    second list are their own keys.

    >>> split(["a", "b", "b"], ["B", "C"], ["A", "B", "B"])
    Split(appeared=('C',), disappeared=('a', 'b'), unchanged=('B',))
    """
    left = list(zip(keys_before, before, strict=True))
    appeared, unchanged = [], []
    for key, item in zip(after if keys_after is None else keys_after, after, strict=True):
        match = next((pair for pair in left if pair[0] == key), None)
        if match is None:
            appeared.append(item)
        else:
            left.remove(match)
            unchanged.append(item)
    return Split(tuple(appeared), tuple(item for _, item in left), tuple(unchanged))


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
    subject = names.get(leaf.subject, leaf.subject)
    return subject, leaf.field, normalized(value), leaf.asserted, leaf.searched
