"""Place the marks of one row and what is written at them, so that nothing overlaps.

A row has tracks, one below the other. Marks that are too close to each other are folded
into one, which says how many they are. What is written at a mark is to its right, to its
left, or on a track below; with too little room the days are left out, and then more marks
are folded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from netkg.graph.layout.text import text_width, wrap
from netkg.graph.timeline.axis import Axis
from netkg.graph.timeline.model import Entry, Row

__all__ = ["HALF", "Note", "RowLayout", "Sign", "place_row"]

# Half the size of a mark, and the space between it and what is written at it.
HALF: Final = 5.0
_SPACE: Final = 4.0
# Marks whose middles are closer than this are folded; with too little room, more of them.
_CLOSE: Final = 2 * HALF + 2
_WIDER: Final = 1.7
_LONGEST: Final = 8
# So many bars of one row are drawn by themselves; more are folded.
_MOST_BARS: Final = 3
_MOST_WINDOWS: Final = 6
# More words than this are left out at folded marks.
_MOST_WORDS: Final = 3


@dataclass(frozen=True, slots=True)
class Sign:
    """A mark or a bar from ``left`` to ``right`` on a track, and the entries that it shows."""

    left: float
    right: float
    track: int
    entries: tuple[Entry, ...]

    @property
    def is_bar(self) -> bool:
        """Whether it lasts."""
        return self.entries[0].shape != "day"


@dataclass(frozen=True, slots=True)
class Note:
    """What is written at a mark, from its left end, on a track."""

    left: float
    track: int
    words: str

    @property
    def right(self) -> float:
        """The right end of the text."""
        return self.left + text_width(self.words)


class RowLayout:
    """The marks and notes of a row, on tracks one below the other."""

    def __init__(self, axis: Axis) -> None:
        """Begin with an empty row."""
        self.axis = axis
        self.signs: list[Sign] = []
        self.notes: list[Note] = []
        self._used: list[list[tuple[float, float]]] = []

    def __len__(self) -> int:
        return len(self._used)

    def add_sign(self, left: float, right: float, track: int, entries: tuple[Entry, ...]) -> None:
        """Add a mark or a bar."""
        self.signs.append(Sign(left, right, track, entries))
        self._use(track, left, right)

    def add_note(self, words: str, places: Iterable[tuple[int, float]]) -> bool:
        """Add a text at the first place that is free; return whether there is one."""
        width = text_width(words)
        for track, left in places:
            inside = self.axis.left - 1 <= left and left + width <= self.axis.right + 1
            if inside and self.is_free(track, left, left + width):
                self.notes.append(Note(left, track, words))
                self._use(track, left - 1, left + width + 1)
                return True
        return False

    def is_free(self, track: int, left: float, right: float) -> bool:
        """Return whether nothing is at a place."""
        spans = self._used[track] if track < len(self._used) else []
        return all(right < start or end < left for start, end in spans)

    def _use(self, track: int, left: float, right: float) -> None:
        while len(self._used) <= track:
            self._used.append([])
        self._used[track].append((left, right))


def place_row(row: Row, axis: Axis, as_of: date) -> RowLayout:
    """Return the marks and notes of a row on its tracks."""
    if row.entries[0].shape == "window":
        return _windows(row, axis, as_of)
    close = _CLOSE
    while True:
        for is_dated, more in ((True, 1), (False, 3)):
            found = RowLayout(axis)
            _add_signs(found, row.entries, close)
            # One mark that shows everything has a place for certain.
            last = len(found) + max(more, len(found.signs) if len(found.signs) <= 4 else 0)
            if all(_add_note(found, sign, is_dated, last) for sign in found.signs):
                return found
        close *= _WIDER


# -- windows ---------------------------------------------------------------------------------
def _windows(row: Row, axis: Axis, as_of: date) -> RowLayout:
    """Place each window on a track of its own, with its words next to it, in it or below."""
    groups: list[tuple[Entry, ...]] = [(entry,) for entry in row.entries]
    if len(groups) > _MOST_WINDOWS:
        by_status: dict[str, tuple[Entry, ...]] = {}
        for entry in row.entries:
            by_status[entry.status] = (*by_status.get(entry.status, ()), entry)
        groups = list(by_status.values())
    found = RowLayout(axis)
    for group in groups:
        left = min(axis.x(entry.first) for entry in group if entry.first)
        right = max(max(axis.x(entry.last) for entry in group if entry.last), left + HALF)
        track = len(found)
        found.add_sign(left, right, track, group)
        words = _window_words(group)
        width = text_width(words)
        # What is overdue has a line up to the evaluation date.
        end = axis.x(as_of) if group[0].status == "overdue" else right
        places = [
            (track, max(end, right) + _SPACE),
            (track, left - _SPACE - width),
            (track + 1, min(max(left, axis.left), axis.right - width)),
        ]
        if not found.add_note(words, places):
            for line in wrap(words, axis.right - axis.left, most=9):
                found.add_note(line, [(len(found), axis.left)])
    return found


def _window_words(group: Sequence[Entry]) -> str:
    if len(group) == 1:
        return f"{group[0].when}{group[0].cited}"
    ends = sorted(str(entry.last) for entry in group)
    return f"{group[0].status_label}: {len(group)} windows, which end from {ends[0]} to {ends[-1]}"


# -- events ----------------------------------------------------------------------------------
def _add_signs(found: RowLayout, entries: Sequence[Entry], close: float) -> None:
    """Add bars and marks, those close to each other as one."""
    axis = found.axis
    signs = [*_bars(axis, entries), *_marks(axis, entries, close)]
    for left, right, group in sorted(signs, key=lambda each: each[:2]):
        track = 0
        while not found.is_free(track, left - 2, right + 2):
            track += 1
        found.add_sign(left, right, track, group)


def _bars(axis: Axis, entries: Iterable[Entry]) -> Iterator[tuple[float, float, tuple[Entry, ...]]]:
    bars = [entry for entry in entries if entry.shape != "day"]
    groups = [tuple(bars)] if len(bars) > _MOST_BARS else [(entry,) for entry in bars]
    for group in groups:
        left = min(axis.x(entry.first) for entry in group if entry.first)
        right = max(axis.x(entry.last) for entry in group if entry.last)
        yield left - HALF, max(right, left) + HALF, group


def _marks(
    axis: Axis, entries: Iterable[Entry], close: float
) -> Iterator[tuple[float, float, tuple[Entry, ...]]]:
    first, last, group = 0.0, 0.0, tuple[Entry, ...]()
    days = [(axis.x(e.first), e) for e in entries if e.shape == "day" and e.first]
    for x, entry in sorted(days, key=lambda each: each[0]):
        # Folded marks that are too long would say little about when.
        if group and (x - last >= close or x - first > _LONGEST * close):
            yield first - HALF, last + HALF, group
            group = ()
        first = first if group else x
        last, group = x, (*group, entry)
    if group:
        yield first - HALF, last + HALF, group


def _add_note(found: RowLayout, sign: Sign, is_dated: bool, tracks: int) -> bool:
    """Write at a mark what it shows; return whether there is room."""
    axis = found.axis
    words = _words(sign.entries, is_dated)
    if not words:
        return True
    width = text_width(words)
    if width > axis.right - axis.left:
        (words,) = wrap(words, axis.right - axis.left, most=1)
        width = text_width(words)
    # Below a bar, its words begin where it begins.
    left = sign.left if sign.is_bar else (sign.left + sign.right - width) / 2
    left = min(max(left, axis.left), axis.right - width)
    places = [(sign.track, sign.right + _SPACE), (sign.track, sign.left - _SPACE - width)]
    below = [(track, left) for track in range(sign.track + 1, tracks)]
    return found.add_note(words, [*places, *below])


def _words(entries: Sequence[Entry], is_dated: bool) -> str:
    """Return what is written at a mark: of several, how many they are, and what is frequent."""
    if len(entries) == 1:
        return ", ".join([entries[0].when, *entries[0].note]) if is_dated else _label(entries[0])
    total = len(entries)
    counts = Counter(map(_label, entries))
    counts.pop("", None)
    # What was not simply done comes first.
    first = {_label(each) for each in entries if each.has_failed or _status(each)}
    ranked = sorted(counts, key=lambda words: (words not in first, -counts[words]))
    differ = len(counts) == total
    parts = [
        words if differ or counts[words] == total else f"{counts[words]} {words}"
        for words in ranked[:_MOST_WORDS]
    ]
    said = f"{total} times" + (f": {'; '.join(parts)}" if parts else "")
    return f"{said} …" if len(ranked) > _MOST_WORDS else said


def _label(entry: Entry) -> str:
    return ", ".join(filter(None, (_status(entry), *entry.note)))


def _status(entry: Entry) -> str:
    """Return the status of an event, unless it is the usual one."""
    return "" if entry.status == "completed" else entry.status_label
