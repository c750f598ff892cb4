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
from datetime import date
from functools import partial
from importlib.metadata import version
from pathlib import Path
from statistics import mean, median
from time import perf_counter
from typing import TYPE_CHECKING, Any

from cohort import EXAMPLES, write_ndjson

if TYPE_CHECKING:
    from netkg.case.model import Case
    from netkg.plan.engine import Engine

DAY = date(2026, 3, 31)
CASE = EXAMPLES / "small-pancreatic-net.json"
# 2 tumors, 9 events, 4 measurements, 1 metastasis.
DENSE = Path(__file__).parent / "dense-case.json"
TYPES: dict[str, Any] = {}
ROOT = EXAMPLES.parent
AS_OF = ("--as-of", DAY.isoformat())


# -- the table -----------------------------------------------------------------------------
def figure(
    name: str, value: float, unit: str = "s", *, target: float | None = None, note: str = ""
) -> str:
    """Return one measured figure, in seconds or in MB, as a row of the table."""
    aim, share = (shown(target, unit), f"{value / target:.2f}") if target else ("", "")
    return f"| {name} | {shown(value, unit)} | {aim} | {share} | {note} |\n"


def shown(value: float, unit: str) -> str:
    """Return a value with its unit; seconds below one as milliseconds."""
    if unit == "s" and value < 1:
        return f"{value * 1000:.3g} ms"
    return f"{value:.3g} {unit}" if value < 100 else f"{value:.0f} {unit}"


# -- measuring -----------------------------------------------------------------------------
def timed(work: Callable[[], object]) -> float:
    """Return the seconds that one call takes."""
    start = perf_counter()
    work()
    return perf_counter() - start


def typical(runs: int, work: Callable[[], object]) -> float:
    """Return the median of the seconds that a call takes."""
    return median(timed(work) for _ in range(runs))


def run(*command: str) -> float:
    """Run netkg in a new process, and return its peak memory in MB.

    Raises:
        CalledProcessError: if it does not end with exit status 0.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "netkg", *command], stdout=subprocess.DEVNULL, cwd=ROOT
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, process.args)
    return usage.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e6 / 1024)


# -- what is measured ----------------------------------------------------------------------
def new_process(runs: int) -> list[str]:
    """Measure one case in a new process."""
    derive = partial(run, "derive", str(CASE), *AS_OF)
    derive()
    return [figure("`netkg derive CASE` in a new process", typical(runs, derive), target=0.42)]


def cohort(count: int, target: float | None, *, jobs: int = 1) -> list[str]:
    """Measure a cohort from NDJSON to JSON, in new processes."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "cohort.ndjson"
        write_ndjson(file, count)
        start = perf_counter()
        memory = run("derive", str(file), *AS_OF, "--format", "json", "--jobs", str(jobs))
        seconds = perf_counter() - start
    each = f"{seconds / count * 1000:.3g} ms per case"
    words = f"{count:,} cases, NDJSON to JSON{f', {jobs} processes' if jobs > 1 else ''}"
    peak = figure(f"peak memory at {count:,} cases", memory, "MB")
    return [figure(words, seconds, target=target, note=each), *([peak] if jobs == 1 else [])]


