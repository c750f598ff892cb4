"""The facts that a verdict rests on, on one line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from netkg.case.shown import shown
from netkg.reasoning.fact import Fact
from netkg.reasoning.wording import Wording

__all__ = ["because"]


def because(facts: Iterable[Fact], *, here: Sequence[str], words: Wording) -> str:
    """Return the facts for a verdict on one line, each fact once.

    Facts of the subjects in ``here`` are not preceded by a name. There is nothing to say
    of a statement that concerns every case or every tumor.

    >>> words = Wording({"ki67Percent": "Ki-67 index", "G2": "grade 2"})
    >>> ki67 = Fact("t1", "ki67Percent", 5.0, True)
    >>> because([Fact("t1", "grade", "G2", False, (ki67,))], here=("c", "t1"), words=words)
    'grade: grade 2 ← Ki-67 index: 5 %'
    >>> because([Fact("c", "events", None, False, (), "biopsy")], here=("c",), words=words)
    'no biopsy recorded'
    >>> because([Fact("c", "id", "c", True)], here=("c",), words=words)
    ''
    """
    seen: set[tuple[str, str, str]] = set()
    said = (_fact(fact, here, words, seen) for fact in facts if fact.field != "id")
    return "; ".join(filter(None, said))


def _fact(fact: Fact, here: Sequence[str], words: Wording, seen: set[tuple[str, str, str]]) -> str:
    """Return a fact and, after arrows, what it was derived from; nothing if it was seen before.

    >>> absent = Fact("t1", "events", None, False, (), "MRIScan")
    >>> words = Wording({"MRIScan": "MRI scan"})
    >>> _fact(Fact("t1", "seen", "No", False, (absent,)), ("t1",), words, set())
    'no MRI scan recorded'
    """
    key = (fact.subject, fact.field, fact.searched or shown(fact.value))
    if key in seen:
        return ""
    seen.add(key)
    sources = _plain_sources(fact)
    if len(sources) == 1 and sources[0].value is None:
        return _fact(sources[0], here, words, seen)
    subject = "" if fact.subject in here else f"{fact.subject}: "
    text = subject + words.fact(fact)
    parts = [part for source in sources if (part := _fact(source, here, words, seen))]
    if len(parts) > 1:
        parts = [f"({part})" if "←" in part else part for part in parts]
    return " ← ".join(filter(None, (text, ", ".join(parts))))


def _plain_sources(fact: Fact) -> tuple[Fact, ...]:
    """Return what a fact was derived from, without steps that only pass its value on."""
    sources = fact.derived_from
    while len(sources) == 1 and sources[0].derived_from and sources[0].value == fact.value:
        sources = sources[0].derived_from
    return sources
