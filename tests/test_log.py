"""Check that the log is silent by default, and never names a patient."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import Run, Write

import netkg
from netkg.api import default_engine

ROOT = Path(__file__).resolve().parent.parent
DAY = "2026-03-31"
# Each text is one that no log may have.
SECRETS = {
    "case": "Jane-Doe-4711",
    "tumor": "lesion-of-Jane",
    "label": "seen by Dr. Confidential",
    "born": "1961-05-17",
}
CASE = {
    "id": SECRETS["case"],
    "birthDate": SECRETS["born"],
    "tumors": [{"id": SECRETS["tumor"], "primarySite": "Pancreas", "ki67Percent": 3.1415}],
    "events": [{"type": "CTScan", "status": "completed", "label": SECRETS["label"]}],
}


def test_a_program_that_imports_netkg_sees_no_log() -> None:
    code = (
        "import netkg, logging;"
        f"netkg.derive({CASE!r}, as_of={DAY!r});"
        "logging.getLogger('netkg').error('a program that sets up no logging sees nothing')"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.slow
def test_a_log_names_no_patient(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="netkg")
    netkg.Engine.load()
    netkg.derive(CASE, as_of=DAY)
    netkg.derive(CASE, as_of=DAY, reasoner="owlrl")
    netkg.explain(CASE, "TX-06", as_of=DAY)
    netkg.whatif(CASE, as_of=DAY, set={"fitForSurgery": True})
    netkg.ask("cq17", cases=CASE, as_of=DAY, tumor=SECRETS["tumor"])
    netkg.ask("cq04", citation="4")
    netkg.validate({**CASE, "sex": SECRETS["label"]}, as_of=DAY)
    messages = [record.getMessage() for record in caplog.records]
    assert any(words.startswith("loaded ") for words in messages)
    assert any(words.startswith("evaluated a case") for words in messages)
    assert any(words.startswith("query 01-") for words in messages)
    assert any(words.startswith("closing ") for words in messages)
    assert any(words.startswith("asked ") for words in messages)
    for words in messages:
        for secret in (*SECRETS.values(), "3.1415"):
            assert secret not in words


def test_nothing_is_logged_unless_it_is_asked_for(run: Run, write: Write) -> None:
    status, out, err = run("derive", write(CASE), "--as-of", DAY, "--format", "json")
    assert (status, err) == (0, "")
    assert json.loads(out)["case"] == SECRETS["case"]


@pytest.mark.parametrize(
    ("before", "after", "steps"),
    [((), ("-v",), False), (("-v",), (), False), ((), ("-vv",), True), (("-v",), ("-v",), True)],
)
def test_verbose_shows_what_is_done(
    run: Run, write: Write, before: tuple[str, ...], after: tuple[str, ...], steps: bool
) -> None:
    status, _, err = run(*before, "derive", write(CASE), "--as-of", DAY, *after)
    assert status == 0
    assert all(line.startswith("netkg: ") for line in err.splitlines())
    assert "netkg: evaluated a case, which conforms: 57 verdicts\n" in err
    assert ("netkg: query 01-in-case" in err) == steps
    assert not any(secret in err for secret in SECRETS.values())


def test_the_log_of_one_command_ends_with_it(run: Run, write: Write) -> None:
    run("derive", write(CASE), "--as-of", DAY, "-vv")
    logger = logging.getLogger("netkg")
    assert [type(handler) for handler in logger.handlers] == [logging.NullHandler]
    assert logger.level == logging.NOTSET
    assert run("derive", write(CASE), "--as-of", DAY)[2] == ""


def test_quiet_leaves_errors_and_takes_notes(run: Run) -> None:
    question = ("query", "cq04", "citation=4", "--format", "csv")
    assert "not a medical device" in run(*question)[2]
    assert run(*question, "-q")[2] == ""
    status, _, err = run("derive", "no-such-file.json", "--as-of", DAY, "-q")
    assert status == 2
    assert "does not exist" in err


def test_the_engine_of_the_package_stays_the_same() -> None:
    assert default_engine() is default_engine()
