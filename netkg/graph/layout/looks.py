"""The look of every kind, verdict and status, and the legend.

Looks differ not only in color, but in shapes, lines and words, too; the text of
treatments is bold. The fills are light, so that the dark text has a contrast of at
least 7; the borders are from a palette for color-blind readers (Okabe and Ito, 2008).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

import networkx as nx

from netkg.render.words import status_word
from netkg.suggestions import listed

__all__ = [
    "BREAK",
    "DASHES",
    "EDGES",
    "FAINT",
    "HEAD",
    "INK",
    "PAPER",
    "SUBDUED",
    "EdgeLook",
    "Look",
    "edge_look",
    "entries_of",
    "legend",
    "look",
    "rank",
]

INK: Final = "#1a1a1a"
PAPER: Final = "#ffffff"
# Text that is less important, and lines that are under everything else.
SUBDUED: Final = "#444444"
FAINT: Final = "#dddddd"
# The ground of a time that an axis leaves out.
BREAK: Final = "#f2f2f2"
NodeShape = Literal["box", "round", "cut", "note", "folder"]
LinePattern = Literal["solid", "dashed", "dotted"]
# The lengths of dashes and gaps, and of the head of an edge, in pixels.
DASHES: Final[dict[LinePattern, tuple[float, ...]]] = {
    "solid": (),
    "dashed": (6, 3),
    "dotted": (1.5, 3),
}
HEAD: Final = 7.0


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


# The fill and the border of each meaning; in one view, no two meanings share a color.
_OVERDUE: Final = ("#f9d4c0", "#b84a00")
_TO_DO: Final = ("#fdebb8", "#8a6500")
_CHOICE: Final = ("#dcebf7", "#0072b2")
_LATER: Final = ("#e6e2f3", "#5b4a99")
_DONE: Final = ("#d9f2ea", "#00795a")
_GIVEN_UP: Final = ("#eee0d3", "#74492a")
_CAUTION: Final = ("#f7dcf0", "#a0218c")
_SILENCE: Final = ("#ffffff", "#a0218c")
_ACTION: Final = ("#eef2d0", "#5c6b00")
_OUT: Final = ("#ececec", "#666666")
_OPEN: Final = ("#ffffff", "#333333")
_DATA: Final = ("#ffffff", "#1a1a1a")
_RECORD: Final = ("#e4e8ea", "#3d4f5c")

_ALERT: Final = Look("alert", *_CAUTION, width=2.2)
_STATUS: Final = {
    "overdue": Look("overdue", *_OVERDUE, width=2.6),
    "due": Look("due", *_TO_DO, width=1.8),
    "option": Look("option", *_CHOICE, width=1.8),
    "planned": Look("planned", *_LATER, width=1.8),
    "scheduled": Look("scheduled", *_LATER, line="dashed"),
    "tried": Look("tried", *_GIVEN_UP),
    "declined": Look("declined", *_GIVEN_UP, line="dotted", width=1.6),
    "done": Look("done", *_DONE),
    "superseded": Look("superseded", *_OUT, line="dotted"),
    "closed": Look("closed", *_OUT),
}
_VERDICT: Final = {
    "not-applicable": Look("does not apply", "#f7f7f7", "#767676", line="dotted"),
    "undetermined": Look("undetermined", *_OPEN, line="dashed", width=1.6),
}
_STATE: Final = {
    "open": Look("to do", *_TO_DO, "cut"),
    "planned": Look("action planned", *_LATER, "cut"),
    "done": Look("action done", *_DONE, "cut"),
    "not asked for": Look("not asked for", "#f7f7f7", "#767676", "cut", "dotted"),
}
_KIND: Final = {
    "section": Look("section", *_RECORD, "folder", width=1.4),
    "population": Look("population", "#ffffff", "#666666", "round"),
    "statement": Look("statement", *_CHOICE),
    "recommendation": Look("recommendation", *_CHOICE),
    "alert": _ALERT,
    "precondition": Look("precondition", *_TO_DO, width=1.8),
    "principle": Look("principle", *_LATER),
    "definition": Look("definition", *_GIVEN_UP, "note"),
    "evidence": Look("evidence", *_OUT, "note"),
    "gap": Look("gap in the guideline", *_SILENCE, "cut", "dashed", 1.8),
    "caution": Look("caution", *_SILENCE, "note", width=1.8),
    "action": Look("action", *_ACTION, "cut"),
    "citation": Look("source", *_DATA, "note"),
    "fact": Look("fact in the case", *_DATA, width=1.6),
    "absence": Look("looked for, not found", *_DATA, line="dotted"),
    "derived fact": Look("derived fact", *_DATA, "round"),
    "given treatment": Look("treatment given", *_DONE, width=1.8),
    "planned treatment": Look("treatment planned", *_LATER, width=1.8),
    "declined treatment": Look("treatment declined", *_GIVEN_UP, "box", "dotted", 1.8),
    "question": Look("question", *_OPEN, "round", "dashed", 1.6),
    "case": Look("case", *_RECORD, "folder", width=2.4),
    "tumor": Look("tumor", *_RECORD, "folder", width=1.4),
    "metastasis": Look("metastasis", *_RECORD, "folder", "dashed", 1.4),
    "test": Look("test", *_CHOICE, "cut"),
    "procedure": Look("procedure", *_GIVEN_UP, "cut"),
    "therapy": Look("therapy", *_DONE, "cut"),
    "care": Look("coordination of care", *_LATER, "cut"),
    "event": Look("event", *_OUT, "cut"),
    "measurement": Look("measurement", *_DATA, "note"),
    "group": Look("group", *_RECORD, "round"),
    "finding": Look("violation", *_OVERDUE, "cut", "dashed", 2.2),
    "remark": Look("doubtful", *_TO_DO, "cut", "dashed"),
    "information": Look("information", *_OPEN, "cut", "dashed"),
    "tumor type": Look("type of tumor", *_TO_DO),
    "record": Look("record", *_TO_DO, "folder", width=1.8),
    "field": Look("field", *_TO_DO, "note"),
    "derived property": Look("derived property", *_TO_DO, "round", "dashed"),
    "value set": Look("set of values", *_RECORD, "folder", width=1.6),
    "value": Look("value", *_DATA, "round"),
}

EDGES: Final = {
    "supersedes": EdgeLook("#1a1a1a", "solid", 1.8),
    "would supersede": EdgeLook("#1a1a1a", "dashed", 1.8),
    "is evidence for": EdgeLook("#8a6500", "dotted", 1.6),
    "rules out": EdgeLook("#8a8a8a", "dotted"),
    "decides": EdgeLook("#333333", "dashed"),
    "counts for": EdgeLook("#00795a", "solid", 1.6),
    "speaks for": EdgeLook("#6f8796"),
    "gives": EdgeLook("#3b6a86"),
    "asks for": EdgeLook("#7d9488"),
    "asks for one of": EdgeLook("#7d9488", "dashed"),
    "cites": EdgeLook("#a0a0a0", "dotted"),
    "contains record": EdgeLook("#8a6500", "solid", 1.8),
    "refers to": EdgeLook("#8a6500", "dashed", 1.6),
    "is a kind of": EdgeLook("#5f5f5f", "dotted", 1.4),
}
_CLASSES: Final = frozenset({"record", "value set"})
_PLAIN: Final = EdgeLook("#8c8c8c")
# The legend names the kinds of edges without a look of their own, unless there are more.
_FEW: Final = 5
_OTHERS: Final = "other relations"
_ALL: Final = tuple(
    dict.fromkeys([*_STATUS.values(), *_VERDICT.values(), *_KIND.values(), *_STATE.values()])
)


def look(data: Mapping[str, Any]) -> Look:
    """Return the look of a node by its attributes."""
    found = _KIND.get(data["kind"], _KIND["group"])
    if data.get("status"):
        word = status_word(data["kind"], data["status"])
        found = _ALERT if word == _ALERT.name else _STATUS[word]
    elif data.get("verdict") in _VERDICT:
        found = _VERDICT[data["verdict"]]
    elif data.get("state"):
        found = _STATE[data["state"]]
    return replace(found, double=_is_folded(data), bold="treatment" in data)


def rank(entry: Look) -> int:
    """Return the place of a look in the legend."""
    return _ALL.index(entry.plain)


def _is_folded(data: Mapping[str, Any]) -> bool:
    # What a class diagram shows in a box is not drawn as several nodes.
    return bool(data.get("folded") or (data.get("listed") and data["kind"] not in _CLASSES))


def edge_look(kind: str) -> EdgeLook:
    """Return the look of an edge by its kind."""
    return EDGES.get(kind, _PLAIN)


def entries_of(kinds: Iterable[str]) -> dict[str, str]:
    """Return the entry of the legend for each kind of edge, in the order of the legend.

    >>> entries_of(["part of", "gives", "part of", "gives"])
    {'gives': 'gives', 'part of': 'part of'}
    >>> set(entries_of("abcdef").values())
    {'other relations'}
    """
    found = dict.fromkeys(kinds)
    others = [kind for kind in found if kind not in EDGES]
    named = {kind: kind for kind in EDGES if kind in found}
    return named | {kind: kind if len(others) <= _FEW else _OTHERS for kind in others}


def legend(graph: nx.MultiDiGraph) -> tuple[tuple[Look, ...], tuple[tuple[str, EdgeLook], ...]]:
    """Return the looks of the nodes and of the edges of a graph, in a fixed order."""
    found = {look(data).plain for _, data in graph.nodes(data=True)}
    nodes = [entry for entry in _ALL if entry in found]
    if any("treatment" in data for _, data in graph.nodes(data=True)):
        nodes.append(Look("treatment", PAPER, SUBDUED, bold=True))
    if any(_is_folded(data) for _, data in graph.nodes(data=True)):
        nodes.append(Look("contains several", PAPER, SUBDUED, double=True))
    entries = entries_of(kind for _, _, kind in graph.edges(keys=True))
    edges = [(kind, EDGES[kind]) for kind in entries if kind in EDGES]
    if others := dict.fromkeys(entry for kind, entry in entries.items() if kind not in EDGES):
        edges.append((listed(others), _PLAIN))
    return tuple(nodes), tuple(edges)
