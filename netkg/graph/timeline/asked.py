"""What a plan asks for, with its windows: each test and each treatment once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Final, NamedTuple

from netkg.graph.timeline.model import Entry, Row
from netkg.ontology.amounts import interval
from netkg.plan.model import Focus, Plan, Recommendation, RecordedEvent
from netkg.render.screen_parts import Names
from netkg.render.words import open_actions
from netkg.suggestions import listed

__all__ = ["asked"]

_ASKING: Final = frozenset({"recommendation", "principle", "precondition"})
_OPEN: Final = frozenset({"overdue", "due", "planned", "scheduled", "option"})


class _Wish(NamedTuple):
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
    wishes = [
        (name, wish) for name, wish in (*_tests(plan), *_others(plan)) if concerns(wish.focus)
    ]
    rows: dict[str, dict[object, list[_Wish]]] = {}
    undated: dict[tuple[str, str], list[_Wish]] = {}
    for name, wish in wishes:
        if wish.window[1]:
            rows.setdefault(name, {}).setdefault((wish.status, wish.window), []).append(wish)
        else:
            undated.setdefault((name, wish.status), []).append(wish)
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


def _entry(name: str, wishes: list[_Wish], names: Names) -> Entry:
    """Return the entry of wishes that have the same name, status and window."""
    start, end = wishes[0].window
    last = max((wish.last for wish in wishes if wish.last), default="")
    often = dict.fromkeys(interval(wish.months) for wish in wishes if wish.months)
    rivals = dict.fromkeys(rival for wish in wishes for rival in wish.rivals)
    window = f"due from {start} to {end}" if wishes[0].status == "overdue" and end else ""
    notes = (window, f"last {last}" if last else "", listed(often))
    unless = names.unless(list(rivals)).removeprefix("; ")
    return Entry(
        name=name,
        status=wishes[0].status,
        first=date.fromisoformat(start or end) if end else None,
        last=date.fromisoformat(end) if end else None,
        shape="window" if end else "day",
        statements=tuple(dict.fromkeys(wish.statement for wish in wishes)),
        cited=names.cited([(wish.statement, wish.focus) for wish in wishes]),
        notes=tuple(filter(None, (*notes, unless))),
    )


def _tests(plan: Plan) -> Iterator[tuple[str, _Wish]]:
    """Yield what is asked for by orders; alternatives are together in one."""
    found: dict[tuple[str, _Wish], list[str]] = {}
    for order in plan.orders:
        for each in order.requests:
            if each.status == "planned" and _is_dated(each.events):
                continue
            window = (each.due_from, each.due_by)
            wish = _Wish(
                *(each.statement, each.focus, each.status, window, each.last),
                *(each.months, each.challenged_by),
            )
            key = "" if each.group == "any" else order.type
            found.setdefault((key, wish), []).append(order.label)
    for (_, wish), labels in found.items():
        yield listed(labels, "or"), wish


def _others(plan: Plan) -> Iterator[tuple[str, _Wish]]:
    """Yield what is due, planned or to choose from except orders: treatments and missing fields."""
    tests = {order.type for order in plan.orders}
    for row in plan.recommendations:
        for focus in row.foci if row.kind in _ASKING else ():
            actions = [a for a in focus.actions if not a.done and a.type not in tests]
            events = [plan.recorded[id(record)] for a in actions for record in a.records]
            if focus.status not in _OPEN or not actions:
                continue
            if focus.status == "planned" and any(each.status == "planned" for each in events):
                continue
            windows = [(a.due_from, a.due_by) for a in actions if a.due_by]
            window = min(windows, key=lambda each: each[1] or "", default=(None, None))
            last = max((a.last for a in actions if a.last), default=None)
            wish = _Wish(row.id, focus.focus, focus.status, window, last, None, focus.challenged_by)
            yield _said(row, focus, plan), wish


def _said(row: Recommendation, focus: Focus, plan: Plan) -> str:
    """Return the label of a statement, and its open actions where they say more."""
    said = open_actions(focus.actions, plan.labels)
    if not said or row.label.casefold() in said.casefold():
        return said or row.label
    return f"{row.label}, {said}"


def _is_dated(events: tuple[RecordedEvent, ...]) -> bool:
    return any(each.status == "planned" and each.date for each in events)
