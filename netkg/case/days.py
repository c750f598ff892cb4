"""Read ISO 8601 days, and count calendar months."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime
from typing import Final, TypeAlias

from netkg.errors import InputError

__all__ = ["Day", "add_months", "as_day", "parse_day"]

# What a day is given as: a date, or its ISO text.
Day: TypeAlias = date | str

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


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
    """Return an ISO 8601 calendar day of exactly ten characters, or None.

    >>> parse_day("2026-02-28"), parse_day("2026-02-29"), parse_day("20260228")
    (datetime.date(2026, 2, 28), None, None)
    """
    if not _DAY.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def as_day(value: Day) -> date:
    """Return the day that a date or an ISO text names.

    >>> as_day("2026-03-31")
    datetime.date(2026, 3, 31)

    Raises:
        InputError: if a text is not a real day, or it is neither of the two.
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    day = parse_day(str(value))
    if day is None:
        raise InputError(f"{value!r} is not a real day", expected="a day, such as 2026-01-15")
    return day
