"""The parts of a first screen, and the names that all of them use."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from netkg.plan.model import Focus, Plan, RecordedEvent
from netkg.reasoning.wording import Wording
from netkg.suggestions import listed, sentence

__all__ = ["Item", "Names", "Part"]


@dataclass(frozen=True, slots=True)
class Item:
    """One thing on the screen, and what it shows: events, missing fields, types of orders."""

    words: str
    tone: str = ""
    events: tuple[RecordedEvent, ...] = ()
    fields: tuple[str, ...] = ()
    orders: tuple[str, ...] = ()


@dataclass(frozen=True)
class Part:
    """A part of the screen; the items of a ``folded`` one follow each other on one line."""

    name: str
    items: tuple[Item, ...]
    folded: bool = False

    @cached_property
    def lines(self) -> tuple[Item, ...]:
        """The items as they are below each other."""
        if self.folded and self.items:
            return (Item(sentence("; ".join(item.words for item in self.items))),)
        return tuple(replace(item, words=sentence(item.words)) for item in self.items)


class Names:
    """What the parts of one screen call statements, tumors and fields."""

    def __init__(self, plan: Plan) -> None:
        """Name what a plan has."""
        self.words = Wording(plan.labels)
        self.case = plan.case
        self.rows = {row.id: row for row in plan.recommendations}
        self.place = {id_: place for place, id_ in enumerate(self.rows)}
        self.tumors = {
            focus.focus
            for row in plan.recommendations
            if row.level == "tumor"
            for focus in row.foci
        }
        self.several = len(self.tumors) > 1

    def lead(self, foci: Sequence[Focus]) -> str:
        """Return the names of tumors and a colon; nothing if there is one tumor alone."""
        names = [focus.focus for focus in foci if focus.focus != self.case]
        return f"{listed(names)}: " if self.several and names else ""

    def ids(self, ids: Iterable[str], where: Iterable[str] = ()) -> str:
        """Return the ids of statements in brackets, in the order of the guideline.

        If there are several tumors, those of ``where`` follow.
        """
        ordered = sorted(set(ids), key=lambda id_: self.place.get(id_, len(self.place)))
        tumors = [name for name in where if name != self.case] if self.several else []
        shown = [*ordered, *([listed(tumors)] if tumors else [])]
        return f" ({', '.join(shown)})" if shown else ""

    def at(self, id_: str, foci: Sequence[str]) -> str:
        """Return a statement with the tumors at which something is said of it."""
        return self.rows[id_].label + self.ids([id_], foci)
