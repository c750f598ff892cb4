"""Validate cases against the shapes, with a finding for each result.

This is the only module that imports pySHACL. It validates many cases in one
call, as an rdflib graph: pySHACL also validates a pyoxigraph store, but takes
almost twice as long for 25 cases, and 60 times as long for 1,000 (0.40.1).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import cast

import pyoxigraph as ox
import pyshacl
from pyshacl.errors import ReportableRuntimeError
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import SH, XSD
from rdflib.term import Node

from netkg.case.finding import SEVERITIES, Finding, ShapeResult, conforms
from netkg.case.model import Case
from netkg.case.values import node_name
from netkg.errors import KnowledgeError
from netkg.namespaces import NETKG, local_name
from netkg.ontology.conversion import triple_to_rdflib
from netkg.ontology.files import parse_turtle
from netkg.ontology.schema import TYPE, Schema
from netkg.suggestions import did_you_mean, listed, meant
from netkg.validation.naming import with_names
from netkg.validation.shapes import ON_VERDICT, Shape, Shapes

__all__ = ["Validator", "arrange"]

ILL_TYPED = "urn:netkg:ill-typed:"
MAX_COUNT = SH.MaxCountConstraintComponent


class Validator:
    """Validator of batches of cases against the shapes of a folder.

    ``triples`` are the shapes, with an IRI for each that reports results; ``graph`` contains
    them, and what pySHACL adds to it.

    Raises:
        KnowledgeError: if a text of a shape is missing.
    """

    def __init__(self, schema: Schema, folder: Path) -> None:
        self._schema = schema
        self.triples = with_names(parse_turtle(folder))
        self.graph = Graph(store="SimpleMemory")
        for triple in self.triples:
            self.graph.add(triple_to_rdflib(triple))
        self._shapes = Shapes(self.graph, schema)

    @cached_property
    def classes(self) -> tuple[ox.NamedNode, ...]:
        """The classes that shapes target, which must be evaluated before the validation."""
        records = set(self._schema.fields)
        found = {
            str(class_)
            for class_ in self.graph.objects(None, SH.targetClass)
            if local_name(str(class_)) not in records
        }
        return tuple(ox.NamedNode(iri) for iri in sorted(found))

    @cached_property
    def on_verdict(self) -> frozenset[ox.NamedNode]:
        """The classes that only shapes target whose results rest on a verdict."""
        resting, others = set[Node](), set[Node]()
        for shape, class_ in self.graph.subject_objects(SH.targetClass):
            on_verdict = (shape, ON_VERDICT, Literal(True)) in self.graph
            (resting if on_verdict else others).add(class_)
        return frozenset(ox.NamedNode(str(class_)) for class_ in resting - others)

    @cached_property
    def vocabulary(self) -> tuple[ox.Triple, ...]:
        """The types of the coded values, which shapes ask for, sorted."""
        return tuple(
            ox.Triple(value, TYPE, ox.NamedNode(range_))
            for range_ in sorted(self._schema.values)
            for value in sorted(self._schema.instances(ox.NamedNode(range_)), key=str)
        )

    @cached_property
    def _vocabulary(self) -> Graph:
        graph = Graph(store="SimpleMemory")
        for triple in self.vocabulary:
            graph.add(triple_to_rdflib(triple))
        return graph

    def validate(
        self, cases: Iterable[Case], types: Iterable[ox.Triple]
    ) -> dict[str, tuple[Finding, ...]]:
        """Return the findings of each case, by the IRI of its node.

        ``types`` are the classes of records that rules and criteria have
        derived; the structural findings of the readers are included. There is
        one finding per focus, field and statement, in the order of severity,
        focus as in the input, field and statement.
        """
        batch = list(cases)
        graph = Graph()
        graph += self._vocabulary
        for triple in chain.from_iterable([*(case.triples for case in batch), types]):
            graph.add(_copied_safely(triple_to_rdflib(triple)))
        try:
            _, report, _ = pyshacl.validate(
                graph, shacl_graph=self.graph, inplace=True, do_owl_imports=False, inference="none"
            )
        except (ReportableRuntimeError, ValueError) as error:
            raise KnowledgeError(f"a shape cannot be evaluated: {error}") from None
        if not isinstance(report, Graph):
            raise KnowledgeError(f"a shape cannot be evaluated: {report}")
        owner = {node: case for case in batch for node in case.nodes}
        tumor_of = {
            measurement: tumor.value
            for case in batch
            for tumor in case.tumors
            for measurement in case.values(tumor.value, "measurements")
        }
        found: dict[str, list[Finding]] = {case.node.value: [] for case in batch}
        # Findings that rest on a verdict, which a case with a violation does not have.
        dependent: dict[str, list[Finding]] = {case.node.value: [] for case in batch}
        for result in report.objects(None, SH.result):
            focus = str(report.value(result, SH.focusNode))
            if focus in owner:
                case = owner[focus]
                source = cast(Node, report.value(result, SH.sourceShape))
                shape = self._shapes.shape(source)
                into = dependent if shape.on_verdict else found
                # A measurement is reported at its tumor, an event at its case.
                id_ = case.names.get(focus) or case.names.get(tumor_of.get(focus, ""), case.id)
                finding = self._finding(shape, source, case, focus, id_, report, result)
                into[case.node.value].append(finding)
        arranged = {}
        for case in batch:
            own = [*case.findings, *found[case.node.value]]
            if conforms(own):
                own += dependent[case.node.value]
            # Findings of the readers take precedence over those of the shapes on the same field.
            first = len(case.findings)
            own[:first], own[first:] = (
                sorted(own[:first], key=_text),
                sorted(own[first:], key=_text),
            )
            arranged[case.node.value] = arrange(case, own)
        return arranged

    # -- words -----------------------------------------------------------------------
    def _finding(
        self,
        shape: Shape,
        source: Node,
        case: Case,
        focus: str,
        id_: str,
        report: Graph,
        result: Node,
    ) -> Finding:
        field, path = shape.field, report.value(result, SH.resultPath)
        component = report.value(result, SH.sourceConstraintComponent)
        if not field:
            predicate = str(path or "")
            name = local_name(predicate) if predicate.startswith(NETKG) else predicate
            field = self._schema.path(_record_kind(case, focus), name)
        value = report.value(result, SH.value)
        found = shape.found or self._found(case, focus, field, value)
        expected, message = shape.expected, f"{shape.message} {shape.remedy}"
        if component == MAX_COUNT and ", " in found:
            expected = "one value"
            message = f"{field} has more than one value (found {found}). Keep the correct one."
        elif found != "nothing" and path:
            # A property shape rejects the value itself.
            wrong = f"{shape.message.removesuffix('.')} (found {found})."
            message = f"{wrong} {self._meant(shape, case, field, found, value) or shape.remedy}"
        return Finding(
            shape.severity,
            id_,
            field,
            found,
            expected,
            message,
            shape.statement,
            case.pointer(focus, field, str(value) if isinstance(value, Literal) else ""),
            result=ShapeResult(URIRef(focus), path, value, source, component),
        )

    def _meant(self, shape: Shape, case: Case, field: str, found: str, value: Node | None) -> str:
        """Return a question that suggests valid values for one that is not."""
        words: Mapping[str, Iterable[str]] = shape.words
        if field == "events.target":
            words = {case.names[node.value]: () for node in (*case.tumors, *case.metastases)}
        return did_you_mean(meant(found if value is None else str(value), words))

    def _found(self, case: Case, focus: str, field: str, value: Node | None) -> str:
        if isinstance(value, Literal) or (value is not None and str(value) != focus):
            return json.dumps(str(value)) if _is_text(value) else node_name(str(value), case.names)
        values = case.values(focus, field.rsplit(".", 1)[-1])
        if field == "tumors.measurements":
            shown = [json.dumps(case.records[value], default=str) for value in values]
        else:
            shown = [node_name(value, case.names) for value in values]
        return ", ".join(sorted(shown)) or "nothing"


def arrange(case: Case, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings sorted, one per focus, field and statement: the most severe.

    Its message also names the values at other places for which there is such a finding.
    """
    names = [case.id, *(case.names[node.value] for node in (*case.tumors, *case.metastases))]
    order = {name: place for place, name in enumerate(names)}
    groups: dict[tuple[str, str, str | None], list[Finding]] = {}
    for finding in sorted(findings, key=lambda f: SEVERITIES.index(f.severity)):
        groups.setdefault((finding.focus, finding.field, finding.statement), []).append(finding)
    return tuple(
        sorted(
            map(_joined, groups.values()),
            key=lambda f: (
                SEVERITIES.index(f.severity),
                order.get(f.focus, len(order)),
                f.field,
                f.statement or "",
            ),
        )
    )


