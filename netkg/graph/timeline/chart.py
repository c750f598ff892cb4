"""Make the chart of a case and its plan: what is on record, and what is due."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final

import pyoxigraph as ox

from netkg.case.days import parse_day
from netkg.case.model import Case
from netkg.graph.timeline.asked import asked
from netkg.graph.timeline.model import Chart, Entry, Part, Row
from netkg.graph.views.elements import EVENT_KINDS
from netkg.plan.model import Focus, Plan, Recommendation, RecordedEvent
from netkg.render.screen_parts import Names
from netkg.render.words import case_name, status_word
from netkg.suggestions import listed

__all__ = ["chart"]

_HEADINGS: Final = ("Treatments", "Examinations", "Care")
# With more rows than this, what concerns different tumors shares rows.
_MOST_ROWS: Final = 60
# What is said of statements that are not on the timeline, after their number.
_REASONS: Final = {
    "not-applicable": "that do not apply",
    "undetermined": "undetermined",
    "done": "done without an event",
}


def chart(case: Case, plan: Plan, *, focus: str | None = None) -> Chart:
    """Return the chart of a case that conforms, or of one of its tumors."""
    return _Chart(case, plan, focus).chart()


class _Chart:
    def __init__(self, case: Case, plan: Plan, focus: str | None) -> None:
        self._case, self._plan, self._focus = case, plan, focus
        self._names = Names(plan)
        self._as_of = date.fromisoformat(plan.as_of)
        (self._born, self._died) = (self._day(key) for key in ("birthDate", "deceasedDate"))

    def chart(self) -> Chart:
        plan = self._plan
        windows, without = asked(plan, self._names, self._concerns)
        events = [
            (event, self._event(event, record))
            for record, event in plan.recorded
            if self._concerns(event.target)
        ]
        treatments = {id(event) for event in plan.treatments}
        groups: dict[str, list[tuple[RecordedEvent, Entry]]] = {}
        for event, entry in events:
            is_care = any(EVENT_KINDS.get(kind) == "care" for kind in event.kinds)
            heading = (
                "Treatments" if id(event) in treatments else "Care" if is_care else "Examinations"
            )
            groups.setdefault(heading, []).append((event, entry))
        measured = list(self._measurements())
        parts = (
            *(Part(heading, _rows(groups.get(heading, ()))) for heading in _HEADINGS),
            Part("Measurements", _rows([(None, entry) for entry in measured])),
            Part("Due and scheduled", windows),
        )
        recorded = (*(entry for _, entry in events), *measured)
        undated = (*without, *(entry for entry in recorded if entry.first is None))
        dated = (entry for part in parts for row in part.rows for entry in row.entries)
        at = f", {self._focus}" if self._focus else ""
        return Chart(
            title=f"Timeline of {case_name(plan.case)}{at}, as of {plan.as_of}",
            about=self._about(),
            as_of=self._as_of,
            died=self._died,
            parts=tuple(part for part in parts if part.rows),
            undated=undated,
            omitted=self._omitted((*dated, *undated)),
            guideline=plan.guideline,
        )

    def _concerns(self, focus: str | None) -> bool:
        """Return whether what is at a focus belongs to the tumor that was chosen."""
        return self._focus in (None, focus) or focus not in self._names.tumors

    def _day(self, key: str) -> date | None:
        return parse_day(next(iter(self._case.values(self._case.node.value, key)), ""))

    def _about(self) -> str:
        days = (("born", self._born), ("died", self._died))
        said = [f"{word} {day}" for word, day in days if day]
        # The title has the evaluation date.
        line = self._plan.summary.line.removesuffix(f"; as of {self._plan.as_of}")
        return "; ".join([line, *said])

    # -- the record --------------------------------------------------------------------
    def _event(self, event: RecordedEvent, record: Mapping[str, Any]) -> Entry:
        words = self._names.words
        day = parse_day(event.date or "")
        found = [words.term(each) for each in (event.result,) if each]
        if record.get("value") is not None:
            value = words.value("value", record["value"])
            found.append(f"{value} {record.get('unit') or ''}".strip())
        found += [words.term(each) for each in (event.outcome,) if each]
        if event.status == "planned" and day is not None and day < self._as_of:
            found.append("past")
        end = min(self._died or self._as_of, self._as_of)
        goes_on = event.status == "active" and day is not None and day <= end
        where = event.target or ""
        if not self._names.several and where in self._names.tumors:
            where = ""
        return Entry(
            name=event.name,
            status=event.status,
            status_label=words.term(event.status),
            first=day,
            last=end if goes_on else None,
            shape="ongoing" if goes_on else "day",
            where=where,
            results=tuple(found),
            statements=event.statements,
            cited=self._names.ids(event.statements),
            note=tuple(found),
            has_failed=event.has_failed,
        )

    def _measurements(self) -> Iterator[Entry]:
        """Yield each value of the records that a tumor contains."""
        words = self._names.words
        for name, record in self._contained():
            for key in (key for key in record if key != "date"):
                value = words.value(key, record[key])
                yield Entry(
                    name=words.term(key),
                    status="",
                    status_label="",
                    first=parse_day(str(record.get("date"))),
                    where=name if self._names.several else "",
                    results=(value,),
                    note=(value,),
                )

    def _contained(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Yield the records that tumors contain, such as measurements, with their names."""
        for tumor in self._case.tumors:
            name = self._case.names.get(tumor.value, "")
            for triple in self._case.about(tumor.value) if self._concerns(name) else ():
                node = triple.object
                # A text can be the same as the name of a record.
                is_named = isinstance(node, ox.NamedNode | ox.BlankNode)
                if is_named and (record := self._case.records.get(node.value)):  # type: ignore[union-attr]
                    yield name, record

    # -- what is not shown -------------------------------------------------------------
    def _omitted(self, shown: Iterable[Entry]) -> str:
        """Return how many statements are not on the timeline, and why."""
        ids = {id_ for entry in shown for id_ in entry.statements}
        rows = [(row, self._at(row)) for row in self._plan.recommendations if row.id not in ids]
        why = Counter(_reason(row, at) for row, at in rows if at is not None)
        parts = [
            f"{number} {'alerts' if word == 'alert' and number > 1 else _REASONS.get(word, word)}"
            for word, number in sorted(why.items())
        ]
        said = f"Not on the timeline: statements without a date ({listed(parts)})."
        return said if parts else ""

    def _at(self, row: Recommendation) -> Recommendation | Focus | None:
        """Return what has the verdict on a statement that counts here, None if nothing has."""
        if self._focus is None:
            return row
        # At one tumor, a statement has one focus: the tumor, or the case.
        return next((focus for focus in row.foci if self._concerns(focus.focus)), None)


