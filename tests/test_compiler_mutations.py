"""Change copies of the sources at random: both engines must follow each change.

A program that was compiled from other sources, or that has something of them written into it,
is found here. Which mutations matter is decided by the reference alone (:mod:`mutation_trial`).
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from answers import reference
from mutation_trial import CHOSEN, Trial
from random_cases import AS_OF, RandomCases
from random_coverage import coverage, everything
from source_mutations import KINDS, Sources

from netkg.case.loading import load_case
from netkg.ontology.files import Folders, default_folders
from netkg.plan.engine import Engine

# Mutations are counted in groups; in each group of a kind, at least so many must matter.
GROUP = 20
LEAST = {
    "threshold": 14,
    "pattern": 14,
    "operator": 17,
    "supersession": 14,
    "months": 11,
    "openness": 6,
    "severity": 14,
    "class": 12,
}
MUTATIONS = [(kind, number) for kind, count in KINDS.items() for number in range(count)]
GROUPS = [(kind, start) for kind, count in KINDS.items() for start in range(0, count, GROUP)]


@pytest.fixture(scope="module")
def trial() -> Trial:
    """Return what tries mutations, with the answers of the reference without any."""
    return Trial(Sources())


@pytest.mark.batch
@pytest.mark.parametrize(("kind", "number"), MUTATIONS)
def test_both_engines_follow_a_mutation(
    kind: str, number: int, trial: Trial, record_property: Callable[[str, object], None]
) -> None:
    mutation = trial.sources.mutation(kind, number)
    outcome = trial.outcome(mutation)
    record_property("matters", bool(outcome.matters))
    assert not outcome.unequal, f"{kind} {number}, {mutation.name}\n{outcome.unequal}"


def test_enough_mutations_must_matter() -> None:
    least = {kind: count // GROUP * LEAST[kind] for kind, count in KINDS.items()}
    assert sum(least.values()) >= 300
    assert min(least.values()) >= 20


@pytest.mark.batch
@pytest.mark.long
@pytest.mark.parametrize(("kind", "start"), GROUPS)
def test_many_mutations_matter(kind: str, start: int, trial: Trial) -> None:
    found = [trial.sources.mutation(kind, number) for number in range(start, start + GROUP)]
    assert len(set(map(str, found))) == GROUP
    idle = [str(mutation) for mutation in found if not trial.matters(mutation)]
    assert len(idle) <= GROUP - LEAST[kind], "\n".join(idle)


def original(_: Folders) -> Engine:
    """Load a program that overlooks every change: that of the sources as they are."""
    return reference(default_folders())


@pytest.mark.batch
@pytest.mark.parametrize("kind", KINDS)
def test_a_program_that_overlooks_a_change_is_found(kind: str, trial: Trial) -> None:
    mutation = next(m for m in trial.sources.mutations(kind) if trial.matters(m))
    outcome = trial.outcome(mutation, load=original)
    assert outcome.matters, str(mutation)
    assert outcome.unequal, str(mutation)


def test_most_that_can_happen_happens_in_the_chosen_cases() -> None:
    engine: Engine = reference(default_folders())
    cases = RandomCases(engine)
    trees = [load_case(cases.case(number), schema=engine.schema) for number in CHOSEN]
    found, wanted = coverage(engine, trees, AS_OF), everything(engine)
    missing = [
        f"{group} {name}"
        for group, names in wanted.items()
        for name in sorted(names)
        if not found.counts.get(group, {}).get(name)
    ]
    most = sum(map(len, wanted.values()))
    assert len(missing) < most / 10, (
        f"choose cases again (python tests/random_coverage.py 3000 2): {missing}"
    )
