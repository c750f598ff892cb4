"""What a plan asks for, with its windows: each test and each treatment once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import NamedTuple

from netkg.graph.timeline.model import Entry, Row
from netkg.ontology.amounts import interval
from netkg.plan.model import Focus, Plan, Recommendation, RecordedEvent, by_record
from netkg.plan.status import ASKING, OPEN
from netkg.render.screen_parts import Names
from netkg.render.words import open_actions
from netkg.suggestions import listed

__all__ = ["asked"]


class _Request(NamedTuple):
    """What one statement asks for at one focus."""

    statement: str
    focus: str
    status: str
    window: tuple[str | None, str | None]
    last: str | None = None
    months: tuple[int, int] | None = None
    rivals: tuple[str, ...] = ()


def asked(
    plan: Plan, names: Names, concerns: Callable[[str | None], bool]
) -> tuple[tuple[Row, ...], tuple[Entry, ...]]:
    """Return what is due as rows of windows, and as entries without a date.

    ``concerns`` says whether what is at a focus belongs on the timeline. A planned event
    with a date shows what is planned by itself.
    """
    requests = [
        (name, request)
        for name, request in (*_tests(plan), *_others(plan))
        if concerns(request.focus)
    ]
    rows: dict[str, dict[object, list[_Request]]] = {}
    undated: dict[tuple[str, str], list[_Request]] = {}
    for name, request in requests:
        if request.window[1]:
            rows.setdefault(name, {}).setdefault((request.status, request.window), []).append(
                request
            )
        else:
            undated.setdefault((name, request.status), []).append(request)
    return (
        tuple(
            Row(
                name,
                tuple(
                    sorted(
                        (_entry(name, group, names) for group in windows.values()),
                        key=lambda entry: (str(entry.last), str(entry.first)),
                    )
                ),
            )
            for name, windows in rows.items()
        ),
        tuple(_entry(name, group, names) for (name, _), group in undated.items()),
    )


def _entry(name: str, requests: list[_Request], names: Names) -> Entry:
    """Return the entry of requests that have the same name, status and window."""
    start, end = requests[0].window
    last = max((request.last for request in requests if request.last), default="")
    often = dict.fromkeys(interval(request.months) for request in requests if request.months)
    rivals = dict.fromkeys(rival for request in requests for rival in request.rivals)
    window = f"due from {start} to {end}" if requests[0].status == "overdue" and end else ""
    remarks = (window, f"last {last}" if last else "", listed(often))
    unless = names.unless(list(rivals)).removeprefix("; ")
    return Entry(
        name=name,
        status=requests[0].status,
        status_label=requests[0].status,
        first=date.fromisoformat(start or end) if end else None,
        last=date.fromisoformat(end) if end else None,
        shape="window" if end else "day",
        statements=tuple(dict.fromkeys(request.statement for request in requests)),
        cited=names.cited([(request.statement, request.focus) for request in requests]),
        remarks=tuple(filter(None, (*remarks, unless))),
    )


def _tests(plan: Plan) -> Iterator[tuple[str, _Request]]:
    """Yield what is asked for by orders; alternatives are together in one."""
    found: dict[tuple[str, _Request], list[str]] = {}
    for order in plan.orders:
        for each in order.requests:
            if each.status == "planned" and _is_dated(each.events):
                continue
            window = (each.due_from, each.due_by)
            request = _Request(
                *(each.statement, each.focus, each.status, window, each.last),
                *(each.months, each.challenged_by),
            )
            key = "" if each.group == "any" else order.type
            found.setdefault((key, request), []).append(order.label)
    for (_, request), labels in found.items():
        yield listed(labels, "or"), request


def _others(plan: Plan) -> Iterator[tuple[str, _Request]]:
    """Yield what is due, planned or to choose from except orders: treatments and missing fields."""
    tests = {order.type for order in plan.orders}
    event_of = by_record(plan.recorded)
    for row in plan.recommendations:
        for focus in row.foci if row.kind in ASKING else ():
            actions = [a for a in focus.actions if not a.done and a.type not in tests]
            events = [event_of[id(record)] for a in actions for record in a.records]
            if focus.status not in OPEN or not actions:
                continue
            if focus.status == "planned" and any(each.status == "planned" for each in events):
                continue
            windows = [(a.due_from, a.due_by) for a in actions if a.due_by]
            window = min(windows, key=lambda each: each[1] or "", default=(None, None))
            last = max((a.last for a in actions if a.last), default=None)
            request = _Request(
                row.id, focus.focus, focus.status, window, last, None, focus.challenged_by
            )
            yield _label(row, focus, plan), request


def _label(row: Recommendation, focus: Focus, plan: Plan) -> str:
    """Return the label of a statement, and its open actions where they say more."""
    said = open_actions(focus.actions, plan.labels)
    if not said or row.label.casefold() in said.casefold():
        return said or row.label
    return f"{row.label}, {said}"


def _is_dated(events: tuple[RecordedEvent, ...]) -> bool:
    return any(each.status == "planned" and each.date for each in events)
