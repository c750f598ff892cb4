"""Tables that are malformed, huge or hostile: a clear error, and no row or value is lost."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.xml.constants import PKG_REL_NS, REL_NS, SHEET_MAIN_NS
from table_imports import DAY, import_file, import_text, read_rows, write_workbook

from netkg import cli
from netkg.api import default_engine
from netkg.errors import InputError
from netkg.limits import limited
from netkg.tables.dates import parse_date
from netkg.tables.map_file import read_map
from netkg.tables.map_model import TableSettings
from netkg.tables.number_formats import shown
from netkg.tables.numbers import Units, parse_quantity
from netkg.tables.suggest import suggest

pytestmark = pytest.mark.many

MAP = "columns: {ID: id, Sex: sex}\n"
KI67 = "columns: {ID: id, X: tumors.ki67Percent}\n"
BORN = "columns: {ID: id, X: birthDate}\n"
KINDS = {
    **{"workbook": "sheet.main", "styles": "styles", "sharedStrings": "sharedStrings"},
    "worksheets/sheet1": "worksheet",
}
HEAD = '<row r="1"><c r="A1" t="str"><v>ID</v></c><c r="B1" t="str"><v>X</v></c></row>'
MAIN, REL = SHEET_MAIN_NS, REL_NS
PACKAGE = PKG_REL_NS.removesuffix("/relationships")
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def book(
    folder: Path,
    rows: str,
    *,
    head: str = HEAD,
    after: str = "",
    before: str = "",
    formats: tuple[str, ...] = (),
    workbook: str = "",
    space: str = MAIN,
    prolog: str = "",
    parts: dict[str, str] | None = None,
) -> Path:
    """Write a workbook from the XML of its rows, as no library would write it."""
    path = folder / "t.xlsx"
    styles = "".join(
        f'<numFmt numFmtId="{170 + at}" formatCode="{each}"/>' for at, each in enumerate(formats)
    )
    cells = "".join(f'<xf numFmtId="{170 + at}"/>' for at in range(len(formats)))
    files = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/><Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        + "".join(
            f'<Override PartName="{os.sep}xl/{part}.xml" ContentType="{TYPE}.{kind}+xml"/>'
            for part, kind in KINDS.items()
        )
        + "</Types>",
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1"'
        f' Type="{REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{REL}">{workbook}<sheets>'
        '<sheet name="P" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{REL}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="r2" Type="{REL}/styles" Target="styles.xml"/>'
        f'<Relationship Id="r3" Type="{REL}/sharedStrings" Target="sharedStrings.xml"/>'
        "</Relationships>",
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><numFmts>{styles}</numFmts><fonts><font/>'
        "</fonts><fills><fill><patternFill/></fill></fills><borders><border/></borders><cellStyleXfs><xf/>"
        f'</cellStyleXfs><cellXfs><xf numFmtId="0"/>{cells}</cellXfs></styleSheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}"/>',
        "xl/worksheets/sheet1.xml": f'{prolog}<worksheet xmlns="{space}">{before}<sheetData>'
        f"{head}{rows}</sheetData>{after}</worksheet>",
        **(parts or {}),
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return path


def row(number: int, x: str = "", id_: str | None = None) -> str:
    """Return the XML of a row with an id and the XML of a cell."""
    name = f"P{number}" if id_ is None else id_
    return f'<row r="{number}"><c r="A{number}" t="str"><v>{name}</v></c>{x}</row>'


def refused(path: Path, map: str = KI67) -> str:
    with pytest.raises(InputError) as error:
        import_file(path, map)
    message = str(error.value)
    assert path.name in message
    assert "Error(" not in message
    return message


# -- workbooks -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    "rows",
    [
        row(3) + row(2),
        row(2) + row(2, id_="Q"),
        '<row r="2"><c r="B2"><v>5</v></c><c r="A2" t="str"><v>P</v></c></row>',
        '<row r="2"><c r="A2" t="str"><v>P</v></c><c r="A2" t="str"><v>Q</v></c></row>',
        '<row r="2"><c r="A3" t="str"><v>P</v></c></row>',
        '<row r="2000000000"><c t="str"><v>P</v></c></row>',
        '<row r="2"><c r="ZZZZ2"><v>5</v></c></row>',
        '<row r="x"><c t="str"><v>P</v></c></row>',
    ],
)
def test_rows_and_cells_twice_or_out_of_order_are_refused(tmp_path: Path, rows: str) -> None:
    assert "Expected each row and cell once, in order" in refused(book(tmp_path, rows))


def test_rows_and_cells_without_places_are_counted(tmp_path: Path) -> None:
    rows = "".join(f'<row><c t="str"><v>P{n}</v></c><c><v>{n}</v></c></row>' for n in range(3))
    found = import_file(book(tmp_path, rows + row(9)), KI67)
    assert [each["id"] for each in found.cases] == ["P0", "P1", "P2", "P9"]
    assert [each["tumors"][0].get("ki67Percent") for each in found.cases] == [0, 1, 2, None]


@pytest.mark.parametrize("dimension", ["A1", "A1:A1", "A1:ZZ9999", "C3:D4"])
def test_a_wrong_used_range_loses_no_row(tmp_path: Path, dimension: str) -> None:
    rows = "".join(row(n, f'<c r="B{n}"><v>{n}</v></c>') for n in (2, 3, 7))
    path = book(tmp_path, rows, before=f'<dimension ref="{dimension}"/>')
    assert [each["id"] for each in import_file(path, KI67).cases] == ["P2", "P3", "P7"]


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("<f>1+1</f>", "formula whose result is not stored"),
        ("<f>1+1</f><v></v>", "formula whose result is not stored"),
        ("<v>1234567890123456</v>", "more than 15 digits"),
    ],
)
def test_a_cell_without_a_sure_value_rejects_its_row(
    tmp_path: Path, cell: str, reason: str
) -> None:
    found = import_file(book(tmp_path, row(2, f'<c r="B2">{cell}</c>') + row(3)), KI67)
    assert [each["id"] for each in found.cases] == ["P3"]
    assert [each["row"] for each in found.rejected] == [2]
    assert reason in found.rejected[0]["message"]


def test_results_of_a_workbook_that_must_be_calculated_are_not_read(tmp_path: Path) -> None:
    # A library that writes formulas stores 0 in place of each result.
    cell = '<c r="B2"><f>1+1</f><v>0</v></c>'
    found = import_file(book(tmp_path, row(2, cell), workbook='<calcPr fullCalcOnLoad="1"/>'), KI67)
    assert not found.cases
    found = import_file(book(tmp_path, row(2, cell)), KI67)
    assert found.cases[0]["tumors"][0]["ki67Percent"] == 0


def test_a_formula_with_an_empty_text_is_a_blank_cell(tmp_path: Path) -> None:
    found = import_file(book(tmp_path, row(2, '<c r="B2" t="str"><f>A1</f><v></v></c>')), KI67)
    assert len(found.cases) == 1


@pytest.mark.parametrize("error", ["#REF!", "#N/A", "#CALC!"])
def test_an_error_is_not_an_id(tmp_path: Path, error: str) -> None:
    cells = f'<row r="2"><c r="A2" t="e"><v>{error}</v></c></row>'
    found = import_file(book(tmp_path, cells), KI67)
    assert "error of a formula" in found.rejected[0]["message"]


@pytest.mark.parametrize(
    ("format", "stored", "value"),
    [
        ("0.0%", "0.025", 2.5),
        ("0%", "0.0000000000001", 1e-11),
        ("0.0&quot;%&quot;", "2.5", 2.5),
        ("0.0\\%", "2.5", 2.5),
        ("0.0_%", "2.5", 2.5),
        ("0.0%;[Red]-0.0%", "0.025", 2.5),
        ("[Red]0.0;[Blue]0%", "2.5", 2.5),
        ("0.000", "0.30000000000000004", 0.3),
    ],
)
def test_a_number_is_what_the_sheet_shows(
    tmp_path: Path, format: str, stored: str, value: float
) -> None:
    cell = f'<c r="B2" s="1"><v>{stored}</v></c>'
    found = import_file(book(tmp_path, row(2, cell), formats=(format,)), KI67)
    assert found.cases[0]["tumors"][0]["ki67Percent"] == value


def test_a_unit_that_a_format_shows_is_read(tmp_path: Path) -> None:
    map = "columns: {ID: id, X: tumors.measurements.diameterMm}\n"
    cells = row(2, '<c r="B2" s="1"><v>2.3</v></c>') + row(3, '<c r="B3" s="2"><v>5</v></c>')
    path = book(tmp_path, cells, formats=('0.0" cm"'.replace('"', "&quot;"), "&quot;&lt;&quot;0"))
    found = import_file(path, map)
    assert found.cases[0]["tumors"][0]["measurements"] == [{"diameterMm": 23}]
    # Shown as <5.
    assert [each["row"] for each in found.rejected] == [3]


def test_a_format_with_conditions_is_not_guessed() -> None:
    assert shown(0.5, "[<1]0%;0") == (
        "",
        "has a number format with conditions, which show different texts",
    )


@pytest.mark.parametrize(
    ("workbook", "serial", "day"),
    [
        ("", "61", "1900-03-01"),
        ("", "60", ""),
        ("", "59", ""),
        ("", "0.5", ""),
        ("", "45292", "2024-01-01"),
        ("", "45292.75", "2024-01-01"),
        ('<workbookPr date1904="1"/>', "43830", "2024-01-01"),
        ("", "99999999", ""),
        ("", "-5", ""),
    ],
)
def test_days_of_both_systems(tmp_path: Path, workbook: str, serial: str, day: str) -> None:
    cell = f'<c r="B2" s="1"><v>{serial}</v></c>'
    path = book(tmp_path, row(2, cell), formats=("yyyy-mm-dd",), workbook=workbook)
    found = import_file(path, BORN)
    assert [each.get("birthDate") for each in found.cases] == ([day] if day else [])


def test_texts_of_each_kind_are_the_same_texts(tmp_path: Path) -> None:
    texts = (
        '<c r="B2" t="inlineStr"><is><t>male</t></is></c>',
        '<c r="B3" t="inlineStr"><is><r><t>ma</t></r><r><t>le</t></r></is></c>',
        '<c r="B4" t="s"><v>0</v></c>',
        '<c r="B5" t="str"><v>male_x000D_</v></c>',
    )
    rows = "".join(row(at, each) for at, each in enumerate(texts, start=2))
    strings = f'<sst xmlns="{MAIN}"><si><r><t>ma</t></r><r><t>le</t></r></si></sst>'
    path = book(tmp_path, rows, parts={"xl/sharedStrings.xml": strings})
    found = import_file(path, "columns: {ID: id, X: sex}\n")
    assert [each["sex"] for each in found.cases] == ["male"] * 4


@pytest.mark.parametrize("ref", ["A2:A3", "A2:B2", "B1:B3", "A1:B1", "A2:B3"])
def test_a_merged_cell_is_not_filled(tmp_path: Path, ref: str) -> None:
    rows = row(2, '<c r="B2"><v>5</v></c>') + row(3, '<c r="B3"><v>6</v></c>')
    path = book(tmp_path, rows, after=f'<mergeCells><mergeCell ref="{ref}"/></mergeCells>')
    found = import_file(path, KI67)
    rejected = {"A2:A3": [3], "A2:B2": [2], "B1:B3": [2, 3], "A1:B1": [], "A2:B3": [2, 3]}
    assert sorted({each["row"] for each in found.rejected}) == rejected[ref]
    assert all("is merged into" in each["message"] for each in found.rejected)


def test_many_merged_ranges_take_no_time(tmp_path: Path) -> None:
    merged = "".join(f'<mergeCell ref="A{n}:XFD1048576"/>' for n in range(2, 30_000))
    rows = "".join(row(n) for n in range(2, 30_000))
    path = book(tmp_path, rows, after=f"<mergeCells>{merged}</mergeCells>")
    assert "merged ranges that overlap" in refused(path)


def test_hidden_rows_are_read_and_counted(tmp_path: Path) -> None:
    rows = row(2) + row(3).replace('r="3"', 'r="3" hidden="1"', 1) + row(4)
    found = import_file(book(tmp_path, rows, after='<autoFilter ref="A1:B4"/>'), KI67)
    assert len(found.cases) == 3
    assert any("1 row is hidden" in note for note in found.result.notes)


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + "".join(
        f'<!ENTITY {new} "{f"&{old};" * 10}">'
        for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]>"
)
OUTER = '<!DOCTYPE x [<!ENTITY i SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("prolog", [BOMB, OUTER])
@pytest.mark.parametrize("part", ["sheet", "sharedStrings", "workbook", "styles"])
def test_entities_are_refused(tmp_path: Path, prolog: str, part: str) -> None:
    cell = '<c r="B2" t="inlineStr"><is><t>&i;</t></is></c>'
    if part == "sheet":
        refused(book(tmp_path, row(2, cell), prolog=prolog))
        return
    tags = {"sharedStrings": "sst", "workbook": "workbook", "styles": "styleSheet"}
    text = f'{prolog}<{tags[part]} xmlns="{MAIN}">&i;</{tags[part]}>'
    path = book(tmp_path, row(2), parts={f"xl/{part}.xml": text})
    # What parses the XML of a workbook depends on the packages that are installed: it refuses an
    # entity in the styles, or does not resolve it.
    try:
        found = import_file(path, KI67).cases
        message = ""
    except InputError as error:
        found, message = [], str(error)
    assert "root:" not in message
    assert message or (part, prolog, found) == (
        *("styles", OUTER),
        [{"id": "P2", "tumors": [{}]}],
    )


def test_a_bomb_is_refused_by_its_size(tmp_path: Path) -> None:
    path = book(tmp_path, row(2), parts={"xl/media/a.xml": "0" * (3 << 20)})
    with limited(workbook=2):
        assert "too large when it is decompressed" in refused(path)


def test_a_size_that_is_a_lie_is_an_error(tmp_path: Path) -> None:
    rows = "".join(row(n) for n in range(2, 500))
    path = book(tmp_path, rows)
    data = bytearray(path.read_bytes())
    at = data.rindex(b"xl/worksheets/sheet1.xml") - 46
    data[at + 24 : at + 28] = (1_000).to_bytes(4, "little")
    path.write_bytes(data)
    refused(path)


@pytest.mark.parametrize(
    "parts",
    [
        {"xl/workbook.xml": "<workbook"},
        {"xl/worksheets/sheet1.xml": "<worksheet"},
        {"xl/worksheets/sheet1.xml": ""},
        {"xl/sharedStrings.xml": "<sst"},
        {"xl/styles.xml": "<"},
        {"[Content_Types].xml": "<Types/>"},
        {"xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships"/>'},
    ],
)
def test_a_broken_part_is_an_error(tmp_path: Path, parts: dict[str, str]) -> None:
    refused(book(tmp_path, row(2), parts=parts))


def test_a_strict_workbook_is_not_an_empty_one(tmp_path: Path) -> None:
    path = book(tmp_path, row(2), space="urn:strict")
    assert "strict variant" in refused(path)


def test_damaged_workbooks_are_errors_or_the_same_cases(tmp_path: Path) -> None:
    path = book(tmp_path, "".join(row(n, f'<c r="B{n}"><v>{n}</v></c>') for n in range(2, 40)))
    whole, cases = path.read_bytes(), import_file(path, KI67).cases
    chooser = random.Random("damaged workbooks")
    for at in range(24):
        data = bytearray(whole)
        if at % 4:
            for _ in range(3):
                data[chooser.randrange(len(data))] ^= 1 << chooser.randrange(8)
        else:
            del data[chooser.randrange(len(data)) :]
        path.write_bytes(data)
        try:
            found = import_file(path, KI67)
        except InputError:
            continue
        assert found.cases == cases


@pytest.mark.parametrize(
    ("name", "start", "words"),
    [
        ("t.xlsx", b"ID,Sex\nA,M\n", "is not a workbook"),
        ("t.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "encrypted workbook, or one of an old"),
        ("t.csv", b"PK\x03\x04\0\0", "is a workbook or another archive, although its name"),
        ("t.csv", b"PAR1\0\0", "is a table of Parquet"),
        ("t.csv", b"", "has no row 1"),
        ("t.parquet", b"PAR1 but not", "cannot be read"),
        ("t.parquet", b"ID,Sex\n", "cannot be read"),
        ("t.xls", b"", "Save it as .xlsx"),
    ],
)
def test_a_wrong_ending_is_named(tmp_path: Path, name: str, start: bytes, words: str) -> None:
    path = tmp_path / name
    path.write_bytes(start)
    assert words in refused(path, MAP)


def test_sheets_that_are_not_there(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    made = write_workbook(path, [["ID", "X"], ["A", 5]], sheet='It\'s "P"')
    assert import_file(path, f"table: {{sheet: 'It''s \"P\"'}}\n{KI67}").cases
    made.create_sheet("Seen")
    made.worksheets[0].sheet_state = "veryHidden"
    made.save(path)
    assert "sheet Seen: has no row 1" in refused(path)
    only = openpyxl.Workbook()
    only.create_chartsheet("Chart")
    only.remove(only.worksheets[0])
    only.save(path)
    assert "cannot be read as a workbook" in refused(path)


def test_the_widest_sheet(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    write_workbook(path, [["ID", "X", *range(16_382)], ["A", 5, *range(16_382)]])
    assert import_file(path, KI67).cases[0]["tumors"] == [{"ki67Percent": 5}]


# -- text ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b"\xef\xbb\xbf"),
        ("utf-16-le", b"\xff\xfe"),
        ("utf-16-be", b"\xfe\xff"),
        ("utf-16-le", b""),
        ("utf-16-be", b""),
        ("utf-32-le", b"\xff\xfe\0\0"),
    ],
)
def test_an_encoding_is_found(tmp_path: Path, encoding: str, mark: bytes) -> None:
    found = import_text(tmp_path, mark + 'ID,Sex\n"Ä",M\n'.encode(encoding), MAP)
    assert found.cases == [{"id": "Ä", "sex": "male"}]


def test_a_mark_is_not_part_of_a_header(tmp_path: Path) -> None:
    table = b"\xef\xbb\xbf" + b'"ID",Sex\nA,M\n'
    assert import_text(tmp_path, table, "table: {encoding: utf-8}\n" + MAP).cases


def test_only_the_rows_of_another_encoding_are_rejected(tmp_path: Path) -> None:
    table = "ID,Sex\nÄ,M\n".encode() + "Ö,F\n".encode("cp1252") + b"A\0B,F\nC,F\n"
    found = import_text(tmp_path, table, MAP)
    assert [each["id"] for each in found.cases] == ["Ä", "C"]
    assert [each["row"] for each in found.rejected] == [3, 4]


def test_half_characters_of_an_odd_encoding_are_rejected(tmp_path: Path) -> None:
    table = b"ID,Sex\n+2AA-,M\nB,F\n"
    found = import_text(tmp_path, table, "table: {encoding: utf-7}\n" + MAP)
    assert [each["id"] for each in found.cases] == ["B"]


@pytest.mark.parametrize("name", ["undefined", "hex", '"a\\0b"', "nothing", "rot13"])
def test_what_is_not_an_encoding_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="is not an encoding"):
        import_text(tmp_path, "ID,Sex\n", f"table: {{encoding: {name}}}\n" + MAP)


@pytest.mark.parametrize(
    "table",
    [
        "ID;Sex;Note, if any, and why\nA;M;a, b\nB;F;c\n",
        "ID|Sex|Size, cm; mm\nA|M|a\nB|F|b, c\n",
        "ID\tSex\nA\tM\nB\tF\n",
        "sep=;\nID;Sex,or gender,here\nA;M\nB;F\n".replace(",or gender,here", ""),
        '"sep=|"\r\nID|Sex\r\nA|M\r\nB|F\r\n',
        "ID,Sex\rA,M\rB,F\r",
        "ID,Sex,,\nA,M,,\n\n,,\nB,F,,\n",
        '"ID","Sex"\n"A","M"\n"B","F"',
    ],
)
def test_ways_to_write_the_same_table(tmp_path: Path, table: str) -> None:
    found = import_text(tmp_path, table, MAP)
    assert found.cases == [{"id": "A", "sex": "male"}, {"id": "B", "sex": "female"}]


def test_the_delimiter_is_that_of_the_header_row(tmp_path: Path) -> None:
    table = "Registry, of A, B, C\n\nID;Sex\nA;M\n"
    assert import_text(tmp_path, table, "table: {header: 3}\n" + MAP).cases


def test_a_header_can_have_a_line_break(tmp_path: Path) -> None:
    found = import_text(tmp_path, '"ID","Sex\n(M/F)"\nA,M\n', "columns: {ID: id, Sex (M/F): sex}\n")
    assert found.cases == [{"id": "A", "sex": "male"}]


def test_ragged_rows_are_rejected_with_their_numbers(tmp_path: Path) -> None:
    table = "ID,Sex,Note\nA,M,x\nB,M\nC,M,x,y\nD,M,x,\n\nE,F,z\n"
    found = import_text(tmp_path, table, MAP)
    assert [each["id"] for each in found.cases] == ["A", "D", "E"]
    assert [each["row"] for each in found.rejected] == [3, 4]


@pytest.mark.parametrize("table", ['ID,Sex\nA,"M\nB,F\n', 'ID,Sex\nA,"M" x\nB,F\n'])
def test_quotes_that_cannot_be_divided_are_refused(tmp_path: Path, table: str) -> None:
    with pytest.raises(InputError, match="row 2 cannot be divided into cells"):
        import_text(tmp_path, table, MAP)


def test_rows_that_quotes_swallow_are_noticed(tmp_path: Path) -> None:
    table = 'ID,Sex,Note\nA,M,"x\nB,F,y\nC,F,z"\nD,M,"two\nlines, no more"\n'
    found = import_text(tmp_path, table, MAP + "ignore: [Note]\n")
    assert [each["id"] for each in found.cases] == ["A", "D"]
    assert any("look like rows of the table, in 2." in note for note in found.result.notes)


def test_a_huge_cell_and_a_huge_line(tmp_path: Path) -> None:
    found = import_text(tmp_path, f"ID,Sex\nA,{'M' * 200_000}\nB,F\n", MAP)
    assert [each["id"] for each in found.cases] == ["B"]
    with limited(text=1_000), pytest.raises(InputError, match="row 2"):
        import_text(tmp_path, f"ID,Sex\nA,M{',' * 17_000_000}\n", MAP)


IDS = ("=cmd|' /C calc'!A0", "+1", "-1", "@x", "a/../b", "<b>", "%00", "'", "NULL", "1e5", "007")


def test_odd_ids_stay_as_they_are(tmp_path: Path) -> None:
    found = import_text(tmp_path, "ID,Sex\n" + "".join(f'"{each}",M\n' for each in IDS), MAP)
    assert tuple(each["id"] for each in found.cases) == IDS
    import_file(tmp_path / "table.csv", MAP)


@pytest.mark.parametrize("id_", ["a\u202eb", "a\u200bb", "a\x1bb", "a\x07b", "\u2066x"])
def test_an_id_that_is_not_what_it_shows_is_rejected(tmp_path: Path, id_: str) -> None:
    found = import_text(tmp_path, f"ID,Sex\n{id_},M\nB,F\n", MAP)
    assert [each["id"] for each in found.cases] == ["B"]
    assert "nobody sees" in found.rejected[0]["message"]


def test_ids_that_differ_only_in_blanks_are_one(tmp_path: Path) -> None:
    found = import_text(tmp_path, "ID,Sex\nA 1,M\nA  1,F\na 1,F\n", MAP)
    assert [each["id"] for each in found.cases] == ["A 1", "a 1"]
    assert [each["row"] for each in found.rejected] == [3]


# -- Parquet -------------------------------------------------------------------------------
def parquet(folder: Path, x: Any, ids: Any = None) -> Path:
    path = folder / "t.parquet"
    names = ids if ids is not None else [f"P{n}" for n in range(2, 2 + len(x))]
    pq.write_table(pa.table({"ID": names, "X": x}), path)
    return path


@pytest.mark.parametrize(
    "values",
    [
        pa.array([2.3, None], pa.float32()),
        pa.array([2.3, None], pa.float64()),
        pa.array([Decimal("2.30"), None], pa.decimal128(20, 2)),
        pa.array(["2.3", None]).dictionary_encode(),
        pa.array([b"2.3", None], pa.binary()),
        pa.array(["2.3", None], pa.large_string()),
    ],
)
def test_numbers_of_each_type_are_the_same(tmp_path: Path, values: Any) -> None:
    found = import_file(parquet(tmp_path, values), KI67)
    assert [each["tumors"][0].get("ki67Percent") for each in found.cases] == [2.3, None]


@pytest.mark.parametrize(
    "values",
    [
        pa.array([b"\xff\xfe"], pa.binary()),
        pa.array([float("nan")]),
        pa.array([float("inf")]),
        pa.array(["5" * 200_000]),
    ],
)
def test_what_is_not_a_number_is_rejected(tmp_path: Path, values: Any) -> None:
    assert [each["row"] for each in import_file(parquet(tmp_path, values), KI67).rejected] == [2]


def test_ids_of_each_type(tmp_path: Path) -> None:
    for ids in (
        pa.array([1001, 2**62]),
        pa.array([Decimal("1001.00"), Decimal(2**62)], pa.decimal128(30, 2)),
        pa.array([b"1001", str(2**62).encode()], pa.binary()),
    ):
        found = import_file(parquet(tmp_path, [1, 2], ids), KI67)
        assert [each["id"] for each in found.cases] == ["1001", str(2**62)]


def test_a_time_with_a_zone_has_no_sure_day(tmp_path: Path) -> None:
    late, noon = 1_704_060_000_000, 1_704_067_200_000
    zoned = pa.array([late, noon], pa.timestamp("ms", "UTC"))
    found = import_file(parquet(tmp_path, zoned), BORN)
    assert [each["birthDate"] for each in found.cases] == ["2024-01-01"]
    assert "time zone" in found.rejected[0]["message"]


def test_nested_columns_and_impossible_days_are_errors(tmp_path: Path) -> None:
    assert "has nested columns: X" in refused(parquet(tmp_path, [[1], [2]]))
    days = pa.array([2**60], pa.timestamp("us"))
    path = tmp_path / "t.parquet"
    pq.write_table(pa.table({"ID": ["A"], "X": days}), path)
    refused(path, BORN)


# -- maps ----------------------------------------------------------------------------------
ALIASES = "a0: &a0 [x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30)
)


@pytest.mark.parametrize(
    ("map", "words"),
    [
        (ALIASES, "too often by aliases"),
        ("&a [*a]", "too often by aliases"),
        ("columns: {<<: *x}", "is not valid YAML"),
        ("!!python/object/apply:os.system ['true']", "a map has no tags"),
        ("columns: {ID: id, !Sex: sex}", "a map has no tags"),
        ("[" * 100_000, "nesting"),
        ("[" * 200, "nested too deeply"),
        ("- " * 5_000, "nested too deeply"),
        ("columns: {ID: id}\nrecords: [{record: events, when: 'S{n}', repeat: 4-1}]", "no group"),
        (
            "columns: {ID: id}\nrecords: [{record: events, when: 'S{n}', repeat: [1, 1]}]",
            "twice",
        ),
        (f"columns: {{ID: id}}\nignore: [{'a,' * 1_000_000}]", "is too large"),
        ("a: 1\n---\nb: 1\n", "is not valid YAML"),
        ("columns: {ID: id, '{': sex}", "has no column '{'"),
        ("id: '{'\ncolumns: {Sex: sex}", "names no column"),
        ("columns: {ID: id}\ntable: {header: 99999999}", "is not a number"),
    ],
)
def test_a_hostile_map_is_refused(tmp_path: Path, map: str, words: str) -> None:
    with pytest.raises(InputError) as error:
        read_rows(tmp_path, "ID,Sex\nA,M\n", map)
    assert words in str(error.value)


def test_a_map_that_is_not_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_bytes(b"columns: {ID: \xff}\n")
    with pytest.raises(InputError, match="not UTF-8"):
        read_map(tmp_path / "m.yaml", default_engine().schema)


def test_a_question_mark_of_the_table_is_not_an_open_place(tmp_path: Path) -> None:
    found = import_text(
        tmp_path,
        "ID,Sex,?\nA,?,x\nB,M,y\n",
        'table: {missing: ["?"]}\ncolumns: {ID: id, Sex: sex}\nignore: ["?"]\n',
    )
    assert [each.get("sex") for each in found.cases] == [None, "male"]


@pytest.mark.parametrize("file", ["/dev/zero", ".", "fifo", "/dev/null"])
def test_only_a_file_is_read_for_a_child_table(tmp_path: Path, file: str) -> None:
    os.mkfifo(tmp_path / "fifo")
    tables = f"tables:\n  - {{file: {file}, case: ID, record: events, columns: {{T: type}}}}\n"
    with pytest.raises(InputError, match="is not a file"):
        import_text(tmp_path, "ID,Sex\nA,M\n", MAP + tables)


def test_a_child_row_that_cannot_be_read_is_not_left_out(tmp_path: Path) -> None:
    (tmp_path / "e.csv").write_bytes(
        b"ID,Kind,T,D\nA,x,lanreotide,2024-01-01\nA,y\xe4,lanreotide,2024-01-01\nA,x\n"
    )
    tables = (
        "tables:\n  - file: e.csv\n    case: ID\n    where: {Kind: x}\n    record: events\n"
        "    set: {status: active}\n    columns: {T: type, D: date}\n"
    )
    found = import_text(tmp_path, "ID,Sex\nA,M\n", MAP + tables)
    assert [each["row"] for each in found.rejected] == [3, 4]
    assert (found.result.child_rows, found.result.child_rejected) == (3, 2)


# -- numbers and dates ---------------------------------------------------------------------
NUMBERS = st.decimals(0, 10**9, places=4, allow_nan=False).map(lambda each: each.normalize())


@given(NUMBERS, st.sampled_from(".,"), st.sampled_from(["", "<", ">", "<=", ">=", "≤", "≥"]))
def test_a_number_is_never_changed(number: Decimal, decimal: str, sign: str) -> None:
    found = parse_quantity(f"{sign} {number:f}".replace(".", decimal), decimal)
    assert found is not None
    ends = {"": (number, number)}.get(sign) or (
        (None, number) if sign in ("<", "<=", "≤") else (number, None)
    )
    assert (found.low, found.high) == ends
    assert (found.low_closed and found.high_closed) == (sign not in ("<", ">"))


@given(NUMBERS, NUMBERS, st.sampled_from(["-", " - ", "\u2013", " to ", "% - "]))
def test_the_ends_of_a_range_are_kept(first: Decimal, last: Decimal, between: str) -> None:
    found = parse_quantity(f"{first:f}{between}{last:f}")
    assert (found is not None) == (first < last)
    assert found is None or (found.low, found.high) == (first, last)


CM_IN_MM = Units().factor("cm", "mm") or Decimal(0)


@given(st.decimals(0, 10**6, places=3, allow_nan=False))
def test_centimeters_are_exactly_ten_millimeters(number: Decimal) -> None:
    found = parse_quantity(f"{number:f} cm")
    assert found is not None
    assert found.times(CM_IN_MM).number == number * 10


@pytest.mark.parametrize(
    "text",
    [
        *("1.234,56", "1,234.56", "1,234", "1 234", "1\u2009234", "1'234", "1/2", "5±1", ">5<10"),
        *("\u22125", "5²", "½", "5½", "5--10", "10-5", "~5", "1.2.3", "0x10", "NaN", "inf", "∞"),
        *("1e999", "5 cm x 2 cm", "5 cm - 10 mm", "5?", "5*", "1_000", "", "12345678901234567"),
    ],
)
def test_a_text_that_is_not_one_number_is_refused(tmp_path: Path, text: str) -> None:
    for column in ("tumors.ki67Percent", "tumors.measurements.diameterMm", "events.value"):
        map = f"columns: {{ID: id, X: {column}}}\n"
        if column == "events.value":
            map = "columns: {ID: id}\nrecords: [{record: events, set: {type: ChromograninA, status:"
            map += " completed}, columns: {X: value}}]\n"
        found = read_rows(tmp_path, f'ID,X\nA,"{text}"\n', map.replace("ChromograninA", EVENT))
        if text:
            assert found.cases == [], (column, found.cases)


EVENT = "ChromograninATest"


@pytest.mark.parametrize(
    ("text", "number"), [("\uff11\uff12", 12), ("\u0665", 5), ("2\u00a0%", 2), ("1e1", 10)]
)
def test_digits_of_other_scripts_are_numbers(text: str, number: int) -> None:
    found = parse_quantity(" ".join(text.split()))
    assert found is not None
    assert found.number == number


@given(st.dates(date(1901, 1, 1), date(2099, 12, 31)))
def test_a_day_is_never_changed(day: date) -> None:
    assert parse_date(day.isoformat(), ["yyyy-mm-dd"]) == day
    assert parse_date(f"{day:%d.%m.%Y}", ["dd.mm.yyyy", "yyyy-mm-dd"]) == day
    both = ["dd/mm/yyyy", "mm/dd/yyyy"]
    if day.day <= 12 and day.day != day.month:
        with pytest.raises(ValueError, match="can be"):
            parse_date(f"{day:%d/%m/%Y}", both)
    else:
        assert parse_date(f"{day:%d/%m/%Y}", both) == day


@pytest.mark.parametrize(
    "text",
    [
        *("31.02.2024", "2023-02-29", "1.2.24", "2024-01-01T12:00", "2024-01-01T00:00:00+02:00"),
        *("0000-01-01", "2024-13-01", "45292", "yesterday", "2024-1-1-1", "20240101"),
    ],
)
def test_a_text_that_is_not_one_day_is_refused(tmp_path: Path, text: str) -> None:
    map = "table: {dates: [yyyy-mm-dd, dd.mm.yyyy]}\n" + BORN
    assert read_rows(tmp_path, f"ID,X\nA,{text}\n", map).cases == []


# -- outputs -------------------------------------------------------------------------------
def files(folder: Path) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in folder.iterdir() if each.is_file()}


def run(*words: str | Path) -> int:
    return cli.main(["import", *map(str, words), "--as-of", DAY.isoformat()])


def test_no_input_is_replaced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "t.csv").write_text("ID,Sex\nA,s\n")
    (tmp_path / "look.csv").write_text("k,v\ns,male\n")
    (tmp_path / "e.csv").write_text("ID,T\nA,lanreotide\n")
    (tmp_path / "link.csv").symlink_to("e.csv")
    (tmp_path / "m.yaml").write_text(
        "columns: {ID: id, Sex: {field: sex, via: {file: look.csv, key: k, value: v}}}\n"
        "tables:\n  - {file: e.csv, case: ID, record: events, columns: {T: type}}\n"
    )
    before = files(tmp_path)
    words = (tmp_path / "t.csv", "--map", tmp_path / "m.yaml", "--out", tmp_path / "o.ndjson")
    for name in ("t.csv", "look.csv", "e.csv", "link.csv"):
        assert run(*words, "--findings", tmp_path / name) == 2
        assert "is one of the inputs and is not replaced" in capsys.readouterr().err
    assert files(tmp_path) == before


def test_outputs_that_cannot_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table, map = tmp_path / "t.csv", tmp_path / "m.yaml"
    table.write_text("ID,Sex\nA,M\n")
    map.write_text(MAP)
    for target in (tmp_path / "no" / "o.ndjson", tmp_path / "o.txt", tmp_path):
        assert run(table, "--map", map, "--out", target) == 2
    same = tmp_path / "x" / ".." / "f.csv"
    (tmp_path / "x").mkdir()
    out = ("--out", tmp_path / "o.ndjson", "--findings", tmp_path / "f.csv", "--findings", same)
    assert run(table, "--map", map, *out) == 2
    assert "needs its own name" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("table", "status"), [("ID,X\nA,5\n", 0), ("ID,X\nA,500\n", 1), ("ID,X\nA,x\nB,500\n", 2)]
)
def test_the_status_says_what_became_of_the_rows(tmp_path: Path, table: str, status: int) -> None:
    (tmp_path / "t.csv").write_text(table)
    (tmp_path / "m.yaml").write_text(KI67)
    words = (tmp_path / "t.csv", "--map", tmp_path / "m.yaml", "--out", tmp_path / "o.parquet")
    assert run(*words) == status
    assert {each.name for each in tmp_path.iterdir()} == {"t.csv", "m.yaml", "o.parquet"}


def test_a_full_disk_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("ID,Sex\n" + "".join(f"P{n},M\n" for n in range(5_000)))
    (tmp_path / "m.yaml").write_text(MAP)
    (tmp_path / "o.ndjson").write_text("before")
    before = files(tmp_path)
    code = (
        "import resource, sys; from netkg import cli;"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000));"
        f"sys.exit(cli.main(['import', {str(tmp_path / 't.csv')!r}, '--map',"
        f" {str(tmp_path / 'm.yaml')!r}, '--out', {str(tmp_path / 'o.ndjson')!r},"
        " '--as-of', '2026-03-31']))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "cannot be written" in done.stderr
    assert "Traceback" not in done.stderr
    assert files(tmp_path) == before


@pytest.mark.parametrize("ending", ["csv", "json", "xlsx"])
def test_findings_run_no_formula(tmp_path: Path, ending: str) -> None:
    (tmp_path / "t.csv").write_text(
        "=H1(),'=ID,Sex\n" + "".join(f'"{each}","{each}",=1+1\n' for each in IDS)
    )
    (tmp_path / "m.yaml").write_text('columns: {"=H1()": id, Sex: sex}\n')
    target = tmp_path / f"f.{ending}"
    words = (tmp_path / "t.csv", "--map", tmp_path / "m.yaml", "--out", tmp_path / "o.ndjson")
    assert run(*words, "--findings", target) == 2
    if ending == "xlsx":
        for sheet in openpyxl.load_workbook(target).worksheets:
            assert all(cell.data_type != "f" for cells in sheet.iter_rows() for cell in cells)
    elif ending == "csv":
        assert ",=" not in target.read_text(encoding="utf-8-sig")


# -- nothing is lost -----------------------------------------------------------------------
SEXES = {"M": "male", "F": "female", "": None}


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 10**6))
def test_every_row_is_its_case_or_is_rejected(seed: int) -> None:
    check_random_table(seed, 30)


@pytest.mark.batch
@pytest.mark.parametrize("seed", range(40))
def test_every_row_of_a_long_table_is_its_case_or_is_rejected(seed: int) -> None:
    check_random_table(seed, 15_000 if seed == 0 else 500)


def check_random_table(seed: int, size: int) -> None:
    """Import a table with random faults, and compare it with what its rows plainly say."""
    import tempfile

    chooser = random.Random(seed)
    rows: list[list[str]] = []
    expected: dict[int, dict[str, Any] | None] = {}
    seen: set[str] = set()
    for number in range(2, size + 2):
        id_ = f"P{number}" if chooser.random() < 0.97 else chooser.choice(["", "P2", "#N/A"])
        sex = chooser.choice([*SEXES, *SEXES, "X"])
        ki67 = chooser.choice(["", "5", "2.5", "17", "x", "1/2", "2,5"])
        born = chooser.choice(["", "1960-01-02", "1959-12-31", "1960-02-30", "60"])
        cells = [id_, sex, ki67, born]
        is_fit = chooser.random() < 0.97
        rows.append(cells if is_fit else cells[: chooser.randrange(1, 4)])
        good = is_fit and id_ not in ("", "#N/A") and id_ not in seen
        good &= sex != "X" and ki67 not in ("x", "1/2", "2,5") and born not in ("1960-02-30", "60")
        if not any(rows[-1]):
            continue  # a blank row is not a row
        seen |= {id_} if is_fit else set()
        tree: dict[str, Any] = {"id": id_, "tumors": [{}]}
        tree |= {"sex": SEXES[sex]} if sex in ("M", "F") else {}
        tree |= {"birthDate": born} if born else {}
        if good and ki67:
            tree["tumors"] = [{"ki67Percent": float(ki67)}]
        expected[number] = tree if good else None
    text = "ID,Sex,Ki,Born\n" + "".join(
        ",".join(f'"{cell}"' for cell in each) + "\n" for each in rows
    )
    with tempfile.TemporaryDirectory() as folder:
        found = import_text(
            Path(folder),
            text,
            "columns: {ID: id, Sex: sex, Ki: tumors.ki67Percent, Born: birthDate}\n",
        )
    assert found.result.rows == len(expected)
    assert found.cases == [each for each in expected.values() if each]
    rejected = {number for number, each in expected.items() if each is None}
    assert {each["row"] for each in found.rejected} == rejected


# -- a first map ---------------------------------------------------------------------------
HEADERS = st.text(
    st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("\"':#{}[]-?*&!%@|>,\n\\")),
    min_size=1,
    max_size=20,
)


@settings(max_examples=60, deadline=None)
@given(st.lists(HEADERS, min_size=1, max_size=5), st.lists(HEADERS, min_size=5, max_size=5))
def test_a_first_map_is_yaml_for_any_header(headers: list[str], texts: list[str]) -> None:
    import csv
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, quoting=csv.QUOTE_ALL)
            writer.writerow(["Sex", "ID", *headers])
            writer.writerow(["?", "A", *texts[: len(headers)]])
            writer.writerow([texts[0], "B", *reversed(texts[: len(headers)])])
        names = TableSettings(delimiter=",")
        try:
            found = suggest(path, default_engine().schema, names)
        except InputError:
            assert any("\0" in each for each in headers)
            return
        tree = yaml.compose(found.text, Loader=yaml.CSafeLoader)
        assert isinstance(tree, yaml.MappingNode)
        (path.with_suffix(".yaml")).write_text(
            found.text.replace('"?"', "ignore"), encoding="utf-8"
        )
        # The map can name no id, or a field twice; but it can be read.
        fault = ""
        try:
            read_map(path.with_suffix(".yaml"), default_engine().schema)
        except InputError as error:
            fault = str(error)
        assert "YAML" not in fault
        assert "quotation marks" not in fault


@pytest.mark.parametrize("header", ["a" * 5_000, "x: y", "- a", "? b", "&a", "*", "%TAG", "{n}"])
def test_a_first_map_maps_the_header_itself(tmp_path: Path, header: str) -> None:
    (tmp_path / "t.csv").write_text(f'ID,"{header}"\nA,x y\nB,z w\n', encoding="utf-8")
    found = suggest(tmp_path / "t.csv", default_engine().schema, TableSettings(delimiter=","))
    text = found.text.replace('"?"', "ignore")
    assert len(import_file(tmp_path / "t.csv", text).cases) == 2


# -- a million rows ------------------------------------------------------------------------
@pytest.mark.batch
@pytest.mark.long
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_million_rows_fit_into_two_gigabytes(tmp_path: Path, ending: str) -> None:
    path, number = tmp_path / f"t.{ending}", 1_000_000
    if ending == "csv":
        path.write_text("ID,Sex\n" + "".join(f"P{n},M\n" for n in range(number)))
    else:
        made = openpyxl.Workbook(write_only=True)
        sheet = made.create_sheet("P")
        sheet.append(["ID", "Sex"])
        for n in range(number):
            sheet.append([f"P{n}", "M"])
        made.save(path)
    (tmp_path / "m.yaml").write_text(MAP)
    words = ["import", path, "--map", tmp_path / "m.yaml", "--out", tmp_path / "o.ndjson"]
    code = (
        "import resource, sys; from netkg import cli;"
        "status = cli.main(sys.argv[1:]);"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss); sys.exit(status)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, words), "--as-of", DAY.isoformat()],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("1,000,000 rows: 1,000,000 cases")
    assert int(done.stdout.split()[-1]) < 2 << 20
