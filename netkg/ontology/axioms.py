"""Refuse every axiom that the criteria do not implement.

An axiom that the compiler passed over in silence would make a criterion
silently incomplete; so whatever stands in the ontology is either implemented,
known to have no effect on any criterion, or refused by name.
"""

from __future__ import annotations

import pyoxigraph as ox

from netkg.errors import UnsupportedAxiom
from netkg.namespaces import OWL, RDF, RDFS, local_name
from netkg.ontology.schema import SUBCLASS, TYPE, Node, Schema

__all__ = ["refuse_unimplemented"]

# What the compiler implements, or what is known to have no effect on any criterion.
PREDICATES = {
    *(OWL + name for name in ("onProperty", "hasValue", "someValuesFrom", "intersectionOf")),
    *(OWL + name for name in ("unionOf", "oneOf", "disjointWith", "members", "distinctMembers")),
    *(OWL + name for name in ("imports", "versionIRI", "versionInfo", "priorVersion")),
    *(
        RDFS + name
        for name in ("subClassOf", "label", "comment", "range", "isDefinedBy", "seeAlso")
    ),
    *(RDF + name for name in ("type", "first", "rest")),
}
EXPRESSIONS = {
    *(OWL + name for name in ("onProperty", "hasValue", "someValuesFrom")),
    *(OWL + name for name in ("intersectionOf", "unionOf", "oneOf")),
}
THING = ox.NamedNode(OWL + "Thing")
TYPES = {
    *(OWL + name for name in ("Ontology", "Class", "Restriction", "ObjectProperty")),
    *(OWL + name for name in ("DatatypeProperty", "AnnotationProperty", "FunctionalProperty")),
    *(OWL + name for name in ("NamedIndividual", "AllDifferent", "AllDisjointClasses")),
}


def refuse_unimplemented(schema: Schema) -> None:
    """Check every axiom of an ontology.

    Raises:
        UnsupportedAxiom: for the first one that is not implemented, naming it.
    """
    for quad in schema.store:
        predicate = quad.predicate.value
        if predicate.startswith((OWL, RDFS, RDF)) and not isinstance(quad.subject, ox.Triple):
            _check(schema, quad.subject, predicate, quad.object)


def _check(
    schema: Schema,
    subject: Node,
    predicate: str,
    object_: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple,
) -> None:
    if isinstance(object_, ox.Triple):
        raise UnsupportedAxiom("a triple term is not implemented", term=schema.whereabouts(subject))
    if predicate in EXPRESSIONS and isinstance(subject, ox.NamedNode):
        raise _refusal(
            schema,
            subject,
            f"{local_name(predicate)} on a named class",
            "an expression without a name, as a subclass of it",
        )
    if THING in (subject, object_):
        raise _refusal(schema, subject, "the class Thing", "a record class")
    if predicate not in PREDICATES:
        raise _refusal(
            schema,
            subject,
            f"the axiom {local_name(predicate)} {object_}",
            "intersectionOf, unionOf, hasValue, someValuesFrom or oneOf"
            " on the side of the subclass",
        )
    if (
        predicate == TYPE.value
        and object_.value.startswith((OWL, RDFS, RDF))
        and object_.value not in TYPES
    ):
        raise _refusal(
            schema,
            subject,
            f"the characteristic {local_name(object_.value)}",
            "a plain class, property or individual",
        )
    if predicate == RDFS + "subClassOf" and not isinstance(object_, ox.NamedNode):
        raise _refusal(schema, subject, "an expression as the superclass", "a named class")
    if (
        predicate == RDFS + "range"
        and isinstance(object_, ox.NamedNode)
        and local_name(object_.value) not in schema.fields
        and any(isinstance(node, ox.BlankNode) for node in schema.subjects(SUBCLASS, object_))
    ):
        raise _refusal(
            schema,
            subject,
            f"the range {object_}, which is a criterion itself,",
            "a record, values or a datatype",
        )


def _refusal(schema: Schema, subject: Node, what: str, expected: str) -> UnsupportedAxiom:
    return UnsupportedAxiom(
        f"{what} is not implemented", term=schema.whereabouts(subject), expected=expected
    )
