"""Plans and findings as text for a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Final

from netkg.case.finding import Finding, conforms, counts_in_words
from netkg.plan.model import Plan
from netkg.render.blocks import NO_BREAK, Block, Line, Row, headed, paragraph
from netkg.render.first_screen import FirstScreen
from netkg.render.outline import Entry, Outline
from netkg.render.page import draw
from netkg.render.words import case_name, finding_words, place_words

__all__ = ["findings_text", "plan_text", "totals_text"]

# The width of the names of the parts of a first screen.
_NAMES: Final = 14


def plan_text(plan: Plan, *, color: bool, width: int, full: bool = False) -> str:
    """Return a plan as text of at most this many columns, with one newline at its end.

    Without ``full``, it is the first screen alone, unless there is no plan.
    """
    blocks = _screen(plan) if plan.conforms else iter(())
    if full or not plan.conforms:
        blocks = chain(blocks, _plan(plan, Outline(plan)))
    closing = [] if full or not plan.conforms else [paragraph(plan.guideline.closing_notice)]
    return draw(chain(blocks, closing), color=color, width=width)


def findings_text(
    case_id: str,
    findings: Iterable[Finding],
    color: bool,
    *,
    width: int = 80,
    closing_notice: str = "",
    shown: Iterable[Finding] | None = None,
) -> str:
    """Return the findings of a case as text, with one newline at its end.

    ``closing_notice`` follows them: what every answer of a guideline carries. With ``shown``
    only these are listed; the first line counts all.
    """
    rows = list(findings)
    verdict = "conforms" if conforms(rows) else "does not conform"
    counts = counts_in_words(Counter(row.severity for row in rows))
    blocks = [paragraph(f"{case_name(case_id)}: {verdict} ({counts})", "bold")]
    blocks += _findings(rows if shown is None else shown)
    blocks += [paragraph(closing_notice)] if closing_notice else []
    return draw(blocks, color=color, width=width)


def totals_text(
    cases: int, invalid: int, unreadable: int, counts: Mapping[str, int], *, color: bool, width: int
) -> str:
    """Return what many cases have in all as text, with one newline at its end.

    ``counts`` are the findings by their severity.
    """
    parts = [f"{cases - invalid:,} valid", f"{invalid:,} invalid"]
    parts += [f"{unreadable:,} unreadable"] if unreadable else []
    total = cases + unreadable
    summary = (
        f"{total:,} case{'s' if total > 1 else ''}: {', '.join(parts)} ({counts_in_words(counts)})"
    )
    return draw([paragraph(summary, "bold")], color=color, width=width)


def _screen(plan: Plan) -> Iterator[Block]:
    screen = FirstScreen(plan)
    yield paragraph(screen.title, "bold")
    rows = (
        Row(item.words, ((part.name if item is part.lines[0] else "", "bold"),), tone=item.tone)
        for part in screen.parts
        for item in part.lines
    )
    yield Block("", tuple(rows), columns=(_NAMES,), indent=0)


def _plan(plan: Plan, view: Outline) -> Iterator[Block]:
    yield headed(view.title, view.meta)
    if view.notice:
        yield paragraph(view.notice, "Violation")
    yield from _findings(plan.findings)
    yield from _block(
        "To do first",
        (
            Row(f"{what} ({when})" if when else what, ((tone, tone), (id_, "")))
            for tone, id_, what, when in view.first()
        ),
        columns=(9,),
    )
    for top, place, entries in view.sections():
        place_row = [Row(place, tone="bold")] if place else []
        yield Block(top, (*place_row, *map(_entry, entries)), columns=(7, 12))
    yield from _block(
        "Undetermined",
        (
            Row(f"{label}{f' ({focus})' if focus else ''}: decided by {fields}", ((id_, ""),))
            for id_, label, focus, fields in view.undetermined()
        ),
    )
    yield from _block("Next questions", (_pair(*each, "decides ") for each in view.questions))
    yield from _block("Gaps in the guideline", (_pair(*each) for each in view.gaps))
    yield from map(paragraph, filter(None, (view.rest, plan.disclaimer)))


def _block(title: str, rows: Iterable[Row], columns: tuple[int, ...] = ()) -> Iterator[Block]:
    """Yield the block of rows, if there are any."""
    if shown := tuple(rows):
        yield Block(title, shown, columns)


def _findings(findings: Iterable[Finding]) -> Iterator[Block]:
    return _block("Findings", map(_finding, findings), columns=(11,))


def _finding(row: Finding) -> Row:
    place = " · ".join(filter(None, (finding_words(row)[0], place_words(row))))
    # The message says what is missing or not valid; a warning is about a value that is.
    said = row.severity == "Info" or row.found == "nothing" or row.found.strip('"') in row.message
    below = tuple(
        Line(each) for each in ("" if said else f"found {row.found}", row.message) if each
    )
    return Row(place, ((row.severity, row.severity),), below)


def _entry(entry: Entry) -> Row:
    source = f" [{entry.source.replace(' ', NO_BREAK)}]" if entry.source else ""
    below = [Line(entry.sentence)] if entry.sentence else []
    for part in entry.parts:
        below += [Line(f"at {part.focus}: {part.status}")] if part.focus else []
        below += [Line(part.choice)] if part.choice else []
        below += [Line(action[4:], mark=action[:4]) for action in part.actions]
        below += map(Line, part.notes)
        below += [Line(f"because {part.because}", tone="dim")] if part.because else []
    below += map(Line, entry.notes)
    heads = ((entry.id, ""), (entry.status, entry.status))
    return Row(entry.label + source, heads, tuple(below))


def _pair(name: str, words: str, verb: str = "") -> Row:
    return Row(name, below=(Line(verb + words, indent=4),) if words else ())
