"""The closed list of triples that netkg sets aside, because they say nothing about a case.

None of them has a term of netkg, and neither ``owl:sameAs`` nor ``owl:imports`` is among
them: what these say would change a case. The guide on validation lists the same.
"""

from __future__ import annotations

from typing import Any, Final

import pyoxigraph as ox

from netkg.namespaces import DCTERMS, NETKG, OWL, PROV, RDF, RDFS, SKOS

__all__ = ["TYPES", "aside", "aside_on_record"]

LABELS: Final = "labels and comments"
TYPES: Final = "types of other vocabularies"
HEADERS: Final = "headers of ontologies"
METADATA: Final = "metadata of files"

_LABELS: Final = frozenset(
    {
        *(RDFS + name for name in ("comment", "isDefinedBy", "label", "seeAlso")),
        *(SKOS + name for name in ("altLabel", "hiddenLabel", "prefLabel")),
    }
)
_HEADERS: Final = frozenset(
    OWL + name
    for name in (
        *("backwardCompatibleWith", "deprecated", "incompatibleWith", "priorVersion"),
        *("versionInfo", "versionIRI"),
    )
)
_METADATA: Final = (
    *(DCTERMS, "http://purl.org/dc/elements/1.1/", PROV, "http://rdfs.org/ns/void#"),
    *("http://www.w3.org/ns/dcat#", "http://purl.org/pav/"),
)
_BASIC: Final = (OWL, RDF, RDFS)
_TYPE: Final = RDF + "type"


def aside_on_record(predicate: str) -> str:
    """Return why a property of a record of a case is set aside, or an empty text."""
    return LABELS if predicate in _LABELS else ""


def aside(subject: Any, predicate: str, value: Any) -> str:
    """Return why a triple about something other than a case is set aside, or an empty text."""
    for term in (subject, value):
        if isinstance(term, ox.NamedNode) and term.value.startswith(NETKG):
            return ""
    if predicate in _LABELS:
        return LABELS
    if predicate in _HEADERS:
        return HEADERS
    if predicate == _TYPE:
        basic = isinstance(value, ox.NamedNode) and value.value.startswith(_BASIC)
        return TYPES if basic else ""
    return METADATA if predicate.startswith(_METADATA) else ""
