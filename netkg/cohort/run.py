"""Run a cohort: derive the plans of all cases of some files, part by part, in several processes.

A part is finished when its tables and then its record are written. A run that was stopped goes
on with the parts that are missing, and ends with the same content.
"""

from __future__ import annotations

import json
import os
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict
from itertools import chain, islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

import pyarrow.parquet as pq

from netkg.case.json_faults import BLANKS
from netkg.cohort.chunk import Chunk, ChunkRunner
from netkg.cohort.parts import Part, parts
from netkg.cohort.tables import SCHEMAS
from netkg.cohort.totals import Run, Totals, record_of, settings_of, summary_of
from netkg.cohort.wide import wide_table
from netkg.cohort.writing import write_json, write_part
from netkg.errors import InputError, NetkgError
from netkg.limits import Limits, limited, limits
from netkg.ontology.text_files import decode
from netkg.plan.engine import Engine
from netkg.worker.parent import end_with_parent

__all__ = ["Progress", "run_cohort"]

WORK: Final = ".work"
# How many parts wait for each process, so that the lines of a stream do not fill the disk.
WAITING: Final = 2
# A line that is longer has more than blanks, or is one case that cannot be read.
SHORT: Final = 1_000


# A function that gets the totals each time that a part is finished.
Progress = Callable[[Totals], None]


def run_cohort(run: Run, engine: Engine, progress: Progress | None = None) -> Totals:
    """Derive all cases of a run, and write ``run.json`` at its end; return the totals.

    Raises:
        InputError: if the folder has another result, or what is read cannot be read at all.
    """
    started = time.monotonic()
    settings = settings_of(run, engine)
    work = run.out / WORK
    _prepare(run.out, work, settings)
    totals, done = Totals(), set[int]()
    for path in sorted(work.glob("part-*.json")):
        record = json.loads(path.read_text(encoding="utf-8"))
        totals.add(record)
        done.add(record["part"])
    if progress and done:
        progress(totals)
    todo = (p for p in parts(run.sources, work, done, run.size) if p.number not in done)
    for record in _records(run, engine, todo):
        totals.add(record)
        if progress:
            progress(totals)
    seconds = time.monotonic() - started
    write_json(run.out / "run.json", summary_of(totals, settings, seconds, len(done)))
    return totals


def _prepare(out: Path, work: Path, settings: Mapping[str, Any]) -> None:
    """Make the folder of the result, or check that it has a part of the same result."""
    path = work / "settings.json"
    try:
        if path.exists():
            if json.loads(path.read_text(encoding="utf-8")) != json.loads(json.dumps(settings)):
                raise InputError(
                    "has the result of another run",
                    source=str(out),
                    expected="an empty folder, or the same inputs, date and format, to go on",
                )
        elif out.exists() and any(each != work for each in out.iterdir()):
            raise InputError("is not empty", source=str(out), expected="an empty or a new folder")
        work.mkdir(parents=True, exist_ok=True)
        write_json(path, settings)
        # What a stopped run left unfinished.
        for left in (*work.glob("lines-*"), *out.glob("*/.*.partial")):
            left.unlink()
        for name in SCHEMAS:
            (out / name).mkdir(exist_ok=True)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"cannot be written: {reason}", source=str(out)) from None


# -- processes ------------------------------------------------------------------------------
class _Process:
    """What a process has loaded."""

    run: Run | None = None
    runner: ChunkRunner | None = None
    # Why it cannot be loaded. An error while a process starts would break the pool.
    error: NetkgError | None = None


def _records(run: Run, engine: Engine, todo: Iterator[Part]) -> Iterator[dict[str, Any]]:
    """Yield the record of each part, when it is finished."""
    first = list(islice(todo, 2))
    todo = chain(first, todo)
    # One part is derived sooner than another process has started.
    if run.jobs == 1 or not first[1:]:
        runner = ChunkRunner(engine, run.as_of, threads=os.cpu_count() or 1)
        for part in todo:
            yield _derived(part, run, runner)
        return
    context = get_context("spawn")
    with ProcessPoolExecutor(
        run.jobs, mp_context=context, initializer=_start, initargs=(run, limits())
    ) as pool:
        waiting: deque[Future[dict[str, Any]]] = deque()
        try:
            while True:
                while len(waiting) < run.jobs * WAITING and (following := next(todo, None)):
                    waiting.append(pool.submit(_in_process, following))
                if not waiting:
                    return
                yield waiting.popleft().result()
        except BrokenProcessPool:
            raise InputError(
                "a process was killed, perhaps because the machine lacks memory",
                source=str(run.out),
                hint="Run the same command again to go on, with fewer processes (--jobs).",
            ) from None
        finally:
            pool.shutdown(cancel_futures=True)


def _start(run: Run, allowed: Limits) -> None:
    end_with_parent()
    limited(**asdict(allowed)).__enter__()
    _Process.run = run
    try:
        _Process.runner = ChunkRunner(Engine(run.folders), run.as_of)
    except NetkgError as error:
        _Process.error = error


def _in_process(part: Part) -> dict[str, Any]:
    if _Process.error:
        raise _Process.error
    assert _Process.run is not None
    assert _Process.runner is not None
    return _derived(part, _Process.run, _Process.runner)


def _derived(part: Part, run: Run, runner: ChunkRunner) -> dict[str, Any]:
    """Derive a part, write its tables, and return its record."""
    started = time.process_time()
    if part.kind in ("nquads", "trig"):
        results = runner.run_graphs(Path(part.path), part.kind, part.source)
        read = sum(results.counts.values())
    else:
        chunk, read = _chunk(part)
        results = runner.run(chunk)
    tables = results.tables()
    if run.wide:
        tables["foci"] = wide_table(tables["verdicts"], runner.statements)
    write_part(run.out, part.number, tables, run.format)
    record = record_of(results, tables, read) | {
        **{"part": part.number, "source": part.source, "first": part.first},
        **{"share": part.share, "seconds": time.process_time() - started},
    }
    write_json(run.out / WORK / f"part-{part.number:05}.json", record)
    if part.path != part.source:
        Path(part.path).unlink(missing_ok=True)
    return record


def _chunk(part: Part) -> tuple[Chunk, int]:
    """Return the cases of a part, and their number: a line without text has none."""
    if part.kind == "parquet":
        with pq.ParquetFile(part.path) as file:
            table = file.read_row_groups([*part.groups]).slice(part.skip, part.count)
        return Chunk(part.source, part.first, table=table), table.num_rows
    with Path(part.path).open("rb") as file:
        file.seek(part.start)
        found = file.read(part.stop - part.start)
    lines = found.split(b"\n")
    if not lines[-1]:
        lines.pop()
    read = sum(1 for line in lines if len(line) > SHORT or not _is_blank(line))
    return Chunk(part.source, part.first, lines=lines), read


def _is_blank(line: bytes) -> bool:
    """Return whether the reader of one case takes a line as blank."""
    try:
        return not decode(line, "", 1).strip(BLANKS)
    except InputError:
        return False
