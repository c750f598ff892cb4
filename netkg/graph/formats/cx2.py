"""CX2, the JSON of NDEx and of Cytoscape from 3.10 on, with its style."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import networkx as nx

from netkg.graph.formats.exchange import TYPES, about, columns, json_of, without
from netkg.graph.layout.looks import INK, PAPER, EdgeLook, Look, edge_look, look
from netkg.graph.layout.place import place
from netkg.graph.layout.placed import Box
from netkg.graph.layout.text import CAPTION_SIZE, FONT_SIZE

__all__ = ["cx2"]

_SHAPES: Final = {"round": "round-rectangle", "cut": "octagon"}
_BOLD: Final = {
    "FONT_FAMILY": "sans-serif",
    "FONT_STYLE": "normal",
    "FONT_WEIGHT": "bold",
    "FONT_NAME": "SansSerif.bold",
}


def cx2(graph: nx.MultiDiGraph) -> str:
    """Write nodes and edges with names and places, and a style by look and kind."""
    layout = place(graph)
    numbers = {id_: number for number, id_ in enumerate(graph)}
    nodes: list[dict[str, Any]] = [
        {
            "id": numbers[id_],
            "x": layout.boxes[id_].x,
            "y": layout.boxes[id_].y,
            "v": _node_row(id_, data, layout.boxes[id_]),
        }
        for id_, data in graph.nodes(data=True)
    ]
    # No edge has the number of a node, for readers that keep both in one table.
    edges: list[dict[str, Any]] = [
        {
            "id": number,
            "s": numbers[start],
            "t": numbers[end],
            "v": {"interaction": kind, **without(data, "kind")},
        }
        for number, (start, end, kind, data) in enumerate(
            graph.edges(keys=True, data=True), start=len(numbers)
        )
    ]
    network = {**graph.graph, "description": about(graph)}
    declared = {
        "networkAttributes": _declared([network]),
        "nodes": _declared([node["v"] for node in nodes]),
        "edges": _declared([edge["v"] for edge in edges]),
    }
    aspects: dict[str, list[Any]] = {
        "attributeDeclarations": [declared],
        "networkAttributes": [network],
        "nodes": nodes,
        "edges": edges,
        "visualProperties": [_style(graph)],
        "nodeBypasses": [
            {"id": numbers[id_], "v": marks}
            for id_, data in graph.nodes(data=True)
            if (marks := _marks(look(data)))
        ],
        "visualEditorProperties": [
            {"properties": {"nodeSizeLocked": False, "arrowColorMatchesEdge": False}}
        ],
    }
    counts = [{"name": name, "elementCount": len(body)} for name, body in aspects.items()]
    return json_of(
        [
            {"CXVersion": "2.0", "hasFragments": False},
            {"metaData": counts},
            *({name: body} for name, body in aspects.items()),
            {"status": [{"error": "", "success": True}]},
        ]
    )


def _node_row(id_: str, data: Mapping[str, Any], box: Box) -> dict[str, Any]:
    """Return the attributes; Cytoscape shows the name, and the style reads the last ones."""
    drawn = {"text": "\n".join(box.lines), "width": box.width, "height": box.height}
    own = {"name": data["label"], "key": id_, **without(data, "label")}
    return {**own, "look": look(data).name, **drawn}


def _declared(rows: list[dict[str, Any]]) -> dict[str, dict[str, str]]:
    return {name: {"d": TYPES[type_]} for name, type_ in columns(rows).items()}


def _style(graph: nx.MultiDiGraph) -> dict[str, Any]:
    looks = {each.name: each for each in (look(data).plain for _, data in graph.nodes(data=True))}
    kinds = {kind: edge_look(kind) for *_, kind in graph.edges(keys=True)}
    has_captions = any(caption for *_, caption in graph.edges(data="caption"))
    node: dict[str, Callable[[Look], str | float]] = {
        "NODE_BACKGROUND_COLOR": lambda each: each.fill,
        "NODE_BORDER_COLOR": lambda each: each.border,
        "NODE_BORDER_STYLE": lambda each: each.line,
        "NODE_BORDER_WIDTH": lambda each: each.width,
        "NODE_SHAPE": lambda each: _SHAPES.get(each.shape, "rectangle"),
    }
    edge: dict[str, Callable[[EdgeLook], str | float]] = {
        "EDGE_LINE_COLOR": lambda each: each.color,
        "EDGE_LINE_STYLE": lambda each: each.line,
        "EDGE_TARGET_ARROW_COLOR": lambda each: each.color,
        "EDGE_WIDTH": lambda each: each.width,
    }
    return {
        "default": {
            "network": {"NETWORK_BACKGROUND_COLOR": PAPER},
            "node": {
                "NODE_SHAPE": "rectangle",
                "NODE_BACKGROUND_OPACITY": 1,
                "NODE_BORDER_OPACITY": 1,
                "NODE_LABEL_COLOR": INK,
                "NODE_LABEL_FONT_SIZE": round(FONT_SIZE),
                "NODE_LABEL_MAX_WIDTH": 400,
            },
            "edge": {
                "EDGE_OPACITY": 1,
                "EDGE_LABEL_COLOR": INK,
                "EDGE_LABEL_FONT_SIZE": round(CAPTION_SIZE),
                "EDGE_SOURCE_ARROW_SHAPE": "none",
                "EDGE_TARGET_ARROW_SHAPE": "triangle",
            },
        },
        "nodeMapping": {
            "NODE_LABEL": _same("text"),
            "NODE_WIDTH": _same("width", "double"),
            "NODE_HEIGHT": _same("height", "double"),
            **{name: _by("look", looks, value) for name, value in node.items()},
        },
        "edgeMapping": {
            **({"EDGE_LABEL": _same("caption")} if has_captions else {}),
            **{name: _by("interaction", kinds, value) for name, value in edge.items()},
        },
    }


def _same(attribute: str, type_: str = "string") -> dict[str, Any]:
    return {"type": "PASSTHROUGH", "definition": {"attribute": attribute, "type": type_}}


def _by(
    attribute: str, found: Mapping[str, Any], value: Callable[[Any], str | float]
) -> dict[str, Any]:
    pairs = [{"v": name, "vp": value(each)} for name, each in found.items()]
    definition = {"attribute": attribute, "type": "string", "map": pairs}
    return {"type": "DISCRETE", "definition": definition}


def _marks(style: Look) -> dict[str, Any]:
    """Return what a node has in addition to its look: a double border, bold text."""
    marks: dict[str, Any] = {}
    if style.double:
        marks |= {"NODE_BORDER_STYLE": "double", "NODE_BORDER_WIDTH": 5}
    if style.bold:
        marks["NODE_LABEL_FONT_FACE"] = _BOLD
    return marks
