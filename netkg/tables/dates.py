"""Days in the formats that a map names.

A format is written with yyyy, mm or m, mmm (the English abbreviation of a month), dd or d, and
signs between them. A text that two formats read as two different days is not read at all.
"""

from __future__ import annotations

import re
from calendar import month_abbr, month_name
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Final

__all__ = ["FORMATS", "check_format", "is_partial", "parse_date"]

# Formats that a first map tries, the unambiguous ones first.
FORMATS: Final = (
    *("yyyy-mm-dd", "yyyy/mm/dd", "yyyymmdd", "yyyy.mm.dd", "dd.mm.yyyy", "dd/mm/yyyy"),
    *("mm/dd/yyyy", "dd-mm-yyyy", "mm-dd-yyyy", "dd-mmm-yyyy", "dd mmm yyyy", "mmm dd, yyyy"),
)
_PARTS: Final = re.compile(r"yyyy|mmm|mm?|dd?|[^ymd]+|.", re.IGNORECASE)
_MONTHS: Final = {
    name.casefold(): number
    for names in (month_abbr, month_name)
    for number, name in enumerate(names)
    if name
}
_PARTIAL: Final = re.compile(
    r"(\d{4})|(\d{4})[-/.](\d{1,2})|(\d{1,2})[-/.](\d{4})|([A-Za-z]{3,9}),?[ -](\d{4})"
)
_TIME: Final = re.compile(r"[T ]00:00(:00(\.0+)?)?Z?$")


def check_format(format: str) -> str:
    """Return what is wrong with a format, empty if nothing is.

    >>> check_format("dd.mm.yyyy"), check_format("yy-mm-dd")
    ('', "'yy-mm-dd' is not a format of dates")
    """
    return "" if _pattern(format) else f"{format!r} is not a format of dates"


@lru_cache(maxsize=256)
def _pattern(format: str) -> re.Pattern[str] | None:
    pattern, used = "", list[str]()
    for part in _PARTS.findall(format):
        kind = part.lower()
        if kind == "yyyy":
            pattern += r"(?P<year>\d{4})"
        elif kind == "mmm":
            pattern += r"(?P<name>[A-Za-z]{3,9})\.?"
        elif kind in ("m", "mm"):
            # A single digit is read, too: spreadsheets drop zeros.
            pattern += r"(?P<month>\d{2})" if "yyyymm" in format.lower() else r"(?P<month>\d{1,2})"
        elif kind in ("d", "dd"):
            pattern += r"(?P<day>\d{2})" if "mmdd" in format.lower() else r"(?P<day>\d{1,2})"
        elif kind.isalpha():
            return None
        else:
            pattern += re.escape(part)
            continue
        used.append(kind[0])
    return re.compile(pattern) if sorted(used) == ["d", "m", "y"] else None


def parse_date(text: str, formats: Iterable[str]) -> date | None:
    """Return the day that a text says in one of some formats.

    >>> parse_date("3.2.2024", ["dd.mm.yyyy"]), parse_date("14 Feb 2024", ["d mmm yyyy"])
    (datetime.date(2024, 2, 3), datetime.date(2024, 2, 14))

    Raises:
        ValueError: if two formats read different days; the message names them.
    """
    text = _TIME.sub("", text)
    found: dict[date, str] = {}
    for format in formats:
        if day := _parsed(text, format):
            found.setdefault(day, format)
    if len(found) > 1:
        days = " or ".join(f"{day.isoformat()} ({format})" for day, format in found.items())
        raise ValueError(f"can be {days}")
    return next(iter(found), None)


@lru_cache(maxsize=65_536)
def _parsed(text: str, format: str) -> date | None:
    pattern = _pattern(format)
    match = pattern.fullmatch(text) if pattern else None
    if not match:
        return None
    parts = match.groupdict()
    month = _MONTHS.get(parts["name"].casefold(), 0) if "name" in parts else int(parts["month"])
    try:
        return date(int(parts["year"]), month, int(parts["day"]))
    except ValueError:
        return None


def is_partial(text: str) -> bool:
    """Return whether a text says a year, or a month of a year, and no day.

    >>> is_partial("2021-03"), is_partial("Mar 2021"), is_partial("2021-03-01")
    (True, True, False)
    """
    return bool(_PARTIAL.fullmatch(text))
