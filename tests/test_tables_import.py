"""Import tables: what each kind of cell says, and what becomes of each row."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from table_imports import Rows, import_file, import_text, read_rows, write_workbook

from netkg.errors import InputError

MAP = """
columns:
  ID: id
  Sex: sex
"""


def one(folder: Path, cell: str, column: str, *, table: str = "") -> Rows:
    """Read one row with one cell."""
    settings = f"table: {table}\n" if table else ""
    map = f"{settings}columns:\n  ID: id\n  X: {column}\n"
    return read_rows(folder, f'ID,X\nA,"{cell}"\n', map)


# -- values --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("cell", "column", "path", "value"),
    [
        ("M", "sex", ["sex"], "male"),
        ("Female", "sex", ["sex"], "female"),
        ("unknown", "sex", ["sex"], "unknown"),
        ("2", "{field: sex, values: {1: male, 2: female}}", ["sex"], "female"),
        ("yes", "fitForSurgery", ["fitForSurgery"], True),
        ("0", "fitForSurgery", ["fitForSurgery"], False),
        ("small bowel", "tumors.primarySite", ["tumors", 0, "primarySite"], "SmallIntestine"),
        ("2.5 %", "tumors.ki67Percent", ["tumors", 0, "ki67Percent"], 2.5),
        ("0.03", "{field: tumors.ki67Percent, unit: '1'}", ["tumors", 0, "ki67Percent"], 3),
        ("5/2 mm²", "tumors.mitosesPer2mm2", ["tumors", 0, "mitosesPer2mm2"], 5),
        ("3", "{field: tumors.mitosesPer2mm2, unit: /mm2}", ["tumors", 0, "mitosesPer2mm2"], 6),
        (
            "2.3",
            "{field: tumors.measurements.diameterMm, unit: cm}",
            ["tumors", 0, "measurements", 0, "diameterMm"],
            23,
        ),
        (
            "23 mm",
            "{field: tumors.measurements.diameterMm, unit: cm}",
            ["tumors", 0, "measurements", 0, "diameterMm"],
            23,
        ),
        ("1961-02-03", "birthDate", ["birthDate"], "1961-02-03"),
        ("3.2.1961", "{field: birthDate, dates: dd.mm.yyyy}", ["birthDate"], "1961-02-03"),
        ("3 Feb 1961", "{field: birthDate, dates: d mmm yyyy}", ["birthDate"], "1961-02-03"),
        ("19610203", "{field: birthDate, dates: yyyymmdd}", ["birthDate"], "1961-02-03"),
        ("1961-02-03T00:00:00", "birthDate", ["birthDate"], "1961-02-03"),
        (
            "flushing; diarrhea",
            "{field: symptoms, separator: ;}",
            ["symptoms"],
            ["Flushing", "Diarrhea"],
        ),
    ],
)
def test_a_cell_says_a_value(
    tmp_path: Path, cell: str, column: str, path: list[Any], value: Any
) -> None:
    found = one(tmp_path, cell, column)
    assert len(found.cases) == 1, found.faults
    place: Any = found.cases[0]
    for step in path:
        place = place[step]
    assert place == value


@pytest.mark.parametrize(
    ("cell", "column", "words"),
    [
        ("X", "sex", "'X' is not a known value"),
        ("femal", "sex", "Did you mean female?"),
        ("Pancraes", "tumors.primarySite", "Did you mean Pancreas?"),
        ("maybe", "fitForSurgery", "'maybe' is not yes or no"),
        ("about 5", "tumors.ki67Percent", "is not a number"),
        ("2,5", "tumors.ki67Percent", "{decimal: ','}"),
        ("5/10 HPF", "tumors.mitosesPer2mm2", "has a unit that is not"),
        ("2 cm x 1 cm", "tumors.measurements.diameterMm", "is not"),
        ("31.02.1961", "birthDate", "is not a date"),
        ("1961", "birthDate", "without a day"),
        ("02/03/1961", "{field: birthDate, dates: [dd/mm/yyyy, mm/dd/yyyy]}", "can be 1961-03-02"),
        ("#REF!", "sex", "error of a formula"),
        ("1234567890123456789", "tumors.ki67Percent", "is not a number"),
    ],
)
def test_a_cell_that_cannot_be_read_rejects_its_row(
    tmp_path: Path, cell: str, column: str, words: str
) -> None:
    found = one(tmp_path, cell, column)
    assert found.cases == []
    assert (found.faults[0].row, found.faults[0].column) == (2, "X")
    assert words in found.message


@pytest.mark.parametrize("cell", ["", " ", "n/a"])
def test_a_missing_value_is_left_out(tmp_path: Path, cell: str) -> None:
    found = one(tmp_path, cell, "sex", table="{missing: [N/A]}")
    assert found.cases == [{"id": "A"}]


def test_a_range_is_not_rounded_into_a_value(tmp_path: Path) -> None:
    found = one(tmp_path, "<10 mm", "tumors.measurements.diameterMm")
    assert "measurements" not in found.cases[0].get("tumors", [{}])[0]
    assert [each.found for each in found.faults if each.is_doubt] == ["<10 mm"]


@pytest.mark.parametrize(
    ("cell", "keys"),
    [
        ("<3 %", {"ki67MaxExclusive": 3}),
        ("≤2", {"ki67MaxInclusive": 2}),
        (">20 %", {"ki67MinExclusive": 20}),
        (">= 55", {"ki67MinInclusive": 55}),
        ("3-20 %", {"ki67MinInclusive": 3, "ki67MaxInclusive": 20}),
    ],
)
def test_a_comparison_is_kept_as_what_it_says(tmp_path: Path, cell: str, keys: Any) -> None:
    found = one(tmp_path, cell, "tumors.ki67Percent")
    assert found.cases[0]["tumors"] == [keys]


def test_a_partial_date_can_be_left_out_with_a_warning(tmp_path: Path) -> None:
    found = one(tmp_path, "03/1961", "birthDate", table="{partial dates: leave out}")
    assert found.cases == [{"id": "A"}]
    assert [each.found for each in found.faults if each.is_doubt] == ["03/1961"]


def test_codes_lead_to_site_histology_and_syndrome(tmp_path: Path) -> None:
    table = "ID,Topo,Hist,Beh\nA,C259,8151,3\nB,c17.2,8240,3\nC,C25.9,8240,\n"
    found = read_rows(
        tmp_path,
        table,
        'columns:\n  ID: id\n  Topo: {codes: ICD-O-3}\n  "{Hist}/{Beh}": {codes: ICD-O-3}\n',
    )
    first, second, third = (each["tumors"][0] for each in found.cases)
    assert first["primarySite"] == "Pancreas"
    assert first["hormonalSyndrome"] == ["InsulinomaSyndrome"]
    assert (second["primarySite"], second["histology"]) == ("Ileum", "NeuroendocrineTumor")
    # Without its behavior, a morphology says nothing.
    assert third == {"primarySite": "Pancreas"}
    assert all("grade" not in each["tumors"][0] for each in found.cases)


def test_an_unknown_code_rejects_its_row(tmp_path: Path) -> None:
    found = one(tmp_path, "C99.9", "{codes: ICD-O-3}")
    assert "is not a code that has a rule" in found.message


@pytest.mark.parametrize(
    ("code", "type"),
    [("NCIT:C48387", "Everolimus"), ("L01EX01", "Sunitinib"), ("NCIT:C17204", "CTScan")],
)
def test_an_event_has_a_code_of_a_terminology(tmp_path: Path, code: str, type: str) -> None:
    found = read_rows(
        tmp_path,
        f"ID,What\nA,{code}\n",
        "columns: {ID: id}\nrecords:\n  - record: events\n    set: {status: completed}\n"
        "    columns: {What: type}\n",
    )
    assert found.cases[0]["events"] == [{"status": "completed", "type": type}]


def test_two_columns_must_not_contradict(tmp_path: Path) -> None:
    found = read_rows(
        tmp_path,
        "ID,Site,Organ\nA,ileum,pancreas\nB,ileum,ileum\n",
        "columns: {ID: id, Site: tumors.primarySite, Organ: tumors.primarySite}\n",
    )
    assert [each["id"] for each in found.cases] == ["B"]
    assert "contradicts column 'Site'" in found.message


def test_a_repeated_id_is_rejected(tmp_path: Path) -> None:
    found = import_text(tmp_path, "ID,Sex\nA,M\nA,F\n,F\n", MAP)
    assert [each["sex"] for each in found.cases] == ["male"]
    assert [each["row"] for each in found.rejected] == [3, 4]


# -- records -------------------------------------------------------------------------------
RECORDS = """
columns: {ID: id}
records:
  - record: metastases
    when: {column: Liver, is: ["yes", 1], not: ["no", 0], unknown: [9]}
    set: {site: Liver}
    columns: {Pattern: pattern}
