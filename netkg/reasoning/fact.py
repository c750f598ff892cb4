"""Facts: the values and absences that a verdict rests on, and what they were derived from."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as field_
from typing import Any

from netkg.result import Result, json_form

__all__ = ["Fact"]


@dataclass(frozen=True, slots=True)
class Fact(Result):
    """One fact that a verdict rests on, with the facts that it was derived from.

    An asserted fact is recorded in the case. A fact that is neither asserted nor
    derived (``value`` is None) is an absence: the record was searched for what
    ``searched`` names, without success. ``node`` and ``term`` are the record and the
    value as RDF.
    """

    subject: str
    field: str
    value: Any
    asserted: bool
    derived_from: tuple[Fact, ...] = field_(metadata=json_form(key="from"), default=())
    searched: str | None = field_(metadata=json_form(omit=None), default=None)
    node: str = field_(default="", compare=False, repr=False)
    term: str = field_(default="", compare=False, repr=False)

    @property
    def to_show(self) -> Fact:
        """This fact; for a value derived from one absence alone, the absence, which says more."""
        (first, *others) = self.derived_from or (self,)
        return self if others or first.value is not None else first
