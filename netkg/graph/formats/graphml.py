"""GraphML, for yEd, Gephi, networkx and igraph.

The attributes are what Gephi and the libraries read; the graphics of yEd are in data
of their own. An id is a name of XML, and ``key`` is the id that the other formats have.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final
from xml.etree.ElementTree import Element, SubElement

import networkx as nx

from netkg.graph.formats.exchange import border_width, color_of, columns, size_of, text_of, xml_of
from netkg.graph.layout.looks import INK, EdgeLook, edge_look, look
from netkg.graph.layout.place import place
from netkg.graph.layout.placed import Box, EdgePath
from netkg.graph.layout.text import CAPTION_SIZE, FONT_SIZE

__all__ = ["graphml"]

_GRAPHML: Final = "http://graphml.graphdrawing.org/xmlns"
_YED: Final = "http://www.yworks.com/xml/graphml"
_TYPES: Final = {bool: "boolean", int: "int", float: "double", str: "string"}
# The ids of yEd, whose texts Gephi reads as labels.
_NODE_GRAPHICS: Final = "d3"
_EDGE_GRAPHICS: Final = "d7"
_SHAPES: Final = {"round": "roundrectangle", "cut": "octagon"}
_LINES: Final = {"solid": "line", "dashed": "dashed", "dotted": "dotted"}
_THIN: Final = 1.5
# A text that yEd would read as HTML begins with a character without width.
_HTML: Final = re.compile(r"(?=\s*<html)", re.IGNORECASE)


def graphml(graph: nx.MultiDiGraph) -> str:
    """Write attributes with types, places and colors; y grows upwards, as in Gephi."""
    layout, names = place(graph), _names(graph)
    nodes = [_node_row(id_, data, layout.boxes[id_]) for id_, data in graph.nodes(data=True)]
    edges = [dict(data) for *_, data in graph.edges(data=True)]
    root = Element(
        "graphml",
        {
            "xmlns": _GRAPHML,
            "xmlns:y": _YED,
            "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
            "xsi:schemaLocation": (
                f"{_GRAPHML} http://www.yworks.com/xml/schema/graphml/1.1/ygraphml.xsd"
            ),
        },
    )
    _declare(root, "graph", [graph.graph])
    _declare(root, "node", nodes)
    _declare(root, "edge", edges)
    SubElement(root, "key", {"id": _NODE_GRAPHICS, "for": "node", "yfiles.type": "nodegraphics"})
    SubElement(root, "key", {"id": _EDGE_GRAPHICS, "for": "edge", "yfiles.type": "edgegraphics"})
    body = SubElement(root, "graph", id="graph", edgedefault="directed")
    _add_values(body, "graph", graph.graph)
    for (id_, data), row in zip(graph.nodes(data=True), nodes, strict=True):
        node = SubElement(body, "node", id=names[id_])
        # First, so that the attributes replace what a reader takes from the graphics.
        _add_node_graphics(node, data, layout.boxes[id_])
        _add_values(node, "node", row)
    links = zip(graph.edges(keys=True), edges, strict=True)
    for number, ((start, end, kind), row) in enumerate(links, start=1):
        edge = SubElement(body, "edge", id=f"e{number}", source=names[start], target=names[end])
        boxes = layout.boxes[start], layout.boxes[end]
        _add_edge_graphics(edge, edge_look(kind), boxes, layout.paths[start, end, kind], row)
        _add_values(edge, "edge", row)
    return xml_of(root)


def _names(ids: Iterable[str]) -> dict[str, str]:
    """Return a name of XML for each id: the same, if it is one.

    >>> _names(["TX-01", "fact 1", "fact_1"])
    {'TX-01': 'TX-01', 'fact_1': 'fact_1', 'fact 1': 'fact_1_2'}
    """
    names: dict[str, str] = {}
    used: set[str] = set()
    # Those that are names keep their own.
    for id_ in sorted(ids, key=lambda each: _as_name(each) != each):
        base = name = _as_name(id_)
        number = 1
        while name in used:
            number += 1
            name = f"{base}_{number}"
        names[id_] = name
        used.add(name)
    return names


def _as_name(id_: str) -> str:
    return re.sub(r"[^A-Za-z0-9_.:-]+", "_", id_)


def _node_row(id_: str, data: Mapping[str, Any], box: Box) -> dict[str, Any]:
    style = look(data)
    return {
        "key": id_,
        **data,
        "x": box.x,
        "y": -box.y,
        "size": size_of(data),
        "color": style.border,
        "fill": style.fill,
        **color_of(style.border),
    }


# -- attributes --------------------------------------------------------------------------------
def _declare(root: Element, element: str, rows: list[dict[str, Any]]) -> None:
    for name, type_ in columns(rows).items():
        key = {"id": f"{element}-{name}", "for": element, "attr.name": name}
        SubElement(root, "key", {**key, "attr.type": _TYPES[type_]})


def _add_values(element: Element, kind: str, row: Mapping[str, Any]) -> None:
    for name, value in row.items():
        SubElement(element, "data", key=f"{kind}-{name}").text = text_of(value)


# -- graphics of yEd ---------------------------------------------------------------------------
def _add_node_graphics(node: Element, data: Mapping[str, Any], box: Box) -> None:
    style = look(data)
    data_ = SubElement(node, "data", key=_NODE_GRAPHICS)
    shape = SubElement(data_, "y:ShapeNode")
    left, top = box.x - box.width / 2, box.y - box.height / 2
    place_ = {"x": left, "y": top, "width": box.width, "height": box.height}
    _add(shape, "Geometry", place_)
    _add(shape, "Fill", {"color": style.fill, "transparent": False})
    border = {"color": style.border, "type": _LINES[style.line], "width": border_width(style)}
    _add(shape, "BorderStyle", border)
    font = {
        "fontSize": round(FONT_SIZE),
        "fontStyle": "bold" if style.bold else "plain",
        "textColor": INK,
        "alignment": "left" if "listed" in data else "center",
        "modelName": "internal",
        "modelPosition": "c",
        "xml:space": "preserve",
    }
    label = _add(shape, "NodeLabel", font)
    label.text = _HTML.sub("\u2060", "\n".join(box.lines), count=1)
    _add(shape, "Shape", {"type": _SHAPES.get(style.shape, "rectangle")})


def _add_edge_graphics(
    edge: Element, style: EdgeLook, boxes: tuple[Box, Box], path: EdgePath, row: Mapping[str, Any]
) -> None:
    line = SubElement(SubElement(edge, "data", key=_EDGE_GRAPHICS), "y:PolyLineEdge")
    (sx, sy), (tx, ty), (first, last) = path.start, path.end, boxes
    way = _add(
        line, "Path", {"sx": sx - first.x, "sy": sy - first.y, "tx": tx - last.x, "ty": ty - last.y}
    )
    for x, y in path.controls:
        _add(way, "Point", {"x": x, "y": y})
    look_ = {"color": style.color, "type": _LINES[style.line], "width": style.width}
    _add(line, "LineStyle", look_)
    _add(line, "Arrows", {"source": "none", "target": "standard"})
    # A file has no legend: a thick line, which is rare, has a label, too.
    is_shown = "caption" in row or style.width > _THIN
    font = {"fontSize": round(CAPTION_SIZE), "textColor": INK, "visible": is_shown}
    words = row.get("caption", row["label"])
    _add(line, "EdgeLabel", font).text = _HTML.sub("\u2060", words, count=1)
    _add(line, "BendStyle", {"smoothed": True})


def _add(element: Element, name: str, values: Mapping[str, Any]) -> Element:
    texts = {
        key: f"{value:.2f}" if isinstance(value, float) else text_of(value)
        for key, value in values.items()
    }
    return SubElement(element, f"y:{name}", texts)
