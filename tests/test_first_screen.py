"""Check the first screen of a plan: what it shows, in which order, and nothing twice."""

from __future__ import annotations

import json
import random
from collections import Counter
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from conftest import EXAMPLES
from strategies import random_case

from netkg.api import default_engine
from netkg.case.loading import load_case
from netkg.plan.model import Plan
from netkg.render.first_screen import FirstScreen
from netkg.render.terminal import plan_text

JSON = dict[str, Any]
AS_OF = date(2026, 3, 31)
ENGINE = default_engine()
NAMES = (
    *("Patient", "Deceased", "Given", "Treatment now", "Choices", "Depends on", "Caution"),
    *("To order", "Scheduled", "Done", "Does not apply", "Input"),
)


def plan_of(case: JSON) -> Plan:
    return ENGINE.derive(load_case(case, schema=ENGINE.schema), as_of=AS_OF)


def part(plan: Plan, name: str) -> list[str]:
    found = [each for each in FirstScreen(plan).parts if each.name == name]
    return [item.words for each in found for item in each.items]


def check(plan: Plan) -> None:
    """Check that each event, missing field and type of order is shown once."""
    screen = FirstScreen(plan)
    names = [each.name for each in screen.parts]
    assert names == [name for name in NAMES if name in names]
    items = [item for each in screen.parts for item in each.items]
    events = Counter(id(event) for item in items for event in item.events)
    assert events == Counter(map(id, plan.events))
    orders = Counter(order for item in items for order in item.orders)
    assert orders == Counter(order.type for order in plan.orders)
    fields = Counter(field for item in items for field in item.fields)
    assert set(fields.values()) <= {1}
    missing = {
        (path, focus.focus)
        for row in plan.recommendations
        for focus in row.foci
        for paths in focus.missing
        for path in paths
    }
    assert missing <= fields.keys()
    shown = " ".join(item.words for item in items)
    for row in plan.recommendations:
        if row.kind == "recommendation" and row.verdict != "not-applicable":
            assert row.id in shown, row.id


CASES = {path.stem: path for path in sorted(EXAMPLES.glob("*.json"))}


@pytest.mark.parametrize("name", CASES)
def test_nothing_of_an_example_is_shown_twice_or_left_out(name: str) -> None:
    check(plan_of(json.loads(CASES[name].read_text(encoding="utf-8"))))


@pytest.mark.batch
@pytest.mark.parametrize("batch", range(20))
def test_nothing_of_a_random_case_is_shown_twice_or_left_out(batch: int) -> None:
    rng = random.Random(f"screen {batch}")
    read = [load_case(random_case(rng), schema=ENGINE.schema) for _ in range(40)]
    plans = [plan for plan in ENGINE.derive_all(read, as_of=AS_OF) if plan.conforms]
    assert len(plans) > 20
    for plan in plans:
        if not plan.closed:
            check(plan)


def test_the_first_screens_of_the_examples_are_short_and_name_a_treatment_soon() -> None:
    lengths = []
    for path in CASES.values():
        plan = plan_of(json.loads(path.read_text(encoding="utf-8")))
        lines = plan_text(plan, color=False, width=100).splitlines()
        lengths.append(len(lines))
        treatment = ("Treatment now ", "Choices ", "Depends on ")
        assert any(line.startswith(treatment) for line in lines[:15]), path.stem
    assert max(lengths) <= 60
    assert median(lengths) <= 40


SMALL: JSON = {
    "id": "case",
    "diseaseExtent": "Localized",
    "fitForSurgery": True,
    "tumors": [
        {
            "id": "t",
            "primarySite": "Pancreas",
            "ki67Percent": 1,
            "functionalStatus": "NonFunctioning",
            "malignantImagingFeatures": False,
            "measurements": [{"date": "2025-09-20", "diameterMm": 14}],
        }
    ],
}


def test_the_patient_is_on_one_line_with_what_the_grade_rests_on() -> None:
    (line,) = part(plan_of(SMALL), "Patient")
    assert line == (
        "Pancreas, well differentiated, G1 (Ki-67 index 1 %), non-functioning, 14 mm;"
        " localized disease, fit for surgery; as of 2026-03-31"
    )
    graded = SMALL | {"tumors": [{"primarySite": "Ileum", "grade": "G2"}]}
    assert "G2 (as recorded)" in part(plan_of(graded), "Patient")[0]


