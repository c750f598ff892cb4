"""Answers as pages: one model, which two templates lay out as Markdown and as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from netkg.render.blocks import Node

__all__ = ["Page", "Section", "TableRow", "page_html", "page_markdown"]


@dataclass(frozen=True, slots=True)
class TableRow:
    """The cells of a row, each a list of lines, and the tone of the row."""

    cells: Sequence[Sequence[str]]
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """What follows a heading: paragraphs, a table if it has columns, a tree."""

    heading: str = ""
    place: str = ""
    words: Sequence[str] = ()
    tone: str = ""
    columns: Sequence[str] = ()
    rows: Sequence[TableRow] = ()
    tree: Node | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One answer: what it is about, its sections, and the notice that closes it."""

    title: str
    sections: Sequence[Section]
    meta: Sequence[tuple[str, str]] = ()
    closing: str = ""


def page_markdown(page: Page) -> str:
    """Return a page as Markdown, with one newline at its end."""
    return _render("page.md.jinja", page) + "\n"


def page_html(page: Page) -> str:
    """Return a page as one HTML element, which brings its style and loads nothing."""
    return _render("page.html.jinja", page)


def _render(name: str, page: Page) -> str:
    # Jinja takes a while to import, for which no other answer should wait.
    from netkg.render.templating import environment

    return environment("netkg.render").get_template(name).render(page=page).strip()
