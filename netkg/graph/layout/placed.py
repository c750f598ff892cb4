"""A placed graph: where its nodes, edges and headings are."""

from __future__ import annotations

from dataclasses import dataclass

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
    place: int


@dataclass(frozen=True, slots=True)
class EdgePath:
    """The curve of an edge: its two ends, and the control points between them."""

    start: Point
    controls: tuple[Point, ...]
    end: Point


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
