"""Count days and calendar months."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

__all__ = ["add_months", "parse_day"]


def add_months(day: date, months: int) -> date:
    """Add calendar months to a day; past the end of the month, its last day is meant.

    >>> add_months(date(2025, 8, 31), 6)
    datetime.date(2026, 2, 28)
    >>> add_months(date(2024, 2, 29), 12)
    datetime.date(2025, 2, 28)

    What lies beyond the last day that can be written is taken as that day.

    >>> add_months(date(9999, 12, 1), 2)
    datetime.date(9999, 12, 31)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def parse_day(text: str) -> date | None:
    """Read an ISO 8601 calendar day of exactly ten characters, or give None.

    >>> parse_day("2026-02-29") is None
    True
    """
    if len(text) != 10 or text[4] != "-" or text[7] != "-":
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
