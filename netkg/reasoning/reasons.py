"""The facts that are sufficient for a verdict, and the fields that are missing for one.

The facts lead down to those asserted in the case.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

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
    only_part,
)
from netkg.reasoning.evaluator import Evaluator
from netkg.reasoning.fact import Fact
from netkg.reasoning.facts import Derivation, Facts
from netkg.reasoning.missing import Fillings, MissingFields
from netkg.reasoning.verdicts import FALSE, TRUE, UNKNOWN

__all__ = ["EvidenceFinder"]


class EvidenceFinder:
    """Finder of the facts that the verdicts on one case rest on.

    The facts are sufficient: for a false conjunction those of one false part,
    for a true disjunction those of one true part, else those of all parts.
    ``words`` describe what a pattern searches for (:func:`search_words`); ``fillings`` are
    those of the ontology.
    """

    def __init__(
        self,
        case: Case,
        evaluator: Evaluator,
        compiler: Compiler,
        words: Mapping[str, str],
        fillings: Fillings,
    ) -> None:
        self._case = case
        self._evaluator = evaluator
        self._words = words
        self._missing = MissingFields(evaluator, fillings)
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
        self._records: dict[str, Fact] = {}
        self._absences: dict[tuple[str, str, str | None], Fact] = {}
        self._reasoned: dict[tuple[int, str], tuple[Fact, ...]] = {}
        # Equal facts are one object, so that sets of facts need not compare them.
        self._similar: dict[tuple[str, str, str], list[Fact]] = {}
        self._rests_on_absence: dict[int, bool] = {}

    def because(self, criterion: Criterion, subject: str) -> tuple[Fact, ...]:
        """Return the facts that a true or false verdict rests on; none if it is unknown."""
        criterion = only_part(criterion)
        key = (id(criterion), subject)
        found = self._reasoned.get(key)
        if found is None:
            verdict = self._evaluator.verdict(criterion, subject)
            found = () if verdict == UNKNOWN else self._reasons(criterion, subject, verdict)
            self._reasoned[key] = found
        return found

    def missing(self, criterion: Criterion, subject: str) -> tuple[tuple[str, ...], ...]:
        """Return the smallest sets of absent fields that would decide a criterion.

        Each set is sorted; the sets are in order of size, then alphabetical.
        """
        return self._missing.sets(criterion, subject)

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
        return self.failing(*self._shortest([(part, subject) for part in false]))

    # -- walking the tree ------------------------------------------------------------
    def _reasons(self, criterion: Criterion, subject: str, verdict: int) -> tuple[Fact, ...]:
        if isinstance(criterion, HasValue):
            return self._leaf(criterion, subject, verdict)
        if isinstance(criterion, InstanceOf):
            return (self._record(criterion, subject, verdict),)
        parts = self._evaluator.parts(criterion, subject)
        if (verdict == TRUE) != isinstance(criterion, IntersectionOf):
            decisive = [part for part in parts if self._evaluator.verdict(*part) == verdict]
            return self.because(*self._shortest(decisive))
        if isinstance(criterion, SomeValuesFrom) and not parts:
            return (self._absence(subject, criterion.property),)
        return _distinct([fact for part in parts for fact in self.because(*part)])

    def _shortest(self, parts: list[tuple[Criterion, str]]) -> tuple[Criterion, str]:
        """Return the part with the fewest reasons, and with as few absences as possible."""
        return min(parts, key=lambda part: self._length(*part)) if len(parts) > 1 else parts[0]

    def _length(self, criterion: Criterion, subject: str) -> tuple[int, int]:
        facts = self.because(criterion, subject)
        return sum([self._rests_on_absence[id(fact)] for fact in facts]), len(facts)

    def _leaf(self, leaf: HasValue, subject: str, verdict: int) -> tuple[Fact, ...]:
        # Sorted, since the order in which facts are derived means nothing.
        recorded = sorted(self._facts.values(subject, leaf.property))
        if not recorded:
            return (self._absence(subject, leaf.property),)
        if verdict == TRUE:
            recorded = [next(value for value in recorded if value in leaf.values)]
        return _distinct([self.fact(subject, leaf.property, value) for value in recorded])

    def _record(self, criterion: InstanceOf, subject: str, verdict: int) -> Fact:
        case, id_ = self._case, self._case.names.get(subject)
        if subject == case.node.value:
            fact = Fact(case.id, "id", case.id, verdict == TRUE, node=subject, term=f"<{subject}>")
        elif verdict == TRUE and id_ is not None:
            fact = Fact(id_, "id", id_, True, node=subject, term=f"<{subject}>")
        else:
            class_ = local_name(criterion.class_)
            fact = Fact(self._name(subject), class_, None, False, node=subject)
        return self._known(fact)

    # -- facts ---------------------------------------------------------------------
    def fact(self, subject: str, property_: str, value: str) -> Fact:
        """Return the fact that a record has a value, which is in N-Triples form."""
        key = (subject, property_, value)
        found = self._proofs.get(key)
        if found is None:
            found = self._proofs[key] = self._prove(*key)
        return found

    def _known(self, fact: Fact) -> Fact:
        """Return the fact that equals this one and was found first."""
        # Facts can contain JSON objects, which are not hashable, so only some fields are the key.
        similar = self._similar.setdefault((fact.node, fact.field, fact.term), [])
        for other in similar:
            if other == fact:
                return other
        similar.append(fact)
        premises = (self._rests_on_absence[id(premise)] for premise in fact.derived_from)
        is_leaf = not fact.derived_from
        self._rests_on_absence[id(fact)] = not fact.asserted if is_leaf else any(premises)
        return fact

    def _prove(self, subject: str, property_: str, value: str) -> Fact:
        name, field, shown = (
            self._name(subject),
            self._field(property_),
            json_value(value, self._case.names),
        )
        if self._facts.is_asserted(subject, property_, value):
            return self._known(Fact(name, field, shown, True, node=subject, term=value))
        derivation = self._facts.derivation(subject, property_, value)
        premises = _distinct([*self._premises(subject, derivation, value)]) if derivation else ()
        # A value that is passed on unchanged needs no separate fact.
        if len(premises) == 1 and (premises[0].field, premises[0].value) == (field, shown):
            return premises[0]
        return self._known(Fact(name, field, shown, False, premises, node=subject, term=value))

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
        found = self._records.get(node)
        if found is None:
            found = self._records[node] = self._known(self._as_recorded(node))
        return found

    def _as_recorded(self, node: str) -> Fact:
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
        key = (subject, property_, searched)
        found = self._absences.get(key)
        if found is None:
            found = self._absences[key] = self._known(self._absent(*key))
        return found

    def _absent(self, subject: str, property_: str, searched: str | None) -> Fact:
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


def _distinct(facts: Sequence[Fact]) -> tuple[Fact, ...]:
    """Return facts, each once; equal facts are one object."""
    if len(facts) > 1:
        return tuple({id(fact): fact for fact in facts}.values())
    return tuple(facts)
