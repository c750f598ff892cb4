"""A placed timeline as a picture."""

from __future__ import annotations

from typing import Final

from netkg.graph.formats.canvas import MARGIN, Canvas
from netkg.graph.layout.looks import BREAK, FAINT, INK, PAPER, SUBDUED
from netkg.graph.timeline.model import Chart
from netkg.graph.timeline.place import LEFT_OUT, WIDE, Placed, Text
from netkg.graph.timeline.signs import kind_of, paint
from netkg.graph.timeline.tracks import Sign

__all__ = ["picture"]

# A tooltip of more entries than this says how many there are.
_MOST: Final = 20


def picture(chart: Chart, width: float = WIDE, *, is_bare: bool = False) -> Canvas:
    """Paint a timeline with this width; a bare one has no title and no closing lines."""
    placed = Placed(chart, width, is_bare=is_bare)
    closing = (chart.omitted, chart.guideline.edition, chart.guideline.disclaimer)
    canvas = Canvas(
        placed.width,
        placed.height,
        title=chart.title,
        description=" ".join(filter(None, (chart.about, *closing))),
    )
    _ground(canvas, placed)
    for sign, y in placed.signs:
        _sign(canvas, placed, sign, y)
    # Over the bars, so that it is seen in which windows the evaluation date is.
    for x, top in placed.lines:
        canvas.line((x, top), (x, placed.bottom), stroke=INK, thickness=1.6)
    for text in placed.texts:
        _text(canvas, text)
    for kind, left, right, y in placed.legend:
        if kind == LEFT_OUT:
            _left_out(canvas, left, right, y - 7, y + 7)
            continue
        paint(canvas, kind, left, right, y, is_bar=kind == "active", until=right)
    return canvas


def _ground(canvas: Canvas, placed: Placed) -> None:
    """Paint what is under the marks: times left out, ticks, and lines between rows."""
    axis, bottom = placed.axis, placed.bottom
    for top in placed.ticks[:1]:
        for tick in axis.ticks:
            canvas.line((tick.x, top + 4), (tick.x, bottom), stroke=FAINT)
        for each in axis.breaks:
            _left_out(canvas, each.left, each.right, top + 4, bottom)
    for y in placed.rules:
        canvas.line((MARGIN, y), (placed.width - MARGIN, y), stroke=FAINT)


def _left_out(canvas: Canvas, left: float, right: float, top: float, bottom: float) -> None:
    canvas.rect(left, top, right - left, bottom - top, fill=BREAK)
    for x in (left, right):
        canvas.line((x, top), (x, bottom), stroke=SUBDUED, line="dotted")


def _sign(canvas: Canvas, placed: Placed, sign: Sign, y: float) -> None:
    kind = kind_of(sign.entries)
    words = [entry.words for entry in sign.entries[:_MOST]]
    more = len(sign.entries) - _MOST
    words += [f"and {more} more"] if more > 0 else []
    as_of = placed.chart.as_of
    is_open = any(entry.last == as_of for entry in sign.entries)
    look = {"is_bar": sign.is_bar, "is_open": is_open}
    until = placed.axis.x(as_of)
    with canvas.group(f"mark {kind.replace(' ', '-')}", tooltip="\n".join(words)):
        paint(canvas, kind, sign.left, sign.right, y, **look, until=until)


def _text(canvas: Canvas, text: Text) -> None:
    if text.is_note:
        left, top, right, bottom = text.box
        canvas.rect(left - 1, top, right - left + 2, bottom - top, fill=PAPER)
    canvas.text(
        *(text.x, text.y, text.words),
        size=text.size,
        bold=text.is_bold,
        color=SUBDUED if text.is_subdued else INK,
    )
