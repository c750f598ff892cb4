"""Check on random cases what must be true of every plan."""

from __future__ import annotations

import copy
import random
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from strategies import DIAMETERS, EXTENTS, HISTOLOGIES, METASTATIC, SITES, TRUTH, cases, random_case

from netkg.api import default_engine
from netkg.case.loading import load_case
from netkg.plan.model import Plan

JSON = dict[str, Any]
AS_OF = date(2026, 3, 31)
# Each draws a hundred cases or more.
pytestmark = pytest.mark.batch
ENGINE = default_engine()
MANY = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))

# Rows about what is recorded change with the record, by their nature.
RECORD_ROWS = {"PR-01", "TX-14", "PF-01", "PF-03", "DX-04", "DX-14"}


def plan_of(case: JSON) -> Plan:
    return ENGINE.derive(load_case(case, schema=ENGINE.schema), as_of=AS_OF)


def verdicts(plan: Plan) -> dict[tuple[str, str], str]:
    return {(row.id, f.focus): f.verdict for row in plan.recommendations for f in row.foci}


def comparable(plan: Plan) -> JSON:
    """Return a plan without what depends on the order of the input."""
    body = plan.to_dict()
    for row in body["recommendations"]:
        row["foci"].sort(key=lambda focus: focus["focus"])
        for focus in row["foci"]:
            del focus["because"]
    body["findings"].sort(
        key=lambda f: (f["severity"], f["focus"], f["field"], f["statement"] or "")
    )
    for finding in body["findings"]:
        del finding["found"], finding["pointer"], finding["line"]
    # The tumors of the summary are in the order of the input, and so are all other foci.
    del body["summary"]["line"]
    body["summary"]["parts"].sort(key=lambda part: (part["focus"], part["field"]))
    for each in (*body["orders"], *body["dependsOn"]):
        each["foci"].sort()
    body["nearMisses"].sort(key=lambda miss: (miss["id"], miss["focus"]))
    for miss in body["nearMisses"]:
        del miss["because"]
    return body


FILLINGS: dict[str, dict[str, list[Any]]] = {
    "": {
        "fitForSurgery": TRUTH,
        "completeRemovalFeasible": TRUTH,
        "longTermSSAAnticipated": TRUTH,
        "diseaseExtent": list(EXTENTS),
        "diseaseCourse": ["Progressive", "Stable"],
        "men1Status": ["Positive", "Negative"],
    },
    "tumors": {
        "primarySite": list(SITES),
        "location": ["Peripheral", "Central"],
        "differentiation": ["WellDifferentiated", "PoorlyDifferentiated"],
        "histology": list(HISTOLOGIES),
        "ki67Percent": [1, 2.5, 8, 50],
        "grade": ["G1", "G2", "G3"],
        "functionalStatus": ["Functioning", "NonFunctioning"],
        "hormonalSyndrome": [["CarcinoidSyndrome"], ["InsulinomaSyndrome", "OtherSyndrome"]],
        "somatostatinReceptorStatus": ["Positive", "Negative", "Heterogeneous"],
        "malignantImagingFeatures": TRUTH,
    },
    "metastases": {"site": list(METASTATIC), "pattern": ["Few", "Multifocal"], "painful": TRUTH},
}


def overrules_an_inference(case: JSON, record: JSON, field: str, value: Any) -> bool:
    """Return whether a value takes the place of one that was derived without it."""
    graded = {"ki67Percent", "grade"} & set(record)
    carcinoid = record.get("histology") in ("TypicalCarcinoid", "AtypicalCarcinoid")
    if field in ("grade", "ki67Percent"):
        return carcinoid or (field == "grade" and bool(graded))
    if field == "histology" or value == "PoorlyDifferentiated":
        return bool(graded)
    if field == "primarySite":
        return bool(graded) and value in ("Lung", "Thymus")
    sites = {metastasis.get("site") for metastasis in case["metastases"]}
    return field == "diseaseExtent" and bool(sites - {None, "RegionalLymphNode"})


