"""Find terms by words that resemble theirs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz, utils

from netkg.result import Result

__all__ = ["ALL", "Hit", "search_words"]

# The similarity of a text with all words, and the lowest that is shown.
ALL: Final = 100.0
CUTOFF: Final = 80.0


@dataclass(frozen=True, slots=True)
class Hit(Result):
    """A term that was found, the words of it that were, and their similarity, of 100 at most."""

    name: str
    label: str
    matched: str
    score: float


def search_words(
    words: str, known: Mapping[str, Iterable[str]], *, limit: int = 5
) -> tuple[Hit, ...]:
    """Return the names whose words are most similar to some, the most similar first.

    ``known`` has for each name its words, the name itself and the label first.

    >>> known = {"CTScan": ("CTScan", "CT scan"), "MRIScan": ("MRIScan", "MRI scan")}
    >>> [hit.name for hit in search_words("ct-scan", known)][0]
    'CTScan'
    >>> search_words("liver", known)
    ()
    """
    wanted = utils.default_process(words)
    best: dict[str, tuple[float, int, str]] = {}
    for name, own in known.items():
        for text in own:
            if score := _similarity(wanted, utils.default_process(text)):
                # Of texts that are as similar, the one of a similar length is meant.
                candidate = (-score, abs(len(text) - len(words)), text)
                best[name] = min(candidate, best.get(name, candidate))
    names = sorted(best, key=lambda name: (*best[name], name))[:limit]
    labels = {name: [*known[name], name][1] for name in names}
    return tuple(Hit(name, labels[name], best[name][2], round(-best[name][0], 1)) for name in names)


def _similarity(wanted: str, text: str) -> float:
    """Return how similar a text is, of 100; that with all of the words is the most similar."""
    parts = set(wanted.split())
    if parts and parts <= set(text.split()):
        return ALL
    return fuzz.token_sort_ratio(wanted, text, score_cutoff=CUTOFF)
