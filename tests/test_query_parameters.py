"""Bind the parameters of queries."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from conftest import Run
from query_stories import ROOT, copy, ids
from rdflib import Dataset as RdfDataset

from netkg.errors import InputError
from netkg.namespaces import NETKG
from netkg.plan.engine import Engine
from netkg.query.ask import ask
from netkg.query.dataset import Dataset


@pytest.fixture(scope="module")
def second(engine: Engine) -> RdfDataset:
    """Return the ontology as an rdflib data set."""
    whole = RdfDataset(default_union=True)
    copy(Dataset(engine.schema), whole)
    return whole


# -- parameters -------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (["cq04", "citaton=1"], ["no parameter 'citaton'", "Did you mean citation?"]),
        (["MINE"], ["needs the parameter citation", "one of 1, 2, 3, 4"]),
        (["cq04", "citation=5"], ["citation=5", "one of 1, 2, 3, 4"]),
        (["cq04", "citation=1", "citation=2"], ["given twice"]),
        (["cq01", "population=TumorInAdvancedDisase"], ["Did you mean TumorInAdvancedDisease?"]),
        (["cq08", "therapy=TACEE"], ["Did you mean TACE?"]),
        (["cq08", "therapy="], ["as an event"]),
        (["cq11", "modality=recomended"], ["one of caution", "Did you mean recommended?"]),
        (["cq11", "section=Treatment/Local"], ["Treatment/Localized"]),
        (["cq13", "statement=TX-99"], ["as a statement"]),
        (["cq16", "value=2,5"], ["a number"]),
        (["cq16", "property=ki67"], ["ki67Percent"]),
        (["cq23", "field=tumors.grad"], ["Did you mean tumors.grade?"]),
        (["cq03", "x=1"], ["no parameter 'x'", "Expected none"]),
        (["cq07", "by=2026-02-30", "CASE"], ["by=2026-02-30", "a date, such as"]),
        (["cq18", "statement=TX-19", "case=nobody", "CASE"], ["one of small-pancreatic-net"]),
        (
            ["cq22", "severity=warn", "CASE"],
            ["Did you mean Warning?"],
        ),
        (["cq17", "tumor=head", "CASE"], ["one of body-nodule"]),
        (
            ["cq06", "first=cohort-1", "second=cohort-4", "COHORT"],
            ["second=cohort-4 has no plan, since the case violates", "one of cohort-1, cohort-2"],
        ),
        (["cq06", "first=cohort-9", "second=cohort-4", "COHORT"], ["first=cohort-9", "one of"]),
        (["cq18", "statement=TX-19", "case=cohort-4", "COHORT"], ["case=cohort-4 has no plan"]),
        (["cq99"], ["unknown query 'cq99'", "--list"]),
        (["what-is-overdew"], ["Did you mean what-is-overdue?"]),
        (["cq07"], ["queries cases"]),
        (["cq07", "CASE", "--over", "ontology"], ["No cases are read with --over ontology"]),
        (["missing.rq"], ["missing.rq: cannot be read", "No such file"]),
        (["cq04", "citation=1", "--format", "yaml"], ["unknown format 'yaml'"]),
        (["-", "-"], ["read only once"]),
        (["--list", "--format", "csv"], ["table or json"]),
        ([], ["No query is named"]),
    ],
)
def test_mistakes_are_reported(
    args: list[str], expected: list[str], run: Run, tmp_path: Path
) -> None:
    mine = tmp_path / "mine.rq"
    mine.write_text("#+ param: citation citation The reference.\nASK { ?s ?p ?citation }\n")
    files = {
        "MINE": str(mine),
        "CASE": str(ROOT / "examples" / "small-pancreatic-net.json"),
        "COHORT": str(ROOT / "examples" / "cohort.ndjson"),
    }
    status, out, err = run("query", *(files.get(arg, arg) for arg in args))
    assert (status, out) == (2, "")
    assert not [words for words in expected if words not in err], err
    assert "Traceback" not in err


def test_a_name_can_be_given_in_many_ways() -> None:
    whole = ids(ask("cq08", therapy="TACE"))
    assert whole == ["TX-17"] * 3
    for name in ("netkg:TACE", NETKG + "TACE", "transarterial chemoembolization", "tace"):
        assert ids(ask("cq08", therapy=name)) == whole
    assert ids(ask("cq08", therapy="LiverDirectedProcedure")) == whole
    assert set(ids(ask("cq08"))) == {"TX-17", "TX-23", "TX-25"}
    assert ids(ask("cq13", statement="tx-12")) == ["TX-12", "TX-12", "TX-12"]
    assert ids(ask("cq23", field="men1Status")) == ["PF-04"]


def test_queries_have_three_names() -> None:
    found = ask("cq04", citation=4)
    assert found == ask("which-statements-rest-on-a-citation", citation="4")
    assert found == ask("CQ04-which-statements-rest-on-a-citation", parameters={"citation": 4})
    assert ids(found) == ["MD-01", "MD-03"]


def test_an_optional_parameter_narrows() -> None:
    assert len(ask("cq11").rows) == 66
    assert len(ask("cq11", section="FollowUp").rows) == 6
    assert ids(ask("cq11", section="Treatment/Palliative", modality="none")) == ["TX-27"]
    assert ask("cq11", section="Overview", modality="option").rows == ()


@pytest.mark.parametrize(
    ("value", "categories"),
    [
        (0, {"G1", "G1OrG2"}),
        (2, {"G1", "G1OrG2"}),
        (Decimal("2.5"), {"G1OrG2"}),
        (3, {"G2", "G1OrG2"}),
        (20, {"G2", "G1OrG2"}),
        ("20.01", {"G3"}),
        (101, set()),
    ],
)
def test_ends_of_intervals_are_heeded(value: Any, categories: set[str]) -> None:
    rows = ask("cq16", property="ki67Percent", value=value).rows
    assert {str(row[1]).removeprefix(NETKG) for row in rows} == categories


def test_a_query_of_ones_own_can_have_typed_parameters(tmp_path: Path) -> None:
    file = tmp_path / "mine.rq"
    file.write_text(
        "#+ param: most integer = 2 The greatest position.\n"
        "SELECT ?id ?most { ?s netkg:position ?n ; dcterms:identifier ?id ; netkg:modality ?m "
        "FILTER(?n <= ?most) } ORDER BY ?n\n",
        encoding="utf-8",
    )
    assert ids(ask(file)) == ["PR-01", "DX-01"]
    assert ids(ask(file, most=3)) == ["PR-01", "DX-01", "DX-02"]
    with pytest.raises(InputError, match="whole number"):
        ask(file, most="many")
    file.write_text("#+ param: n integer The number.\nASK { ?s ?p ?o }", encoding="utf-8")
    with pytest.raises(InputError, match="the parameter n is not a variable of the query"):
        ask(file, n=1)
    head = "#+ param: least integer = 1 The least.\n"
    text = "SELECT ?n%s { ?s netkg:position ?n FILTER(?n < ?least) }"
    file.write_text(head + text % "", encoding="utf-8")
    assert ask(file, least=2).columns == ("n",)
    file.write_text(head + text % " ?least", encoding="utf-8")
    assert ask(file, least=2).columns == ("n", "least")
    file.write_text(head + "#+ column: n It.\n" + text % " ?least", encoding="utf-8")
    assert ask(file, least=2).columns == ("n",)
    file.write_text("#+ param: n number The number.\nASK { ?s ?p ?o }", encoding="utf-8")
    with pytest.raises(InputError, match="line 1: unknown parameter type 'number'"):
        ask(file, n=1)
    file.write_text("ASK { ?s ?p ?o }", encoding="utf-8")
    with pytest.raises(InputError, match=r"no parameter 'n'\. Expected none"):
        ask(file, n=1)
