"""Compare plans: what differs, why, and which tumors belong together."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date

import pytest
from plan_pairs import ENGINE, EXAMPLE, JSON, Key, differing_rows, drawn_pairs, key, plan_of

from netkg.comparison.model import Difference
from netkg.comparison.plans import compare
from netkg.comparison.records import pair
from netkg.namespaces import NETKG
from netkg.ontology.schema import netkg
from netkg.plan.model import Plan
from netkg.reasoning.fact import Fact
from netkg.render.comparison import comparison_text
from netkg.suggestions import sentence

WATCHED = ("verdict", "status", "supersededBy", "challengedBy", "actions", "missing")


def foci(plan: Plan, names: dict[str, str]) -> dict[Key, JSON]:
    """Return every focus of a plan by statement and name, the case being named ``""``."""
    found = {}
    for row in plan.to_dict()["recommendations"]:
        for focus in row["foci"]:
            name = "" if row["level"] == "case" else names.get(focus["focus"], focus["focus"])
            found[row["id"], name] = {key: focus[key] for key in WATCHED}
    return found


def leaves(facts: tuple[Fact, ...]) -> Iterator[Fact]:
    for fact in facts:
        if fact.derived_from:
            yield from leaves(fact.derived_from)
        else:
            yield fact


def named(leaf: Fact, names: dict[str, str]) -> str:
    body = leaf.to_dict() | {"subject": names.get(leaf.subject, leaf.subject)}
    if leaf.field == "id":
        body["value"] = names.get(leaf.value, leaf.value)
    return json.dumps(body, sort_keys=True)


@pytest.fixture(scope="module")
def pairs() -> list[tuple[Plan, Plan]]:
    return list(drawn_pairs())


# -- differences ------------------------------------------------------------------------
@pytest.mark.batch
def test_the_drawn_pairs_differ_in_every_way(pairs: list[tuple[Plan, Plan]]) -> None:
    views = [compare(*both) for both in pairs]
    for name in ("appeared", "disappeared", "changed", "on_other_facts", "questions"):
        assert sum(bool(getattr(view, name)) for view in views) > 15, name
    for name in ("findings", "gaps"):
        assert any(getattr(view, name).appeared for view in views)
        assert any(getattr(view, name).disappeared for view in views)
    rows = [row for view in views for row in view.changed]
    assert {name for row in rows for name in row.what} == {*WATCHED, "focus"}
    assert any(row.why.day for row in rows)
    assert any(row.why.statements for row in rows)
    assert any(view.only_before and view.only_after for view in views)
    assert any(left != right for view in views for left, right in view.same)


def test_a_plan_does_not_differ_from_itself(pairs: list[tuple[Plan, Plan]]) -> None:
    for plan, _ in pairs:
        view = compare(plan, plan)
        assert differing_rows(view) == []
        assert view.questions == view.on_other_facts == ()
        assert view.findings.appeared == view.findings.disappeared == ()
        assert view.gaps.appeared == view.gaps.disappeared == ()
        assert view.unchanged == sum(len(row.foci) for row in plan.recommendations)
        assert view.findings.unchanged == plan.findings


def test_exactly_what_differs_is_reported(pairs: list[tuple[Plan, Plan]]) -> None:
    for before, after in pairs:
        view = compare(before, after)
        here, there = foci(before, dict(view.same)), foci(after, {})
        rows = differing_rows(view)
        reported = {key(row): row for row in rows}
        assert len(reported) == len(rows)
        keys = {k for k in here.keys() | there.keys() if here.get(k) != there.get(k)}
        assert reported.keys() == keys
        assert view.unchanged == len(here.keys() | there.keys()) - len(keys)
        for k, row in reported.items():
            left, right = here.get(k), there.get(k)
            applied, applies = ((f or {}).get("verdict") == "applicable" for f in (left, right))
            assert (row in view.appeared) == (applies and not applied)
            assert (row in view.disappeared) == (applied and not applies)
            if left and right:
                assert set(row.what) == {name for name in WATCHED if left[name] != right[name]}
            body = row.to_dict()
            for side, focus in (("before", left), ("after", right)):
                assert (body[side] is None) == (focus is None)
                assert focus is None or focus.items() <= body[side].items()


def test_the_rest_of_the_plans_is_reported(pairs: list[tuple[Plan, Plan]]) -> None:
    for before, after in pairs:
        view = compare(before, after)
        assert set(view.gaps.appeared) == set(after.gaps) - set(before.gaps)
        assert set(view.gaps.disappeared) == set(before.gaps) - set(after.gaps)
        here = {q.field: q.decides for q in before.next_questions}
        there = {q.field: q.decides for q in after.next_questions}
        assert {q.field: (q.before, q.after) for q in view.questions} == {
            field: (here.get(field, ()), there.get(field, ()))
            for field in here.keys() | there.keys()
            if here.get(field) != there.get(field)
        }
        reported = view.findings
        assert sorted(map(str, (*reported.appeared, *reported.unchanged))) == sorted(
            map(str, after.findings)
        )
        assert len(reported.disappeared) + len(reported.unchanged) == len(before.findings)


def test_the_other_way_round_is_the_mirror_image(pairs: list[tuple[Plan, Plan]]) -> None:
    def mirrored(rows: tuple[Difference, ...]) -> list[tuple[object, ...]]:
        return [
            (row.statement.id, row.after, row.before, row.what, row.why.after, row.why.before)
            for row in rows
        ]

    def plain(rows: tuple[Difference, ...]) -> list[tuple[object, ...]]:
        return [
            (row.statement.id, row.before, row.after, row.what, row.why.before, row.why.after)
            for row in rows
        ]

    for before, after in pairs:
        view, back = compare(before, after), compare(after, before)
        for ours, theirs in (
            (view.appeared, back.disappeared),
            (view.disappeared, back.appeared),
            (view.changed, back.changed),
        ):
            assert sorted(plain(ours), key=str) == sorted(mirrored(theirs), key=str)
        assert view.unchanged == back.unchanged
        assert len(view.on_other_facts) == len(back.on_other_facts)
        assert view.gaps.appeared == back.gaps.disappeared
        assert (view.only_before, view.only_after) == (back.only_after, back.only_before)


# -- why ---------------------------------------------------------------------------------
def test_every_decided_verdict_that_changes_names_a_fact(pairs: list[tuple[Plan, Plan]]) -> None:
    for before, after in pairs:
        view = compare(before, after)
        for row in differing_rows(view):
            if "verdict" not in row.what or not (row.before and row.after):
                continue
            for focus, facts in ((row.before, row.why.before), (row.after, row.why.after)):
                assert bool(facts) == (focus.verdict != "undetermined"), row


def test_what_is_named_one_plan_rests_on_and_the_other_does_not(
    pairs: list[tuple[Plan, Plan]],
) -> None:
    for before, after in pairs:
        view = compare(before, after)
        names = {before.case: after.case, **dict(view.same)}
        rests_on = [
            {
                named(leaf, given)
                for row in plan.recommendations
                for focus in row.foci
                for leaf in leaves(focus.because)
            }
            for plan, given in ((before, names), (after, {}))
        ]
        for row in differing_rows(view):
            for focus, facts, given, other in (
                (row.before, row.why.before, names, rests_on[1]),
                (row.after, row.why.after, {}, rests_on[0]),
            ):
                own = {named(leaf, given) for leaf in leaves(focus.because)} if focus else set()
                reported = {named(leaf, given) for leaf in leaves(facts)}
                # A fact that is not derived from leaves alone is listed though all are known.
                assert reported == own - other or (not own - other and reported <= own)


def test_a_superseding_statement_is_reported_with_its_verdicts() -> None:
    tree = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    tree["tumors"][0]["ki67Percent"] = 12
    view = compare(plan_of(EXAMPLE), plan_of(tree))
    row = next(row for row in view.changed if row.statement.id == "TX-01")
    [other] = row.why.statements
    assert other.to_dict() == {
        "id": "TX-06",
        "before": {"verdict": "applicable", "status": "due", "supersededBy": []},
        "after": {"verdict": "not-applicable", "status": None, "supersededBy": []},
    }
    gone = next(row for row in view.disappeared if row.statement.id == "TX-06")
    assert [(leaf.field, leaf.value) for leaf in leaves(gone.why.before)] == [("ki67Percent", 1)]
    assert [(leaf.field, leaf.value) for leaf in leaves(gone.why.after)] == [("ki67Percent", 12)]
    assert gone.why.statements == ()


def test_the_day_alone_is_reported_where_nothing_else_differs() -> None:
    view = compare(plan_of(EXAMPLE, date(2025, 8, 1)), plan_of(EXAMPLE, date(2026, 3, 31)))
    row = next(row for row in view.changed if row.statement.id == "FU-03")
    assert (row.what, row.why.day) == (("status",), True)
    assert row.why.before == row.why.after == ()


def test_the_day_is_reported_only_of_windows_that_are_the_same(
    pairs: list[tuple[Plan, Plan]],
) -> None:
    def seen(window: tuple[str | None, str | None], day: str) -> tuple[bool, bool]:
        return bool(window[0] and window[0] <= day), bool(window[1] and window[1] < day)

    for before, after in pairs:
        for row in differing_rows(compare(before, after)):
            left, right = row.before, row.after
            if row.why.day:
                assert left
                assert right
                assert left.actions == right.actions
                windows = [(action.due_from, action.due_by) for action in left.actions]
                assert any(seen(w, before.as_of) != seen(w, after.as_of) for w in windows)


# -- pairs, and sides without a plan -------------------------------------------------------
def test_tumors_are_paired_by_id_and_then_if_one_is_left_over() -> None:
    assert pair({"a": 1}, {"b": 2}) == {"a": "b"}
    assert pair({"a": 1, "x": 2}, {"x": 3, "b": 4}) == {"a": "b", "x": "x"}
    assert pair({"a": 1, "x": 2}, {"x": 3}) == {"x": "x"}
    assert pair({"a": 1, "b": 2}, {"c": 1}) == {}
    assert pair({"a": 1}, {"b": 1}, leftover=False) == {}


def test_a_side_that_does_not_conform_is_said_to() -> None:
    bad = plan_of({"id": "c", "tumors": [{"ki67Percent": 120}]})
    good = plan_of({"id": "c", "tumors": [{"ki67Percent": 12}]})
    view = compare(good, bad)
    assert not view.comparable
    assert not view.conforms
    assert differing_rows(view) == []
    assert view.questions == ()
    assert (view.only_before, view.same, view.unchanged) == ((), (), 0)
    assert any(finding.severity == "Violation" for finding in view.findings.appeared)
    shown = comparison_text(view, color=False, width=80)
    assert 'No comparison: the "after" case is invalid' in shown
    assert "Violation  appeared: tumor-1 · tumors.ki67Percent" in shown


# -- treatments ---------------------------------------------------------------------------
def test_a_treatment_that_was_added_is_always_shown() -> None:
    """Every class of treatment, whether or not a statement counts it."""
    given = {"id": "case", "tumors": [{"id": "t", "primarySite": "Lung"}]}
    marks = {"planned": "planned for", "active": "active since", "declined": "declined"}
    bare = plan_of(given)
    names = [name for name in ENGINE.schema.event_types if is_treatment(name)]
    assert {"Everolimus", "TumorResection", "OtherTherapy", "OtherOperation"} <= set(names)
    for number, name in enumerate(sorted(names)):
        status = list(marks)[number % len(marks)]
        event = {"type": name, "status": status, "date": "2026-03-01"}
        view = compare(bare, plan_of(given | {"events": [event]}))
        assert [each.type for each in view.treatments.appeared] == [name]
        assert view.to_dict()["treatments"]["appeared"][0]["type"] == name
        drawn = " ".join(comparison_text(view, color=False, width=200).split())
        label = ENGINE.labels[name]
        assert f"added {sentence(label)}: {marks[status]} 2026-03-01" in drawn
        back = compare(plan_of(given | {"events": [event]}), bare)
        assert [each.type for each in back.treatments.disappeared] == [name]


def is_treatment(name: str) -> bool:
    kinds = {node.value for node in ENGINE.schema.superclasses(netkg(name))}
    return bool(kinds & {NETKG + "Procedure", NETKG + "Therapy"})


def test_a_treatment_on_both_sides_is_the_same_under_another_name_of_its_tumor() -> None:
    event = {"type": "TumorResection", "status": "completed", "target": "t"}
    one = {"id": "a", "tumors": [{"id": "t"}], "events": [event]}
    two = {"id": "b", "tumors": [{"id": "u"}], "events": [event | {"target": "u"}]}
    found = compare(plan_of(one), plan_of(two)).treatments
    assert (found.appeared, found.disappeared, len(found.unchanged)) == ((), (), 1)
