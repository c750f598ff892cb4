"""The names of views and formats, for code that does not import what draws them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from netkg.suggestions import listed

__all__ = ["FORMATS", "OF_CASE", "SUFFIXES", "VIEWS", "not_for_timeline"]

VIEWS: Final = ("ontology", "model", "guideline", "case", "plan", "timeline")
# The views that need a case.
OF_CASE: Final = ("case", "plan", "timeline")
FORMATS: Final = (
    "dot",
    "mermaid",
    "svg",
    "png",
    "html",
    "graphml",
    "gexf",
    "cytoscape",
    "cx2",
    "json",
)
SUFFIXES: Final = {
    "cx2": "cx2",
    "cyjs": "cytoscape",
    "dot": "dot",
    "gexf": "gexf",
    "graphml": "graphml",
    "gv": "dot",
    "htm": "html",
    "html": "html",
    "json": "json",
    "mermaid": "mermaid",
    "mmd": "mermaid",
    "png": "png",
    "svg": "svg",
}


def not_for_timeline(parts: Mapping[str, object], prefix: str = "") -> str:
    """Return why a timeline cannot be drawn with options that select a part, empty if it can.

    >>> not_for_timeline({"section": None, "whole": True}, "--")
    'A timeline cannot be drawn with --whole. Leave out --whole, or choose the view plan.'
    """
    given = listed(f"{prefix}{name}" for name, value in parts.items() if value not in (None, False))
    refusal = f"A timeline cannot be drawn with {given}. "
    return f"{refusal}Leave out {given}, or choose the view plan." if given else ""
