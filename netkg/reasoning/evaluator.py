"""Evaluate criteria in strong three-valued logic.

A leaf is unknown only if an open field could decide it, or if the recorded
value is not specific enough.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Final, TypeAlias

from netkg.namespaces import NETKG
from netkg.ontology.compiler import Compiler
from netkg.ontology.criteria import (
    LEAVES,
    Criterion,
    HasValue,
    InstanceOf,
    IntersectionOf,
    SomeValuesFrom,
    only_part,
)
from netkg.ontology.openness import Determination
from netkg.ontology.schema import TYPE
from netkg.reasoning.facts import Facts, Index
from netkg.reasoning.verdicts import FALSE, TRUE, UNKNOWN

__all__ = ["Evaluator", "Function", "Functions", "Known", "LeavesOpen", "verdict_of"]

NOTHING: Final[frozenset[str]] = frozenset()

# The verdicts found so far, by the number of a criterion and a record in N-Triples form.
Known: TypeAlias = dict[tuple[int, str], int]
# The verdict of one criterion at a record in N-Triples form.
Function: TypeAlias = Callable[[Index, Known, str], int]
# The functions of criteria, by the identity of these.
Functions: TypeAlias = Mapping[int, Function]

# The values that a value does not rule out, by value.
LeavesOpen: TypeAlias = Mapping[str, frozenset[str]]


class Evaluator:
    """Evaluator of criteria over facts.

    ``functions`` are compiled criteria; one that has no function is interpreted.
    """

    def __init__(
        self, compiler: Compiler, facts: Facts, functions: Functions | None = None
    ) -> None:
        self.facts = facts
        self._functions = functions or {}
        self._known: Known = {}
        self._leaves_open = compiler.openness.leaves_open
        self._memo: dict[tuple[int, str], int] = {}
        self._failing: dict[tuple[int, str, int], int] = {}
        self._meeting: dict[tuple[int, str], bool] = {}
        self._open_ways: dict[tuple[int, str], tuple[Determination, ...]] = {}
        # The memos are keyed by identity, so the trees must outlive them.
        self._compiler = compiler

    # -- verdicts ------------------------------------------------------------------
    def verdict(self, criterion: Criterion, subject: str) -> int:
        """Evaluate a criterion at a subject: FALSE, UNKNOWN or TRUE."""
        function = self._functions.get(id(criterion))
        if function is not None:
            return function(self.facts.forward, self._known, f"<{subject}>")
        key = (id(criterion), subject)
        if key not in self._memo:
            self._memo[key] = self._evaluate(criterion, subject)
        return self._memo[key]

    def _evaluate(self, criterion: Criterion, subject: str) -> int:
        if isinstance(criterion, HasValue):
            return self._leaf(criterion, subject)
        if isinstance(criterion, InstanceOf):
            types = self.facts.values(subject, TYPE.value)
            return TRUE if f"<{criterion.class_}>" in types else FALSE
        join, verdict, last = (
            (min, TRUE, FALSE) if isinstance(criterion, IntersectionOf) else (max, FALSE, TRUE)
        )
        for part, other in self.parts(criterion, subject):
            verdict = join(verdict, self.verdict(part, other))
            if verdict == last:
                break
        return verdict

    def failing(self, criterion: Criterion, subject: str, *, most: int) -> int:
        """Return how many conditions must change for a criterion to be true, at most ``most``."""
        criterion = only_part(criterion)
        if self.verdict(criterion, subject) == TRUE:
            return 0
        if isinstance(criterion, LEAVES):
            return 1
        key = (id(criterion), subject, most)
        found = self._failing.get(key)
        if found is None:
            found = self._failing[key] = self._count_failing(criterion, subject, most)
        return found

    def _count_failing(self, criterion: Criterion, subject: str, most: int) -> int:
        parts = self.parts(criterion, subject)
        if not isinstance(criterion, IntersectionOf):
            return min([self.failing(part, other, most=most) for part, other in parts], default=1)
        count = 0
        for part, other in parts:
            count += self.failing(part, other, most=most)
            if count >= most:
                return most
        return count

    def meets_any(self, criterion: Criterion, subject: str) -> bool:
        """Return whether a value that a criterion asks for is recorded or derived."""
        criterion = only_part(criterion)
        if isinstance(criterion, HasValue):
            return self.verdict(criterion, subject) == TRUE
        key = (id(criterion), subject)
        found = self._meeting.get(key)
        if found is None:
            found = any(self.meets_any(*part) for part in self.parts(criterion, subject))
            self._meeting[key] = found
        return found

    def parts(self, criterion: Criterion, subject: str) -> list[tuple[Criterion, str]]:
        """Return the parts of a criterion, each with the subject to evaluate it at."""
        if isinstance(criterion, SomeValuesFrom):
            records = self.facts.linked(subject, criterion.property)
            return [(criterion.filler, other) for other in records]
        if isinstance(criterion, LEAVES):
            return []
        return [(part, subject) for part in criterion.parts]

    def _leaf(self, leaf: HasValue, subject: str) -> int:
        if recorded := self.facts.values(subject, leaf.property):
            return verdict_of(leaf, recorded, self._leaves_open)
        return UNKNOWN if self.ways(leaf, subject) else FALSE

    def open_fields(self, leaf: HasValue, subject: str) -> tuple[str, ...]:
        """Return the paths of the fields that could decide a leaf which is unknown."""
        return tuple(sorted({way.path for way in self.ways(leaf, subject)}))

    def ways(self, leaf: HasValue, subject: str) -> tuple[Determination, ...]:
        """Return the determinations whose field counts as absent at an unknown leaf."""
        key = (id(leaf), subject)
        if key not in self._open_ways:
            self._open_ways[key] = tuple(
                way for way in leaf.determinations if self._counts_as_absent(way, leaf, subject)
            )
        return self._open_ways[key]

    def _counts_as_absent(self, way: Determination, leaf: HasValue, subject: str) -> bool:
        if any(self.facts.values(subject, property_) for property_ in way.ruled_out_by):
            return False
        recorded = self.facts.values(subject, NETKG + way.field)
        return not recorded or way.counts_as_absent or is_open(leaf, recorded, self._leaves_open)


def verdict_of(leaf: HasValue, values: Collection[str], leaves_open: LeavesOpen) -> int:
    """Return the verdict on a leaf whose property has these values."""
    if not leaf.values.isdisjoint(values):
        return TRUE
    return UNKNOWN if is_open(leaf, values, leaves_open) else FALSE


def is_open(leaf: HasValue, values: Iterable[str], leaves_open: LeavesOpen) -> bool:
    """Return whether a value is too general to rule out what a leaf asks for."""
    return any(leaves_open.get(value, NOTHING) & leaf.values for value in values)
