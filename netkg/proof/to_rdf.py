"""Write explanations as RDF: each proof a chain of PROV-O derivations."""

from __future__ import annotations

from itertools import count

import pyoxigraph as ox
from rdflib import Graph

from netkg.case.model import Case
from netkg.ontology.schema import LABEL
from netkg.ontology.terms import term_of
from netkg.plan.to_rdf import graph_of, plan_graph
from netkg.plan.triples import DCTERMS, NS, PROV, RDF, Description, Writer, day, english
from netkg.proof.model import Explanation, Proof, ProofStep, RuleUsed
from netkg.result import escape_turtle

__all__ = ["explanation_graph", "serialize_explanation"]

RULES = "https://w3id.org/netkg/queries/rules/"


def serialize_explanation(explanation: Explanation, case: Case) -> str:
    """Return an explanation as Turtle (see :func:`explanation_graph`)."""
    return escape_turtle(explanation_graph(explanation, case).serialize(format="turtle"))


def explanation_graph(explanation: Explanation, case: Case) -> Graph:
    """Return an explanation, with the case that it rests on, as one rdflib graph.

    ``prov:wasDerivedFrom`` leads from each proof over its steps down to the
    records of the case; a derived fact names the ``prov:Plan`` of its rule and the
    intervals that a number lies in; ``dcterms:source`` names the statement that a
    step rests on. For a case that violates the shapes the graph contains the findings.
    """
    plan = explanation.plan
    if explanation.statement is None:
        return plan_graph(plan, case)
    writer = Writer()
    writer.describe(
        ox.NamedNode(plan.guideline.iri),
        {
            DCTERMS.hasVersion: ox.Literal(plan.guideline.version),
            DCTERMS.description: english(plan.guideline.review_status),
        },
    )
    for explained in explanation.foci:
        _ProofWriter(writer, case, explained.proof).write(plan.disclaimer)
    return graph_of([*case.triples, *writer.triples])


class _ProofWriter:
    """Write the proof at one focus."""

    def __init__(self, writer: Writer, case: Case, proof: Proof) -> None:
        self._writer = writer
        self._proof = proof
        # The step of the plan is named as in the plan itself.
        foci = [case.node.value, *(tumor.value for tumor in case.tumors)]
        name = f"{proof.statement}/{foci.index(proof.step.node)}"
        self._step = ox.NamedNode(f"{case.node.value}/step/{name}")
        self._base = f"{case.node.value}/proof/{name}"
        self._numbers = count(1)

    def write(self, disclaimer: str) -> None:
        """Write the proof and all its steps."""
        statement = NS[self._proof.statement]
        self._writer.describe(self._step, {NS.statement: statement})
        self._writer.describe(
            ox.NamedNode(self._base),
            {
                RDF.type: (NS.Proof, PROV.Entity),
                NS.proves: self._step,
                NS.asOf: day(self._proof.as_of),
                NS.disclaimer: english(disclaimer),
                DCTERMS.source: statement,
                PROV.wasDerivedFrom: (
                    ox.NamedNode(self._proof.guideline.iri),
                    self._written(self._proof.step, 1),
                ),
            },
        )

    def _written(self, step: ProofStep, place: int) -> ox.NamedNode:
        node, about = ox.NamedNode(f"{self._base}/{next(self._numbers)}"), ox.NamedNode(step.node)
        is_recorded = step.kind in ("asserted", "record")
        self._writer.describe(
            node,
            {
                RDF.type: (NS.ProofStep, PROV.Entity),
                NS.stepKind: ox.Literal(step.kind),
                NS.place: ox.Literal(place),
                NS.about: about,
                DCTERMS.source: NS[step.source.statement],
                NS.concept: NS[step.name] if step.name else None,
                NS.truth: ox.Literal(step.verdict) if step.verdict else None,
                NS.expression: ox.Literal(step.expression) if step.verdict else None,
                NS.axiom: map(ox.Literal, step.axioms),
                RDF.subject: about if step.term else None,
                RDF.predicate: NS[step.name] if step.term else None,
                RDF.object: term_of(step.term) if step.term else None,
                NS.isAbsence: ox.Literal(True) if step.kind == "absent" else None,
                NS.missingField: map(ox.Literal, step.open_fields),
                NS.lookedThrough: map(ox.NamedNode, step.records),
                NS.byInterval: [NS[interval.name] for interval in step.intervals],
                NS.byRule: map(self._rule, step.rules),
                NS.searchedFor: NS[step.searched_for] if step.searched_for else None,
                PROV.wasDerivedFrom: [
                    *([about] if is_recorded else []),
                    *(self._written(each, n) for n, each in enumerate(step.premises, start=1)),
                ],
            },
        )
        return node

    def _rule(self, rule: RuleUsed) -> ox.NamedNode:
        plan = ox.NamedNode(RULES + rule.name)
        description: Description = {
            RDF.type: PROV.Plan,
            LABEL: ox.Literal(rule.name),
            DCTERMS.description: english(rule.summary),
        }
        self._writer.describe(plan, description)
        return plan
