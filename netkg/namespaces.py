"""The namespaces of the project, as plain prefixes that are cheap to import."""

from __future__ import annotations

from typing import Final

__all__ = [
    "DCTERMS",
    "NETKG",
    "NETS",
    "OWL",
    "PREFIXES",
    "PROV",
    "RDF",
    "RDFS",
    "SH",
    "SKOS",
    "XSD",
    "local_name",
]

NETKG: Final = "https://w3id.org/netkg/ns#"
NETS: Final = "https://w3id.org/netkg/shapes#"
DCTERMS: Final = "http://purl.org/dc/terms/"
OWL: Final = "http://www.w3.org/2002/07/owl#"
PROV: Final = "http://www.w3.org/ns/prov#"
RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
SH: Final = "http://www.w3.org/ns/shacl#"
SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"

PREFIXES: Final[dict[str, str]] = {
    "dcterms": DCTERMS,
    "netkg": NETKG,
    "nets": NETS,
    "owl": OWL,
    "prov": PROV,
    "rdf": RDF,
    "rdfs": RDFS,
    "sh": SH,
    "skos": SKOS,
    "xsd": XSD,
}


def local_name(iri: str) -> str:
    """Return the part of an IRI after its last hash or slash.

    >>> local_name("https://w3id.org/netkg/ns#TX-15")
    'TX-15'
    """
    return iri.rsplit("#", 1)[-1].rsplit("/", 1)[-1]
