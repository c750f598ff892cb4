"""Check the SPARQL of shapes: it must be valid, and must stay within the case."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pyoxigraph as ox
from pyparsing import ParseException
from rdflib import Graph
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.algebra import traverse

from netkg.ontology.folder import Folder
from netkg.ontology.remark import Remark
from netkg.validation.shapes_index import ShapesIndex, Value, sh

__all__ = ["check_queries"]

# pySHACL replaces this word in a query of a property shape by the path.
PATH: Final = ("$PATH", "?PATH")
VALID: Final = "SPARQL 1.1 without SERVICE and FROM, with prefixes declared in it or by sh:prefixes"


def check_queries(found: Folder, index: ShapesIndex) -> Iterator[Remark]:
    """Yield a remark for each query of a shape that cannot be evaluated, or leaves the case."""
    known = dict(Graph().namespaces())
    for node in index.values:
        for property_ in (sh("select"), sh("ask")):
            for value in index.objects(node, property_):
                if problem := _problem(value.value, known | dict(_declared(index, node))):
                    triple = ox.Triple(node, property_, value)  # type: ignore[arg-type]
                    yield found.remark(problem, node, triple, expected=VALID)


def _declared(index: ShapesIndex, node: Value) -> Iterator[tuple[str, Any]]:
    """Yield the prefixes that a query may use: those of the header that it names."""
    for header in index.objects(node, sh("prefixes")):
        for declaration in index.objects(header, sh("declare")):
            for prefix in index.objects(declaration, sh("prefix")):
                for iri in index.objects(declaration, sh("namespace")):
                    yield prefix.value, iri.value


def _problem(text: str, prefixes: dict[str, Any]) -> str:
    for word in PATH:
        text = text.replace(word, "rdf:type")
    try:
        query = prepareQuery(text, initNs=prefixes)
    except ParseException as error:
        return f"the query is not valid SPARQL at its line {error.lineno}: {error.line.strip()}"
    except Exception as error:  # rdflib raises the class itself for an unknown prefix
        return f"the query is not valid SPARQL: {error}"
    leaving: list[str] = []

    def visit(part: Any) -> None:
        if getattr(part, "name", "") == "ServiceGraphPattern":
            leaving.append("SERVICE")

    traverse(query.algebra, visitPost=visit)
    if query.algebra.datasetClause:
        leaving.append("FROM")
    return f"the query uses {leaving[0]}, and netkg reads nothing but the case" if leaving else ""
