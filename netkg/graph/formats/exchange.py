"""The exchange formats of graph programs."""

from __future__ import annotations

from io import BytesIO
from typing import Any, Final
from xml.etree.ElementTree import SubElement

import networkx as nx

from netkg.graph.layout.looks import look
from netkg.graph.layout.place import place
from netkg.graph.views.elements import GraphError, guideline_of
from netkg.result import json_text

__all__ = ["cx2", "cytoscape", "gexf", "graphml", "node_link"]

_SHAPES: Final = {"box": "square", "cut": "diamond", "folder": "square", "note": "triangle"}


def graphml(graph: nx.MultiDiGraph) -> str:
    """Write GraphML, with places and colors as attributes of the nodes."""
    body = BytesIO()
    nx.write_graphml_xml(_placed(graph), body, named_key_ids=True)
    return body.getvalue().decode("utf-8") + "\n"


def gexf(graph: nx.MultiDiGraph) -> str:
    """Write GEXF 1.2, with places, colors and shapes as Gephi shows them."""
    layout = place(graph)
    drawn = nx.MultiDiGraph(**graph.graph)
    for id_, data in graph.nodes(data=True):
        box, style = layout.boxes[id_], look(data)
        red, green, blue = (int(style.border[n : n + 2], 16) for n in (1, 3, 5))
        viz = {
            "color": {"r": red, "g": green, "b": blue, "a": 1.0},
            "position": {"x": box.x, "y": -box.y, "z": 0.0},
            "size": 10.0 + min(data.get("holds", 0), 40) / 2,
            "shape": _SHAPES.get(style.shape, "disc"),
        }
        drawn.add_node(id_, viz=viz, **data)
    for number, (start, end, kind, data) in enumerate(graph.edges(keys=True, data=True)):
        drawn.add_edge(start, end, kind, id=f"edge {number}", **data)
    body = BytesIO()
    # The writer adds the current date, but the same graph must give the same file.
    writer = nx.readwrite.gexf.GEXFWriter(encoding="utf-8", prettyprint=True, version="1.2draft")
    writer.add_graph(drawn)
    for meta in writer.xml.iter("meta"):
        meta.clear()
        SubElement(meta, "creator").text = "netkg"
        SubElement(meta, "description").text = about(graph)
    writer.write(body)
    return body.getvalue().decode("utf-8") + "\n"


def node_link(graph: nx.MultiDiGraph) -> str:
    """Write the node-link JSON of networkx, with the places of the nodes."""
    return _json(nx.node_link_data(_placed(graph), edges="edges"))


def cytoscape(graph: nx.MultiDiGraph) -> str:
    """Write the JSON of Cytoscape and Cytoscape.js, with the places of the nodes."""
    layout = place(graph)
    body = nx.cytoscape_data(graph)
    body["data"] = dict(graph.graph)
    for node in body["elements"]["nodes"]:
        box = layout.boxes[node["data"]["id"]]
        node["position"] = {"x": box.x, "y": box.y}
        # networkx writes the id there, which Cytoscape shows instead of the label.
        node["data"] |= {"name": node["data"]["label"], "value": node["data"]["id"]}
    for number, edge in enumerate(body["elements"]["edges"]):
        edge["data"]["id"] = f"edge {number}"
    return _json(body)


def cx2(graph: nx.MultiDiGraph) -> str:
    """Write CX2, the JSON of NDEx and of Cytoscape from 3.10 on.

    Raises:
        GraphError: if ndex2 is not installed.
    """
    try:
        from ndex2.cx2 import CX2Network
    except ImportError:
        raise GraphError(
            "The format cx2 needs ndex2, which is not installed. Run pip install 'netkg[cx2]', "
            "or choose the format cytoscape, which Cytoscape reads as well."
        ) from None
    layout = place(graph)
    network = CX2Network()
    network.set_network_attributes({**graph.graph, "description": about(graph)})
    numbers = {}
    for id_, data in graph.nodes(data=True):
        box = layout.boxes[id_]
        numbers[id_] = network.add_node(
            attributes={"name": data["label"], "key": id_, **data}, x=box.x, y=box.y
        )
    for start, end, kind, data in graph.edges(keys=True, data=True):
        network.add_edge(
            source=numbers[start],
            target=numbers[end],
            attributes={"interaction": kind, **data},
        )
    return _json(network.to_cx2())


def about(graph: nx.MultiDiGraph) -> str:
    """Return one line with the title of a graph, its guideline and the disclaimer."""
    return f"{graph.graph['name']}. {guideline_of(graph).closing_notice}"


def _placed(graph: nx.MultiDiGraph) -> nx.MultiDiGraph:
    layout = place(graph)
    placed = graph.copy()
    for id_, data in placed.nodes(data=True):
        box, style = layout.boxes[id_], look(data)
        data |= {"x": box.x, "y": box.y, "color": style.border, "fill": style.fill}
    return placed


def _json(value: Any) -> str:
    return json_text(value, indent=1) + "\n"
