"""What the ontology says of the numbers in a field: unit, bounds, and the limit of a result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from netkg.namespaces import local_name
from netkg.ontology.schema import Field, Schema, netkg

__all__ = ["UNIT_OF_VALUES", "Limit", "bounds_of", "limit_of"]

UNIT_OF_VALUES, LOWER_BOUND_OF, UPPER_BOUND_OF, BOUND_CLOSED = (
    netkg(name) for name in ("unitOfValues", "lowerBoundOf", "upperBoundOf", "boundClosed")
)
LIMIT_OF, MEANS_ABOVE, MEANS_WITHIN = (
    netkg(name) for name in ("limitOf", "meansAbove", "meansWithin")
)


def bounds_of(schema: Schema, field: Field | None) -> Mapping[str, str]:
    """Return the fields that are bounds of a field, by the kind of bound."""
    found: dict[str, str] = {}
    for end, property_ in (("min", LOWER_BOUND_OF), ("max", UPPER_BOUND_OF)):
        for bound in schema.subjects(property_, netkg(field.name)) if field else ():
            kind = "Inclusive" if schema.text(bound, BOUND_CLOSED) == "true" else "Exclusive"
            found[end + kind] = local_name(bound.value)
    return found


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit of a field: the field with the limit, and what is above it and within it.

    ``result`` is the field that has these results.
    """

    name: str
    result: str
    above: str
    within: str


def limit_of(schema: Schema, field: Field | None, siblings: Mapping[str, Field]) -> Limit | None:
    """Return the limit that a field is compared with, if there is one."""
    for limit in schema.subjects(LIMIT_OF, netkg(field.name)) if field else ():
        above, within = (
            local_name(schema.text(limit, each)) for each in (MEANS_ABOVE, MEANS_WITHIN)
        )
        for name, each in siblings.items():
            if above in schema.values.get(each.range, ()):
                return Limit(local_name(limit.value), name, above, within)
    return None
