"""Change copies of the sources at random: cohorts must follow each change.

The engine for one case gives the same as the engines of SPARQL and SHACL after each of these
changes (:mod:`test_compiler_mutations`). Here, cohorts are compared with it. A change counts if
the engine for one case gives other rows with it than without it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from answers import compiled
from cohort_answers import Answers, as_lines, by_chunk, differences, one_by_one
from mutation_trial import CHOSEN, DRAWN, loaded
from random_cases import AS_OF, RandomCases
from source_mutations import KINDS, Mutation, Sources

from netkg.cohort.chunk import ChunkRunner
from netkg.errors import UnsupportedConstruct
from netkg.ontology.files import default_folders
from netkg.plan.engine import Engine

MUTATIONS = [(kind, number) for kind, count in KINDS.items() for number in range(count)]


class CohortTrial:
    """The cases on which mutations are tried, and what they give without one."""

    def __init__(self) -> None:
        self.sources = Sources()
        self.original = compiled(default_folders())
        drawn = RandomCases(self.original)
        self.lines = as_lines(drawn.case(number) for number in CHOSEN)
        self.known = one_by_one(self.lines, self.original)
        self.effective: dict[str, bool] = {}
        self.refused: set[str] = set()

    def outcome(self, mutation: Mutation) -> list[str]:
        """Return the differences between both ways to derive, with a mutation."""
        with tempfile.TemporaryDirectory() as folder:
            engine, _ = loaded(compiled, self.sources.write(Path(folder), mutation))
            if engine is None:
                return []
            more = self.relevant(engine, mutation)
            lines = [*self.lines, *more]
            try:
                own = ChunkRunner(engine, AS_OF)
            except UnsupportedConstruct:
                # What cannot be written in SQL is refused, and never left out.
                self.refused.add(str(mutation))
                return []
            wanted, found = answered(one_by_one, lines, engine), answered(chunk_of, lines, own)
        if wanted is None or found is None:
            return [] if wanted is found else ["one of the two raises something"]
        self.effective[str(mutation)] = wanted != self._before(more)
        return differences(found, wanted)

    def relevant(self, engine: Engine, mutation: Mutation) -> list[bytes]:
        """Return cases that are drawn with the thresholds and patterns of a mutated engine."""
        drawn, words = RandomCases(engine), self.sources.words(mutation)
        names = (f"of {mutation}, {number}" for number in range(DRAWN))
        return as_lines(drawn.case_about(name, words) for name in names)

    def _before(self, more: list[bytes]) -> Answers:
        found = one_by_one(more, self.original)
        return {name: rows + found[name] for name, rows in self.known.items()}


def answered(way: Callable[..., Answers], *given: object) -> Answers | None:
    """Return answers, None if there are none: a step without a status is a fault in both."""
    try:
        return way(*given)
    except Exception:
        return None


def chunk_of(lines: list[bytes], own: ChunkRunner) -> Answers:
    return by_chunk(lines, own=own)


@pytest.fixture(scope="module")
def trial() -> CohortTrial:
    return CohortTrial()


@pytest.mark.batch
@pytest.mark.parametrize(("kind", "number"), MUTATIONS)
def test_cohorts_follow_a_mutation(
    kind: str, number: int, trial: CohortTrial, record_property: Callable[[str, object], None]
) -> None:
    mutation = trial.sources.mutation(kind, number)
    found = trial.outcome(mutation)
    record_property("matters", trial.effective.get(str(mutation), False))
    assert not found, f"{mutation}\n" + "\n".join(found)
    assert str(mutation) not in trial.refused or kind in ("class", "operator"), mutation


@pytest.mark.batch
def test_a_cohort_that_overlooks_a_change_is_found(trial: CohortTrial) -> None:
    mutation = next(
        each
        for number in range(20)
        if not trial.outcome(each := trial.sources.mutation("threshold", number))
        and trial.effective[str(each)]
    )
    with tempfile.TemporaryDirectory() as folder:
        engine = compiled(trial.sources.write(Path(folder), mutation))
        lines = [*trial.lines, *trial.relevant(engine, mutation)]
        wanted = one_by_one(lines, engine)
        found = by_chunk(lines, own=ChunkRunner(trial.original, AS_OF))
    assert differences(found, wanted)
