"""A graph as a picture: its title, headings, nodes, edges, legend and closing notice."""

from __future__ import annotations

from typing import Any, Final

import networkx as nx

from netkg.graph.formats.canvas import MARGIN, Canvas
from netkg.graph.layout.looks import SUBDUED, EdgeLook, Look, edge_look, legend, look
from netkg.graph.layout.place import place
from netkg.graph.layout.placed import Box, EdgePath, Layout, Point
from netkg.graph.layout.text import (
    BASELINE,
    BOLD,
    CAPTION_SIZE,
    FONT_SIZE,
    LINE,
    SMALL_SIZE,
    TITLE_SIZE,
    cut,
    text_width,
    wrap,
)
from netkg.graph.views.elements import closing_lines

__all__ = ["picture"]

_LEAST: Final = 760.0
# Where a graph begins, under its title.
_TOP: Final = MARGIN + 34.0
_ROW: Final = 26.0
_CORNER: Final = 6.0


def picture(graph: nx.MultiDiGraph) -> Canvas:
    """Paint a graph, with what is around it."""
    return _Picture(graph).painted()


class _Picture:
    def __init__(self, graph: nx.MultiDiGraph) -> None:
        self._graph = graph
        self._layout: Layout = place(graph)
        wide = max(self._layout.width, _LEAST)
        self._legend = _legend_places(graph, wide)
        self._closing = [
            row for line in closing_lines(graph) for row in wrap(line, wide, most=9) if row
        ]
        rows = 1 + max((row for row, _, _ in self._legend), default=-1)
        self._under = _TOP + self._layout.height + 20
        self._foot = self._under + rows * _ROW + 18
        high = self._foot + len(self._closing) * LINE + MARGIN - 8
        self._canvas = Canvas(
            wide + 2 * MARGIN,
            high,
            title=graph.graph["name"],
            description=" ".join(closing_lines(graph)),
        )

    def painted(self) -> Canvas:
        canvas, graph, layout = self._canvas, self._graph, self._layout
        room = (canvas.width - 2 * MARGIN) / (BOLD * TITLE_SIZE / FONT_SIZE)
        title = cut(graph.graph["name"], room)
        canvas.text(MARGIN, MARGIN + 16, title, size=TITLE_SIZE, bold=True)
        # Edges are under the nodes, so that none crosses a text.
        for start, end, kind, data in graph.edges(keys=True, data=True):
            self._edge(start, end, kind, data)
        for id_, data in graph.nodes(data=True):
            self._node(layout.boxes[id_], data)
        for x, heading in layout.headings:
            at = _moved((x, 8 + BASELINE))
            canvas.text(*at, heading, size=12, anchor="middle", color=SUBDUED)
        for x, y, part in layout.parts:
            canvas.text(*_moved((x, y + BASELINE)), part, bold=True, color=SUBDUED)
        for row, x, entry in self._legend:
            self._legend_entry(x + MARGIN, self._under + row * _ROW, entry)
        for number, line in enumerate(self._closing):
            canvas.text(MARGIN, self._foot + number * LINE, line, size=SMALL_SIZE)
        return canvas

    def _edge(self, start: str, end: str, kind: str, data: dict[str, Any]) -> None:
        labels = self._graph.nodes
        words = f"{labels[start]['label']} → {data['label']} → {labels[end]['label']}"
        style = edge_look(kind)
        with self._canvas.group(f"edge {_class(kind)}", tooltip=words):
            way = self._layout.paths[start, end, kind]
            way = EdgePath(_moved(way.start), tuple(map(_moved, way.controls)), _moved(way.end))
            self._canvas.arrow(way, stroke=style.color, line=style.line, thickness=style.width)
            if at := self._layout.captions.get((start, end, kind)):
                x, y = _moved(at)
                font: dict[str, Any] = {"size": CAPTION_SIZE, "anchor": "end", "color": SUBDUED}
                self._canvas.text(x, y + BASELINE, data["caption"], **font)

    def _node(self, box: Box, data: dict[str, Any]) -> None:
        style = look(data)
        kind = _class(data["kind"])
        classes = f"node treatment {kind}" if style.bold else f"node {kind}"
        x, y = _moved((box.x, box.y))
        with self._canvas.group(classes, tooltip=data.get("definition") or data["label"]):
            _paint(
                self._canvas, style, x - box.width / 2, y - box.height / 2, box.width, box.height
            )
            middle = y + BASELINE - (len(box.lines) - 1) * LINE / 2
            is_list = any(line.startswith("  ") for line in box.lines)
            for number, line in enumerate(box.lines):
                at = middle + number * LINE
                if is_list:
                    words = line.lstrip()
                    left = x - box.width / 2 + 9
                    left += text_width(line.removesuffix(words))
                    self._canvas.text(left, at, words, bold=style.bold)
                else:
                    self._canvas.text(x, at, line, anchor="middle", bold=style.bold)

    def _legend_entry(self, x: float, y: float, entry: Look | tuple[str, EdgeLook]) -> None:
        canvas = self._canvas
        with canvas.group("legend"):
            if isinstance(entry, Look):
                width = _entry_width(entry)
                _paint(canvas, entry, x, y, width, 20)
                canvas.text(
                    x + width / 2,
                    y + 14,
                    entry.name,
                    size=SMALL_SIZE,
                    anchor="middle",
                    bold=entry.bold,
                )
                return
            kind, style = entry
            way = EdgePath((x, y + 10), ((x + 15, y + 10),), (x + 30, y + 10))
            canvas.arrow(way, stroke=style.color, line=style.line, thickness=style.width)
            canvas.text(x + 35, y + 14, kind, size=SMALL_SIZE)


