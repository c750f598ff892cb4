"""Give the words that every form of a graph carries."""

from __future__ import annotations

import networkx as nx

__all__ = ["colophon", "edition"]


def edition(graph: nx.MultiDiGraph) -> str:
    """Say of which guideline a graph is, in which version and state of review."""
    about = graph.graph
    return (
        f"Guideline: {about['guideline']}, version {about['guidelineVersion']}, "
        f"{about['reviewStatus']}."
    )


def colophon(graph: nx.MultiDiGraph) -> tuple[str, ...]:
    """Give what stands below every graph: what it is, of which guideline, and the disclaimer."""
    about = graph.graph
    note = (about["note"],) if about.get("note") else ()
    return (*note, edition(graph), about["disclaimer"])
