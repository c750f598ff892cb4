"""What a cohort gives for some lines or rows, and what the engine for one case gives for them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.parquet as pq
from random_cases import AS_OF

from netkg import __version__
from netkg.api import default_engine
from netkg.case.reading import Piece, read_piece
from netkg.cohort.chunk import Chunk, ChunkRunner
from netkg.cohort.convert import write_parquet
from netkg.cohort.parts import CASES, find_sources
from netkg.cohort.run import run_cohort
from netkg.cohort.tables import SCHEMAS
from netkg.cohort.totals import Run, Totals
from netkg.cohort.writing import Format
from netkg.errors import InputError
from netkg.plan.engine import Engine
from netkg.plan.model import Plan

__all__ = [
    "Answers",
    "as_lines",
    "as_table",
    "by_chunk",
    "derive_cohort",
    "differences",
    "one_by_one",
    "rows_in",
    "rows_of",
    "runner",
    "summary_of",
]

# The rows of each table as a multiset, and under "counts" how many cases were planned, invalid
# and rejected.
Answers: TypeAlias = dict[str, Counter[Any]]

SOURCE = "cases.ndjson"
STATUSES = (
    *("overdue", "due", "option", "planned", "scheduled", "tried", "declined", "done"),
    *("superseded", "closed"),
)
COUNTED = ("applicable", "not-applicable", "undetermined", *STATUSES)
SHOWN = 3


@cache
def runner() -> ChunkRunner:
    """Return the runner of chunks for the package's own ontology."""
    return ChunkRunner(default_engine(), AS_OF)


def as_lines(cases: Iterable[Mapping[str, Any]]) -> list[bytes]:
    """Return cases as lines of NDJSON."""
    return [json.dumps(case, ensure_ascii=False, default=float).encode() for case in cases]


def as_table(cases: Iterable[Any], folder: Path) -> tuple[pa.Table, list[int]]:
    """Return the table of cases in a file of Parquet, and the places of those left out, from 1."""
    path = folder / "cases.parquet"
    trees = ((SOURCE, place, case, "") for place, case in enumerate(cases, start=1))
    left = [error.line or 0 for error in write_parquet(trees, path, default_engine().schema)]
    return pq.read_table(path), left


# -- many at once --------------------------------------------------------------------------
def by_chunk(
    lines: Sequence[bytes] | None = None,
    *,
    table: pa.Table | None = None,
    own: ChunkRunner | None = None,
) -> Answers:
    """Return what a chunk gives for lines of NDJSON, or for a table of Parquet."""
    # A table has a runner of its own, so that a failure does not come from another test.
    own = own or (runner() if table is None else ChunkRunner(default_engine(), AS_OF))
    results = own.run(Chunk(SOURCE, 1, lines=lines, table=table))
    found = {name: rows_of(each) for name, each in results.tables().items()}
    return {**found, "counts": Counter(dict(results.counts))}


def rows_of(table: pa.Table) -> Counter[Any]:
    """Return the rows of a table as a multiset, with tuples in place of lists."""
    return Counter(
        tuple(tuple(value) if isinstance(value, list) else value for value in row.values())
        for row in table.to_pylist()
    )


# -- one by one ----------------------------------------------------------------------------
def one_by_one(lines: Sequence[bytes], engine: Engine, as_of: date = AS_OF) -> Answers:
    """Return what the engine for one case gives for lines of NDJSON."""
    found: Answers = {name: Counter() for name in (*SCHEMAS, "counts")}
    for item in read_piece(Piece(SOURCE, 1, lines=lines), engine.schema):
        if isinstance(item, InputError):
            found["counts"]["rejected"] += 1
            found["rejects"][SOURCE, item.line, reason(item)] += 1
            continue
        plan = engine.derive(item, as_of=as_of)
        found["counts"]["planned" if plan.conforms else "invalid"] += 1
        found["verdicts"].update(verdicts(plan))
        found["cases"][summary(plan)] += 1
        found["findings"].update(findings(plan))
    return found


def reason(error: InputError) -> str:
    """Return the text of an error without its place."""
    parts = {name: getattr(error, name) for name in ("field", "found", "expected", "hint")}
    return str(InputError(error.problem, **parts))


def verdicts(plan: Plan) -> Iterator[tuple[Any, ...]]:
    for row in plan.recommendations:
        for focus in row.foci:
            lists = (tuple(focus.superseded_by), tuple(focus.challenged_by))
            yield (plan.case, row.id, focus.focus, focus.verdict, focus.status, *lists)


def summary(plan: Plan) -> tuple[Any, ...]:
    counted: Counter[str | None] = Counter()
    for row in plan.recommendations:
        for focus in row.foci:
            counted.update([focus.verdict, focus.status])
    return (plan.case, plan.conforms, tuple(plan.gaps), *(counted[name] for name in COUNTED))


def findings(plan: Plan) -> Iterator[tuple[Any, ...]]:
    for each in plan.findings:
        if each.severity != "Info":
            place = (each.severity, each.focus, each.field)
            yield (plan.case, *place, each.found, each.expected, each.statement)


# -- comparison ----------------------------------------------------------------------------
def differences(found: Answers, wanted: Answers) -> list[str]:
    """Describe where two answers differ: some of the rows that are missing, or too many."""
    texts = []
    for name in wanted:
        for what, rows in (
            ("missing", wanted[name] - found[name]),
            ("too many", found[name] - wanted[name]),
        ):
            if rows:
                shown = "".join(f"\n  {row}" for row in list(rows)[:SHOWN])
                texts.append(f"{name}, {what}: {sum(rows.values())}{shown}")
    return texts


# -- runs ----------------------------------------------------------------------------------
def derive_cohort(
    inputs: Iterable[object],
    out: Path,
    *,
    format: Format = "parquet",
    jobs: int = 1,
    size: int = CASES,
    wide: bool = False,
    engine: Engine | None = None,
) -> Totals:
    """Derive the plans of the cases of some inputs into a folder; return the totals."""
    engine = engine or default_engine()
    sources = find_sources([str(each) for each in inputs], out)
    run = Run(
        **{"sources": sources, "out": out, "as_of": AS_OF, "folders": engine.folders},
        **{"version": __version__, "format": format, "jobs": jobs, "size": size, "wide": wide},
    )
    return run_cohort(run, engine)


def rows_in(out: Path) -> Answers:
    """Return the rows of each table in the folder of a run with Parquet."""
    found: Answers = {}
    for name in SCHEMAS:
        tables = [pq.read_table(path) for path in sorted((out / name).glob("*.parquet"))]
        found[name] = sum(map(rows_of, tables), Counter())
    return found


def summary_of(out: Path) -> dict[str, Any]:
    """Return the content of ``run.json``."""
    found: dict[str, Any] = json.loads((out / "run.json").read_text(encoding="utf-8"))
    return found
