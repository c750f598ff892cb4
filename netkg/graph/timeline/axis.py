"""The axis of a timeline: where a day is, breaks over long empty times, and ticks.

All of the axis has one scale, so that lengths can be compared; a time in which nothing
happened, and which is longer than all the rest, is left out, with a break that says how
long it is. Days are numbers (``date.toordinal``), since the first and the last day of the
calendar need room at their sides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final

from netkg.graph.layout.text import text_width

__all__ = ["Axis", "Break", "Tick"]

_YEAR: Final = 365.2425
# An empty time is left out if it is longer than this, and than the rest this many times.
_LONG: Final = 1.5 * _YEAR
_TIMES: Final = 2.0
_MOST_BREAKS: Final = 3
# The least time that an axis shows, and the part of it that is free at each side.
_LEAST: Final = 20.0
_FREE: Final = 0.03
_GAP: Final = 12.0
# The steps of ticks: days and months; the labels of steps of years are years.
_DAYS: Final = (1, 7)
_MONTHS: Final = (1, 3, 6, *(12 * n for n in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000)))
_FIRST: Final = date.min.toordinal()
_LAST: Final = date.max.toordinal()


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on the axis and the middle of its label; one that would not fit is empty."""

    x: float
    label: str
    middle: float


@dataclass(frozen=True, slots=True)
class Break:
    """The place of a time that is left out, and how long it is, in words."""

    left: float
    right: float
    words: str


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of the axis without a break: its days with and without free sides, its place."""

    first: float
    last: float
    begin: int
    end: int
    left: float
    scale: float

    def x(self, day: float) -> float:
        return self.left + (day - self.first) * self.scale

    @property
    def right(self) -> float:
        return self.x(self.last)


class Axis:
    """An axis from left to right on which a set of days is."""

    def __init__(self, days: Iterable[date], left: float, right: float) -> None:
        """Place the days between two edges."""
        self.left, self.right = left, right
        parts = _parts(sorted({day.toordinal() for day in days}))
        spans = [last - first for first, last in parts]
        least = _LEAST if len(parts) == 1 else 0.0
        free = max(sum(spans), least, _LEAST * 0.5) * _FREE
        free = max(free, (least - sum(spans)) / 2)
        between = [_lasting(a[1], b[0]) for a, b in pairwise(parts)]
        rooms = [text_width(words) + _GAP for words in between]
        scale = (right - left - sum(rooms)) / (sum(spans) + 2 * free * len(parts))
        self._pieces: list[_Piece] = []
        self.breaks: list[Break] = []
        for (begin, end), words, room in zip(parts, [*between, ""], [*rooms, 0.0], strict=True):
            piece = _Piece(begin - free, end + free, begin, end, left, scale)
            self._pieces.append(piece)
            left = piece.right + room
            if words:
                self.breaks.append(Break(piece.right, left, words))
        self.ticks = tuple(self._ticks(scale))

    def x(self, day: date) -> float:
        """Return the place of a day of the set."""
        number = day.toordinal()
        piece = next(each for each in self._pieces if number <= each.end)
        return piece.x(max(number, piece.begin))

    def _ticks(self, scale: float) -> Iterator[Tick]:
        step, is_months = next(
            (n, is_months)
            for numbers, is_months in ((_DAYS, False), (_MONTHS, True))
            for n in numbers
            if _fits(n, scale, is_months) or (is_months and n == _MONTHS[-1])
        )
        used = 0.0
        for piece in self._pieces:
            found = list(_days(piece, step, is_months))
            labels = [(day, _label(day, step, is_months)) for day in found]
            for day, label in labels or [(piece.begin, date.fromordinal(piece.begin).isoformat())]:
                x, half = piece.x(day), text_width(label) / 2
                middle = min(max(x, half), self.right - half + _GAP)
                fits = middle - half >= used + _GAP / 2
                used = middle + half if fits else used
                yield Tick(x, label if fits else "", middle)


def _parts(days: list[int]) -> list[tuple[int, int]]:
    """Return the first and the last day of each part of the axis."""
    gaps = sorted(((b - a, a, b) for a, b in pairwise(days)), reverse=True)
    rest = days[-1] - days[0]
    cuts: list[tuple[int, int]] = []
    for gap, before, after in gaps[:_MOST_BREAKS]:
        if gap < _LONG or gap <= _TIMES * (rest - gap) or rest == gap:
            break
        rest -= gap
        cuts.append((before, after))
    edges = [days[0], *(day for cut in sorted(cuts) for day in cut), days[-1]]
    return list(zip(edges[::2], edges[1::2], strict=True))


def _lasting(begin: int, end: int) -> str:
    years = int((end - begin) / _YEAR)
    return f"{years:,} years" if years > 1 else f"{round((end - begin) / _YEAR * 12)} months"


def _fits(step: int, scale: float, is_months: bool) -> bool:
    days = step * (28.0 if is_months and step < 12 else _YEAR / 12 if is_months else 1.0)
    widest = "0000" if is_months and step >= 12 else "0000-00" if is_months else "0000-00-00"
    return days * scale >= text_width(widest) + _GAP


def _days(piece: _Piece, step: int, is_months: bool) -> Iterator[int]:
    """Yield the days of ticks within a piece: Mondays, or the first days of months."""
    low, high = max(_FIRST, piece.first), min(_LAST, piece.last)
    if not is_months:
        # Day 1 of the calendar of Python is a Monday.
        day = int(low) + (1 - int(low)) % step
        while day <= high:
            if day >= low:
                yield day
            day += step
        return
    start = date.fromordinal(int(low))
    month = (start.year * 12 + start.month - 1) // step * step
    while month < (date.max.year + 1) * 12:
        year, index = divmod(month, 12)
        # There is no year 0.
        day = date(max(year, 1), index + 1 if year else 1, 1).toordinal()
        if day > high:
            return
        if day >= low:
            yield day
        month += step


def _label(day: int, step: int, is_months: bool) -> str:
    text = date.fromordinal(day).isoformat()
    return text if not is_months else text[:4] if step >= 12 else text[:7]
