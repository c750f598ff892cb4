"""Give the words that every form of a graph carries."""

from __future__ import annotations

import networkx as nx

__all__ = ["colophon"]


def colophon(graph: nx.MultiDiGraph) -> tuple[str, ...]:
    """Give what stands below every graph: what it is, of which guideline, and the disclaimer."""
    about = graph.graph
    version = (
        f"Guideline: {about['guideline']}, version {about['guidelineVersion']}, "
        f"{about['reviewStatus']}."
    )
    note = (about["note"],) if about.get("note") else ()
    return (*note, version, about["disclaimer"])
