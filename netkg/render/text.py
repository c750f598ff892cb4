"""Text for a terminal, drawn from blocks."""

from __future__ import annotations

from collections.abc import Iterable

from netkg.render.blocks import Block, Row

__all__ = ["draw", "headed", "paragraph"]


def draw(blocks: Iterable[Block], *, color: bool = False, width: int) -> str:
    """Return blocks as text of at most this many columns, with one newline at its end.

    Nothing in the words is read as markup, and control characters become escapes.
    """
    # rich takes a while to import, for which no other answer should wait.
    from netkg.render.screen import lay_out

    return lay_out(blocks, color, width)


def headed(title: str, meta: Iterable[tuple[str, str]]) -> Block:
    """Return the block that begins an answer: its title, and what it is about."""
    rows = (Row(value, ((name, "dim"),)) for name, value in meta)
    return Block("", (Row(title, tone="bold"), *rows), indent=0)


def paragraph(words: str, tone: str = "") -> Block:
    """Return a block of words alone."""
    return Block("", (Row(words, tone=tone),), indent=0)
