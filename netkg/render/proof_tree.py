"""The steps of a proof in words: the nodes of a tree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from netkg.case.shown import shown
from netkg.proof.model import IntervalUsed, ProofStep, Source
from netkg.render.blocks import Node
from netkg.render.words import references

__all__ = ["proof_tree"]

_MARKS: Final = {"true": "✓", "false": "✗", "unknown": "?", None: "·"}
_TONES: Final = {"true": "done", "false": "overdue", "unknown": "due", None: "dim"}
_JOINED: Final = {
    "intersectionOf": {
        "true": "all of these hold",
        "false": "not all hold",
        "unknown": "not all are known to hold",
    },
    "unionOf": {
        "true": "one of them holds",
        "false": "none of these holds",
        "unknown": "none is known to hold",
    },
}
_RECORDS: Final = frozenset({"events", "measurements", "metastases"})


def proof_tree(step: ProofStep, searched: Mapping[str, str], *, whole: bool) -> Node:
    """Return a step and those below it as a tree.

    ``searched`` names what a record was searched for. Unless ``whole``, operands that do
    not decide the verdict are left to a note. What was derived above is not derived again.
    """
    return _Formatter(searched, whole).node(step)


class _Formatter:
    def __init__(self, searched: Mapping[str, str], whole: bool) -> None:
        self._searched = searched
        self._whole = whole
        self._derived: set[tuple[str, str, str]] = set()

    def node(self, step: ProofStep, above: ProofStep | None = None) -> Node:
        mark, tone = _MARKS[step.verdict], _TONES[step.verdict]
        words = _words(step, self._searched, above)
        if step.kind == "derived":
            key = (step.node, step.name, shown(step.value))
            if key in self._derived:
                return Node(mark, f"{words} as above", tone, (), ())
            self._derived.add(key)
        decisive = [each for each in step.premises if self._whole or _decides(each, step)]
        others = [each for each in step.premises if each not in decisive]
        notes = tuple(_notes(step, above, others))
        return Node(mark, words, tone, notes, tuple(self.node(each, step) for each in decisive))


def _decides(premise: ProofStep, step: ProofStep) -> bool:
    """Return whether the verdict of a step follows from a premise."""
    if step.kind == "some" and step.verdict == "true" and premise.kind == "complete":
        # One record is enough, whatever the others are.
        return False
    return premise.verdict is None or premise.verdict == step.verdict


def _words(step: ProofStep, searched: Mapping[str, str], above: ProofStep | None) -> str:
    of = _of(step, above)
    match step.kind:
        case "absent":
            return _absent(step, searched, above)
        case "class":
            return of + step.label
        case "intersectionOf" | "unionOf":
            return of + _JOINED[step.kind][step.verdict or "unknown"]
        case "some":
            return f"{of}{step.label}: some that is {step.expression.split(' some ', 1)[1]}"
        case "value":
            value = step.expression.split(" ", 1)[1].removeprefix("value ")
            return f"{of}{step.label}: {value}"
        case "instance":
            return f"{step.subject} is a {step.label}"
        case "asserted":
            return f"{of}{step.name} {shown(step.value)}, in the case"
        case "record":
            return f"{of}{step.name}: {_record(step.value)}, in the case"
        case "derived":
            return f"{of}{step.name} {shown(step.value)}, derived"
    if step.records:
        return f"{of}{step.name}: all {len(step.records)} examined"
    return f"{of}{step.name}: {'no values except' if step.premises else 'there is none'}"


def _of(step: ProofStep, above: ProofStep | None) -> str:
    """Return the record that a step is about, if the step above is about another one."""
    return "" if above is None or step.subject == above.subject else f"{step.subject}: "


def _absent(step: ProofStep, searched: Mapping[str, str], above: ProofStep | None) -> str:
    """Return what is absent, from what, and among which records.

    An event is looked for among those of the case, also where only those that
    concern one tumor count.
    """
    count = len(step.records)
    what = step.name if step.name in _RECORDS else "records" if count > 1 else "record"
    among = f" among the {count} {what}" if count else ""
    if not step.searched_for:
        sought = searched.get(step.name) or f"{step.name} recorded"
        return f"{_of(step, above)}no {sought}{among}"
    sought = searched.get(step.searched_for) or step.searched_for
    if above is not None and above.subject != step.subject:
        sought = f"{sought} that concerns {above.subject}"
    return f"no {sought}{among or ' recorded'}"


def _record(record: Mapping[str, Any]) -> str:
    """Return a record on one line, its kind, status and day first.

    >>> _record({"date": "2025-07-15", "diameterMm": 14, "type": "Measurement"})
    'Measurement, 2025-07-15, diameterMm 14'
    """
    first = {key: record[key] for key in ("type", "status", "date") if key in record}
    return shown(first | dict(record))


def _notes(step: ProofStep, above: ProofStep | None, others: Sequence[ProofStep]) -> Iterator[str]:
    yield from (f"axiom: {axiom}" for axiom in step.axioms)
    # If the category is given, the step below shows the interval that gives it.
    for each in step.intervals if step.verdict != "true" else ():
        located = _located(each.source) if each.source else "an interpretation"
        yield f"interval {each.name}: {_bounds(each)} ({located})"
    yield from (f"rule {rule.name}: {rule.summary}" for rule in step.rules)
    if step.open_fields:
        yield f"open: {' or '.join(step.open_fields)} would decide it"
    if above is None or step.source != above.source:
        yield f"source: {_located(step.source)}"
    evaluated = [
        f"{_MARKS[each.verdict]} {_of(each, step)}"
        + (each.label if each.kind == "class" else each.expression)
        for each in others
        if each.verdict
    ]
    if evaluated:
        yield f"not decisive: {'; '.join(evaluated)}"


def _located(source: Source) -> str:
    return ", ".join(filter(None, (source.statement, source.section, references(source.citations))))


def _bounds(interval: IntervalUsed) -> str:
    name, low, high = interval.property, interval.lower, interval.upper
    unit = f" {interval.unit}" if interval.unit else ""
    if low is not None and low == high:
        bounds = f"{name} = {shown(low)}"
    elif low is not None and high is not None:
        left, right = (
            "≤" if closed else "<" for closed in (interval.lower_closed, interval.upper_closed)
        )
        bounds = f"{shown(low)} {left} {name} {right} {shown(high)}"
    elif high is not None:
        bounds = f"{name} {'≤' if interval.upper_closed else '<'} {shown(high)}"
    else:
        bounds = f"{name} {'≥' if interval.lower_closed else '>'} {shown(low)}"
    return f"{bounds}{unit} is {interval.category}"
