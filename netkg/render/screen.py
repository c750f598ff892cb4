"""Lay out text for a terminal: wrapped and aligned by display width, in color on request."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from itertools import zip_longest
from typing import Final

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text
from rich.theme import Theme
from rich.tree import Tree

from netkg.render.blocks import NO_BREAK, Block, Node
from netkg.render.escape import plain

__all__ = ["draw"]

_LEAST_WIDTH: Final = 40
_LEAST_WORDS: Final = 16
_THEME: Final = Theme(
    {
        "alert": "magenta",
        "declined": "dim",
        "done": "green",
        "due": "yellow",
        "Info": "cyan",
        "option": "cyan",
        "overdue": "bold red",
        "planned": "blue",
        "scheduled": "blue",
        "tried": "dim",
        "Violation": "bold red",
        "Warning": "yellow",
    }
)


class _Tree(Tree):
    """A tree with narrow guides, since proofs are deep."""

    TREE_GUIDES = [("  ", "│ ", "├─", "└─")] * 3  # noqa: RUF012 (so typed by rich)


def draw(blocks: Iterable[Block], *, color: bool = False, width: int) -> str:
    """Draw blocks as text of at most this many columns, with one newline at its end.

    Nothing in the words is read as markup, and control characters become escapes.
    """
    screen = _Screen(color, max(width, _LEAST_WIDTH))
    for block in blocks:
        screen.add(block)
    return screen.out.getvalue()


class _Screen:
    """A console on which every line is wrapped here, so that it pads and crops none."""

    def __init__(self, color: bool, width: int) -> None:
        self.out = io.StringIO()
        self._width = width
        self._console = Console(
            file=self.out,
            width=1_000_000,
            color_system="standard" if color else None,
            no_color=not color,
            force_terminal=color,
            legacy_windows=False,
            theme=_THEME,
            highlight=False,
        )

    def add(self, block: Block) -> None:
        """Add a block after an empty line."""
        if self.out.tell():
            self._console.print()
        if lines := [*self._lines(block)]:
            self._console.print(Text("\n").join(lines), soft_wrap=True)
        if block.tree is not None:
            self._console.print(self._tree(block.tree, _Tree, 0), soft_wrap=True)

    def _lines(self, block: Block) -> Iterator[Text]:
        if block.title:
            yield from self._wrapped(block.title.upper(), Text(), "bold")
        sizes = ([cell_len(plain(words)) for words, _ in row.heads] for row in block.rows)
        longest = (max(column) for column in zip_longest(*sizes, fillvalue=0))
        widths = [
            least if size < least else size + 2
            for size, least in zip_longest(longest, block.columns, fillvalue=0)
        ]
        column = block.indent + sum(widths)
        for row in block.rows:
            lead = Text(" " * block.indent)
            for (words, tone), width in zip(row.heads, widths, strict=False):
                lead.append(plain(words), tone)
                lead.append(" " * (width - cell_len(plain(words))))
            yield from self._wrapped(row.words, lead, row.tone)
            for line in row.below:
                lead = Text(" " * (column + line.indent) + line.mark)
                yield from self._wrapped(line.words, lead, line.tone)

    def _tree(self, node: Node, make: Callable[[Text], Tree], depth: int) -> Tree:
        lead = Text.assemble((node.mark, node.tone), " ")
        lines = [*self._wrapped(node.words, lead, "", 2 * depth)]
        for note in node.notes:
            lines += self._wrapped(note, Text("  "), "dim", 2 * depth)
        tree = make(Text("\n").join(lines))
        for below in node.below:
            self._tree(below, tree.add, depth + 1)
        return tree

    def _wrapped(self, words: str, lead: Text, tone: str, taken: int = 0) -> Iterator[Text]:
        """Wrap words after a lead; the lines that follow are indented by its width."""
        indent = lead.cell_len
        room = max(self._width - indent - taken, _LEAST_WORDS)
        for line in Text(plain(words), tone).wrap(self._console, room) or [Text()]:
            line.plain = line.plain.replace(NO_BREAK, " ")
            whole = lead + line
            whole.rstrip()
            yield whole
            lead = Text(" " * indent)
