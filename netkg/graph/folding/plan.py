"""Fold a plan: what does not apply first, then other steps by part, treatments last."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

import networkx as nx

from netkg.graph.folding.fold import Fold, Group, by_kind
from netkg.graph.views.parts import place_of
from netkg.render.words import status_word

__all__ = ["PLAN_STEPS"]

_FACTS = frozenset({"absence", "derived fact", "fact"})
_AROUND = _FACTS | {"action", "question"}
_RECORDED = frozenset({"given treatment", "planned treatment", "declined treatment"})
_KEPT = ("asks for", "asks for one of", "counts for", "supersedes", "would supersede")
_AT_REST = ("done", "scheduled", "closed")
_FEW = 6
# How many statements a fold names.
_LISTED = 12


def _verdicts(graph: nx.MultiDiGraph) -> list[Group]:
    """Fold what does not apply, and other steps that are undetermined if they are many."""
    against = _statements(graph, verdict="not-applicable")
    ruled_out = _with_orphans(graph, against)
    groups = [
        Group(
            "does not apply",
            members=ruled_out,
            label=_count(graph, against, "do not apply", "does not apply"),
            kind="statement",
            column=_column(graph, against),
            only=(),
            more={
                "verdict": "not-applicable",
                "reach": "blocked",
                "part": "Does not apply",
                "order": place_of("Does not apply", 999_999),
            },
        )
    ]
    unknown = _statements(graph, verdict="undetermined")
    if len(unknown) > _FEW:
        groups += _undetermined(graph, _others(graph, unknown), ruled_out)
    return [group for group in groups if group.members]


def _undetermined(
    graph: nx.MultiDiGraph, ids: Sequence[str], ruled_out: Iterable[str] = ()
) -> list[Group]:
    """Fold steps that are undetermined; their questions stay."""
    if len(ids) < 2:
        return []
    # What only these two folds are linked to is drawn by neither.
    questions = [id_ for id_, kind in graph.nodes(data="kind") if kind == "question"]
    both = _with_orphans(graph, [*ruled_out, *ids], spare=questions)
    other = "" if _is_treatment(graph, ids[0]) else "other "
    return [
        Group(
            f"{other}undetermined",
            members=tuple(id_ for id_ in both if id_ not in set(ruled_out)),
            label=_count(graph, ids, "are undetermined"),
            kind="statement",
            column=_column(graph, ids),
            only=("decides", "would supersede"),
            more=_shared(graph, ids) | {"verdict": "undetermined", "reach": "unknown"},
        )
    ]


def _at_rest(graph: nx.MultiDiGraph) -> list[Group]:
    """Fold other steps that are done, not due yet, or past."""
    ids = [id_ for status in _AT_REST for id_ in _statements(graph, status=status)]
    return _by_status(graph, _others(graph, ids), only=_KEPT)


def _lone_actions(graph: nx.MultiDiGraph) -> list[Group]:
    """Fold each action that only one statement asks for into that statement."""
    by_statement: dict[str, list[str]] = {}
    for id_, data in graph.nodes(data=True):
        askers = set(graph.predecessors(id_))
        if data["kind"] == "action" and len(askers) == 1:
            by_statement.setdefault(askers.pop(), []).append(id_)
    return [Group(id_, members=tuple(actions)) for id_, actions in by_statement.items()]


def _for_everyone(graph: nx.MultiDiGraph) -> list[Group]:
    """Fold what applies to every case in the same way, at no tumor or day of its own."""
    everyone = [
        id_
        for id_ in _statements(graph, verdict="applicable")
        if [graph.nodes[n].get("field") for n in graph.predecessors(id_)] == ["id"]
        and graph.nodes[id_]["says"] == _word(graph, id_)
    ]
    return _by_status(graph, everyone, note=", for everyone", listed=True)


def _applicable(graph: nx.MultiDiGraph) -> list[Group]:
    """Fold all other steps that apply: a case of very many tumors."""
    ids = _statements(graph, verdict="applicable")
    return _by_status(graph, _others(graph, ids), note=", in addition", listed=True)


def _facts(graph: nx.MultiDiGraph) -> list[Group]:
    """Fold facts to one node per kind."""
    return by_kind(graph, _of_kinds(graph, _FACTS))


def _treatments(graph: nx.MultiDiGraph) -> list[Group]:
    """Fold the treatments too: those that apply by status, those undetermined to one node."""
    applicable = _treatment_statements(graph, verdict="applicable")
    unknown = _treatment_statements(graph, verdict="undetermined")
    groups = _by_status(graph, applicable, note=", treatments", listed=True)
    return groups + _undetermined(graph, unknown)


def _around(graph: nx.MultiDiGraph) -> list[Group]:
    """Fold everything around the statements to one node per kind."""
    return by_kind(graph, _of_kinds(graph, _AROUND | _RECORDED))


# -- groups ----------------------------------------------------------------------------------
def _by_status(
    graph: nx.MultiDiGraph,
    ids: Iterable[str],
    *,
    note: str = "",
    listed: bool = False,
    only: tuple[str, ...] | None = None,
) -> list[Group]:
    """Fold statements of the same part and status, with what is linked to these folds only."""
    by_status: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for id_ in ids:
        data = graph.nodes[id_]
        by_status[data["part"], data["status"], _word(graph, id_)].append(id_)
    groups: list[Group] = []
    taken: dict[str, None] = {}
    for (part, status, word), same in by_status.items():
        if len(same) > 1:
            members = [m for m in _with_orphans(graph, [*taken, *same]) if m not in taken]
            taken |= dict.fromkeys(members)
            groups.append(
                Group(
                    f"{part}: {word}{note}",
                    members=tuple(members),
                    label=_count(graph, same, "are alerts" if word == "alert" else f"are {word}")
                    + note,
                    kind=word if word == "alert" else "statement",
                    column=_column(graph, same),
                    only=only,
                    more=_shared(graph, same)
                    | ({"listed": _lines(graph, same)} if listed else {})
                    | {"verdict": "applicable", "status": status, "reach": "reached"},
                )
            )
    return groups


def _statements(graph: nx.MultiDiGraph, **wanted: str) -> list[str]:
    return [
        id_
        for id_, data in graph.nodes(data=True)
        if "statement" in data and all(data.get(key) == value for key, value in wanted.items())
    ]


def _lines(graph: nx.MultiDiGraph, ids: Iterable[str]) -> str:
    """Return a line for each statement: what is said of it, or at how many tumors it is."""
    said: dict[str, list[str]] = defaultdict(list)
    for id_ in ids:
        data = graph.nodes[id_]
        said[data["label"]].append(data["says"] if data["says"] != _word(graph, id_) else "")
    lines = [
        f"{label} · {len(each)} times"
        if len(each) > 1
        else " · ".join(filter(None, (label, *each)))
        for label, each in said.items()
    ]
    rest = [f"and {len(lines) - _LISTED} more"] if len(lines) > _LISTED + 1 else []
    return "\n".join([*lines[:_LISTED], *rest] if rest else lines)


def _word(graph: nx.MultiDiGraph, id_: str) -> str:
    """Return the status of a statement as people see it."""
    data = graph.nodes[id_]
    return status_word(data["kind"], data.get("status", ""))


def _is_treatment(graph: nx.MultiDiGraph, id_: str) -> bool:
    return "treatment" in graph.nodes[id_]


def _others(graph: nx.MultiDiGraph, ids: Iterable[str]) -> list[str]:
    """Return the statements that do not ask for treatment."""
    return [id_ for id_ in ids if not _is_treatment(graph, id_)]


def _treatment_statements(graph: nx.MultiDiGraph, **wanted: str) -> list[str]:
    return [id_ for id_ in _statements(graph, **wanted) if _is_treatment(graph, id_)]


def _of_kinds(graph: nx.MultiDiGraph, kinds: Iterable[str]) -> list[str]:
    return [
        id_
        for id_, data in graph.nodes(data=True)
        if data["kind"] in kinds and not data.get("folded")
    ]


def _shared(graph: nx.MultiDiGraph, ids: Sequence[str]) -> dict[str, object]:
    """Return what a fold has of the statements in it: part, first place, being treatment."""
    first = min(ids, key=lambda id_: graph.nodes[id_]["order"])
    names = ("part", "order", "treatment")
    return {name: value for name, value in graph.nodes[first].items() if name in names}


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


def _column(graph: nx.MultiDiGraph, ids: Sequence[str]) -> int:
    return int(graph.nodes[ids[0]]["column"]) if ids else 0


def _count(graph: nx.MultiDiGraph, ids: Sequence[str], are: str, is_: str = "") -> str:
    """Return a count of statements, and of verdicts if they have one for each tumor."""
    number = len({graph.nodes[id_]["statement"] for id_ in ids})
    one = f"1 statement {is_ or are.replace('are', 'is', 1)}"
    said = one if number == 1 else f"{number} statements {are}"
    return said if number == len(ids) else f"{said}, {len(ids)} times"


# The steps that make a plan fit one screen, the mildest first.
PLAN_STEPS: Final = tuple(
    map(
        Fold,
        (
            _verdicts,
            _at_rest,
            _lone_actions,
            _for_everyone,
            _applicable,
            _facts,
            _treatments,
            _around,
        ),
    )
)
