"""Check every statement, gap, contradiction and caution with minimal cases.

The tables of ``statements`` are made so that each part of a condition decides
one of their rows; ``test_plan_mutants.py`` checks that.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from statement_table import AS_OF, Row, failures, rows

from netkg.case.loading import load_case
from netkg.plan.engine import Engine
from netkg.plan.model import Plan

ROWS = tuple(rows())
CASES = Path(__file__).parent / "cases"

# Statements that apply to every case or tumor: they can only be applicable.
ALWAYS = {
    *("PR-01", "DX-01", "DX-02", "DX-03", "DX-04", "DX-06", "DX-10", "DX-11", "DX-12", "DX-14"),
    *("DX-15", "FU-05", "MD-01", "MD-02"),
}
# Statements that only depend on closed fields: what is not recorded is not there.
CLOSED = {"PF-01", "PF-02", "PF-03"}

STATUSES = {
    *("overdue", "due", "option", "planned", "scheduled", "tried", "declined", "done"),
    *("superseded", "closed"),
}
SUPERSEDED = {
    *((row, "TX-06") for row in ("TX-01", "TX-03", "TX-05", "FU-01", "FU-05")),
    *((row, by) for row in ("TX-06", "TX-07") for by in ("TX-08", "TX-10")),
    ("TX-13", "TX-11"),
    ("TX-19", "TX-20"),
}  # TX-09 asks for 20 mm, TX-06 and TX-07 for less
CHALLENGED = SUPERSEDED - {("TX-19", "TX-20")}  # whether receptors are confirmed is never open

WARNINGS = {
    *(("PR-01", "tumors." + key) for key in ("differentiation", "functionalStatus")),
    *(("PR-01", "tumors." + key) for key in ("ki67Percent", "somatostatinReceptorStatus")),
    *(("DX-05", "tumors." + key) for key in ("grade", "ki67Percent", "mitosesPer2mm2")),
    ("DX-05", "tumors.primarySite"),
    *(("TX-15", "tumors." + key) for key in ("hormonalSyndrome", "somatostatinReceptorStatus")),
    ("PR-01", "diseaseExtent"),
    ("TX-01", "events.target"),
    ("TX-01", "metastases.site"),
    ("TX-02", "tumors.measurements"),
    ("TX-04", "events.type"),
    ("TX-04", "tumors.hormonalSyndrome"),
    ("TX-08", "tumors.measurements"),
    ("TX-10", "symptoms"),
    ("TX-11", "diseaseExtent"),
    ("TX-20", "events.type"),
}
VIOLATIONS = {
    *("id", "tumors", "events.type", "events.status", "events.date", "events.target"),
    *("events.result", "tumors.id", "metastases.id", "diseaseExtent", "tumors.grade"),
    *("tumors.differentiation", "tumors.functionalStatus", "tumors.ki67Percent"),
    *("tumors.histology", "ageAtDiagnosis"),
    *("tumors.measurements.date", "tumors.measurements.diameterMm", "tumors.mitosesPer2mm2"),
    "tumors.somatostatinReceptorStatus",
}


# Statements that a planned or active treatment is reported with: the first that asks for it.
NOT_GIVEN = {
    *("TX-01", "TX-02", "TX-04", "TX-05", "TX-06", "TX-11", "TX-13", "TX-15", "TX-17", "TX-18"),
    *("TX-19", "TX-21", "TX-23", "TX-24", "TX-25", "TX-26", None),
}  # each action of TX-03 and TX-12 is asked for by TX-01 as well; TX-27 is a principle
# Statements whose events are reported if they have no date: the repeated ones.
UNDATED = {"TX-06", "TX-07", "FU-01", "FU-02", "FU-03", "FU-04a", "FU-04b", "FU-05"}


@pytest.fixture(scope="module")
def plans(engine: Engine) -> dict[str, Plan]:
    """Derive the plans of all rows at once."""
    cases = [load_case(row.case, schema=engine.schema) for row in ROWS]
    found = engine.derive_all(cases, as_of=AS_OF)
    return {row.name: plan for row, plan in zip(ROWS, found, strict=True)}


def applicable(plan: dict[str, Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for row in plan["recommendations"]:
        for focus in row["foci"]:
            yield row, focus


@pytest.fixture(scope="module")
def answers(plans: dict[str, Plan]) -> list[dict[str, Any]]:
    """Collect all plans: those of the tables, and those on file, as plain JSON."""
    files = [json.loads(path.read_text(encoding="utf-8")) for path in CASES.glob("*/expected.json")]
    return [plan.to_dict() for plan in plans.values()] + [file["answer"] for file in files]


def test_there_are_rows_each_with_a_name_of_its_own() -> None:
    assert len(ROWS) > 1000
    assert len({row.name for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_the_row_of_the_table_is_met(row: Row, plans: dict[str, Plan]) -> None:
    assert list(failures(row, plans[row.name])) == []


def test_every_statement_is_tested_with_each_verdict_that_it_can_have(engine: Engine) -> None:
    reached = {
        (key.partition("@")[0], str(value).partition(":")[0])
        for row in ROWS
        for key, value in row.expect.items()
        if re.fullmatch(r"[A-Z]{2}-\d+[a-e]?(@.+)?", key)
    }
    wanted = set()
    for statement in engine.statements():
        if statement.population is None:
            continue
        wanted.add((statement.id, "applicable"))
        if statement.id not in ALWAYS:
            wanted.add((statement.id, "not-applicable"))
        if statement.id not in ALWAYS | CLOSED:
            wanted.add((statement.id, "undetermined"))
    assert wanted - reached == set()


def test_every_gap_is_listed_and_not_listed(engine: Engine) -> None:
    reached = {
        (key, value) for row in ROWS for key, value in row.expect.items() if key.startswith("GAP-")
    }
    wanted = {(gap.id, falls) for gap in engine.catalogue.gaps for falls in (True, False)}
    assert len(wanted) == 24
    assert reached == wanted


def test_every_status_is_reached(answers: list[dict[str, Any]]) -> None:
    reached = {focus["status"] for plan in answers for _, focus in applicable(plan)}
    assert reached == {*STATUSES, None}


def test_every_supersession_that_is_possible_is_reached(answers: list[dict[str, Any]]) -> None:
    pairs = [
        {
            (row["id"], by)
            for plan in answers
            for row, focus in applicable(plan)
            for by in focus[key]
        }
        for key in ("supersededBy", "challengedBy")
    ]
    assert pairs == [SUPERSEDED, CHALLENGED]


def test_every_warning_is_reached_and_no_other(answers: list[dict[str, Any]]) -> None:
    reached = set()
    for plan in answers:
        reached |= {(w["statement"], w["field"]) for w in plan.get("warnings", ())}
        for finding in plan.get("findings", ()):
            if finding["severity"] == "Warning":
                reached.add((finding["statement"], finding["field"]))
    assert reached == WARNINGS


def infos(answers: list[dict[str, Any]]) -> Iterator[tuple[str | None, str]]:
    """Yield the statement and the field of each Info finding."""
    for plan in answers:
        found = [f for f in plan.get("findings", ()) if f["severity"] == "Info"]
        for finding in [*found, *plan.get("infos", ())]:
            if finding["field"]:  # without one, it counts what was set aside from the input
                yield finding["statement"], finding["field"]


def test_every_kind_of_info_is_reached_and_no_other(answers: list[dict[str, Any]]) -> None:
    reached = set(infos(answers))
    assert {by for by, field in reached if field == "events.type"} == NOT_GIVEN
    assert {row for row, field in reached if field == "events.date"} == UNDATED
    challengers = {by for by, field in reached if field not in ("events.type", "events.date")}
    assert challengers == {by for _, by in CHALLENGED}


def test_every_violation_is_reached(answers: list[dict[str, Any]]) -> None:
    reached = {field for plan in answers for field in plan.get("violations", ())}
    for plan in answers:
        found = [f for f in plan.get("findings", ()) if f["severity"] == "Violation"]
        reached |= {finding["field"] for finding in found}
    assert VIOLATIONS - reached == set()
