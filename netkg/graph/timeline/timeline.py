"""The timeline of a case, which writes itself as a picture or as a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from netkg.graph.choices import FORMATS
from netkg.graph.formats.frame import framed
from netkg.graph.timeline.model import Chart
from netkg.graph.timeline.page import page
from netkg.graph.timeline.picture import picture
from netkg.graph.views.elements import GraphError, unknown

__all__ = ["Timeline"]

_FORMATS: Final = ("svg", "png", "html")


@dataclass(frozen=True, slots=True)
class Timeline:
    """The timeline of a case; ``chart`` is what it shows, as data."""

    chart: Chart

    def write(self, format: str) -> str | bytes:
        """Write the timeline as ``svg``, ``png`` or ``html``; PNG is bytes.

        Raises:
            GraphError: if the format is another one, or the system has no font for a PNG.
        """
        if format not in FORMATS:
            raise unknown("format", format, _FORMATS)
        if format not in _FORMATS:
            raise GraphError(
                f"A timeline is a picture, which the format {format} cannot contain. "
                "Choose svg, png or html."
            )
        if format == "html":
            return page(self.chart)
        drawn = picture(self.chart)
        return drawn.svg() if format == "svg" else drawn.png()

    def _repr_html_(self) -> str:
        return framed(page(self.chart))
