"""Check the words of the reference pages, and the command that writes them."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from reference_pages import (
    DAY,
    ROOT,
    anchors,
    inlines,
    lines,
    parse,
    part,
    shown,
)

from netkg import Engine
from netkg.case.reading import open_cases
from netkg.cli import main
from netkg.docs.build import pages, write_pages
from netkg.docs.dependencies import Dependencies
from netkg.docs.knowledge import Knowledge
from netkg.reasoning.fact import Fact

pytestmark = pytest.mark.many


# -- words --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("statement", "population"),
    [
        ("DX-01", "every case"),
        ("DX-04", "every tumor"),
        ("TX-06", "tumors: low-risk pancreatic tumor in place and size class is below 20 mm"),
        (
            "TX-10",
            "tumors: candidate for surveillance and in a fit patient and (in a symptomatic case"
            " or with malignant imaging features)",
        ),
        (
            "PF-03",
            "cases: no record of MEN1 status and (no record of family history or no record of"
            " clinical examination)",
        ),
        ("TX-26", "cases: with a metastasis (metastatic site is bone and painful)"),
        ("FU-04b", "cases: chromogranin A state is never elevated and with disease left"),
    ],
)
def test_a_population_is_put_into_words(
    statement: str, population: str, made: dict[str, str]
) -> None:
    table = part(made["statements.md"], "all")
    row = next(line for line in table.splitlines() if f"**[{statement}]" in line)
    assert shown(parse(row.split(" | ")[1])) == population


def test_a_population_is_opened_down_to_the_facts(made: dict[str, str]) -> None:
    words = lines(made["terms/TX-10.md"])
    assert "size class is below 20 mm" in words
    assert "tumor in place: no record of a resection" in words
    assert "in a symptomatic case: any symptoms" in words
    assert sum(line.startswith("low-risk pancreatic tumor in place") for line in words) == 1


def test_a_gap_names_the_statement_that_it_turns_on(made: dict[str, str]) -> None:
    words = lines(made["terms/GAP-20MM.md"])
    assert "TX-09 not applicable here" in words


@pytest.mark.parametrize(
    ("interval", "words"),
    [
        ("Ki67-G2", "from 3 to 20 %"),
        ("Ki67-G3", "above 20 to 100 %"),
        ("Diameter-Below20mm", "above 0, below 20 mm"),
        ("Diameter-Exactly20mm", "exactly 20 mm"),
        ("Growth-AtLeast5mm", "from 5 mm/a"),
        ("Growth-Below5mm", "below 5 mm/a"),
    ],
)
def test_an_interval_is_put_into_words(interval: str, words: str, made: dict[str, str]) -> None:
    rows = {anchor: line for line in made["thresholds.md"].splitlines() for anchor in anchors(line)}
    assert f"| {words} |" in rows[interval]


# -- what a verdict depends on -------------------------------------------------------------------
def leaves(facts: tuple[Fact, ...]) -> set[str]:
    found = set()
    for fact in facts:
        found |= leaves(fact.derived_from) if fact.derived_from else {fact.field}
    return found


@pytest.mark.parametrize(
    "path", sorted((ROOT / "examples").glob("[a-z]*.json")), ids=lambda path: path.stem
)
def test_what_a_verdict_rests_on_is_among_the_fields(path: Path, knowledge: Knowledge) -> None:
    engine, dependencies = Engine.load(), Dependencies(knowledge)
    records = {"id", "tumors", "metastases", "events", "measurements", "tumors.measurements"}
    paths = {row.id: set(dependencies.of(row.population)) for row in engine.catalogue.statements}
    for case in open_cases(path, schema=engine.schema):
        for row in engine.derive(case, as_of=DAY).recommendations:
            names = {known.rsplit(".", 1)[-1] for known in paths[row.id]}
            for focus in row.foci:
                assert leaves(focus.because) <= names | records, row.id
                for missing in focus.missing:
                    assert set(missing) <= paths[row.id] | records, row.id


def test_fields_that_cannot_change_a_verdict_are_left_out(knowledge: Knowledge) -> None:
    dependencies = Dependencies(knowledge)
    paths = {row.id: dependencies.of(row.population) for row in knowledge.catalogue.statements}
    assert paths["DX-01"] == ()
    assert paths["PF-04"] == ("men1Status",)
    # The site of a metastasis can give the extent in use.
    sources = ("completeRemovalFeasible", "diseaseExtent", "fitForSurgery", "metastases.site")
    assert paths["TX-11"] == sources
    assert "events.date" not in paths["TX-02"], "the date meant is that of a measurement"
    assert "tumors.measurements.date" not in paths["TX-19"], "the date meant is that of imaging"


# -- the folder and the command ----------------------------------------------------------------
@pytest.mark.slow
def test_the_command_writes_and_updates(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], made: dict[str, str]
) -> None:
    folder = tmp_path / "reference"
    assert main(["docs", "--out", str(folder)]) == 0
    assert capsys.readouterr().err == f"netkg: {len(made)} pages written to {folder}\n"
    old = folder / "modules" / "gone.md"
    shutil.copy(folder / "index.md", old)
    (folder / "events.md").unlink()
    with (folder / "fields.md").open("a") as file:
        file.write("more\n")
    assert main(["docs", "--out", str(folder)]) == 0
    assert not old.exists()
    assert (folder / "fields.md").read_text(encoding="utf-8") == made["fields.md"]
    assert (folder / "events.md").read_text(encoding="utf-8") == made["events.md"]


def test_what_was_written_by_hand_stays(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], made: dict[str, str]
) -> None:
    (tmp_path / "guide.md").write_text("# By hand\n")
    write_pages(made, tmp_path)
    (tmp_path / "terms" / "notes.md").write_text("# By hand\n")
    (tmp_path / "index.md").write_bytes(b"\xff")
    (tmp_path / "events.md").unlink()
    assert main(["docs", "--out", str(tmp_path)]) == 2
    assert "index.md: was not written by netkg docs" in capsys.readouterr().err
    assert (tmp_path / "index.md").read_bytes() == b"\xff"
    assert not (tmp_path / "events.md").exists(), "nothing is written where not all can be"
    (tmp_path / "index.md").unlink()
    write_pages(made, tmp_path)
    assert (tmp_path / "events.md").exists()
    for name in ("guide.md", "terms/notes.md"):
        assert (tmp_path / name).read_text() == "# By hand\n"


def test_the_folder_of_the_pages_must_be_a_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    assert main(["docs", "--out", str(tmp_path / "file")]) == 2
    assert capsys.readouterr().err


def test_pages_describe_the_queries_of_a_folder(tmp_path: Path) -> None:
    copy = shutil.copytree(ROOT / "queries", tmp_path / "queries")
    shutil.rmtree(copy / "competency")
    (copy / "plan" / "99-new.rq").write_text("#+ summary: Do a new thing.\nASK {}\n")
    found = pages(Knowledge(queries=copy))
    assert "Do a new thing." in found["queries/plan-99-new.md"]
    assert "queries/cq01.md" not in found


def test_a_changed_ontology_changes_the_pages_and_cannot_break_them(tmp_path: Path) -> None:
    copy = shutil.copytree(ROOT / "ontology", tmp_path / "ontology")
    module = copy / "guidelines" / "net-management-2026" / "surveillance.ttl"
    odd = "a|b <b>*x*</b> `c` [d](e) & _f_ \\\\ $g$"
    text = module.read_text(encoding="utf-8")
    module.write_text(text.replace('"MRI surveillance"', f'"{odd}"'), encoding="utf-8")
    intervals = copy / "intervals.ttl"
    text = intervals.read_text(encoding="utf-8").replace("20.0", "25.5")
    intervals.write_text(text, encoding="utf-8")
    found = pages(Knowledge(copy))
    for path in ("statements.md", "terms/TX-06.md", "thresholds.md"):
        tokens = parse(found[path])
        assert not [t for t in inlines(tokens) if t.content in ("<b>", "</b>")], path
        rules = re.findall(r"^(?:\| --- )+\|$", found[path], re.MULTILINE)
        assert sum(t.type == "table_open" for t in tokens) == len(rules), path
        if path != "thresholds.md":
            assert odd.replace("\\\\", "\\").casefold() in shown(tokens).casefold(), path
    assert "| from 3 to 25.5 % |" in found["thresholds.md"]


@pytest.mark.parametrize("end", ["high", "1e"])
def test_an_interval_without_a_number_is_refused_by_name(
    end: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = shutil.copytree(ROOT / "ontology", tmp_path / "ontology")
    module = copy / "intervals.ttl"
    text = module.read_text(encoding="utf-8").replace("netkg:upper 2.0", f'netkg:upper "{end}"')
    module.write_text(text, encoding="utf-8")
    arguments = ["docs", "--ontology", str(copy), "--out", str(tmp_path / "out")]
    assert main(arguments) == 2
    assert "Ki67-G1" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_question_has_its_parameters_and_columns(made: dict[str, str]) -> None:
    found = sorted((ROOT / "queries" / "competency").glob("*.rq"))
    assert found
    for path in found:
        below = made[f"queries/{path.stem.partition('-')[0]}.md"]
        words = shown(parse(below))
        for line in path.read_text(encoding="utf-8").splitlines():
            if match := re.match(r"#\+ (?:param|column): (\w+) [^A-Z]*([A-Z].*)", line):
                assert f"`{match[1]}`" in below
                assert match[2] in words
        assert f"netkg query {path.stem.partition('-')[2]}" in words


def test_a_class_that_appears_in_several_places_is_described_once(tmp_path: Path) -> None:
    copy = shutil.copytree(ROOT / "ontology", tmp_path / "ontology")
    with (copy / "intervals.ttl").open("a", encoding="utf-8") as module:
        module.write(
            "[] a owl:Class ; rdfs:subClassOf netkg:TX-09-Population ;\n"
            "owl:intersectionOf ( netkg:SurveillanceCandidate netkg:LowRiskPancreaticTumor ) .\n"
        )
    below = lines(pages(Knowledge(copy))["terms/TX-09.md"])
    assert sum(line.startswith("low-risk pancreatic tumor in place") for line in below) == 3
    assert below.count("tumor in place: no record of a resection") == 1
    assert "applies to tumors: at least one of:" in below
