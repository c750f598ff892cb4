"""RDF terms in N-Triples form, parsed."""

from __future__ import annotations

from functools import lru_cache
from typing import TypeAlias, cast

import pyoxigraph as ox

__all__ = ["AnyTerm", "term_of", "triple_of"]

AnyTerm: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


@lru_cache(maxsize=8192)
def term_of(text: str) -> AnyTerm:
    """Parse a term.

    >>> term_of("<urn:x>"), term_of('"1"')
    (<NamedNode value=urn:x>, <Literal value=1 datatype=<http://www.w3.org/2001/XMLSchema#string>>)
    """
    (quad,) = ox.parse(f"<urn:s> <urn:p> {text} .", format=ox.RdfFormat.N_TRIPLES, lenient=True)
    return cast(AnyTerm, quad.object)


def triple_of(subject: str, property_: str, value: str) -> ox.Triple:
    """Return a fact as a triple; the property is a plain IRI."""
    return ox.Triple(term_of(subject), term_of(f"<{property_}>"), term_of(value))  # type: ignore[arg-type]
