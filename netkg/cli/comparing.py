"""Compare plans, and ask what a change would do."""

from __future__ import annotations

from netkg.cli.arguments import CommandMaker

__all__ = ["add_comparing"]


def add_comparing(command: CommandMaker) -> None:
    """Add the command whatif and diff."""
