"""Changes of the triples of ontology and shapes, kind by kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise, permutations
from typing import Final, TypeAlias

import pyoxigraph as ox

from netkg.namespaces import NETKG, NETS, SH, XSD, local_name
from netkg.ontology.schema import TYPE, Schema, netkg

__all__ = ["Change", "TurtleMutations"]

Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

SEVERITIES: Final = ("Violation", "Warning", "Info")
BOUNDS: Final = ("minInclusive", "maxInclusive", "minExclusive", "maxExclusive")
DATATYPES: Final = ("decimal", "double", "integer", "boolean", "string", "date")
STEPS: Final = tuple(map(Decimal, ("-1", "-0.01", "0.01", "1", "10")))
# The numbers that rules read in addition to bounds, with others in their place.
NUMBERS: Final = {
    "leastDaysApart": ("0", "179", "181", "365"),
    "daysPerYear": ("365.0", "360.0", "366.0"),
    "stepsPerUnit": ("1", "2", "100"),
    "lowestRank": ("0", "1", "2", "3"),
    "highestRank": ("1", "2", "3", "4"),
}
# The properties of patterns, action rules and exceptions whose values are classes or individuals.
OF_PATTERNS: Final = (
    *("eventClass", "eventStatusIn", "eventOutcomeIs", "eventOutcomeIsNot", "exceptEventClass"),
    *("givesEffect", "whileIn", "concerningTumorIn", "onAction", "ruleOf", "unlessExcluded"),
    *("withValue", "withoutTarget", "onlyIfFound", "voidedByOutcome", "isContinuing"),
    *("confinedToTarget", "standsFor", "alsoDoneWhen", "doneOnlyWhen", "actionGroup"),
)
OF_DETERMINATIONS: Final = ("givesValue", "fieldValue", "ruledOutBy", "countsAsAbsent", "fromField")


@dataclass(frozen=True, slots=True)
class Change:
    """Triples removed and added, with a name that says so, and a group of changes like it."""

    name: str
    group: str
    gone: frozenset[ox.Triple]
    new: tuple[ox.Triple, ...] = ()


class TurtleMutations:
    """The changes of one ontology and its shapes."""

    def __init__(self, ontology: Sequence[ox.Triple], shapes: Sequence[ox.Triple]) -> None:
        self._ontology, self._shapes = ontology, shapes
        self._schema = Schema(ontology)
        self._kinds: dict[str, Callable[[], Iterator[Change]]] = {
            "threshold": self._thresholds,
            "pattern": self._patterns,
            "supersession": self._supersession,
            "months": self._months,
            "openness": self._openness,
            "severity": self._severities,
            "class": self._classes,
        }
        self._owners = {
            triple.object: triple.subject
            for triple in shapes
            if isinstance(triple.object, ox.BlankNode)
        }

    def changes(self, kind: str) -> Iterator[Change]:
        """Yield all changes of a kind."""
        return self._kinds[kind]()

    # -- building changes ---------------------------------------------------------------
    def _values(self, name: str) -> Iterator[ox.Triple]:
        """Yield the triples of the ontology with a property of netkg, in a stable order."""
        found = [t for t in self._ontology if t.predicate.value == NETKG + name]
        return iter(sorted(found, key=str))

    def _of_shapes(self, name: str, namespace: str = SH) -> Iterator[ox.Triple]:
        found = [t for t in self._shapes if t.predicate.value == namespace + name]
        return iter(sorted(found, key=lambda t: (self._say(t.subject), str(t.object))))

    def _replaced(self, triple: ox.Triple, value: Term) -> Change:
        new = ox.Triple(triple.subject, triple.predicate, value)
        said = f"{self._said(triple)} becomes {self._say(value)}"
        return Change(said, self._say(triple.predicate), frozenset({triple}), (new,))

    def _removed(self, *triples: ox.Triple) -> Change:
        said = " and ".join(sorted(map(self._said, triples)))
        group = f"without {self._say(triples[0].predicate)}"
        return Change(f"without {said}", group, frozenset(triples))

    def _added(self, like: ox.Triple, value: Term) -> Change:
        new = ox.Triple(like.subject, like.predicate, value)
        group = f"also {self._say(like.predicate)}"
        return Change(f"also {self._said(new)}", group, frozenset(), (new,))

    def _said(self, triple: ox.Triple) -> str:
        names = (self._say(each) for each in (triple.subject, triple.predicate, triple.object))
        return " ".join(names)

    def _say(self, term: Term) -> str:
        if isinstance(term, ox.BlankNode):
            owner = self._owners.get(term)
            return f"a part of {self._say(owner)}" if owner is not None else "a part"
        return term.value if isinstance(term, ox.Literal) else local_name(str(term).strip("<>"))

    # -- thresholds ----------------------------------------------------------------------
    def _thresholds(self) -> Iterator[Change]:
        intervals = set(self._schema.instances(netkg("Interval")))
        for name in ("lower", "upper"):
            for triple in self._values(name):
                # Figures of evidence have bounds as well.
                if triple.subject in intervals:
                    yield self._removed(triple)
                    yield from self._moved(triple)
            for triple in self._values(f"{name}Closed"):
                yield self._replaced(triple, ox.Literal(triple.object.value != "true"))
        for name, others in NUMBERS.items():
            for triple in self._values(name):
                for text in others:
                    if text != triple.object.value:
                        yield self._replaced(
                            triple, ox.Literal(text, datatype=triple.object.datatype)
                        )
        for name in BOUNDS:
            for triple in self._of_shapes(name):
                # A number of a case is only read as a double if it is very large.
                if not triple.object.datatype.value.endswith("#double"):
                    yield from self._moved(triple)

    def _moved(self, triple: ox.Triple) -> Iterator[Change]:
        """Yield a number with other values, in its datatype."""
        value: ox.Literal = triple.object
        for step in STEPS:
            text = str(Decimal(value.value) + step)
            yield self._replaced(triple, ox.Literal(text, datatype=value.datatype))

    # -- patterns, action rules, exceptions -------------------------------------------------
    def _patterns(self) -> Iterator[Change]:
        for name in OF_PATTERNS:
            used = sorted({t.object for t in self._values(name)}, key=str)
            for triple in self._values(name):
                yield self._removed(triple)
                if isinstance(triple.object, ox.Literal):
                    continue
                held = set(self._schema.objects(triple.subject, triple.predicate))
                for value in self._like(triple.object, used):
                    if value not in held:
                        yield self._replaced(triple, value)
                        if name.startswith(("eventStatus", "eventOutcome", "except")):
                            yield self._added(triple, value)

    def _like(self, value: ox.NamedNode, used: Iterable[ox.NamedNode]) -> Iterator[ox.NamedNode]:
        """Yield the other values of the same value set, or for classes those that are used."""
        types = self._types(value)
        members = [
            each
            for class_ in types
            if class_.value.startswith(NETKG)
            for each in self._schema.instances(class_)
        ]
        named = [each for each in used if isinstance(each, ox.NamedNode)]
        for other in sorted({*named, *members} - {value}, key=lambda node: node.value):
            if types & self._types(other):
                yield other

    def _types(self, value: ox.NamedNode) -> set[ox.NamedNode]:
        """Return what a value is, except that it is an individual."""
        found = set(self._schema.objects(value, TYPE))
        return {each for each in found if local_name(each.value) != "NamedIndividual"}

    # -- supersession ----------------------------------------------------------------------
    def _supersession(self) -> Iterator[Change]:
        table = list(self._values("supersedes"))
        pairs = {(t.subject, t.object) for t in table}
        asked = sorted(
            {
                t.subject
                for t in self._values("appliesTo")
                if self._schema.one(t.subject, netkg("level")) is not None
            },
            key=lambda node: node.value,
        )
        levels = {node: self._schema.one(node, netkg("level")) for node in asked}
        for triple in table:
            yield self._removed(triple)
        for one, other in permutations(asked, 2):
            pair = (one, other)
            if levels[one] == levels[other] and pair not in pairs and is_acyclic({*pairs, pair}):
                yield self._added(ox.Triple(one, netkg("supersedes"), other), other)
        for triple in table:
            rest = pairs - {(triple.subject, triple.object)}
            for other in asked:
                pair = (triple.subject, other)
                allowed = other != triple.subject and levels[other] == levels[triple.subject]
                if allowed and pair not in pairs and is_acyclic({*rest, pair}):
                    yield self._replaced(triple, other)

    # -- months --------------------------------------------------------------------------
    def _months(self) -> Iterator[Change]:
        bounds = {t.subject: {} for t in self._values("leastMonths")}
        for name in ("leastMonths", "greatestMonths"):
            for triple in self._values(name):
                bounds[triple.subject][name] = triple
        for found in bounds.values():
            least, greatest = (int(found[name].object.value) for name in found)
            for name, triple in found.items():
                for number in range(25):
                    low, high = (number, greatest) if name == "leastMonths" else (least, number)
                    if low <= high and number != int(triple.object.value):
                        yield self._replaced(
                            triple, ox.Literal(str(number), datatype=triple.object.datatype)
                        )
            yield self._removed(*found.values())
        for triple in self._values("takesIntervalOf"):
            yield replace(self._removed(triple), group="takesIntervalOf")
            for other in bounds:
                if other not in set(self._schema.objects(triple.subject, triple.predicate)):
                    yield self._replaced(triple, other)

    # -- openness ------------------------------------------------------------------------
    def _openness(self) -> Iterator[Change]:
        flips = [
            self._replaced(t, netkg("Closed" if local_name(t.object.value) == "Open" else "Open"))
            for t in self._values("openness")
        ]
        yield from flips
        for one, other in pairwise(flips):
            name = f"{one.name} and {other.name}"
            yield Change(name, one.group, one.gone | other.gone, (*one.new, *other.new))
        table = list(self._values("leavesOpen"))
        for subject in sorted({t.subject for t in table}, key=str):
            yield self._removed(*(t for t in table if t.subject == subject))
        for triple in table:
            yield replace(self._removed(triple), group="leavesOpen")
            for other in self._like(triple.object, ()):
                yield replace(self._added(triple, other), group="leavesOpen")
        for node in self._schema.instances(netkg("Determination")):
            whole = [t for t in self._ontology if t.subject == node]
            yield Change(f"without {local_name(node.value)}", "Determination", frozenset(whole))
            flag = ox.Triple(node, netkg("countsAsAbsent"), ox.Literal(True))
            yield replace(self._added(flag, flag.object), group="of determinations")
        for change in self._of_determinations():
            yield replace(change, group="of determinations")

    def _of_determinations(self) -> Iterator[Change]:
        for name in OF_DETERMINATIONS:
            used = sorted({t.object for t in self._values(name)}, key=str)
            for triple in self._values(name):
                # A determination without a field, or without a value, is refused.
                if name not in ("fromField", "givesValue"):
                    yield self._removed(triple)
                if isinstance(triple.object, ox.NamedNode):
                    for other in self._like(triple.object, used):
                        yield self._replaced(triple, other)

    # -- shapes --------------------------------------------------------------------------
    def _severities(self) -> Iterator[Change]:
        for triple in self._of_shapes("severity"):
            for name in SEVERITIES:
                if name != local_name(triple.object.value):
                    yield self._replaced(triple, ox.NamedNode(SH + name))

    def _classes(self) -> Iterator[Change]:
        for name in ("class", "targetClass", "targetObjectsOf", "path"):
            found = list(self._of_shapes(name))
            used = sorted({t.object for t in found if isinstance(t.object, ox.NamedNode)}, key=str)
            for place, triple in enumerate(found):
                # The same for value sets and for conditions; a few others for each.
                family = [
                    each for each in used if self._is_set(each) == self._is_set(triple.object)
                ]
                for step in (1, 2, 5):
                    other = family[(place + step) % len(family)] if family else triple.object
                    if other != triple.object:
                        yield self._replaced(triple, other)
        for triple in self._of_shapes("datatype"):
            for name in DATATYPES:
                if not triple.object.value.endswith(f"#{name}"):
                    yield self._replaced(triple, ox.NamedNode(XSD + name))
        # The readers report several values and unknown keys themselves.
        for name, others in (("minCount", ("0", "2")), ("maxCount", ("0",))):
            for triple in self._of_shapes(name):
                for text in others:
                    yield self._replaced(triple, ox.Literal(text, datatype=triple.object.datatype))
        for triple in self._of_shapes("maxCount"):
            least = ox.Triple(
                triple.subject,
                ox.NamedNode(SH + "minCount"),
                ox.Literal("1", datatype=triple.object.datatype),
            )
            yield self._added(least, least.object)
        yield from (self._removed(t) for name in ("not", "or") for t in self._of_shapes(name))
        for triple in self._of_shapes("restsOnVerdict", NETS):
            yield self._removed(triple)
        for triple in self._of_shapes("targetClass"):
            flag = ox.Triple(
                triple.subject, ox.NamedNode(NETS + "restsOnVerdict"), ox.Literal(True)
            )
            yield self._added(flag, flag.object)

    def _is_set(self, term: Term) -> bool:
        """Return whether a class is a set of values that a field can have."""
        return str(term).strip("<>") in self._schema.values


def is_acyclic(pairs: Iterable[tuple[ox.NamedNode, ox.NamedNode]]) -> bool:
    """Return whether no statement supersedes itself, over others."""
    graph: dict[ox.NamedNode, set[ox.NamedNode]] = {}
    for one, other in pairs:
        graph.setdefault(other, set()).add(one)
    try:
        list(TopologicalSorter(graph).static_order())
    except CycleError:
        return False
    return True
