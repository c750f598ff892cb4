"""The dates of a case as day numbers, since SPARQL 1.1 has no date arithmetic."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pyoxigraph as ox

from netkg.case.days import parse_day
from netkg.case.model import Case
from netkg.namespaces import NETKG, XSD

__all__ = ["temporal_facts"]


def temporal_facts(case: Case, as_of: date) -> Iterator[tuple[str, str, str]]:
    """Yield the evaluation date, and every date as a day number, with terms in N-Triples form."""
    node = str(case.node)
    yield node, f"{NETKG}asOf", f'"{as_of.isoformat()}"^^<{XSD}date>'
    yield node, f"{NETKG}dayNumber", _integer(as_of.toordinal())
    for triple in case.triples:
        name = triple.predicate.value.removeprefix(NETKG)
        if name in ("date", "deceasedDate") and isinstance(triple.object, ox.Literal):
            day = parse_day(triple.object.value)
            if day is not None and triple.object.datatype.value == XSD + "date":
                property_ = "dayNumber" if name == "date" else "deceasedDay"
                yield str(triple.subject), NETKG + property_, _integer(day.toordinal())


def _integer(number: int) -> str:
    return f'"{number}"^^<{XSD}integer>'
