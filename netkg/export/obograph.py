"""The ontology in the JSON of OBO Graphs, which tools for biomedical ontologies read.

A node is a named term; a term that is a class and a value at the same time is one node, a
class. An edge is an axiom between two of them: ``is_a``, ``subPropertyOf``, ``type``, or a
property that relates them. What else is said of a term is in its ``meta``. Class expressions
are left out: a graph of this kind has a place for definitions by equivalence alone, and a
population has sufficient conditions.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TypeAlias

import pyoxigraph as ox

from netkg.export.merged import VERSION_IRI, Merged
from netkg.namespaces import DCTERMS, RDFS, SKOS
from netkg.ontology.schema import DEFINITION, LABEL, RANGE, SUBCLASS, TYPE, owl
from netkg.result import JSON, json_text

__all__ = ["obograph"]

Value: TypeAlias = ox.NamedNode | ox.Literal

SOURCE: Final = ox.NamedNode(DCTERMS + "source")
ALTERNATIVE: Final = ox.NamedNode(SKOS + "altLabel")
DEPRECATED: Final = owl("deprecated")
# The type of a node by the kind of the term; the first kind that fits.
NODES: Final[tuple[tuple[ox.NamedNode, JSON], ...]] = (
    (owl("Class"), {"type": "CLASS"}),
    (owl("ObjectProperty"), {"type": "PROPERTY", "propertyType": "OBJECT"}),
    (owl("DatatypeProperty"), {"type": "PROPERTY", "propertyType": "DATA"}),
    (owl("AnnotationProperty"), {"type": "PROPERTY", "propertyType": "ANNOTATION"}),
    (owl("NamedIndividual"), {"type": "INDIVIDUAL"}),
)
RELATION: Final = dict(NODES)[owl("ObjectProperty")]
EDGES: Final = {
    SUBCLASS: "is_a",
    ox.NamedNode(RDFS + "subPropertyOf"): "subPropertyOf",
    TYPE: "type",
}
BOUNDS: Final = {ox.NamedNode(RDFS + "domain"): "domainClassIds", RANGE: "rangeClassIds"}
# Properties with a place of their own in a node.
PLACED: Final = {LABEL, DEFINITION, ALTERNATIVE, SOURCE, DEPRECATED, TYPE}


def obograph(merged: Merged) -> str:
    """Return the ontology as a document of OBO Graphs."""
    return json_text({"graphs": [_Graph(merged).body()]}) + "\n"


class _Graph:
    """Write one ontology as one graph."""

    def __init__(self, merged: Merged) -> None:
        self._merged = merged
        # What is said of each named term, in the order of the triples; a store would write
        # the number 20.0 as 20.
        self._said: dict[ox.NamedNode, list[tuple[ox.NamedNode, Value]]] = {}
        for triple in merged.triples:
            if isinstance(triple.subject, ox.NamedNode):
                said = self._said.setdefault(triple.subject, [])
                if isinstance(triple.object, ox.NamedNode | ox.Literal):
                    said.append((triple.predicate, triple.object))
        self._kinds: dict[Value, JSON] = {}
        for term, said in self._said.items():
            types = {value for property_, value in said if property_ == TYPE}
            kind = next((kind for class_, kind in NODES if class_ in types), None)
            if kind is not None:
                self._kinds[term] = kind

    def body(self) -> JSON:
        """Return the graph."""
        header = self._merged.iri
        version = self._texts(header, VERSION_IRI)
        return {
            "id": header.value,
            "meta": {
                **({"version": version[0]} if version else {}),
                "basicPropertyValues": list(self._values(header)),
            },
            "nodes": [self._node(term) for term in self._said if term in self._kinds],
            "edges": [
                {
                    "sub": term.value,
                    "pred": EDGES.get(property_, property_.value),
                    "obj": value.value,
                }
                for term, said in self._said.items()
                for property_, value in said
                if self._is_edge(term, property_, value)
            ],
            "domainRangeAxioms": list(self._ranges()),
        }

    def _node(self, term: ox.NamedNode) -> JSON:
        meta: JSON = {}
        if definition := self._texts(term, DEFINITION):
            meta["definition"] = {"val": definition[0], "xrefs": self._texts(term, SOURCE)}
        if synonyms := self._texts(term, ALTERNATIVE):
            meta["synonyms"] = [{"pred": "hasExactSynonym", "val": word} for word in synonyms]
        if values := list(self._values(term)):
            meta["basicPropertyValues"] = values
        if self._texts(term, DEPRECATED) == ["true"]:
            meta["deprecated"] = True
        label = self._texts(term, LABEL)[:1]
        own = {"lbl": label[0]} if label else {}
        return {"id": term.value, **own, **self._kinds[term], "meta": meta}

    def _texts(self, term: ox.NamedNode, property_: ox.NamedNode) -> list[str]:
        return [value.value for each, value in self._said[term] if each == property_]

    def _values(self, term: ox.NamedNode) -> Iterator[JSON]:
        """Yield each value of a term that is neither an edge nor has a place of its own."""
        placed = PLACED if self._texts(term, DEFINITION) else PLACED - {SOURCE}
        for property_, value in self._said[term]:
            if not (
                property_ in placed
                or (property_ in BOUNDS and value in self._kinds)
                or self._is_edge(term, property_, value)
            ):
                yield {"pred": property_.value, "val": value.value}

    def _is_edge(self, term: ox.NamedNode, property_: ox.NamedNode, value: Value) -> bool:
        relation = property_ in EDGES or self._kinds.get(property_) == RELATION
        return relation and term in self._kinds and value in self._kinds

    def _ranges(self) -> Iterator[JSON]:
        """Yield the domain and the range of each property, where they are named classes."""
        for term, said in self._said.items():
            found: JSON = {}
            for property_, value in said:
                if property_ in BOUNDS and value in self._kinds:
                    found.setdefault(BOUNDS[property_], []).append(value.value)
            if found:
                yield {"predicateId": term.value, **found}
