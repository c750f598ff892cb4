"""Compare cases and days by the library, as the command line does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from conftest import Run, Write

import netkg
from netkg.api import default_engine
from netkg.comparison import scenarios

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
ONE, OTHER = EXAMPLES / "small-pancreatic-net.json", EXAMPLES / "advanced-ileal-net.json"
DAY = "2026-03-31"
# Without an id, the form of the case is at fault.
FORMLESS: dict[str, Any] = {"tumors": [{"id": "t"}]}


def as_json(view: netkg.Comparison) -> Any:
    return json.loads(json.dumps(view.to_dict(), default=str))


def test_two_cases_compare_as_by_the_command(run: Run) -> None:
    _, out, _ = run("diff", ONE, OTHER, "--as-of", DAY, "--format", "json")
    assert as_json(netkg.diff(ONE, OTHER, as_of=DAY)) == json.loads(out)


def test_two_cases_may_have_a_day_each(run: Run) -> None:
    days = ("2025-06-30", DAY)
    _, out, _ = run("diff", ONE, OTHER, *(w for d in days for w in ("--as-of", d)), "--format=json")
    view = netkg.diff(ONE, OTHER, as_of=days)
    assert as_json(view) == json.loads(out)
    assert (view.before.as_of, view.after.as_of) == days


def test_one_case_compares_with_itself_at_two_days(run: Run) -> None:
    days = ("2025-06-30", DAY)
    _, out, _ = run("diff", ONE, *(w for d in days for w in ("--as-of", d)), "--format", "json")
    view = netkg.diff(ONE, as_of=days)
    assert as_json(view) == json.loads(out)
    assert view.before.set_aside
    assert not view.after.set_aside


def test_one_case_needs_two_days() -> None:
    with pytest.raises(netkg.InputError, match="two dates as as_of, or a second case"):
        netkg.diff(ONE, as_of=DAY)


def test_what_if_compares_as_by_the_command(run: Run) -> None:
    _, out, _ = run(
        *("whatif", ONE, "--set", "fitForSurgery=false", "--unset", "men1Status"),
        *("--as-of", DAY, "--format", "json"),
    )
    view = netkg.whatif(ONE, as_of=DAY, set={"fitForSurgery": False}, unset=["men1Status"])
    assert as_json(view) == json.loads(out)


@pytest.mark.parametrize("scenario", ["whatif", "days", "cases"])
def test_a_case_of_a_faulty_form_is_compared_by_its_findings(
    scenario: str, run: Run, write: Write
) -> None:
    engine = default_engine()
    path = write(FORMLESS)
    case = netkg.load_case(path)
    if scenario == "whatif":
        view = netkg.whatif(case, as_of=DAY, set={"fitForSurgery": True})
        command = ("whatif", path, "--set", "fitForSurgery=true", "--as-of", DAY)
        assert view.notice.startswith("Nothing was changed")
    elif scenario == "days":
        view = scenarios.compare_days(engine, case, "2025-06-30", DAY)
        command = ("diff", path, "--as-of", "2025-06-30", "--as-of", DAY)
        assert view.notice.startswith("Nothing was set aside")
    else:
        view = scenarios.compare_cases(engine, case, netkg.load_case(ONE), as_of=DAY)
        command = ("diff", path, str(ONE), "--as-of", DAY)
        assert view.changes == ()
    assert not view.comparable
    assert not view.conforms
    status, out, _ = run(*command, "--format", "json")
    assert status == 1
    assert as_json(view) == json.loads(out)
