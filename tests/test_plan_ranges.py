"""Numbers that a source records as a range: Ki-67 below 3 %, more than 20 mitoses.

What holds for each number of the range is derived; what differs within it stays unknown. Each
row of the tables is evaluated by the compiled program, by the queries, by the closure of owlrl,
and as a cohort.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from answers import answers, engines, first_difference
from cohort_answers import Answers, as_lines, by_chunk, differences, one_by_one
from conftest import Run
from random_cases import AS_OF

from netkg.api import derive, load_case
from netkg.case.from_json import case_from_object
from netkg.case.loading import load_cases
from netkg.namespaces import NETKG
from netkg.ontology.files import default_folders
from netkg.plan.engine import Engine
from netkg.plan.model import Focus, Plan
from netkg.proof.check import Checker
from netkg.proof.explain import explain

pytestmark = pytest.mark.many

JSON = dict[str, Any]

CONTEXT = Path(__file__).resolve().parent.parent / "ontology" / "context.jsonld"
KINDS = ("MinInclusive", "MinExclusive", "MaxInclusive", "MaxExclusive")
SIGNS = dict(zip((">=", ">", "<=", "<"), KINDS, strict=True))
# As in registries, and the grade in use of a tumor of the ileum that has no other.
KI67 = {
    "<=2": "G1",
    "<2": "G1",
    ">=0 <=2": "G1",
    ">=2 <=2": "G1",
    "<3": "G1OrG2",
    "<=3": "G1OrG2",
    ">=0 <3": "G1OrG2",
    ">2 <3": "G1OrG2",
    ">=2 <=3": "G1OrG2",
    ">2": None,
    ">=3": None,
    ">=3 <=20": "G2",
    ">3 <20": "G2",
    ">=2.9 <=20": "G1OrG2",
    "<=20": "G1OrG2",
    "<20": "G1OrG2",
    "<=20.01": None,
    ">=20": None,
    ">=20 <=21": None,
    ">20": "G3",
    ">=20.01": "G3",
    ">20 <=30": "G3",
    "<=100": None,
    ">=0": None,
}
MITOSES = {
    "<2": "G1",
    "<=1": "G1",
    "<=2": None,
    ">=2 <=20": "G2",
    ">=2 <20": "G2",
    ">=1 <=3": None,
    ">=2": None,
    ">20": "G3",
    ">=20": None,
}
ILEUM = {"id": "t", "primarySite": "Ileum"}


def bounds(stem: str, text: str) -> dict[str, float]:
    """Return the keys for a range such as ``>=3 <=20``."""
    found = {}
    for part in text.split():
        number = part.lstrip("<>=")
        found[stem + SIGNS[part.removesuffix(number)]] = json.loads(number)
    return found


def a_case(ki67: str = "", mitoses: str = "", **more: Any) -> JSON:
    extent = {"diseaseExtent": "UnresectableOrAdvanced"}
    tumor = ILEUM | bounds("ki67", ki67) | bounds("mitoses", mitoses) | more
    return {"id": f"{ki67} {mitoses}".strip() or "none", **extent, "tumors": [tumor]}


def plan_of(case: JSON) -> Plan:
    return derive(case, as_of=AS_OF)


def at(plan: Plan, id_: str) -> Focus:
    (row,) = (row for row in plan.recommendations if row.id == id_)
    (focus,) = row.foci
    return focus


def warned(plan: Plan) -> set[str]:
    return {f.field for f in plan.findings if f.statement == "DX-05"}


def every_row() -> Iterator[JSON]:
    yield from (a_case(ki67=text) for text in KI67)
    yield from (a_case("<=2", text) for text in MITOSES)
    for ki67, mitoses in product(KI67, ("<2", ">20", ">=5")):
        for grade, site in (("G1", "Ileum"), ("G3", "Ileum"), ("G2", "Lung"), (None, "Lung")):
            more = {"primarySite": site} | ({"grade": grade} if grade else {})
            yield a_case(ki67, mitoses, **more)


# -- the grade ----------------------------------------------------------------------------
def values(case: JSON, property_: str, engine: Engine) -> set[str]:
    (examined,) = engine.examine_all([case_from_object(case, schema=engine.schema)], as_of=AS_OF)
    (tumor,) = examined.case.tumors
    found = examined.evaluator.facts.values(tumor.value, NETKG + property_)
    return {value[1:-1].removeprefix(NETKG) for value in found}


@pytest.mark.parametrize(("text", "grade"), KI67.items())
def test_a_range_within_an_interval_has_its_grade(
    text: str, grade: str | None, engine: Engine
) -> None:
    assert values(a_case(text), "gradeInUse", engine) == ({grade} if grade else set())


@pytest.mark.parametrize(("text", "grade"), MITOSES.items())
def test_a_range_of_mitoses_within_an_interval_has_its_grade(
    text: str, grade: str | None, engine: Engine
) -> None:
    assert values(a_case("", text), "mitoticGrade", engine) == ({grade} if grade else set())


@pytest.mark.parametrize(("text", "grade"), KI67.items())
def test_what_a_range_leaves_open_is_undetermined(text: str, grade: str | None) -> None:
    focus = at(plan_of(a_case(text)), "TX-15")
    wanted = {None: "undetermined", "G3": "not-applicable"}.get(grade, "applicable")
    assert focus.verdict == wanted
    fields = ("differentiation", "grade", "histology", "ki67Percent")
    asked = tuple((f"tumors.{field}",) for field in fields)
    assert focus.missing == (asked if grade is None else ())


def test_a_recorded_value_counts_in_place_of_its_range(engine: Engine) -> None:
    case = a_case("<=20", ki67Percent=1)
    assert values(case, "gradeInUse", engine) == {"G1"}
    assert values(case, "recordedRangeOf", engine) == set()


def test_a_histology_does_not_decide_what_a_range_leaves_open(engine: Engine) -> None:
    assert values(a_case(histology="TypicalCarcinoid"), "gradeInUse", engine) == {"G1OrG2"}
    case = a_case(">=20", histology="TypicalCarcinoid")
    assert values(case, "gradeInUse", engine) == set()


# -- what is recorded ---------------------------------------------------------------------
@pytest.mark.parametrize("text", ["<3", ">=20", ">20"])
def test_a_range_is_a_record_of_the_number(text: str) -> None:
    plan, without = plan_of(a_case(text)), plan_of(a_case())
    assert at(plan, "DX-04").status == "done"
    assert at(without, "DX-04").status == "due"
    paths = [[a.type for a in at(each, "PR-01").actions] for each in (plan, without)]
    assert "tumors.ki67Percent" not in paths[0]
    assert "tumors.ki67Percent" in paths[1]
    for found, absent in ((plan, False), (without, True)):
        fields = {f.field for f in found.findings if f.statement == "PR-01"}
        assert ("tumors.ki67Percent" in fields) == absent


def test_a_range_of_mitoses_is_histology() -> None:
    assert at(plan_of(a_case("", ">=2")), "DX-01").status == "done"
    assert at(plan_of(a_case()), "DX-01").status == "due"


# -- between the grades --------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "between"),
    [(">2 <3", True), (">=2.2 <=2.8", True), ("<3", False), (">2 <=3", False), (">=2 <3", False)],
)
def test_only_a_range_between_the_grades_is_in_the_gap(text: str, between: bool) -> None:
    plan = plan_of(a_case(text))
    assert ("GAP-KI67" in plan.gaps) == between
    assert ("tumors.ki67Percent" in warned(plan)) == between
    found = {f.found for f in plan.findings if f.field == "tumors.ki67Percent"}
    assert found <= {"> 2, < 3", ">= 2.2, <= 2.8"}


# -- contradictions and warnings --------------------------------------------------------------
@pytest.mark.parametrize(
    ("ki67", "grade", "conforms"),
    [
        (">20", "G2", False),
        (">=20", "G2", True),
        (">=20", "G1", False),
        (">=3", "G1", False),
        (">2", "G1", True),
        ("<=20", "G1", True),
        (">=3 <=20", "G1", False),
    ],
)
def test_a_grade_below_all_of_a_range_is_a_violation(ki67: str, grade: str, conforms: bool) -> None:
    plan = plan_of(a_case(ki67, grade=grade))
    assert plan.conforms == conforms
    assert ("tumors.grade" in warned(plan)) == (not conforms)
    assert plan_of(a_case(ki67, grade=grade, primarySite="Thymus")).conforms


@pytest.mark.parametrize(
    ("ki67", "mitoses", "is_warned"),
    [("<=20", "", True), ("<=20", "<=3", True), ("<=20", ">20", False), ("<=20", ">=5", False)],
)
def test_a_grade_above_all_of_a_range_is_a_warning(
    ki67: str, mitoses: str, is_warned: bool
) -> None:
    plan = plan_of(a_case(ki67, mitoses, grade="G3"))
    assert plan.conforms
    assert ("tumors.grade" in warned(plan)) == is_warned
    for open_ in ("<=20.5", ">=3", ">=3 <=30"):
        assert "tumors.grade" not in warned(plan_of(a_case(open_, mitoses, grade="G3")))


@pytest.mark.parametrize(
    ("ki67", "mitoses", "is_warned"),
    [
        ("<=2", ">=5", True),
        ("<=2", ">=2 <=20", True),
        ("<=2", ">=1", False),
        ("<=20", ">=5", False),
        ("<=20", ">20", True),
    ],
)
def test_mitoses_above_the_grade_are_a_warning_if_all_of_the_range_are(
    ki67: str, mitoses: str, is_warned: bool
) -> None:
    assert ("tumors.mitosesPer2mm2" in warned(plan_of(a_case(ki67, mitoses)))) == is_warned


@pytest.mark.parametrize(
    ("ki67", "mitoses", "more", "conforms"),
    [
        ("<=20", "", {}, False),
        (">=20", "", {}, True),
        ("<=20", "<=20", {"grade": "G3"}, False),
        ("<=20", ">=5", {"grade": "G3"}, True),
        ("<=20", ">20", {"grade": "G3"}, True),
    ],
)
def test_a_poorly_differentiated_tumor_is_not_of_low_grade(
    ki67: str, mitoses: str, more: Mapping[str, str], conforms: bool
) -> None:
    for own in ({"differentiation": "PoorlyDifferentiated"}, {"histology": POOR}):
        assert plan_of(a_case(ki67, mitoses, **own, **more)).conforms == conforms


POOR = "NeuroendocrineCarcinoma"


@pytest.mark.parametrize(
    ("ki67", "mitoses", "well"),
    [
        ("<3", "", True),
        ("<=20", "<=20", True),
        ("<=20", ">=5", False),
        ("<=20", ">20", False),
        (">=20", "", False),
    ],
)
def test_a_range_implies_the_differentiation_that_each_of_its_numbers_does(
    ki67: str, mitoses: str, well: bool, engine: Engine
) -> None:
    found = values(a_case(ki67, mitoses), "differentiationInUse", engine)
    assert found == ({"WellDifferentiated"} if well else set())


@pytest.mark.parametrize("text", ["<=20", "<3", ">2 <3"])
def test_a_low_range_of_a_tumor_graded_by_morphology_is_a_warning(text: str) -> None:
    case = a_case(text, primarySite="Lung", differentiation="PoorlyDifferentiated", grade="G3")
    assert "tumors.primarySite" in warned(plan_of(case))
    case = a_case(">=20", primarySite="Lung", differentiation="PoorlyDifferentiated", grade="G3")
    assert "tumors.primarySite" not in warned(plan_of(case))


@pytest.mark.batch
# -- all engines ------------------------------------------------------------------------------
def test_the_queries_give_what_the_program_gives() -> None:
    both = engines(default_folders())
    trees = [*every_row()]
    cases = [case_from_object(tree, schema=both[0].schema) for tree in trees]
    one, other = (answers(each, cases, AS_OF) for each in both)
    found = [first_difference(*pair) for pair in zip(one, other, strict=True)]
    assert [each for each in found if each] == []


@pytest.mark.batch
@pytest.mark.slow
def test_owlrl_gives_what_the_program_gives(engine: Engine) -> None:
    texts = ["<3", "<=2", ">20", ">=20", ">=3 <=20", ">2 <3"]
    tumors = [ILEUM | bounds("ki67", text) | {"id": text} for text in texts]
    case = case_from_object(a_case() | {"tumors": tumors}, schema=engine.schema)
    plan = engine.derive(case, as_of=AS_OF)
    assert engine.derive(case, as_of=AS_OF, reasoner="owlrl") == plan
    verdicts = Counter(f.verdict for r in plan.recommendations for f in r.foci)
    assert len(verdicts) == 3


@pytest.fixture(scope="module")
def wanted(engine: Engine) -> Answers:
    return one_by_one(as_lines(every_row()), engine)


def test_a_cohort_gives_what_the_program_gives(wanted: Answers) -> None:
    assert differences(by_chunk(as_lines(every_row())), wanted) == []
    assert wanted["counts"]["planned"] > 50
    assert wanted["counts"]["invalid"] > 20


def test_parquet_gives_what_the_program_gives(run: Run, engine: Engine, tmp_path: Path) -> None:
    source, table = tmp_path / "cases.ndjson", tmp_path / "cases.parquet"
    trees = [case | {"id": f"{n}"} for n, case in enumerate(every_row())]
    source.write_bytes(b"\n".join(as_lines(trees)))
    assert run("convert", source, "--out", table)[0] == 0
    found = by_chunk(table=pq.read_table(table))
    assert differences(found, by_chunk(as_lines(trees))) == []


# -- other input and output ---------------------------------------------------------------------
def test_rdf_and_json_are_one_case(run: Run, engine: Engine, tmp_path: Path) -> None:
    path, other, again = (tmp_path / f"case.{end}" for end in ("ndjson", "nq", "trig"))
    tree = a_case("<3", ">=5 <=20") | {"id": "https://example.org/c"}
    tree["tumors"][0]["id"] = "https://example.org/t"
    path.write_text(json.dumps(tree), encoding="utf-8")
    for source, target in ((path, other), (other, again)):
        assert run("convert", source, "--out", target) == (0, "", "")
    cases = [next(load_cases(each, schema=engine.schema)) for each in (path, other, again)]
    assert len({frozenset(map(str, case.triples)) for case in cases}) == 1
    linked = tree | {"@context": json.loads(CONTEXT.read_text(encoding="utf-8"))["@context"]}
    assert {str(each) for each in load_case(linked).triples} == {
        str(each) for each in cases[0].triples
    }


def test_what_if_sets_a_bound(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "case.json"
    path.write_text(json.dumps(a_case() | {"id": "c"}), encoding="utf-8")
    status, out, _ = run("whatif", path, "--set", "t.ki67MaxExclusive=3", "--as-of", AS_OF)
    assert status == 0
    assert "TX-15" in out


@pytest.mark.parametrize("text", ["<3", ">2 <3", ">=3 <=20", ">20", ">=20"])
def test_the_checker_accepts_the_proof_of_a_range(text: str, engine: Engine) -> None:
    case = case_from_object(a_case(text, ">=5"), schema=engine.schema)
    checker, examined = Checker(case, as_of=AS_OF), engine.examine(case, as_of=AS_OF)
    for statement in engine.catalogue.verdict_bearing:
        for focus in explain(engine, examined, statement).foci:
            proof = json.loads(json.dumps(focus.proof.to_dict()))
            assert checker.check(proof) == (), statement.id


def test_people_see_the_range(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "case.json"
    path.write_text(json.dumps(a_case("<3") | {"id": "c"}), encoding="utf-8")
    _, out, _ = run("derive", path, "--as-of", AS_OF)
    assert "G1 or G2 (Ki-67 index below 3 %)" in " ".join(out.split())
