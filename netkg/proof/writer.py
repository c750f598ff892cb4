"""Write proofs: walk the criteria and the facts of one case, with a step for each."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from netkg.case.model import Case
from netkg.case.values import json_value
from netkg.namespaces import local_name
from netkg.ontology.criteria import (
    Criterion,
    HasValue,
    InstanceOf,
    IntersectionOf,
    NamedClass,
    SomeValuesFrom,
    expression,
)
from netkg.proof.model import Kind, ProofStep, Source, Truth
from netkg.proof.terms import Terms
from netkg.reasoning.evaluator import Evaluator
from netkg.reasoning.facts import Derivation
from netkg.reasoning.verdicts import FALSE, TRUE, UNKNOWN

__all__ = ["ProofWriter"]

TRUTHS: Mapping[int, Truth] = {FALSE: "false", UNKNOWN: "unknown", TRUE: "true"}


class ProofWriter:
    """Write the proofs of verdicts on one case, step by step down to what it asserts."""

    def __init__(self, terms: Terms, case: Case, evaluator: Evaluator) -> None:
        self._terms = terms
        self._case = case
        self._evaluator = evaluator
        self._facts = evaluator.facts
        self._steps: dict[tuple[str, str, str, Source], ProofStep] = {}
        self._written = written(case)
        # The owner of each record, and the field that leads to it.
        self._owners = {
            str(triple.object)[1:-1]: (triple.subject.value, triple.predicate.value)  # type: ignore[union-attr]
            for triple in case.triples
            if terms.leads_to_records(triple.predicate.value)
        }

    # -- evaluations -------------------------------------------------------------------
    def evaluation(self, criterion: Criterion, node: str, source: Source) -> ProofStep:
        """Return the step that evaluates a criterion at a record."""
        if isinstance(criterion, HasValue):
            return self._value(criterion, node, source)
        if isinstance(criterion, SomeValuesFrom):
            property_ = criterion.property
            others = sorted(self._facts.linked(node, property_))
            below = [(criterion.filler, other) for other in others]
            step = self._evaluated(criterion, "some", node, source, property_, below)
            if not self._terms.leads_to_records(property_):
                return step
            whole = self._complete(node, property_, source)
            return replace(step, premises=(*step.premises, whole))
        if isinstance(criterion, InstanceOf):
            return self._evaluated(criterion, "instance", node, source, criterion.class_, [])
        below = [(part, node) for part in criterion.parts]
        if isinstance(criterion, NamedClass):
            source = self._terms.source(criterion.class_) or source
            name = local_name(criterion.class_)
            axioms = tuple(f"{expression(part)} SubClassOf {name}" for part in criterion.parts)
            step = self._evaluated(criterion, "class", node, source, criterion.class_, below)
            return replace(step, axioms=axioms)
        kind: Kind = "intersectionOf" if isinstance(criterion, IntersectionOf) else "unionOf"
        return self._evaluated(criterion, kind, node, source, "", below)

    def _evaluated(
        self,
        criterion: Criterion,
        kind: Kind,
        node: str,
        source: Source,
        term: str,
        below: list[tuple[Criterion, str]],
    ) -> ProofStep:
        return replace(
            self._stating(kind, node, term, source),
            verdict=TRUTHS[self._evaluator.verdict(criterion, node)],
            expression=expression(criterion),
            premises=tuple(self.evaluation(part, other, source) for part, other in below),
        )

    def _value(self, leaf: HasValue, node: str, source: Source) -> ProofStep:
        property_ = leaf.property
        step = self._evaluated(leaf, "value", node, source, property_, [])
        step = replace(step, intervals=self._terms.intervals_of(property_, leaf.values))
        unknown = step.verdict == "unknown"
        open_fields = self._evaluator.open_fields(leaf, node) if unknown else ()
        if facts := self._facts_of(node, property_, source):
            return replace(step, open_fields=open_fields, premises=facts)
        absent = replace(self._absent(node, property_, "", source), open_fields=open_fields)
        return replace(step, premises=(absent,))

    # -- facts -------------------------------------------------------------------------
    def _facts_of(self, node: str, property_: str, source: Source) -> tuple[ProofStep, ...]:
        """Return a step for each value of a property, in the order of their JSON."""
        values = self._facts.values(node, property_)
        steps = [self._fact(node, property_, value, source) for value in values]
        return tuple(sorted(steps, key=lambda step: json.dumps(step.value, sort_keys=True)))

    def _fact(self, node: str, property_: str, value: str, source: Source) -> ProofStep:
        key = (node, property_, value, source)
        if key not in self._steps:
            self._steps[key] = self._stated(*key)
        return self._steps[key]

    def _stated(self, node: str, property_: str, value: str, source: Source) -> ProofStep:
        record = value[1:-1]
        if record in self._owners and self._terms.leads_to_records(property_):
            return self._record(record, source)
        source = self._terms.source(property_) or source
        step = self._stating(
            "asserted", node, property_, source, json_value(value, self._case.names)
        )
        step = replace(step, term=value)
        if self._facts.is_asserted(node, property_, value):
            return step
        derivation = self._facts.derivation(node, property_, value) or Derivation()
        return replace(
            step,
            kind="derived",
            rules=tuple(self._terms.rules[name] for name in sorted(derivation.rules)),
            intervals=tuple(self._terms.interval(iri) for iri in sorted(derivation.intervals)),
            premises=tuple(self._premises(node, value, derivation, source)),
        )

    def _premises(
        self, node: str, value: str, derivation: Derivation, source: Source
    ) -> Iterator[ProofStep]:
        for property_ in sorted(derivation.properties):
            found = self._facts_of(node, property_, source)
            yield from found or (self._absent(node, property_, "", source),)
        for property_ in sorted(derivation.same):
            yield self._fact(node, property_, value, source)
        for record in sorted(derivation.records):
            yield self._record(record, source)
        for field, property_ in sorted(derivation.linked):
            for other in sorted(self._facts.linked(node, field)):
                yield from self._facts_of(other, property_, source)
            yield self._complete(node, field, source)
        for property_, searched in sorted(derivation.absences):
            yield self._absent(node, property_, local_name(searched), source)
        for property_ in sorted(derivation.complete):
            yield self._complete(node, property_, source)

    def _record(self, record: str, source: Source) -> ProofStep:
        owner, property_ = self._owners[record]
        step = self._stating("record", owner, property_, source, self._written[record])
        return replace(step, node=record)

    def _absent(self, node: str, property_: str, searched: str, source: Source) -> ProofStep:
        owner = self._owner(node, property_)
        step = self._stating("absent", owner, property_, source)
        return replace(step, searched_for=searched, records=self._records(owner, property_))

    def _complete(self, node: str, property_: str, source: Source) -> ProofStep:
        owner = self._owner(node, property_)
        step = self._stating("complete", owner, property_, source)
        records = self._records(owner, property_)
        premises = () if records else self._facts_of(owner, property_, source)
        return replace(step, records=records, premises=premises)

    def _stating(
        self, kind: Kind, node: str, property_: str, source: Source, value: Any = None
    ) -> ProofStep:
        return ProofStep(
            kind=kind,
            subject=self._name(node),
            node=node,
            source=source,
            name=local_name(property_),
            label=self._terms.label(property_) if property_ else "",
            value=value,
        )

    # -- names and records ---------------------------------------------------------------
    def _owner(self, node: str, property_: str) -> str:
        """Return the record that has a field: the case, if it is a field of the case."""
        field = self._terms.fields.get(local_name(property_))
        return self._case.node.value if field is not None and field.record == "Case" else node

    def _records(self, node: str, property_: str) -> tuple[str, ...]:
        """Return the records that a property leads to, or that it is read from."""
        found: set[str] = set()
        for field in self._terms.record_fields(property_):
            found.update(self._facts.linked(self._owner(node, field), field))
        return tuple(sorted(found))

    def _name(self, node: str) -> str:
        return self._case.names.get(node, node)


def written(case: Case) -> dict[str, dict[str, Any]]:
    """Return each record, by its IRI, as an object with the values that the case asserts."""
    found: dict[str, dict[str, list[Any]]] = {}
    for triple in case.triples:
        key = local_name(triple.predicate.value)
        values = found.setdefault(triple.subject.value, {}).setdefault(key, [])  # type: ignore[union-attr]
        values.append(json_value(str(triple.object), case.names))
    return {
        node: {
            key: values[0] if len(values) == 1 else sorted(values, key=json.dumps)
            for key, values in sorted(fields.items())
        }
        for node, fields in found.items()
    }
