"""Write a graph in any of the formats."""

from __future__ import annotations

import networkx as nx

from netkg.graph.choices import FORMATS
from netkg.graph.views.elements import GraphError

__all__ = ["write"]


def write(
    graph: nx.MultiDiGraph, format: str, *, whole: nx.MultiDiGraph | None = None
) -> str | bytes:
    """Write a graph; PNG is bytes, all else text.

    ``whole`` is what the graph was folded from, which the page of ``html``
    shows on request; the other formats hold the graph alone. The same graph
    gives the same bytes.

    Raises:
        GraphError: if there is no such format, or what it needs is not installed.
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
    if format in ("dot", "png", "svg"):
        from netkg.graph.formats.graphviz import dot, picture

        if format == "dot":
            return dot(graph)
        drawn = picture(graph, format)
        return drawn if format == "png" else drawn.decode("utf-8")
    raise GraphError(f"there is no format {format!r}; expected one of {', '.join(FORMATS)}")
