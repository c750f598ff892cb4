"""Parts of a graph: a section, a verdict, a status, a tumor, a neighborhood."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any, Final, TypeAlias

import networkx as nx

from netkg.graph.views.elements import GraphError, unknown
from netkg.suggestions import closest, did_you_mean, listed

__all__ = ["around", "select"]

_AHEAD: Final = frozenset({"asks for", "asks for one of", "asks to record", "cites"})
_ASIDE: Final = frozenset({"supersedes", "would supersede", "is evidence for"})
_BOTH: Final = _AHEAD | _ASIDE
_HUB: Final = 12
# Whether a statement, given by its attributes, is chosen.
Condition: TypeAlias = Callable[[dict[str, Any]], bool]


def select(
    graph: nx.MultiDiGraph, *, section: str | None = None, **wanted: str | None
) -> nx.MultiDiGraph:
    """Return statements with what leads to them and what they lead to.

    They are those of a section with all the values of attributes that are ``wanted``
    (None: any): a verdict, a status, a focus. Those of the whole case belong to each focus.

    Raises:
        GraphError: if no statement has one of them, or all.
    """
    chosen = {id_: data for id_, data in graph.nodes(data=True) if _is_statement(data)}
    conditions = [] if section is None else [_in_section(graph, section)]
    conditions += [
        _with_value(graph, chosen.values(), attribute, value)
        for attribute, value in wanted.items()
        if value is not None
    ]
    if not conditions:
        return graph
    kept = [id_ for id_, data in chosen.items() if all(each(data) for each in conditions)]
    if not kept:
        given = {"section": section, **wanted}
        said = listed(f"the {name} {value!r}" for name, value in given.items() if value is not None)
        raise GraphError(f"No statement has {said}. Leave out one of them.")
    return _with_context(graph, kept)


def _in_section(graph: nx.MultiDiGraph, section: str) -> Condition:
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
    return lambda data: f"{data.get('section', '')}/".casefold().startswith(wanted)


def _with_value(
    graph: nx.MultiDiGraph, statements: Iterable[dict[str, Any]], attribute: str, value: str
) -> Condition:
    found = {data[attribute] for data in statements if attribute in data}
    view = graph.graph["view"]
    if not found:
        raise GraphError(
            f"The {view} view has no statement with a {attribute}. "
            f"Leave out {attribute}, or choose the view plan."
        )
    if value not in found:
        close = did_you_mean(closest(value, found))
        hint = close or f"Choose {listed(sorted(found), 'or')}."
        raise GraphError(f"No statement of the {view} view has the {attribute} {value!r}. {hint}")
    of_case = {"case"} if attribute == "focus" else set()
    return lambda data: data.get(attribute) == value or data.get("level") in of_case


def around(graph: nx.MultiDiGraph, name: str, hops: int) -> nx.MultiDiGraph:
    """Return a node and its neighborhood of some hops, in any direction.

    The neighborhood ends at nodes with very many neighbors, such as a source that
    most statements cite. A note in the graph lists these nodes.

    Raises:
        GraphError: if no node has this id or label, or ``hops`` is negative.
    """
    if hops < 0:
        raise GraphError(f"A neighborhood cannot have {hops} hops. Choose 0 or more.")
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


def _with_context(graph: nx.MultiDiGraph, chosen: list[str]) -> nx.MultiDiGraph:
    """Return statements, all that leads to them, what they ask for, and their relations."""
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
