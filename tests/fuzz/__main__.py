"""The command line of the fuzz harness."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from tests.fuzz.large import large
from tests.fuzz.sample import Sample, corpus
from tests.fuzz.targets import TARGETS
from tests.fuzz.watched import Outcome, Run, watch

FOLDER = Path(".fuzz")


def main() -> int:
    options = _options()
    jobs = min(options.jobs, len(options.target))
    seconds = options.seconds
    if seconds is None and options.executions is None:
        seconds = 60.0
    runs = [
        Run(
            target=target,
            seed=options.seed,
            first=[Sample.of(path) for path in options.files]
            or [sample for _, sample in (*corpus(target), *large(target))],
            executions=0 if options.files else options.executions,
            seconds=seconds and seconds * jobs / len(options.target),
            hang=options.hang,
        )
        for target in options.target
    ]
    with ThreadPoolExecutor(jobs) as pool:
        faults = sum(pool.map(lambda run: _try(run, options.faults), runs))
    return 1 if faults else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, help="try these samples and no others")
    parser.add_argument("--target", action="append", choices=list(TARGETS), help="default: all")
    parser.add_argument("--seed", default="0", help="any text; it chooses the samples")
    parser.add_argument("--seconds", type=float, help="for all targets together (default: 60)")
    parser.add_argument("--executions", type=int, help="of each target")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="at the same time")
    parser.add_argument("--hang", type=float, default=5, help="seconds that are a fault")
    parser.add_argument("--faults", type=int, default=1, help="of a target, until it is given up")
    options = parser.parse_args()
    options.target = options.target or list(TARGETS)
    if options.files and len(options.target) != 1:
        parser.error("a file needs --target")
    return options


def _try(run: Run, most: int) -> int:
    """Try a target, again after each fault, and return the number of faults."""
    found = 0
    while True:
        outcome = watch(run)
        _say(_figures(run, outcome))
        if not outcome.fault:
            return found
        found += 1
        _say(_fault(run, outcome))
        if found == most:
            return found
        left = run.seconds and max(run.seconds - outcome.seconds, 1)
        run = replace(run, start=outcome.position + 1, seconds=left)


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _figures(run: Run, outcome: Outcome) -> str:
    return (
        f"{run.target:<10} seed {run.seed}: {outcome.executions:>9,} executions in "
        f"{outcome.seconds:.0f} s, slowest {outcome.slowest:.2f} s (number {outcome.slowest_at}), "
        f"{outcome.peak_mib:,} MiB"
    )


def _fault(run: Run, outcome: Outcome) -> str:
    """Save the sample and return the report of a fault."""
    assert outcome.sample
    ending = f".{outcome.sample.ending}" if outcome.sample.ending else ""
    FOLDER.mkdir(exist_ok=True)
    path = FOLDER / f"{run.target}-{run.seed}-{outcome.position}{ending}"
    path.write_bytes(outcome.sample.data)
    command = shlex.join(["python", "-m", "tests.fuzz", "--target", run.target, str(path)])
    return f"{run.target}: {outcome.fault.strip()}\nTo repeat it: {command}"


if __name__ == "__main__":
    sys.exit(main())
