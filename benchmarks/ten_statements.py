"""Measure netkg against a query written by hand, for the verdicts on ten statements of a cohort.

netkg runs on a copy of the ontology that has only these statements; it validates the cases, and
derives statuses, which the query does not. Both read the same Parquet and write a table of
verdicts, and the verdicts must be equal.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace

import duckdb
from registry import AS_OF, say, write
from smaller_guideline import smaller_sources

EVERY_CASE = ("DX-01", "DX-02", "DX-03", "DX-06", "DX-12")
SYNDROMES = {
    "DX-07": "CarcinoidSyndrome",
    **{"DX-09a": "InsulinomaSyndrome", "DX-09b": "GastrinomaSyndrome"},
    **{"DX-09c": "GlucagonomaSyndrome", "DX-09d": "VIPomaSyndrome"},
}


def main() -> None:
    """Print the seconds of both, and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=4)
    options = parser.parse_args()
    with TemporaryDirectory() as name:
        folder = Path(name)
        cases, lines = folder / "light.parquet", folder / "light.ndjson"
        write(cases, lines, "light", SimpleNamespace(cases=options.cases, times=options.times))
        smaller_sources(folder / "sources", {*EVERY_CASE, *SYNDROMES})
        # The first run compiles the sources.
        derive(folder / "sources", cases, folder / "first")
        own = timed(lambda: derive(folder / "sources", cases, folder / "own"))
        manual = timed(lambda: query(cases, folder / "by-hand.parquet"))
        differences = compare(folder / "own/verdicts/*.parquet", folder / "by-hand.parquet")
    say(f"netkg {own:.2f} s of a processor, by hand {manual:.2f} s: {own / manual:.1f} times")
    say(f"{differences} verdicts differ")


def timed(work: Callable[[], None]) -> float:
    """Return the seconds of a processor that some work in other processes takes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    work()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def derive(sources: Path, cases: Path, out: Path) -> None:
    """Derive the cases in a new process."""
    command = [sys.executable, "-m", "netkg", "cohort", "derive", cases, "--out", out]
    command += ["--ontology", sources / "ontology", "--shapes", sources / "shapes"]
    command += ["--jobs", "1", "--quiet", "--as-of", AS_OF.isoformat()]
    subprocess.run([*map(str, command)], stdout=subprocess.DEVNULL, check=True)


def query(cases: Path, out: Path) -> None:
    """Answer the cases by the query, in a new process."""
    program = f"import duckdb; duckdb.execute({by_hand(cases, out)!r})"
    subprocess.run([sys.executable, "-c", program], check=True)


def by_hand(cases: Path, out: Path) -> str:
    """Return the query: five statements hold for every case, five for a syndrome of a tumor."""
    always = ", ".join(f"'{name}'" for name in EVERY_CASE)
    named = ", ".join(f"('{name}', '{syndrome}')" for name, syndrome in SYNDROMES.items())
    verdict = (
        "CASE WHEN list_contains(x.hormonalSyndrome, n.syndrome) THEN 'applicable'"
        " WHEN x.functionalStatus = 'NonFunctioning' OR len(x.hormonalSyndrome) > 0"
        " THEN 'not-applicable' ELSE 'undetermined' END"
    )
    tumors = "unnest(tumors) AS x, generate_subscripts(tumors, 1) AS k"
    return (
        f"COPY (WITH cases AS (SELECT * FROM '{cases}')"
        f" SELECT id AS \"case\", unnest([{always}]) AS id, id AS focus, 'applicable' AS verdict"
        " FROM cases UNION ALL SELECT t.id, n.id, COALESCE(x.id, 'tumor-' || k),"
        f" {verdict} FROM (SELECT id, {tumors} FROM cases) AS t"
        f" CROSS JOIN (VALUES {named}) AS n(id, syndrome)) TO '{out}' (COMPRESSION zstd)"
    )


def compare(own: Path, other: Path) -> int:
    """Return how many verdicts one has and the other has not, or has more often."""
    rows = 'SELECT "case", id, focus, verdict FROM'
    one, two = (f"({rows} '{path}')" for path in (own, other))
    found = duckdb.sql(
        f"SELECT (SELECT COUNT(*) FROM ({one} EXCEPT ALL {two}))"
        f" + (SELECT COUNT(*) FROM ({two} EXCEPT ALL {one}))"
    ).fetchall()
    return int(found[0][0])


if __name__ == "__main__":
    main()
