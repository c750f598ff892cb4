"""Draw the graph."""

from __future__ import annotations

from netkg.cli.arguments import CommandMaker

__all__ = ["add_drawing"]


def add_drawing(command: CommandMaker) -> None:
    """Add the command graph."""
