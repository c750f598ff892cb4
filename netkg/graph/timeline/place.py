"""Place a timeline on a picture: rows with their names, the axis, and the texts around them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from netkg.graph.formats.canvas import MARGIN
from netkg.graph.layout.text import (
    BASELINE,
    BOLD,
    FONT_SIZE,
    LINE,
    SMALL_SIZE,
    TITLE_SIZE,
    text_width,
    wrap,
)
from netkg.graph.timeline.axis import Axis
from netkg.graph.timeline.model import Chart, Entry, Row
from netkg.graph.timeline.signs import LONG, legend, mark_width
from netkg.graph.timeline.tracks import Sign, place_row
from netkg.suggestions import sentence

__all__ = ["LEFT_OUT", "NARROW", "WIDE", "Placed", "Text"]

# The width of a picture, and of one for a telephone.
WIDE: Final = 1280.0
NARROW: Final = 366.0
_TRACK: Final = 17.0
_SPACE: Final = 7.0
_HEADING: Final = 24.0
_LEGEND_ROW: Final = 20.0
# What the legend says of a break of the axis.
LEFT_OUT: Final = "time left out"
# The most and the least width of the names of rows; a narrow picture has them above the rows.
_NAMES: Final = (90.0, 270.0)
# A taller picture has the labels of the axis at its bottom, too.
_TALL: Final = 480.0
_EVERY: Final = 100_000


@dataclass(frozen=True, slots=True)
class Text:
    """A text on one line, from its left end, on its baseline."""

    x: float
    y: float
    words: str
    size: float = FONT_SIZE
    is_bold: bool = False
    is_subdued: bool = False
    # Whether it is on the rows, where lines are that it covers.
    is_note: bool = False

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Its left, upper, right and lower end."""
        width = text_width(self.words) * self.size / FONT_SIZE * (BOLD if self.is_bold else 1)
        return self.x, self.y - 0.78 * self.size, self.x + width, self.y + 0.22 * self.size


