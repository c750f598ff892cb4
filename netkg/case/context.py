"""Build the JSON-LD context of the case format."""

from __future__ import annotations

from typing import Any, Final

from netkg.namespaces import NETKG, XSD
from netkg.ontology.schema import Field, Schema

__all__ = ["CONTEXT_IRI", "context"]

CONTEXT_IRI: Final = "https://w3id.org/netkg/context.jsonld"


def context(schema: Schema) -> dict[str, Any]:
    """Build the JSON-LD 1.1 context under which a plain case is RDF.

    Values of coded fields are terms of the namespace, days are xsd:date, and
    targets are references. Numbers, booleans and strings keep the type that
    they have in JSON, so that the shapes report a wrong one.
    """
    terms: dict[str, Any] = {
        "@version": 1.1,
        "@vocab": NETKG,
        "netkg": NETKG,
        "xsd": XSD,
        "id": "@id",
        "type": "@type",
    }
    for fields in schema.fields.values():
        for name, field_ in fields.items():
            terms[name] = _term(field_, schema)
    return dict(sorted(terms.items(), key=lambda item: (item[0][0] != "@", item[0])))


def _term(field_: Field, schema: Schema) -> dict[str, str]:
    term = {"@id": f"netkg:{field_.name}"}
    if field_.range == XSD + "date":
        term["@type"] = "xsd:date"
    elif schema.values.get(field_.range):
        term["@type"] = "@vocab"
    elif field_.range.startswith(NETKG):
        term["@type"] = "@id"
    if not field_.single:
        term["@container"] = "@set"
    return term
