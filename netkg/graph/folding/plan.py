"""Fold a plan: by verdict first, then by status, then by kind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

import networkx as nx

from netkg.graph.folding.fold import Fold, Group, by_kind

__all__ = ["PLAN_STEPS"]

_AROUND = frozenset({"absence", "action", "derived fact", "fact", "missing field"})
_AHEAD = ("asks for", "asks for one of", "supersedes", "would supersede")
_FINISHED = ("done", "scheduled", "closed")
_FEW = 6
_QUESTIONS = 8


def _verdicts(graph: nx.MultiDiGraph) -> list[Group]:
    """Fold what does not apply, and what is undetermined if it is more than a few."""
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
        # What only these two folds are linked to is drawn by neither.
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
                label=f"{len(rest)} more missing fields",
                kind="missing field",
                column=0,
            )
        )
    return [group for group in groups if group.members]


def _finished(graph: nx.MultiDiGraph) -> list[Group]:
    """Fold what is done, not due yet, or past."""
    ids = [id_ for status in _FINISHED for id_ in _statements(graph, status=status)]
    return _by_status(graph, ids, only=_AHEAD)


def _lone_actions(graph: nx.MultiDiGraph) -> list[Group]:
    """Fold each action that only one statement asks for into that statement."""
    by_statement: dict[str, list[str]] = {}
    for id_, data in graph.nodes(data=True):
        askers = set(graph.predecessors(id_))
        if data["kind"] == "action" and len(askers) == 1:
            by_statement.setdefault(askers.pop(), []).append(id_)
    return [Group(id_, members=tuple(actions)) for id_, actions in by_statement.items()]


def _for_everyone(graph: nx.MultiDiGraph) -> list[Group]:
    """Fold what applies to every case in the same way."""
    everyone = [
        id_
        for id_ in _statements(graph, verdict="applicable")
        if [graph.nodes[n].get("field") for n in graph.predecessors(id_)] == ["id"]
    ]
    return _by_status(graph, everyone, note=", for everyone", listed=True)


def _applicable(graph: nx.MultiDiGraph) -> list[Group]:
    """Fold all that applies: a case of very many tumors."""
    return _by_status(graph, _statements(graph, verdict="applicable"), note=", in addition")


def _around(graph: nx.MultiDiGraph) -> list[Group]:
    """Fold facts and actions to one node per kind."""
    return by_kind(
        graph,
        (
            id_
            for id_, data in graph.nodes(data=True)
            if data["kind"] in _AROUND and not data.get("folded")
        ),
    )


# -- groups ----------------------------------------------------------------------------------
def _by_status(
    graph: nx.MultiDiGraph,
    ids: Iterable[str],
    *,
    note: str = "",
    listed: bool = False,
    only: tuple[str, ...] | None = None,
) -> list[Group]:
    """Fold statements of the same status, with what is linked to these folds only."""
    by_status: dict[str, list[str]] = defaultdict(list)
    for id_ in ids:
        by_status[graph.nodes[id_]["status"]].append(id_)
    groups: list[Group] = []
    taken: dict[str, None] = {}
    for status, same in by_status.items():
        if len(same) > 1:
            members = [m for m in _with_orphans(graph, [*taken, *same]) if m not in taken]
            taken |= dict.fromkeys(members)
            groups.append(
                Group(
                    f"{status}{note}",
                    members=tuple(members),
                    label=_count(graph, same, f"are {status}") + note,
                    kind="statement",
                    column=_column(graph, same),
                    listed=tuple(same) if listed else (),
                    only=only,
                    more={
                        "verdict": "applicable",
                        "status": status,
                        "reach": "reached",
                        "order": min(graph.nodes[id_]["order"] for id_ in same),
                    },
                )
            )
    return groups


def _statements(graph: nx.MultiDiGraph, **wanted: str) -> list[str]:
    return [
        id_
        for id_, data in graph.nodes(data=True)
        if "statement" in data and all(data.get(key) == value for key, value in wanted.items())
    ]


def _with_orphans(
    graph: nx.MultiDiGraph, ids: Iterable[str], *, spare: Iterable[str] = ()
) -> tuple[str, ...]:
    """Add the facts, fields and actions that are linked to these statements only."""
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
    """Return a count of statements, and of verdicts if they have one for each tumor."""
    number = len({graph.nodes[id_]["statement"] for id_ in ids})
    one = f"1 statement {is_ or are.replace('are', 'is', 1)}"
    said = one if number == 1 else f"{number} statements {are}"
    return said if number == len(ids) else f"{said}, {len(ids)} times"


# The steps that make a plan fit one screen, the mildest first.
PLAN_STEPS: Final = tuple(
    map(Fold, (_verdicts, _finished, _lone_actions, _for_everyone, _applicable, _around))
)
