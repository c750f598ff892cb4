"""The record on a first screen: events and orders, each in the first place that shows it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from netkg.ontology.amounts import interval
from netkg.plan.model import Order, Plan, RecordedEvent, Request
from netkg.render.screen_parts import Item, Names, Part
from netkg.render.words import event_words
from netkg.suggestions import listed

__all__ = ["Record"]

# The statuses of requests, the most pressing first.
_STATUSES: Final = ("overdue", "due", "planned", "scheduled", "option")
# The statuses of steps that ask for nothing more, as they follow a label.
_CLOSED: Final = {"done": "", "tried": ": tried", "declined": ": declined"}
_PRESSING: Final = frozenset({"overdue", "due"})


class Record:
    """The events and orders that no part of the screen has shown yet."""

    def __init__(self, plan: Plan, names: Names) -> None:
        """Begin with all events on record and all orders of a plan."""
        self._plan = plan
        self._names = names
        self.orders = {order.type: order for order in plan.orders}
        # By identity: two events on record can be the same in all their values.
        self.events = {id(event): event for event in plan.events}
        # The statements whose requests the treatment already shows.
        self._shown = set[str]()

    def event(self, event: RecordedEvent) -> Item:
        """Return an event with its date, status and outcome."""
        self.events.pop(id(event), None)
        words = ", ".join([event_words(event), *self._outcomes(event)])
        return Item(words + self._names.ids(event.statements), events=(event,))

    def _outcomes(self, event: RecordedEvent) -> list[str]:
        """Return what an event found or brought about, and where, if that is not obvious."""
        words = [self._names.words.term(each) for each in (event.result, event.outcome) if each]
        if event.target and (self._names.several or event.target not in self._names.tumors):
            words.append(f"at {event.target}")
        return words

    # -- tests -------------------------------------------------------------------------
    def treatment(
        self, row: str, orders: Sequence[Order], foci: Sequence[str], *, any_of: bool
    ) -> Item:
        """Return when the tests that a treatment at foci consists of are due.

        Of alternatives, only those that nothing else asks for are not ordered any more.
        """
        taken = orders[:1] if any_of else orders
        alone = [order for order in orders if set(order.statements) <= {row}]
        shown = list(dict.fromkeys([*taken, *alone]))
        requests = [each for order in taken for each in order.requests]
        # What the treatment itself asks for comes first.
        requests.sort(key=lambda each: each.statement != row)
        events = self._take(shown)
        self._shown.add(row)
        words = self._windows(requests, events, foci) + self._events(taken, events)
        return Item(words, "", events, orders=_types(shown))

    def to_order(self) -> Part:
        """Return what is to be ordered: tests that were done before, then those never recorded."""
        pressing = [o for o in self.orders.values() if self._status(o) in _PRESSING]
        again = [order for order in pressing if order.last or self._is_recorded(order)]
        items = list(map(self._order, _merged(again)))
        never = list(map(self._order, _merged([o for o in pressing if o not in again])))
        if never:
            words = f"Never recorded: {'; '.join(item.words for item in never)}"
            orders = tuple(order for item in never for order in item.orders)
            events = tuple(event for item in never for event in item.events)
            items.append(Item(words, "due", events, orders=orders))
        return Part("To order", tuple(items))

    def _open(self, order: Order) -> list[Request]:
        """Return what is asked for of an order and not shown with a treatment."""
        return [each for each in order.requests if each.statement not in self._shown]

    def _status(self, order: Order) -> str:
        return min((each.status for each in self._open(order)), key=_STATUSES.index)

    def _is_recorded(self, order: Order) -> bool:
        """Return whether such a test was done, even on an unknown day."""
        return any(e.status == "completed" and order.type in e.kinds for e in self.events.values())

    def _order(self, group: Sequence[Order]) -> Item:
        events = self._take(group)
        kinds = [order.kinds - {order.type} for order in group]
        labels = [o.label for o in group if not any(o.type in each for each in kinds)]
        when = self._windows([each for order in group for each in self._open(order)], events)
        said = f"{listed(labels)}{when}{self._events(group, events)}"
        return Item(said, self._status(group[0]), events, orders=_types(group))

    def _events(self, orders: Iterable[Order], events: Iterable[RecordedEvent]) -> str:
        """Return when tests were done last and with which result, and which were not done."""
        done = [event for event in events if event.status in ("completed", "active")]
        last = max((order.last for order in orders if order.last), default=None)
        latest = max(done, key=lambda event: event.date or "", default=None)
        words = [f"last {last}"] if last else ["last one without a date"] if latest else []
        if latest and latest.date == last:
            words += self._outcomes(latest)
        words += [
            f"{event.status} {event.date or 'without a date'}"
            for event in events
            if event.status in ("declined", "stopped")
        ]
        return "".join(f", {each}" for each in dict.fromkeys(words))

    def _windows(
        self,
        requests: Iterable[Request],
        events: Iterable[RecordedEvent],
        foci: Iterable[str] = (),
    ) -> str:
        """Return when each statement wants a test, the statements with the same window together.

        ``events`` are such tests on record, ``foci`` those that are named already.
        """
        days = [each.date or "" for each in events if each.status == "planned"]
        planned = f"planned for {listed(sorted(filter(None, days)))}" if any(days) else "planned"
        groups: dict[str, list[Request]] = {}
        for request in requests:
            words = planned if request.status == "planned" else _window(request)
            groups.setdefault(words, []).append(request)
        parts = []
        for words, group in groups.items():
            where = dict.fromkeys(each.focus for each in group if each.focus not in foci)
            # All tumors need no name.
            named = [] if set(where) >= self._names.tumors else where
            ids = self._names.ids([each.statement for each in group], named)
            often = dict.fromkeys(interval(each.months) for each in group if each.months)
            parts.append(f"{words}{ids}" + "".join(f", {each}" for each in often))
        if days and planned not in groups:
            parts.append(planned)
        is_due = list(groups) == ["due"] and len(parts) == 1
        return parts[0].removeprefix("due") if is_due else f": {', '.join(parts)}"

    def _take(self, orders: Sequence[Order]) -> tuple[RecordedEvent, ...]:
        """Return the tests on record of the types of orders; both are then shown."""
        types = set(_types(orders))
        for name in types:
            self.orders.pop(name, None)
        found = tuple(
            event for event in self._plan.events if id(event) in self.events and event.kinds & types
        )
        for event in found:
            self.events.pop(id(event))
        return found

    def scheduled(self) -> Part:
        """Return the next dates, the earliest first."""
        found = []
        for group in _merged(list(self.orders.values())):
            dates = [each.due_from for order in group for each in self._open(order)]
            item = self._order(group)
            planned = sorted(e.date for e in item.events if e.status == "planned" and e.date)
            when = planned[0] if planned else min(filter(None, dates), default="")
            words = item.words.replace(": scheduled ", ": ", 1)
            found.append((when or "9999", Item(words, "", item.events, orders=item.orders)))
        planned_for = [e for e in self.events.values() if e.status == "planned"]
        found += [(event.date or "9999", self.event(event)) for event in planned_for]
        found.sort(key=lambda each: each[0])
        return Part("Scheduled", tuple(item for _, item in found))

    def done(self) -> Part:
        """Return what is done: the other events on record, and statements without events."""
        groups: dict[tuple[str, str], list[RecordedEvent]] = {}
        for event in self.events.values():
            groups.setdefault((_name(event), event.status), []).append(event)
        items, shown_ids = [], set[str]()
        for (name, status), events in groups.items():
            latest = max(events, key=lambda event: event.date or "")
            said = [] if status == "completed" else [status]
            said += [latest.date or "without a date", *self._outcomes(latest)]
            said += [f"{len(events)} in all"] if len(events) > 1 else []
            ids = dict.fromkeys(id_ for event in events for id_ in event.statements)
            shown_ids |= ids.keys()
            words = f"{name} {', '.join(said)}{self._names.ids(ids)}"
            items.append(Item(words, events=tuple(events)))
        given = {id_ for event in self._plan.treatments for id_ in event.statements}
        items += [
            Item(f"{row.label}{_CLOSED[row.status]}{self._names.ids([row.id])}")
            for row in self._plan.recommendations
            if row.status in _CLOSED and row.kind != "principle"
            if row.id not in shown_ids | given
        ]
        return Part("Done", tuple(items), folded=True)


def _name(event: RecordedEvent) -> str:
    """Return what was recorded with an event, and its type."""
    return f"{event.remark} ({event.label})" if event.remark else event.label


def _window(request: Request) -> str:
    """Return when what a statement asks for is due."""
    if request.due_by and request.status == "overdue":
        return f"overdue since {request.due_by}"
    if request.due_by and request.status in ("due", "scheduled"):
        return f"{request.status} {request.due_from} to {request.due_by}"
    return request.status


def _types(orders: Iterable[Order]) -> tuple[str, ...]:
    return tuple(order.type for order in orders)


def _merged(orders: Sequence[Order]) -> Iterator[list[Order]]:
    """Put together what the same statements ask for, and a kind of tests with one of its kind."""
    groups: list[list[Order]] = []
    broad = []
    for order in orders:
        if any(order.type in other.kinds for other in orders if other is not order):
            broad.append(order)
            continue
        for group in groups:
            if group[0].statements == order.statements and group[0].due_by == order.due_by:
                group.append(order)
                break
        else:
            groups.append([order])
    for order in broad:
        next(g for g in groups if any(order.type in each.kinds for each in g)).append(order)
    yield from groups
