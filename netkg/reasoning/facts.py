"""The facts of a batch of cases, asserted and derived, with their premises.

Subjects, properties and values are plain strings: IRIs for subjects and
properties, N-Triples forms for values. :class:`Facts` stores what is known
about a subject and where each fact comes from; it derives nothing itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

import pyoxigraph as ox

from netkg.namespaces import NETKG, RDF

__all__ = ["Derivation", "Facts"]

SUBJECT = RDF + "subject"
PREDICATE = RDF + "predicate"
OBJECT = RDF + "object"
ABSENCE = NETKG + "absencePremise"
SEARCHED = NETKG + "searchedFor"
THROUGH = NETKG + "throughField"
LINKED = NETKG + "linkedPremise"
NOTHING: dict[str, None] = {}
# The parts of a derivation, by the properties of its node.
PREMISES = {
    NETKG + "premiseProperty": "properties",
    NETKG + "premiseSame": "same",
    NETKG + "premise": "records",
    NETKG + "completePremise": "complete",
    NETKG + "byInterval": "intervals",
}


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


class Facts:
    """An index of facts by subject and property (see the description of the module)."""

    def __init__(self) -> None:
        # Ordered sets: a case can have thousands of events.
        self._values: dict[tuple[str, str], dict[str, None]] = {}
        self._derivations: dict[tuple[str, str, str], Derivation] = {}
        self._asserted: set[tuple[str, str, str]] = set()

    # -- filling -----------------------------------------------------------------
    def record(self, triples: Iterable[ox.Triple]) -> None:
        """Add facts as asserted in a case."""
        for triple in triples:
            key = (triple.subject.value, triple.predicate.value)  # type: ignore[union-attr]
            value = str(triple.object)
            self._values.setdefault(key, {})[value] = None
            self._asserted.add((*key, value))

    def derive(self, triples: Iterable[ox.Triple], rule: str = "") -> list[ox.Triple]:
        """Add the output of the rule with this name, and return its plain facts.

        Derivation nodes become premises and are not returned; premises of
        the same fact are joined.
        """
        plain: list[ox.Triple] = []
        nodes: dict[str, dict[str, list[str]]] = {}
        for triple in triples:
            subject, predicate, object_ = triple.subject, triple.predicate.value, triple.object
            if not isinstance(subject, ox.BlankNode):
                plain.append(triple)
                key = (subject.value, predicate)  # type: ignore[union-attr]
                self._values.setdefault(key, {})[str(object_)] = None
            else:
                text = str(object_) if predicate == OBJECT else object_.value  # type: ignore[union-attr]
                nodes.setdefault(subject.value, {}).setdefault(predicate, []).append(text)
        for node in nodes.values():
            self._join(node, rule)
        return plain

    def _join(self, node: dict[str, list[str]], rule: str) -> None:
        key = (node[SUBJECT][0], node[PREDICATE][0], node[OBJECT][0])
        derivation = self._derivations.setdefault(key, Derivation())
        for property_, name in PREMISES.items():
            getattr(derivation, name).update(dict.fromkeys(sorted(node.get(property_, ()))))
        for absence in node.get(ABSENCE, ()):
            derivation.absences[absence, (node.get(SEARCHED) or [""])[0]] = None
        for property_ in node.get(LINKED, ()):
            derivation.linked[node[THROUGH][0], property_] = None
        derivation.rules[rule] = None

    # -- look-ups --------------------------------------------------------------------
    def values(self, subject: str, property_: str) -> Collection[str]:
        """Return the values of a property, in N-Triples form, in the order they were added."""
        return self._values.get((subject, property_), NOTHING)

    def linked(self, subject: str, property_: str) -> Iterator[str]:
        """Yield the IRIs of the records that a property leads to."""
        for value in self._values.get((subject, property_), ()):
            if value.startswith("<"):
                yield value[1:-1]

    def is_asserted(self, subject: str, property_: str, value: str) -> bool:
        """Return whether a fact is asserted in the case."""
        return (subject, property_, value) in self._asserted

    def derivation(self, subject: str, property_: str, value: str) -> Derivation | None:
        """Return the premises of a derived fact, or None if none are recorded."""
        return self._derivations.get((subject, property_, value))
