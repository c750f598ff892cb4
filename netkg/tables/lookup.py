"""Names of values by label, synonym or code, and the facts that a code leads to."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from netkg.ontology.schema import Schema
from netkg.ontology.terminology import Terminology
from netkg.suggestions import closest, did_you_mean, listed, meant, same

__all__ = ["CODE_RULES", "TRUTH", "Lookups", "Names"]

TRUTH: Final[Mapping[str, tuple[str, ...]]] = {
    "true": ("yes", "y", "1", "present", "positive"),
    "false": ("no", "n", "0", "absent", "negative"),
}
_WORD: Final = re.compile(r"[^\W\d_]{4,}")
# The code systems whose codes lead to facts by rules, so that a map names no field for them.
CODE_RULES: Final = ("ICD-O-3",)


@dataclass(frozen=True, slots=True)
class Names:
    """The names that a text means, and what to suggest if it is not exactly one."""

    names: tuple[str, ...]
    hint: str = ""


class Lookups:
    """Look-ups in the ontology and the terminologies, each made once."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema

    @cached_property
    def terminology(self) -> Terminology:
        """The mappings to other terminologies."""
        return Terminology.load()

    def names(self, text: str, words: Mapping[str, tuple[str, ...]], codes: str = "") -> Names:
        """Return the names of values that a text means; ``words`` are their labels and synonyms.

        ``codes`` is the code system that the text is of; without one, a text that has a letter
        and a digit is tried as a code of any system.
        """
        found: Collection[str] = () if codes else same(text, words)
        if not found and (codes or _like_a_code(text)):
            found = self.terminology.values_of(text, frozenset(words), codes or None)
        if len(found) == 1:
            return Names(tuple(found))
        if found:
            return Names((), f"It can mean {listed(sorted(found), 'or')}.")
        return Names((), did_you_mean(self.nearest(text, words)))

    def nearest(self, text: str, words: Mapping[str, tuple[str, ...]]) -> list[str]:
        """Return the names that a text may mean, the nearest first.

        These are similar names, else those with a word that is a part of the text.
        """
        if found := meant(text, words):
            return found
        own = set(_WORD.findall(text.casefold()))
        return [
            name
            for name, others in words.items()
            if any(word.casefold() in own for word in (name, *others))
        ][:3]

    def facts(self, code: str, system: str, record: str) -> Mapping[str, str] | None:
        """Return the facts that a code leads to, by field, or None if there is no rule for it.

        ``record`` is the class of the record that the code is about. A morphology and a
        topography can be one code, joined by a hyphen, such as 8240/3-C25.9.
        """
        found: dict[str, str] = {}
        for part in code.split("-"):
            facts = self.terminology.facts_of(part.strip(), system=system, record=record)
            if facts is None or any(
                found.get(name, value) != value for name, value in facts.items()
            ):
                return None
            found |= facts
        return found

    def hint_of_rules(self, rules: str) -> str:
        """Return what to write if the name of some rules is not known."""
        return did_you_mean(closest(rules, CODE_RULES)) or f"Write {listed(CODE_RULES, 'or')}."


def _like_a_code(text: str) -> bool:
    return (
        len(text) <= 20
        and " " not in text
        and any(char.isdigit() for char in text)
        and any(char.isalpha() or char in ":/." for char in text)
    )
