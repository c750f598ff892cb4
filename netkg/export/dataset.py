"""Write all that is known of cases as one set of named graphs, for any quad store.

Its graphs are those that queries run over (:mod:`netkg.query.dataset`), and that of the shapes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, Literal, TypeAlias

import pyoxigraph as ox

from netkg.namespaces import PREFIXES
from netkg.ontology.writing import turtle_body, turtle_head
from netkg.query.dataset import GRAPH_BASE, GRAPHS, Dataset
from netkg.result import escape_turtle

__all__ = ["EXPORTED", "Format", "serialize_dataset"]

Format: TypeAlias = Literal["trig", "nquads"]
EXPORTED: Final[Mapping[str, str]] = {**GRAPHS, "shapes": "the SHACL shapes of cases"}


def serialize_dataset(
    dataset: Dataset, shapes: Iterable[ox.Triple], *, format: Format
) -> Iterator[str]:
    """Yield a data set, with the graph of these shapes, as parts of one text, graph by graph.

    The same cases, ontology and shapes give the same text: triples are sorted, and blank nodes
    have canonical names (RDFC-1.0).
    """
    if format == "trig":
        document = dataset.document
        notes = (document.edition, document.disclaimer) if document is not None else ()
        yield turtle_head(notes, {**PREFIXES, "graph": GRAPH_BASE})
    # Only ontology and shapes have blank nodes, whose names must differ between the two.
    common = ox.Dataset(
        ox.Quad(triple.subject, triple.predicate, triple.object, _graph(name))
        for name, triples in (
            ("schema", dataset.ontology),
            ("shapes", shapes),
        )
        for triple in triples
    )
    common.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    for name in sorted(EXPORTED):
        of_cases = dataset.store.quads_for_pattern(None, None, None, _graph(name))
        quads = sorted([*of_cases, *common.quads_for_graph_name(_graph(name))], key=str)
        if format == "nquads":
            yield escape_turtle((ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"").decode())
        elif quads:
            yield f"graph:{name} {{\n{turtle_body(quad.triple for quad in quads)}}}\n"


def _graph(name: str) -> ox.NamedNode:
    return ox.NamedNode(GRAPH_BASE + name)
