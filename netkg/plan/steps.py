"""Resolve the steps of a plan: actions, supersession, windows and status.

The plan queries do the work; this module puts the steps into the graph,
adds the windows (calendar months are not SPARQL 1.1), and reads the outcome.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal, cast

from netkg.case.days import add_months
from netkg.case.model import Case
from netkg.namespaces import NETKG, local_name
from netkg.ontology.guideline import Catalogue, Statement
from netkg.ontology.schema import TYPE
from netkg.plan.model import Action
from netkg.plan.status import Status
from netkg.reasoning.facts import Facts
from netkg.reasoning.verdicts import FALSE, TRUE

__all__ = ["Resolved", "StepResolver", "StepState", "Treatment"]

Key = tuple[str, str]
Verdicts = Mapping[Key, int]
# Runs the plan queries from one name up to another, with values for their parameters.
RunPlan = Callable[..., None]
# The numbers of the plan queries are their stages: 01 is run stratum by stratum, 02 to 19 come
# before the windows are known, and 20 onwards after that.
SUPERSESSION: Final = ("01", "02")
BEFORE_WINDOWS: Final = ("02", "2")
AFTER_WINDOWS: Final = ("2",)
NOTHING: Final[Mapping[str, Mapping[str, None]]] = {}
# The properties that are written and read here, and their values.
STATEMENT, FOCUS, OF_CASE, VERDICT, OF_STEP, OF_TYPE, WINDOW_STATE = (
    NETKG + name
    for name in ("statement", "focus", "ofCase", "verdict", "ofStep", "ofType", "windowState")
)
STEP_STATUS, UNDATED, SUPERSEDED_BY, CHALLENGED_BY, ACTION_STATE, MATCHED_BY, ACCOMPLISHED_BY = (
    NETKG + name
    for name in (
        *("stepStatus", "undatedActions", "supersededBy", "challengedBy"),
        *("actionState", "matchedBy", "accomplishedBy"),
    )
)
MONTHS: Final = (NETKG + "leastMonths", NETKG + "greatestMonths")
REPORTED: Final = tuple(NETKG + name for name in ("notGivenAt", "replacedAt", "unnamedIn"))
STEP, STEP_ACTION, APPLICABLE, UNDETERMINED = (
    f"<{NETKG}{name}>" for name in ("Step", "StepAction", "Applicable", "Undetermined")
)
ACCOMPLISHED, FORESEEN = NETKG + "Accomplished", NETKG + "Foreseen"


@dataclass(frozen=True, slots=True)
class StepState:
    """The outcome for one statement at one focus."""

    status: Status | None = None
    superseded_by: tuple[str, ...] = ()
    challenged_by: tuple[str, ...] = ()
    actions: tuple[Action, ...] = ()
    undated: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Treatment:
    """A planned or active event that the plan reports, and why.

    It is ``not-given`` by any statement at a focus, ``replaced`` by a statement in
    force at a focus, or ``unnamed`` in the document. ``type`` is the local name of
    its class, ``focus`` an IRI, ``statement`` an id, empty for what is unnamed.
    """

    kind: Literal["not-given", "replaced", "unnamed"]
    type: str
    status: str
    focus: str
    statement: str


@dataclass(frozen=True, slots=True)
class Resolved:
    """The state of the steps of one case, by statement and focus, and what is to be reported."""

    states: dict[Key, StepState] = field(default_factory=dict)
    treatments: tuple[Treatment, ...] = ()


@dataclass(slots=True)
class Step:
    """One step while it is being resolved; its node and its actions are in N-Triples form."""

    node: str
    statement: Statement
    focus: str
    applicable: bool
    actions: list[tuple[str, str]] = field(default_factory=list)


class StepResolver:
    """Resolve the steps of cases by the plan queries."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._strata = sorted(set(catalogue.strata.values()))
        self._by_id = {s.id: s for s in catalogue.statements}
        self._by_iri = {s.node.value: s for s in catalogue.statements}

    def resolve(
        self,
        case: Case,
        verdicts: Verdicts,
        types: Collection[tuple[str, str]],
        facts: Facts,
        run: RunPlan,
        as_of: date,
    ) -> Resolved:
        """Return the state of every step of a case that may apply.

        ``types`` are the classes that records belong to by conditions, as pairs of
        IRIs; they show which fields are missing for a principle. ``run`` runs plan queries
        over ``facts``.
        """
        steps = list(self._steps(case, verdicts, types))
        for step in steps:
            _describe(step, case, facts)
        for stratum in self._strata:
            run(*SUPERSESSION, stratum=stratum)
        run(*BEFORE_WINDOWS)
        days = event_days(case)
        windows: dict[str, tuple[date, date]] = {}
        for step in steps:
            for action, state in self._windows(step, facts, days, windows, as_of):
                facts.add(action, WINDOW_STATE, f"<{NETKG}{state}>")
        run(*AFTER_WINDOWS)
        states = {
            (step.statement.id, step.focus): self._state(step, case, facts, days, windows)
            for step in steps
        }
        return Resolved(states, tuple(self._treatments(case, facts)))

    # -- putting steps in --------------------------------------------------------------
    def _steps(
        self, case: Case, verdicts: Verdicts, types: Collection[tuple[str, str]]
    ) -> Iterator[Step]:
        places = {tumor.value: place for place, tumor in enumerate(case.tumors, start=1)}
        for (id_, focus), verdict in verdicts.items():
            if verdict == FALSE:
                continue
            statement = self._by_id[id_]
            node = f"<{case.node.value}/step/{id_}/{places.get(focus, 0)}"
            step = Step(f"{node}>", statement, focus, verdict == TRUE)
            if step.applicable:
                names = [*statement.actions, *_missing_fields(statement, case, types)]
                step.actions = [(f"{node}/{name}>", name) for name in names]
            yield step

    # -- windows -----------------------------------------------------------------------
    def _windows(
        self,
        step: Step,
        facts: Facts,
        days: Mapping[str, date],
        windows: dict[str, tuple[date, date]],
        as_of: date,
    ) -> Iterator[tuple[str, str]]:
        """Yield whether the evaluation date is before, in or after each action's window."""
        months = [int(found) for bound in MONTHS for found in _values(facts, step.node, bound)]
        if not months:
            return
        for action, _ in step.actions:
            last = _last(action, facts, days)
            if last is not None:
                least, greatest = (add_months(last, number) for number in months)
                windows[action] = (least, greatest)
        own = {action: windows.get(action) for action, _ in step.actions}
        if step.statement.group == "any":
            # Alternatives share one clock, started by the latest of them.
            latest = max((window for window in own.values() if window), default=None)
            own = dict.fromkeys(own, latest)
        for action, window in own.items():
            if window is not None:
                state = (
                    "BeforeWindow"
                    if as_of < window[0]
                    else "InsideWindow"
                    if as_of <= window[1]
                    else "AfterWindow"
                )
                yield action, state

    # -- the outcome ---------------------------------------------------------------------
    def _state(
        self,
        step: Step,
        case: Case,
        facts: Facts,
        days: Mapping[str, date],
        windows: Mapping[str, tuple[date, date]],
    ) -> StepState:
        if not step.applicable:
            return StepState()
        (status,) = _values(facts, step.node, STEP_STATUS)
        undated = _values(facts, step.node, UNDATED)
        return StepState(
            status=cast(Status, self._catalogue.names[status]),
            superseded_by=self._ordered(_values(facts, step.node, SUPERSEDED_BY)),
            challenged_by=self._ordered(_values(facts, step.node, CHALLENGED_BY)),
            actions=tuple(
                self._action(step, node, name, case, facts, days, windows)
                for node, name in step.actions
            ),
            undated=tuple(name for node, name in step.actions if node[1:-1] in undated),
        )

    def _action(
        self,
        step: Step,
        node: str,
        name: str,
        case: Case,
        facts: Facts,
        days: Mapping[str, date],
        windows: Mapping[str, tuple[date, date]],
    ) -> Action:
        states = _values(facts, node, ACTION_STATE)
        last, window = _last(node, facts, days), windows.get(node)
        counting = {*_values(facts, node, MATCHED_BY), *_values(facts, node, ACCOMPLISHED_BY)}
        return Action(
            type=name,
            group=step.statement.group,
            done=ACCOMPLISHED in states and not step.statement.repeated,
            planned=FORESEEN in states,
            last=last.isoformat() if last else None,
            due_from=window[0].isoformat() if window else None,
            due_by=window[1].isoformat() if window else None,
            records=tuple(record for iri, record in case.records.items() if iri in counting)
            if counting
            else (),
        )

    # -- events ------------------------------------------------------------------------
    def _treatments(self, case: Case, facts: Facts) -> Iterator[Treatment]:
        """Yield the planned and active events of a case that a plan reports."""
        events = [iri for iri in case.records if any(facts.values(iri, p) for p in REPORTED)]
        not_given, replaced, unnamed = REPORTED
        for event in (f"<{iri}>" for iri in events):
            node = case.node.value
            found: list[tuple[Literal["not-given", "replaced", "unnamed"], str, str]] = []
            asking = self._ordered(_values(facts, event, NETKG + "askedForBy"))
            for focus in sorted(_values(facts, event, not_given)):
                level = "case" if focus == node else "tumor"
                first = next(id_ for id_ in asking if self._by_id[id_].level == level)
                found.append(("not-given", focus, first))
            for focus in sorted(_values(facts, event, replaced)):
                replacing = self._ordered(_values(facts, event, NETKG + "replacedBy"))
                found += [("replaced", focus, id_) for id_ in replacing]
            if _values(facts, event, unnamed):
                found.append(("unnamed", node, ""))
            (type_,) = case.values(event[1:-1], "type")
            (status,) = case.values(event[1:-1], "status")
            for kind, focus, statement in found:
                yield Treatment(kind, local_name(type_), local_name(status), focus, statement)

    def _ordered(self, statements: Iterable[str]) -> tuple[str, ...]:
        found = sorted((self._by_iri[iri] for iri in statements), key=lambda s: s.position)
        return tuple(statement.id for statement in found)


