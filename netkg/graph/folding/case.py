"""Fold a case: what is similar, then what is recorded, then the records."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any, Final

import networkx as nx

from netkg.graph.folding.fold import Fold, Group, by_kind
from netkg.result import counted

__all__ = ["CASE_STEPS"]

# What a finding of each severity is called.
_FINDINGS: Final = {"Violation": "violation", "Warning": "warning", "Info": "note"}


def _similar(graph: nx.MultiDiGraph) -> list[Group]:
    """Fold the measurements of each tumor, and the events of each type."""
    similar: dict[tuple[str, str], list[str]] = defaultdict(list)
    for id_, data in graph.nodes(data=True):
        if data["column"] == 2 and data["kind"] != "fact":
            similar[min(graph.predecessors(id_)), data.get("type", data["kind"])].append(id_)
    return [
        Group(
            f"{owner}: {kind}",
            members=tuple(ids),
            label=f"{len(ids)} x {kind}",
            kind=graph.nodes[ids[0]]["kind"],
            column=2,
            more={"says": f"{_day(graph, ids[0])} to {_day(graph, ids[-1])}".removesuffix(" to ")},
        )
        for (owner, kind), ids in similar.items()
        if len(ids) > 1
    ]


def _leaves(graph: nx.MultiDiGraph) -> list[Group]:
    """Fold what is recorded into the record that it belongs to."""
    entries: dict[str, list[str]] = defaultdict(list)
    for id_, data in graph.nodes(data=True):
        if data["column"] in (2, 3):
            owners = [n for n in graph.predecessors(id_) if graph.nodes[n]["column"] < 2]
            entries[min(owners, default="case")].append(id_)
    return [
        Group(
            owner, tuple(ids), label=f"{graph.nodes[owner]['label']}: {_counted(graph.nodes, ids)}"
        )
        for owner, ids in entries.items()
    ]


def _counted(nodes: Any, ids: list[str]) -> str:
    """Return how many entries and findings there are, with those in folds."""
    counts: Counter[str] = Counter()
    for id_ in ids:
        counts[nodes[id_].get("severity", "")] += nodes[id_].get("holds", 1)
    entries = counts.pop("", 0)
    said = [f"{entries} entr{'y' if entries == 1 else 'ies'}"] if entries else []
    said += [counted(number, _FINDINGS[severity]) for severity, number in counts.items()]
    return ", ".join(said)


def _records(graph: nx.MultiDiGraph) -> list[Group]:
    """Fold the records of a kind: a case of very many tumors."""
    return by_kind(graph, (id_ for id_, data in graph.nodes(data=True) if data["column"] == 1))


def _day(graph: nx.MultiDiGraph, id_: str) -> str:
    day, colon, _ = graph.nodes[id_]["label"].partition(": ")
    return day if colon and day[:1].isdigit() else ""


# The steps that make a case fit one screen, the mildest first.
CASE_STEPS: Final = (Fold(_similar), Fold(_leaves), Fold(_records))
