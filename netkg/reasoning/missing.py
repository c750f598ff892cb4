"""The smallest sets of absent fields that would decide a criterion which is unknown.

A set of fields decides if some values of them make the criterion true or false. Each leaf is
looked at by itself, which gives a few sets, mostly with values that fit together; for the others
and where they do not decide, all sets are searched.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Final, TypeAlias

from netkg.ontology.criteria import Criterion, HasValue, IntersectionOf, only_part
from netkg.ontology.openness import Determination
from netkg.reasoning.evaluator import Evaluator, LeavesOpen, verdict_of
from netkg.reasoning.verdicts import FALSE, TRUE, UNKNOWN

__all__ = ["Fillings", "MissingFields"]

Paths: TypeAlias = frozenset[str]
# What absent fields may be: by the record and the name of a filling, one or more values.
Values: TypeAlias = Mapping[tuple[str, str], frozenset[str]]
# The smallest sets of fields that give a verdict, each with values that do
# so; or None, if those found do not fit together.
Family: TypeAlias = Mapping[Paths, Values | None]

_NOTHING: Final[Paths] = frozenset()


class Fillings:
    """How fields can be filled in so that leaves get a verdict, in one ontology."""

    def __init__(self, leaves_open: LeavesOpen) -> None:
        self._leaves_open = leaves_open
        # Keyed by identity: leaves and their determinations are those of one compiler.
        self._found: dict[tuple[int, int, int], tuple[str, frozenset[str]]] = {}

    def of(self, leaf: HasValue, way: Determination, wanted: int) -> tuple[str, frozenset[str]]:
        """Return what is filled in so that a leaf gets a verdict: a name, and its values.

        A single coded field has one value for all leaves; a number, a list or
        a set of tests can satisfy each leaf independently.
        """
        key = (id(leaf), id(way), wanted)
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = self._filled(leaf, way, wanted)
        return found

    def _filled(
        self, leaf: HasValue, way: Determination, wanted: int
    ) -> tuple[str, frozenset[str]]:
        own = f"{way.field} {leaf.property}"
        name = way.field if way.single else own
        if way.gives is None:
            outcomes = [(value, frozenset({value})) for value in way.choices]
        elif way.when is not None:
            outcomes = [(way.when, way.gives)]
        else:
            name, outcomes = own, [(" ".join(sorted(way.gives)), way.gives)]
        return name, frozenset(
            value
            for value, given in outcomes
            if verdict_of(leaf, given, self._leaves_open) == wanted
        )


class MissingFields:
    """Finder of the fields that are missing for the verdicts of one evaluator."""

    def __init__(self, evaluator: Evaluator, fillings: Fillings) -> None:
        self._evaluator = evaluator
        self._fillings = fillings
        self._families: dict[tuple[int, str, int], Family] = {}

    def sets(self, criterion: Criterion, subject: str) -> tuple[tuple[str, ...], ...]:
        """Return the smallest sets of absent fields that would decide a criterion.

        Each set is sorted; the sets are in order of size, then alphabetical.
        """
        found = _smallest(self._of_any(self._family(criterion, subject, w) for w in (TRUE, FALSE)))
        sets: Sequence[Paths] = list(found)
        unsure = [paths for paths, values in found.items() if values is None]
        if not all(self._decides(criterion, subject, paths) for paths in unsure):
            # Two leaves need different values of one field, so that larger sets may decide.
            sets = self._search(criterion, subject)
        return tuple(sorted([tuple(sorted(paths)) for paths in sets], key=lambda p: (len(p), p)))

    # -- leaf by leaf ------------------------------------------------------------------
    def _family(self, criterion: Criterion, subject: str, wanted: int) -> Family:
        """Return the smallest sets of fields that may give a criterion this verdict.

        Every set that does so contains one of these.
        """
        criterion = only_part(criterion)
        known = self._evaluator.verdict(criterion, subject)
        if known != UNKNOWN:
            return {_NOTHING: {}} if known == wanted else {}
        key = (id(criterion), subject, wanted)
        found = self._families.get(key)
        if found is None:
            found = self._families[key] = self._of_parts(criterion, subject, wanted)
        return found

    def _of_parts(self, criterion: Criterion, subject: str, wanted: int) -> Family:
        if isinstance(criterion, HasValue):
            found: dict[Paths, Values | None] = {}
            for way in self._evaluator.ways(criterion, subject):
                name, values = self._fillings.of(criterion, way, wanted)
                if values:
                    found.setdefault(frozenset({way.path}), {(subject, name): values})
            return found
        parts = self._evaluator.parts(criterion, subject)
        families = (self._family(part, at, wanted) for part, at in parts)
        every = (wanted == TRUE) == isinstance(criterion, IntersectionOf)
        return self._of_every(families) if every else _smallest(self._of_any(families))

    def _of_any(self, families: Iterator[Family]) -> Family:
        found: dict[Paths, Values | None] = {}
        for family in families:
            for paths, values in family.items():
                if found.get(paths) is None:
                    found[paths] = values
        return found

    def _of_every(self, families: Iterator[Family]) -> Family:
        found: Family = {_NOTHING: {}}
        for family in families:
            joined: dict[Paths, Values | None] = {}
            for paths, values in found.items():
                for others, more in family.items():
                    both = paths | others
                    if joined.get(both) is None:
                        joined[both] = _joined(values, more)
            found = _smallest(joined)
        return found

    # -- all sets ----------------------------------------------------------------------
    def _search(self, criterion: Criterion, subject: str) -> list[Paths]:
        """Return the smallest sets of fields that decide, among all sets."""
        fields = sorted(self._unknown_fields(criterion, subject))
        found: list[Paths] = []
        for size in range(1, len(fields) + 1):
            candidates = [field for field in fields if frozenset({field}) not in found]
            # What all of them cannot decide, no part of them can.
            if size > 1 and not self._wanted(criterion, subject, frozenset(candidates)):
                break
            for paths in map(frozenset, combinations(candidates, size)):
                is_smallest = not any(paths >= smaller for smaller in found)
                if is_smallest and self._decides(criterion, subject, paths):
                    found.append(paths)
        return found

    def _unknown_fields(self, criterion: Criterion, subject: str) -> Paths:
        """Return the paths of the fields of all leaves that leave a criterion unknown."""
        if self._evaluator.verdict(criterion, subject) != UNKNOWN:
            return _NOTHING
        if isinstance(criterion, HasValue):
            return frozenset(way.path for way in self._evaluator.ways(criterion, subject))
        parts = self._evaluator.parts(criterion, subject)
        return _NOTHING.union(*(self._unknown_fields(part, at) for part, at in parts))

    def _decides(self, criterion: Criterion, subject: str, paths: Paths) -> bool:
        return any(
            next(self._assignments(criterion, subject, wanted, paths, {}), None) is not None
            for wanted in self._wanted(criterion, subject, paths)
        )

    def _wanted(self, criterion: Criterion, subject: str, paths: Paths) -> list[int]:
        """Return the verdicts that fields may give, leaf by leaf; a search finds no other."""
        return [
            wanted
            for wanted in (TRUE, FALSE)
            if any(paths >= smaller for smaller in self._family(criterion, subject, wanted))
        ]

    def _assignments(
        self, criterion: Criterion, subject: str, wanted: int, paths: Paths, given: Values
    ) -> Iterator[Values]:
        """Yield the values of fields of ``paths`` that give a criterion this verdict."""
        known = self._evaluator.verdict(criterion, subject)
        if known != UNKNOWN:
            if known == wanted:
                yield given
        elif isinstance(criterion, HasValue):
            for way in self._evaluator.ways(criterion, subject):
                name, values = self._fillings.of(criterion, way, wanted)
                if values and way.path in paths:
                    joined = _joined(given, {(subject, name): values})
                    if joined is not None:
                        yield joined
        else:
            parts = self._evaluator.parts(criterion, subject)
            if (wanted == TRUE) == isinstance(criterion, IntersectionOf):
                yield from self._of_all(parts, wanted, paths, given)
            else:
                for part, at in parts:
                    yield from self._assignments(part, at, wanted, paths, given)

    def _of_all(
        self, parts: Sequence[tuple[Criterion, str]], wanted: int, paths: Paths, given: Values
    ) -> Iterator[Values]:
        if not parts:
            yield given
            return
        (part, subject), rest = parts[0], parts[1:]
        for joined in self._assignments(part, subject, wanted, paths, given):
            yield from self._of_all(rest, wanted, paths, joined)


def _smallest(family: Family) -> Family:
    """Return the sets that contain no other."""
    if len(family) < 2:
        return family
    found: dict[Paths, Values | None] = {}
    for paths in sorted(family, key=len):
        if not any(smaller <= paths for smaller in found):
            found[paths] = family[paths]
    return found


def _joined(values: Values | None, others: Values | None) -> Values | None:
    """Return values that satisfy both, or None if there are none."""
    if values is None or others is None:
        return None
    if not values or not others:
        return values or others
    joined = dict(values)
    for key, more in others.items():
        both = joined.get(key, more) & more
        if not both:
            return None
        joined[key] = both
    return joined
