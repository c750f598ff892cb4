"""Resolve the steps of a plan: actions, supersession, windows and status.

The plan queries do the work; this module puts the steps into the graph,
adds the windows (calendar months are not SPARQL 1.1), and reads the outcome.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, cast

import pyoxigraph as ox

from netkg.case.days import add_months
from netkg.case.model import Case
from netkg.namespaces import NETKG, local_name
from netkg.ontology.guideline import Catalogue, Statement
from netkg.ontology.schema import TYPE, netkg
from netkg.plan.model import Action
from netkg.plan.status import Status
from netkg.reasoning.rules import RuleSet, Workspace
from netkg.reasoning.verdicts import FALSE, TRUE

__all__ = ["Resolved", "StepResolver", "StepState", "Treatment"]

Key = tuple[str, str]
NOTHING: frozenset[str] = frozenset()
Verdicts = Mapping[Key, int]


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
    """One step while it is being resolved."""

    node: ox.NamedNode
    statement: Statement
    focus: ox.NamedNode
    case: Case
    applicable: bool
    actions: list[tuple[ox.NamedNode, str]] = field(default_factory=list)


class StepFacts(defaultdict[tuple[str, str], set[str]]):
    """The values that the plan queries derived, by subject and property."""

    def add(self, triples: Sequence[ox.Triple]) -> None:
        """Add the objects of triples."""
        for t in triples:
            key = (t.subject.value, t.predicate.value)  # type: ignore[union-attr]
            self[key].add(t.object.value)  # type: ignore[union-attr]

    def of(self, node: ox.NamedNode, name: str) -> AbstractSet[str]:
        """Return the values of a property as text."""
        return self.get((node.value, NETKG + name), NOTHING)


class StepResolver:
    """Resolve steps with the plan queries of one folder."""

    def __init__(self, queries: RuleSet, catalogue: Catalogue) -> None:
        # The numbers of the plan queries are their stages: 01 is run stratum by stratum,
        # 02 to 19 come before the windows are known, and 20 onwards after that.
        self._supersession = queries.named("01", "02")
        self._before = queries.named("02", "2")
        self._after = queries.named("2")
        self._catalogue = catalogue
        self._by_id = {s.id: s for s in catalogue.statements}
        self._by_iri = {s.node.value: s for s in catalogue.statements}

    def resolve(
        self,
        entries: Sequence[tuple[Case, Verdicts]],
        types: Collection[tuple[str, str]],
        workspace: Workspace,
        as_of: date,
    ) -> dict[str, Resolved]:
        """Return the state of every step that may apply, by the IRI of the case.

        ``types`` are the classes that records belong to by conditions, as pairs of
        IRIs; they show which fields are missing for a principle.
        """
        steps = [step for case, verdicts in entries for step in self._steps(case, verdicts, types)]
        workspace.add([t for step in steps for t in _described(step)])
        graph = StepFacts(set)
        for stratum in sorted(set(self._catalogue.strata.values())):
            graph.add(workspace.run(self._supersession, stratum=stratum))
        graph.add(workspace.run(self._before))
        days = event_days(case for case, _ in entries)
        windows: dict[str, tuple[date, date]] = {}
        states = [t for step in steps for t in self._windows(step, graph, days, windows, as_of)]
        workspace.add(states)
        graph.add(workspace.run(self._after))
        found = {
            case.node.value: Resolved(treatments=tuple(self._treatments(case, graph)))
            for case, _ in entries
        }
        for step in steps:
            found[step.case.node.value].states[step.statement.id, step.focus.value] = self._state(
                step, graph, days, windows
            )
        return found

    # -- putting steps in --------------------------------------------------------------
    def _steps(
        self, case: Case, verdicts: Verdicts, types: Collection[tuple[str, str]]
    ) -> Iterator[Step]:
        places = {tumor.value: place for place, tumor in enumerate(case.tumors, start=1)}
        for (id_, focus), verdict in verdicts.items():
            if verdict == FALSE:
                continue
            statement = self._by_id[id_]
            node = ox.NamedNode(f"{case.node.value}/step/{id_}/{places.get(focus, 0)}")
            step = Step(node, statement, ox.NamedNode(focus), case, verdict == TRUE)
            if step.applicable:
                names = [*statement.actions, *_missing_fields(statement, case, types)]
                step.actions = [(ox.NamedNode(f"{node.value}/{name}"), name) for name in names]
            yield step

    # -- windows -----------------------------------------------------------------------
    def _windows(
        self,
        step: Step,
        graph: StepFacts,
        days: Mapping[str, date],
        windows: dict[str, tuple[date, date]],
        as_of: date,
    ) -> Iterator[ox.Triple]:
        """Yield whether the evaluation date is before, in or after each action's window."""
        bounds = ("leastMonths", "greatestMonths")
        months = [int(found) for bound in bounds for found in graph.of(step.node, bound)]
        if not months:
            return
        for action, _ in step.actions:
            last = _last(action, graph, days)
            if last is not None:
                least, greatest = (add_months(last, number) for number in months)
                windows[action.value] = (least, greatest)
        own = {action: windows.get(action.value) for action, _ in step.actions}
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
                yield ox.Triple(action, netkg("windowState"), netkg(state))

    # -- the outcome ---------------------------------------------------------------------
    def _state(
        self,
        step: Step,
        graph: StepFacts,
        days: Mapping[str, date],
        windows: Mapping[str, tuple[date, date]],
    ) -> StepState:
        if not step.applicable:
            return StepState()
        (status,) = graph.of(step.node, "stepStatus")
        undated = graph.of(step.node, "undatedActions")
        return StepState(
            status=cast(Status, self._catalogue.names[status]),
            superseded_by=self._ordered(graph.of(step.node, "supersededBy")),
            challenged_by=self._ordered(graph.of(step.node, "challengedBy")),
            actions=tuple(
                self._action(step, node, name, graph, days, windows) for node, name in step.actions
            ),
            undated=tuple(name for node, name in step.actions if node.value in undated),
        )

    def _action(
        self,
        step: Step,
        node: ox.NamedNode,
        name: str,
        graph: StepFacts,
        days: Mapping[str, date],
        windows: Mapping[str, tuple[date, date]],
    ) -> Action:
        states = graph.of(node, "actionState")
        last, window = _last(node, graph, days), windows.get(node.value)
        counting = {*graph.of(node, "matchedBy"), *graph.of(node, "accomplishedBy")}
        return Action(
            type=name,
            group=step.statement.group,
            done=NETKG + "Accomplished" in states and not step.statement.repeated,
            planned=NETKG + "Foreseen" in states,
            last=last.isoformat() if last else None,
            due_from=window[0].isoformat() if window else None,
            due_by=window[1].isoformat() if window else None,
            records=tuple(record for iri, record in step.case.records.items() if iri in counting),
        )

    # -- events ------------------------------------------------------------------------
    def _treatments(self, case: Case, graph: StepFacts) -> Iterator[Treatment]:
        """Yield the planned and active events of a case that a plan reports."""
        reported = [
            iri
            for iri in case.records
            if any(
                (iri, NETKG + name) in graph for name in ("notGivenAt", "replacedAt", "unnamedIn")
            )
        ]
        if not reported:
            return
        types, statuses = _values(case, TYPE.value), _values(case, NETKG + "status")
        for iri in reported:
            event, node = ox.NamedNode(iri), case.node.value
            found: list[tuple[Literal["not-given", "replaced", "unnamed"], str, str]] = []
            asking = [self._by_id[id_] for id_ in self._ordered(graph.of(event, "askedForBy"))]
            for focus in sorted(graph.of(event, "notGivenAt")):
                level = "case" if focus == node else "tumor"
                first = next(statement.id for statement in asking if statement.level == level)
                found.append(("not-given", focus, first))
            for focus in sorted(graph.of(event, "replacedAt")):
                replacing = self._ordered(graph.of(event, "replacedBy"))
                found += [("replaced", focus, id_) for id_ in replacing]
            if graph.of(event, "unnamedIn"):
                found.append(("unnamed", node, ""))
            for kind, focus, statement in found:
                (name,), (status,) = types[iri], statuses[iri]
                yield Treatment(kind, name, status, focus, statement)

    def _ordered(self, statements: Iterable[str]) -> tuple[str, ...]:
        found = sorted((self._by_iri[iri] for iri in statements), key=lambda s: s.position)
        return tuple(statement.id for statement in found)


