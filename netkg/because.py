"""Find the facts that suffice for a verdict, down to those that stand in the case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any as AnyValue

import pyoxigraph as ox

from netkg.case import Case
from netkg.criteria import All, Any, Compiler, Criterion, Has, Is, Linked
from netkg.facts import Derivation, Facts
from netkg.namespaces import NETKG, RDF, local_name
from netkg.results import Fact
from netkg.verdicts import FALSE, TRUE, Judge

__all__ = ["Witness"]

TYPE = RDF + "type"


class Witness:
    """Explain the verdicts on one case.

    The facts given suffice: of a conjunction that fails one failing part is
    told, of a disjunction that holds one holding part; of the others, all.
    """

    def __init__(self, case: Case, judge: Judge, compiler: Compiler) -> None:
        self._case = case
        self._judge = judge
        self._facts: Facts = judge.facts
        self._shown_as: Mapping[str, str] = {
            property_: way.field
            for property_, ways in compiler.determinations.items()
            for way in reversed(ways)
            if way.gives is None
        }
        self._owner = {
            measurement: tumor.value
            for tumor in case.tumors
            for measurement in self._facts.linked(tumor.value, NETKG + "measurements")
        }
        self._proofs: dict[tuple[str, str, str], Fact] = {}

    def because(self, criterion: Criterion, subject: str) -> tuple[Fact, ...]:
        """Give the facts behind a verdict that is true or false; none where it is unknown."""
        verdict = self._judge.verdict(criterion, subject)
        if verdict not in (TRUE, FALSE):
            return ()
        return _distinct(self._reasons(criterion, subject, verdict))

    # -- walking the tree ------------------------------------------------------------
    def _reasons(self, criterion: Criterion, subject: str, verdict: int) -> Iterator[Fact]:
        if isinstance(criterion, Has):
            yield from self._leaf(criterion, subject, verdict)
        elif isinstance(criterion, All | Any):
            if (verdict == TRUE) == isinstance(criterion, All):
                for part in criterion.parts:
                    yield from self._reasons(part, subject, verdict)
            else:
                yield from self._shortest(
                    [(part, subject) for part in criterion.parts], verdict
                )
        elif isinstance(criterion, Linked):
            others = [(criterion.filler, o) for o in self._facts.linked(subject, criterion.property)]
            if verdict == TRUE:
                yield from self._shortest(others, verdict)
            elif not others:
                yield self._absence(subject, criterion.property)
            for part, other in others if verdict == FALSE else ():
                yield from self._reasons(part, other, verdict)
        else:
            yield self._record(criterion, subject, verdict)

    def _shortest(self, parts: list[tuple[Criterion, str]], verdict: int) -> Iterator[Fact]:
        """Yield the reasons of the part that takes the fewest, what is recorded before what is not."""
        candidates = [
            list(self._reasons(part, subject, verdict))
            for part, subject in parts
            if self._judge.verdict(part, subject) == verdict
        ]
        yield from min(
            candidates,
            key=lambda facts: (sum(_rests_on_absence(fact) for fact in facts), len(facts)),
        )

    def _leaf(self, leaf: Has, subject: str, verdict: int) -> Iterator[Fact]:
        recorded = self._facts.values(subject, leaf.property)
        if verdict == TRUE:
            yield self._fact(subject, leaf.property, next(v for v in recorded if v in leaf.values))
        elif recorded:
            for value in recorded:
                yield self._fact(subject, leaf.property, value)
        else:
            yield self._absence(subject, leaf.property)

    def _record(self, criterion: Is, subject: str, verdict: int) -> Fact:
        case = self._case
        if subject == case.node.value:
            return Fact(case.id, "id", case.id, verdict == TRUE)
        if verdict == TRUE and subject in case.names:
            return Fact(case.id, "tumors", case.names[subject], True)
        return Fact(self._name(subject), local_name(criterion.class_), None, False)

    # -- facts ---------------------------------------------------------------------
    def _fact(self, subject: str, property_: str, value: str) -> Fact:
        key = (subject, property_, value)
        if key not in self._proofs:
            self._proofs[key] = self._prove(*key)
        return self._proofs[key]

    def _prove(self, subject: str, property_: str, value: str) -> Fact:
        name, field = self._name(subject), self._field(property_)
        shown = self._shown(value)
        if self._facts.is_asserted(subject, property_, value):
            return Fact(name, field, shown, True)
        derivation = self._facts.derivation(subject, property_, value)
        premises = _distinct(self._premises(subject, derivation)) if derivation else ()
        # A value that is passed on as it stands needs no link of its own.
        if len(premises) == 1 and (premises[0].field, premises[0].value) == (field, shown):
            return premises[0]
        return Fact(name, field, shown, False, premises)

    def _premises(self, subject: str, derivation: Derivation) -> Iterator[Fact]:
        for property_ in derivation.properties:
            values = self._facts.values(subject, property_)
            if not values:
                yield self._absence(subject, property_)
            for value in values:
                if value[1:-1] in self._case.records:
                    yield self._recorded(value[1:-1])
                else:
                    yield self._fact(subject, property_, value)
        for record in derivation.records:
            yield self._recorded(record)
        for field, searched in derivation.absences:
            yield self._absence(subject, field, local_name(searched) or None)

    def _recorded(self, node: str) -> Fact:
        if node in self._owner:
            return Fact(
                self._name(self._owner[node]), "measurements", self._case.records[node], True
            )
        if node in self._case.records:
            return Fact(self._case.id, "events", self._case.records[node], True)
        site = self._facts.values(node, NETKG + "site")
        return Fact(self._name(node), "site", self._shown(site[0]) if site else None, bool(site))

    def _absence(self, subject: str, property_: str, searched: str | None = None) -> Fact:
        field = local_name(property_)
        owner = self._case.id if field in ("events", "metastases") else self._name(subject)
        return Fact(owner, self._field(property_), None, False, (), searched)

    # -- names ---------------------------------------------------------------------
    def _name(self, node: str) -> str:
        return self._case.names.get(node, node)

    def _field(self, property_: str) -> str:
        return self._shown_as.get(property_) or local_name(property_)

    def _shown(self, value: str) -> AnyValue:
        if value.startswith("<"):
            iri = value[1:-1]
            return self._case.names.get(iri) or local_name(iri)
        if value.startswith("_:"):
            return value
        return _plain(value)


def _distinct(facts: Iterator[Fact]) -> tuple[Fact, ...]:
    # Facts can hold JSON objects, which do not hash.
    kept: list[Fact] = []
    for fact in facts:
        if fact not in kept:
            kept.append(fact)
    return tuple(kept)


def _plain(value: str) -> AnyValue:
    body, _, datatype = value.rpartition("^^")
    text = ox.Literal((body or value)[1:-1]).value
    if datatype.endswith("#boolean>"):
        return text == "true"
    if datatype.endswith(("#decimal>", "#integer>", "#double>")):
        number = float(text)
        return int(number) if number.is_integer() and abs(number) < 1e15 else number
    return text


def _rests_on_absence(fact: Fact) -> bool:
    if not fact.derived_from:
        return not fact.asserted
    return any(_rests_on_absence(premise) for premise in fact.derived_from)
