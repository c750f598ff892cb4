"""Facts of a case in words: as they are written in it, or by the labels of the ontology."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from netkg.case.shown import shown
from netkg.reasoning.fact import Fact

__all__ = ["because"]


def because(
    facts: Iterable[Fact], *, here: Sequence[str], labels: Mapping[str, str] | None = None
) -> str:
    """Return the facts for a verdict on one line, each fact once.

    Facts of the subjects in ``here`` are not preceded by a name; ``labels`` name what
    was searched for but not found.

    >>> ki67 = Fact("t1", "ki67Percent", 5.0, True)
    >>> because([Fact("t1", "grade", "G2", False, (ki67,))], here=("c", "t1"))
    'grade G2 ← ki67Percent 5'
    >>> because([Fact("c", "events", None, False, (), "tissue biopsy")], here=("c",))
    'no tissue biopsy recorded'
    >>> because([Fact("c", "id", "c", True)], here=("c",))
    'it concerns every case'
    """
    # That there is a case or a tumor is shown only if there is no other fact.
    others = [fact for fact in facts if fact.field != "id"]
    if not others:
        return f"it concerns every {'case' if here[0] == here[-1] else 'tumor'}"
    seen: set[tuple[str, str, str]] = set()
    return "; ".join(text for fact in others if (text := _fact(fact, here, labels or {}, seen)))


def _fact(
    fact: Fact, here: Sequence[str], labels: Mapping[str, str], seen: set[tuple[str, str, str]]
) -> str:
    """Return a fact and, after arrows, what it was derived from; nothing if it was seen before.

    >>> absent = Fact("t1", "events", None, False, (), "MRIScan")
    >>> _fact(Fact("t1", "seen", "No", False, (absent,)), ("t1",), {"MRIScan": "MRI scan"}, set())
    'no MRI scan recorded'
    """
    key = (fact.subject, fact.field, fact.searched or shown(fact.value))
    if key in seen:
        return ""
    seen.add(key)
    sources = _plain_sources(fact)
    if len(sources) == 1 and sources[0].value is None:
        return _fact(sources[0], here, labels, seen)
    subject = "" if fact.subject in here else fact.subject
    if fact.value is None:
        name = fact.searched or fact.field
        text = f"{f'{subject}: ' if subject else ''}no {labels.get(name, name)} recorded"
    else:
        text = f"{subject} {fact.field} {shown(fact.value)}".lstrip()
    parts = [part for source in sources if (part := _fact(source, here, labels, seen))]
    if len(parts) > 1:
        parts = [f"({part})" if "←" in part else part for part in parts]
    return " ← ".join(filter(None, (text, ", ".join(parts))))


def _plain_sources(fact: Fact) -> tuple[Fact, ...]:
    """Return what a fact was derived from, without steps that only pass its value on."""
    sources = fact.derived_from
    while len(sources) == 1 and sources[0].derived_from and sources[0].value == fact.value:
        sources = sources[0].derived_from
    return sources
