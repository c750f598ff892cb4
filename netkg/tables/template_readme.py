"""The sheet of a workbook to fill in that says how to fill it in and how to import it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from netkg.tables.book_cells import BLUE, FONT, put, put_head
from netkg.tables.map_fields import RECORDS
from netkg.tables.template_form import CASES, FormSheet

__all__ = ["readme_lines", "write_readme"]

_NAME: Final = "Read me"
_TITLE: Final = "Cases of neuroendocrine tumors for netkg"
_HEADS: Final = (_TITLE, "How to fill in", "How to import", "Columns")
_TABLE: Final = {
    **{"sheet": 15, "column": 40, "required": 11, "what to write": 46, "unit (UCUM)": 18},
    "definition": 60,
}


def write_readme(sheet: Any, sheets: Iterable[FormSheet], lines: Iterable[str]) -> None:
    """Write the lines, and below them a table of the columns of all sheets."""
    sheet.title = _NAME
    for row, text in enumerate(lines, start=1):
        cell = sheet.cell(row, 1)
        put(cell, text or None)
        name = "Consolas" if text.startswith("netkg ") else FONT
        cell.font = Font(name=name, bold=text in _HEADS, size=16 if row == 1 else 11)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=len(_TABLE))
        sheet.row_dimensions[row].height = 24 if row == 1 else _height([(text, 180)])
    row = sheet.max_row + 1
    for at, (name, width) in enumerate(_TABLE.items(), start=1):
        put_head(sheet.cell(row, at), name, BLUE)
        sheet.column_dimensions[get_column_letter(at)].width = width
    for title, each in ((form.title, each) for form in sheets for each in form.entries):
        row += 1
        required = "yes" if each.required else "no"
        cells = (title, each.header, required, each.format, each.unit, each.definition)
        for at, text in enumerate(cells, start=1):
            cell = sheet.cell(row, at)
            put(cell, text or None)
            cell.font = Font(name=FONT, bold=each.required and at < 4)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.row_dimensions[row].height = _height(zip(cells, _TABLE.values(), strict=True))


def _height(cells: Iterable[tuple[str, int]]) -> int:
    """Return the height of a row with these texts in columns of these widths."""
    return 16 * max(len(text) // width + 1 for text, width in cells)


def readme_lines(
    sheets: Sequence[FormSheet], notice: str, command: str, rows: tuple[int, int]
) -> Iterator[str]:
    """Yield what to know; ``rows`` are how many rows of cases, and of other sheets, are ready."""
    tumors = next(each.title for each in sheets if RECORDS.get(each.record) == "Tumor")
    yield from (_TITLE, notice, "", "How to fill in")
    yield from (f"{each.title}: {each.about}" for each in sheets)
    yield (
        f"The id of a case links the sheets. Fill in {CASES} first, then choose the id from the"
        f" list. Most cases have one tumor and need no row in {tumors}."
    )
    yield (
        "Dark headers are required, and amber cells still need a value. Green headers are about the"
        " first tumor: a case needs a value in one of them. A tumor or a metastasis without an id"
        " has one by its position, such as tumor-1."
    )
    yield (
        "Leave a cell blank if its value is not known. An event or a metastasis that is not"
        " recorded counts as absent."
    )
    yield (
        f"{CASES} is ready for {rows[0]:,} rows, each other sheet for {rows[1]:,}. Do not rename"
        " sheets or headers. Columns of your own are not read."
    )
    yield "Values that are pasted are not checked by the lists. The import checks them."
    yield from ("", "How to import", "Save the workbook, and run in its folder:", command)
    yield from ("", "Columns")
