"""Canonical names for the blank nodes of one case (RDFC-1.0)."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

import pyoxigraph as ox

from netkg.errors import InputError

__all__ = ["Index", "Subject", "canonical", "indexed"]

Subject: TypeAlias = ox.NamedNode | ox.BlankNode
Index: TypeAlias = Mapping[Subject, Mapping[ox.NamedNode, Mapping[Any, None]]]

_MOST_ORDERS = 5000


def indexed(quads: Iterable[ox.Quad]) -> Index:
    """Index triples by subject and predicate; the objects keep their order."""
    index: dict[Any, dict[ox.NamedNode, dict[Any, None]]] = defaultdict(lambda: defaultdict(dict))
    for quad in quads:
        index[quad.subject][quad.predicate][quad.object] = None
    return index


def canonical(
    index: Index,
    root: Subject,
    name: ox.NamedNode,
    levels: Iterable[Iterable[ox.NamedNode]],
    *,
    source: str = "",
    line: int | None = None,
) -> Index:
    """Copy what can be reached from a root, with canonical blank nodes.

    ``levels`` are the properties to follow at the first step, the second, and so on.
    A root that is a blank node becomes ``name``.

    Raises:
        InputError: if so many blank nodes look the same that RDFC-1.0, which takes
            exponential time on them, would not finish.
    """
    reached: dict[Any, None] = {root: None}
    level: list[Any] = [root]
    for steps in levels:
        below = [o for node in level for step in steps for o in index[node].get(step, ())]
        level = [node for node in dict.fromkeys(below) if node in index]
        reached.update(dict.fromkeys(level))
    names: dict[Any, Any] = {root: name} if isinstance(root, ox.BlankNode) else {}
    dataset = ox.Dataset(
        ox.Quad(names.get(node, node), predicate, names.get(value) or value)
        for node in reached
        for predicate, values in index[node].items()
        for value in values
    )
    if _orders(dataset) > _MOST_ORDERS:
        raise InputError(
            "too many records without an IRI look the same, so that they cannot be numbered",
            source=source,
            line=line,
            expected="an IRI for each tumor, metastasis and measurement",
        )
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return indexed(sorted(dataset, key=str))


def _orders(dataset: ox.Dataset) -> int:
    """Estimate how many orders of blank nodes RDFC-1.0 compares.

    It compares the orders of nodes that have the same triples and are linked to other
    such nodes. A node with triples of its own gets its name first.
    """
    triples: dict[Any, list[str]] = defaultdict(list)
    for quad in dataset:
        for mark, node, other in (
            (">", quad.subject, quad.object),
            ("<", quad.object, quad.subject),
        ):
            if isinstance(node, ox.BlankNode):
                shown = "_:" if isinstance(other, ox.BlankNode) else other
                triples[node].append(f"{mark} {quad.predicate} {shown}")
    looks = {node: "\n".join(sorted(lines)) for node, lines in triples.items()}
    counts = Counter(looks.values())
    linked: dict[Any, set[Any]] = defaultdict(set)
    for quad in dataset:
        pair = {quad.subject, quad.object}
        if all(node in looks and counts[looks[node]] > 1 for node in pair):
            for node in pair:
                linked[node] |= pair
    orders = 0
    while linked:
        component, todo = set[Any](), [next(iter(linked))]
        while todo:
            node = todo.pop()
            component.add(node)
            todo += linked.pop(node, set()) - component
        sizes = Counter(looks[node] for node in component).values()
        # The factorial of 7 is beyond the limit already.
        orders += math.prod(math.factorial(min(size, 7)) for size in sizes)
    return orders