def _reason(row: Recommendation, at: Recommendation | Focus) -> str:
    if at.verdict != "applicable" or at.status is None:
        return at.verdict
    return status_word(row.kind, at.status)


def _rows(entries: Iterable[tuple[RecordedEvent | None, Entry]]) -> tuple[Row, ...]:
    """Return entries in rows by their type, and by what they concern unless these are many."""
    dated = [pair for pair in entries if pair[1].first is not None]
    dated.sort(key=lambda pair: pair[1].first or date.min)
    rows = _grouped(dated, by_place=True)
    return rows if len(rows) <= _MOST_ROWS else _grouped(dated, by_place=False)


def _grouped(
    pairs: Iterable[tuple[RecordedEvent | None, Entry]], *, by_place: bool
) -> tuple[Row, ...]:
    groups: dict[tuple[str, str], list[tuple[RecordedEvent | None, Entry]]] = {}
    for event, entry in pairs:
        key = (event.label if event else entry.name, entry.where if by_place else "")
        groups.setdefault(key, []).append((event, entry))
    rows = []
    for (name, where), group in groups.items():
        titles = {entry.title for _, entry in group}
        if len(titles) == 1:
            rows.append(Row(titles.pop(), tuple(entry for _, entry in group)))
            continue
        # The row has the name of their type, and each mark what distinguishes it.
        label = f"{name} at {where}" if where else name
        rows.append(Row(label, tuple(_marked(event, entry, where) for event, entry in group)))
    return tuple(rows)


def _marked(event: RecordedEvent | None, entry: Entry, where: str) -> Entry:
    """Return an entry whose note says what the name of its row does not."""
    remark = event.remark if event else ""
    more = (remark or "", "" if where else entry.where)
    return replace(entry, note=(*filter(None, more), *entry.note))
