"""Draw explanations: the tree of a proof for a terminal, and as nested lists in Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from netkg.plan.model import Focus, Recommendation
from netkg.proof.model import Explanation, Proof
from netkg.render.escape import plain
from netkg.render.markup import (
    element,
    escape_markdown,
    findings_table,
    table_html,
    table_markdown,
)
from netkg.render.proof_tree import Formatter, Line
from netkg.render.terminal import LEAST_WIDTH, Painter, findings_text, hang
from netkg.render.words import decided_by, references, sentence

__all__ = [
    "explanation_html",
    "explanation_markdown",
    "explanation_text",
    "proof_html",
    "proof_markdown",
]


def explanation_text(
    explanation: Explanation, *, color: bool, width: int, whole: bool = False
) -> str:
    """Draw an explanation as text of at most this many columns where words can be broken.

    ``whole`` draws the operands, too, that do not settle the verdict.
    """
    plan, row = explanation.plan, explanation.statement
    if row is None:
        return findings_text(
            plan.case,
            plan.findings,
            color,
            width=width,
            closing_notice=plan.guideline.closing_notice,
        )
    paint, width = Painter(color), max(width, LEAST_WIDTH)
    lines = [paint(line, "bold") for line in hang(_title(row), width, 0)]
    lines += hang(f"{plain(plan.case)}, as of {plan.as_of}", width, 0)
    lines += ["", *hang(plain(row.definition), width, 0)]
    for note in _notes(row):
        lines += hang(f"note: {plain(note)}", width, 2)
    for explained in explanation.foci:
        state = plain(_state(explained.focus))
        lines += ["", *(paint(line, "bold") for line in hang(state, width, 0))]
        if explained.focus.missing:
            lines += hang(f"missing: {plain(decided_by(explained.focus.missing))}", width, 0)
        tree = Formatter(explanation.words, whole).line(explained.proof.step)
        lines += _drawn(tree, width, paint, "", "")
    lines += ["", *hang(plan.guideline.closing_notice, width, 0)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def explanation_markdown(explanation: Explanation, *, whole: bool = False) -> str:
    """Draw an explanation as Markdown, the proof as nested lists."""
    plan, row = explanation.plan, explanation.statement
    if row is None:
        table = table_markdown(findings_table(plan.findings))
        blocks = [f"# {escape_markdown(plan.case)}", table]
    else:
        blocks = [
            f"# {escape_markdown(_title(row))}",
            f"{escape_markdown(plan.case)}, as of {plan.as_of}",
            escape_markdown(row.definition),
        ]
        blocks += [f"> {escape_markdown(note)}" for note in _notes(row)]
    for explained in explanation.foci:
        blocks.append(f"## {escape_markdown(_state(explained.focus))}")
        if explained.focus.missing:
            blocks.append(f"Missing: {escape_markdown(decided_by(explained.focus.missing))}")
        tree = Formatter(explanation.words, whole).line(explained.proof.step)
        blocks.append("\n".join(_listed(tree, 0)))
    blocks.append(f"> {escape_markdown(plan.guideline.closing_notice)}")
    return "\n\n".join(blocks) + "\n"


def explanation_html(explanation: Explanation, *, whole: bool = False) -> str:
    """Draw an explanation as one HTML element, the proof as nested lists."""
    plan, row = explanation.plan, explanation.statement
    if row is None:
        parts = [f"<h2>{escape(plain(plan.case))}</h2>", table_html(findings_table(plan.findings))]
        notice = escape(plan.guideline.closing_notice)
        return element([*parts, f'<p class="disclaimer">{notice}</p>'])
    parts = [
        f"<h2>{escape(_title(row))}</h2>",
        f"<p>{escape(plain(plan.case))}, as of {escape(plan.as_of)}</p>",
        f"<p>{escape(plain(row.definition))}</p>",
        *(f"<p>Note: {escape(plain(note))}</p>" for note in _notes(row)),
    ]
    for explained in explanation.foci:
        parts.append(f"<h3>{escape(plain(_state(explained.focus)))}</h3>")
        if explained.focus.missing:
            parts.append(f"<p>Missing: {escape(decided_by(explained.focus.missing))}</p>")
        tree = Formatter(explanation.words, whole).line(explained.proof.step)
        parts.append(f"<ul>{_item_html(tree)}</ul>")
    notice = escape(plan.guideline.closing_notice)
    return element([*parts, f'<p class="disclaimer">{notice}</p>'])


def proof_markdown(proof: Proof) -> str:
    """Draw one proof as Markdown, every step of it, as nested lists."""
    tree = Formatter({}, whole=True).line(proof.step)
    blocks = [
        f"# {escape_markdown(_name(proof))}",
        "\n".join(_listed(tree, 0)),
        f"> {escape_markdown(proof.guideline.closing_notice)}",
    ]
    return "\n\n".join(blocks) + "\n"


def proof_html(proof: Proof) -> str:
    """Draw one proof as one HTML element, every step of it, as nested lists."""
    tree = Formatter({}, whole=True).line(proof.step)
    parts = [f"<h2>{escape(_name(proof))}</h2>", f"<ul>{_item_html(tree)}</ul>"]
    notice = escape(proof.guideline.closing_notice)
    return element([*parts, f'<p class="disclaimer">{notice}</p>'])


# -- words ---------------------------------------------------------------------------------
def _title(row: Recommendation) -> str:
    cited = f"; {references(row.citations)}" if row.citations else ""
    return f"{row.id}  {sentence(row.label)} [{row.modality}; {row.section}{cited}]"


def _name(proof: Proof) -> str:
    words = f"{proof.statement} at {proof.focus}: {proof.verdict} ({proof.case}, {proof.as_of})"
    return plain(words)


def _notes(row: Recommendation) -> tuple[str, ...]:
    return (*row.caveats, *row.reading_notes)


def _state(focus: Focus) -> str:
    parts = [focus.verdict, *([focus.status] if focus.status else [])]
    text = f"{focus.focus}: {', '.join(parts)}"
    if focus.superseded_by:
        text += f" by {', '.join(focus.superseded_by)}"
    if focus.challenged_by:
        text += f"; would give way to {', '.join(focus.challenged_by)}, which is undetermined"
    return text


# -- the tree --------------------------------------------------------------------------------


def _drawn(line: Line, width: int, paint: Painter, head: str, rest: str) -> Iterator[str]:
    """Draw a line behind its head, and the lines below it behind the stems of the tree."""
    mark, stem = paint(line.mark, line.tone), "│ " if line.below else "  "
    yield from _hung(line.words, width, f"{head}{mark} ", f"{rest}{stem}", len(head) + 2)
    for note in line.notes:
        start = f"{rest}{stem}"
        yield from (paint(drawn, "dim") for drawn in _hung(note, width, start, start, len(start)))
    for place, below in enumerate(line.below):
        last = place == len(line.below) - 1
        elbow, on = ("└─", "  ") if last else ("├─", "│ ")
        yield from _drawn(below, width, paint, f"{rest}{elbow}", f"{rest}{on}")


def _hung(words: str, width: int, head: str, rest: str, column: int) -> Iterator[str]:
    """Wrap words behind a head of this many columns, and further lines behind the stems."""
    for place, line in enumerate(hang(plain(words), max(width, column + 30), column)):
        yield (f"{rest:<{column}}" if place else head) + line[column:]


def _listed(line: Line, depth: int) -> Iterator[str]:
    pad = "  " * depth
    yield f"{pad}- {line.mark} {escape_markdown(line.words)}"
    for note in line.notes:
        yield f"{pad}  <br>*{escape_markdown(note)}*"
    for below in line.below:
        yield from _listed(below, depth + 1)


def _item_html(line: Line) -> str:
    notes = "".join(f"<br><em>{escape(plain(note))}</em>" for note in line.notes)
    below = "".join(map(_item_html, line.below))
    inner = f"<ul>{below}</ul>" if below else ""
    return f"<li>{line.mark} {escape(plain(line.words))}{notes}{inner}</li>"
