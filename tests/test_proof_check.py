"""Show that proofs follow, that the checker is of another make, and that it is not fooled."""

from __future__ import annotations

import ast
import copy
import json
import random
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from strategies import random_case

from netkg.api import default_engine
from netkg.case.loading import load_case
from netkg.case.model import Case
from netkg.ontology.files import Folders, default_folders
from netkg.plan.engine import Engine
from netkg.proof.check.checker import Checker
from netkg.proof.explain import explain

pytestmark = pytest.mark.many

JSON = dict[str, Any]
ROOT = Path(__file__).resolve().parent.parent
AS_OF = date(2026, 3, 31)
ENGINE = default_engine()
EXAMPLES = sorted((ROOT / "examples").glob("*.json"))
# All that a checker may need of the rest: where the data are and the header of a query, how a day
# is read, how a term becomes one of rdflib, and the errors that these raise.
SHARED = {
    "case.days",
    "errors",
    "limits",
    "namespaces",
    "ontology.conversion",
    "ontology.files",
    "ontology.query_header",
    "ontology.terms",
    "ontology.text_files",
    "result.answers",
    "result.frames",
    "result.text",
}


@cache
def case_of(name: str) -> Case:
    return load_case(ROOT / "examples" / name, schema=ENGINE.schema)


@cache
def checker_of(name: str) -> Checker:
    return Checker(case_of(name), as_of=AS_OF)


def proofs(case: Case, engine: Engine = ENGINE) -> Iterator[JSON]:
    """Yield the proof of every verdict on a case, in the form in which it is passed on."""
    examined = engine.examine(case, as_of=AS_OF)
    for statement in engine.catalogue.verdict_bearing:
        for focus in explain(engine, examined, statement).foci:
            yield json.loads(json.dumps(focus.proof.to_dict()))


@cache
def proofs_of(name: str) -> tuple[JSON, ...]:
    return tuple(proofs(case_of(name)))


def steps(step: JSON) -> Iterator[JSON]:
    yield step
    for premise in step["from"]:
        yield from steps(premise)


@pytest.mark.batch
# -- what follows is accepted ----------------------------------------------------------------
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_verdict_on_every_example_has_a_proof_that_follows(path: Path) -> None:
    found = proofs_of(path.name)
    for proof in found:
        assert checker_of(path.name).check(proof) == (), (proof["statement"], proof["focus"])
    verdicts = Counter(proof["verdict"] for proof in found)
    assert verdicts["applicable"] >= 5
    assert verdicts["not-applicable"] >= 5
    plan = ENGINE.derive(case_of(path.name), as_of=AS_OF)
    assert [(proof["statement"], proof["focus"], proof["verdict"]) for proof in found] == [
        (row.id, focus.focus, focus.verdict) for row in plan.recommendations for focus in row.foci
    ]


@pytest.mark.batch
@pytest.mark.parametrize("seed", range(6))
def test_every_verdict_on_a_random_case_has_a_proof_that_follows(seed: int) -> None:
    rng = random.Random(f"proof {seed}")
    case = load_case(random_case(rng), schema=ENGINE.schema)
    checker = Checker(case, as_of=AS_OF)
    found = list(proofs(case))
    assert len(found) >= 57
    for proof in found:
        assert checker.check(proof) == (), (proof["statement"], proof["focus"])


def test_every_step_names_a_source_and_every_derivation_its_rule() -> None:
    kinds: Counter[str] = Counter()
    for path in EXAMPLES:
        for proof in proofs_of(path.name):
            for step in steps(proof["proof"]):
                kinds[step["kind"]] += 1
                assert step["source"]["statement"]
                assert step["source"]["section"]
                if step["kind"] == "derived":
                    assert step["rules"], step["name"]
                    assert step["from"], step["name"]
                if step["kind"] == "class":
                    assert len(step["axioms"]) == len(step["from"])
    assert set(kinds) == {
        "class",
        "intersectionOf",
        "unionOf",
        "some",
        "value",
        "instance",
        "asserted",
        "derived",
        "record",
        "absent",
        "complete",
    } - ({"instance"} if not kinds["instance"] else set())
    cited = {
        tuple(step["source"]["citations"])
        for path in EXAMPLES
        for proof in proofs_of(path.name)
        for step in steps(proof["proof"])
    }
    assert len(cited) >= 4


