"""The fields that record a range in place of a number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import pyoxigraph as ox

from netkg.namespaces import local_name
from netkg.ontology.schema import TRUE, Schema, netkg

__all__ = ["Bounds", "range_bounds"]

# The fields that record bounds of a numeric field, by its local name: lower ones first, each
# with the sign between the number that is not recorded and the bound.
Bounds: TypeAlias = Mapping[str, tuple[tuple[str, str], ...]]


def range_bounds(schema: Schema) -> Bounds:
    """Return the bounds of each numeric field that can be recorded as a range.

    >>> range_bounds(Schema.load())["ki67Percent"][:2]
    (('ki67MinExclusive', '>'), ('ki67MinInclusive', '>='))
    """
    found: dict[str, list[tuple[str, str]]] = {}
    for kind, sign in (("lowerBoundOf", ">"), ("upperBoundOf", "<")):
        quads = schema.store.quads_for_pattern(None, netkg(kind), None)
        for bound, of in sorted((str(q.subject), str(q.object)) for q in quads):
            is_closed = schema.one(ox.NamedNode(bound[1:-1]), netkg("boundClosed")) == TRUE
            pair = local_name(bound[1:-1]), f"{sign}=" if is_closed else sign
            found.setdefault(local_name(of[1:-1]), []).append(pair)
    return {name: tuple(found[name]) for name in sorted(found)}
