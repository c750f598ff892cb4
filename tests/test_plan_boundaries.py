"""Try the edges: thresholds, roundings, windows, month ends, missing dates and ties."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import permutations
from typing import Any

import pytest

from netkg.case.loading import load_case
from netkg.plan.engine import Engine
from netkg.plan.model import Action, Focus, Plan

AS_OF = date(2026, 3, 31)
JSON = dict[str, Any]


def derive(engine: Engine, case: JSON, as_of: date = AS_OF) -> Plan:
    return engine.derive(load_case({"id": "case", **case}, schema=engine.schema), as_of=as_of)


def at(plan: Plan, statement: str, place: int = 0) -> Focus:
    assert plan.conforms, plan.findings
    return next(row.foci[place] for row in plan.recommendations if row.id == statement)


def verdicts(plan: Plan, *statements: str) -> list[str]:
    return [at(plan, statement).verdict for statement in statements]


def pairs(plan: Plan, severity: str) -> set[tuple[str | None, str]]:
    return {(f.statement, f.field) for f in plan.findings if f.severity == severity}


def event(type_: str, status: str = "completed", **more: object) -> JSON:
    return {"type": type_, "status": status, **more}


def measured(*pairs: tuple[str | date, float]) -> list[JSON]:
    return [{"date": str(day), "diameterMm": diameter} for day, diameter in pairs]


def watched(**tumor: object) -> JSON:
    """Return a case of a low-risk pancreatic tumor of 12 mm, with changes."""
    return {
        "fitForSurgery": True,
        "diseaseExtent": "Localized",
        "tumors": [
            {
                "id": "t1",
                "primarySite": "Pancreas",
                "location": "Peripheral",
                "differentiation": "WellDifferentiated",
                "ki67Percent": 1,
                "functionalStatus": "NonFunctioning",
                "malignantImagingFeatures": False,
                "measurements": measured(("2026-01-13", 12)),
                **tumor,
            }
        ],
    }


# -- Ki-67 ---------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("ki67", "grade"),
    [
        (0, "G1"),
        (2, "G1"),
        (2.0, "G1"),
        (2.001, "between"),
        (2.5, "between"),
        (2.999, "between"),
        (3, "G2"),
        (20, "G2"),
        (20.01, "G3"),
        (100, "G3"),
    ],
)
def test_ki67_gives_the_grade_with_both_ends_of_g1_and_g2_inside(
    engine: Engine, ki67: float, grade: str
) -> None:
    plan = derive(engine, watched(ki67Percent=ki67))
    is_g1 = {"G1": "applicable", "between": "undetermined"}.get(grade, "not-applicable")
    is_low = "not-applicable" if grade == "G3" else "applicable"
    assert verdicts(plan, "TX-06", "FU-01") == [is_g1, is_low]
    assert at(plan, "TX-06").missing == ((("tumors.grade",),) if grade == "between" else ())
    assert ("GAP-KI67" in plan.gaps, "GAP-G3-WELL-FU" in plan.gaps) == (
        grade == "between",
        grade == "G3",
    )
    assert (("DX-05", "tumors.ki67Percent") in pairs(plan, "Warning")) == (grade == "between")


@pytest.mark.parametrize("ki67", [-0.01, -1, 100.01, 1000])
def test_ki67_outside_0_to_100_is_refused(engine: Engine, ki67: float) -> None:
    plan = derive(engine, watched(ki67Percent=ki67))
    assert pairs(plan, "Violation") == {(None, "tumors.ki67Percent")}


@pytest.mark.parametrize(
    ("ki67", "asserted", "violation", "warning"),
    [
        (2, "G1", False, False),
        (2, "G2", False, True),
        (2.5, "G1", False, False),
        (2.5, "G2", False, False),
        (2.5, "G3", False, True),
        (3, "G1", True, False),
        (20, "G2", False, False),
        (20, "G3", False, True),
        (20.01, "G2", True, False),
        (20.01, "G3", False, False),
    ],
)
def test_an_asserted_grade_is_held_against_ki67(
    engine: Engine, ki67: float, asserted: str, violation: bool, warning: bool
) -> None:
    plan = derive(engine, watched(ki67Percent=ki67, grade=asserted))
    pair = ("DX-05", "tumors.grade")
    assert [pair in pairs(plan, kind) for kind in ("Violation", "Warning")] == [
        violation,
        warning,
    ]


@pytest.mark.parametrize(("ki67", "sound"), [(0, False), (2.5, False), (20, False), (20.01, True)])
def test_poor_differentiation_asks_for_ki67_above_20(
    engine: Engine, ki67: float, sound: bool
) -> None:
    tumor = {"differentiation": "PoorlyDifferentiated", "ki67Percent": ki67}
    plan = derive(engine, {"tumors": [tumor]})
    assert (("DX-05", "tumors.differentiation") in pairs(plan, "Violation")) != sound


# -- diameter ------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("diameter", "above", "small", "grown", "gap"),
    [
        (19.9, "not-applicable", "applicable", "not-applicable", False),
        (19.999, "not-applicable", "applicable", "not-applicable", False),
        (20, "not-applicable", "not-applicable", "applicable", False),
        (20.0, "not-applicable", "not-applicable", "applicable", False),
        (20.001, "applicable", "not-applicable", "applicable", False),
        (20.1, "applicable", "not-applicable", "applicable", False),
    ],
)
def test_20_mm_is_neither_above_nor_below_but_is_grown_to(
    engine: Engine, diameter: float, above: str, small: str, grown: str, gap: bool
) -> None:
    days = measured(("2020-01-14", 19.5), ("2026-01-13", diameter))
    plan = derive(engine, watched(measurements=days))
    assert verdicts(plan, "TX-02", "TX-03", "TX-06", "TX-09") == [above, small, small, grown]
    assert ("GAP-20MM" in plan.gaps) == gap
    exact = ("TX-02", "tumors.measurements") in pairs(plan, "Warning")
    assert exact == (diameter == 20)


@pytest.mark.parametrize(("diameter", "gap"), [(19.9, False), (20, True), (20.1, False)])
def test_a_tumor_met_at_20_mm_falls_into_the_gap(
    engine: Engine, diameter: float, gap: bool
) -> None:
    plan = derive(engine, watched(measurements=measured(("2026-01-13", diameter))))
    assert verdicts(plan, "TX-09") == ["not-applicable"]
    assert ("GAP-20MM" in plan.gaps) == gap


def test_the_largest_diameter_of_the_latest_day_counts(engine: Engine) -> None:
    days = measured(("2026-01-13", 21), ("2026-01-13", 14), ("2025-01-14", 40))
    for order in permutations(days):
        plan = derive(engine, watched(measurements=list(order)))
        assert verdicts(plan, "TX-02", "TX-06") == ["applicable", "not-applicable"]


def test_a_day_was_below_20_mm_only_by_its_largest_diameter(engine: Engine) -> None:
    days = measured(("2024-01-16", 19), ("2024-01-16", 20), ("2026-01-13", 31))
    assert verdicts(derive(engine, watched(measurements=days)), "TX-08") == ["not-applicable"]
    assert verdicts(derive(engine, watched(measurements=days[::2])), "TX-08") == ["applicable"]


@pytest.mark.parametrize("diameter", [0, -1])
def test_a_diameter_is_above_0(engine: Engine, diameter: float) -> None:
    plan = derive(engine, watched(measurements=measured(("2026-01-13", diameter))))
    assert pairs(plan, "Violation") == {(None, "tumors.measurements.diameterMm")}


# -- growth: 2022-02-10 to 2026-02-10 are 1,461 days, four times 365.25 -----------------
@pytest.mark.parametrize(
    ("latest", "verdict"),
    [
        (19.86, "not-applicable"),  # 4.94 mm a year
        (19.89, "not-applicable"),  # 4.9475, which would be 4.95 if it were rounded twice
        (19.9, "applicable"),  # 4.95 exactly, and a little less in binary fractions
        (19.98, "applicable"),  # 4.97
        (20.1, "applicable"),  # 5
        (20.2, "applicable"),  # 5.025
    ],
)
def test_growth_is_rounded_half_up_to_a_tenth_before_it_is_compared(
    engine: Engine, latest: float, verdict: str
) -> None:
    days = measured(("2022-02-10", 0.1), ("2026-02-10", latest))
    assert verdicts(derive(engine, watched(measurements=days)), "TX-08") == [verdict]


@pytest.mark.parametrize(
    ("days", "verdict"),
    [(1, "undetermined"), (179, "undetermined"), (180, "applicable"), (181, "applicable")],
)
def test_growth_is_evaluated_from_180_days_on(engine: Engine, days: int, verdict: str) -> None:
    latest = date(2026, 2, 10)
    pair = measured((latest - timedelta(days), 9), (latest, 18))
    plan = derive(engine, watched(measurements=pair))
    focus = at(plan, "TX-08")
    assert focus.verdict == verdict
    assert focus.missing == ((("tumors.measurements",),) if verdict == "undetermined" else ())
    warned = ("TX-08", "tumors.measurements") in pairs(plan, "Warning")
    assert warned == (verdict == "undetermined")
    assert at(plan, "TX-06").superseded_by == (("TX-08",) if verdict == "applicable" else ())
    assert at(plan, "TX-06").challenged_by == (("TX-08",) if verdict == "undetermined" else ())


def test_the_greatest_growth_over_earlier_days_counts(engine: Engine) -> None:
    slow, fast, close = ("2023-02-10", 12), ("2025-02-10", 11), ("2026-01-10", 1)
    for earlier, verdict in [
        ((slow,), "not-applicable"),
        ((slow, fast), "applicable"),
        ((slow, close), "not-applicable"),
    ]:
        days = measured(*earlier, ("2026-02-10", 17))
        assert verdicts(derive(engine, watched(measurements=days)), "TX-08") == [verdict]


def test_a_tumor_that_shrinks_does_not_grow(engine: Engine) -> None:
    days = measured(("2025-02-10", 18), ("2026-02-10", 9))
    assert verdicts(derive(engine, watched(measurements=days)), "TX-08") == ["not-applicable"]


# -- windows -------------------------------------------------------------------------
def repeated(statement: str, last: str | None) -> JSON:
    """Return a case in which a statement repeats, all its actions last done on a day."""
    when = {} if last is None else {"date": last}
    case: JSON = {"tumors": [{"id": "t1"}]}
    if statement == "FU-01":
        case["tumors"][0]["ki67Percent"] = 10
        case["events"] = [event("CTScan", **when), event("NeuronSpecificEnolaseTest", **when)]
    elif statement == "FU-02":
        case["tumors"][0]["differentiation"] = "PoorlyDifferentiated"
        case["events"] = [event("MRIScan", **when), event("ChromograninATest", **when)]
    elif statement == "FU-03":
        case["tumors"][0]["somatostatinReceptorStatus"] = "Positive"
        case["events"] = [event("OctreotideScintigraphy", **when)]
    else:
        case = {**watched(measurements=measured(("2020-01-14", 12)))}
        type_ = "MRIScan" if statement == "TX-06" else "ChromograninATest"
        case["events"] = [event(type_, **when)]
    return case


WINDOWS = [
    # statement, last done, first day, last day
    ("FU-02", "2024-05-15", "2024-07-15", "2024-08-15"),
    ("FU-02", "2024-12-31", "2025-02-28", "2025-03-31"),
    ("FU-02", "2023-12-31", "2024-02-29", "2024-03-31"),
    ("FU-01", "2024-05-15", "2024-08-15", "2024-11-15"),
    ("FU-01", "2024-08-31", "2024-11-30", "2025-02-28"),
    ("FU-01", "2023-11-30", "2024-02-29", "2024-05-30"),
    ("TX-06", "2024-05-15", "2024-11-15", "2025-05-15"),
    ("TX-06", "2024-08-31", "2025-02-28", "2025-08-31"),
    ("TX-06", "2023-08-31", "2024-02-29", "2024-08-31"),
    ("TX-06", "2024-02-29", "2024-08-29", "2025-02-28"),
    ("TX-07", "2024-02-29", "2024-08-29", "2025-02-28"),
    ("FU-03", "2023-05-15", "2024-11-15", "2025-05-15"),
    ("FU-03", "2022-02-28", "2023-08-28", "2024-02-28"),
    ("FU-03", "2024-02-29", "2025-08-29", "2026-02-28"),
    ("FU-03", "2022-08-31", "2024-02-29", "2024-08-31"),
]


@pytest.mark.parametrize(("statement", "last", "first_day", "last_day"), WINDOWS)
def test_both_ends_of_a_window_are_inside(
    engine: Engine, statement: str, last: str, first_day: str, last_day: str
) -> None:
    case, day = repeated(statement, last), timedelta(1)
    opens, shuts = date.fromisoformat(first_day), date.fromisoformat(last_day)
    for as_of, status in [
        (date.fromisoformat(last), "scheduled"),
        (opens - day, "scheduled"),
        (opens, "due"),
        (shuts, "due"),
        (shuts + day, "overdue"),
    ]:
        focus = at(derive(engine, case, as_of), statement)
        assert focus.status == status, as_of
        done = [action for action in focus.actions if action.last is not None]
        assert done
        for action in done:
            assert window(action) == (last, first_day, last_day)
            assert not action.done


def window(action: Action) -> tuple[str | None, str | None, str | None]:
    return action.last, action.due_from, action.due_by


@pytest.mark.parametrize("statement", ["FU-01", "FU-02", "FU-03", "TX-06", "TX-07"])
def test_an_undated_completed_event_starts_no_window(engine: Engine, statement: str) -> None:
    focus = at(derive(engine, repeated(statement, None)), statement)
    assert focus.status == "due"
    assert {window(action) for action in focus.actions} == {(None, None, None)}
    assert not any(action.done for action in focus.actions)


def test_an_undated_event_ranks_before_the_dated_ones(engine: Engine) -> None:
    case = repeated("TX-06", "2026-02-10")
    case["events"].append(event("MRIScan"))
    focus = at(derive(engine, case), "TX-06")
    assert (focus.status, focus.actions[0].last) == ("scheduled", "2026-02-10")


def test_an_undated_event_does_what_is_done_once(engine: Engine) -> None:
    plan = derive(engine, {"tumors": [{}], "events": [event("TumorBoardDiscussion")]})
    focus = at(plan, "MD-02")
    assert (focus.status, focus.actions[0].done, focus.actions[0].last) == ("done", True, None)


def test_the_latest_of_several_dates_starts_the_window(engine: Engine) -> None:
    case = repeated("TX-06", "2024-05-15")
    case["events"] += [event("MRIScan", date="2025-12-02"), event("MRIScan", date="2025-06-03")]
    focus = at(derive(engine, case), "TX-06")
    assert window(focus.actions[0]) == ("2025-12-02", "2026-06-02", "2026-12-02")
    assert focus.status == "scheduled"


def test_of_two_actions_the_more_pressing_counts(engine: Engine) -> None:
    case: JSON = {"tumors": [{"ki67Percent": 10}]}
    for imaging, marker, status in [
        ("2026-03-03", "2025-09-29", "overdue"),
        ("2026-03-03", "2025-12-30", "due"),
        ("2025-10-01", "2026-03-03", "due"),
        ("2026-03-03", "2026-03-03", "scheduled"),
    ]:
        events = [event("CTScan", date=imaging), event("ChromograninATest", date=marker)]
        assert at(derive(engine, {**case, "events": events}), "FU-01").status == status


@pytest.mark.parametrize(
    ("tumor", "status", "due_by"),
    [
        ({"differentiation": "PoorlyDifferentiated"}, "overdue", "2026-03-30"),
        ({"ki67Percent": 10}, "due", "2026-06-30"),
        ({"differentiation": "WellDifferentiated", "grade": "G3"}, "due", None),
        ({}, "due", None),
    ],
)
def test_imaging_follows_the_interval_in_force(
    engine: Engine, tumor: JSON, status: str, due_by: str | None
) -> None:
    case = {"tumors": [tumor], "events": [event("CTScan", date="2025-12-30")]}
    focus = at(derive(engine, case), "FU-05")
    assert (focus.status, focus.actions[0].due_by) == (status, due_by)
    assert focus.actions[0].last == "2025-12-30"


def test_the_marker_follows_the_shortest_interval_of_any_tumor(engine: Engine) -> None:
    watch, low, carcinoma = (
        watched()["tumors"][0],
        {"id": "low", "ki67Percent": 10},
        {"id": "carcinoma", "differentiation": "PoorlyDifferentiated"},
    )
    marker = event("ChromograninATest", date="2025-12-30", result="Elevated")
    for tumors, due in [
        ([watch], ("2026-06-30", "2026-12-30")),
        ([watch, low], ("2026-03-30", "2026-06-30")),
        ([watch, low, carcinoma], ("2026-02-28", "2026-03-30")),
        ([{"id": "unknown"}], (None, None)),
    ]:
        case = {"diseaseExtent": "Localized", "tumors": tumors, "events": [marker]}
        action = at(derive(engine, case), "FU-04a").actions[0]
        assert (action.due_from, action.due_by) == due


# -- days of birth and death -----------------------------------------------------------
@pytest.mark.parametrize(
    ("day", "status"), [("2026-03-30", "closed"), ("2026-03-31", "closed"), ("2026-04-01", "due")]
)
def test_a_plan_closes_on_the_day_of_death(engine: Engine, day: str, status: str) -> None:
    focus = at(derive(engine, {"deceasedDate": day, "tumors": [{}]}), "MD-02")
    assert focus.status == status


@pytest.mark.parametrize(("day", "real"), [("2024-02-29", True), ("2025-02-29", False)])
def test_29_february_is_a_day_of_leap_years_only(engine: Engine, day: str, real: bool) -> None:
    plan = derive(engine, {"tumors": [{}], "events": [event("CTScan", date=day)]})
    assert plan.conforms == real


@pytest.mark.parametrize(("status", "sound"), [("completed", False), ("planned", True)])
def test_only_what_is_completed_must_not_lie_ahead(
    engine: Engine, status: str, sound: bool
) -> None:
    events = [event("CTScan", status, date="2026-04-01")]
    assert derive(engine, {"tumors": [{}], "events": events}).conforms == sound
    assert derive(engine, {"tumors": [{}], "events": events}, date(2026, 4, 1)).conforms


# -- chromogranin A at its limit ---------------------------------------------------------
@pytest.mark.parametrize(
    ("value", "verdicts_"),
    [
        (94.9, ["not-applicable", "applicable"]),
        (95, ["not-applicable", "applicable"]),
        (95.1, ["applicable", "not-applicable"]),
    ],
)
def test_a_value_at_its_limit_is_not_elevated(
    engine: Engine, value: float, verdicts_: list[str]
) -> None:
    test = event("ChromograninATest", value=value, upperReferenceLimit=95)
    plan = derive(engine, {"tumors": [{}], "events": [test]})
    assert verdicts(plan, "FU-04a", "FU-04b") == verdicts_


# -- receptor imaging: ties, order and what says nothing ------------------------------------
def scan(result: str | None, day: str | None = None, status: str = "completed") -> JSON:
    reported = {"result": result, "date": day}
    return event(
        "SomatostatinReceptorImaging",
        status,
        **{k: v for k, v in reported.items() if v is not None},
    )


POSITIVE, NEGATIVE, UNKNOWN = "applicable", "not-applicable", "undetermined"


@pytest.mark.parametrize(
    ("scans", "verdict"),
    [
        ([scan("Positive", "2026-01-13")], POSITIVE),
        ([scan("Positive", "2026-01-13"), scan("Negative", "2026-01-13")], NEGATIVE),
        ([scan("Positive", "2026-01-13"), scan("Negative", "2026-01-12")], POSITIVE),
        ([scan("Positive", "2026-01-13"), scan("Negative")], POSITIVE),
        ([scan("Positive"), scan("Negative", "2020-01-14")], NEGATIVE),
        ([scan("Positive"), scan("Negative")], NEGATIVE),
        ([scan("Positive"), scan("Positive")], POSITIVE),
        ([scan("Positive", "2025-01-14"), scan(None, "2026-01-13")], POSITIVE),
        ([scan("Positive", "2025-01-14"), scan("Elevated", "2026-01-13")], POSITIVE),
        ([scan("Positive", "2025-01-14"), scan("Negative", "2026-01-13", "planned")], POSITIVE),
        ([scan("Positive", "2025-01-14"), scan("Negative", "2026-01-13", "stopped")], POSITIVE),
        ([scan(None, "2026-01-13")], UNKNOWN),
        ([], UNKNOWN),
    ],
)
def test_the_latest_imaging_with_a_result_gives_the_receptor_status(
    engine: Engine, scans: list[JSON], verdict: str
) -> None:
    for order in permutations(scans):
        plan = derive(engine, {"tumors": [{}], "events": list(order)})
        assert verdicts(plan, "FU-03") == [verdict]
        therapy = event("Lutetium177Dotatate", "planned")
        plan = derive(engine, {"tumors": [{}], "events": [*order, therapy]})
        confirmed = "not-applicable" if verdict == POSITIVE else "applicable"
        assert verdicts(plan, "TX-20") == [confirmed]


@pytest.mark.parametrize(
    ("targets", "status", "confirmed"),
    [
        (["t1"], [POSITIVE, UNKNOWN], [True, False]),
        ([None], [UNKNOWN, UNKNOWN], [True, True]),
        (["m1"], [UNKNOWN, UNKNOWN], [True, True]),
        (["t1", "t2"], [POSITIVE, POSITIVE], [True, True]),
    ],
)
def test_imaging_of_several_tumors_speaks_of_its_target_but_confirms_at_all_without_one(
    engine: Engine, targets: list[str | None], status: list[str], confirmed: list[bool]
) -> None:
    scans = [
        {**scan("Positive", "2026-01-13"), **({} if target is None else {"target": target})}
        for target in targets
    ]
    case = {
        "tumors": [{"id": "t1"}, {"id": "t2"}],
        "metastases": [{"id": "m1"}],
        "events": [*scans, event("Lutetium177Dotatate", "planned")],
    }
    plan = derive(engine, case)
    assert [at(plan, "FU-03", place).verdict for place in (0, 1)] == status
    assert [at(plan, "TX-20", place).verdict == NEGATIVE for place in (0, 1)] == confirmed


def test_a_tie_contradicts_an_asserted_positive_status(engine: Engine) -> None:
    scans = [scan("Positive", "2026-01-13"), scan("Negative", "2026-01-13")]
    tumor = {"somatostatinReceptorStatus": "Positive"}
    plan = derive(engine, {"tumors": [tumor], "events": scans})
    assert pairs(plan, "Violation") == {("TX-20", "tumors.somatostatinReceptorStatus")}
