"""The facts of one case, asserted and derived, with their premises.

Records are plain IRIs in the look-ups; inside, every term is in N-Triples form, so that what a
property leads to can be looked up in turn. :class:`Facts` stores what is known of a case and
where each fact comes from; it derives nothing itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, TypeAlias

import pyoxigraph as ox

from netkg.namespaces import NETKG, RDF

__all__ = ["PREMISES", "Derivation", "Facts", "Premise"]

SUBJECT = RDF + "subject"
PREDICATE = RDF + "predicate"
OBJECT = RDF + "object"
ABSENCE = NETKG + "absencePremise"
SEARCHED = NETKG + "searchedFor"
THROUGH = NETKG + "throughField"
LINKED = NETKG + "linkedPremise"
# The parts of a derivation, by the properties of its node.
PREMISES: Final = {
    NETKG + "premiseProperty": "properties",
    NETKG + "premiseSame": "same",
    NETKG + "premise": "records",
    NETKG + "completePremise": "complete",
    NETKG + "byInterval": "intervals",
}
# A property of the node of a derivation, and its value in N-Triples form or None.
Premise: TypeAlias = tuple[str, str | None]
Index: TypeAlias = dict[str, dict[str, dict[str, None]]]
NOTHING: Final[dict[str, None]] = {}
NO_INDEX: Final[dict[str, dict[str, None]]] = {}


@dataclass(slots=True)
class Derivation:
    """The premises of one derived fact.

    ``properties`` are properties of the same subject, ``same`` those that pass
    the value itself on, ``records`` the IRIs of events, measurements and other
    records, ``absences`` pairs of a field that was searched without success and
    what was searched for; ``linked`` are pairs of a field and a property of the
    records that it leads to; ``complete`` are fields that were searched completely,
    ``intervals`` the intervals that a number is in, ``rules`` the names of
    the rules that gave the fact. Each is a dictionary without values, a set in the order
    in which its members were added.
    """

    properties: dict[str, None] = field(default_factory=dict)
    same: dict[str, None] = field(default_factory=dict)
    records: dict[str, None] = field(default_factory=dict)
    absences: dict[tuple[str, str], None] = field(default_factory=dict)
    linked: dict[tuple[str, str], None] = field(default_factory=dict)
    complete: dict[str, None] = field(default_factory=dict)
    intervals: dict[str, None] = field(default_factory=dict)
    rules: dict[str, None] = field(default_factory=dict)

    def add(self, rule: str, premises: Iterable[Premise]) -> None:
        """Join the premises of one solution of a rule; those without a value are left out."""
        searched = through = ""
        absences, linked = [], []
        for property_, value in premises:
            if value is None:
                continue
            text = value[1:-1] if value[0] == "<" else value
            if property_ in PREMISES:
                getattr(self, PREMISES[property_])[text] = None
            elif property_ == SEARCHED:
                searched = searched or text
            elif property_ == THROUGH:
                through = through or text
            elif property_ == ABSENCE:
                absences.append(text)
            elif property_ == LINKED:
                linked.append(text)
        for absence in absences:
            self.absences[absence, searched] = None
        for each in linked:
            self.linked[through, each] = None
        self.rules[rule] = None


class Facts:
    """An index of facts by property and subject, and by property and value.

    ``log`` has every fact once, in the order in which they were added; ``asserted`` are those
    that the case itself asserts.
    """

    def __init__(self) -> None:
        # Ordered sets: a case can have thousands of events.
        self.forward: Index = {}
        self.backward: Index = {}
        self.log: list[tuple[str, str, str]] = []
        self.asserted: dict[tuple[str, str, str], None] = {}
        self._proofs: dict[tuple[str, str, str], list[tuple[str, Iterable[Premise]]]] = {}
        self._derivations: dict[tuple[str, str, str], Derivation] = {}

    # -- filling -----------------------------------------------------------------
    def add(self, subject: str, property_: str, value: str) -> None:
        """Add a fact, with its terms in N-Triples form, unless it is known."""
        index = self.forward.get(property_)
        if index is None:
            index = self.forward[property_] = {}
            self.backward[property_] = {}
        values = index.get(subject)
        if values is None:
            index[subject] = {value: None}
        elif value in values:
            return
        else:
            values[value] = None
        back = self.backward[property_]
        subjects = back.get(value)
        if subjects is None:
            back[value] = {subject: None}
        else:
            subjects[subject] = None
        self.log.append((subject, property_, value))

    def record(self, triples: Iterable[ox.Triple]) -> None:
        """Add facts as asserted in a case."""
        for triple in triples:
            key = (str(triple.subject), triple.predicate.value, str(triple.object))
            self.add(*key)
            self.asserted[key] = None

    def prove(
        self, rule: str, subject: str, property_: str, value: str, premises: Iterable[Premise]
    ) -> None:
        """Add the premises that one solution of the rule with this name gives to a fact."""
        # They are joined if somebody asks for them: of most facts, nobody does.
        key = (subject, property_, value)
        found = self._proofs.get(key)
        if found is None:
            self._proofs[key] = [(rule, premises)]
        else:
            found.append((rule, premises))

    def add_output(self, triples: Iterable[ox.Triple], rule: str) -> None:
        """Add the output of the query with this name.

        What it says of blank nodes is how facts were derived, and becomes their premises.
        """
        nodes: dict[str, list[tuple[str, str]]] = {}
        for triple in triples:
            property_, value = triple.predicate.value, str(triple.object)
            if isinstance(triple.subject, ox.BlankNode):
                nodes.setdefault(triple.subject.value, []).append((property_, value))
            else:
                self.add(str(triple.subject), property_, value)
        for node in nodes.values():
            about = dict(node)
            # A fact that lacks a value was not added, so nothing is to be proved.
            if not {SUBJECT, PREDICATE, OBJECT} <= about.keys():
                continue
            subject, property_, value = (about[key] for key in (SUBJECT, PREDICATE, OBJECT))
            self.prove(rule, subject, property_[1:-1], value, sorted(node))

    # -- look-ups --------------------------------------------------------------------
    def values(self, subject: str, property_: str) -> Collection[str]:
        """Return the values of a property, in N-Triples form, in the order they were added."""
        return self.forward.get(property_, NO_INDEX).get(f"<{subject}>", NOTHING)

    def linked(self, subject: str, property_: str) -> Iterator[str]:
        """Yield the IRIs of the records that a property leads to."""
        for value in self.forward.get(property_, NO_INDEX).get(f"<{subject}>", NOTHING):
            if value.startswith("<"):
                yield value[1:-1]

    def is_asserted(self, subject: str, property_: str, value: str) -> bool:
        """Return whether a fact is asserted in the case."""
        return (f"<{subject}>", property_, value) in self.asserted

    def derivation(self, subject: str, property_: str, value: str) -> Derivation | None:
        """Return the premises of a derived fact, or None if none are recorded."""
        return self._derivation((f"<{subject}>", property_, value))

    def _derivation(self, key: tuple[str, str, str]) -> Derivation | None:
        found = self._derivations.get(key)
        if found is None and key in self._proofs:
            found = self._derivations[key] = Derivation()
            for rule, premises in self._proofs[key]:
                found.add(rule, premises)
        return found

    @property
    def derivations(self) -> dict[tuple[str, str, str], Derivation]:
        """The premises of all derived facts."""
        return {key: found for key in self._proofs if (found := self._derivation(key))}
