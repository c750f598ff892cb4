"""Ask queries over the named graphs, and see what each contains."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import Run
from query_stories import AS_OF, ROOT

from netkg.case.loading import load_case
from netkg.ontology.mappings import core_triples
from netkg.plan.engine import Engine
from netkg.query.ask import ask
from netkg.query.dataset import GRAPH_BASE, GRAPHS


# -- what a query sees ------------------------------------------------------------------------
def test_a_question_about_the_ontology_loads_no_engine() -> None:
    program = (
        "import sys; from netkg.cli import main; assert main(['query', 'cq09']) == 0; "
        "print(sorted({'rdflib', 'pyshacl', 'owlrl', 'networkx'} & set(sys.modules)), "
        "file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert "21 rows" in done.stdout
    assert done.stderr == "[]\n"


def count(graph: str, **options: Any) -> int:
    text = f"PREFIX g: <{GRAPH_BASE}>\n" + "SELECT (COUNT(*) AS ?n) { GRAPH g:%s {?s ?p ?o} }"
    ((found,),) = ask(text % graph, **options).rows
    assert isinstance(found, int)
    return found


def test_the_graphs_are_kept_separate(engine: Engine) -> None:
    file = ROOT / "examples" / "small-pancreatic-net.json"
    case = load_case(file, schema=engine.schema)
    counts = {name: count(name, cases=case, as_of=AS_OF, engine=engine) for name in GRAPHS}
    assert counts["schema"] == len(engine.schema.store) + len(core_triples())
    assert counts["case"] == len(set(case.triples))
    assert all(counts.values())
    union = ask("SELECT * { ?s ?p ?o }", cases=case, as_of=AS_OF, engine=engine)
    assert len(union.rows) == len(set(union.terms)) == sum(counts.values())
    only = {name: count(name, cases=case, over="case") for name in GRAPHS}
    assert only == {**counts, "inferred": 0, "plan": 0}
    alone = ask("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }")
    assert alone.rows == ((GRAPH_BASE + "schema",),)


def test_texts_of_a_plan_keep_their_language(engine: Engine) -> None:
    found = ask(
        "SELECT (LANG(?d) AS ?l) { GRAPH graph:plan { ?s sh:resultMessage ?d } } LIMIT 1",
        cases=ROOT / "examples" / "small-pancreatic-net.json",
        as_of=AS_OF,
        engine=engine,
    )
    assert found.rows == (("en",),)


def test_a_case_with_a_taken_id_is_refused_and_the_others_are_answered(
    tmp_path: Path, run: Run
) -> None:
    one, two = tmp_path / "one.json", tmp_path / "two.ndjson"
    one.write_text('{"id": "c1", "tumors": [{}]}')
    two.write_text('{"id": "c0", "tumors": [{}]}\n{"id": "c1", "tumors": [{}]}\n')
    for query in ("cq12", "cq22"):
        status, out, err = run("query", query, str(one), str(two))
        assert status == 2
        assert "not a medical device" in out
        assert f"{two}, line 2: the case 'c1' shares its id with the case 'c1' of {one}" in err
    status, _, err = run("query", "cq12", str(one), str(one))
    assert status == 2
    assert "shares its id" in err


def test_what_cannot_be_read_is_reported_and_the_rest_is_answered(tmp_path: Path, run: Run) -> None:
    file = tmp_path / "cases.ndjson"
    file.write_text('{"id": "a", "tumors": [{"ki67Percent": 2.5}]}\n{"id": \n')
    status, out, err = run("query", "cq12", str(file), "--as-of", "2026-03-31")
    assert status == 2
    assert "GAP-KI67" in out
    assert f"{file}, line 2: " in err


def test_a_case_that_violates_the_shapes_keeps_its_findings(
    run: Run,
) -> None:
    cohort = str(ROOT / "examples" / "cohort.ndjson")
    status, out, err = run("query", "cq22", cohort, "--as-of", "2026-03-31")
    assert status == 1
    assert re.search(r"^cohort-4 +tumor-1 +Violation +tumors\.grade", out, re.MULTILINE)
    assert f"netkg: {cohort}, line 4: a case violates the shapes (1 violation)." in err
    assert err.count("violates") == 1


def test_words_may_be_among_the_options(run: Run) -> None:
    case = str(ROOT / "examples" / "small-pancreatic-net.json")
    orders = (
        ["cq07", case, "--as-of", "2026-03-31", "--format", "csv"],
        ["--as-of", "2026-03-31", "cq07", "--format", "csv", case],
        ["--format=csv", "cq07", "--as-of=2026-03-31", "--", case],
    )
    answers = {run("query", *order)[:2] for order in orders}
    assert len(answers) == 1
    assert "TX-07" in answers.pop()[1]


def test_a_query_comes_from_standard_input(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def feed(data: bytes) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))

    case = str(ROOT / "examples" / "small-pancreatic-net.json")
    feed(b"ASK { GRAPH graph:plan { ?plan a netkg:Plan } }")
    assert run("query", "-", case, "--as-of", "2026-03-31")[1].startswith("yes\n")
    feed(b"ASK { GRAPH graph:plan { ?plan a netkg:Plan } }")
    assert run("query", "-", case, "--over", "case")[1].startswith("no\n")
    feed(b"ASK { ?plan a netkg:Plan }")
    assert run("query", "-")[1].startswith("no\n")
    feed(b"ASK { \xff }")
    status, out, err = run("query", "-")
    assert (status, out) == (2, "")
    assert err.startswith("netkg: standard input, line 1: not UTF-8")
