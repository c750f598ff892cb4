"""Write answers in every form, and list what can be asked."""

from __future__ import annotations

import io
import json
import os
import random
import re
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyoxigraph as ox
import pytest
from conftest import Run
from query_stories import AS_OF, QUERIES, ROOT, RUNS, comparable, given, rows_of
from rdflib import Graph
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.results.rdfresults import RDFResult
from rdflib.query import Result
from rich.cells import cell_len
from strategies import random_case

from netkg.case.loading import load_case
from netkg.cli import main
from netkg.errors import InputError
from netkg.namespaces import NETKG
from netkg.ontology.conversion import to_rdflib
from netkg.plan.engine import Engine
from netkg.query.answer import Answer
from netkg.query.ask import ask
from netkg.query.dataset import GRAPH_BASE, GRAPHS
from netkg.query.guard import check
from netkg.query.table import table


# -- forms ------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def gaps(engine: Engine) -> Answer:
    (run_,) = (run_ for run_ in RUNS if run_.folder.name == "cq18")
    parameters, files = given(run_)
    return ask("cq18", cases=files, as_of=AS_OF, engine=engine, parameters=parameters)


def test_values_are_plain(gaps: Answer) -> None:
    assert gaps.columns[-2:] == ("value", "origin")
    values = {row[3]: row[4] for row in gaps.rows}
    assert values[NETKG + "ki67Percent"] == Decimal(5)
    assert values[NETKG + "grade"] == NETKG + "G2"
    flags = {row[3] for row in ask("cq04", citation=3).rows}
    assert flags == {True, False}
    days = ask('SELECT ?d { BIND("2026-01-12"^^xsd:date AS ?d) }').rows
    assert days == ((date(2026, 1, 12),),)


def bindings(result: Result) -> list[dict[str, str]]:
    return [{str(k): comparable(v) for k, v in row.items()} for row in result.bindings]


def own(found: Answer) -> list[dict[str, str]]:
    return [
        {
            name: comparable(to_rdflib(term))
            for name, term in zip(found.columns, row, strict=True)
            if term is not None
        }
        for row in found.terms
    ]


def test_json_is_read_back(gaps: Answer) -> None:
    text = json.dumps(gaps.to_dict())
    result = Result.parse(io.BytesIO(text.encode()), format="json")
    assert [str(v) for v in result.vars or ()] == list(gaps.columns)
    assert bindings(result) == own(gaps)
    about = gaps.to_dict()["netkg"]
    assert about["asOf"] == "2026-03-31"
    assert about["guideline"]["reviewStatus"] == "pending human review"
    assert about["disclaimer"].startswith("Decision support for education only")


def test_tsv_and_csv_are_read_back(gaps: Answer) -> None:
    result = Result.parse(io.BytesIO(gaps.to_tsv().encode()), format="tsv")
    assert bindings(result) == own(gaps)
    rows = rows_of(gaps.to_csv())
    assert gaps.to_csv().count("\r\n") == len(rows) == len(gaps.rows) + 1
    assert rows[0] == list(gaps.columns)
    assert [row[2] for row in rows[1:]] == [str(row[2]) for row in gaps.rows]


def test_turtle_is_read_back(gaps: Answer) -> None:
    graph = Graph().parse(data=gaps.to_turtle(), format="turtle")
    result = RDFResult(graph)
    assert sorted(map(str, bindings(result))) == sorted(map(str, own(gaps)))
    assert "# Decision support for education only" in gaps.to_turtle()


def test_odd_values_survive_every_form() -> None:
    found = ask(
        'SELECT ?a ?b ?c { VALUES (?a ?b ?c) { ("x, \\"y\\"\\n\\tz" UNDEF "ж"@ru) '
        "(UNDEF 1.50 <urn:x>) } }"
    )
    assert found.rows == ((None, Decimal("1.50"), "urn:x"), ('x, "y"\n\tz', None, "ж"))
    assert rows_of(found.to_csv())[1:] == [["", "1.5", "urn:x"], ['x, "y"\n\tz', "", "ж"]]
    for form, text in (("json", json.dumps(found.to_dict())), ("tsv", found.to_tsv())):
        result = Result.parse(io.BytesIO(text.encode()), format=form)
        assert bindings(result) == own(found), form
    assert "\\n" in table(found, width=80)


