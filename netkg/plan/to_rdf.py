"""Write plans as RDF: the case, and the triples of its plan (:mod:`netkg.plan.triples`)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Literal

import pyoxigraph as ox
from rdflib import Graph

from netkg.case.model import Case
from netkg.namespaces import PREFIXES
from netkg.ontology.conversion import as_written, triple_to_rdflib
from netkg.plan.model import Plan
from netkg.plan.triples import plan_triples
from netkg.result import escape_turtle, json_text

__all__ = ["graph_of", "plan_graph", "serialize_plan"]


def plan_graph(plan: Plan, case: Case, inferred: Iterable[ox.Triple] = ()) -> Graph:
    """Return a plan, with the case that it answers and what is inferred from it, as one graph."""
    return graph_of([*case.triples, *inferred, *plan_triples(plan, case)])


def graph_of(triples: Iterable[ox.Triple]) -> Graph:
    """Return triples as an rdflib graph with the usual prefixes."""
    graph = Graph()
    for prefix, iri in PREFIXES.items():
        graph.bind(prefix, iri)
    for triple in triples:
        subject, predicate, object_ = triple_to_rdflib(triple)
        graph.add((subject, predicate, as_written(object_)))
    return graph


def serialize_plan(
    plan: Plan,
    case: Case,
    *,
    format: Literal["turtle", "jsonld"],
    inferred: Iterable[ox.Triple] = (),
) -> str:
    """Return a plan as Turtle or as JSON-LD, with what is inferred from the case if it is given."""
    graph = plan_graph(plan, case, inferred)
    if format == "turtle":
        return escape_turtle(graph.serialize(format="turtle"))
    context: dict[str, Any] = dict(PREFIXES)
    # rdflib writes nodes and values in no fixed order.
    tree = json.loads(graph.serialize(format="json-ld", context=context, auto_compact=False))
    return json_text(_ordered(tree)) + "\n"


def _ordered(tree: Any) -> Any:
    """Sort the parts that JSON-LD has in any order (a plan has no RDF lists)."""
    if isinstance(tree, dict):
        return {key: _ordered(value) for key, value in sorted(tree.items())}
    if isinstance(tree, list):
        return sorted(map(_ordered, tree), key=lambda item: json.dumps(item, sort_keys=True))
    return tree
