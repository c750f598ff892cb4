"""Explanations: the tree of a proof for a terminal, and as nested lists in Markdown and HTML."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from netkg.plan.model import Recommendation
from netkg.proof.model import Explanation, Proof
from netkg.reasoning.wording import Wording
from netkg.render.blocks import Block, Line, Node, Row, paragraph
from netkg.render.page import Page, draw
from netkg.render.proof_tree import proof_tree
from netkg.render.terminal import findings_text
from netkg.render.words import case_name, references, superseded
from netkg.suggestions import sentence

__all__ = ["explanation_page", "explanation_text", "proof_page"]

# What the title calls what has no section in the document.
NOT_STATEMENTS: Final = {"gap": "gap of the guideline", "class": "class of the ontology"}


def explanation_text(
    explanation: Explanation, *, color: bool, width: int, whole: bool = False
) -> str:
    """Return an explanation as text, of at most this many columns unless a proof is too deep.

    ``whole`` also shows the operands that do not decide the verdict.
    """
    plan, row = explanation.plan, explanation.statement
    notice = plan.guideline.closing_notice
    if row is None:
        return findings_text(plan.case, plan.findings, color, width=width, closing_notice=notice)
    sentences = tuple(Row(each.sentence, tone="bold") for each in explanation.foci)
    title = (Row(_title(row)), Row(f"{plan.case}, as of {plan.as_of}"))
    notes = tuple(Line(note, indent=2) for note in _notes(row))
    about = (Row(row.definition, below=notes),)
    blocks = [Block("", rows, indent=0) for rows in (sentences, title, about)]
    for state, missing, tree in _foci(explanation, whole):
        below = (Line(missing),) if missing else ()
        blocks.append(Block("", (Row(state, below=below, tone="bold"),), indent=0, tree=tree))
    return draw([*blocks, paragraph(notice)], color=color, width=width)


def explanation_page(explanation: Explanation, *, whole: bool = False) -> Page:
    """Return an explanation as a page, the proof as a tree."""
    plan, row = explanation.plan, explanation.statement
    notice = plan.guideline.closing_notice
    if row is None:
        return Page("findings", title=case_name(plan.case), findings=plan.findings, closing=notice)
    sentences = [each.sentence for each in explanation.foci]
    paragraphs = [*sentences, f"{plan.case}, as of {plan.as_of}", row.definition, *_notes(row)]
    foci = [*_foci(explanation, whole)]
    title = _title(row)
    return Page("explanation", title=title, paragraphs=paragraphs, foci=foci, closing=notice)


def proof_page(proof: Proof) -> Page:
    """Return one proof as a page, every step of it."""
    title = f"{proof.statement} at {proof.focus}: {proof.verdict} ({proof.case}, {proof.as_of})"
    foci = [("", "", proof_tree(proof.step, {}, whole=True))]
    notice = proof.guideline.closing_notice
    return Page("explanation", title=title, paragraphs=[], foci=foci, closing=notice)


def _title(row: Recommendation) -> str:
    strength = "" if row.modality == "none" else row.modality
    source = "; ".join(filter(None, (strength, row.section, references(row.citations))))
    return f"{row.id}  {sentence(row.label)} [{source or NOT_STATEMENTS[row.kind]}]"


def _notes(row: Recommendation) -> list[str]:
    return [f"Note: {note}" for note in (*row.caveats, *row.reading_notes)]


def _foci(explanation: Explanation, whole: bool) -> Iterator[tuple[str, str, Node]]:
    """Yield the state of the statement at each focus, what is missing, and the proof."""
    words = Wording(explanation.plan.labels)
    for explained in explanation.foci:
        focus = explained.focus
        state = ", ".join(filter(None, (focus.verdict, focus.status)))
        state = "; ".join((f"{focus.focus}: {state}", *superseded(focus)))
        missing = f"Missing: {words.decided_by(focus.missing)}" if focus.missing else ""
        yield state, missing, proof_tree(explained.proof.step, explanation.words, whole=whole)
