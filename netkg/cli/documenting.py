"""Write the reference pages."""

from __future__ import annotations

from netkg.cli.arguments import CommandMaker

__all__ = ["add_documenting"]


def add_documenting(command: CommandMaker) -> None:
    """Add the command docs."""
