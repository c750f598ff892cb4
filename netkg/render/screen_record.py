"""The record on a first screen: events and orders, each in the first place that shows it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from netkg.plan.model import Order, Plan, RecordedEvent, Request
from netkg.render.screen_parts import Item, Names, Part
from netkg.suggestions import listed

__all__ = ["Record"]

# How the status of an event on record is said; the date follows.
_SINCE: Final = {"active": "active since", "completed": "", "planned": "planned for"}
_TONES: Final = frozenset({"overdue", "due", "planned", "scheduled"})


class Record:
    """The events and orders that no part of the screen has shown yet."""

    def __init__(self, plan: Plan, names: Names) -> None:
        """Begin with all events on record and all orders of a plan."""
        self._plan = plan
        self._names = names
        self.orders = {order.type: order for order in plan.orders}
        # By identity: two events on record can be the same in all their values.
        self.events = {id(event): event for event in plan.events}

    def event(self, event: RecordedEvent) -> Item:
        """Return an event with its date, status and outcome."""
        self.events.pop(id(event), None)
        name = f"{event.label} ({event.remark})" if event.remark else event.label
        status = _SINCE.get(event.status, event.status)
        words = f"{name}: {status} {event.date or 'without a date'}".replace(":  ", ": ")
        if not event.date and event.status == "active":
            words = f"{name}: active, without a date"
        outcomes = [self._names.words.term(each) for each in (event.result, event.outcome) if each]
        words = ", ".join([words, *outcomes])
        if event.target and (self._names.several or event.target not in self._names.tumors):
            words += f", {event.target}"
        return Item(words + self._names.ids(event.statements), events=(event,))

    # -- tests -------------------------------------------------------------------------
    def to_order(self) -> Iterator[Part]:
        """Yield what is to be ordered: tests that were done before, then those never recorded."""
        pressing = [o for o in self.orders.values() if o.status in ("overdue", "due")]
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
            self.orders.pop(order.type, None)
        events = self.take_events(group)
        labels = listed([order.label for order in group])
        last = max((order.last for order in group if order.last), default=None)
        said: dict[str, dict[str, None]] = {}
        for order in group:
            for request in order.requests:
                said.setdefault(self.window(request), {})[request.statement] = None
        if list(said) == ["due"]:
            when = self._names.ids(said["due"])
        else:
            when = ": " + ", ".join(words + self._names.ids(ids) for words, ids in said.items())
        shown = f"{labels}{when}" + (f", last {last}" if last else "")
        tone = group[0].status if group[0].status in _TONES else ""
        return Item(shown, tone, events, orders=tuple(order.type for order in group))

    def window(self, request: Request) -> str:
        """Return when what a statement asks for is due."""
        if request.due_by and request.status == "overdue":
            return f"overdue since {request.due_by}"
        if request.due_by and request.status in ("due", "scheduled"):
            return f"{request.status} {request.due_from} to {request.due_by}"
        return request.status

    def take_events(self, orders: Iterable[Order]) -> tuple[RecordedEvent, ...]:
        """Return the tests on record that orders stand for, each with the first of them."""
        types = {order.type for order in orders}
        found = tuple(
            event for event in self._plan.events if id(event) in self.events and event.kinds & types
        )
        for event in found:
            self.events.pop(id(event))
        return found

    def scheduled(self) -> Part:
        """Return the next dates, the earliest first."""
        groups = self._merged(list(self.orders.values()))
        found = []
        for group in groups:
            item = self._order(group)
            planned = sorted(e.date for e in item.events if e.status == "planned" and e.date)
            when = planned[0] if planned else group[0].due_from or ""
            words = item.words.replace(": scheduled ", ": ", 1)
            if planned:
                words = f"{words.replace(': planned', '')}: planned for {listed(planned)}"
            found.append((when or "9999", Item(words, "", item.events, orders=item.orders)))
        planned_for = [e for e in self.events.values() if e.status == "planned"]
        found += [(event.date or "9999", self.event(event)) for event in planned_for]
        found.sort(key=lambda each: each[0])
        return Part("Scheduled", tuple(item for _, item in found))

    def done(self) -> Part:
        """Return what is done: the other events on record, and statements without events."""
        groups: dict[tuple[str, str], list[RecordedEvent]] = {}
        for event in self.events.values():
            groups.setdefault((event.label, event.status), []).append(event)
        items, shown_ids = [], set[str]()
        for (label, status), events in groups.items():
            dates = [event.date for event in events if event.date]
            said = [] if status == "completed" else [status]
            said += [max(dates)] if dates else ["without a date"]
            said += [f"{len(events)} in all"] if len(events) > 1 else []
            ids = dict.fromkeys(id_ for event in events for id_ in event.statements)
            shown_ids |= ids.keys()
            items.append(
                Item(f"{label} {', '.join(said)}{self._names.ids(ids)}", events=tuple(events))
            )
        given = {id_ for event in self._plan.treatments for id_ in event.statements}
        items += [
            Item(f"{row.label}{self._names.ids([row.id])}")
            for row in self._plan.recommendations
            if row.status == "done" and row.kind != "principle" and row.id not in shown_ids | given
        ]
        return Part("Done", tuple(items), folded=True)
