"""The closing notice of every format of a graph."""

from __future__ import annotations

import networkx as nx

from netkg.ontology.document import Guideline

__all__ = ["closing_lines", "guideline_of"]


def guideline_of(graph: nx.MultiDiGraph) -> Guideline:
    """Return the guideline from the attributes of a graph."""
    about = graph.graph
    return Guideline(
        about["guidelineIri"],
        about["guidelineVersion"],
        about["reviewStatus"],
        about["guideline"],
        about["disclaimer"],
    )


def closing_lines(graph: nx.MultiDiGraph) -> tuple[str, ...]:
    """Return the closing lines: a note if the graph has one, the edition, the disclaimer."""
    guideline = guideline_of(graph)
    note = (graph.graph["note"],) if graph.graph.get("note") else ()
    return (*note, guideline.edition, guideline.disclaimer)