def test_a_graph_comes_as_turtle(run: Run, tmp_path: Path) -> None:
    text = (
        "CONSTRUCT { ?s rdfs:label ?l ; netkg:level [ rdfs:label ?l ] } "
        "{ ?s a netkg:Gap ; rdfs:label ?l }"
    )
    file = tmp_path / "mine.sparql"
    file.write_text(text, encoding="utf-8")
    status, out, _ = run("query", str(file))
    assert status == 0
    assert len(Graph().parse(data=out, format="turtle")) == 36
    assert run("query", str(file))[1] == out
    declared = [line for line in out.splitlines() if line.startswith("@prefix")]
    assert [line.split()[1] for line in declared] == ["netkg:", "rdfs:"]
    assert "36 triples" in run("query", str(file), "--format", "table")[1]
    for form in ("csv", "tsv", "json"):
        status, out, err = run("query", str(file), "--format", form)
        assert (status, out) == (2, "")
        assert "turtle or table" in err
    assert ask("DESCRIBE netkg:TX-19").kind == "graph"


def test_yes_and_no() -> None:
    found = ask("ASK { netkg:TX-19 a netkg:Recommendation }")
    assert (found.kind, found.truth, found.rows) == ("truth", True, ())
    assert found.to_dict()["boolean"] is True
    assert RDFResult(Graph().parse(data=found.to_turtle(), format="turtle")).askAnswer
    assert table(found, width=80).startswith("yes\n")
    with pytest.raises(InputError, match="the answer to an ASK query"):
        found.to_csv()


def grid(rows: list[tuple[str, ...]], width: int) -> list[str]:
    """Draw rows of plain text below columns a, b, …."""
    terms = tuple(tuple(ox.Literal(cell) for cell in row) for row in rows)
    names = tuple("abcdefg"[: len(rows[0])])
    found = Answer.of_terms("rows", names, terms, as_of="", guideline=None, names={})
    return [line.rstrip() for line in table(found, width=width).splitlines()[2:-2]]


def test_words_give_way_before_names() -> None:
    row = ("small-pancreatic-net", "the removal of a tumor", "2026-01-15")
    assert grid([row], 60)[0] == "  ".join(row)
    assert grid([row], 50) == [
        "small-pancreatic-net  the removal of a  2026-01-15",
        "                      tumor",
    ]
    assert grid([row], 42) == [
        "small-pancreatic-net  the       2026-01-15",
        "                      removal",
        "                      of a",
        "                      tumor",
    ]


def test_names_are_broken_where_they_are_joined() -> None:
    row = ("small-pancreatic-net", "ChromograninATest", "2026-01-15")
    assert grid([row], 40) == [
        "small-         Chromogranin   2026-01-15",
        "pancreatic-    ATest",
        "net",
    ]
    assert grid([("x" * 30, "one")], 20) == ["x" * 15 + "  one", "x" * 15]
    assert grid([("", "a b")], 20) == ["   a b"]


@pytest.mark.parametrize("width", [40, 60])
def test_display_widths_keep_the_columns_of_a_table_straight(width: int) -> None:
    names = ("\u60a3\u8005\u7532\u4e59\u4e19" * 4, "\U0001f469\u200d\u2695\ufe0f", "e\u0301x", "ab")
    lines = grid([(name, "ChromograninATest", "2026-01-15") for name in names], width)
    assert len({cell_len(line.partition("2026")[0]) for line in lines if "2026" in line}) == 1
    assert len({cell_len(line.partition("Chrom")[0]) for line in lines if "Chrom" in line}) == 1
    assert all(cell_len(line) <= width for line in lines)
    assert "".join("".join(lines).split()).count("\u60a3") == 4


