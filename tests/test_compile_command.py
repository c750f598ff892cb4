"""Check the command compile, and what evaluates cases: the engine, and how many processes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from netkg.compiler.build import rules_of
from netkg.plan.engine import Engine
from netkg.render.compiled import Compiled

Run = Callable[..., tuple[int, str, str]]
Write = Callable[..., str]
AS_OF = ("--as-of", "2026-03-31")


# -- compile ------------------------------------------------------------------------------
def test_compile_says_how_much_it_compiled(run: Run, engine: Engine) -> None:
    status, out, err = run("compile")
    assert (status, err) == (0, "")
    rules = list(rules_of(engine.sources))
    count = sum(rule.name.startswith("rules/") for rule in rules)
    assert out.startswith(f"Compiled {count} rules, {len(rules) - count} plan queries and the")


def test_a_statement_is_shown_with_its_population(run: Run) -> None:
    status, out, err = run("compile", "--show", "TX-06")
    assert (status, err) == (0, "")
    assert out.startswith("TX-06: MRI surveillance\nasks for MRIScan or CTScan\nevery 6 to 12")
    for line in (
        "                    all of",
        "sizeClass value Below20mm    unknown without tumors.measurements",
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


@pytest.mark.parametrize("text", ["", "\n\n \n"])
def test_an_empty_input_is_refused_by_several_processes(text: str, run: Run, write: Write) -> None:
    given = ("derive", write(text, "empty.ndjson"), *AS_OF)
    assert run(*given, "--jobs", "2") == run(*given)
    assert run(*given)[0] == 2


def test_no_processes_are_refused(run: Run, example: Callable[[str], Path]) -> None:
    status, _, err = run("derive", example("cohort.ndjson"), "--jobs", "0")
    assert status == 2
    assert "--jobs" in err
