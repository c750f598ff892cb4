"""The ways of edges between the boxes of a layout, and the places of their captions.

An edge leaves a box on one side and arrives at a box of another column; in between, it
passes columns at waypoints. In a drawing with captions, the edges at one side of a box have
heights of their own, and the part of a gap next to a box is kept for captions: there, edges
are straight, and each caption is above its edge.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Final, Literal, NamedTuple

import networkx as nx

from netkg.graph.layout.placed import Box, EdgePath, Point
from netkg.graph.layout.text import LINE, caption_width

__all__ = ["ARC", "Captions", "Key", "Router", "spread"]

ARC: Final = 26.0
# From a box to the caption of an edge that arrives there: room for the head of the edge.
_HEAD: Final = 11.0
# From the bend of an edge to its caption.
_BEGIN: Final = 3.0
# From an edge up to the middle of its caption.
_ABOVE: Final = 7.5
# The distance of edges at one side of a box, if they have captions.
_APART: Final = LINE + 2.0

Key = tuple[str, str, str]


class _Side(NamedTuple):
    node: str
    side: Literal["left", "right"]


class Captions:
    """The captions of the edges of a graph, and the room that they need in the gaps."""

    def __init__(self, graph: nx.MultiDiGraph, column: Mapping[str, int]) -> None:
        self.texts: dict[Key, str] = {}
        # The room to the left and to the right of each column.
        self.before: Counter[int] = Counter()
        self.after: Counter[int] = Counter()
        for start, end, kind, caption in graph.edges(keys=True, data="caption"):
            if caption:
                self.texts[start, end, kind] = caption
                room = self.before if column[start] < column[end] else self.after
                need = round(caption_width(caption) + _HEAD + _BEGIN)
                room[column[end]] = max(room[column[end]], need)


class Router:
    """Finds the ways of the edges of a graph, when its nodes and waypoints have places.

    ``stops`` are the nodes and waypoints of each edge, from left to right; an edge within a
    column is an arc on its right side.
    """

    def __init__(
        self, stops: Mapping[Key, Sequence[str]], column: Mapping[str, int], captions: Captions
    ) -> None:
        self._stops = stops
        self._column = column
        self._captions = captions
        # What is at a side: an edge that ends there with a caption, or the way to a next stop,
        # which edges share. Each has one of its edges.
        self._sides: dict[_Side, dict[Key | str, Key]] = defaultdict(dict)
        for key in stops:
            for end in (0, -1):
                self._sides[self._side(key, end)].setdefault(self._mark(key, end), key)
        self._ports: dict[tuple[_Side, Key | str], float] = {}
        self._lanes: dict[tuple[int, float, float], float] = {}
        self._y: Mapping[str, float] = {}
        self._boxes: Mapping[str, Box] = {}

    def least_height(self, node: str) -> float:
        """Return the height that a box needs for its edges and their captions."""
        if not self._captions.texts:
            return 0.0
        return _APART * max(len(self._sides.get(_Side(node, "left"), ())), 1)

    def _side(self, key: Key, end: int) -> _Side:
        """Return the side at which an edge is at its left (0) or its right (-1) end."""
        is_arc = self._column[key[0]] == self._column[key[1]]
        return _Side(self._stops[key][end], "right" if end == 0 or is_arc else "left")

    def _mark(self, key: Key, end: int) -> Key | str:
        stops = self._stops[key]
        arrival = -1 if stops[0] == key[0] else 0
        if end == arrival and key in self._captions.texts:
            return key
        return stops[1 if end == 0 else -2]

    # -- places ------------------------------------------------------------------------
    def route(
        self,
        boxes: Mapping[str, Box],
        y: Mapping[str, float],
        columns: Sequence[tuple[float, float]],
    ) -> tuple[dict[Key, EdgePath], dict[Key, Point]]:
        """Return the way of each edge, and the place of each caption (its right end).

        ``y`` are the heights of nodes and waypoints, ``columns`` the ends of each column.
        """
        self._boxes, self._y = boxes, y
        for side in ("right", "left"):
            for at in [each for each in self._sides if each.side == side]:
                self._place_ports(at)
        self._lanes = _lanes(
            (rank, y1, y2)
            for key in self._stops
            if self._captions.texts
            for rank, y1, y2 in self._pieces(key)
        )
        arcs: Counter[int] = Counter()
        paths, captions = {}, {}
        for key in self._stops:
            rank = self._column[key[0]]
            if rank == self._column[key[1]]:
                arcs[rank] += 1
                paths[key] = self._arc(
                    key, columns[rank][1] + self._captions.after[rank], arcs[rank]
                )
            else:
                paths[key] = self._way(key, columns)
            if text := self._captions.texts.get(key):
                x, height = paths[key].end
                comes_from_left = self._column[key[0]] < self._column[key[1]]
                right = x - _HEAD if comes_from_left else x + _HEAD + caption_width(text)
                captions[key] = (round(right, 1), round(height - _ABOVE, 1))
        return paths, captions

    def _place_ports(self, side: _Side) -> None:
        """Find the heights of the edges at a side of a box, each near the other end."""
        box, found = self._boxes[side.node], self._sides[side]
        if not self._captions.texts:
            self._ports |= {(side, mark): box.y for mark in found}
            return
        wanted = {mark: self._other(key, side) for mark, key in found.items()}
        marks = sorted(found, key=lambda mark: (wanted[mark], str(mark)))
        top = box.y - box.height / 2
        sizes = [min(_APART, box.height / len(marks))] * len(marks)
        places = spread([wanted[mark] - top for mark in marks], sizes, box.height)
        for mark, place in zip(marks, places, strict=True):
            self._ports[side, mark] = round(top + place, 1)

    def _other(self, key: Key, side: _Side) -> float:
        """Return the height of the next stop of an edge, as seen from one of its ends."""
        stops = self._stops[key]
        if side.side == "right":
            return self._y[stops[1] if stops[0] == side.node else stops[0]]
        before = self._side(key, 0), self._mark(key, 0)
        return self._ports[before] if len(stops) == 2 else self._y[stops[-2]]

    def _port(self, key: Key, end: int) -> float:
        return self._ports[self._side(key, end), self._mark(key, end)]

    def _pieces(self, key: Key) -> list[tuple[int, float, float]]:
        """Return each gap that an edge crosses, by the column before it, and both heights."""
        stops = self._stops[key]
        first = self._column[stops[0]]
        if first == self._column[stops[-1]]:
            return []
        inner = [self._y[stop] for stop in stops[1:-1]]
        heights = [self._port(key, 0), *inner, self._port(key, -1)]
        return [(rank, *pair) for rank, pair in enumerate(pairwise(heights), start=first)]

    def _way(self, key: Key, columns: Sequence[tuple[float, float]]) -> EdgePath:
        stops, pieces = self._stops[key], self._pieces(key)
        left, right = self._boxes[stops[0]], self._boxes[stops[-1]]
        start = (left.x + left.width / 2, pieces[0][1])
        end = (right.x - right.width / 2, pieces[-1][2])
        controls: list[Point] = []
        for piece in pieces:
            rank, y1, y2 = piece
            x1 = start[0] if piece is pieces[0] else columns[rank][1]
            x2 = end[0] if piece is pieces[-1] else columns[rank + 1][0]
            x1, x2 = x1 + self._captions.after[rank], x2 - self._captions.before[rank + 1]
            bend = round((x2 - x1) * self._lanes.get(piece, 0.5), 1)
            middle = (round(x1 + bend, 1), y1), (round(x1 + bend, 1), y2)
            # The ends of a gap are points of control too: the edge is straight in a column.
            controls += [(round(x1, 1), y1), *middle, (round(x2, 1), y2)]
        if controls[0] == (round(start[0], 1), start[1]):
            del controls[0]
        if controls[-1] == (round(end[0], 1), end[1]):
            del controls[-1]
        if stops[0] == key[0]:
            return EdgePath(start, tuple(controls), end)
        return EdgePath(end, tuple(reversed(controls)), start)

    def _arc(self, key: Key, right: float, number: int) -> EdgePath:
        """Return a curve from the right side of a node to that of another in its column."""
        a, b = (self._boxes[stop] for stop in self._stops[key])
        y1, y2 = self._port(key, 0), self._port(key, -1)
        out = round(right + ARC + 7.0 * (number % 5), 1)
        return EdgePath((a.x + a.width / 2, y1), ((out, y1), (out, y2)), (b.x + b.width / 2, y2))


def _lanes(pieces: Iterable[tuple[int, float, float]]) -> dict[tuple[int, float, float], float]:
    """Return where in its gap each piece of an edge bends, so that no two do at one place.

    Pieces that go up bend in the order of their heights, and those that go down in the
    reverse order: then, none of them crosses another.
    """
    groups: dict[tuple[int, bool], set[tuple[int, float, float]]] = defaultdict(set)
    for rank, y1, y2 in pieces:
        groups[rank, y1 < y2].add((rank, y1, y2))
    lanes = {}
    for (_, is_down), group in groups.items():
        for number, piece in enumerate(sorted(group, reverse=is_down), start=1):
            lanes[piece] = number / (len(group) + 1)
    return lanes


def spread(wanted: Iterable[float], sizes: Sequence[float], height: float) -> list[float]:
    """Return the places closest to those wanted for these sizes, in order (least squares).

    >>> spread([0, 0, 9], [2, 2, 2], 100)
    [1.0, 3.0, 9.0]
    """
    offsets, total = [], 0.0
    for size in sizes:
        offsets.append(total + size / 2)
        total += size
    blocks: list[tuple[float, int]] = []
    for want, offset in zip(wanted, offsets, strict=True):
        mean, count = want - offset, 1
        while blocks and blocks[-1][0] > mean:
            above, number = blocks.pop()
            mean = (mean * count + above * number) / (count + number)
            count += number
        blocks.append((mean, count))
    low, high = 0.0, max(height - total, 0.0)
    flat = [min(max(mean, low), high) for mean, count in blocks for _ in range(count)]
    return [base + offset for base, offset in zip(flat, offsets, strict=True)]