"""


def test_a_condition_says_whether_a_record_exists(tmp_path: Path) -> None:
    table = "ID,Liver,Pattern\nA,yes,few\nB,no,\nC,9,\nD,,\nE,perhaps,\n"
    found = import_text(tmp_path, table, RECORDS)
    assert found.cases == [
        {"id": "A", "metastases": [{"site": "Liver", "pattern": "Few"}]},
        {"id": "B"},
        {"id": "C"},
        {"id": "D"},
    ]
    assert [each["row"] for each in found.doubts] == [4]
    assert [each["row"] for each in found.rejected] == [6]


def test_repeated_columns_are_repeated_records(tmp_path: Path) -> None:
    found = read_rows(
        tmp_path,
        "ID,Size 1,Date 1,Size 2,Date 2\nA,12,2024-01-01,14,2025-01-01\nB,12,2024-01-01,,\n",
        "columns: {ID: id}\nrecords:\n  - record: tumors.measurements\n    repeat: 1-2\n"
        '    when: "Size {n}"\n'
        '    columns: {"Size {n}": diameterMm, "Date {n}": date}\n',
    )
    first, second = (each["tumors"][0]["measurements"] for each in found.cases)
    assert [each["diameterMm"] for each in first] == [12, 14]
    assert second == [{"diameterMm": 12, "date": "2024-01-01"}]


CHILDREN = """
columns: {ID: id}
records:
  - record: tumors
    when: T1
    columns: {T1: id}
