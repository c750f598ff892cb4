"""Draw a plan as Markdown and as HTML, from the same tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from netkg.case.finding import Finding, Findings
from netkg.plan.model import Plan
from netkg.render.escape import escape_markdown, plain
from netkg.render.outline import Entry, Outline, Part, outline, plain_finding

__all__ = [
    "Row",
    "Table",
    "element",
    "escape_markdown",
    "findings_html",
    "findings_markdown",
    "findings_table",
    "markdown_row",
    "plan_html",
    "plan_markdown",
    "table_html",
    "table_markdown",
]

_STYLE: Final = """
.netkg-plan { line-height: 1.4; max-width: 75em; }
.netkg-plan table { border-collapse: collapse; margin: .3em 0 1em; width: 100%; }
.netkg-plan th, .netkg-plan td { border-bottom: 1px solid rgba(128, 128, 128, .35);
  padding: .25em .6em; text-align: left; vertical-align: top; overflow-wrap: break-word; }
.netkg-plan th, .netkg-plan td:first-child { white-space: nowrap; }
.netkg-plan .columns-4 td:nth-child(2),
.netkg-plan .columns-4 td:nth-child(4) { white-space: nowrap; }
.netkg-plan .columns-7 td:nth-child(7) { white-space: nowrap; }
.netkg-plan .columns-7 td:nth-child(2),
.netkg-plan .columns-7 td:nth-child(3) { overflow-wrap: anywhere; }
.netkg-plan .columns-7 th:nth-child(3) { width: 16%; }
.netkg-plan .columns-7 th:nth-child(6) { width: 30%; }
.netkg-plan .columns-6 { table-layout: fixed; }
.netkg-plan .columns-6 th:nth-child(1), .netkg-plan .columns-6 th:nth-child(2) { width: 10.5%; }
.netkg-plan .columns-6 th:nth-child(3) { width: 19%; }
.netkg-plan .columns-6 th:nth-child(4), .netkg-plan .columns-6 th:nth-child(5) { width: 21.5%; }
.netkg-plan .columns-6 th:nth-child(6) { width: 17%; }
.netkg-plan h2, .netkg-plan h3, .netkg-plan h4 { margin: .8em 0 .2em; }
.netkg-plan .overdue, .netkg-plan .Violation { background: rgba(220, 50, 47, .18); }
.netkg-plan .due, .netkg-plan .Warning { background: rgba(200, 150, 0, .15); }
.netkg-plan .alert { background: rgba(160, 60, 180, .14); }
.netkg-plan .superseded, .netkg-plan .closed { opacity: .65; }
.netkg-plan .disclaimer { border-left: .25em solid rgba(128, 128, 128, .6);
  padding-left: .8em; }
"""

Cell = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """Hold the cells of a row, each of lines, and the tone that it is shown in."""

    cells: tuple[Cell, ...]
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Hold a table under its headings; an empty heading is not shown."""

    heading: str
    place: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def plan_markdown(plan: Plan) -> str:
    """Draw a plan as Markdown with tables, with one newline at its end."""
    view = outline(plan)
    meta = [f"- {escape_markdown(name)}: {escape_markdown(value)}" for name, value in view.meta]
    blocks = [f"# {escape_markdown(view.title)}", "\n".join(meta)]
    if view.notice:
        blocks.append(f"**{escape_markdown(view.notice)}**")
    blocks += [table_markdown(table) for table in _tables(view)]
    if view.rest:
        blocks.append(escape_markdown(view.rest))
    if view.disclaimer:
        blocks.append(f"> {escape_markdown(view.disclaimer)}")
    return "\n\n".join(blocks) + "\n"


def findings_table(findings: Iterable[Finding]) -> Table:
    """Return findings as a table whose texts are safe to show."""
    return _findings([plain_finding(row) for row in findings])


def findings_markdown(found: Findings) -> str:
    """Draw the findings on a case as Markdown, with one newline at its end."""
    blocks = [f"# {escape_markdown(found.case or '(case without id)')}"]
    blocks.append(table_markdown(findings_table(found)) if found else "No findings.")
    if found.guideline is not None:
        blocks.append(f"> {escape_markdown(found.guideline.closing_notice)}")
    return "\n\n".join(blocks) + "\n"


def findings_html(found: Findings) -> str:
    """Draw the findings on a case as one HTML element with a table."""
    parts = [f"<h2>{escape(plain(found.case) or '(case without id)')}</h2>"]
    parts.append(table_html(findings_table(found)) if found else "<p>No findings.</p>")
    if found.guideline is not None:
        parts.append(f'<p class="disclaimer">{escape(found.guideline.closing_notice)}</p>')
    return element(parts)


