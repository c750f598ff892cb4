"""Put class expressions into plain words: as a sentence, and as a nested list.

Both go by the labels of the ontology, so that a reader needs no OWL.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from netkg.docs.expressions import members
from netkg.docs.knowledge import Knowledge
from netkg.docs.pages import Page, escape
from netkg.namespaces import NETKG, local_name
from netkg.ontology.expressions import (
    ClassReference,
    Expression,
    Junction,
    RecordRestriction,
    ValueRestriction,
    is_record,
)
from netkg.ontology.schema import RANGE, netkg
from netkg.render.words import listed

__all__ = ["outline", "sentence"]

# How a property with one of these values is told.
_SAID: Final = {
    NETKG + "Recorded": "",
    NETKG + "NotRecorded": "no ",
    "true": "",
    "false": "not ",
}


def sentence(knowledge: Knowledge, page: Page, class_: ox.NamedNode) -> str:
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
    return f"{_plural(noun)}: {_words(knowledge, page, whole, noun)}"


def outline(knowledge: Knowledge, page: Page, class_: ox.NamedNode) -> list[str]:
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
    match expression:
        case Junction(word, parts):
            below = tuple(_item(knowledge, page, part, noun, opened) for part in parts)
            return _Item("all of" if word == "and" else "at least one of", below)
        case ClassReference(class_):
            words = _words(knowledge, page, expression, "")
            whole = None if class_ in opened else _whole(knowledge, class_)
            opened.add(class_)
            if whole is None:
                return _Item(words)
            return _item(knowledge, page, whole, noun, opened).under(words)
        case RecordRestriction(property_, filler) if isinstance(filler, Junction):
            other = _noun_of_range(knowledge, property_)
            words = f"{_leading(knowledge, property_)} {_article(other)}"
            return _item(knowledge, page, filler, other, opened).under(words)
        case RecordRestriction(_, ClassReference(class_)):
            words = _words(knowledge, page, expression, noun)
            whole = None if class_ in opened else _whole(knowledge, class_)
            opened.add(class_)
            if whole is None:
                return _Item(words)
            return _item(knowledge, page, whole, _noun(knowledge, class_), opened).under(words)
        case _:
            return _Item(_words(knowledge, page, expression, noun))


def _whole(knowledge: Knowledge, class_: ox.NamedNode) -> Expression | None:
    """Give all ways to belong to a class as one; None if there is none or every record does."""
    ways = members(knowledge, class_)
    if not ways or any(is_record(knowledge.schema, way) for way in [ClassReference(class_), *ways]):
        return None
    return ways[0] if len(ways) == 1 else Junction("or", tuple(ways))


def _words(knowledge: Knowledge, page: Page, expression: Expression, noun: str) -> str:
    match expression:
        case ClassReference(class_):
            label = _without(knowledge.schema.label(class_), noun)
            return knowledge.link(page, class_, escape(label))
        case ValueRestriction():
            return _fact(knowledge, page, expression)
        case RecordRestriction(property_, filler):
            other = _noun_of_range(knowledge, property_)
            leading = _leading(knowledge, property_)
            if isinstance(filler, ClassReference):
                label = _article(_label(knowledge, filler.class_))
                return f"{leading} {knowledge.link(page, filler.class_, escape(label))}"
            return f"{leading} {_article(other)} ({_words(knowledge, page, filler, other)})"
        case Junction(word, parts):
            told = [part for part in parts if not is_record(knowledge.schema, part)]
            shown = [
                f"({_words(knowledge, page, part, noun)})"
                if isinstance(part, Junction)
                else _words(knowledge, page, part, noun)
                for part in told
            ]
            return f" **{word}** ".join(shown)


def _fact(knowledge: Knowledge, page: Page, asked: ValueRestriction) -> str:
    name = knowledge.link(page, asked.property)
    if asked.class_ is not None:
        return f"any {name}"
    (first, *others) = asked.values
    if local_name(first.value) in knowledge.statement_ids:
        return f"{knowledge.statements(page, [local_name(first.value)])} {name}"
    if not others and first.value in _SAID:
        return f"{_SAID[first.value]}{name}"
    values = [
        escape(value.value) if isinstance(value, ox.Literal) else knowledge.link(page, value)
        for value in asked.values
    ]
    return f"{name} is {listed(values, 'or')}"


# -- nouns ------------------------------------------------------------------------------
def _label(knowledge: Knowledge, class_: ox.NamedNode) -> str:
    return knowledge.schema.label(class_).removesuffix(" record")


def _noun(knowledge: Knowledge, class_: ox.NamedNode) -> str:
    return _label(knowledge, netkg(knowledge.compiler.scope(class_)))


def _noun_of_range(knowledge: Knowledge, property_: ox.NamedNode) -> str:
    return _label(knowledge, ox.NamedNode(knowledge.schema.text(property_, RANGE)))


def _leading(knowledge: Knowledge, property_: ox.NamedNode) -> str:
    """Say how a property leads on: from a tumour into its case, from a case to what it has."""
    return "in" if knowledge.schema.text(property_, RANGE) == NETKG + "Case" else "with"


def _article(words: str) -> str:
    return f"{'an' if words[:1] in 'aeiou' else 'a'} {words}"


def _plural(noun: str) -> str:
    return f"{noun[:-2]}es" if noun.endswith("is") else f"{noun}s"


def _without(label: str, noun: str) -> str:
    """Take the noun from a label, where every line would repeat it.

    >>> _without("tumour in localized disease", "tumour"), _without("grade 1 tumour", "tumour")
    ('in localized disease', 'grade 1')
    """
    return label.removeprefix(f"{noun} ").removesuffix(f" {noun}") if noun else label
