"""Write findings as a validation report of SHACL, in Turtle."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import pyoxigraph as ox

from netkg.case.finding import SEVERAL, Finding, ShapeResult
from netkg.case.model import Case
from netkg.ontology.schema import TYPE, netkg
from netkg.ontology.terms import Term, term_of
from netkg.ontology.writing import turtle_body, turtle_head
from netkg.validation.shapes_index import sh
from netkg.validation.validator import Validator

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
        self._shapes = validator.index
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
        shape = ox.NamedNode(result.shape)
        yield ox.Triple(node, sh("focusNode"), ox.NamedNode(result.focus))
        yield ox.Triple(node, sh("sourceShape"), shape)
        yield ox.Triple(node, sh("sourceConstraintComponent"), ox.NamedNode(result.component))
        for message in self._shapes.objects(shape, sh("message")):
            yield ox.Triple(node, sh("resultMessage"), message)
        if result.value is not None:
            yield ox.Triple(node, sh("value"), term_of(result.value))
        if result.path == SEVERAL:
            for path in self._shapes.objects(shape, sh("path")):
                yield from self._copied(node, sh("resultPath"), path)
        elif result.path is not None:
            yield ox.Triple(node, sh("resultPath"), ox.NamedNode(result.path))

    def _copied(
        self, node: ox.BlankNode, property_: ox.NamedNode, value: Term
    ) -> Iterator[ox.Triple]:
        """Yield a triple with a path of the shapes as its value, and what describes the path."""
        if not isinstance(value, ox.BlankNode):
            yield ox.Triple(node, property_, value)
            return
        self._blanks += 1
        own = ox.BlankNode(f"path{self._blanks}")
        yield ox.Triple(node, property_, own)
        for each, parts in self._shapes.values[value].items():
            for part in parts:
                yield from self._copied(own, each, part)


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
