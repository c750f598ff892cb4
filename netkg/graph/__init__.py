"""Draw ontology, guideline, cases and plans as graphs, and write them for graph programs.

:func:`view` returns a networkx MultiDiGraph with plain attributes, folded to
what one screen can show; :func:`write` puts it into a format. This package is
the only one that knows networkx, which is imported when a name needs it.
"""

from __future__ import annotations

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
