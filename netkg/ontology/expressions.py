"""Read the class expressions of an ontology as they stand, for those who show them.

The compiler (:mod:`netkg.ontology.compiler`) turns the same expressions into criteria
to be judged; there, classes of values are opened and names of expressions
lost. Here everything keeps the form in which it was written.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import pyoxigraph as ox

from netkg.namespaces import NETKG, local_name
from netkg.ontology.compiler import HAS_VALUE, INTERSECTION, ON_PROPERTY, ONE_OF, SOME, UNION
from netkg.ontology.schema import RANGE, Node, Schema

__all__ = [
    "ValueRestriction",
    "Expression",
    "Junction",
    "RecordRestriction",
    "ClassReference",
    "is_record",
    "read",
]


@dataclass(frozen=True, slots=True)
class ClassReference:
    """Name a class."""

    class_: ox.NamedNode


@dataclass(frozen=True, slots=True)
class ValueRestriction:
    """Name the values of which one is asked for, one by one or by their class."""

    property: ox.NamedNode
    values: tuple[ox.NamedNode | ox.Literal, ...]
    class_: ox.NamedNode | None = None


@dataclass(frozen=True, slots=True)
class RecordRestriction:
    """Ask for a record to which a property leads."""

    property: ox.NamedNode
    filler: Expression


@dataclass(frozen=True, slots=True)
class Junction:
    """Ask for all parts (``and``) or for one of them (``or``)."""

    word: str
    parts: tuple[Expression, ...]


Expression: TypeAlias = ClassReference | ValueRestriction | RecordRestriction | Junction


def read(schema: Schema, node: Node | ox.Literal) -> Expression:
    """Read a class expression, which the compiler has accepted before."""
    if isinstance(node, ox.NamedNode):
        return ClassReference(node)
    assert isinstance(node, ox.BlankNode)
    for construct, word in ((INTERSECTION, "and"), (UNION, "or")):
        head = schema.one(node, construct)
        if head is not None:
            return Junction(word, tuple(read(schema, item) for item in schema.items(head)))
    property_ = schema.one(node, ON_PROPERTY)
    value, filler = schema.one(node, HAS_VALUE), schema.one(node, SOME)
    assert isinstance(property_, ox.NamedNode)
    if value is not None:
        assert not isinstance(value, ox.BlankNode)
        return ValueRestriction(property_, (value,))
    assert filler is not None
    if local_name(schema.text(property_, RANGE)) in schema.fields:
        return RecordRestriction(property_, read(schema, filler))
    if isinstance(filler, ox.NamedNode):
        return ValueRestriction(property_, (), filler)
    assert isinstance(filler, ox.BlankNode)
    head = schema.one(filler, ONE_OF)
    assert head is not None
    values = (item for item in schema.items(head) if not isinstance(item, ox.BlankNode))
    return ValueRestriction(property_, tuple(values))


def is_record(schema: Schema, expression: Expression) -> bool:
    """Tell whether an expression is a class of records, such as every tumour."""
    return (
        isinstance(expression, ClassReference)
        and expression.class_.value.startswith(NETKG)
        and local_name(expression.class_.value) in schema.fields
    )