def event_days(case: Case) -> dict[str, date]:
    """Return the days of the dated events of a case, by the IRI of the event."""
    return {
        triple.subject.value: date.fromisoformat(triple.object.value)  # type: ignore[union-attr]
        for triple in case.triples
        if triple.predicate.value == NETKG + "date"
    }


def _values(facts: Facts, node: str, property_: str) -> Sequence[str]:
    """Return the values of a property of a node as IRIs and texts."""
    found = facts.forward.get(property_, NOTHING).get(node)
    return [v[1:-1] if v[0] == "<" else v[1 : v.rindex('"')] for v in found] if found else ()


def _last(action: str, facts: Facts, days: Mapping[str, date]) -> date | None:
    events = _values(facts, action, ACCOMPLISHED_BY)
    return max((days[event] for event in events if event in days), default=None)


def _missing_fields(
    statement: Statement, case: Case, types: Collection[tuple[str, str]]
) -> Iterator[str]:
    """Yield the fields that a principle requires and that are missing in some record."""
    for item in statement.record_items:
        subjects = (case.node,) if item.scope == "Case" else case.tumors
        if any((subject.value, item.missing.value) in types for subject in subjects):
            yield item.path


def _describe(step: Step, case: Case, facts: Facts) -> None:
    """Add a step and its actions to the facts of a case."""
    node, add = step.node, facts.add
    add(node, TYPE.value, STEP)
    add(node, STATEMENT, f"<{step.statement.node.value}>")
    add(node, FOCUS, f"<{step.focus}>")
    add(node, OF_CASE, f"<{case.node.value}>")
    add(node, VERDICT, APPLICABLE if step.applicable else UNDETERMINED)
    for action, name in step.actions:
        add(action, TYPE.value, STEP_ACTION)
        add(action, OF_STEP, node)
        add(action, OF_TYPE, f"<{NETKG}{name}>")
