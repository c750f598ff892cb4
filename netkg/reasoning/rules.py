"""Queries run by pyoxigraph: the reference for the compiled program.

Rules and plan queries are CONSTRUCT queries. Here they run as they are, over a store with the
ontology and one case; every answer of the compiled program must equal theirs.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

import pyoxigraph as ox

from netkg.errors import KnowledgeError
from netkg.ontology.files import LAST, read_queries
from netkg.ontology.terms import triple_of
from netkg.reasoning.facts import Facts

__all__ = ["QueryEngine", "RuleSet", "Workspace"]

_LOG = logging.getLogger(__name__)


class RuleSet:
    """CONSTRUCT queries, run one after the other in the order of their names.

    Raises:
        KnowledgeError: if the folder contains no query.
    """

    def __init__(self, folder: Path) -> None:
        self.queries = read_queries(folder)

    def named(self, start: str, stop: str = LAST) -> tuple[tuple[str, str], ...]:
        """Return the queries with names from ``start`` up to, but not including, ``stop``."""
        return tuple((name, text) for name, text in self.queries if start <= name < stop)


class QueryEngine:
    """A store of the ontology, which one case after the other uses.

    What was removed from an in-memory store keeps slowing it down, so there is a new store
    after every ``RENEWAL`` triples. Text for people (language-tagged) is left out: queries do
    not read it.
    """

    RENEWAL = 20_000

    def __init__(self, knowledge: Iterable[ox.Triple]) -> None:
        self._knowledge = [
            ox.Quad(triple.subject, triple.predicate, triple.object)
            for triple in knowledge
            if not (isinstance(triple.object, ox.Literal) and triple.object.language)
        ]
        self._store = self._fresh()
        self._used = 0
        self._lock = Lock()

    def _fresh(self) -> ox.Store:
        store = ox.Store()
        store.bulk_extend(self._knowledge)
        return store

    @contextmanager
    def workspace(self, facts: Facts) -> Iterator[Workspace]:
        """Lend the store for the facts of one case, which are removed at the end."""
        with self._lock:
            if self._used > self.RENEWAL:
                self._store, self._used = self._fresh(), 0
            workspace = Workspace(self._store, facts)
            try:
                yield workspace
            finally:
                self._used += len(workspace.added)
                for quad in workspace.added:
                    self._store.remove(quad)


class Workspace:
    """The facts of one case together with the ontology, to derive from both."""

    def __init__(self, store: ox.Store, facts: Facts) -> None:
        self._store = store
        self._facts = facts
        self._known = 0
        self.added: list[ox.Quad] = []

    def _update(self) -> None:
        """Add the facts that came since the last query."""
        triples = [triple_of(*fact) for fact in self._facts.log[self._known :]]
        self._known = len(self._facts.log)
        quads = [ox.Quad(t.subject, t.predicate, t.object) for t in triples]
        fresh = [quad for quad in quads if quad not in self._store]
        self._store.extend(fresh)
        self.added.extend(fresh)

    def construct(self, name: str, text: str, **bound: int) -> Iterator[ox.Triple]:
        """Run one CONSTRUCT query, with variables bound to integers."""
        values = {ox.Variable(key): ox.Literal(value) for key, value in bound.items()}
        try:
            result = self._store.query(text, substitutions=values)  # type: ignore[arg-type]
        except SyntaxError as error:
            raise KnowledgeError(f"not valid SPARQL 1.1: {error}", term=name) from error
        if not isinstance(result, ox.QueryTriples):
            raise KnowledgeError("not a valid rule", term=name, expected="a CONSTRUCT query")
        yield from result

    def run(self, queries: Iterable[tuple[str, str]], **bound: int) -> None:
        """Run queries in order; each one sees the output of those before it."""
        for name, text in queries:
            self._update()
            before = len(self._facts.log)
            self._facts.add_output(self.construct(name, text, **bound), name)
            _LOG.debug("query %s: %d facts", name, len(self._facts.log) - before)
