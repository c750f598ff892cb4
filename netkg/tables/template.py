"""A workbook to fill in, with drop-down lists, and the map with which it is imported.

All of it is from the ontology and the shapes, so that it changes with them. A list is the range of
a sheet with a name, because a spreadsheet limits the length of a list in a formula, and because
Excel moves references to other sheets into an extension that other programs do not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import openpyxl
import yaml
from openpyxl.comments import Comment
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from netkg.compiler.shapes import Shape
from netkg.errors import InputError
from netkg.ontology.schema import Schema
from netkg.tables.book_cells import put, xml_text
from netkg.tables.map_file import RECORDS
from netkg.tables.spool import replaced
from netkg.tables.template_form import BOUNDS, CASE_ID, CASES, Entry, FormSheet, form_sheets

__all__ = ["map_path", "write_template"]

# How many rows of the sheet of cases, and of each other sheet, are ready to be filled in.
ROWS: Final = 1_000
RECORD_ROWS: Final = 10_000
_README: Final = "Read me"
_LISTS: Final = "Lists"
_CASE_IDS: Final = "case_ids"
_FONT: Final = "Calibri"
_DARK, _BLUE, _GREEN, _AMBER = "1F4E79", "DDEBF7", "E2EFDA", "FFE699"
_LARGEST: Final = "1E+15"
# The numbers that spreadsheets have for 1900-01-01 and 9999-12-31.
_DAYS: Final = ("1", "2958465")
# The longest title and text of an error that Excel shows.
_ERROR_TITLE, _ERROR = 32, 225


def map_path(target: Path) -> Path:
    """Return the name of the map that is next to a workbook.

    >>> map_path(Path("new/cases.xlsx")).name
    'cases.map.yaml'
    """
    return target.with_suffix(".map.yaml")


def write_template(target: Path, schema: Schema, shapes: Iterable[Shape], notice: str) -> None:
    """Write a workbook to fill in, and its map; ``shapes`` are those of cases.

    ``notice`` is what every answer of netkg has at its end.

    Raises:
        InputError: if a file cannot be written, or exists: it may have been filled in.
    """
    if target.suffix.lower() != ".xlsx":
        raise InputError(
            "is not the name of a workbook", source=str(target), expected="a file ending in .xlsx"
        )
    for path in (target, map_path(target)):
        if path.exists():
            raise InputError(
                "exists, and may have been filled in",
                source=str(path),
                hint="Choose another name, or remove the file.",
            )
    sheets = form_sheets(schema, shapes)
    book = _book(sheets, target, notice)
    with replaced(map_path(target)) as part:
        part.write_text(_map_text(sheets, target), encoding="utf-8")
        with replaced(target) as workbook:
            book.save(workbook)


# -- the map -------------------------------------------------------------------------------
def _map_text(sheets: Sequence[FormSheet], target: Path) -> str:
    cases, *others = sheets
    own = [each for each in cases.entries if not each.record]
    first = [each for each in cases.entries if each.record]
    tree = {
        "table": {"sheet": cases.title},
        "columns": _columns(own),
        "records": [{"record": first[0].record, "columns": _columns(first)}],
        "tables": [
            {
                "table": {"sheet": sheet.title},
                "case": CASE_ID,
                **{"of": each.header for each in sheet.entries if each.kind == "parent"},
                "record": sheet.record,
                "columns": _columns(sheet.entries),
            }
            for sheet in others
        ],
    }
    head = (
        f"# The columns of {target.name}, as netkg template xlsx made them. Import with:\n"
        f"# {_command(target)}\n"
    )
    return head + yaml.safe_dump(tree, sort_keys=False, allow_unicode=True, width=100)


def _columns(entries: Iterable[Entry]) -> dict[str, Any]:
    """Return the lines of columns; a label is mapped to its value, whatever it may mean later."""
    found: dict[str, Any] = {}
    for each in entries:
        if not each.field:
            continue
        settings: dict[str, Any] = {"field": each.field}
        if each.separator:
            settings["separator"] = each.separator
        if each.choices:
            settings["values"] = dict(each.choices)
        found[each.header] = settings if len(settings) > 1 else each.field
    return found


def _command(target: Path) -> str:
    return f"netkg import {target.name} --map {map_path(target).name} --out cases.ndjson"


# -- the workbook --------------------------------------------------------------------------
def _book(sheets: Sequence[FormSheet], target: Path, notice: str) -> Any:
    book = openpyxl.Workbook()
    _write_readme(book.active, sheets, target, notice)
    for each in sheets:
        _write_sheet(book.create_sheet(each.title), each)
    _write_lists(book, sheets)
    end = f"${ROWS + 1}"
    ids = f"{CASES}!$A$2"
    # The ids that are filled in, so that the drop-down list has no blanks.
    count = f"MAX(1,COUNTA({ids}:$A{end}))"
    _define(book, _CASE_IDS, f"OFFSET({ids},0,0,{count},1)")
    return book


def _define(book: Any, name: str, formula: str) -> None:
    book.defined_names[name] = DefinedName(name, attr_text=formula)


def _name_of(list_: str) -> str:
    return "list_" + re.sub(r"\W", "_", list_)


def _write_lists(book: Any, sheets: Iterable[FormSheet]) -> None:
    lists: dict[str, Mapping[str, str]] = {}
    for each in (entry for sheet in sheets for entry in sheet.entries):
        if each.list:
            lists.setdefault(each.list, each.choices)
    sheet = book.create_sheet(_LISTS)
    for at, (name, choices) in enumerate(lists.items(), start=1):
        letter = get_column_letter(at)
        _head(sheet.cell(1, at), name, _BLUE)
        for row, label in enumerate(choices, start=2):
            put(sheet.cell(row, at), label)
        sheet.column_dimensions[letter].width = _width([name, *choices])
        _define(book, _name_of(name), f"{_LISTS}!${letter}$2:${letter}${len(choices) + 1}")
    sheet.freeze_panes = "A2"


def _write_sheet(sheet: Any, form: FormSheet) -> None:
    last = (RECORD_ROWS if form.record else ROWS) + 1
    letters = get_column_letter(len(form.entries))
    for at, each in enumerate(form.entries, start=1):
        letter = get_column_letter(at)
        color = _GREEN if each.record and not form.record else _BLUE
        cell = sheet.cell(1, at)
        _head(cell, each.header, _DARK if each.required else color)
        cell.comment = _comment(each)
        column = sheet.column_dimensions[letter]
        column.width = _width([each.header, *each.choices])
        if each.kind == "date":
            column.number_format = "yyyy-mm-dd"
        elif each.kind not in ("number", "list"):
            # An id such as 007 or 1-2 must not become a number or a date.
            column.number_format = "@"
        if validation := _validation(each, letter, last):
            validation.add(f"{letter}2:{letter}{last}")
            sheet.add_data_validation(validation)
        if each.required:
            rule = f"AND(COUNTA($A2:${letters}2)>0,ISBLANK({letter}2))"
            fill = PatternFill("solid", bgColor=_AMBER)
            sheet.conditional_formatting.add(
                f"{letter}2:{letter}{last}", FormulaRule(formula=[rule], fill=fill)
            )
    sheet.row_dimensions[1].height = 32
    sheet.freeze_panes = "B2"


def _head(cell: Any, text: str, color: str) -> None:
    put(cell, text)
    cell.font = Font(name=_FONT, bold=True, color="FFFFFF" if color == _DARK else "000000")
    cell.fill = PatternFill("solid", fgColor=color)
    cell.alignment = Alignment(wrap_text=True, vertical="center")
    cell.border = Border(*(Side("thin", color="BFBFBF"),) * 4)


def _width(texts: Iterable[str]) -> int:
    return min(max(12, *(len(each) + 3 for each in texts)), 42)


def _comment(entry: Entry) -> Comment:
    lines = [*_about(entry)]
    if entry.separator:
        first = list(entry.choices)[:2]
        lines.append(f"For example: {f'{entry.separator} '.join(first)}")
        lines.append(f"The values are {', '.join(entry.choices)}.")
    text = xml_text("\n".join(lines), 2_000)
    height = 24 + 18 * sum(len(line) // 45 + 1 for line in text.split("\n"))
    return Comment(text, "netkg", height=min(height, 500), width=320)


def _about(entry: Entry) -> Iterator[str]:
    yield entry.definition
    if entry.unit:
        yield f"Unit (UCUM): {entry.unit}"
    yield entry.format
    if entry.required:
        yield "Required."


def _validation(entry: Entry, letter: str, last: int) -> Any:
    """Return what a spreadsheet checks when somebody types a value, or None."""
    rules: dict[str, Any]
    if entry.kind == "list":
        rules = {"type": "list", "formula1": _name_of(entry.list)}
    elif entry.kind == "number":
        rules = _number_rules(entry.bounds, f"{letter}2")
    elif entry.kind == "date":
        rules = {"type": "date", "operator": "between"}
        rules |= dict(zip(("formula1", "formula2"), _DAYS, strict=True))
    elif entry.kind == "case" and entry.record:
        rules = {"type": "list", "formula1": _CASE_IDS}
    elif entry.kind == "case":
        rules = {
            "type": "custom",
            "formula1": f"COUNTIF(${letter}$2:${letter}${last},{letter}2)=1",
        }
    else:
        return None
    return DataValidation(
        **rules,
        allow_blank=True,
        # A drop-down list has one value at a time, so that several must be typed.
        showErrorMessage=not entry.separator,
        errorStyle="stop",
        errorTitle=xml_text(entry.header, _ERROR_TITLE),
        error=xml_text(f"This value is not valid. {_to_do(entry)}", _ERROR),
    )


def _to_do(entry: Entry) -> str:
    if entry.kind == "list":
        return "Choose one from the list."
    return f"Write {entry.format[:1].lower()}{entry.format[1:]}"


def _number_rules(bounds: Mapping[str, float], cell: str) -> dict[str, Any]:
    limits = {"minimum", "maximum"}
    if not bounds.keys() - limits:
        low = f"{bounds['minimum']:g}" if "minimum" in bounds else f"-{_LARGEST}"
        high = f"{bounds['maximum']:g}" if "maximum" in bounds else _LARGEST
        return {"type": "decimal", "operator": "between", "formula1": low, "formula2": high}
    # Whether a bound is itself allowed can differ at the two ends.
    tests = [f"{cell}{BOUNDS[name][0]}{limit:g}" for name, limit in bounds.items()]
    return {"type": "custom", "formula1": f"AND(ISNUMBER({cell}),{','.join(tests)})"}


# -- the sheet to read ---------------------------------------------------------------------
def _write_readme(sheet: Any, sheets: Sequence[FormSheet], target: Path, notice: str) -> None:
    sheet.title = _README
    tumors = next(each.title for each in sheets if RECORDS.get(each.record) == "Tumor")
    lines = [
        *("Cases of neuroendocrine tumors for netkg", notice, ""),
        "How to fill in",
        *(f"{each.title}: {each.about}" for each in sheets),
        f"The id of a case links the sheets. Fill in {CASES} first, then choose the id from the"
        f" list. Most cases have one tumor and need no row in {tumors}.",
        "Dark headers are required: a row cannot be imported without them. Leave a cell blank if"
        " its value is not known. Missing is not the same as absent.",
        f"{CASES} is ready for {ROWS:,} rows, each other sheet for {RECORD_ROWS:,}. Do not rename"
        " sheets or headers; columns of your own are not read.",
        "Values that are pasted are not checked by the lists. The import checks them.",
        "",
        *("How to import", "Save the workbook, and run in its folder:", _command(target), ""),
        "Columns",
    ]
    heads = {"Cases of neuroendocrine tumors for netkg", "How to fill in", "How to import"}
    for row, text in enumerate(lines, start=1):
        cell = sheet.cell(row, 1)
        put(cell, text or None)
        bold = text in heads or text == lines[-1]
        name = "Consolas" if text == _command(target) else _FONT
        cell.font = Font(name=name, bold=bold, size=16 if row == 1 else 11)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=5)
        sheet.row_dimensions[row].height = 24 if row == 1 else 16 * (len(text) // 120 + 1)
    row = len(lines) + 1
    widths = {"sheet": 15, "column": 34, "required": 11, "what to write": 40, "definition": 60}
    for at, (name, width) in enumerate(widths.items(), start=1):
        _head(sheet.cell(row, at), name, _BLUE)
        sheet.column_dimensions[get_column_letter(at)].width = width
    for form, each in ((form, each) for form in sheets for each in form.entries):
        row += 1
        unit = f" Unit (UCUM): {each.unit}" if each.unit else ""
        required = "yes" if each.required else "no"
        cells = (form.title, each.header, required, each.format + unit, each.definition)
        for at, text in enumerate(cells, start=1):
            cell = sheet.cell(row, at)
            put(cell, text)
            cell.font = Font(name=_FONT, bold=each.required and at < 4)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
