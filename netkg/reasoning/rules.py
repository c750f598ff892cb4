"""The rules: CONSTRUCT queries that run over a store."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox

from netkg.errors import KnowledgeError
from netkg.ontology.files import read_queries
from netkg.reasoning.facts import Facts

__all__ = ["RuleSet", "StorePool", "Workspace"]

_LOG = logging.getLogger(__name__)


class RuleSet:
    """CONSTRUCT queries, run one after the other in the order of their names.

    Raises:
        KnowledgeError: if the folder contains no query.
    """

    def __init__(self, folder: Path) -> None:
        self.queries = read_queries(folder)

    def named(self, start: str, stop: str = "~") -> tuple[tuple[str, str], ...]:
        """Return the queries with names from ``start`` up to, but not including, ``stop``."""
        return tuple((name, text) for name, text in self.queries if start <= name < stop)


class StorePool:
    """A store of the schema, which batches of cases use one after the other.

    What was removed from an in-memory store keeps slowing it down, so the
    pool makes a new store after every ``RENEWAL`` triples. Text for people
    (language-tagged) is left out: queries do not read it.
    """

    RENEWAL = 20_000

    def __init__(self, schema: Iterable[ox.Quad]) -> None:
        self._schema = [
            quad
            for quad in schema
            if not (isinstance(quad.object, ox.Literal) and quad.object.language)
        ]
        self._store = self._fresh()
        self._used = 0

    def _fresh(self) -> ox.Store:
        store = ox.Store()
        store.bulk_extend(self._schema)
        return store

    def workspace(self, facts: Facts) -> Workspace:
        """Return a workspace in the store, to be used as a context manager."""
        if self._used > self.RENEWAL:
            self._store, self._used = self._fresh(), 0
        return Workspace(self, self._store, facts)

    def release(self, added: list[ox.Quad]) -> None:
        """Remove what a batch has added."""
        self._used += len(added)
        if self._used <= self.RENEWAL:
            for quad in added:
                self._store.remove(quad)


class Workspace:
    """A batch of cases together with the schema, to derive from both.

    What is added inside the context is removed at its end.
    """

    def __init__(self, pool: StorePool, store: ox.Store, facts: Facts) -> None:
        self._pool = pool
        self._store = store
        self._facts = facts
        self._added: list[ox.Quad] = []

    def __enter__(self) -> Workspace:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.release(self._added)

    @property
    def triples(self) -> list[ox.Triple]:
        """The triples added so far: the cases, and what was derived from them."""
        return [quad.triple for quad in self._added]

    def by_subject(self) -> dict[str, list[ox.Triple]]:
        """Return the triples added so far by their subjects, which no two cases share."""
        found: dict[str, list[ox.Triple]] = {}
        for quad in self._added:
            found.setdefault(quad.subject.value, []).append(quad.triple)  # type: ignore[union-attr]
        return found

    def add(self, triples: Iterable[ox.Triple]) -> None:
        """Add triples that are not in the schema."""
        quads = [ox.Quad(t.subject, t.predicate, t.object) for t in triples]
        fresh = [quad for quad in quads if quad not in self._store]
        self._store.extend(fresh)
        self._added.extend(fresh)

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

    def run(self, queries: Iterable[tuple[str, str]], **bound: int) -> list[ox.Triple]:
        """Run queries in order; each one sees the output of those before it."""
        derived: list[ox.Triple] = []
        for name, text in queries:
            plain = self._facts.add_output(self.construct(name, text, **bound), name)
            _LOG.debug("query %s: %d triples", name, len(plain))
            self.add(plain)
            derived.extend(plain)
        return derived
