"""Find terms by words that resemble theirs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz, process, utils

from netkg.result import Result

__all__ = ["Hit", "search_words"]

# The lowest similarity of words that are shown, of 100.
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
    texts = [(name, text) for name, own in known.items() for text in own]
    found = process.extract(
        words,
        [text for _, text in texts],
        scorer=fuzz.token_ratio,
        processor=utils.default_process,
        score_cutoff=CUTOFF,
        limit=None,
    )
    best: dict[str, tuple[float, int, str]] = {}
    for text, score, place in found:
        name = texts[place][0]
        # Of texts that are as similar, the one of a similar length is meant.
        candidate = (-score, abs(len(text) - len(words)), text)
        best[name] = min(candidate, best.get(name, candidate))
    names = sorted(best, key=lambda name: (*best[name], name))[:limit]
    labels = {name: [*known[name], name][1] for name in names}
    return tuple(Hit(name, labels[name], best[name][2], round(-best[name][0], 1)) for name in names)
