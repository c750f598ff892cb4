"""Check the command validate: its formats, its options, and several files."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import Run, Write

from netkg.case.finding import SEVERITIES, Finding, Findings
from netkg.cli.validate import LEVELS
from netkg.plan.engine import Engine
from netkg.render.terminal import totals_text

ROOT = Path(__file__).resolve().parent.parent
DAY = ("--as-of", "2026-03-31")
BAD = {"id": "bad", "tumors": [{"grade": "G9", "ki67Percent": 250}]}
WARNED = {"id": "warned", "tumors": [{"primarySite": "Pancreas"}]}
TUMOR = {
    **{"primarySite": "Pancreas", "differentiation": "WellDifferentiated", "ki67Percent": 1},
    **{"functionalStatus": "NonFunctioning", "somatostatinReceptorStatus": "Positive"},
    **{"measurements": [{"date": "2026-01-15", "diameterMm": 30}]},
}
GOOD = {"id": "good", "diseaseExtent": "Localized", "tumors": [TUMOR]}
INFORMED = GOOD | {"id": "informed", "events": [{"type": "InterferonAlpha", "status": "active"}]}


def severities(answer: dict[str, Any]) -> set[str]:
    return {finding["severity"] for finding in answer["findings"]}


# -- several files ------------------------------------------------------------------------
def test_several_files_are_one_list(run: Run, write: Write) -> None:
    files = (write(BAD, "a.json"), write([WARNED, GOOD], "b.json"))
    status, out, err = run("validate", *files, *DAY, "--format", "json")
    answers = json.loads(out)
    assert [answer["case"] for answer in answers] == ["bad", "warned", "good"]
    assert (status, err) == (1, "")
    alone = [json.loads(run("validate", file, *DAY, "--format", "json")[1]) for file in files]
    assert answers == [alone[0], *alone[1]]


def test_a_file_that_cannot_be_read_stops_no_other(run: Run, write: Write) -> None:
    files = ("gone.json", write(GOOD, "a.json"), write("{", "b.json"), write(WARNED, "c.json"))
    status, out, err = run("validate", *files, *DAY, "--format", "json")
    assert [answer["case"] for answer in json.loads(out)] == ["good", "warned"]
    assert status == 2
    first, second = err.splitlines()
    assert first.startswith("netkg: gone.json: ")
    assert "b.json, line 1: not valid JSON" in second
    status, out, _ = run("validate", "gone.json", *DAY, "--format", "json")
    assert (status, out) == (2, "")


def test_cases_with_the_same_id_are_answered_separately(run: Run, write: Write) -> None:
    files = (write(GOOD, "a.json"), write(BAD | {"id": "good"}, "b.json"))
    for form in ("json", "csv", "shacl"):
        status, out, _ = run("validate", *files, *DAY, "--format", form)
        assert status == 1
        if form == "json":
            assert [answer["conforms"] for answer in json.loads(out)] == [True, False]


def test_standard_input_is_read_once(run: Run) -> None:
    status, out, err = run("validate", "-", "-", *DAY, stdin=json.dumps(GOOD))
    assert (status, out) == (2, "")
    assert "only once" in err


def test_one_of_several_files_is_standard_input(run: Run, write: Write) -> None:
    status, out, _ = run(
        "validate", write(GOOD), "-", *DAY, "--format", "json", stdin=json.dumps(WARNED)
    )
    assert [answer["case"] for answer in json.loads(out)] == ["good", "warned"]
    assert status == 0


# -- severities ---------------------------------------------------------------------------
def test_the_levels_are_the_severities_of_findings() -> None:
    assert LEVELS == SEVERITIES


@pytest.mark.parametrize(
    ("level", "shown"),
    [
        ("Info", {"Violation", "Warning", "Info"}),
        ("Warning", {"Violation", "Warning"}),
        ("Violation", {"Violation"}),
    ],
)
def test_only_findings_of_a_severity_or_worse_are_shown(
    level: str, shown: set[str], run: Run, write: Write
) -> None:
    file = write([BAD, INFORMED, WARNED])
    status, out, _ = run("validate", file, *DAY, "--format", "json", "--severity", level)
    answers = json.loads(out)
    assert set().union(*map(severities, answers)) == shown
    assert [answer["conforms"] for answer in answers] == [False, True, True]
    assert status == 1
    _, table, _ = run("validate", file, *DAY, "--format", "csv", "--severity", level)
    assert {row["severity"] for row in csv.DictReader(io.StringIO(table))} == shown


def test_the_text_counts_what_it_does_not_list(run: Run, write: Write) -> None:
    _, every, _ = run("validate", write(WARNED), *DAY)
    _, out, _ = run("validate", write(WARNED), *DAY, "--severity", "Violation")
    assert out.splitlines()[0] == every.splitlines()[0]
    assert "(5 warnings" in out
    assert "Warning  " in every
    assert "Warning  " not in out
    assert "FINDINGS" not in out


def test_a_part_of_a_finding_with_another_severity_is_not_shown() -> None:
    mild = Finding("Warning", "c", "sex", "x", "y", "z", None)
    whole = Finding("Violation", "c", "sex", "x", "y", "z", None, parts=(mild, mild))
    (chosen,) = Findings([whole, mild]).of(("Violation",))
    assert (chosen, chosen.parts) == (whole, ())


@pytest.mark.parametrize(
    ("case", "level", "status"),
    [
        (GOOD, "Info", 0),
        (INFORMED, "Info", 1),
        (INFORMED, "Warning", 0),
        (WARNED, "Warning", 1),
        (WARNED, "Violation", 0),
        (BAD, "Violation", 1),
    ],
)
def test_the_status_depends_on_the_worst_finding(
    case: object, level: str, status: int, run: Run, write: Write
) -> None:
    for shown in LEVELS:  # what is shown makes no difference
        options = ("--fail-on", level, "--severity", shown)
        assert run("validate", write(case), *DAY, *options)[0] == status


def test_unreadable_input_takes_precedence(run: Run, write: Write) -> None:
    files = (write(BAD, "a.json"), write("{", "b.json"))
    assert run("validate", *files, *DAY, "--fail-on", "Info")[0] == 2


@pytest.mark.parametrize("option", ["--severity", "--fail-on"])
def test_an_unknown_severity_is_refused(option: str, run: Run, write: Write) -> None:
    status, out, err = run("validate", write(GOOD), *DAY, option, "warning")
    assert (status, out) == (2, "")
    assert "Did you mean Warning?" in err


# -- totals -------------------------------------------------------------------------------
def test_totals_close_the_text_about_many_cases(run: Run, write: Write) -> None:
    files = (write([BAD, WARNED, GOOD], "a.json"), write("{", "b.json"))
    _, out, _ = run("validate", *files, *DAY)
    answers = json.loads(run("validate", files[0], *DAY, "--format", "json")[1])
    found = [finding["severity"] for answer in answers for finding in answer["findings"]]
    counts = {level: found.count(level) for level in LEVELS}
    assert out.splitlines()[-1] == (
        "4 cases: 2 valid, 1 invalid, 1 unreadable"
        f" ({counts['Violation']} violations, {counts['Warning']} warnings, {counts['Info']} info)"
    )
    assert "unreadable" not in run("validate", files[0], *DAY)[1].splitlines()[-1]
    assert " cases: " not in run("validate", write(GOOD), *DAY)[1]
    assert run("validate", *files[1:], files[1], *DAY)[1].startswith("2 cases: 0 valid")


def test_totals_are_numbers_that_people_read() -> None:
    words = totals_text(2000, 1, 0, {"Info": 1, "Warning": 1500}, color=False, width=80)
    assert words == "2,000 cases: 1,999 valid, 1 invalid (1,500 warnings, 1 info)\n"
    assert totals_text(0, 0, 1, {}, color=False, width=80).endswith("(no findings)\n")


# -- csv ----------------------------------------------------------------------------------
def test_csv_has_a_row_for_each_finding(run: Run, write: Write) -> None:
    file = write([BAD, WARNED, GOOD])
    answers = json.loads(run("validate", file, *DAY, "--format", "json")[1])
    _, out, err = run("validate", file, *DAY, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert "not a medical device" in err
    expected = [
        {"case": answer["case"]}
        | {key: "" if value is None else str(value) for key, value in finding.items()}
        for answer in answers
        for finding in answer["findings"]
    ]
    assert rows == expected
    assert len(rows) > 5
    assert out.count("\r\n") == len(rows) + 1
    assert run("validate", file, *DAY, "--format", "csv", "--quiet")[2] == ""


def test_csv_without_a_finding_is_its_header(run: Run, write: Write) -> None:
    status, out, _ = run("validate", write(GOOD), *DAY, "--format", "csv")
    assert status == 0
    assert out == ("case,severity,focus,field,found,expected,message,statement,pointer,line\r\n")


def test_csv_cannot_run_a_formula(run: Run, write: Write) -> None:
    file = write(BAD | {"id": "=1+1", "@SUM(A1)": 1, "sex": '=HYPERLINK("x")'})
    _, out, _ = run("validate", file, *DAY, "--format", "csv")
    _, raw, _ = run("validate", file, *DAY, "--format", "csv", "--raw")
    cells = [cell for row in csv.reader(io.StringIO(out)) for cell in row]
    assert "'=1+1" in cells
    assert not any(cell.lstrip(' "').startswith(("=", "@", "+")) for cell in cells)
    assert "=1+1" in [cell for row in csv.reader(io.StringIO(raw)) for cell in row]


def test_raw_is_about_csv(run: Run, write: Write) -> None:
    status, out, err = run("validate", write(GOOD), *DAY, "--raw")
    assert (status, out) == (2, "")
    assert "--format csv" in err


# -- progress -----------------------------------------------------------------------------
def on_terminal(*arguments: str, both: bool = False) -> tuple[str, str]:
    """Run the command with standard error on a terminal: what is on it, and the output."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "netkg", "validate", *arguments, *DAY, "--format", "csv"]
    done = subprocess.run(
        command,
        stdout=theirs if both else subprocess.PIPE,
        stderr=theirs,
        env=os.environ | {"PYTHONPATH": str(ROOT), "TERM": "xterm", "COLUMNS": "80"},
        timeout=120,
        check=False,
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:  # the end of the other side
            break
        if not part:
            break
        shown += part
    os.close(ours)
    return shown.decode(), (done.stdout or b"").decode()


@pytest.mark.skipif(os.name == "nt", reason="a terminal of Unix")
def test_progress_is_shown_to_a_person_who_waits(run: Run) -> None:
    cohort = str(ROOT / "examples" / "cohort.ndjson")
    shown, out = on_terminal(cohort, "gone.json")
    assert " cases" in shown
    assert "gone.json: does not exist" in shown
    _, expected, err = run("validate", cohort, "gone.json", *DAY, "--format", "csv")
    assert out == expected
    assert " cases" not in err
    assert " cases" not in on_terminal(cohort, "--quiet")[0]
    assert "5 cases" not in on_terminal(cohort, both=True)[0]


# -- findings -----------------------------------------------------------------------------
def test_what_a_shape_reported_is_not_part_of_the_answer(engine: Engine) -> None:
    from netkg.case.from_json import case_from_object

    case = case_from_object(BAD, schema=engine.schema)
    found = engine.validate(case, as_of="2026-03-31")
    assert any(each.result for each in found)
    assert list(found.to_dict()["findings"][0])[-3:] == ["statement", "pointer", "line"]
    assert "ShapeResult" not in repr(found)
