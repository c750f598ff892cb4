"""Summarize the foci and the rows of a plan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from netkg.case.finding import Finding
from netkg.plan.model import Question, Recommendation

__all__ = ["challenges", "questions", "smallest"]


def smallest(sets: Iterable[tuple[tuple[str, ...], ...]]) -> tuple[tuple[str, ...], ...]:
    """Merge lists of missing sets, and keep those that contain no other."""
    every = {paths for each in sets for paths in each}
    minimal = [p for p in every if not any(set(other) < set(p) for other in every)]
    return tuple(sorted(minimal, key=lambda paths: (len(paths), paths)))


def questions(rows: Iterable[Recommendation]) -> tuple[Question, ...]:
    """Return the fields that alone decide undetermined statements, most statements first."""
    decides: dict[str, list[str]] = {}
    for row in rows:
        for paths in row.missing:
            if len(paths) == 1:
                decides.setdefault(paths[0], []).append(row.id)
    ranked = sorted(decides.items(), key=lambda item: (-len(item[1]), item[0]))
    return tuple(Question(field, tuple(ids)) for field, ids in ranked)


def challenges(rows: tuple[Recommendation, ...]) -> Iterator[Finding]:
    """Yield a finding for each applicable step that an undetermined statement may supersede."""
    by_id = {row.id: row for row in rows}
    for row in rows:
        for focus in row.foci:
            for other in focus.challenged_by:
                missing = next(f.missing for f in by_id[other].foci if f.focus == focus.focus)
                field = missing[0][0] if missing else ""
                yield Finding(
                    "Info",
                    focus.focus,
                    field,
                    "nothing that decides it",
                    f"the value of {field}" if field else "a decision",
                    f"{other} is undetermined and would supersede {row.id}."
                    f" Add {', '.join(missing[0]) if missing else 'what is missing'} to decide it.",
                    other,
                )