tables:
  - file: events.csv
    case: Patient
    of: About
    where: {Kind: [therapy]}
    record: events
    columns: {What: type, How: status, When: date}
"""


def test_child_rows_belong_to_their_case(tmp_path: Path) -> None:
    (tmp_path / "events.csv").write_text(
        "Patient,Kind,What,How,When,About\n"
        "A,therapy,lanreotide,active,2024-01-01,\n"
        "A,visit,x,y,z,\n"
        "B,therapy,everolimus,active,2024-02-30,\n"
        "C,therapy,everolimus,active,2024-02-01,\n"
    )
    found = import_text(
        tmp_path,
        "ID\nA\nB\n",
        CHILDREN.replace("records:\n  - record: tumors\n    when: T1\n    columns: {T1: id}\n", ""),
    )
    assert [each["id"] for each in found.cases] == ["A"]
    assert found.cases[0]["events"] == [
        {"type": "Lanreotide", "status": "active", "date": "2024-01-01"}
    ]
    # A case without an event that cannot be read would be another case.
    problems = {each["row"]: each["message"] for each in found.rejected}
    assert set(problems) == {4, 5}
    assert "is not a date" in problems[4]
    assert "belongs to the case 'C', which the table does not have" in problems[5]
    assert (found.result.child_rows, found.result.child_rejected) == (3, 1)


# -- findings ------------------------------------------------------------------------------
def test_a_finding_names_the_cell_of_its_value(tmp_path: Path) -> None:
    found = import_text(
        tmp_path,
        "ID,Ki,Size 1,Size 2\nA,120,10,20\nB,5,10,0\n",
        "columns: {ID: id, Ki: tumors.ki67Percent}\nrecords:\n"
        "  - {record: tumors.measurements, repeat: 1-2, columns: {'Size {n}': diameterMm}}\n",
    )
    wrong = {
        (each["row"], each["column"], each["found"])
        for each in found.findings
        if each["severity"] == "Violation"
    }
    assert wrong == {(2, "Ki", "120"), (3, "Size 2", "0")}
    assert found.result.invalid == 2
    assert not found.result.rejected


def test_parquet_gives_the_same_cases(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table({"ID": ["A", "B"], "Sex": ["M", "F"], "Born": pa.array([None, "1960-01-02"])})
    pq.write_table(table, tmp_path / "t.parquet")
    found = import_file(tmp_path / "t.parquet", MAP + "  Born: birthDate\n")
    assert found.cases == [
        {"id": "A", "sex": "male"},
        {"id": "B", "sex": "female", "birthDate": "1960-01-02"},
    ]


def test_a_workbook_has_typed_cells(tmp_path: Path) -> None:
    import datetime

    book = write_workbook(
        tmp_path / "t.xlsx",
        [["ID", "Born", "Ki", "Fit"], [1001, datetime.date(1960, 1, 2), 0.025, True]],
    )
    book.active["C2"].number_format = "0.0%"
    book.save(tmp_path / "t.xlsx")
    found = import_file(
        tmp_path / "t.xlsx",
        "columns: {ID: id, Born: birthDate, Ki: tumors.ki67Percent, Fit: fitForSurgery}\n",
    )
    # The cell shows 2.5 %, whatever number is stored.
    assert found.cases == [
        {
            **{"id": "1001", "birthDate": "1960-01-02", "fitForSurgery": True},
            "tumors": [{"ki67Percent": 2.5}],
        }
    ]


# -- maps ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("map", "words"),
    [
        ("columns: {ID: id, Sex: sexx}", "'sexx' is not a field. Did you mean sex?"),
        ("columns: {ID: id, Sexx: sex}", "has no column 'Sexx'. Did you mean Sex?"),
        ("columns: {ID: id, Sex: '?'}", "has a question mark in line 1"),
        ("columns: {Sex: sex}", "does not say the id of a case"),
        ("columns: {ID: id, Sex: {field: sex, valuess: {}}}", "Did you mean values?"),
        ("columns: {ID: id, Sex: {field: sex, values: {M: man}}}", "'man' is not a value"),
        ("columns: {ID: id, Sex: {field: sex, values: {M: '?'}}}", "has a question mark in line 1"),
        ("columns: {ID: id, Sex: {field: tumors.ki67Percent, unit: cm}}", "cannot be converted"),
        ("columns: {ID: id, Sex: {field: birthDate, dates: dd.mm.yy}}", "not a format of dates"),
        ("columns: {ID: id\n", "is not valid YAML"),
        ("columns: {ID: id, ID: sex}", "'ID' is written twice"),
        (
            "columns: {ID: id}\nrecords: [{record: event, columns: {Sex: type}}]",
            "Did you mean events?",
        ),
        ("columns: {ID: id, Sex: {codes: ICD-O}}", "Did you mean ICD-O-3?"),
        ("[]", "is not a mapping"),
        ("", "is empty"),
    ],
)
def test_a_fault_of_a_map_is_a_sentence(tmp_path: Path, map: str, words: str) -> None:
    with pytest.raises(InputError) as error:
        read_rows(tmp_path, "ID,Sex\nA,M\n", map)
    assert words in str(error.value)
    assert "table.map.yaml" in str(error.value)


def test_columns_that_are_not_in_the_map_are_named(tmp_path: Path) -> None:
    found = import_text(tmp_path, "ID,Sex,Note,Other\nA,M,x,y\n", MAP + "ignore: [Note]\n")
    assert [note for note in found.result.notes if "Other" in note and "Note" not in note]
