"""The templates of pages, and the scripts and styles that are part of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.resources import files

__all__ = ["asset", "fill"]


def asset(name: str) -> str:
    """Return a file that is part of pages."""
    return (files("netkg.graph.formats") / "assets" / name).read_text(encoding="utf-8")


def fill(name: str, parts: Mapping[str, str]) -> str:
    """Return a template with these parts, which are HTML, in their places such as ``@@TITLE@@``."""
    # All at once, so that inserted text is not searched for places.
    return re.sub("@@([A-Z]+)@@", lambda found: parts[found[1]], asset(name))
