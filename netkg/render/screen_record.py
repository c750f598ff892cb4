"""The record on a first screen: events and orders, each in the first place that shows it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from netkg.ontology.amounts import interval
from netkg.plan.model import Order, Plan, RecordedEvent, Request
from netkg.plan.status import OPEN
from netkg.render.screen_parts import Item, Names, Part
from netkg.render.words import event_words
from netkg.suggestions import listed

__all__ = ["Record", "planned_for"]

# More dates of tests of one kind than this are counted.
_MOST_DAYS: Final = 3
_PRESSING: Final = frozenset({"overdue", "due"})
# The statuses of steps that ask for nothing more, as they follow a label.
_CLOSED: Final = {"done": "", "tried": ": tried", "declined": ": declined"}


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
        return [*words, *self._where(event)]

    def _where(self, event: RecordedEvent) -> list[str]:
        named = self._names.several or event.target not in self._names.tumors
        return [f"at {event.target}"] if event.target and named else []

    # -- tests -------------------------------------------------------------------------
    def treatment(
        self, row: str, types: Sequence[str], foci: Sequence[str], *, any_of: bool
    ) -> Item:
        """Return when the tests that a treatment at foci consists of are due.

        Of alternatives, the first is ordered with it; of the others, only those that another
        statement asks for are still to be ordered.
        """
        every = [order for order in self._plan.orders if order.type in types]
        own = [
            request
            for order in every
            for request in order.requests
            if request.statement == row and request.focus in foci
        ]
        if any_of:
            own = _together(own)
        left = [self.orders[name] for name in types if name in self.orders]
        alone = [order for order in left if set(order.statements) <= {row}]
        taken = list(dict.fromkeys([*(left[:1] if any_of else left), *alone]))
        others = [each for order in taken for each in self._open(order) if each.statement != row]
        words, events = self._asked([*own, *others], foci)
        self._shown.add(row)
        return Item(words, "", events, orders=self._take(taken))

    def to_order(self) -> Part:
        """Return what is to be ordered: tests that were done before, then those never recorded."""
        pressing = [order for order in self.orders.values() if self._status(order) in _PRESSING]
        again = [order for order in pressing if self._is_recorded(order)]
        rest = [order for order in pressing if order not in again]
        items = [self._order(group, usual="") for group in self._merged(again)]
        never = [self._order(group, usual="due") for group in self._merged(rest)]
        if never:
            words = "; ".join(item.words for item in never)
            orders = tuple(order for item in never for order in item.orders)
            events = tuple(event for item in never for event in item.events)
            items.append(Item(f"Never recorded: {words}", "due", events, orders=orders))
        return Part("To order", tuple(items))

    def scheduled(self) -> Part:
        """Return the next dates, the earliest first."""
        found = []
        for group in self._merged(list(self.orders.values())):
            dates = [each.due_from for order in group for each in self._open(order)]
            item = self._order(group, usual="scheduled ")
            dates += [event.date for event in item.events if event.status == "planned"]
            found.append((min(filter(None, dates), default="9999"), item))
        planned = [event for event in self.events.values() if event.status == "planned"]
        found += [(event.date or "9999", self.event(event)) for event in planned]
        found.sort(key=lambda each: each[0])
        return Part("Scheduled", tuple(item for _, item in found))

    def _is_recorded(self, order: Order) -> bool:
        """Return whether such a test is on record where it is asked for, even without a day."""
        foci = {each.focus for each in self._open(order)}
        tumors = foci & self._names.tumors
        return any(
            event.status in ("completed", "active", "stopped")
            and order.type in event.kinds
            and (event.target in foci or event.target not in self._names.tumors or not tumors)
            for event in self._plan.events
        )

    def _open(self, order: Order) -> list[Request]:
        """Return what is asked for of an order and not shown with a treatment."""
        return [each for each in order.requests if each.statement not in self._shown]

    def _status(self, order: Order) -> str:
        found = (each.status for each in self._open(order))
        return min(found, key=OPEN.index, default="")

    def _order(self, group: Sequence[Order], *, usual: str) -> Item:
        """Return what is said of orders; ``usual`` is what the part says of all that it shows."""
        narrow = [o for o in group if not any(o.type in p.kinds for p in group if p is not o)]
        requests = [each for order in group for each in self._open(order)]
        words, events = self._asked(requests, usual=usual)
        tone = self._status(group[0])
        said = f"{listed([order.label for order in narrow])}{words}"
        return Item(said, tone, events, orders=self._take(group))

    def _take(self, orders: Iterable[Order]) -> tuple[str, ...]:
        types = tuple(order.type for order in orders)
        for name in types:
            self.orders.pop(name, None)
        return types

    def _merged(self, orders: Sequence[Order]) -> Iterator[list[Order]]:
        """Put together tests that differ in nothing but their names, and kinds of one of them."""
        groups: list[list[Order]] = []
        for order in orders:
            same = (group for group in groups if self._form(group[0]) == self._form(order))
            if group := next(same, None):
                group.append(order)
            else:
                groups.append([order])
        for group in list(groups):
            narrow = (each for each in groups if all(self._covers(each[0], one) for one in group))
            if into := next(narrow, None):
                into += group
                groups.remove(group)
        yield from groups

    def _form(self, order: Order) -> object:
        """Return what is said of an order besides its name."""
        return [
            (each.statement, each.focus, _window(each), each.events) for each in self._open(order)
        ]

    def _covers(self, narrow: Order, broad: Order) -> bool:
        """Return whether a test is of the kind of another, with the same events on record."""
        events = {id(e): e for o in (narrow, broad) for r in self._open(o) for e in r.events}
        return (
            broad.type in narrow.kinds - {narrow.type}
            and all(narrow.type in event.kinds for event in events.values())
            and narrow.last == broad.last
        )

    # -- words -------------------------------------------------------------------------
    def _asked(
        self, requests: Sequence[Request], named: Sequence[str] = (), *, usual: str = ""
    ) -> tuple[str, tuple[RecordedEvent, ...]]:
        """Return what is said of requests, and the events that it shows.

        Those with the same window, interval and events share the words. ``named`` are the
        tumors that are named already.
        """
        notes = {id(each): self._notes(each) for each in requests}
        shown = {id(event): event for found in notes.values() for event in found.values() if event}
        groups: dict[tuple[str, tuple[str, ...], tuple[str, ...]], list[Request]] = {}
        for each in requests:
            own = notes[id(each)]
            planned = [words for words, event in own.items() if event and event.status == "planned"]
            window, others = _window(each), tuple(own)
            if each.status == "planned" and planned:
                # Its dates are when it is due.
                window, others = listed(planned), tuple(n for n in own if n not in planned)
            groups.setdefault((window, each.challenged_by, others), []).append(each)
        # What all have in common is said once, at the end.
        common, challenged = {words for _, _, words in groups}, {rivals for _, rivals, _ in groups}
        pieces = [(key, some) for key, group in groups.items() for some in _by_interval(group)]
        parts = []
        for (window, rivals, words), some in pieces:
            ids = self._names.cited([(each.statement, each.focus) for each in some], named)
            often = [interval(each.months) for each in some if each.months][:1]
            # Of several windows, the usual one is named as well.
            when = window if window == usual and len(pieces) > 1 else window.removeprefix(usual)
            shared = words if len(common) > 1 else ()
            unless = self._names.unless(rivals) if len(challenged) > 1 else ""
            parts.append(", ".join([f"{when}{ids}", *often, *shared]) + unless)
        last = [*common.pop()] if len(common) == 1 else []
        said = ", ".join(["; ".join(parts), *last])
        said += self._names.unless(challenged.pop()) if len(challenged) == 1 else ""
        owned = [event for key, event in shown.items() if self.events.pop(key, None)]
        # Without a window, the statements follow the name at once.
        return said if said.startswith(" (") else f": {said}", tuple(owned)

    def _notes(self, request: Request) -> dict[str, RecordedEvent | None]:
        """Return notes on the events that count for a request, each with its event."""
        found: dict[str, RecordedEvent | None] = {}
        for event in sorted(request.events, key=lambda event: event.date or ""):
            where = "".join(f" {each}" for each in self._where(event))
            day = event.date or "without a date"
            match event.status:
                case "completed" if event.date and event.date == request.last:
                    results = [self._names.words.term(each) for each in (event.result,) if each]
                    found[", ".join([f"last {day}{where}", *results])] = event
                case "completed" if not event.date and not request.last:
                    found[f"last one without a date{where}"] = event
                case "planned":
                    found[planned_for([event], self._plan.as_of) + where] = event
                case "active":
                    found[f"active since {day}{where}" if event.date else "active"] = event
                case "declined" | "stopped":
                    found[f"{event.status} {day}{where}"] = event
        if request.last and not any(words.startswith("last ") for words in found):
            found[f"last {request.last}"] = None
        return found

    # -- what is done ------------------------------------------------------------------
    def done(self) -> Part:
        """Return what is done: the other events on record, and statements without events."""
        groups: dict[tuple[str, str], list[RecordedEvent]] = {}
        for event in self.events.values():
            groups.setdefault((event.name, event.status), []).append(event)
        items, shown_ids = [], set[str]()
        for (name, status), events in groups.items():
            events.sort(key=lambda event: event.date or "")
            latest = events[-1]
            days = list(dict.fromkeys(event.date or "without a date" for event in events))
            when = (
                listed(days) if len(days) <= _MOST_DAYS else f"{len(days)} times, last {days[-1]}"
            )
            said = [*([] if status == "completed" else [status]), when, *self._outcomes(latest)]
            ids = [id_ for e in events for id_ in e.statements if self._is_closed(id_)]
            shown_ids.update(ids)
            words = f"{name} {', '.join(said)}{self._names.ids(ids)}"
            items.append(Item(words, events=tuple(events)))
        given = {id_ for event in self._plan.treatments for id_ in event.statements}
        for row in self._plan.recommendations:
            if row.kind == "principle" or row.id in shown_ids | given:
                continue
            for status, words in _CLOSED.items():
                foci = [focus.focus for focus in row.foci if focus.status == status]
                if foci:
                    cited = self._names.cited([(row.id, focus) for focus in foci])
                    items.append(Item(f"{row.label}{words}{cited}"))
        return Part("Done", tuple(items), folded=True)

    def _is_closed(self, id_: str) -> bool:
        return any(focus.status in _CLOSED for focus in self._names.rows[id_].foci)


def planned_for(events: Iterable[RecordedEvent], as_of: str) -> str:
    """Return for which dates events are planned, and which of these have passed.

    A step without a planned event that has a date is planned, without a date.
    """
    days = sorted({event.date or "" for event in events}, key=lambda day: day or "9999")
    words = [f"{day} (past)" if day < as_of else day for day in days if day]
    words += ["an unknown date"] if words and "" in days else []
    return f"planned for {listed(words)}" if words else "planned"


def _together(requests: Sequence[Request]) -> list[Request]:
    """Return one request per focus for alternatives, with the events of all of them."""
    found: dict[str, Request] = {}
    for each in requests:
        known = found.setdefault(each.focus, replace(each, events=()))
        more = [event for event in each.events if not any(event is e for e in known.events)]
        found[each.focus] = replace(known, events=(*known.events, *more))
    return list(found.values())


def _by_interval(requests: Sequence[Request]) -> Iterator[list[Request]]:
    """Yield requests that have the same interval; those without one are with the first."""
    groups: dict[tuple[int, int], list[Request]] = {}
    for each in requests:
        if each.months:
            groups.setdefault(each.months, []).append(each)
    without = [each for each in requests if not each.months]
    if not groups:
        yield without
    for number, group in enumerate(groups.values()):
        yield [each for each in requests if each in group or (number == 0 and each in without)]


def _window(request: Request) -> str:
    """Return when what a statement asks for is due."""
    if request.due_by and request.status == "overdue":
        return f"overdue since {request.due_by}"
    if request.due_by and request.status in ("due", "scheduled"):
        return f"{request.status} {request.due_from} to {request.due_by}"
    return request.status
