"""A timeline as one self-contained page: the picture, and the same as a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from html import escape
from typing import Final

from netkg.graph.formats.template import asset, fill
from netkg.graph.timeline.model import Chart, Entry
from netkg.graph.timeline.picture import svg
from netkg.graph.timeline.place import NARROW
from netkg.graph.views.elements import clean
from netkg.suggestions import sentence

__all__ = ["page"]

_HEADS: Final = ("Date", "What", "Status", "Result", "Statements", "Notes")


def page(chart: Chart) -> str:
    """Write the page; a narrow window shows a picture of its own, with names above rows."""
    guideline = chart.guideline
    parts = {
        "TITLE": _text(chart.title),
        "ABOUT": _text(chart.about),
        "EDITION": _text(guideline.edition),
        "DISCLAIMER": _text(guideline.disclaimer),
        "DESCRIPTION": _text(guideline.closing_notice),
        "STYLE": asset("timeline.css"),
        "WIDE": svg(chart, is_bare=True),
        "NARROW": svg(chart, NARROW, is_bare=True),
        "TABLE": "\n".join(_table(chart)),
        "LEFT": _text(chart.omitted),
    }
    return fill("timeline.html", parts)


def _table(chart: Chart) -> Iterator[str]:
    """Yield the lines of the table: what is on record, what is due, what has no date."""
    heads = "".join(f'<th scope="col">{head}</th>' for head in _HEADS)
    yield f"<thead><tr>{heads}</tr></thead>"
    recorded = [each for each in chart.entries if each.shape != "window"]
    recorded.sort(key=lambda each: str(each.first))
    windows = [each for each in chart.entries if each.shape == "window"]
    for heading, entries in (
        ("On record", recorded),
        ("Due and scheduled", windows),
        ("Without a date", chart.undated),
    ):
        if entries:
            yield "<tbody>"
            span = f'colspan="{len(_HEADS)}" scope="rowgroup"'
            yield f'<tr class="part"><th {span}>{heading}</th></tr>'
            # Entries that are the same in all words are one row.
            for entry, times in Counter(entries).items():
                yield _row(entry, times)
            yield "</tbody>"


def _row(entry: Entry, times: int) -> str:
    days = f"{entry.first} to {entry.last}" if entry.shape == "window" else str(entry.first or "")
    title = f"{entry.title}, {times} times" if times > 1 else entry.title
    cells = (
        days,
        title,
        entry.status_label or "measured",
        ", ".join(entry.results),
        entry.cited.strip(" ()"),
        sentence(", ".join(entry.remarks)),
    )
    body = "".join(
        f'<td class="{head.lower()}">{_text(cell)}</td>' if cell else "<td></td>"
        for head, cell in zip(_HEADS, cells, strict=True)
    )
    return f"<tr>{body}</tr>"


def _text(words: str) -> str:
    return escape(clean(words))
