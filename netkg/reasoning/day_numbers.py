"""The dates of a case as day numbers, since SPARQL 1.1 has no date arithmetic."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pyoxigraph as ox

from netkg.case.days import parse_day
from netkg.case.model import Case
from netkg.namespaces import NETKG, XSD
from netkg.ontology.schema import netkg

__all__ = ["temporal_facts"]


def temporal_facts(case: Case, as_of: date) -> Iterator[ox.Triple]:
    """Yield the evaluation date, and every date as a day number."""
    yield ox.Triple(
        case.node, netkg("asOf"), ox.Literal(as_of.isoformat(), datatype=ox.NamedNode(XSD + "date"))
    )
    yield ox.Triple(case.node, netkg("dayNumber"), ox.Literal(as_of.toordinal()))
    for triple in case.triples:
        name = triple.predicate.value.removeprefix(NETKG)
        if name in ("date", "deceasedDate") and isinstance(triple.object, ox.Literal):
            day = parse_day(triple.object.value)
            if day is not None and triple.object.datatype.value == XSD + "date":
                property_ = "dayNumber" if name == "date" else "deceasedDay"
                yield ox.Triple(triple.subject, netkg(property_), ox.Literal(day.toordinal()))
