"""Write explanations as RDF: each proof a chain of PROV-O derivations."""

from __future__ import annotations

from itertools import count

from rdflib import RDF, RDFS, Graph, URIRef
from rdflib import Literal as Lit
from rdflib.namespace import DCTERMS, PROV, XSD, Namespace

from netkg.case.model import Case
from netkg.namespaces import NETKG, PREFIXES
from netkg.ontology.conversion import triple_to_rdflib
from netkg.plan.to_rdf import as_written, plan_graph, term_of
from netkg.proof.model import Explanation, Proof, ProofStep

__all__ = ["explanation_graph", "serialize_explanation"]

NS = Namespace(NETKG)
RULES = "https://w3id.org/netkg/queries/rules/"


def serialize_explanation(explanation: Explanation, case: Case) -> str:
    """Write an explanation as Turtle (see :func:`explanation_graph`)."""
    return explanation_graph(explanation, case).serialize(format="turtle")


def explanation_graph(explanation: Explanation, case: Case) -> Graph:
    """Give an explanation, with the case that it rests on, as one rdflib graph.

    ``prov:wasDerivedFrom`` leads from each proof over its steps down to the
    records of the case; a derived fact names its rule as the ``prov:Plan``
    behind it and the intervals in which a number lies; ``dcterms:source``
    names the statement that a step rests on. Of a case that violates the
    shapes the graph holds the findings.
    """
    if explanation.statement is None:
        return plan_graph(explanation.plan, case)
    graph = Graph()
    for prefix, iri in PREFIXES.items():
        graph.bind(prefix, iri)
    for triple in case.triples:
        subject, predicate, object_ = triple_to_rdflib(triple)
        graph.add((subject, predicate, as_written(object_)))
    plan = explanation.plan
    guideline = URIRef(plan.guideline.iri)
    graph.add((guideline, DCTERMS.hasVersion, Lit(plan.guideline.version)))
    graph.add((guideline, DCTERMS.description, Lit(plan.guideline.review_status, lang="en")))
    for explained in explanation.foci:
        _ProofGraph(graph, explanation, case, explained.proof).write()
    return graph


class _ProofGraph:
    """Write the proof at one focus."""

    def __init__(self, graph: Graph, explanation: Explanation, case: Case, proof: Proof) -> None:
        self._graph = graph
        self._plan = explanation.plan
        self._proof = proof
        step = proof.step
        # The step of the plan is named as in the plan itself.
        tumors = [tumor.value for tumor in case.tumors]
        index = 0 if step.node == case.node.value else tumors.index(step.node) + 1
        self._step = URIRef(f"{case.node.value}/step/{self._proof.statement}/{index}")
        self._base = f"{case.node.value}/proof/{self._proof.statement}/{index}"
        self._numbers = count(1)

    def write(self) -> None:
        """Write the proof and all its steps."""
        add, proof = self._graph.add, URIRef(self._base)
        add((proof, RDF.type, NS.Proof))
        add((proof, RDF.type, PROV.Entity))
        add((proof, NS.proves, self._step))
        add((proof, NS.asOf, Lit(self._proof.as_of, datatype=XSD.date)))
        add((proof, NS.disclaimer, Lit(self._plan.disclaimer, lang="en")))
        add((proof, DCTERMS.source, NS[self._proof.statement]))
        add((proof, PROV.wasDerivedFrom, URIRef(self._proof.guideline.iri)))
        add((self._step, NS.statement, NS[self._proof.statement]))
        add((proof, PROV.wasDerivedFrom, self._written(self._proof.step, 1)))

    def _written(self, step: ProofStep, place: int) -> URIRef:
        add, node = self._graph.add, URIRef(f"{self._base}/{next(self._numbers)}")
        about = URIRef(step.node)
        add((node, RDF.type, NS.ProofStep))
        add((node, RDF.type, PROV.Entity))
        add((node, NS.stepKind, Lit(step.kind)))
        add((node, NS.place, Lit(place)))
        add((node, NS.about, about))
        add((node, DCTERMS.source, NS[step.source.statement]))
        if step.name:
            add((node, NS.concept, NS[step.name]))
        if step.verdict:
            add((node, NS.truth, Lit(step.verdict)))
            add((node, NS.expression, Lit(step.expression)))
        for axiom in step.axioms:
            add((node, NS.axiom, Lit(axiom)))
        if step.term:
            add((node, RDF.subject, about))
            add((node, RDF.predicate, NS[step.name]))
            add((node, RDF.object, term_of(step.term)))
        if step.kind == "absent":
            add((node, NS.isAbsence, Lit(True)))
        if step.kind in ("asserted", "record"):
            add((node, PROV.wasDerivedFrom, about))
        for path in step.open_fields:
            add((node, NS.missingField, Lit(path)))
        for record in step.records:
            add((node, NS.lookedThrough, URIRef(record)))
        for interval in step.intervals:
            add((node, NS.byInterval, NS[interval.name]))
        for rule in step.rules:
            plan = URIRef(RULES + rule.name)
            add((node, NS.byRule, plan))
            add((plan, RDF.type, PROV.Plan))
            add((plan, RDFS.label, Lit(rule.name)))
            add((plan, DCTERMS.description, Lit(rule.summary, lang="en")))
        if step.searched_for:
            add((node, NS.searchedFor, NS[step.searched_for]))
        for number, premise in enumerate(step.premises, start=1):
            add((node, PROV.wasDerivedFrom, self._written(premise, number)))
        return node
