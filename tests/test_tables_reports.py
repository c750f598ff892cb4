"""Findings on a table are written as CSV, JSON and workbooks, and nothing in them can run."""

from __future__ import annotations

import csv
import datetime
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.worksheet.datavalidation import DataValidation

from netkg.errors import InputError
from netkg.tables import findings_sheet, marked
from netkg.tables.map_model import TableSettings
from netkg.tables.places import TableFinding
from netkg.tables.reports import write_findings

HOSTILE = "=cmd|' /C calc'!A0"
RED, AMBER = "00FF8F8F", "00FFD966"
HEAD = {"table": "cases.xlsx", "rows": 3}

Spool = Callable[..., Path]
Book = Callable[..., Path]


def finding(sheet: str, row: int, column: str, **changed: Any) -> dict[str, Any]:
    own: dict[str, Any] = {
        **{"case": "P1", "rejected": False, "severity": "Violation", "focus": "", "field": "sex"},
        **{"found": "x", "expected": "male", "message": "The sex is not valid.", "statement": None},
    }
    return TableFinding(sheet=sheet, row=row, column=column, **own | changed).to_dict()


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    def write(*findings: dict[str, Any]) -> Path:
        path = tmp_path / "findings.ndjson"
        lines = (json.dumps(each) + "\n" for each in findings)
        path.write_text("".join(lines), encoding="utf-8")
        return path

    return write


@pytest.fixture
def book(tmp_path: Path) -> Book:
    """Write a workbook with what a copy must keep."""

    def write(name: str = "cases.xlsx", change: Callable[[Any], None] = lambda _: None) -> Path:
        book = openpyxl.Workbook()
        cases = book.active
        cases.title = "Cases"
        cases.append(["id", "sex", "age", "note"])
        cases.append(["P1", "x", 50, "=C2*2"])
        cases.append(["P2", "male", 60, "plain"])
        cases.append(["P3", "female", 70, None])
        cases["A2"].font = Font(bold=True)
        cases["C2"].number_format = "0.0"
        cases["D3"].comment = Comment("ask Anna", "Ben")
        cases.column_dimensions["B"].width = 33
        cases.row_dimensions[3].hidden = True
        cases.freeze_panes = "A2"
        validation = DataValidation("list", formula1='"male,female"')
        validation.add("B2:B9")
        cases.add_data_validation(validation)
        cases["A4"].value = HOSTILE
        cases["A4"].data_type = "s"
        events = book.create_sheet("Events")
        events.append(["list of events"])
        events.append(["id", "type"])
        events.append(["P1", "CT"])
        book.create_sheet("Netkg Findings").append(["theirs"])
        change(book)
        path = tmp_path / name
        book.save(path)
        return path

    return write


def write(spool: Path, target: Path, source: Path, **changed: Any) -> tuple[str, ...]:
    settings = changed.pop("settings", TableSettings())
    return write_findings(spool, target, source=source, settings=settings, head=HEAD, **changed)


def color(cell: Any) -> str:
    return str(cell.fill.fgColor.rgb) if cell.fill.fill_type else ""


