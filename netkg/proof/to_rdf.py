"""Write explanations as RDF: each proof a chain of PROV-O derivations."""

from __future__ import annotations

from itertools import count

from rdflib import RDF, RDFS, Graph, URIRef
from rdflib import Literal as Lit
from rdflib.namespace import DCTERMS, PROV

from netkg.case.model import Case
from netkg.plan.to_rdf import NS, CaseGraph, day, english, plan_graph, term_of
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
    graph = CaseGraph(case)
    graph.describe(
        URIRef(plan.guideline.iri),
        {
            DCTERMS.hasVersion: Lit(plan.guideline.version),
            DCTERMS.description: english(plan.guideline.review_status),
        },
    )
    for explained in explanation.foci:
        _ProofGraph(graph, case, explained.proof).write(plan.disclaimer)
    return graph.graph


class _ProofGraph:
    """Write the proof at one focus."""

    def __init__(self, graph: CaseGraph, case: Case, proof: Proof) -> None:
        self._graph = graph
        self._proof = proof
        # The step of the plan is named as in the plan itself.
        foci = [case.node.value, *(tumor.value for tumor in case.tumors)]
        name = f"{proof.statement}/{foci.index(proof.step.node)}"
        self._step = URIRef(f"{case.node.value}/step/{name}")
        self._base = f"{case.node.value}/proof/{name}"
        self._numbers = count(1)

    def write(self, disclaimer: str) -> None:
        """Write the proof and all its steps."""
        statement = NS[self._proof.statement]
        self._graph.describe(self._step, {NS.statement: statement})
        self._graph.describe(
            URIRef(self._base),
            {
                RDF.type: (NS.Proof, PROV.Entity),
                NS.proves: self._step,
                NS.asOf: day(self._proof.as_of),
                NS.disclaimer: english(disclaimer),
                DCTERMS.source: statement,
                PROV.wasDerivedFrom: (
                    URIRef(self._proof.guideline.iri),
                    self._written(self._proof.step, 1),
                ),
            },
        )

    def _written(self, step: ProofStep, place: int) -> URIRef:
        node, about = URIRef(f"{self._base}/{next(self._numbers)}"), URIRef(step.node)
        is_recorded = step.kind in ("asserted", "record")
        self._graph.describe(
            node,
            {
                RDF.type: (NS.ProofStep, PROV.Entity),
                NS.stepKind: Lit(step.kind),
                NS.place: Lit(place),
                NS.about: about,
                DCTERMS.source: NS[step.source.statement],
                NS.concept: NS[step.name] if step.name else None,
                NS.truth: Lit(step.verdict) if step.verdict else None,
                NS.expression: Lit(step.expression) if step.verdict else None,
                NS.axiom: map(Lit, step.axioms),
                RDF.subject: about if step.term else None,
                RDF.predicate: NS[step.name] if step.term else None,
                RDF.object: term_of(step.term) if step.term else None,
                NS.isAbsence: Lit(True) if step.kind == "absent" else None,
                NS.missingField: map(Lit, step.open_fields),
                NS.lookedThrough: map(URIRef, step.records),
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

    def _rule(self, rule: RuleUsed) -> URIRef:
        plan = URIRef(RULES + rule.name)
        description = {
            RDF.type: PROV.Plan,
            RDFS.label: Lit(rule.name),
            DCTERMS.description: english(rule.summary),
        }
        self._graph.describe(plan, description)
        return plan
