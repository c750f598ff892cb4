"""The parts of a plan in the order in which they are read: those of its first screen."""

from __future__ import annotations

from typing import Final

from netkg.plan.model import Focus, Recommendation

__all__ = ["FINISHED", "PARTS", "part_of", "place_of"]

PARTS: Final = (
    "Given",
    "Treatment now",
    "Choices",
    "Depends on",
    "Caution",
    "To order",
    "Scheduled",
    "Done",
    "Closed",
    "Does not apply",
)
# Statuses of steps that ask for nothing any more, in the order in which they are read.
FINISHED: Final = ("done", "tried", "declined")
_LATER: Final = frozenset({"planned", "scheduled"})


def part_of(row: Recommendation, focus: Focus) -> str:
    """Return the part that shows a statement at a focus."""
    if focus.verdict == "undetermined":
        return "Depends on"
    if focus.verdict == "not-applicable" or focus.status == "superseded":
        return "Does not apply"
    if focus.status == "closed":
        return "Closed"
    if focus.status == "option":
        return "Choices"
    if row.is_treatment:
        return "Given" if focus.status in FINISHED else "Treatment now"
    if focus.status in FINISHED:
        return "Done"
    if row.kind == "alert" or (row.kind == "principle" and _asks_for_fields(focus)):
        return "Caution"
    return "Scheduled" if focus.status in _LATER else "To order"


def _asks_for_fields(focus: Focus) -> bool:
    """Return whether a step asks to record fields of the case, and for no event."""
    return all(action.type[:1].islower() for action in focus.actions)


def place_of(part: str, within: int = 0) -> int:
    """Return a number to sort by: the parts in their order, then the place within each.

    >>> place_of("Given", 7) < place_of("Choices") < place_of("Does not apply")
    True
    """
    return PARTS.index(part) * 1_000_000 + within
