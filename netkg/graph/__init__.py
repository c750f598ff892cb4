"""Draw ontology, guideline, cases and plans as graphs, and write them for graph programs.

:func:`view` gives a networkx MultiDiGraph with plain attributes, folded to
what one screen holds; :func:`write` puts it into a format. This package is
the only one that knows networkx.
"""

from __future__ import annotations

from netkg.graph.drawing import VIEWS, Drawing, draw, view
from netkg.graph.folding.fold import LIMIT
from netkg.graph.formats.write import FORMATS, SUFFIXES, write
from netkg.graph.views.elements import GraphError

__all__ = [
    "FORMATS",
    "LIMIT",
    "SUFFIXES",
    "VIEWS",
    "Drawing",
    "GraphError",
    "draw",
    "view",
    "write",
]
