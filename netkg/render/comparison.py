"""Show the comparison of two plans to a person: terminal and Markdown.

Both forms are drawn from one list of blocks, so that neither tells more than
the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from netkg.comparison.model import Comparison, Side
from netkg.render.differences import Block, BlockItem, blocks
from netkg.render.escape import plain
from netkg.render.markup import (
    Row,
    Table,
    element,
    escape_markdown,
    table_html,
    table_markdown,
)
from netkg.render.terminal import LEAST_WIDTH, Painter, hang
from netkg.render.words import sentence

__all__ = ["comparison_html", "comparison_markdown", "comparison_text"]


def comparison_text(view: Comparison, *, color: bool, width: int) -> str:
    """Draw a comparison as text of at most this many columns, with one newline at its end."""
    paint, width = Painter(color), max(width, LEAST_WIDTH)
    title, meta = _head(view)
    lines = [paint(line, "bold") for line in hang(title, width, 0)]
    column = max(len(name) for name, _ in meta) + 2
    for name, value in meta:
        lines += hang(value, width, column, paint(name, "dim") + " " * (column - len(name)))
    notices = [
        [paint(line, tone) for line in hang(words, width, 0)] for words, tone in _notices(view)
    ]
    drawn = [lines, *notices, *(_drawn(block, paint, width) for block in blocks(view))]
    drawn += [hang(words, width, 0) for words in _end(view)]
    return "\n\n".join("\n".join(block) for block in drawn) + "\n"


def comparison_markdown(view: Comparison) -> str:
    """Draw a comparison as Markdown with tables, with one newline at its end."""
    title, meta = _head(view)
    parts = [
        f"# {escape_markdown(title)}",
        "\n".join(f"- {escape_markdown(name)}: {escape_markdown(value)}" for name, value in meta),
        *(
            f"**{escape_markdown(words)}**" if tone else escape_markdown(words)
            for words, tone in _notices(view)
        ),
    ]
    parts += [table_markdown(_table(block)) for block in blocks(view)]
    *rest, disclaimer = map(escape_markdown, _end(view))
    return "\n\n".join([*parts, *rest, f"> {disclaimer}"]) + "\n"


def comparison_html(view: Comparison) -> str:
    """Draw a comparison as one HTML element with tables."""
    title, meta = _head(view)
    lines = "<br>".join(f"{escape(name)}: {escape(value)}" for name, value in meta)
    parts = [f"<h2>{escape(title)}</h2>", f"<p>{lines}</p>"]
    for words, tone in _notices(view):
        parts.append(
            f'<p class="{tone}">{escape(words)}</p>' if tone else f"<p>{escape(words)}</p>"
        )
    parts += [table_html(_table(block)) for block in blocks(view)]
    *rest, disclaimer = map(escape, _end(view))
    parts += [f"<p>{words}</p>" for words in rest]
    return element([*parts, f'<p class="disclaimer">{disclaimer}</p>'])


def _table(block: Block) -> Table:
    rows = tuple(Row(_cells(block, item), item.tone) for item in block.items)
    return Table(block.title, "", block.columns, rows)


def _cells(block: Block, item: BlockItem) -> tuple[tuple[str, ...], ...]:
    if len(block.columns) == 2:
        return (item.head,), (*([item.body] if item.body else []), *item.lines)
    return (item.head,), (item.body,), item.lines


def _drawn(block: Block, paint: Painter, width: int) -> list[str]:
    lines = [paint(block.title.upper(), "bold")]
    longest = max(len(item.head) for item in block.items)
    fields = block.columns[0] == "Field" or longest > 16
    column = 4 if fields else 2 + longest + 2
    for item in block.items:
        if fields:
            lines += hang(item.head + (f": {item.body}" if item.body else ""), width, 2)
        else:
            head = "  " + paint(item.head, item.tone) + " " * (column - 2 - len(item.head))
            lines += hang(item.body, width, column, head)
        for words in item.lines:
            lines += hang(words, width, column + 2)
    return lines


# -- head and end ------------------------------------------------------------------------


def _name(side: Side) -> str:
    return side.case or "(case without id)"


def _head(view: Comparison) -> tuple[str, list[tuple[str, str]]]:
    before, after = view.before, view.after
    if before.case == after.case:
        title = f"Difference of two plans: {_name(after)}"
    else:
        title = f"Difference of two plans: {_name(before)} and {_name(after)}"
    meta = []
    if (before.case, before.as_of) == (after.case, after.as_of):
        meta.append(("As of", after.as_of))
    else:
        meta.append(("Before", f"{_name(before)} as of {before.as_of}"))
        meta.append(("After", f"{_name(after)} as of {after.as_of}"))
    for side in (after,) if before.guideline == after.guideline else (before, after):
        document = sentence(side.guideline.label or side.guideline.iri)
        meta.append(("Guideline", f"{document}, version {side.guideline.version}"))
        meta.append(("Review status", side.guideline.review_status))
    return plain(title), [(name, plain(value)) for name, value in meta]


def _notices(view: Comparison) -> Iterator[tuple[str, str]]:
    if view.notice:
        yield plain(view.notice), "Violation" if not view.conforms else ""
    sides = [name for name, s in (("before", view.before), ("after", view.after)) if not s.conforms]
    if sides:
        yield (
            f"No comparison: {' and '.join(sides)}, the case violates the case format or "
            "contradicts itself. Mend what is marked as a violation, then ask again.",
            "Violation",
        )


def _end(view: Comparison) -> Iterator[str]:
    if view.comparable:
        if not (view.appeared or view.disappeared or view.changed):
            yield "No verdict, status or window differs."
        words = f"{_counted(view.unchanged, 'verdict')} unchanged"
        others = list(dict.fromkeys(id_ for id_, _ in view.on_other_facts))
        yield words + (f"; on other facts rest {', '.join(others)}." if others else ".")
    yield plain(view.disclaimer)


def _counted(count: int, name: str) -> str:
    return f"1 {name} is" if count == 1 else f"{count} {name}s are"
