"""The statuses of steps, and which statements and statuses ask for something."""

from __future__ import annotations

from typing import Final, Literal

__all__ = ["ASKING", "OPEN", "Status"]

Status = Literal[
    "overdue",
    "due",
    "option",
    "planned",
    "scheduled",
    "tried",
    "declined",
    "done",
    "superseded",
    "closed",
]
# Statuses of steps that ask for something, now or later, the most pressing first.
OPEN: Final[tuple[Status, ...]] = ("overdue", "due", "planned", "scheduled", "option")
# The kinds of statements that ask for something; an alert is for the reader alone.
ASKING: Final = frozenset({"recommendation", "principle", "precondition"})