def test_surveillance_is_the_treatment_and_its_tests_are_not_ordered_again() -> None:
    events = [{"type": "MRIScan", "status": "completed", "date": "2025-09-20"}]
    plan = plan_of(SMALL | {"events": events})
    (mri, marker) = part(plan, "Treatment now")
    assert mri == (
        "MRI surveillance, MRI scan or CT scan: due 2026-03-20 to 2026-09-20 (TX-06),"
        " every 6 to 12 months, last 2025-09-20; in place of surgery for localized disease"
        " (TX-01), follow-up of grade 1 and 2 (FU-01) and imaging for progression (FU-05)"
    )
    assert marker == (
        "chromogranin A in surveillance: due (DX-06, TX-07, FU-04a), every 6 to 12 months"
    )
    (order,) = part(plan, "To order")
    assert "MRI scan" not in order
    # The CT that the surveillance may use is not ordered; the CT for staging is.
    assert "CT scan (DX-11);" in order
    assert "TX-06" not in order
    assert not any("takes the place" in words for words in part(plan, "Does not apply"))


def test_a_planned_treatment_is_shown_once_and_with_its_date() -> None:
    lung = SMALL | {"tumors": [SMALL["tumors"][0] | {"primarySite": "Lung"}]}
    plan = plan_of(
        lung
        | {"events": [{"type": "CompleteResection", "status": "planned", "date": "2026-04-07"}]}
    )
    words = part(plan, "Treatment now")
    assert "planned for 2026-04-07 (TX-01)" in words[0]
    assert part(plan, "Given") == []
    assert plan.treatments[0].to_dict() == {
        "type": "CompleteResection",
        "label": "complete resection",
        "remark": None,
        "status": "planned",
        "date": "2026-04-07",
        "target": None,
        "result": None,
        "outcome": None,
        "statements": ["TX-01"],
    }


def test_given_treatments_have_status_date_and_outcome() -> None:
    events = [
        {"type": "Lanreotide", "status": "stopped", "date": "2025-01-10", "outcome": "Failed"},
        {"type": "OtherOperation", "status": "completed", "label": "heart valve"},
        {"type": "Everolimus", "status": "declined", "date": "2025-03-01"},
    ]
    plan = plan_of(SMALL | {"events": events})
    assert part(plan, "Given") == [
        "lanreotide: stopped 2025-01-10, failed",
        "everolimus: declined 2025-03-01",
        "heart valve (other operation): completed, without a date",
    ]


def test_a_deceased_patient_gets_three_lines() -> None:
    plan = plan_of(SMALL | {"deceasedDate": "2026-01-01"})
    lines = [each.name for each in FirstScreen(plan).parts]
    assert lines == ["Patient", "Deceased"]
    assert (plan.orders, plan.depends_on, plan.near_misses) == ((), (), ())


def test_a_question_is_asked_once_with_all_that_it_decides() -> None:
    case = {
        "id": "case",
        "diseaseExtent": "UnresectableOrAdvanced",
        "tumors": [{"id": "t", "differentiation": "WellDifferentiated", "ki67Percent": 6}],
    }
    plan = plan_of(case)
    site = next(each for each in plan.depends_on if "tumors.primarySite" in each.fields)
    assert {"TX-15", "TX-23"} <= set(site.decides)
    said = next(words for words in part(plan, "Depends on") if words.startswith("primary site"))
    assert "somatostatin analog (TX-15)" in said
    assert "tumors." not in " ".join(part(plan, "Depends on"))


def test_a_question_names_by_id_what_an_earlier_question_named() -> None:
    plan = plan_of({"id": "case", "tumors": [{"id": "t", "primarySite": "Pancreas"}]})
    extent = next(each for each in plan.depends_on if "diseaseExtent" in each.fields)
    grade = next(each for each in plan.depends_on if "tumors.grade" in each.fields)
    both = set(extent.decides) & set(grade.decides)
    assert "TX-15" in both
    shown = " ".join(part(plan, "Depends on"))
    assert shown.count("somatostatin analog (TX-15)") == 1
    assert shown.count("TX-15") == 1 + sum("TX-15" in d.decides for d in plan.depends_on[1:])


# -- tests to order --------------------------------------------------------------------------
def test_a_kind_of_tests_is_ordered_with_one_of_its_kind() -> None:
    tumor = {"id": "t", "primarySite": "Ileum", "ki67Percent": 1}
    plan = plan_of({"id": "case", "diseaseExtent": "Localized", "tumors": [tumor]})
    orders = {order.type: order for order in plan.orders}
    assert {"TumorMarkerTest", "ChromograninATest"} <= orders.keys()
    (order,) = part(plan, "To order")
    assert "chromogranin A test (DX-06, FU-01, FU-04a), every 3 to 6 months;" in order
    assert "tumor marker test" not in order


def test_a_test_that_was_done_on_an_unknown_day_is_not_called_never_recorded() -> None:
    case = {
        "id": "case",
        "tumors": [{"id": "t", "somatostatinReceptorStatus": "Positive"}],
        "events": [{"type": "Gallium68DotaPeptidePET", "status": "completed"}],
    }
    again, never = part(plan_of(case), "To order")
    assert again.startswith("somatostatin receptor imaging: due (FU-03), every 18 to 24 months")
    assert again.endswith(", last one without a date")
    assert never.startswith("Never recorded: ")
    assert "receptor imaging" not in never


