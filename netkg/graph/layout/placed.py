"""A placed graph: where its nodes, edges and headings are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

__all__ = ["Box", "EdgePath", "Layout", "Point"]

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """The place of a node (its middle), its size and its text."""

    x: float
    y: float
    width: float
    height: float
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EdgePath:
    """The curve of an edge: its two ends, and the control points between them."""

    start: Point
    controls: tuple[Point, ...]
    end: Point

    @property
    def back(self) -> float:
        """The direction from the end back: -1 to the left, 1 to the right."""
        return -1.0 if self.controls[-1][0] < self.end[0] else 1.0

    def pieces(self, head: float) -> Iterator[tuple[Point, Point]]:
        """Yield each quadratic curve of the chain, by its control point and its end.

        Two curves meet halfway between their control points; the last one leaves room for
        the ``head`` of the edge.

        >>> list(EdgePath((0, 0), ((4, 0), (4, 8)), (9, 8)).pieces(2))
        [((4, 0), (4.0, 4.0)), ((4, 8), (7.0, 8))]
        """
        for (x, y), (next_x, next_y) in pairwise(self.controls):
            yield (x, y), ((x + next_x) / 2, (y + next_y) / 2)
        yield self.controls[-1], (self.end[0] + self.back * head, self.end[1])


@dataclass(frozen=True, slots=True)
class Layout:
    """A placed graph: boxes by node, paths by edge, headings, and its size.

    ``headings`` are those of columns (their middles), ``parts`` those of the parts of a
    column (their left ends, and the middles of the lines). ``captions`` are places of the
    captions of edges: the right end of the text, and its middle.
    """

    boxes: dict[str, Box]
    paths: dict[tuple[str, str, str], EdgePath]
    headings: tuple[tuple[float, str], ...]
    parts: tuple[tuple[float, float, str], ...]
    width: float
    height: float
    captions: dict[tuple[str, str, str], Point]
