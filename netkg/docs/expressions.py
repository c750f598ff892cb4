"""Write class expressions in the Manchester syntax."""

from __future__ import annotations

import pyoxigraph as ox

from netkg.docs.knowledge import Knowledge
from netkg.docs.pages import Page, code
from netkg.ontology import manchester
from netkg.ontology.expressions import (
    ClassReference,
    Expression,
    Junction,
    RecordRestriction,
    ValueRestriction,
    read,
)
from netkg.ontology.schema import SUBCLASS

__all__ = ["members", "syntax"]


def members(knowledge: Knowledge, class_: ox.NamedNode) -> list[Expression]:
    """Give the ways to belong to a class: expressions, and other classes, in a fixed order."""
    found = [read(knowledge.schema, node) for node in knowledge.schema.subjects(SUBCLASS, class_)]
    blank = Page("", "")
    return sorted(found, key=lambda each: syntax(knowledge, blank, each))


# -- Manchester syntax -----------------------------------------------------------------
def syntax(knowledge: Knowledge, page: Page, expression: Expression) -> str:
    """Write an expression as in the Manchester syntax, each name a link."""
    match expression:
        case ClassReference(class_):
            return knowledge.name(page, class_)
        case ValueRestriction(property_, values, class_):
            name = knowledge.name(page, property_)
            if class_ is not None:
                filler = knowledge.name(page, class_)
                return manchester.some(name, filler, named=True, keyword=_bold)
            shown = [_value(knowledge, page, value) for value in values]
            return manchester.value(name, shown, keyword=_bold)
        case RecordRestriction(property_, inner):
            name, (text, named) = knowledge.name(page, property_), _part(knowledge, page, inner)
            return manchester.some(name, text, named=named, keyword=_bold)
        case Junction(word, parts):
            texts = (_part(knowledge, page, part) for part in parts)
            return manchester.junction(word, texts, keyword=_bold)


def _part(knowledge: Knowledge, page: Page, expression: Expression) -> tuple[str, bool]:
    return syntax(knowledge, page, expression), isinstance(expression, ClassReference)


def _bold(word: str) -> str:
    return f"**{word}**"


def _value(knowledge: Knowledge, page: Page, value: ox.NamedNode | ox.Literal) -> str:
    return code(value.value) if isinstance(value, ox.Literal) else knowledge.name(page, value)
