"""What is read first in a plan: events on record, orders, near misses.

All of it follows from the recommendations and from the facts of the case. Which events
are treatment is data of the ontology.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final, cast

import pyoxigraph as ox

from netkg.case.model import Case
from netkg.case.values import json_value
from netkg.namespaces import NETKG, local_name
from netkg.ontology.criteria import Criterion, NamedClass, UnionOf
from netkg.ontology.guideline import Catalogue
from netkg.ontology.schema import TYPE, Schema, netkg
from netkg.plan.model import (
    Action,
    Focus,
    NearMiss,
    Order,
    Recommendation,
    RecordedEvent,
    Request,
    by_record,
)
from netkg.plan.status import ASKING, OPEN, Status
from netkg.reasoning.evaluator import Evaluator
from netkg.reasoning.reasons import EvidenceFinder
from netkg.reasoning.wording import Wording

__all__ = ["Overview"]

# What is shown of an event, in the order in which it is read.
_SHOWN: Final = tuple(
    NETKG + key for key in ("label", "status", "date", "target", "result", "outcome")
)


class Overview:
    """What is read first of a plan, in the terms of one guideline."""

    def __init__(self, schema: Schema, catalogue: Catalogue, words: Wording) -> None:
        self._schema = schema
        self._catalogue = catalogue
        self._words = words
        self._statements = {each.id: each for each in catalogue.statements}
        # Each type of event with the classes above it.
        self._kinds = {
            name: frozenset(local_name(node.value) for node in schema.superclasses(netkg(name)))
            for name in schema.event_types
        }
        self._types = {f"<{NETKG}{name}>": name for name in self._kinds}
        marked = frozenset(
            local_name(node.value)
            for node in schema.subjects(netkg("isTreatment"), ox.Literal(True))
            if isinstance(node, ox.NamedNode)
        )
        self._treatment = frozenset(name for name, kinds in self._kinds.items() if marked & kinds)
        # The outcomes with which an event of some class fulfills nothing.
        self._failures = frozenset(
            local_name(quad.object.value)  # type: ignore[union-attr]
            for quad in schema.store.quads_for_pattern(None, netkg("voidedByOutcome"), None)
        )

    # -- events ------------------------------------------------------------------------
    def events(
        self, case: Case, evaluator: Evaluator, rows: Iterable[Recommendation]
    ) -> tuple[tuple[Any, RecordedEvent], ...]:
        """Return the events on record, each after its record, the undated ones last."""
        counting: dict[int, dict[str, None]] = {}
        for row in rows:
            for focus in row.foci:
                if focus.actions and focus.status not in (None, "superseded", "closed"):
                    for record in (r for action in focus.actions for r in action.records):
                        counting.setdefault(id(record), {})[row.id] = None
        found = []
        for iri, record in case.records.items():
            terms = evaluator.facts.values(iri, TYPE.value)
            # Of several types, the narrowest says most.
            name = max(
                [self._types[term] for term in terms if term in self._types],
                key=lambda each: (len(self._kinds[each]), each),
                default="",
            )
            if name:
                statements = tuple(counting.get(id(record), ()))
                found.append((record, self._event(case, iri, name, evaluator, statements)))
        return tuple(sorted(found, key=lambda pair: _place(pair[1])))

    def _event(
        self, case: Case, iri: str, name: str, evaluator: Evaluator, statements: tuple[str, ...]
    ) -> RecordedEvent:
        remark, status, date, target, result, outcome = (
            str(json_value(min(terms), case.names)) if terms else None
            for terms in (evaluator.facts.values(iri, key) for key in _SHOWN)
        )
        return RecordedEvent(
            type=name,
            label=self._words.term(name),
            remark=remark,
            status=status or "",
            date=date,
            target=target,
            result=result,
            outcome=outcome,
            statements=statements,
            kinds=self._kinds[name],
            has_failed=outcome in self._failures,
        )

    def is_treatment(self, type_: str) -> bool:
        """Return whether the events of a type are treatment."""
        return type_ in self._treatment

    # -- orders ------------------------------------------------------------------------
    def orders(
        self,
        rows: Iterable[Recommendation],
        recorded: Iterable[tuple[Any, RecordedEvent]],
        as_of: str,
    ) -> tuple[Order, ...]:
        """Return the tests and consultations that are asked for, the most pressing first."""
        event_of = by_record(recorded)
        requests: dict[str, list[Request]] = {}
        for row in rows:
            if row.kind not in ASKING:
                continue
            for focus in row.foci:
                for action in focus.actions if focus.status in OPEN else ():
                    asked = action.type in self._kinds and not action.done
                    if asked and not self.is_treatment(action.type):
                        events = tuple(event_of[id(each)] for each in action.records)
                        request = self._request(row.id, focus, action, events, as_of)
                        requests.setdefault(action.type, []).append(request)
        found = [self._order(name, each) for name, each in requests.items()]
        rank = self._catalogue.pressing
        return tuple(
            sorted(found, key=lambda o: (rank[o.status], o.due_by or "9999", o.last is not None))
        )

    def _request(
        self,
        id_: str,
        focus: Focus,
        action: Action,
        events: tuple[RecordedEvent, ...],
        as_of: str,
    ) -> Request:
        """Return what one action asks for.

        The status of a step is that of its most pressing action. A planned event changes the
        status only of an action that is asked for once, as in the step.
        """
        statement = self._statements[id_]
        status, last = cast(Status, focus.status), action.last
        window = (action.due_from, action.due_by)
        if action.group == "any":
            # Alternatives share one clock, and so the status of the step.
            windows = [(a.due_from, a.due_by) for a in focus.actions if a.due_by is not None]
            window = max(windows, key=lambda each: each[1] or "", default=window)
            last = max((each.last for each in focus.actions if each.last), default=None)
        elif action.due_from and action.due_from > as_of:
            status = "scheduled"
        elif action.due_by and action.due_by < as_of:
            status = "overdue"
        elif action.planned and not statement.repeated:
            status = "planned"
        elif status in ("overdue", "scheduled", "planned"):
            status = "due"
        return Request(
            statement=id_,
            focus=focus.focus,
            status=status,
            group=action.group,
            last=last,
            due_from=window[0],
            due_by=window[1],
            months=statement.months,
            challenged_by=focus.challenged_by,
            events=events,
        )

    def _order(self, name: str, requests: Sequence[Request]) -> Order:
        rank = self._catalogue.pressing
        first = min(requests, key=lambda r: (rank[r.status], r.due_by or "9999"))
        return Order(
            type=name,
            label=self._words.term(name),
            status=first.status,
            statements=tuple(dict.fromkeys(request.statement for request in requests)),
            foci=tuple(dict.fromkeys(request.focus for request in requests)),
            last=max((r.last for r in requests if r.last), default=None),
            due_from=first.due_from,
            due_by=first.due_by,
            requests=tuple(requests),
            kinds=self._kinds[name],
        )

    # -- near misses -------------------------------------------------------------------
    def near_misses(
        self,
        case: Case,
        rows: Iterable[Recommendation],
        evaluator: Evaluator,
        evidence: EvidenceFinder,
    ) -> tuple[NearMiss, ...]:
        """Return the treatment statements that fail at a focus on one condition of several."""
        found = []
        for row in rows:
            population = self._statements[row.id].population
            nodes = case.tumors if row.level == "tumor" else (case.node,)
            for focus, at in zip(row.foci, nodes, strict=True) if row.is_treatment else ():
                if focus.verdict != "not-applicable" or population is None:
                    continue
                node = at.value
                is_near = evaluator.failing(population, node, most=2) == 1
                if is_near and evaluator.meets_any(population, node):
                    condition = self._alternatives(evidence.failing(population, node))
                    found.append(NearMiss(row.id, row.label, focus.focus, focus.because, condition))
        return tuple(found)

    def _alternatives(self, criterion: Criterion) -> str:
        """Return the name of a class that can be reached in several ways, else nothing."""
        if not isinstance(criterion, NamedClass) or criterion.class_.endswith("-Population"):
            return ""
        is_one = len(criterion.parts) == 1 and not isinstance(criterion.parts[0], UnionOf)
        return "" if is_one else self._words.term(local_name(criterion.class_))


def _place(event: RecordedEvent) -> tuple[object, ...]:
    """Return the place of an event among others: by date, those that count first."""
    return (
        *(event.date or "9999", not event.statements, event.type, event.status),
        *(event.target or "", event.remark or "", event.result or "", event.outcome or ""),
    )
