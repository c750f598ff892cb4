"""Fold a graph until it fits one screen.

A fold drops nothing: a node is drawn, or contained in exactly one other node,
which has the number of its members (``holds``) and their ids (``members``, a JSON list).
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import networkx as nx

__all__ = ["LIMIT", "Group", "Fold", "by_kind", "fits", "fold", "shrink"]

LIMIT: Final = 60


@dataclass(frozen=True, slots=True)
class Group:
    """The nodes that one node replaces.

    ``id`` is a node of the graph, or a new one with ``label``, ``kind`` and
    ``column``. It gets the edges of its ``members``; edges to and from
    ``passed`` nodes are joined to each other without it. With ``only``, edges
    of other kinds are dropped. ``listed`` members are shown, one label per line.
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
    """A way to fold a graph, with new headings of its columns if they change."""

    groups: Callable[[nx.MultiDiGraph], Sequence[Group]]
    columns: str = ""


def by_kind(graph: nx.MultiDiGraph, ids: Iterable[str]) -> list[Group]:
    """Group the nodes of each kind that has several."""
    kinds: dict[str, list[str]] = defaultdict(list)
    for id_ in ids:
        kinds[graph.nodes[id_]["kind"]].append(id_)
    return [
        Group(
            f"all of kind {kind}",
            members=tuple(same),
            label=f"{len(same)} x {kind}",
            kind=kind,
            column=graph.nodes[same[0]]["column"],
        )
        for kind, same in kinds.items()
        if len(same) > 1
    ]


def fits(graph: nx.MultiDiGraph) -> bool:
    """Return whether a graph has few enough nodes to be read on one screen."""
    return bool(graph.number_of_nodes() <= LIMIT)


def shrink(graph: nx.MultiDiGraph, steps: Iterable[Fold]) -> nx.MultiDiGraph:
    """Fold a graph step by step until it fits."""
    for step in steps:
        if fits(graph):
            break
        graph = fold(graph, step.groups(graph))
        if step.columns:
            graph.graph["columns"] = step.columns
    return graph


def fold(graph: nx.MultiDiGraph, groups: Iterable[Group]) -> nx.MultiDiGraph:
    """Return the graph with each group in one node."""
    groups = list(groups)
    inside = {member: group.id for group in groups for member in group.members}
    only = {group.id: group.only for group in groups if group.only is not None}
    source = _pass_by(graph, [node for group in groups for node in group.passed])
    folded = nx.MultiDiGraph(**graph.graph)
    by_id: dict[str, list[Group]] = defaultdict(list)
    for group in groups:
        by_id[group.id].append(group)
    for node in source:
        id_ = inside.get(node, node)
        if id_ not in folded:
            folded.add_node(id_, **_attributes(graph, id_, by_id[id_]))
    counts: Counter[tuple[str, str, str]] = Counter()
    first: dict[tuple[str, str, str], dict[str, Any]] = {}
    for start, end, kind, data in source.edges(keys=True, data=True):
        key = (inside.get(start, start), inside.get(end, end), kind)
        # What leads from one member of a group to another is inside it.
        is_inside = key[0] == key[1] and not start == end == key[0]
        if not is_inside and all(kind in only.get(id_, (kind,)) for id_ in key[:2]):
            counts[key] += data.get("weight", 1)
            first.setdefault(key, data)
    for key, count in counts.items():
        several = {"kind": key[2], "label": f"{key[2]} ({count})", "weight": count}
        folded.add_edge(*key, **(first[key] if count == 1 else several))
    return folded


def _attributes(graph: nx.MultiDiGraph, id_: str, groups: list[Group]) -> dict[str, Any]:
    attributes = dict(graph.nodes[id_]) if id_ in graph else {"folded": True}
    for group in groups:
        named = {"label": group.label, "kind": group.kind, "column": group.column}
        attributes |= {key: value for key, value in named.items() if value not in ("", None)}
        attributes |= group.more
        if group.listed:
            labels = dict.fromkeys(graph.nodes[node]["label"] for node in group.listed)
            attributes["listed"] = "\n".join(labels)
        held = json.loads(str(attributes.get("members", "[]")))
        for node in (*group.members, *group.passed):
            if not graph.nodes[node].get("folded"):
                held.append(node)
            held += json.loads(graph.nodes[node].get("members", "[]"))
        if held:
            attributes |= {"holds": len(held), "members": json.dumps(held, ensure_ascii=False)}
    return attributes


def _pass_by(graph: nx.MultiDiGraph, passed: list[str]) -> nx.MultiDiGraph:
    """Return the graph without these nodes, with their neighbors joined."""
    joined = graph.copy() if passed else graph
    for node in passed:
        for start, _, kind, data in list(joined.in_edges(node, keys=True, data=True)):
            for _, end in list(joined.out_edges(node)):
                if not joined.has_edge(start, end, kind):
                    joined.add_edge(start, end, kind, **data)
        joined.remove_node(node)
    return joined
