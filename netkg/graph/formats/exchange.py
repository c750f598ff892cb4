"""What the files for other graph programs share: typed attributes, colors and sizes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final
from xml.etree import ElementTree

import networkx as nx

from netkg.graph.layout.looks import Look
from netkg.graph.views.elements import guideline_of
from netkg.result import json_text

__all__ = [
    "TYPES",
    "about",
    "border_width",
    "color_of",
    "columns",
    "json_of",
    "size_of",
    "text_of",
    "without",
    "xml_of",
]

# What GEXF and CX2 call the types of attributes.
TYPES: Final = {bool: "boolean", int: "integer", float: "double", str: "string"}


def columns(rows: Iterable[Mapping[str, Any]]) -> dict[str, type]:
    """Return the type of each attribute, in the order in which they first appear.

    >>> columns([{"a": 1, "b": True}, {"a": 1.5, "c": "x"}, {"b": "yes"}])
    {'a': <class 'float'>, 'b': <class 'str'>, 'c': <class 'str'>}
    """
    found: dict[str, set[type]] = {}
    for row in rows:
        for name, value in row.items():
            found.setdefault(name, set()).add(type(value))
    return {name: _common(types) for name, types in found.items()}


def _common(types: set[type]) -> type:
    if len(types) == 1:
        return next(iter(types))
    return float if types == {int, float} else str


def without(data: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Return attributes without those that a format has a place of its own for."""
    return {name: value for name, value in data.items() if name not in names}


def text_of(value: str | int | float | bool) -> str:
    """Return a value as XML has it.

    >>> text_of(True), text_of(1.5), text_of(2)
    ('true', '1.5', '2')
    """
    return str(value).lower() if isinstance(value, bool) else str(value)


def color_of(color: str) -> dict[str, int]:
    """Return the parts of a color, from 0 to 255.

    >>> color_of("#0072b2")
    {'r': 0, 'g': 114, 'b': 178}
    """
    return {name: int(color[n : n + 2], 16) for name, n in (("r", 1), ("g", 3), ("b", 5))}


def size_of(data: Mapping[str, Any]) -> float:
    """Return the diameter of a node that has no room for its text: larger if it contains others."""
    return 10.0 + min(int(data.get("holds", 0)), 40) / 2


def border_width(style: Look) -> float:
    """Return the width of a border where a format has no double line."""
    return style.width + (2.0 if style.double else 0.0)


def about(graph: nx.MultiDiGraph) -> str:
    """Return one line with the title of a graph, its guideline and the disclaimer."""
    return f"{graph.graph['name']}. {guideline_of(graph).closing_notice}"


def json_of(value: Any) -> str:
    """Return JSON as a file has it."""
    return json_text(value, indent=1) + "\n"


def xml_of(root: ElementTree.Element) -> str:
    """Return XML as a file has it, one element per line."""
    ElementTree.indent(root)
    body: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return body.decode("utf-8") + "\n"
