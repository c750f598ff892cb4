"""What the first screen of a plan says to everyone: its cautions, and that a patient has died."""

from __future__ import annotations

from netkg.graph.views.elements import GraphBuilder
from netkg.graph.views.parts import place_of
from netkg.render.first_screen import FirstScreen

__all__ = ["add_cautions", "closing_words"]


def closing_words(screen: FirstScreen) -> str:
    """Return why all steps are closed; nothing if they are not."""
    found = (part for part in screen.parts if part.name == "Deceased")
    return " ".join(f"{part.name}: {part.lines[0].words}" for part in found)


def add_cautions(builder: GraphBuilder, screen: FirstScreen, column: int) -> None:
    """Add the cautions that are not statements or gaps, which are nodes themselves."""
    found = (part.lines for part in screen.parts if part.name == "Caution")
    items = [item for lines in found for item in lines if item.tone not in ("", "alert")]
    for number, item in enumerate(items):
        builder.node(
            f"caution {number + 1}",
            item.words,
            "caution",
            column,
            severity=item.tone,
            part="Caution",
            order=place_of("Caution", number - len(items)),
        )
