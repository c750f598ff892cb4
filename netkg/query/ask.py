"""Query the graph in SPARQL: with a query of the library, a file, or a text.

A query that could reach other data is refused (:mod:`netkg.query.guard`), and runs in a
process that could not reach them (:mod:`netkg.worker`), for a limited time. The values of
parameters become terms in ``VALUES`` clauses (:mod:`netkg.query.placement`), and no other text
becomes part of a query.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from netkg.case.days import Day, as_day
from netkg.case.loading import CaseLike, load_cases
from netkg.errors import InputError, KnowledgeError
from netkg.ontology.files import default_folders
from netkg.ontology.query_header import EACH, OVER
from netkg.ontology.text_files import read_text
from netkg.ontology.tokens import line_and_column, offset, tokens
from netkg.query.answer import Answer, Term, label_blanks
from netkg.query.dataset import KNOWN_PREFIXES, Dataset
from netkg.query.faults import cause
from netkg.query.guard import check
from netkg.query.library import Competency, read_competency, read_library
from netkg.query.names import check_names
from netkg.query.parameters import Given, bind
from netkg.query.placement import Edited, in_place
from netkg.query.predicates import predicates
from netkg.suggestions import closest, did_you_mean
from netkg.worker.client import query as run
from netkg.worker.process import Failed

if TYPE_CHECKING:
    from netkg.plan.engine import Engine

__all__ = ["answer", "ask", "find", "library", "read_file", "read_query", "show"]


_LOG = logging.getLogger(__name__)
_NEEDS: Final = {"ontology": "the ontology", "case": "cases", "plan": "the plans of cases"}
_PARAMETERS: Final = re.compile(r"^#\+ param: .*\n", re.MULTILINE)
_FUNCTION: Final = re.compile(r"custom function (<[^>]*>) is not supported")
_PLACE: Final = re.compile(r"error at (\d+):(\d+)")


def library() -> tuple[Competency, ...]:
    """Return the queries that came with the package, sorted by id.

    >>> library()[0].id
    'cq01'
    """
    return read_library(default_folders().queries / "competency")


def find(name: str, queries: Iterable[Competency]) -> Competency:
    """Find a query by its id, by its question or by its whole name.

    Raises:
        InputError: if there is none with that name.
    """
    known = {alias.casefold(): query for query in queries for alias in query.names}
    wanted = re.sub("^cq([0-9])$", r"cq0\1", name.casefold().removesuffix(".rq"))
    found = known.get(wanted)
    if found is None:
        close = closest(name, [alias for query in known.values() for alias in query.names])
        raise InputError(
            f"unknown query {name!r}",
            expected="a name that netkg query --list shows, or a file",
            hint=did_you_mean(close),
        )
    return found


def read_query(text: str, *, source: str = "") -> Competency:
    """Return a query from outside the library, with its header if it has one.

    Raises:
        InputError: if the header is not valid.
    """
    try:
        return read_competency(text, name=source or "the query", place=source)
    except KnowledgeError as error:
        raise InputError(str(error)) from None


def read_file(path: Path) -> Competency:
    """Return the query in a file (see :func:`read_query`).

    Raises:
        InputError: if it cannot be read.
    """
    return read_query(read_text(path), source=str(path))


def ask(
    query: str | Path | Competency,
    *,
    cases: CaseLike | Iterable[CaseLike] = (),
    as_of: Day | None = None,
    over: str | None = None,
    engine: Engine | None = None,
    parameters: Mapping[str, Given] | None = None,
    **given: Given,
) -> Answer:
    """Run a query of the library by its name, a text, or a file by its path.

    ``over`` is ``"ontology"``, ``"case"`` or ``"plan"``; without it, what the query
    needs, or with cases their plans. A query over cases needs the day ``as_of``.
    Parameters of the query are given by their names, or in ``parameters`` if another
    argument has the same name. A case that violates the shapes has findings and no plan.

    >>> [row[0] for row in ask("cq04", citation=4).rows]
    ['MD-01', 'MD-03']

    Raises:
        InputError: if there is no such query, a parameter is wrong, or a case cannot
            be read.
        KnowledgeError: if a query of the library is at fault.
    """
    asked = _asked(query)
    some = not isinstance(cases, list | tuple) or bool(cases)
    scope = over or ("plan" if some else asked.over) or "ontology"
    if scope not in OVER:
        raise InputError(f"unknown scope {scope!r}", expected=f"one of {', '.join(OVER)}")
    if engine is None and (some or scope == "plan"):
        # A question about the ontology needs no engine, which is slower to import.
        from netkg.plan.engine import default_engine

        engine = default_engine()
    wanted = predicates(asked.text, KNOWN_PREFIXES)
    of_ontology = Dataset.of_ontology
    schema = engine.schema if engine is not None else None
    dataset = Dataset(schema, predicates=wanted) if schema else of_ontology(predicates=wanted)
    dataset.as_of = None if as_of is None else as_day(as_of)
    dataset.add_all(
        load_cases(cases, schema=dataset.schema),
        engine=engine if scope == "plan" else None,
        as_of=as_of,
    )
    return answer(asked, dataset, {**(parameters or {}), **given}, over=scope)


def answer(
    query: Competency,
    dataset: Dataset,
    given: Mapping[str, Given] | None = None,
    *,
    over: str = "",
) -> Answer:
    """Run a query over a data set, with what was given for its parameters.

    Raises:
        InputError: if the query is refused, is not SPARQL, or a parameter is not valid.
    """
    if over and query.over and list(OVER).index(over) < list(OVER).index(query.over):
        raise InputError(
            f"{query.name} queries {_NEEDS[query.over]}",
            found=f"over {over}",
            expected=f"over {query.over}, its default",
        )
    if (over or query.over) in ("case", "plan") and not dataset.cases:
        raise InputError(f"{query.name} queries cases", expected="at least one case")
    sorts = check(query.text, source=query.name)
    check_names(query.text, dataset, prefixes=KNOWN_PREFIXES, source=query.name)
    shown = _placed(query, dataset, given)
    _LOG.info("asked %s over %d triples", query.id or "a query", len(dataset))
    as_of = dataset.as_of.isoformat() if dataset.as_of is not None and dataset.cases else ""
    names = {node: name for case in dataset.cases.values() for node, name in case.names.items()}
    of_terms = partial(Answer.of_terms, as_of=as_of, guideline=dataset.document, names=names)
    try:
        found = run(
            shown.text,
            dataset.base,
            dataset.store,
            source=query.name,
        )
    except Failed as error:
        raise _not_answered(query, shown, error) from None
    if found.truth is not None:
        return of_terms("truth", truth=found.truth)
    if found.columns is None:
        triples = tuple(sorted(found.rows, key=str))
        return of_terms("graph", ("subject", "predicate", "object"), triples)
    rows = list(found.rows)
    if not sorts:
        # A store gives rows in an order of its own.
        rows.sort(key=lambda row: [_sortable(term) for term in row])
    return of_terms("rows", found.columns, label_blanks(rows))


def show(query: Competency, dataset: Dataset, given: Mapping[str, Given] | None = None) -> str:
    """Return SPARQL that gives the rows of a query in any engine, and needs no parameters.

    Raises:
        InputError: if the query is refused, or a parameter is not valid.
    """
    check(query.text, source=query.name)
    check_names(query.text, dataset, prefixes=KNOWN_PREFIXES, source=query.name)
    return _PARAMETERS.sub("", _placed(query, dataset, given).text).rstrip() + "\n"


def _placed(
    query: Competency, dataset: Dataset, given: Mapping[str, Given] | None = None
) -> Edited:
    """Return a query with what was given for its parameters in place.

    A parameter is not a column of its answer, unless the header has it as one, or it is
    answered for each value.

    Raises:
        InputError: if a parameter is not valid.
    """
    bound = bind(query, given or {}, dataset)
    used = {token.text[1:] for token in tokens(query.text) if token.kind == "variable"}
    for name in bound.keys() - used:
        raise InputError(
            f"the parameter {name} is not a variable of the query",
            source=query.name,
            expected=f"?{name} in the query, or a header without it",
        )
    hidden = {
        parameter.name
        for parameter in query.parameters
        if query.columns and (parameter.name in bound or parameter.default != EACH)
    }
    hidden -= {column.name for column in query.columns}
    edited = in_place(query.text, bound, prefixes=KNOWN_PREFIXES, hidden=hidden)
    check(edited.text, source=query.name)
    return edited


def _not_answered(query: Competency, shown: Edited, error: Failed) -> InputError:
    """Return the error for a query that the engine refuses."""
    if unknown := _FUNCTION.search(error.message):
        return InputError(
            f"the function {unknown[1]} is unknown",
            source=query.name,
            expected="a function of SPARQL 1.1",
        )
    if error.kind != "SyntaxError":
        return InputError(f"cannot be answered: {error}", source=query.name)
    if found := cause(query.text, error.message):
        line, column = line_and_column(query.text, found.token.at)
        return InputError(
            f"{found.problem} (column {column})",
            source=query.name,
            line=line,
            found=found.token.text[:40] if found.token.text.upper() not in found.problem else "",
            expected=found.expected,
        )
    place = _PLACE.search(error.message)
    if place is None:
        return InputError(f"not valid SPARQL 1.1: {error}", source=query.name)
    at = offset(shown.text, int(place[1]), int(place[2]))
    line, column = line_and_column(query.text, shown.place_before(at))
    lines = query.text.split("\n")
    there = lines[line - 1][column - 1 :].strip() if line <= len(lines) else ""
    return InputError(
        f"not valid SPARQL 1.1 at column {column}",
        source=query.name,
        line=line,
        found=there[:40] or "the end of the line",
    )


def _sortable(term: Term | None) -> str:
    # The label of a blank node differs from run to run.
    return "_:" if isinstance(term, ox.BlankNode) else str(term or "")


# -- the query -------------------------------------------------------------------------------
def _asked(query: str | Path | Competency) -> Competency:
    if isinstance(query, Competency):
        return query
    if isinstance(query, Path) or (query.endswith(".rq") and "\n" not in query):
        return read_file(Path(query))
    # A name has no blank, and almost every query has one.
    if re.search(r"[\s{]", query):
        return read_query(query)
    return find(query, library())
