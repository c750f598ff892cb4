"""Mark the cells of findings: in a copy of a workbook, or in a new one for a table of text.

The copy is written by openpyxl. It keeps values, formulas, formats, widths, hidden rows,
validations, charts of usual kinds and the other sheets. It has no stored results of formulas, so
that a spreadsheet program must open and save it before it is imported. It loses pictures (without
the package Pillow), shapes, form controls, slicers, threads of comments, and what newer versions
of Excel keep in extensions; the parts that are lost are reported. The source stays as it is.
"""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final
from warnings import catch_warnings, simplefilter
from xml.parsers import expat

import openpyxl
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.utils import range_boundaries

from netkg.errors import InputError
from netkg.render.file import replaced
from netkg.suggestions import listed
from netkg.tables.book_cells import put, xml_text
from netkg.tables.findings_sheet import add_findings_sheet
from netkg.tables.map_model import TableSettings
from netkg.tables.open_tables import open_table
from netkg.tables.rows import column_names
from netkg.tables.spool import read_findings
from netkg.tables.workbooks import check_workbook

__all__ = ["write_xlsx"]

ROWS: Final = 50_000
CELLS: Final = 2_000_000
FINDINGS: Final = 100_000
# More comments than this on one sheet keep a spreadsheet program from opening it.
COMMENTS: Final = 20_000
_WORKBOOKS: Final = (".xlsx", ".xlsm")
_RANKS: Final = ("Info", "Warning", "Violation")
_COLORS: Final = ("BDD7EE", "FFD966", "FF8F8F")
_AUTHOR: Final = "netkg"
_LONGEST: Final = 2_000
_TITLE: Final = 31
# Folders of a workbook, and what they contain for people.
_PARTS: Final = {
    "xl/charts": "charts",
    "xl/ctrlProps": "form controls",
    "xl/drawings": "drawings",
    "xl/embeddings": "embedded objects",
    "xl/externalLinks": "links to other workbooks",
    "xl/media": "pictures",
    "xl/pivotTables": "pivot tables",
    "xl/slicers": "slicers",
    "xl/tables": "tables",
    "xl/threadedComments": "threads of comments",
    "xl/vbaProject.bin": "macros",
}


def write_xlsx(
    spool: Path,
    source: Path,
    target: Path,
    sheet: str,
    settings: TableSettings,
    *,
    headers: Mapping[str, int] | None = None,
) -> tuple[str, ...]:
    """Write a workbook with the table, in which the cells of findings have a color and a comment.

    Violations are red, warnings amber; a finding on a whole row marks its first cell. A further
    sheet lists all findings. ``sheet`` is the sheet of the cases (empty: the first visible one),
    and ``headers`` has the row with the names of the columns of other sheets (default: the first).

    Returns what the workbook lacks, one sentence each.

    Raises:
        InputError: if a file cannot be read or written, or there is too much for a workbook.
    """
    marks = _Marks(spool)
    notes: list[str] = []
    with catch_warnings():
        simplefilter("ignore")  # what openpyxl leaves out is found by comparing the files
        if source.suffix.lower() in _WORKBOOKS:
            book = _copy(source, keep_vba=target.suffix.lower() == ".xlsm")
            titles = {each.title: each.title for each in book.worksheets}
            visible = [each.title for each in book.worksheets if each.sheet_state == "visible"]
            sheet = sheet or visible[0]
        else:
            book = _new_book(source, settings)
            sheet, titles = "", {"": book.active.title}
        rows = {**(headers or {}), sheet: _header_row(source, settings)}
        places: dict[tuple[str, int, str], str] = {}
        for name, title in titles.items():
            if name in marks.sheets:
                marked = _Sheet(book[title], rows.get(name, 1), is_known=bool(name))
                marked.mark(name, marks.sheets[name], places)
                if marked.uncommented:
                    notes.append(
                        f"Sheet {title!r}: {marked.uncommented:,} more cells are marked without a"
                        " comment. The list of findings has their messages."
                    )
        notes += add_findings_sheet(book, read_findings(spool), places, titles)
        with replaced(target) as part:
            book.save(part)
            notes += _lost(source, part)
    return tuple(notes)


def _header_row(source: Path, settings: TableSettings) -> int:
    return 1 if source.suffix.lower() in (".parquet", ".pq") else settings.header


class _Mark:
    """The findings on one cell: the most severe counts, and messages that differ are kept."""

    def __init__(self) -> None:
        self.rank = 0
        self.messages: dict[str, None] = {}

    def add(self, finding: Mapping[str, Any]) -> None:
        rank = 2 if finding["rejected"] else _RANKS.index(finding["severity"])
        self.rank = max(self.rank, rank)
        self.messages[str(finding["message"])] = None


class _Marks:
    """The marks of each sheet, by row and name of the column."""

    def __init__(self, spool: Path) -> None:
        self.sheets: dict[str, dict[tuple[int, str], _Mark]] = {}
        for number, each in enumerate(read_findings(spool), start=1):
            if number > FINDINGS:
                raise _too_much(f"there are more than {FINDINGS:,} findings", "")
            marks = self.sheets.setdefault(each["sheet"], {})
            marks.setdefault((each["row"], each["column"]), _Mark()).add(each)


def _too_much(what: str, source: str) -> InputError:
    return InputError(
        f"{what}, which is too much for a workbook with marks",
        source=source,
        hint="Write the findings to a file ending in .csv.",
    )


# -- the workbook --------------------------------------------------------------------------
def _copy(source: Path, *, keep_vba: bool) -> Any:
    """Open a workbook with its formulas and formats, if it is small enough."""
    check_workbook(source)
    _check_size(source)
    try:
        return openpyxl.load_workbook(source, keep_vba=keep_vba, rich_text=True)
    except Exception as error:  # openpyxl raises errors of many kinds for a broken workbook
        raise InputError(
            f"cannot be copied: {error}",
            source=str(source),
            hint="Write the findings to a file ending in .csv.",
        ) from None


