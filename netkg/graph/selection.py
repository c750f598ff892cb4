"""Parts of a graph: a section, a verdict, a status, a tumor, a neighborhood."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any, Final

import networkx as nx

from netkg.graph.views.elements import GraphError, unknown
from netkg.suggestions import closest, did_you_mean, listed

__all__ = ["around", "with_attribute", "within_section"]

_AHEAD: Final = frozenset({"asks for", "asks for one of", "asks to record", "cites"})
_ASIDE: Final = frozenset({"supersedes", "would supersede", "is evidence for"})
_BOTH: Final = _AHEAD | _ASIDE
_HUB: Final = 12


def within_section(graph: nx.MultiDiGraph, section: str) -> nx.MultiDiGraph:
    """Return the statements of one section, with what leads to them and what they lead to.

    Raises:
        GraphError: if the graph does not have this section.
    """
    sections = {data["section"] for _, data in graph.nodes(data=True) if "section" in data}
    if not sections:
        raise GraphError(
            f"The {graph.graph['view']} view has no sections. "
            "Choose a section in the guideline or plan view."
        )
    wanted = f"{section.strip('/')}/".casefold()
    known = {"/".join(path.split("/")[:n]) for path in sections for n in range(1, 5)}
    if wanted not in {f"{path}/".casefold() for path in known}:
        raise unknown("section", section, known)
    return _with_context(
        graph, lambda data: f"{data.get('section', '')}/".casefold().startswith(wanted)
    )


def with_attribute(graph: nx.MultiDiGraph, attribute: str, value: str) -> nx.MultiDiGraph:
    """Return the statements with this value of an attribute, and their context.

    Raises:
        GraphError: if no statement has it.
    """
    found = {
        data[attribute]
        for _, data in graph.nodes(data=True)
        if attribute in data and _is_statement(data)
    }
    if value not in found:
        raise unknown(attribute, value, found)
    same_level = {"case"} if attribute == "focus" else set()
    return _with_context(
        graph, lambda data: data.get(attribute) == value or data.get("level") in same_level
    )


def around(graph: nx.MultiDiGraph, name: str, hops: int) -> nx.MultiDiGraph:
    """Return a node and its neighborhood of some hops, in any direction.

    The neighborhood ends at nodes with very many neighbors, such as a source that
    most statements cite. A note in the graph lists these nodes.

    Raises:
        GraphError: if no node has this id or label.
    """
    start = _find(graph, name)
    near, edge = set(start), set(start)
    hubs: dict[str, int] = {}
    for _ in range(hops):
        beyond = set[str]()
        for node in edge:
            others = {*graph.predecessors(node), *graph.successors(node)}
            if node not in start and len(others) > _HUB:
                hubs[node] = len(others)
            else:
                beyond |= others
        edge = beyond - near
        near |= edge
    part = part_of(graph, near)
    if hubs:
        named = listed(f"{graph.nodes[hub]['label']} ({hubs[hub]})" for hub in sorted(hubs))
        part.graph["note"] = f"Not continued at nodes with many neighbors: {named}."
    return part


def _find(graph: nx.MultiDiGraph, name: str) -> list[str]:
    wanted = name.strip().casefold()

    ways: tuple[Callable[[str, dict[str, Any]], Iterable[Any]], ...] = (
        lambda id_, _: (id_,),
        lambda _, data: (data.get("statement"), data.get("called"), data.get("iri")),
        lambda _, data: (data["label"],),
        lambda id_, _: (id_.removeprefix("action "), *id_.removeprefix("question ").split(", ")),
        lambda _, data: (data.get("iri", "").rsplit("#", 1)[-1],),
        lambda _, data: (data.get("focus"), data.get("subject"), data.get("field")),
    )
    for names in ways:
        found = [
            id_
            for id_, data in graph.nodes(data=True)
            if wanted in {str(text).casefold() for text in names(id_, data)}
        ]
        if found:
            return found
    known = {
        text.casefold(): text
        for id_, data in graph.nodes(data=True)
        for text in (id_, data["label"], data.get("iri", "").rsplit("#", 1)[-1])
        if text
    }
    close = closest(wanted, known.values(), count=4)
    # People often write a part of a long label.
    within = [text for key, text in sorted(known.items()) if wanted and wanted in key]
    close += [text for text in within if text not in close][:4]
    hint = did_you_mean(close[:5]) or "Use the id or the label of a node."
    raise GraphError(f"The {graph.graph['view']} view has no node {name!r}. {hint}")


def _is_statement(data: dict[str, Any]) -> bool:
    return "order" in data and "definition" in data and "level" in data


def _with_context(
    graph: nx.MultiDiGraph, keep: Callable[[dict[str, Any]], bool]
) -> nx.MultiDiGraph:
    """Return statements, all that leads to them, what they ask for, and their relations."""
    chosen = [id_ for id_, data in graph.nodes(data=True) if _is_statement(data) and keep(data)]
    kept, todo = set(chosen), list(chosen)
    while todo:
        node = todo.pop()
        leading = {n for n, _, kind in graph.in_edges(node, keys=True) if kind not in _BOTH}
        todo += leading - kept
        kept |= leading
    for node in chosen:
        kept |= {n for _, n, kind in graph.out_edges(node, keys=True) if kind in _BOTH}
        kept |= {n for n, _, kind in graph.in_edges(node, keys=True) if kind in _ASIDE}
    return part_of(graph, kept)


def part_of(graph: nx.MultiDiGraph, kept: Collection[str]) -> nx.MultiDiGraph:
    """Return the part of a graph with these nodes, in the order of the graph.

    A subgraph of networkx has the order of a set, which differs from run to run.
    """
    part = nx.MultiDiGraph(**graph.graph)
    part.add_nodes_from((node, data) for node, data in graph.nodes(data=True) if node in kept)
    part.add_edges_from(
        (source, target, key, data)
        for source, target, key, data in graph.edges(keys=True, data=True)
        if source in kept and target in kept
    )
    return part
