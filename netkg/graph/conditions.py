"""Put the classes that describe populations into words.

The words are those of the ontology: the label of a class that has one, and
for an expression without a name the labels of its property and its values.
"""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from netkg.criteria import HAS_VALUE, INTERSECTION, ON_PROPERTY, ONE_OF, SOME, UNION
from netkg.namespaces import local_name
from netkg.render.words import listed
from netkg.schema import RANGE, SUBCLASS, Node, Schema

__all__ = ["Conditions"]


class Conditions:
    """Read the expressions of one ontology."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema

    def of(self, class_: ox.NamedNode) -> tuple[str, ...]:
        """Give what a member of a class must fulfil, a condition each.

        A class that is described in several ways has one condition, which
        lists them; one that no expression describes is its own condition.
        """
        axioms = self._axioms(class_)
        if len(axioms) == 1:
            (axiom,) = axioms
            parts = self._parts(axiom, INTERSECTION)
            return tuple(map(self.words, parts)) if parts else (self.words(axiom),)
        if axioms:
            return (listed((self.words(axiom) for axiom in axioms), "or"),)
        return (self._schema.label(class_),)

    def words(self, node: Node | ox.Literal) -> str:
        """Say in words what an expression asks for."""
        schema = self._schema
        if isinstance(node, ox.NamedNode):
            return schema.label(node)
        if isinstance(node, ox.Literal):
            return node.value
        if parts := self._parts(node, INTERSECTION):
            return " with ".join(self._within(part) for part in parts)
        if parts := self._parts(node, UNION):
            return listed(map(self.words, parts), "or")
        property_ = schema.one(node, ON_PROPERTY)
        assert isinstance(property_, ox.NamedNode)
        value, filler = schema.one(node, HAS_VALUE), schema.one(node, SOME)
        name = schema.label(property_)
        if value is not None:
            return f"{name}: {self._value(value)}"
        assert isinstance(filler, (ox.NamedNode, ox.BlankNode))
        if one_of := self._parts(filler, ONE_OF):
            return f"{name}: {listed(map(self._value, one_of), 'or')}"
        if local_name(schema.text(property_, RANGE)) in schema.fields:
            return self.words(filler)
        return f"{name}: any {self.words(filler)}"

    def characteristics(self, class_: ox.NamedNode) -> Iterator[tuple[ox.NamedNode, ox.NamedNode]]:
        """Yield the coded values that describe a class, each with its property."""
        schema = self._schema
        todo: list[Node | ox.Literal] = list(self._axioms(class_))
        while todo:
            node = todo.pop(0)
            if not isinstance(node, ox.BlankNode):
                continue
            todo += [*self._parts(node, INTERSECTION), *self._parts(node, UNION)]
            property_, filler = schema.one(node, ON_PROPERTY), schema.one(node, SOME)
            values = [schema.one(node, HAS_VALUE)]
            if isinstance(filler, (ox.NamedNode, ox.BlankNode)):
                values += self._parts(filler, ONE_OF)
            for value in values:
                if isinstance(property_, ox.NamedNode) and isinstance(value, ox.NamedNode):
                    yield property_, value

    def _within(self, part: Node | ox.Literal) -> str:
        words = self.words(part)
        return f"({words})" if isinstance(part, ox.BlankNode) and " or " in words else words

    def _value(self, value: Node | ox.Literal) -> str:
        if isinstance(value, ox.Literal):
            return {"true": "yes", "false": "no"}.get(value.value, value.value)
        assert isinstance(value, ox.NamedNode)
        return self._schema.label(value)

    def _axioms(self, class_: ox.NamedNode) -> list[Node]:
        """Give the expressions below a class, and the named classes that define a population."""
        found = list(self._schema.subjects(SUBCLASS, class_))
        anonymous = [node for node in found if isinstance(node, ox.BlankNode)]
        named = [node for node in found if isinstance(node, ox.NamedNode)]
        if not class_.value.endswith(("-Population", "-Condition")):
            named = []
        ordered: list[Node] = sorted(named, key=lambda node: node.value)
        return ordered + sorted(anonymous, key=self.words)

    def _parts(
        self, node: Node | ox.Literal, construct: ox.NamedNode
    ) -> list[ox.NamedNode | ox.BlankNode | ox.Literal]:
        if isinstance(node, ox.Literal):
            return []
        head = self._schema.one(node, construct)
        return [] if head is None else self._schema.items(head)
