"""Check what the functions of the library refuse, and what they accept."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import rdflib
from conftest import Run, Write

import netkg
from netkg.render.pages import page

pytestmark = pytest.mark.many

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
ONE, OTHER = EXAMPLES / "small-pancreatic-net.json", EXAMPLES / "advanced-ileal-net.json"
VIOLATING = EXAMPLES / "mistakes" / "ki67-above-100.json"
DAY = "2026-03-31"


@pytest.fixture(scope="module")
def explanation() -> netkg.Explanation:
    return netkg.explain(ONE, "TX-06", as_of=DAY)


REFUSED: dict[str, Callable[[netkg.Explanation], Any]] = {
    "a plan instead of a proof": lambda e: netkg.recheck(e.plan, ONE),  # type: ignore[arg-type]
    "a number instead of a proof": lambda _: netkg.recheck(5, ONE),  # type: ignore[arg-type]
    "nothing instead of a case": lambda e: netkg.recheck(e, None),  # type: ignore[arg-type]
    "a number instead of a case": lambda e: netkg.recheck(e, 5),  # type: ignore[arg-type]
    "bytes instead of cases": lambda e: netkg.recheck(e, b"{}"),  # type: ignore[arg-type]
    "keys that are not strings": lambda _: netkg.recheck({1: "a", "proof": {"case": "x"}}, ONE),
    "values foreign to JSON": lambda e: netkg.recheck({**e.to_dict(), "day": date.today}, ONE),
    "no proofs at all": lambda _: netkg.recheck([], ONE),
    "an explanation without proofs": lambda _: netkg.recheck(
        netkg.explain(VIOLATING, "TX-06", as_of=DAY), VIOLATING
    ),
    "a file that is not there": lambda _: netkg.recheck("no-such.json", ONE),
    "a proof without a day": lambda _: netkg.recheck({"case": "small-pancreatic-net"}, ONE),
    "no days": lambda _: netkg.diff(ONE, OTHER, as_of=()),
    "three days": lambda _: netkg.diff(ONE, as_of=(DAY, DAY, DAY)),
    "one day for one case": lambda _: netkg.diff(ONE, as_of=[DAY]),
    "set as a text": lambda _: netkg.whatif(ONE, as_of=DAY, set="a=b"),  # type: ignore[arg-type]
    "add as a list": lambda _: netkg.whatif(ONE, as_of=DAY, add=[{}]),  # type: ignore[arg-type]
    "a number of cases": lambda _: netkg.ask("cq07", cases=5, as_of=DAY),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("call", REFUSED.values(), ids=REFUSED)
def test_misuse_is_an_input_error(
    call: Callable[[netkg.Explanation], Any], explanation: netkg.Explanation
) -> None:
    with pytest.raises(netkg.InputError) as raised:
        call(explanation)
    assert "--as-of" not in str(raised.value), "the library speaks of no options"


TAKEN: dict[str, Callable[[netkg.Explanation], Any]] = {
    "a list of explanations": lambda e: netkg.recheck([e], ONE),
    "a list of proofs": lambda e: netkg.recheck([e.foci[0].proof], ONE),
    "what is explained at a focus": lambda e: netkg.recheck(e.foci[0], ONE),  # type: ignore[arg-type]
    "a generator": lambda e: netkg.recheck((focus.proof for focus in e.foci), ONE),
    "a generator of cases": lambda e: netkg.recheck(e, (case for case in [ONE])),
}


@pytest.mark.parametrize("call", TAKEN.values(), ids=TAKEN)
def test_whatever_has_proofs_is_checked(
    call: Callable[[netkg.Explanation], Any], explanation: netkg.Explanation
) -> None:
    assert [found.follows for found in call(explanation)] == [True]


def test_two_days_may_be_a_list() -> None:
    days = ["2025-06-30", DAY]
    assert netkg.diff(ONE, as_of=days) == netkg.diff(ONE, as_of=tuple(days))


def test_one_record_is_added_as_it_is() -> None:
    record = {"type": "CTScan", "status": "planned"}
    one = netkg.whatif(ONE, as_of=DAY, add={"events": record})
    assert one == netkg.whatif(ONE, as_of=DAY, add={"events": [record]})


def test_findings_are_what_the_command_writes(run: Run) -> None:
    for case in (ONE, VIOLATING):
        found = netkg.validate(case, as_of=DAY)
        _, out, _ = run("validate", case, "--as-of", DAY, "--format", "json")
        assert found.to_dict() == json.loads(out)
        assert found.conforms == (case is ONE)
        assert found == tuple(found)


@pytest.mark.parametrize("form", ["html", "markdown"])
def test_an_answer_to_a_violating_case_carries_the_disclaimer(form: str) -> None:
    answers = [
        netkg.derive(VIOLATING, as_of=DAY),
        netkg.validate(VIOLATING, as_of=DAY),
        netkg.explain(VIOLATING, "TX-06", as_of=DAY),
        netkg.diff(ONE, VIOLATING, as_of=DAY),
    ]
    for answer in answers:
        shown = getattr(page(answer), form)()
        assert "not a medical device" in shown, type(answer)
        assert shown.count("<style>") == (form == "html")


def test_rows_keep_their_columns_without_any_row() -> None:
    plan = netkg.derive(ONE, as_of=DAY)
    empty = {
        "Plan": (netkg.derive(VIOLATING, as_of=DAY), plan),
        "Explanation": (
            netkg.explain(VIOLATING, "TX-06", as_of=DAY),
            netkg.explain(ONE, "TX-06", as_of=DAY),
        ),
        "Comparison": (netkg.compare(plan, plan), netkg.diff(ONE, OTHER, as_of=DAY)),
        "Findings": (netkg.Findings(), netkg.validate(VIOLATING, as_of=DAY)),
    }
    for name, (without, with_rows) in empty.items():
        assert without.to_rows() == [], name
        assert with_rows.to_rows(), name
        assert list(without.to_dataframe().columns) == list(with_rows.to_rows()[0]), name


def test_quiet_silences_proofs_that_follow(run: Run) -> None:
    command = ("explain", ONE, "TX-06", "--as-of", DAY, "--check")
    assert "follows (applicable)" in run(*command)[2]
    assert run(*command, "-q")[2] == ""


def test_a_closed_standard_input_is_not_an_error(
    run: Run, monkeypatch: pytest.MonkeyPatch, write: Write
) -> None:
    monkeypatch.setattr("sys.stdin", None)
    status, _, err = run("explain", ONE, "--proof", "-")
    assert status == 2
    assert "standard input: is closed" in err


RDF_CASE = (
    "<urn:c> a <https://w3id.org/netkg/ns#Case> ; <https://w3id.org/netkg/ns#tumors> <urn:t> ."
)


def test_a_graph_without_a_case_is_refused_among_others() -> None:
    empty = rdflib.Graph().parse(data="<urn:x> <urn:y> 1 .")
    with pytest.raises(netkg.InputError, match="contains no case"):
        netkg.ask("ASK {}", cases=[empty, {"id": "a", "tumors": [{}]}], as_of="2026-03-31")


def test_the_case_of_an_aggregate_of_graphs_is_read() -> None:
    graphs = [rdflib.Graph().parse(data=text) for text in (RDF_CASE, "<urn:x> <urn:y> 1 .")]
    assert netkg.load_case(rdflib.graph.ReadOnlyGraphAggregate(graphs)).id == "urn:c"


@pytest.mark.parametrize("number", [Decimal("sNaN"), Decimal("NaN"), float("nan"), float("inf")])
def test_a_number_that_is_not_finite_is_reported_or_refused(number: object) -> None:
    case = {"id": "c", "tumors": [{"ki67Percent": number}]}
    found = netkg.validate(case, as_of="2026-03-31")
    assert [each.field for each in found if each.severity == "Violation"] == ["tumors.ki67Percent"]
    own = {"@vocab": "https://w3id.org/netkg/ns#", "id": "@id"}
    with pytest.raises(netkg.InputError, match=r"not finite|too large"):
        netkg.load_case({"@context": own, **case})


def test_a_relative_iri_in_place_of_a_term_shows_the_iri_to_write() -> None:
    own = {"@vocab": "https://w3id.org/netkg/ns#", "id": "@id"}
    case = {"@context": own, "id": "urn:c", "tumors": [{"grade": {"@id": "G3"}}]}
    (found,) = (f for f in netkg.validate(case, as_of="2026-03-31") if f.severity == "Violation")
    assert "Write the IRI https://w3id.org/netkg/ns#G3" in found.message


def test_a_context_that_defines_no_key_of_a_case_is_named() -> None:
    with pytest.raises(netkg.InputError, match="its @context does not define tumors"):
        netkg.load_case({"@context": {"x": "urn:x"}, "id": "c", "tumors": [{}]})
