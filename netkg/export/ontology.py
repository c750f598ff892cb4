"""The ontology as files for the tools of others, and a release: all of them, described.

The same ontology gives the same bytes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, Final, Literal

import pyoxigraph as ox
from rdflib import BNode, Graph
from rdflib.namespace import RDF, RDFS, SDO, SKOS, VANN
from rdflib.plugins.serializers.turtle import TurtleSerializer
from rdflib.term import Node

from netkg.errors import KnowledgeError
from netkg.export.catalog import catalog
from netkg.export.description import describe
from netkg.export.merged import VERSION_IRI, Merged, read_merged
from netkg.export.obograph import obograph
from netkg.namespaces import PREFIXES
from netkg.ontology.conversion import as_written, to_rdflib, triple_to_rdflib
from netkg.ontology.mappings import SSSOM
from netkg.result import escape_turtle, escape_xml, json_text

__all__ = ["FILES", "Format", "export_ontology", "release"]

Format = Literal["turtle", "rdfxml", "jsonld", "obographs"]

# The name of the file of each format.
FILES: Final[Mapping[Format, str]] = {
    "turtle": "netkg.ttl",
    "rdfxml": "netkg.owl",
    "jsonld": "netkg.jsonld",
    "obographs": "netkg.obographs.json",
}
USED: Final = {
    **{name: iri for name, iri in PREFIXES.items() if name not in ("nets", "prov", "xsd")},
    "schema": str(SDO),
    "sssom": SSSOM,
    "vann": str(VANN),
    "xsd": PREFIXES["xsd"],
}
# What XML 1.0 has no way to write.
_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def export_ontology(
    format: Format, *, ontology: Path | None = None, mappings: Collection[str] = ()
) -> bytes:
    """Return the ontology of a folder as one file, by default that of the package.

    ``mappings`` are the names of opt-in sets of mappings that are added.

    >>> export_ontology("rdfxml")[:38]
    b'<?xml version="1.0" encoding="UTF-8"?>'

    Raises:
        KnowledgeError: if there is a fault in it, no module imports all the others, or the
            format cannot express it.
    """
    return _WRITERS[format](read_merged(ontology, opt_in=mappings)).encode()


def release(
    *, ontology: Path | None = None, mappings: Collection[str] = ()
) -> Iterator[tuple[str, bytes]]:
    """Yield each file of a release as its name and its content, the description last.

    ``mappings`` are the names of opt-in sets of mappings that are added.

    Raises:
        KnowledgeError: as :func:`export_ontology`.
    """
    merged = read_merged(ontology, opt_in=mappings)
    files = {FILES[name]: write(merged).encode() for name, write in _WRITERS.items()}
    yield from files.items()
    iris = [merged.iri.value, *merged.header(VERSION_IRI)]
    yield "catalog-v001.xml", catalog((iri, FILES["rdfxml"]) for iri in iris).encode()
    yield "void.ttl", describe(merged, files).encode()


def _graph(merged: Merged) -> Graph:
    graph = Graph(bind_namespaces="none")
    for prefix, iri in USED.items():
        graph.bind(prefix, iri)
    for triple in merged.triples:
        subject, predicate, object_ = triple_to_rdflib(triple)
        graph.add((subject, predicate, as_written(object_)))
    return graph


class _Turtle(TurtleSerializer):
    """The Turtle of rdflib, with the terms in the order of the triples, the header first."""

    predicateOrder = [  # noqa: RUF012
        *(RDF.type, RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, SDO.domainIncludes),
        *(RDFS.range, RDFS.label, SKOS.altLabel, SKOS.definition),
    ]

    def __init__(self, graph: Graph, subjects: Iterable[Node]) -> None:
        super().__init__(graph)
        self._in_order = subjects

    def orderSubjects(self) -> list[Node]:
        """Return the subjects; a blank node that is part of another comes last."""
        return sorted(
            self._in_order, key=lambda node: isinstance(node, BNode) and self._references[node] > 0
        )


def _turtle(merged: Merged) -> str:
    text = BytesIO()
    subjects = dict.fromkeys(to_rdflib(triple.subject) for triple in merged.triples)
    _Turtle(_graph(merged), subjects).serialize(text)
    return escape_turtle(text.getvalue().decode())


def _rdfxml(merged: Merged) -> str:
    for triple in merged.triples:
        if isinstance(triple.object, ox.Literal) and _NOT_XML.search(triple.object.value):
            raise KnowledgeError(
                "a text contains a character that XML does not have",
                term=str(triple.subject).strip("<>"),
                expected="a text without control characters, or a format other than RDF/XML",
            )
    data = ox.serialize(merged.triples, format=ox.RdfFormat.RDF_XML, prefixes=USED) or b""
    return escape_xml(data.decode())


def _jsonld(merged: Merged) -> str:
    text = _graph(merged).serialize(format="json-ld", context=dict(USED), auto_compact=False)
    tree = _ordered(json.loads(text))
    places = {str(triple.subject).strip("<>"): n for n, triple in enumerate(merged.triples)}

    def place(node: dict[str, Any]) -> int:
        prefix, _, name = node["@id"].partition(":")
        return places[USED.get(prefix, f"{prefix}:") + name]

    tree["@graph"].sort(key=place)
    return json_text(tree) + "\n"


def _ordered(tree: Any, key: str = "") -> Any:
    """Return JSON-LD with its parts sorted, except those of a list."""
    if isinstance(tree, dict):
        return {name: _ordered(value, name) for name, value in sorted(tree.items())}
    if isinstance(tree, list):
        items = [_ordered(item) for item in tree]
        return items if key == "@list" else sorted(items, key=lambda item: json.dumps(item))
    return tree


_WRITERS: Final[Mapping[Format, Callable[[Merged], str]]] = {
    "turtle": _turtle,
    "rdfxml": _rdfxml,
    "jsonld": _jsonld,
    "obographs": obograph,
}