def _moved(point: Point) -> Point:
    """Return a point of the layout at its place on the picture."""
    return point[0] + MARGIN, point[1] + _TOP


def _paint(canvas: Canvas, style: Look, x: float, y: float, width: float, height: float) -> None:
    """Paint the shape of a node; what contains several nodes has a second border."""
    pen: dict[str, Any] = {"stroke": style.border, "line": style.line, "thickness": style.width}
    corner = min(_CORNER, height / 3)
    x2, y2 = x + width, y + height
    match style.shape:
        case "cut":
            canvas.polygon(
                (
                    (x + corner, y),
                    (x2 - corner, y),
                    (x2, y + corner),
                    (x2, y2 - corner),
                    (x2 - corner, y2),
                    (x + corner, y2),
                    (x, y2 - corner),
                    (x, y + corner),
                ),
                fill=style.fill,
                **pen,
            )
        case "note":
            inner = (x2 - corner, y + corner)
            outline = ((x, y), (x2 - corner, y), (x2, y + corner), (x2, y2), (x, y2))
            canvas.polygon(outline, fill=style.fill, **pen)
            canvas.polygon(((x2 - corner, y), inner, (x2, y + corner)), fill=style.fill, **pen)
        case "folder":
            tab = x + min(width / 3, 40)
            canvas.polygon(
                ((x, y), (x + 4, y - 4), (tab - 4, y - 4), (tab, y), (x2, y), (x2, y2), (x, y2)),
                fill=style.fill,
                **pen,
            )
        case _:
            radius = min(height / 2, 11) if style.shape == "round" else 0.0
            canvas.rect(x, y, width, height, fill=style.fill, radius=radius, **pen)
    if style.double:
        canvas.rect(
            x + 3,
            y + 3,
            width - 6,
            height - 6,
            stroke=style.border,
            thickness=min(style.width, 1.2),
        )


def _legend_places(
    graph: nx.MultiDiGraph, wide: float
) -> list[tuple[int, float, Look | tuple[str, EdgeLook]]]:
    """Return each entry of the legend with its row and its left end."""
    nodes, edges = legend(graph)
    places: list[tuple[int, float, Look | tuple[str, EdgeLook]]] = []
    row, x = 0, 0.0
    for group in (nodes, edges):
        for entry in group:
            width = _entry_width(entry)
            if x and x + width > wide:
                row, x = row + 1, 0.0
            places.append((row, x, entry))
            x += width + (8 if isinstance(entry, Look) else 18)
        if group is nodes and edges and x:
            row, x = row + 1, 0.0
    return places


def _entry_width(entry: Look | tuple[str, EdgeLook]) -> float:
    if isinstance(entry, Look):
        return text_width(entry.name) * SMALL_SIZE / FONT_SIZE * (BOLD if entry.bold else 1) + 20
    return 35 + text_width(entry[0]) * SMALL_SIZE / FONT_SIZE


def _class(kind: str) -> str:
    return kind.replace(" ", "-")
