"""Write all that is known of cases as one set of named graphs, for any quad store.

Its graphs are those that queries run over (:mod:`netkg.query.dataset`), and that of the shapes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Final, Literal, TypeAlias

import pyoxigraph as ox

from netkg.namespaces import PREFIXES, local_name
from netkg.ontology.writing import turtle_body, turtle_head
from netkg.query.dataset import GRAPH_BASE, GRAPHS, Dataset
from netkg.result import escape_turtle

__all__ = ["EXPORTED", "Format", "serialize_dataset"]

Format: TypeAlias = Literal["trig", "nquads"]
EXPORTED: Final[Mapping[str, str]] = {**GRAPHS, "shapes": "the SHACL shapes of cases"}


def serialize_dataset(dataset: Dataset, shapes: Iterable[ox.Triple], *, format: Format) -> str:
    """Return a data set, with the graph of these shapes, as TriG or N-Quads.

    The same cases, ontology and shapes give the same text: quads are sorted, and blank nodes
    have canonical names (RDFC-1.0).
    """
    name = ox.NamedNode(GRAPH_BASE + "shapes")
    whole = ox.Dataset(dataset)
    for triple in shapes:
        whole.add(ox.Quad(triple.subject, triple.predicate, triple.object, name))
    whole.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    quads = sorted(whole, key=lambda quad: (quad.graph_name.value, str(quad)))
    if format == "nquads":
        return escape_turtle((ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"").decode())
    graphs = "".join(
        f"\ngraph:{name} {{\n{turtle_body(quad.triple for quad in own)}}}\n"
        for name, own in groupby(quads, key=lambda quad: local_name(quad.graph_name.value))
    )
    document = dataset.document
    notes = (document.edition, document.disclaimer) if document is not None else ()
    return turtle_head(notes, {**PREFIXES, "graph": GRAPH_BASE}) + graphs.lstrip("\n")
