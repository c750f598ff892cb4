"""Child tables with one attribute per row, templates with optional cells, and look-ups."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from table_imports import import_file, import_text, read_rows, write_workbook

from netkg.errors import InputError
from netkg.tables.map_model import TableSettings
from netkg.tables.reports import write_findings

ATTRIBUTES = """
columns: {ID: id, Sex: sex}
tables:
  - {file: tumors.csv, case: Patient, record: tumors, columns: {Tumor: id}}
  - file: facts.csv
    case: Patient
    of: Tumor
    where: {What: Ki-67}
    record: tumors
    columns: {"{Sign?}{Value}": ki67Percent}
  - file: facts.csv
    case: Patient
    where: {What: sex}
    record: case
    columns: {Value: sex}
"""


def write(folder: Path, facts: str, tumors: str = "A,1\nA,2\nB,1\n") -> None:
    (folder / "tumors.csv").write_text(f"Patient,Tumor\n{tumors}", encoding="utf-8")
    (folder / "facts.csv").write_text(f"Patient,Tumor,What,Sign,Value\n{facts}", encoding="utf-8")


# -- rows that add to a record ---------------------------------------------------------------
def test_a_row_adds_to_the_tumor_that_it_names_and_to_the_case(tmp_path: Path) -> None:
    write(tmp_path, "A,2,Ki-67,<,3\nA,1,Ki-67,,4\nB,,Ki-67,,5\nB,,sex,,F\n")
    found = import_text(tmp_path, "ID,Sex\nA,M\nB,\n", ATTRIBUTES)
    assert found.cases == [
        {
            **{"id": "A", "sex": "male"},
            "tumors": [{"id": "1", "ki67Percent": 4}, {"id": "2", "ki67MaxExclusive": 3}],
        },
        {"id": "B", "sex": "female", "tumors": [{"id": "1", "ki67Percent": 5}]},
    ]


def test_rows_add_several_values_of_a_list_once_each(tmp_path: Path) -> None:
    write(tmp_path, "A,,sign,,flushing\nA,,sign,,diarrhea\nA,,sign,,flushing\n", "A,1\n")
    map = ATTRIBUTES.replace("What: sex", "What: sign").replace("Value: sex", "Value: symptoms")
    found = import_text(tmp_path, "ID,Sex\nA,M\n", map)
    assert found.cases[0]["symptoms"] == ["Flushing", "Diarrhea"]


@pytest.mark.parametrize(
    ("fact", "words"),
    [
        ("A,2,Ki-67,,9\nA,2,Ki-67,,8", "'8' contradicts another row, which says 9"),
        ("A,,sex,,F", "'female' contradicts another row, which says 'male'"),
        ("A,3,Ki-67,,4", "belongs to the tumor '3', which the case does not have"),
        ("A,,Ki-67,,4", "belongs to one of 2 tumors, and does not say to which"),
    ],
)
def test_a_row_that_cannot_be_added_rejects_its_case(tmp_path: Path, fact: str, words: str) -> None:
    write(tmp_path, fact + "\n")
    found = import_text(tmp_path, "ID,Sex\nA,M\n", ATTRIBUTES)
    assert found.cases == []
    (finding,) = (each for each in found.rejected if each["case"])
    assert words in finding["message"]
    assert finding["sheet"] == "facts.csv"


def test_rows_are_counted_once_however_many_parts_read_their_table(tmp_path: Path) -> None:
    write(tmp_path, "A,1,Ki-67,,4\nC,1,Ki-67,,4\nC,1,sex,,F\nA,1,height,,180\n", "A,1\n")
    found = import_text(tmp_path, "ID,Sex\nA,M\n", ATTRIBUTES)
    assert (found.result.child_rows, found.result.child_rejected) == (4, 2)
    assert [(each["sheet"], each["row"]) for each in found.rejected] == [
        ("facts.csv", 3),
        ("facts.csv", 4),
    ]
    assert found.result.notes == [
        f"{tmp_path / 'facts.csv'}: no part of the map reads 1 of 4 rows, since they do not meet"
        " its conditions."
    ]


def test_one_row_can_be_read_by_two_parts(tmp_path: Path) -> None:
    write(tmp_path, "C,1,sex,,F\n", "A,1\n")
    map = ATTRIBUTES.replace("where: {What: Ki-67}", "where: {What: [sex, Ki-67]}")
    found = import_text(tmp_path, "ID,Sex\nA,M\n", map)
    assert (found.result.child_rows, found.result.child_rejected) == (2, 1)
    assert found.result.notes == []


# -- places ----------------------------------------------------------------------------------
def test_a_finding_in_another_file_marks_no_cell_of_the_table(tmp_path: Path) -> None:
    write(tmp_path, "A,1,Ki-67,,many\n", "A,1\n")
    write_workbook(tmp_path / "cases.xlsx", [["ID", "Sex", "Value"], ["A", "M", "x"]])
    found = import_file(tmp_path / "cases.xlsx", ATTRIBUTES)
    (finding,) = found.rejected
    assert (finding["sheet"], finding["row"], finding["column"]) == ("facts.csv", 2, "Value")
    spool, target = tmp_path / "spool.ndjson", tmp_path / "marked.xlsx"
    spool.write_text(json.dumps(finding) + "\n", encoding="utf-8")
    write_findings(spool, target, source=tmp_path / "cases.xlsx", settings=TableSettings(), head={})
    book = openpyxl.load_workbook(target)
    assert not [cell for row in book["Patients"].iter_rows() for cell in row if cell.comment]
    assert "facts.csv" in {cell.value for cell in book[book.sheetnames[-1]][2]}


def test_a_sheet_of_another_workbook_is_named_with_its_file(tmp_path: Path) -> None:
    write_workbook(tmp_path / "other.xlsx", [["Patient", "Ki"], ["A", "many"]], sheet="Facts")
    found = import_text(
        tmp_path,
        "ID\nA\n",
        "columns: {ID: id}\ntables:\n  - {file: other.xlsx, case: Patient, record: tumors,"
        " columns: {Ki: ki67Percent}}\n",
    )
    assert [each["sheet"] for each in found.rejected] == ["other.xlsx, Facts"]


# -- templates and look-ups ------------------------------------------------------------------
@pytest.mark.parametrize(
    ("cells", "value"),
    [
        ("2020,5,6", {"birthDate": "2020-05-06"}),
        ("2020,5,", {}),
        ("2020,,", {}),
        (",5,6", {}),
    ],
)
def test_a_blank_optional_cell_leaves_out_the_text_before_it(
    tmp_path: Path, cells: str, value: dict[str, Any]
) -> None:
    found = read_rows(
        tmp_path,
        f"ID,Y,M,D\nA,{cells}\n",
        "table: {partial dates: leave out}\ncolumns:\n  ID: id\n"
        '  "{Y}-{M?}-{D?}": {field: birthDate, dates: yyyy-m-d}\n',
    )
    assert found.cases == [{"id": "A", **value}]
    assert [each.found for each in found.faults] == (
        [cells.strip(",").replace(",", "-")] if cells.startswith("2020") and not value else []
    )


def test_a_name_of_a_column_can_end_in_a_question_mark(tmp_path: Path) -> None:
    found = read_rows(
        tmp_path,
        "ID,Sex?,Part\nA,M,ale\nB,,male\n",
        'columns: {ID: id, "{Sex?}{Part}": sex}\n',
    )
    assert found.cases == [{"id": "A", "sex": "male"}, {"id": "B"}]


CODES = """
table: {missing: ["0"]}
columns:
  ID: id
  "{Sign?}{Number} {Unit?}":
    field: tumors.ki67Percent
    via:
      - {column: Sign, file: concept.csv, key: id, value: name}
      - {column: Unit, file: concept.csv, key: id, value: name}
  Site:
    field: tumors.primarySite
    via:
      - {file: part.csv, key: from, value: to}
      - {file: concept.csv, key: id, value: name}
