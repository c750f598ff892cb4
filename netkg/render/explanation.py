"""Explanations: the tree of a proof for a terminal, and as nested lists in Markdown and HTML."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from netkg.plan.model import Recommendation
from netkg.proof.model import Explanation, Proof
from netkg.reasoning.wording import Wording
from netkg.render.blocks import Block, Line, Node, Row, paragraph
from netkg.render.findings import findings_page
from netkg.render.page import Page, draw
from netkg.render.proof_tree import proof_tree
from netkg.render.terminal import findings_text
from netkg.render.words import references, source_words, status_word, superseded
from netkg.suggestions import sentence

__all__ = ["explanation_page", "explanation_text", "proof_page"]

# What the title calls what has no section in the document.
NOT_STATEMENTS: Final = {"gap": "gap of the guideline", "class": "class of the ontology"}

# How many lines of a proof are open on a page at first.
_LINES: Final = 20


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
    for each in _foci(explanation, whole):
        below = (Line(each.missing),) if each.missing else ()
        rows = (Row(each.state, below=below, tone="bold"),)
        blocks.append(Block("", rows, indent=0, tree=each.tree))
    return draw([*blocks, paragraph(notice)], color=color, width=width)


def explanation_page(explanation: Explanation, *, whole: bool = False) -> Page:
    """Return an explanation as a page, the proof as a tree."""
    plan, row = explanation.plan, explanation.statement
    notice = plan.guideline.closing_notice
    if row is None:
        return findings_page(plan.case, plan.findings, notice)
    sentences = [each.sentence for each in explanation.foci]
    of_case = f"{plan.case}, as of {plan.as_of}"
    source = source_words(row, plan.labels) or [NOT_STATEMENTS[row.kind]]
    return Page(
        "explanation",
        title=_title(row),
        name=f"{row.id} {sentence(row.label)}",
        source=" · ".join((*source, of_case)),
        about=[row.definition, *_notes(row)],
        paragraphs=[*sentences, of_case, row.definition, *_notes(row)],
        foci=[*_foci(explanation, whole)],
        closing=notice,
    )


def proof_page(proof: Proof) -> Page:
    """Return one proof as a page, every step of it."""
    title = f"{proof.statement} at {proof.focus}: {proof.verdict} ({proof.case}, {proof.as_of})"
    tree = proof_tree(proof.step, {}, whole=True)
    name = f"{proof.statement} {sentence(proof.label)}"
    state = f"{proof.focus}: {proof.verdict}"
    return Page(
        "explanation",
        title=title,
        name=name,
        source=f"{references(proof.citations)} · {proof.case}, as of {proof.as_of}",
        about=[],
        paragraphs=[],
        foci=[_Explained(state, "", "", "", tree)],
        closing=proof.guideline.closing_notice,
    )


def _title(row: Recommendation) -> str:
    strength = "" if row.modality == "none" else row.modality
    source = "; ".join(filter(None, (strength, row.section, references(row.citations))))
    return f"{row.id}  {sentence(row.label)} [{source or NOT_STATEMENTS[row.kind]}]"


def _notes(row: Recommendation) -> list[str]:
    return [f"Note: {note}" for note in (*row.caveats, *row.reading_notes)]


@dataclass(frozen=True, slots=True)
class _Explained:
    """The state of a statement at a focus, in a sentence too, what is missing, the proof."""

    state: str
    sentence: str
    tone: str
    missing: str
    tree: Node

    @property
    def depth(self) -> int:
        """How many levels of the proof are open at first, so that it fits on a screen."""
        level, depth, lines = [self.tree], 0, 1
        while level and lines <= _LINES:
            level = [below for node in level for below in node.below]
            depth, lines = depth + 1, lines + len(level)
        return depth - 1


def _foci(explanation: Explanation, whole: bool) -> Iterator[_Explained]:
    """Yield what is explained at each focus."""
    words = Wording(explanation.plan.labels)
    for explained in explanation.foci:
        focus = explained.focus
        status = status_word(focus.kind, focus.status or "")
        state = ", ".join(filter(None, (focus.verdict, status)))
        state = "; ".join((f"{focus.focus}: {state}", *superseded(focus)))
        missing = f"Missing: {words.decided_by(focus.missing)}" if focus.missing else ""
        tree = proof_tree(explained.proof.step, explanation.words, whole=whole)
        yield _Explained(state, explained.sentence, status, missing, tree)
