"""Mermaid flowcharts, for Markdown that draws them."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any, Final

import networkx as nx

from netkg.graph.layout.looks import Look, edge_look, legend, look
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
_LINES: Final = {"solid": "-->", "dashed": "-.->", "dotted": "-.->"}
_DASHES: Final = {"solid": "", "dashed": ",stroke-dasharray:6 3", "dotted": ",stroke-dasharray:2 3"}
_LABELED: Final = frozenset({"supersedes", "would supersede", "is evidence for"})
# Letters, digits and characters without a meaning in a quoted label; others become codes.
_PLAIN: Final = re.compile(r"[^\w .,:()/+?!%'\xb7\xd7\u2013-]", re.ASCII)


def mermaid(graph: nx.MultiDiGraph) -> str:
    """Write a flowchart from left to right, with the disclaimer in a comment and a node."""
    names = {id_: f"n{number}" for number, id_ in enumerate(graph, start=1)}
    looks = {id_: replace(look(data), bold=False) for id_, data in graph.nodes(data=True)}
    classes = {style: f"c{n}" for n, style in enumerate(dict.fromkeys(looks.values()), start=1)}
    # A JSON string is a YAML string as well.
    title = json.dumps(cut(graph.graph["name"], 720), ensure_ascii=False)
    lines = ["---", f"title: {title}", "---", "flowchart LR"]
    lines += [f"    %% {_comment(line)}" for line in closing_lines(graph)]
    for id_, data in graph.nodes(data=True):
        opened, closed = _OPEN[looks[id_].shape]
        lines.append(f'    {names[id_]}{opened}"{_label(data)}"{closed}:::{classes[looks[id_]]}')
    for start, end, kind, caption in graph.edges(keys=True, data="caption"):
        arrow = _LINES[edge_look(kind).line]
        words = caption or (kind if kind in _LABELED else "")
        label = f'|"{_text(words)}"|' if words else ""
        lines.append(f"    {names[start]} {arrow}{label} {names[end]}")
    lines += [f"    {_class(name, style)}" for style, name in classes.items()]
    treatments = [names[id_] for id_, data in graph.nodes(data=True) if "treatment" in data]
    if treatments:
        lines.append("    classDef treatment font-weight:bold")
        lines.append(f"    class {','.join(treatments)} treatment")
    nodes, _ = legend(graph)
    lines.append(f"    %% legend: {_comment('; '.join(entry.name for entry in nodes))}")
    footer = "<br/>".join(_text(part) for line in closing_lines(graph) for part in wrap(line, 560))
    lines.append(f'    about["{footer}"]:::about')
    lines.append("    classDef about fill:#ffffff,stroke:#ffffff,color:#1a1a1a")
    return "\n".join(lines) + "\n"


def too_large(graph: nx.MultiDiGraph, flowchart: str) -> str:
    """Return why Mermaid does not draw a flowchart, and what to do; empty if it draws it."""
    found = []
    if len(graph.edges) > _MOST_EDGES:
        found.append(f"{len(graph.edges):,} edges (at most {_MOST_EDGES:,})")
    if len(flowchart) > _MOST_TEXT:
        found.append(f"{len(flowchart):,} characters (at most {_MOST_TEXT:,})")
    if not found:
        return ""
    return (
        f"Mermaid does not draw a flowchart with {listed(found)}. "
        "Draw a part with --section, --around or --focus, leave out --whole, "
        "or choose the format svg or html."
    )


def _label(data: dict[str, Any]) -> str:
    parts = [*wrap(data["label"], 230, most=5)]
    if "says" in data:
        parts += wrap(data["says"], 230)
    parts += [cut(line, 330) for line in data.get("listed", "").split("\n") if line]
    return "<br/>".join(map(_text, parts))


def _text(text: str) -> str:
    """Return a text without markup of Mermaid or HTML.

    >>> _text('say "x" <b> & #1; [y]')
    'say #34;x#34; #60;b#62; #38; #35;1#59; #91;y#93;'
    """
    return _PLAIN.sub(lambda found: f"#{ord(found[0])};", text.replace("\n", " "))


def _comment(text: str) -> str:
    # Braces after the percent signs would start a directive.
    return text.replace("{", "(").replace("}", ")").replace("\n", " ")


def _class(name: str, style: Look) -> str:
    width = style.width + (2 if style.double else 0)
    return (
        f"classDef {name} fill:{style.fill},stroke:{style.border},color:#1a1a1a,"
        f"stroke-width:{width:g}px{_DASHES[style.line]}"
    )
