"""Write plans as RDF, each step with its proof in PROV-O.

A plan is a graph about the case: its steps carry statement, focus, verdict
and status, and ``prov:wasDerivedFrom`` leads from each step over derived
facts down to what the case asserts, which is part of the same graph.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
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
from netkg.result import escape_turtle, json_text

__all__ = ["NS", "CaseGraph", "day", "english", "plan_graph", "serialize_plan", "term_of"]

NS = Namespace(NETKG)
INTEGER = re.compile("[+-]?[0-9]+")


def plan_graph(plan: Plan, case: Case) -> Graph:
    """Return a plan, with the case that it answers, as one rdflib graph.

    All nodes are IRIs below that of the case, so that graphs of several
    plans can be merged.
    """
    return _PlanGraph(plan, case).graph


def serialize_plan(plan: Plan, case: Case, *, format: Literal["turtle", "jsonld"]) -> str:
    """Return a plan as Turtle or as JSON-LD."""
    graph = plan_graph(plan, case)
    if format == "turtle":
        return escape_turtle(graph.serialize(format="turtle"))
    context: dict[str, Any] = dict(PREFIXES)
    # rdflib writes nodes and values in no fixed order.
    tree = json.loads(graph.serialize(format="json-ld", context=context, auto_compact=False))
    return json_text(_ordered(tree)) + "\n"


class CaseGraph:
    """An rdflib graph of a case, to which more can be added."""

    def __init__(self, case: Case) -> None:
        self.graph = Graph()
        for prefix, iri in PREFIXES.items():
            self.graph.bind(prefix, iri)
        for triple in case.triples:
            subject, predicate, object_ = triple_to_rdflib(triple)
            self.graph.add((subject, predicate, _as_written(object_)))

    def describe(
        self, node: Node, description: Mapping[URIRef, Node | Iterable[Node] | None]
    ) -> None:
        """Add the values of the properties of a node: one, several, or None for no value."""
        for property_, values in description.items():
            for value in [values] if isinstance(values, Node) else values or ():
                self.graph.add((node, property_, value))


class _PlanGraph(CaseGraph):
    """Write one plan into one graph."""

    def __init__(self, plan: Plan, case: Case) -> None:
        super().__init__(case)
        self._case = case
        self._concepts = plan.concepts
        self._base = case.node.value
        # A tumor may have the id of its case.
        self._nodes = {
            name: node
            for node, name in reversed(list(case.names.items()))
            if node != case.node.value
        }
        self._facts: dict[tuple[str, str, str, str | None], URIRef] = {}
        self._plan(plan)

    def _concept(self, name: str) -> URIRef:
        """Return the IRI of a verdict, a status or a review status."""
        return URIRef(self._concepts[name])

    def _node(self, name: str, focus: bool = True) -> URIRef:
        if name == self._case.id and not focus:
            return URIRef(self._base)
        return URIRef(self._nodes.get(name, self._base))

    # -- the parts of a plan -----------------------------------------------------------
    def _plan(self, plan: Plan) -> None:
        case, guideline = URIRef(self._base), URIRef(plan.guideline.iri)
        self.describe(
            guideline,
            {
                DCTERMS.hasVersion: Lit(plan.guideline.version),
                NS.reviewStatus: self._concept(plan.guideline.review_status),
                DCTERMS.description: english(plan.guideline.review_status),
            },
        )
        self.describe(
            URIRef(f"{self._base}/plan"),
            {
                RDF.type: (NS.Plan, PROV.Entity),
                NS.planFor: case,
                PROV.wasDerivedFrom: (case, guideline),
                NS.asOf: day(plan.as_of),
                NS.conforms: Lit(plan.conforms),
                NS.disclaimer: english(plan.disclaimer),
                NS.hasFinding: [
                    self._finding(URIRef(f"{self._base}/plan/finding/{place}"), finding)
                    for place, finding in enumerate(plan.findings, start=1)
                ],
                NS.hasStep: [
                    self._step(place if row.level != "case" else 0, row, focus)
                    for row in plan.recommendations
                    for place, focus in enumerate(row.foci, start=1)
                ],
                NS.fallsInto: [NS[gap] for gap in plan.gaps],
            },
        )

    def _finding(self, node: URIRef, finding: Finding) -> URIRef:
        self.describe(
            node,
            {
                RDF.type: SH.ValidationResult,
                SH.focusNode: self._node(finding.focus),
                SH.resultSeverity: SH[finding.severity],
                SH.resultMessage: english(finding.message),
                NS.fieldPath: Lit(finding.field),
                NS.found: Lit(finding.found),
                NS.expected: Lit(finding.expected),
                NS.statement: NS[finding.statement] if finding.statement else None,
                NS.pointer: Lit(finding.pointer),
                NS.line: Lit(finding.line) if finding.line is not None else None,
            },
        )
        return node

    def _step(self, place: int, row: Recommendation, focus: Focus) -> URIRef:
        node = URIRef(f"{self._base}/step/{row.id}/{place}")
        self.describe(
            node,
            {
                RDF.type: (NS.Step, PROV.Entity),
                NS.statement: NS[row.id],
                NS.focus: self._node(focus.focus, focus=row.level != "case"),
                NS.verdict: self._concept(focus.verdict),
                NS.stepStatus: self._concept(focus.status) if focus.status else None,
                NS.supersededBy: [NS[id_] for id_ in focus.superseded_by],
                NS.challengedBy: [NS[id_] for id_ in focus.challenged_by],
                NS.hasAction: [self._action(node, action) for action in focus.actions],
                NS.missing: [
                    self._missing(URIRef(f"{node}/missing/{number}"), paths)
                    for number, paths in enumerate(focus.missing, start=1)
                ],
                PROV.wasDerivedFrom: [NS[row.id], *map(self._fact, focus.because)],
            },
        )
        return node

    def _missing(self, node: URIRef, paths: Iterable[str]) -> URIRef:
        self.describe(node, {RDF.type: NS.MissingSet, NS.missingField: map(Lit, paths)})
        return node

    def _action(self, step: URIRef, action: Action) -> URIRef:
        node = URIRef(f"{step}/{action.type}")
        is_field = action.type[:1].islower()
        self.describe(
            node,
            {
                RDF.type: NS.StepAction,
                NS.missingField: Lit(action.type) if is_field else None,
                NS.ofType: None if is_field else NS[action.type],
                NS.done: Lit(action.done),
                NS.actionState: NS.Foreseen if action.planned else None,
                NS.lastDone: day(action.last),
                NS.dueFrom: day(action.due_from),
                NS.dueBy: day(action.due_by),
            },
        )
        return node

    # -- proofs --------------------------------------------------------------------------
    def _fact(self, fact: Fact) -> URIRef:
        about = URIRef(fact.node)
        if fact.asserted and not fact.term:
            # An event or a measurement is an entity of its own.
            return about
        key = (fact.node, fact.field, fact.term, fact.searched)
        if key in self._facts:
            return self._facts[key]
        node = self._facts[key] = URIRef(f"{self._base}/fact/{len(self._facts) + 1}")
        object_ = term_of(fact.term) if fact.term else None
        if fact.field == "id":
            # A statement that applies to every case, or tumor, rests on its being one.
            object_ = NS.Case if fact.node == self._base else NS.Tumor
        self.describe(
            node,
            {
                RDF.type: (NS.Fact, PROV.Entity),
                RDF.subject: about,
                RDF.predicate: RDF.type if fact.field == "id" else NS[fact.field],
                RDF.object: object_,
                NS.isAbsence: Lit(True) if object_ is None else None,
                NS.searched: english(fact.searched) if fact.searched else None,
                PROV.wasDerivedFrom: [
                    *([about] if fact.asserted else []),
                    *map(self._fact, fact.derived_from),
                ],
            },
        )
        return node


def day(text: str | None) -> Lit | None:
    """Return an ISO day as a literal."""
    return Lit(text, datatype=XSD.date) if text else None


def english(text: str) -> Lit:
    """Return a text as an English literal."""
    return Lit(text, lang="en")


def term_of(text: str) -> Node:
    """Parse a term in N-Triples form."""
    (quad,) = ox.parse(f"<urn:s> <urn:p> {text} .", format=ox.RdfFormat.N_TRIPLES)
    return _as_written(to_rdflib(quad.object))


def _as_written(node: Node) -> Node:
    """Return a term in the form that rdflib writes the same way in every format.

    Its Turtle has 10.0 for the decimal 10, and it distinguishes "a" from
    "a"^^xsd:string, which RDF 1.1 does not.
    """
    if isinstance(node, Lit) and node.datatype == XSD.string:
        return Lit(str(node))
    if isinstance(node, Lit) and node.datatype == XSD.decimal and INTEGER.fullmatch(node):
        return Lit(f"{node}.0", datatype=XSD.decimal, normalize=False)
    return node


def _ordered(tree: Any) -> Any:
    """Sort the parts that JSON-LD has in any order (a plan has no RDF lists)."""
    if isinstance(tree, dict):
        return {key: _ordered(value) for key, value in sorted(tree.items())}
    if isinstance(tree, list):
        return sorted(map(_ordered, tree), key=lambda item: json.dumps(item, sort_keys=True))
    return tree
