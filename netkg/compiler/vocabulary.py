"""What the ontology says of properties and classes, as far as the compiler needs it.

A class is local to a case if the ontology marks it so (``netkg:caseLocal``): records, which are
read, and steps, which are derived. A property belongs to the case if a class that it is for
(``schema:domainIncludes``) is local. Nothing is concluded from names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

import pyoxigraph as ox

from netkg.compiler.algebra import Constant, Path
from netkg.namespaces import RDF, RDFS
from netkg.ontology.schema import Schema, netkg, owl
from netkg.reasoning.facts import Facts

__all__ = ["TYPE", "Vocabulary"]

TYPE = RDF + "type"
SUBCLASS = RDFS + "subClassOf"
_DOMAIN = ox.NamedNode("https://schema.org/domainIncludes")
_RANGES = (ox.NamedNode(RDFS + "range"), ox.NamedNode("https://schema.org/rangeIncludes"))
_DATATYPE_PROPERTY = str(owl("DatatypeProperty"))
_FUNCTIONAL = owl("FunctionalProperty")
_TRUE = ox.Literal(True)


class Vocabulary:
    """The terms of an ontology; ``known`` are its triples, and what was computed from them.

    Text for people (language-tagged) is left out: queries do not read it.
    """

    def __init__(self, schema: Schema, more: Iterable[ox.Triple] = ()) -> None:
        self._schema = schema
        self.known = Facts()
        for triple in (*(quad.triple for quad in schema.store), *more):
            if not (isinstance(triple.object, ox.Literal) and triple.object.language):
                self.known.add(str(triple.subject), triple.predicate.value, str(triple.object))

    # -- classes -----------------------------------------------------------------------
    @cached_property
    def local(self) -> frozenset[str]:
        """The classes whose members belong to one case, and the classes below them."""
        below = self.known.backward.get(SUBCLASS, {})
        todo = [str(node) for node in self._schema.subjects(netkg("caseLocal"), _TRUE)]
        found: set[str] = set()
        while todo:
            node = todo.pop()
            if node not in found:
                found.add(node)
                todo.extend(below.get(node, ()))
        return frozenset(node[1:-1] for node in found if node.startswith("<"))

    # -- properties --------------------------------------------------------------------
    def is_of_literals(self, property_: str) -> bool:
        """Return whether the values of a property are literals."""
        return _DATATYPE_PROPERTY in self.known.forward[TYPE].get(f"<{property_}>", ())

    def of(self, property_: str) -> frozenset[str]:
        """Return the classes that a property is for and that are local to a case."""
        classes = self._schema.objects(ox.NamedNode(property_), _DOMAIN)
        return frozenset(each.value for each in classes) & self.local

    def to(self, property_: str) -> frozenset[str]:
        """Return the classes of records that a property leads to; none for a value."""
        node = ox.NamedNode(property_)
        classes = (each.value for kind in _RANGES for each in self._schema.objects(node, kind))
        return frozenset(classes) & self.local

    def is_many(self, property_: str) -> bool:
        """Return whether a record may have several values of a property."""
        node = ox.NamedNode(property_)
        return _TRUE not in self._schema.objects(node, netkg("singleValued")) and (
            _FUNCTIONAL not in self._schema.objects(node, ox.NamedNode(TYPE))
        )

    # -- paths -------------------------------------------------------------------------
    def relation(self, path: Path | Constant) -> str:
        """Return the property for a path over the ontology, computed and added if need be."""
        if isinstance(path, Constant):
            return path.text[1:-1]
        name = f"path:{path!r}"
        if name not in self.known.forward:
            self.known.forward[name], self.known.backward[name] = {}, {}
            for subject, object_ in self._pairs(path):
                self.known.add(subject, name, object_)
        return name

    def _pairs(self, path: Path) -> Iterator[tuple[str, str]]:
        forward, backward = self.known.forward, self.known.backward
        parts = [forward.get(self.relation(part), {}) for part in path.parts]
        if path.kind in ("zero-or-more", "zero-or-one"):
            nodes = {node for index in (*forward.values(), *backward.values()) for node in index}
            yield from ((node, node) for node in nodes)
        if path.kind == "sequence":
            first, *rest = parts
            for subject in first:
                ends = set(first[subject])
                for part in rest:
                    ends = {end for node in ends for end in part.get(node, ())}
                yield from ((subject, end) for end in ends)
            return
        for index in parts:
            for subject, values in index.items():
                found, todo = set[str](), list(values)
                while todo:
                    node = todo.pop()
                    if node not in found:
                        found.add(node)
                        if path.kind in ("zero-or-more", "one-or-more"):
                            todo.extend(index.get(node, ()))
                yield from ((subject, node) for node in found)
