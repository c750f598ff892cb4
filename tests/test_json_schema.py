"""Validate the JSON answers to all examples by the JSON Schemas, and see wrong answers fail."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import Run
from jsonschema import Draft202012Validator, FormatChecker

import netkg
from netkg.case.loading import load_cases
from netkg.plan.engine import Engine
from netkg.query.ask import library

pytestmark = pytest.mark.many

ROOT = Path(__file__).resolve().parent.parent
DAY = "2026-03-31"
EXAMPLE = ROOT / "examples" / "small-pancreatic-net.json"
SCHEMAS = netkg.json_schemas()
VALIDATORS = {
    name: Draft202012Validator(schema, format_checker=FormatChecker())
    for name, schema in SCHEMAS.items()
}
# One statement for each verdict on the example.
EXPLAINED = {"TX-06": "applicable", "TX-02": "not-applicable", "TX-10": "undetermined"}


def faults(name: str, answer: Any) -> list[str]:
    """Return what the schema of this name finds wrong in an answer, as it is written."""
    written = json.loads(json.dumps(answer, default=str))
    return [error.message for error in VALIDATORS[name].iter_errors(written)]


def cases(engine: Engine) -> Iterator[netkg.Case]:
    """Yield every case of the examples that can be read, the mistakes among them."""
    for path in sorted((ROOT / "examples").rglob("*.*")):
        if path.suffix in (".json", ".ndjson", ".ttl"):
            try:
                yield from load_cases(path, schema=engine.schema)
            except netkg.InputError:
                continue


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_valid_and_describes_each_object(name: str) -> None:
    schema = SCHEMAS[name]
    Draft202012Validator.check_schema(schema)
    assert schema["$id"] == f"https://w3id.org/netkg/schemas/{name}.json"
    for definition in schema["$defs"].values():
        assert definition["additionalProperties"] is False
        assert definition["description"].endswith(".")
        assert set(definition["required"]) <= set(definition["properties"])


def test_the_answers_to_all_examples_are_as_their_schemas_say(engine: Engine) -> None:
    former = None
    conforming = set()
    for number, case in enumerate(cases(engine)):
        plan = engine.derive(case, as_of=DAY)
        conforming.add(plan.conforms)
        assert not faults("plan", plan.to_dict()), case.id
        assert not faults("findings", netkg.validate(case, as_of=DAY).to_dict()), case.id
        if number % 4 == 0:
            comparison = netkg.diff(former or case, case, as_of=DAY)
            assert not faults("comparison", comparison.to_dict())
        former = case
    assert conforming == {True, False}


@pytest.mark.parametrize("statement", EXPLAINED)
def test_an_explanation_is_as_its_schema_says(statement: str) -> None:
    found = netkg.explain(EXAMPLE, statement, as_of=DAY)
    assert [focus.focus.verdict for focus in found.foci] == [EXPLAINED[statement]]
    assert not faults("explanation", found.to_dict())
    assert not faults("proof", found.foci[0].proof.to_dict())
    [checked] = netkg.recheck(found, EXAMPLE)
    assert not faults("recheck", checked.to_dict())


def test_an_explanation_without_a_verdict_is_as_its_schema_says() -> None:
    found = netkg.explain({"id": "c1"}, "TX-06", as_of=DAY)
    assert not faults("explanation", found.to_dict())


def test_what_if_is_as_its_schema_says() -> None:
    event = {"type": "CTScan", "status": "completed", "date": "2026-01-15"}
    view = netkg.whatif(EXAMPLE, as_of=DAY, set={"fitForSurgery": False}, add={"events": event})
    assert view.changed
    assert not faults("comparison", view.to_dict())
    later = netkg.diff(EXAMPLE, as_of=("2024-06-30", DAY))
    assert later.before.set_aside
    assert not faults("comparison", later.to_dict())


def test_an_answer_to_a_query_of_each_kind_is_as_its_schema_says(engine: Engine) -> None:
    asked = [
        netkg.ask("ASK { ?s ?p ?o }"),
        netkg.ask("SELECT ?s ?v { VALUES (?s ?v) { (1 2.5) (UNDEF 'a'@en) (<urn:x> true) } }"),
        netkg.ask("SELECT ?s { ?s rdfs:subClassOf netkg:TX-15-Population }"),
        netkg.ask("SELECT ?t { BIND(<<( <urn:a> <urn:b> 'c' )>> AS ?t) }"),
    ]
    asked += [
        netkg.ask(query, cases=EXAMPLE if query.over != "ontology" else (), as_of=DAY)
        for query in library()
        if all(parameter.default is not None for parameter in query.parameters)
    ]
    for answer in asked:
        assert not faults("answer", answer.to_dict())
    kinds = {"uri", "bnode", "literal", "triple"}
    assert all(f'"type": "{kind}"' in json.dumps([a.to_dict() for a in asked]) for kind in kinds)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("plan", ("derive", EXAMPLE)),
        ("plan", ("derive", ROOT / "examples" / "cohort.ndjson")),
        ("findings", ("validate", ROOT / "examples" / "cohort.ndjson")),
        ("explanation", ("explain", EXAMPLE, "TX-06")),
        ("comparison", ("whatif", EXAMPLE, "--set", "fitForSurgery=false")),
        ("comparison", ("diff", EXAMPLE, "--as-of", "2025-06-30")),
        ("answer", ("query", "cq07", EXAMPLE)),
        ("queries", ("query", "--list")),
        ("recommendations", ("recommendations",)),
    ],
    ids=str,
)
def test_what_a_command_writes_is_as_its_schema_says(
    name: str, words: tuple[Any, ...], run: Run
) -> None:
    day = () if words[0] == "recommendations" else ("--as-of", DAY)
    status, out, err = run(*words, *day, "--format", "json")
    assert (status in (0, 1), err) == (True, "")
    assert not faults(name, json.loads(out))


def wrong_plans(plan: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield plans with one thing wrong in each, and what a validator says of it."""
    for path, value, message in (
        (("extra",), 1, "Additional properties"),
        (("recommendations", 0, "foci", 0, "extra"), 1, "Additional properties"),
        (("recommendations", 0, "level"), "organ", "is not one of"),
        (("recommendations", 0, "verdict"), "perhaps", "is not one of"),
        (("recommendations", 0, "status"), "late", "is not valid under any"),
        (("guideline", "version"), 1, "is not of type 'string'"),
        (("asOf",), "31.03.2026", "is not a 'date'"),
        (("gaps",), None, "is not of type 'array'"),
        (("conforms",), ..., "is a required property"),
        (("recommendations", 0, "missing"), ..., "is a required property"),
    ):
        wrong = copy.deepcopy(plan)
        *above, last = path
        part: Any = wrong
        for step in above:
            part = part[step]
        if value is ...:
            del part[last]
        else:
            part[last] = value
        yield message, wrong


def test_a_wrong_answer_is_not_as_its_schema_says() -> None:
    plan = netkg.derive(EXAMPLE, as_of=DAY).to_dict()
    schema = SCHEMAS["plan"] | {"anyOf": [{"$ref": "#/$defs/Plan"}]}
    validator = Draft202012Validator(schema, format_checker=FormatChecker())
    for message, wrong in wrong_plans(plan):
        assert faults("plan", wrong)
        [error] = validator.iter_errors(wrong)
        assert message in str(error.context[0].message if error.context else error), message
