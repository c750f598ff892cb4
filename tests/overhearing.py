"""Overhear the queries that an engine runs for a case, and run them again with rdflib.

The queries are plain SPARQL 1.1, so rdflib must give what pyoxigraph gives. What the store held
at the moment of a query is kept with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from unittest.mock import patch

import pyoxigraph as ox
from rdflib import BNode, Graph, Literal
from rdflib.term import Node

from netkg.case.model import Case
from netkg.ontology.conversion import to_rdflib
from netkg.plan.engine import Engine
from netkg.reasoning.rules import Workspace

__all__ = ["Run", "disagreements", "overhear"]

Statement = tuple[object, ...]


@dataclass
class Run:
    """One recorded query: what was new in the store at that time, and its output."""

    name: str
    text: str
    bound: dict[str, int]
    fresh: list[ox.Triple]
    output: list[ox.Triple]


def overhear(engine: Engine, case: Case, as_of: date) -> list[Run]:
    """Derive the plan of a case, and return the queries that were run for it."""
    known: set[ox.Triple] = set()
    runs: list[Run] = []
    original = Workspace.construct

    def construct(self: Workspace, name: str, text: str, **bound: int) -> Iterator[ox.Triple]:
        fresh = [t for quad in self._store if (t := quad.triple) not in known]
        known.update(fresh)
        output = list(original(self, name, text, **bound))
        runs.append(Run(name, text, bound, fresh, output))
        return iter(output)

    with patch.object(Workspace, "construct", construct):
        engine.derive(case, as_of=as_of)
    return runs


def disagreements(runs: list[Run]) -> Iterator[str]:
    """Yield the name of each query for which rdflib gives something else."""
    graph = Graph()
    for run in runs:
        for triple in in_rdflib(run.fresh):
            graph.add(triple)
        bound = {name: Literal(value) for name, value in run.bound.items()}
        result = graph.query(run.text, initBindings=bound)
        found, wanted = statements(result.graph or ()), statements(in_rdflib(run.output))
        if found != wanted:
            yield f"{run.name}: {sorted(map(str, found ^ wanted))[:2]}"


def plain(term: Node) -> object:
    """Make a term comparable: numbers by their value, since their forms differ.

    A quotient has 18 decimals in pyoxigraph, and 28 digits in rdflib.
    """
    if isinstance(term, Literal) and term.value is not None and not isinstance(term.value, str):
        value = str(round(float(term.value), 15)) if is_number(term) else str(term)
        return (str(term.datatype), value)
    return term.n3()


def is_number(term: Literal) -> bool:
    return isinstance(term.value, (int, float)) or type(term.value).__name__ == "Decimal"


def statements(triples: Any) -> set[Statement]:
    """Make triples comparable: what is said of a blank node stands for the node."""
    found: set[Statement] = set()
    nameless: dict[Node, set[Statement]] = {}
    for subject, predicate, object_ in triples:
        said = (predicate.n3(), plain(object_))
        if isinstance(subject, BNode):
            nameless.setdefault(subject, set()).add(said)
        else:
            found.add((subject.n3(), *said))
    return found | {tuple(sorted(said, key=str)) for said in nameless.values()}


def in_rdflib(triples: list[ox.Triple]) -> list[tuple[Node, ...]]:
    return [tuple(map(to_rdflib, (t.subject, t.predicate, t.object))) for t in triples]
