"""Derive the two plans of a comparison: before and after a change, of two cases, of two days."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from netkg.case.days import Day, as_day
from netkg.case.model import Case
from netkg.case.to_json import FormError
from netkg.comparison.as_of import set_aside_after
from netkg.comparison.cases import compared
from netkg.comparison.edits import Setting, change
from netkg.comparison.model import Comparison
from netkg.comparison.plans import compare
from netkg.errors import InputError
from netkg.plan.engine import Engine

__all__ = ["compare_cases", "compare_days", "two_days", "what_if"]


def what_if(engine: Engine, case: Case, settings: Iterable[Setting], *, as_of: Day) -> Comparison:
    """Compare the plan of a case with the one that it would have after some changes.

    If the form of the case is wrong, nothing is changed, and the notice of
    the comparison says so.

    Raises:
        ChangeError: if a setting cannot be made.
    """
    before = engine.derive(case, as_of=as_of)
    try:
        altered, changes = change(case, settings, schema=engine.schema)
    except FormError:
        notice = "Nothing was changed: the form of the case is wrong and must be fixed first."
        return compare(before, before, notice=notice)
    return compare(before, engine.derive(altered, as_of=as_of), changes=changes)


def compare_cases(
    engine: Engine, case: Case, other: Case, *, as_of: Day | Sequence[Day]
) -> Comparison:
    """Compare the plans of two cases, as of one day or of a day for each.

    If the form of a case is wrong, the differences between the cases are not listed.

    Raises:
        InputError: if there are days, but not two.
    """
    days = two_days(as_of)
    before, after = (
        engine.derive(side, as_of=day) for side, day in zip((case, other), days, strict=True)
    )
    try:
        names, changes = compared(case, other, schema=engine.schema)
    except FormError:
        return compare(before, after)
    return compare(before, after, changes=changes, names=names)


def two_days(as_of: Day | Sequence[Day]) -> tuple[date, date]:
    """Return a day for each side of a comparison: the same one, or one of two.

    >>> two_days("2026-03-31") == two_days(["2026-03-31", "2026-03-31"])
    True

    Raises:
        InputError: if there are several days and not two, or one is not a day.
    """
    if not isinstance(as_of, list | tuple):
        return as_day(as_of), as_day(as_of)  # type: ignore[arg-type]
    if len(as_of) != 2:
        raise InputError(f"as_of has {len(as_of)} dates", expected="one date, or one for each side")
    return as_day(as_of[0]), as_day(as_of[1])


def compare_days(engine: Engine, case: Case, before: Day, after: Day) -> Comparison:
    """Compare the plans of a case as of two days, each without what happened later.

    If the form of the case is wrong, nothing is set aside, and the notice
    of the comparison says so.
    """
    days = as_day(before), as_day(after)
    notice = (
        "Values without a date, and planned events, are on both dates as they are in the case now."
    )
    try:
        sides = [set_aside_after(case, day, schema=engine.schema) for day in days]
    except FormError:
        notice = "Nothing was set aside: the form of the case is wrong and must be fixed first."
        sides = [(case, ()), (case, ())]
    first, second = (
        engine.derive(side, as_of=day) for (side, _), day in zip(sides, days, strict=True)
    )
    return compare(first, second, set_aside=(sides[0][1], sides[1][1]), notice=notice)
