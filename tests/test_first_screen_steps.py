"""Check that the first screen says of each step what the plan says of it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from netkg.api import default_engine
from netkg.case.loading import load_case
from netkg.plan.model import Plan
from netkg.render.first_screen import FirstScreen

JSON = dict[str, Any]
ENGINE = default_engine()
AS_OF = date(2026, 3, 31)
G1: JSON = {
    "id": "t1",
    "primarySite": "Ileum",
    "ki67Percent": 1,
    "differentiation": "WellDifferentiated",
}
SMALL: JSON = G1 | {
    "primarySite": "Pancreas",
    "functionalStatus": "NonFunctioning",
    "malignantImagingFeatures": False,
    "measurements": [{"date": "2026-01-31", "diameterMm": 12}],
}
LARGE = G1 | {"measurements": [{"date": "2026-01-31", "diameterMm": 30}]}
FIT: JSON = {"id": "c", "diseaseExtent": "Localized", "fitForSurgery": True}


def event(type_: str, day: str | None = None, status: str = "completed", **more: str) -> JSON:
    return {"type": type_, "status": status, **({"date": day} if day else {}), **more}


def screen(case: JSON, *tumors: JSON, events: list[JSON]) -> tuple[Plan, dict[str, list[str]]]:
    body = {"id": "c"} | case | {"tumors": list(tumors), "events": events}
    plan = ENGINE.derive(load_case(body, schema=ENGINE.schema), as_of=AS_OF)
    assert plan.conforms
    return plan, {each.name: [i.words for i in each.items] for each in FirstScreen(plan).parts}


def about(lines: list[str], id_: str) -> str:
    return next(words for words in lines if id_ in words)


def test_a_planned_test_does_not_hide_that_it_is_overdue() -> None:
    events = [
        event("CTScan", "2025-01-31"),
        event("MRIScan", "2025-01-31"),
        event("CTScan", "2025-06-01", "planned"),
    ]
    plan, parts = screen({}, G1, events=events)
    order = next(each for each in plan.orders if each.type == "ConventionalImaging")
    assert (order.status, order.due_by) == ("overdue", "2025-07-31")
    words = about(parts["To order"], "FU-05")
    assert "overdue since 2025-07-31 (FU-01, FU-05), every 3 to 6 months" in words
    assert "planned for 2025-06-01 (past)" in words


def test_a_planned_operation_is_shown_at_its_tumor_alone() -> None:
    events = [event("TumorResection", "2026-05-01", "planned", target="t2")]
    _, parts = screen(FIT, G1, G1 | {"id": "t2"}, events=events)
    first, second = parts["Treatment now"]
    assert (first, second) == (
        "t1: surgery for localized disease, tumor resection: due (TX-01)",
        "t2: surgery for localized disease, tumor resection: planned for 2026-05-01 (TX-01)",
    )


def test_a_treatment_that_is_planned_in_part_is_due() -> None:
    events = [event("RegionalLymphNodeDissection", "2026-05-01", "planned")]
    _, parts = screen(FIT, LARGE, events=events)
    words = about(parts["Treatment now"], "TX-02")
    assert words.endswith(": due, regional lymph node dissection planned for 2026-05-01 (TX-02)")


def test_each_tumor_has_its_own_open_actions() -> None:
    events = [event("CompleteResection", "2026-03-01", target="t1")]
    _, parts = screen(FIT, LARGE, LARGE | {"id": "t2"}, events=events)
    lines = [words for words in parts["Treatment now"] if "TX-02" in words]
    assert [words.partition(":")[0] for words in lines] == ["t1", "t2"]
    assert "complete resection and" not in lines[0]
    assert "complete resection and regional lymph node dissection" in lines[1]


def test_a_precondition_is_ordered_and_not_called_done() -> None:
    case = {"diseaseExtent": "UnresectableOrAdvanced"}
    events = [
        event("Gallium68DotaPeptidePET", "2026-01-31"),
        event("PeptideReceptorRadionuclideTherapy", "2026-02-01", "active"),
    ]
    plan, parts = screen(case, G1, events=events)
    row = next(each for each in plan.recommendations if each.id == "TX-20")
    assert row.status == "due"
    assert "TX-20" in " ".join(parts["To order"])
    assert "TX-20" not in " ".join(parts["Done"])


def test_alternatives_have_the_last_of_all_of_them() -> None:
    events = [event("CTScan", "2025-09-20"), event("MRIScan", "2024-01-31")]
    _, parts = screen(FIT, SMALL, events=events)
    words = about(parts["Treatment now"], "TX-06")
    assert "due 2026-03-20 to 2026-09-20 (TX-06), every 6 to 12 months, last 2025-09-20" in words
    assert "MRI scan 2024-01-31" in " ".join(parts["Done"])


def test_surveillance_of_two_tumors_has_a_window_for_each() -> None:
    events = [
        event("MRIScan", "2026-01-31", target="t1"),
        event("MRIScan", "2024-01-31", target="t2"),
    ]
    _, parts = screen(FIT, SMALL, SMALL | {"id": "t2"}, events=events)
    lines = {words[:2]: words for words in parts["Treatment now"] if "TX-06" in words}
    assert "scheduled 2026-07-31 to 2027-01-31 (TX-06)" in lines["t1"]
    assert "overdue since 2025-01-31 (TX-06)" in lines["t2"]
    assert "last 2026-01-31" in lines["t1"]
    assert "last 2024-01-31" in lines["t2"]
    for name, other in (("t1", "t2"), ("t2", "t1")):
        assert "in place of surgery for localized disease (TX-01)" in lines[name]
        assert f"at {other}" not in lines[name]


def test_what_may_give_way_says_so_wherever_it_is_shown() -> None:
    case = {"diseaseExtent": "PotentiallyResectableLiverMetastases", "fitForSurgery": True}
    case["metastases"] = [{"id": "m", "site": "Liver"}]
    _, parts = screen(case, G1, events=[])
    assert "unless it gives way to resection of liver metastases (TX-11)" in (
        about(parts["Choices"], "TX-13")
    )
    unmeasured = {key: value for key, value in SMALL.items() if key != "measurements"}
    _, parts = screen(FIT, unmeasured, events=[])
    assert "unless it gives way to MRI surveillance (TX-06)" in about(parts["To order"], "FU-01")


@pytest.mark.parametrize("status", ["active", "stopped"])
def test_a_test_that_was_begun_is_not_called_never_recorded(status: str) -> None:
    _, parts = screen({}, G1, events=[event("CTScan", "2026-03-30", status)])
    never = [words for words in parts["To order"] if words.startswith("Never recorded")]
    assert "CT scan" not in " ".join(never)
    assert "2026-03-30" in " ".join(words for lines in parts.values() for words in lines)


def test_the_last_test_is_named_by_its_own_kind() -> None:
    events = [event("MRIScan", "2026-03-01"), event("CTScan", "2026-05-01", "planned")]
    _, parts = screen({}, G1, events=events)
    scheduled = parts["Scheduled"]
    assert "last" not in about(scheduled, "DX-11")
    assert "conventional imaging: 2026-06-01 to 2026-09-01 (FU-01, FU-05)" in " ".join(scheduled)
    assert "last 2026-03-01" in about(scheduled, "FU-05")


def test_a_tumor_that_is_called_as_its_case_keeps_its_name() -> None:
    _, parts = screen({**FIT, "id": "t1"}, LARGE, G1 | {"id": "t2"}, events=[])
    assert parts["Treatment now"][0].startswith("t1 and t2: surgery for localized disease")
    assert any(words.startswith("t1: complete resection") for words in parts["Treatment now"])


def test_a_declined_test_is_at_its_tumor() -> None:
    events = [event("EndoscopicUltrasound", "2026-01-31", "declined", target="t1")]
    _, parts = screen({}, SMALL, SMALL | {"id": "t2"}, events=events)
    assert "endoscopic ultrasound (DX-13 at t2)" in parts["To order"][-1]
    assert "endoscopic ultrasound declined, 2026-01-31, at t1 (DX-13)" in " ".join(parts["Done"])


def test_intervals_and_tumors_belong_to_their_statements() -> None:
    carcinoma = {"id": "t2", "histology": "NeuroendocrineCarcinoma", "ki67Percent": 80}
    _, parts = screen({}, G1, carcinoma, events=[])
    order = parts["To order"][-1]
    assert "(DX-06, FU-04a; FU-01 at t1), every 3 to 6 months; due (FU-02 at t2), every 2 to 3" in (
        order
    )


def test_each_tumor_has_its_own_last_test() -> None:
    tumors = [G1 | {"id": name, "somatostatinReceptorStatus": "Positive"} for name in ("a", "b")]
    events = [
        event("Gallium68DotaPeptidePET", "2024-04-30", target="a"),
        event("Gallium68DotaPeptidePET", "2023-01-31", target="b"),
    ]
    _, parts = screen({}, *tumors, events=events)
    words = about(parts["To order"], "FU-03")
    assert "(FU-03 at a), every 18 to 24 months, last 2024-04-30" in words
    assert "overdue since 2025-01-31 (FU-03 at b), every 18 to 24 months, last 2023-01-31" in words


def test_older_tests_are_done() -> None:
    events = [event("CTScan", "2025-12-31"), event("MRIScan", "2025-03-31")]
    _, parts = screen({}, G1, events=events)
    assert "MRI scan 2025-03-31" in " ".join(parts["Done"])


def test_the_name_of_a_tumor_is_as_it_is_written() -> None:
    tumors = [LARGE | {"id": "node-a"}, G1 | {"id": "Node-b"}]
    plan, _ = screen(FIT, *tumors, events=[])
    lines = [item.words for each in FirstScreen(plan).parts for item in each.lines]
    assert lines[0].startswith("node-a: ileum")
    assert any(words.startswith("node-a: complete resection") for words in lines)
