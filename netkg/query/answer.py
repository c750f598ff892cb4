"""The answer to a query, and the formats that other programs read.

Rows are written in the SPARQL results formats (JSON, CSV, TSV) or, in Turtle, in the
vocabulary for result sets of the SPARQL test suites; graphs are written as Turtle.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Any, Final, Literal, NamedTuple, TypeAlias

import pyoxigraph as ox

from netkg.errors import InputError
from netkg.namespaces import NETKG, PREFIXES, RDF, XSD
from netkg.ontology.document import Guideline
from netkg.ontology.writing import turtle_body, turtle_head
from netkg.query.dataset import GRAPH_BASE
from netkg.query.results import (
    About,
    ResultsDocument,
    ResultsHead,
    ResultsRows,
    Term,
    results_term,
)
from netkg.render.escape import escape_formulas, plain
from netkg.render.page import Page
from netkg.result import JSON, ColumnTypes, IsoDay, Result, counted

__all__ = ["Answer", "Term", "Value", "label_blanks"]

Value: TypeAlias = str | int | float | bool | Decimal | date | None
Rows: TypeAlias = tuple[tuple[Term | None, ...], ...]

_RESULTS: Final = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
_PREFIXES: Final = {**PREFIXES, "graph": GRAPH_BASE, "rs": _RESULTS}
_SHORT: Final = {NETKG: "", GRAPH_BASE: "graph:"} | {
    iri: f"{prefix}:" for prefix, iri in PREFIXES.items() if iri != NETKG
}
_INTEGERS: Final = (
    *("integer", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger"),
    *("nonPositiveInteger", "negativeInteger", "unsignedInt", "unsignedLong"),
    *("unsignedShort", "unsignedByte"),
)
# How to read a literal of each datatype, and the type of a column of a data frame.
_DATATYPES: Final[Mapping[str, tuple[Callable[[str], Value], Any]]] = {
    **dict.fromkeys((XSD + name for name in _INTEGERS), (int, int)),
    XSD + "boolean": ({"true": True, "1": True, "false": False, "0": False}.__getitem__, bool),
    XSD + "decimal": (Decimal, float),
    **dict.fromkeys((XSD + "double", XSD + "float"), (float, float)),
    XSD + "date": (date.fromisoformat, IsoDay),
}
# How many rows a notebook shows, and the length from which the words of a cell are wrapped.
SHOWN: Final = 20
_LONG: Final = 40


@dataclass(frozen=True, slots=True)
class Answer(Result):
    """The answer to a query: rows, yes or no, or a graph.

    ``kind`` says which; ``truth`` is None except for yes or no. Rows contain plain
    values: an IRI is its text, a number is a number, an unbound variable is None; the
    rows of a graph are its triples. ``as_of`` is the ISO day of an answer about
    cases, else empty; ``guideline`` is None if the ontology has none.
    """

    kind: Literal["rows", "truth", "graph"]
    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    truth: bool | None
    as_of: str = field(compare=False)
    guideline: Guideline | None = field(compare=False)
    names: Mapping[str, str] = field(compare=False, repr=False)
    terms: Rows = field(compare=False, repr=False)

    @classmethod
    def of_terms(
        cls,
        kind: Literal["rows", "truth", "graph"],
        columns: tuple[str, ...] = (),
        terms: Rows = (),
        *,
        truth: bool | None = None,
        as_of: str,
        guideline: Guideline | None,
        names: Mapping[str, str],
    ) -> Answer:
        """Return an answer made of RDF terms."""
        rows = tuple(tuple(_value(term) for term in row) for row in terms)
        return cls(kind, columns, rows, truth, as_of, guideline, names, terms)

    def __repr__(self) -> str:
        if self.kind == "truth":
            return f"<Answer: {'yes' if self.truth else 'no'}>"
        return f"<Answer: {self._count()} of {', '.join(self.columns)}>"

    def to_dict(self) -> JSON:
        """Return the SPARQL 1.1 Query Results JSON, with the day and the guideline under ``netkg``.

        Raises:
            InputError: if the answer is a graph.
        """
        self._refuse_graph("JSON")
        asked = self.kind == "truth"
        links = (self.guideline.iri,) if self.guideline else ()
        bindings = tuple(
            {
                name: results_term(term)
                for name, term in zip(self.columns, row, strict=True)
                if term is not None
            }
            for row in self.terms
        )
        return ResultsDocument(
            ResultsHead(None if asked else self.columns, links),
            self.truth,
            None if asked else ResultsRows(bindings),
            About(self.as_of, self.guideline, self.guideline.disclaimer if self.guideline else ""),
        ).to_dict()

    def to_csv(self, *, raw: bool = False) -> str:
        """Return the rows as SPARQL 1.1 Query Results CSV (lines end in CRLF).

        An apostrophe precedes what a spreadsheet would run as a formula; with ``raw``
        the texts are as they are.

        Raises:
            InputError: if the answer has no rows.
        """
        return self._results(ox.QueryResultsFormat.CSV, raw)

    def to_tsv(self, *, raw: bool = False) -> str:
        """Return the rows as SPARQL 1.1 Query Results TSV (``raw`` as for :meth:`to_csv`).

        Raises:
            InputError: if the answer has no rows.
        """
        return self._results(ox.QueryResultsFormat.TSV, raw)

    def _results(self, form: ox.QueryResultsFormat, raw: bool) -> str:
        self._refuse_graph(form.name)
        if self.kind == "truth":
            raise InputError(
                f"the answer to an ASK query cannot be written as {form.name}",
                expected="json or table",
            )
        body = {key: part for key, part in self.to_dict().items() if key != "netkg"}
        terms = [term for row in body["results"]["bindings"] for term in row.values()]
        for term in terms:
            if term["type"] == "literal" and not raw:
                term["value"] = escape_formulas(term["value"])
        found = ox.parse_query_results(json.dumps(body), format=ox.QueryResultsFormat.JSON)
        assert isinstance(found, ox.QuerySolutions)
        return (found.serialize(format=form) or b"").decode()

    def to_turtle(self) -> str:
        """Return a graph as it is; rows, yes and no in the result-set vocabulary."""
        triples = self._triples() if self.kind == "graph" else self._result_set()
        body = turtle_body(triples, _PREFIXES)
        notes = [self.guideline.edition, self.guideline.disclaimer] if self.guideline else []
        return turtle_head(notes, _PREFIXES, of=body) + body

    @property
    def closing_notice(self) -> str:
        """The text that closes every answer, empty if there is no guideline."""
        return "" if self.guideline is None else self.guideline.closing_notice

    def to_rows(self) -> list[JSON]:
        """Return one row per solution, by the names of the columns; yes or no is one row."""
        if self.kind == "truth":
            return [{"truth": self.truth}]
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]

    def column_types(self) -> ColumnTypes:
        """Return the types of the columns: those of the terms in them."""
        if self.kind == "truth":
            return {"truth": bool}
        columns = zip(*self.terms, strict=True) if self.terms else ((),) * len(self.columns)
        return {
            name: reduce(or_, {_type(term) for term in column if term is not None} or {str})
            for name, column in zip(self.columns, columns, strict=True)
        }

    def cells(self) -> list[list[str]]:
        """Return the rows as text that is safe to show.

        A term of the project is its local name, a case or a tumor its id.
        """
        return [[self._cell(term) for term in row] for row in self.terms]

    def _cell(self, term: Term | None) -> str:
        if term is None:
            return ""
        if not isinstance(term, ox.NamedNode):
            return plain(term.value if isinstance(term, ox.Literal) else str(term))
        iri = term.value
        if iri in self.names:
            return plain(self.names[iri])
        for namespace, prefix in _SHORT.items():
            if iri.startswith(namespace) and iri != namespace:
                return plain(prefix + iri.removeprefix(namespace))
        return plain(f"<{iri}>")

    def _page(self) -> Page:
        count = self._count()
        if self.kind == "truth":
            count = "Yes." if self.truth else "No."
        elif len(self.rows) > SHOWN:
            count = f"The first {SHOWN} of {count}. All of them: to_dataframe() or to_rows()."
        rows = [[_as_cell(term, self._cell(term)) for term in row] for row in self.terms[:SHOWN]]
        closing = self.closing_notice
        return Page("answer", columns=self.columns, rows=rows, count=count, closing=closing)

    def _repr_html_(self) -> str:
        return self._page().html()

    def _repr_markdown_(self) -> str:
        return self._page().markdown()

    def _count(self) -> str:
        return counted(len(self.rows), "triple" if self.kind == "graph" else "row")

    # -- parts -----------------------------------------------------------------------------
    def _triples(self) -> Iterator[ox.Triple]:
        for subject, predicate, object_ in self.terms:
            yield ox.Triple(subject, predicate, object_)  # type: ignore[arg-type]

    def _result_set(self) -> Iterator[ox.Triple]:
        top = ox.BlankNode("resultSet")
        yield ox.Triple(top, _node(RDF, "type"), _node(_RESULTS, "ResultSet"))
        if self.truth is not None:
            yield ox.Triple(top, _node(_RESULTS, "boolean"), ox.Literal(self.truth))
        for name in self.columns:
            yield ox.Triple(top, _node(_RESULTS, "resultVariable"), ox.Literal(name))
        for place, row in enumerate(self.terms, start=1):
            solution = ox.BlankNode(f"row{place}")
            yield ox.Triple(top, _node(_RESULTS, "solution"), solution)
            yield ox.Triple(solution, _node(_RESULTS, "index"), ox.Literal(place))
            for name, term in zip(self.columns, row, strict=True):
                if term is not None:
                    cell = ox.BlankNode(f"row{place}.{name}")
                    yield ox.Triple(solution, _node(_RESULTS, "binding"), cell)
                    yield ox.Triple(cell, _node(_RESULTS, "variable"), ox.Literal(name))
                    yield ox.Triple(cell, _node(_RESULTS, "value"), term)

    def _refuse_graph(self, form: str) -> None:
        if self.kind == "graph":
            raise InputError(f"a graph cannot be written as {form}", expected="turtle or table")


def label_blanks(rows: Iterable[tuple[Term | None, ...]]) -> Rows:
    """Return rows with blank nodes named in their order, since their own names are random."""
    names: dict[str, ox.BlankNode] = {}

    def named(term: Term | None) -> Term | None:
        if isinstance(term, ox.BlankNode):
            return names.setdefault(term.value, ox.BlankNode(f"b{len(names)}"))
        return term

    return tuple(tuple(named(term) for term in row) for row in rows)


def _node(namespace: str, name: str) -> ox.NamedNode:
    return ox.NamedNode(namespace + name)


class Cell(NamedTuple):
    """A cell of a table in a notebook: its words, what they are short for, and its kind."""

    words: str
    title: str
    kind: str


def _as_cell(term: Term | None, words: str) -> Cell:
    kind = "number" if _type(term) in (int, float) else "long" if len(words) > _LONG else "short"
    return Cell(words, term.value if isinstance(term, ox.NamedNode) else "", kind)


def _type(term: Term | None) -> Any:
    """Return the type of the values of a column with this term."""
    found = _DATATYPES.get(term.datatype.value) if isinstance(term, ox.Literal) else None
    return found[1] if found else str


def _value(term: Term | None) -> Value:
    if term is None:
        return None
    if not isinstance(term, ox.Literal):
        return term.value if isinstance(term, ox.NamedNode) else str(term)
    if found := _DATATYPES.get(term.datatype.value):
        read, _ = found
        # A literal that is not a value of its type stays as it is written.
        with suppress(ArithmeticError, LookupError, ValueError):
            return read(term.value)
    return term.value
