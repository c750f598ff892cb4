"""The Info findings of a plan: open challenges, treatments that it does not give, missing dates.

The plan queries find what is to be reported; this module words it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from netkg.case.finding import Finding
from netkg.ontology.guideline import Catalogue, Statement
from netkg.ontology.schema import Schema, netkg
from netkg.plan.model import Focus, Recommendation
from netkg.plan.steps import StepState, Treatment
from netkg.reasoning.fact import Fact

__all__ = ["Notices"]

EVENT_TYPE = "events.type"
EVENT_DATE = "events.date"


class Notices:
    """Writer of the Info findings of plans, in the terms of one guideline."""

    def __init__(self, schema: Schema, catalogue: Catalogue) -> None:
        self._schema = schema
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
        yield from challenges(rows)
        for treatment in treatments:
            focus = names.get(treatment.focus, case)
            if treatment.kind == "unnamed":
                yield self._unnamed(treatment, case)
            elif treatment.kind == "replaced":
                yield self._replaced(treatment, focus)
            else:
                yield self._not_given(treatment, focus, by_id[treatment.statement], gaps)
        for (id_, node), state in states.items():
            for action in state.undated:
                yield self._undated(self._statements[id_], names[node], action)

    # -- treatments -----------------------------------------------------------------------
    def _not_given(
        self, treatment: Treatment, focus: str, row: Recommendation, gaps: Sequence[str]
    ) -> Finding:
        at = next(each for each in row.foci if each.focus == focus)
        name, reason = self._label(treatment.type), self._reason(at)
        near = [gap for gap in gaps if row.id in self._not_covered_by[gap]]
        see = f"; see {' and '.join(near)}" if near else ""
        return Finding(
            "Info",
            focus,
            EVENT_TYPE,
            f"{name} ({treatment.status})",
            "a treatment that the guideline gives here",
            f"The guideline does not give {name} here: {row.id} ({row.label}) does not apply"
            f"{f', because of {reason}' if reason else ''}."
            f" This is silence and not advice against it{see}.",
            row.id,
        )

    def _replaced(self, treatment: Treatment, focus: str) -> Finding:
        statement = self._statements[treatment.statement]
        name = self._label(treatment.type)
        return Finding(
            "Info",
            focus,
            EVENT_TYPE,
            f"{name} ({treatment.status})",
            f"what {statement.id} asks for",
            f"The event {name} is planned, although {statement.id} ({statement.label}) is in force"
            " for this tumor and takes its place. If there is a reason for it, record the reason.",
            statement.id,
        )

    def _unnamed(self, treatment: Treatment, case: str) -> Finding:
        name = self._label(treatment.type)
        return Finding(
            "Info",
            case,
            EVENT_TYPE,
            f"{name} ({treatment.status})",
            "a treatment that the guideline names",
            f"The guideline does not name {name} anywhere."
            " This is silence and not advice against it.",
            None,
        )

    # -- dates ----------------------------------------------------------------------------
    def _undated(self, statement: Statement, focus: str, action: str) -> Finding:
        name = self._label(action)
        return Finding(
            "Info",
            focus,
            EVENT_DATE,
            f"{name} without a date",
            "the date of the latest one",
            f"{statement.id} ({statement.label}) cannot be scheduled, because the completed {name}"
            " does not have a date. Add the date.",
            statement.id,
        )

    # -- words ----------------------------------------------------------------------------
    def _label(self, name: str) -> str:
        return self._schema.label(netkg(name))

    def _reason(self, focus: Focus) -> str:
        """Return the first fact that makes a statement not applicable, in words."""
        if not focus.because:
            return ""
        fact = focus.because[0]
        return f"{self._label(fact.field)} ({self._value(fact)})"

    def _value(self, fact: Fact) -> str:
        value = fact.value
        if value is None:
            return "not recorded"
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, Mapping):
            value = value.get("type", "recorded")
        return self._label(value) if isinstance(value, str) and value.isalnum() else str(value)


def challenges(rows: Sequence[Recommendation]) -> Iterator[Finding]:
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
