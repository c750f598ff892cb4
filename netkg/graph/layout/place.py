"""The layout of a graph in columns, from left to right, the same in every run.

Sizes are in pixels of a screen: at its natural size a default view is at most
1280 wide, with text of 12. A long edge runs between the nodes of the columns
that it passes, through waypoints that all edges of one node share.
"""

from __future__ import annotations

from collections import defaultdict
from heapq import merge
from typing import Final

import networkx as nx

from netkg.graph.folding.fold import fits
from netkg.graph.layout.looks import look
from netkg.graph.layout.placed import Box, Layout
from netkg.graph.layout.route import ARC, Captions, Key, Router, spread
from netkg.graph.layout.text import LINE, node_lines, node_width

__all__ = ["place"]

_WIDE: Final = 1236.0
# A part of a few nodes fits the text of a page, such as a README.
_FEW: Final = 24
_HALF: Final = 850.0
_GAP_X: Final = 40.0
_GAP_NEAR_CAPTIONS: Final = 28.0
_GAP_Y: Final = 6.0
_PAD_X: Final = 9.0
_PAD_Y: Final = 4.5
_NARROWEST: Final = 104.0
_WIDEST: Final = 330.0
_WIDEST_WORD: Final = 170.0
_STEPS: Final = 16
_DOUBLE: Final = 8.0
_WAY: Final = 3.0
_WAY_NEAR_CAPTIONS: Final = 12.0
_PART: Final = 20.0
_SWEEPS: Final = 8
_HEAD: Final = 26.0


def place(graph: nx.MultiDiGraph) -> Layout:
    """Place every node and every edge of a graph.

    A graph of few nodes is at most 880 wide, one that fits one screen 1280, others more.
    """
    wide = _HALF if len(graph) <= _FEW else _WIDE if fits(graph) else _WIDE * 4
    return _Placer(graph, wide).layout()


