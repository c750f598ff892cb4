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
        GraphError: if the format is unknown, or a program that it needs is not installed.
    """
    # Each format has imports of its own, and one is written at a time.
    if format in ("graphml", "gexf", "cytoscape", "cx2", "json"):
        from netkg.graph.formats import exchange

        writers = {
            "cx2": exchange.cx2,
            "cytoscape": exchange.cytoscape,
            "gexf": exchange.gexf,
            "graphml": exchange.graphml,
            "json": exchange.node_link,
        }
        return writers[format](graph)
    if format == "html":
        from netkg.graph.formats.html import page

        return page(graph, whole)
    if format == "mermaid":
        from netkg.graph.formats.mermaid import mermaid

        return mermaid(graph)
    if format in ("png", "svg"):
        from netkg.graph.formats.canvas import png
        from netkg.graph.formats.svg import svg

        return svg(graph) if format == "svg" else png(svg(graph))
    if format == "dot":
        from netkg.graph.formats.dot import dot

        return dot(graph)
    raise unknown("format", format, FORMATS)
