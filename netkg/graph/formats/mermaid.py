"""Mermaid flowcharts, for Markdown that draws them.

Everything is drawn on a light ground of its own, with colors of its own, so that a page
with a dark theme shows the same picture.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

import networkx as nx

from netkg.graph.layout.looks import EDGES, INK, PAPER, EdgeLook, edge_look, legend, look
from netkg.graph.layout.text import cut, wrap
from netkg.graph.views.elements import closing_lines
from netkg.suggestions import listed

__all__ = ["mermaid", "too_large"]

# What Mermaid draws by default (its settings maxEdges and maxTextSize).
_MOST_EDGES: Final = 500
_MOST_TEXT: Final = 50_000

_OPEN: Final = {
    "box": ("[", "]"),
    "round": ("(", ")"),
    "cut": ("{{", "}}"),
    "note": (">", "]"),
    "folder": ("[[", "]]"),
}
_ARROWS: Final = {"solid": "-->", "dashed": "-.->", "dotted": "-.->"}
_DASHES: Final = {"solid": "", "dashed": ",stroke-dasharray:6 3", "dotted": ",stroke-dasharray:2 3"}
_LABELED: Final = frozenset({"supersedes", "would supersede", "is evidence for"})
# Letters, digits and characters without a meaning in a quoted label; others become codes.
_PLAIN: Final = re.compile(r"[^\w .,:/+?!%'\xb7\xd7\u2013-]", re.ASCII)
# The mark of a list in Markdown, at the beginning of a label.
_MARK: Final = re.compile(r"^(\s*)(\d+)?([-+.])(?=\s)")
# How wide the closing lines are, in the size of our text; that of Mermaid is larger by half.
_WIDEST: Final = 560
# How many entries a row of the legend has.
_ROW: Final = 6


def mermaid(graph: nx.MultiDiGraph) -> str:
    """Write a flowchart from left to right, with a legend and the disclaimer."""
    return "\n".join(_Flowchart(graph).lines()) + "\n"


def too_large(flowchart: str) -> str:
    """Return why Mermaid does not draw a flowchart, and what to do; empty if it draws it."""
    found = []
    # Those of the legend count, too. In labels, the characters of an arrow are codes.
    edges = len(re.findall(r" (?:-->|-\.->|~~~)", flowchart))
    if edges > _MOST_EDGES:
        found.append(f"{edges:,} edges (at most {_MOST_EDGES:,})")
    if len(flowchart) > _MOST_TEXT:
        found.append(f"{len(flowchart):,} characters (at most {_MOST_TEXT:,})")
    if not found:
        return ""
    return (
        f"Mermaid does not draw a flowchart with {listed(found)}. "
        "Draw a part with --section, --around or --focus, leave out --whole, "
        "or choose the format svg or html."
    )


class _Flowchart:
    """The lines of one flowchart: the drawing, its legend and the closing lines."""

    def __init__(self, graph: nx.MultiDiGraph) -> None:
        self._graph = graph
        self._names = {id_: f"n{number}" for number, id_ in enumerate(graph, start=1)}
        # Bold text is a class of its own, so that a look has one class.
        self._looks = {id_: replace(look(data), bold=False) for id_, data in graph.nodes.items()}
        entries, _ = legend(graph)
        self._legend = [replace(entry, bold=False) for entry in entries]
        self._bold = [f"k{number}" for number, entry in enumerate(entries) if entry.bold]
        self._bold += [self._names[id_] for id_, data in graph.nodes.items() if look(data).bold]
        styles = dict.fromkeys([*self._looks.values(), *self._legend])
        self._classes = {style: f"c{number}" for number, style in enumerate(styles, start=1)}
        self._unnamed = _commonest(graph)
        self._links: dict[EdgeLook, list[int]] = defaultdict(list)
        self._count = 0

    def lines(self) -> list[str]:
        title = self._graph.graph["name"]
        body = [
            f"accTitle: {_words(cut(title, _WIDEST))}",
            f"accDescr: {_words(' '.join(closing_lines(self._graph)))}",
            f'subgraph ground["{_text(cut(title, _WIDEST))}"]',
            "direction TB",
            'subgraph drawing[" "]',
            "direction LR",
            *self._nodes(),
            *self._edges(),
            "end",
            'subgraph legend["Legend"]',
            "direction LR",
            *self._node_samples(),
            *self._edge_samples(),
            "end",
            f'about["{self._closing()}"]:::about',
            f"drawing {self._hidden()} legend {self._hidden()} about",
            "end",
            *self._styles(),
        ]
        # The ends of arrows and the labels of edges have no style of their own, but the theme.
        wide = ["  flowchart:", f"    wrappingWidth: {_WIDEST * 3 // 2}"]
        head = ["---", "config:", "  theme: default", *wide, "---", "flowchart TB"]
        return [*head, *(f"    {line}" for line in body)]

    def _nodes(self) -> Iterator[str]:
        for id_, data in self._graph.nodes(data=True):
            style = self._looks[id_]
            opened, closed = _OPEN[style.shape]
            words = f'{opened}"{_label(data)}"{closed}'
            yield f"{self._names[id_]}{words}:::{self._classes[style]}"

    def _edges(self) -> Iterator[str]:
        for start, end, kind, data in self._graph.edges(keys=True, data=True):
            arrow = self._arrow(edge_look(kind), self._edge_label(kind, data))
            yield f"{self._names[start]} {arrow} {self._names[end]}"

    def _edge_label(self, kind: str, data: dict[str, Any]) -> str:
        """Return the label of an edge whose line does not say what it is."""
        if "caption" in data:
            return str(data["caption"])
        is_named = kind in _LABELED or (kind not in EDGES and kind != self._unnamed)
        return str(data["label"]) if is_named else ""

    def _arrow(self, style: EdgeLook, label: str) -> str:
        self._links[style].append(self._count)
        self._count += 1
        return _ARROWS[style.line] + (f'|"{_text(label)}"|' if label else "")

    def _hidden(self) -> str:
        self._count += 1
        return "~~~"

    # -- legend ------------------------------------------------------------------------------
    def _node_samples(self) -> Iterator[str]:
        rows = ""
        for number, style in enumerate(self._legend):
            opened, closed = _OPEN[style.shape]
            words = f'{opened}"{_text(style.name)}"{closed}'
            rows += f"{self._before(number, _ROW)}k{number}{words}:::{self._classes[style]}"
        yield from rows.splitlines()

    def _edge_samples(self) -> Iterator[str]:
        kinds = dict.fromkeys(kind for *_, kind in self._graph.edges(keys=True))
        rows = ""
        for number, kind in enumerate(each for each in (*EDGES, self._unnamed) if each in kinds):
            before = self._before(number, _ROW // 2)
            arrow = self._arrow(edge_look(kind), kind)
            rows += f'{before}l{number}[" "]:::about {arrow} m{number}[" "]:::about'
        yield from rows.splitlines()

    def _before(self, number: int, length: int) -> str:
        """Return what is between a sample and the one before it: a new row, or a hidden link."""
        if number % length:
            return f" {self._hidden()} "
        return "\n" if number else ""

    # -- closing lines and styles ------------------------------------------------------------
    def _closing(self) -> str:
        return "<br/>".join(_lines_of(line, _WIDEST) for line in closing_lines(self._graph))

    def _styles(self) -> Iterator[str]:
        for style, name in self._classes.items():
            width = style.width + (2 if style.double else 0)
            yield (
                f"classDef {name} fill:{style.fill},stroke:{style.border},color:{INK},"
                f"stroke-width:{width:g}px{_DASHES[style.line]}"
            )
        if self._bold:
            yield "classDef treatment font-weight:bold"
            yield f"class {','.join(self._bold)} treatment"
        yield f"classDef about fill:{PAPER},stroke:{PAPER},color:{INK}"
        for name in ("ground", "drawing", "legend"):
            yield f"style {name} fill:{PAPER},stroke:{PAPER},color:{INK}"
        for line, numbers in self._links.items():
            yield (
                f"linkStyle {','.join(map(str, numbers))} stroke:{line.color},"
                f"stroke-width:{line.width:g}px{_DASHES[line.line]}"
            )


def _commonest(graph: nx.MultiDiGraph) -> str:
    """Return the most frequent of the kinds of edges that have no line of their own."""
    counts = Counter(kind for *_, kind in graph.edges(keys=True) if kind not in EDGES)
    return max(counts, key=counts.__getitem__, default="")


def _label(data: dict[str, Any]) -> str:
    parts = [*wrap(data["label"], 230, most=5)]
    if "says" in data:
        parts += wrap(data["says"], 230)
    parts += [cut(line, 330) for line in data.get("listed", "").split("\n") if line]
    return "<br/>".join(map(_text, parts))


def _lines_of(text: str, width: float) -> str:
    return "<br/>".join(map(_text, wrap(text, width)))


def _text(text: str) -> str:
    """Return a text without markup of Mermaid, Markdown or HTML.

    >>> _text('say "x" <b> & #1; [y]')
    'say #34;x#34; #60;b#62; #38; #35;1#59; #91;y#93;'
    >>> _text("1. first")
    '1#46; first'
    """
    plain = _PLAIN.sub(lambda found: f"#{ord(found[0])};", text.replace("\n", " "))
    return _MARK.sub(lambda found: f"{found[1]}{found[2] or ''}#{ord(found[3])};", plain)


def _words(text: str) -> str:
    """Return the words of a text for a line that ends with it, where codes have no meaning."""
    return " ".join(re.sub(r"[^\w .,:()/+?!'-]", " ", text).split())
