"""Comparisons of two plans as text, Markdown and HTML, all made from the same groups."""

from __future__ import annotations

from collections.abc import Iterator

from netkg.comparison.model import Comparison
from netkg.render.blocks import Block, Line, Row, headed, paragraph
from netkg.render.differences import Group, groups
from netkg.render.page import Page, draw
from netkg.render.words import case_name, document

__all__ = ["comparison_page", "comparison_text"]


def comparison_text(view: Comparison, *, color: bool, width: int) -> str:
    """Return a comparison as text of at most this many columns, with one newline at its end."""
    blocks = [headed(*_head(view))]
    blocks += [paragraph(words, tone) for words, tone in _notices(view)]
    blocks += map(_block, groups(view))
    blocks += map(paragraph, (*_end(view), view.disclaimer))
    return draw(blocks, color=color, width=width)


def comparison_page(view: Comparison) -> Page:
    """Return a comparison as a page of tables."""
    title, meta = _head(view)
    return Page(
        "comparison",
        title=title,
        meta=meta,
        notices=[*_notices(view)],
        groups=[*groups(view)],
        end=[*_end(view)],
        closing=view.disclaimer,
    )


def _block(group: Group) -> Block:
    if group.columns[0] == "Field" or max(len(item.head) for item in group.items) > 16:
        # Long heads leave no room for words in a column of their own.
        rows = (
            Row(
                f"{item.head}: {item.cited}" if item.body else item.head,
                below=tuple(Line(words, indent=4) for words in item.lines),
            )
            for item in group.items
        )
    else:
        rows = (
            Row(
                item.cited,
                ((item.head, item.tone),),
                tuple(Line(words, indent=2) for words in item.lines),
            )
            for item in group.items
        )
    return Block(group.title, tuple(rows))


def _head(view: Comparison) -> tuple[str, list[tuple[str, str]]]:
    before, after = view.before, view.after
    old, new = case_name(before.case), case_name(after.case)
    meta = [("As of", after.as_of)]
    if (before.case, before.as_of) != (after.case, after.as_of):
        meta = [
            ("Before", f"{old} as of {before.as_of}"),
            ("After", f"{new} as of {after.as_of}"),
        ]
    if before.guideline != after.guideline:
        meta += document(before.guideline)
    meta += document(after.guideline)
    return f"Difference of two plans: {' and '.join(dict.fromkeys((old, new)))}", meta


def _notices(view: Comparison) -> Iterator[tuple[str, str]]:
    if view.notice:
        yield view.notice, "Violation" if not view.conforms else ""
    sides = [name for name, s in (("before", view.before), ("after", view.after)) if not s.conforms]
    if sides:
        what = f'the "{sides[0]}" case is' if len(sides) == 1 else "both cases are"
        yield (
            f"No comparison: {what} invalid. Fix the violations and run the command again.",
            "Violation",
        )


def _end(view: Comparison) -> Iterator[str]:
    if view.comparable:
        if not (view.appeared or view.disappeared or view.changed):
            yield "No verdict, status or window differs."
        count = "1 verdict is" if view.unchanged == 1 else f"{view.unchanged} verdicts are"
        others = ", ".join(dict.fromkeys(id_ for id_, _ in view.on_other_facts))
        yield f"{count} unchanged" + (f"; based on other facts: {others}." if others else ".")