# -- text formats --------------------------------------------------------------------------
def test_csv_has_a_mark_for_excel_and_no_formula(tmp_path: Path, spool: Spool) -> None:
    path = spool(finding("", 2, HOSTILE, found=HOSTILE, case="-P1", rejected=True, message="é\nb"))
    write(path, tmp_path / "out.csv", tmp_path / "cases.csv")
    data = (tmp_path / "out.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    header, row = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    assert tuple(header) == TableFinding.json_keys
    found = dict(zip(header, row, strict=True))
    assert found["column"] == found["found"] == "'" + HOSTILE
    assert found["case"] == "'-P1"
    assert (found["row"], found["rejected"], found["statement"]) == ("2", "true", "")
    assert found["message"] == "é\nb"


@pytest.mark.parametrize("head", [{}, HEAD])
@pytest.mark.parametrize("count", [0, 1, 3])
def test_json_has_facts_and_findings(
    tmp_path: Path, spool: Spool, head: dict[str, Any], count: int
) -> None:
    findings = [finding("Cases", row, "sex", found="é\udc80") for row in range(2, 2 + count)]
    target = tmp_path / "out.json"
    write_findings(
        spool(*findings), target, source=tmp_path / "x.csv", settings=TableSettings(), head=head
    )
    assert json.loads(target.read_text(encoding="utf-8")) == {**head, "findings": findings}


@pytest.mark.parametrize("name", ["out.txt", "out", "out.xls"])
def test_another_ending_is_refused_with_those_that_are_known(
    tmp_path: Path, spool: Spool, name: str
) -> None:
    with pytest.raises(InputError, match=r"\.csv, \.json, \.xlsx or \.xlsm"):
        write(spool(), tmp_path / name, tmp_path / "cases.xlsx")
    assert not (tmp_path / name).exists()


def test_the_table_is_never_overwritten(tmp_path: Path, spool: Spool, book: Book) -> None:
    source = book()
    before = source.read_bytes()
    (tmp_path / "link.xlsx").symlink_to(source)
    for target in (source, tmp_path / "link.xlsx", tmp_path / "." / "cases.xlsx"):
        with pytest.raises(InputError, match="never overwritten"):
            write(spool(), target, source)
    write(spool(finding("Cases", 2, "sex")), tmp_path / "out.xlsx", source)
    assert source.read_bytes() == before


def test_a_target_that_cannot_be_written_is_an_error_and_leaves_nothing(
    tmp_path: Path, spool: Spool, book: Book
) -> None:
    source = book()
    for name in ("out.csv", "out.json", "out.xlsx"):
        with pytest.raises(InputError, match="cannot be written"):
            write(spool(), tmp_path / "missing" / name, source)
    assert not list(tmp_path.rglob("*.partial"))


@pytest.mark.parametrize("name", ["out.csv", "out.json", "out.xlsx"])
def test_findings_that_cannot_be_read_leave_nothing(
    tmp_path: Path, spool: Spool, book: Book, name: str
) -> None:
    path = spool(finding("Cases", 2, "sex"))
    with path.open("a", encoding="utf-8") as file:
        file.write("{\n")
    with pytest.raises(InputError, match="cannot be read"):
        write(path, tmp_path / name, book())
    assert not [each for each in tmp_path.iterdir() if "out." in each.name]


# -- a copy of a workbook ------------------------------------------------------------------
def test_cells_of_findings_have_a_color_and_a_comment(
    tmp_path: Path, spool: Spool, book: Book
) -> None:
    path = spool(
        finding("Cases", 2, "sex"),
        finding("Cases", 2, "sex", severity="Warning", message="Look again."),
        finding("Cases", 2, "sex"),
        finding("Cases", 3, "age", severity="Warning"),
        finding("Cases", 3, "note", severity="Warning", message="Odd."),
        finding("Cases", 4, "", rejected=True),
        finding("Events", 3, "type", severity="Warning", rejected=True),
    )
    notes = write(path, tmp_path / "out.xlsx", book(), sheet="Cases", headers={"Events": 2})
    found = openpyxl.load_workbook(tmp_path / "out.xlsx")
    cases, events = found["Cases"], found["Events"]
    assert {each.coordinate: color(each) for row in cases for each in row if color(each)} == {
        **{"B2": RED, "C3": AMBER, "D3": AMBER, "A4": RED},
    }
    assert cases["B2"].comment.text == "The sex is not valid.\nLook again."
    assert cases["D3"].comment.text == "ask Anna\n\nnetkg: Odd."
    assert color(events["B3"]) == RED
    assert not notes


def test_a_copy_keeps_the_rest_of_the_workbook(tmp_path: Path, spool: Spool, book: Book) -> None:
    source = book()
    write(spool(finding("Cases", 2, "sex")), tmp_path / "out.xlsx", source)
    before, after = openpyxl.load_workbook(source), openpyxl.load_workbook(tmp_path / "out.xlsx")
    assert after.sheetnames == [*before.sheetnames, "netkg findings 2"]
    for name in before.sheetnames:
        cells = [[cell.value for cell in row] for row in before[name]]
        assert [[cell.value for cell in row] for row in after[name]] == cells
    cases = after["Cases"]
    assert cases["D2"].data_type == "f"
    assert cases["A2"].font.bold
    assert cases["C2"].number_format == "0.0"
    assert cases.column_dimensions["B"].width == 33
    assert cases.row_dimensions[3].hidden
    assert cases.freeze_panes == "A2"
    [validation] = cases.data_validations.dataValidation
    assert str(validation.sqref) == "B2:B9"
    # A text that looks like a formula is still a text.
    assert (cases["A4"].data_type, cases["A4"].value) == ("s", HOSTILE)


def test_the_list_of_findings_links_to_the_cells(tmp_path: Path, spool: Spool, book: Book) -> None:
    def rename(book: Any) -> None:
        book["Cases"].title = "Anna's cases"

    path = spool(
        finding("Anna's cases", 2, "sex", found=HOSTILE, message="\x1b[31m" + "x" * 40_000),
        finding("Elsewhere", 2, "sex"),
        finding("Anna's cases", 99, "sex"),
    )
    write(path, tmp_path / "out.xlsx", book(change=rename))
    found = openpyxl.load_workbook(tmp_path / "out.xlsx")
    listed = found["netkg findings 2"]
    assert found.active is listed
    assert [each.title for each in found if each.sheet_view.tabSelected] == [listed.title]
    assert (listed.freeze_panes, listed.auto_filter.ref) == ("A2", "A1:M4")
    header = [cell.value for cell in listed[1]]
    row = dict(zip(header, listed[2], strict=True))
    assert row["cell"].value == "B2"
    assert row["cell"].hyperlink.location == "'Anna''s cases'!B2"
    assert (row["found"].data_type, row["found"].value) == ("s", HOSTILE)
    assert row["found"].quotePrefix
    assert row["message"].value.startswith("\\x1b[31mx")
    assert row["message"].value.endswith("x [cut]")
    assert len(row["message"].value) == 32_767
    # These are in no cell of the workbook.
    assert [listed.cell(number, 1).value for number in (3, 4)] == [None, None]
    assert [listed.cell(number, 2).value for number in (3, 4)] == ["Elsewhere", "Anna's cases"]


def test_a_merged_cell_is_marked_where_it_is_shown(
    tmp_path: Path, spool: Spool, book: Book
) -> None:
    def merge(book: Any) -> None:
        book["Cases"].merge_cells("B2:B4")

    path = spool(finding("Cases", 3, "sex"), finding("Cases", 4, "sex", message="Other."))
    write(path, tmp_path / "out.xlsx", book(change=merge))
    cases = openpyxl.load_workbook(tmp_path / "out.xlsx")["Cases"]
    assert color(cases["B2"]) == RED
    assert cases["B2"].comment.text == "The sex is not valid.\nOther."


def test_the_first_visible_sheet_is_the_table(tmp_path: Path, spool: Spool, book: Book) -> None:
    def hide(book: Any) -> None:
        book.create_sheet("Notes", 0).sheet_state = "hidden"

    settings = TableSettings(header=1)
    path = spool(finding("Cases", 2, "sex"))
    write(path, tmp_path / "out.xlsx", book(change=hide), settings=settings)
    found = openpyxl.load_workbook(tmp_path / "out.xlsx")
    assert color(found["Cases"]["B2"]) == RED
    assert found["Notes"].sheet_state == "hidden"


def test_what_the_copy_lacks_is_reported(tmp_path: Path, spool: Spool, book: Book) -> None:
    source = book()
    with zipfile.ZipFile(source, "a") as archive:
        archive.writestr("xl/ctrlProps/ctrlProp1.xml", "<formControlPr/>")
        archive.writestr("xl/media/image1.png", b"")
    [note] = write(spool(), tmp_path / "out.xlsx", source)
    assert "lacks form controls and pictures" in note


def test_macros_stay_in_a_workbook_with_macros(tmp_path: Path, spool: Spool, book: Book) -> None:
    source = book("cases.xlsm")
    with zipfile.ZipFile(source, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"macros")
    path = spool(finding("Cases", 2, "sex"))
    assert write(path, tmp_path / "out.xlsm", source) == ()
    with zipfile.ZipFile(tmp_path / "out.xlsm") as archive:
        assert archive.read("xl/vbaProject.bin") == b"macros"
    [note] = write(path, tmp_path / "out.xlsx", source)
    assert "lacks macros" in note
    with pytest.raises(InputError, match="the table has none"):
        write(path, tmp_path / "new.xlsm", book())


# -- a table of text -----------------------------------------------------------------------
def test_a_table_of_text_becomes_a_workbook_in_which_nothing_runs(
    tmp_path: Path, spool: Spool
) -> None:
    source = tmp_path / "cases [1].csv"
    cells = [HOSTILE, "+1+1", "-2+3", "@SUM(A1)", "007", "#N/A", "a\x0bb", "\t=1"]
    with source.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerows([["id", "=sex"], [], *([f"P{n}", c] for n, c in enumerate(cells))])
    path = spool(finding("", 3, "=sex"), finding("", 5, ""), finding("", 6, "of another file"))
    assert write(path, tmp_path / "out.xlsx", source) == ()
    found = openpyxl.load_workbook(tmp_path / "out.xlsx")
    sheet = found.worksheets[0]
    assert sheet.title == "cases  1"
    assert sheet["B1"].data_type == "s"
    shown = [sheet.cell(row, 2) for row in range(3, 3 + len(cells))]
    assert [cell.value for cell in shown] == [*cells[:6], "a\\x0bb", cells[7]]
    assert {cell.data_type for cell in shown} == {"s"}
    assert [bool(cell.quotePrefix) for cell in shown] == [True] * 4 + [False] * 3 + [True]
    marked_cells = {each.coordinate for row in sheet for each in row if color(each)}
    assert marked_cells == {"B3", "A5"}
    assert found["netkg findings"]["A2"].hyperlink.location == "'cases  1'!B3"
    with zipfile.ZipFile(tmp_path / "out.xlsx") as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/sheet"):
                assert b"<f>" not in archive.read(name)


def test_values_that_a_spreadsheet_would_change_become_texts(tmp_path: Path) -> None:
    from netkg.tables.book_cells import put

    sheet = openpyxl.Workbook().active
    day = datetime.date(2026, 1, 31)
    values: list[tuple[Any, Any]] = [
        *((1.5, 1.5), (True, True), (day, day), (datetime.date(1850, 1, 1), "1850-01-01")),
        *((float("nan"), "nan"), (float("inf"), "inf"), (10**17 + 1, "100000000000000001")),
        *((b"x", "b'x'"), ("\ud800", "\\ud800"), (None, None), ("", "")),
        *(("😀" * 20_000, "😀" * 16_380 + " [cut]"),),
    ]
    for number, (value, expected) in enumerate(values, start=1):
        put(sheet.cell(number, 1), value)
        assert sheet.cell(number, 1).value == expected


# -- limits --------------------------------------------------------------------------------
@pytest.mark.parametrize(("limit", "value"), [("ROWS", 2), ("CELLS", 5), ("FINDINGS", 1)])
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_too_much_for_a_workbook_is_refused_with_a_way_out(
    tmp_path: Path,
    spool: Spool,
    book: Book,
    monkeypatch: pytest.MonkeyPatch,
    limit: str,
    value: int,
    kind: str,
) -> None:
    source = book()
    if kind == "csv":
        source = tmp_path / "cases.csv"
        source.write_text("id,sex\nP1,x\nP2,x\nP3,x\n", encoding="utf-8")
    path = spool(finding("", 2, "sex"), finding("", 3, "sex"))
    monkeypatch.setattr(marked, limit, value)
    with pytest.raises(InputError, match=r"more than .* ending in \.csv"):
        write(path, tmp_path / "out.xlsx", source)
    write(path, tmp_path / "out.csv", source)


@pytest.mark.parametrize("tag", ["mergeCells><mergeCell", "hyperlinks><hyperlink"])
def test_a_range_of_all_cells_is_refused(
    tmp_path: Path, spool: Spool, book: Book, tag: str
) -> None:
    source, hostile = book(), tmp_path / "hostile.xlsx"
    with zipfile.ZipFile(source) as archive, zipfile.ZipFile(hostile, "w") as copy:
        for name in archive.namelist():
            data = archive.read(name)
            if name == "xl/worksheets/sheet2.xml":
                part = f'</sheetData><{tag} ref="A1:XFD1048576"/></{tag.partition(">")[0]}>'
                data = data.replace(b"</sheetData>", part.encode())
            copy.writestr(name, data)
    with pytest.raises(InputError, match="too much for a workbook"):
        write(spool(), tmp_path / "out.xlsx", hostile)


def test_more_comments_and_links_than_excel_opens_are_left_out_and_counted(
    tmp_path: Path, spool: Spool, book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(marked, "COMMENTS", 1)
    monkeypatch.setattr(findings_sheet, "LINKS", 2)
    path = spool(*(finding("Cases", row, "sex") for row in (2, 3, 4)))
    notes = write(path, tmp_path / "out.xlsx", book())
    found = openpyxl.load_workbook(tmp_path / "out.xlsx")
    cells = [found["Cases"].cell(row, 2) for row in (2, 3, 4)]
    assert [color(cell) for cell in cells] == [RED] * 3
    assert [bool(cell.comment) for cell in cells] == [True, False, False]
    assert [bool(found.active.cell(row, 1).hyperlink) for row in (2, 3, 4)] == [True, False, False]
    assert len(notes) == 2
