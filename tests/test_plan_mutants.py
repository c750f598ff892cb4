"""Check that the test cases notice each mutant of the guideline's conditions."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from mutants import EQUIVALENT, Mutant, Original, Trial

from netkg.ontology.files import default_folders

ORIGINAL = Original(default_folders().ontology)
MUTANTS = {mutant.name: mutant for mutant in ORIGINAL.mutants()}


@pytest.fixture(scope="module")
def trial() -> Iterator[Trial]:
    """Return what tries mutants, after the ontology itself has passed."""
    found = Trial(ORIGINAL)
    assert found.killer(None) is None
    yield found
    found.folder.cleanup()


def test_there_are_mutants_and_each_equivalent_one_is_among_them() -> None:
    assert len(MUTANTS) > 400
    assert EQUIVALENT.keys() - MUTANTS.keys() == set()


@pytest.mark.batch
@pytest.mark.parametrize("mutant", MUTANTS.values(), ids=MUTANTS)
def test_a_mutant_is_noticed_unless_it_is_equivalent(mutant: Mutant, trial: Trial) -> None:
    killer = trial.killer(mutant)
    if mutant.name in EQUIVALENT:
        assert killer is None, f"it is listed as equivalent, but {killer} notices it"
    else:
        assert killer is not None, "no case notices it"
