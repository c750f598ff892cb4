"""The parts of a text for a terminal, before they are laid out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

__all__ = ["NO_BREAK", "Block", "Line", "Node", "Row", "headed", "paragraph"]

# Looks like a space, but is not white space: no line is broken at it.
NO_BREAK: Final = "\u2800"


@dataclass(frozen=True, slots=True)
class Line:
    """Words below those of a row; when wrapped, they continue below the words, not the mark."""

    words: str
    mark: str = ""
    indent: int = 0
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """Words after heads in columns, each head with its tone, and lines below the words."""

    words: str
    heads: tuple[tuple[str, str], ...] = ()
    below: tuple[Line, ...] = ()
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Node:
    """A node of a tree: a mark in a tone, words, notes below them, and the nodes below."""

    mark: str
    words: str
    tone: str
    notes: tuple[str, ...]
    below: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """Rows, and a tree, below a title; ``columns`` are the least widths of the heads."""

    title: str
    rows: tuple[Row, ...]
    columns: tuple[int, ...] = ()
    indent: int = 2
    tree: Node | None = None


def headed(title: str, meta: Iterable[tuple[str, str]]) -> Block:
    """Return the block that begins an answer: its title, and what it is about."""
    rows = (Row(value, ((name, "dim"),)) for name, value in meta)
    return Block("", (Row(title, tone="bold"), *rows), indent=0)


def paragraph(words: str, tone: str = "") -> Block:
    """Return a block of words alone."""
    return Block("", (Row(words, tone=tone),), indent=0)
