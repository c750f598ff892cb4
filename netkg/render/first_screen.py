"""The first screen of a plan: what a tumor board reads, each thing once.

A screen is a list of parts in the order of importance, each with its items. An item
knows which events, missing fields and orders it shows, so that nothing is shown twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, TypeAlias

from netkg.case.finding import Finding
from netkg.plan.model import Dependency, Focus, Plan, Recommendation
from netkg.render.screen_parts import Item, Names, Part
from netkg.render.screen_record import Record
from netkg.render.words import case_name
from netkg.suggestions import listed, sentence

__all__ = ["FirstScreen"]

_NOW: Final = ("overdue", "due", "planned", "scheduled")
# The foci of statements, by the ids of these.
_Places: TypeAlias = dict[str, list[str]]


class FirstScreen:
    """The first screen of a plan of a case that conforms."""

    def __init__(self, plan: Plan) -> None:
        """Choose what is shown, and where."""
        self._plan = plan
        self.title = f"Management plan: {case_name(plan.case)}"
        self._names = Names(plan)
        self._record = Record(plan, self._names)
        self.parts = tuple(part for part in self._parts() if part.items)

    def _parts(self) -> Iterator[Part]:
        plan = self._plan
        yield Part("Patient", (Item(plan.summary.line),))
        if plan.closed:
            yield Part("Deceased", (Item("Nothing is to be done any more; all steps are closed."),))
            return
        now = self._now()
        choices = self._choices()
        waiting = list(self._record.to_order())
        scheduled = self._record.scheduled()
        given = self._given()
        yield given
        yield now
        yield choices
        yield self._depends_on()
        yield self._caution()
        yield from waiting
        yield scheduled
        yield self._record.done()
        yield Part("Does not apply", tuple(self._does_not_apply()), folded=True)

    # -- treatment ---------------------------------------------------------------------
    def _given(self) -> Part:
        events = [event for event in self._plan.treatments if id(event) in self._record.events]
        return Part("Given", tuple(self._record.event(event) for event in events), folded=True)

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
        found.sort(key=lambda each: (each[0], self._names.place[each[1]]))
        return Part("Treatment now", tuple(item for _, _, item in found))

    def _treatment(self, row: Recommendation, status: str, foci: Sequence[Focus]) -> Item:
        """Return a treatment to be given now, or the tests that it consists of."""
        types = [action.type for action in foci[0].actions if not action.done]
        orders = [self._record.orders[name] for name in types if name in self._record.orders]
        lead = self._names.lead(foci) + self._said(row, types)
        rivals = [self._names.rows[id_].label for id_ in foci[0].challenged_by]
        unless = f"; unless it gives way to {listed(rivals, 'or')}, see below" if rivals else ""
        if orders:
            any_of = foci[0].actions[0].group == "any"
            taken = orders[:1] if any_of else orders
            requests = [r for order in taken for r in order.requests if r.statement == row.id]
            when = self._record.window(min(requests, key=lambda r: r.due_by or "9999"))
            ids = dict.fromkeys(id_ for order in taken for id_ in order.statements)
            alone = [o for o in orders if set(o.statements) <= {row.id}]
            shown = list(dict.fromkeys([*taken, *alone]))
            for order in shown:
                self._record.orders.pop(order.type, None)
            events = self._record.take_events(shown)
            last = f", last {max(e.date or '' for e in events)}" if events else ""
            words = f"{lead}: {when}{last}{unless}{self._names.ids([row.id, *ids])}"
            return Item(words, status, events, orders=tuple(order.type for order in shown))
        planned = tuple(
            event
            for event in self._plan.treatments
            if event.status == "planned"
            and row.id in event.statements
            and id(event) in self._record.events
        )
        for event in planned:
            self._record.events.pop(id(event))
        dates = listed([event.date for event in planned if event.date])
        when = f"planned for {dates}" if dates else status
        return Item(f"{lead}: {when}{unless}{self._names.ids([row.id])}", status, planned)

    def _said(self, row: Recommendation, types: Sequence[str]) -> str:
        """Return the label of a statement, and its actions where they say more."""
        names = [self._names.words.term(name) for name in types]
        group = row.foci[0].actions[0].group if row.foci[0].actions else "all"
        said = listed(names, "or" if group == "any" else "and")
        is_same = said.casefold() == row.label.casefold() or not names
        return row.label if is_same else f"{row.label}, {said}"

    def _choices(self) -> Part:
        items = []
        for row in self._plan.recommendations:
            foci = [focus for focus in row.foci if focus.status == "option"]
            if foci:
                types = [action.type for action in foci[0].actions if not action.done]
                words = self._names.lead(foci) + self._said(row, types) + self._names.ids([row.id])
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
        words = sentence(listed([self._names.field(path) for path in each.fields], "or"))
        foci = [focus for focus in each.foci if focus != self._names.case]
        return f"{words} of {listed(foci)}" if self._names.several and foci else words

    def _decided(self, each: Dependency) -> str:
        rows = sorted(
            (self._names.rows[id_] for id_ in each.decides),
            key=lambda row: (not row.is_treatment, self._names.place[row.id]),
        )
        return ", ".join(f"{row.label} ({row.id})" for row in rows)

    # -- cautions ----------------------------------------------------------------------
    def _caution(self) -> Part:
        plan, items = self._plan, list[Item]()
        asked = {path for each in plan.depends_on for path in each.fields}
        absent: dict[str, dict[str, None]] = {}
        for finding in plan.findings:
            row = self._names.rows.get(finding.statement or "")
            if finding.severity == "Info" and finding.found == "nothing that decides it":
                continue  # said with the treatment, and in what it depends on
            if row is not None and row.kind == "principle" and finding.found == "nothing":
                if finding.field not in asked:
                    absent.setdefault(finding.field, {})[row.id] = None
                continue
            items.append(Item(self._finding(finding), finding.severity))
        if absent:
            named = [
                f"{self._names.field(path)} ({', '.join(ids)})" for path, ids in absent.items()
            ]
            words = f"Not on record, though treatment is chosen by it: {listed(named)}"
            items.append(Item(words, fields=tuple(absent)))
        for row in plan.recommendations:
            foci = [focus for focus in row.foci if focus.status == "due"]
            if row.kind == "alert" and foci:
                words = (
                    self._names.lead(foci) + row.definition.rstrip(".") + self._names.ids([row.id])
                )
                items.append(Item(words, "alert"))
        items += [
            Item(f"{plan.descriptions.get(gap, gap).rstrip('.')}{self._names.ids([gap])}")
            for gap in plan.gaps
        ]
        return Part("Caution", tuple(items))

    def _finding(self, finding: Finding) -> str:
        named = self._names.several and finding.focus != self._names.case
        lead = f"{finding.focus}: " if named else ""
        ids = [finding.statement] if finding.statement else []
        return f"{lead}{finding.message.rstrip('.')}{self._names.ids(ids)}"

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
            words = [self._names.words.fact(fact) for fact in each.because if fact.field != "id"]
            reason = f"{listed(dict.fromkeys(words))} rules out "
            ways.setdefault(reason, {}).setdefault(each.id, []).append(each.focus)
        for reason, rows in ways.items():
            yield Item(reason + listed([self._names.at(id_, foci) for id_, foci in rows.items()]))
