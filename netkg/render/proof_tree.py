"""Put the steps of a proof into words: the lines of a tree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from netkg.proof.model import IntervalUsed, ProofStep, Source
from netkg.render.values import shown
from netkg.render.words import references

__all__ = ["Formatter", "Line"]

_MARKS: Final = {"true": "✓", "false": "✗", "unknown": "?"}
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
_TONES: Final = {"true": "done", "false": "overdue", "unknown": "due"}


@dataclass(frozen=True, slots=True)
class Line:
    """Hold one line of the tree: a mark, words, notes below it, and the lines under it."""

    mark: str
    words: str
    tone: str
    notes: tuple[str, ...]
    below: tuple[Line, ...]


def _located(source: Source) -> str:
    cited = f", {references(source.citations)}" if source.citations else ""
    return f"{source.statement}, {source.section}{cited}"


def _bounds(interval: IntervalUsed) -> str:
    name, low, high = interval.property, interval.lower, interval.upper
    unit = f" {interval.unit}" if interval.unit else ""
    if low is not None and low == high:
        bounds = f"{name} = {shown(low)}"
    elif low is not None and high is not None:
        signs = [
            "≤" if closed else "<" for closed in (interval.lower_closed, interval.upper_closed)
        ]
        bounds = f"{shown(low)} {signs[0]} {name} {signs[1]} {shown(high)}"
    elif high is not None:
        bounds = f"{name} {'≤' if interval.upper_closed else '<'} {shown(high)}"
    else:
        bounds = f"{name} {'≥' if interval.lower_closed else '>'} {shown(low)}"
    return f"{bounds}{unit} is {interval.category}"


class Formatter:
    """Put steps into words; what was derived above is not derived once more."""

    def __init__(self, searched: Mapping[str, str], whole: bool) -> None:
        self._searched = searched
        self._whole = whole
        self._told: set[tuple[str, str, str]] = set()

    def line(self, step: ProofStep, above: ProofStep | None = None) -> Line:
        """Give the line of a step, with those below it that settle what it says."""
        words = _words(step, self._searched, above)
        mark = _MARKS[step.verdict] if step.verdict else "·"
        tone = _TONES[step.verdict] if step.verdict else "dim"
        if step.kind == "derived":
            key = (step.node, step.name, shown(step.value))
            if key in self._told:
                return Line(mark, f"{words} as above", tone, (), ())
            self._told.add(key)
        settling = [each for each in step.premises if self._whole or _settles(each, step)]
        notes = tuple(_step_notes(step, above, [p for p in step.premises if p not in settling]))
        return Line(mark, words, tone, notes, tuple(self.line(each, step) for each in settling))


def _settles(premise: ProofStep, step: ProofStep) -> bool:
    """Say whether a premise is what makes the verdict of its step."""
    if step.kind == "some" and step.verdict == "true" and premise.kind == "complete":
        # One record is enough, whatever the others are.
        return False
    return premise.verdict is None or premise.verdict == step.verdict


def _aside(premise: ProofStep, above: ProofStep) -> str:
    words = premise.label if premise.kind == "class" else premise.expression
    return f"{_MARKS[premise.verdict or 'unknown']} {_of(premise, above)}{words}"


def _of(step: ProofStep, above: ProofStep | None) -> str:
    """Name the record that a step is about, where it is another than above."""
    return "" if above is None or step.subject == above.subject else f"{step.subject}: "


def _words(step: ProofStep, searched: Mapping[str, str], above: ProofStep | None) -> str:
    if step.kind == "absent":
        return _absent(step, searched, above)
    of = _of(step, above)
    if step.kind == "class":
        return f"{of}{step.label}"
    if step.kind in _JOINED:
        return of + _JOINED[step.kind][step.verdict or "unknown"]
    if step.kind == "some":
        return f"{of}{step.label}: some that is {step.expression.split(' some ', 1)[1]}"
    if step.kind == "value":
        return f"{of}{step.label}: {step.expression.split(' ', 1)[1].removeprefix('value ')}"
    if step.kind == "instance":
        return f"{step.subject} is a {step.label}"
    if step.kind == "asserted":
        return f"{of}{step.name} {shown(step.value)}, in the case"
    if step.kind == "record":
        return f"{of}{step.name}: {_record(step.value)}, in the case"
    if step.kind == "derived":
        return f"{of}{step.name} {shown(step.value)}, derived"
    if step.records or not step.premises:
        count = f"all {len(step.records)} looked through" if step.records else "there is none"
        return f"{of}{step.name}: {count}"
    return f"{of}{step.name}: no value but"


def _absent(step: ProofStep, searched: Mapping[str, str], above: ProofStep | None) -> str:
    """Tell an absence, of whom, and among which records.

    An event is looked for among those of the case, also where only those that
    concern one tumour count.
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
    """Tell a record, its kind, state and day first.

    >>> _record({"date": "2025-07-15", "diameterMm": 14, "type": "Measurement"})
    'Measurement, 2025-07-15, diameterMm 14'
    """
    first = {key: record[key] for key in ("type", "status", "date") if key in record}
    return shown(first | dict(record))


def _step_notes(
    step: ProofStep, above: ProofStep | None, aside: Sequence[ProofStep]
) -> Iterator[str]:
    yield from (f"axiom: {axiom}" for axiom in step.axioms)
    # Where a category is had, the step below tells the interval that gave it.
    for each in step.intervals if step.verdict != "true" else ():
        located = f" ({_located(each.source) if each.source else 'a reading'})"
        yield f"interval {each.name}: {_bounds(each)}{located}"
    yield from (f"rule {rule.name}: {rule.summary}" for rule in step.rules)
    if step.open_fields:
        yield f"open: {' or '.join(step.open_fields)} would settle it"
    if above is None or step.source != above.source:
        yield f"source: {_located(step.source)}"
    judged = [premise for premise in aside if premise.verdict]
    if judged:
        yield "aside: " + "; ".join(_aside(premise, step) for premise in judged)
