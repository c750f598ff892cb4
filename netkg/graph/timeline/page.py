"""A timeline as one self-contained page: the picture, and the same as a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

from netkg.graph.formats.template import asset, fill
from netkg.graph.timeline.model import Chart, Entry
from netkg.graph.timeline.picture import picture
from netkg.graph.timeline.place import NARROW
from netkg.suggestions import sentence

__all__ = ["page"]

_HEADS: Final = ("Date", "What", "Status", "Result", "Statements", "Notes")


def page(chart: Chart) -> str:
    """Write the page; a narrow window shows a picture of its own, with names above rows."""
    recorded = [each for each in chart.entries if each.shape != "window"]
    recorded.sort(key=lambda each: str(each.first))
    windows = [each for each in chart.entries if each.shape == "window"]
    return fill(
        "timeline",
        chart=chart,
        style=asset("timeline.css"),
        wide=picture(chart, is_bare=True).svg(),
        narrow=picture(chart, NARROW, is_bare=True).svg(),
        heads=_HEADS,
        parts=[
            ("On record", _rows(recorded)),
            ("Due and scheduled", _rows(windows)),
            ("Without a date", _rows(chart.undated)),
        ],
    )


def _rows(entries: Iterable[Entry]) -> list[tuple[str, ...]]:
    """Return the cells of the table; entries that are the same in all words are one row."""
    return [_cells(entry, times) for entry, times in Counter(entries).items()]


def _cells(entry: Entry, times: int) -> tuple[str, ...]:
    days = f"{entry.first} to {entry.last}" if entry.shape == "window" else str(entry.first or "")
    return (
        days,
        f"{entry.title}, {times} times" if times > 1 else entry.title,
        entry.status_label or "measured",
        ", ".join(entry.results),
        entry.cited.strip(" ()"),
        sentence(", ".join(entry.remarks)),
    )
