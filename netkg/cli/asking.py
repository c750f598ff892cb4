"""Ask the graph in SPARQL."""

from __future__ import annotations

from netkg.cli.arguments import CommandMaker

__all__ = ["add_asking"]


def add_asking(command: CommandMaker) -> None:
    """Add the command query."""
