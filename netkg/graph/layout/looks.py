"""The look of every kind, verdict and status, and the legend.

Looks differ not only in color, but in shapes, lines and words, too; the text of
treatments is bold. The fills are light, so that the dark text has a contrast of at
least 7; the borders are from a palette for color-blind readers (Okabe and Ito, 2008).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

import networkx as nx

__all__ = ["EDGES", "INK", "EdgeLook", "Look", "edge_look", "legend", "look", "rank"]

INK: Final = "#1a1a1a"
NodeShape = Literal["box", "round", "cut", "note", "folder"]
LinePattern = Literal["solid", "dashed", "dotted"]


@dataclass(frozen=True, slots=True)
class Look:
    """The look of a node, with its name in the legend."""

    name: str
    fill: str
    border: str
    shape: NodeShape = "box"
    line: LinePattern = "solid"
    width: float = 1.2
    double: bool = False
    bold: bool = False

    @property
    def plain(self) -> Look:
        """The look without the marks of folds and of treatments, as it is in the legend."""
        return replace(self, double=False, bold=False)


@dataclass(frozen=True, slots=True)
class EdgeLook:
    """The look of an edge."""

    color: str
    line: LinePattern = "solid"
    width: float = 1.0


_STATUS: Final = {
    "overdue": Look("overdue", "#f9d4c0", "#b84a00", width=2.6),
    "due": Look("due", "#fdebb8", "#8a6500", width=1.8),
    "option": Look("option", "#dcebf7", "#0072b2", width=1.8),
    "planned": Look("planned", "#e6e2f3", "#5b4a99"),
    "scheduled": Look("scheduled", "#f1effa", "#5b4a99"),
    "tried": Look("tried", "#f5dfea", "#9b3d74"),
    "declined": Look("declined", "#f5dfea", "#9b3d74", line="dotted"),
    "done": Look("done", "#d9f2ea", "#00795a"),
    "superseded": Look("superseded", "#ececec", "#5f5f5f", line="dotted"),
    "closed": Look("closed", "#ececec", "#5f5f5f", line="dotted"),
}
_VERDICT: Final = {
    "not-applicable": Look("does not apply", "#f4f4f4", "#7a7a7a", line="dotted"),
    "undetermined": Look("undetermined", "#ffffff", "#333333", line="dashed", width=1.6),
}
_STATE: Final = {
    "open": Look("to do", "#fdf5dc", "#8a6500", "cut"),
    "planned": Look("action planned", "#e6e2f3", "#5b4a99", "cut"),
    "done": Look("action done", "#d9f2ea", "#00795a", "cut"),
    "not asked for": Look("not asked for", "#f4f4f4", "#7a7a7a", "cut", "dotted"),
}
_KIND: Final = {
    "section": Look("section", "#e8e8e8", "#444444", "folder", width=1.6),
    "population": Look("population", "#ffffff", "#666666", "round"),
    "statement": Look("statement", "#dcebf7", "#0072b2"),
    "recommendation": Look("recommendation", "#dcebf7", "#0072b2"),
    "alert": Look("alert", "#f9d4c0", "#b84a00", width=2.2),
    "precondition": Look("precondition", "#fdebb8", "#8a6500", width=1.8),
    "principle": Look("principle", "#e6e2f3", "#5b4a99"),
    "definition": Look("definition", "#f4f4f4", "#5f5f5f", "note"),
    "evidence": Look("evidence", "#f4f4f4", "#5f5f5f", "note"),
    "gap": Look("gap in the guideline", "#ffffff", "#9b3d74", "cut", "dashed", 1.8),
    "action": Look("action", "#d9f2ea", "#00795a", "cut"),
    "citation": Look("source", "#ffffff", "#444444", "note"),
    "fact": Look("fact in the case", "#ffffff", "#1a1a1a", width=1.6),
    "absence": Look("looked for, not found", "#ffffff", "#666666", line="dotted"),
    "derived fact": Look("derived fact", "#eef4f8", "#3b6a86", "round"),
    "given treatment": Look("treatment given", "#d9f2ea", "#1a1a1a", width=1.8),
    "planned treatment": Look("treatment planned", "#e6e2f3", "#1a1a1a", width=1.8),
    "declined treatment": Look("treatment declined", "#f5dfea", "#1a1a1a", "box", "dotted", 1.8),
    "question": Look("question", "#ffffff", "#9b3d74", "round", "dashed", 1.8),
    "case": Look("case", "#dcebf7", "#0072b2", "folder", width=1.8),
    "tumor": Look("tumor", "#fdebb8", "#8a6500", "folder", width=1.8),
    "metastasis": Look("metastasis", "#f9d4c0", "#b84a00", "folder", width=1.8),
    "test": Look("test", "#dcebf7", "#0072b2", "cut"),
    "procedure": Look("procedure", "#f9d4c0", "#b84a00", "cut"),
    "therapy": Look("therapy", "#d9f2ea", "#00795a", "cut"),
    "care": Look("coordination of care", "#e6e2f3", "#5b4a99", "cut"),
    "event": Look("event", "#f4f4f4", "#5f5f5f", "cut"),
    "measurement": Look("measurement", "#ffffff", "#1a1a1a", "note"),
    "group": Look("group", "#f4f4f4", "#5f5f5f", "round"),
    "finding": Look("violation", "#f9d4c0", "#b84a00", "cut", "dashed", 2.2),
    "remark": Look("doubtful", "#fdebb8", "#8a6500", "cut", "dashed"),
    "tumor type": Look("type of tumor", "#fdebb8", "#8a6500"),
    "value set": Look("set of values", "#e8e8e8", "#444444", "folder", width=1.6),
    "value": Look("value", "#ffffff", "#666666", "round"),
}

EDGES: Final = {
    "supersedes": EdgeLook("#9b3d74", "solid", 1.6),
    "would supersede": EdgeLook("#9b3d74", "dashed", 1.6),
    "is evidence for": EdgeLook("#5b4a99", "dotted", 1.6),
    "rules out": EdgeLook("#8a8a8a", "dotted"),
    "decides": EdgeLook("#9b3d74", "dashed"),
    "counts for": EdgeLook("#00795a", "solid", 1.6),
    "speaks for": EdgeLook("#6f8796"),
    "gives": EdgeLook("#3b6a86"),
    "asks for": EdgeLook("#7d9488"),
    "asks for one of": EdgeLook("#7d9488", "dashed"),
    "cites": EdgeLook("#a0a0a0", "dotted"),
}
_PLAIN: Final = EdgeLook("#8c8c8c")
_ALL: Final = tuple(
    dict.fromkeys([*_STATUS.values(), *_VERDICT.values(), *_KIND.values(), *_STATE.values()])
)


def look(data: Mapping[str, Any]) -> Look:
    """Return the look of a node by its attributes."""
    found = _KIND.get(data["kind"], _KIND["group"])
    if data.get("status"):
        found = _STATUS[data["status"]]
    elif data.get("verdict") in _VERDICT:
        found = _VERDICT[data["verdict"]]
    elif data.get("state"):
        found = _STATE[data["state"]]
    return replace(found, double=_is_folded(data), bold="treatment" in data)


def rank(entry: Look) -> int:
    """Return the place of a look in the legend."""
    return _ALL.index(entry.plain)


def _is_folded(data: Mapping[str, Any]) -> bool:
    return bool(data.get("folded") or data.get("listed"))


def edge_look(kind: str) -> EdgeLook:
    """Return the look of an edge by its kind."""
    return EDGES.get(kind, _PLAIN)


def legend(graph: nx.MultiDiGraph) -> tuple[tuple[Look, ...], tuple[tuple[str, EdgeLook], ...]]:
    """Return the looks of the nodes and of the edges of a graph, in a fixed order."""
    found = {look(data).plain for _, data in graph.nodes(data=True)}
    nodes = [entry for entry in _ALL if entry in found]
    if any("treatment" in data for _, data in graph.nodes(data=True)):
        nodes.append(Look("treatment", "#ffffff", "#444444", bold=True))
    if any(_is_folded(data) for _, data in graph.nodes(data=True)):
        nodes.append(Look("contains several", "#ffffff", "#444444", double=True))
    kinds = {kind for _, _, kind in graph.edges(keys=True)}
    return tuple(nodes), tuple((kind, EDGES[kind]) for kind in EDGES if kind in kinds)
