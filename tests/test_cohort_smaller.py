"""Cohorts by a guideline of fewer statements: a fact that nothing asks for does no harm."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from answers import compiled
from cohort_answers import as_lines, by_chunk, differences, one_by_one
from random_cases import AS_OF, RandomCases

from benchmarks.smaller_guideline import smaller_sources
from netkg.api import default_engine
from netkg.cohort.chunk import ChunkRunner
from netkg.errors import KnowledgeError
from netkg.ontology.files import Folders, default_folders

pytestmark = pytest.mark.many

CASES = 60


def check(folder: Path, kept: set[str]) -> int:
    """Compare both ways to derive with some statements only; return how many verdicts there are."""
    smaller_sources(folder, kept)
    engine = compiled(Folders(folder / "ontology", folder / "shapes", default_folders().queries))
    drawn = RandomCases(default_engine())
    lines = as_lines(drawn.case(f"smaller, {number}") for number in range(CASES))
    wanted = one_by_one(lines, engine)
    assert not differences(by_chunk(lines, own=ChunkRunner(engine, AS_OF)), wanted)
    return sum(wanted["verdicts"].values())


@pytest.mark.parametrize(
    "kept",
    [
        {"DX-01", "DX-07", "DX-12"},
        # Statements of tumors alone, or of cases.
        {"TX-15", "TX-20", "FU-01"},
        {"DX-06", "DX-10"},
    ],
    ids=lambda kept: " ".join(sorted(kept)),
)
def test_some_statements_are_a_guideline(kept: set[str], tmp_path: Path) -> None:
    assert check(tmp_path / "sources", kept)


def test_no_statement_is_a_guideline_without_verdicts(tmp_path: Path) -> None:
    assert check(tmp_path / "sources", set()) == 0


@pytest.mark.batch
@pytest.mark.parametrize("seed", range(40))
def test_any_statements_are_a_guideline(seed: int, tmp_path: Path) -> None:
    draw = random.Random(f"smaller {seed}")
    names = [each.id for each in default_engine().catalogue.verdict_bearing]
    kept = {name for name in names if draw.random() < draw.choice([0.1, 0.5, 0.9])}
    try:
        check(tmp_path / "sources", kept)
    except KnowledgeError as error:
        pytest.skip(f"the statements need others: {error}")
