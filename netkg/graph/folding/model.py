"""Fold the data model: fields into their records, values into their sets, kinds of events."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Final

import networkx as nx

from netkg.graph.folding.fold import Fold, Group
from netkg.graph.views.model import BELOW, DERIVED, FIELD, VALUE

__all__ = ["MODEL_STEPS"]

# A longer list shows the first labels, and the number of the others.
_LONGEST: Final = 72


def _classes(graph: nx.MultiDiGraph) -> list[Group]:
    """Fold the model as a class diagram shows it."""
    groups = []
    for id_, data in graph.nodes(data=True):
        if data["kind"] == "record":
            groups.append(_record(graph, id_))
        elif data["kind"] == "value set":
            values = _sources(graph, id_, VALUE)
            groups.append(_group(id_, values, _first(graph, values)))
    tops = [
        id_
        for id_ in graph
        for _, above, kind in graph.out_edges(id_, keys=True)
        if kind == BELOW and graph.nodes[above]["kind"] == "record"
    ]
    taken: set[str] = set(tops)
    for top in tops:
        below = [top]
        for above in below:  # which grows
            new = [each for each in _sources(graph, above, BELOW) if each not in taken]
            taken.update(new)
            below += new
        kinds = _sources(graph, top, BELOW)
        groups.append(_group(top, below[1:], _first(graph, kinds, len(below) - 1)))
    return groups


def _record(graph: nx.MultiDiGraph, id_: str) -> Group:
    fields = _targets(graph, id_, FIELD)
    derived = _targets(graph, id_, DERIVED)
    lines = [f"{graph.nodes[each]['label']}: {graph.nodes[each]['says']}" for each in fields]
    if derived:
        lines.append(f"{len(derived)} derived propert{'y' if len(derived) == 1 else 'ies'}")
    return _group(id_, [*fields, *derived], lines)


def _group(id_: str, members: list[str], lines: list[str]) -> Group:
    more: dict[str, Any] = {"listed": "\n".join(lines)} if lines else {}
    return Group(id_, members=tuple(members), more=more)


def _first(graph: nx.MultiDiGraph, ids: list[str], count: int = 0) -> list[str]:
    """Return on one line the labels of the first nodes, and how many more there are."""
    labels = [graph.nodes[id_]["label"] for id_ in ids]
    count = max(count, len(ids))
    for number in range(len(labels), 0, -1):
        more = [f"and {count - number} more"] if count > number else []
        line = ", ".join([*labels[:number], *more])
        if len(line) <= _LONGEST or number == 1:
            return [line]
    return []


def _value_sets(graph: nx.MultiDiGraph) -> list[Group]:
    """Fold the sets of values of each record that has several."""
    sets: dict[str, list[str]] = defaultdict(list)
    for id_, data in graph.nodes(data=True):
        if data["kind"] == "value set":
            sets[next(graph.predecessors(id_))].append(id_)
    return [
        Group(
            f"value sets of {record}",
            members=tuple(ids),
            label=f"{len(ids)} sets of values",
            kind="value set",
            column=graph.nodes[ids[0]]["column"],
            listed=tuple(ids),
        )
        for record, ids in sets.items()
        if len(ids) > 1
    ]


def _sources(graph: nx.MultiDiGraph, id_: str, kind: str) -> list[str]:
    return [source for source, _, each in graph.in_edges(id_, keys=True) if each == kind]


def _targets(graph: nx.MultiDiGraph, id_: str, kind: str) -> list[str]:
    return [target for _, target, each in graph.out_edges(id_, keys=True) if each == kind]


MODEL_STEPS: Final = (Fold(_classes), Fold(_value_sets))
