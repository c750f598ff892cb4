"""A graph as one self-contained page, which makes no network request."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import asdict
from itertools import chain
from typing import Any, Final

import networkx as nx

from netkg.graph.formats.details import link_words, rows, term
from netkg.graph.formats.template import asset, fill
from netkg.graph.layout.looks import (
    DASHES,
    HEAD,
    INK,
    PAPER,
    SUBDUED,
    Look,
    edge_look,
    entries_of,
    look,
    rank,
)
from netkg.graph.layout.place import place
from netkg.graph.layout.placed import Layout
from netkg.graph.layout.text import CAPTION_SIZE, FONT, FONT_SIZE, LINE, text_width
from netkg.graph.views.elements import guideline_of

__all__ = ["LIBRARY_SHA256", "LIBRARY_VERSION", "page"]

LIBRARY_VERSION: Final = "3.34.4"
LIBRARY_SHA256: Final = "081591ab735b2b6a3b31a3c60f8f3a3e2fee8c92939e0c7820ad1208571b6cd8"

_SHAPES: Final = {
    "box": "rectangle",
    "round": "round-rectangle",
    "cut": "cut-rectangle",
    "note": "rectangle",
    "folder": "rectangle",
}
# Each script uses what those before it define.
_SCRIPTS: Final = (
    "cytoscape.min.js",
    "page.js",
    "lines.js",
    "names.js",
    "details.js",
    "picture.js",
    "controls.js",
)
_PROOF: Final = frozenset({"gives", "speaks for", "rules out"})
# What the scripts draw with, so that a page looks like the pictures.
_STYLE: Final = {
    "font": FONT,
    "size": FONT_SIZE,
    "captionSize": CAPTION_SIZE,
    "line": LINE,
    "space": text_width(" "),
    "ink": INK,
    "paper": PAPER,
    "subdued": SUBDUED,
    "dashes": DASHES,
    "head": HEAD,
}
# What a search and a link to the page can name, in addition to keys and labels.
_NAMED: Final = ("statement", "called")


def page(graph: nx.MultiDiGraph, whole: nx.MultiDiGraph | None = None) -> str:
    """Write the page, in which a reader can open the ``whole`` graph that was folded."""
    about = graph.graph
    if whole is not None and set(whole) == set(graph):
        whole = None
    version = guideline_of(graph).edition
    if about.get("asOf"):
        version += f" As of {about['asOf']}."
    scripts = [_script(name) for name in _SCRIPTS]
    return fill(
        "page",
        title=about["name"],
        version=version,
        disclaimer=about["disclaimer"],
        hashes=" ".join(f"'sha256-{_digest(text)}'" for text in scripts),
        style=asset("page.css"),
        data=_json(_data(graph, whole)),
        scripts=scripts,
    )


def _data(graph: nx.MultiDiGraph, whole: nx.MultiDiGraph | None) -> dict[str, Any]:
    graphs = {"shown": graph} | ({"whole": whole} if whole is not None else {})
    attributes_of = {id_: data for g in graphs.values() for id_, data in g.nodes.items()}
    numbers = {id_: n for n, id_ in enumerate(dict.fromkeys(chain(*graphs.values())))}
    # Folded nodes and others share one entry of the legend.
    looks = list(dict.fromkeys(look(d).plain for g in graphs.values() for d in g.nodes.values()))
    kinds = sorted({kind for g in graphs.values() for _, _, kind in g.edges(keys=True)})
    return {
        "about": dict(graph.graph),
        "style": _STYLE,
        # That nodes are folded need not be said where a button unfolds them.
        "note": (graph if whole is None else whole).graph.get("note", ""),
        "nodes": [_node(id_, attributes_of[id_], numbers, looks) for id_ in numbers],
        "looks": [asdict(style) | {"shape": _SHAPES[style.shape]} for style in looks],
        "legend": sorted(range(len(looks)), key=lambda n: rank(looks[n])),
        "edges": {
            kind: asdict(edge_look(kind)) | {"entry": entry, "proof": kind in _PROOF}
            for kind, entry in entries_of(kinds).items()
        },
        "scenes": {
            name: _scene(
                g,
                numbers,
                # A node of the folded graph can have other attributes than in the whole graph.
                {
                    id_: _node(id_, data, numbers, looks)
                    for id_, data in g.nodes.items()
                    if data != attributes_of[id_]
                },
            )
            for name, g in graphs.items()
        },
    }


def _node(
    id_: str, attributes: dict[str, Any], numbers: dict[str, int], looks: list[Look]
) -> dict[str, Any]:
    members = [
        numbers[id_] for id_ in json.loads(attributes.get("members", "[]")) if id_ in numbers
    ]
    shown = {
        "says": attributes.get("says", ""),
        "definition": attributes.get("definition", ""),
        "term": term(attributes),
        "sources": attributes.get("sources", ""),
        **{name: attributes.get(name, "") for name in _NAMED},
        # How many nodes it contains, and those of them that are on the page.
        "holds": attributes.get("holds"),
        "members": members,
    }
    return {
        "key": id_,
        "label": attributes["label"],
        "look": looks.index(look(attributes).plain),
        "rows": rows(attributes),
        **{name: value for name, value in shown.items() if value},
    }


def _scene(
    graph: nx.MultiDiGraph, numbers: dict[str, int], own: dict[str, dict[str, Any]]
) -> dict[str, Any]:
    layout = place(graph)
    looks = {id_: look(data) for id_, data in graph.nodes(data=True)}
    return {
        "places": [
            {
                "id": numbers[id_],
                "x": box.x,
                "y": box.y,
                "w": box.width,
                "h": box.height,
                "lines": box.lines,
                "listed": "listed" in graph.nodes[id_],
                "double": looks[id_].double,
                "bold": looks[id_].bold,
                # Such a node is the heading of others.
                "heads": looks[id_].shape == "folder",
            }
            | ({"own": own[id_]} if id_ in own else {})
            for id_, box in layout.boxes.items()
        ],
        "links": [
            {
                "s": numbers[start],
                "t": numbers[end],
                "k": kind,
                "label": data["label"],
                "says": link_words(data),
                "start": layout.paths[start, end, kind].start,
                "controls": layout.paths[start, end, kind].controls,
                "end": layout.paths[start, end, kind].end,
            }
            | _caption(layout, data, (start, end, kind))
            for start, end, kind, data in graph.edges(keys=True, data=True)
        ],
        "headings": layout.headings,
        "parts": layout.parts,
    }


def _caption(layout: Layout, data: dict[str, Any], edge: tuple[str, str, str]) -> dict[str, Any]:
    """Return the text next to an edge, and its place: the right end, vertically the middle."""
    at = layout.captions.get(edge)
    return {"caption": data["caption"], "captionAt": at} if at else {}


def _json(value: Any) -> str:
    """Return JSON that cannot end the HTML element that contains it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _script(name: str) -> str:
    text = asset(name)
    if re.search("</script|<!--", text, re.IGNORECASE):
        raise ValueError(f"{name} cannot be part of a page")
    return text


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
