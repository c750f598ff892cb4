"""The first screen of a plan: what a tumor board reads, each thing once.

A screen is a list of parts in the order of importance, each with its items. The record
gives an event or an order to the first part that shows it; an item names what it shows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from netkg.case.finding import Finding
from netkg.ontology.conditions import with_article
from netkg.plan.model import Dependency, Plan
from netkg.plan.status import OPEN
from netkg.render.screen_parts import Item, Names, Part, Places
from netkg.render.screen_record import Record
from netkg.render.screen_treatment import Treatment
from netkg.render.words import case_name
from netkg.suggestions import listed

__all__ = ["FirstScreen"]


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
        several = self._names.several
        yield Part("Patient", (Item(plan.summary.line, begins_with_name=several),))
        if plan.closed:
            yield Part("Deceased", (Item("Nothing is to be done any more; all steps are closed."),))
            yield self._input()
            return
        treatment = Treatment(plan, self._names, self._record)
        now, choices = treatment.now(), treatment.choices()
        waiting, scheduled = self._record.to_order(), self._record.scheduled()
        yield treatment.given()
        yield now if now.items or choices.items else treatment.none()
        yield choices
        yield self._depends_on()
        yield self._caution()
        yield waiting
        yield scheduled
        yield self._record.done()
        near = self._near_misses()
        yield Part("Does not apply", (*treatment.left(), *near), folded=True)
        yield self._input()

    def _input(self) -> Part:
        found = (each for each in self._plan.findings if each.is_about_input)
        return Part("Input", tuple(Item(self._finding(each), each.severity) for each in found))

    # -- questions ---------------------------------------------------------------------
    def _depends_on(self) -> Part:
        decided: set[str] = set()
        items, others = [], []
        for each in self._plan.depends_on:
            if set(each.decides) <= decided:
                others.append(each)
                continue
            words = f"{self._asked(each)} → {self._decided(each, decided)}"
            decided |= set(each.decides)
            items.append(Item(words, fields=_fields(each)))
        if others:
            named = [f"{self._asked(each)}{self._names.ids(each.decides)}" for each in others]
            fields = tuple(field for each in others for field in _fields(each))
            items.append(Item(f"Also needed: {listed(named)}", fields=fields))
        return Part("Depends on", tuple(items))

    def _asked(self, each: Dependency) -> str:
        words = listed([self._names.words.field(path) for path in each.fields], "or")
        of_tumor = any(path.startswith("tumors.") for path in each.fields)
        foci = [focus for focus in each.foci if focus in self._names.tumors]
        is_named = self._names.several and of_tumor and foci
        return f"{words} of {listed(foci)}" if is_named else words

    def _decided(self, each: Dependency, named: set[str]) -> str:
        """Return what a question decides; what an earlier one named already, by its id alone."""
        rows = [self._names.rows[id_] for id_ in each.decides if id_ not in named]
        rows.sort(key=lambda row: (not row.is_treatment, self._names.place[row.id]))
        words = ", ".join(self._names.named(row.id) for row in rows)
        also = [id_ for id_ in each.decides if id_ in named]
        return f"{words}; also {', '.join(also)}" if also else words

    # -- cautions ----------------------------------------------------------------------
    def _caution(self) -> Part:
        plan = self._plan
        asked = {(path, at) for each in plan.depends_on for path in each.fields for at in each.foci}
        said = {
            (rival, focus.focus)
            for row in plan.recommendations
            for focus in row.foci
            # Such a step is shown together with what may take its place.
            if focus.status in OPEN and row.kind != "alert"
            for rival in focus.challenged_by
        }
        absent: dict[str, list[tuple[str, str]]] = {}
        first, last = list[Item](), list[Item]()
        for finding in plan.findings:
            row = self._names.rows.get(finding.statement or "")
            challenges = finding.severity == "Info" and finding.found == "nothing that decides it"
            if finding.is_about_input:
                continue  # shown last
            if challenges and (finding.statement, finding.focus) in said:
                continue  # shown with the step, and in what it depends on
            if row is not None and row.kind == "principle" and finding.found == "nothing":
                if (finding.field, finding.focus) not in asked:
                    absent.setdefault(finding.field, []).append((row.id, finding.focus))
                continue
            found = last if finding.severity == "Info" else first
            found.append(Item(self._finding(finding), finding.severity))
        if absent:
            named = [
                self._names.words.field(path) + self._names.cited(places)
                for path, places in absent.items()
            ]
            words = f"Not on record, though treatment is chosen by it: {listed(named)}"
            fields = tuple((path, at) for path, places in absent.items() for _, at in places)
            first.append(Item(words, "Warning", fields=tuple(dict.fromkeys(fields))))
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

    def _said_at(self, words: str, ids: Sequence[str], foci: Sequence[str] = ()) -> str:
        words = words.rstrip(".")
        if not ids:
            tumors = [f for f in foci if self._names.several and f in self._names.tumors]
            return words + (f" (at {listed(tumors)})" if tumors else "")
        return words + self._names.ids(ids, foci)

    # -- what does not apply -----------------------------------------------------------
    def _near_misses(self) -> Iterator[Item]:
        """Yield the near misses by the condition that fails."""
        reasons: dict[str, Places] = {}
        for each in self._plan.near_misses:
            notes = [self._names.words.note(fact) for fact in each.because if fact.field != "id"]
            reason = ", ".join(dict.fromkeys(notes))
            reason = f"only for {with_article(each.condition)}" if each.condition else reason
            reasons.setdefault(reason, {}).setdefault(each.id, []).append(each.focus)
        for reason, places in reasons.items():
            rows = [self._names.at(id_, foci) for id_, foci in places.items()]
            yield Item(f"{listed(rows)}: {reason}")


def _fields(each: Dependency) -> tuple[tuple[str, str], ...]:
    return tuple((path, focus) for path in each.fields for focus in each.foci)
