"""Show that the fields missing for a verdict are those that a search of all sets finds."""

from __future__ import annotations

import random

import pytest

from netkg.compiler.criteria import in_order
from netkg.namespaces import NETKG
from netkg.ontology.criteria import Criterion, HasValue, IntersectionOf, UnionOf
from netkg.plan.engine import Engine
from netkg.reasoning.evaluator import Evaluator
from netkg.reasoning.facts import Facts
from netkg.reasoning.missing import Fillings, MissingFields
from netkg.reasoning.verdicts import UNKNOWN

FIELDS = ("primarySite", "gradeInUse", "location", "functionalStatus", "receptorStatusInUse")


def junction(rng: random.Random, leaves: list[HasValue], depth: int) -> Criterion:
    """Return a random criterion, whose leaves often ask for values of the same fields."""
    if depth == 0 or rng.random() < 0.2:
        return rng.choice(leaves)
    parts = tuple(junction(rng, leaves, depth - 1) for _ in range(rng.randint(2, 3)))
    return rng.choice((IntersectionOf, UnionOf))(parts)


@pytest.fixture(scope="module")
def leaves(engine: Engine) -> list[HasValue]:
    """Return leaves of the guideline that are about a few fields of tumors."""
    return [
        each
        for each in in_order(engine.compiler.criteria.values())
        if isinstance(each, HasValue) and each.property.removeprefix(NETKG) in FIELDS
    ]


@pytest.mark.parametrize("seed", range(30))
def test_the_missing_sets_are_those_of_a_search(
    engine: Engine, leaves: list[HasValue], seed: int
) -> None:
    rng, evaluator = random.Random(seed), Evaluator(engine.compiler, Facts())
    finder = MissingFields(evaluator, Fillings(engine.compiler.openness.leaves_open))
    found, searched = [], []
    criteria = [junction(rng, leaves, rng.choice((2, 3, 3, 4))) for _ in range(40)]
    for criterion in criteria:
        if evaluator.verdict(criterion, "urn:t") == UNKNOWN:
            found.append(finder.sets(criterion, "urn:t"))
            sets = finder._search(criterion, "urn:t")
            searched.append(
                tuple(sorted((tuple(sorted(s)) for s in sets), key=lambda s: (len(s), s)))
            )
    assert found == searched
    assert any(sets for sets in found)


def test_leaves_that_need_different_values_of_a_field_do_not_decide(
    engine: Engine, leaves: list[HasValue]
) -> None:
    sites = {
        value: leaf
        for leaf in leaves
        if leaf.property == NETKG + "primarySite" and len(leaf.values) == 1
        for value in leaf.values
    }
    lung, pancreas = (sites[f"<{NETKG}{name}>"] for name in ("Lung", "Pancreas"))
    location = next(leaf for leaf in leaves if leaf.property == NETKG + "location")
    # No site makes the first two true; every site makes one of them false.
    criterion = IntersectionOf((UnionOf((IntersectionOf((lung, pancreas)), location)),))
    evaluator = Evaluator(engine.compiler, Facts())
    finder = MissingFields(evaluator, Fillings(engine.compiler.openness.leaves_open))
    assert finder.sets(criterion, "urn:t") == (("tumors.location",),)
