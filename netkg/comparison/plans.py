"""Compare two plans, statement by statement and focus by focus."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from netkg.case.finding import Finding
from netkg.comparison.leaves import (
    Names,
    content,
    keys_of_leaves,
    known_leaves,
    new_facts,
    normalized,
    other_facts,
    renamed,
    split,
)
from netkg.comparison.model import (
    Change,
    Comparison,
    Difference,
    Place,
    QuestionChange,
    Side,
    Split,
    SupersedingStatement,
    Why,
)
from netkg.comparison.records import names_of, pair
from netkg.plan.model import Action, Focus, Plan, Recommendation, RecordedEvent
from netkg.reasoning.fact import Fact

__all__ = ["compare"]

_WATCHED: Final = {
    "verdict": "verdict",
    "status": "status",
    "superseded_by": "supersededBy",
    "challenged_by": "challengedBy",
    "actions": "actions",
    "missing": "missing",
}


def compare(
    before: Plan,
    after: Plan,
    *,
    changes: Sequence[Change] = (),
    set_aside: tuple[Sequence[Change], Sequence[Change]] = ((), ()),
    notice: str = "",
    names: Names | None = None,
) -> Comparison:
    """Compare two plans, statement by statement and focus by focus.

    ``changes``, ``set_aside`` (of either side) and ``notice`` become part of the
    comparison as they are. ``names`` are the ids of the first as they are compared with
    those of the second (:func:`~netkg.comparison.records.names_of`); by default tumors
    are paired by id.

    >>> from datetime import date
    >>> import netkg
    >>> plan = netkg.derive({"id": "c1", "tumors": [{}]}, as_of=date(2026, 3, 31))
    >>> compare(plan, plan).appeared, compare(plan, plan).unchanged > 50
    ((), True)
    """
    walk = _PlanComparison(before, after, names)
    rows = list(walk.differences())
    appeared = [row for row in rows if _applies(row.after) and not _applies(row.before)]
    disappeared = [row for row in rows if _applies(row.before) and not _applies(row.after)]
    return Comparison(
        before=_side(before, set_aside[0]),
        after=_side(after, set_aside[1]),
        comparable=before.conforms and after.conforms,
        same=tuple(walk.same),
        only_before=tuple(walk.only_before),
        only_after=tuple(walk.only_after),
        appeared=tuple(appeared),
        disappeared=tuple(disappeared),
        changed=tuple(row for row in rows if _applies(row.before) == _applies(row.after)),
        unchanged=walk.unchanged,
        on_other_facts=tuple(walk.on_other_facts),
        findings=split(_findings(before), _findings(after), walk.renamed_findings()),
        gaps=split(before.gaps, after.gaps, before.gaps) if walk.comparable else Split(),
        treatments=walk.treatments(),
        questions=tuple(_questions(before, after)) if walk.comparable else (),
        disclaimer=after.disclaimer,
        changes=tuple(changes),
        notice=notice,
        labels={**before.labels, **after.labels},
        descriptions={**before.descriptions, **after.descriptions},
    )


def _findings(plan: Plan) -> list[Finding]:
    """Return the findings that are about the patient, not about how the case was written."""
    return [finding for finding in plan.findings if not finding.is_about_input]


def _side(plan: Plan, set_aside: Sequence[Change]) -> Side:
    return Side(plan.case, plan.as_of, plan.conforms, plan.guideline, tuple(set_aside))


def _applies(focus: Focus | None) -> bool:
    return focus is not None and focus.verdict == "applicable"


class _PlanComparison:
    """Walk two plans, with the ids of the first translated to those of the second."""

    def __init__(self, before: Plan, after: Plan, names: Names | None) -> None:
        self.before = before
        self.after = after
        self.comparable = before.conforms and after.conforms
        # Without a plan the tumors of a case are not known, and none is reported as missing.
        here, there = (_tumors(p) if self.comparable else [] for p in (before, after))
        if names is None:
            same = pair({id_: id_ for id_ in here}, {id_: id_ for id_ in there})
            names = names_of(same, here, there)
        self.same = [(id_, names[id_]) for id_ in here if names[id_] in there]
        self.only_before = [id_ for id_ in here if names[id_] not in there]
        self.only_after = [id_ for id_ in there if id_ not in names.values()]
        self.named = {before.case: after.case, **names}
        # Facts name records by their ids, which are ambiguous if a tumor has that of its case.
        self.ambiguous = before.case != after.case and before.case in here
        self.known = (known_leaves(before, self.named), known_leaves(after, {}))
        self.unchanged = 0
        self.on_other_facts: list[Place] = []
        self._foci_by_key = (_foci_by_key(before), _foci_by_key(after))

    # -- rows ------------------------------------------------------------------------
    def differences(self) -> Iterator[Difference]:
        """Yield what differs, in the order of the guideline; count the rest."""
        if not self.comparable:
            return
        for row, left, right in self._pairs():
            if what := self._what(left, right):
                yield Difference(row, left, right, what, self._why(left, right))
                continue
            self.unchanged += 1
            if left and right and not self.ambiguous and self._has_other_facts(left, right):
                self.on_other_facts.append(Place(row.id, right.focus))

    def _pairs(self) -> Iterator[tuple[Recommendation, Focus | None, Focus | None]]:
        """Yield each statement at each focus of either plan, with the focus on both sides."""
        here, there = (
            {row.id: row for row in plan.recommendations} for plan in (self.before, self.after)
        )
        for id_ in _merged(list(here), list(there)):
            row = there.get(id_) or here[id_]
            left, right = _foci(here.get(id_)), _foci(there.get(id_))
            back = {after: before for before, after in self._names(row)}
            for name, focus in right.items():
                yield row, left.get(back.get(name, "")), focus
            met = {back[name] for name in right if name in back}
            for name, focus in left.items():
                if name not in met:
                    yield row, focus, None

    def _names(self, row: Recommendation) -> list[tuple[str, str]]:
        return [(self.before.case, self.after.case)] if row.level == "case" else self.same

    def _what(self, left: Focus | None, right: Focus | None) -> tuple[str, ...]:
        if left is None or right is None:
            return ("focus",)
        return tuple(
            key for name, key in _WATCHED.items() if getattr(left, name) != getattr(right, name)
        )

    def renamed_findings(self) -> list[Finding]:
        """Return the findings of the first plan with the ids of the second."""
        return [
            replace(finding, focus=self.named.get(finding.focus, finding.focus))
            for finding in _findings(self.before)
        ]

    def treatments(self) -> Split[RecordedEvent]:
        """Return the treatments on record of both cases, whether or not a statement counts them."""
        here, there = self.before.treatments, self.after.treatments
        keys = [_recorded(each, self.named) for each in here]
        return split(here, there, keys, [_recorded(each, {}) for each in there])

    # -- reasons ---------------------------------------------------------------------
    def _has_other_facts(self, left: Focus, right: Focus) -> bool:
        here = set(keys_of_leaves(left.because, self.named))
        return here != set(keys_of_leaves(right.because, {}))

    def _why(self, left: Focus | None, right: Focus | None) -> Why:
        before, after = self._facts(left, right)
        if left is None or right is None:
            return Why(before, after)
        return Why(
            before,
            after,
            tuple(self._superseding(left, right)) if left.verdict == right.verdict else (),
            self._day_matters(left, right),
            _records(left, right, self.named, {}),
            _records(right, left, {}, self.named),
        )

    def _facts(
        self, left: Focus | None, right: Focus | None
    ) -> tuple[tuple[Fact, ...], tuple[Fact, ...]]:
        """Return the facts that each side rests on and the other plan does not."""
        here, there = (focus.because if focus else () for focus in (left, right))
        before = new_facts(here, self.named, self.known[1])
        after = new_facts(there, {}, self.known[0])
        if left and right and left.verdict != right.verdict:
            before = before or other_facts(here, self.named, there)
            after = after or other_facts(there, {}, renamed(here, self.named))
        return before, after

    def _day_matters(self, left: Focus, right: Focus) -> bool:
        """Return whether a window has begun or passed between the days of the plans."""
        days = (self.before.as_of, self.after.as_of)
        return left.actions == right.actions and any(
            _seen(action, days[0]) != _seen(action, days[1]) for action in left.actions
        )

    def _superseding(self, left: Focus, right: Focus) -> Iterator[SupersedingStatement]:
        """Yield the statements that supersede this one, or may, on one side only."""
        differing = {
            *(set(left.superseded_by) ^ set(right.superseded_by)),
            *(set(left.challenged_by) ^ set(right.challenged_by)),
        }
        for row in self.after.recommendations:
            if row.id in differing:
                yield SupersedingStatement(
                    row.id,
                    self._foci_by_key[0].get((row.id, left.focus)),
                    self._foci_by_key[1].get((row.id, right.focus)),
                )


def _recorded(event: RecordedEvent, names: Names) -> RecordedEvent:
    """Return an event with a renamed target, and without what the plan says of it."""
    target = names.get(event.target, event.target) if event.target else None
    return replace(event, target=target, statements=())


def _seen(action: Action, day: str) -> tuple[bool, bool]:
    """Return whether the window of an action has begun, and whether it has passed."""
    begun = action.due_from is not None and action.due_from <= day
    return begun, action.due_by is not None and action.due_by < day


def _records(focus: Focus, other: Focus, names: Names, others: Names) -> tuple[Any, ...]:
    """Return the events that count for the actions of a focus and not for those of the other."""
    here, there = _counting(focus), _counting(other)
    keys = [normalized(content(record, names)) for record in here]
    return split(
        there, here, [normalized(content(record, others)) for record in there], keys
    ).appeared


def _counting(focus: Focus) -> list[Any]:
    """Return the events that count for the actions of a focus, each once."""
    return list({id(each): each for action in focus.actions for each in action.records}.values())


def _foci(row: Recommendation | None) -> dict[str, Focus]:
    return {focus.focus: focus for focus in row.foci} if row else {}


def _tumors(plan: Plan) -> list[str]:
    """Return the foci of a plan other than the case, in their order."""
    rows = (row for row in plan.recommendations if row.level != "case")
    return list(dict.fromkeys(focus.focus for row in rows for focus in row.foci))


def _foci_by_key(plan: Plan) -> dict[tuple[str, str], Focus]:
    return {(row.id, f.focus): f for row in plan.recommendations for f in row.foci}


def _merged(left: Sequence[str], right: Sequence[str]) -> list[str]:
    """Merge two lists of ids: the second, then what only the first has.

    >>> _merged(["a", "c"], ["b", "c"])
    ['b', 'c', 'a']
    """
    return list(dict.fromkeys([*right, *left]))


def _questions(before: Plan, after: Plan) -> Iterator[QuestionChange]:
    here = {question.field: question.decides for question in before.next_questions}
    there = {question.field: question.decides for question in after.next_questions}
    for field in _merged(list(here), list(there)):
        left, right = here.get(field, ()), there.get(field, ())
        if left != right:
            yield QuestionChange(field, left, right)
