"""Names of values by label, synonym or code, and the facts that a code leads to."""

from __future__ import annotations

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
# What a map writes under codes for facts by rules, and what of the code they are about.
CODE_RULES: Final = ("ICD-O-3 topography", "ICD-O-3 morphology", "ICD-O-3 metastasis")


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

    def names(
        self, text: str, words: Mapping[str, tuple[str, ...]], codes: str = ""
    ) -> Names:
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
        return Names((), did_you_mean(meant(text, words)))

    def facts(self, code: str, rules: str) -> Mapping[str, str] | None:
        """Return the facts that a code leads to, by field, or None if there is no rule for it."""
        system, _, part = rules.rpartition(" ")
        return self.terminology.facts_of(code, system=system, part=part)

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
