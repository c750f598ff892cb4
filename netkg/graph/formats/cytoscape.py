"""The JSON of Cytoscape.js with its style, which Cytoscape and networkx read too."""

from __future__ import annotations

import json
from math import hypot
from typing import Any, Final

import networkx as nx

from netkg.graph.formats.exchange import json_of
from netkg.graph.layout.looks import INK, Look, edge_look, look
from netkg.graph.layout.place import place
from netkg.graph.layout.placed import Box, EdgePath, Layout, Point
from netkg.graph.layout.text import CAPTION_SIZE, FONT, FONT_SIZE, LINE, caption_width

__all__ = ["cytoscape"]

_SHAPES: Final = {"round": "round-rectangle", "cut": "cut-rectangle"}


def cytoscape(graph: nx.MultiDiGraph) -> str:
    """Write what ``cytoscape(JSON.parse(text))`` draws as the pictures are drawn."""
    layout = place(graph)
    nodes = [_node(id_, data, layout.boxes[id_]) for id_, data in graph.nodes(data=True)]
    edges = []
    for number, (start, end, kind, data) in enumerate(graph.edges(keys=True, data=True), start=1):
        ends = layout.boxes[start], layout.boxes[end]
        own = {"id": f"edge {number}", "source": start, "target": end}
        way: dict[str, Any] = _way(layout.paths[start, end, kind], *ends)
        if "caption" in data:
            way |= _caption_place(layout, (start, end, kind), data["caption"])
        edges.append({"data": {**own, **data, "key": kind, "interaction": kind, **way}})
    return json_of(
        {
            "data": dict(graph.graph),
            "directed": True,
            "multigraph": True,
            "elements": {"nodes": nodes, "edges": edges},
            "layout": {"name": "preset", "padding": 20},
            "style": _style(graph),
        }
    )


def _node(id_: str, data: dict[str, Any], box: Box) -> dict[str, Any]:
    style = look(data)
    marks = {"double": style.double, "bold": style.bold, "list": "listed" in data}
    shown = dict(data)
    if "value" in shown:
        shown["recordedValue"] = shown.pop("value")
    # Cytoscape shows the name; for networkx, the value is the node.
    shown |= {"id": id_, "name": data["label"], "value": id_, "look": style.name}
    shown |= {"text": "\n".join(box.lines), "width": box.width, "height": box.height}
    return {
        "data": shown,
        "position": {"x": box.x, "y": box.y},
        "classes": [name for name, is_set in marks.items() if is_set],
    }


def _way(path: EdgePath, first: Box, last: Box) -> dict[str, str]:
    """Return the curve: ends from the middles of the nodes, points from the line between them."""
    (ax, ay), (bx, by) = path.start, path.end
    dx, dy = bx - ax, by - ay
    long = hypot(dx, dy) or 1.0
    along = [((x - ax) * dx + (y - ay) * dy) / long**2 for x, y in path.controls]
    aside = [((y - ay) * dx - (x - ax) * dy) / long for x, y in path.controls]
    return {
        "from": _offset(path.start, first),
        "to": _offset(path.end, last),
        "weights": " ".join(f"{each:.4f}" for each in along),
        "distances": " ".join(f"{each:.2f}" for each in aside),
    }


def _caption_place(layout: Layout, edge: tuple[str, str, str], caption: str) -> dict[str, float]:
    """Return how far the middle of a caption is from the end of its edge, which is straight."""
    (right, middle), (x, y) = layout.captions[edge], layout.paths[edge].end
    offset = x - right + caption_width(caption) / 2
    return {"captionOffset": round(offset, 2), "captionAbove": round(middle - y, 2)}


def _offset(point: Point, box: Box) -> str:
    return f"{point[0] - box.x:.2f}px {point[1] - box.y:.2f}px"


def _style(graph: nx.MultiDiGraph) -> list[dict[str, Any]]:
    """Return the rules for all nodes and edges, then those of each look and each kind."""
    looks = dict.fromkeys(look(data).plain for _, data in graph.nodes(data=True))
    kinds = dict.fromkeys(kind for *_, kind in graph.edges(keys=True))
    font = {"font-family": FONT, "font-size": FONT_SIZE, "color": INK}
    rules = {
        "node": font
        | {
            "label": "data(text)",
            "text-wrap": "wrap",
            "text-max-width": "2000px",
            "text-valign": "center",
            "line-height": round(LINE / FONT_SIZE, 2),
            "width": "data(width)",
            "height": "data(height)",
        },
        **{f"node[look = {_quoted(each.name)}]": _look_rule(each) for each in looks},
        "node.double": {"border-width": 5, "border-style": "double"},
        "node.bold": {"font-weight": "bold"},
        "node.list": {"text-justification": "left"},
        "edge": {
            "curve-style": "unbundled-bezier",
            "edge-distances": "endpoints",
            "control-point-weights": "data(weights)",
            "control-point-distances": "data(distances)",
            "source-endpoint": "data(from)",
            "target-endpoint": "data(to)",
            "target-arrow-shape": "triangle",
            "arrow-scale": 0.75,
        },
        "edge[caption]": font
        | {
            "font-size": CAPTION_SIZE,
            "target-label": "data(caption)",
            "target-text-offset": "data(captionOffset)",
            "target-text-margin-y": "data(captionAbove)",
        },
        **{f"edge[kind = {_quoted(kind)}]": _edge_rule(kind) for kind in kinds},
    }
    return [{"selector": selector, "style": style} for selector, style in rules.items()]


def _look_rule(style: Look) -> dict[str, str | float]:
    return {
        "shape": _SHAPES.get(style.shape, "rectangle"),
        "background-color": style.fill,
        "border-color": style.border,
        "border-style": style.line,
        "border-width": style.width,
    }


def _edge_rule(kind: str) -> dict[str, str | float]:
    style = edge_look(kind)
    return {
        "width": style.width,
        "line-color": style.color,
        "line-style": style.line,
        "target-arrow-color": style.color,
    }


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
