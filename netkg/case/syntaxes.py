"""Quads from JSON-LD, the other syntaxes of RDF, and rdflib graphs.

Nothing is ever fetched: the built-in JSON-LD context is the only one that may be
named by its IRI, and external entities of RDF/XML are refused.
Relative IRIs are resolved against a base that the readers remove again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import pyoxigraph as ox

from netkg.case.context import CONTEXT_IRI, context
from netkg.case.doctype import check_doctype
from netkg.case.identifiers import DOCUMENT
from netkg.case.literals import compact
from netkg.errors import InputError
from netkg.namespaces import XSD
from netkg.ontology.schema import Schema
from netkg.ontology.text_files import without_place
from netkg.worker.client import parse
from netkg.worker.process import Failed

__all__ = ["quads_from_graph", "quads_from_jsonld", "quads_from_text"]

_NAMES = {
    "turtle": "Turtle",
    "trig": "TriG",
    "ntriples": "N-Triples",
    "nquads": "N-Quads",
    "rdfxml": "RDF/XML",
}
_STRING = XSD + "string"

_DEFAULT = "urn:x-rdflib:default"


def quads_from_jsonld(
    tree: Any, *, schema: Schema, source: str = "", line: int | None = None
) -> list[ox.Quad]:
    """Expand JSON-LD to quads, by default with the built-in context.

    Raises:
        InputError: if it names a context that would have to be fetched, or is
            not JSON-LD.
    """
    terms = context(schema)
    try:
        local = [
            _local({"@context": CONTEXT_IRI, **item} if isinstance(item, Mapping) else item, terms)
            for item in (tree if isinstance(tree, list) else [tree])
        ]
        text = json.dumps(local, default=_number, allow_nan=False)
        return parse(text.encode(), "jsonld", base=DOCUMENT, lenient=True)
    except InputError as error:
        raise InputError(
            error.problem, source=source, line=line, found=error.found, expected=error.expected
        ) from None
    except ValueError:
        raise InputError(
            "contains a number that is not finite",
            source=source,
            line=line,
            expected="finite numbers",
        ) from None
    except Failed as error:
        raise InputError(
            f"not valid JSON-LD: {error.message}",
            source=source,
            line=line,
            expected="JSON-LD 1.1 that contains its context",
        ) from None


def _number(value: Any) -> float:
    """Return an exact decimal as a number that JSON can write."""
    if isinstance(value, Decimal) and value.is_finite():
        return float(value)
    raise InputError("contains a number that is too large", found=str(value))


def _local(value: Any, terms: Mapping[str, Any]) -> Any:
    """Return a copy of a document with the IRI of the built-in context replaced by it."""
    if isinstance(value, Mapping):
        return {
            key: _local_context(item, terms) if key == "@context" else _local(item, terms)
            for key, item in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [_local(item, terms) for item in value]
    return value


def _local_context(value: Any, terms: Mapping[str, Any]) -> Any:
    if isinstance(value, str):
        if value == CONTEXT_IRI:
            return terms
        raise _remote(value)
    if isinstance(value, (list, tuple)):
        return [_local_context(item, terms) for item in value]
    if isinstance(value, Mapping):
        if "@import" in value:
            raise _remote(value["@import"])
        return _local(value, terms)
    return value


def _remote(iri: Any) -> InputError:
    return InputError(
        "refers to a context on the network, and netkg fetches nothing",
        found=compact(iri),
        expected=f"the context in the file itself, or {CONTEXT_IRI}",
    )


def quads_from_text(text: str, kind: str, *, source: str = "") -> list[ox.Quad]:
    """Parse Turtle, TriG, N-Triples, N-Quads or RDF/XML; ``any`` is any except the last.

    Raises:
        InputError: if it does not have that syntax.
    """
    if kind == "any":
        return _quads_of_any(text, source)
    if kind == "rdfxml":
        check_doctype(text, source=source)
    base = None if kind in ("ntriples", "nquads") else DOCUMENT
    try:
        return parse(text.encode(), kind, base=base, source=source)
    except Failed as error:
        name = _NAMES[kind]
        reason = without_place(error.message)
        raise InputError(
            f"not valid {name}: {reason}",
            source=source,
            line=error.line,
            expected=f"a case in {name}",
        ) from None


def _quads_of_any(text: str, source: str) -> list[ox.Quad]:
    """Parse as TriG (which includes Turtle and N-Triples), else as N-Quads."""
    try:
        return quads_from_text(text, "trig", source=source)
    except InputError as first:
        if not first.problem.startswith("not valid"):
            raise  # beyond a limit, which another syntax does not change
        try:
            return quads_from_text(text, "nquads", source=source)
        except InputError:
            reason = first.problem.removeprefix("not valid TriG: ")
            raise InputError(
                f"neither JSON nor RDF; as Turtle or TriG: {reason}",
                source=source,
                line=first.line,
                expected="JSON, NDJSON, JSON-LD, Turtle, TriG, N-Triples, N-Quads or RDF/XML",
            ) from None


def quads_from_graph(graph: Any) -> Iterator[ox.Quad]:
    """Copy the triples of an rdflib graph or the quads of a dataset, term by term.

    Raises:
        InputError: if a term is not an RDF term.
    """
    blanks: dict[str, ox.BlankNode] = {}

    def copied(term: Any) -> Any:
        if hasattr(term, "datatype"):
            if term.language:
                return ox.Literal(str(term), language=term.language)
            return ox.Literal(str(term), datatype=ox.NamedNode(str(term.datatype or _STRING)))
        if hasattr(term, "defrag"):
            iri = str(term)
            return ox.NamedNode(iri if ":" in iri else DOCUMENT + quote(iri))
        return blanks.setdefault(str(term), ox.BlankNode())

    every = (None, None, None, None)
    rows = graph.quads(every) if hasattr(graph, "quads") else ((*t, None) for t in graph)
    try:
        for subject, predicate, value, name in sorted(rows, key=str):
            terms = copied(subject), copied(predicate), copied(value)
            name = getattr(name, "identifier", name)
            # An aggregate of graphs has a list of those that contain a triple.
            default = name is None or isinstance(name, list) or str(name) == _DEFAULT
            yield ox.Quad(*terms, ox.DefaultGraph() if default else copied(name))
    except (TypeError, ValueError) as error:
        raise InputError(
            f"contains a term that is not RDF: {error}", expected="RDF terms"
        ) from None
