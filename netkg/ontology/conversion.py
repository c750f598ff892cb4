"""Convert RDF terms from pyoxigraph to rdflib, and back."""

from __future__ import annotations

import re
from typing import Any, Final

import pyoxigraph as ox
from rdflib import BNode, Literal, URIRef
from rdflib.term import Node

from netkg.namespaces import XSD
from netkg.ontology.terms import is_read

__all__ = ["as_written", "from_rdflib", "to_rdflib", "triple_to_rdflib"]

_WHOLE: Final = re.compile("[+-]?[0-9]+")


def to_rdflib(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> Node:
    """Return a pyoxigraph term as one of rdflib.

    The text of a literal is kept as written. If it does not fit its datatype, the literal is
    marked as ill-typed, and rdflib does not try to read it: it would log the text, which may
    be the name of a patient.

    >>> to_rdflib(ox.Literal("noon", datatype=ox.NamedNode(XSD + "time"))).ill_typed
    True

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
    datatype = URIRef(term.datatype.value)
    if is_read(term.value, term.datatype.value):
        return Literal(term.value, datatype=datatype, normalize=False)
    literal = Literal(term.value)
    literal._datatype, literal._value, literal._ill_typed = datatype, None, True
    return literal


def triple_to_rdflib(triple: ox.Triple) -> tuple[Node, Node, Node]:
    """Return a pyoxigraph triple as one of rdflib."""
    return to_rdflib(triple.subject), to_rdflib(triple.predicate), to_rdflib(triple.object)


def as_written(node: Node) -> Node:
    """Return a term in the form that rdflib writes the same way in every format.

    Its Turtle has 10.0 for the decimal 10, and it distinguishes "a" from
    "a"^^xsd:string, which RDF 1.1 does not.
    """
    if isinstance(node, Literal) and node.datatype == URIRef(XSD + "string"):
        return Literal(str(node))
    whole = isinstance(node, Literal) and node.datatype == URIRef(XSD + "decimal")
    if whole and _WHOLE.fullmatch(str(node)):
        return Literal(f"{node}.0", datatype=URIRef(XSD + "decimal"), normalize=False)
    return node


def from_rdflib(term: Node) -> Any:
    """Return a term of rdflib as one of pyoxigraph.

    >>> from_rdflib(Literal("a", lang="en"))
    <Literal value=a language=en>
    """
    if isinstance(term, URIRef):
        return ox.NamedNode(str(term))
    if isinstance(term, BNode):
        return ox.BlankNode(str(term))
    assert isinstance(term, Literal)
    if term.language:
        return ox.Literal(str(term), language=term.language)
    datatype = ox.NamedNode(str(term.datatype)) if term.datatype else None
    return ox.Literal(str(term), datatype=datatype)