def _joined(findings: list[Finding]) -> Finding:
    """Return the first of some findings, with the values at the other places in its message."""
    first = findings[0]
    if len(findings) == 1:
        return first
    first = replace(first, parts=tuple(chain.from_iterable(f.parts or (f,) for f in findings)))
    found = {
        each.pointer: each.found
        for each in findings
        if each.severity == first.severity and each.pointer != first.pointer
    }
    # What is missing has no value to look at.
    values = {value for value in found.values() if not value.startswith("nothing")}
    others = sorted(values - {first.found})
    if count := list(found.values()).count(first.found):
        others.append(f"{count} other place{'s' if count > 1 else ''} like it")
    if not others:
        return first
    return replace(first, message=f"{first.message} Also check {listed(others)}.")


def _text(finding: Finding) -> tuple[str, str, int, str]:
    """Return what findings on one field are sorted by: their text, then their place."""
    return finding.message, finding.found, len(finding.pointer), finding.pointer


def _copied_safely(triple: tuple[Node, Node, Node]) -> tuple[Node, Node, Node]:
    """Return a triple with a datatype that rdflib does not know in place of one that does not fit.

    pySHACL copies literals into its report; rdflib would read the copy, fail, and log its text.
    """
    subject, predicate, object_ = triple
    if isinstance(object_, Literal) and object_.ill_typed:
        object_ = Literal(str(object_), datatype=ILL_TYPED + str(object_.datatype))
    return subject, predicate, object_


def _is_text(value: Node) -> bool:
    return isinstance(value, Literal) and value.datatype in (None, XSD.string)


def _record_kind(case: Case, node: str) -> str:
    """Return the local name of the record class that a node of a case has."""
    types = {
        triple.object.value  # type: ignore[union-attr]
        for triple in case.about(node)
        if triple.predicate == TYPE
    }
    kinds = ("Case", "Tumor", "Metastasis", "Measurement")
    return next((kind for kind in kinds if NETKG + kind in types), "ClinicalEvent")
