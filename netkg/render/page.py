"""Answers as pages, which the templates of this package lay out as Markdown and as HTML."""

from __future__ import annotations

from typing import Any

__all__ = ["Page"]


class Page:
    """One answer: the template for it, and what the template shows."""

    def __init__(self, template: str, **content: Any) -> None:
        """Prepare a page; ``closing`` is the notice that every answer carries."""
        self._template = template
        self._content = {"closing": "", **content}

    def markdown(self) -> str:
        """Return the page as Markdown, with one newline at its end."""
        return self._render("form.md.jinja") + "\n"

    def html(self) -> str:
        """Return the page as one HTML element, which brings its style and loads nothing."""
        return self._render("form.html.jinja")

    def _render(self, form: str) -> str:
        # Jinja takes a while to import, for which no other answer should wait.
        from netkg.render.templating import environment

        template = environment("netkg.render").get_template(f"{self._template}.jinja")
        return template.render(form=form, **self._content).strip()
