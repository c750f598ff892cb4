"""Run the CONSTRUCT queries of the project over a store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox

from netkg.errors import KnowledgeError
from netkg.facts import Facts
from netkg.resources import read_queries

__all__ = ["RuleSet", "Workspace"]


class RuleSet:
    """Hold CONSTRUCT queries, to be run one after the other in the order of their names.

    Raises:
        KnowledgeError: if the folder holds no query.
    """

    def __init__(self, folder: Path) -> None:
        self.queries = read_queries(folder)

    def named(self, start: str, stop: str = "~") -> tuple[tuple[str, str], ...]:
        """Give the queries whose names lie from ``start`` up to before ``stop``."""
        return tuple((name, text) for name, text in self.queries if start <= name < stop)


class Workspace:
    """Lend the store of the schema to one batch of cases, and clear it afterwards.

    A workspace is a context manager: whatever was added inside it is removed
    at its end, so that the store holds the schema alone again.
    """

    def __init__(self, store: ox.Store, facts: Facts) -> None:
        self._store = store
        self._facts = facts
        self._added: list[ox.Quad] = []

    def __enter__(self) -> Workspace:
        return self

    def __exit__(self, *_: object) -> None:
        for quad in self._added:
            self._store.remove(quad)

    @property
    def triples(self) -> list[ox.Triple]:
        """Give the triples added so far: the cases, and what was derived of them."""
        return [quad.triple for quad in self._added]

    def add(self, triples: Iterable[ox.Triple]) -> None:
        """Add triples that are not in the schema."""
        quads = [ox.Quad(t.subject, t.predicate, t.object) for t in triples]
        fresh = [quad for quad in quads if quad not in self._store]
        self._store.extend(fresh)
        self._added.extend(fresh)

    def construct(self, name: str, text: str, **bound: int) -> Iterator[ox.Triple]:
        """Run one CONSTRUCT query, with variables bound to whole numbers."""
        values = {
            ox.Variable(key): ox.Literal(value) for key, value in bound.items()
        }
        try:
            result = self._store.query(text, substitutions=values)  # type: ignore[arg-type]
        except SyntaxError as error:
            raise KnowledgeError(f"is not SPARQL 1.1: {error}", term=name) from error
        if not isinstance(result, ox.QueryTriples):
            raise KnowledgeError("is not a CONSTRUCT query", term=name)
        yield from result

    def run(self, queries: Iterable[tuple[str, str]], **bound: int) -> list[ox.Triple]:
        """Run queries in order; each one sees what those before it gave."""
        given: list[ox.Triple] = []
        for name, text in queries:
            plain = self._facts.derive(self.construct(name, text, **bound))
            self.add(plain)
            given.extend(plain)
        return given
