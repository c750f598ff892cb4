"""A graph as one self-contained page, which makes no network request."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import asdict
from html import escape
from importlib.resources import files
from itertools import chain
from typing import Any, Final

import networkx as nx

from netkg.graph.layout.looks import EDGES, Look, edge_look, look, rank
from netkg.graph.layout.place import place
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
_PROOF: Final = frozenset({"gives", "speaks for", "rules out"})
_NOT_SHOWN: Final = frozenset({"x", "y", "column", "order", "members", "listed"})


def page(graph: nx.MultiDiGraph, whole: nx.MultiDiGraph | None = None) -> str:
    """Write the page, in which a reader can open the ``whole`` graph that was folded."""
    about = graph.graph
    if whole is not None and set(whole) == set(graph):
        whole = None
    version = guideline_of(graph).edition
    if about.get("asOf"):
        version += f" As of {about['asOf']}."
    library, script = _script("cytoscape.min.js"), _script("page.js")
    parts = {
        "SCRIPTS": " ".join(f"'sha256-{_digest(text)}'" for text in (library, script)),
        "TITLE": escape(about["name"]),
        "ABOUT": escape(" ".join((version, about["disclaimer"]))),
        "VERSION": escape(version),
        "DISCLAIMER": escape(about["disclaimer"]),
        "STYLE": _asset("page.css"),
        "DATA": _json(_data(graph, whole)),
        "LIBRARY": library,
        "SCRIPT": script,
    }
    # All at once, so that inserted text is not searched for placeholders.
    return re.sub("@@([A-Z]+)@@", lambda found: parts[found[1]], _asset("page.html"))


def _data(graph: nx.MultiDiGraph, whole: nx.MultiDiGraph | None) -> dict[str, Any]:
    graphs = {"shown": graph} | ({"whole": whole} if whole is not None else {})
    # A node of the folded graph has other attributes than the same node of the whole.
    attributes_of = {id_: data for g in reversed(graphs.values()) for id_, data in g.nodes.items()}
    numbers = {id_: n for n, id_ in enumerate(dict.fromkeys(chain(*graphs.values())))}
    looks: dict[Look, int] = {}
    nodes = []
    for id_ in numbers:
        attributes = attributes_of[id_]
        # Folded nodes and others share one entry of the legend.
        style = look(attributes).plain
        number = looks.setdefault(style, len(looks))
        members = json.loads(attributes.get("members", "[]"))
        shown = {key: value for key, value in attributes.items() if key not in _NOT_SHOWN}
        nodes.append(
            shown
            | {"key": id_, "look": number}
            | ({"members": [numbers[m] for m in members if m in numbers]} if members else {})
        )
    kinds = sorted({kind for g in graphs.values() for _, _, kind in g.edges(keys=True)})
    return {
        "about": dict(graph.graph),
        "note": graph.graph.get("note", ""),
        "nodes": nodes,
        "looks": [asdict(style) | {"shape": _SHAPES[style.shape]} for style in looks],
        "legend": sorted(range(len(looks)), key=lambda n: rank(list(looks)[n])),
        "edges": {
            kind: asdict(edge_look(kind)) | {"inLegend": kind in EDGES, "proof": kind in _PROOF}
            for kind in kinds
        },
        "scenes": {name: _scene(g, numbers) for name, g in graphs.items()},
    }


def _scene(graph: nx.MultiDiGraph, numbers: dict[str, int]) -> dict[str, Any]:
    layout = place(graph)
    return {
        "places": [
            {
                "id": numbers[id_],
                "x": box.x,
                "y": box.y,
                "w": box.width,
                "h": box.height,
                "text": "\n".join(box.lines),
                "listed": "listed" in graph.nodes[id_],
                "double": look(graph.nodes[id_]).double,
                "bold": look(graph.nodes[id_]).bold,
            }
            for id_, box in layout.boxes.items()
        ],
        "links": [
            {
                "s": numbers[start],
                "t": numbers[end],
                "k": kind,
                "label": data["label"],
                "start": layout.paths[start, end, kind].start,
                "controls": layout.paths[start, end, kind].controls,
                "end": layout.paths[start, end, kind].end,
            }
            for start, end, kind, data in graph.edges(keys=True, data=True)
        ],
        "headings": layout.headings,
        "parts": layout.parts,
    }


def _json(value: Any) -> str:
    """Return JSON that cannot end the HTML element that contains it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _script(name: str) -> str:
    text = _asset(name)
    if re.search("</script|<!--", text, re.IGNORECASE):
        raise ValueError(f"{name} cannot be part of a page")
    return text


def _asset(name: str) -> str:
    return (files("netkg.graph.formats") / "assets" / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
