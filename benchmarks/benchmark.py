"""Measure the time and memory of netkg, and print a Markdown table.

Run ``python benchmarks/benchmark.py`` with the netkg to measure installed;
``--quick`` leaves out the long run. ``benchmarks/README.md`` explains the figures.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

from cohort import EXAMPLES, write_ndjson

if TYPE_CHECKING:
    from netkg.case.model import Case
    from netkg.plan.engine import Engine
    from netkg.validation.validator import Validator

DAY = date(2026, 3, 31)
CASE = EXAMPLES / "small-pancreatic-net.json"
ROOT = EXAMPLES.parent


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure, in seconds or in MB, with its target."""

    name: str
    value: float
    unit: str
    target: float | None = None
    note: str = ""

    def row(self) -> str:
        """Return the figure as a row of the table."""
        target = "" if self.target is None else shown(self.target, self.unit)
        share = "" if self.target is None else f"{self.value / self.target:.2f}"
        return (
            f"| {self.name} | {shown(self.value, self.unit)} | {target} | {share} | {self.note} |"
        )


def shown(value: float, unit: str) -> str:
    """Return a value with its unit; seconds below one as milliseconds."""
    if unit == "s" and value < 1:
        return f"{value * 1000:.3g} ms"
    return f"{value:.3g} {unit}" if value < 100 else f"{value:.0f} {unit}"


class TimedValidator:
    """A validator that adds up the time of another one."""

    def __init__(self, validator: Validator) -> None:
        self.seconds = 0.0
        self._validator = validator

    def validate(self, *args: object) -> object:
        """Validate, and add the time that it takes."""
        start = perf_counter()
        try:
            return self._validator.validate(*args)  # type: ignore[arg-type]
        finally:
            self.seconds += perf_counter() - start


def timed(work: Callable[[], object]) -> float:
    """Return the seconds that one call takes."""
    start = perf_counter()
    work()
    return perf_counter() - start


def run(command: Sequence[str]) -> tuple[float, float]:
    """Run netkg in a new process, and return its seconds and its peak memory in MB.

    Raises:
        SystemExit: if it does not end with exit status 0.
    """
    start = perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "netkg", *command], stdout=subprocess.DEVNULL, cwd=ROOT
    )
    _, status, usage = os.wait4(process.pid, 0)
    seconds = perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"netkg {' '.join(command)} ended with {process.returncode}")
    per_mb = 1e6 if sys.platform == "darwin" else 1e6 / 1024
    return seconds, usage.ru_maxrss / per_mb


def new_process(runs: int) -> Figure:
    """Measure one case in a new process."""
    command = ["derive", str(CASE), "--as-of", DAY.isoformat()]
    run(command)
    seconds = median(run(command)[0] for _ in range(runs))
    return Figure("`netkg derive CASE` in a new process", seconds, "s", 0.9)


def cohort(count: int, target: float | None) -> list[Figure]:
    """Measure a cohort from NDJSON to JSON, in a new process."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "cohort.ndjson"
        write_ndjson(file, count)
        seconds, memory = run(["derive", str(file), "--as-of", DAY.isoformat(), "--format", "json"])
    each = f"{seconds / count * 1000:.3g} ms per case"
    return [
        Figure(f"{count:,} cases, NDJSON to JSON, validated", seconds, "s", target, each),
        Figure(f"peak memory at {count:,} cases", memory, "MB"),
    ]


def warm(runs: int, peer_runs: int) -> list[Figure]:
    """Measure one case in a warm process, and owlrl in the same process."""
    # Imported late, since a child process starts with the peak memory of its parent.
    from netkg.api import default_engine, load_case

    engine = default_engine()
    case = load_case(CASE, engine=engine)

    def whole() -> object:
        return engine.derive(load_case(CASE, engine=engine), as_of=DAY)

    for _ in range(3):
        whole()
    both = median(timed(whole) for _ in range(runs))
    alone, validation = split(engine, case, runs)
    compiled = alone + validation
    closure = median(
        timed(lambda: engine.derive(case, as_of=DAY, reasoner="owlrl")) - compiled
        for _ in range(peer_runs)
    )
    peer = f"{closure / both:.0f} times as long as the first row"
    return [
        Figure("load, validate and derive one case, warm", both, "s", 0.060),
        Figure("the same populations by owlrl, one case", closure, "s", None, peer),
        Figure("derive alone, warm, without SHACL", alone, "s", 0.015),
        Figure("SHACL validation alone, warm", validation, "s"),
    ]


def split(engine: Engine, case: Case, runs: int) -> tuple[float, float]:
    """Return the seconds of a derivation without the validation, and of the validation."""
    validator = engine.validator
    rests, parts = [], []
    try:
        for _ in range(runs):
            timer = TimedValidator(validator)
            engine.validator = timer  # type: ignore[assignment]
            total = timed(lambda: engine.derive(case, as_of=DAY))
            rests.append(total - timer.seconds)
            parts.append(timer.seconds)
    finally:
        engine.validator = validator
    return median(rests), median(parts)


QUERY = "cq11"
VIEWS = (
    ("ontology", "svg", ()),
    ("ontology", "html", ()),
    ("guideline", "svg", ()),
    ("guideline", "html", ("--whole",)),
    ("case", "svg", (str(CASE),)),
    ("plan", "svg", (str(CASE), "--as-of", DAY.isoformat())),
    ("plan", "html", (str(CASE), "--as-of", DAY.isoformat(), "--whole")),
)
# The same without netkg: parse the ontology, run the query, print the rows.
PEER = """
import sys
from pathlib import Path
from rdflib import Graph
graph = Graph()
for module in sorted(Path("ontology").rglob("*.ttl")):
    graph.parse(module)
