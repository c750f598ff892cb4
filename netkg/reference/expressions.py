"""Read class expressions, and write them in the Manchester syntax."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import pyoxigraph as ox

from netkg.criteria import HAS_VALUE, INTERSECTION, ON_PROPERTY, ONE_OF, SOME, UNION
from netkg.namespaces import NETKG, local_name
from netkg.reference.knowledge import Knowledge
from netkg.reference.pages import Page, code
from netkg.schema import RANGE, SUBCLASS, Node

__all__ = [
    "Among",
    "Expression",
    "Joined",
    "Linked",
    "Named",
    "is_record",
    "members",
    "read",
    "syntax",
]


@dataclass(frozen=True, slots=True)
class Named:
    """Name a class."""

    class_: ox.NamedNode


@dataclass(frozen=True, slots=True)
class Among:
    """Name the values of which one is asked for, one by one or by their class."""

    property: ox.NamedNode
    values: tuple[ox.NamedNode | ox.Literal, ...]
    class_: ox.NamedNode | None = None


@dataclass(frozen=True, slots=True)
class Linked:
    """Ask for a record to which a property leads."""

    property: ox.NamedNode
    filler: Expression


@dataclass(frozen=True, slots=True)
class Joined:
    """Ask for all parts (``and``) or for one of them (``or``)."""

    word: str
    parts: tuple[Expression, ...]


Expression: TypeAlias = Named | Among | Linked | Joined


def read(knowledge: Knowledge, node: Node | ox.Literal) -> Expression:
    """Read a class expression, which the compiler has accepted before."""
    schema = knowledge.schema
    if isinstance(node, ox.NamedNode):
        return Named(node)
    assert isinstance(node, ox.BlankNode)
    for construct, word in ((INTERSECTION, "and"), (UNION, "or")):
        head = schema.one(node, construct)
        if head is not None:
            return Joined(word, tuple(read(knowledge, item) for item in schema.items(head)))
    property_ = schema.one(node, ON_PROPERTY)
    value, filler = schema.one(node, HAS_VALUE), schema.one(node, SOME)
    assert isinstance(property_, ox.NamedNode)
    if value is not None:
        assert not isinstance(value, ox.BlankNode)
        return Among(property_, (value,))
    assert filler is not None
    if local_name(schema.text(property_, RANGE)) in schema.fields:
        return Linked(property_, read(knowledge, filler))
    if isinstance(filler, ox.NamedNode):
        return Among(property_, (), filler)
    assert isinstance(filler, ox.BlankNode)
    head = schema.one(filler, ONE_OF)
    assert head is not None
    values = (item for item in schema.items(head) if not isinstance(item, ox.BlankNode))
    return Among(property_, tuple(values))


def members(knowledge: Knowledge, class_: ox.NamedNode) -> list[Expression]:
    """Give the ways to belong to a class: expressions, and other classes, in a fixed order."""
    found = [read(knowledge, node) for node in knowledge.schema.subjects(SUBCLASS, class_)]
    blank = Page("", "")
    return sorted(found, key=lambda each: syntax(knowledge, blank, each))


def is_record(knowledge: Knowledge, expression: Expression) -> bool:
    """Tell whether an expression is a class of records, such as every tumour."""
    return (
        isinstance(expression, Named)
        and expression.class_.value.startswith(NETKG)
        and local_name(expression.class_.value) in knowledge.schema.fields
    )


# -- Manchester syntax -----------------------------------------------------------------
def syntax(knowledge: Knowledge, page: Page, expression: Expression) -> str:
    """Write an expression as in the Manchester syntax, each name a link."""
    match expression:
        case Named(class_):
            return knowledge.name(page, class_)
        case Among(property_, values, class_):
            name = knowledge.name(page, property_)
            if class_ is not None:
                return f"{name} **some** {knowledge.name(page, class_)}"
            shown = [_value(knowledge, page, value) for value in values]
            if len(shown) == 1:
                return f"{name} **value** {shown[0]}"
            return f"{name} **some** {{{', '.join(shown)}}}"
        case Linked(property_, filler):
            inner = _bracketed(knowledge, page, filler)
            return f"{knowledge.name(page, property_)} **some** {inner}"
        case Joined(word, parts):
            return f" **{word}** ".join(_bracketed(knowledge, page, part) for part in parts)


def _bracketed(knowledge: Knowledge, page: Page, expression: Expression) -> str:
    text = syntax(knowledge, page, expression)
    return text if isinstance(expression, Named) else f"({text})"


def _value(knowledge: Knowledge, page: Page, value: ox.NamedNode | ox.Literal) -> str:
    return code(value.value) if isinstance(value, ox.Literal) else knowledge.name(page, value)
