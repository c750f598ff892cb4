"""Refuse every axiom that the criteria do not implement.

An axiom that the compiler ignored would make a criterion silently
incomplete. So each axiom is implemented, known to have no effect on any
criterion, or refused by name.
"""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from netkg.errors import UnsupportedAxiom
from netkg.namespaces import OWL, RDF, RDFS, local_name
from netkg.ontology.expressions import unsupported
from netkg.ontology.schema import SUBCLASS, TYPE, Node, Schema

__all__ = ["refuse_unimplemented", "unimplemented"]

# What the compiler implements, and what has no effect on any criterion.
PREDICATES = {
    *(OWL + name for name in ("onProperty", "hasValue", "someValuesFrom", "intersectionOf")),
    *(OWL + name for name in ("unionOf", "oneOf", "disjointWith", "members", "distinctMembers")),
    *(OWL + name for name in ("imports", "versionIRI", "versionInfo", "priorVersion")),
    OWL + "deprecated",
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
        UnsupportedAxiom: for the first one that is not implemented, with its name.
    """
    for _, error in unimplemented(schema):
        raise error


def unimplemented(schema: Schema) -> Iterator[tuple[ox.Triple, UnsupportedAxiom]]:
    """Yield each axiom that is not implemented, with its error."""
    for quad in schema.store:
        predicate = quad.predicate.value
        if (
            predicate.startswith((OWL, RDFS, RDF))
            and not isinstance(quad.subject, ox.Triple)
            and (error := _fault(schema, quad.subject, predicate, quad.object))
        ):
            yield quad.triple, error


def _fault(
    schema: Schema,
    subject: Node,
    predicate: str,
    object_: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple,
) -> UnsupportedAxiom | None:
    what, expected = "", ""
    if isinstance(object_, ox.Triple):
        what, expected = "a triple term", "an IRI or a literal"
    elif predicate in EXPRESSIONS and isinstance(subject, ox.NamedNode):
        what = f"{local_name(predicate)} on a named class"
        expected = "an expression without a name, as a subclass of it"
    elif THING in (subject, object_):
        what, expected = "the class Thing", "a record class"
    elif predicate not in PREDICATES:
        what = f"the axiom {local_name(predicate)} {object_}"
        expected = "intersectionOf, unionOf, hasValue, someValuesFrom or oneOf on the subclass side"
    elif (
        predicate == TYPE.value
        and object_.value.startswith((OWL, RDFS, RDF))
        and object_.value not in TYPES
    ):
        what = f"the characteristic {local_name(object_.value)}"
        expected = "a plain class, property or individual"
    elif predicate == RDFS + "subClassOf" and not isinstance(object_, ox.NamedNode):
        what, expected = "an expression as the superclass", "a named class"
    elif (
        predicate == RDFS + "range"
        and isinstance(object_, ox.NamedNode)
        and not schema.is_record(object_)
        and any(isinstance(node, ox.BlankNode) for node in schema.subjects(SUBCLASS, object_))
    ):
        what = f"the range {object_}, which an expression describes,"
        expected = "a record, values or a datatype"
    if not what:
        return None
    return unsupported(schema, subject, f"{what} is not implemented", expected)
