"""The marks of a timeline: one shape and one color for each status, and the legend."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, Literal, NamedTuple

from netkg.graph.formats.canvas import Canvas
from netkg.graph.layout.looks import PAPER, Look, look
from netkg.graph.timeline.model import Entry
from netkg.graph.timeline.tracks import HALF

__all__ = ["LONG", "kind_of", "legend", "mark_width", "paint"]

_Shape = Literal[
    "disc", "ring", "square", "crossed", "failed", "diamond", "several", "wedge", "bar", "window"
]
# The width of a bar in the legend.
LONG: Final = 26.0
_BAR: Final = 4.0
_WINDOW: Final = 6.5


class _Style(NamedTuple):
    shape: _Shape
    look: Look


def _status(status: str) -> Look:
    return look({"kind": "recommendation", "status": status})


# In the order of the legend. What was given up has one color in all pictures.
_STYLES: Final[dict[str, _Style]] = {
    "completed": _Style("disc", _status("done")),
    "active": _Style("bar", _status("done")),
    "failed": _Style("failed", _status("tried")),
    "stopped": _Style("square", _status("tried")),
    "declined": _Style("crossed", _status("declined")),
    "planned": _Style("ring", _status("planned")),
    "measured": _Style("diamond", look({"kind": "measurement"})),
    "several": _Style("several", look({"kind": "group"})),
    "overdue": _Style("window", _status("overdue")),
    "due": _Style("window", _status("due")),
    "planned window": _Style("window", _status("planned")),
    "scheduled": _Style("window", _status("scheduled")),
    "option": _Style("window", _status("option")),
}
# A status of events that the ontology adds.
_OTHER: Final = _Style("wedge", look({"kind": "event"}))


def kind_of(entries: Sequence[Entry]) -> str:
    """Return which kind of mark shows entries."""
    kinds = {_kind(entry) for entry in entries}
    return kinds.pop() if len(kinds) == 1 else "several"


def _kind(entry: Entry) -> str:
    if entry.shape == "window":
        return "planned window" if entry.status == "planned" else entry.status
    if entry.has_failed:
        return "failed"
    # What is active from a later day on has no bar yet.
    return (
        "planned"
        if (entry.status, entry.shape) == ("active", "day")
        else entry.status or "measured"
    )


def legend(marks: Iterable[Sequence[Entry]]) -> dict[str, str]:
    """Return the kinds of marks in the order of the legend, each with its words.

    A status has the words of its label, and one without a style of its own is at the end.
    """
    words: dict[str, str] = {}
    for entries in marks:
        kind = kind_of(entries)
        words[kind] = entries[0].status_label if kind == entries[0].status else kind
    order = [*(kind for kind in _STYLES if kind in words), *sorted(words.keys() - _STYLES.keys())]
    return {kind: words[kind] for kind in order}


def mark_width(kind: str) -> float:
    """Return the width of a mark in the legend."""
    return LONG if _style(kind).shape in ("bar", "window") else 2 * HALF


def _style(kind: str) -> _Style:
    return _STYLES.get(kind, _OTHER)


def paint(
    canvas: Canvas,
    kind: str,
    left: float,
    right: float,
    y: float,
    *,
    is_bar: bool,
    is_open: bool = True,
    until: float = 0.0,
) -> None:
    """Paint a mark around a height; what is overdue has a line ``until`` the evaluation date.

    What goes on after the evaluation date is an ``is_open`` bar, which ends in a point.
    """
    shape, style = _style(kind)
    if shape == "window":
        _window(canvas, kind, style, left, right, y, until)
        return
    if is_bar:
        end = right - HALF
        tip = ((right, y),) if is_open else ()
        upper, lower = (
            ((left + HALF, y - _BAR), (end, y - _BAR)),
            ((end, y + _BAR), (left + HALF, y + _BAR)),
        )
        canvas.polygon((*upper, *tip, *lower), fill=style.fill, stroke=style.border, thickness=1.4)
        right = left + 2 * HALF
    _mark(canvas, shape, style, left, right, y)


def _window(
    canvas: Canvas, kind: str, style: Look, left: float, right: float, y: float, until: float
) -> None:
    if kind == "overdue" and until > right:
        canvas.line((right, y), (until, y), stroke=style.border, line="dashed", thickness=2.2)
    canvas.rect(
        *(left, y - _WINDOW, right - left, 2 * _WINDOW),
        fill=style.fill,
        stroke=style.border,
        line=style.line,
        thickness=style.width,
    )


def _mark(canvas: Canvas, shape: _Shape, style: Look, left: float, right: float, y: float) -> None:
    ink, width = style.border, right - left
    box = (left, y - HALF, width, 2 * HALF)
    match shape:
        case "disc" | "bar" | "failed":
            canvas.rect(*box, fill=ink, radius=HALF)
        case "square":
            canvas.rect(*box, fill=ink)
        case "ring":
            canvas.rect(
                left + 1,
                y - HALF + 1,
                width - 2,
                2 * HALF - 2,
                fill=PAPER,
                stroke=ink,
                thickness=2,
                radius=HALF - 1,
            )
        case "crossed":
            canvas.rect(*box, fill=PAPER, stroke=ink, line=style.line, thickness=1.2)
        case "several":
            canvas.rect(*box, fill=style.fill, stroke=ink, thickness=1.6, radius=HALF)
        case "wedge":
            top = ((left + HALF, y - HALF), (right - HALF, y - HALF))
            bottom = ((right, y + HALF), (left, y + HALF))
            canvas.polygon((*top, *bottom), fill=style.fill, stroke=ink, thickness=1.4)
        case "diamond":
            corners = ((left, y), (left + HALF, y - HALF), (right - HALF, y - HALF), (right, y))
            under = ((right - HALF, y + HALF), (left + HALF, y + HALF))
            canvas.polygon((*corners, *under), fill=PAPER, stroke=ink, thickness=1.4)
    if shape in ("failed", "crossed"):
        _cross(canvas, (left + right) / 2, y, PAPER if shape == "failed" else ink)


def _cross(canvas: Canvas, x: float, y: float, color: str) -> None:
    arm = HALF * 0.55
    d = f"M{x - arm:.1f},{y - arm:.1f} L{x + arm:.1f},{y + arm:.1f} "
    d += f"M{x - arm:.1f},{y + arm:.1f} L{x + arm:.1f},{y - arm:.1f}"
    canvas.path(d, stroke=color, thickness=1.8)
