"""Write findings as a validation report of SHACL, in Turtle."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

import pyoxigraph as ox
from rdflib import BNode, Literal
from rdflib.namespace import SH

from netkg.case.finding import Finding, ShapeResult
from netkg.case.model import Case
from netkg.ontology.conversion import from_rdflib
from netkg.ontology.schema import TYPE, netkg
from netkg.ontology.writing import turtle_body, turtle_head
from netkg.validation.shapes_index import sh
from netkg.validation.validator import ILL_TYPED, Validator

__all__ = ["ReportWriter"]

_REPORT: Final = ox.BlankNode("report")
# The components of findings that do not come from a shape.
_OF_FORMAT: Final = netkg("CaseFormatConstraintComponent")
_OF_PLAN: Final = netkg("PlanConstraintComponent")


class ReportWriter:
    """Writer of one report about many cases, as parts of one text: first, cases, last.

    There is a result for each result of a shape, and for each finding without a shape. As
    SHACL asks, ``sh:conforms`` is false if there is any result, of whatever severity.
    """

    def __init__(self, validator: Validator) -> None:
        self._shapes = validator.graph
        self._count = 0
        self._blanks = 0

    def first(self, notes: Iterable[str]) -> str:
        """Return what comes first: notes as comments, and the prefixes."""
        return turtle_head(notes)

    def case(self, case: Case, findings: Iterable[Finding]) -> str:
        """Return the results of a case."""
        # A tumor may have the id of its case.
        nodes = {name: node for node, name in reversed(list(case.names.items()))}
        found: list[ox.Triple] = []
        for finding in findings:
            for part in case.with_lines(finding.parts) or (finding,):
                self._count += 1
                node = ox.BlankNode(f"result{self._count}")
                found.append(ox.Triple(_REPORT, sh("result"), node))
                found.append(ox.Triple(node, TYPE, sh("ValidationResult")))
                found.append(ox.Triple(node, sh("resultSeverity"), sh(part.severity)))
                if part.result:
                    found += self._of_shape(node, part.result)
                else:
                    focus = ox.NamedNode(nodes.get(part.focus, case.node.value))
                    component = _OF_FORMAT if part in case.findings else _OF_PLAN
                    found += _without_shape(node, focus, component, part.message)
                found += _added(node, part)
        return turtle_body(found)

    def last(self) -> str:
        """Return what comes last: the report itself."""
        return turtle_body(
            (
                ox.Triple(_REPORT, TYPE, sh("ValidationReport")),
                ox.Triple(_REPORT, sh("conforms"), ox.Literal(self._count == 0)),
            )
        )

    def _of_shape(self, node: ox.BlankNode, result: ShapeResult) -> Iterator[ox.Triple]:
        """Yield what a shape reported, as any engine writes it."""
        yield ox.Triple(node, sh("focusNode"), from_rdflib(result.focus))
        yield ox.Triple(node, sh("sourceShape"), from_rdflib(result.shape))
        yield ox.Triple(node, sh("sourceConstraintComponent"), from_rdflib(result.component))
        for message in self._shapes.objects(result.shape, SH.message):
            yield ox.Triple(node, sh("resultMessage"), from_rdflib(message))
        if result.value is not None:
            yield ox.Triple(node, sh("value"), _as_read(result.value))
        if isinstance(result.path, BNode):
            for path in self._shapes.objects(result.shape, SH.path):
                yield from self._copied(node, sh("resultPath"), path)
        elif result.path is not None:
            yield ox.Triple(node, sh("resultPath"), from_rdflib(result.path))

    def _copied(self, node: ox.BlankNode, property_: Any, value: Any) -> Iterator[ox.Triple]:
        """Yield a triple with a path of the shapes as its value, and what describes the path."""
        if not isinstance(value, BNode):
            yield ox.Triple(node, property_, from_rdflib(value))
            return
        self._blanks += 1
        own = ox.BlankNode(f"path{self._blanks}")
        yield ox.Triple(node, property_, own)
        for each, part in self._shapes.predicate_objects(value):
            yield from self._copied(own, from_rdflib(each), part)


def _without_shape(
    node: ox.BlankNode, focus: ox.NamedNode, component: ox.NamedNode, message: str
) -> Iterator[ox.Triple]:
    yield ox.Triple(node, sh("focusNode"), focus)
    yield ox.Triple(node, sh("sourceConstraintComponent"), component)
    yield ox.Triple(node, sh("resultMessage"), ox.Literal(message, language="en"))


def _added(node: ox.BlankNode, finding: Finding) -> Iterator[ox.Triple]:
    """Yield what a finding says in addition to a result of SHACL."""
    yield ox.Triple(node, netkg("fieldPath"), ox.Literal(finding.field))
    yield ox.Triple(node, netkg("found"), ox.Literal(finding.found))
    yield ox.Triple(node, netkg("expected"), ox.Literal(finding.expected))
    if finding.statement:
        yield ox.Triple(node, netkg("statement"), netkg(finding.statement))
    yield ox.Triple(node, netkg("pointer"), ox.Literal(finding.pointer))
    if finding.line is not None:
        yield ox.Triple(node, netkg("line"), ox.Literal(finding.line))


def _as_read(value: Any) -> Any:
    """Return a value as it was before the validation marked what does not fit its datatype."""
    term = from_rdflib(value)
    if isinstance(value, Literal) and term.datatype.value.startswith(ILL_TYPED):
        datatype = term.datatype.value.removeprefix(ILL_TYPED)
        return ox.Literal(term.value, datatype=ox.NamedNode(datatype))
    return term
