"""The SPARQL 1.1 Query Results JSON Format, with what every answer carries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import pyoxigraph as ox

from netkg.namespaces import XSD
from netkg.ontology.document import Guideline
from netkg.result import IsoDay, Result, json_form

__all__ = [
    "About",
    "ResultsDocument",
    "ResultsHead",
    "ResultsRows",
    "ResultsTerm",
    "ResultsTriple",
    "Term",
    "results_term",
]

Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


@dataclass(frozen=True, slots=True)
class ResultsTriple(Result):
    """A triple as a value, of RDF-star."""

    subject: ResultsTerm
    predicate: ResultsTerm
    object: ResultsTerm


@dataclass(frozen=True, slots=True)
class ResultsTerm(Result):
    """An RDF term."""

    type: Literal["uri", "bnode", "literal", "triple"]
    value: str | ResultsTriple
    language: str | None = field(metadata=json_form(key="xml:lang", omit=None), default=None)
    datatype: str | None = field(metadata=json_form(omit=None), default=None)


@dataclass(frozen=True, slots=True)
class ResultsHead(Result):
    """The names of the columns, and the IRI of the guideline."""

    vars: tuple[str, ...] | None = field(metadata=json_form(omit=None))
    link: tuple[str, ...] = field(metadata=json_form(omit=()))


@dataclass(frozen=True, slots=True)
class ResultsRows(Result):
    """The rows, each with the terms that are bound in it."""

    bindings: tuple[Mapping[str, ResultsTerm], ...]


@dataclass(frozen=True, slots=True)
class About(Result):
    """What every answer carries: the evaluation date, the guideline, the disclaimer."""

    as_of: IsoDay = field(metadata=json_form(omit=""))
    guideline: Guideline | None = field(
        metadata=json_form(keys=("iri", "version", "review_status", "label"), omit=None)
    )
    disclaimer: str = field(metadata=json_form(omit=""))


@dataclass(frozen=True, slots=True)
class ResultsDocument(Result):
    """SPARQL 1.1 Query Results JSON, with what every answer carries under ``netkg``."""

    head: ResultsHead
    boolean: bool | None = field(metadata=json_form(omit=None))
    results: ResultsRows | None = field(metadata=json_form(omit=None))
    netkg: About


def results_term(term: Term) -> ResultsTerm:
    """Return a term in its JSON form."""
    if isinstance(term, ox.NamedNode):
        return ResultsTerm("uri", term.value)
    if isinstance(term, ox.BlankNode):
        return ResultsTerm("bnode", term.value)
    if isinstance(term, ox.Triple):
        return ResultsTerm("triple", ResultsTriple(*map(results_term, term)))
    datatype = None if term.language or term.datatype.value == XSD + "string" else term.datatype
    return ResultsTerm("literal", term.value, term.language, datatype and datatype.value)