def test_numbers_are_aligned_right() -> None:
    terms = ((ox.Literal(5), ox.Literal("a")), (ox.Literal(1200), ox.Literal("b")), (None, None))
    found = Answer.of_terms("rows", ("n", "w"), terms, as_of="", guideline=None, names={})
    assert table(found, width=80).splitlines()[2:4] == ["   5  a", "1200  b"]


@pytest.mark.parametrize("width", [60, 80, 120])
def test_a_table_keeps_within_the_screen(width: int) -> None:
    found = ask("cq13")
    lines = table(found, width=width).splitlines()
    assert max(map(cell_len, lines)) <= width
    assert f"{len(found.rows)} rows" in lines
    assert lines[-1].endswith("judgment.")
    assert "netkg/ns#" not in "".join(lines)


def test_a_table_says_when_it_is_empty() -> None:
    assert table(ask("cq11", section="Overview", modality="option"), width=80).startswith(
        "no rows\n"
    )
    assert "\n1 row\n" in table(ask("cq16", property="ki67Percent", value=2.5), width=80)


def test_rows_have_an_order_and_blank_nodes_names_of_their_own() -> None:
    text = "SELECT ?s { ?s rdfs:subClassOf netkg:TX-15-Population }"
    assert ask(text).rows == (("_:b0",),)
    found = ask("SELECT ?id { ?s dcterms:identifier ?id }")
    assert list(found.rows) == sorted(found.rows)


