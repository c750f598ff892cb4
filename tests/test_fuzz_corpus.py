"""Try the fuzz targets on every sample on which they once failed, and on a few new ones."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.fuzz.large import large
from tests.fuzz.sample import CORPUS, Sample
from tests.fuzz.targets import TARGETS, target
from tests.fuzz.watched import Run, watch

SAMPLES = sorted(path for path in CORPUS.rglob("*") if path.is_file())


def named(path: Path) -> str:
    return f"{path.parent.name}-{path.name}"


def test_every_target_has_a_corpus() -> None:
    assert {path.parent.name for path in SAMPLES} == set(TARGETS)


@pytest.mark.parametrize("path", SAMPLES, ids=named)
def test_a_sample_that_once_failed_is_answered(path: Path) -> None:
    target(path.parent.name).check(Sample.of(path))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["guard", "worker"])
def test_a_large_sample_that_once_failed_is_answered(name: str) -> None:
    samples = [sample for _, sample in large(name)]
    assert samples
    outcome = watch(Run(target=name, seed="0", first=samples, executions=0, hang=60))
    assert outcome.fault == ""
    assert outcome.executions == len(samples)


@pytest.mark.parametrize("name", TARGETS)
def test_a_new_sample_is_answered(name: str) -> None:
    for number in range(3):
        target(name).check(target(name).draw(random.Random(f"{name} {number}")))


@pytest.mark.parametrize("name", TARGETS)
def test_a_sample_depends_on_seed_and_number_only(name: str) -> None:
    run = Run(target=name, seed="1")
    assert [run.sample(number) for number in range(5)] == [
        run.sample(number) for number in range(5)
    ]
    assert run.sample(0) != Run(target=name, seed="2").sample(0)


# -- the harness itself -----------------------------------------------------------------------
@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"crash", "ended by SIGSEGV\n"),
        (b"fault", "fault\nTraceback"),
        (b"hang", "longer than 1 s\n"),
        (b"memory", "fault\nTraceback"),
    ],
)
def test_a_fault_is_found_with_its_sample(data: bytes, fault: str) -> None:
    samples = [Sample("txt", b"good"), Sample("", data), Sample("txt", b"never tried")]
    outcome = watch(Run(target="faulty", seed="0", first=samples, hang=1, memory=100, executions=3))
    assert outcome.fault.startswith(fault)
    assert (outcome.executions, outcome.position, outcome.sample) == (1, 1, samples[1])


def test_a_run_without_a_fault_counts_its_executions() -> None:
    outcome = watch(Run(target="faulty", seed="0", first=[Sample("", b"good")], executions=20))
    assert (outcome.fault, outcome.executions) == ("", 21)
