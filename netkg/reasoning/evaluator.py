"""Evaluate criteria in strong three-valued logic, and find the fields that are missing.

A leaf is unknown only if an open field could decide it, or if the recorded
value is not specific enough.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import combinations
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

__all__ = ["Evaluator", "Function", "Functions", "Known"]

NOTHING: Final[frozenset[str]] = frozenset()

# The verdicts found so far, by the number of a criterion and a record in N-Triples form.
Known: TypeAlias = dict[tuple[int, str], int]
# The verdict of one criterion at a record in N-Triples form.
Function: TypeAlias = Callable[[Index, Known, str], int]
# The functions of criteria, by the identity of these.
Functions: TypeAlias = Mapping[int, Function]

# A partial assignment: (subject, field or field and property) to the value it is given.
Assignment = Mapping[tuple[str, str], str]


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
        self._open_paths: dict[tuple[int, str], frozenset[str]] = {}
        self._filled_in: dict[tuple[int, int, int], tuple[tuple[str, str], ...]] = {}
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
            return self._of_values(leaf, recorded)
        return UNKNOWN if self._ways(leaf, subject) else FALSE

    def _of_values(self, leaf: HasValue, values: Collection[str]) -> int:
        """Return the verdict on a leaf whose property has these values."""
        if not leaf.values.isdisjoint(values):
            return TRUE
        return UNKNOWN if self._is_open(leaf, values) else FALSE

    def _is_open(self, leaf: HasValue, values: Iterable[str]) -> bool:
        """Return whether a value is too general to rule out what a leaf asks for."""
        return any(self._leaves_open.get(value, NOTHING) & leaf.values for value in values)

    def open_fields(self, leaf: HasValue, subject: str) -> tuple[str, ...]:
        """Return the paths of the fields that could decide a leaf which is unknown."""
        return tuple(sorted({way.path for way in self._ways(leaf, subject)}))

    def _ways(self, leaf: HasValue, subject: str) -> tuple[Determination, ...]:
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
        return not recorded or way.counts_as_absent or self._is_open(leaf, recorded)

    # -- missing fields ----------------------------------------------------------------
    def missing(self, criterion: Criterion, subject: str) -> tuple[tuple[str, ...], ...]:
        """Return the smallest sets of absent fields that would decide a criterion.

        Each set is sorted; the sets are in order of size, then alphabetical.
        """
        fields = sorted(self._unknown_fields(criterion, subject))
        found: list[tuple[str, ...]] = []
        for size in range(1, len(fields) + 1):
            candidates = [f for f in fields if (f,) not in found]
            # What all of them cannot decide, no part of them can.
            if size > 1 and not self._may_decide(criterion, subject, frozenset(candidates)):
                break
            for chosen in combinations(candidates, size):
                paths = frozenset(chosen)
                is_smallest = not any(paths.issuperset(smaller) for smaller in found)
                if is_smallest and self._decides(criterion, subject, paths):
                    found.append(chosen)
        return tuple(found)

    def _unknown_fields(self, criterion: Criterion, subject: str) -> frozenset[str]:
        """Return the paths of the fields of all leaves that leave a criterion unknown."""
        if self.verdict(criterion, subject) != UNKNOWN:
            return NOTHING
        key = (id(criterion), subject)
        if key not in self._open_paths:
            found = (
                (way.path for way in self._ways(criterion, subject))
                if isinstance(criterion, HasValue)
                else (
                    path
                    for part, other in self.parts(criterion, subject)
                    for path in self._unknown_fields(part, other)
                )
            )
            self._open_paths[key] = frozenset(found)
        return self._open_paths[key]

    def _decides(self, criterion: Criterion, subject: str, paths: frozenset[str]) -> bool:
        return any(
            next(self._assignments(criterion, subject, wanted, paths, {}), None) is not None
            for wanted in (TRUE, FALSE)
        )

    def _may_decide(self, criterion: Criterion, subject: str, paths: frozenset[str]) -> bool:
        """Return whether fields may decide a criterion; if not, a search finds nothing."""
        return bool(paths) and any(
            self._can_be(criterion, subject, wanted, paths) for wanted in (TRUE, FALSE)
        )

    def _can_be(
        self, criterion: Criterion, subject: str, wanted: int, paths: frozenset[str]
    ) -> bool:
        """Return whether ``paths`` may give a criterion this verdict, leaf by leaf.

        This takes no account of values that two leaves share, so it is fast.
        """
        known = self.verdict(criterion, subject)
        if known != UNKNOWN:
            return known == wanted
        if isinstance(criterion, HasValue):
            return next(self._decide(criterion, subject, wanted, paths, {}), None) is not None
        every = (wanted == TRUE) == isinstance(criterion, IntersectionOf)
        return (all if every else any)(
            self._can_be(part, other, wanted, paths)
            for part, other in self.parts(criterion, subject)
        )

    def _assignments(
        self,
        criterion: Criterion,
        subject: str,
        wanted: int,
        paths: frozenset[str],
        given: Assignment,
    ) -> Iterator[Assignment]:
        """Yield the ways to fill in fields of ``paths`` that give a criterion this verdict."""
        known = self.verdict(criterion, subject)
        if known != UNKNOWN:
            if known == wanted:
                yield given
        elif isinstance(criterion, HasValue):
            yield from self._decide(criterion, subject, wanted, paths, given)
        else:
            parts = self.parts(criterion, subject)
            every = (wanted == TRUE) == isinstance(criterion, IntersectionOf)
            yield from self._combine(parts, wanted, every, paths, given)

    def _combine(
        self,
        parts: list[tuple[Criterion, str]],
        wanted: int,
        every: bool,
        paths: frozenset[str],
        given: Assignment,
    ) -> Iterator[Assignment]:
        if not every:
            for part, subject in parts:
                yield from self._assignments(part, subject, wanted, paths, given)
        elif not parts:
            yield given
        else:
            (part, subject), rest = parts[0], parts[1:]
            for extended in self._assignments(part, subject, wanted, paths, given):
                yield from self._combine(rest, wanted, True, paths, extended)

    def _decide(
        self, leaf: HasValue, subject: str, wanted: int, paths: frozenset[str], given: Assignment
    ) -> Iterator[Assignment]:
        for way in self._ways(leaf, subject):
            if way.path in paths:
                for name, value in self._fillings(leaf, way, wanted):
                    key = (subject, name)
                    if given.get(key, value) == value:
                        yield {**given, key: value}

    def _fillings(
        self, leaf: HasValue, way: Determination, wanted: int
    ) -> tuple[tuple[str, str], ...]:
        """Return what can be assigned so that a leaf gets a verdict: a name, and its value.

        A single coded field has one value for all leaves; a number, a list or
        a set of tests can satisfy each leaf independently.
        """
        key = (id(leaf), id(way), wanted)
        if key not in self._filled_in:
            own = f"{way.field} {leaf.property}"
            shared = way.field if way.single else own
            outcomes: Iterable[tuple[str, str, frozenset[str]]]
            if way.gives is None:
                outcomes = ((shared, value, frozenset({value})) for value in sorted(way.choices))
            elif way.when is not None:
                outcomes = ((shared, way.when, way.gives),)
            else:
                outcomes = ((own, " ".join(sorted(way.gives)), way.gives),)
            self._filled_in[key] = tuple(
                (name, value)
                for name, value, values in outcomes
                if self._of_values(leaf, values) == wanted
            )
        return self._filled_in[key]
