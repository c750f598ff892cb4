"""Show comparisons in every form, and run whatif and diff."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from plan_pairs import AS_OF, ENGINE, EXAMPLE, ROOT, differing_rows, drawn_pairs, plan_of
from rich.cells import cell_len

import netkg
from netkg.case.loading import load_case
from netkg.comparison.edits import Setting, change
from netkg.comparison.model import Comparison
from netkg.comparison.plans import compare
from netkg.plan.model import Plan
from netkg.render.comparison import comparison_page, comparison_text

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def pairs() -> list[tuple[Plan, Plan]]:
    return list(drawn_pairs())


# -- forms -------------------------------------------------------------------------------
def shown_ids(view: Comparison) -> set[str]:
    """Return the statements that a reader must find."""
    rows = differing_rows(view)
    return {
        row.statement.id
        for row in rows
        if (row.before and row.after)
        or any(f and f.verdict != "not-applicable" for f in (row.before, row.after))
    }


@pytest.mark.batch
def test_every_form_shows_what_differs(pairs: list[tuple[Plan, Plan]]) -> None:
    for before, after in pairs[:60]:
        view = compare(before, after)
        text = comparison_text(view, color=False, width=80)
        marked = comparison_page(view).markdown()
        assert all(len(line) <= 80 for line in text.splitlines())
        assert text.endswith("\n")
        assert not text.endswith("\n\n")
        for id_ in shown_ids(view):
            assert f"\n  {id_} " in text
            assert f"| {id_} |" in marked
        for name in (*view.only_before, *view.only_after):
            assert re.search(rf"\n  {name} +only (before|after); of the statements \d", text)
        found = view.findings
        assert text.count("  appeared: ") == len(found.appeared)
        assert text.count("  disappeared: ") == len(found.disappeared)
        for words in (after.guideline.version, after.guideline.review_status):
            assert words in text
            assert words in marked
        assert " ".join(text.split()).endswith(after.disclaimer)
        json.dumps(view.to_dict())


def test_control_characters_are_escaped() -> None:
    tree = {"id": "a\x1b[31m", "tumors": [{"id": "t\x07"}, {"id": "u"}]}
    view = compare(plan_of(tree), plan_of({"id": "b\n", "tumors": [{"id": "v\x1b"}]}))
    for shown in (comparison_text(view, color=False, width=80), comparison_page(view).markdown()):
        assert not {"\x1b", "\x07"} & set(shown)


# -- the command line --------------------------------------------------------------------
def test_whatif_is_the_comparison_with_the_edited_case(run: Run) -> None:
    status, out, err = run(
        *("whatif", EXAMPLE, "--as-of", "2026-03-31", "--format", "json"),
        *("--set", "tumors.somatostatinReceptorStatus=Positive", "body-nodule.ki67Percent=12"),
    )
    tree = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    tree["tumors"][0] |= {"somatostatinReceptorStatus": "Positive", "ki67Percent": 12}
    expected = compare(plan_of(EXAMPLE), plan_of(tree)).to_dict()
    body = json.loads(out)
    assert (status, err) == (0, "")
    assert [(c["field"], c["after"]) for c in body["changes"]] == [
        ("tumors.somatostatinReceptorStatus", "Positive"),
        ("tumors.ki67Percent", 12),
    ]
    assert body | {"changes": []} == expected


@pytest.mark.parametrize("suffix", ["json", "ttl"])
def test_whatif_reads_any_format(run: Run, suffix: str) -> None:
    status, out, _ = run(
        *("whatif", EXAMPLE.with_suffix(f".{suffix}"), "--as-of", "2026-03-31"),
        *("--unset", "men1Status", "--add", 'events={"type": "CTScan", "status": "planned"}'),
    )
    assert status == 0
    assert "Events: added: CT scan, planned" in out
    assert "MEN1 status: no change: there is no value" in out
    assert "due → planned" in out


def test_whatif_answers_each_case_and_says_which_it_cannot(run: Run, tmp_path: Path) -> None:
    cases = [
        {"id": "a", "tumors": [{"id": "t"}]},
        {"id": "b", "tumors": [{}]},
        {"id": "c", "tumors": [{"id": "t", "ki67": 5}]},
        {"id": "d", "tumors": [{"id": "t"}]},
    ]
    path = tmp_path / "cases.ndjson"
    path.write_text("".join(json.dumps(case) + "\n" for case in cases), encoding="utf-8")
    arguments = ("--as-of", "2026-03-31", "--format", "json", "--set", "t.grade=G2")
    status, out, err = run("whatif", path, *arguments)
    body = json.loads(out)
    assert [view["after"]["case"] for view in body] == ["a", "c", "d"]
    assert [view["comparable"] for view in body] == [True, False, True]
    assert "Nothing was changed" in body[1]["notice"]
    assert body[1]["findings"]["unchanged"][0]["field"] == "tumors.ki67"
    assert status == 2
    assert "netkg: b: t.grade: the case has no tumor or metastasis 't'" in err


def test_whatif_of_a_violation_shows_it_and_ends_with_1(run: Run) -> None:
    status, out, err = run(
        "whatif", EXAMPLE, "--as-of", "2026-03-31", "--set", "tumors.ki67Percent=120"
    )
    assert (status, err) == (1, "")
    assert "found 120; expected a number from 0 to 100" in out


def test_diff_of_two_cases(run: Run, tmp_path: Path) -> None:
    one = {"id": "a", "tumors": [{"id": "x", "primarySite": "Pancreas", "ki67Percent": 1}]}
    two = {"id": "b", "tumors": [{"id": "y", "primarySite": "Pancreas", "ki67Percent": 30}]}
    paths = []
    for tree in (one, two):
        paths.append(tmp_path / f"{tree['id']}.json")
        paths[-1].write_text(json.dumps([tree]), encoding="utf-8")
    status, out, err = run("diff", *paths, "--as-of", "2026-03-31")
    assert (status, err) == (0, "")
    assert "  x  compared with y after\n" in out
    assert "  Ki-67 index of y: 1 % → 30 %\n" in out
    status, out, _ = run("diff", *paths, "--as-of", "2026-01-01", "--as-of", "2026-03-31")
    assert "Before         a as of 2026-01-01\nAfter          b as of 2026-03-31\n" in out


def test_diff_of_two_days_sets_aside_what_came_later(run: Run) -> None:
    status, out, err = run(
        *("diff", EXAMPLE, "--as-of", "2025-03-31", "--as-of", "2026-03-31"),
        *("--format", "json"),
    )
    assert (status, err) == (0, "")
    body = json.loads(out)
    assert [(item["subject"], item["value"]["date"]) for item in body["before"]["setAside"]] == [
        ("small-pancreatic-net", "2025-07-15"),
        ("body-nodule", "2025-07-15"),
    ]
    assert body["after"]["setAside"] == []
    assert "without a date" in body["notice"]
    assert body["comparable"]
    row = next(row for row in body["changed"] if row["id"] == "TX-06")
    assert (row["before"]["status"], row["after"]["status"]) == ("scheduled", "due")
    assert not row["why"]["day"]  # since the window is another one, from the later scan
    back = run("diff", EXAMPLE, "--as-of", "2026-03-31", "--as-of", "2025-03-31")[1]
    found = back.partition("  TX-06 ")[2].partition("  TX-07 ")[0]
    assert "due → scheduled" in found
    assert "after: [ ] MRI scan: last 2024-12-03, due from" in found
    # Of several actions, only those that differ are shown.
    assert "CT scan" not in found


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["EXAMPLE"], "Add --as-of twice"),
        (["EXAMPLE", "--as-of", "2026-01-01"], "or add a second case"),
        (["EXAMPLE", "EXAMPLE", *["--as-of", "2026-01-01"] * 3], "given 3 times"),
        (["EXAMPLE", "--as-of", "2026-01-32"], "is not a date"),
        (["-", "-"], "not both"),
        (["COHORT", "EXAMPLE"], "contains more than one case. Expected one case"),
        (["EXAMPLE", "COHORT"], "cohort.ndjson: contains more than one case"),
        (["EXAMPLE", "nowhere.json"], "nowhere.json: does not exist"),
        (["EMPTY", "EXAMPLE"], "contains no case"),
    ],
)
def test_diff_refuses_misuse(run: Run, tmp_path: Path, arguments: list[str], words: str) -> None:
    empty = tmp_path / "empty.json"
    empty.write_text("[]", encoding="utf-8")
    files = {
        "EXAMPLE": str(EXAMPLE),
        "COHORT": str(ROOT / "examples/cohort.ndjson"),
        "EMPTY": str(empty),
    }
    status, out, err = run("diff", *[files.get(word, word) for word in arguments])
    assert (status, out) == (2, "")
    assert words in err


def test_diff_of_a_case_with_a_fault_shows_it_and_ends_with_1(run: Run) -> None:
    fault = ROOT / "examples/mistakes/misspelled-key.json"
    for arguments in (
        [fault, "--as-of", "2025-03-31", "--as-of", "2026-03-31"],
        [fault, EXAMPLE, "--as-of", "2026-03-31"],
    ):
        status, out, err = run("diff", *arguments)
        assert (status, err) == (1, "")
        assert "The case format has no key tumors.ki67" in " ".join(out.split())


def test_a_change_that_fixes_a_case_is_shown() -> None:
    tree = {"id": "c", "tumors": [{"ki67Percent": 120}]}
    case = load_case(tree, schema=ENGINE.schema)
    asked = [Setting("set", "tumors.ki67Percent", 12)]
    changed, changes = change(case, asked, schema=ENGINE.schema)
    view = compare(plan_of(tree), ENGINE.derive(changed, as_of=AS_OF), changes=changes)
    assert (view.before.conforms, view.after.conforms, view.comparable) == (False, True, False)
    assert any(finding.severity == "Violation" for finding in view.findings.disappeared)


def test_a_status_that_turns_on_an_event_names_it() -> None:
    case = {"id": "c", "tumors": [{}]}
    planned = {"type": "TissueBiopsy", "status": "planned"}
    before, after = (
        netkg.derive({**case, "events": events}, as_of=date(2026, 3, 31))
        for events in ([], [planned])
    )
    rows = {row.statement.id: row for row in compare(before, after).changed}
    assert (rows["DX-01"].before.status, rows["DX-01"].after.status) == ("due", "planned")
    assert rows["DX-01"].why.records_before == ()
    assert [dict(record) for record in rows["DX-01"].why.records_after] == [planned]
    back = {row.statement.id: row for row in compare(after, before).changed}
    assert [dict(record) for record in back["DX-01"].why.records_before] == [planned]
    drawn = comparison_text(compare(before, after), color=False, width=80)
    assert "after: on record tissue biopsy, planned" in drawn


def test_a_plan_closed_by_death_says_so() -> None:
    case = {"id": "c", "tumors": [{}]}
    before, after = (
        netkg.derive(each, as_of=date(2026, 3, 31))
        for each in (case, {**case, "deceasedDate": "2026-01-01"})
    )
    drawn = comparison_text(compare(before, after), color=False, width=80)
    assert "due → closed" in drawn
    assert "since the patient had died by then" in drawn


def test_a_tumor_can_have_the_id_of_its_case() -> None:
    plans = [
        netkg.derive({"id": name, "tumors": [{"id": "x"}]}, as_of=date(2026, 3, 31))
        for name in ("x", "y")
    ]
    found = compare(*plans)
    assert (found.appeared, found.disappeared, found.changed) == ((), (), ())
    assert found.on_other_facts == ()


def test_a_text_in_place_of_a_list_of_paths_is_refused() -> None:
    with pytest.raises(netkg.InputError, match="Expected a list of paths"):
        netkg.whatif({"id": "c", "tumors": [{}]}, as_of=date(2026, 3, 31), unset="men1Status")


def test_display_widths_keep_the_columns_straight() -> None:
    names = ("\u60a3\u8005\u7532", "\U0001f469\u200d\u2695\ufe0f", "e\u0301x", "ab")
    view = compare(
        plan_of({"id": "c", "tumors": [{"id": name} for name in names]}),
        plan_of({"id": "c", "tumors": [{"id": "y"}]}),
    )
    lines = comparison_text(view, color=False, width=80).splitlines()
    found = [line for line in lines if " only before" in line]
    assert len(found) >= 3
    assert len({cell_len(line.partition("only")[0]) for line in found}) == 1
    assert all(cell_len(line) <= 80 for line in lines)
