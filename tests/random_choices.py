"""What a random case is drawn from: the values, thresholds and days of an ontology.

Everything is read from the ontology, so a value or a threshold that is added there is drawn
as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from typing import Any

import pyoxigraph as ox

from netkg.case.days import add_months
from netkg.namespaces import OWL, local_name
from netkg.ontology.ranges import Bounds, range_bounds
from netkg.ontology.schema import TYPE, Schema, netkg

__all__ = ["Choices"]

# The distance from a threshold to the values next to it.
NEAR = Decimal("0.01")
ENDS = tuple(
    date.fromisoformat(day) for day in ("2024-02-29", "2024-08-31", "2025-01-31", "2025-12-31")
)


@dataclass(frozen=True, slots=True)
class Interval:
    """An interval of numbers; without a bound on a side if that end is None."""

    lower: Decimal | None
    lower_closed: bool
    upper: Decimal | None
    upper_closed: bool

    @property
    def bounds(self) -> list[Decimal]:
        """The ends that it has."""
        return [end for end in (self.lower, self.upper) if end is not None]

    def __contains__(self, value: Decimal | float) -> bool:
        above = self.lower is None or value > self.lower
        below = self.upper is None or value < self.upper
        return (above or (self.lower_closed and value == self.lower)) and (
            below or (self.upper_closed and value == self.upper)
        )


@dataclass(frozen=True)
class Choices:
    """The choices for each field of a case that is evaluated on a day."""

    schema: Schema
    as_of: date

    @cached_property
    def coded(self) -> dict[str, list[str]]:
        """The values of each coded field, by its name."""
        fields = [each for record in self.schema.fields.values() for each in record.values()]
        return {
            field.name: sorted(self.schema.values[field.range])
            for field in fields
            if self.schema.values.get(field.range)
        }

    @cached_property
    def bounds(self) -> Bounds:
        """The fields that record a range of a number, by its name."""
        return range_bounds(self.schema)

    @cached_property
    def booleans(self) -> dict[str, list[bool]]:
        """The fields that are true or false, by name."""
        fields = [each for record in self.schema.fields.values() for each in record.values()]
        return {each.name: [True, False] for each in fields if each.range.endswith("#boolean")}

    # -- numbers -----------------------------------------------------------------------
    @cached_property
    def categories(self) -> dict[str, list[tuple[str, Interval]]]:
        """The intervals that give each category, by its name, with their properties."""
        found: dict[str, list[tuple[str, Interval]]] = {}
        for node in self.schema.instances(netkg("Interval")):
            ends = [self.schema.text(node, netkg(end)) for end in ("lower", "upper")]
            closed = [
                self.schema.text(node, netkg(f"{end}Closed")) == "true"
                for end in ("lower", "upper")
            ]
            lower, upper = (Decimal(end) if end else None for end in ends)
            name = local_name(self.schema.text(node, netkg("ofProperty")))
            category = local_name(self.schema.text(node, netkg("category")))
            interval = Interval(lower, closed[0], upper, closed[1])
            found.setdefault(category, []).append((name, interval))
        return found

    def intervals(self, ending: str) -> list[Interval]:
        """Return the intervals of the properties whose names end like this, in any case."""
        return [
            interval
            for found in self.categories.values()
            for name, interval in found
            if name.lower().endswith(ending.lower())
        ]

    def numbers(self, field: str) -> list[float]:
        """Return numbers at, near and between the bounds of a field or a property of it."""
        intervals = self.intervals(field)
        bounds = sorted({bound for each in intervals for bound in each.bounds})
        between = [(low + high) / 2 for low, high in pairwise(bounds)]
        near = [bound + step for bound in bounds for step in (-NEAR, NEAR, 10)]
        drawn = sorted({*bounds, *between, *near})
        found = [float(value) for value in drawn if any(value in each for each in intervals)]
        # A changed copy of an ontology may have no interval that contains any of them.
        return found or [0.5, 1, 10, 30]

    def amount(self, name: str) -> Decimal:
        """Return a number that the computation of growth reads."""
        return Decimal(self.schema.text(netkg("annualGrowthMm"), netkg(name)))

    @cached_property
    def growths(self) -> list[Decimal]:
        """The annual growths at and next to the bounds, before they are rounded."""
        half = 1 / self.amount("stepsPerUnit") / 2
        bounds = {bound for each in self.intervals("annualGrowthMm") for bound in each.bounds}
        return [
            bound - half + step
            for bound in sorted(bounds) or [Decimal(5)]
            for step in (-NEAR, Decimal(0), NEAR, half, 4 * half, 40 * half)
        ]

    @cached_property
    def gaps(self) -> list[int]:
        """The days from one measurement to the next: at the least, and over whole years."""
        least, year = int(self.amount("leastDaysApart")), self.amount("daysPerYear")
        return [0, 1, least // 2, least - 1, least, least + 1, 365, int(4 * year), int(4 * year)]

    # -- days ------------------------------------------------------------------------
    @cached_property
    def days(self) -> list[date]:
        """The days before the evaluation at which the state of a window may change."""
        months = {
            int(quad.object.value)  # type: ignore[union-attr]
            for bound in ("leastMonths", "greatestMonths")
            for quad in self.schema.store.quads_for_pattern(None, netkg(bound), None)
        }
        edges = [add_months(self.as_of, -number) for number in sorted(months)]
        steps = (timedelta(-1), timedelta(0), timedelta(1))
        return sorted({edge + step for edge in edges for step in steps} | {*ENDS, self.as_of})

    # -- events ----------------------------------------------------------------------
    @cached_property
    def events(self) -> list[str]:
        """The types of events."""
        return sorted(self.schema.event_types)

    @cached_property
    def asked(self) -> list[str]:
        """The types of events that statements, patterns and rules name."""
        found = {
            local_name(quad.object.value)  # type: ignore[union-attr]
            for quad in self.schema.store.quads_for_pattern(None, None, None)
            if isinstance(quad.object, ox.NamedNode)
            and local_name(quad.object.value) in self.schema.event_types
            and not quad.predicate.value.startswith(("http://www.w3.org/", OWL))
            and quad.predicate != TYPE
        }
        return sorted(found)

    def below(self, class_: str) -> list[str]:
        """Return the types of events that are of a class."""
        top = netkg(class_)
        return [name for name in self.events if top in self.schema.superclasses(netkg(name))]

    def implying(self, property_: str, of: list[str]) -> dict[str, Any]:
        """Return which of some values imply a value of another field, by value."""
        found = {name: self.schema.one(netkg(name), netkg(property_)) for name in of}
        return {name: local_name(value.value) for name, value in found.items() if value is not None}
