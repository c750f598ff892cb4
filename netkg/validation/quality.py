"""Find what an ontology lacks for its readers, by the queries of ``queries/quality``.

Nothing of this is refused: an ontology with such a finding gives the same answers, but an
editor, a catalog of ontologies or a reader finds less in it. Each query finds one fault: it
selects ``?term``, and in ``?found`` the value that is wrong, if there is one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyoxigraph as ox

from netkg.ontology.files import default_folders, read_queries
from netkg.ontology.folder import Folder, short
from netkg.ontology.query_header import read_header
from netkg.ontology.remark import Remark

__all__ = ["Fault", "QualityQuery", "check_quality", "find_faults", "read_quality"]


@dataclass(frozen=True, slots=True)
class QualityQuery:
    """One query; its name is that of the fault that it finds."""

    name: str
    problem: str
    solution: str
    text: str


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault that a query found in a term."""

    query: QualityQuery
    term: ox.NamedNode
    found: ox.NamedNode | ox.Literal | None = None

    @property
    def place(self) -> tuple[ox.NamedNode, ox.NamedNode | ox.Literal | None]:
        """The subject and the object of the triple that is wrong, if it is one."""
        return self.term, self.found


@cache
def read_quality(folder: Path | None = None) -> tuple[QualityQuery, ...]:
    """Return the queries of a folder, by default those of the package.

    >>> [query.problem for query in read_quality() if query.name == "missing-label"]
    ['The term has no label.']

    Raises:
        KnowledgeError: if there is none, or one has a wrong header.
    """
    queries = read_queries(folder or default_folders().queries / "quality")
    headers = ((name, text, read_header(text, place=f"{name}.rq")) for name, text in queries)
    return tuple(
        QualityQuery(name, header.problem, header.solution, text) for name, text, header in headers
    )


def find_faults(
    triples: Iterable[ox.Triple], queries: Iterable[QualityQuery] | None = None
) -> Iterator[Fault]:
    """Yield the faults of an ontology, query by query."""
    store = ox.Store()
    store.bulk_extend(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
    for query in read_quality() if queries is None else queries:
        for row in store.query(query.text):  # type: ignore[union-attr]
            yield Fault(query, *row)


def check_quality(found: Folder) -> Iterator[Remark]:
    """Yield a remark for each fault of an ontology, for information."""
    for fault in find_faults(found.triples):
        problem = fault.query.problem
        if fault.found is not None:
            problem = f"{problem.removesuffix('.')}: {short(fault.found)}."
        triple = next((t for t in found.triples if (t.subject, t.object) == fault.place), None)
        yield found.remark(f"{problem} {fault.query.solution}", fault.term, triple, refused=False)