def findings(count: int) -> list[str]:
    """Measure the findings of a cohort by a query, and by a validation as the peer."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "cohort.ndjson"
        write_ndjson(file, count)
        peer = timed(partial(run, "validate", str(file), *AS_OF, "--format", "json"))
        own = timed(partial(run, "query", "cq22", str(file), *AS_OF, "--format", "json"))
    return [
        figure(f"`netkg query cq22`, findings of {count:,} cases", own, target=2 * peer),
        figure(f"`netkg validate`, {count:,} cases", peer),
    ]


def warm(runs: int, peer_runs: int) -> list[str]:
    """Measure cases in a warm process, and in the same process the engines that are the peers."""
    # Imported late, since a child process starts with the peak memory of its parent.
    from netkg.api import default_engine, load_case
    from netkg.ontology.files import chosen_folders
    from netkg.plan.engine import Engine

    engine, peer = default_engine(), Engine(chosen_folders(), backend="sparql")
    rows = []
    for name, path, target in (("one case", CASE, 0.005), ("a dense case", DENSE, 0.010)):

        def whole(by: Engine, path: Path = path) -> object:
            return by.derive(load_case(path, engine=by), as_of=DAY)

        own, other = pairs(runs, partial(whole, engine), partial(whole, peer))
        rows += [
            figure(f"load, validate and derive {name}, warm", own, target=target),
            figure("the same by pyoxigraph and pySHACL", other, note=f"{other / own:.1f} times"),
        ]
    case = load_case(CASE, engine=engine)
    own, other = pairs(runs, *(partial(validated, each, case) for each in (engine, peer)))
    by_owlrl = partial(engine.derive, case, as_of=DAY, reasoner="owlrl")
    closure = typical(peer_runs, by_owlrl)
    return [
        *rows,
        figure("validation alone, warm", own, target=0.0008),
        figure("the same by pySHACL", other, note=f"{other / own:.0f} times"),
        figure("the populations of one case by owlrl", closure),
    ]


def pairs(runs: int, own: Callable[[], object], other: Callable[[], object]) -> tuple[float, float]:
    """Return the medians of two calls, each measured next to the other."""
    times = [(timed(own), timed(other)) for _ in range(runs + 3)][3:]
    first, second = zip(*times, strict=True)
    return median(first), median(second)


def validated(engine: Engine, case: Case) -> object:
    """Return the findings of the shapes on a case, given the types that rules derived."""
    if case.id not in TYPES:
        ((_, TYPES[case.id]),) = engine.conditions([case], as_of=DAY)
    return engine.findings(case, TYPES[case.id])


def compiling(runs: int) -> list[str]:
    """Measure how long the compiler takes, and what a large case takes."""
    from growth import EVENTS, case, dated

    from netkg.api import default_engine, load_case
    from netkg.compiler.build import build

    engine = default_engine()
    large = load_case(
        case(events=[EVENTS["scans"] | dated(number) for number in range(10_000)]), engine=engine
    )
    return [
        figure("compile all sources", typical(runs, partial(build, engine.sources)), target=0.5),
        figure(
            "a case of 10,000 events",
            timed(partial(engine.derive, large, as_of=DAY)),
            target=2.0,
        ),
    ]


QUERY = "cq11"
VIEWS = (
    ("ontology", "svg", ()),
    ("ontology", "html", ()),
    ("guideline", "svg", ()),
    ("guideline", "html", ("--whole",)),
    ("case", "svg", (str(CASE),)),
    ("plan", "svg", (str(CASE), *AS_OF)),
    ("plan", "html", (str(CASE), *AS_OF, "--whole")),
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


def querying(runs: int) -> list[str]:
    """Measure a query over the ontology in a new process, and the same with rdflib."""
    own = typical(runs, partial(run, "query", QUERY))
    command = [sys.executable, "-c", PEER, QUERY]
    by_rdflib = partial(subprocess.run, command, stdout=subprocess.DEVNULL, cwd=ROOT, check=True)
    peer = typical(runs, by_rdflib)
    ratio = f"{peer / own:.1f} times as long as netkg"
    return [
        figure("`netkg query` over the ontology in a new process", own, target=0.6),
        figure("the same query by rdflib in a new process", peer, note=ratio),
    ]


def drawing(runs: int) -> list[str]:
    """Measure each view of the graph in a new process."""
    return [
        figure(
            f"`netkg graph --view {view}` as {form}{', whole' if '--whole' in more else ''}",
            typical(runs, partial(run, "graph", *more, "--view", view, "--format", form)),
            target=2.0,
        )
        for view, form, more in VIEWS
    ]


def proving(runs: int) -> list[str]:
    """Measure proofs of every verdict on a case, warm, and the independent checker."""
    from netkg.api import default_engine, load_case
    from netkg.plan.assembly import foci
    from netkg.proof.check.checker import Checker
    from netkg.proof.explain import explain, prove

    engine = default_engine()
    case = load_case(CASE, engine=engine)
    examined = engine.examine(case, as_of=DAY)
    statements = engine.catalogue.verdict_bearing
    slowest = max(
        typical(runs, partial(prove, engine, examined, statement, node.value))
        for statement in statements
        for node in foci(statement.level, case)
    )
    proofs = [
        each.proof.to_dict()
        for statement in statements
        for each in explain(engine, examined, statement).foci
    ]
    start = perf_counter()
    checker = Checker(case, as_of=DAY)
    derived = perf_counter() - start
    checks = [timed(partial(checker.check, proof)) for proof in proofs]
    note = f"{len(proofs)} proofs; slowest {max(checks) * 1000:.3g} ms"
    return [
        figure("a proof, warm, the slowest of all statements", slowest, target=0.005),
        figure("the check of a proof by rdflib, the mean", mean(checks), note=note),
        figure("the derivation of the checker, once per case", derived),
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
    cohorts = cohort(1_000, 4.0) + cohort(1_000, 2.3, jobs=2)
    cohorts += [] if quick else cohort(10_000, None)
    others = [*querying(7), *drawing(5), *findings(2_000)]
    figures = [*warm(51, 1 if quick else 3), *compiling(3), *proving(11), *fresh, *others, *cohorts]
    sys.stdout.write(
        f"{machine()}\n\n"
        "| figure | measured | target | measured / target | |\n"
        f"|---|---:|---:|---:|---|\n{''.join(figures)}"
    )


if __name__ == "__main__":
    main()
