"""Fold a case: what is alike, then what is recorded, then the records themselves."""

from __future__ import annotations

from collections import defaultdict

import networkx as nx

from netkg.graph.folding.fold import Fold, Group

__all__ = ["case_steps"]


def case_steps() -> tuple[Fold, ...]:
    """Give the steps that make a case fit one screen, the mildest first."""
    return (Fold(_alike), Fold(_leaves), Fold(_records))


def _alike(graph: nx.MultiDiGraph) -> list[Group]:
    """Fold the measurements of each tumour, and the events of each type."""
    alike: dict[tuple[str, str], list[str]] = defaultdict(list)
    for id_, data in graph.nodes(data=True):
        if data["column"] == 2 and data["kind"] != "fact":
            (owner, *_) = sorted(graph.predecessors(id_))
            alike[owner, data.get("type", data["kind"])].append(id_)
    return [
        Group(
            f"{owner}: {kind}",
            members=tuple(ids),
            label=f"{len(ids)} x {kind}",
            kind=graph.nodes[ids[0]]["kind"],
            column=2,
            more={"says": f"{_day(graph, ids[0])} to {_day(graph, ids[-1])}".removesuffix(" to ")},
        )
        for (owner, kind), ids in alike.items()
        if len(ids) > 1
    ]


def _leaves(graph: nx.MultiDiGraph) -> list[Group]:
    """Fold what is recorded into the record that it is told of."""
    return _into_owners(graph, (2, 3))


def _records(graph: nx.MultiDiGraph) -> list[Group]:
    """Fold the records of a kind: a case of very many tumours."""
    kinds: dict[str, list[str]] = defaultdict(list)
    for id_, data in graph.nodes(data=True):
        if data["column"] == 1:
            kinds[data["kind"]].append(id_)
    return [
        Group(f"all of kind {kind}", tuple(ids), label=f"{len(ids)} x {kind}", kind=kind, column=1)
        for kind, ids in kinds.items()
        if len(ids) > 1
    ]


def _into_owners(graph: nx.MultiDiGraph, columns: tuple[int, ...]) -> list[Group]:
    held: dict[str, list[str]] = defaultdict(list)
    for id_, data in graph.nodes(data=True):
        if data["column"] in columns:
            owners = [n for n in graph.predecessors(id_) if graph.nodes[n]["column"] < 2]
            held[sorted(owners)[0] if owners else "case"].append(id_)
    return [
        Group(
            owner,
            members=tuple(ids),
            label=f"{graph.nodes[owner]['label']}: {len(ids)} entries",
        )
        for owner, ids in held.items()
    ]


def _day(graph: nx.MultiDiGraph, id_: str) -> str:
    day, colon, _ = graph.nodes[id_]["label"].partition(": ")
    return day if colon and day[:1].isdigit() else ""
