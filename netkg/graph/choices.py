"""The names of views and formats, for code that does not import what draws them."""

from __future__ import annotations

from typing import Final

__all__ = ["FORMATS", "OF_CASE", "SUFFIXES", "VIEWS"]

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
