"""Write class expressions in the Manchester syntax."""

from __future__ import annotations

import pyoxigraph as ox

from netkg.docs.knowledge import Knowledge
from netkg.docs.pages import Page, code
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
                return f"{name} **some** {knowledge.name(page, class_)}"
            shown = [_value(knowledge, page, value) for value in values]
            if len(shown) == 1:
                return f"{name} **value** {shown[0]}"
            return f"{name} **some** {{{', '.join(shown)}}}"
        case RecordRestriction(property_, filler):
            inner = _bracketed(knowledge, page, filler)
            return f"{knowledge.name(page, property_)} **some** {inner}"
        case Junction(word, parts):
            return f" **{word}** ".join(_bracketed(knowledge, page, part) for part in parts)


def _bracketed(knowledge: Knowledge, page: Page, expression: Expression) -> str:
    text = syntax(knowledge, page, expression)
    return text if isinstance(expression, ClassReference) else f"({text})"


def _value(knowledge: Knowledge, page: Page, value: ox.NamedNode | ox.Literal) -> str:
    return code(value.value) if isinstance(value, ox.Literal) else knowledge.name(page, value)
