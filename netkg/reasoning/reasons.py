"""The facts that are sufficient for a verdict, down to those asserted in the case."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from netkg.case.model import Case
from netkg.case.values import json_value
from netkg.namespaces import NETKG, local_name
from netkg.ontology.compiler import Compiler
from netkg.ontology.criteria import (
    Criterion,
    HasValue,
    InstanceOf,
    IntersectionOf,
    NamedClass,
    SomeValuesFrom,
)
from netkg.reasoning.evaluator import Evaluator
from netkg.reasoning.fact import Fact
from netkg.reasoning.facts import Derivation, Facts
from netkg.reasoning.verdicts import FALSE, TRUE, UNKNOWN

__all__ = ["EvidenceFinder"]


class EvidenceFinder:
    """Finder of the facts that the verdicts on one case rest on.

    The facts are sufficient: for a false conjunction those of one false part,
    for a true disjunction those of one true part, else those of all parts.
    ``words`` describe what a pattern searches for (:func:`search_words`).
    """

    def __init__(
        self, case: Case, evaluator: Evaluator, compiler: Compiler, words: Mapping[str, str]
    ) -> None:
        self._case = case
        self._evaluator = evaluator
        self._words = words
        self._facts: Facts = evaluator.facts
        self._shown_as = compiler.openness.shown_as
        self._owner = {
            measurement: tumor.value
            for tumor in case.tumors
            for measurement in self._facts.linked(tumor.value, NETKG + "measurements")
        }
        # If there are several tumors, or metastases, not every event concerns each tumor.
        several = len(case.tumors) > 1 or bool(case.metastases)
        self._named_tumors = {tumor.value for tumor in case.tumors} if several else set()
        self._proofs: dict[tuple[str, str, str], Fact] = {}
        self._reasoned: dict[tuple[int, str], tuple[Fact, ...]] = {}

    def because(self, criterion: Criterion, subject: str) -> tuple[Fact, ...]:
        """Return the facts that a true or false verdict rests on; none if it is unknown."""
        verdict = self._evaluator.verdict(criterion, subject)
        if verdict == UNKNOWN:
            return ()
        key = (id(criterion), subject)
        if key not in self._reasoned:
            self._reasoned[key] = _distinct(self._walk(criterion, subject, verdict))
        return self._reasoned[key]

    def failing(self, criterion: Criterion, subject: str) -> Criterion:
        """Return the part of a false criterion that its reasons are about.

        It is the narrowest class with a name, unless only a part without one fails.
        """
        inner = criterion
        if isinstance(criterion, NamedClass) and len(criterion.parts) == 1:
            (inner,) = criterion.parts
        if isinstance(inner, NamedClass):
            return self.failing(inner, subject)
        if not isinstance(inner, IntersectionOf):
            return criterion
        false = [part for part in inner.parts if self._evaluator.verdict(part, subject) == FALSE]
        return self.failing(min(false, key=lambda part: self._length(part, subject)), subject)

    # -- walking the tree ------------------------------------------------------------
    def _walk(self, criterion: Criterion, subject: str, verdict: int) -> Iterator[Fact]:
        if isinstance(criterion, HasValue):
            yield from self._leaf(criterion, subject, verdict)
        elif isinstance(criterion, InstanceOf):
            yield self._record(criterion, subject, verdict)
        else:
            parts = list(self._evaluator.parts(criterion, subject))
            if (verdict == TRUE) != isinstance(criterion, IntersectionOf):
                yield from self._shortest(parts, verdict)
            elif isinstance(criterion, SomeValuesFrom) and not parts:
                yield self._absence(subject, criterion.property)
            else:
                for part, other in parts:
                    yield from self.because(part, other)

    def _shortest(self, parts: list[tuple[Criterion, str]], verdict: int) -> tuple[Fact, ...]:
        """Return the fewest reasons of any part, with as few absences as possible."""
        candidates = [each for each in parts if self._evaluator.verdict(*each) == verdict]
        return self.because(*min(candidates, key=lambda each: self._length(*each)))

    def _length(self, criterion: Criterion, subject: str) -> tuple[int, int]:
        facts = self.because(criterion, subject)
        return sum(map(_rests_on_absence, facts)), len(facts)

    def _leaf(self, leaf: HasValue, subject: str, verdict: int) -> Iterator[Fact]:
        # Sorted, since the store yields derived facts in any order.
        recorded = sorted(self._facts.values(subject, leaf.property))
        if verdict == TRUE:
            yield self.fact(subject, leaf.property, next(v for v in recorded if v in leaf.values))
        elif recorded:
            for value in recorded:
                yield self.fact(subject, leaf.property, value)
        else:
            yield self._absence(subject, leaf.property)

    def _record(self, criterion: InstanceOf, subject: str, verdict: int) -> Fact:
        case = self._case
        if subject == case.node.value:
            return Fact(case.id, "id", case.id, verdict == TRUE, node=subject, term=f"<{subject}>")
        if verdict == TRUE and subject in case.names:
            name = case.names[subject]
            return Fact(name, "id", name, True, node=subject, term=f"<{subject}>")
        return Fact(self._name(subject), local_name(criterion.class_), None, False, node=subject)

    # -- facts ---------------------------------------------------------------------
    def fact(self, subject: str, property_: str, value: str) -> Fact:
        """Return the fact that a record has a value, which is in N-Triples form."""
        key = (subject, property_, value)
        if key not in self._proofs:
            self._proofs[key] = self._prove(*key)
        return self._proofs[key]

    def _prove(self, subject: str, property_: str, value: str) -> Fact:
        name, field, shown = (
            self._name(subject),
            self._field(property_),
            json_value(value, self._case.names),
        )
        if self._facts.is_asserted(subject, property_, value):
            return Fact(name, field, shown, True, node=subject, term=value)
        derivation = self._facts.derivation(subject, property_, value)
        premises = _distinct(self._premises(subject, derivation, value)) if derivation else ()
        # A value that is passed on unchanged needs no separate fact.
        if len(premises) == 1 and (premises[0].field, premises[0].value) == (field, shown):
            return premises[0]
        return Fact(name, field, shown, False, premises, node=subject, term=value)

    def _premises(self, subject: str, derivation: Derivation, of: str) -> Iterator[Fact]:
        for property_ in sorted(derivation.properties):
            values = sorted(self._facts.values(subject, property_))
            if not values:
                yield self._absence(subject, property_)
            for value in values:
                if value[1:-1] in self._case.records:
                    yield self._recorded(value[1:-1])
                else:
                    yield self.fact(subject, property_, value)
        for property_ in sorted(derivation.same):
            passed_on = self._facts.derivation(subject, property_, of)
            if passed_on is not None:
                yield from self._premises(subject, passed_on, of)
        for record in sorted(derivation.records):
            yield self._recorded(record)
        for field, property_ in sorted(derivation.linked):
            for other in sorted(self._facts.linked(subject, field)):
                for value in self._facts.values(other, property_):
                    yield self.fact(other, property_, value)
        for field, searched in sorted(derivation.absences):
            yield self._absence(subject, field, self._words.get(searched) or local_name(searched))

    def _recorded(self, node: str) -> Fact:
        case = self._case
        if node in self._owner:
            owner, field = self._name(self._owner[node]), "measurements"
            return Fact(owner, field, case.records[node], True, node=node)
        if node in case.records:
            return Fact(case.id, "events", case.records[node], True, node=node)
        site = sorted(self._facts.values(node, NETKG + "site"))
        shown = json_value(site[0], self._case.names) if site else None
        return Fact(self._name(node), "site", shown, bool(site), node=node, term=site[0])

    def _absence(self, subject: str, property_: str, searched: str | None = None) -> Fact:
        field = local_name(property_)
        of_case = field in ("events", "metastases")
        owner = self._case.id if of_case else self._name(subject)
        if searched and property_ == NETKG + "events" and subject in self._named_tumors:
            searched = f"{searched} that concerns {self._name(subject)}"
        node = self._case.node.value if of_case else subject
        return Fact(owner, self._field(property_), None, False, (), searched or None, node=node)

    # -- names ---------------------------------------------------------------------
    def _name(self, node: str) -> str:
        return self._case.names.get(node, node)

    def _field(self, property_: str) -> str:
        return self._shown_as.get(property_) or local_name(property_)


def _distinct(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    # Facts can contain JSON objects, which are not hashable, so only some fields are the key.
    kept: list[Fact] = []
    similar: dict[tuple[str, str, str], list[Fact]] = {}
    for fact in facts:
        known = similar.setdefault((fact.node, fact.field, fact.term), [])
        if fact not in known:
            known.append(fact)
            kept.append(fact)
    return tuple(kept)


def _rests_on_absence(fact: Fact) -> bool:
    if not fact.derived_from:
        return not fact.asserted
    return any(_rests_on_absence(premise) for premise in fact.derived_from)
