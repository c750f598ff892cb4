"""The example in tables of the OMOP CDM: its cases, and what is reported if it is changed."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from table_imports import Import, import_file

from netkg.api import default_engine
from netkg.tables.map_schema import map_json_schema

pytestmark = pytest.mark.many

OMOP = Path(__file__).parent.parent / "examples" / "omop"
NET = "NeuroendocrineTumor"
# Written by hand from the tables.
CASES: list[dict[str, Any]] = [
    {
        **{"id": "1001", "sex": "male", "birthDate": "1961-02-14"},
        "tumors": [
            {
                **{"id": "2001", "primarySite": "Pancreas", "histology": NET},
                **{"ki67Percent": 2, "grade": "G1"},
                "measurements": [
                    {"diameterMm": 14, "date": "2024-05-06"},
                    {"diameterMm": 16, "date": "2025-06-11"},
                ],
            }
        ],
        "events": [
            {
                **{"type": "ChromograninATest", "status": "completed", "date": "2025-06-11"},
                **{"value": 88, "unit": "ng/mL", "upperReferenceLimit": 100},
            },
            {"type": "CTScan", "status": "completed", "date": "2025-06-11"},
        ],
    },
    {
        **{"id": "1002", "sex": "female", "birthDate": "1958-09-03"},
        "tumors": [
            {"id": "2002", "primarySite": "Ileum", "histology": NET, "ki67MaxExclusive": 3},
        ],
        "metastases": [{"site": "Liver"}, {"site": "Bone"}],
        "events": [
            {
                **{"type": "ChromograninATest", "status": "completed", "date": "2025-11-03"},
                **{"result": "Elevated", "upperReferenceLimit": 100},
            },
            {"type": "MRIScan", "status": "completed", "date": "2025-11-03"},
            {"type": "SomatostatinAnalogue", "status": "stopped", "date": "2023-03-06"},
            {"type": "Lanreotide", "status": "active", "date": "2023-09-18"},
        ],
    },
    {
        **{"id": "1003", "sex": "male", "birthDate": "1970-05-21"},
        "tumors": [
            {
                **{"id": "2003", "primarySite": "Pancreas", "ki67Percent": 1},
                "hormonalSyndrome": ["InsulinomaSyndrome"],
                "measurements": [{"diameterMm": 11, "date": "2025-01-15"}],
            },
            {
                **{"id": "2004", "primarySite": "Rectum", "histology": NET},
                **{"ki67Percent": 4, "grade": "G2"},
                "measurements": [{"diameterMm": 7, "date": "2025-03-10"}],
            },
        ],
    },
    {
        **{"id": "1004", "sex": "female", "deceasedDate": "2025-12-19"},
        "tumors": [
            {
                **{"id": "2005", "primarySite": "Stomach", "ki67MinInclusive": 55},
                "histology": "NeuroendocrineCarcinoma",
            }
        ],
        "metastases": [{"site": "Liver"}],
        "events": [
            {"type": "PlatinumBasedChemotherapy", "status": "completed", "date": "2025-06-16"},
            {"type": "PlatinumBasedChemotherapy", "status": "completed", "date": "2025-07-07"},
        ],
    },
    {
        **{"id": "1005", "sex": "female", "birthDate": "1966-11-30"},
        "tumors": [
            {
                **{"id": "2006", "primarySite": "Lung", "histology": NET},
                "measurements": [{"diameterMm": 22, "date": "2024-10-07"}],
            }
        ],
        "events": [{"type": "TumorResection", "status": "completed", "date": "2024-11-04"}],
    },
    {
        **{"id": "1006", "sex": "male", "birthDate": "1983-07-08"},
        "tumors": [{"id": "2007", "primarySite": "Appendix", "histology": NET, "ki67Percent": 1.5}],
    },
]
# The ids of standard vocabularies that the example uses; all others are local ones.
STANDARD = {
    **{"0": "no matching concept", "8507": "male", "8532": "female", "32817": "EHR"},
    **{"4171754": "<=", "4171755": ">=", "4171756": "<", "4172703": "=", "4172704": ">"},
    **{"32531": "Treatment Regimen", "1147127": "condition_occurrence.condition_occurrence_id"},
    **{"36770544": "Metastasis to liver", "36769301": "Metastasis to bone"},
}


@pytest.fixture
def omop(tmp_path: Path) -> Path:
    """A copy of the example."""
    return Path(shutil.copytree(OMOP, tmp_path / "omop"))


def change(folder: Path, table: str, before: str, after: str) -> None:
    """Change one text of a table."""
    path = folder / f"{table}.csv"
    text = path.read_text(encoding="utf-8")
    assert text.count(before) == 1
    path.write_text(text.replace(before, after), encoding="utf-8")


def imported(folder: Path) -> Import:
    return import_file(
        folder / "person.csv", (folder / "omop.map.yaml").read_text(encoding="utf-8")
    )


def test_the_example_gives_the_cases_of_its_tables(omop: Path) -> None:
    found = imported(omop)
    assert found.cases == CASES
    assert found.result.numbers == {
        **{"rows": 6, "cases": 6, "invalid": 0, "rejected": 0},
        **{"childRows": 34, "childRejected": 0},
    }
    assert [(each["sheet"], each["row"], each["column"]) for each in found.doubts] == [
        ("measurement.csv", 10, "value_as_number"),
        ("", 5, "year_of_birth"),
        ("measurement.csv", 20, "value_as_number"),
    ]


def test_rows_that_nothing_reads_are_counted_once_per_table(omop: Path) -> None:
    assert imported(omop).result.notes == [
        f"{omop / name}.csv: no part of the map reads {left} of {rows} rows, since they do not meet"
        " its conditions."
        for name, left, rows in (
            ("condition_occurrence", 1, 8),
            ("measurement", 2, 21),
            ("procedure_occurrence", 1, 4),
        )
    ]


def test_an_editor_accepts_the_map() -> None:
    map = yaml.safe_load((OMOP / "omop.map.yaml").read_text(encoding="utf-8"))
    schema = map_json_schema(default_engine().schema)
    jsonschema.validate(map, schema)
    del map["tables"][1]["where"]["condition_concept_id"]["is"]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(map, schema)


def test_invented_concept_ids_are_local_ones() -> None:
    ids = set()
    for path in OMOP.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                ids |= {row[name] for name in row if name.endswith("concept_id") and row[name]}
    assert len(ids) > 30
    assert {each for each in ids if int(each) <= 2_000_000_000} <= set(STANDARD)


@pytest.mark.parametrize(
    ("operator", "keys"),
    [
        ("", {"ki67Percent": 3}),
        ("4172703", {"ki67Percent": 3}),
        ("4171756", {"ki67MaxExclusive": 3}),
        ("4171754", {"ki67MaxInclusive": 3}),
        ("4172704", {"ki67MinExclusive": 3}),
        ("4171755", {"ki67MinInclusive": 3}),
    ],
)
def test_an_operator_is_respected(omop: Path, operator: str, keys: dict[str, int]) -> None:
    change(omop, "measurement", "4171756,3,", f"{operator},3,")
    tumor = imported(omop).cases[1]["tumors"][0]
    assert {key: value for key, value in tumor.items() if key.startswith("ki67")} == keys


@pytest.mark.parametrize(
    ("table", "before", "after", "place", "words"),
    [
        (
            *("measurement", "4171756,3,", "0,3,"),
            ("measurement.csv", 7, "operator_concept_id"),
            "'0' is not in the file that its texts are looked up in",
        ),
        (
            *("concept", "RxNorm,7617", "RxNorm,1191"),
            ("drug_exposure.csv", 2, "drug_concept_id"),
            "'2000000501' is not a known value",
        ),
        (
            *("concept", "8240/3-C17.2", "8140/3-C17.2"),
            ("condition_occurrence.csv", 3, "condition_concept_id"),
            "is not a code that has a rule (ICD-O-3)",
        ),
        (
            *("measurement", "4171756,3,,2000000201", "4171756,3,,2000000202"),
            ("measurement.csv", 7, "value_as_number"),
            "'<3 mm' has a unit that is not %",
        ),
    ],
)
def test_what_cannot_be_read_is_reported_with_file_row_and_column(
    omop: Path, table: str, before: str, after: str, place: tuple[str, int, str], words: str
) -> None:
    change(omop, table, before, after)
    found = imported(omop)
    assert [each["id"] for each in found.cases] == ["1001", "1003", "1004", "1005", "1006"]
    (finding,) = found.rejected
    assert (finding["sheet"], finding["row"], finding["column"]) == place
    assert finding["case"] == "1002"
    assert words in finding["message"]


def test_two_values_of_one_field_contradict(omop: Path) -> None:
    change(omop, "measurement", "4,,2000000201,,,2004", "4,,2000000201,,,2003")
    (finding,) = imported(omop).rejected
    assert (finding["sheet"], finding["row"]) == ("measurement.csv", 13)
    assert (finding["column"], finding["field"]) == ("value_as_number", "tumors.ki67Percent")
    assert "'4' contradicts another row, which says 1" in finding["message"]


def test_an_attribute_names_its_tumor_if_there_are_several(omop: Path) -> None:
    change(omop, "measurement", "4,,2000000201,,,2004,1147127", "4,,2000000201,,,,")
    (finding,) = imported(omop).rejected
    assert (finding["sheet"], finding["row"], finding["case"]) == ("measurement.csv", 13, "1003")
    assert "belongs to one of 2 tumors, and does not say to which" in finding["message"]