def test_two_windows_of_a_test_are_both_shown_with_what_they_are_for() -> None:
    other = {
        "id": "other",
        "primarySite": "Ileum",
        "ki67Percent": 1,
        "functionalStatus": "NonFunctioning",
    }
    events = [{"type": "ChromograninATest", "status": "completed", "date": "2026-03-01"}]
    events[0]["result"] = "Elevated"
    plan = plan_of(SMALL | {"tumors": [*SMALL["tumors"], other], "events": events})
    marker = next(words for words in part(plan, "Treatment now") if "TX-07" in words)
    assert "2026-09-01 to 2027-03-01 (TX-07), every 6 to 12 months" in marker
    assert "2026-06-01 to 2026-09-01 (FU-04a)" in marker


def test_a_test_is_ordered_with_what_is_on_record_of_it() -> None:
    mri = {"type": "MRIScan", "date": "2025-09-20", "status": "completed"}
    planned = mri | {"status": "planned", "date": "2026-05-05"}
    plan = plan_of(SMALL | {"events": [mri, planned]})
    found = next(words for words in part(plan, "Treatment now") if "TX-06" in words)
    assert "every 6 to 12 months, last 2025-09-20, planned for 2026-05-05" in found
    marker = {"type": "ChromograninATest", "date": "2025-01-10", "status": "completed"}
    declined = marker | {"status": "declined", "date": "2026-02-01"}
    events = [marker | {"result": "NotElevated"}, declined]
    found = next(
        w for w in part(plan_of(SMALL | {"events": events}), "Treatment now") if "TX-07" in w
    )
    assert "last 2025-01-10, not elevated, declined 2026-02-01" in found
    # A planned test that no open step asks for keeps its date.
    other = {"type": "TumorBoardDiscussion", "status": "planned", "date": "2026-04-07"}
    (found,) = part(plan_of(SMALL | {"events": [other]}), "Scheduled")
    assert found == "tumor board discussion: planned for 2026-04-07 (MD-02)"


def test_choices_report_the_evidence() -> None:
    case = {
        "id": "case",
        "diseaseExtent": "UnresectableOrAdvanced",
        "tumors": [{"id": "t", "primarySite": "Ileum", "ki67Percent": 6}],
        "metastases": [{"site": "Liver", "pattern": "Multifocal"}],
    }
    (choice,) = part(plan_of(case), "Choices")
    assert "symptomatic response 60 to 95 % (TX-17e)" in choice


def test_a_plan_without_treatment_says_so() -> None:
    resected = SMALL | {
        "tumors": [SMALL["tumors"][0] | {"primarySite": "Appendix"}],
        "events": [{"type": "CompleteResection", "status": "completed", "date": "2026-01-12"}],
    }
    assert part(plan_of(resected), "Treatment now") == [
        "nothing more by the guideline, except follow-up of grade 1 and 2 (FU-01),"
        " every 3 to 6 months"
    ]
    assert part(plan_of(SMALL), "Given") == ["no treatment on record"]
    unknown = {"id": "case", "tumors": [{"id": "t"}]}
    (words,) = part(plan_of(unknown), "Treatment now")
    assert words == "nothing by the guideline before the questions below are answered"


def test_a_near_miss_names_the_condition_that_fails() -> None:
    near = {each.id: each for each in plan_of(SMALL).near_misses}
    assert [fact.field for fact in near["TX-02"].because] == ["sizeClass"]
    assert "TX-17" not in near
    # A statement with one condition cannot miss it nearly.
    assert "TX-27" not in near
    assert "perioperative octreotide" in " ".join(part(plan_of(SMALL), "Does not apply"))
    advanced = {
        "id": "case",
        "diseaseExtent": "UnresectableOrAdvanced",
        "tumors": [{"id": "t", "primarySite": "Ileum", "functionalStatus": "Functioning"}],
    }
    found = " ".join(part(plan_of(advanced), "Does not apply"))
    assert "perioperative octreotide (TX-04): only for a surgical candidate" in found


@pytest.mark.parametrize("more", ["", "netkg:deceasedDate '2025-01-01'^^xsd:date ;"])
def test_what_was_set_aside_is_shown_last_and_once(more: str, tmp_path: Path) -> None:
    text = f"""
        PREFIX netkg: <https://w3id.org/netkg/ns#>
        PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
        PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
        <c> a netkg:Case ; {more} netkg:tumors [ rdfs:label "t" ] .
    """
    file = tmp_path / "case.ttl"
    file.write_text(text, encoding="utf-8")
    plan = ENGINE.derive(load_case(file, schema=ENGINE.schema), as_of=AS_OF)
    screen = FirstScreen(plan)
    assert screen.parts[-1].name == "Input"
    assert sum("set aside" in words for each in NAMES for words in part(plan, each)) == 1
