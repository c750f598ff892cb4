"""The shapes of a folder: which there are, which are evaluated, and which report results."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Final, TypeAlias

import pyoxigraph as ox

from netkg.namespaces import RDFS, SH
from netkg.ontology.schema import FIRST, REST, TYPE, owl

__all__ = ["ShapesIndex", "Value", "sh"]

Value: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal


def sh(name: str) -> ox.NamedNode:
    """Return the SHACL term with this local name."""
    return ox.NamedNode(SH + name)


CLASSES: Final = (ox.NamedNode(RDFS + "Class"), owl("Class"))
KINDS: Final = (sh("NodeShape"), sh("PropertyShape"))
TARGETS: Final = tuple(
    sh(name) for name in ("targetClass", "targetNode", "targetObjectsOf", "targetSubjectsOf")
)
PROPERTY: Final = sh("property")
# The properties that lead to a shape, and those that lead to a list of shapes.
REFERENCES: Final = tuple(sh(name) for name in ("property", "node", "not", "qualifiedValueShape"))
LISTS: Final = tuple(sh(name) for name in ("and", "or", "xone"))
# The properties of a shape that are not constraints.
DESCRIPTIONS: Final = frozenset(
    sh(name)
    for name in (
        *("targetClass", "targetNode", "targetObjectsOf", "targetSubjectsOf", "path", "property"),
        *("severity", "message", "deactivated", "name", "description", "order", "group"),
        *("defaultValue",),
    )
)


class ShapesIndex:
    """The shapes in some triples, by their nodes."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self.values: dict[Value, dict[ox.NamedNode, list[Value]]] = {}
        for triple in triples:
            values = self.values.setdefault(triple.subject, {})  # type: ignore[arg-type]
            values.setdefault(triple.predicate, []).append(triple.object)  # type: ignore[arg-type]

    def objects(self, node: Value, *predicates: ox.NamedNode) -> Iterator[Value]:
        """Yield the values of some properties of a node."""
        for predicate in predicates:
            yield from self.values.get(node, {}).get(predicate, ())

    def triples(self, node: Value, *predicates: ox.NamedNode) -> Iterator[ox.Triple]:
        """Yield the triples of a node with some properties."""
        for predicate in predicates:
            for value in self.objects(node, predicate):
                yield ox.Triple(node, predicate, value)  # type: ignore[arg-type]

    def members(self, head: Value) -> Iterator[Value]:
        """Yield the members of a list, as far as it is one."""
        seen: set[Value] = set()
        while head in self.values and head not in seen:
            seen.add(head)
            yield from self.objects(head, FIRST)
            head = next(self.objects(head, REST), head)

    def references(self, shape: Value) -> Iterator[Value]:
        """Yield the shapes that a shape refers to."""
        yield from self.objects(shape, *REFERENCES)
        for head in self.objects(shape, *LISTS):
            yield from self.members(head)

    def above(self, shape: Value) -> Iterator[Value]:
        """Yield the shapes that have a shape by ``sh:property``."""
        return (node for node, values in self.values.items() if shape in values.get(PROPERTY, ()))

    def is_deactivated(self, shape: Value) -> bool:
        """Return whether a shape is switched off."""
        return any(value.value == "true" for value in self.objects(shape, sh("deactivated")))

    @cached_property
    def targeted(self) -> list[Value]:
        """The shapes with a target."""
        return [
            node
            for node, values in self.values.items()
            if any(target in values for target in TARGETS)
            or (
                any(kind in values.get(TYPE, ()) for kind in KINDS)
                and any(class_ in values.get(TYPE, ()) for class_ in CLASSES)
            )
        ]

    @cached_property
    def shapes(self) -> list[Value]:
        """All shapes: with a type or a target, and what they refer to."""
        typed = (
            node
            for node, values in self.values.items()
            if any(kind in values.get(TYPE, ()) for kind in KINDS)
        )
        return self._below([*self.targeted, *typed])

    @cached_property
    def evaluated(self) -> list[Value]:
        """The shapes with a target, and what they refer to."""
        return self._below(self.targeted)

    @cached_property
    def reporting(self) -> Mapping[Value, Value | None]:
        """The shapes whose results become findings, each with the shape whose target it has.

        That is None below the path of another shape. What is below ``sh:node`` or a logical
        constraint has its results reported by the shape above it.
        """
        found: dict[Value, Value | None] = {
            shape: shape for shape in self.targeted if not self.is_deactivated(shape)
        }
        todo = list(found)
        while todo:
            shape = todo.pop()
            below = None if any(self.objects(shape, sh("path"))) else found[shape]
            for inner in self.objects(shape, sh("property")):
                if inner not in found and not self.is_deactivated(inner):
                    found[inner] = below
                    todo.append(inner)
        return {shape: top for shape, top in found.items() if self.is_constraint(shape)}

    def is_constraint(self, shape: Value) -> bool:
        """Return whether a shape has a constraint of its own, and so a result."""
        used = self.values.get(shape, {})
        return any(p.value.startswith(SH) and p not in DESCRIPTIONS for p in used) or not used

    @cached_property
    def connected(self) -> set[Value]:
        """The nodes that a shape, a component or the header of a file leads to."""
        parts = (sh("ConstraintComponent"), sh("PrefixDeclaration"), owl("Ontology"))
        typed = (
            node
            for node, values in self.values.items()
            if any(part in values.get(TYPE, ()) for part in parts)
        )
        todo, found = [*self.shapes, *typed], set[Value]()
        while todo:
            node = todo.pop()
            if node not in found:
                found.add(node)
                todo.extend(o for values in self.values.get(node, {}).values() for o in values)
        return found

    def _below(self, shapes: list[Value]) -> list[Value]:
        found: dict[Value, None] = {}
        todo = list(reversed(shapes))
        while todo:
            shape = todo.pop()
            if shape not in found:
                found[shape] = None
                todo.extend(self.references(shape))
        return list(found)
