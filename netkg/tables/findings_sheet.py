"""The sheet of a workbook that lists findings, with links to their cells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.hyperlink import Hyperlink

from netkg.tables.book_cells import DARK, FONT, put, put_head

__all__ = ["add_findings_sheet"]

_TITLE: Final = "netkg findings"
# What is shown of a finding, and how wide its column is; the first is the place of the cell.
_COLUMNS: Final = {
    "cell": 8,
    "sheet": 14,
    "row": 7,
    "column": 24,
    "case": 16,
    "rejected": 10,
    "severity": 11,
    "message": 70,
    "found": 24,
    "expected": 36,
    "statement": 12,
    "focus": 12,
    "field": 28,
}
# As many links as Excel allows on a sheet are 65,530.
LINKS: Final = 65_000


def add_findings_sheet(
    book: Any,
    findings: Iterable[Mapping[str, Any]],
    places: Mapping[tuple[str, int, str], str],
    titles: Mapping[str, str],
) -> list[str]:
    """Add a sheet with the findings to a workbook, and show it when the workbook is opened.

    ``places`` are the cells by sheet, row and column of the findings, ``titles`` the names that
    the sheets have in this workbook.

    Returns what the sheet lacks, one sentence each.
    """
    sheet = book.create_sheet(_unique(book.sheetnames))
    for at, (name, width) in enumerate(_COLUMNS.items(), start=1):
        put_head(sheet.cell(1, at), name, DARK)
        sheet.column_dimensions[get_column_letter(at)].width = width
    wrapped = Alignment(vertical="top", wrap_text=True)
    link, row = Font(name=FONT, color="0563C1", underline="single"), 1
    for row, each in enumerate(findings, start=2):
        title = titles.get(each["sheet"], each["sheet"])
        place = places.get((each["sheet"], each["row"], each["column"]), "")
        shown = {**each, "cell": place, "sheet": title}
        shown["rejected"] = "yes" if each["rejected"] else "no"
        for at, name in enumerate(_COLUMNS, start=1):
            cell = sheet.cell(row, at)
            put(cell, shown[name] or None)
            if name in ("message", "expected", "found"):
                cell.alignment = wrapped
        if place and row <= LINKS:
            cell = sheet.cell(row, 1)
            cell.hyperlink = Hyperlink(ref="", location=f"{quote_sheetname(title)}!{place}")
            cell.font = link
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(_COLUMNS))}{max(row, 2)}"
    if not book.chartsheets:
        # A sheet that stays selected would be changed together with the one that is shown.
        for each_sheet in book.worksheets:
            each_sheet.sheet_view.tabSelected = each_sheet is sheet
        book.active = book.index(sheet)
    if row > LINKS:
        return [f"Only the first {LINKS:,} findings have a link to their cell."]
    return []


def _unique(names: Iterable[str]) -> str:
    known = {name.casefold() for name in names}
    title, number = _TITLE, 1
    while title.casefold() in known:
        number += 1
        title = f"{_TITLE} {number}"
    return title
