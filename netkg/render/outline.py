"""Lay a plan out for reading: what comes first, what follows, and in which words.

An :class:`Outline` holds only strings that are safe to show: characters that
could steer a terminal or reorder a line are written as escapes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from operator import attrgetter

from netkg.case.finding import Finding
from netkg.plan.model import Action, Focus, Plan, Recommendation
from netkg.render.escape import plain
from netkg.render.facts import because
from netkg.render.words import (
    QUIET,
    action_line,
    decided_by,
    open_actions,
    references,
    section_paths,
    sentence,
    when,
)

__all__ = ["Entry", "Open", "Outline", "Part", "Todo", "outline", "plain_finding"]

NO_PLAN = (
    "No plan is made: the case violates the case format or contradicts itself. "
    "Mend what is marked as a violation, then ask again."
)
_ORDER = ("overdue", "due", "alert")


@dataclass(frozen=True, slots=True)
class Todo:
    """Name one thing to do first; ``tone`` is overdue, due or alert."""

    tone: str
    id: str
    what: str
    when: str


@dataclass(frozen=True, slots=True)
class Part:
    """Tell how an applicable statement stands at one focus.

    ``focus`` is empty where the case or its only tumour is meant; ``choice``
    says how several actions combine, else it is empty.
    """

    focus: str
    status: str
    choice: str
    actions: tuple[str, ...]
    because: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """Tell one applicable statement, under its top section and its place in it.

    ``sentence`` says what to do; it is empty where nothing is left to do.
    """

    top: str
    place: str
    id: str
    label: str
    sentence: str
    status: str
    modality: str
    citations: tuple[str, ...]
    parts: tuple[Part, ...]
    caveats: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        """Give the strength of the statement and the references it rests on."""
        strength = "" if self.modality in ("none", self.status) else self.modality
        return "; ".join(part for part in (strength, references(self.citations)) if part)


@dataclass(frozen=True, slots=True)
class Open:
    """Tell one statement that is undetermined, and what would decide it."""

    id: str
    label: str
    focus: str
    decided_by: str


@dataclass(frozen=True, slots=True)
class Outline:
    """Hold a plan in the order in which it is read."""

    title: str
    meta: tuple[tuple[str, str], ...]
    notice: str
    findings: tuple[Finding, ...]
    first: tuple[Todo, ...]
    entries: tuple[Entry, ...]
    open: tuple[Open, ...]
    questions: tuple[tuple[str, str], ...]
    gaps: tuple[tuple[str, str], ...]
    rest: str
    disclaimer: str

    def groups(self) -> Iterator[tuple[str, str, tuple[Entry, ...]]]:
        """Yield the entries by top section and place; a repeated top section is empty."""
        for top, entries in groupby(self.entries, attrgetter("top")):
            heading = top
            for place, members in groupby(entries, attrgetter("place")):
                yield heading, place, tuple(members)
                heading = ""


def plain_finding(finding: Finding) -> Finding:
    """Give a finding whose texts are safe to show."""
    return replace(
        finding,
        focus=plain(finding.focus),
        field=plain(finding.field),
        found=plain(finding.found),
        expected=plain(finding.expected),
        message=plain(finding.message),
    )


def outline(plan: Plan) -> Outline:
    """Lay a plan out for reading."""
    tumours = {
        focus.focus for row in plan.recommendations if row.level != "case" for focus in row.foci
    }
    several = len(tumours) > 1
    applicable = [row for row in plan.recommendations if row.verdict == "applicable"]
    absent = sum(row.verdict == "not-applicable" for row in plan.recommendations)
    document = plan.guideline.label or plan.guideline.iri
    version = f", version {plan.guideline.version}" if plan.guideline.version else ""
    name = plan.case or "(case without id)"
    return Outline(
        title=plain(f"Management plan: {name}" if plan.conforms else f"No plan: {name}"),
        meta=(
            ("As of", plain(plan.as_of)),
            ("Guideline", plain(sentence(document) + version)),
            ("Review status", plain(plan.guideline.review_status)),
        ),
        notice="" if plan.conforms else NO_PLAN,
        findings=tuple(map(plain_finding, plan.findings)),
        first=tuple(_first(plan, applicable, several)),
        entries=tuple(_entry(plan, row, several) for row in applicable),
        open=tuple(_open(plan, several)),
        questions=tuple((plain(q.field), ", ".join(q.decides)) for q in plan.next_questions),
        gaps=tuple((gap, _gap(plan, gap)) for gap in plan.gaps),
        rest=(
            f"{absent} of {len(plan.recommendations)} statements do not apply to this case."
            if plan.conforms and plan.recommendations
            else ""
        ),
        disclaimer=plain(plan.disclaimer),
    )


def _gap(plan: Plan, gap: str) -> str:
    label = sentence(plan.labels.get(gap, ""))
    description = plan.descriptions.get(gap, "")
    return plain(": ".join(part for part in (label, description) if part))


def _foci(row: Recommendation, several: bool) -> list[tuple[Focus, str]]:
    """Pair each focus with the name to show for it, which may be none."""
    return [
        (focus, plain(focus.focus) if several and row.level != "case" else "") for focus in row.foci
    ]


def _first(plan: Plan, rows: Iterable[Recommendation], several: bool) -> list[Todo]:
    """List what presses at any focus; foci at which the same is to be done share a line."""
    found: dict[tuple[str, str, str, str, str], list[str]] = {}
    for row in rows:
        label = sentence(row.label) + (" (consider)" if row.modality == "consider" else "")
        for focus, name in _foci(row, several):
            if focus.status not in ("overdue", "due"):
                continue
            tone = "alert" if row.kind == "alert" else focus.status
            pressing = [a for a in focus.actions if _presses(a, plan.as_of)]
            doing = open_actions(pressing, plan.labels)
            day, words = when(focus.status, pressing, plan.as_of)
            what = f"Beware: {row.label}" if tone == "alert" else label
            if doing.casefold() == row.label.casefold():
                doing = ""
            key = (tone, row.id, f"{what}\n{doing}", words, day if tone == "overdue" else "")
            found.setdefault(key, []).append(name)
    todos = []
    for (tone, id_, body, words, urgency), names in found.items():
        what, doing = body.split("\n")
        shown = ", ".join(name for name in names if name)
        text = what + (f" ({shown})" if shown else "") + (f": {doing}" if doing else "")
        todos.append((_ORDER.index(tone), urgency, Todo(tone, id_, plain(text), words)))
    return [todo for _, _, todo in sorted(todos, key=lambda item: item[:2])]


def _presses(action: Action, as_of: str) -> bool:
    """Say whether an action is asked for now; an alternative always is one to choose."""
    return action.group == "any" or not action.due_from or action.due_from <= as_of


def _entry(plan: Plan, row: Recommendation, several: bool) -> Entry:
    names = [
        plain(sentence(plan.labels.get(path, path.rsplit("/", 1)[-1])))
        for path in section_paths(row.section)
    ]
    return Entry(
        top=names[0],
        place=" / ".join(names[1:]),
        id=row.id,
        label=plain(sentence(row.label)),
        sentence="" if row.status in QUIET else plain(row.definition),
        status="alert" if row.kind == "alert" and row.status == "due" else row.status or "",
        modality=row.modality,
        citations=row.citations,
        parts=tuple(
            _part(plan, focus, name)
            for focus, name in _foci(row, several)
            if focus.verdict == "applicable"
        ),
        caveats=() if row.status in QUIET else tuple(map(plain, row.caveats)),
    )


def _part(plan: Plan, focus: Focus, name: str) -> Part:
    notes = []
    if focus.superseded_by:
        notes.append(f"superseded by {', '.join(focus.superseded_by)}")
    if focus.challenged_by:
        notes.append(f"would give way to {', '.join(focus.challenged_by)}, which is undetermined")
    choice = ""
    if len(focus.actions) > 1:
        choice = "one of" if focus.actions[0].group == "any" else "all of"
    return Part(
        focus=name,
        status=focus.status or "",
        choice=choice,
        actions=tuple(plain(action_line(a, plan.labels, plan.as_of)) for a in focus.actions),
        because=plain(because(focus.because, here=(plan.case, focus.focus), labels=plan.labels)),
        notes=tuple(notes),
    )


def _open(plan: Plan, several: bool) -> Iterator[Open]:
    for row in plan.recommendations:
        label = plain(sentence(row.label))
        foci = [
            (focus, name) for focus, name in _foci(row, several) if focus.verdict == "undetermined"
        ]
        if row.verdict == "undetermined":
            names = ", ".join(name for _, name in foci if name)
            yield Open(row.id, label, names, decided_by(row.missing))
        elif row.verdict == "applicable":
            for focus, name in foci:
                yield Open(row.id, label, name, decided_by(focus.missing))
