"""Fold a graph until it fits one screen.

A fold drops nothing: a node is drawn, or held by exactly one other node,
which says how many it holds (``holds``) and which (``members``, a JSON list).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import networkx as nx

__all__ = ["LIMIT", "Group", "Fold", "fits", "fold", "shrink"]

LIMIT: Final = 60


@dataclass(frozen=True, slots=True)
class Group:
    """Say what one node takes in.

    ``id`` is a node of the graph, or a new one with ``label``, ``kind`` and
    ``column``. Edges of ``members`` become its own; those to and from
    ``passed`` are joined to each other, past it. Edges of other kinds than
    ``only`` are not kept. The labels of ``listed`` members are shown one a line.
    """

    id: str
    members: tuple[str, ...] = ()
    passed: tuple[str, ...] = ()
    label: str = ""
    kind: str = ""
    column: int | None = None
    listed: tuple[str, ...] = ()
    only: tuple[str, ...] | None = None
    more: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fold:
    """Say how to fold a graph, and what its columns hold then, if not the same."""

    groups: Callable[[nx.MultiDiGraph], Sequence[Group]]
    columns: str = ""


def fits(graph: nx.MultiDiGraph) -> bool:
    """Tell whether a graph has few enough nodes to be read on one screen."""
    return bool(graph.number_of_nodes() <= LIMIT)


def shrink(graph: nx.MultiDiGraph, steps: Iterable[Fold]) -> nx.MultiDiGraph:
    """Take one step of folding after the other until the graph fits."""
    for step in steps:
        if fits(graph):
            break
        graph = fold(graph, step.groups(graph))
        if step.columns:
            graph.graph["columns"] = step.columns
    return graph


def fold(graph: nx.MultiDiGraph, groups: Iterable[Group]) -> nx.MultiDiGraph:
    """Give the graph with each group in one node."""
    groups = list(groups)
    inside = {member: group.id for group in groups for member in group.members}
    only = {group.id: group.only for group in groups if group.only is not None}
    source = _pass_by(graph, [node for group in groups for node in group.passed])
    folded = nx.MultiDiGraph(**graph.graph)
    by_id: dict[str, list[Group]] = {}
    for group in groups:
        by_id.setdefault(group.id, []).append(group)
    for node in source:
        id_ = inside.get(node, node)
        if id_ not in folded:
            folded.add_node(id_, **_attributes(graph, id_, by_id.get(id_, [])))
    counts: dict[tuple[str, str, str], int] = {}
    first: dict[tuple[str, str, str], dict[str, Any]] = {}
    for start, end, kind, data in source.edges(keys=True, data=True):
        key = (inside.get(start, start), inside.get(end, end), kind)
        if key[0] != key[1] and all(kind in only.get(id_, (kind,)) for id_ in key[:2]):
            counts[key] = counts.get(key, 0) + data.get("weight", 1)
            first.setdefault(key, data)
    for key, count in counts.items():
        data = first[key] if count == 1 else {"kind": key[2], "label": f"{key[2]} ({count})"}
        folded.add_edge(*key, **data | ({"weight": count} if count > 1 else {}))
    return folded


def _attributes(graph: nx.MultiDiGraph, id_: str, groups: list[Group]) -> dict[str, Any]:
    attributes = dict(graph.nodes[id_]) if id_ in graph else {"folded": True}
    for group in groups:
        for name, value in (
            ("label", group.label),
            ("kind", group.kind),
            ("column", group.column),
        ):
            if value not in ("", None):
                attributes[name] = value
        attributes |= group.more
        if group.listed:
            attributes["listed"] = "\n".join(graph.nodes[node]["label"] for node in group.listed)
        held = json.loads(str(attributes.get("members", "[]")))
        for node in (*group.members, *group.passed):
            if not graph.nodes[node].get("folded"):
                held.append(node)
            held += json.loads(graph.nodes[node].get("members", "[]"))
        if held:
            attributes |= {"holds": len(held), "members": json.dumps(held, ensure_ascii=False)}
    return attributes


def _pass_by(graph: nx.MultiDiGraph, passed: list[str]) -> nx.MultiDiGraph:
    """Join what leads to each of these nodes with what it leads to, and take it out."""
    joined = graph.copy() if passed else graph
    for node in passed:
        for start, _, kind, data in list(joined.in_edges(node, keys=True, data=True)):
            for _, end in list(joined.out_edges(node)):
                if not joined.has_edge(start, end, kind):
                    joined.add_edge(start, end, kind, **data)
        joined.remove_node(node)
    return joined
