"""Fill in a random case so that a condition of the guideline may be met.

Few cases fall into a narrow population by chance. A condition is walked down to its leaves, one
of several ways at random, and the field of each leaf is given a value that fits. What the
leaf asks for is read from the ontology: the determinations of a derived property, the interval
of a category, the class and the status of an event.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final, cast

import pyoxigraph as ox
from random_choices import Choices, Interval

from netkg.namespaces import NETKG, local_name
from netkg.ontology.criteria import (
    Criterion,
    HasValue,
    IntersectionOf,
    NamedClass,
    SomeValuesFrom,
    UnionOf,
)
from netkg.ontology.guideline import Statement
from netkg.ontology.schema import Schema, netkg
from netkg.plan.engine import Engine

__all__ = ["Aims"]

JSON = dict[str, Any]
MOST: Final = 30
TRUTH: Final = {"true": True, "false": False}


class Aims:
    """The conditions of one engine: populations, gaps, and what shapes report as a caution."""

    def __init__(self, engine: Engine, choices: Choices) -> None:
        self._choices = choices
        self._schema: Schema = engine.schema
        self._statements = {id(s.population): s for s in engine.catalogue.verdict_bearing}
        populations = [cast(Criterion, s.population) for s in engine.catalogue.verdict_bearing]
        gaps = [gap.condition for gap in engine.catalogue.gaps]
        targeted = [engine.compiler.compile(class_) for class_ in engine.validator.classes]
        # Some conditions are met by every record.
        self.conditions = [each for each in (*populations, *gaps, *targeted) if leaves(each)]
        self._categories: dict[str, list[tuple[str, Interval]]] = choices.categories
        self._patterns = {
            engine.schema.text(node, netkg("closes")): node
            for node in engine.schema.instances(netkg("EventPattern"))
        }
        # The names in each condition, to find those that a mutation concerns.
        self._names = [frozenset(self._named(each)) for each in self.conditions]
        self._common = Counter(name for names in self._names for name in names)
        # A narrow population is not often met, so it is aimed at more often.
        self._weights = [min(leaves(each), MOST) for each in self.conditions]

    def _named(self, criterion: Criterion) -> Iterator[str]:
        """Yield the names of all terms in a condition, and of the fields that they depend on."""
        if statement := self._statements.get(id(criterion)):
            yield from (statement.id, *statement.actions)
        if isinstance(criterion, HasValue):
            yield from (local_name(value.strip("<>")) for value in criterion.values)
            yield from (way.field for way in criterion.determinations)
            if criterion.property in self._patterns:
                yield local_name(self._patterns[criterion.property].value)
        for name in ("class_", "property"):
            if hasattr(criterion, name):
                yield local_name(getattr(criterion, name))
        for part in (*getattr(criterion, "parts", ()), *below(criterion)):
            yield from self._named(part)

    def _about(self, words: frozenset[str]) -> list[float]:
        """Return weights of the conditions, by how much they have to do with some words."""
        found = [
            sum(1 / self._common[word] ** 2 for word in names & words) for names in self._names
        ]
        return found if any(found) else [float(weight) for weight in self._weights]

    def aim(self, case: JSON, rng: random.Random, words: frozenset[str] = frozenset()) -> None:
        """Change a case so that it may meet one condition, at one of its tumors.

        Of several conditions, one is chosen that has to do with some words, if there is one.
        """
        (chosen,) = rng.choices(self.conditions, self._about(words))
        tumor = rng.choice(case["tumors"])
        self._fill(chosen, case, tumor, rng)
        if statement := self._statements.get(id(chosen)):
            self._act(statement, case, rng)
        if rng.random() < 0.25:
            self._forget(case, tumor, rng)

    def _forget(self, case: JSON, tumor: JSON, rng: random.Random) -> None:
        """Remove the value of an open field of a tumor or of its case."""
        fields = self._schema.fields
        found = [
            (record, key)
            for kind, record in (("Case", case), ("Tumor", tumor))
            for key in sorted(record)
            if key in fields[kind] and fields[kind][key].open
        ]
        if found:
            record, key = rng.choice(found)
            del record[key]

    def happen(self, type_: str, status: str, case: JSON, rng: random.Random) -> JSON:
        """Add an event, without a target."""
        event: JSON = {"type": type_, "status": status}
        if rng.random() < 0.6:
            event["date"] = rng.choice(self._choices.days).isoformat()
        case.setdefault("events", []).append(event)
        return event

    def _act(self, statement: Statement, case: JSON, rng: random.Random) -> None:
        """Add events that count for a statement, or that it takes the place of."""
        status = rng.choice(self._choices.coded["status"])
        asked = [(name, status) for name in statement.actions if rng.random() < 0.7]
        for class_ in self._schema.objects(statement.node, netkg("takesThePlaceOf")):
            asked += [(local_name(class_.value), "planned")] * 2
        for name, wanted in asked:
            if name in self._schema.event_types:
                self.happen(rng.choice(self._choices.below(name)), wanted, case, rng)

    def _fill(self, criterion: Criterion, case: JSON, record: JSON, rng: random.Random) -> None:
        if isinstance(criterion, IntersectionOf):
            for part in criterion.parts:
                self._fill(part, case, record, rng)
        elif isinstance(criterion, UnionOf | NamedClass):
            self._fill(rng.choice(criterion.parts), case, record, rng)
        elif isinstance(criterion, SomeValuesFrom):
            self._fill(criterion.filler, case, self._linked(criterion, case, record, rng), rng)
        elif isinstance(criterion, HasValue):
            self._leaf(criterion, case, record, rng)

    def _linked(
        self, criterion: SomeValuesFrom, case: JSON, record: JSON, rng: random.Random
    ) -> JSON:
        """Return a record that a property leads to; for metastases, one may be added."""
        name = local_name(criterion.property)
        if name == "metastases" and not case.get(name):
            case[name] = [{"id": "m1"}]
        return rng.choice(case[name]) if case.get(name) else record

    def _leaf(self, leaf: HasValue, case: JSON, record: JSON, rng: random.Random) -> None:
        values = [value[1:-1] for value in sorted(leaf.values) if value.startswith("<")]
        name = local_name(leaf.property)
        if leaf.property in self._patterns:
            found = NETKG + "Recorded" in values
            self._pattern(self._patterns[leaf.property], found, case, record, rng)
            return
        ways = [way for way in leaf.determinations if way.gives is None or way.gives & leaf.values]
        if name in self._choices.coded or name in self._choices.booleans:
            self._set(name, rng.choice(sorted(leaf.values)), case, record)
        elif ways:
            way = rng.choice(ways)
            given = sorted(leaf.values & way.choices if way.gives is None else way.gives)
            if way.choices:
                fitting = [way.when] if way.when else given if way.gives is None else way.choices
                if fitting:
                    self._set(way.field, rng.choice(sorted(fitting)), case, record)
            else:
                category = local_name(rng.choice(sorted(leaf.values & set(given)))[1:-1])
                self._number(category, record, rng)

    def _set(self, field: str, value: str, case: JSON, record: JSON) -> None:
        """Set a field to a value that is in N-Triples form, in the record that has the field."""
        text = local_name(value[1:-1]) if value.startswith("<") else value.split('"')[1]
        fields = self._schema.fields
        kind = next(kind for kind in fields if field in fields[kind])
        where = case if kind == "Case" else record
        plain = TRUTH.get(text, text)
        where[field] = plain if fields[kind][field].single else [plain]

    def measure(self, property_: str, record: JSON, rng: random.Random) -> None:
        """Record a number, or measurements, for a property that has intervals."""
        found = [
            category
            for category, intervals in sorted(self._categories.items())
            if property_ in [name for name, _ in intervals]
        ]
        if found:
            self._number(rng.choice(found), record, rng, property_)

    def _number(self, category: str, record: JSON, rng: random.Random, property_: str = "") -> None:
        """Record a number, or measurements, of a category."""
        intervals = self._categories.get(category, [])
        fitting = [each for each in intervals if not property_ or each[0] == property_]
        if not fitting:
            return
        name, interval = rng.choice(fitting)
        if name in self._schema.fields["Tumor"]:
            fields = [n for n in self._choices.numbers(name) if n in interval]
            record[name] = rng.choice(fields or self._choices.numbers(name))
        elif name == "annualGrowthMm":
            growths = self._choices.growths
            growths = [each for each in growths if round(each, 1) in interval] or growths
            gap = int(4 * self._choices.amount("daysPerYear"))
            grown = 8 + rng.choice(growths) * gap / self._choices.amount("daysPerYear")
            record["measurements"] = [self._measured(8, gap), self._measured(float(grown), 0)]
        else:
            diameters = self._choices.numbers("diameterMm")
            mm = rng.choice([n for n in diameters if n in interval] or diameters)
            earlier = name.startswith("earlier")
            measured = self._measured(mm, rng.choice(self._choices.gaps) if earlier else 0)
            if earlier or rng.random() < 0.5:
                record.setdefault("measurements", []).append(measured)
            else:
                record["measurements"] = [measured]

    def _measured(self, diameter: float, days: int) -> JSON:
        day = self._choices.as_of - timedelta(days)
        return {"date": day.isoformat(), "diameterMm": diameter}

    def _pattern(
        self, pattern: ox.NamedNode, found: bool, case: JSON, record: JSON, rng: random.Random
    ) -> None:
        """Add an event that matches a pattern, or remove all that may match it."""
        values = {
            name: sorted(
                local_name(value.value) for value in self._schema.objects(pattern, netkg(name))
            )
            for name in ("eventClass", "eventStatusIn", "eventOutcomeIs")
        }
        types = [name for class_ in values["eventClass"] for name in self._choices.below(class_)]
        if not found:
            kept = [each for each in case.get("events", ()) if each["type"] not in types]
            case["events"] = kept
            return
        event = self.happen(rng.choice(types), rng.choice(values["eventStatusIn"]), case, rng)
        if values["eventOutcomeIs"]:
            event["outcome"] = rng.choice(values["eventOutcomeIs"])
        if rng.random() < 0.3 and "id" in record:
            event["target"] = record["id"]


def leaves(criterion: Criterion) -> int:
    """Return how many values a condition asks for."""
    if isinstance(criterion, HasValue):
        return 1
    return sum(map(leaves, (*getattr(criterion, "parts", ()), *below(criterion))))


def below(criterion: Criterion) -> tuple[Criterion, ...]:
    """Return the condition on linked records, if it is one on these."""
    return (criterion.filler,) if isinstance(criterion, SomeValuesFrom) else ()
