"""The description of a release in VoID and DCAT: what it is, and each of its files."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import Final

import pyoxigraph as ox
from rdflib import RDF, Graph, URIRef
from rdflib import Literal as Lit
from rdflib.namespace import DCAT, DCTERMS, OWL, VANN, VOID, XSD, Namespace
from rdflib.term import Node

from netkg.export.merged import VERSION, VERSION_IRI, Merged
from netkg.ontology.conversion import as_written, to_rdflib
from netkg.ontology.schema import TYPE, owl
from netkg.result import escape_turtle

__all__ = ["MEDIA_TYPES", "describe"]

# Of DCAT 3; rdflib has the terms of DCAT 2.
DCAT_VERSION: Final = URIRef(f"{DCAT}version")
SPDX: Final = Namespace("http://spdx.org/rdf/terms#")
FORMATS: Final = Namespace("http://www.w3.org/ns/formats/")
IANA: Final = "https://www.iana.org/assignments/media-types/"
# By the end of a file's name: its media type, and its format where it is RDF.
MEDIA_TYPES: Final[Mapping[str, tuple[str, str]]] = {
    "ttl": ("text/turtle", "Turtle"),
    "owl": ("application/rdf+xml", "RDF_XML"),
    "jsonld": ("application/ld+json", "JSON-LD"),
    "json": ("application/json", ""),
}
# What the description repeats of the header of the ontology.
REPEATED: Final = (
    *(DCTERMS.title, DCTERMS.description, DCTERMS.creator, DCTERMS.publisher),
    *(DCTERMS.created, DCTERMS.modified, DCTERMS.license, DCTERMS.bibliographicCitation),
)
# The kinds of term that are counted.
KINDS: Final = (
    *("AnnotationProperty", "Class", "DatatypeProperty", "NamedIndividual", "ObjectProperty"),
)
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_NAMESPACE: Final = re.compile(r".*[#/]")


def describe(merged: Merged, files: Mapping[str, bytes]) -> str:
    """Return the description of a release with these files, as Turtle.

    The names of the files are relative, so that it is right wherever the files are together.
    """
    graph = Graph(bind_namespaces="none")
    for prefix, namespace in {
        "dcat": DCAT,
        "dcterms": DCTERMS,
        "formats": FORMATS,
        "owl": OWL,
        "rdf": RDF,
        "spdx": SPDX,
        "void": VOID,
        "xsd": XSD,
    }.items():
        graph.bind(prefix, namespace)
    dataset = URIRef(merged.iri.value)
    for node, values in {dataset: _dataset(merged), **_kinds(merged)}.items():
        _add(graph, node, values)
    for name, content in files.items():
        distribution, (media_type, format_) = URIRef(f"#{name}"), MEDIA_TYPES[name.split(".")[-1]]
        checksum = URIRef(f"#{name}-checksum")
        file = URIRef(name)
        graph.add((dataset, DCAT.distribution, distribution))
        if format_:
            _add(graph, dataset, {VOID.dataDump: [file], VOID.feature: [FORMATS[format_]]})
        _add(
            graph,
            distribution,
            {
                RDF.type: [DCAT.Distribution],
                DCTERMS.title: [Lit(name)],
                DCTERMS.license: list(graph.objects(dataset, DCTERMS.license)),
                DCTERMS["format"]: [FORMATS[format_]] if format_ else [],
                DCAT.downloadURL: [file],
                DCAT.mediaType: [URIRef(IANA + media_type)],
                DCAT.byteSize: [Lit(str(len(content)), datatype=XSD.nonNegativeInteger)],
                SPDX.checksum: [checksum],
            },
        )
        digest = hashlib.sha256(content).hexdigest()
        _add(
            graph,
            checksum,
            {
                RDF.type: [SPDX.Checksum],
                SPDX.algorithm: [SPDX.checksumAlgorithm_sha256],
                SPDX.checksumValue: [Lit(digest, datatype=XSD.hexBinary)],
            },
        )
    return escape_turtle(graph.serialize(format="turtle"))


def _dataset(merged: Merged) -> dict[URIRef, list[Node]]:
    """Return what is said of the whole ontology."""
    schema = merged.schema

    def of(property_: URIRef) -> list[Node]:
        return [
            _dated(as_written(to_rdflib(value)))
            for value in schema.objects(merged.iri, ox.NamedNode(str(property_)))
        ]

    predicates = {triple.predicate.value for triple in merged.triples}
    classes = {triple.object for triple in merged.triples if triple.predicate == TYPE}
    return {
        RDF.type: [DCAT.Dataset, VOID.Dataset],
        **{property_: of(property_) for property_ in REPEATED},
        # The day of the last change is the day of this version.
        DCTERMS.issued: of(DCTERMS.modified),
        DCTERMS.identifier: of(URIRef(VERSION_IRI.value)),
        DCAT_VERSION: of(URIRef(VERSION.value)),
        VOID.uriSpace: of(VANN.preferredNamespaceUri),
        VOID.vocabulary: [URIRef(each) for each in sorted(_namespaces(predicates))],
        VOID.triples: [Lit(len(merged.triples))],
        VOID.classes: [Lit(len(classes))],
        VOID.properties: [Lit(len(predicates))],
        VOID.distinctSubjects: [Lit(len({triple.subject for triple in merged.triples}))],
        VOID.distinctObjects: [Lit(len({triple.object for triple in merged.triples}))],
        VOID.classPartition: [URIRef(f"#{kind}") for kind in KINDS],
    }


def _kinds(merged: Merged) -> dict[URIRef, dict[URIRef, list[Node]]]:
    """Return how many terms of each kind there are."""
    return {
        URIRef(f"#{kind}"): {
            VOID["class"]: [OWL[kind]],
            VOID.entities: [Lit(len(merged.schema.instances(owl(kind))))],
        }
        for kind in KINDS
    }


def _namespaces(iris: Iterable[str]) -> set[str]:
    """Return the namespaces of terms.

    >>> _namespaces({"http://purl.org/dc/terms/title"})
    {'http://purl.org/dc/terms/'}
    """
    return {found[0] for iri in iris if (found := _NAMESPACE.match(iri))}


def _dated(value: Node) -> Node:
    """Return a day as a date: OWL 2 has no datatype for it, and so the ontology has a text."""
    is_day = isinstance(value, Lit) and not value.language and _DAY.fullmatch(value)
    return Lit(str(value), datatype=XSD.date) if is_day else value


def _add(graph: Graph, node: URIRef, values: Mapping[URIRef, Iterable[Node]]) -> None:
    for property_, objects in values.items():
        for object_ in objects:
            graph.add((node, property_, object_))