class _Placer:
    def __init__(self, graph: nx.MultiDiGraph, widest: float) -> None:
        self._graph = graph
        self._used = sorted({data["column"] for _, data in graph.nodes(data=True)})
        self._column = {id_: self._used.index(c) for id_, c in graph.nodes(data="column")}
        self._columns: list[list[str]] = [[] for _ in self._used]
        for id_, rank in self._column.items():
            self._columns[rank].append(id_)
        self._captions = Captions(graph, self._column)
        self._gaps = self._gap_widths()
        self._widths = self._column_widths(widest - sum(self._gaps))
        self._lines = {
            id_: node_lines(data, self._widths[self._column[id_]] - 2 * _PAD_X)
            for id_, data in graph.nodes(data=True)
        }
        self._height = {
            id_: len(lines) * LINE + 2 * _PAD_Y + _DOUBLE * look(graph.nodes[id_]).double
            for id_, lines in self._lines.items()
        }
        self._ways: dict[tuple[str, int], str] = {}
        self._stops: dict[Key, tuple[str, ...]] = {}
        self._links = self._link()
        self._router = Router(self._stops, self._column, self._captions)
        for id_ in self._lines:
            self._height[id_] = max(self._height[id_], self._router.least_height(id_))
        # Nodes with a negative order are at the top of their column.
        self._top = {id_ for id_, n in graph.nodes(data="order") if n is not None and n < 0}
        self._parts: dict[str, str] = {}
        self._y: dict[str, float] = {}
        self._lefts: list[float] = []

    # -- widths ----------------------------------------------------------------------
    def _column_widths(self, room: float) -> list[float]:
        """Return the widths with which the tallest column is as low as the room allows."""
        wide = [self._line_width(ids, _WIDEST) for ids in self._columns]
        heights = [self._heights(*column) for column in zip(self._columns, wide, strict=True)]
        narrow = wide
        for limit in sorted({height for column in heights for height in column.values()}):
            narrow = [
                min((w for w, h in column.items() if h <= limit), default=room)
                for column in heights
            ]
            if sum(narrow) <= room:
                break
        # The rest of the room goes to all columns.
        spare = sum(wide) - sum(narrow)
        share = min(max((room - sum(narrow)) / spare, 0.0), 1.0) if spare else 1.0
        return [round(w + share * (most - w), 1) for w, most in zip(narrow, wide, strict=True)]

    def _heights(self, ids: list[str], most: float) -> dict[float, float]:
        """Return the height of a column at some widths."""
        least = min(self._line_width(ids, 1.0), _WIDEST_WORD, most)
        widths = [least + (most - least) * n / _STEPS for n in range(_STEPS + 1)]
        return {width: sum(self._height_at(id_, width) for id_ in ids) for width in widths}

    def _height_at(self, id_: str, width: float) -> float:
        lines = node_lines(self._graph.nodes[id_], width - 2 * _PAD_X)
        # A text that is cut off is worse than many more lines.
        lost = sum(line.endswith("…") for line in lines)
        return (len(lines) + 40 * lost) * LINE + 2 * _PAD_Y + _GAP_Y

    def _line_width(self, ids: list[str], width: float) -> float:
        widest = max(node_width(self._graph.nodes[id_], width) for id_ in ids)
        return max(_NARROWEST, 2 * _PAD_X + 1 + widest)

    def _gap_widths(self) -> list[float]:
        """Return the gap to the right of each column, which is wider for many edges."""
        crossing = [0] * len(self._columns)
        bent = [0.0] * len(self._columns)
        for start, end, _ in self._graph.edges(keys=True):
            first, last = sorted((self._column[start], self._column[end]))
            if first == last:
                bent[first] = ARC + 34.0
            for rank in range(first, last):
                crossing[rank] += 1
        least = _GAP_NEAR_CAPTIONS if self._captions.texts else _GAP_X
        return [
            (max(min(least + count, 2 * _GAP_X), room) if count or rank + 1 < len(bent) else room)
            + self._captions.after[rank]
            + self._captions.before[rank + 1]
            for rank, (count, room) in enumerate(zip(crossing, bent, strict=True))
        ]

    # -- order and height ------------------------------------------------------------
    def _link(self) -> dict[str, list[str]]:
        """Link nodes of neighboring columns, with waypoints for longer edges."""
        links: dict[str, list[str]] = defaultdict(list)
        way_height = _WAY_NEAR_CAPTIONS if self._captions.texts else _WAY
        for key in self._graph.edges(keys=True):
            start, end, _ = key
            first, last = self._column[start], self._column[end]
            if first == last:
                self._stops[key] = (start, end)
                continue
            if first > last:
                start, end, first, last = end, start, last, first
            ways = [f"{start}\0{rank}" for rank in range(first + 1, last)]
            self._stops[key] = (start, *ways, end)
            here = start
            for rank in range(first + 1, last):
                there = f"{start}\0{rank}"
                if (start, rank) not in self._ways:
                    self._ways[start, rank], self._height[there] = there, way_height
                    self._columns[rank].append(there)
                    links[here].append(there)
                    links[there].append(here)
                here = there
            links[here].append(end)
            links[end].append(here)
        return links

    def _order(self) -> None:
        place = {id_: float(n) for ids in self._columns for n, id_ in enumerate(ids)}
        order = {id_: n for id_, n in self._graph.nodes(data="order") if n is not None}
        for sweep in range(_SWEEPS):
            for ids in self._columns if sweep % 2 else reversed(self._columns):
                mean = {id_: self._mean(id_, place) for id_ in ids}
                # Nodes with an order of their own keep it; the others are placed between them.
                ordered = sorted((id_ for id_ in ids if id_ in order), key=lambda id_: order[id_])
                free = [id_ for id_ in ids if id_ not in order]
                free.sort(key=lambda id_: (mean[id_], place[id_]))
                ids[:] = merge(ordered, free, key=lambda id_: mean[id_])
                place |= {id_: n * 100.0 / len(ids) for n, id_ in enumerate(ids)}

    def _mean(self, id_: str, place: dict[str, float]) -> float:
        if id_ in self._top:
            return 0.0
        near = self._links.get(id_, ())
        return sum(place[other] for other in near) / len(near) if near else place[id_]

    def _divide(self) -> None:
        """Leave room for the name of each part of a column, above its first node."""
        parts = dict(self._graph.nodes(data="part"))
        for ids in self._columns:
            above = None
            for id_ in [each for each in ids if parts.get(each)]:
                if parts[id_] != above:
                    name = f"{id_}\0part"
                    self._parts[name] = above = parts[id_]
                    self._height[name] = _PART
                    self._links[name] = [id_]
                    ids.insert(ids.index(id_), name)

    def _align(self) -> None:
        """Move every node near its neighbors, within the height of the tallest column."""
        tall = [sum(self._height[id_] + self._gap(id_) for id_ in ids) for ids in self._columns]
        tallest = max(tall, default=0.0)
        for ids, own in zip(self._columns, tall, strict=True):
            top = (tallest - own) / 2
            for id_ in ids:
                self._y[id_] = top + self._height[id_] / 2
                top += self._height[id_] + self._gap(id_)
        for _ in range(_SWEEPS):
            for ids in (*self._columns, *reversed(self._columns)):
                wanted = [self._mean(id_, self._y) for id_ in ids]
                sizes = [self._height[id_] + self._gap(id_) for id_ in ids]
                for id_, y in zip(ids, spread(wanted, sizes, tallest), strict=True):
                    self._y[id_] = y

    def _gap(self, id_: str) -> float:
        return _GAP_Y if id_ in self._graph else 2.0

    # -- the whole ---------------------------------------------------------------------
    def layout(self) -> Layout:
        self._order()
        self._divide()
        self._align()
        left, middles = 0.0, []
        for width, gap in zip(self._widths, self._gaps, strict=True):
            self._lefts.append(left)
            middles.append(round(left + width / 2, 1))
            left += width + gap
        shown = (*self._lines, *self._parts)
        top = min((self._y[id_] - self._height[id_] / 2 for id_ in shown), default=0.0)
        boxes = {}
        for id_, lines in self._lines.items():
            rank = self._column[id_]
            boxes[id_] = Box(
                middles[rank],
                round(self._y[id_] - top + _HEAD, 1),
                round(self._widths[rank], 1),
                float(self._height[id_]),
                lines,
            )
        self._shift = _HEAD - top
        height = max((box.y + box.height / 2 for box in boxes.values()), default=0.0)
        titles = self._graph.graph.get("columns", "").split(" | ")
        headings = tuple(
            (middles[rank], titles[column])
            for rank, column in enumerate(self._used)
            if column < len(titles)
        )
        parts = tuple(
            (
                round(boxes[id_].x - boxes[id_].width / 2, 1),
                round(self._y[name] + self._shift, 1),
                self._parts[name],
            )
            for name in self._parts
            for id_ in self._links[name]
        )
        y = {id_: round(place + self._shift, 1) for id_, place in self._y.items()}
        spans = [
            (left, left + width) for left, width in zip(self._lefts, self._widths, strict=True)
        ]
        paths, captions = self._router.route(boxes, y, spans)
        return Layout(boxes, paths, headings, parts, round(left, 1), height, captions)
