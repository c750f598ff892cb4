"""The public names of the package: the one list of them, with the module of each."""

from .choices import FORMATS, SUFFIXES, VIEWS
from .drawing import Drawing, draw, view
from .folding.fold import LIMIT
from .formats.write import write
from .timeline.timeline import Timeline
from .views.elements import GraphError

__all__ = [
    "FORMATS",
    "LIMIT",
    "SUFFIXES",
    "VIEWS",
    "Drawing",
    "GraphError",
    "Timeline",
    "draw",
    "view",
    "write",
]
