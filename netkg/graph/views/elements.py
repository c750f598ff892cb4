"""Gather the nodes and edges of a view, each with plain attributes.

A view is a networkx MultiDiGraph. Every attribute is a string, a number or a
boolean, since the formats hold nothing else; what is not known is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

import networkx as nx

from netkg.errors import NetkgError
from netkg.ontology.document import Guideline

__all__ = ["EVENT_KINDS", "GraphBuilder", "GraphError", "clean"]

# What XML 1.0 does not hold, and what would steer a terminal.
_UNFIT: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


# What a node of each class of events is called.
EVENT_KINDS: Final = {
    "DiagnosticTest": "test",
    "Procedure": "procedure",
    "Therapy": "therapy",
    "CareCoordination": "care",
}


class GraphError(NetkgError):
    """Refuse a graph that was asked for, saying what is there instead."""


class GraphBuilder:
    """Collect the nodes and edges of one view.

    ``column`` is the place of a node from left to right; ``columns`` names
    these places for the headings of a picture.
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
        self._edges: set[tuple[str, str, str]] = set()

    def node(self, id_: str, label: str, kind: str, column: int, **more: Any) -> str:
        """Add a node, or keep the one that is there; give its id."""
        name = clean(id_)
        if name not in self.graph:
            words = " ".join(label.split()) or name
            attributes = {"label": words, "kind": kind, "column": column, **more}
            self.graph.add_node(name, **_plain(attributes))
        return name

    def edge(self, source: str, target: str, kind: str, **more: Any) -> None:
        """Add an edge between two nodes, each kind of it once."""
        key = (clean(source), clean(target), kind)
        if key not in self._edges:
            self._edges.add(key)
            self.graph.add_edge(*key, **_plain({"kind": kind, "label": kind, **more}))


def clean(text: str) -> str:
    r"""Replace what no format holds.

    >>> clean("a\x00b")
    'a�b'
    """
    return _UNFIT.sub("�", text)


def _plain(attributes: dict[str, Any]) -> dict[str, str | int | float | bool]:
    plain: dict[str, str | int | float | bool] = {}
    for name, value in attributes.items():
        if isinstance(value, str):
            value = clean(value)
        elif not isinstance(value, (bool, int, float)):
            value = clean("; ".join(map(str, value))) if value else ""
        if value != "":
            plain[name] = value
    return plain
