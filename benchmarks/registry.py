"""Measure how fast a registry is derived: Parquet and NDJSON, light and dense cases.

The peer is the engine for one case, on a sample of the same cases, with as many processes.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow.parquet as pq

from netkg.cohort.case_schemas import case_columns
from netkg.cohort.convert import write_parquet
from netkg.cohort.generate import Generator
from netkg.plan.engine import default_engine

AS_OF = date(2026, 3, 31)
# The mean numbers of events and tumors.
KINDS = {"light": (4.0, 1.0), "dense": (9.0, 1.7)}


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    """Print a line for each measurement."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=100_000, help="how many different cases")
    parser.add_argument("--times", type=int, default=1, help="how often they are repeated")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--sample", type=int, default=2_000, help="cases for the peer")
    parser.add_argument("kinds", nargs="*", default=list(KINDS))
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        for kind in options.kinds:
            measure(Path(folder), kind, options)


def measure(folder: Path, kind: str, options: argparse.Namespace) -> None:
    """Print the rates for one kind of cases."""
    parquet, ndjson = folder / f"{kind}.parquet", folder / f"{kind}.ndjson"
    write(parquet, ndjson, kind, options)
    total = options.cases * options.times
    rates = {}
    for path in (parquet, ndjson):
        out = folder / f"out-{path.name}"
        seconds = timed(["cohort", "derive", path, "--out", out, "--jobs", options.jobs])
        rates[path.suffix] = total / seconds
        found = json.loads((out / "run.json").read_text(encoding="utf-8"))
        rows = found["rows"]["verdicts"] / max(found["planned"], 1)
        say(
            f"{kind} {path.suffix}: {total:,} cases in {seconds:.1f} s, {total / seconds:,.0f} a"
            f" second; {rows:.1f} verdict rows a case; {found['invalid']} invalid;"
            f" {found['processSeconds'] / total * 1e6:.0f} us of a processor a case"
        )
    sample = folder / "sample.ndjson"
    with ndjson.open(encoding="utf-8") as lines:
        sample.write_text(
            "".join(line for line, _ in zip(lines, range(options.sample), strict=False))
        )
    seconds = timed(["derive", sample, "--format", "json", "--jobs", options.jobs])
    rate = options.sample / seconds
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    say(
        f"{kind}, one case at a time: {rate:,.0f} a second; ratio {rates['.parquet'] / rate:.0f}"
        f" (Parquet), {rates['.ndjson'] / rate:.0f} (NDJSON); largest process so far {peak:,.0f} MB"
    )


def write(parquet: Path, ndjson: Path, kind: str, options: argparse.Namespace) -> None:
    """Write the cases in both formats."""
    schema = default_engine().schema
    events, tumors = KINDS[kind]
    generator = Generator(schema, AS_OF, seed=1, events=events, tumors=tumors)
    once = parquet.with_suffix(".once")
    trees = ((kind, n, case, "") for n, case in enumerate(generator.cases(options.cases)))
    for error in write_parquet(trees, once, schema):
        raise error
    table = pq.read_table(once)
    with pq.ParquetWriter(parquet, case_columns(schema), compression="zstd") as writer:
        for _ in range(options.times):
            writer.write_table(table, row_group_size=50_000)
    with ndjson.open("w", encoding="utf-8") as file:
        for _ in range(options.times):
            for case in generator.cases(options.cases):
                file.write(json.dumps(case, ensure_ascii=False) + "\n")


def timed(arguments: list[object]) -> float:
    """Return the seconds that a command takes in a new process."""
    start = time.perf_counter()
    command = [sys.executable, "-m", "netkg", *map(str, arguments), "--as-of", AS_OF.isoformat()]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
    if done.returncode not in (0, 1):
        raise SystemExit(f"{command} failed")
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
