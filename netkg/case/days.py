"""Parse ISO 8601 dates, and add calendar months."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime
from typing import Final, TypeAlias

from netkg.errors import InputError

__all__ = ["Day", "add_months", "as_day", "parse_day"]

# A day as callers give it: a date, or its ISO 8601 text.
Day: TypeAlias = date | str

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def add_months(day: date, months: int) -> date:
    """Return the day a number of calendar months later, at most the last of its month.

    >>> add_months(date(2025, 8, 31), 6)
    datetime.date(2026, 2, 28)
    >>> add_months(date(2024, 2, 29), 12)
    datetime.date(2025, 2, 28)

    A day after the last one of the calendar becomes that last one.

    >>> add_months(date(9999, 12, 1), 2)
    datetime.date(9999, 12, 31)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def parse_day(text: str) -> date | None:
    """Return the date of a text of the form YYYY-MM-DD, or None if it is not one.

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
    """Return the date of a date, a datetime or an ISO 8601 text.

    >>> as_day("2026-03-31")
    datetime.date(2026, 3, 31)

    Raises:
        InputError: if it is anything else, or not a day of the calendar.
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    day = parse_day(str(value))
    if day is None:
        raise InputError(f"{value!r} is not a valid date", expected="a date such as 2026-01-15")
    return day
