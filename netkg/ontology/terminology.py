"""Look up our terms and the codes of standard terminologies, both ways.

The mappings are :mod:`netkg.ontology.mappings`, the rules from codes to values of fields
:mod:`netkg.ontology.code_rules`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from collections.abc import Mapping as ReadMapping
from functools import cached_property
from pathlib import Path
from typing import Final

from netkg.namespaces import local_name
from netkg.ontology.code_rules import CodeRule, read_rules
from netkg.ontology.codes import CodeSystem, same_code, system_and_code, system_named
from netkg.ontology.mappings import Mapping, MappingSet, read_sets
from netkg.ontology.schema import SUBCLASS, Schema, netkg
from netkg.ontology.word_search import Hit, search_words

__all__ = ["CodeRule", "Hit", "Mapping", "Terminology"]

_ORDER: Final = ("exactMatch", "narrowMatch", "closeMatch", "broadMatch")
# What a caller may take a code for: first what it means at least, then what is similar.
_TIERS: Final = (("exactMatch", "narrowMatch"), ("closeMatch",))
_LIMIT: Final = 5


class Terminology:
    """The mappings of all sets, opt-in ones too, and the rules of codes.

    A caller keeps the object: loading reads the ontology and all files of mappings.

    >>> terminology = Terminology.load()
    >>> [mapping.subject for mapping in terminology.terms_of("NCIT:C17204")]
    ['CTScan']
    >>> terminology.values_of("C25.0", ["Pancreas", "Lung"], system="ICD-O-3")
    ('Pancreas',)
    >>> terminology.facts_of("82403")
    {'histology': 'NeuroendocrineTumor'}
    """

    def __init__(
        self, schema: Schema, sets: Iterable[MappingSet], rules: Iterable[CodeRule]
    ) -> None:
        self.schema = schema
        self.sets = tuple(sets)
        self.rules = tuple(rules)
        self.mappings: tuple[Mapping, ...] = tuple(
            mapping for each in self.sets for mapping in each.mappings
        )

    @classmethod
    def load(cls, ontology: Path | None = None) -> Terminology:
        """Return the terminology of an ontology, by default that of the package.

        Raises:
            KnowledgeError: if the ontology, a set or a table of rules cannot be read.
        """
        return cls(Schema.load(ontology), read_sets(ontology), read_rules(ontology))

    # -- from codes to terms ---------------------------------------------------------------
    @cached_property
    def systems(self) -> tuple[CodeSystem, ...]:
        """The systems of the codes."""
        return tuple(each.system for each in self.sets if each.system is not None)

    def terms_of(self, code: str, system: str | None = None) -> tuple[Mapping, ...]:
        """Return the mappings of a code: exact, narrow, close, then broad ones, weak ones last.

        The code may be bare (``C3809``), with a prefix (``NCIT:C3809``) or an IRI; case,
        and in ICD and ICD-O points and strokes, do not matter. A bare code can be of
        several systems; ``system`` chooses one by its name (``ICD-O-3``).
        """
        named, bare = system_and_code(code, self.systems)
        if system is not None and (named := system_named(system, self.systems)) is None:
            return ()
        wanted = [named] if named is not None else self.systems
        found = [
            mapping
            for each in wanted
            for mapping in self._by_code.get((each.name, same_code(bare, each.name)), ())
        ]
        return tuple(sorted(found, key=_rank))

    @cached_property
    def _by_code(self) -> ReadMapping[tuple[str, str], list[Mapping]]:
        found: dict[tuple[str, str], list[Mapping]] = {}
        for mapping in self.mappings:
            key = (mapping.system, same_code(mapping.code, mapping.system))
            found.setdefault(key, []).append(mapping)
        return found

    def values_of(
        self, code: str, among: Collection[str], system: str | None = None
    ) -> tuple[str, ...]:
        """Return which of our terms among some a code means, so that a caller takes the only one.

        These are the terms that match the code exactly or are more general (``narrowMatch``);
        if there is none, those with a close match. A code that is more general than a term
        never means it. Weak mappings count only if there is no other. Of a class and its
        subclass, the subclass is returned.
        """
        found = [each for each in self.terms_of(code, system) if each.subject in among]
        for weak in (False, True):
            for tier in _TIERS:
                names = dict.fromkeys(
                    each.subject
                    for each in found
                    if each.predicate in tier and (weak or not each.weak)
                )
                if names:
                    return self._most_specific(names)
        return ()

    def _most_specific(self, names: Iterable[str]) -> tuple[str, ...]:
        own = list(names)
        above = {
            parent
            for name in own
            for parent in self.schema.superclasses(netkg(name)) - {netkg(name)}
        }
        return tuple(sorted(name for name in own if netkg(name) not in above))

    def facts_of(
        self, code: str, *, system: str = "ICD-O-3", record: str = "Tumor"
    ) -> ReadMapping[str, str] | None:
        """Return the values of fields that a code means by the rules, by the names of the fields.

        ``record`` is the class of the record with the code: for ``Tumor`` the code is its
        morphology or the topography of the primary, for ``Metastasis`` the topography of
        the metastasis. The result is None if there is no rule: a morphology without its
        behavior (``8240``) has none. A morphology never gives a grade.
        """
        found = self.rules_of(code, system=system, record=record)
        return {rule.field: rule.value for rule in found} or None

    def rules_of(
        self, code: str, *, system: str | None = None, record: str | None = None
    ) -> tuple[CodeRule, ...]:
        """Return the rules of a code, with their sources (see :meth:`facts_of`)."""
        named, bare = system_and_code(code, self.systems)
        if system is not None:
            named = system_named(system, self.systems)
        return tuple(
            rule
            for rule in self.rules
            if (named.name if named is not None else rule.system) == rule.system
            and record in (None, rule.record)
            and same_code(rule.code, rule.system) == same_code(bare, rule.system)
        )

    # -- from words to terms ---------------------------------------------------------------
    def search(self, words: str, limit: int = _LIMIT) -> tuple[Hit, ...]:
        """Return the terms with a name, label, synonym or code label like these words.

        >>> [hit.name for hit in Terminology.load().search("octreotide LAR", limit=1)]
        ['OctreotideLAR']
        """
        return search_words(words, self._words, limit=limit)

    @cached_property
    def _words(self) -> ReadMapping[str, tuple[str, ...]]:
        """The words for each term that a case can name, or that has a mapping."""
        schema = self.schema
        top = {netkg("NeuroendocrineNeoplasm")}
        tumors = {
            local_name(quad.subject.value)  # type: ignore[union-attr]
            for quad in schema.store.quads_for_pattern(None, SUBCLASS, None)
            if top & schema.superclasses(quad.subject)  # type: ignore[arg-type]
        }
        names = {
            *schema.event_types,
            *tumors,
            *(name for values in schema.values.values() for name in values),
            *(name for fields in schema.fields.values() for name in fields),
            *(mapping.subject for mapping in self.mappings),
        }
        own = {name: list(words) for name, words in schema.words(names).items() if words}
        for mapping in self.mappings:
            if mapping.label and mapping.predicate in _TIERS[0] + _TIERS[1]:
                own.setdefault(mapping.subject, []).append(mapping.label)
        return {name: (name, *words) for name, words in sorted(own.items())}

    # -- from terms to codes ---------------------------------------------------------------
    def codes_of(self, term: str) -> tuple[Mapping, ...]:
        """Return the mappings of one of our terms by its name, by system and strength."""
        found = [mapping for mapping in self.mappings if mapping.subject == term]
        return tuple(sorted(found, key=lambda each: (each.opt_in, each.system, *_rank(each))))

    def reason(self, term: str) -> str:
        """Return why one of our classes has no mapping, empty if it has one or needs none."""
        found = (each.reason for own in self.sets for each in own.unmapped if each.subject == term)
        return next(found, "")


def _rank(mapping: Mapping) -> tuple[bool, int, str, str, str]:
    strength = _ORDER.index(mapping.predicate)
    return (mapping.weak, strength, mapping.subject, mapping.system, mapping.code)
