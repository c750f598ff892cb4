"""Put the classes that describe populations into words.

The words are those of the ontology: the label of a class that has one, and
for an expression without a name the labels of its property and its values.
"""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from netkg.ontology.expressions import (
    ClassReference,
    Expression,
    Junction,
    RecordRestriction,
    ValueRestriction,
    read,
)
from netkg.ontology.schema import SUBCLASS, Schema
from netkg.render.words import listed

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
        ways = self._ways(class_)
        match ways:
            case []:
                return (self._schema.label(class_),)
            case [Junction("and", parts)]:
                return tuple(map(self.words, parts))
            case [way]:
                return (self.words(way),)
        return (listed(map(self.words, ways), "or"),)

    def words(self, expression: Expression) -> str:
        """Say in words what an expression asks for."""
        label = self._schema.label
        match expression:
            case ClassReference(class_):
                return label(class_)
            case Junction("and", parts):
                return " with ".join(map(self._within, parts))
            case Junction(_, parts):
                return listed(map(self.words, parts), "or")
            case RecordRestriction(_, filler):
                return self.words(filler)
            case ValueRestriction(property_, values, class_):
                asked = f"any {label(class_)}" if class_ else listed(map(self._value, values), "or")
                return f"{label(property_)}: {asked}"

    def characteristics(self, class_: ox.NamedNode) -> Iterator[tuple[ox.NamedNode, ox.NamedNode]]:
        """Yield the coded values that describe a class, each with its property."""
        todo = self._ways(class_)
        while todo:
            match todo.pop(0):
                case Junction(_, parts):
                    todo += parts
                case ValueRestriction(property_, values):
                    for value in values:
                        if isinstance(value, ox.NamedNode):
                            yield property_, value

    def _within(self, part: Expression) -> str:
        words = self.words(part)
        return f"({words})" if not isinstance(part, ClassReference) and " or " in words else words

    def _value(self, value: ox.NamedNode | ox.Literal) -> str:
        if isinstance(value, ox.Literal):
            return {"true": "yes", "false": "no"}.get(value.value, value.value)
        return self._schema.label(value)

    def _ways(self, class_: ox.NamedNode) -> list[Expression]:
        """Give the expressions below a class, and the named classes that define a population."""
        found = list(self._schema.subjects(SUBCLASS, class_))
        named = [node for node in found if isinstance(node, ox.NamedNode)]
        if not class_.value.endswith(("-Population", "-Condition")):
            named = []
        ways = [read(self._schema, node) for node in sorted(named, key=lambda node: node.value)]
        others = [read(self._schema, node) for node in found if isinstance(node, ox.BlankNode)]
        return ways + sorted(others, key=self.words)
