"""Canonical names for the blank nodes of one case (RDFC-1.0)."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import pyoxigraph as ox

from netkg.case.lists import Subject
from netkg.errors import InputError

__all__ = ["Index", "canonical"]

Index: TypeAlias = Mapping[Subject, Mapping[ox.NamedNode, Mapping[Any, None]]]

_MOST_ORDERS = 5000


def canonical(
    quads: Iterable[ox.Quad],
    root: Subject,
    name: ox.NamedNode,
    *,
    source: str = "",
    line: int | None = None,
) -> Index:
    """Return the triples of one case by subject and predicate, with canonical blank nodes.

    A root that is a blank node becomes ``name``.

    Raises:
        InputError: if so many blank nodes look the same that RDFC-1.0, which takes
            exponential time on them, would not finish.
    """
    names: dict[Any, Any] = {root: name} if isinstance(root, ox.BlankNode) else {}
    triples = {
        ox.Quad(names.get(q.subject, q.subject), q.predicate, names.get(q.object) or q.object)
        for q in quads
    }
    # Canonical names depend on these triples alone.
    unnamed = [q for q in triples if not (_is_named(q.subject) and _is_named(q.object))]
    if not unnamed:
        return _indexed(sorted(triples, key=str))
    if _orders(unnamed) > _MOST_ORDERS:
        raise InputError(
            "too many records without an IRI look the same, so that they cannot be numbered",
            source=source,
            line=line,
            expected="an IRI for each tumor, metastasis and measurement",
        )
    dataset = ox.Dataset(unnamed)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return _indexed(sorted([*triples.difference(unnamed), *dataset], key=str))


def _is_named(term: Any) -> bool:
    return isinstance(term, (ox.NamedNode, ox.Literal))


def _indexed(quads: Iterable[ox.Quad]) -> Index:
    """Index triples by subject and predicate; the objects keep their order."""
    index: dict[Any, dict[ox.NamedNode, dict[Any, None]]] = defaultdict(lambda: defaultdict(dict))
    for quad in quads:
        index[quad.subject][quad.predicate][quad.object] = None
    return index


def _orders(quads: Sequence[ox.Quad]) -> int:
    """Estimate how many orders of blank nodes RDFC-1.0 compares.

    It compares the orders of nodes that have the same triples and are linked to other
    such nodes. A node with triples of its own gets its name first.
    """
    triples: dict[Any, list[str]] = defaultdict(list)
    for quad in quads:
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
    for quad in quads:
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
