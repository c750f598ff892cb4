"""The closure of a graph under the OWL 2 RL rules by owlrl: the reference for the criteria.

This is the only module that imports owlrl. It reads all of the schema for every
batch, which takes seconds; the compiled criteria give the same ``applicable``
verdicts in milliseconds, and the tests compare the two.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Collection, Iterable

import owlrl
import pyoxigraph as ox
from rdflib import RDF, Graph, Literal, URIRef

from netkg.errors import Contradiction
from netkg.namespaces import NETKG, OWL, RDFS, local_name
from netkg.namespaces import RDF as RDF_IRI
from netkg.ontology.conversion import triple_to_rdflib
from netkg.ontology.schema import TYPE, Schema

__all__ = ["close", "entailed_types"]

_LOG = logging.getLogger(__name__)

LOGICAL = {
    *(OWL + name for name in ("onProperty", "hasValue", "someValuesFrom", "intersectionOf")),
    *(OWL + name for name in ("unionOf", "oneOf", "disjointWith", "members", "distinctMembers")),
    *(RDFS + name for name in ("subClassOf", "range")),
    *(RDF_IRI + name for name in ("type", "first", "rest")),
}
ERROR_IRI = re.compile(r"https?://[^\s,()'\"]+|urn:[^\s,()'\"]+")


def close(triples: Iterable[ox.Triple]) -> Graph:
    """Return the closure of a graph under the OWL 2 RL rules.

    Raises:
        Contradiction: if the closure contains one, with its two facts;
            owlrl itself adds it to the graph as a literal.
    """
    graph = Graph(store="SimpleMemory")
    for t in triples:
        graph.add(triple_to_rdflib(t))
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics, rdfs_closure=False).expand(graph)
    errors = sorted(
        str(o) for _, p, o in graph if local_name(str(p)) == "error" and isinstance(o, Literal)
    )
    if errors:
        raise Contradiction("the case contradicts the ontology", _contradicting(errors[0]))
    return graph


def entailed_types(schema: Schema, facts: Collection[ox.Triple]) -> set[tuple[str, str]]:
    """Return the pairs of record and class that the schema and these facts entail.

    Triples that no rule can use are left out: labels, definitions and other
    annotations of the schema, and facts whose property is not in a restriction.

    Raises:
        Contradiction: if schema and facts contradict each other.
    """
    axioms = [quad.triple for quad in schema.store if quad.predicate.value in LOGICAL]
    asked = {t.object.value for t in axioms if t.predicate.value == OWL + "onProperty"}
    used = [t for t in facts if t.predicate.value in asked]
    records = {term.value for t in used for term in (t.subject, t.object)}  # type: ignore[union-attr]
    typed = [t for t in facts if t.predicate == TYPE and t.subject.value in records]  # type: ignore[union-attr]
    _LOG.info("closing %d axioms and %d facts by owlrl", len(axioms), len(used) + len(typed))
    graph = close([*axioms, *used, *typed])
    return {
        (str(subject), str(class_))
        for subject, class_ in graph.subject_objects(RDF.type)
        if isinstance(subject, URIRef) and isinstance(class_, URIRef)
    }


def _contradicting(message: str) -> tuple[str, ...]:
    """Return the two facts that cannot both be true, from the message of owlrl."""
    names = [
        local_name(iri) if iri.startswith(NETKG) else iri for iri in ERROR_IRI.findall(message)
    ]
    if message.startswith("Disjoint classes") and len(names) == 3:
        first, second, individual = names
        return (f"{individual} is a {first}", f"{individual} is a {second}")
    if "sameAs" in message and len(names) >= 2:
        return (f"{names[0]} is the same as {names[1]}", f"{names[0]} is different from {names[1]}")
    return (message,)
