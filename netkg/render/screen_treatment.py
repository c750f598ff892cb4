"""The treatment on a first screen: what is given, what is due now, and the choices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from netkg.ontology.amounts import interval
from netkg.plan.model import Action, Focus, Plan, Recommendation, RecordedEvent, by_record
from netkg.plan.status import OPEN
from netkg.render.screen_parts import Item, Names, Part, Places
from netkg.render.screen_record import Record, planned_for
from netkg.suggestions import listed

__all__ = ["Treatment"]

_NOW: Final = tuple(status for status in OPEN if status != "option")
# The statuses of treatment that asks for nothing more.
_OVER: Final = frozenset({"done", "tried", "declined"})


class Treatment:
    """What a first screen shows of treatment; the record keeps what it has not shown yet."""

    def __init__(self, plan: Plan, names: Names, record: Record) -> None:
        """Begin with all that gives way to other statements."""
        self._plan = plan
        self._names = names
        self._record = record
        self._tests = {order.type for order in plan.orders}
        self._events = by_record(plan.recorded)
        # What gives way, by the ids of its rivals, until it is shown with them.
        self._replaced: dict[str, Places] = {}
        for row in plan.recommendations:
            for focus in row.foci:
                if focus.status == "superseded":
                    places = self._replaced.setdefault(" ".join(focus.superseded_by), {})
                    places.setdefault(row.id, []).append(focus.focus)

    def given(self) -> Part:
        """Return the treatment on record that no other part shows."""
        events = [event for event in self._plan.treatments if id(event) in self._record.events]
        items = [self._record.event(event) for event in events]
        if not self._plan.treatments:
            items.append(Item("no treatment on record"))
        return Part("Given", tuple(items), folded=True)

    def now(self) -> Part:
        """Return the treatment that is overdue, due, planned or scheduled."""
        found = [
            (_NOW.index(status), self._names.place[row.id], self._due(row, status, foci))
            for row in self._plan.recommendations
            if row.is_treatment
            for status, foci in self._groups(row, _NOW)
        ]
        found.sort(key=lambda each: each[:2])
        return Part("Treatment now", tuple(item for _, _, item in found))

    def choices(self) -> Part:
        """Return the options."""
        items = []
        for row in self._plan.recommendations:
            for _, foci in self._groups(row, ("option",)):
                here = [focus.focus for focus in foci]
                lead = self._names.lead(row, here)
                words = lead + self._said(row, foci[0]) + self._names.ids([row.id])
                words += self._names.unless(foci[0].challenged_by)
                items.append(Item("; ".join([words, *row.evidence]), begins_with_name=bool(lead)))
        return Part("Choices", tuple(items))

    def none(self) -> Part:
        """Return that the guideline gives no treatment now, and what it repeats."""
        asked = {id_ for each in self._plan.depends_on for id_ in each.decides}
        is_open = any(self._names.rows[id_].is_treatment for id_ in asked)
        is_over = any(
            row.is_treatment and focus.status in _OVER
            for row in self._plan.recommendations
            for focus in row.foci
        )
        requests = [each for order in self._plan.orders for each in order.requests]
        foci: Places = {}
        for each in requests:
            if each.months and each.focus not in foci.setdefault(each.statement, []):
                foci[each.statement].append(each.focus)
        often = {each.statement: interval(each.months) for each in requests if each.months}
        repeated = [f"{self._names.at(id_, foci[id_])}, {words}" for id_, words in often.items()]
        words = f"nothing {'more ' if is_over else ''}by the guideline"
        words += " before the questions below are answered" if is_open else ""
        words += f", except {listed(repeated)}" if repeated else ""
        return Part("Treatment now", (Item(words),))

    def left(self) -> Iterator[Item]:
        """Yield what gives way to statements that are not shown as treatment now."""
        for ids, places in self._replaced.items():
            rivals = [self._names.named(id_) for id_ in ids.split()]
            takes = "takes" if len(rivals) == 1 else "take"
            yield Item(f"{listed(rivals)} {takes} the place of {self._statements(places)}")

    def _statements(self, places: Places, named: Sequence[str] = ()) -> str:
        return listed([self._names.at(id_, foci, named) for id_, foci in places.items()])

    # -- one statement -----------------------------------------------------------------
    def _groups(
        self, row: Recommendation, statuses: Sequence[str]
    ) -> Iterator[tuple[str, list[Focus]]]:
        """Yield the foci at which the same is to be done, with its status."""
        groups: dict[tuple[object, ...], list[Focus]] = {}
        for focus in row.foci:
            if focus.status in statuses:
                actions = [(each.type, each.done, self._planned([each])) for each in focus.actions]
                is_test = any(each.type in self._tests for each in focus.actions)
                key = (focus.status, focus.challenged_by, () if is_test else tuple(actions))
                groups.setdefault(key, []).append(focus)
        for foci in groups.values():
            yield str(foci[0].status), foci

    def _due(self, row: Recommendation, status: str, foci: Sequence[Focus]) -> Item:
        """Return a treatment to be given now, or the tests that it consists of."""
        here = [focus.focus for focus in foci]
        lead = self._names.lead(row, here)
        words = lead + self._said(row, foci[0])
        after = "".join(f"; {each}" for each in row.evidence)
        if replaced := self._replaced_by(row, here):
            after += f"; in place of {self._statements(replaced, here)}"
        actions = [action for action in foci[0].actions if not action.done]
        types = [action.type for action in actions]
        if self._tests & set(types):
            any_of = actions[0].group == "any"
            item = self._record.treatment(row.id, types, here, any_of=any_of)
            words = f"{words}{item.words}{after}"
            return replace(item, words=words, tone=status, begins_with_name=bool(lead))
        events = self._planned([a for focus in foci for a in focus.actions if not a.done])
        own = tuple(event for event in events if self._record.events.pop(id(event), None))
        if status == "planned":
            when = planned_for(self._planned(actions), self._plan.as_of)
        else:
            partly = [
                f"{self._names.words.term(each.type)} {planned_for(found, self._plan.as_of)}"
                for each in actions
                if (found := self._planned([each]))
            ]
            when = ", ".join([status, *partly])
        unless = self._names.unless(foci[0].challenged_by)
        words = f"{words}: {when}{self._names.ids([row.id])}{unless}{after}"
        return Item(words, status, own, begins_with_name=bool(lead))

    def _planned(self, actions: Iterable[Action]) -> tuple[RecordedEvent, ...]:
        """Return the planned events that count for actions."""
        found = {
            id(record): self._events[id(record)] for action in actions for record in action.records
        }
        return tuple(event for event in found.values() if event.status == "planned")

    def _replaced_by(self, row: Recommendation, here: Sequence[str]) -> Places:
        """Return what gives way to a statement at foci, which is then shown."""
        found, left = Places(), Places()
        for id_, foci in self._replaced.get(row.id, {}).items():
            for focus in foci:
                into = found if row.level == "case" or focus in here else left
                into.setdefault(id_, []).append(focus)
        if left:
            self._replaced[row.id] = left
        else:
            self._replaced.pop(row.id, None)
        return found

    def _said(self, row: Recommendation, focus: Focus) -> str:
        """Return the label of a statement, and its open actions where they say more."""
        open_ = [action for action in focus.actions if not action.done]
        names = [self._names.words.term(action.type) for action in open_]
        # Of "chromogranin A test" the label "chromogranin A in surveillance" says enough.
        if len(names) == 1 and names[0].rpartition(" ")[0] in row.label:
            names = []
        said = listed(names, "or" if open_ and open_[0].group == "any" else "and")
        if row.label.casefold() in said.casefold():
            return said
        return f"{row.label}, {said}" if names else row.label
