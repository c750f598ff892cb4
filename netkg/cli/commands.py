"""List the commands in the order in which the help shows them."""

from __future__ import annotations

from typing import Final

from netkg.cli.asking import add_asking
from netkg.cli.comparing import add_comparing
from netkg.cli.documenting import add_documenting
from netkg.cli.drawing import add_drawing
from netkg.cli.explaining import add_explaining
from netkg.cli.listing import add_listing
from netkg.cli.planning import add_planning

__all__ = ["COMMANDS"]

COMMANDS: Final = (
    add_planning,
    add_explaining,
    add_comparing,
    add_asking,
    add_drawing,
    add_listing,
    add_documenting,
)