class Placed:
    """A placed timeline: its texts, its marks with their heights, its lines and its size."""

    def __init__(self, chart: Chart, width: float = WIDE, *, is_bare: bool = False) -> None:
        """Place a chart on a picture of this width; a bare one has no title and closing lines."""
        self.chart, self.width = chart, width
        self.is_narrow = width < WIDE / 2
        self.texts: list[Text] = []
        self.signs: list[tuple[Sign, float]] = []
        self.legend: list[tuple[str, float, float, float]] = []
        # The lines of days from their labels down, and the height of the labels of ticks.
        self.lines: list[tuple[float, float]] = []
        self.ticks: list[float] = []
        self.rules: list[float] = []
        self._y = MARGIN
        self._left, self._right = MARGIN, width - MARGIN
        names = [row.label for part in chart.parts for row in part.rows]
        names += [_status(entry) for entry in chart.undated]
        least, most = _NAMES
        widest = min(max(map(text_width, names), default=0.0), most)
        self._names = 0.0 if self.is_narrow else max(least, widest)
        self._start = self._left + (0.0 if self.is_narrow else self._names + 2 * MARGIN)
        if not is_bare:
            self._head()
        self.axis = Axis(_days(chart), self._start, self._right)
        if chart.parts:
            self._axis_labels(with_lines=True)
        else:
            self._paragraph("Nothing on record or due has a date.", size=FONT_SIZE)
        self.top = self._y
        for part in chart.parts:
            self._heading(part.heading)
            for row in part.rows:
                self._row(row)
        self.bottom = self._y
        if self.bottom - self.top > _TALL:
            self._y += LINE
            self._axis_labels(with_lines=False)
        self._undated()
        self._legend()
        if not is_bare:
            self._foot()
        self.height = self._y + MARGIN

    # -- above the rows ----------------------------------------------------------------
    def _head(self) -> None:
        room = self._right - self._left
        title = wrap(self.chart.title, room * FONT_SIZE / TITLE_SIZE / BOLD, most=2)
        for line in title:
            self._y += TITLE_SIZE + 3
            self._text(self._left, line, size=TITLE_SIZE, is_bold=True)
        self._y += 4
        self._paragraph(self.chart.about)
        self._y += _SPACE

    def _axis_labels(self, *, with_lines: bool) -> None:
        """Write times left out, ticks and the evaluation date, each on a line of its own."""
        axis = self.axis
        if with_lines and axis.breaks:
            self._y += LINE
            for each in axis.breaks:
                self._centered((each.left + each.right) / 2, each.words, is_subdued=True)
        self._y += LINE
        for tick in axis.ticks:
            if tick.label:
                self._centered(tick.middle, tick.label, is_subdued=True)
        self.ticks.append(self._y)
        days = ((self.chart.died, "died"), (self.chart.as_of, "evaluation date"))
        for day, words in days if with_lines else ():
            if day:
                self._y += LINE + 2
                self._centered(axis.x(day), f"{words} {day}", is_bold=True)
                self.lines.append((axis.x(day), self._y + 4))
        self._y += _SPACE

    # -- rows ----------------------------------------------------------------------------
    def _heading(self, words: str) -> None:
        self._y += _HEADING
        y = self._y - 8
        self._text(self._left, words, y=y, size=12.5, is_bold=True, is_note=self.is_narrow)
        self.rules.append(self._y - 2)
        self._y += 3

    def _row(self, row: Row) -> None:
        layout = place_row(row, self.axis, self.chart.as_of)
        label = self._label(row.label)
        top = self._y + (len(label) * LINE if self.is_narrow else 0.0)
        for sign in layout.signs:
            self.signs.append((sign, top + (sign.track + 0.5) * _TRACK))
        for note in layout.notes:
            y = top + (note.track + 0.5) * _TRACK + BASELINE
            self._text(note.left, note.words, y=y, is_note=True)
        high = len(layout) * _TRACK
        self._y = max(top + high, self._y + len(label) * LINE) + _SPACE
        self.rules.append(self._y - _SPACE / 2)

    def _label(self, words: str) -> tuple[str, ...]:
        """Write the name of a row next to it, or above it."""
        lines = wrap(words, self._names or self._right - self._left, most=2)
        for number, line in enumerate(lines):
            middle = self._y + (LINE if self.is_narrow else _TRACK) / 2 + number * LINE
            self._text(self._left, line, y=middle + BASELINE, is_note=self.is_narrow)
        return lines

    # -- below the rows ------------------------------------------------------------------
    def _undated(self) -> None:
        groups: dict[str, Counter[str]] = {}
        for entry in self.chart.undated:
            groups.setdefault(_status(entry), Counter())[_listed(entry)] += 1
        if groups:
            self._heading("Without a date")
        for status, items in groups.items():
            words = "; ".join(f"{each}, {n} times" if n > 1 else each for each, n in items.items())
            lines = self._label(status)
            y = self._y
            if self.is_narrow:
                self._y += LINE * len(lines)
            self._y += _TRACK / 2 + BASELINE - LINE
            self._paragraph(words, left=self._start, size=FONT_SIZE)
            self._y = max(self._y, y + LINE) + 1.5 * _SPACE
            self.rules.append(self._y - _SPACE / 2)

    def _legend(self) -> None:
        self._y += 2 * _SPACE
        x = self._left
        kinds = [
            (kind, words, mark_width(kind))
            for kind, words in legend(sign.entries for sign, _ in self.signs).items()
        ]
        kinds += [(LEFT_OUT, LEFT_OUT, LONG)] if self.axis.breaks else []
        for kind, words, mark in kinds:
            width = mark + 6 + text_width(words) * SMALL_SIZE / FONT_SIZE + 18
            if x > self._left and x + width > self._right:
                x, self._y = self._left, self._y + _LEGEND_ROW
            self.legend.append((kind, x, x + mark, self._y))
            self._text(x + mark + 6, words, y=self._y + BASELINE, size=SMALL_SIZE)
            x += width

    def _foot(self) -> None:
        self._y += _LEGEND_ROW if self.legend else 0
        guideline = self.chart.guideline
        for words in (self.chart.omitted, guideline.edition, guideline.disclaimer):
            if words:
                self._paragraph(words)
                self._y += 2

    # -- texts ---------------------------------------------------------------------------
    def _paragraph(
        self, words: str, *, left: float | None = None, size: float = SMALL_SIZE
    ) -> None:
        start = self._left if left is None else left
        for line in wrap(words, (self._right - start) * FONT_SIZE / size, most=_EVERY):
            self._y += LINE
            self._text(start, line, size=size)

    def _centered(
        self, x: float, words: str, *, is_bold: bool = False, is_subdued: bool = False
    ) -> None:
        text = Text(0, self._y, words, SMALL_SIZE, is_bold, is_subdued, is_note=is_bold)
        width = text.box[2]
        left = min(max(x - width / 2, self._left), self._right + MARGIN / 2 - width)
        self.texts.append(replace(text, x=left))

    def _text(self, x: float, words: str, *, y: float | None = None, **look: Any) -> None:
        self.texts.append(Text(x, self._y if y is None else y, words, **look))


def _days(chart: Chart) -> Iterator[date]:
    yield chart.as_of
    if chart.died:
        yield chart.died
    for entry in chart.entries:
        yield from filter(None, (entry.first, entry.last))


def _status(entry: Entry) -> str:
    return sentence(entry.status_label or "measured")


def _listed(entry: Entry) -> str:
    said = ", ".join([entry.title, *entry.results])
    return f"{said}{entry.cited}"
