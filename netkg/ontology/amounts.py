"""The numbers of a guideline in words: how often, and what its evidence reports."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from netkg.ontology.schema import Schema, netkg
from netkg.suggestions import listed

__all__ = ["figures", "interval"]


def interval(months: tuple[int, int]) -> str:
    """Return how often a statement is repeated.

    >>> interval((3, 6)), interval((12, 12))
    ('every 3 to 6 months', 'every 12 months')
    """
    return f"every {listed(map(str, dict.fromkeys(months)), 'to')} months"


def figures(schema: Schema, statement: ox.NamedNode) -> Iterator[tuple[str, str]]:
    """Yield the figures of a statement: what each counts, and the number or the range."""
    found = schema.objects(statement, netkg("figure"))
    nodes = (each for each in found if isinstance(each, ox.NamedNode))
    for node in sorted(nodes, key=lambda each: each.value):
        ends = (schema.text(node, netkg(end)) for end in ("lower", "upper"))
        numbers = [f"{float(end):g}" for end in dict.fromkeys(ends) if end]
        unit = schema.text(node, netkg("unitOfBounds")).replace("mo", "months")
        yield schema.text(node, netkg("measure")), f"{listed(numbers, 'to')} {unit}"
