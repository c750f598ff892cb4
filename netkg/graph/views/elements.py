"""The nodes and edges of a view, each with plain attributes.

A view is a networkx MultiDiGraph. Every attribute is a string, a number or a
boolean, since the formats have no other types; an unknown value is left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import networkx as nx

from netkg.errors import NetkgError
from netkg.ontology.document import Guideline
from netkg.render.escape import plain
from netkg.suggestions import closest, did_you_mean

__all__ = [
    "EVENT_KINDS",
    "GraphBuilder",
    "GraphError",
    "clean",
    "closing_lines",
    "guideline_of",
    "unknown",
]

# The kind of a node of each class of events is called.
EVENT_KINDS: Final = {
    "DiagnosticTest": "test",
    "Procedure": "procedure",
    "Therapy": "therapy",
    "CareCoordination": "care",
}


class GraphError(NetkgError):
    """A graph that cannot be drawn, with what can be drawn instead."""


def unknown(what: str, found: str, known: Iterable[str]) -> GraphError:
    """Return the error for an unknown name, with similar names or all known ones.

    >>> str(unknown("view", "plans", ["case", "plan"])), str(unknown("view", "x", ["case"]))
    ("unknown view 'plans'. Did you mean plan?", "unknown view 'x' (choose from case)")
    """
    names = sorted(known)
    hint = did_you_mean(closest(found, names))
    text = f"unknown {what} {found!r}"
    return GraphError(f"{text}. {hint}" if hint else f"{text} (choose from {', '.join(names)})")


class GraphBuilder:
    """Builder of the nodes and edges of one view.

    ``column`` is the place of a node from left to right; ``columns`` are the
    headings of these places in a picture.
    """

    def __init__(
        self,
        *,
        view: str,
        title: str,
        columns: Iterable[str],
        document: Guideline,
        **more: Any,
    ) -> None:
        self.graph = nx.MultiDiGraph(
            **_plain(
                {
                    "name": " ".join(title.split()),
                    "view": view,
                    "guideline": document.label,
                    "guidelineIri": document.iri,
                    "guidelineVersion": document.version,
                    "reviewStatus": document.review_status,
                    "disclaimer": document.disclaimer,
                    "columns": " | ".join(columns),
                    **more,
                }
            )
        )

    def node(self, id_: str, label: str, kind: str, column: int, **more: Any) -> str:
        """Add a node unless it exists; return its id."""
        name = clean(id_)
        if name not in self.graph:
            words = " ".join(label.split()) or name
            attributes = {"label": words, "kind": kind, "column": column, **more}
            self.graph.add_node(name, **_plain(attributes))
        return name

    def edge(self, source: str, target: str, kind: str, **more: Any) -> None:
        """Add an edge between two nodes, once for each kind."""
        key = (clean(source), clean(target), kind)
        if not self.graph.has_edge(*key):
            self.graph.add_edge(*key, **_plain({"kind": kind, "label": kind, **more}))


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


def clean(text: str) -> str:
    r"""Return a text with escapes for what a format does not have, or a screen does not show.

    >>> clean("a\x00b")
    'a\\x00b'
    """
    return plain(text, keep="\n")


def _plain(attributes: dict[str, Any]) -> dict[str, str | int | float | bool]:
    """Return the attributes that are known, cleaned."""
    return {
        name: clean(value) if isinstance(value, str) else value
        for name, value in attributes.items()
        if value != ""
    }