(query,) = Path("queries/competency").glob(f"{sys.argv[1]}-*.rq")
for row in graph.query(query.read_text()):
    print(*row)
"""


def asking(runs: int) -> list[Figure]:
    """Measure a query over the ontology in a new process, and the same with rdflib."""
    own = median(run(["query", QUERY])[0] for _ in range(runs))
    command = [sys.executable, "-c", PEER, QUERY]
    peer = median(
        timed(lambda: subprocess.run(command, stdout=subprocess.DEVNULL, cwd=ROOT, check=True))
        for _ in range(runs)
    )
    ratio = f"{peer / own:.1f} times as long as netkg"
    return [
        Figure("`netkg query` over the ontology in a new process", own, "s", 0.6),
        Figure("the same query by rdflib in a new process", peer, "s", None, ratio),
    ]


def drawing(runs: int) -> list[Figure]:
    """Measure each view of the graph in a new process."""
    return [
        Figure(
            f"`netkg graph --view {view}` as {form}{', whole' if '--whole' in more else ''}",
            median(run(["graph", *more, "--view", view, "--format", form])[0] for _ in range(runs)),
            "s",
            2.0,
        )
        for view, form, more in VIEWS
    ]


def proving(runs: int) -> list[Figure]:
    """Measure proofs of every verdict on a case, warm, and the independent checker."""
    from netkg.api import default_engine, load_case
    from netkg.plan.assembly import foci
    from netkg.proof.check.checker import Checker
    from netkg.proof.explain import explain, prove

    engine = default_engine()
    case = load_case(CASE, engine=engine)
    examined = engine.examine(case, as_of=DAY)
    proofs, slowest = [], 0.0
    for statement in engine.catalogue.verdict_bearing:
        for focus in foci(statement, case):
            took = median(
                timed(lambda s=statement, n=focus: prove(engine, examined, s, n.value))
                for _ in range(runs)
            )
            slowest = max(slowest, took)
        proofs += [each.proof.to_dict() for each in explain(engine, examined, statement).foci]
    start = perf_counter()
    checker = Checker(case, as_of=DAY)
    derived = perf_counter() - start
    checks = [timed(lambda p=proof: checker.check(p)) for proof in proofs]
    note = f"{len(proofs)} proofs; slowest {max(checks) * 1000:.3g} ms"
    return [
        Figure("a proof, warm, the slowest of all statements", slowest, "s", 0.005),
        Figure(
            "the check of a proof by rdflib, the mean", sum(checks) / len(checks), "s", None, note
        ),
        Figure("the derivation of the checker, once per case", derived, "s"),
    ]


def machine() -> str:
    """Return a description of the machine and the libraries."""
    packages = ("owlrl", "pyoxigraph", "pyshacl", "rdflib")
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    return (
        f"{os.cpu_count()} cores ({processor()}), {platform.system()}, "
        f"Python {platform.python_version()}, {versions}"
    )


def processor() -> str:
    """Return the name of the processor, as far as it is known."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def main(argv: Sequence[str] | None = None) -> None:
    """Measure everything and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="leave out the 10,000 cases")
    quick = parser.parse_args(argv).quick
    # New processes first: their peak memory is at least that of this process.
    fresh = new_process(7)
    cohorts = cohort(1_000, 15.0) + ([] if quick else cohort(10_000, None))
    others = [*asking(7), *drawing(5)]
    figures = [*warm(51, 1 if quick else 3), *proving(11), fresh, *others, *cohorts]
    sys.stdout.write(
        f"{machine()}\n\n"
        "| figure | measured | target | measured / target | |\n"
        "|---|---:|---:|---:|---|\n" + "".join(f"{figure.row()}\n" for figure in figures)
    )


if __name__ == "__main__":
    main()
