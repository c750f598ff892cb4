"""The Info findings of a plan: open challenges, treatments that it does not give, missing dates.

The plan queries find what is to be reported; this module words it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

from netkg.case.finding import Finding
from netkg.ontology.guideline import Catalogue, Statement
from netkg.ontology.schema import Schema, netkg
from netkg.plan.model import Focus, Recommendation
from netkg.plan.steps import StepState, Treatment
from netkg.reasoning.wording import Wording
from netkg.suggestions import listed, sentence

__all__ = ["Notices"]

EVENT_TYPE = "events.type"
EVENT_DATE = "events.date"
# The labels of the types of events, with their statuses.
Events = Collection[tuple[str, str]]


class Notices:
    """Writer of the Info findings of plans, in the terms of one guideline."""

    def __init__(self, schema: Schema, catalogue: Catalogue, words: Wording) -> None:
        self._schema = schema
        self._words = words
        self._statements = {statement.id: statement for statement in catalogue.statements}
        self._not_covered_by = {gap.id: gap.not_covered_by for gap in catalogue.gaps}

    def findings(
        self,
        case: str,
        rows: Sequence[Recommendation],
        gaps: Sequence[str],
        states: Mapping[tuple[str, str], StepState],
        names: Mapping[str, str],
        treatments: Sequence[Treatment],
    ) -> Iterator[Finding]:
        """Yield the findings of one case; ``names`` maps the IRI of a focus to its id."""
        by_id = {row.id: row for row in rows}
        yield from self._challenges(rows)
        # One finding reports all that it concerns: a second of the same kind would be dropped.
        reported: defaultdict[tuple[str, str, str], set[tuple[str, str]]] = defaultdict(set)
        for each in treatments:
            event = (self._label(each.type), each.status)
            reported[each.kind, each.statement, names.get(each.focus, case)].add(event)
        for (kind, id_, focus), events in reported.items():
            if kind == "unnamed":
                yield self._unnamed(case, events)
            elif kind == "replaced":
                yield self._replaced(self._statements[id_], focus, events)
            else:
                yield self._not_given(by_id[id_], focus, events, gaps)
        for (id_, node), state in states.items():
            if state.undated:
                yield self._undated(self._statements[id_], names[node], state.undated)

    # -- statements that may give way ---------------------------------------------------
    def _challenges(self, rows: Sequence[Recommendation]) -> Iterator[Finding]:
        """Yield a finding for each undetermined statement that may supersede applicable steps."""
        by_id = {row.id: row for row in rows}
        challenged: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        for row in rows:
            for focus in row.foci:
                for other in focus.challenged_by:
                    challenged[other, focus.focus].append(row.id)
        for (other, focus_id), ids in challenged.items():
            missing = next(f.missing for f in by_id[other].foci if f.focus == focus_id)
            field = missing[0][0] if missing else ""
            names = [path.rpartition(".")[2] for path in next(iter(missing), ())]
            words = listed([f"the {self._label(name)}" for name in names])
            yield Finding(
                "Info",
                focus_id,
                field,
                "nothing that decides it",
                f"the value of {field}" if field else "a decision",
                f"{other} is undetermined and would supersede {listed(ids)}."
                f" Add {words or 'what is missing'} to decide it.",
                other,
            )

    # -- treatments -----------------------------------------------------------------------
    def _not_given(
        self, row: Recommendation, focus: str, events: Events, gaps: Sequence[str]
    ) -> Finding:
        reason = self._reason(next(each for each in row.foci if each.focus == focus))
        near = [gap for gap in gaps if row.id in self._not_covered_by[gap]]
        see = f"; see {listed(near)}" if near else ""
        return Finding(
            "Info",
            focus,
            EVENT_TYPE,
            found(events),
            "a treatment that the guideline gives here",
            f"The guideline does not give {named(events)} here:"
            f" {row.id} ({row.label}) does not apply"
            f"{f' ({reason})' if reason else ''}."
            f" This is silence and not advice against it{see}.",
            row.id,
        )

    def _replaced(self, statement: Statement, focus: str, events: Events) -> Finding:
        verb = "is" if len(events) == 1 else "are"
        return Finding(
            "Info",
            focus,
            EVENT_TYPE,
            found(events),
            f"what {statement.id} asks for",
            f"{sentence(named(events))} {verb} planned, although {statement.id}"
            f" ({statement.label}) is in force for this tumor and takes its place."
            " If there is a reason for it, record the reason.",
            statement.id,
        )

    def _unnamed(self, case: str, events: Events) -> Finding:
        return Finding(
            "Info",
            case,
            EVENT_TYPE,
            found(events),
            "a treatment that the guideline names",
            f"The guideline does not name {named(events, 'or')} anywhere."
            " This is silence and not advice against it.",
            None,
        )

    # -- dates ----------------------------------------------------------------------------
    def _undated(self, statement: Statement, focus: str, actions: Sequence[str]) -> Finding:
        tests = sorted(self._label(action) for action in actions)
        return Finding(
            "Info",
            focus,
            EVENT_DATE,
            ", ".join(f"{name} without a date" for name in tests),
            "the date of the latest one",
            f"{statement.id} ({statement.label}) cannot be scheduled, because the completed"
            f" {listed(tests)} {'does' if len(tests) == 1 else 'do'} not have a date."
            " Add the date.",
            statement.id,
        )

    # -- words ----------------------------------------------------------------------------
    def _label(self, name: str) -> str:
        return self._schema.label(netkg(name))

    def _reason(self, focus: Focus) -> str:
        """Return the facts that make a statement not applicable, whatever their order."""
        notes = {self._words.note(fact) for fact in focus.because if fact.field != "id"}
        return listed(sorted(notes))


# -- lists --------------------------------------------------------------------------------
def found(events: Events) -> str:
    """Write events as they are on record: their types and statuses."""
    return ", ".join(f"{name} ({status})" for name, status in sorted(events))


def named(events: Events, word: str = "and") -> str:
    """Write the types of events out, each once."""
    return listed(sorted({name for name, _ in events}), word)
