"""A whole page inside another, such as a notebook."""

from __future__ import annotations

from html import escape

__all__ = ["framed"]


def framed(page: str, *, allowed: str = "") -> str:
    """Return an element that shows a page, which may do only what is ``allowed``."""
    size = 'style="border: 0; width: 100%; height: 600px"'
    return f'<iframe sandbox="{allowed}" srcdoc="{escape(page)}" {size}></iframe>'
