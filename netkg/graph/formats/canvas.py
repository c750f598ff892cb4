"""Shapes and text on a picture of a known size: SVG, and PNG made from it.

All sizes are in pixels, from the upper left corner. An SVG has no resolution: its width,
height and view box are the same numbers, so that every program shows the whole picture.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

import resvg_py

from netkg.graph.layout.looks import DASHES, HEAD, INK, PAPER, LinePattern
from netkg.graph.layout.placed import EdgePath, Point
from netkg.graph.layout.text import FONT, FONT_SIZE
from netkg.graph.views.elements import GraphError, clean

__all__ = ["MARGIN", "Canvas"]

# What is painted keeps this distance from the ends of a picture.
MARGIN: Final = 14.0

_NAMESPACE: Final = "http:" + "//www.w3.org/2000/svg"
# Dark, every color keeps its hue; a slide or a print keeps the light colors.
_STYLE: Final = (
    "@media screen and (prefers-color-scheme: dark) "
    "{ .picture { filter: invert(0.92) hue-rotate(180deg) } }"
)
# A PNG has twice the pixels of the picture, for slides and dense screens, up to this number.
_ZOOM: Final = 2.0
_MOST_PIXELS: Final = 60_000_000
_LONGEST: Final = 1_000


class Canvas:
    """A picture with a size, on which each shape is painted over those before it.

    ``thickness`` is the width of a line, and ``radius`` that of a corner, in pixels.
    """

    def __init__(self, width: float, height: float, *, title: str, description: str) -> None:
        """Begin a picture; its title and description are for those who hear it read."""
        self.width, self.height = round(width), round(height)
        size = {"width": str(self.width), "height": str(self.height)}
        self._root = Element(
            "svg",
            {
                "xmlns": _NAMESPACE,
                **size,
                "viewBox": f"0 0 {self.width} {self.height}",
                "role": "img",
                "font-family": FONT,
            },
        )
        SubElement(self._root, "title").text = _short(title)
        SubElement(self._root, "desc").text = _short(description)
        SubElement(self._root, "style").text = _STYLE
        self._here = SubElement(self._root, "g", {"class": "picture"})
        SubElement(self._here, "rect", {**size, "fill": PAPER})

    @contextmanager
    def group(self, classes: str, *, tooltip: str = "") -> Iterator[None]:
        """Paint into a group with these classes; a browser shows the tooltip at it."""
        above = self._here
        self._here = SubElement(above, "g", {"class": classes})
        if tooltip:
            SubElement(self._here, "title").text = _short(tooltip)
        yield
        self._here = above

    def rect(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        fill: str = "none",
        stroke: str = "none",
        line: LinePattern = "solid",
        thickness: float = 1.0,
        radius: float = 0.0,
    ) -> None:
        """Paint a rectangle from its upper left corner."""
        place = {"x": _number(x), "y": _number(y)}
        size = {"width": _number(width), "height": _number(height)}
        corner = {"rx": _number(radius)} if radius else {}
        pen = _pen(stroke, line, thickness)
        SubElement(self._here, "rect", {**place, **size, **corner, "fill": fill, **pen})

    def path(
        self,
        d: str,
        *,
        fill: str = "none",
        stroke: str = "none",
        line: LinePattern = "solid",
        thickness: float = 1.0,
    ) -> None:
        """Paint a path, given in the commands of SVG."""
        SubElement(self._here, "path", {"d": d, "fill": fill, **_pen(stroke, line, thickness)})

    def line(
        self,
        start: Point,
        end: Point,
        *,
        stroke: str,
        line: LinePattern = "solid",
        thickness: float = 1.0,
    ) -> None:
        """Paint a straight line."""
        d = f"M{_point(start)} L{_point(end)}"
        self.path(d, stroke=stroke, line=line, thickness=thickness)

    def polygon(
        self,
        points: tuple[Point, ...],
        *,
        fill: str = "none",
        stroke: str = "none",
        line: LinePattern = "solid",
        thickness: float = 1.0,
    ) -> None:
        """Paint a closed shape."""
        d = f"M{' L'.join(map(_point, points))} Z"
        self.path(d, fill=fill, stroke=stroke, line=line, thickness=thickness)

    def arrow(self, way: EdgePath, *, stroke: str, line: LinePattern, thickness: float) -> None:
        """Paint a curve with a head at its end, which is reached from the left or the right."""
        curves = (f"Q{_point(control)} {_point(end)}" for control, end in way.pieces(HEAD * 0.8))
        d = " ".join((f"M{_point(way.start)}", *curves))
        self.path(d, stroke=stroke, line=line, thickness=thickness)
        (x, y), half = way.end, HEAD * 0.4 + thickness * 0.3
        back = x + way.back * HEAD
        self.polygon(((x, y), (back, y - half), (back, y + half)), fill=stroke)

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        size: float = FONT_SIZE,
        anchor: str = "start",
        bold: bool = False,
        color: str = INK,
    ) -> None:
        """Write one line of text on a baseline; ``anchor`` is start, middle or end."""
        look = {"font-size": _number(size), "fill": color}
        if anchor != "start":
            look["text-anchor"] = anchor
        if bold:
            look["font-weight"] = "bold"
        place = {"x": _number(x), "y": _number(y)}
        SubElement(self._here, "text", {**place, **look}).text = clean(words)

    def svg(self) -> str:
        """Return the picture as SVG, with one newline at its end."""
        indent(self._root, " ")
        return tostring(self._root, encoding="unicode") + "\n"

    def png(self) -> bytes:
        """Return the picture as PNG, with twice its pixels unless it is very large.

        Raises:
            GraphError: if the system has no font for its text.
        """
        if not _has_fonts():
            raise GraphError(
                "The format png needs a font, and none is installed. Install one "
                "(Debian: apt install fonts-dejavu-core), or choose the format svg or html."
            )
        zoom = min(_ZOOM, (_MOST_PIXELS / (self.width * self.height)) ** 0.5)
        return resvg_py.svg_to_bytes(svg_string=self.svg(), zoom=zoom)


@cache
def _has_fonts() -> bool:
    """Return whether text is painted: without a font, it is left out without an error."""
    size = f'<svg xmlns="{_NAMESPACE}" width="9" height="9" font-family="{FONT}">'
    blank = resvg_py.svg_to_bytes(svg_string=f"{size}</svg>")
    return blank != resvg_py.svg_to_bytes(svg_string=f'{size}<text y="9">M</text></svg>')


def _short(text: str) -> str:
    """Return a text that nobody reads at once without its end, if it is very long."""
    return clean(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…")


def _pen(stroke: str, line: LinePattern, thickness: float) -> dict[str, str]:
    if stroke == "none":
        return {}
    lengths = " ".join(f"{length:g}" for length in DASHES[line])
    dashes = {"stroke-dasharray": lengths} if lengths else {}
    return {"stroke": stroke, "stroke-width": _number(thickness), **dashes}


def _point(point: Point) -> str:
    return f"{_number(point[0])},{_number(point[1])}"


def _number(value: float) -> str:
    return f"{round(value, 1):g}"