def _check_size(source: Path) -> None:
    """Count rows and cells of all sheets, since openpyxl keeps each in memory."""
    counts = Counter[str]()

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        tag = tag.rpartition("}")[2]
        counts[tag] += 1
        if tag in ("mergeCell", "hyperlink"):
            # openpyxl makes a cell for each that such a range has.
            counts["c"] += _area(attributes.get("ref", ""))
        if counts["row"] > ROWS or counts["c"] > CELLS:
            raise _too_much(f"has more than {ROWS:,} rows or {CELLS:,} cells", str(source))

    def refuse(*_: object) -> None:
        raise InputError("declares an XML entity, which a sheet never needs", source=str(source))

    try:
        with zipfile.ZipFile(source) as archive:
            for name in archive.namelist():
                if name.startswith("xl/") and name.endswith(".xml"):
                    parser = expat.ParserCreate(namespace_separator="}")
                    parser.StartElementHandler, parser.EntityDeclHandler = start, refuse
                    with archive.open(name) as stream:
                        parser.ParseFile(stream)
    except (OSError, EOFError, zipfile.BadZipFile, expat.ExpatError) as error:
        raise InputError(f"is not a valid workbook: {error}", source=str(source)) from None


def _area(ranges: str) -> int:
    try:
        left, top, right, bottom = range_boundaries(ranges)
        return int((right - left + 1) * (bottom - top + 1))
    except (TypeError, ValueError):
        return 0


def _new_book(source: Path, settings: TableSettings) -> Any:
    """Return a workbook with a table of text or Parquet, each row at its number."""
    table = open_table(source, settings)
    book = openpyxl.Workbook()
    sheet = book.active
    # What is not allowed in the name of a sheet becomes a space.
    title = "".join(" " if char in "[]:*?/\\'" else char for char in xml_text(source.stem))
    sheet.title = title.strip()[:_TITLE] or "table"
    header = _header_row(source, settings)
    for at, name in enumerate(table.columns, start=1):
        put(sheet.cell(header, at), name)
    sheet.freeze_panes = sheet.cell(header + 1, 1)
    cells = 0
    for row in table.rows:
        cells += len(row.cells)
        if row.number > ROWS or cells > CELLS:
            raise _too_much(f"has more than {ROWS:,} rows or {CELLS:,} cells", str(source))
        for at, value in enumerate(row.cells, start=1):
            if value is not None and value != "":
                put(sheet.cell(row.number, at), value)
    return book


def _lost(source: Path, copy: Path) -> list[str]:
    """Return a note on the parts of a workbook that its copy does not have."""
    if source.suffix.lower() not in _WORKBOOKS:
        return []
    before, after = _parts(source), _parts(copy)
    lost = [words for folder, words in _PARTS.items() if after[folder] < before[folder]]
    if not lost:
        return []
    return [
        f"The copy of the workbook lacks {listed(lost)}, which cannot be copied. Make changes in"
        " the workbook itself."
    ]


def _parts(path: Path) -> Counter[str]:
    with zipfile.ZipFile(path) as archive:
        names = [each for each in archive.namelist() if not each.endswith((".rels", ".vml"))]
    return Counter("/".join(each.split("/")[:2]) for each in names)


# -- the cells -----------------------------------------------------------------------------
class _Sheet:
    """One sheet, in which cells are marked; ``is_known`` if findings name it."""

    def __init__(self, sheet: Any, header: int, *, is_known: bool) -> None:
        self._sheet = sheet
        self._is_known = is_known
        self.uncommented = 0
        self._comments = 0
        first = [cell.value for cell in sheet[header]] if header <= sheet.max_row else []
        try:
            names: Iterable[str] = column_names(first, sheet.title)
        except InputError:
            names = ()
        self._columns = {name: at for at, name in enumerate(names, start=1)}
        # Only the first cell of a merged range is shown.
        self._first = {
            (row, at): (each.min_row, each.min_col)
            for each in sheet.merged_cells.ranges
            for row, at in each.cells
        }

    def mark(
        self,
        name: str,
        marks: Mapping[tuple[int, str], _Mark],
        places: dict[tuple[str, int, str], str],
    ) -> None:
        """Mark cells, and add where each is."""
        by_cell: dict[tuple[int, int], _Mark] = {}
        last = self._sheet.max_row
        for (row, column), mark in marks.items():
            at = self._columns.get(column, 1 if self._is_known or not column else 0)
            if not at or not 0 < row <= last:
                continue
            places[name, row, column] = self._sheet.cell(row, at).coordinate
            both = by_cell.setdefault(self._first.get((row, at), (row, at)), _Mark())
            both.rank = max(both.rank, mark.rank)
            both.messages |= mark.messages
        for (row, at), mark in by_cell.items():
            self._mark(self._sheet.cell(row, at), mark)

    def _mark(self, cell: Any, mark: _Mark) -> None:
        cell.fill = PatternFill("solid", fgColor=_COLORS[mark.rank])
        if self._comments >= COMMENTS:
            self.uncommented += 1
            return
        self._comments += 1
        text = "\n".join(mark.messages)
        if cell.comment:
            text = f"{cell.comment.text}\n\n{_AUTHOR}: {text}"
            cell.comment = None
        text = xml_text(text, _LONGEST)
        lines = sum(len(line) // 45 + 1 for line in text.split("\n"))
        cell.comment = Comment(text, _AUTHOR, height=min(20 + 18 * lines, 500), width=320)