def event_days(cases: Iterator[Case]) -> dict[str, date]:
    """Return the days of the dated events of cases, by the IRI of the event."""
    return {
        triple.subject.value: date.fromisoformat(triple.object.value)  # type: ignore[union-attr]
        for case in cases
        for triple in case.triples
        if triple.predicate.value == NETKG + "date"
    }


def _values(case: Case, property_: str) -> dict[str, set[str]]:
    """Return the local names of the values of a property, by the IRI of the subject."""
    found: dict[str, set[str]] = defaultdict(set)
    for triple in case.triples:
        if triple.predicate.value == property_:
            found[triple.subject.value].add(local_name(triple.object.value))  # type: ignore[union-attr]
    return found


def _last(action: ox.NamedNode, graph: StepFacts, days: Mapping[str, date]) -> date | None:
    return max((days[e] for e in graph.of(action, "accomplishedBy") if e in days), default=None)


def _missing_fields(
    statement: Statement, case: Case, types: Collection[tuple[str, str]]
) -> Iterator[str]:
    """Yield the fields that a principle requires and that are missing in some record."""
    for item in statement.record_items:
        subjects = (case.node,) if item.scope == "Case" else case.tumors
        if any((subject.value, item.missing.value) in types for subject in subjects):
            yield item.path


def _described(step: Step) -> Iterator[ox.Triple]:
    yield ox.Triple(step.node, TYPE, netkg("Step"))
    yield ox.Triple(step.node, netkg("statement"), step.statement.node)
    yield ox.Triple(step.node, netkg("focus"), step.focus)
    yield ox.Triple(step.node, netkg("ofCase"), cast(ox.NamedNode, step.case.node))
    verdict = "Applicable" if step.applicable else "Undetermined"
    yield ox.Triple(step.node, netkg("verdict"), netkg(verdict))
    for action, name in step.actions:
        yield ox.Triple(action, TYPE, netkg("StepAction"))
        yield ox.Triple(action, netkg("ofStep"), step.node)
        yield ox.Triple(action, netkg("ofType"), netkg(name))
