"""The statements of a guideline: what it says, before any case."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

from netkg.ontology.guideline import Statement
from netkg.render.blocks import Block, Line, Row, paragraph
from netkg.render.page import Page
from netkg.render.words import references, section_names, sentence

__all__ = ["catalogue_markdown", "catalogue_text", "statement_json"]


def statement_json(row: Statement) -> dict[str, Any]:
    """Return a statement as JSON, with the keys of a plan."""
    return {
        "id": row.id,
        "kind": row.kind,
        "level": row.level,
        "label": row.label,
        "definition": row.definition,
        "section": row.section,
        "modality": row.modality,
        "citations": list(row.citations),
        "actions": list(row.actions),
        "group": row.group,
        "months": list(row.months) if row.months else None,
        "repeated": row.repeated,
        "certainty": row.certainty,
        "caveats": list(row.caveats),
        "readingNotes": list(row.reading_notes),
    }


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
    from netkg.render.screen import draw

    blocks = [
        Block(title, tuple(map(_entry, entries)), columns=(8,))
        for title, entries in _sections(rows, labels or {})
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
    sections = [*_sections(rows, labels or {})]
    return Page("catalogue", sections=sections, closing=closing_notice).markdown()


class _Entry(NamedTuple):
    """A statement in words."""

    id: str
    label: str
    definition: str
    facts: list[str]
    action: str
    citations: Sequence[str]
    notes: list[str]


def _sections(
    rows: Iterable[Statement], labels: Mapping[str, str]
) -> Iterator[tuple[str, list[_Entry]]]:
    for section, members in groupby(rows, attrgetter("section")):
        entries = [
            _Entry(
                row.id,
                sentence(row.label),
                row.definition,
                _facts(row),
                _action(row, labels),
                row.citations,
                _notes(row),
            )
            for row in members
        ]
        yield section_names(section, labels), entries


def _entry(entry: _Entry) -> Row:
    facts = "; ".join(filter(None, (*entry.facts, references(entry.citations))))
    below = filter(None, (entry.definition, facts, entry.action, *entry.notes))
    return Row(entry.label, ((entry.id, ""),), tuple(map(Line, below)))


def _facts(row: Statement) -> list[str]:
    facts = [row.kind, f"level {row.level}" if row.level else ""]
    facts.append("" if row.modality == "none" else row.modality)
    facts.append(f"certainty {row.certainty}" if row.certainty else "")
    return [fact for fact in facts if fact]


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
