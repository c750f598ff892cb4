"""Share the width of a screen out among the columns of a graph."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from netkg.graph.layout.text import LINE, node_lines, text_width

__all__ = ["GAP_Y", "PAD_X", "PAD_Y", "column_widths"]

PAD_X: Final = 9.0
PAD_Y: Final = 4.5
GAP_Y: Final = 6.0

_NARROWEST: Final = 104.0
_WIDEST: Final = 330.0
_WIDEST_WORD: Final = 170.0
_STEP: Final = 8.0

NodeColumn = Sequence[Mapping[str, Any]]


def column_widths(columns: Sequence[NodeColumn], room: float) -> list[float]:
    """Give each column of nodes what it wants, or the room where it saves most lines."""
    wanted = [_wanted(column, _WIDEST) for column in columns]
    if sum(wanted) <= room:
        return wanted
    widths = [min(_wanted(column, 1.0), _WIDEST_WORD) for column in columns]
    steps = [_steps(*three) for three in zip(columns, widths, wanted, strict=True)]
    heights = [first for (_, first), *_ in steps]
    while offers := [
        (_gain(heights, rank, height) / (width - widths[rank]), -rank, width, height)
        for rank, later in enumerate(steps)
        for width, height in later
        if height < heights[rank] and sum(widths) - widths[rank] + width <= room
    ]:
        _, rank, width, height = max(offers)
        widths[-rank], heights[-rank] = width, height
    return widths


def _wanted(column: NodeColumn, width: float) -> float:
    """Give the width that a column needs if its lines are broken at some width."""
    found = [text_width(line) for data in column for line in node_lines(data, width)]
    return round(max([2 * PAD_X + 1 + max(found, default=0.0), _NARROWEST]), 1)


def _steps(column: NodeColumn, low: float, high: float) -> list[tuple[float, float]]:
    """Give the widths at which a column becomes lower, each with its height."""
    steps = [(low, _height(column, low))]
    width = low
    while width < high:
        width = min(width + _STEP, high)
        height = _height(column, width)
        if height < steps[-1][1]:
            steps.append((width, height))
    return steps


def _gain(heights: list[float], rank: int, height: float) -> float:
    # The tallest column decides how far a reader must scroll.
    after = [*heights[:rank], height, *heights[rank + 1 :]]
    return 4 * (max(heights) - max(after)) + sum(heights) - sum(after)


def _height(column: NodeColumn, width: float) -> float:
    total = 0.0
    for data in column:
        lines = node_lines(data, width - 2 * PAD_X)
        # What is broken off costs its reader more than a line.
        lost = sum(line.endswith("…") for line in lines)
        total += (len(lines) + 2 * lost) * LINE + 2 * PAD_Y + GAP_Y
    return total
