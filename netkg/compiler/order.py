"""The order in which a back end evaluates patterns: whatever finds least comes first."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile
from typing import Final

from netkg.compiler import algebra as al

__all__ = ["cheapest", "cost"]

# A table with more rows than this is not where a loop begins.
SHORT: Final = 64


def cheapest(parts: Sequence[al.Pattern], known: frozenset[al.Variable]) -> al.Pattern:
    """Return the cheapest of the first parts, which can be joined in any order.

    What comes after a part that adds to or removes from solutions waits for it.
    """
    ordered = al.Optional | al.Bind | al.Without
    run = list(takewhile(lambda part: not isinstance(part, ordered), parts))
    return min(run, key=lambda part: cost(part, known)) if run else parts[0]


def cost(part: al.Pattern, known: frozenset[al.Variable]) -> float:
    """Return about how much a part finds, from 0 for a test, if some variables have values."""
    match part:
        case al.Match(subject, _, object_) | al.Link(subject, _, object_):
            has_subject, has_object = (
                isinstance(term, al.Constant) or term in known for term in (subject, object_)
            )
            if has_subject:
                return 0.0 if has_object else 3.0 if part.many else 1.0
            return 4.0 if has_object else 4.6 if isinstance(part, al.Link) else 5.0
        case al.Table(columns, rows):
            if len(rows) < 2:
                return 0.5
            keys = [place for place, each in enumerate(columns) if each in known]
            if len(keys) == len(columns):
                return 0.2
            # How many rows a look-up finds.
            found = len(rows) / len({tuple(row[place] for place in keys) for row in rows})
            return 1.5 + min(found / 4, 2) if keys else 4.7 if len(rows) <= SHORT else 5.5
        case al.Aggregate() | al.Select():
            return 2.5
    return 6.0
