"""Explain a verdict by its proof."""

from __future__ import annotations

from netkg.cli.arguments import CommandMaker

__all__ = ["add_explaining"]


def add_explaining(command: CommandMaker) -> None:
    """Add the command explain."""
