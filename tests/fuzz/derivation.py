"""Target: a plan is as its schema says, and the same from JSON, RDF and the command line."""

from __future__ import annotations

import io
import json
import random
import sys
from contextlib import redirect_stderr, redirect_stdout
from functools import cache
from typing import Any
from unittest.mock import patch
from zlib import crc32

from jsonschema import Draft202012Validator

import netkg
from netkg import InputError, cli
from netkg.api import default_engine
from netkg.namespaces import NETKG
from netkg.plan.engine import Engine
from tests.fuzz.answers import AS_OF, JSON, content, difference, draw_case, renamed
from tests.fuzz.readers import FORMATS, opened, written
from tests.fuzz.sample import Sample, require

# The schema and the command line are slow: one sample of so many.
_SCHEMA, _COMMAND = 16, 64


def draw(rng: random.Random) -> Sample:
    case = draw_case(rng, damaged=0.3)
    return Sample.json({"case": renamed(case, "urn:x:"), "syntax": rng.choice(list(FORMATS))})


def check(sample: Sample) -> None:
    body = sample.value()
    case = body["case"]
    try:
        read = netkg.load_case(case)
    except InputError as error:
        str(error).encode()
        return
    plan = netkg.derive(read, as_of=AS_OF).to_dict()
    text = json.dumps(plan)
    text.encode()
    check_plan(plan)
    choice = crc32(sample.data)
    if choice % _SCHEMA == 0:
        error = next(_validator().iter_errors(json.loads(text)), None)
        require(error is None, f"the plan is not as its schema says: {error}")
    if choice % _COMMAND == 0:
        _check_command(case, plan)
    if not read.findings and _has_same_form_in_rdf(read):
        syntax = body["syntax"]
        [again] = opened(Sample(syntax, written(read, syntax)))
        require(isinstance(again, netkg.Case), f"cannot be read as {syntax}")
        other = netkg.derive(again, as_of=AS_OF).to_dict()
        found = difference(content(plan), content(other))
        require(not found, f"another plan from {syntax}: {found}")


def _has_same_form_in_rdf(case: netkg.Case) -> bool:
    # There each IRI is an id, and an event without a known type has none.
    return all(node == name for node, name in case.names.items()) and not any(
        triple.predicate.value == NETKG + "unknownType" for triple in case.triples
    )


def check_plan(plan: JSON) -> None:
    """Check what is true of every plan."""
    violated = any(finding["severity"] == "Violation" for finding in plan["findings"])
    require(plan["conforms"] is not violated, "conforms and the findings disagree")
    if violated:
        for key in ("recommendations", "gaps", "nextQuestions"):
            require(not plan[key], f"a case that does not conform has {key}")
        return
    for row in plan["recommendations"]:
        open_ = row["verdict"] == "undetermined"
        require(open_ == bool(row["missing"]), f"{row['id']}: missing and verdict disagree")
        require((row["status"] is not None) == (row["verdict"] == "applicable"), row["id"])
        for focus in row["foci"]:
            decided = focus["verdict"] != "undetermined"
            require(decided == bool(focus["because"]), f"{row['id']}: no reasons")
            require(decided != bool(focus["missing"]), f"{row['id']}: missing at a focus")


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(netkg.json_schemas()["plan"])


def _check_command(case: Any, plan: JSON) -> None:
    out, err = io.StringIO(), io.StringIO()
    stdin = io.TextIOWrapper(io.BytesIO(json.dumps(case).encode()))
    # Loading the ontology again would take longer than all else.
    engine = default_engine()
    with (
        patch.object(Engine, "load", lambda **_: engine),
        patch.object(sys, "stdin", stdin),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        status = cli.main(["derive", "-", "--as-of", AS_OF, "--format", "json"])
    require("Traceback" not in err.getvalue(), err.getvalue())
    require(status == (0 if plan["conforms"] else 1), f"exit status {status}: {err.getvalue()}")
    found = difference(content(plan), content(json.loads(out.getvalue())))
    require(not found, f"the command line answers otherwise: {found}")
