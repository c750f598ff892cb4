"""Show that compiled criteria and interpreted ones give the same verdict."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator

import pyoxigraph as ox
import pytest
from compiled_criteria import compiled
from strategies import random_case

from netkg.api import load_case
from netkg.compiler.criteria import in_order, source_of
from netkg.ontology.compiler import Compiler
from netkg.ontology.criteria import Criterion, InstanceOf
from netkg.ontology.schema import Schema, netkg
from netkg.plan.engine import Engine
from netkg.reasoning.evaluator import Evaluator
from netkg.reasoning.facts import Facts
from netkg.reasoning.verdicts import FALSE, TRUE, UNKNOWN

OPEN = (netkg("openness"), netkg("Open"))
SEEDS = range(12)


@pytest.fixture(scope="module")
def facts_of_cases(engine: Engine) -> list[tuple[Facts, list[str]]]:
    """Return the facts and the records of some random cases."""
    cases = [load_case(random_case(random.Random(seed)), engine=engine) for seed in SEEDS]
    examined = (engine.examine(case, as_of="2026-03-31") for case in cases)
    return [(each.evaluator.facts, sorted(each.case.nodes)) for each in examined]


def verdicts(evaluator: Evaluator, nodes: list[str], criteria: list[Criterion]) -> Iterator[int]:
    for node in nodes:
        for criterion in criteria:
            yield evaluator.verdict(criterion, node)


def differing(compiler: Compiler, cases: list[tuple[Facts, list[str]]]) -> Counter[str]:
    """Count the verdicts by their agreement, and what they are."""
    criteria, functions = in_order(compiler.criteria.values()), compiled(compiler)
    assert functions.keys() == {id(criterion) for criterion in criteria}
    found: Counter[str] = Counter()
    for facts, nodes in cases:
        plain, fast = Evaluator(compiler, facts), Evaluator(compiler, facts, functions)
        for one, other in zip(
            verdicts(plain, nodes, criteria), verdicts(fast, nodes, criteria), strict=True
        ):
            found[f"{one}" if one == other else f"{one} is not {other}"] += 1
    return found


def test_every_criterion_that_an_engine_uses_is_compiled(engine: Engine) -> None:
    criteria = {id(criterion) for criterion in in_order(engine.compiler.criteria.values())}
    populations = [s.population for s in engine.catalogue.verdict_bearing]
    assert {id(each) for each in populations} <= criteria
    assert {id(gap.condition) for gap in engine.catalogue.gaps} <= criteria
    conditions = map(engine.compiler.compile, engine.validator.classes)
    assert {id(each) for each in conditions if not isinstance(each, InstanceOf)} <= criteria


def test_verdicts_are_the_same(
    engine: Engine, facts_of_cases: list[tuple[Facts, list[str]]]
) -> None:
    found = differing(engine.compiler, facts_of_cases)
    assert found.keys() == {str(FALSE), str(UNKNOWN), str(TRUE)}


@pytest.mark.parametrize("seed", range(3))
def test_verdicts_are_the_same_where_other_fields_are_open(
    engine: Engine, facts_of_cases: list[tuple[Facts, list[str]]], seed: int
) -> None:
    rng, triples = random.Random(seed), [quad.triple for quad in engine.schema.store]
    fields = sorted(
        {t.subject for t in triples if t.predicate == netkg("fieldOf")}, key=lambda node: node.value
    )
    changed = {field for field in fields if rng.random() < 0.5}
    kept = [t for t in triples if t.predicate != OPEN[0] or t.subject not in changed]
    opened = [ox.Triple(field, *OPEN) for field in changed if rng.random() < 0.5]
    compiler = Compiler(Schema([*kept, *opened]))
    assert compiler.openness.determinations != engine.compiler.openness.determinations
    found = differing(compiler, facts_of_cases)
    assert found.keys() == {str(FALSE), str(UNKNOWN), str(TRUE)}


def test_the_text_of_the_functions_is_always_the_same(engine: Engine) -> None:
    other = Compiler(Schema(quad.triple for quad in engine.schema.store))
    texts = [
        source_of(in_order(each.criteria.values()), each.openness.leaves_open)
        for each in (engine.compiler, other)
    ]
    assert texts[0] == texts[1]
