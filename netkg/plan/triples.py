"""The triples of a plan: its steps, each with its proof in PROV-O.

A plan is about a case: its steps carry statement, focus, verdict and status, and
``prov:wasDerivedFrom`` leads from each step over derived facts down to what the case asserts.
All nodes are IRIs below that of the case, so that several plans can be merged.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, TypeAlias

import pyoxigraph as ox

from netkg import namespaces
from netkg.case.finding import Finding
from netkg.case.model import Case
from netkg.ontology.terms import term_of
from netkg.plan.model import Action, Focus, Plan, Recommendation
from netkg.reasoning.fact import Fact

__all__ = [
    "DCTERMS",
    "Description",
    "NS",
    "PROV",
    "RDF",
    "Vocabulary",
    "Writer",
    "day",
    "english",
    "plan_triples",
]

_Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
# The values of the properties of a node: one, several, or None for no value.
Description: TypeAlias = Mapping[ox.NamedNode, _Term | Iterable[_Term] | None]


class Vocabulary:
    """The terms of a namespace, by their local names.

    >>> Vocabulary("urn:x:").a, Vocabulary("urn:x:")["b-c"]
    (<NamedNode value=urn:x:a>, <NamedNode value=urn:x:b-c>)
    """

    def __init__(self, iri: str) -> None:
        self._iri = iri
        self._terms: dict[str, ox.NamedNode] = {}

    def __getitem__(self, name: str) -> ox.NamedNode:
        found = self._terms.get(name)
        if found is None:
            found = self._terms[name] = ox.NamedNode(self._iri + name)
        return found

    def __getattr__(self, name: str) -> ox.NamedNode:
        return self[name]


DCTERMS: Final = Vocabulary(namespaces.DCTERMS)
NS: Final = Vocabulary(namespaces.NETKG)
PROV: Final = Vocabulary(namespaces.PROV)
RDF: Final = Vocabulary(namespaces.RDF)
SH: Final = Vocabulary(namespaces.SH)
_DATE: Final = ox.NamedNode(namespaces.XSD + "date")


def plan_triples(plan: Plan, case: Case) -> list[ox.Triple]:
    """Return the triples of a plan, without those of the case that it answers."""
    return _PlanWriter(plan, case).triples


class Writer:
    """Triples about nodes: one description for each node."""

    def __init__(self) -> None:
        self.triples: list[ox.Triple] = []

    def describe(self, node: ox.NamedNode, description: Description) -> None:
        """Add the values of the properties of a node."""
        for property_, values in description.items():
            if values is None:
                continue
            for value in (values,) if isinstance(values, _Term) else values:
                self.triples.append(ox.Triple(node, property_, value))


class _PlanWriter(Writer):
    """Write one plan."""

    def __init__(self, plan: Plan, case: Case) -> None:
        super().__init__()
        self._case = case
        self._concepts = plan.concepts
        self._base = case.node.value
        # A tumor may have the id of its case.
        self._nodes = {
            name: node
            for node, name in reversed(list(case.names.items()))
            if node != case.node.value
        }
        self._facts: dict[tuple[str, str, str, str | None], ox.NamedNode] = {}
        self._plan(plan)

    def _concept(self, name: str) -> ox.NamedNode:
        """Return the IRI of a verdict, a status or a review status."""
        return ox.NamedNode(self._concepts[name])

    def _node(self, name: str, focus: bool = True) -> ox.NamedNode:
        if name == self._case.id and not focus:
            return ox.NamedNode(self._base)
        return ox.NamedNode(self._nodes.get(name, self._base))

    # -- the parts of a plan -----------------------------------------------------------
    def _plan(self, plan: Plan) -> None:
        case, guideline = ox.NamedNode(self._base), ox.NamedNode(plan.guideline.iri)
        self.describe(
            guideline,
            {
                DCTERMS.hasVersion: ox.Literal(plan.guideline.version),
                NS.reviewStatus: self._concept(plan.guideline.review_status),
                DCTERMS.description: english(plan.guideline.review_status),
            },
        )
        self.describe(
            ox.NamedNode(f"{self._base}/plan"),
            {
                RDF.type: (NS.Plan, PROV.Entity),
                NS.planFor: case,
                PROV.wasDerivedFrom: (case, guideline),
                NS.asOf: day(plan.as_of),
                NS.conforms: ox.Literal(plan.conforms),
                NS.disclaimer: english(plan.disclaimer),
                NS.hasFinding: [
                    self._finding(ox.NamedNode(f"{self._base}/plan/finding/{place}"), finding)
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

    def _finding(self, node: ox.NamedNode, finding: Finding) -> ox.NamedNode:
        self.describe(
            node,
            {
                RDF.type: SH.ValidationResult,
                SH.focusNode: self._node(finding.focus),
                SH.resultSeverity: SH[finding.severity],
                SH.resultMessage: english(finding.message),
                NS.fieldPath: ox.Literal(finding.field),
                NS.found: ox.Literal(finding.found),
                NS.expected: ox.Literal(finding.expected),
                NS.statement: NS[finding.statement] if finding.statement else None,
                NS.pointer: ox.Literal(finding.pointer),
                NS.line: ox.Literal(finding.line) if finding.line is not None else None,
            },
        )
        return node

    def _step(self, place: int, row: Recommendation, focus: Focus) -> ox.NamedNode:
        node = ox.NamedNode(f"{self._base}/step/{row.id}/{place}")
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
                    self._missing(ox.NamedNode(f"{node.value}/missing/{number}"), paths)
                    for number, paths in enumerate(focus.missing, start=1)
                ],
                PROV.wasDerivedFrom: [NS[row.id], *map(self._fact, focus.because)],
            },
        )
        return node

    def _missing(self, node: ox.NamedNode, paths: Iterable[str]) -> ox.NamedNode:
        self.describe(node, {RDF.type: NS.MissingSet, NS.missingField: map(ox.Literal, paths)})
        return node

    def _action(self, step: ox.NamedNode, action: Action) -> ox.NamedNode:
        node = ox.NamedNode(f"{step.value}/{action.type}")
        is_field = action.type[:1].islower()
        self.describe(
            node,
            {
                RDF.type: NS.StepAction,
                NS.missingField: ox.Literal(action.type) if is_field else None,
                NS.ofType: None if is_field else NS[action.type],
                NS.done: ox.Literal(action.done),
                NS.actionState: NS.Foreseen if action.planned else None,
                NS.lastDone: day(action.last),
                NS.dueFrom: day(action.due_from),
                NS.dueBy: day(action.due_by),
            },
        )
        return node

    # -- proofs --------------------------------------------------------------------------
    def _fact(self, fact: Fact) -> ox.NamedNode:
        about = ox.NamedNode(fact.node)
        if fact.asserted and not fact.term:
            # An event or a measurement is an entity of its own.
            return about
        key = (fact.node, fact.field, fact.term, fact.searched)
        if key in self._facts:
            return self._facts[key]
        node = self._facts[key] = ox.NamedNode(f"{self._base}/fact/{len(self._facts) + 1}")
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
                NS.isAbsence: ox.Literal(True) if object_ is None else None,
                NS.searched: english(fact.searched) if fact.searched else None,
                PROV.wasDerivedFrom: [
                    *([about] if fact.asserted else []),
                    *map(self._fact, fact.derived_from),
                ],
            },
        )
        return node


def day(text: str | None) -> ox.Literal | None:
    """Return an ISO day as a literal."""
    return ox.Literal(text, datatype=_DATE) if text else None


def english(text: str) -> ox.Literal:
    """Return a text as an English literal."""
    return ox.Literal(text, language="en")
