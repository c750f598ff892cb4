"""GEXF 1.3, for Gephi.

It is the first version in which an edge has a kind, so that Gephi keeps two edges of
different kinds between the same nodes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from xml.etree.ElementTree import Element, SubElement

import networkx as nx

from netkg.graph.formats.exchange import (
    TYPES,
    about,
    color_of,
    columns,
    size_of,
    text_of,
    without,
    xml_of,
)
from netkg.graph.layout.looks import edge_look, look
from netkg.graph.layout.place import place

__all__ = ["gexf"]

_SHAPES: Final = {"box": "square", "cut": "diamond", "folder": "square", "note": "triangle"}
# What the elements themselves have.
_NODE: Final = ("label",)
_EDGE: Final = ("kind", "label", "weight")


def gexf(graph: nx.MultiDiGraph) -> str:
    """Write the graph with places, colors, sizes and shapes; y grows upwards, as in Gephi."""
    root = Element(
        "gexf",
        {
            "xmlns": "http://gexf.net/1.3",
            "xmlns:viz": "http://gexf.net/1.3/viz",
            "version": "1.3",
        },
    )
    meta = SubElement(root, "meta")
    SubElement(meta, "creator").text = "netkg"
    SubElement(meta, "description").text = about(graph)
    body = SubElement(root, "graph", mode="static", defaultedgetype="directed")
    _declare(body, "node", [without(data, *_NODE) for _, data in graph.nodes(data=True)])
    _declare(body, "edge", [without(data, *_EDGE) for *_, data in graph.edges(data=True)])
    _add_nodes(SubElement(body, "nodes"), graph)
    _add_edges(SubElement(body, "edges"), graph)
    return xml_of(root)


def _declare(body: Element, element: str, rows: list[dict[str, Any]]) -> None:
    found = columns(rows)
    if found:
        declared = SubElement(body, "attributes", {"class": element, "mode": "static"})
        for name, type_ in found.items():
            SubElement(declared, "attribute", id=name, title=name, type=TYPES[type_])


def _add_nodes(body: Element, graph: nx.MultiDiGraph) -> None:
    layout = place(graph)
    for id_, data in graph.nodes(data=True):
        box, style = layout.boxes[id_], look(data)
        node = SubElement(body, "node", id=id_, label=data["label"])
        _add_values(node, without(data, *_NODE))
        _add_viz(node, "color", color_of(style.border))
        _add_viz(node, "position", {"x": box.x, "y": -box.y, "z": 0.0})
        _add_viz(node, "size", {"value": size_of(data)})
        _add_viz(node, "shape", {"value": _SHAPES.get(style.shape, "disc")})


def _add_edges(body: Element, graph: nx.MultiDiGraph) -> None:
    rows = graph.edges(keys=True, data=True)
    for number, (start, end, kind, data) in enumerate(rows, start=1):
        style = edge_look(kind)
        edge = SubElement(body, "edge", id=f"e{number}", source=start, target=end)
        edge.attrib |= {"label": data["label"], "kind": kind}
        if "weight" in data:
            edge.set("weight", text_of(float(data["weight"])))
        _add_values(edge, without(data, *_EDGE))
        _add_viz(edge, "color", color_of(style.color))
        _add_viz(edge, "thickness", {"value": style.width})
        _add_viz(edge, "shape", {"value": style.line})


def _add_values(element: Element, row: dict[str, Any]) -> None:
    if row:
        values = SubElement(element, "attvalues")
        for name, value in row.items():
            SubElement(values, "attvalue", {"for": name, "value": text_of(value)})


def _add_viz(element: Element, name: str, values: Mapping[str, str | int | float]) -> None:
    SubElement(element, f"viz:{name}", {key: text_of(value) for key, value in values.items()})
