"""The library of queries: each with its question, its data and its parameters.

A query of the library is a file ``cqNN-<question>.rq`` with a complete header
(:mod:`netkg.ontology.query_header`). The query engine binds only variables that a query
selects, so a parameter is selected even if it is not a column, and is then left out of
the answer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from netkg.errors import KnowledgeError
from netkg.ontology.files import read_queries
from netkg.ontology.query_header import Column, Parameter, read_header
from netkg.result import Keys, Result

__all__ = ["Competency", "QueryList", "read_competency", "read_library"]

_STEM = re.compile(r"(cq\d\d)-([a-z0-9]+(?:-[a-z0-9]+)*)")


@dataclass(frozen=True, slots=True)
class Competency(Result):
    """One query with its header; ``id`` and ``slug`` are parts of its name.

    For a query outside the library they are empty, as is what its header leaves out.
    """

    json_keys: ClassVar[Keys] = (
        *("id", "name", "summary", "question", "over", "parameters", "columns"),
    )
    name: str
    text: str
    id: str = ""
    slug: str = ""
    summary: str = ""
    question: str = ""
    over: str = ""
    problem: str = ""
    solution: str = ""
    parameters: tuple[Parameter, ...] = ()
    columns: tuple[Column, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """All the names that find it."""
        return tuple(dict.fromkeys(name for name in (self.id, self.slug, self.name) if name))


@dataclass(frozen=True, slots=True)
class QueryList(Result):
    """What can be queried: the named graphs by their IRIs, and the queries of the library."""

    graphs: Mapping[str, str]
    queries: tuple[Competency, ...]


def read_library(folder: Path) -> tuple[Competency, ...]:
    """Return every query of a folder, sorted by id.

    Raises:
        KnowledgeError: if there is none, or one has a wrong name or header; the error
            names the file and the line.
    """
    found = []
    for stem, text in read_queries(folder):
        place = str(folder / f"{stem}.rq")
        match = _STEM.fullmatch(stem)
        if match is None:
            raise KnowledgeError("has no usable name", term=place, expected="cqNN-<question>.rq")
        query = read_competency(text, name=stem, place=place, id=match[1], slug=match[2])
        for key in ("summary", "question", "over", "columns"):
            if not getattr(query, key):
                key = key.removesuffix("s")
                raise KnowledgeError("is incomplete", term=place, expected=f"a line #+ {key}: …")
        found.append(query)
    ids = [query.id for query in found]
    for query in found:
        if ids.count(query.id) > 1:
            raise KnowledgeError(
                f"the id {query.id} is used twice", term=str(folder), expected="one query per id"
            )
    return tuple(sorted(found, key=lambda query: query.id))


def read_competency(
    text: str, *, name: str = "", place: str = "", id: str = "", slug: str = ""
) -> Competency:
    """Return a query with what its header says; ``place`` is what errors call it.

    Raises:
        KnowledgeError: if a line of the header is wrong; the error names it.
    """
    header = read_header(text, place=place)
    return Competency(
        name=name,
        text=text,
        id=id,
        slug=slug,
        summary=header.summary,
        question=header.question,
        over=header.over,
        problem=header.problem,
        solution=header.solution,
        parameters=header.parameters,
        columns=header.columns,
    )
