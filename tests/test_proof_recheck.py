"""Check written proofs again by the library: what follows, what does not, what is not a proof."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from conftest import Run

import netkg
from netkg.api import default_engine
from netkg.case.loading import load_case
from netkg.proof.recheck import ProofRechecker, read_proofs

pytestmark = pytest.mark.many

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
ONE, OTHER = EXAMPLES / "small-pancreatic-net.json", EXAMPLES / "advanced-ileal-net.json"
DAY = "2026-03-31"
# Quotes, a backslash and a line break, as people write them.
QUOTED: dict[str, Any] = {
    "id": "quoted",
    "diseaseExtent": "UnresectableOrAdvanced",
    "tumors": [{"id": "t1", "primarySite": "Ileum", "differentiation": "WellDifferentiated"}],
    "events": [
        {
            "type": "SomatostatinReceptorImaging",
            "status": "completed",
            "date": "2026-01-01",
            "label": 'a "quoted" word, a \\ and\na second line\té',
            "result": "Positive",
        }
    ],
}


@pytest.fixture(scope="module")
def explanation() -> netkg.Explanation:
    return netkg.explain(ONE, "TX-06", as_of=DAY)


@pytest.mark.slow
def test_a_file_of_proofs_is_checked_as_by_the_command(run: Run, tmp_path: Path) -> None:
    _, out, _ = run("explain", ONE, "TX-06", "--as-of", DAY, "--format", "json")
    file = tmp_path / "proof.json"
    file.write_text(out)
    [found] = netkg.recheck(file, ONE)
    assert found.follows
    assert found.to_dict() == {
        "case": "small-pancreatic-net",
        "asOf": DAY,
        "statement": "TX-06",
        "focus": "body-nodule",
        "verdict": "applicable",
        "follows": True,
        "objections": [],
        "findings": [],
    }
    reported = run("explain", ONE, "--proof", file)[1]
    assert reported == "small-pancreatic-net, TX-06 at body-nodule: follows (applicable)\n"


@pytest.mark.slow
def test_an_explanation_a_proof_or_their_json_will_do(explanation: netkg.Explanation) -> None:
    forms = [
        explanation,
        explanation.foci[0].proof,
        explanation.to_dict(),
        [explanation.foci[0].proof.to_dict()],
    ]
    for form in forms:
        assert [found.follows for found in netkg.recheck(form, ONE)] == [True]


def test_a_forged_proof_does_not_follow(explanation: netkg.Explanation) -> None:
    forged = copy.deepcopy(explanation.to_dict())
    forged["foci"][0]["proof"]["verdict"] = "not-applicable"
    [found] = netkg.recheck(forged, ONE)
    assert not found.follows
    assert any("verdict" in objection for objection in found.objections)


def test_what_is_around_a_proof_is_compared_with_the_plan(explanation: netkg.Explanation) -> None:
    forged = copy.deepcopy(explanation.to_dict())
    forged["statement"]["modality"] = "contraindicated"
    [found] = netkg.recheck(forged, ONE)
    [objection] = found.objections
    assert objection.startswith("around the proof: statement is ")


def test_a_proof_is_checked_as_of_its_own_day_or_another(explanation: netkg.Explanation) -> None:
    assert netkg.recheck(explanation, ONE)[0].as_of == DAY
    [later] = netkg.recheck(explanation, ONE, as_of="2026-04-30")
    assert later.as_of == "2026-04-30"
    assert not later.follows


def test_a_proof_finds_its_case_among_several(explanation: netkg.Explanation) -> None:
    assert netkg.recheck(explanation, [OTHER, ONE])[0].follows
    with pytest.raises(netkg.InputError, match="found 0 cases with this id"):
        netkg.recheck(explanation, OTHER)
    with pytest.raises(netkg.InputError, match="found 2 cases with this id"):
        netkg.recheck(explanation, [ONE, ONE])


def test_a_case_that_violates_the_shapes_gets_findings(explanation: netkg.Explanation) -> None:
    case = json.loads(ONE.read_text(encoding="utf-8"))
    case["tumors"][0]["ki67Percent"] = 120
    [found] = netkg.recheck(explanation, case)
    assert not found.follows
    assert found.objections == ()
    assert "tumors.ki67Percent" in {finding.field for finding in found.findings}


@pytest.mark.parametrize("id_", ["TX-19", "DX-01", "TX-20"])
def test_a_proof_about_a_text_with_quotes_follows(id_: str) -> None:
    explained = netkg.explain(QUOTED, id_, as_of=DAY)
    assert [found.objections for found in netkg.recheck(explained, QUOTED)] == [()]


def test_a_quoted_text_is_in_the_proof_as_it_was_written() -> None:
    explained = netkg.explain(QUOTED, "TX-19", as_of=DAY)
    steps = [step for focus in explained.foci for step in focus.proof.step.walk()]
    records = [step.value for step in steps if step.kind == "record"]
    assert QUOTED["events"][0]["label"] in [record.get("label") for record in records]


# -- what is around a proof -------------------------------------------------------------------
TWO = EXAMPLES / "men1-two-tumors.json"
ENGINE = default_engine()


@pytest.fixture(scope="module")
def rechecker() -> ProofRechecker:
    return ProofRechecker(ENGINE, load_case(TWO, schema=ENGINE.schema), date.fromisoformat(DAY))


@pytest.fixture(scope="module")
def of_two() -> netkg.Explanation:
    return netkg.explain(TWO, "TX-06", as_of=DAY)


def objections(rechecker: ProofRechecker, tree: Any) -> list[str]:
    return [each for proof in read_proofs(tree) for each in rechecker.check(proof).objections]


def test_an_explanation_of_all_foci_or_of_one_follows(
    rechecker: ProofRechecker, of_two: netkg.Explanation
) -> None:
    tree = of_two.to_dict()
    assert len(tree["foci"]) == 2
    alone = [tree | {"foci": [each]} for each in tree["foci"]]
    elsewhere = copy.deepcopy(tree)
    for finding in elsewhere["findings"]:
        finding |= {"pointer": "/tumors/7", "line": 7}
    for each in (tree, [tree, tree], *alone, *tree["foci"], elsewhere):
        assert objections(rechecker, each) == []


# Each changes one claim around the second of two proofs.
CLAIMS = [
    *(((), key, "another") for key in ("case", "asOf", "guideline", "disclaimer", "findings")),
    *(((), key, value) for key, value in [("conforms", 1), ("statement", {}), ("verdict", "due")]),
    *(
        (("statement",), key, ["another"])
        for key in ("id", "kind", "label", "definition", "section", "modality", "citations")
    ),
    *(
        (("foci", 1), key, "another")
        for key in ("focus", "verdict", "status", "supersededBy", "challengedBy", "missing")
    ),
    (("foci", 1), "sentence", "TX-06 does not apply."),
    (("foci", 1), "statement", None),
    (("foci", 1), "because", []),
]


@pytest.mark.parametrize(("place", "key", "value"), CLAIMS)
def test_a_wrong_claim_around_a_proof_is_rejected(
    rechecker: ProofRechecker,
    of_two: netkg.Explanation,
    place: tuple[Any, ...],
    key: str,
    value: Any,
) -> None:
    for absent in (False, True):
        tree = copy.deepcopy(of_two.to_dict())
        at: Any = tree
        for step in place:
            at = at[step]
        if absent and key not in at:
            continue
        at[key] = value
        if absent:
            del at[key]
        shown = place[0] if place == ("statement",) else key
        found = objections(rechecker, tree)
        assert any(each.startswith(f"around the proof: {shown} is ") for each in found), found


def test_foci_that_are_left_out_or_repeated_are_rejected(
    rechecker: ProofRechecker, of_two: netkg.Explanation
) -> None:
    tree = of_two.to_dict()
    first, second = tree["foci"]
    for foci in ([first, first], [second, first], [first, second, second]):
        assert objections(rechecker, tree | {"foci": foci})
    empty = {"case": tree["case"], "asOf": DAY, "foci": []}
    assert "there is no proof" in objections(rechecker, [empty, tree])[0]


@pytest.mark.parametrize(
    "wrap",
    [
        lambda tree: {"verdict": "not-applicable", "foci": [tree]},
        lambda tree: {"verdict": "not-applicable", "foci": tree},
        lambda tree: {"foci": [[tree["foci"][0]]]},
        lambda tree: {"proof": [tree["foci"][0]["proof"]]},
        lambda tree: tree | {"foci": [*tree["foci"], tree]},
    ],
)
def test_an_object_around_an_explanation_is_refused(
    of_two: netkg.Explanation, wrap: Callable[[Any], Any]
) -> None:
    with pytest.raises(netkg.InputError, match="in place of a proof"):
        read_proofs(wrap(of_two.to_dict()))


@pytest.mark.parametrize(
    "wrap",
    [
        lambda tree: {"result": tree},
        lambda tree: {"foci": [tree["foci"][0]["proof"]]},
        lambda tree: {"proof": tree["foci"][0]},
        lambda tree: {"statement": "TX-06", "proof": tree["foci"][0]["proof"]},
        lambda tree: {"case": tree["case"], "proof": tree["foci"][0]["proof"]},
    ],
)
def test_a_claim_of_an_object_around_a_proof_is_rejected(
    rechecker: ProofRechecker, of_two: netkg.Explanation, wrap: Callable[[Any], Any]
) -> None:
    assert objections(rechecker, wrap(of_two.to_dict())) != []
