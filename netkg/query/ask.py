"""Query the graph in SPARQL: with a query of the library, a file, or a text.

A query that could reach other data is refused (:mod:`netkg.query.guard`), and runs in a
process that could not reach them (:mod:`netkg.worker`), for a limited time. Parameters are
bound as terms and never become part of the text.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from netkg.case.days import Day, as_day
from netkg.case.loading import CaseLike, load_cases
from netkg.errors import InputError, KnowledgeError
from netkg.namespaces import PREFIXES
from netkg.ontology.files import default_folders
from netkg.ontology.query_header import OVER
from netkg.ontology.text_files import read_text
from netkg.query.answer import Answer, Term, label_blanks
from netkg.query.dataset import GRAPH_BASE, Dataset
from netkg.query.guard import check
from netkg.query.library import Competency, read_competency, read_library
from netkg.query.parameters import Given, bind
from netkg.suggestions import closest, did_you_mean
from netkg.worker.client import query as run
from netkg.worker.process import Failed

if TYPE_CHECKING:
    from netkg.plan.engine import Engine

__all__ = ["answer", "ask", "find", "library", "read_file", "read_query"]


_LOG = logging.getLogger(__name__)
_KNOWN_PREFIXES: Final = {**PREFIXES, "graph": GRAPH_BASE}
_NEEDS: Final = {"ontology": "the ontology", "case": "cases", "plan": "the plans of cases"}
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
    dataset = Dataset(engine.schema) if engine is not None else Dataset.of_ontology()
    dataset.as_of = None if as_of is None else as_day(as_of)
    for case in load_cases(cases, schema=dataset.schema):
        dataset.add(case, engine=engine if scope == "plan" else None, as_of=as_of)
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
    bound = bind(query, given or {}, dataset)
    _LOG.info("asked %s over %d triples", query.id or "a query", len(dataset))
    as_of = dataset.as_of.isoformat() if dataset.as_of is not None and dataset.cases else ""
    names = {node: name for case in dataset.cases.values() for node, name in case.names.items()}
    of_terms = partial(Answer.of_terms, as_of=as_of, guideline=dataset.document, names=names)
    try:
        found = run(
            query.text,
            dataset.base,
            dataset.store,
            prefixes=_KNOWN_PREFIXES,
            bound=bound,
            source=query.name,
        )
    except Failed as error:
        raise _not_answered(query, error) from None
    if found.truth is not None:
        return of_terms("truth", truth=found.truth)
    if found.columns is None:
        triples = tuple(sorted(found.rows, key=str))
        return of_terms("graph", ("subject", "predicate", "object"), triples)
    columns, rows = _shown(query, found.columns, found.rows)
    if not sorts:
        # A store gives rows in an order of its own.
        rows.sort(key=lambda row: [_sortable(term) for term in row])
    return of_terms("rows", columns, label_blanks(rows))


def _not_answered(query: Competency, error: Failed) -> InputError:
    """Return the error for a query that the engine refuses."""
    unknown = re.search(r"variable \?(\w+) in its SELECT", error.message)
    if unknown:
        return InputError(
            f"the parameter {unknown[1]} is not bound, since the query does not select it",
            source=query.name,
            expected=f"?{unknown[1]} after SELECT, in addition to the columns (it is not shown"
            " if the header has a line #+ column: for each of these)",
        )
    if error.kind != "SyntaxError":
        return InputError(f"cannot be answered: {error}", source=query.name)
    place = _PLACE.search(error.message)
    if place is None:
        return InputError(f"not valid SPARQL 1.1: {error}", source=query.name)
    line, column = int(place[1]), int(place[2])
    lines = query.text.split("\n")
    there = lines[line - 1][column - 1 :].strip() if line <= len(lines) else ""
    return InputError(
        f"not valid SPARQL 1.1 at column {column}",
        source=query.name,
        line=line,
        found=there[:40] or "the end of the line",
    )


def _shown(
    query: Competency, names: Sequence[str], rows: Iterable[tuple[Term | None, ...]]
) -> tuple[tuple[str, ...], list[tuple[Term | None, ...]]]:
    """Return columns and rows, without the parameters that are not columns of the header."""
    hidden = {parameter.name for parameter in query.parameters}
    hidden -= {column.name for column in query.columns}
    shown = [place for place, name in enumerate(names) if not query.columns or name not in hidden]
    columns = tuple(names[place] for place in shown)
    return columns, [tuple(row[place] for place in shown) for row in rows]


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
