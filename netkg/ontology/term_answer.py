"""The answer to a look-up of words or of a code: our terms, their codes, and the rules."""

from __future__ import annotations

from dataclasses import dataclass

from netkg.errors import InputError
from netkg.namespaces import NETKG, local_name
from netkg.ontology.code_rules import CodeRule
from netkg.ontology.mappings import Mapping
from netkg.ontology.schema import SUBCLASS, netkg
from netkg.ontology.terminology import Terminology
from netkg.ontology.word_search import ALL
from netkg.result import Result
from netkg.suggestions import did_you_mean, same

__all__ = ["Term", "TermAnswer", "look_up"]


@dataclass(frozen=True, slots=True)
class Term(Result):
    """One of our terms: its place in the hierarchy, and its codes.

    ``broader`` are the labels of the classes above it, the most general first; ``unmapped``
    is the reason why a class has no code.
    """

    name: str
    iri: str
    label: str
    definition: str
    synonyms: tuple[str, ...]
    broader: tuple[str, ...]
    codes: tuple[Mapping, ...]
    unmapped: str


@dataclass(frozen=True, slots=True)
class TermAnswer(Result):
    """The terms that were found, and for a code its matches and the rules for it."""

    words: str
    terms: tuple[Term, ...]
    matches: tuple[Mapping, ...]
    rules: tuple[CodeRule, ...]


def look_up(words: str, terminology: Terminology) -> TermAnswer:
    """Return what words or a code mean.

    >>> [term.label for term in look_up("C3809", Terminology.load()).terms]
    ['neuroendocrine neoplasm']

    Raises:
        InputError: if nothing is found; it suggests similar terms.
    """
    matches, rules = terminology.terms_of(words), terminology.rules_of(words)
    names = list(dict.fromkeys(mapping.subject for mapping in matches))
    if not matches and not rules:
        names = _named(words, terminology)
    return TermAnswer(words, tuple(_term(name, terminology) for name in names), matches, rules)


def _named(words: str, terminology: Terminology) -> list[str]:
    """Return the terms with a name, label or synonym like words, or else all that contain them."""
    hits = terminology.search(words)
    own = terminology.schema.words([hit.name for hit in hits])
    names = same(words, own) or [hit.name for hit in hits if hit.score >= ALL]
    if not names:
        raise InputError(
            f"no term and no code is called {words!r}",
            expected="a name, a label, a synonym or a code",
            hint=did_you_mean([hit.label for hit in hits[:3]]),
        )
    return names


def _term(name: str, terminology: Terminology) -> Term:
    schema = terminology.schema
    label, *synonyms = schema.words([name])[name] or (name,)
    return Term(
        name=name,
        iri=NETKG + name,
        label=label,
        definition=schema.definition(name),
        synonyms=tuple(synonyms),
        broader=_broader(name, terminology),
        codes=terminology.codes_of(name),
        unmapped=terminology.reason(name),
    )


def _broader(name: str, terminology: Terminology) -> tuple[str, ...]:
    """Return the labels of the classes on one way up, from the top; of several, the first."""
    schema, found = terminology.schema, list[str]()
    node = netkg(name)
    while parents := sorted(
        (
            parent
            for parent in schema.objects(node, SUBCLASS)
            if parent.value.startswith(NETKG) and parent.value != node.value
        ),
        key=lambda parent: parent.value,
    ):
        node = netkg(local_name(parents[0].value))
        label = schema.label(node)
        if label in found:
            break
        found.insert(0, label)
    return tuple(found)
