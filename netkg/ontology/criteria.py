"""Criteria: class expressions of the ontology as a small tree.

There are six kinds of node, each named after the OWL construct that it comes
from (:mod:`netkg.ontology.compiler` builds the trees). Values are in N-Triples
form (``<iri>`` or ``"true"^^<datatype>``), which compares exactly and costs little.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from netkg.namespaces import local_name
from netkg.ontology import manchester
from netkg.ontology.openness import Determination

__all__ = [
    "JUNCTIONS",
    "LEAVES",
    "Criterion",
    "HasValue",
    "InstanceOf",
    "IntersectionOf",
    "NamedClass",
    "SomeValuesFrom",
    "UnionOf",
    "expression",
    "in_full",
    "only_part",
]


@dataclass(frozen=True, slots=True)
class HasValue:
    """A property of the subject has one of these values."""

    property: str
    values: frozenset[str]
    determinations: tuple[Determination, ...]


@dataclass(frozen=True, slots=True)
class InstanceOf:
    """The subject is a record of a class, or typed so by a rule."""

    class_: str


@dataclass(frozen=True, slots=True)
class SomeValuesFrom:
    """A record that a property leads to fulfills a criterion."""

    property: str
    filler: Criterion


@dataclass(frozen=True, slots=True)
class IntersectionOf:
    """Every part is true."""

    parts: tuple[Criterion, ...]


@dataclass(frozen=True, slots=True)
class UnionOf:
    """At least one part is true."""

    parts: tuple[Criterion, ...]


@dataclass(frozen=True, slots=True)
class NamedClass:
    """At least one part is true; each part is from an axiom on the class, which proofs name."""

    class_: str
    parts: tuple[Criterion, ...]


Criterion = HasValue | InstanceOf | SomeValuesFrom | IntersectionOf | UnionOf | NamedClass
# Those that are decided at a record itself, and those that join parts at the same record.
LEAVES: Final = (HasValue, InstanceOf)
JUNCTIONS: Final = (NamedClass, IntersectionOf, UnionOf)


def only_part(criterion: Criterion) -> Criterion:
    """Return what a criterion that has a single part says; any other criterion as it is."""
    while isinstance(criterion, JUNCTIONS) and len(criterion.parts) == 1:
        (criterion,) = criterion.parts
    return criterion


def expression(criterion: Criterion) -> str:
    """Return a criterion as a class expression in Manchester syntax, with local names.

    The members of a class of values are listed, sorted; a single one is a
    ``value`` restriction, several are a ``some`` restriction.
    """
    if isinstance(criterion, NamedClass | InstanceOf):
        return local_name(criterion.class_)
    if isinstance(criterion, HasValue):
        names = sorted(map(_value_name, criterion.values))
        return manchester.value(local_name(criterion.property), names)
    if isinstance(criterion, SomeValuesFrom):
        property_, (text, named) = local_name(criterion.property), _part(criterion.filler)
        return manchester.some(property_, text, named=named)
    word = "and" if isinstance(criterion, IntersectionOf) else "or"
    return manchester.junction(word, map(_part, criterion.parts))


def in_full(criterion: Criterion) -> str:
    """Return a criterion as a text with IRIs, which no other criterion has."""
    match criterion:
        case NamedClass(class_) | InstanceOf(class_):
            return class_
        case HasValue(property_, values):
            return f"{property_} {sorted(values)}"
        case SomeValuesFrom(property_, filler):
            return f"{property_} {in_full(filler)}"
    return f"{type(criterion).__name__} ({', '.join(map(in_full, criterion.parts))})"


def _part(criterion: Criterion) -> tuple[str, bool]:
    return expression(criterion), isinstance(criterion, NamedClass | InstanceOf)


def _value_name(value: str) -> str:
    if value.startswith("<"):
        return local_name(value[1:-1])
    return value.split('"')[1]
