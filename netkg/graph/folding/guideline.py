"""Fold the guideline: sections become cards, unless their statements supersede others."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

import networkx as nx

from netkg.graph.folding.fold import Fold, Group
from netkg.graph.views.guideline import GAPS, STATEMENT
from netkg.result import counted
from netkg.suggestions import sentence

__all__ = ["GUIDELINE_STEPS"]

_HEADINGS: Final = "sections | stage | part of it | section | statements that supersede each other"


def _overview(graph: nx.MultiDiGraph) -> list[Group]:
    """Keep the statements that supersede each other; fold the other sections to cards.

    Cards are in the column on the left, unless a stage has both kinds of section.
    """
    nodes = graph.nodes
    by_section: dict[str, list[str]] = defaultdict(list)
    for id_, data in nodes(data=True):
        if data["column"] == STATEMENT:
            by_section[data.get("section", GAPS)].append(id_)
    moved = {
        nodes[end].get("section", "")
        for source, target, kind in graph.edges(keys=True)
        if kind == "supersedes"
        for end in (source, target)
    }
    stages = {section.split("/")[0] for section in moved}
    groups = []
    for id_, data in nodes(data=True):
        if data["kind"] != "section":
            continue
        depth, inside = id_.count("/"), by_section.get(id_, [])
        column = 1 + depth if id_.split("/")[0] in stages else 0
        if id_ in moved:
            groups.append(Group(id_, column=column))
            groups += _bare(graph, inside)
        elif inside:
            groups.append(_card(graph, id_, inside, column))
        elif column:
            groups.append(Group(id_, column=column))
        else:
            (first, *_) = graph.successors(id_)
            groups.append(Group(first, passed=(id_,)))
    return [*groups, *_counts(graph)]


def _bare(graph: nx.MultiDiGraph, ids: list[str]) -> list[Group]:
    """Keep statements without populations; a shared one is a member of the first statement."""
    groups, seen = [], set[str]()
    for id_ in ids:
        own = tuple(node for node in _populations(graph, [id_]) if node not in seen)
        seen.update(own)
        groups.append(Group(id_, passed=own, column=STATEMENT))
    return groups


def _card(graph: nx.MultiDiGraph, section: str, ids: list[str], column: int) -> Group:
    nodes = graph.nodes
    noun = "gap" if section == GAPS else "statement"
    title = nodes[section]["label"]
    above = "/".join(section.split("/")[:-1])
    if not column and above in nodes:
        title = f"{nodes[above]['label']}, {title}"
    return Group(
        section,
        members=(*ids, *_populations(graph, ids)),
        label=f"{sentence(title)}: {counted(len(ids), noun)}",
        listed=tuple(ids),
        column=column,
    )


def _counts(graph: nx.MultiDiGraph) -> list[Group]:
    """Fold actions and sources to a count, since almost every statement leads to them."""
    groups = []
    for kind, noun in (("action", "actions"), ("citation", "sources")):
        members = tuple(id_ for id_, data in graph.nodes(data=True) if data["kind"] == kind)
        label = f"{len(members)} {noun}, not drawn here"
        order = {"order": 20_000}
        groups.append(Group(noun, members, (), label, kind, column=0, only=(), more=order))
    return [group for group in groups if group.members]


def _populations(graph: nx.MultiDiGraph, ids: list[str]) -> list[str]:
    before = {node: None for id_ in ids for node in graph.predecessors(id_)}
    return [node for node in before if graph.nodes[node]["kind"] == "population"]


# The step that makes the guideline fit one screen.
GUIDELINE_STEPS: Final = (Fold(_overview, _HEADINGS),)
