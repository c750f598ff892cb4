"""Name the blank nodes of one case in canonical order."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any, TypeAlias

import pyoxigraph as ox

__all__ = ["Index", "Subject", "canonical", "indexed"]

Subject: TypeAlias = ox.NamedNode | ox.BlankNode
Index: TypeAlias = Mapping[Subject, Mapping[ox.NamedNode, Mapping[Any, None]]]

_ALIKE = 1000


def indexed(quads: Iterable[ox.Quad]) -> Index:
    """Index triples by subject and predicate; the objects keep their order."""
    index: dict[Any, dict[ox.NamedNode, dict[Any, None]]] = defaultdict(lambda: defaultdict(dict))
    for quad in quads:
        index[quad.subject][quad.predicate][quad.object] = None
    return index


def canonical(
    index: Index, root: Subject, name: ox.NamedNode, levels: Iterable[Iterable[ox.NamedNode]]
) -> Index:
    """Copy what can be reached from a root, with canonical blank nodes.

    ``levels`` are the properties to follow at the first step, the second, and so on.

    A root that is a blank node becomes ``name``; the others carry the labels
    of RDFC-1.0. That algorithm takes exponential time on graphs that are
    made for it: where many blank nodes look alike, their looks decide.
    """
    reached: dict[Any, None] = {root: None}
    level: list[Any] = [root]
    for steps in levels:
        below = [o for node in level for step in steps for o in index[node].get(step, ())]
        level = [node for node in dict.fromkeys(below) if node in index]
        reached.update(dict.fromkeys(level))
    names: dict[Any, Any] = {root: name} if isinstance(root, ox.BlankNode) else {}
    dataset = ox.Dataset(_quads(index, reached, names))
    if _is_easy(dataset):
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    else:
        looks = _looks(dataset, rounds=3)
        ranked = sorted(looks, key=lambda node: (looks[node], node.value))
        names |= {node: ox.BlankNode(f"n{place:09}") for place, node in enumerate(ranked)}
        dataset = ox.Dataset(_quads(index, reached, names))
    return indexed(sorted(dataset, key=str))


def _quads(index: Index, nodes: Iterable[Any], names: Mapping[Any, Any]) -> Iterator[ox.Quad]:
    for node in nodes:
        for predicate, values in index[node].items():
            for value in values:
                yield ox.Quad(names.get(node, node), predicate, names.get(value, value))


def _is_easy(dataset: ox.Dataset) -> bool:
    """Tell whether few blank nodes that touch blank nodes look alike at first sight."""
    touching: set[Any] = set()
    for quad in dataset:
        if isinstance(quad.subject, ox.BlankNode) and isinstance(quad.object, ox.BlankNode):
            touching |= {quad.subject, quad.object}
    looks = _looks(dataset, rounds=1)
    alike = Counter(looks[node] for node in touching).values()
    return all(n <= 6 for n in alike) and math.prod(map(math.factorial, alike)) <= _ALIKE


def _looks(dataset: ox.Dataset, *, rounds: int) -> dict[Any, str]:
    """Describe each blank node by its triples and its neighbours, without labels."""
    triples = [(quad.subject, quad.predicate.value, quad.object) for quad in dataset]
    looks: dict[Any, str] = {}
    for _ in range(rounds):
        lines: dict[Any, list[str]] = defaultdict(list)
        for subject, predicate, value in triples:
            if isinstance(subject, ox.BlankNode):
                lines[subject].append(f"> {predicate} {_look(value, looks)}")
            if isinstance(value, ox.BlankNode):
                lines[value].append(f"< {predicate} {_look(subject, looks)}")
        looks = {
            node: sha256("\n".join(sorted(found)).encode()).hexdigest()
            for node, found in lines.items()
        }
    return looks


def _look(term: Any, looks: Mapping[Any, str]) -> str:
    return looks.get(term, "_:") if isinstance(term, ox.BlankNode) else str(term)
