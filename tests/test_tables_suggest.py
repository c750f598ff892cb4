"""A first map: what headers and values say, and what stays open."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from conftest import EXAMPLES

from netkg.api import default_engine
from netkg.errors import InputError
from netkg.ontology.schema import Schema
from netkg.tables.dictionary import read_dictionary
from netkg.tables.headers import HeaderReader
from netkg.tables.map_file import read_map
from netkg.tables.map_model import TableSettings
from netkg.tables.map_schema import map_json_schema
from netkg.tables.suggest import Suggestion, suggest

TABLES = EXAMPLES / "tables"
SCHEMA = Schema.load()


def suggested(folder: Path, text: str, **options: Any) -> Suggestion:
    path = folder / "table.csv"
    path.write_text(text, encoding="utf-8")
    return suggest(path, SCHEMA, TableSettings(), **options)


def parsed(found: Suggestion) -> Any:
    return yaml.load(found.text, Loader=yaml.BaseLoader)


@pytest.mark.parametrize(
    ("header", "kind", "path"),
    [
        ("Patient ID", "id", "id"),
        ("SEX", "field", "sex"),
        ("dob", "field", "birthDate"),
        ("Ki-67 (%)", "field", "tumors.ki67Percent"),
        ("ki67_percent", "field", "tumors.ki67Percent"),
        ("Tumo\u0075r size (cm)", "field", "tumors.measurements.diameterMm"),
        ("size_cm", "field", "tumors.measurements.diameterMm"),
        ("Date of imaging", "field", "tumors.measurements.date"),
        ("WHO grade", "field", "tumors.grade"),
        ("SSTR status", "field", "tumors.somatostatinReceptorStatus"),
        ("Liver mets", "metastasis", "metastases.site"),
        ("Bone metastases (y/n)", "metastasis", "metastases.site"),
        ("Date of PRRT", "event", "events"),
        ("Everolimus start", "event", "events"),
        ("Date of diagnosis", "other", ""),
        ("Favorite color", "unknown", ""),
    ],
)
def test_a_header_says_a_field(header: str, kind: str, path: str) -> None:
    found = HeaderReader(SCHEMA).read(header)
    assert (found.kind, found.path) == (kind, path)


@pytest.mark.parametrize(
    ("header", "type", "part"),
    [
        ("CgA ULN", "ChromograninATest", "limit"),
        ("Chromogranin A (ng/mL)", "ChromograninATest", ""),
        ("PRRT (y/n)", "PeptideReceptorRadionuclideTherapy", ""),
        ("Lanreotide stop date", "Lanreotide", "end"),
        ("Date of MRI", "MRIScan", "date"),
    ],
)
def test_a_header_says_a_part_of_an_event(header: str, type: str, part: str) -> None:
    found = HeaderReader(SCHEMA).read(header)
    assert (found.type, found.part) == (type, part)


def test_what_is_open_has_a_question_mark(tmp_path: Path) -> None:
    found = suggested(tmp_path, "ID,Sex,Color,SSA start\nA,M,red,2024-01-01\nB,W,blue,2024-02-01\n")
    tree = parsed(found)
    assert tree["columns"] == {
        "ID": "id",
        "Sex": {"field": "sex", "values": {"W": "?"}},
        "Color": "?",
    }
    assert tree["records"][0]["set"] == {"type": "?", "status": "?"}
    assert found.open == 4
    (tmp_path / "map.yaml").write_text(found.text)
    with pytest.raises(InputError, match="has a question mark in lines"):
        read_map(tmp_path / "map.yaml", SCHEMA)


def test_an_id_must_be_unique(tmp_path: Path) -> None:
    tree = parsed(suggested(tmp_path, "case,study\n1,A\n2,A\n1,B\n2,B\n"))
    assert tree["id"] == "?"
    assert tree["columns"]["case"] == "ignore"


@pytest.mark.parametrize(
    ("dates", "formats"),
    [
        (["2024-01-31", "2024-02-01"], ["yyyy-mm-dd"]),
        (["31.01.2024", "2024-02-01"], ["dd.mm.yyyy", "yyyy-mm-dd"]),
        (["01/31/2024", "02/01/2024"], ["mm/dd/yyyy"]),
        (["31/01/2024", "02/01/2024"], ["dd/mm/yyyy"]),
        (["03/01/2024", "02/01/2024"], ["?"]),
        (["3 Feb 2024", "03-Feb-2024"], ["dd mmm yyyy", "dd-mmm-yyyy"]),
    ],
)
def test_formats_of_dates_are_found(tmp_path: Path, dates: list[str], formats: list[str]) -> None:
    rows = "".join(f"{number},{date}\n" for number, date in enumerate(dates))
    tree = parsed(suggested(tmp_path, f"ID,DOB\n{rows}"))
    assert sorted(tree["table"]["dates"]) == sorted(formats)


def test_a_minus_next_to_a_plus_is_not_missing(tmp_path: Path) -> None:
    tree = parsed(suggested(tmp_path, "ID,Functional,Sex\nA,+,F\nB,-,-\n"))
    assert tree["columns"]["Functional"]["values"] == {"+": "?", "-": "?"}
    assert tree["table"]["missing"] == ["-"]


def test_repeated_columns_are_one_record(tmp_path: Path) -> None:
    tree = parsed(
        suggested(
            tmp_path,
            "ID,Size 1 (cm),Size date 1,Size 2 (cm),Size date 2\nA,1,2024-01-01,2,2025-01-01\n",
        )
    )
    (record,) = tree["records"]
    assert record["repeat"] == ["1", "2"]
    assert set(record["columns"]) == {"Size {n} (cm)", "Size date {n}"}


def test_a_redcap_dictionary_gives_labels_and_choices(tmp_path: Path) -> None:
    (tmp_path / "dictionary.csv").write_text(
        "Variable / Field Name,Form Name,Field Type,Field Label,"
        '"Choices, Calculations, OR Slider Labels"\n'
        "record_id,base,text,Record ID,\n"
        'v1,base,radio,Sex,"1, Male | 2, Female | 9, Unknown"\n'
        'v2,base,text,"Ki-67 index",\n'
        'v3,base,checkbox,Symptoms,"1, Flushing | 2, Diarrhea"\n'
    )
    variables = read_dictionary(tmp_path / "dictionary.csv")
    found = suggested(
        tmp_path,
        "record_id,v1,v2,v3___1,v3___2\n1,1,5,1,0\n2,2,12,0,1\n",
        dictionary=variables,
    )
    columns = parsed(found)["columns"]
    assert columns["v1"] == {"field": "sex", "values": {"1": "male", "2": "female"}}
    assert columns["v2"] == "tumors.ki67Percent"
    assert columns["v3___2"] == {
        "field": "symptoms",
        "values": {"1": "Diarrhea", "0": "null"},
    }
    assert found.open == 0


def test_another_file_is_not_a_dictionary(tmp_path: Path) -> None:
    (tmp_path / "d.csv").write_text("a,b\n1,2\n")
    with pytest.raises(InputError, match="not a data dictionary of REDCap"):
        read_dictionary(tmp_path / "d.csv")


@pytest.mark.parametrize("path", sorted(TABLES.glob("*.map.yaml")), ids=lambda path: path.name)
def test_the_maps_of_examples_meet_the_json_schema(path: Path) -> None:
    schema = map_json_schema(default_engine().schema)
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(yaml.safe_load(path.read_text(encoding="utf-8")), schema)
    wrong = {"columns": {"A": {"field": "sexx"}}}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(wrong, schema)


def test_the_first_map_of_the_example_becomes_its_map(tmp_path: Path) -> None:
    """Only the values of the places that are open differ."""
    path = TABLES / "registry.csv"
    first = parsed(suggest(path, SCHEMA, TableSettings()))
    final = yaml.load((TABLES / "registry.map.yaml").read_text(), Loader=yaml.BaseLoader)

    def same(one: Any, other: Any) -> bool:
        if isinstance(one, dict):
            keys = one.keys() | other.keys()
            return all(key == "unknown" or same(one.get(key), other.get(key)) for key in keys)
        if isinstance(one, list):
            known = [each for each in one if each != "?"]
            return "?" in one or one in (["yes"], ["no"]) or all(map(same, known, other))
        return bool(one == "?" or one == other)

    assert same(first, final)
