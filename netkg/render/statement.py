"""One statement of a plan, or its state at one focus, as a page."""

from __future__ import annotations

from collections.abc import Iterator

from netkg.plan.model import Focus, Recommendation
from netkg.reasoning.wording import Wording
from netkg.render.facts import because
from netkg.render.page import Page
from netkg.render.words import action_line, source_words, status_word, superseded
from netkg.suggestions import sentence

__all__ = ["focus_page", "statement_page"]


def statement_page(row: Recommendation) -> Page:
    """Return a statement as a page, with its state at each focus."""
    notes = [f"Note: {note}" for note in (*row.caveats, *row.reading_notes)]
    return Page(
        "statement",
        title=f"{row.id} {sentence(row.label)}",
        source=" · ".join(source_words(row, row.labels)),
        about=[row.definition, *notes],
        rows=[*map(_row, row.foci)],
    )


def focus_page(focus: Focus) -> Page:
    """Return the state of a statement at one focus as a page."""
    return Page("statement", title="", source="", about=[], rows=[_row(focus)])


def _row(focus: Focus) -> tuple[str, list[str], list[str], list[str]]:
    status = status_word(focus.kind, focus.status or "")
    states = [focus.verdict, *([status] if status else [])]
    actions = [action_line(action, focus.labels) for action in focus.actions]
    words = Wording(focus.labels)
    return focus.focus, states, actions, [*_why(focus, words), *superseded(focus)]


def _why(focus: Focus, words: Wording) -> Iterator[str]:
    if focus.missing:
        yield f"decided by {words.decided_by(focus.missing)}"
    if facts := because(focus.because, here=(focus.focus,), words=words):
        yield facts
