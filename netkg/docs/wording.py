"""Put class expressions into plain words: as a sentence, and as a nested list.

Both go by the labels of the ontology, so that a reader needs no OWL.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox

from netkg.docs.expressions import members
from netkg.docs.knowledge import Knowledge
from netkg.docs.pages import Page, escape
from netkg.namespaces import local_name
from netkg.ontology.expressions import (
    ClassReference,
    Expression,
    Junction,
    RecordRestriction,
    is_record,
)
from netkg.ontology.schema import netkg
from netkg.render.conditions import Conditions, with_article

__all__ = ["population_outline", "population_sentence"]


class _LinkedConditions(Conditions):
    """Conditions on a page: each term a link, the words between them in bold."""

    def __init__(self, knowledge: Knowledge, page: Page) -> None:
        super().__init__(knowledge.schema)
        self._knowledge = knowledge
        self._page = page

    def term(self, node: ox.NamedNode, label: str = "") -> str:
        return self._knowledge.link(self._page, node, escape(label) if label else "")

    def literal(self, value: ox.Literal) -> str:
        return escape(value.value)

    def joined(self, word: str, parts: list[str]) -> str:
        return f" **{word}** ".join(parts)

    def statement(self, node: ox.NamedNode) -> str:
        return self._knowledge.statements(self._page, [local_name(node.value)])


def population_sentence(knowledge: Knowledge, page: Page, class_: ox.NamedNode) -> str:
    """Tell in one line who belongs to a class, such as the population of a statement.

    Where the class is another one by a different name, that one is opened.
    """
    noun = _noun(knowledge, class_)
    whole = _whole(knowledge, class_)
    while isinstance(whole, ClassReference) and not is_record(knowledge.schema, whole):
        inner = _whole(knowledge, whole.class_)
        if inner is None:
            break
        whole = inner
    if whole is None or isinstance(whole, ClassReference):
        return f"every {noun}"
    return f"{_plural(noun)}: {_LinkedConditions(knowledge, page).words(whole, noun)}"


def population_outline(knowledge: Knowledge, page: Page, class_: ox.NamedNode) -> list[str]:
    """Tell who belongs to a class as the lines of a nested list, down to the facts.

    A class that stands in several places is opened once; of every record
    there is nothing to list.
    """
    whole = _whole(knowledge, class_)
    if whole is None:
        return []
    return _item(knowledge, page, whole, _noun(knowledge, class_), {class_}).lines()


@dataclass(frozen=True, slots=True)
class _Item:
    """Hold a line of a nested list, and what stands below it."""

    words: str
    below: tuple[_Item, ...] = ()

    def lines(self, depth: int = 0) -> list[str]:
        """Lay it out, each level indented by two."""
        inner = [line for item in self.below for line in item.lines(depth + 1)]
        return [f"{'  ' * depth}{self.words}{':' if inner else ''}", *inner]

    def under(self, words: str) -> _Item:
        """Give this item a name, on the same line."""
        return _Item(f"{words}: {self.words}", self.below)


def _item(
    knowledge: Knowledge,
    page: Page,
    expression: Expression,
    noun: str,
    opened: set[ox.NamedNode],
) -> _Item:
    conditions = _LinkedConditions(knowledge, page)
    match expression:
        case Junction(word, parts):
            below = tuple(_item(knowledge, page, part, noun, opened) for part in parts)
            return _Item("all of" if word == "and" else "at least one of", below)
        case ClassReference(class_):
            words = conditions.words(expression)
            whole = None if class_ in opened else _whole(knowledge, class_)
            opened.add(class_)
            if whole is None:
                return _Item(words)
            return _item(knowledge, page, whole, noun, opened).under(words)
        case RecordRestriction(property_, filler) if isinstance(filler, Junction):
            other = conditions.noun_of_range(property_)
            words = f"{conditions.leading(property_)} {with_article(other)}"
            return _item(knowledge, page, filler, other, opened).under(words)
        case RecordRestriction(_, ClassReference(class_)):
            words = conditions.words(expression, noun)
            whole = None if class_ in opened else _whole(knowledge, class_)
            opened.add(class_)
            if whole is None:
                return _Item(words)
            return _item(knowledge, page, whole, _noun(knowledge, class_), opened).under(words)
        case _:
            return _Item(conditions.words(expression, noun))


def _whole(knowledge: Knowledge, class_: ox.NamedNode) -> Expression | None:
    """Give all ways to belong to a class as one; None if there is none or every record does."""
    ways = members(knowledge, class_)
    if not ways or any(is_record(knowledge.schema, way) for way in [ClassReference(class_), *ways]):
        return None
    return ways[0] if len(ways) == 1 else Junction("or", tuple(ways))


def _noun(knowledge: Knowledge, class_: ox.NamedNode) -> str:
    return Conditions(knowledge.schema).label(netkg(knowledge.compiler.scope(class_)))


def _plural(noun: str) -> str:
    return f"{noun[:-2]}es" if noun.endswith("is") else f"{noun}s"
