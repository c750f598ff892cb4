"""The cell that a finding on a case is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from netkg.result import JSON, Keys, Result
from netkg.tables.built import Built, Fault, Place

__all__ = ["TableFinding", "finding_of", "place_of"]


@dataclass(frozen=True, slots=True)
class TableFinding(Result):
    """One thing that is wrong or doubtful about a row of a table.

    ``sheet`` is the name of the sheet, or of another file with records of the case. ``row`` is the
    number of the row as a spreadsheet shows it, ``column`` the name of the column (empty for the
    whole row). ``rejected`` says that the row gives no case. ``case``, ``focus``, ``field``,
    ``found``, ``expected`` and ``statement`` are as in a finding on a case.
    """

    json_keys: ClassVar[Keys] = (
        *("sheet", "row", "column", "case", "rejected", "severity", "focus", "field"),
        *("found", "expected", "message", "statement"),
    )

    sheet: str
    row: int
    column: str
    case: str
    rejected: bool
    severity: str
    focus: str
    field: str
    found: str
    expected: str
    message: str
    statement: str | None = None


def finding_of(fault: Fault, built: Built | None, *, rejected: bool) -> TableFinding:
    """Return the finding for a cell that cannot be read, or is left out."""
    found = f"{fault.found!r} " if fault.found else ""
    subject = f"column {fault.column!r}: {found}" if fault.column else "the row "
    message = f"{subject}{fault.problem}.".replace("  ", " ")
    if fault.hint:
        message += f" {fault.hint}"
    return TableFinding(
        fault.sheet,
        fault.row,
        fault.column,
        built.id if built else "",
        rejected,
        "Warning" if fault.is_doubt else "Violation",
        "",
        fault.field,
        fault.found,
        fault.expected,
        message[:1].upper() + message[1:],
    )


def place_of(
    finding: Mapping[str, Any], built: Built, columns: Mapping[str, str], sheet: str
) -> tuple[str, int, str]:
    """Return the sheet, row and column of a finding on a case.

    That is where the value is; if it is missing, the column that could have it, in the row of the
    case.
    """
    path, focus = str(finding["field"]), str(finding["focus"])
    places = [each for each in built.places if each.path == path]
    if own := [each for each in places if each.focus == focus]:
        places = own
    exact = [each for each in places if _shown(each) == str(finding["found"])]
    for place in exact or places:
        return place.sheet, place.row, place.column
    # The field of a record as a whole: where the record begins.
    for place in _below(built.places, path, focus):
        return place.sheet, place.row, columns.get(path, "")
    return sheet, built.row, columns.get(path, "")


def _shown(place: Place) -> str:
    value: JSON | Any = place.value
    return str(value).lower() if isinstance(value, bool) else str(value)


def _below(places: Iterable[Place], path: str, focus: str) -> Iterable[Place]:
    record = path.rpartition(".")[0]
    for place in places:
        if record and place.path.startswith(f"{record}.") and place.focus == focus:
            yield place
