"""Measure the validation of one case: compiled shapes, and pySHACL, in one warm process.

Run it as ``python benchmarks/shapes.py [CASE]``; each figure is the median of many runs.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from netkg.api import default_engine, load_case
from netkg.compiler.generated import functions
from netkg.compiler.shape_functions import write_shapes
from netkg.compiler.shape_values import NAMES
from netkg.compiler.shapes import read_shapes
from netkg.reasoning.facts import Facts

CASE = Path(__file__).parent.parent / "examples" / "small-pancreatic-net.json"
DAY = date(2026, 3, 31)


def milliseconds(measured: Callable[[], object], runs: int) -> float:
    """Return the median of the times that something takes."""
    times = []
    for _ in range(runs):
        start = perf_counter()
        measured()
        times.append(perf_counter() - start)
    return median(times) * 1000


def main(path: Path) -> None:
    """Print the figures for a case."""
    engine = default_engine()
    validator = engine.validator
    case = load_case(path, engine=engine)
    ((_, types),) = engine.conditions([case], as_of=DAY)
    asserted = [(str(t.subject), t.predicate.value, str(t.object)) for t in (*case.triples, *types)]

    def load() -> Any:
        shapes = read_shapes(validator.triples, validator.vocabulary, validator.folder)
        return functions(write_shapes(shapes), NAMES)["shapes"]

    def facts_of_case() -> Facts:
        facts = Facts()
        for each in asserted:
            facts.add(*each)
        return facts

    validate = load()
    facts, results = facts_of_case(), validate(facts_of_case())
    for name, measured, runs in (
        ("compiled: the function", lambda: validate(facts), 1000),
        ("compiled: index of the facts", facts_of_case, 1000),
        ("findings of its results", lambda: validator.findings(case, results), 1000),
        (
            "compiled: all of these",
            lambda: validator.findings(case, validate(facts_of_case())),
            1000,
        ),
        ("pySHACL, and findings", lambda: validator.validate([case], types), 50),
        ("compile all shapes", load, 5),
    ):
        sys.stdout.write(f"{name:30} {milliseconds(measured, runs):8.3f} ms\n")
    found = validator.findings(case, results)
    sys.stdout.write(f"{len(results)} results, {len(found)} findings\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else CASE)
