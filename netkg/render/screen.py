"""Lay out text for a terminal: wrapped and aligned by display width, in color on request.

Lines are laid out here from the segments of rich: its tables and paragraphs look the same,
but take ten times as long.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import zip_longest
from typing import Final, TypeAlias

from rich.cells import cell_len
from rich.color import ColorSystem
from rich.console import Console
from rich.segment import Segment, Segments
from rich.style import Style
from rich.text import Text
from rich.tree import Tree

from netkg.render.blocks import NO_BREAK, Block, Node
from netkg.render.escape import plain

__all__ = ["JOINT", "lay_out", "wrapped"]

_Line: TypeAlias = list[Segment]

# Where a name that is too long for its column is broken: after a sign, or before a capital.
JOINT: Final = re.compile(r"(?<=[a-z][-/.#:])(?=.)|(?<=[a-z])(?=[A-Z])")
# White space without a width, which no text contains: control characters become escapes.
_BREAK: Final = "\x1f"
_LEAST_WIDTH: Final = 40
_LEAST_WORDS: Final = 16
# As wide as any line, so that rich cuts none off.
_CONSOLE: Final = Console(width=1_000_000, height=1, color_system=None)
_STYLES: Final = {
    tone: Style.parse(style)
    for tone, style in {
        "alert": "magenta",
        "bold": "bold",
        "declined": "dim",
        "dim": "dim",
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
    }.items()
}


class _Tree(Tree):
    """A tree with narrow guides, since proofs are deep."""

    TREE_GUIDES = [("  ", "│ ", "├─", "└─")] * 3


def lay_out(blocks: Iterable[Block], color: bool, width: int) -> str:
    """Return blocks as text (see :func:`netkg.render.page.draw`)."""
    lines: list[_Line] = []
    for block in blocks:
        lines += [[]] if lines else []
        lines += _block(block, max(width, _LEAST_WIDTH))
    system = ColorSystem.STANDARD if color else None
    parts = [part for line in lines for part in (*line, Segment.line())]
    return "".join(
        style.render(text, color_system=system) if style else text for text, style, _ in parts
    )


def wrapped(words: str, width: int) -> list[str]:
    """Wrap words by display width; names that are too long are broken at their joints.

    >>> wrapped("the small-pancreatic-net", 13)
    ['the small-', 'pancreatic-', 'net']
    """
    lines = [words]
    if cell_len(words) > width:
        marked = re.sub(r"\S+", lambda word: _breakable(word[0], width), words)
        lines = [line.plain.replace(_BREAK, "") for line in Text(marked).wrap(_CONSOLE, width)]
    return [line.replace(NO_BREAK, " ").rstrip() for line in lines]


def _breakable(word: str, width: int) -> str:
    return word if cell_len(word) <= width else JOINT.sub(_BREAK, word).replace(NO_BREAK, " ")


def _block(block: Block, width: int) -> Iterator[_Line]:
    if block.title:
        yield from _paragraph(block.title.upper(), [], width, "bold")
    sizes = ([cell_len(plain(words)) for words, _ in row.heads] for row in block.rows)
    longest = (max(column) for column in zip_longest(*sizes, fillvalue=0))
    columns = [
        least if size < least else size + 2
        for size, least in zip_longest(longest, block.columns, fillvalue=0)
    ]
    for row in block.rows:
        lead = [_blank(block.indent)]
        for (words, tone), room in zip(row.heads, columns, strict=False):
            head = _segment(plain(words), tone)
            lead += [head, _blank(room - head.cell_length)]
        yield from _paragraph(row.words, lead, width, row.tone)
        for line in row.below:
            lead = [_blank(block.indent + sum(columns) + line.indent), Segment(line.mark)]
            yield from _paragraph(line.words, lead, width, line.tone)
    if block.tree is not None:
        tree = _tree(block.tree, _Tree, width)
        yield from _CONSOLE.render_lines(tree, pad=False)


def _tree(node: Node, make: Callable[[Segments], Tree], width: int) -> Tree:
    lead = [_segment(node.mark, node.tone), _blank(1)]
    lines = [*_paragraph(node.words, lead, width)]
    # The stem of the nodes below begins at the notes.
    stem = Segment("│ ") if node.below else _blank(2)
    for note in node.notes:
        lines += ([stem, *line[1:]] for line in _paragraph(note, [_blank(2)], width, "dim"))
    label = [segment for line in lines for segment in (*line, Segment.line())]
    tree = make(Segments(label[:-1]))
    for below in node.below:
        _tree(below, tree.add, width - 2)
    return tree


def _paragraph(words: str, lead: _Line, width: int, tone: str = "") -> Iterator[_Line]:
    """Wrap words after a lead; the lines that follow are indented by its width."""
    indent = sum(segment.cell_length for segment in lead)
    for text in wrapped(plain(words), max(width - indent, _LEAST_WORDS)):
        line = [*lead, _segment(text, tone)]
        while line and not line[-1].text.strip():
            line.pop()
        yield line
        lead = [_blank(indent)]


def _segment(words: str, tone: str) -> Segment:
    return Segment(words, _STYLES.get(tone))


def _blank(width: int) -> Segment:
    return Segment(" " * width)
