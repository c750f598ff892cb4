"""Read a sheet of a workbook (.xlsx, .xlsm) row by row, within limits.

Hidden rows are read as others. A cell of a merged range, and a formula whose result is not
stored, have no value of their own: they are faults of their row, because to fill them would be
a guess.
"""

from __future__ import annotations

import datetime
import warnings
import zipfile
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import openpyxl

from netkg.errors import InputError
from netkg.limits import beyond, limits
from netkg.ontology.text_files import unreadable
from netkg.result import counted
from netkg.suggestions import closest, did_you_mean, listed
from netkg.tables.rows import Row, Table, column_letter, column_names, is_blank
from netkg.tables.survey import Survey, survey_sheet

__all__ = ["check_workbook", "open_sheet"]

_WORKBOOK: Final = "xl/workbook.xml"
_OLD: Final = b"\xd0\xcf\x11\xe0"
UNSTORED: Final = (
    "is a formula whose result is not stored; open the workbook in a spreadsheet program and save"
    " it"
)
_MIDNIGHT: Final = datetime.time()


def check_workbook(path: Path) -> None:
    """Check that a file is a workbook, and small enough when it is decompressed.

    Raises:
        InputError: if it is not, or too large.
    """
    name = str(path)
    try:
        with path.open("rb") as file:
            start = file.read(4)
        if start == _OLD:
            raise InputError(
                "is an encrypted workbook, or one of an old format",
                source=name,
                expected="a workbook without a password, saved as .xlsx",
            )
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (OSError, zipfile.BadZipFile, ValueError) as error:
        if isinstance(error, OSError):
            raise unreadable(error, name) from None
        raise InputError(
            "is not a workbook", source=name, expected="a file saved as .xlsx"
        ) from None
    # The archive cannot yield more than it declares here.
    if sum(each.file_size for each in members) > limits().workbook << 20:
        raise beyond("workbook", "is too large when it is decompressed", source=name)
    if _WORKBOOK not in {each.filename for each in members}:
        raise InputError("is not a workbook", source=name, expected="a file saved as .xlsx")


def open_sheet(path: Path, *, sheet: str = "", header: int = 1) -> Table:
    """Open a sheet of a workbook, by default the first that is visible.

    Raises:
        InputError: if it cannot be read.
    """
    check_workbook(path)
    name = str(path)
    with ExitStack() as opened:
        try:
            with warnings.catch_warnings():
                # What openpyxl does not keep, such as a style, does not matter for values.
                warnings.simplefilter("ignore")
                book = openpyxl.load_workbook(
                    path, read_only=True, data_only=True, keep_links=False
                )
        except Exception as error:  # openpyxl raises errors of many kinds for a broken workbook
            raise InputError(
                f"cannot be read as a workbook: {error}",
                source=name,
                hint="Save it again as .xlsx, or as CSV, with a spreadsheet program.",
            ) from None
        opened.callback(book.close)
        chosen = _chosen(book, sheet, name)
        place = f"{name}, sheet {chosen.title}"
        # The reader of values has the path of the sheet in the archive, and no public name for it.
        with zipfile.ZipFile(path) as archive, archive.open(chosen._worksheet_path) as stream:
            survey = survey_sheet(stream, place)
        chosen.reset_dimensions()
        rows = chosen.iter_rows()
        first = _header(rows, header, place)
        names = column_names(first, place)
        table = Table(name, chosen.title, names, iter(()), _notes(survey, header, book, chosen))
        table.rows = _rows(rows, survey, header, len(names), place, opened.pop_all())
    return table


def _chosen(book: Any, sheet: str, name: str) -> Any:
    sheets = {each.title: each for each in book.worksheets}
    if sheet:
        if sheet not in sheets:
            hint = did_you_mean(closest(sheet, sheets)) or f"It has {listed(sheets)}."
            raise InputError(f"has no sheet {sheet!r}", source=name, hint=hint)
        return sheets[sheet]
    visible = [each for each in book.worksheets if each.sheet_state == "visible"]
    if not visible:
        raise InputError("has no visible sheet", source=name, expected="at least one")
    return visible[0]


def _header(rows: Iterator[Any], header: int, place: str) -> list[Any]:
    try:
        for number, cells in enumerate(rows, start=1):
            if number == header:
                return [cell.value for cell in cells]
    except Exception as error:
        raise _broken(error, place) from None
    raise InputError(
        f"has no row {header}", source=place, expected="the names of the columns there"
    )


def _broken(error: Exception, place: str) -> InputError:
    return InputError(
        f"cannot be read: {error}", source=place, hint="Save it again with a spreadsheet program."
    )


def _notes(survey: Survey, header: int, book: Any, chosen: Any) -> list[str]:
    notes = []
    if hidden := sum(row > header for row in survey.hidden_rows):
        verb = "is" if hidden == 1 else "are"
        notes.append(f"{counted(hidden, 'row')} {verb} hidden in the sheet, and read as others.")
    if survey.hidden_columns:
        names = ", ".join(
            column_letter(first)
            if first == last
            else f"{column_letter(first)} to {column_letter(last)}"
            for first, last in survey.hidden_columns
        )
        notes.append(f"Columns that are hidden in the sheet are read as others: {names}.")
    if others := [each.title for each in book.worksheets if each is not chosen]:
        notes.append(f"Other sheets of the workbook: {listed(others)}.")
    return notes


def _rows(
    rows: Iterator[Any], survey: Survey, header: int, width: int, place: str, opened: ExitStack
) -> Iterator[Row]:
    merged = sorted(survey.merged)
    starts = [first for first, *_ in merged]
    longest = max((last - first for first, last, *_ in merged), default=0)
    number = header
    with opened:
        while True:
            try:
                cells = next(rows, None)
                if cells is None:
                    return
                number += 1
                values = [_value(cell) for cell in cells]
            except Exception as error:  # openpyxl raises errors of many kinds for a broken sheet
                raise _broken(error, place) from None
            faults = dict.fromkeys(survey.unstored.get(number, ()), UNSTORED)
            # Only ranges that begin at most the longest one above can reach this row.
            low = bisect_right(starts, number - longest - 1)
            for first, last, left, right in merged[low : bisect_right(starts, number)]:
                if first <= number <= last:
                    words = f"is merged into {column_letter(left)}{first}; unmerge the cells"
                    # The first cell of the range has the value.
                    columns = range(left + (number == first), min(right, width) + 1)
                    faults |= dict.fromkeys(columns, words)
            if is_blank(values) and not faults:
                continue
            fault = ""
            if len(values) > width and not is_blank(values[width:]):
                at = next(n for n in range(width, len(values)) if not is_blank(values[n : n + 1]))
                fault = f"has a value in column {column_letter(at)}, which has no header"
            values = (values + [None] * (width - len(values)))[:width]
            yield Row(number, values, fault, faults)


def _value(cell: Any) -> Any:
    """Return the value of a cell; a number shown as a percentage is a text with its sign."""
    value = cell.value
    if isinstance(value, float | int) and not isinstance(value, bool):
        if "%" in (cell.number_format or ""):
            return f"{round(value * 100, 10):.15g} %"
    elif isinstance(value, datetime.datetime) and value.time() == _MIDNIGHT:
        return value.date()
    return value
