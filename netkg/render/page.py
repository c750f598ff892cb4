"""Answers drawn: blocks as text for a terminal, pages as Markdown and as HTML."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from netkg.render.blocks import Block
from netkg.render.escape import escape_markdown, plain
from netkg.render.words import place_words

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["Page", "draw", "environment"]


def environment(package: str) -> Environment:
    """Return a new Jinja2 environment for the folder ``templates`` of a package.

    HTML templates escape what is text by themselves. The filter ``md`` escapes it in
    Markdown templates; ``plain`` writes control characters as escapes; ``place`` is where
    a finding is in the input. An undefined name is an error.
    """
    # Jinja takes a while to import, for which no other answer should wait.
    from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

    made = Environment(
        loader=PackageLoader(package),
        autoescape=select_autoescape(("html", "html.jinja")),
        keep_trailing_newline=True,
        lstrip_blocks=True,
        trim_blocks=True,
        undefined=StrictUndefined,
    )
    made.filters |= {"md": escape_markdown, "place": place_words, "plain": plain}
    return made


# One for all pages, so that each template is compiled once.
_answers = cache(partial(environment, "netkg.render"))


class Page:
    """One answer: the template for it, and what the template shows.

    A template for both forms has only macros of ``form``, so that HTML is escaped there.
    """

    def __init__(self, template: str, **content: Any) -> None:
        """Prepare a page; ``closing`` is the notice that every answer carries."""
        self._template = template
        self._content = {"closing": "", **content}

    def markdown(self) -> str:
        """Return the page as Markdown, with one newline at its end."""
        return self._render("md") + "\n"

    def html(self) -> str:
        """Return the page as one HTML element, which brings its style and loads nothing."""
        return self._render("html")

    def _render(self, kind: str) -> str:
        names = (f"{self._template}.{kind}.jinja", f"{self._template}.jinja")
        template = _answers().select_template(names)
        return template.render(form=f"form.{kind}.jinja", kind=kind, **self._content).strip()


def draw(blocks: Iterable[Block], *, color: bool = False, width: int) -> str:
    """Return blocks as text of at most this many columns, with one newline at its end.

    Nothing in the words is read as markup, and control characters become escapes.
    """
    # rich takes a while to import, for which no other answer should wait.
    from netkg.render.screen import lay_out

    return lay_out(blocks, color, width)