# -- what does not follow is rejected --------------------------------------------------------
def places(tree: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path to everything in a tree but its root."""
    pairs = tree.items() if isinstance(tree, dict) else enumerate(tree)
    for key, value in pairs:
        yield (*at, key)
        if isinstance(value, dict | list):
            yield from places(value, (*at, key))


def get(tree: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        tree = tree[key]
    return tree


def swapped(value: Any, rng: random.Random, pool: list[Any]) -> Any:
    """Return another value of the same kind; of texts one from elsewhere in a proof."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return rng.choice([value + 1, value - 1, value + 0.1, -value - 1])
    if isinstance(value, str):
        return rng.choice([each for each in pool if each != value])
    return "something" if value is None else None


def tampered(proof: JSON, rng: random.Random, pool: list[Any]) -> tuple[str, JSON]:
    """Change a proof at one point: a value, a step, an operand, a key."""
    broken = copy.deepcopy(proof)
    path = rng.choice(list(places(broken)))
    above, key = get(broken, path[:-1]), path[-1]
    value = above[key]
    if isinstance(value, dict | list) and value:
        how = rng.choice(["remove", "double", "empty", "reverse"])
    else:
        how = rng.choice(["change", "change", "change", "remove"])
    if how == "remove":
        del above[key]
    elif how == "empty":
        above[key] = type(value)()
    elif how == "double" and isinstance(above, list):
        above.insert(key, copy.deepcopy(value))
    elif how == "double":
        above[f"{key}Too"] = copy.deepcopy(value)
    elif how == "reverse" and isinstance(value, list):
        value.reverse()
    else:
        above[key] = swapped(value, rng, pool)
    return f"{how} {'.'.join(map(str, path))}", broken


@pytest.mark.batch
@pytest.mark.parametrize("seed", range(8))
def test_a_proof_that_was_tampered_with_at_one_point_is_rejected(seed: int) -> None:
    rng = random.Random(f"tamper {seed}")
    names = [path.name for path in EXAMPLES]
    pool = sorted(
        {
            value
            for name in names[seed::8]
            for proof in proofs_of(name)
            for step in steps(proof["proof"])
            for value in step.values()
            if isinstance(value, str)
        }
    )
    rejected = 0
    while rejected < 250:
        name = rng.choice(names[seed::8])
        proof = rng.choice(proofs_of(name))
        what, broken = tampered(proof, rng, pool)
        if broken == proof:  # a list reversed into itself
            continue
        assert checker_of(name).check(broken), (name, proof["statement"], what)
        rejected += 1


def edited(proof: JSON, kind: str, key: str, value: Any) -> JSON | None:
    """Change a key of the first step of a kind that has it."""
    broken = copy.deepcopy(proof)
    for step in steps(broken["proof"]):
        if step["kind"] == kind and key in step:
            step[key] = value(step[key]) if callable(value) else value
            return broken
    return None


BELIEVABLE: dict[str, tuple[str, str, Callable[[Any], Any]]] = {
    "a value": ("asserted", "value", lambda value: "Ileum" if value != "Ileum" else "Pancreas"),
    "an interval": ("derived", "intervals", lambda found: [each | {"upper": 30} for each in found]),
    "a rule": ("derived", "rules", lambda found: found[1:]),
    "a section": ("class", "source", lambda source: source | {"section": "Workup"}),
    "a citation": ("value", "source", lambda source: source | {"citations": ["7"]}),
    "an axiom": ("class", "axioms", lambda axioms: [axioms[0].replace(" and ", " or ", 1)]),
    "an operand": ("intersectionOf", "from", lambda parts: parts[:-1]),
    "a verdict": ("value", "verdict", lambda verdict: "true" if verdict != "true" else "false"),
    "what was looked through": ("absent", "records", lambda found: found[1:]),
    "a record": ("record", "value", lambda value: value | {"status": "planned"}),
}


@pytest.mark.parametrize("what", BELIEVABLE)
def test_a_believable_change_is_reported_where_it_was_made(what: str) -> None:
    kind, key, change = BELIEVABLE[what]
    tried = 0
    for path in EXAMPLES[:6]:
        for proof in proofs_of(path.name):
            broken = edited(proof, kind, key, change)
            if broken is None or broken == proof:
                continue
            tried += 1
            objections = checker_of(path.name).check(broken)
            assert objections, (path.name, proof["statement"])
            assert {objection.key for objection in objections} <= {key, "from"}
            assert all(str(objection).startswith("proof.proof") for objection in objections)
    assert tried >= 5


def test_a_proof_is_rejected_for_another_case_and_another_day() -> None:
    name, other = "small-pancreatic-net.json", "men1-two-tumors.json"
    proof = proofs_of(name)[0]
    assert {o.key for o in checker_of(other).check(proof)} & {"case", "focus"}
    later = Checker(case_of(name), as_of=date(2026, 4, 1))
    assert [o.key for o in later.check(proof)] == ["asOf"]


@pytest.mark.parametrize("proof", [None, [], {}, "TX-06", {"statement": "TX-06"}, {"proof": 1}])
def test_what_is_not_a_proof_is_rejected(proof: Any) -> None:
    assert checker_of("small-pancreatic-net.json").check(proof)


@pytest.mark.parametrize("value", [date(2026, 3, 31), {1}, float("nan"), ""])
def test_what_json_does_not_hold_is_rejected(value: Any) -> None:
    name = "small-pancreatic-net.json"
    proof = copy.deepcopy(proofs_of(name)[0])
    proof["asOf"] = value
    assert checker_of(name).check(proof)
    leaf = copy.deepcopy(proofs_of(name)[0])
    list(steps(leaf["proof"]))[-1]["from"] = value
    assert checker_of(name).check(leaf)


@pytest.mark.slow
def test_a_checker_reads_an_ontology_again_that_has_changed(tmp_path: Path) -> None:
    folders = default_folders()
    shutil.copytree(folders.ontology, tmp_path / "ontology")
    mine = Folders(tmp_path / "ontology", folders.shapes, folders.queries)
    name = "small-pancreatic-net.json"
    proof = next(p for p in proofs_of(name) if p["statement"] == "TX-06")
    assert Checker(case_of(name), as_of=AS_OF, folders=mine).check(proof) == ()
    module = mine.ontology / "guidelines" / "net-management-2026" / "surveillance.ttl"
    text = module.read_text(encoding="utf-8")
    module.write_text(text.replace('label "MRI surveillance"', 'label "CT surveillance"'))
    assert Checker(case_of(name), as_of=AS_OF, folders=mine).check(proof)


def test_a_proof_no_longer_follows_once_the_case_has_changed() -> None:
    written = json.loads((ROOT / "examples" / "small-pancreatic-net.json").read_text())
    written["tumors"][0]["ki67Percent"] = 12
    changed = Checker(load_case(written, schema=ENGINE.schema), as_of=AS_OF)
    proof = next(p for p in proofs_of("small-pancreatic-net.json") if p["statement"] == "TX-06")
    assert proof["verdict"] == "applicable"
    assert "verdict" in {objection.key for objection in changed.check(proof)}


EDITS = {
    "interval": (
        "intervals.ttl",
        r"(netkg:Ki67-G1\n(?:    .*\n)*?    netkg:upper )2\.0",
        r"\g<1>1.5",
    ),
    "openness": (
        "fields.ttl",
        r"(netkg:malignantImagingFeatures\n(?:    .*\n)*?    netkg:openness netkg:)Open",
        r"\g<1>Closed",
    ),
    "citation": (
        "guidelines/net-management-2026/surveillance.ttl",
        r"(netkg:TX-06\n(?:    .*\n)*?    netkg:citation netkg:net-management-2026-Reference-)2",
        r"\g<1>1",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("what", EDITS)
def test_a_proof_no_longer_follows_once_the_ontology_has_changed(what: str, tmp_path: Path) -> None:
    file, pattern, replacement = EDITS[what]
    folders = default_folders()
    shutil.copytree(folders.ontology, tmp_path / "ontology")
    module = tmp_path / "ontology" / file
    text, count = re.subn(pattern, replacement, module.read_text(encoding="utf-8"))
    assert count == 1
    module.write_text(text, encoding="utf-8")
    mine = Folders(tmp_path / "ontology", folders.shapes, folders.queries)
    case = case_of("small-pancreatic-net.json")
    checker = Checker(case, as_of=AS_OF, folders=mine)
    outdated = [p["statement"] for p in proofs_of("small-pancreatic-net.json") if checker.check(p)]
    assert outdated
    assert len(outdated) < 57
    renewed = Engine.load(ontology=tmp_path / "ontology")
    assert not [p["statement"] for p in proofs(case, renewed) if checker.check(p)]


# -- the checker is of another make ----------------------------------------------------------
def imported(path: Path) -> Iterator[str]:
    """Yield the modules of netkg that a file imports when it runs."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for_types = [node for node in ast.walk(tree) if isinstance(node, ast.If)]
    skipped = {
        id(below)
        for node in for_types
        if isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for below in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("netkg"):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.startswith("netkg"))


def needed_by(paths: list[Path]) -> set[str]:
    """Return the names of all modules that these files need, directly or not."""
    found: set[Path] = set()
    todo = list(paths)
    while todo:
        for name in imported(todo.pop()):
            parts = name.split(".")[1:]
            for length in range(1, len(parts) + 1):
                place = (ROOT / "netkg").joinpath(*parts[:length])
                for module in (place.with_suffix(".py"), place / "__init__.py"):
                    if module.is_file() and module not in found:
                        found.add(module)
                        todo.append(module)
    names = (path.relative_to(ROOT / "netkg").with_suffix("").parts for path in found)
    return {".".join(parts) for parts in names if parts[-1] != "__init__"}


def test_the_checker_shares_no_code_with_the_prover() -> None:
    files = sorted((ROOT / "netkg" / "proof" / "check").glob("*.py"))
    assert len(files) >= 3
    needed = needed_by(files)
    assert {name for name in needed if not name.startswith("proof.check.")} == SHARED
    prover = needed_by([ROOT / "netkg" / "proof" / "writer.py"])
    assert {"ontology.criteria", "reasoning.facts", "reasoning.evaluator", "proof.model"} <= prover
