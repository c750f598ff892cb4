"""Class expressions in plain words: who belongs to a population, without any OWL.

The words are the labels of the ontology. Pages override how a term is named,
to make it a link, and how parts are joined.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, cast

import pyoxigraph as ox

from netkg.namespaces import NETKG, local_name
from netkg.ontology.criteria import (
    Criterion,
    HasValue,
    InstanceOf,
    IntersectionOf,
    NamedClass,
    SomeValuesFrom,
    UnionOf,
)
from netkg.ontology.expressions import (
    ClassReference,
    Expression,
    Junction,
    RecordRestriction,
    ValueRestriction,
    is_record,
    read,
)
from netkg.ontology.labels import noun
from netkg.ontology.schema import RANGE, SUBCLASS, Schema, netkg
from netkg.suggestions import listed

__all__ = ["Conditions", "expression_of", "with_article"]

# The words for a property with one of these values.
_FLAGS: Final = {
    NETKG + "Recorded": "",
    NETKG + "NotRecorded": "no ",
    "true": "",
    "false": "not ",
}


class Conditions:
    """The expressions of one ontology in words."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema

    # -- how terms are named -----------------------------------------------------------
    def term(self, node: ox.NamedNode, label: str = "") -> str:
        """Return a term by its name here, or by its own label."""
        return label or self._schema.label(node)

    def statement(self, node: ox.NamedNode) -> str:
        """Return a statement of the guideline by its label."""
        return self.term(node)

    def literal(self, value: ox.Literal) -> str:
        """Return the value of a literal."""
        return value.value

    def joined(self, word: str, parts: list[str]) -> str:
        """Return parts joined by ``and`` or ``or``."""
        return f" {word} ".join(parts)

    # -- words -------------------------------------------------------------------------
    def words(self, expression: Expression, noun: str = "") -> str:
        """Return in words what an expression asks for.

        ``noun`` is what is asked about ("tumor"), and is not repeated.
        """
        match expression:
            case ClassReference(class_):
                return self.term(class_, without(self._schema.label(class_), noun))
            case ValueRestriction():
                return self.values(expression)
            case RecordRestriction(property_, filler):
                leading, other = self.leading(property_), self.noun_of_range(property_)
                if isinstance(filler, ClassReference):
                    label = with_article(self.label(filler.class_))
                    return f"{leading} {self.term(filler.class_, label)}"
                return f"{leading} {with_article(other)} ({self.words(filler, other)})"
            case Junction(word, parts):
                # That a record is of its class is left out.
                others = [part for part in parts if not is_record(self._schema, part)]
                words = [
                    f"({self.words(part, noun)})"
                    if isinstance(part, Junction)
                    else self.words(part, noun)
                    for part in others
                ]
                return self.joined(word, words)

    def values(self, asked: ValueRestriction) -> str:
        """Return in words which values of a property are asked for."""
        name = self.term(asked.property)
        if asked.class_ is not None:
            return f"any {name}"
        (first, *others) = asked.values
        if isinstance(first, ox.NamedNode) and self._is_statement(first):
            return f"{self.statement(first)} {name}"
        if not others and first.value in _FLAGS:
            return f"{_FLAGS[first.value]}{name}"
        values = [
            self.literal(value) if isinstance(value, ox.Literal) else self.term(value)
            for value in asked.values
        ]
        return f"{name} is {listed(values, 'or')}"

    def of(self, class_: ox.NamedNode) -> tuple[str, ...]:
        """Return what a member of a class must meet, one condition each.

        A class that is described in several ways has one condition, which
        lists them; one that no expression describes is its own condition.
        """
        ways = self._ways(class_)
        match ways:
            case []:
                return (self._schema.label(class_),)
            case [Junction("and", parts)]:
                others = [part for part in parts if not is_record(self._schema, part)]
                return tuple(map(self.words, others or parts))
            case [way]:
                return (self.words(way),)
        return (listed(map(self.words, ways), "or"),)

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

    def asks_for_statement(self, asked: HasValue) -> bool:
        """Return whether a value that is asked for is a statement."""
        terms = map(_term, asked.values)
        return any(isinstance(term, ox.NamedNode) and self._is_statement(term) for term in terms)

    # -- nouns -------------------------------------------------------------------------
    def label(self, class_: ox.NamedNode) -> str:
        """Return the label of a class; for a record class, the noun for it."""
        return noun(self._schema.label(class_))

    def noun_of_range(self, property_: ox.NamedNode) -> str:
        """Return the noun for the records to which a property leads."""
        return self.label(ox.NamedNode(self._schema.text(property_, RANGE)))

    def leading(self, property_: ox.NamedNode) -> str:
        """Return how a property leads on: from a tumor into its case, from a case to a record."""
        return "in" if self._schema.text(property_, RANGE) == NETKG + "Case" else "with"

    def _is_statement(self, node: ox.NamedNode) -> bool:
        return self._schema.one(node, netkg("inSection")) is not None

    def _ways(self, class_: ox.NamedNode) -> list[Expression]:
        """List the expressions below a class, and the named classes that define a population."""
        found = list(self._schema.subjects(SUBCLASS, class_))
        named = [node for node in found if isinstance(node, ox.NamedNode)]
        if not local_name(class_.value).endswith(("-Population", "-Condition")):
            named = []
        ways = [read(self._schema, node) for node in sorted(named, key=lambda node: node.value)]
        others = [read(self._schema, node) for node in found if isinstance(node, ox.BlankNode)]
        return ways + sorted(others, key=self.words)


def with_article(words: str) -> str:
    """Put the indefinite article ahead of words.

    >>> with_article("event"), with_article("tumor")
    ('an event', 'a tumor')
    """
    return f"{'an' if words[:1] in 'aeiou' else 'a'} {words}"


def without(label: str, noun: str) -> str:
    """Take the noun from a label, where every line would repeat it.

    >>> without("tumor in localized disease", "tumor"), without("grade 1 tumor", "tumor")
    ('in localized disease', 'grade 1')
    """
    return label.removeprefix(f"{noun} ").removesuffix(f" {noun}") if noun else label


def expression_of(criterion: Criterion) -> Expression:
    """Return a criterion as the class expression that it was compiled from.

    The members of a class of values are listed.
    """
    match criterion:
        case NamedClass(class_) | InstanceOf(class_):
            return ClassReference(ox.NamedNode(class_))
        case HasValue(property_, values):
            terms = tuple(map(_term, sorted(values)))
            return ValueRestriction(ox.NamedNode(property_), terms)
        case SomeValuesFrom(property_, filler):
            return RecordRestriction(ox.NamedNode(property_), expression_of(filler))
        case IntersectionOf(parts) | UnionOf(parts):
            word = "and" if isinstance(criterion, IntersectionOf) else "or"
            return Junction(word, tuple(map(expression_of, parts)))


def _term(value: str) -> ox.NamedNode | ox.Literal:
    """Return a value in N-Triples form as a term."""
    (quad,) = ox.parse(f"<urn:s> <urn:p> {value} .", format=ox.RdfFormat.N_TRIPLES)
    return cast(ox.NamedNode | ox.Literal, quad.object)
