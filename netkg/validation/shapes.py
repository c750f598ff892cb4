"""The texts for people in the shapes, read from the SHACL graph."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, cast

from rdflib import Graph, URIRef
from rdflib.namespace import SH, XSD
from rdflib.term import Node

from netkg.case.finding import Severity
from netkg.errors import KnowledgeError
from netkg.namespaces import NETS, local_name
from netkg.ontology.schema import Schema

__all__ = ["ON_VERDICT", "Shape", "Shapes"]

FIELD, REMEDY, EXPECTED, FOUND, RESTS_ON, ON_VERDICT = (
    URIRef(NETS + name)
    for name in ("field", "remedy", "expected", "found", "restsOn", "restsOnVerdict")
)
# The other words for the values of xsd:boolean.
TRUTH: Final[Mapping[str, tuple[str, ...]]] = {"true": ("yes", "y"), "false": ("no", "n")}
DATATYPES: Final[Mapping[str, str]] = {
    "boolean": "true or false",
    "date": "a valid date, such as 2026-01-31",
    "string": "text",
}


@dataclass(frozen=True, slots=True)
class Shape:
    """The texts of a shape for people, the statement that it rests on, and its severity.

    ``words`` are the names that are valid as a value, with their labels and synonyms.
    ``on_verdict`` says that a result is about the plan, which an invalid case does not have.
    """

    field: str
    message: str
    remedy: str
    expected: str
    found: str | None
    statement: str | None
    severity: Severity
    on_verdict: bool
    words: Mapping[str, tuple[str, ...]]


class Shapes:
    """The shapes of one graph, each read when it is first asked for."""

    def __init__(self, graph: Graph, schema: Schema) -> None:
        self._graph = graph
        self._schema = schema
        self._read: dict[Node, Shape] = {}

    def shape(self, node: Node) -> Shape:
        """Return the texts of a shape.

        Raises:
            KnowledgeError: if it lacks a text that people need.
        """
        if node in self._read:
            return self._read[node]
        texts = {property_: str(o) for property_, o in self._graph.predicate_objects(node)}
        if not texts.keys() >= {FIELD, SH.message, REMEDY}:
            raise KnowledgeError(
                "lacks a field, a message or a remedy",
                term=str(next(self._graph.subjects(SH.property, node), node)),
                expected="all three",
            )
        expected = texts.get(EXPECTED) or self._expected(node)
        shape = self._read[node] = Shape(
            texts[FIELD],
            texts[SH.message],
            # A finding lists the values, a page of the reference has them elsewhere.
            texts[REMEDY].replace("one of the allowed values", expected),
            expected,
            texts.get(FOUND),
            local_name(texts.get(RESTS_ON, "")) or None,
            cast(Severity, local_name(texts.get(SH.severity, str(SH.Violation)))),
            texts.get(ON_VERDICT) == "true",
            self._words(node, texts[FIELD]),
        )
        return shape

    def _words(self, node: Node, field: str) -> Mapping[str, tuple[str, ...]]:
        if class_ := self._graph.value(node, SH["class"]):
            return self._schema.words(self._schema.values.get(str(class_), ()))
        if self._graph.value(node, SH.datatype) == XSD.boolean:
            return TRUTH
        return self._schema.words(self._schema.event_types) if field == "events.type" else {}

    def _expected(self, node: Node) -> str:
        class_, datatype = (
            self._graph.value(node, SH["class"]),
            self._graph.value(node, SH.datatype),
        )
        if class_ is not None:
            return "one of " + ", ".join(sorted(self._schema.values[str(class_)]))
        return DATATYPES.get(local_name(str(datatype)), "a value of the case format")
