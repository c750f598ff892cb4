"""Fold the ontology: values into their sets, classes into those above them."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

import networkx as nx

from netkg.graph.folding.fold import LIMIT, Fold, Group
from netkg.graph.views.ontology import hierarchy
from netkg.result import counted
from netkg.suggestions import sentence

__all__ = ["ONTOLOGY_STEPS"]

_HEADINGS: Final = "types of tumor | types below | characteristics | event | kinds | kinds below"
_COLUMNS: Final = {"tumor type": 0, "value set": 2}


def _overview(graph: nx.MultiDiGraph) -> list[Group]:
    """Fold values into their sets, and classes into those above them."""
    nodes = graph.nodes
    classes = hierarchy(graph)
    sets = [id_ for id_, data in nodes(data=True) if data["kind"] == "value set"]
    shown = _shown(graph, classes, LIMIT - len(sets))
    members: dict[str, list[str]] = defaultdict(list)
    for id_, data in nodes(data=True):
        if data["kind"] == "value":
            members[next(graph.successors(id_))].append(id_)
        elif id_ in classes and id_ not in shown:
            above = nx.bfs_edges(classes, id_, reverse=True, sort_neighbors=sorted)
            members[next(node for _, node in above if node in shown)].append(id_)
    groups = []
    for id_ in (*shown, *sets):
        data, inside = nodes[id_], members[id_]
        noun = "value" if data["kind"] == "value set" else "kind"
        title = sentence(data["label"].removesuffix(" (set)"))
        label = f"{title}: {counted(len(inside), noun)}"
        column = _COLUMNS.get(data["kind"], 3)
        if id_ in shown:
            column += min(shown[id_], 2 if column else 1)
        groups.append(
            Group(
                id_,
                members=tuple(inside),
                label=label if inside else "",
                column=column,
                more={"says": ", ".join(nodes[m]["label"] for m in inside)} if inside else {},
            )
        )
    return groups


def _shown(graph: nx.MultiDiGraph, classes: nx.DiGraph, room: int) -> dict[str, int]:
    """Return the classes to show, each with its depth; those with most subclasses open first."""
    shown = dict.fromkeys((id_ for id_ in classes if not classes.in_degree(id_)), 0)
    while True:
        openings = []
        for id_, depth in shown.items():
            new = [child for child in classes.successors(id_) if child not in shown]
            deepest = 1 if graph.nodes[id_]["kind"] == "tumor type" else 2
            if new and depth < deepest and len(shown) + len(new) <= room:
                below = set(new).union(*(nx.descendants(classes, child) for child in new))
                openings.append((depth, -len(below), id_, new))
        if not openings:
            return shown
        depth, _, _, new = min(openings)
        shown |= dict.fromkeys(new, depth + 1)


# The step that makes the ontology fit one screen.
ONTOLOGY_STEPS: Final = (Fold(_overview, _HEADINGS),)
