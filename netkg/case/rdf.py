"""Read cases from RDF as it is given: a text in one of its syntaxes, JSON-LD, or a graph.

Nothing else in this package imports what reads RDF, so that plain JSON does not pay for it.
"""

from __future__ import annotations

from typing import Any

from netkg.case.from_rdf import cases_from_quads
from netkg.case.jsonld_keys import ignored_keys
from netkg.case.model import Case
from netkg.case.syntaxes import quads_from_graph, quads_from_jsonld, quads_from_text
from netkg.ontology.schema import Schema

__all__ = ["cases_from_graph", "cases_from_jsonld", "cases_from_text"]


def cases_from_text(text: str, kind: str, schema: Schema, source: str) -> list[Case]:
    """Read the cases of a text; ``any`` kind is every syntax except RDF/XML.

    Raises:
        InputError: if the text does not have that syntax.
    """
    quads = quads_from_text(text, kind, source=source)
    return cases_from_quads(quads, schema=schema, source=source)


def cases_from_jsonld(
    tree: Any, schema: Schema, source: str = "", line: int | None = None
) -> list[Case]:
    """Read the cases of a JSON-LD document.

    Raises:
        InputError: if it names a context that would have to be fetched, or is
            not JSON-LD.
    """
    quads = quads_from_jsonld(tree, schema=schema, source=source, line=line)
    ignored = ignored_keys(tree)
    return cases_from_quads(quads, schema=schema, source=source, line=line, ignored=ignored)


def cases_from_graph(graph: Any, schema: Schema) -> list[Case]:
    """Read the cases of an rdflib graph or dataset.

    Raises:
        InputError: if a term is not an RDF term.
    """
    return cases_from_quads(quads_from_graph(graph), schema=schema)
