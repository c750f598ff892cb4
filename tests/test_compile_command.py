"""Check the command compile, and what evaluates cases: the engine, and how many processes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from netkg.compiler.build import rules_of
from netkg.plan.engine import Engine
from netkg.render.compiled import Compiled

pytestmark = pytest.mark.many

Run = Callable[..., tuple[int, str, str]]
Write = Callable[..., str]
AS_OF = ("--as-of", "2026-03-31")


# -- compile ------------------------------------------------------------------------------
def test_compile_says_how_much_it_compiled(run: Run, engine: Engine) -> None:
    status, out, err = run("compile")
    assert (status, err) == (0, "")
    rules = list(rules_of(engine.sources))
    count = sum(rule.name.startswith("rules/") for rule in rules)
    assert out.startswith(f"Compiled {count} rules, {len(rules) - count} plan queries, the shapes")
    assert len(out.splitlines()) == 2 + len(rules)


def test_a_statement_is_shown_with_its_population(run: Run) -> None:
    status, out, err = run("compile", "--show", "TX-06")
    assert (status, err) == (0, "")
    assert out.startswith("TX-06: MRI surveillance\nasks for MRIScan or CTScan\nevery 6 to 12")
    for line in (
        "                    all of",
        "sizeClass value Below20mm    may be unknown if not recorded: tumors.measurements",
        "is superseded by TX-08, TX-09, TX-10",
    ):
        assert line in out


def test_a_rule_is_shown_by_its_number(run: Run) -> None:
    status, out, err = run("compile", "--show", "rules/26")
    assert (status, err) == (0, "")
    assert out == (
        "rules/26-receptor-status: Use the recorded receptor status, otherwise the receptor status"
        " on imaging.\n"
        "?case is a Case\n"
        "?tumor is a Tumor\n"
        "where\n"
        "    ?case tumors ?tumor                                         Case, many to Tumor\n"
        "    either\n"
        "        ?tumor somatostatinReceptorStatus ?status                   Tumor, one\n"
        "        ?source is somatostatinReceptorStatus\n"
        "    or\n"
        "        ?tumor imagedReceptorStatus ?status                         Tumor, one\n"
        "        ?source is imagedReceptorStatus\n"
        "        where there is no\n"
        "            ?tumor somatostatinReceptorStatus ?any                      Tumor, one\n"
        "add\n"
        "    ?tumor receptorStatusInUse ?status\n"
        "    with the premises of ?tumor receptorStatusInUse ?status\n"
        "        premiseProperty ?source\n"
        "        completePremise somatostatinReceptorStatus\n"
    )


def test_a_function_is_shown_with_its_tables(run: Run) -> None:
    status, out, err = run("compile", "--show", "rules/02", "--python")
    assert (status, err) == (0, "")
    assert "\ndef rules_02_event_kind(facts):\n" in out
    assert "\nT1 = {'<https://w3id.org/netkg/ns#ACTHTest>': (" in out


def test_a_statement_without_population_says_so(run: Run) -> None:
    status, out, err = run("compile", "--show", "TX-16")
    assert (status, err) == (0, "")
    assert out.endswith("\nhas no population of its own, so nothing is compiled for it\n")


def test_what_is_within_an_expression_keeps_its_braces(run: Run) -> None:
    _, out, _ = run("compile", "--show", "plan/21")
    assert "there is { ?bare ofStep ?step ; where there is no { ?bare windowState ?state } }" in out


def test_numbers_are_shown_as_numbers(run: Run) -> None:
    assert "G1OrG2 2 1\n" in run("compile", "--show", "rules/18")[1]


def test_everything_can_be_shown(engine: Engine) -> None:
    compiled = Compiled(engine)
    assert len(compiled.names) > 300
    for name in compiled.names:
        text = compiled.shown(name)
        assert text
        assert "object at" not in text, name
        assert "Variable(" not in text, name


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--show", "TX-66"), "unknown name 'TX-66'. Did you mean TX-06"),
        (("--show", "rules/2"), "unknown name 'rules/2'."),
        (("--show", "rules/99"), "netkg compile lists the names."),
        (("--show", "TX-06", "--python"), "and TX-06 is neither"),
        (("--python",), "--python shows a function. Add --show and a name."),
    ],
)
def test_misuse_is_explained(words: tuple[str, ...], expected: str, run: Run) -> None:
    status, out, err = run("compile", *words)
    assert (status, out) == (2, "")
    assert expected in err


# -- the engine ---------------------------------------------------------------------------
@pytest.mark.parametrize("command", ["derive", "validate"])
def test_the_queries_and_shapes_give_the_same_answer(
    command: str, run: Run, example: Callable[[str], Path]
) -> None:
    given = (command, example("cohort.ndjson"), *AS_OF, "--format", "json")
    assert run(*given, "--engine", "sparql") == run(*given)


def test_an_unknown_engine_is_refused(run: Run, example: Callable[[str], Path]) -> None:
    status, _, err = run("derive", example("small-pancreatic-net.json"), "--engine", "spark")
    assert status == 2
    assert "unknown engine 'spark'. Did you mean sparql?" in err


# -- processes ----------------------------------------------------------------------------
def good(number: int) -> dict[str, Any]:
    return {"id": f"case-{number}", "tumors": [{"id": "t", "primarySite": "Ileum"}]}


def ndjson(*items: object) -> str:
    return "".join(f"{each if isinstance(each, str) else json.dumps(each)}\n" for each in items)


@pytest.mark.parametrize("form", ["json", "text", "turtle", "markdown"])
def test_several_processes_give_the_same_answer_in_the_same_order(
    form: str, run: Run, write: Write
) -> None:
    wrong = {"id": "wrong", "tumors": [{"id": "t", "ki67Percent": 120}]}
    path = write(ndjson(*map(good, range(40)), wrong, "{", *map(good, range(40, 70))), "c.ndjson")
    given = ("derive", path, *AS_OF, "--format", form)
    one, three = run(*given), run(*given, "--jobs", "3")
    assert three == one
    assert one[0] == 2
    assert "line 42" in one[2]


@pytest.mark.parametrize("name", ["list.json", "one.json", "cases.trig"])
def test_other_inputs_are_shared_too(name: str, run: Run, write: Write, engine: Engine) -> None:
    text = {
        "list.json": json.dumps([good(1), {"tumors": 5}, good(2), 7]),
        "one.json": json.dumps(good(1)),
        "cases.trig": "@prefix netkg: <https://w3id.org/netkg/ns#> .\n"
        "<urn:x:1> a netkg:Case ; netkg:tumors <urn:x:1/t> . <urn:x:1/t> a netkg:Tumor .\n"
        "<urn:x:2> a netkg:Case ; netkg:tumors <urn:x:2/t> . <urn:x:2/t> a netkg:Tumor .\n",
    }[name]
    given = ("derive", write(text, name), *AS_OF, "--format", "json")
    assert run(*given, "--jobs", "2") == run(*given)


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [("", "empty.ndjson", 2), ("\n\n \n", "empty.ndjson", 2), ("[]", "empty.json", 0)],
)
def test_an_empty_input_is_the_same_to_several_processes(
    text: str, name: str, expected: int, run: Run, write: Write
) -> None:
    given = ("derive", write(text, name), *AS_OF, "--format", "json")
    assert run(*given, "--jobs", "2") == run(*given)
    assert run(*given)[0] == expected


def cohort_in_two_processes(path: str) -> subprocess.Popen[str]:
    words = ["derive", path, *AS_OF, "--format", "json", "--jobs", "2"]
    return subprocess.Popen(
        [sys.executable, "-m", "netkg", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def children(process: subprocess.Popen[str], count: int) -> list[int]:
    """Return the ids of the processes that another one started, as soon as it has so many."""
    path = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    while process.poll() is None:
        if len(found := path.read_text().split()) == count:
            return [int(each) for each in found]
    pytest.fail("the command ended before its processes were seen")


PROCESSES = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc")


@PROCESSES
def test_the_processes_end_with_the_one_that_started_them(write: Write) -> None:
    process = cohort_in_two_processes(write(ndjson(*map(good, range(2000))), "many.ndjson"))
    children(process, 2)
    process.kill()
    # The pipes are at their end only if no process has them open any more.
    process.communicate(timeout=60)


@PROCESSES
def test_the_answers_before_a_process_was_killed_are_whole(write: Write) -> None:
    process = cohort_in_two_processes(write(ndjson(*map(good, range(2000))), "many.ndjson"))
    os.kill(children(process, 2)[0], signal.SIGKILL)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 2
    answered = len(json.loads(out))
    assert answered < 2000
    assert f"The answers to all cases after the first {answered} are missing." in err


def test_no_processes_are_refused(run: Run, example: Callable[[str], Path]) -> None:
    status, _, err = run("derive", example("cohort.ndjson"), "--jobs", "0")
    assert status == 2
    assert "--jobs" in err
