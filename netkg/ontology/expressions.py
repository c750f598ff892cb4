"""The class expressions of an ontology, parsed as they are written.

The compiler (:mod:`netkg.ontology.compiler`) turns them into criteria, where a class of
values becomes its members. Here everything keeps its name and its order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import pyoxigraph as ox

from netkg.errors import UnsupportedAxiom
from netkg.namespaces import local_name
from netkg.ontology.schema import RANGE, Node, Schema, owl

__all__ = [
    "ClassReference",
    "Expression",
    "Junction",
    "RecordRestriction",
    "ValueRestriction",
    "is_record",
    "read",
    "unsupported",
]

ON_PROPERTY = owl("onProperty")
INTERSECTION, UNION, ONE_OF = (owl(name) for name in ("intersectionOf", "unionOf", "oneOf"))
WORDS = {INTERSECTION: "and", UNION: "or"}


@dataclass(frozen=True, slots=True)
class ClassReference:
    """A named class."""

    class_: ox.NamedNode


@dataclass(frozen=True, slots=True)
class ValueRestriction:
    """A property with one of several values, which are listed or given by their class."""

    property: ox.NamedNode
    values: tuple[ox.NamedNode | ox.Literal, ...]
    class_: ox.NamedNode | None = None


@dataclass(frozen=True, slots=True)
class RecordRestriction:
    """A property that leads to a record of a class."""

    property: ox.NamedNode
    filler: Expression


@dataclass(frozen=True, slots=True)
class Junction:
    """All parts (``and``) or at least one part (``or``)."""

    word: str
    parts: tuple[Expression, ...]


Expression: TypeAlias = ClassReference | ValueRestriction | RecordRestriction | Junction


def read(schema: Schema, node: Node | ox.Literal) -> Expression:
    """Parse a class expression.

    Raises:
        UnsupportedAxiom: if it is not one that the compiler implements.
    """
    if isinstance(node, ox.NamedNode):
        return ClassReference(node)
    if isinstance(node, ox.Literal):
        raise unsupported(schema, node, "a literal is used as a class", "a class")
    used = [term for term in (ON_PROPERTY, *WORDS, ONE_OF) if schema.one(node, term) is not None]
    if len(used) != 1:
        raise unsupported(schema, node, f"an expression uses {len(used)} constructors", "one")
    (constructor,) = used
    if constructor == ON_PROPERTY:
        return _restriction(schema, node)
    if constructor == ONE_OF:
        problem = "a list of individuals is used as a class of records"
        raise unsupported(schema, node, problem, "oneOf as the filler of someValuesFrom")
    members = schema.items(schema.one(node, constructor))
    parts = tuple(read(schema, member) for member in members)
    if not parts:
        raise unsupported(
            schema, node, f"an empty {local_name(constructor.value)} is not implemented", "a class"
        )
    return Junction(WORDS[constructor], parts)


def _restriction(schema: Schema, node: ox.BlankNode) -> Expression:
    property_ = schema.one(node, ON_PROPERTY)
    value, filler = schema.one(node, owl("hasValue")), schema.one(node, owl("someValuesFrom"))
    if not isinstance(property_, ox.NamedNode) or (value is None) == (filler is None):
        problem = (
            "a restriction on a named property has neither hasValue nor someValuesFrom, or both"
        )
        raise unsupported(schema, node, problem, "exactly one of them")
    if filler is None:
        return ValueRestriction(property_, (value,))  # type: ignore[arg-type]
    if local_name(schema.text(property_, RANGE)) in schema.fields:
        return RecordRestriction(property_, read(schema, filler))
    if isinstance(filler, ox.NamedNode):
        return ValueRestriction(property_, (), filler)
    values = schema.items(schema.one(filler, ONE_OF)) if isinstance(filler, ox.BlankNode) else []
    if not values:
        problem = "the filler of a value property is neither a list nor a named class"
        raise unsupported(schema, node, problem, "one of them")
    return ValueRestriction(property_, tuple(values))  # type: ignore[arg-type]


def unsupported(
    schema: Schema, node: Node | ox.Literal, problem: str, expected: str
) -> UnsupportedAxiom:
    """Return the error for an axiom that the compiler does not implement."""
    return UnsupportedAxiom(problem, term=schema.whereabouts(node), expected=expected)


def is_record(schema: Schema, expression: Expression) -> bool:
    """Return whether an expression is a class of records, such as every tumor."""
    return isinstance(expression, ClassReference) and schema.is_record(expression.class_)