def test_answers_do_not_depend_on_the_process() -> None:
    case = str(ROOT / "examples" / "small-pancreatic-net.json")
    command = [sys.executable, "-m", "netkg", "query", "cq24", case, "--as-of", "2026-03-31"]
    outputs = {
        subprocess.run(
            [*command, "--format", "turtle"],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=ROOT,
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1


# -- what can be asked ------------------------------------------------------------------------
def test_the_list_shows_every_query(run: Run) -> None:
    status, out, _ = run("query", "--list")
    assert status == 0
    for query in QUERIES.values():
        assert f"  {query.id}  {query.slug}\n" in out
    for name in GRAPHS:
        assert f"graph:{name}" in out
    body = json.loads(run("query", "--list", "--format", "json")[1])
    assert [entry["id"] for entry in body["queries"]] == sorted(QUERIES)
    assert set(body["graphs"]) == {GRAPH_BASE + name for name in GRAPHS}


@pytest.mark.parametrize("id_", QUERIES)
def test_help_describes_one_query(id_: str, run: Run) -> None:
    query = QUERIES[id_]
    status, out, err = run("query", id_, "--help")
    assert (status, err) == (0, "")
    flat = " ".join(out.split())
    assert query.question in flat
    assert query.summary in flat
    for parameter in query.parameters:
        assert f"{parameter.name} ({parameter.type}, " in flat
        assert parameter.meaning in flat
    for column in query.columns:
        assert f"{column.name} {column.meaning}" in flat
    assert f"example: netkg query {id_}" in flat
    assert run("query", "-h", query.slug)[1] == out


def test_help_without_a_query_describes_the_command(run: Run) -> None:
    status, out, _ = run("query", "--help")
    assert status == 0
    assert out.startswith("Usage: netkg query")
    for name, about in GRAPHS.items():
        assert re.search(rf"graph:{name} +{about}", out)


def test_prepared_queries_declare_their_prefixes() -> None:
    for query in QUERIES.values():
        prepareQuery(query.text)


# -- what a review found ----------------------------------------------------------------------
@pytest.mark.parametrize("seed", range(3))
def test_the_difference_of_two_plans_is_that_of_the_plans(seed: int, engine: Engine) -> None:
    rng = random.Random(f"differs {seed}")
    cases = [random_case(rng) | {"id": name} for name in ("a", "b")]
    found = ask("cq06", cases=cases, as_of=AS_OF, engine=engine, first="a", second="b")
    plans = [engine.derive(load_case(c, schema=engine.schema), as_of=AS_OF) for c in cases]
    rows = zip(plans[0].recommendations, plans[1].recommendations, strict=True)
    wanted = [
        (one.id, one.verdict, one.status, other.verdict, other.status)
        for one, other in rows
        if (one.verdict, one.status) != (other.verdict, other.status)
    ]
    assert wanted
    assert [(row[0], *row[2:6]) for row in found.rows] == wanted


@pytest.mark.slow
def test_the_counts_of_fields_are_those_of_their_statements(engine: Engine) -> None:
    counts = {row[0]: row[3] for row in ask("cq09", engine=engine).rows}
    for record in engine.schema.fields.values():
        for field in record.values():
            rows = ask("cq23", field=field.path, engine=engine).rows
            assert counts.get(NETKG + field.name, 0) == len({row[0] for row in rows}), field.path


@pytest.mark.parametrize("over", ["ontology", "case"])
def test_a_query_is_not_run_over_less_than_it_asks_about(engine: Engine, over: str) -> None:
    case = {"id": "c", "tumors": [{}]}
    with pytest.raises(InputError, match="queries the plans of cases"):
        ask("cq07", cases=case, as_of=AS_OF, engine=engine, over=over)


def test_an_order_within_a_part_orders_not_the_whole() -> None:
    part = "SELECT ?p { { SELECT ?x { ?x ?p ?y } ORDER BY ?x } ?x ?p ?z }"
    assert not check(part)
    assert check("SELECT ?p { ?x ?p ?z } ORDER BY ?p")


def test_blank_nodes_do_not_disturb_the_order_of_rows(engine: Engine) -> None:
    text = "SELECT ?x ?y WHERE { ?x owl:onProperty ?y FILTER isBlank(?x) }"
    rows = ask(text, engine=engine).rows
    assert [row[1] for row in rows] == sorted(row[1] for row in rows)


def test_a_literal_with_odd_ends_of_lines_is_written_as_turtle(engine: Engine) -> None:
    label = "a\u2028@prefix foo: <x> .\u0085@prefix b"
    event = {"type": "OtherTest", "status": "planned", "label": label}
    case = {"id": "c", "tumors": [{}], "events": [event]}
    found = ask(
        "CONSTRUCT { ?e netkg:label ?l } WHERE { ?e netkg:label ?l }",
        cases=case,
        as_of=AS_OF,
        engine=engine,
        over="case",
    )
    graph = Graph().parse(data=found.to_turtle(), format="turtle")
    assert [str(o) for o in graph.objects()] == [label]


def test_a_file_can_be_named_by_a_text_too(tmp_path: Path, engine: Engine) -> None:
    file = tmp_path / "mine.rq"
    file.write_text("ASK { ?s ?p ?o }")
    assert ask(str(file), engine=engine).truth


def test_a_float_is_bound_as_a_decimal(engine: Engine) -> None:
    assert ask("cq16", value=1e-7, engine=engine).rows


def test_of_two_cases_with_one_id_one_is_answered(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "cases.ndjson"
    lines = [{"id": "a", "tumors": [{}]}, {"id": "a", "tumors": [{}]}, {"id": "b", "tumors": [{}]}]
    lines += [{"tumors": [{}]}, {"tumors": [{}]}]
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    status = main(["query", "cq22", str(file), "--as-of", "2026-03-31", "--format", "csv"])
    reported = capsys.readouterr()
    assert status == 2
    answered = {line.split(",")[0].rpartition(":")[2] for line in reported.out.splitlines()[1:]}
    assert answered == {"a", "b", "unnamed"}
    assert "line 2: the case 'a' shares its id with the case 'a'" in reported.err
    assert "line 5: this case and another one have no id" in reported.err
