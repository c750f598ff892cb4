"""Suggest names for a misspelled one, and write names in a sentence."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

__all__ = ["closest", "did_you_mean", "listed", "meant", "same", "sentence"]

# The lowest similarity of two names (0 to 1, as difflib measures it), the similarity of a
# name that begins with what was written, and how far others may be from the best.
CUTOFF: Final = 0.6
PREFIX: Final = 0.9
SPREAD: Final = 0.1

_JOINTS: Final = re.compile(r"[\s_\-\u2010\u2013]+")


def same(found: str, words: Mapping[str, Iterable[str]]) -> list[str]:
    """Return the names that are written like one, or whose labels and synonyms are.

    Case, spaces, hyphens and underscores are ignored.

    >>> same("magnetic-resonance imaging ", {"MRIScan": ["MRI", "magnetic resonance imaging"]})
    ['MRIScan']
    """
    wanted = _plain(found)
    return sorted(
        name
        for name, others in words.items()
        if wanted and wanted in (_plain(name), *map(_plain, others))
    )


def closest(found: str, known: Iterable[str], *, count: int = 3) -> list[str]:
    """Return the known names most similar to one, ignoring case, the most similar first.

    A name that differs only in spaces, hyphens or underscores is the only one.

    >>> closest("positve", ["Negative", "Positive"]), closest("x", ["Positive"])
    (['Positive'], [])
    >>> closest("ki67", ["ki67GradeGroup", "ki67Percent", "ki67Grade", "kind"], count=2)
    ['ki67Grade', 'ki67Percent']
    """
    return meant(found, dict.fromkeys(known, ()), count=count)


def meant(found: str, words: Mapping[str, Iterable[str]], *, count: int = 3) -> list[str]:
    """Return the names that were probably meant; ``words`` are their labels and synonyms.

    A name with the same word (see :func:`same`) comes first, then names with a label or
    synonym that contains the word, unless these are many, then similar names, then similar
    labels and synonyms.

    >>> meant("PET", {"FDGPET": ["FDG PET"], "CopperPET": ["copper PET"], "CTScan": ["CT"]})
    ['CopperPET', 'FDGPET']
    >>> meant("refusd", {"completed": ["done"], "declined": ["refused"]})
    ['declined']
    """
    part = re.compile(rf"\b{re.escape(found.strip())}\b", re.IGNORECASE)
    within = [name for name, others in words.items() if any(map(part.search, others))]
    few = sorted(within) if found.strip() and len(within) <= count else []
    if names := same(found, words) or few or _similar(found, words):
        return names[:count]
    owners = {word: name for name, others in words.items() for word in others}
    return list(dict.fromkeys(owners[word] for word in _similar(found, owners)))[:count]


def _plain(word: str) -> str:
    return _JOINTS.sub("", word).casefold()


def _similar(found: str, known: Iterable[str]) -> list[str]:
    """Return the known words most similar to one, ignoring case, the most similar first."""
    wanted, scores, ratios = found.casefold(), dict[str, float](), dict[str, float]()
    matcher = difflib.SequenceMatcher(b=wanted)
    for name in known:
        folded = name.casefold()
        matcher.set_seq1(folded)
        begins = wanted and folded.startswith(wanted)
        # Two upper bounds of the ratio, which are fast, exclude most names.
        if begins or (matcher.real_quick_ratio() >= CUTOFF and matcher.quick_ratio() >= CUTOFF):
            ratios[name] = matcher.ratio()
            scores[name] = max(ratios[name], PREFIX if begins else 0.0)
    least = max(max(scores.values(), default=0.0) - SPREAD, CUTOFF)
    names = sorted(scores, key=lambda name: (-scores[name], -ratios[name], name))
    return [name for name in names if scores[name] >= least]


def did_you_mean(names: Sequence[str]) -> str:
    """Return a question that suggests these names; empty without names.

    >>> did_you_mean(["TX-09", "TX-19", "TX-29"]), did_you_mean([])
    ('Did you mean TX-09, TX-19 or TX-29?', '')
    """
    return f"Did you mean {listed(names, 'or')}?" if names else ""


def listed(names: Iterable[str], word: str = "and") -> str:
    """Join names with commas, and the last one with a word.

    >>> listed(["a", "b", "c"], "or"), listed(["a"]), listed([])
    ('a, b or c', 'a', '')
    """
    *others, last = list(names) or [""]
    return f"{', '.join(others)} {word} {last}" if others else last


def sentence(label: str) -> str:
    """Return a label that begins with a capital, unless its first word has others.

    >>> sentence("tissue diagnosis"), sentence("mTOR inhibitor"), sentence("")
    ('Tissue diagnosis', 'mTOR inhibitor', '')
    """
    first = label.split(" ", 1)[0]
    return label[:1].upper() + label[1:] if first.islower() else label