"""


@pytest.mark.parametrize(
    ("row", "tumor", "column"),
    [
        ("1,3,2,7", {"ki67MaxExclusive": 3, "primarySite": "Pancreas"}, ""),
        (",3,,", {"ki67Percent": 3}, ""),
        ("0,3,0,0", {"ki67Percent": 3}, ""),
        ("1,,2,", {}, ""),
        ("9,3,2,", None, "Sign"),
        ("1,3,9,", None, "Unit"),
        ("1,3,2,9", None, "Site"),
    ],
)
def test_each_look_up_is_about_a_column_or_the_whole_text(
    tmp_path: Path, row: str, tumor: dict[str, Any] | None, column: str
) -> None:
    (tmp_path / "concept.csv").write_text("id,name\n1,<\n2,%\n3,pancreas\n", encoding="utf-8")
    (tmp_path / "part.csv").write_text("from,to\n7,3\n", encoding="utf-8")
    found = read_rows(tmp_path, f"ID,Sign,Number,Unit,Site\nA,{row}\n", CODES)
    assert [each["tumors"] for each in found.cases] == ([] if tumor is None else [[tumor]])
    assert [each.column for each in found.faults] == [column] * bool(column)


def test_a_text_that_says_nothing_leaves_an_optional_cell_out(tmp_path: Path) -> None:
    found = read_rows(
        tmp_path,
        "ID,Number,Unit\nA,3,n/a\nB,3,%\nC,n/a,%\n",
        'table: {missing: [N/A]}\ncolumns: {ID: id, "{Number} {Unit?}": tumors.ki67Percent}\n',
    )
    assert [each["tumors"] for each in found.cases] == [[{"ki67Percent": 3}]] * 2
    assert [each.row for each in found.faults] == [4]


def test_look_ups_of_repeated_columns_are_repeated(tmp_path: Path) -> None:
    (tmp_path / "units.csv").write_text("id,unit\n1,mm\n2,cm\n", encoding="utf-8")
    found = read_rows(
        tmp_path,
        "ID,Size 1,Unit 1,Size 2,Unit 2\nA,12,1,1.4,2\n",
        "columns: {ID: id}\nrecords:\n  - record: tumors.measurements\n    repeat: 1-2\n"
        '    columns:\n      "{Size {n}} {Unit {n}}":\n        field: diameterMm\n'
        '        via: {column: "Unit {n}", file: units.csv, key: id, value: unit}\n',
    )
    assert found.cases[0]["tumors"] == [{"measurements": [{"diameterMm": 12}, {"diameterMm": 14}]}]


def test_outside_of_braces_a_question_mark_is_a_part_of_the_name(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"has no column 'Sex\?'"):
        read_rows(tmp_path, "ID,Sex\nA,M\n", "columns: {ID: id, 'Sex?': sex}\n")


def test_a_condition_can_look_its_text_up(tmp_path: Path) -> None:
    write(tmp_path, "A,,a,,4\nA,,b,,5\nA,,c,,6\n", "A,1\n")
    (tmp_path / "kinds.csv").write_text("short,long\na,Height\nb,Ki-67\n", encoding="utf-8")
    via = "{is: Ki-67, via: {file: kinds.csv, key: short, value: long}}"
    found = import_text(
        tmp_path, "ID,Sex\nA,M\n", ATTRIBUTES.replace("{What: Ki-67}", f"{{What: {via}}}")
    )
    assert found.cases[0]["tumors"] == [{"id": "1", "ki67Percent": 5}]
    assert "reads 2 of 3 rows" in found.result.notes[0]


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("column: Sign,", "column: ID,", "looks up column 'ID', which this line does not name"),
        ("column: Sign,", "column: Sing,", "has no column 'Sing'. Did you mean Sign?"),
        ("{file: part.csv, key: from,", "{file: part.csv, key: form,", "has no column 'form'"),
        ("key: from, value: to", "key: from", "lacks the key 'value'"),
    ],
)
def test_a_fault_of_a_look_up_is_a_sentence(
    tmp_path: Path, before: str, after: str, words: str
) -> None:
    (tmp_path / "concept.csv").write_text("id,name\n1,<\n", encoding="utf-8")
    (tmp_path / "part.csv").write_text("from,to\n7,3\n", encoding="utf-8")
    with pytest.raises(InputError) as error:
        read_rows(tmp_path, "ID,Sign,Number,Unit,Site\nA,,,,\n", CODES.replace(before, after))
    assert words in str(error.value)
    assert error.value.line


def test_a_condition_says_which_texts_it_means(tmp_path: Path) -> None:
    write(tmp_path, "")
    with pytest.raises(InputError, match="lacks the key 'is'"):
        import_text(
            tmp_path,
            "ID,Sex\nA,M\n",
            ATTRIBUTES.replace("{What: Ki-67}", "{What: {via: {file: a, key: b, value: c}}}"),
        )
