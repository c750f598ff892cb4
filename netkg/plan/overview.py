"""What is read first in a plan: the patient, treatments, orders, open questions, near misses.

All of it follows from the recommendations and from the facts of the case. Which values
sum up a case, and which events are treatment, is data of the ontology.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

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
    Status,
    Summary,
    SummaryPart,
)
from netkg.reasoning.evaluator import Evaluator
from netkg.reasoning.fact import Fact
from netkg.reasoning.reasons import EvidenceFinder
from netkg.reasoning.wording import Wording, leaves
from netkg.suggestions import listed

__all__ = ["Overview"]

# Statuses of steps that ask for something, now or later.
_OPEN = frozenset({"overdue", "due", "option", "planned", "scheduled"})


@dataclass(frozen=True, slots=True)
class _Item:
    """How the summary shows a property (``netkg:SummaryItem``)."""

    property: str
    leading: str
    basis: bool


class Overview:
    """Writer with the words that is read first, in the terms of one guideline."""

    def __init__(self, schema: Schema, catalogue: Catalogue, words: Wording) -> None:
        self._schema = schema
        self._catalogue = catalogue
        self._words = words
        self._months = {each.id: each.months for each in catalogue.statements}
        self._items = {level: self._summary_items(level) for level in ("TumorLevel", "CaseLevel")}
        marked = frozenset(
            local_name(node.value)
            for node in schema.subjects(netkg("isTreatment"), ox.Literal(True))
            if isinstance(node, ox.NamedNode)
        )
        self._treatment = frozenset(
            name for name in schema.event_types if marked & self._kinds(name)
        )

    def _summary_items(self, level: str) -> tuple[_Item, ...]:
        schema = self._schema
        nodes = [
            node
            for node in schema.instances(netkg("SummaryItem"))
            if schema.one(node, netkg("level")) == netkg(level)
        ]
        nodes.sort(key=lambda node: schema.integer(node, netkg("position")))
        return tuple(
            _Item(
                schema.required(node, netkg("showsProperty")),
                schema.text(node, netkg("leadingWords")),
                schema.text(node, netkg("showsBasis")) == "true",
            )
            for node in nodes
        )

    def _kinds(self, name: str) -> frozenset[str]:
        return frozenset(local_name(node.value) for node in self._schema.superclasses(netkg(name)))

    # -- the patient -------------------------------------------------------------------
    def summary(
        self, case: Case, evaluator: Evaluator, evidence: EvidenceFinder, day: str
    ) -> Summary:
        """Return the case on one line."""
        parts, groups = [], []
        for node in case.tumors:
            own = list(self._parts(case, node.value, "TumorLevel", evaluator, evidence))
            name = f"{case.names[node.value]}: " if len(case.tumors) > 1 else ""
            if own:
                groups.append(name + ", ".join(map(_said, own)))
            parts += own
        own = list(self._parts(case, case.node.value, "CaseLevel", evaluator, evidence))
        groups += [", ".join(map(_said, own))] if own else []
        line = "; ".join([*groups, f"as of {day}"])
        return Summary(
            line[:1].upper() + line[1:] if len(case.tumors) == 1 else line, (*parts, *own)
        )

    def _parts(
        self, case: Case, node: str, level: str, evaluator: Evaluator, evidence: EvidenceFinder
    ) -> Iterator[SummaryPart]:
        facts, items = evaluator.facts, self._items[level]
        shown = {local_name(item.property) for item in items}
        for item in items:
            field = local_name(item.property)
            terms = sorted(facts.values(node, item.property))
            if not terms:
                continue
            if field == "metastases":
                sites = dict.fromkeys(self._metastasis(m.value, evaluator) for m in case.metastases)
                value: object = [case.names[iri.value] for iri in case.metastases]
                yield SummaryPart(case.id, field, value, f"{item.leading} {listed(sites)}", "")
                continue
            values = [json_value(term, case.names) for term in terms]
            words = listed([self._words.stated(field, value) for value in values])
            basis = (
                self._basis(evidence.fact(node, item.property, terms[0]), shown)
                if item.basis
                else ""
            )
            yield SummaryPart(
                case.names.get(node, case.id),
                field,
                values[0] if len(values) == 1 else values,
                f"{item.leading} {words}".lstrip(),
                basis,
            )

    def _metastasis(self, node: str, evaluator: Evaluator) -> str:
        words = [
            self._words.value(name, json_value(term, {}))
            for name in ("site", "pattern")
            for term in evaluator.facts.values(node, NETKG + name)
        ]
        return " ".join(words[1:] + words[:1]) or "site not recorded"

    def _basis(self, fact: Fact, shown: set[str]) -> str:
        """Return the values on record that a derived value rests on."""
        found: dict[str, None] = {}
        for leaf in leaves(fact):
            if leaf.value == fact.value:
                found["as recorded"] = None
            elif leaf.field not in shown and not isinstance(leaf.value, Mapping):
                words = self._words.value(leaf.field, leaf.value)
                numeric = isinstance(leaf.value, int | float)
                found[f"{self._words.term(leaf.field)} {words}" if numeric else words] = None
        return listed(found)

    # -- events ------------------------------------------------------------------------
    def events(
        self, case: Case, evaluator: Evaluator, rows: Iterable[Recommendation]
    ) -> tuple[RecordedEvent, ...]:
        """Return the events on record, by date, the undated ones last."""
        counting: dict[int, dict[str, None]] = {}
        for row in rows:
            for focus in row.foci:
                if focus.status not in (None, "superseded", "closed"):
                    for record in (r for action in focus.actions for r in action.records):
                        counting.setdefault(id(record), {})[row.id] = None
        found = []
        for iri, record in case.records.items():
            types = [
                local_name(term[1:-1])
                for term in evaluator.facts.values(iri, TYPE.value)
                if local_name(term[1:-1]) in self._schema.event_types
            ]
            if types:
                # Of several types, the narrowest says most.
                name = max(types, key=lambda each: (len(self._kinds(each)), each))
                found.append(
                    self._event(case, iri, name, evaluator, tuple(counting.get(id(record), ())))
                )
        return tuple(
            sorted(
                found,
                key=lambda e: (
                    *(e.date or "9999", not e.statements, e.type, e.status),
                    *(e.target or "", e.remark or ""),
                ),
            )
        )

    def _event(
        self, case: Case, iri: str, name: str, evaluator: Evaluator, statements: tuple[str, ...]
    ) -> RecordedEvent:
        def value(key: str) -> str | None:
            terms = sorted(evaluator.facts.values(iri, NETKG + key))
            return str(json_value(terms[0], case.names)) if terms else None

        return RecordedEvent(
            type=name,
            label=self._words.term(name),
            remark=value("label"),
            status=value("status") or "",
            date=value("date"),
            target=value("target"),
            result=value("result"),
            outcome=value("outcome"),
            statements=statements,
            kinds=self._kinds(name),
        )

    def is_treatment(self, type_: str) -> bool:
        """Return whether the events of a type are treatment."""
        return type_ in self._treatment

    # -- orders ------------------------------------------------------------------------
    def orders(self, rows: Iterable[Recommendation], as_of: str) -> tuple[Order, ...]:
        """Return the tests and consultations that are asked for, the most pressing first."""
        requests: dict[str, list[Request]] = {}
        for row in rows:
            if row.kind not in ("recommendation", "principle"):
                continue
            for focus in row.foci:
                for action in focus.actions if focus.status in _OPEN else ():
                    asked = action.type in self._schema.event_types and not action.done
                    if asked and not self.is_treatment(action.type):
                        requests.setdefault(action.type, []).append(
                            replace(
                                _request(row.id, focus, action, as_of), months=self._months[row.id]
                            )
                        )
        found = [self._order(name, each) for name, each in requests.items()]
        rank = self._catalogue.pressing
        return tuple(
            sorted(found, key=lambda o: (rank[o.status], o.due_by or "9999", o.last is not None))
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
            kinds=self._kinds(name),
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
        by_id = {statement.id: statement for statement in self._catalogue.verdict_bearing}
        nodes = {name: iri for iri, name in case.names.items()} | {case.id: case.node.value}
        found = []
        for row in rows:
            population = by_id[row.id].population
            for focus in row.foci if row.is_treatment else ():
                if focus.verdict != "not-applicable" or population is None:
                    continue
                node = nodes[focus.focus] if row.level == "tumor" else case.node.value
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


def _request(id_: str, focus: Focus, action: Action, as_of: str) -> Request:
    """Return what one action asks for; only an action in its window, or without one, is due."""
    status = cast(Status, focus.status)
    window = (action.due_from, action.due_by)
    if action.group == "any":
        # Alternatives share one clock, and so the status of the step.
        windows = [(a.due_from, a.due_by) for a in focus.actions if a.due_by is not None]
        window = max(windows, key=lambda each: each[1] or "", default=window)
    elif action.planned:
        status = "planned"
    elif action.due_from and action.due_from > as_of:
        status = "scheduled"
    elif action.due_by and action.due_by < as_of:
        status = "overdue"
    elif status in ("overdue", "scheduled", "planned"):
        status = "due"
    return Request(id_, focus.focus, status, action.group, action.last, *window)


def _said(part: SummaryPart) -> str:
    return f"{part.words} ({part.basis})" if part.basis else part.words
