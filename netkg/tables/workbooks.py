"""Read a sheet of a workbook (.xlsx, .xlsm) row by row, within limits.

Hidden rows are read as others. A cell of a merged range, and a formula whose result is not
stored, have no value of their own: they are faults of their row, because to fill them would be
a guess. What a spreadsheet program shows differently from what it stores is a text or a fault.
"""

from __future__ import annotations

import datetime
import re
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final
from xml.parsers import expat

import openpyxl

from netkg.errors import InputError
from netkg.limits import beyond, limits
from netkg.ontology.text_files import unreadable
from netkg.result import counted
from netkg.suggestions import closest, did_you_mean, listed
from netkg.tables.merged_cells import MergedCells
from netkg.tables.number_formats import shown
from netkg.tables.rows import Row, Table, column_letter, column_names, is_blank
from netkg.tables.survey import BROKEN, Survey, survey_sheet

__all__ = ["check_workbook", "open_sheet"]

_WORKBOOK: Final = "xl/workbook.xml"
_AGAIN: Final = "Save it again as .xlsx, or as CSV, with a spreadsheet program."
_OLD: Final = b"\xd0\xcf\x11\xe0"
UNSTORED: Final = (
    "is a formula whose result is not stored; open the workbook in a spreadsheet program and save"
    " it"
)
# What only programmers understand in the message of a library.
_INTERNAL: Final = ("<", "{", "(", "\n", "object")
_MIDNIGHT: Final = datetime.time()
# More parts than any workbook has; and the shared texts of a workbook, which are in memory.
_PARTS: Final = 10_000
_STRINGS: Final = 5_000_000
_LARGEST: Final = 10**15
# Excel has a day 1900-02-29, which never was: programs count the days before it differently.
_LEAP: Final = datetime.date(1900, 3, 1)
_ESCAPED: Final = re.compile(r"_x00(0D|0A|09|0d|0a)_")


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
    names = [each.filename for each in members]
    if _WORKBOOK not in names:
        raise InputError("is not a workbook", source=name, expected="a file saved as .xlsx")
    if len(names) > _PARTS or len(set(names)) < len(names):
        raise InputError(
            f"has {len(names):,} parts, or one of them twice",
            source=name,
            expected=f"at most {_PARTS:,} parts with different names",
            hint=_AGAIN,
        )
    _check_strings(path, next((each for each in names if each.endswith("sharedStrings.xml")), ""))


def _check_strings(path: Path, part: str) -> None:
    """Check that there are not too many shared texts, since all of them are in memory.

    Raises:
        InputError: if there are, or they are not well-formed.
    """
    count = 0

    def start(*_: object) -> None:
        nonlocal count
        count += 1
        if count > _STRINGS:
            raise InputError(
                f"has more than {_STRINGS:,} texts",
                source=str(path),
                hint="Save the sheet as CSV, and import that.",
            )

    def refuse(*_: object) -> None:
        raise InputError("declares an XML entity", source=str(path), hint=_AGAIN)

    if part:
        parser = expat.ParserCreate()
        parser.StartElementHandler, parser.EntityDeclHandler = start, refuse
        try:
            with zipfile.ZipFile(path) as archive, archive.open(part) as stream:
                parser.ParseFile(stream)
        except BROKEN as error:
            raise InputError(
                f"cannot be read as a workbook: {error}", source=str(path), hint=_AGAIN
            ) from None


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
                # It leaves a file that it opens itself open if there is an error.
                book = openpyxl.load_workbook(
                    opened.enter_context(path.open("rb")),
                    read_only=True,
                    data_only=True,
                    keep_links=False,
                )
        except Exception as error:  # openpyxl raises errors of many kinds for a broken workbook
            raise InputError(
                f"cannot be read as a workbook{_reason(error)}",
                source=name,
                hint=_AGAIN,
            ) from None
        opened.callback(book.close)
        chosen = _chosen(book, sheet, name)
        place = f"{name}, sheet {chosen.title}"
        # The reader of values has the path of the sheet in the archive, and no public name for it.
        # So that the workbook is calculated when it is opened: results in it are not those of it.
        is_stale = bool(book.calculation and book.calculation.fullCalcOnLoad)
        try:
            with zipfile.ZipFile(path) as archive, archive.open(chosen._worksheet_path) as stream:
                survey = survey_sheet(stream, place, header=header, is_stale=is_stale)
        except BROKEN as error:
            raise _broken(error, place) from None
        chosen.reset_dimensions()
        rows = chosen.iter_rows()
        first = _header(rows, header, place)
        names = column_names(first, place)
        table = Table(name, chosen.title, names, iter(()), _notes(survey, book, chosen))
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
        f"cannot be read{_reason(error)}",
        source=place,
        hint="Save it again with a spreadsheet program.",
    )


def _reason(error: Exception) -> str:
    """Return what a message adds about the error of a library, if people can read it."""
    words = str(error)
    return f": {words}" if words and not any(each in words for each in _INTERNAL) else ""


def _notes(survey: Survey, book: Any, chosen: Any) -> list[str]:
    notes = []
    if hidden := survey.hidden_rows:
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
    merged = MergedCells(survey, width, place)
    number = header
    with opened:
        while True:
            try:
                with warnings.catch_warnings():
                    # The warnings contain values of cells; what they are about is a fault.
                    warnings.simplefilter("ignore")
                    cells = next(rows, None)
                if cells is None:
                    return
                number += 1
                found = [_value(cell) for cell in cells]
            except Exception as error:  # openpyxl raises errors of many kinds for a broken sheet
                raise _broken(error, place) from None
            values = [value for value, _ in found]
            faults = {at: words for at, (_, words) in enumerate(found) if words}
            faults |= dict.fromkeys(survey.unstored.get(number, ()), UNSTORED)
            faults |= merged.faults(number)
            if is_blank(values) and not faults:
                continue
            fault = ""
            if len(values) > width and not is_blank(values[width:]):
                at = next(n for n in range(width, len(values)) if not is_blank(values[n : n + 1]))
                fault = f"has a value in column {column_letter(at)}, which has no header"
            values = (values + [None] * (width - len(values)))[:width]
            yield Row(number, values, fault, faults)


def _value(cell: Any) -> tuple[Any, str]:
    """Return the value of a cell, and why it cannot be read.

    A number that is shown as a percentage or with a unit is a text with it.
    """
    value = cell.value
    if isinstance(value, str):
        if len(value) > limits().text:
            return None, f"has {len(value):,} characters, and at most {limits().text:,} are allowed"
        # These stand for a line break and a tab; other such escapes are left as they are.
        return (_ESCAPED.sub(" ", value) if "_x00" in value else value), ""
    if isinstance(value, float | int) and not isinstance(value, bool):
        if not -_LARGEST < value < _LARGEST:
            return value, (
                "is a number of more than 15 digits, which a spreadsheet rounds; write it as text"
            )
        text, fault = shown(value, cell.number_format or "")
        if text or fault:
            return text or value, fault
        # A spreadsheet has 15 digits; the others are an error of rounding.
        return (float(f"{value:.15g}") if isinstance(value, float) else value), ""
    if isinstance(value, datetime.datetime):
        if value.date() < _LEAP and cell.parent.parent.epoch.year == 1899:
            return value, "is a date before 1900-03-01, which programs count differently"
        if value.time() == _MIDNIGHT:
            return value.date(), ""
    return value, ""