@MANY
@given(case=cases(), draw=st.data())
def test_filling_in_an_open_field_never_turns_true_into_false_or_back(
    case: JSON, draw: st.DataObject
) -> None:
    kind = draw.draw(st.sampled_from(sorted(FILLINGS)))
    records = case[kind] if kind else [case]
    assume(records)
    record = draw.draw(st.sampled_from(range(len(records))))
    absent = sorted(set(FILLINGS[kind]) - set(records[record]))
    assume(absent)
    field = draw.draw(st.sampled_from(absent))
    value = draw.draw(st.sampled_from(FILLINGS[kind][field]))
    assume(not overrules_an_inference(case, records[record], field, value))
    before = plan_of(case)
    filled = copy.deepcopy(case)
    (filled[kind] if kind else [filled])[record][field] = value
    after = plan_of(filled)
    assume(before.conforms and after.conforms)
    # A status stated as heterogeneous takes the place of a positive or negative imaging.
    allowed = {"undetermined"} if value == "Heterogeneous" else set()
    later = verdicts(after)
    # Disease counts as left only if the recorded extent says so.
    closed = RECORD_ROWS | ({"FU-04a", "FU-04b"} if field in ("diseaseExtent", "site") else set())
    for key, verdict in verdicts(before).items():
        if key[0] not in closed and verdict != "undetermined":
            assert later[key] in {verdict} | allowed, (key, field, value)


@MANY
@given(case=cases(), seed=st.integers(0, 2**16))
def test_the_order_of_lists_changes_nothing(case: JSON, seed: int) -> None:
    shuffled = copy.deepcopy(case)
    rng = random.Random(seed)
    for key in ("tumors", "metastases", "events", "symptoms"):
        if key in shuffled:
            rng.shuffle(shuffled[key])
    for tumor in shuffled["tumors"]:
        for key in ("measurements", "hormonalSyndrome"):
            if key in tumor:
                rng.shuffle(tumor[key])
    items = list(shuffled.items())
    rng.shuffle(items)
    assert comparable(plan_of(dict(items))) == comparable(plan_of(case))


def _recoded(value: Any, rng: random.Random) -> Any:
    if isinstance(value, dict):
        return {key: _recoded(of, rng) for key, of in value.items()}
    if isinstance(value, list):
        again = [_recoded(of, rng) for of in value]
        return again[0] if len(again) == 1 and rng.random() < 0.5 else again
    if isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    return value


@MANY
@given(case=cases(), seed=st.integers(0, 2**16))
def test_equivalent_codings_change_nothing(case: JSON, seed: int) -> None:
    recoded = _recoded(case, random.Random(seed)) | {"birthDate": None, "sex": []}
    assert comparable(plan_of(recoded)) == comparable(plan_of(case))


@MANY
@given(case=cases())
def test_an_undetermined_row_names_fields_that_are_open(case: JSON) -> None:
    plan = plan_of(case)
    for row in plan.recommendations:
        assert (row.verdict == "undetermined") == bool(row.missing), row.id
        for focus in row.foci:
            assert bool(focus.because) == (focus.verdict != "undetermined"), (row.id, focus.focus)
            assert bool(focus.missing) == (focus.verdict == "undetermined"), (row.id, focus.focus)
            assert (focus.status is not None) == (focus.verdict == "applicable")


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(seeds=st.lists(st.integers(0, 2**32), min_size=2, max_size=30))
def test_a_case_has_the_same_plan_alone_and_among_others(seeds: list[int]) -> None:
    drawn = [random_case(random.Random(seed)) for seed in seeds]
    together = ENGINE.derive_all(
        (load_case(case, schema=ENGINE.schema) for case in drawn), as_of=AS_OF
    )
    for case, plan in zip(drawn, together, strict=True):
        assert plan.to_dict() == plan_of(case).to_dict()


@MANY
@given(diameters=st.lists(st.sampled_from(DIAMETERS), min_size=1, max_size=4))
def test_the_largest_diameter_of_a_day_counts(diameters: list[float]) -> None:
    measured = [{"date": "2026-03-01", "diameterMm": d} for d in diameters]
    tumor = {"id": "t", "primarySite": "Pancreas", "measurements": measured}
    case = {"id": "c", "diseaseExtent": "Localized", "fitForSurgery": True, "tumors": [tumor]}
    expected = "applicable" if max(diameters) > 20 else "not-applicable"
    assert verdicts(plan_of(case))["TX-02", "t"] == expected
