"""The case as it was read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from netkg.case.finding import Finding

__all__ = ["Case"]


@dataclass(frozen=True, slots=True)
class Case:
    """One case, as read: its node, its triples and the findings on its form.

    ``id`` is as written, empty if it is missing; ``triples`` are
    normalized (decimals, booleans, dates, values as IRIs); ``names`` maps the
    IRI of the case, of a tumor or metastasis to its id; ``records`` maps the
    IRI of an event or measurement to its JSON object; ``tumors`` and
    ``metastases`` are in order; ``line`` is known for NDJSON only.
    """

    id: str
    node: ox.NamedNode | ox.BlankNode
    triples: tuple[ox.Triple, ...]
    names: Mapping[str, str]
    tumors: tuple[ox.NamedNode, ...]
    metastases: tuple[ox.NamedNode, ...]
    records: Mapping[str, Any]
    findings: tuple[Finding, ...]
    source: str
    line: int | None

    @property
    def nodes(self) -> frozenset[str]:
        """The IRIs of all its records, including those without a triple."""
        return frozenset({self.node.value, *self.names, *self.records})
