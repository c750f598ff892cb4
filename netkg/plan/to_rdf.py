"""Write plans as RDF, each step with its proof in PROV-O.

A plan is a graph about the case: its steps carry statement, focus, verdict
and status, and ``prov:wasDerivedFrom`` leads from each step over derived
facts down to what the case asserts, which is part of the same graph.
"""

from __future__ import annotations

import json
import re
from typing import Any, Literal

import pyoxigraph as ox
from rdflib import RDF, Graph, URIRef
from rdflib import Literal as Lit
from rdflib.namespace import DCTERMS, PROV, SH, XSD, Namespace
from rdflib.term import Node

from netkg.case.finding import Finding
from netkg.case.model import Case
from netkg.namespaces import NETKG, PREFIXES
from netkg.ontology.conversion import to_rdflib, triple_to_rdflib
from netkg.plan.model import Action, Focus, Plan, Recommendation
from netkg.reasoning.fact import Fact

__all__ = ["as_written", "plan_graph", "serialize_plan", "term_of"]

NS = Namespace(NETKG)
INTEGER = re.compile("[+-]?[0-9]+")


def plan_graph(plan: Plan, case: Case) -> Graph:
    """Give a plan, with the case that it answers, as one rdflib graph.

    All nodes are IRIs below that of the case, so that graphs of several
    plans can be put together.
    """
    return _PlanGraph(plan, case).graph


def serialize_plan(plan: Plan, case: Case, *, format: Literal["turtle", "jsonld"]) -> str:
    """Write a plan as Turtle or as JSON-LD."""
    graph = plan_graph(plan, case)
    if format == "turtle":
        return graph.serialize(format="turtle")
    context: dict[str, Any] = dict(PREFIXES)
    # rdflib gives nodes and values in no order of its own.
    tree = json.loads(graph.serialize(format="json-ld", context=context, auto_compact=False))
    return json.dumps(_ordered(tree), ensure_ascii=False, indent=2) + "\n"


