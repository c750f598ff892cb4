"""The reference for what shapes find in cases: pySHACL on rdflib.

It validates many cases in one call, as an rdflib graph: pySHACL also validates a pyoxigraph
store, but takes almost twice as long for 25 cases, and 60 times as long for 1,000 (0.40.1).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Final

import pyoxigraph as ox
import pyshacl
from pyshacl.errors import ReportableRuntimeError
from rdflib import BNode, Graph, Literal
from rdflib.namespace import SH
from rdflib.term import Node

from netkg.case.finding import SEVERAL, ShapeResult
from netkg.case.model import Case
from netkg.errors import KnowledgeError
from netkg.ontology.conversion import from_rdflib, triple_to_rdflib
from netkg.ontology.terms import ILL_TYPED

__all__ = ["Reference"]

_PARTS: Final = (
    *(SH.focusNode, SH.sourceShape, SH.sourceConstraintComponent),
    *(SH.resultPath, SH.value),
)


class Reference:
    """Validator of cases by pySHACL; ``vocabulary`` are the types of coded values."""

    def __init__(self, shapes: Iterable[ox.Triple], vocabulary: Iterable[ox.Triple]) -> None:
        self._shapes, self._vocabulary = (Graph(store="SimpleMemory") for _ in range(2))
        for graph, triples in ((self._shapes, shapes), (self._vocabulary, vocabulary)):
            for triple in triples:
                graph.add(triple_to_rdflib(triple))

    def results(self, cases: Sequence[Case], types: Iterable[ox.Triple]) -> list[list[ShapeResult]]:
        """Return what the shapes find in each of some cases, which share no node.

        ``types`` are the classes of records that rules and criteria have derived.

        Raises:
            KnowledgeError: if a shape cannot be evaluated.
        """
        graph = Graph()
        graph += self._vocabulary
        for triple in chain.from_iterable([*(case.triples for case in cases), types]):
            graph.add(_copied_safely(triple_to_rdflib(triple)))
        found: list[list[ShapeResult]] = [[] for _ in cases]
        owner = {node: place for place, case in enumerate(cases) for node in case.nodes}
        for result in self._evaluated(graph):
            if result.focus in owner:
                found[owner[result.focus]].append(result)
        return found

    def _evaluated(self, graph: Graph) -> Iterable[ShapeResult]:
        try:
            _, report, _ = pyshacl.validate(
                graph,
                shacl_graph=self._shapes,
                inplace=True,
                do_owl_imports=False,
                inference="none",
            )
        except (ReportableRuntimeError, ValueError) as error:
            raise KnowledgeError(f"a shape cannot be evaluated: {error}") from None
        if not isinstance(report, Graph):
            raise KnowledgeError(f"a shape cannot be evaluated: {report}")
        for result in report.objects(None, SH.result):
            focus, shape, component, path, value = (report.value(result, part) for part in _PARTS)
            several = isinstance(path, BNode)
            yield ShapeResult(
                str(focus),
                str(shape),
                str(component),
                SEVERAL if several else None if path is None else str(path),
                None if value is None else _as_read(value),
            )


def _copied_safely(triple: tuple[Node, Node, Node]) -> tuple[Node, Node, Node]:
    """Return a triple with a datatype that rdflib does not know in place of one that does not fit.

    pySHACL copies literals into its report; rdflib would read the copy, fail, and log its text.
    """
    subject, predicate, object_ = triple
    if isinstance(object_, Literal) and object_.ill_typed:
        object_ = Literal(str(object_), datatype=ILL_TYPED + str(object_.datatype))
    return subject, predicate, object_


def _as_read(value: Node) -> str:
    """Return a value as it was before it was copied."""
    term = from_rdflib(value)
    if isinstance(term, ox.Literal) and term.datatype.value.startswith(ILL_TYPED):
        datatype = term.datatype.value.removeprefix(ILL_TYPED)
        term = ox.Literal(term.value, datatype=ox.NamedNode(datatype))
    return str(term)
