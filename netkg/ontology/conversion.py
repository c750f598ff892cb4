"""Pass RDF terms between pyoxigraph, which runs, and rdflib, which people use."""

from __future__ import annotations

import pyoxigraph as ox
from rdflib import BNode, Literal, URIRef
from rdflib.term import Node

__all__ = ["to_rdflib", "triple_to_rdflib"]


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
