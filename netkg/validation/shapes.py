"""Read from the SHACL graph what each shape says to people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, cast

from rdflib import Graph, URIRef
from rdflib.namespace import SH
from rdflib.term import Node

from netkg.case.finding import Severity
from netkg.errors import KnowledgeError
from netkg.namespaces import NETS, local_name
from netkg.ontology.schema import Schema

__all__ = ["Shape", "Shapes"]

FIELD, REMEDY, EXPECTED, FOUND, RESTS_ON = (
    URIRef(NETS + name) for name in ("field", "remedy", "expected", "found", "restsOn")
)
DATATYPES: Final[Mapping[str, str]] = {
    "boolean": "true or false",
    "date": "a valid date, such as 2026-01-31",
    "string": "text",
}


@dataclass(frozen=True, slots=True)
class Shape:
    """What a shape says to people: texts, the statement behind it, the severity."""

    field: str
    message: str
    remedy: str
    expected: str
    found: str | None
    statement: str | None
    severity: Severity


class Shapes:
    """The shapes of one graph, each read when it is first asked for."""

    def __init__(self, graph: Graph, schema: Schema) -> None:
        self._graph = graph
        self._schema = schema
        self._read: dict[Node, Shape] = {}

    def shape(self, node: Node) -> Shape:
        """Return what a shape says.

        Raises:
            KnowledgeError: if it lacks a text that people need.
        """
        if node not in self._read:
            self._read[node] = self._read_shape(node)
        return self._read[node]

    def _read_shape(self, node: Node) -> Shape:
        graph = self._graph

        def text(property_: Node) -> str | None:
            value = graph.value(node, property_)
            return None if value is None else str(value)

        field, message, remedy = text(FIELD), text(SH.message), text(REMEDY)
        if field is None or message is None or remedy is None:
            raise KnowledgeError(
                "lacks a field, a message or a remedy", term=str(node), expected="all three"
            )
        statement, severity = text(RESTS_ON), local_name(text(SH.severity) or str(SH.Violation))
        return Shape(
            field,
            message,
            remedy,
            text(EXPECTED) or self._expected(node),
            text(FOUND),
            local_name(statement) if statement else None,
            cast(Severity, severity),
        )

    def _expected(self, node: Node) -> str:
        class_, datatype = (
            self._graph.value(node, SH["class"]),
            self._graph.value(node, SH.datatype),
        )
        if class_ is not None:
            return "one of " + ", ".join(sorted(self._schema.values[str(class_)]))
        return DATATYPES.get(local_name(str(datatype)), "a value of the case format")
