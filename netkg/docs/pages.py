"""Build Markdown pages: headings with anchors, links between pages, tables."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from netkg.render.markup import escape_markdown, markdown_row

__all__ = ["MARK", "Page", "Anchor", "code", "escape", "months"]

MARK: Final = "<!-- Written by netkg docs: change the ontology, the shapes or the queries. -->"


@dataclass(frozen=True, slots=True)
class Anchor:
    """Name a page by its path below the folder of all pages, and an anchor on it."""

    page: str
    anchor: str = ""


@dataclass(slots=True)
class Page:
    """Collect the blocks of one page; ``path`` is where it lies below the folder."""

    path: str
    title: str
    blocks: list[str] = field(default_factory=list)

    def add(self, *blocks: str) -> None:
        """Add blocks of Markdown, leaving out empty ones."""
        self.blocks.extend(block for block in blocks if block)

    def heading(self, words: str, anchor: str, *, level: int = 2) -> None:
        """Add a heading that links can lead to; the words are Markdown already."""
        self.blocks.append(f"{'#' * level} {mark(anchor)}{words}")

    def table(self, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """Add a table of Markdown cells, or nothing where there is no row."""
        lines = [
            markdown_row(columns),
            markdown_row(["---"] * len(columns)),
            *map(markdown_row, rows),
        ]
        if len(lines) > 2:
            self.blocks.append("\n".join(lines))

    def items(self, lines: Iterable[str]) -> None:
        """Add a list; the lines are Markdown, and indented where they are nested."""
        found = [
            f"{line[: -len(line.lstrip(' '))]}- {line.lstrip(' ')}"
            if line[:1] == " "
            else f"- {line}"
            for line in lines
        ]
        if found:
            self.blocks.append("\n".join(found))

    def link(self, place: Anchor | None, words: str) -> str:
        """Give Markdown words as a link to a place, or as they are where there is none."""
        return f"[{words}]({self.way(place)})" if place else words

    def way(self, place: Anchor) -> str:
        """Give the relative address of a place as seen from this page."""
        anchor = f"#{place.anchor}" if place.anchor else ""
        if place.page == self.path:
            return anchor or posixpath.basename(self.path)
        return posixpath.relpath(place.page, posixpath.dirname(self.path) or ".") + anchor

    def text(self, closing_notice: str) -> str:
        """Give the whole page with what stands below every answer, and one newline at its end."""
        home = "" if self.path == "index.md" else self.link(Anchor("index.md"), "All pages")
        head = [MARK, f"# {escape(self.title)}", home]
        blocks = [*head, *self.blocks, "---", f"> {escape(closing_notice)}"]
        return "\n\n".join(block for block in blocks if block) + "\n"


def mark(anchor: str) -> str:
    """Give the place that links lead to."""
    return f'<a id="{anchor}"></a>' if anchor else ""


def escape(words: str) -> str:
    r"""Write words on one line, with nothing in them that Markdown would read as markup.

    >>> escape("a|b\n <c>")
    'a\\|b \\<c\\>'
    """
    return escape_markdown(" ".join(words.split()))


def code(words: str) -> str:
    r"""Write words as code, in as many backticks as keep them together.

    >>> code("netkg:grade"), code("a`b|c")
    ('`netkg:grade`', '`` a`b\\|c ``')
    """
    words = " ".join(words.split()).replace("|", "\\|")
    return f"`` {words} ``" if "`" in words else f"`{words}`"


def months(span: tuple[int, int]) -> str:
    """Tell a span of months.

    >>> months((6, 12)), months((3, 3))
    ('6 to 12 months', '3 months')
    """
    least, greatest = span
    return f"{least} months" if least == greatest else f"{least} to {greatest} months"
