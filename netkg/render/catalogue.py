"""The statements of a guideline: what it says, before any case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from itertools import groupby
from operator import attrgetter

from netkg.ontology.guideline import Statement
from netkg.render.blocks import Block, Line, Row, paragraph
from netkg.render.page import Page, draw
from netkg.render.words import references, section_names
from netkg.suggestions import sentence

__all__ = ["catalogue_markdown", "catalogue_text"]


def catalogue_text(
    rows: Iterable[Statement],
    *,
    labels: Mapping[str, str] | None = None,
    color: bool = False,
    width: int = 80,
    closing_notice: str = "",
) -> str:
    """Return statements as text by section, with one newline at its end.

    ``closing_notice`` follows them: what every answer of a guideline carries.
    """
    names = labels or {}
    blocks = [
        Block(title, tuple(_row(row, names) for row in members), columns=(8,))
        for title, members in _sections(rows, names)
    ]
    blocks += [paragraph(closing_notice)] if closing_notice else []
    return draw(blocks, color=color, width=width)


def catalogue_markdown(
    rows: Iterable[Statement],
    *,
    labels: Mapping[str, str] | None = None,
    closing_notice: str = "",
) -> str:
    """Return statements as Markdown tables by section, with one newline at its end."""
    names = labels or {}
    return Page(
        "catalogue",
        sections=_sections(rows, names),
        sentence=sentence,
        facts=_facts,
        action=partial(_action, labels=names),
        notes=_notes,
        closing=closing_notice,
    ).markdown()


def _sections(
    rows: Iterable[Statement], labels: Mapping[str, str]
) -> list[tuple[str, list[Statement]]]:
    groups = groupby(rows, attrgetter("section"))
    return [(section_names(section, labels), list(members)) for section, members in groups]


def _row(row: Statement, labels: Mapping[str, str]) -> Row:
    facts = "; ".join(filter(None, (*_facts(row), references(row.citations))))
    below = filter(None, (row.definition, facts, _action(row, labels), *_notes(row)))
    return Row(sentence(row.label), ((row.id, ""),), tuple(map(Line, below)))


def _facts(row: Statement) -> list[str]:
    level = f"level {row.level}" if row.level else ""
    modality = "" if row.modality == "none" else row.modality
    certainty = f"certainty {row.certainty}" if row.certainty else ""
    return [fact for fact in (row.kind, level, modality, certainty) if fact]


def _notes(row: Statement) -> list[str]:
    readings = (f"Interpretation: {note}" for note in row.reading_notes)
    return [*(f"Note: {note}" for note in row.caveats), *readings]


def _action(row: Statement, labels: Mapping[str, str]) -> str:
    names = [labels.get(name, name) for name in row.actions]
    if not names:
        return ""
    choice = "" if len(names) == 1 else "one of " if row.group == "any" else "all of "
    every = ", with follow-up" if row.repeated else ""
    if row.months:
        every = f", every {row.months[0]} to {row.months[1]} months"
    return f"Action: {choice}{'; '.join(names)}{every}"
