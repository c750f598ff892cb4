"""Lay the differences between two plans out for reading, in words that are safe to show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from netkg.case.finding import Finding
from netkg.comparison.model import Change, Comparison, Difference
from netkg.plan.model import Focus, Recommendation
from netkg.render.escape import plain
from netkg.render.facts import because
from netkg.render.values import shown
from netkg.render.words import QUIET, action_line, decided_by, references, section_names, sentence

__all__ = ["Block", "BlockItem", "blocks"]


@dataclass(frozen=True, slots=True)
class BlockItem:
    """Tell one thing: a head (an id, a severity, a field), what it is, and lines on it."""

    head: str
    body: str
    lines: tuple[str, ...] = ()
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """Hold the items under one title; of two columns the second holds the lines, too."""

    title: str
    columns: tuple[str, ...]
    items: tuple[BlockItem, ...]


def blocks(view: Comparison) -> Iterator[Block]:
    """Yield what there is to tell, in the order in which it is read."""
    columns = ("Statement", "What", "Difference")
    candidates = [
        Block("What differs", ("Field", "Difference"), tuple(map(_change, view.changes))),
        Block("Set aside", ("Side", "What happened later"), tuple(_set_aside(view))),
        Block("Tumours", ("Tumour", "Side"), tuple(_tumours(view))),
        Block("Appeared", columns, tuple(_rows(view, view.appeared))),
        Block("Disappeared", columns, tuple(_rows(view, view.disappeared))),
        Block("Changed", columns, tuple(_rows(view, view.changed))),
        Block("Findings", ("Severity", "Where", "What"), tuple(_findings(view))),
        Block("Gaps", ("Gap", "Difference", "What is missing"), tuple(_gaps(view))),
        Block("Next questions", ("Field", "Decides"), tuple(_questions(view))),
    ]
    return (block for block in candidates if block.items)


def _change(change: Change) -> BlockItem:
    whose = f" of {change.subject}" if change.field.startswith(("tumors.", "metastases.")) else ""
    if change.kind == "add":
        words = f"added: {shown(change.after)}"
    elif change.kind == "remove":
        words = f"gone: {shown(change.before)}"
    elif change.before != change.after:
        words = f"{shown(change.before)} → {shown(change.after)}"
    elif change.after is None:
        words = "no change, there is no value"
    else:
        words = f"no change, it is {shown(change.after)} already"
    return BlockItem(plain(change.field + whose), plain(words))


def _set_aside(view: Comparison) -> Iterator[BlockItem]:
    for side, name in ((view.before, "before"), (view.after, "after")):
        for item in side.set_aside:
            yield BlockItem(name, plain(f"{item.field} of {item.subject}: {shown(item.before)}"))


def _tumours(view: Comparison) -> Iterator[BlockItem]:
    for left, right in view.same:
        if left != right:
            yield BlockItem(plain(left), plain(f"taken to be {right} after"))
    for names, side in ((view.only_before, "before"), (view.only_after, "after")):
        for name in names:
            rows = [
                focus
                for row in (*view.appeared, *view.disappeared, *view.changed)
                if (focus := row.after or row.before) and name == focus.focus
                if row.before is None or row.after is None
            ]
            told = [
                f"{count} {words}"
                for verdict, words in (
                    ("applicable", "apply"),
                    ("undetermined", "are undetermined"),
                    ("not-applicable", "do not apply"),
                )
                if (count := sum(focus.verdict == verdict for focus in rows))
            ]
            yield BlockItem(plain(name), f"only {side}; of the statements {', '.join(told)}")


def _rows(view: Comparison, rows: Sequence[Difference]) -> Iterator[BlockItem]:
    """Tell the differences; those of one statement at several foci share an item."""
    alone = len(view.only_before) + len(view.only_after)
    several = alone > 0 or len(view.same) > 1
    # Of a tumour of one side only, what does not apply is told as a number, under Tumours.
    rows = [row for row in rows if (row.before and row.after) or _tells(row)]
    for _, group in groupby(rows, lambda row: row.statement.id):
        members = list(group)
        row = members[0].statement
        lines: list[str] = []
        for member in members:
            focus = member.after or member.before
            at = f"at {focus.focus}: " if focus and several and row.level != "case" else ""
            lines += _lines(view, member, at)
        applies = any(m.after and m.after.verdict == "applicable" for m in members)
        lines += [f"note: {caveat}" for caveat in row.caveats if applies]
        yield BlockItem(row.id, plain(_statement(view, row)), tuple(map(plain, lines)))


def _tells(row: Difference) -> bool:
    return any(f is not None and f.verdict != "not-applicable" for f in (row.before, row.after))


def _statement(view: Comparison, row: Recommendation) -> str:
    """Name a statement, its strength, its section and what it rests on."""
    source = [
        *([] if row.modality in ("none", "alert") else [row.modality]),
        section_names(row.section, view.labels),
        *([references(row.citations)] if row.citations else []),
    ]
    return f"{sentence(row.label)} [{'; '.join(source)}]"


def _lines(view: Comparison, row: Difference, at: str) -> Iterator[str]:
    """Tell how a statement stood and stands at one focus, and why."""
    before, after = row.before, row.after
    yield at + _arrow(_standing(row, before), _standing(row, after))
    if after and after.verdict == "applicable":
        if before is None or before.verdict != "applicable":
            if after.status not in QUIET:
                yield row.statement.definition
            yield from _actions(view, after, view.after.as_of, "")
        elif "actions" in row.what:
            yield from _actions(view, before, view.before.as_of, "before: ", after)
            yield from _actions(view, after, view.after.as_of, "after: ", before)
        if after.challenged_by and {"challengedBy", "verdict", "focus"} & set(row.what):
            yield f"would give way to {', '.join(after.challenged_by)}, which is undetermined"
    for other in row.why.statements:
        standings = (_standing(row, focus) for focus in (other.before, other.after))
        yield f"since {other.id}: {_arrow(*standings)}"
    if row.why.day:
        yield "since a window has begun or passed between the two days"
    statuses = [focus.status for focus in (before, after) if focus]
    if statuses.count("closed") == 1:
        yield "since the patient had died by then"
    for name, records in (
        ("before", row.why.records_before),
        ("after", row.why.records_after),
    ):
        yield from (f"{name}: on record {shown(record)}" for record in records)
    yield from _reasons(view, row)


def _reasons(view: Comparison, row: Difference) -> Iterator[str]:
    for name, side, focus, facts in (
        ("before", view.before, row.before, row.why.before),
        ("after", view.after, row.after, row.why.after),
    ):
        if focus and focus.verdict == "undetermined":
            yield f"{name}: decided by {decided_by(focus.missing)}"
        elif focus and facts:
            told = because(facts, here=(side.case, focus.focus), labels=view.labels)
            yield f"{name}: {told}"


def _standing(row: Difference, focus: Focus | None) -> str:
    if focus is None:
        return "no such tumour" if row.statement.level != "case" else "no such statement"
    if focus.verdict != "applicable":
        return "does not apply" if focus.verdict == "not-applicable" else focus.verdict
    words = focus.status or "applies"
    if row.statement.kind == "alert" and words == "due":
        words = "alert"
    return words + (f" by {', '.join(focus.superseded_by)}" if focus.superseded_by else "")


def _arrow(before: str, after: str) -> str:
    return f"{before} → {after}" if before != after else f"{after}, as before"


def _actions(
    view: Comparison, focus: Focus, as_of: str, name: str, other: Focus | None = None
) -> list[str]:
    """Tell the actions that are not so on the other side."""
    same = other.actions if other else ()
    return [
        name + action_line(action, view.labels, as_of)
        for action in focus.actions
        if action not in same
    ]


def _findings(view: Comparison) -> Iterator[BlockItem]:
    for name, findings in (
        ("appeared", view.findings.appeared),
        ("disappeared", view.findings.disappeared),
        ("as before", () if view.comparable else view.findings.unchanged),
    ):
        for finding in findings:
            yield _finding(finding, name)


def _finding(finding: Finding, name: str) -> BlockItem:
    place = [p for p in (finding.focus, finding.field, finding.statement or "") if p]
    facts = f"found {finding.found}; expected {finding.expected}"
    return BlockItem(
        finding.severity,
        plain(f"{name}: {' · '.join(place)}"),
        (plain(facts), plain(finding.message)),
        finding.severity,
    )


def _gaps(view: Comparison) -> Iterator[BlockItem]:
    for name, gaps in (("appeared", view.gaps.appeared), ("disappeared", view.gaps.disappeared)):
        for gap in gaps:
            label = sentence(view.labels.get(gap, ""))
            words = ": ".join(p for p in (label, view.descriptions.get(gap, "")) if p)
            yield BlockItem(gap, name, (plain(words),) if words else ())


def _questions(view: Comparison) -> Iterator[BlockItem]:
    for question in view.questions:
        yield BlockItem(plain(question.field), "", tuple(_decided(question.before, question.after)))


def _decided(before: Iterable[str], after: Iterable[str]) -> Iterator[str]:
    here, there = ", ".join(before), ", ".join(after)
    if here and there:
        yield f"decides {there}; before {here}"
    elif there:
        yield f"new: decides {there}"
    else:
        yield f"no longer asked: decided {here}"
