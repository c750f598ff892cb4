"""The differences between two plans in words, in the order in which they are read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from netkg.case.finding import Finding
from netkg.case.shown import shown
from netkg.comparison.model import Change, Comparison, Difference
from netkg.comparison.records import is_by_place
from netkg.plan.model import Focus, Recommendation
from netkg.reasoning.wording import Wording
from netkg.render.facts import because
from netkg.render.words import (
    QUIET,
    action_line,
    described,
    event_words,
    finding_words,
    source_words,
    status_word,
)
from netkg.suggestions import listed, sentence

__all__ = ["Group", "Item", "Sides", "groups"]


class Sides(NamedTuple):
    """The state at one focus before and after, and why it differs; ``at`` names the focus."""

    before: str
    after: str
    at: str = ""
    why: Sequence[str] = ()


class Item(NamedTuple):
    """One difference: a head (an id, a severity, a field), what differs, and notes on it.

    ``source`` follows the body; ``sides`` are the states of a statement, ``values`` those of
    a field, before and after.
    """

    head: str
    body: str
    notes: Sequence[str] = ()
    tone: str = ""
    sides: Sequence[Sides] = ()
    values: Sequence[str] = ()
    source: str = ""

    @property
    def cited(self) -> str:
        """The body with its source."""
        return f"{self.body} [{self.source}]" if self.source else self.body

    @property
    def lines(self) -> list[str]:
        """All that differs, and the notes, as lines."""
        found = []
        for each in self.sides:
            at = f"at {each.at}: " if each.at else ""
            found += [at + _arrow(each.before, each.after), *each.why]
        return [*found, *self.notes]


class Group(NamedTuple):
    """The differences under one title, and the columns of their table."""

    title: str
    columns: tuple[str, ...]
    items: list[Item]


def groups(view: Comparison) -> Iterator[Group]:
    """Yield all differences, in the order in which they are read."""
    columns = ("Statement", "What", "Difference")
    for title, names, items in (
        ("Treatments", ("Difference", "Treatment"), _treatments(view)),
        ("What differs", ("Field", "Difference"), _changes(view)),
        ("Set aside", ("Side", "What happened later"), _set_aside(view)),
        ("Tumors", ("Tumor", "Side"), _tumors(view)),
        ("Appeared", columns, _rows(view, view.appeared)),
        ("Disappeared", columns, _rows(view, view.disappeared)),
        ("Changed", columns, _rows(view, view.changed)),
        ("Findings", ("Severity", "Where", "What"), _findings(view)),
        ("Gaps", ("Gap", "Difference", "What is missing"), _gaps(view)),
        ("Next questions", ("Field", "Decides"), _questions(view)),
    ):
        if found := list(items):
            yield Group(title, names, found)


def _treatments(view: Comparison) -> Iterator[Item]:
    found = view.treatments
    for name, events in (("added", found.appeared), ("removed", found.disappeared)):
        for event in events:
            at = f", at {event.target}" if event.target else ""
            yield Item(name, sentence(event_words(event)) + at)


def _changes(view: Comparison) -> Iterator[Item]:
    words = Wording(view.labels)
    for change in view.changes:
        is_below = change.field.startswith(("tumors.", "metastases."))
        whose = f" of {change.subject}" if is_below else ""
        name = sentence(words.field(change.field)) + whose
        yield Item(name, _difference(change, words), values=_values(change, words))


def _difference(change: Change, words: Wording) -> str:
    before, after = _values(change, words)
    if change.kind == "add":
        return f"added: {after}"
    if change.kind == "remove":
        return f"removed: {before}"
    if change.before != change.after:
        return f"{before} → {after}"
    if change.after is None:
        return "no change: there is no value"
    return f"no change: it is {after} already"


def _values(change: Change, words: Wording) -> tuple[str, str]:
    return (
        _value(change.field, change.before, words),
        _value(change.field, change.after, words),
    )


def _value(field: str, value: Any, words: Wording) -> str:
    """Return a value of a case in words; a record of an event or a measurement on one line."""
    if value is None:
        return shown(value)
    if isinstance(value, Mapping):
        return words.record(value) if field.endswith(("events", "measurements")) else shown(value)
    values = value if isinstance(value, list | tuple) else [value]
    name = field.rpartition(".")[2]
    return listed(words.value(name, each) for each in values)


def _set_aside(view: Comparison) -> Iterator[Item]:
    words = Wording(view.labels)
    for side, name in ((view.before, "before"), (view.after, "after")):
        for item in side.set_aside:
            value = _value(item.field, item.before, words)
            yield Item(name, f"{words.field(item.field)} of {item.subject}: {value}")


def _tumors(view: Comparison) -> Iterator[Item]:
    rows = [*view.appeared, *view.disappeared, *view.changed]
    # In cases that do not differ, another place in the list is not a difference either.
    equal = not (rows or view.changes)
    for left, right in view.same:
        if left != right and not (equal and is_by_place(left) and is_by_place(right)):
            yield Item(left, f"compared with {right} after")
    for names, side in ((view.only_before, "before"), (view.only_after, "after")):
        for name in names:
            verdicts = Counter[str](
                focus.verdict
                for row in rows
                if (focus := row.after or row.before) and name == focus.focus
                if row.before is None or row.after is None
            )
            counts = [
                f"{count} {words}"
                for verdict, words in (
                    ("applicable", "apply"),
                    ("undetermined", "are undetermined"),
                    ("not-applicable", "do not apply"),
                )
                if (count := verdicts[verdict])
            ]
            yield Item(name, f"only {side}; of the statements {', '.join(counts)}")


def _rows(view: Comparison, rows: Sequence[Difference]) -> Iterator[Item]:
    """Yield the differences; those of one statement at several foci share an item."""
    several = bool(view.only_before or view.only_after) or len(view.same) > 1
    # What does not apply to a tumor of one side only is counted under Tumors.
    rows = [row for row in rows if (row.before and row.after) or _may_apply(row)]
    for _, group in groupby(rows, lambda row: row.statement.id):
        members = list(group)
        row = members[0].statement
        sides = []
        for member in members:
            focus = member.after or member.before
            at = focus.focus if focus and several and row.level != "case" else ""
            states = (_state(row, member.before), _state(row, member.after))
            sides.append(Sides(*states, at, list(_why(view, member))))
        notes: list[str] = []
        if any(member.after and member.after.verdict == "applicable" for member in members):
            notes += [f"Note: {caveat}" for caveat in row.caveats]
        source = "; ".join(source_words(row, view.labels))
        yield Item(row.id, sentence(row.label), notes, sides=sides, source=source)


def _may_apply(row: Difference) -> bool:
    return any(focus and focus.verdict != "not-applicable" for focus in (row.before, row.after))


def _why(view: Comparison, row: Difference) -> Iterator[str]:
    """Yield why the states of a statement at one focus differ, and what follows."""
    before, after, words = row.before, row.after, Wording(view.labels)
    if after and after.verdict == "applicable":
        if before is None or before.verdict != "applicable":
            if after.status not in QUIET:
                yield row.statement.definition
            yield from _actions(view, after, view.after.as_of, "")
        elif "actions" in row.what:
            yield from _actions(view, before, view.before.as_of, "before: ", after)
            yield from _actions(view, after, view.after.as_of, "after: ", before)
        if after.challenged_by and {"challengedBy", "verdict", "focus"} & set(row.what):
            rivals = ", ".join(after.challenged_by)
            yield f"would be superseded by {rivals}, which is undetermined"
    for other in row.why.statements:
        states = (_state(row.statement, other.before), _state(row.statement, other.after))
        yield f"since {other.id}: {_arrow(*states)}"
    if row.why.day:
        yield "since a window has begun or passed between the two days"
    if [focus.status for focus in (before, after) if focus].count("closed") == 1:
        yield "since the patient had died by then"
    for name, records in (("before", row.why.records_before), ("after", row.why.records_after)):
        yield from (f"{name}: on record {words.record(record)}" for record in records)
    for name, side, focus, facts in (
        ("before", view.before, before, row.why.before),
        ("after", view.after, after, row.why.after),
    ):
        if focus and focus.verdict == "undetermined":
            yield f"{name}: decided by {words.decided_by(focus.missing)}"
        elif focus and facts:
            reason = because(facts, here=(side.case, focus.focus), words=words)
            yield f"{name}: {reason}"


def _state(row: Recommendation, focus: Focus | None) -> str:
    if focus is None:
        return "no such tumor" if row.level != "case" else "no such statement"
    if focus.verdict != "applicable":
        return "does not apply" if focus.verdict == "not-applicable" else focus.verdict
    words = status_word(row.kind, focus.status or "applies")
    return words + (f" by {', '.join(focus.superseded_by)}" if focus.superseded_by else "")


def _arrow(before: str, after: str) -> str:
    return f"{before} → {after}" if before != after else f"{after}, as before"


def _actions(
    view: Comparison, focus: Focus, as_of: str, name: str, other: Focus | None = None
) -> Iterator[str]:
    """Yield the actions that differ from those of the other side."""
    for action in focus.actions:
        if other is None or action not in other.actions:
            yield name + action_line(action, view.labels, as_of)


def _findings(view: Comparison) -> Iterator[Item]:
    for name, findings in (
        ("appeared", view.findings.appeared),
        ("disappeared", view.findings.disappeared),
        ("as before", () if view.comparable else view.findings.unchanged),
    ):
        yield from (_finding(finding, name) for finding in findings)


def _finding(finding: Finding, name: str) -> Item:
    place, facts = finding_words(finding)
    severity = finding.severity
    return Item(severity, f"{name}: {place}", (facts, finding.message), severity)


def _gaps(view: Comparison) -> Iterator[Item]:
    for name, gaps in (("appeared", view.gaps.appeared), ("disappeared", view.gaps.disappeared)):
        for gap in gaps:
            yield Item(gap, name, [*filter(None, [described(gap, view.labels, view.descriptions)])])


def _questions(view: Comparison) -> Iterator[Item]:
    words = Wording(view.labels)
    for question in view.questions:
        field = sentence(words.field(question.field))
        yield Item(field, "", (_decided(question.before, question.after),))


def _decided(before: Iterable[str], after: Iterable[str]) -> str:
    old, new = ", ".join(before), ", ".join(after)
    if old and new:
        return f"decides {new}; before {old}"
    return f"new: decides {new}" if new else f"no longer asked: decided {old}"
