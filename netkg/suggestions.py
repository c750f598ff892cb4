"""Find the names that a misspelt one was likely meant to be."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from typing import Final

__all__ = ["closest", "did_you_mean"]

# How much alike two names must be (0 to 1), as difflib measures it.
CUTOFF: Final = 0.6


def closest(found: str, known: Iterable[str], *, count: int = 3) -> list[str]:
    """Return the known names most like one, whatever its case, the likeliest first.

    If none is alike, names that begin with it are returned.

    >>> closest("positve", ["Negative", "Positive"]), closest("x", ["Positive"])
    (['Positive'], [])
    >>> closest("tum", ["tumors", "events"])
    ['tumors']
    """
    by_folded: dict[str, str] = {}
    for name in known:
        by_folded.setdefault(name.casefold(), name)
    folded = found.casefold()
    names = difflib.get_close_matches(folded, sorted(by_folded), count, CUTOFF)
    if not names and folded:
        names = sorted(name for name in by_folded if name.startswith(folded))[:count]
    return [by_folded[name] for name in names]


def did_you_mean(names: Sequence[str]) -> str:
    """Return the question whether one of these names was meant; empty without names.

    >>> did_you_mean(["TX-09", "TX-19", "TX-29"]), did_you_mean([])
    ('Did you mean TX-09, TX-19 or TX-29?', '')
    """
    if not names:
        return ""
    return f"Did you mean {' or '.join(filter(None, (', '.join(names[:-1]), names[-1])))}?"
