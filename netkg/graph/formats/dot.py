"""DOT, the format of Graphviz.

Places and curves are those of :mod:`netkg.graph.layout.place`; ``neato -n2`` keeps
them, while ``dot`` finds its own.
"""

from __future__ import annotations

from hashlib import sha256
from html import escape
from typing import Final, cast

import graphviz
import networkx as nx

from netkg.graph.layout.looks import HEAD, INK, Look, edge_look, look
from netkg.graph.layout.place import place
from netkg.graph.layout.placed import EdgePath, Layout
from netkg.graph.layout.text import CAPTION_SIZE, FONT, FONT_SIZE
from netkg.graph.views.elements import closing_lines

__all__ = ["dot"]

_SHAPES: Final = {"note": "note", "folder": "folder"}
# Graphviz reads at most 16 KiB of a name or a text.
_LONGEST: Final = 1_000
# A character without width, which separates a backslash from what it would escape.
_JOINER: Final = "\u2060"


def dot(graph: nx.MultiDiGraph) -> str:
    """Write a graph as DOT, with the places of its nodes."""
    return str(_source(graph, place(graph)).source)


def _source(graph: nx.MultiDiGraph, layout: Layout) -> graphviz.Digraph:
    """Return nodes and edges, with the closing notice as label."""
    about = graph.graph
    source = graphviz.Digraph(
        name=_name(about["name"]),
        comment=" ".join(closing_lines(graph)).replace("\n", " "),
        graph_attr={
            "rankdir": "LR",
            "bgcolor": "white",
            "fontname": FONT,
            "fontsize": "11",
            "labelloc": "b",
            "labeljust": "l",
            "label": "".join(f"{_text(line)}\\l" for line in closing_lines(graph)),
            "tooltip": _tooltip(about["name"]),
            "nodesep": "0.1",
            "ranksep": "0.7",
            "pad": "0.15",
        },
        node_attr={
            "fontname": FONT,
            "fontsize": str(FONT_SIZE),
            "fontcolor": INK,
            "style": "filled",
            "fixedsize": "true",
            "margin": "0.1,0.03",
        },
        edge_attr={
            "arrowsize": "0.55",
            "arrowhead": "normal",
            "fontname": FONT,
            "fontsize": str(CAPTION_SIZE),
        },
    )
    for id_, data in graph.nodes(data=True):
        _node(source, id_, data, layout)
    for start, end, kind, caption in graph.edges(keys=True, data="caption"):
        style = edge_look(kind)
        in_column = graph.nodes[start]["column"] == graph.nodes[end]["column"]
        attributes = {
            "tooltip": _tooltip(kind),
            "color": style.color,
            "penwidth": str(style.width),
            "style": style.line,
            "constraint": "false" if in_column else "true",
            "pos": _spline(layout.paths[start, end, kind], layout.height),
            **({"label": _text(caption)} if caption else {}),
        }
        # Digraph.edge would read the text after a colon as a port.
        first, last = (graphviz.quoting.quote(_name(id_)) for id_ in (start, end))
        source.body.append(f"\t{first} -> {last}{graphviz.quoting.attr_list(kwargs=attributes)}\n")
    return source


def _node(source: graphviz.Digraph, id_: str, data: dict[str, object], layout: Layout) -> None:
    box, style = layout.boxes[id_], look(data)
    # A second border is drawn outside the first.
    room = 8.0 if style.double else 0.0
    source.node(
        _name(id_),
        label=_bold(box.lines) if style.bold else _lines(box.lines),
        shape=_SHAPES.get(style.shape, "box"),
        style=_style(style),
        fillcolor=style.fill,
        color=style.border,
        penwidth=str(style.width),
        peripheries="2" if style.double else "1",
        tooltip=_tooltip(str(data.get("definition") or data["label"])),
        pos=f"{box.x:g},{layout.height - box.y:g}",
        width=f"{(box.width - room) / 72:.4f}",
        height=f"{(box.height - room) / 72:.4f}",
        **{"class": _classes(data)},
    )


def _classes(data: dict[str, object]) -> str:
    kind = str(data["kind"]).replace(" ", "-")
    return f"treatment {kind}" if "treatment" in data else kind


def _name(text: str) -> str:
    """Return a name, in which a backslash has no meaning, unless a quote follows it."""
    if len(text) > _LONGEST:
        text = f"{text[:_LONGEST]}… {sha256(text.encode()).hexdigest()[:16]}"
    return cast(str, graphviz.nohtml(text.replace("&", "&amp;").replace("\\", f"\\{_JOINER}")))


def _tooltip(text: str) -> str:
    """Return a tooltip, which some versions of Graphviz unescape once and some twice."""
    if len(text) > _LONGEST:
        text = f"{text[:_LONGEST]}…"
    return _text(text.replace("\\", f"\\{_JOINER}"))


def _text(text: str) -> str:
    """Return a text without markup, even if it looks like markup."""
    return cast(str, graphviz.nohtml(_escaped(text)))


def _escaped(text: str) -> str:
    # Graphviz reads entities, of characters that XML does not have, too.
    return str(graphviz.escape(text.replace("&", "&amp;")))


def _lines(lines: tuple[str, ...]) -> str:
    texts = [_escaped(line) for line in lines]
    text = "".join(f"{each}\\l" for each in texts) if _is_list(lines) else "\\n".join(texts)
    return cast(str, graphviz.nohtml(text))


def _bold(lines: tuple[str, ...]) -> str:
    """Return bold text, which needs markup; the text itself is escaped."""
    end = '<BR ALIGN="LEFT"/>' if _is_list(lines) else "<BR/>"
    text = end.join(_markup(line).replace("  ", "&#160;&#160;") for line in lines)
    return f"<<B>{text}</B>{end if _is_list(lines) else ''}>"


def _markup(text: str) -> str:
    r"""Return a text for a label with markup, in which a backslash also has a meaning.

    >>> print(_markup(r"C:\New & <old>"))
    C:\\New &amp; &lt;old&gt;
    """
    return escape(text).replace("\\", "\\\\")


def _is_list(lines: tuple[str, ...]) -> bool:
    return any(line.startswith("  ") for line in lines)


def _style(style: Look) -> str:
    corners = {"round": ["rounded"], "cut": ["diagonals"]}.get(style.shape, [])
    return ",".join(["filled", *corners, *([style.line] if style.line != "solid" else [])])


def _spline(path: EdgePath, height: float) -> str:
    """Return a chain of quadratic curves as the cubic ones of Graphviz."""
    here, points = path.start, [path.start]
    for (cx, cy), there in path.pieces(HEAD):
        points += [
            (here[0] + (cx - here[0]) * 2 / 3, here[1] + (cy - here[1]) * 2 / 3),
            (there[0] + (cx - there[0]) * 2 / 3, there[1] + (cy - there[1]) * 2 / 3),
            there,
        ]
        here = there
    spline = " ".join(f"{x:.1f},{height - y:.1f}" for x, y in points)
    x, y = path.end
    return f"e,{x:.1f},{height - y:.1f} {spline}"
