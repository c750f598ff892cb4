"""Write class expressions: in plain words, as a nested list, and in the Manchester syntax."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pyoxigraph as ox

from netkg.docs.page import Page, code, escape
from netkg.ontology import manchester
from netkg.ontology.conditions import Conditions, with_article
from netkg.ontology.expressions import (
    ClassReference,
    Expression,
    Junction,
    RecordRestriction,
    ValueRestriction,
    is_record,
    read,
)
from netkg.ontology.schema import SUBCLASS, netkg

__all__ = ["members", "population_outline", "population_sentence", "syntax"]

_BOLD: Final = "**{}**".format


# -- Manchester syntax -----------------------------------------------------------------
def members(page: Page, class_: ox.NamedNode) -> list[Expression]:
    """Return the ways to belong to a class: expressions, and other classes, in a fixed order."""
    found = [read(page.schema, node) for node in page.schema.subjects(SUBCLASS, class_)]
    return sorted(found, key=lambda each: syntax(page, each))


def syntax(page: Page, expression: Expression) -> str:
    """Return an expression in the Manchester syntax, each name a link."""
    match expression:
        case ClassReference(class_):
            return page.name(class_)
        case ValueRestriction(property_, values, None):
            shown = [code(v.value) if isinstance(v, ox.Literal) else page.name(v) for v in values]
            return manchester.value(page.name(property_), shown, keyword=_BOLD)
        case ValueRestriction(property_, _, class_):
            assert class_ is not None
            inner = page.name(class_)
            return manchester.some(page.name(property_), inner, named=True, keyword=_BOLD)
        case RecordRestriction(property_, filler):
            named = isinstance(filler, ClassReference)
            inner = syntax(page, filler)
            return manchester.some(page.name(property_), inner, named=named, keyword=_BOLD)
        case Junction(word, parts):
            texts = ((syntax(page, part), isinstance(part, ClassReference)) for part in parts)
            return manchester.junction(word, texts, keyword=_BOLD)


# -- plain words -----------------------------------------------------------------------
class _LinkedConditions(Conditions):
    """Conditions on a page: each term a link, the words between them in bold."""

    def __init__(self, page: Page) -> None:
        super().__init__(page.schema)
        self._page = page

    def term(self, node: ox.NamedNode, label: str = "") -> str:
        return self._page.link(node, escape(label) if label else "")

    def literal(self, value: ox.Literal) -> str:
        return escape(value.value)

    def joined(self, word: str, parts: list[str]) -> str:
        return f" **{word}** ".join(parts)

    def statement(self, node: ox.NamedNode) -> str:
        return self._page.statements([node])


def population_sentence(page: Page, class_: ox.NamedNode) -> str:
    """Return in one line who belongs to a class, such as the population of a statement.

    A class that is only another name of a second one is described as that one.
    """
    noun, whole = _noun(page, class_), _whole(page, class_)
    if isinstance(whole, ClassReference):
        return population_sentence(page, whole.class_)
    if whole is None:
        return f"every {noun}"
    return f"{_plural(noun)}: {_LinkedConditions(page).words(whole, noun)}"


def population_outline(page: Page, class_: ox.NamedNode) -> list[str]:
    """Return who belongs to a class as the lines of a nested list, down to the facts.

    A class that appears in several places is described at the first of them. The list
    is empty if every record belongs to the class.
    """
    whole = _whole(page, class_)
    return [] if whole is None else list(_lines(page, whole, _noun(page, class_), {class_}))


def _lines(
    page: Page,
    expression: Expression,
    noun: str,
    opened: set[ox.NamedNode],
    *,
    name: str = "",
    depth: int = 0,
) -> Iterator[str]:
    """Yield the lines of an expression, each level indented by four; ``name`` comes first."""
    conditions = _LinkedConditions(page)
    begin = "" if name else "    " * depth
    match expression:
        case Junction(word, parts):
            yield f"{name}{begin}{'all of' if word == 'and' else 'at least one of'}:"
            for part in parts:
                yield from _lines(page, part, noun, opened, depth=depth + 1)
        case RecordRestriction(property_, Junction() as filler):
            other = conditions.noun_of_range(property_)
            words = f"{name}{begin}{conditions.leading(property_)} {with_article(other)}: "
            yield from _lines(page, filler, other, opened, name=words, depth=depth)
        case ClassReference(class_) | RecordRestriction(_, ClassReference(class_)):
            # A record that a property leads to is of a kind of its own.
            inner = noun if isinstance(expression, ClassReference) else _noun(page, class_)
            of = "" if isinstance(expression, ClassReference) else noun
            words = f"{name}{begin}{conditions.words(expression, of)}"
            whole = None if class_ in opened else _whole(page, class_)
            opened.add(class_)
            if whole is None:
                yield words
            else:
                yield from _lines(page, whole, inner, opened, name=f"{words}: ", depth=depth)
        case _:
            yield f"{name}{begin}{conditions.words(expression, noun)}"


def _whole(page: Page, class_: ox.NamedNode) -> Expression | None:
    """Return all ways to belong to a class as one; None if there is none or every record does."""
    ways = members(page, class_)
    if not ways or any(is_record(page.schema, way) for way in [ClassReference(class_), *ways]):
        return None
    return ways[0] if len(ways) == 1 else Junction("or", tuple(ways))


def _noun(page: Page, class_: ox.NamedNode) -> str:
    return Conditions(page.schema).label(netkg(page.knowledge.compiler.scope(class_)))


def _plural(noun: str) -> str:
    return f"{noun[:-2]}es" if noun.endswith("is") else f"{noun}s"
