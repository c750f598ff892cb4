"""The templates of pages, and the scripts and styles that are part of them."""

from __future__ import annotations

from functools import cache, partial
from importlib.resources import files
from typing import Any

from netkg.render.page import environment

__all__ = ["asset", "fill"]

# One for all pages, so that each template is compiled once.
_templates = cache(partial(environment, "netkg.graph.formats"))


def asset(name: str) -> str:
    """Return a file that is part of pages."""
    return (files("netkg.graph.formats") / "assets" / name).read_text(encoding="utf-8")


def fill(name: str, **content: Any) -> str:
    """Return a page: what its template makes of its content."""
    return _templates().get_template(f"{name}.html.jinja").render(content)
