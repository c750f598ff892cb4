"""Facts: the values and absences that a verdict rests on, and what they were derived from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field as field_
from typing import Any, ClassVar

from netkg.result import JSON, ColumnTypes, Result, json_form

__all__ = ["Fact"]


@dataclass(frozen=True, slots=True)
class Fact(Result):
    """One fact that a verdict rests on, with the facts that it was derived from.

    An asserted fact is recorded in the case. A fact that is neither asserted nor
    derived (``value`` is None) is an absence: the record was searched for what
    ``searched`` names, without success. ``node`` and ``term`` are the record and the
    value as RDF.
    """

    row_types: ClassVar[ColumnTypes] = {
        "depth": int,
        "subject": str,
        "field": str,
        "value": Any,
        "asserted": bool,
        "searched": str,
    }
    subject: str
    field: str
    value: Any
    asserted: bool
    derived_from: tuple[Fact, ...] = field_(metadata=json_form(key="from"), default=())
    searched: str | None = field_(metadata=json_form(omit=None), default=None)
    node: str = field_(default="", compare=False, repr=False)
    term: str = field_(default="", compare=False, repr=False)

    def to_rows(self) -> list[JSON]:
        """Return one row per fact, each before those that it was derived from."""
        return [
            {"depth": depth, **{name: getattr(fact, name) for name in tuple(self.row_types)[1:]}}
            for depth, fact in self.walk_levels()
        ]

    def walk_levels(self, depth: int = 0) -> Iterator[tuple[int, Fact]]:
        """Yield this fact and all that it was derived from, each with its depth."""
        yield depth, self
        for fact in self.derived_from:
            yield from fact.walk_levels(depth + 1)

    @property
    def to_show(self) -> Fact:
        """This fact; for a value derived from one absence alone, the absence, which says more."""
        (first, *others) = self.derived_from or (self,)
        return self if others or first.value is not None else first