def table_markdown(table: Table) -> str:
    """Draw one table with its headings as Markdown, without a newline at its end."""
    lines = [f"## {escape_markdown(table.heading)}", ""] if table.heading else []
    lines += [f"### {escape_markdown(table.place)}", ""] if table.place else []
    lines.append(markdown_row(table.columns))
    lines.append(markdown_row(["---"] * len(table.columns)))
    for row in table.rows:
        lines.append(markdown_row("<br>".join(map(escape_markdown, cell)) for cell in row.cells))
    return "\n".join(lines)


def markdown_row(cells: Iterable[str]) -> str:
    """Draw one row of a Markdown table; the cells are Markdown already."""
    return "|" + "|".join(f" {cell} " if cell else " " for cell in cells) + "|"


def plan_html(plan: Plan) -> str:
    """Draw a plan as one HTML element that brings its style and loads nothing."""
    view = outline(plan)
    parts = [f"<h2>{escape(view.title)}</h2>"]
    meta = "<br>".join(f"{escape(name)}: {escape(value)}" for name, value in view.meta)
    parts.append(f"<p>{meta}</p>")
    if view.notice:
        parts.append(f'<p class="Violation"><strong>{escape(view.notice)}</strong></p>')
    parts += map(table_html, _tables(view))
    if view.rest:
        parts.append(f"<p>{escape(view.rest)}</p>")
    if view.disclaimer:
        parts.append(f'<p class="disclaimer">{escape(view.disclaimer)}</p>')
    return element(parts)


def element(parts: Iterable[str]) -> str:
    """Return one HTML element with these parts, which brings its style and loads nothing."""
    return "\n".join([f'<div class="netkg-plan"><style>{_STYLE}</style>', *parts, "</div>"])


def table_html(table: Table) -> str:
    """Draw one table with its headings as HTML."""
    lines = [f"<h3>{escape(table.heading)}</h3>"] if table.heading else []
    lines += [f"<h4>{escape(table.place)}</h4>"] if table.place else []
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in table.columns)
    shape = f"columns-{len(table.columns)}"
    lines.append(f'<table class="{shape}"><thead><tr>{head}</tr></thead><tbody>')
    for row in table.rows:
        cells = "".join(f"<td>{'<br>'.join(map(escape, cell))}</td>" for cell in row.cells)
        lines.append(f'<tr class="{escape(row.tone)}">{cells}</tr>')
    return "\n".join([*lines, "</tbody></table>"])


def _tables(view: Outline) -> Iterator[Table]:
    if view.findings:
        yield _findings(view.findings)
    if view.first:
        yield Table(
            "To do first",
            "",
            ("Status", "Statement", "What", "When"),
            tuple(
                Row(_cells(todo.tone, todo.id, todo.what, todo.when), todo.tone)
                for todo in view.first
            ),
        )
    columns = ("Statement", "Status", "What", "Actions", "Why", "Source")
    for top, place, entries in view.groups():
        rows = tuple(_row(entry, part) for entry in entries for part in entry.parts)
        yield Table(top, place, columns, rows)
    if view.open:
        yield Table(
            "Undetermined",
            "",
            ("Statement", "What", "Focus", "Decided by"),
            tuple(Row(_cells(row.id, row.label, row.focus, row.decided_by)) for row in view.open),
        )
    yield from _pairs("Next questions", ("Field", "Decides"), view.questions)
    yield from _pairs("Where the guideline is silent", ("Gap", "What is missing"), view.gaps)


def _cells(*words: str) -> tuple[Cell, ...]:
    return tuple((word,) for word in words)


def _pairs(
    heading: str, columns: tuple[str, str], pairs: Sequence[tuple[str, str]]
) -> Iterator[Table]:
    if pairs:
        yield Table(heading, "", columns, tuple(Row(_cells(*pair)) for pair in pairs))


def _findings(findings: Iterable[Finding]) -> Table:
    return Table(
        "Findings",
        "",
        ("Severity", "Focus", "Field", "Found", "Expected", "How to mend", "Statement"),
        tuple(
            Row(
                _cells(
                    row.severity,
                    row.focus,
                    row.field,
                    row.found,
                    row.expected,
                    row.message,
                    row.statement or "",
                ),
                row.severity,
            )
            for row in findings
        ),
    )


def _row(entry: Entry, part: Part) -> Row:
    label = f"{entry.label} (at {part.focus})" if part.focus else entry.label
    what = (
        label,
        *([entry.sentence] if entry.sentence else []),
        *(f"Note: {caveat}" for caveat in entry.caveats),
    )
    choice = (f"{part.choice}:",) if part.choice else ()
    why = (*([part.because] if part.because else []), *part.notes)
    return Row(
        ((entry.id,), (part.status,), what, choice + part.actions, why, (entry.source,)),
        part.status,
    )