class _PlanGraph:
    """Write one plan into one graph."""

    def __init__(self, plan: Plan, case: Case) -> None:
        self.graph = Graph()
        for prefix, iri in PREFIXES.items():
            self.graph.bind(prefix, iri)
        self._case = case
        self._concepts = plan.concepts
        self._base = case.node.value
        # A tumour may have the id of its case.
        self._nodes = {
            name: node
            for node, name in reversed(list(case.names.items()))
            if node != case.node.value
        }
        self._facts: dict[tuple[str, str, str, str | None], URIRef] = {}
        for triple in case.triples:
            subject, predicate, object_ = triple_to_rdflib(triple)
            self.graph.add((subject, predicate, as_written(object_)))
        self._plan(plan)

    def _add(self, subject: URIRef, predicate: Node, *objects: Node) -> None:
        for object_ in objects:
            self.graph.add((subject, predicate, object_))

    def _concept(self, name: str) -> URIRef:
        """Return the IRI of a verdict, a status or a state of review."""
        return URIRef(self._concepts[name])

    def _node(self, name: str, focus: bool = True) -> URIRef:
        if name == self._case.id and not focus:
            return URIRef(self._base)
        return URIRef(self._nodes.get(name, self._base))

    # -- the parts of a plan -----------------------------------------------------------
    def _plan(self, plan: Plan) -> None:
        node = URIRef(f"{self._base}/plan")
        day = Lit(plan.as_of, datatype=XSD.date)
        self._add(node, RDF.type, NS.Plan, PROV.Entity)
        self._add(node, NS.planFor, URIRef(self._base))
        self._add(node, PROV.wasDerivedFrom, URIRef(self._base), URIRef(plan.guideline.iri))
        self._add(node, NS.asOf, day)
        self._add(node, NS.conforms, Lit(plan.conforms))
        self._add(node, NS.disclaimer, Lit(plan.disclaimer, lang="en"))
        guideline = URIRef(plan.guideline.iri)
        self._add(guideline, DCTERMS.hasVersion, Lit(plan.guideline.version))
        self._add(guideline, NS.reviewStatus, self._concept(plan.guideline.review_status))
        self._add(guideline, DCTERMS.description, Lit(plan.guideline.review_status, lang="en"))
        for place, finding in enumerate(plan.findings, start=1):
            self._finding(node, URIRef(f"{self._base}/plan/finding/{place}"), finding)
        for row in plan.recommendations:
            for place, focus in enumerate(row.foci, start=1):
                place = 0 if row.level == "case" else place
                self._step(node, URIRef(f"{self._base}/step/{row.id}/{place}"), row, focus)
        for gap in plan.gaps:
            self._add(node, NS.fallsInto, NS[gap])

    def _finding(self, plan: URIRef, node: URIRef, finding: Finding) -> None:
        self._add(plan, NS.hasFinding, node)
        self._add(node, RDF.type, SH.ValidationResult)
        self._add(node, SH.focusNode, self._node(finding.focus))
        self._add(node, SH.resultSeverity, SH[finding.severity])
        self._add(node, SH.resultMessage, Lit(finding.message, lang="en"))
        self._add(node, NS.fieldPath, Lit(finding.field))
        self._add(node, NS.found, Lit(finding.found))
        self._add(node, NS.expected, Lit(finding.expected))
        if finding.statement:
            self._add(node, NS.statement, NS[finding.statement])

    def _step(self, plan: URIRef, node: URIRef, row: Recommendation, focus: Focus) -> None:
        self._add(plan, NS.hasStep, node)
        self._add(node, RDF.type, NS.Step, PROV.Entity)
        self._add(node, NS.statement, NS[row.id])
        self._add(node, NS.focus, self._node(focus.focus, focus=row.level != "case"))
        self._add(node, NS.verdict, self._concept(focus.verdict))
        if focus.status:
            self._add(node, NS.stepStatus, self._concept(focus.status))
        self._add(node, NS.supersededBy, *(NS[id_] for id_ in focus.superseded_by))
        self._add(node, NS.challengedBy, *(NS[id_] for id_ in focus.challenged_by))
        for action in focus.actions:
            self._action(node, URIRef(f"{node}/{action.type}"), action)
        for place, paths in enumerate(focus.missing, start=1):
            missing = URIRef(f"{node}/missing/{place}")
            self._add(node, NS.missing, missing)
            self._add(missing, RDF.type, NS.MissingSet)
            self._add(missing, NS.missingField, *(Lit(path) for path in paths))
        self._add(node, PROV.wasDerivedFrom, NS[row.id], *(self._fact(f) for f in focus.because))

    def _action(self, step: URIRef, node: URIRef, action: Action) -> None:
        self._add(step, NS.hasAction, node)
        self._add(node, RDF.type, NS.StepAction)
        is_field = action.type[:1].islower()
        self._add(
            node,
            *((NS.missingField, Lit(action.type)) if is_field else (NS.ofType, NS[action.type])),
        )
        self._add(node, NS.done, Lit(action.done))
        if action.planned:
            self._add(node, NS.actionState, NS.Foreseen)
        for predicate, day in (
            (NS.lastDone, action.last),
            (NS.dueFrom, action.due_from),
            (NS.dueBy, action.due_by),
        ):
            if day:
                self._add(node, predicate, Lit(day, datatype=XSD.date))

    # -- proofs --------------------------------------------------------------------------
    def _fact(self, fact: Fact) -> URIRef:
        if fact.asserted and not fact.term:
            # An event or a measurement is an entity of its own.
            return URIRef(fact.node)
        key = (fact.node, fact.field, fact.term, fact.searched)
        if key in self._facts:
            return self._facts[key]
        node = self._facts[key] = URIRef(f"{self._base}/fact/{len(self._facts) + 1}")
        self._add(node, RDF.type, NS.Fact, PROV.Entity)
        self._add(node, RDF.subject, URIRef(fact.node))
        self._add(node, RDF.predicate, RDF.type if fact.field == "id" else NS[fact.field])
        if fact.field == "id":
            # That it is a case, or a tumour, is what stands behind a statement on every one.
            kind = NS.Case if fact.node == self._base else NS.Tumor
            self._add(node, RDF.object, kind)
        elif fact.term:
            self._add(node, RDF.object, term_of(fact.term))
        else:
            self._add(node, NS.isAbsence, Lit(True))
        if fact.searched:
            self._add(node, NS.searched, Lit(fact.searched, lang="en"))
        if fact.asserted:
            self._add(node, PROV.wasDerivedFrom, URIRef(fact.node))
        self._add(node, PROV.wasDerivedFrom, *(self._fact(f) for f in fact.derived_from))
        return node


def term_of(text: str) -> Node:
    """Read a term in N-Triples form."""
    (quad,) = ox.parse(f"<urn:s> <urn:p> {text} .", format=ox.RdfFormat.N_TRIPLES)
    return as_written(to_rdflib(quad.object))


def as_written(node: Node) -> Node:
    """Give a term in the one way in which rdflib writes it alike in every format.

    Its Turtle has 10.0 for the decimal 10, and it tells "a" from "a"^^xsd:string,
    which RDF 1.1 does not.
    """
    if isinstance(node, Lit) and node.datatype == XSD.string:
        return Lit(str(node))
    if isinstance(node, Lit) and node.datatype == XSD.decimal and INTEGER.fullmatch(node):
        return Lit(f"{node}.0", datatype=XSD.decimal, normalize=False)
    return node


def _ordered(tree: Any) -> Any:
    """Sort what JSON-LD holds in any order (a plan has no RDF lists)."""
    if isinstance(tree, dict):
        return {key: _ordered(value) for key, value in sorted(tree.items())}
    if isinstance(tree, list):
        return sorted(map(_ordered, tree), key=lambda item: json.dumps(item, sort_keys=True))
    return tree
