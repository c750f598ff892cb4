"""The first screen of a plan: what a tumor board reads, each thing once.

A screen is a list of parts in the order of importance, each with its items. An item
knows which events, missing fields and orders it shows, so that nothing is shown twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, TypeAlias

from netkg.case.finding import Finding
from netkg.plan.model import (
    Dependency,
    Focus,
    Order,
    Plan,
    Recommendation,
    RecordedEvent,
    Request,
)
from netkg.reasoning.wording import Wording
from netkg.render.words import case_name, sentence
from netkg.suggestions import listed

__all__ = ["FirstScreen", "Item", "Part"]

_NOW: Final = ("overdue", "due", "planned", "scheduled")
_TONES: Final = frozenset({"overdue", "due", "planned", "scheduled"})
# How the status of an event on record is said; the date follows.
_SINCE: Final = {"active": "active since", "completed": "", "planned": "planned for"}


# The foci of statements, by the ids of these.
_Places: TypeAlias = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Item:
    """One thing on the screen, and what it shows: events, missing fields, types of orders."""

    words: str
    tone: str = ""
    events: tuple[RecordedEvent, ...] = ()
    fields: tuple[str, ...] = ()
    orders: tuple[str, ...] = ()


@dataclass(frozen=True)
class Part:
    """A part of the screen; the items of a ``folded`` one follow each other on one line."""

    name: str
    items: tuple[Item, ...]
    folded: bool = False

    @cached_property
    def lines(self) -> tuple[Item, ...]:
        """The items as they stand below each other."""
        if self.folded and self.items:
            return (Item(sentence("; ".join(item.words for item in self.items))),)
        return tuple(replace(item, words=sentence(item.words)) for item in self.items)


class FirstScreen:
    """The first screen of a plan of a case that conforms."""

    def __init__(self, plan: Plan) -> None:
        """Choose what is shown, and where."""
        self._plan = plan
        self.title = f"Management plan: {case_name(plan.case)}"
        self._words = Wording(plan.labels)
        self._rows = {row.id: row for row in plan.recommendations}
        self._place = {id_: place for place, id_ in enumerate(self._rows)}
        self._tumors = {
            focus.focus
            for row in plan.recommendations
            if row.level == "tumor"
            for focus in row.foci
        }
        self._several = len(self._tumors) > 1
        self._case = plan.case
        self._orders = {order.type: order for order in plan.orders}
        # By identity: two events on record can be the same in all their values.
        self._open_events = {id(event): event for event in plan.events}
        self.parts = tuple(part for part in self._parts() if part.items)

    def _parts(self) -> Iterator[Part]:
        plan = self._plan
        yield Part("Patient", (Item(plan.summary.line),))
        if plan.closed:
            yield Part("Deceased", (Item("Nothing is to be done any more; all steps are closed."),))
            return
        now = self._now()
        choices = self._choices()
        waiting = list(self._to_order())
        scheduled = self._scheduled()
        given = self._given()
        yield given
        yield now
        yield choices
        yield self._depends_on()
        yield self._caution()
        yield from waiting
        yield scheduled
        yield self._done()
        yield Part("Does not apply", tuple(self._does_not_apply()), folded=True)

    # -- treatment ---------------------------------------------------------------------
    def _given(self) -> Part:
        events = [event for event in self._plan.treatments if id(event) in self._open_events]
        return Part("Given", tuple(self._event(event) for event in events), folded=True)

    def _event(self, event: RecordedEvent) -> Item:
        self._open_events.pop(id(event), None)
        name = f"{event.label} ({event.remark})" if event.remark else event.label
        status = _SINCE.get(event.status, event.status)
        words = f"{name}: {status} {event.date or 'without a date'}".replace(":  ", ": ")
        if not event.date and event.status == "active":
            words = f"{name}: active, without a date"
        outcomes = [self._words.term(each) for each in (event.result, event.outcome) if each]
        words = ", ".join([words, *outcomes])
        if event.target and (self._several or event.target not in self._tumors):
            words += f", {event.target}"
        return Item(words + self._ids(event.statements), events=(event,))

    def _now(self) -> Part:
        found: list[tuple[int, str, Item]] = []
        for row in self._plan.recommendations:
            if not row.is_treatment:
                continue
            groups: dict[tuple[str, str], list[Focus]] = {}
            for focus in row.foci:
                if focus.status in _NOW:
                    rivals = " ".join(focus.challenged_by)
                    groups.setdefault((str(focus.status), rivals), []).append(focus)
            for (status, _), foci in groups.items():
                found.append((_NOW.index(status), row.id, self._treatment(row, status, foci)))
        found.sort(key=lambda each: (each[0], self._place[each[1]]))
        return Part("Treatment now", tuple(item for _, _, item in found))

    def _treatment(self, row: Recommendation, status: str, foci: Sequence[Focus]) -> Item:
        """Return a treatment to be given now, or the tests that it consists of."""
        types = [action.type for action in foci[0].actions if not action.done]
        orders = [self._orders[name] for name in types if name in self._orders]
        lead = self._lead(foci) + self._said(row, types)
        rivals = [self._rows[id_].label for id_ in foci[0].challenged_by]
        unless = f"; unless it gives way to {listed(rivals, 'or')}, see below" if rivals else ""
        if orders:
            any_of = foci[0].actions[0].group == "any"
            taken = orders[:1] if any_of else orders
            requests = [r for order in taken for r in order.requests if r.statement == row.id]
            when = self._window(min(requests, key=lambda r: r.due_by or "9999"))
            ids = dict.fromkeys(id_ for order in taken for id_ in order.statements)
            alone = [o for o in orders if set(o.statements) <= {row.id}]
            shown = list(dict.fromkeys([*taken, *alone]))
            for order in shown:
                self._orders.pop(order.type, None)
            events = self._records(shown)
            last = f", last {max(e.date or '' for e in events)}" if events else ""
            words = f"{lead}: {when}{last}{unless}{self._ids([row.id, *ids])}"
            return Item(words, status, events, orders=tuple(order.type for order in shown))
        planned = tuple(
            event
            for event in self._plan.treatments
            if event.status == "planned"
            and row.id in event.statements
            and id(event) in self._open_events
        )
        for event in planned:
            self._open_events.pop(id(event))
        dates = listed([event.date for event in planned if event.date])
        when = f"planned for {dates}" if dates else status
        return Item(f"{lead}: {when}{unless}{self._ids([row.id])}", status, planned)

    def _said(self, row: Recommendation, types: Sequence[str]) -> str:
        """Return the label of a statement, and its actions where they say more."""
        names = [self._words.term(name) for name in types]
        group = row.foci[0].actions[0].group if row.foci[0].actions else "all"
        said = listed(names, "or" if group == "any" else "and")
        told = said.casefold() == row.label.casefold() or not names
        return row.label if told else f"{row.label}, {said}"

    def _choices(self) -> Part:
        items = []
        for row in self._plan.recommendations:
            foci = [focus for focus in row.foci if focus.status == "option"]
            if foci:
                types = [action.type for action in foci[0].actions if not action.done]
                words = self._lead(foci) + self._said(row, types) + self._ids([row.id])
                items.append(Item(words))
        return Part("Choices", tuple(items))

    def _depends_on(self) -> Part:
        decided: set[str] = set()
        items, others = [], []
        for each in self._plan.depends_on:
            if set(each.decides) <= decided:
                others.append(each)
                continue
            decided |= set(each.decides)
            items.append(Item(f"{self._asked(each)} → {self._decided(each)}", fields=each.fields))
        if others:
            named = [f"{self._asked(each)} ({', '.join(each.decides)})" for each in others]
            fields = tuple(field for each in others for field in each.fields)
            items.append(Item(f"Also decide some of these: {listed(named)}", fields=fields))
        return Part("Depends on", tuple(items))

    def _asked(self, each: Dependency) -> str:
        words = sentence(listed([self._field(path) for path in each.fields], "or"))
        foci = [focus for focus in each.foci if focus != self._case]
        return f"{words} of {listed(foci)}" if self._several and foci else words

    def _field(self, path: str) -> str:
        record, _, _ = path.rpartition(".")
        return self._words.term(path) + {"metastases": " metastasis"}.get(record, "")

    def _decided(self, each: Dependency) -> str:
        rows = sorted(
            (self._rows[id_] for id_ in each.decides),
            key=lambda row: (not row.is_treatment, self._place[row.id]),
        )
        return ", ".join(f"{row.label} ({row.id})" for row in rows)

    # -- cautions ----------------------------------------------------------------------
    def _caution(self) -> Part:
        plan, items = self._plan, list[Item]()
        asked = {path for each in plan.depends_on for path in each.fields}
        absent: dict[str, dict[str, None]] = {}
        for finding in plan.findings:
            row = self._rows.get(finding.statement or "")
            if finding.severity == "Info" and finding.found == "nothing that decides it":
                continue  # said beside the treatment, and in what it depends on
            if row is not None and row.kind == "principle" and finding.found == "nothing":
                if finding.field not in asked:
                    absent.setdefault(finding.field, {})[row.id] = None
                continue
            items.append(Item(self._finding(finding), finding.severity))
        if absent:
            named = [f"{self._field(path)} ({', '.join(ids)})" for path, ids in absent.items()]
            words = f"Not on record, though treatment is chosen by it: {listed(named)}"
            items.append(Item(words, fields=tuple(absent)))
        for row in plan.recommendations:
            foci = [focus for focus in row.foci if focus.status == "due"]
            if row.kind == "alert" and foci:
                words = self._lead(foci, row.definition.rstrip(".")) + self._ids([row.id])
                items.append(Item(words, "alert"))
        items += [
            Item(f"{plan.descriptions.get(gap, gap).rstrip('.')}{self._ids([gap])}")
            for gap in plan.gaps
        ]
        return Part("Caution", tuple(items))

    def _finding(self, finding: Finding) -> str:
        named = self._several and finding.focus != self._case
        lead = f"{finding.focus}: " if named else ""
        ids = [finding.statement] if finding.statement else []
        return f"{lead}{finding.message.rstrip('.')}{self._ids(ids)}"

    # -- tests -------------------------------------------------------------------------
    def _to_order(self) -> Iterator[Part]:
        pressing = [o for o in self._orders.values() if o.status in ("overdue", "due")]
        merged = self._merged(pressing)
        again = [each for each in merged if any(order.last for order in each)]
        never = [each for each in merged if not any(order.last for order in each)]
        yield Part("To order", tuple(map(self._order, again)))
        yield Part("Never recorded", tuple(map(self._order, never)), folded=True)

    def _merged(self, orders: Sequence[Order]) -> list[list[Order]]:
        """Put together what the same statements ask for, and a test with the kinds above it."""
        groups: list[list[Order]] = []
        for order in orders:
            for group in groups:
                if group[0].statements == order.statements and group[0].due_by == order.due_by:
                    group.append(order)
                    break
            else:
                groups.append([order])
        return groups

    def _order(self, group: Sequence[Order]) -> Item:
        for order in group:
            self._orders.pop(order.type, None)
        events = self._records(group)
        labels = listed([order.label for order in group])
        last = max((order.last for order in group if order.last), default=None)
        said: dict[str, dict[str, None]] = {}
        for order in group:
            for request in order.requests:
                said.setdefault(self._window(request), {})[request.statement] = None
        if list(said) == ["due"]:
            when = self._ids(said["due"])
        else:
            when = ": " + ", ".join(words + self._ids(ids) for words, ids in said.items())
        shown = f"{sentence(labels)}{when}" + (f", last {last}" if last else "")
        tone = group[0].status if group[0].status in _TONES else ""
        return Item(shown, tone, events, orders=tuple(order.type for order in group))

    def _window(self, request: Request) -> str:
        if request.due_by and request.status == "overdue":
            return f"overdue since {request.due_by}"
        if request.due_by and request.status in ("due", "scheduled"):
            return f"{request.status} {request.due_from} to {request.due_by}"
        return request.status

    def _records(self, orders: Iterable[Order]) -> tuple[RecordedEvent, ...]:
        """Return the tests on record that orders stand for, each with the first of them."""
        types = {order.type for order in orders}
        found = tuple(
            event
            for event in self._plan.events
            if id(event) in self._open_events and event.kinds & types
        )
        for event in found:
            self._open_events.pop(id(event))
        return found

    def _scheduled(self) -> Part:
        groups = self._merged(list(self._orders.values()))
        found = []
        for group in groups:
            item = self._order(group)
            planned = sorted(e.date for e in item.events if e.status == "planned" and e.date)
            when = planned[0] if planned else group[0].due_from or ""
            words = item.words.replace(": scheduled ", ": ", 1)
            if planned:
                words = f"{words.replace(': planned', '')}: planned for {listed(planned)}"
            found.append((when or "9999", Item(words, "", item.events, orders=item.orders)))
        planned_for = [e for e in self._open_events.values() if e.status == "planned"]
        found += [(event.date or "9999", self._event(event)) for event in planned_for]
        found.sort(key=lambda each: each[0])
        return Part("Scheduled", tuple(item for _, item in found))

    def _done(self) -> Part:
        groups: dict[tuple[str, str], list[RecordedEvent]] = {}
        for event in self._open_events.values():
            groups.setdefault((event.label, event.status), []).append(event)
        items, told = [], set[str]()
        for (label, status), events in groups.items():
            dates = [event.date for event in events if event.date]
            said = [] if status == "completed" else [status]
            said += [max(dates)] if dates else ["without a date"]
            said += [f"{len(events)} in all"] if len(events) > 1 else []
            ids = dict.fromkeys(id_ for event in events for id_ in event.statements)
            told |= ids.keys()
            items.append(Item(f"{label} {', '.join(said)}{self._ids(ids)}", events=tuple(events)))
        given = {id_ for event in self._plan.treatments for id_ in event.statements}
        items += [
            Item(f"{row.label}{self._ids([row.id])}")
            for row in self._plan.recommendations
            if row.status == "done" and row.kind != "principle" and row.id not in told | given
        ]
        return Part("Done", tuple(items), folded=True)

    # -- what does not apply -----------------------------------------------------------
    def _does_not_apply(self) -> Iterator[Item]:
        """Yield what gives way to others, and the near misses by the condition that fails."""
        ways: dict[str, _Places] = {}
        for row in self._plan.recommendations:
            for focus in row.foci:
                if focus.status == "superseded":
                    rivals = listed(focus.superseded_by)
                    key = (
                        f"{rivals} {'takes' if len(focus.superseded_by) == 1 else 'take'} the place"
                    )
                    ways.setdefault(f"{key} of ", {}).setdefault(row.id, []).append(focus.focus)
        for each in self._plan.near_misses:
            words = [self._words.fact(fact) for fact in each.because if fact.field != "id"]
            reason = f"{listed(dict.fromkeys(words))} rules out "
            ways.setdefault(reason, {}).setdefault(each.id, []).append(each.focus)
        for reason, rows in ways.items():
            yield Item(reason + listed([self._at(id_, foci) for id_, foci in rows.items()]))

    def _at(self, id_: str, foci: Sequence[str]) -> str:
        """Return a statement with the tumors at which something is said of it."""
        tumors = [name for name in foci if name != self._case] if self._several else []
        where = f", {listed(tumors)}" if tumors else ""
        return f"{self._rows[id_].label} ({id_}{where})"

    # -- words -------------------------------------------------------------------------
    def _lead(self, foci: Sequence[Focus], words: str = "") -> str:
        names = [focus.focus for focus in foci if focus.focus != self._case]
        return (f"{listed(names)}: " if self._several and names else "") + words

    def _ids(self, ids: Iterable[str]) -> str:
        ordered = sorted(set(ids), key=lambda id_: self._place.get(id_, len(self._place)))
        return f" ({', '.join(ordered)})" if ordered else ""
