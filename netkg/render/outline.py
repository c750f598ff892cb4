"""A plan in the order in which it is read, for every form in which it is shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from netkg.plan.model import Action, Focus, Plan, Recommendation
from netkg.reasoning.wording import Wording
from netkg.render.facts import because
from netkg.render.words import (
    QUIET,
    action_line,
    case_name,
    described,
    document,
    open_actions,
    references,
    section_labels,
    status_word,
    superseded,
    when,
)
from netkg.suggestions import sentence

__all__ = ["Entry", "Outline", "Part"]

_NO_PLAN = "No plan: the case is invalid. Fix the violations and run the command again."
_ORDER = ("overdue", "due", "alert")


@dataclass(frozen=True, slots=True)
class Part:
    """An applicable statement at one focus.

    ``focus`` is empty for the case and for its only tumor; ``choice`` says how several
    actions combine, else it is empty.
    """

    focus: str
    status: str
    choice: str
    actions: list[str]
    because: str
    notes: list[str]


@dataclass(frozen=True, slots=True)
class Entry:
    """An applicable statement; ``sentence`` says what to do, and is empty if nothing is."""

    id: str
    label: str
    status: str
    source: str
    sentence: str
    notes: list[str]
    parts: list[Part]


class Outline:
    """The parts of a plan as text, not yet escaped."""

    def __init__(self, plan: Plan) -> None:
        """Outline a plan."""
        self._plan = plan
        self._words = Wording(plan.labels)
        self._rows = [row for row in plan.recommendations if row.verdict == "applicable"]
        tumors = {f.focus for row in plan.recommendations if row.level != "case" for f in row.foci}
        self._several = len(tumors) > 1
        kind = "Management plan" if plan.conforms else "No plan"
        self.title = f"{kind}: {case_name(plan.case)}"
        self.meta = [("As of", plan.as_of), *document(plan.guideline)]
        self.notice = "" if plan.conforms else _NO_PLAN
        self.questions = [
            (sentence(self._words.term(q.field)), ", ".join(q.decides)) for q in plan.next_questions
        ]
        self.gaps = [(gap, described(gap, plan.labels, plan.descriptions)) for gap in plan.gaps]
        absent = sum(row.verdict == "not-applicable" for row in plan.recommendations)
        count = len(plan.recommendations)
        self.rest = f"{absent} of {count} statements do not apply to this case." if count else ""

    def first(self) -> list[tuple[str, str, str, str]]:
        """Return what to do first: overdue, due or alert; the id, what to do, and when.

        Foci at which the same is to be done share an entry. What has been overdue the
        longest comes first.
        """
        found: dict[tuple[str, str, str, str, str, str], list[str]] = {}
        plan = self._plan
        for row in self._rows:
            for focus, name in self._foci(row):
                if focus.status not in ("overdue", "due"):
                    continue
                tone = status_word(row.kind, focus.status)
                what = sentence(row.label) + (" (consider)" if row.modality == "consider" else "")
                what = f"Beware: {row.label}" if tone == "alert" else what
                pressing = [action for action in focus.actions if _presses(action, plan.as_of)]
                doing = open_actions(pressing, plan.labels)
                doing = "" if doing.casefold() == row.label.casefold() else doing
                day, words = when(focus.status, pressing, plan.as_of)
                urgency = day if tone == "overdue" else ""
                found.setdefault((tone, urgency, row.id, what, doing, words), []).append(name)
        entries = sorted(found.items(), key=lambda item: (_ORDER.index(item[0][0]), item[0][1]))
        return [
            (tone, id_, _at(what, names) + (f": {doing}" if doing else ""), words)
            for (tone, _, id_, what, doing, words), names in entries
        ]

    def sections(self) -> Iterator[tuple[str, str, list[Entry]]]:
        """Yield the top section, empty if it is repeated, the place in it, and the entries."""
        shown = ""
        for section, rows in groupby(self._rows, attrgetter("section")):
            top, *below = section_labels(section, self._plan.labels)
            yield "" if top == shown else top, " / ".join(below), [*map(self._entry, rows)]
            shown = top

    def undetermined(self) -> list[tuple[str, str, str, str]]:
        """Return what is undetermined: id, label, foci, and what would decide it."""
        found = []
        for row in self._plan.recommendations:
            foci = [pair for pair in self._foci(row) if pair[0].verdict == "undetermined"]
            if row.verdict == "undetermined":
                names = ", ".join(name for _, name in foci if name)
                found.append(
                    (row.id, sentence(row.label), names, self._words.decided_by(row.missing))
                )
            elif row.verdict == "applicable":
                found += [
                    (row.id, sentence(row.label), name, self._words.decided_by(focus.missing))
                    for focus, name in foci
                ]
        return found

    def _foci(self, row: Recommendation) -> list[tuple[Focus, str]]:
        """Pair each focus with the name to show for it, which may be empty."""
        named = self._several and row.level != "case"
        return [(focus, focus.focus if named else "") for focus in row.foci]

    def _entry(self, row: Recommendation) -> Entry:
        status = status_word(row.kind, row.status or "")
        strength = "" if row.modality in ("none", status) else row.modality
        quiet = row.status in QUIET
        return Entry(
            id=row.id,
            label=sentence(row.label),
            status=status,
            source="; ".join(filter(None, (strength, references(row.citations)))),
            sentence="" if quiet else row.definition,
            notes=[] if quiet else [f"Note: {caveat}" for caveat in row.caveats],
            parts=[
                self._part(focus, name)
                for focus, name in self._foci(row)
                if focus.verdict == "applicable"
            ],
        )

    def _part(self, focus: Focus, name: str) -> Part:
        plan, choice = self._plan, ""
        if len(focus.actions) > 1:
            choice = "one of:" if focus.actions[0].group == "any" else "all of:"
        return Part(
            focus=name,
            status=status_word(focus.kind, focus.status or ""),
            choice=choice,
            actions=[action_line(a, plan.labels, plan.as_of) for a in focus.actions],
            because=because(focus.because, here=(plan.case, focus.focus), words=self._words),
            notes=superseded(focus),
        )


def _presses(action: Action, as_of: str) -> bool:
    """Return whether an action is due now; an alternative can always be chosen."""
    return action.group == "any" or not action.due_from or action.due_from <= as_of


def _at(what: str, names: list[str]) -> str:
    shown = ", ".join(filter(None, names))
    return f"{what} ({shown})" if shown else what
