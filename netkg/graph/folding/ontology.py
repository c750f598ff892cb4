"""Fold the ontology: values into their sets, classes into those above them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

import networkx as nx

from netkg.graph.folding.fold import LIMIT, Fold, Group
from netkg.graph.views.ontology import HIERARCHY, children
from netkg.render.words import sentence

__all__ = ["ontology_steps"]

_PANELS: Final = "types of tumour | types below | told by | event | kinds | kinds below"


def ontology_steps() -> tuple[Fold, ...]:
    """Give what makes the ontology fit one screen."""
    return (Fold(_overview, _PANELS),)


def _overview(graph: nx.MultiDiGraph) -> list[Group]:
    """Fold values into their sets, and classes into those above them."""
    nodes = graph.nodes
    held: dict[str, list[str]] = defaultdict(list)
    for id_, data in nodes(data=True):
        if data["kind"] == "value":
            (set_, *_) = graph.successors(id_)
            held[set_].append(id_)
    sets = [id_ for id_, data in nodes(data=True) if data["kind"] == "value set"]
    shown = _shown(graph, LIMIT - len(sets))
    for id_, data in nodes(data=True):
        if data["kind"] in HIERARCHY and id_ not in shown:
            held[_above(graph, id_, shown)].append(id_)
    columns = {"tumour type": 0, "value set": 2}
    groups = []
    for id_, data in nodes(data=True):
        kind, members = data["kind"], held.get(id_, [])
        if kind == "value" or (kind in HIERARCHY and id_ not in shown):
            continue
        column = columns.get(kind, 3)
        if kind in HIERARCHY:
            column += min(shown[id_], 2 if column else 1)
        noun = "value" if kind == "value set" else "kind"
        title = sentence(data["label"].removesuffix(" (set)"))
        groups.append(
            Group(
                id_,
                members=tuple(members),
                label=f"{title}: {len(members)} {noun}{'s' * (len(members) != 1)}"
                if members
                else "",
                column=column,
                more={"says": ", ".join(nodes[m]["label"] for m in members)} if members else {},
            )
        )
    return groups


def _shown(graph: nx.MultiDiGraph, room: int) -> dict[str, int]:
    """Choose the classes to show, each with its depth: those with most below are opened first."""
    roots = [
        id_
        for id_, data in graph.nodes(data=True)
        if data["kind"] in HIERARCHY and not _parents(graph, id_)
    ]
    shown = dict.fromkeys(roots, 0)
    while True:
        openings = []
        for id_, depth in shown.items():
            new = [child for child in children(graph, id_) if child not in shown]
            deepest = 1 if graph.nodes[id_]["kind"] == "tumour type" else 2
            if new and depth < deepest and len(shown) + len(new) <= room:
                openings.append((depth, -len(_descendants(graph, new)), id_, new))
        if not openings:
            return shown
        depth, _, _, new = min(openings)
        shown |= dict.fromkeys(new, depth + 1)


def _above(graph: nx.MultiDiGraph, id_: str, shown: Iterable[str]) -> str:
    """Find the nearest class above one that is shown."""
    todo = _parents(graph, id_)
    while todo:
        above = todo.pop(0)
        if above in shown:
            return above
        todo += _parents(graph, above)
    return id_


def _parents(graph: nx.MultiDiGraph, id_: str) -> list[str]:
    return sorted(n for n, _, kind in graph.in_edges(id_, keys=True) if kind == "includes")


def _descendants(graph: nx.MultiDiGraph, ids: list[str]) -> set[str]:
    found, todo = set[str](), list(ids)
    while todo:
        id_ = todo.pop()
        if id_ not in found:
            found.add(id_)
            todo += children(graph, id_)
    return found
