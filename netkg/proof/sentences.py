"""The verdict of a statement in one sentence, in the words of the ontology."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import pyoxigraph as ox

from netkg.ontology.conditions import Conditions, expression_of, with_article
from netkg.ontology.criteria import Criterion, HasValue, NamedClass
from netkg.ontology.schema import Schema
from netkg.plan.model import Action, Focus, Plan, Recommendation
from netkg.reasoning.fact import Fact
from netkg.reasoning.wording import Wording
from netkg.suggestions import listed

__all__ = ["Sentences"]

# How the status of a step continues the sentence.
_STATES: Final = {
    "overdue": " and is overdue",
    "due": " and is due",
    "option": " as an option",
    "planned": " and is planned",
    "scheduled": " and is scheduled",
    "tried": " and was tried",
    "declined": " and was declined",
    "done": " and is done",
    "closed": ", but it is closed because the patient has died",
}
_REPEATED: Final = frozenset({"overdue", "due", "scheduled"})
# The statuses of the events on which that of a step rests.
_COUNTING: Final = {
    "done": ("completed", "active"),
    "planned": ("planned",),
    "declined": ("declined",),
    "tried": ("stopped", "completed"),
}
# What is not a statement does not apply to anybody.
_VERBS: Final = {"gap": ("concern", "concerns"), "class": ("include", "includes")}


class Sentences:
    """The sentences on the verdicts of one case."""

    def __init__(self, schema: Schema, plan: Plan) -> None:
        self._conditions = Conditions(schema)
        self._words = Wording(plan.labels)
        self._rows = {row.id: row for row in plan.recommendations}

    def verdict(self, row: Recommendation, focus: Focus, failing: Criterion | None) -> str:
        """Return the verdict of a statement at a focus; ``failing`` is what is not met."""
        to = "this case" if row.level == "case" else focus.focus
        apply, applies = _VERBS.get(row.kind, ("apply to", "applies to"))
        if focus.verdict == "undetermined":
            decide = self._words.decided_by(focus.missing)
            return f"{row.id} may {apply} {to}: this depends on the {decide}."
        facts = [fact for fact in focus.because if fact.field != "id"]
        if failing is not None:
            if isinstance(failing, HasValue) and self._conditions.asks_for_statement(failing):
                # What is not asserted of a statement is not recorded in the case either.
                facts = [fact for fact in facts if fact.value is not None]
            here = listed(dict.fromkeys(map(self._words.clause, facts)))
            only = self._condition(row, failing)
            return f"{row.id} does not {apply} {to}: {only}{f'; here {here}' if here else ''}."
        because = "" if focus.status == "closed" else self._because(row, facts)
        return f"{row.id} {applies} {to}{self._state(row, focus)}{because}{self._unless(focus)}."

    def _unless(self, focus: Focus) -> str:
        rivals = self._named(focus.challenged_by)
        return f"; it would give way to {rivals}, which may apply" if rivals else ""

    def _named(self, ids: Iterable[str]) -> str:
        return listed([f"{self._rows[id_].label} ({id_})" for id_ in ids])

    def _because(self, row: Recommendation, facts: Iterable[Fact]) -> str:
        clauses = dict.fromkeys(self._words.clause(fact, basis=False) for fact in facts)
        if not clauses:
            return f", because it concerns every {row.level}"
        return f", because {listed(clauses)}"

    def _condition(self, row: Recommendation, failing: Criterion) -> str:
        if not isinstance(failing, NamedClass):
            return _asking(row, self._conditions.words(expression_of(failing)))
        class_ = ox.NamedNode(failing.class_)
        if class_.value.endswith(("-Population", "-Condition")):
            return _asking(row, listed(self._conditions.of(class_)))
        return f"it is for {with_article(self._conditions.label(class_))}"

    # -- what has been done ------------------------------------------------------------
    def _state(self, row: Recommendation, focus: Focus) -> str:
        if row.kind in ("alert", "gap", "class"):
            return ""
        if focus.status == "superseded":
            return f", but gives way to {self._named(focus.superseded_by)}"
        status = focus.status or ""
        events = self._events(focus.actions, status)
        # What has to be done again names when it was done last.
        last = "last: " if status in _REPEATED else ""
        return _STATES.get(status, "") + (f" ({last}{events})" if events else "")

    def _events(self, actions: Sequence[Action], status: str) -> str:
        """Return the events on which the status of a step rests, the latest of each kind."""
        found: dict[str, dict[str, None]] = {}
        for action in actions:
            for body in action.records:
                day = str(body.get("date") or "")
                is_last = status in _REPEATED and day == action.last
                counts = body.get("status") in _COUNTING.get(status, ("completed",))
                if counts and (is_last or status in _COUNTING):
                    found.setdefault(self._words.event(body), {})[day] = None
        return listed(f"{name} {max(days)}".rstrip() for name, days in found.items())


def _asking(row: Recommendation, words: str) -> str:
    """Return what a statement asks for, as words of :class:`Conditions`."""
    if words.startswith(("in a", "with a")):
        return f"it is for a {row.level} {words}"
    only = f"includes a {row.level} only" if row.kind == "class" else "applies only"
    return f"it {only} if the {words}" if " is " in words else f"it asks for {words}"
