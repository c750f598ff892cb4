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
from openpyxl.styles import PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from netkg.compiler.shapes import Shape
from netkg.errors import InputError
from netkg.ontology.schema import Schema
from netkg.render.file import replaced
from netkg.tables.book_cells import BLUE, DARK, put, put_head, xml_text
from netkg.tables.template_form import (
    BOOLEAN,
    BOUNDS,
    CASE_ID,
    CASES,
    Entry,
    FormSheet,
    form_sheets,
)
from netkg.tables.template_readme import readme_lines, write_readme

__all__ = ["map_path", "write_template"]

# How many rows of the sheet of cases, and of each other sheet, are ready to be filled in.
ROWS: Final = 1_000
RECORD_ROWS: Final = 10_000
_LISTS: Final = "Lists"
_CASE_IDS: Final = "case_ids"
_GREEN, _AMBER = "E2EFDA", "FFE699"
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
        "tables": [_child(each) for each in others],
    }
    head = (
        f"# The columns of {target.name}, as netkg template xlsx made them. Import with:\n"
        f"# {_command(target)}\n"
    )
    return head + str(yaml.safe_dump(tree, sort_keys=False, allow_unicode=True, width=100))


def _child(sheet: FormSheet) -> dict[str, Any]:
    tree: dict[str, Any] = {"table": {"sheet": sheet.title}, "case": CASE_ID}
    for each in sheet.entries:
        if each.kind == "parent":
            tree["of"] = each.header
    return tree | {"record": sheet.record, "columns": _columns(sheet.entries)}


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
    lines = readme_lines(sheets, notice, _command(target), (ROWS, RECORD_ROWS))
    write_readme(book.active, sheets, lines)
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
    lists: dict[str, Entry] = {}
    for each in (entry for sheet in sheets for entry in sheet.entries):
        if each.list:
            lists.setdefault(each.list, each)
    sheet = book.create_sheet(_LISTS)
    for at, (name, entry) in enumerate(lists.items(), start=1):
        letter = get_column_letter(at)
        head = "yes or no" if name == BOOLEAN else entry.header
        put_head(sheet.cell(1, at), head, BLUE)
        for row, label in enumerate(entry.choices, start=2):
            put(sheet.cell(row, at), label)
        sheet.column_dimensions[letter].width = _width([head, *entry.choices])
        _define(book, _name_of(name), f"{_LISTS}!${letter}$2:${letter}${len(entry.choices) + 1}")
    sheet.freeze_panes = "A2"


def _write_sheet(sheet: Any, form: FormSheet) -> None:
    last = (RECORD_ROWS if form.record else ROWS) + 1
    letters = get_column_letter(len(form.entries))
    for at, each in enumerate(form.entries, start=1):
        letter = get_column_letter(at)
        color = _GREEN if each.record and not form.record else BLUE
        cell = sheet.cell(1, at)
        put_head(cell, each.header, DARK if each.required else color)
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
