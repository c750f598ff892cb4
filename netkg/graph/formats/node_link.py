"""The node-link JSON of networkx, which D3 reads too."""

from __future__ import annotations

import networkx as nx

from netkg.graph.formats.exchange import json_of
from netkg.graph.layout.looks import look
from netkg.graph.layout.place import place

__all__ = ["node_link"]


def node_link(graph: nx.MultiDiGraph) -> str:
    """Write nodes and edges, with the places and the colors of the nodes."""
    layout = place(graph)
    placed = graph.copy()
    for id_, data in placed.nodes(data=True):
        box, style = layout.boxes[id_], look(data)
        data |= {"x": box.x, "y": box.y, "color": style.border, "fill": style.fill}
    return json_of(nx.node_link_data(placed, edges="edges"))
