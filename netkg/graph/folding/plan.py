"""Fold a plan: first what does not apply, then what is done, then what is plain."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import networkx as nx

from netkg.graph.folding.fold import Fold, Group

__all__ = ["plan_steps"]

_AROUND = frozenset({"absence", "action", "derived fact", "fact", "missing field"})
_AHEAD = ("asks for", "asks for one of", "supersedes", "would supersede")
_FEW = 6
_QUESTIONS = 8


def plan_steps() -> tuple[Fold, ...]:
    """Give the steps that make a plan fit one screen, the mildest first."""
    steps = (
        _verdicts,
        _settled,
        _lone_actions,
        _for_everyone,
        _links,
        _superseded,
        _by_status,
        _by_kind,
    )
    return tuple(map(Fold, steps))


def _verdicts(graph: nx.MultiDiGraph) -> list[Group]:
    """Fold what does not apply, and what is undetermined where it is more than a few."""
    against = _statements(graph, verdict="not-applicable")
    unknown = _statements(graph, verdict="undetermined")
    asked = _by_weight(graph, "missing field")
    ruled_out = _with_orphans(graph, against)
    groups = [
        Group(
            "does not apply",
            members=ruled_out,
            label=_count(graph, against, "do not apply", "does not apply"),
            kind="statement",
            column=_column(graph, against),
            only=(),
            more={"verdict": "not-applicable", "reach": "blocked", "order": 99_000},
        )
    ]
    if len(unknown) > _FEW:
        kept = asked[:_QUESTIONS] if len(asked) > _QUESTIONS + 1 else asked
        rest = tuple(asked[len(kept) :])
        # What only these two folds ask for is drawn by neither.
        both = _with_orphans(graph, [*ruled_out, *unknown], spare=asked)
        groups.append(
            Group(
                "undetermined",
                members=tuple(id_ for id_ in both if id_ not in set(ruled_out)),
                label=_count(graph, unknown, "are undetermined"),
                kind="statement",
                column=_column(graph, unknown),
                only=("would decide", "would help to decide", "would supersede"),
                more={"verdict": "undetermined", "reach": "unknown", "order": 98_000},
            )
        )
        groups.append(
            Group(
                "more missing fields",
                members=rest,
                label=f"{len(rest)} more fields that are missing",
                kind="missing field",
                column=0,
            )
        )
    return [group for group in groups if group.members]


def _settled(graph: nx.MultiDiGraph) -> list[Group]:
    """Fold what is done, not due yet, or past."""
    groups: list[Group] = []
    taken: list[str] = []
    for status in ("done", "scheduled", "closed"):
        ids = _statements(graph, status=status)
        if len(ids) > 1:
            label = _count(graph, ids, f"are {status}")
            groups.append(_gather(graph, ids, status, label, status, only=_AHEAD, taken=taken))
            taken += groups[-1].members
    return groups


def _superseded(graph: nx.MultiDiGraph) -> list[Group]:
    ids = _statements(graph, status="superseded")
    label = _count(graph, ids, "are superseded")
    return [_gather(graph, ids, "superseded", label, "superseded")] if len(ids) > 1 else []


def _lone_actions(graph: nx.MultiDiGraph) -> list[Group]:
    """Fold each action that one statement alone asks for into that statement."""
    by_statement: dict[str, list[str]] = {}
    for id_, data in graph.nodes(data=True):
        askers = set(graph.predecessors(id_))
        if data["kind"] == "action" and len(askers) == 1:
            by_statement.setdefault(askers.pop(), []).append(id_)
    return [Group(id_, members=tuple(actions)) for id_, actions in by_statement.items()]


def _for_everyone(graph: nx.MultiDiGraph) -> list[Group]:
    """Fold what applies to every case alike, by its status."""
    plain: dict[str, list[str]] = {}
    for id_ in _statements(graph, verdict="applicable"):
        data = graph.nodes[id_]
        behind = list(graph.predecessors(id_))
        everyone = len(behind) == 1 and graph.nodes[behind[0]].get("field") == "id"
        if everyone and "status" in data and not data.get("folded"):
            plain.setdefault(data["status"], []).append(id_)
    return [
        _gather(
            graph,
            ids,
            f"{status} for everyone",
            f"{len(ids)} {status}, for everyone",
            status,
            listed=True,
        )
        for status, ids in plain.items()
        if len(ids) > 1
    ]


def _links(graph: nx.MultiDiGraph) -> list[Group]:
    """Pass by derived facts that only lead from one fact to another."""
    groups = []
    for id_, data in graph.nodes(data=True):
        after = sorted(set(graph.successors(id_)))
        if (
            data["kind"] == "derived fact"
            and graph.in_degree(id_) == 1
            and len(after) == 1
            and graph.nodes[after[0]]["kind"] == "derived fact"
        ):
            groups.append(Group(after[0], passed=(id_,)))
    return groups


def _by_status(graph: nx.MultiDiGraph) -> list[Group]:
    """Fold all that applies by its status: a case of very many tumours."""
    by_status: dict[str, list[str]] = {}
    for id_, data in graph.nodes(data=True):
        if data.get("status") and not data.get("folded"):
            by_status.setdefault(data["status"], []).append(id_)
    return [
        _gather(
            graph, ids, f"all {status}", f"{_count(graph, ids, f'are {status}')}, besides", status
        )
        for status, ids in by_status.items()
        if len(ids) > 1
    ]


def _by_kind(graph: nx.MultiDiGraph) -> list[Group]:
    """Fold facts and actions to one node a kind."""
    by_kind: dict[str, list[str]] = {}
    for id_, data in graph.nodes(data=True):
        if data["kind"] in _AROUND and not data.get("folded"):
            by_kind.setdefault(data["kind"], []).append(id_)
    return [
        Group(
            f"all of kind {kind}",
            members=tuple(ids),
            label=f"{len(ids)} nodes: {kind}",
            kind=kind,
            column=_column(graph, ids),
        )
        for kind, ids in by_kind.items()
        if len(ids) > 1
    ]


# -- what belongs together ---------------------------------------------------------------
def _gather(
    graph: nx.MultiDiGraph,
    ids: list[str],
    id_: str,
    label: str,
    status: str,
    *,
    listed: bool = False,
    only: tuple[str, ...] | None = None,
    taken: Sequence[str] = (),
) -> Group:
    """Fold statements, and what nothing but them and other folds has to do with."""
    members = _with_orphans(graph, [*taken, *ids])
    return Group(
        id_,
        members=tuple(id_ for id_ in members if id_ not in set(taken)),
        label=label,
        kind="statement",
        column=_column(graph, ids),
        listed=tuple(ids) if listed else (),
        only=only,
        more={
            "verdict": "applicable",
            "status": status,
            "reach": "reached",
            "order": min(graph.nodes[id_]["order"] for id_ in ids),
        },
    )


def _statements(graph: nx.MultiDiGraph, **wanted: str) -> list[str]:
    return [
        id_
        for id_, data in graph.nodes(data=True)
        if "statement" in data and all(data.get(key) == value for key, value in wanted.items())
    ]


def _with_orphans(
    graph: nx.MultiDiGraph, ids: Iterable[str], *, spare: Iterable[str] = ()
) -> tuple[str, ...]:
    """Add the facts, fields and actions that no statement but these has to do with."""
    found, spared = dict.fromkeys(ids), set(spare)
    grown = True
    while grown:
        around = {
            near
            for id_ in found
            for near in (*graph.predecessors(id_), *graph.successors(id_))
            if near not in found and near not in spared and graph.nodes[near]["kind"] in _AROUND
        }
        orphans = sorted(
            near
            for near in around
            if all(n in found for n in (*graph.predecessors(near), *graph.successors(near)))
            or (
                graph.nodes[near]["kind"] != "action"
                and all(n in found for n in graph.successors(near))
            )
        )
        found |= dict.fromkeys(orphans)
        grown = bool(orphans)
    return tuple(found)


def _by_weight(graph: nx.MultiDiGraph, kind: str) -> list[str]:
    found = [id_ for id_, data in graph.nodes(data=True) if data["kind"] == kind]
    return sorted(found, key=lambda id_: (-graph.out_degree(id_), id_))


def _column(graph: nx.MultiDiGraph, ids: list[str]) -> int:
    return int(graph.nodes[ids[0]]["column"]) if ids else 0


def _count(graph: nx.MultiDiGraph, ids: Sequence[str], are: str, is_: str = "") -> str:
    """Count statements, and how often where they are judged at several tumours."""
    number = len({graph.nodes[id_]["statement"] for id_ in ids})
    said = f"1 statement {is_ or are.replace('are', 'is', 1)}"
    if number != 1:
        said = f"{number} statements {are}"
    return said if number == len(ids) else f"{said}, {len(ids)} times"
