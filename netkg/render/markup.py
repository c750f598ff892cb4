"""Plans and findings as pages: Markdown and HTML."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from netkg.case.finding import Finding, Findings
from netkg.plan.model import Plan
from netkg.render.escape import escape_markdown
from netkg.render.outline import Entry, Outline, Part
from netkg.render.page import Page, Section, TableRow, page_markdown

__all__ = [
    "escape_markdown",
    "findings_page",
    "findings_table",
    "markdown_row",
    "plan_markdown",
    "plan_page",
]


def markdown_row(cells: Iterable[str]) -> str:
    """Return one row of a Markdown table; the cells are Markdown already."""
    return "|" + "|".join(f" {cell} " if cell else " " for cell in cells) + "|"


def plan_markdown(plan: Plan) -> str:
    """Return a plan as Markdown with tables, with one newline at its end."""
    return page_markdown(plan_page(plan))


def plan_page(plan: Plan) -> Page:
    """Return a plan as a page of tables."""
    view = Outline(plan)
    return Page(view.title, [*_sections(plan, view)], view.meta, plan.disclaimer)


def findings_page(found: Findings) -> Page:
    """Return the findings on a case as a page."""
    section = findings_table(found) if found else Section(words=("No findings.",))
    closing = found.guideline.closing_notice if found.guideline else ""
    return Page(found.case or "(case without id)", [section], closing=closing)


def findings_table(findings: Iterable[Finding]) -> Section:
    """Return findings as a table."""
    columns = ("Severity", "Focus", "Field", "Found", "Expected", "How to fix", "Statement")
    rows = [
        _row(
            *(row.severity, row.focus, row.field, row.found, row.expected, row.message),
            row.statement or "",
            tone=row.severity,
        )
        for row in findings
    ]
    return Section("Findings", columns=columns, rows=rows)


def _sections(plan: Plan, view: Outline) -> Iterator[Section]:
    if view.notice:
        yield Section(words=(view.notice,), tone="Violation")
    if plan.findings:
        yield findings_table(plan.findings)
    yield from _table(
        "To do first",
        ("Status", "Statement", "What", "When"),
        [_row(*todo, tone=todo[0]) for todo in view.first()],
    )
    columns = ("Statement", "Status", "What", "Actions", "Why", "Source")
    for top, place, entries in view.sections():
        rows = [_entry(entry, part) for entry in entries for part in entry.parts]
        yield Section(top, place, columns=columns, rows=rows)
    yield from _table(
        "Undetermined",
        ("Statement", "What", "Focus", "Decided by"),
        [_row(*each) for each in view.undetermined()],
    )
    questions = [_row(*each) for each in view.questions]
    yield from _table("Next questions", ("Field", "Decides"), questions)
    gaps = [_row(*each) for each in view.gaps]
    yield from _table("Gaps in the guideline", ("Gap", "What is missing"), gaps)
    if view.rest:
        yield Section(words=(view.rest,))


def _table(heading: str, columns: Sequence[str], rows: Sequence[TableRow]) -> Iterator[Section]:
    if rows:
        yield Section(heading, columns=columns, rows=rows)


def _row(*cells: str, tone: str = "") -> TableRow:
    return TableRow([[cell] for cell in cells], tone)


def _entry(entry: Entry, part: Part) -> TableRow:
    label = f"{entry.label} (at {part.focus})" if part.focus else entry.label
    notes = [f"Note: {caveat}" for caveat in entry.caveats]
    what = [label, *filter(None, [entry.sentence]), *notes]
    actions = [*filter(None, [part.choice]), *part.actions]
    why = [*filter(None, [part.because]), *part.notes]
    return TableRow([[entry.id], [part.status], what, actions, why, [entry.source]], part.status)
