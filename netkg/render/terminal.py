"""Draw a plan for a terminal: aligned, wrapped, coloured only on request."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from netkg.case.finding import SEVERITIES, Finding, conforms
from netkg.plan.model import Plan
from netkg.render.escape import plain
from netkg.render.outline import Entry, Outline, Part, outline, plain_finding

__all__ = ["LEAST_WIDTH", "Painter", "findings_text", "hang", "plan_text"]

LEAST_WIDTH: Final = 40
_NO_BREAK: Final = "\u00a0"
_COLOURS: Final = {
    "alert": "35",
    "bold": "1",
    "declined": "2",
    "dim": "2",
    "done": "32",
    "due": "33",
    "Info": "36",
    "option": "36",
    "overdue": "1;31",
    "planned": "34",
    "scheduled": "34",
    "tried": "2",
    "Violation": "1;31",
    "Warning": "33",
}


class Painter:
    r"""Paint words, or leave them as they are.

    >>> Painter(False)("due", "due"), Painter(True)("due", "due")
    ('due', '\x1b[33mdue\x1b[0m')
    """

    def __init__(self, color: bool) -> None:
        self._color = color

    def __call__(self, words: str, tone: str) -> str:
        """Give the words in the colour of a tone; an unknown tone has none."""
        code = _COLOURS.get(tone)
        return f"\x1b[{code}m{words}\x1b[0m" if self._color and code and words else words


def hang(body: str, width: int, indent: int, head: str = "") -> list[str]:
    """Wrap a text with a hanging indent behind a head that may hold colour codes.

    The head must be ``indent`` columns wide on the screen; without one the
    first line is indented like the others. No line breaks at a no-break space.

    >>> hang("one two three four", 20, 4, "a   ")
    ['a   one two three', '    four']
    """
    lines = textwrap.wrap(body, max(width - indent, 16), break_on_hyphens=False) or [""]
    starts = [head or " " * indent, *[" " * indent] * (len(lines) - 1)]
    lines = [line.replace(_NO_BREAK, " ") for line in lines]
    return [(start + line).rstrip() for start, line in zip(starts, lines, strict=True)]


def plan_text(plan: Plan, *, color: bool, width: int) -> str:
    """Draw a plan as text of at most this many columns, with one newline at its end."""
    view, paint = outline(plan), Painter(color)
    width = max(width, LEAST_WIDTH)
    blocks = [
        _heading(view, paint, width),
        _findings(view.findings, paint, width),
        _first(view, paint, width),
        *_sections(view, paint, width),
        _open(view, paint, width),
        _pairs("Next questions", "decides ", view.questions, paint, width),
        _pairs("Where the guideline is silent", "", view.gaps, paint, width),
        hang(view.rest, width, 0) if view.rest else [],
        hang(view.disclaimer, width, 0) if view.disclaimer else [],
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def findings_text(
    case_id: str,
    findings: Iterable[Finding],
    color: bool,
    *,
    width: int = 80,
    closing_notice: str = "",
) -> str:
    """Draw the findings of a case as text, with one newline at its end.

    ``closing_notice`` stands below them: what every answer of a guideline carries.
    """
    rows = [plain_finding(finding) for finding in findings]
    paint, width = Painter(color), max(width, LEAST_WIDTH)
    verdict = "conforms" if conforms(rows) else "does not conform"
    counts = [
        f"{count} {name.lower()}{'s' if count > 1 and name != 'Info' else ''}"
        for name in SEVERITIES
        if (count := sum(row.severity == name for row in rows))
    ]
    summary = (
        f"{plain(case_id) or '(case without id)'}: {verdict} ({', '.join(counts) or 'no findings'})"
    )
    head = [paint(line, "bold") for line in hang(summary, width, 0)]
    blocks = [
        head,
        _findings(rows, paint, width),
        hang(plain(closing_notice), width, 0) if closing_notice else [],
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def _title(words: str, paint: Painter) -> str:
    return paint(words.upper(), "bold")


def _heading(view: Outline, paint: Painter, width: int) -> list[str]:
    lines = [paint(line, "bold") for line in hang(view.title, width, 0)]
    column = max(len(name) for name, _ in view.meta) + 2
    for name, value in view.meta:
        lines += hang(value, width, column, paint(name, "dim") + " " * (column - len(name)))
    if view.notice:
        lines += ["", *(paint(line, "Violation") for line in hang(view.notice, width, 0))]
    return lines


def _findings(findings: Sequence[Finding], paint: Painter, width: int) -> list[str]:
    if not findings:
        return []
    lines = [_title("Findings", paint)]
    for row in findings:
        head = "  " + paint(row.severity, row.severity) + " " * (11 - len(row.severity))
        place = " · ".join(part for part in (row.focus, row.field, row.statement or "") if part)
        lines += hang(place, width, 13, head)
        facts = [
            f"{name} {words}"
            for name, words in (("found", row.found), ("expected", row.expected))
            if words
        ]
        for words in ("; ".join(facts), row.message):
            lines += hang(words, width, 13) if words else []
    return lines


def _first(view: Outline, paint: Painter, width: int) -> list[str]:
    if not view.first:
        return []
    column = 11 + max(len(todo.id) for todo in view.first) + 2
    lines = [_title("To do first", paint)]
    for todo in view.first:
        head = "  " + paint(todo.tone, todo.tone) + " " * (9 - len(todo.tone))
        body = f"{todo.what} ({todo.when})" if todo.when else todo.what
        lines += hang(body, width, column, head + todo.id.ljust(column - 11))
    return lines


def _sections(view: Outline, paint: Painter, width: int) -> Iterator[list[str]]:
    for top, place, entries in view.groups():
        lines = [_title(top, paint)] if top else []
        if place:
            lines.append(" " * 2 + paint(place, "bold"))
        for entry in entries:
            lines += _entry(entry, paint, width)
        yield lines


def _entry(entry: Entry, paint: Painter, width: int) -> list[str]:
    source = entry.source.replace(" ", _NO_BREAK)
    body = entry.label + (f" [{source}]" if source else "")
    head = f"  {entry.id:<7}{paint(entry.status, entry.status)}" + " " * (12 - len(entry.status))
    lines = hang(body, width, 21, head)
    if entry.sentence:
        lines += hang(entry.sentence, width, 21)
    for part in entry.parts:
        lines += _part(part, paint, width)
    for caveat in entry.caveats:
        lines += hang(f"note: {caveat}", width, 21)
    return lines


def _part(part: Part, paint: Painter, width: int) -> list[str]:
    lines: list[str] = []
    if part.focus:
        lines += hang(f"at {part.focus}: {part.status}", width, 21)
    if part.choice:
        lines += hang(f"{part.choice}:", width, 21)
    for action in part.actions:
        mark, name = action[:4], action[4:]
        lines += hang(name, width, 25, " " * 21 + mark)
    for note in part.notes:
        lines += hang(note, width, 21)
    if part.because:
        lines += [_dim(line, paint) for line in hang(f"because {part.because}", width, 21)]
    return lines


def _dim(line: str, paint: Painter) -> str:
    words = line.lstrip()
    return line[: len(line) - len(words)] + paint(words, "dim")


def _open(view: Outline, paint: Painter, width: int) -> list[str]:
    if not view.open:
        return []
    column = 2 + max(len(row.id) for row in view.open) + 2
    lines = [_title("Undetermined", paint)]
    for row in view.open:
        where = f" ({row.focus})" if row.focus else ""
        head = "  " + row.id.ljust(column - 2)
        lines += hang(f"{row.label}{where}: decided by {row.decided_by}", width, column, head)
    return lines


def _pairs(
    title: str, verb: str, pairs: Sequence[tuple[str, str]], paint: Painter, width: int
) -> list[str]:
    lines = [_title(title, paint)] if pairs else []
    for name, words in pairs:
        lines += hang(name, width, 2)
        lines += hang(verb + words, width, 6) if words else []
    return lines
