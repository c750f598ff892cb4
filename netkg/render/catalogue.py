"""Show the statements of a guideline: what it says, before any case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from netkg.ontology.guideline import Statement
from netkg.render.escape import plain
from netkg.render.markup import Row, Table, escape_markdown, table_markdown
from netkg.render.terminal import LEAST_WIDTH, Painter, hang
from netkg.render.words import references, section_names, sentence

__all__ = ["catalogue_markdown", "catalogue_text", "statement_json"]


def statement_json(row: Statement) -> dict[str, Any]:
    """Give a statement as JSON, with the key names of a plan."""
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
    """Draw statements as text by section, with one newline at its end.

    ``closing_notice`` stands below them: what every answer of a guideline carries.
    """
    paint, width = Painter(color), max(width, LEAST_WIDTH)
    lines: list[str] = []
    for section, members in groupby(rows, lambda row: row.section):
        lines += ["", paint(plain(section_names(section, labels or {})).upper(), "bold")]
        for row in members:
            lines += hang(plain(sentence(row.label)), width, 10, f"  {row.id:<8}")
            lines += hang(plain(row.definition), width, 10)
            lines += hang("; ".join(_facts(row)), width, 10)
            actions = _actions(row, labels or {})
            lines += hang(actions, width, 10) if actions else []
            for note in row.caveats:
                lines += hang(f"Note: {plain(note)}", width, 10)
            for note in row.reading_notes:
                lines += hang(f"Reading: {plain(note)}", width, 10)
    lines += ["", *hang(plain(closing_notice), width, 0)] if closing_notice else []
    return "\n".join(lines[1:]) + "\n"


def catalogue_markdown(
    rows: Iterable[Statement],
    *,
    labels: Mapping[str, str] | None = None,
    closing_notice: str = "",
) -> str:
    """Draw statements as Markdown tables by section, with one newline at its end."""
    columns = ("Statement", "What it says", "Kind", "Actions", "References", "Notes")
    tables = []
    for section, members in groupby(rows, lambda row: row.section):
        body = tuple(
            Row(
                (
                    (row.id,),
                    (sentence(row.label), row.definition),
                    tuple(_facts(row, cited=False)),
                    (_actions(row, labels or {}),),
                    (", ".join(row.citations),),
                    (
                        *(f"Note: {note}" for note in row.caveats),
                        *(f"Reading: {note}" for note in row.reading_notes),
                    ),
                )
            )
            for row in members
        )
        heading = section_names(section, labels or {})
        tables.append(table_markdown(Table(heading, "", columns, body)))
    tables += [escape_markdown(closing_notice)] if closing_notice else []
    return "\n\n".join(tables) + "\n"


def _facts(row: Statement, *, cited: bool = True) -> Sequence[str]:
    facts = [row.kind, f"level {row.level}" if row.level else ""]
    facts.append(row.modality if row.modality not in ("none", "") else "")
    facts.append(f"certainty {plain(row.certainty)}" if row.certainty else "")
    if cited and row.citations:
        facts.append(references(row.citations))
    return [fact for fact in facts if fact]


def _actions(row: Statement, labels: Mapping[str, str]) -> str:
    names = [plain(labels.get(name, name)) for name in row.actions]
    if not names:
        return ""
    choice = "" if len(names) == 1 else "one of " if row.group == "any" else "all of "
    every = ", with follow-up" if row.repeated else ""
    if row.months:
        every = f", every {row.months[0]} to {row.months[1]} months"
    return f"Action: {choice}{'; '.join(names)}{every}"
