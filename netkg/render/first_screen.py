"""The first screen of a plan: what a tumor board reads, each thing once.

A screen is a list of parts in the order of importance, each with its items. An item
knows which events, missing fields and orders it shows, so that nothing is shown twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final, TypeAlias

from netkg.case.finding import Finding
from netkg.ontology.amounts import interval
from netkg.ontology.conditions import with_article
from netkg.plan.model import Dependency, Focus, Plan, Recommendation
from netkg.render.screen_parts import Item, Names, Part
from netkg.render.screen_record import Record
from netkg.render.words import case_name
from netkg.suggestions import listed

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
        # What gives way, until it is shown with what takes its place.
        self._replaced = self._superseded()
        self.parts = tuple(part for part in self._parts() if part.items)

    def _parts(self) -> Iterator[Part]:
        plan = self._plan
        yield Part("Patient", (Item(plan.summary.line),))
        if plan.closed:
            yield Part("Deceased", (Item("Nothing is to be done any more; all steps are closed."),))
            return
        now = self._now()
        choices = self._choices()
        waiting = self._record.to_order()
        scheduled = self._record.scheduled()
        yield self._given()
        if not (now.items or choices.items):
            now = Part("Treatment now", (Item(self._no_treatment()),))
        yield now
        yield choices
        yield self._depends_on()
        yield self._caution()
        yield waiting
        yield scheduled
        yield self._record.done()
        yield Part("Does not apply", tuple(self._does_not_apply()), folded=True)

    # -- treatment ---------------------------------------------------------------------
    def _given(self) -> Part:
        events = [event for event in self._plan.treatments if id(event) in self._record.events]
        items = [self._record.event(event) for event in events]
        if not self._plan.treatments:
            items.append(Item("no treatment on record"))
        return Part("Given", tuple(items), folded=True)

    def _no_treatment(self) -> str:
        """Return that the guideline gives no treatment now, and what it repeats."""
        asked = {id_ for each in self._plan.depends_on for id_ in each.decides}
        is_open = any(self._names.rows[id_].is_treatment for id_ in asked)
        until = " before the questions below are answered" if is_open else ""
        requests = (each for order in self._plan.orders for each in order.requests)
        months = {each.statement: each.months for each in requests if each.months}
        often = [f"{self._names.at(id_, ())}, {interval(each)}" for id_, each in months.items()]
        only = f", except {listed(often)}" if often else ""
        return f"nothing by the guideline{until}{only}"

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
        here = [focus.focus for focus in foci]
        lead = self._names.lead(foci) + self._said(row, foci[0], types)
        rivals = [self._names.rows[id_].label for id_ in foci[0].challenged_by]
        after = f"; unless it gives way to {listed(rivals, 'or')}, see below" if rivals else ""
        after += "".join(f"; {words}" for words in row.evidence)
        if replaced := self._replaced.pop(row.id, None):
            # Where it gives way need not be repeated.
            gone = {id_: [at for at in where if at not in here] for id_, where in replaced.items()}
            after += f"; in place of {self._statements(gone)}"
        if orders:
            any_of = foci[0].actions[0].group == "any"
            item = self._record.treatment(row.id, orders, here, any_of=any_of)
            return replace(item, words=f"{lead}{item.words}{after}", tone=status)
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
        return Item(f"{lead}: {when}{self._names.ids([row.id])}{after}", status, planned)

    def _said(self, row: Recommendation, focus: Focus, types: Sequence[str]) -> str:
        """Return the label of a statement, and its actions where they say more."""
        names = [self._names.words.term(name) for name in types]
        # Of "chromogranin A test" the label "chromogranin A in surveillance" says enough.
        if len(names) == 1 and names[0].rpartition(" ")[0] in row.label:
            names = []
        group = focus.actions[0].group if focus.actions else "all"
        said = listed(names, "or" if group == "any" else "and")
        if row.label.casefold() in said.casefold():
            return said
        return f"{row.label}, {said}" if names else row.label

    def _choices(self) -> Part:
        items = []
        for row in self._plan.recommendations:
            foci = [focus for focus in row.foci if focus.status == "option"]
            if foci:
                types = [action.type for action in foci[0].actions if not action.done]
                said = self._said(row, foci[0], types)
                words = self._names.lead(foci) + said + self._names.ids([row.id])
                items.append(Item("; ".join([words, *row.evidence])))
        return Part("Choices", tuple(items))

    def _depends_on(self) -> Part:
        decided: set[str] = set()
        items, others = [], []
        for each in self._plan.depends_on:
            if set(each.decides) <= decided:
                others.append(each)
                continue
            words = f"{self._asked(each)} → {self._decided(each, decided)}"
            decided |= set(each.decides)
            items.append(Item(words, fields=each.fields))
        if others:
            named = [f"{self._asked(each)}{self._names.ids(each.decides)}" for each in others]
            fields = tuple(field for each in others for field in each.fields)
            items.append(Item(f"Also needed: {listed(named)}", fields=fields))
        return Part("Depends on", tuple(items))

    def _asked(self, each: Dependency) -> str:
        words = listed([self._names.words.field(path) for path in each.fields], "or")
        of_tumor = any(path.startswith("tumors.") for path in each.fields)
        foci = [focus for focus in each.foci if focus != self._names.case]
        is_named = self._names.several and of_tumor and foci
        return f"{words} of {listed(foci)}" if is_named else words

    def _decided(self, each: Dependency, named: set[str]) -> str:
        """Return what a question decides; what an earlier one named already, by its id alone."""
        rows = [self._names.rows[id_] for id_ in each.decides if id_ not in named]
        rows.sort(key=lambda row: (not row.is_treatment, self._names.place[row.id]))
        words = ", ".join(f"{row.label} ({row.id})" for row in rows)
        also = [id_ for id_ in each.decides if id_ in named]
        return f"{words}; also {', '.join(also)}" if also else words

    # -- cautions ----------------------------------------------------------------------
    def _caution(self) -> Part:
        plan = self._plan
        asked = {path for each in plan.depends_on for path in each.fields}
        absent: dict[str, dict[str, None]] = {}
        first, last = list[Item](), list[Item]()
        for finding in plan.findings:
            row = self._names.rows.get(finding.statement or "")
            if finding.severity == "Info" and finding.found == "nothing that decides it":
                continue  # said with the treatment, and in what it depends on
            if row is not None and row.kind == "principle" and finding.found == "nothing":
                if finding.field not in asked:
                    absent.setdefault(finding.field, {})[row.id] = None
                continue
            found = last if finding.severity == "Info" else first
            found.append(Item(self._finding(finding), finding.severity))
        if absent:
            named = [
                self._names.words.field(path) + self._names.ids(ids) for path, ids in absent.items()
            ]
            words = f"Not on record, though treatment is chosen by it: {listed(named)}"
            first.append(Item(words, "Warning", fields=tuple(absent)))
        alerts = [
            Item(self._said_at(row.definition, [row.id], [focus.focus for focus in foci]), "alert")
            for row in plan.recommendations
            if row.kind == "alert" and (foci := [f for f in row.foci if f.status == "due"])
        ]
        gaps = [Item(self._said_at(plan.descriptions.get(gap, gap), [gap])) for gap in plan.gaps]
        return Part("Caution", (*first, *alerts, *gaps, *last))

    def _finding(self, finding: Finding) -> str:
        named = finding.statement and finding.statement not in finding.message
        ids = [finding.statement] if finding.statement and named else []
        return self._said_at(finding.message, ids, [finding.focus])

    def _said_at(self, words: str, ids: Iterable[str], foci: Iterable[str] = ()) -> str:
        return words.rstrip(".") + self._names.ids(ids, foci)

    # -- what does not apply -----------------------------------------------------------
    def _does_not_apply(self) -> Iterator[Item]:
        """Yield what else gives way, and the near misses by the condition that fails."""
        for ids, rows in self._replaced.items():
            takes = "takes" if ids in self._names.rows else "take"
            yield Item(f"{self._rivals(ids)} {takes} the place of {self._statements(rows)}")
        reasons: dict[str, _Places] = {}
        for each in self._plan.near_misses:
            notes = [self._names.words.note(fact) for fact in each.because if fact.field != "id"]
            reason = ", ".join(dict.fromkeys(notes))
            reason = f"only for {with_article(each.condition)}" if each.condition else reason
            reasons.setdefault(reason, {}).setdefault(each.id, []).append(each.focus)
        for reason, rows in reasons.items():
            yield Item(f"{self._statements(rows)}: {reason}")

    def _superseded(self) -> dict[str, _Places]:
        """Return the statements that give way, and where, by the ids of their rivals."""
        found: dict[str, _Places] = {}
        for row in self._plan.recommendations:
            for focus in row.foci:
                if focus.status == "superseded":
                    places = found.setdefault(" ".join(focus.superseded_by), {})
                    places.setdefault(row.id, []).append(focus.focus)
        return found

    def _rivals(self, ids: str) -> str:
        return listed([f"{self._names.rows[id_].label} ({id_})" for id_ in ids.split()])

    def _statements(self, rows: _Places) -> str:
        return listed([self._names.at(id_, foci) for id_, foci in rows.items()])
