"""Reconstruct a case as of an earlier day."""

from __future__ import annotations

from datetime import date
from typing import Any

from netkg.case.days import parse_day
from netkg.case.model import Case
from netkg.case.strict_json import plain_numbers
from netkg.case.to_json import case_again, case_object
from netkg.comparison.leaves import content
from netkg.comparison.model import Change
from netkg.ontology.schema import Schema

__all__ = ["set_aside_after"]


def set_aside_after(case: Case, day: date, *, schema: Schema) -> tuple[Case, tuple[Change, ...]]:
    """Return the case without what happened after a day, and what that is.

    Set aside are events with a later date that have begun, ended or been
    declined (a planned one was perhaps planned already, and stays), later
    measurements, and a later death. What has no date stays as it is now:
    the case does not say whether it was true on that day.

    Raises:
        FormError: if the case cannot be written again without loss.
    """
    tree = case_object(case, schema=schema)
    aside: list[Change] = []
    _keep(tree, "events", "events", case.id, day, aside)
    for tumor in tree.get("tumors", ()):
        _keep(tumor, "measurements", "tumors.measurements", tumor["id"], day, aside)
    if _is_later(tree.get("deceasedDate"), day):
        died = tree.pop("deceasedDate")
        aside.append(Change("remove", case.id, "deceasedDate", died, None))
    if not aside:
        return case, ()
    return case_again(tree, case, schema=schema), tuple(aside)


def _keep(
    body: dict[str, Any], key: str, path: str, subject: str, day: date, aside: list[Change]
) -> None:
    """Keep the records of a list that are not later, and note the others."""
    later = [
        record
        for record in body.get(key, ())
        if _is_later(record.get("date"), day) and _first(record.get("status")) != "planned"
    ]
    aside += [
        Change("remove", subject, path, plain_numbers(content(record, {})), None)
        for record in later
    ]
    if later:
        body[key] = [record for record in body[key] if record not in later]


def _first(value: Any) -> Any:
    """Return a single value, or the item of a list with one item."""
    items = [item for item in value if item is not None] if isinstance(value, list) else [value]
    return items[0] if len(items) == 1 else None


def _is_later(value: Any, day: date) -> bool:
    text = _first(value)
    found = parse_day(text) if isinstance(text, str) else None
    return found is not None and found > day
