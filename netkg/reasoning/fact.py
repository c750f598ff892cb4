"""Define a fact: a value or an absence behind a verdict, and what it was derived from."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as field_
from typing import Any

from netkg.result import JSON, Result

__all__ = ["Fact"]


@dataclass(frozen=True, slots=True)
class Fact(Result):
    """Tell one fact behind a verdict, and the facts that it was derived from.

    An asserted fact stands in the case as written. A fact that is neither
    asserted nor derived (``value`` None) is an absence: the record was
    searched for it and does not hold it; ``searched`` says for what.
    ``node`` and ``term`` tell the record and the value as RDF.
    """

    subject: str
    field: str
    value: Any
    asserted: bool
    derived_from: tuple[Fact, ...] = ()
    searched: str | None = None
    node: str = field_(default="", compare=False, repr=False)
    term: str = field_(default="", compare=False, repr=False)

    def to_dict(self) -> JSON:
        """Give the fact in its documented JSON form (``from`` for ``derived_from``)."""
        body: JSON = {
            "subject": self.subject,
            "field": self.field,
            "value": self.value,
            "asserted": self.asserted,
            "from": [fact.to_dict() for fact in self.derived_from],
        }
        if self.searched is not None:
            body["searched"] = self.searched
        return body
