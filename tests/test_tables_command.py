"""The command import, as a data steward uses it."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
from conftest import EXAMPLES, Run

TABLES = EXAMPLES / "tables"
DAY = ("--as-of", "2026-03-31")


@pytest.fixture
def registry(tmp_path: Path) -> Path:
    """The example of a registry as a workbook."""
    book = openpyxl.Workbook()
    for line in (TABLES / "registry.csv").read_text().splitlines():
        book.active.append(line.split(","))
    book.save(tmp_path / "registry.xlsx")
    return tmp_path / "registry.xlsx"


def test_a_registry_becomes_a_cohort_by_one_edit(registry: Path, run: Run) -> None:
    map, cases = registry.with_name("registry.map.yaml"), registry.with_name("cases.ndjson")
    status, _, words = run("import", str(registry), "--suggest", "--out", str(map))
    assert status == 0, words
    assert (registry.parent / "netkg-map.schema.json").is_file()
    status, _, words = run("import", str(registry), "--map", str(map), "--out", str(cases))
    assert (status, cases.exists()) == (2, False)
    assert "has a question mark in lines" in words

    edited = (TABLES / "registry.map.yaml").read_text()
    map.write_text(edited)
    reports = [str(registry.with_name(f"findings.{each}")) for each in ("csv", "json", "xlsx")]
    options = [word for report in reports for word in ("--findings", report)]
    status, out, words = run(
        "import", "table", str(registry), "--map", str(map), "--out", str(cases), *options, *DAY
    )
    assert status == 0, words
    assert out.startswith("30 rows: 30 cases (30 valid, 0 invalid), 0 rejected\n")
    assert "not a medical device" in out
    lines = [json.loads(line) for line in cases.read_text().splitlines()]
    assert len(lines) == 30
    tumor = lines[0]["tumors"][0]
    assert (tumor["primarySite"], tumor["histology"]) == ("Pancreas", "NeuroendocrineTumor")
    assert (tumor["ki67MinInclusive"], tumor["ki67MaxInclusive"]) == (3, 20)
    assert lines[0]["birthDate"] == "1961-10-02"
    assert not any("grade" in each for line in lines for each in line["tumors"])

    report = json.loads(Path(reports[1]).read_text())
    assert (report["rows"], report["cases"], report["rejected"]) == (30, 30, 0)
    assert report["findings"]
    book = openpyxl.load_workbook(reports[2])
    finding = next(each for each in report["findings"] if each["column"])
    sheet = book[finding["sheet"]]
    headers = [cell.value for cell in sheet[1]]
    marked = sheet.cell(finding["row"], headers.index(finding["column"]) + 1)
    assert marked.comment is not None
    assert finding["message"] in marked.comment.text


def test_rejected_rows_are_reported_with_exit_status_2(tmp_path: Path, run: Run) -> None:
    (tmp_path / "t.csv").write_text("ID,Sex,Ki\nA,M,5\nB,X,5\nC,F,500\n")
    (tmp_path / "t.yaml").write_text("columns: {ID: id, Sex: sex, Ki: tumors.ki67Percent}\n")
    table, map, cases = (str(tmp_path / each) for each in ("t.csv", "t.yaml", "c.parquet"))
    status, out, words = run("import", table, "--map", map, "--out", cases, *DAY)
    assert status == 2
    assert out.startswith("3 rows: 2 cases (1 valid, 1 invalid), 1 rejected\n")
    assert "row 3: Column 'Sex': 'X' is not a known value." in out
    assert "row 4, column Ki: The Ki-67 index must be a number from 0 to 100." in out
    assert "--findings" in words
    import pyarrow.parquet as pq

    assert pq.read_table(cases).column("id").to_pylist() == ["A", "C"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "Name the table to import"),
        (["a.csv", "b.csv"], "one table at a time"),
        (["a.csv"], "An import needs a map"),
        (["a.csv", "--map", "m.yaml"], "Add --out FILE"),
        (["a.csv", "--map", "m.yaml", "--out", "c.csv"], "--out must end in .ndjson or .parquet"),
        (["a.csv", "--map", "m.yaml", "--suggest"], "--suggest writes a map"),
        (["a.csv", "--suggest"], "does not exist"),
        (
            ["a.csv", "--map", "m.yaml", "--out", "c.ndjson", "--findings", "f.txt"],
            "format of findings",
        ),
        (
            ["a.csv", "--map", "m.yaml", "--out", "c.ndjson", "--findings", "c.ndjson"],
            "format of findings",
        ),
        (["a.csv", "--map", "m.yaml", "--out", "c.ndjson"], "m.yaml"),
    ],
)
def test_misuse_is_a_sentence(
    words: list[str], message: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    status, _, error = run("import", *words)
    assert status == 2
    assert message in error


def test_the_json_schema_of_a_map_is_printed(run: Run) -> None:
    status, out, _ = run("import", "--schema")
    assert status == 0
    assert json.loads(out)["title"] == "netkg map of a table"


def test_the_example_of_the_literature_is_imported(tmp_path: Path, run: Run) -> None:
    table, map = TABLES / "literature.csv", TABLES / "literature.map.yaml"
    cases = tmp_path / "cases.ndjson"
    status, out, words = run("import", str(table), "--map", str(map), "--out", str(cases), *DAY)
    assert status == 0, words
    lines = {line["id"]: line for line in map_lines(cases)}
    assert len(lines) == 12
    assert lines["Series.A-3"]["men1Status"] == "Positive"
    assert lines["Series.A-3"]["tumors"][0]["hormonalSyndrome"] == ["GastrinomaSyndrome"]
    assert lines["Series.B-4"]["metastases"] == [{"site": "Liver"}, {"site": "Lung"}]
    assert "'Unk' leaves open whether there is such a record" in " ".join(out.split())


def map_lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]
