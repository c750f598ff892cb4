"""The parts of a first screen, and the names that all of them use."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeAlias

from netkg.plan.model import Plan, Recommendation, RecordedEvent
from netkg.reasoning.wording import Wording
from netkg.suggestions import listed, sentence

__all__ = ["Item", "Names", "Part", "Places"]

# The foci of statements, by the ids of these.
Places: TypeAlias = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Item:
    """One thing on the screen, and what it shows.

    These are events, missing fields (each a path and a focus), and types of orders.
    """

    words: str
    tone: str = ""
    events: tuple[RecordedEvent, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    orders: tuple[str, ...] = ()
    begins_with_name: bool = False

    @property
    def sentence(self) -> str:
        """The words with a capital; the name of a tumor is as it is written in the case."""
        return self.words if self.begins_with_name else sentence(self.words)


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
        return tuple(replace(item, words=item.sentence) for item in self.items)


class Names:
    """What the parts of one screen call statements, tumors and fields."""

    def __init__(self, plan: Plan) -> None:
        """Name what a plan has."""
        self.words = Wording(plan.labels)
        self.rows = {row.id: row for row in plan.recommendations}
        self.place = {id_: place for place, id_ in enumerate(self.rows)}
        self.tumors = {
            focus.focus
            for row in plan.recommendations
            if row.level == "tumor"
            for focus in row.foci
        }
        self.several = len(self.tumors) > 1

    def lead(self, row: Recommendation, foci: Sequence[str]) -> str:
        """Return the names of tumors and a colon; nothing if there is one tumor alone."""
        tumors = self._tumors(row.id, foci)
        return f"{listed(tumors)}: " if tumors else ""

    def ids(self, ids: Iterable[str], where: Sequence[str] = ()) -> str:
        """Return the ids of statements in brackets, in the order of the guideline.

        If there are several tumors, those of ``where`` are named.
        """
        return self.cited([(id_, focus) for id_ in ids for focus in where or ("",)])

    def cited(self, places: Iterable[tuple[str, str]], named: Sequence[str] = ()) -> str:
        """Return statements at foci in brackets, those at the same tumors together.

        All tumors need no name, and so do those in ``named``.
        """
        foci: dict[str, dict[str, None]] = {}
        for id_, focus in sorted(places, key=lambda each: self.place.get(each[0], len(self.place))):
            foci.setdefault(id_, {})[focus] = None
        groups: dict[tuple[str, ...], list[str]] = {}
        for id_, at in foci.items():
            tumors = self._tumors(id_, list(at))
            is_known = set(tumors) <= set(named) or set(tumors) == self.tumors
            groups.setdefault(() if is_known else tuple(tumors), []).append(id_)
        said = [
            ", ".join(ids) + (f" at {listed(tumors)}" if tumors else "")
            for tumors, ids in groups.items()
        ]
        return f" ({'; '.join(said)})" if said else ""

    def named(self, id_: str) -> str:
        """Return a statement by its label and its id."""
        return f"{self.rows[id_].label} ({id_})"

    def at(self, id_: str, foci: Sequence[str], named: Sequence[str] = ()) -> str:
        """Return a statement with the tumors at which something is said of it."""
        return self.rows[id_].label + self.cited([(id_, focus) for focus in foci], named)

    def unless(self, rivals: Sequence[str]) -> str:
        """Return what may yet supersede a statement; nothing without ``rivals``."""
        named = listed(map(self.named, rivals), "or")
        return f"; unless it gives way to {named}" if named else ""

    def _tumors(self, id_: str, foci: Sequence[str]) -> list[str]:
        """Return which foci of a statement are tumors that need a name."""
        row = self.rows.get(id_)
        is_tumor = self.several and (row is None or row.level == "tumor")
        return [name for name in foci if name in self.tumors] if is_tumor else []
