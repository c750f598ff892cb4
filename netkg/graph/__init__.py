"""Graphs of ontology, guideline, cases and plans, as pictures and for graph programs.

:func:`view` returns a networkx MultiDiGraph with plain attributes, folded to fit
one screen; :func:`write` writes it in a format. Only this package uses networkx,
and imports it when a name needs it.
"""

from __future__ import annotations

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
