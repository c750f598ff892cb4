"""The IRIs that are made from ids of a case and its records."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote, unquote

import pyoxigraph as ox

from netkg.namespaces import NETKG, RDF

__all__ = ["DOCUMENT", "MINTED", "UNNAMED", "is_iri", "is_valid", "node_id", "unminted"]

MINTED: Final = "urn:netkg:case:"
DOCUMENT: Final = "netkg-document://case/"
UNNAMED: Final = ox.NamedNode("urn:netkg:unnamed")
_MINTED_IRI = re.compile(r"urn:netkg:(?:case:([^/]+)|(?:case:[^/]+|unnamed)/[a-z]+/([^/]+))")


def is_iri(text: str) -> bool:
    """Return whether a text is an absolute IRI that is not in a namespace of terms.

    >>> is_iri("https://example.org/1"), is_iri("case-1"), is_iri("a b:c")
    (True, False, False)
    """
    return ":" in text and not text.startswith((NETKG, RDF, DOCUMENT)) and is_valid(text)


def is_valid(iri: str) -> bool:
    """Return whether an IRI is valid, which lenient parsers do not check."""
    try:
        ox.NamedNode(iri)
    except ValueError:
        return False
    return True


def unminted(iri: str) -> str:
    """Return the id that a minted IRI was made from; any other IRI unchanged.

    >>> unminted("urn:netkg:case:c%201"), unminted("urn:netkg:case:c/tumor/tumor-1")
    ('c 1', 'tumor-1')
    """
    found = _MINTED_IRI.fullmatch(iri)
    if found:
        segment = found[1] or found[2]
        id_ = unquote(segment)
        if quote(id_, safe="") == segment:
            return id_
    return iri


def node_id(node: ox.NamedNode | ox.BlankNode) -> str:
    """Return the id of a node: its IRI, or the id that the IRI was made from.

    >>> node_id(ox.NamedNode("urn:netkg:case:c")), node_id(ox.BlankNode())
    ('c', '')
    """
    if isinstance(node, ox.BlankNode) or node == UNNAMED:
        return ""
    if node.value.startswith(DOCUMENT):
        return node.value.removeprefix(DOCUMENT)
    return unminted(node.value)
