"""What a timeline shows, before it is placed: entries in rows, rows under headings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from netkg.ontology.document import Guideline
from netkg.render.words import since

__all__ = ["Chart", "Entry", "Part", "Row", "Shape"]

# A window is from one day to another, a therapy in use goes on; all else is on one day.
Shape = Literal["day", "window", "ongoing"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing on a timeline: an event, a measurement, or a window in which something is due.

    ``name`` says what it is, and ``where`` at which tumor or metastasis if that is not
    obvious. ``status`` is the one of the event or of the request, ``status_label`` the same
    in words; both are empty for a measurement. ``results`` are results and the like,
    ``note`` is what is written at its mark in addition to its status and day, ``cited`` are
    the ``statements`` in brackets, and ``remarks`` what only a table has room for. Without a
    date, ``first`` is None; ``last`` is the end of a window, or the day up to which
    something went on.
    """

    name: str
    status: str
    status_label: str
    first: date | None
    last: date | None = None
    shape: Shape = "day"
    where: str = ""
    results: tuple[str, ...] = ()
    statements: tuple[str, ...] = ()
    cited: str = ""
    remarks: tuple[str, ...] = ()
    note: tuple[str, ...] = ()
    has_failed: bool = False

    @property
    def title(self) -> str:
        """What it is, and at which tumor."""
        return f"{self.name} at {self.where}" if self.where else self.name

    @property
    def when(self) -> str:
        """Its status and its days in words."""
        if self.first is None:
            return self.status_label
        if self.shape != "window":
            return f"{since(self.status, self.status_label)} {self.first}".strip()
        if self.status == "overdue":
            return f"{self.status_label} since {self.last}"
        return f"{self.status_label} {self.first} to {self.last}"

    @property
    def words(self) -> str:
        """All that is said of it, on one line."""
        said = ", ".join(filter(None, (self.when, *self.results)))
        return f"{self.title}: {', '.join([f'{said}{self.cited}', *self.remarks])}"


@dataclass(frozen=True, slots=True)
class Row:
    """What has one name: entries with a date, in the order of their dates."""

    label: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """The rows under one heading."""

    heading: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """All that the timeline of a case shows.

    ``about`` is the case on one line, ``undated`` what has no date, and ``omitted`` says
    what the timeline does not show. ``died`` is the day of death, if it is on record.
    """

    title: str
    about: str
    as_of: date
    died: date | None
    parts: tuple[Part, ...]
    undated: tuple[Entry, ...]
    omitted: str
    guideline: Guideline

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All entries with a date, row by row."""
        return tuple(each for part in self.parts for row in part.rows for each in row.entries)
