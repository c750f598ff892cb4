"""What a checker of proofs needs of an ontology, read with rdflib."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from rdflib import OWL, RDF, RDFS, SKOS, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.namespace import DCTERMS, Namespace
from rdflib.term import Node

from netkg.ontology.text_files import read_text

__all__ = ["NS", "CheckedExpression", "OntologyGraph", "manchester", "name", "plain_literal"]

NS = Namespace("https://w3id.org/netkg/ns#")

# ("class" | "instance", IRI), ("intersectionOf" | "unionOf", parts),
# ("some", property, filler) or ("value", property, values)
CheckedExpression = tuple[Any, ...]


class OntologyGraph:
    """One ontology, as an rdflib graph."""

    def __init__(self, folder: Path) -> None:
        self.graph = Graph()
        for path in sorted(folder.rglob("*.ttl")):
            self.graph.parse(data=read_text(path), format="turtle")
        self.home = dict(self.graph.subject_objects(NS.fieldOf))
        self.records = set(self.home.values())
        self._prefixes = self._paths_of_records()

    def _paths_of_records(self) -> dict[Node, str]:
        found: dict[Node, str] = {NS.Case: ""}
        for _ in self.records:
            for field, record in self.home.items():
                target = self.graph.value(field, RDFS.range)
                if record in found and target in self.records and target not in found:
                    found[target] = f"{found[record]}{name(field)}."
        return found

    # -- fields ----------------------------------------------------------------------------
    def path(self, field: Node) -> str:
        """Return the dotted path of a field."""
        return self._prefixes[self.home[field]] + name(field)

    def leads_to_records(self, property_: Node) -> bool:
        """Return whether the values of a property are records."""
        return property_ in self.home and self.graph.value(property_, RDFS.range) in self.records

    def is_open(self, field: Node) -> bool:
        """Return whether a field is unknown where it is absent."""
        return field in self.home and (field, NS.openness, NS.Open) in self.graph

    def determinants(self, property_: Node) -> Iterator[tuple[Node, bool, list[Node]]]:
        """Yield the open fields that decide a property.

        Each comes with whether it may count as absent, and the properties that rule it out.
        """
        if self.is_open(property_):
            yield property_, False, []
        for way in self.graph.subjects(NS.determines, property_):
            field = self.graph.value(way, NS.fromField)
            if field is not None and self.is_open(field):
                absent = self.graph.value(way, NS.countsAsAbsent) == Literal(True)
                yield field, absent, list(self.graph.objects(way, NS.ruledOutBy))

    def leaves_open(self, value: Node) -> set[Node]:
        """Return the values that a value does not rule out."""
        return set(self.graph.objects(value, NS.leavesOpen))

    # -- statements and sources ------------------------------------------------------------
    def statement(self, id_: str) -> Node | None:
        """Find the statement with this id that has a population."""
        found = [
            node
            for node in self.graph.subjects(DCTERMS.identifier, Literal(id_))
            if self.graph.value(node, NS.appliesTo) is not None
        ]
        return found[0] if len(found) == 1 else None

    def source(self, statement: Node) -> dict[str, Any]:
        """Return the place of a statement: its id, section and citations."""
        graph = self.graph
        section = graph.value(statement, NS.inSection)
        cited = (graph.value(each, SKOS.notation) for each in graph.objects(statement, NS.citation))
        return {
            "statement": str(graph.value(statement, DCTERMS.identifier)),
            "section": str(graph.value(section, SKOS.notation)),
            "citations": sorted(map(str, cited)),
        }

    def own_source(self, term: Node) -> dict[str, Any] | None:
        """Return the statement whose population a class is, or that a term names as its source."""
        of = self.graph.value(predicate=NS.appliesTo, object=term)
        named = of if of is not None else self.graph.value(term, DCTERMS.source)
        section = self.graph.value(named, NS.inSection) if named is not None else None
        return self.source(named) if named is not None and section is not None else None

    def document(self) -> dict[str, Any]:
        """Return the guideline document, its version and its review status."""
        (node,) = self.graph.subjects(RDF.type, NS.GuidelineDocument)
        status = self.graph.value(node, NS.reviewStatus)
        return {
            "iri": str(node),
            "version": str(self.graph.value(node, OWL.versionInfo)),
            "reviewStatus": str(self.graph.value(status, SKOS.notation)),
        }

    def label(self, term: Node) -> str:
        """Return the label of a term, or its local name."""
        return str(self.graph.value(term, RDFS.label) or name(term))

    def interval(self, node: Node) -> dict[str, Any]:
        """Return an interval in its JSON form."""
        value = self.graph.value

        def bound(key: str) -> Any:
            found = value(node, NS[key])
            return None if found is None else plain_literal(found)

        return {
            "name": name(node),
            "label": self.label(node),
            "property": name(value(node, NS.ofProperty)),
            "lower": bound("lower"),
            "lowerClosed": bool(bound("lowerClosed")),
            "upper": bound("upper"),
            "upperClosed": bool(bound("upperClosed")),
            "unit": bound("unitOfBounds") or "",
            "category": name(value(node, NS.category)),
            "source": self.own_source(node),
        }

    def intervals_of(self, property_: Node, values: frozenset[Node]) -> list[dict[str, Any]]:
        """Return the intervals that assign one of these categories to a property."""
        found = (
            node
            for node in self.graph.subjects(NS.assigns, property_)
            if self.graph.value(node, NS.category) in values
        )
        return [self.interval(node) for node in sorted(found, key=str)]

    # -- class expressions -------------------------------------------------------------------
    def ways_into(self, class_: Node) -> list[CheckedExpression]:
        """Return the axioms that make a record belong to a class, in the order of their texts."""
        found = [self.expression(node) for node in self.graph.subjects(RDFS.subClassOf, class_)]
        return sorted(found, key=manchester)

    def expression(self, node: Node) -> CheckedExpression:
        """Return a class expression."""
        graph = self.graph
        if isinstance(node, URIRef):
            defined = node not in self.records and (None, RDFS.subClassOf, node) in graph
            return ("class" if defined else "instance", node)
        for kind in (OWL.intersectionOf, OWL.unionOf):
            head = graph.value(node, kind)
            if head is not None:
                return (name(kind), tuple(map(self.expression, Collection(graph, head))))
        property_ = graph.value(node, OWL.onProperty)
        value, filler = graph.value(node, OWL.hasValue), graph.value(node, OWL.someValuesFrom)
        if value is not None:
            return ("value", property_, frozenset({value}))
        if graph.value(property_, RDFS.range) in self.records:
            return ("some", property_, self.expression(filler))  # type: ignore[arg-type]
        return ("value", property_, frozenset(self._members(filler)))  # type: ignore[arg-type]

    def _members(self, class_: Node) -> Iterator[Node]:
        listed = self.graph.value(class_, OWL.oneOf)
        if listed is not None:
            yield from Collection(self.graph, listed)
            return
        for below in self.graph.transitive_subjects(RDFS.subClassOf, class_):
            yield from self.graph.subjects(RDF.type, below)


def name(term: Node | None) -> str:
    """Return the local name of a term, the lexical form of a literal."""
    return str(term) if isinstance(term, Literal) else str(term).rsplit("#", 1)[-1]


def plain_literal(term: Node) -> Any:
    """Return a literal in its JSON form; a number without a fraction is an integer."""
    value = term.toPython() if isinstance(term, Literal) else str(term)
    if isinstance(value, Decimal | float):
        number = float(value)
        return int(number) if number.is_integer() and abs(number) < 1e15 else number
    return value if isinstance(value, bool | int) else str(term)


def manchester(expression: CheckedExpression) -> str:
    """Return an expression in Manchester syntax, as :mod:`netkg.ontology.manchester` does."""
    kind, term = expression[0], expression[1]
    if kind in ("class", "instance"):
        return name(term)
    if kind == "some":
        return f"{name(term)} some {_operand(expression[2])}"
    if kind == "value":
        values = sorted(map(name, expression[2]))
        ends = f"value {values[0]}" if len(values) == 1 else f"some {{{', '.join(values)}}}"
        return f"{name(term)} {ends}"
    joint = " and " if kind == "intersectionOf" else " or "
    return joint.join(map(_operand, term))


def _operand(expression: CheckedExpression) -> str:
    text = manchester(expression)
    return text if expression[0] in ("class", "instance") else f"({text})"
