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
    """One step while it is being resolved; ``node``, ``focus`` and actions are IRIs."""

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
                facts.add(f"<{action}>", NETKG + "windowState", f"<{NETKG}{state}>")
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
            node = f"{case.node.value}/step/{id_}/{places.get(focus, 0)}"
            step = Step(node, statement, focus, verdict == TRUE)
            if step.applicable:
                names = [*statement.actions, *_missing_fields(statement, case, types)]
                step.actions = [(f"{node}/{name}", name) for name in names]
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
        bounds = ("leastMonths", "greatestMonths")
        months = [int(found) for bound in bounds for found in _values(facts, step.node, bound)]
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
        (status,) = _values(facts, step.node, "stepStatus")
        undated = _values(facts, step.node, "undatedActions")
        return StepState(
            status=cast(Status, self._catalogue.names[status]),
            superseded_by=self._ordered(_values(facts, step.node, "supersededBy")),
            challenged_by=self._ordered(_values(facts, step.node, "challengedBy")),
            actions=tuple(
                self._action(step, node, name, case, facts, days, windows)
                for node, name in step.actions
            ),
            undated=tuple(name for node, name in step.actions if node in undated),
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
        states = _values(facts, node, "actionState")
        last, window = _last(node, facts, days), windows.get(node)
        counting = {*_values(facts, node, "matchedBy"), *_values(facts, node, "accomplishedBy")}
        return Action(
            type=name,
            group=step.statement.group,
            done=NETKG + "Accomplished" in states and not step.statement.repeated,
            planned=NETKG + "Foreseen" in states,
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
        names = ("notGivenAt", "replacedAt", "unnamedIn")
        reported = [
            iri for iri in case.records if any(facts.values(iri, NETKG + name) for name in names)
        ]
        for iri in reported:
            node = case.node.value
            found: list[tuple[Literal["not-given", "replaced", "unnamed"], str, str]] = []
            asking = [self._by_id[id_] for id_ in self._ordered(_values(facts, iri, "askedForBy"))]
            for focus in sorted(_values(facts, iri, "notGivenAt")):
                level = "case" if focus == node else "tumor"
                first = next(statement.id for statement in asking if statement.level == level)
                found.append(("not-given", focus, first))
            for focus in sorted(_values(facts, iri, "replacedAt")):
                replacing = self._ordered(_values(facts, iri, "replacedBy"))
                found += [("replaced", focus, id_) for id_ in replacing]
            if _values(facts, iri, "unnamedIn"):
                found.append(("unnamed", node, ""))
            (type_,) = case.values(iri, "type")
            (status,) = case.values(iri, "status")
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


def _values(facts: Facts, node: str, name: str) -> Sequence[str]:
    """Return the values of a property as IRIs and texts."""
    found = facts.values(node, NETKG + name)
    return [v[1:-1] if v[0] == "<" else v[1 : v.rindex('"')] for v in found] if found else ()


def _last(action: str, facts: Facts, days: Mapping[str, date]) -> date | None:
    events = _values(facts, action, "accomplishedBy")
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

    def add(subject: str, name: str, value: str) -> None:
        facts.add(f"<{subject}>", NETKG + name, f"<{value}>")

    facts.add(f"<{step.node}>", TYPE.value, f"<{NETKG}Step>")
    add(step.node, "statement", step.statement.node.value)
    add(step.node, "focus", step.focus)
    add(step.node, "ofCase", case.node.value)
    add(step.node, "verdict", NETKG + ("Applicable" if step.applicable else "Undetermined"))
    for action, name in step.actions:
        facts.add(f"<{action}>", TYPE.value, f"<{NETKG}StepAction>")
        add(action, "ofStep", step.node)
        add(action, "ofType", NETKG + name)
