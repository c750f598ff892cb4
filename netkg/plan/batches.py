"""Cut a stream of cases into batches, and give each case its day of judgement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

import pyoxigraph as ox

from netkg.case.days import parse_day
from netkg.case.model import Case
from netkg.namespaces import NETKG, XSD
from netkg.ontology.schema import netkg

__all__ = ["BATCH", "batches", "temporal_facts"]

BATCH = 25


def batches(cases: Iterable[Case]) -> Iterator[list[Case]]:
    """Cut a stream of cases into batches in which no two share a node."""
    batch: list[Case] = []
    seen: set[str] = set()
    for case in cases:
        nodes = case.nodes
        if len(batch) == BATCH or nodes & seen:
            yield batch
            batch, seen = [], set()
        batch.append(case)
        seen |= nodes
    if batch:
        yield batch


def temporal_facts(case: Case, as_of: date) -> Iterator[ox.Triple]:
    """Give the day of judgement, and every date as a day number."""
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
