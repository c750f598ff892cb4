"""The statements of a guideline: what it says, before any case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from operator import attrgetter
from typing import Any

from netkg.ontology.guideline import Statement
from netkg.render.blocks import Block, Line, Row, paragraph
from netkg.render.page import Page, Section, TableRow, page_markdown
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
        Block(
            section_names(section, labels or {}),
            tuple(_entry(row, labels or {}) for row in members),
            columns=(8,),
        )
        for section, members in groupby(rows, attrgetter("section"))
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
    columns = ("Statement", "What it says", "Kind", "Actions", "References", "Notes")
    sections = []
    for section, members in groupby(rows, attrgetter("section")):
        body = [
            TableRow(
                (
                    (row.id,),
                    (sentence(row.label), row.definition),
                    _facts(row),
                    (_actions(row, labels or {}),),
                    (", ".join(row.citations),),
                    _notes(row),
                )
            )
            for row in members
        ]
        sections.append(Section(section_names(section, labels or {}), columns=columns, rows=body))
    return page_markdown(Page("", sections, closing=closing_notice))


def _entry(row: Statement, labels: Mapping[str, str]) -> Row:
    facts = "; ".join(filter(None, (*_facts(row), references(row.citations))))
    below = (row.definition, facts, _actions(row, labels), *_notes(row))
    return Row(sentence(row.label), ((row.id, ""),), tuple(map(Line, filter(None, below))))


def _facts(row: Statement) -> list[str]:
    facts = [row.kind, f"level {row.level}" if row.level else ""]
    facts.append("" if row.modality == "none" else row.modality)
    facts.append(f"certainty {row.certainty}" if row.certainty else "")
    return [fact for fact in facts if fact]


def _notes(row: Statement) -> list[str]:
    readings = (f"Interpretation: {note}" for note in row.reading_notes)
    return [*(f"Note: {note}" for note in row.caveats), *readings]


def _actions(row: Statement, labels: Mapping[str, str]) -> str:
    names = [labels.get(name, name) for name in row.actions]
    if not names:
        return ""
    choice = "" if len(names) == 1 else "one of " if row.group == "any" else "all of "
    every = ", with follow-up" if row.repeated else ""
    if row.months:
        every = f", every {row.months[0]} to {row.months[1]} months"
    return f"Action: {choice}{'; '.join(names)}{every}"
