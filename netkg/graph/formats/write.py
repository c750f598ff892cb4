"""Write a graph in any format."""

from __future__ import annotations

import networkx as nx

from netkg.graph.choices import FORMATS
from netkg.graph.views.elements import unknown

__all__ = ["write"]


def write(
    graph: nx.MultiDiGraph, format: str, *, whole: nx.MultiDiGraph | None = None
) -> str | bytes:
    """Write a graph; PNG is bytes, every other format is text.

    ``whole`` is the graph that this one was folded from: a reader can open it in
    the page of ``html``; the other formats contain this graph only. The same graph
    gives the same bytes.

    Raises:
        GraphError: if the format is unknown.
    """
    # Each format has imports of its own, and one is written at a time.
    if format == "cx2":
        from netkg.graph.formats.cx2 import cx2

        return cx2(graph)
    if format == "cytoscape":
        from netkg.graph.formats.cytoscape import cytoscape

        return cytoscape(graph)
    if format == "dot":
        from netkg.graph.formats.dot import dot

        return dot(graph)
    if format == "gexf":
        from netkg.graph.formats.gexf import gexf

        return gexf(graph)
    if format == "graphml":
        from netkg.graph.formats.graphml import graphml

        return graphml(graph)
    if format == "html":
        from netkg.graph.formats.html import page

        return page(graph, whole)
    if format == "json":
        from netkg.graph.formats.node_link import node_link

        return node_link(graph)
    if format == "mermaid":
        from netkg.graph.formats.mermaid import mermaid

        return mermaid(graph)
    if format in ("png", "svg"):
        from netkg.graph.formats.picture import picture

        drawn = picture(graph)
        return drawn.svg() if format == "svg" else drawn.png()
    raise unknown("format", format, FORMATS)
