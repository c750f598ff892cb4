"""Explanations: the tree of a proof for a terminal, and as nested lists in Markdown and HTML."""

from __future__ import annotations

from collections.abc import Iterator

from netkg.plan.model import Recommendation
from netkg.proof.model import Explanation, FocusExplained, Proof
from netkg.render.blocks import Block, Line, Row, paragraph
from netkg.render.markup import findings_table
from netkg.render.page import Page, Section, page_markdown
from netkg.render.proof_tree import proof_tree
from netkg.render.terminal import findings_text
from netkg.render.words import decided_by, references, sentence, superseded

__all__ = ["explanation_markdown", "explanation_page", "explanation_text", "proof_page"]


def explanation_text(
    explanation: Explanation, *, color: bool, width: int, whole: bool = False
) -> str:
    """Return an explanation as text, of at most this many columns unless a proof is too deep.

    ``whole`` shows the operands, too, that do not decide the verdict.
    """
    plan, row = explanation.plan, explanation.statement
    notice = plan.guideline.closing_notice
    if row is None:
        return findings_text(plan.case, plan.findings, color, width=width, closing_notice=notice)
    from netkg.render.screen import draw

    title = (Row(_title(row), tone="bold"), Row(f"{plan.case}, as of {plan.as_of}"))
    notes = tuple(Line(f"note: {note}", indent=2) for note in _notes(row))
    blocks = [Block("", title, indent=0), Block("", (Row(row.definition, below=notes),), indent=0)]
    for explained in explanation.foci:
        rows = (Row(_state(explained), tone="bold"), *map(Row, _missing(explained)))
        tree = proof_tree(explained.proof.step, explanation.words, whole=whole)
        blocks.append(Block("", rows, indent=0, tree=tree))
    return draw([*blocks, paragraph(notice)], color=color, width=width)


def explanation_markdown(explanation: Explanation, *, whole: bool = False) -> str:
    """Return an explanation as Markdown, the proof as nested lists."""
    return page_markdown(explanation_page(explanation, whole=whole))


def explanation_page(explanation: Explanation, *, whole: bool = False) -> Page:
    """Return an explanation as a page, the proof as a tree."""
    plan, row = explanation.plan, explanation.statement
    notice = plan.guideline.closing_notice
    if row is None:
        return Page(plan.case, [findings_table(plan.findings)], closing=notice)
    notes = (f"Note: {note}" for note in _notes(row))
    sections = [Section(words=(f"{plan.case}, as of {plan.as_of}", row.definition, *notes))]
    for explained in explanation.foci:
        tree = proof_tree(explained.proof.step, explanation.words, whole=whole)
        words = [sentence(missing) for missing in _missing(explained)]
        sections.append(Section(_state(explained), words=words, tree=tree))
    return Page(_title(row), sections, closing=notice)


def proof_page(proof: Proof) -> Page:
    """Return one proof as a page, every step of it."""
    title = f"{proof.statement} at {proof.focus}: {proof.verdict} ({proof.case}, {proof.as_of})"
    tree = proof_tree(proof.step, {}, whole=True)
    return Page(title, [Section(tree=tree)], closing=proof.guideline.closing_notice)


def _title(row: Recommendation) -> str:
    source = "; ".join(filter(None, (row.modality, row.section, references(row.citations))))
    return f"{row.id}  {sentence(row.label)} [{source}]"


def _notes(row: Recommendation) -> tuple[str, ...]:
    return (*row.caveats, *row.reading_notes)


def _state(explained: FocusExplained) -> str:
    focus = explained.focus
    state = ", ".join(filter(None, (focus.verdict, focus.status)))
    return "; ".join((f"{focus.focus}: {state}", *superseded(focus)))


def _missing(explained: FocusExplained) -> Iterator[str]:
    if explained.focus.missing:
        yield f"missing: {decided_by(explained.focus.missing)}"
