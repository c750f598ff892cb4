"""Pass RDF terms between pyoxigraph, which runs, and rdflib, which people use."""

from __future__ import annotations

import pyoxigraph as ox
from rdflib import BNode, Literal, URIRef
from rdflib.term import Node

__all__ = ["to_rdflib", "to_value", "triple_to_rdflib"]


def to_rdflib(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> Node:
    """Turn a pyoxigraph term into one of rdflib.

    Literals are passed on as they are written, so that an ill-typed one can
    still be reported.

    Raises:
        TypeError: for a triple term, which rdflib does not have.
    """
    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return BNode(term.value)
    if isinstance(term, ox.Triple):
        raise TypeError(f"rdflib has no triple terms: {term}")
    if term.language:
        return Literal(term.value, lang=term.language)
    return Literal(term.value, datatype=URIRef(term.datatype.value), normalize=False)


def triple_to_rdflib(triple: ox.Triple) -> tuple[Node, Node, Node]:
    """Turn a pyoxigraph triple into one of rdflib."""
    return to_rdflib(triple.subject), to_rdflib(triple.predicate), to_rdflib(triple.object)


def to_value(term: str) -> bool | int | float | str:
    """Read a literal in N-Triples form as JSON has it: a boolean, a number or a text.

    A decimal that is whole becomes an integer, as it is written in a case.

    >>> to_value('"5.0"^^<http://www.w3.org/2001/XMLSchema#decimal>'), to_value('"2026-01-15"')
    (5, '2026-01-15')
    """
    body, _, datatype = term.rpartition("^^")
    text = (body or term)[1:-1]
    if datatype.endswith("#boolean>"):
        return text == "true"
    if datatype.endswith(("#decimal>", "#integer>", "#double>")):
        number = float(text)
        return int(number) if number.is_integer() and abs(number) < 1e15 else number
    return text
