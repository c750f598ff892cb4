"""Batches of cases that are evaluated together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from netkg.case.model import Case

__all__ = ["batches"]

# Each pass over a batch has a cost of its own, and long batches slow the queries down.
BATCH = 40


def batches(cases: Iterable[Case]) -> Iterator[list[Case]]:
    """Yield batches of cases in which no two cases share a node."""
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
