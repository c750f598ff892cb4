"""Check the queries that find faults of an ontology: each with a graph in which it finds one.

Below ``tests/quality/<name of the query>/`` are ``trigger.ttl``, with the fault, and ``clean.ttl``,
which differs from it in the fault alone.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pyoxigraph as ox
import pytest
from house_files import NETKG, ROOT
from rdflib import Graph

from netkg.export.merged import read_merged
from netkg.ontology.files import default_folders, parse_file
from netkg.plan.check import check
from netkg.validation.quality import QualityQuery, find_faults, read_quality

FIXTURES = ROOT / "tests" / "quality"
QUERIES = read_quality()


def name(query: QualityQuery) -> str:
    return query.name


def test_every_query_has_its_two_graphs() -> None:
    assert len(QUERIES) > 20
    expected = {f"{query.name}/{graph}.ttl" for query in QUERIES for graph in ("clean", "trigger")}
    assert {path.relative_to(FIXTURES).as_posix() for path in FIXTURES.rglob("*.ttl")} == expected


@pytest.mark.parametrize("query", QUERIES, ids=name)
def test_a_query_says_what_is_wrong_and_what_to_do(query: QualityQuery) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)+", query.name)
    for text in (query.problem, query.solution):
        assert re.fullmatch(r"[A-Z][^.]*(\.\w[^.]*)*\.", text)
    lines = query.text.splitlines()
    assert [line.partition(":")[0] for line in lines[:3]] == ["#+ problem", "#+ solution", ""]
    assert re.search(r"^SELECT DISTINCT \?term( \?found)?$", query.text, re.MULTILINE)


@pytest.mark.parametrize("query", QUERIES, ids=name)
def test_the_fault_is_found_and_nothing_else(query: QualityQuery) -> None:
    folder = FIXTURES / query.name
    assert list(find_faults(parse_file(folder / "trigger.ttl"), [query]))
    assert not list(find_faults(parse_file(folder / "clean.ttl"), [query]))
    # The graphs differ in what the query looks for.
    rows = {
        graph: list(Graph().parse(folder / f"{graph}.ttl").query(query.text))
        for graph in ("clean", "trigger")
    }
    assert rows["trigger"]
    assert not rows["clean"]


def test_the_release_of_the_ontology_has_no_fault() -> None:
    assert list(find_faults(read_merged().triples)) == []


@pytest.mark.slow
def test_the_modules_have_no_fault() -> None:
    assert check().remarks == ()


@pytest.mark.slow
def test_an_ontology_of_ones_own_is_checked_for_information(tmp_path: Path) -> None:
    copy = Path(shutil.copytree(default_folders().ontology, tmp_path / "ontology"))
    core = copy / "core.ttl"
    text = core.read_text(encoding="utf-8")
    core.write_text(text.replace('"closed"@en', '"open"@en'), encoding="utf-8")
    checked = check(ontology=copy)
    assert checked.usable
    assert [(remark.term, remark.sentence) for remark in checked.remarks] == [
        (
            f"netkg:{term}",
            "The term has the same label as another term of its kind:"
            f" netkg:{other}. Choose a label that distinguishes the two.",
        )
        for term, other in (("Open", "Closed"), ("Closed", "Open"))
    ]
    places = {(Path(remark.file).name, remark.line is not None) for remark in checked.remarks}
    assert places == {("core.ttl", True)}


def test_the_term_of_a_fault_is_the_one_to_change() -> None:
    (query,) = (query for query in QUERIES if query.name == "missing-label")
    of_package = [t for t in read_merged().triples if t.object.value != "open"]
    assert [fault.term for fault in find_faults(of_package, [query])] == [
        ox.NamedNode(f"{NETKG}Open")
    ]
