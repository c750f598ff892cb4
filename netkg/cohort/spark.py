"""Run a cohort on a Spark cluster: it distributes the cases, and each task derives a chunk.

A task runs the same program in the same embedded database as one machine does. So the answers are
the same, no row is sent from one task to another, and what Spark adds is what it is good at:
to read where the data are, to run many tasks, to repeat one that failed, and to write.

The statements of the program in the SQL of Spark would be another way. There, they took 40 times as
long as in the embedded database, most of it to plan some hundred statements for each run.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import ClassVar, Final

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as sf

from netkg.cohort.chunk import Chunk, ChunkRunner
from netkg.cohort.stored import form_of_columns
from netkg.cohort.tables import SCHEMAS
from netkg.cohort.totals import Run, Totals, record_of, settings_of, summary_of
from netkg.cohort.writing import write_json
from netkg.errors import InputError
from netkg.limits import Limits, limited, limits
from netkg.plan.engine import Engine

__all__ = ["run_on_spark"]

# The rows that a task derives at once, and the column that says to which table a row belongs.
ROWS: Final = 50_000
# A case takes some 40 to 80 bytes of Parquet, so a task has about as many cases, if the row groups
# of the file are not larger.
SPLITS: Final = {
    "spark.sql.files.maxPartitionBytes": "2m",
    "spark.sql.files.openCostInBytes": "1m",
}
TABLE: Final = "table"
RECORD: Final = "record"


def run_on_spark(run: Run, engine: Engine, session: SparkSession | None = None) -> Totals:
    """Derive all cases of a run on Spark, and write ``run.json`` at its end; return the totals.

    The inputs are Parquet. Spark repeats tasks that fail, so a run cannot be continued.

    Raises:
        InputError: if the folder is not empty, or an input is not Parquet.
    """
    started = time.monotonic()
    if any(source.kind != "parquet" for source in run.sources):
        raise InputError(
            "is not Parquet, which Spark needs",
            source=str(next(s.path for s in run.sources if s.kind != "parquet")),
            hint="Run netkg convert first.",
        )
    if run.out.exists() and any(run.out.iterdir()):
        raise InputError("is not empty", source=str(run.out), expected="an empty or a new folder")
    # Tasks need the packages of this Python, unless the cluster says where its own is.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    own = session or SparkSession.builder.appName("netkg").getOrCreate()
    own.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", ROWS)
    for name, value in SPLITS.items():
        # A choice of the people who run the cluster stays.
        if not session and not own.sparkContext.getConf().contains(name):
            own.conf.set(name, value)
    cases = own.read.parquet(*(str(source.path) for source in run.sources))
    names = ", ".join(str(source.path) for source in run.sources)
    form_of_columns(pa.schema([]) if not cases.columns else _arrow(cases), engine.schema, names)
    task = _Task(run, limits(), names)
    found = cases.mapInArrow(task, schema=_ddl()).persist()
    try:
        totals = Totals()
        for row in found.where(sf.col(TABLE) == RECORD).select(RECORD).collect():
            totals.add(json.loads(row[0]))
        for name in SCHEMAS:
            _write(found, name, run)
    finally:
        found.unpersist()
    seconds = time.monotonic() - started
    write_json(run.out / "run.json", summary_of(totals, settings_of(run, engine), seconds))
    return totals


def _write(found: DataFrame, name: str, run: Run) -> None:
    """Write the rows of a table to its folder."""
    rows = found.where(sf.col(TABLE) == name).select(*SCHEMAS[name].names)
    path = str(run.out / name)
    if run.format == "csv":
        lists = [f.name for f in SCHEMAS[name] if pa.types.is_list(f.type)]
        for each in lists:
            rows = rows.withColumn(each, sf.concat_ws(";", sf.col(each)))
        rows.write.csv(path, header=True)
    elif run.format == "ndjson":
        rows.write.json(path, ignoreNullFields=False)
    else:
        rows.write.parquet(path)


def _arrow(cases: DataFrame) -> pa.Schema:
    """Return the columns of a table of Spark as Arrow names them."""
    return cases.limit(0).toArrow().schema


# -- tasks ----------------------------------------------------------------------------------
class _Task:
    """The function of a task: batches of cases become rows of all tables."""

    # A process of Spark derives many partitions with one runner.
    runners: ClassVar[dict[str, ChunkRunner]] = {}

    def __init__(self, run: Run, allowed: Limits, source: str) -> None:
        self._run = run
        self._allowed = allowed
        self._source = source

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for table in _chunks(batches):
            with limited(**asdict(self._allowed)):
                started = time.process_time()
                results = self._runner().run(Chunk(self._source, 1, table=table))
                tables = results.tables()
                record = record_of(results, tables, table.num_rows)
                record["seconds"] = time.process_time() - started
            for name, rows in tables.items():
                yield from _wide(name, rows)
            yield from _wide(RECORD, pa.table({RECORD: [json.dumps(record)]}))

    def _runner(self) -> ChunkRunner:
        key = f"{self._run.folders} {self._run.as_of}"
        if key not in self.runners:
            self.runners[key] = ChunkRunner(Engine(self._run.folders), self._run.as_of)
        return self.runners[key]


def _chunks(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    held: list[pa.RecordBatch] = []
    for batch in batches:
        held.append(batch)
        if sum(each.num_rows for each in held) >= ROWS:
            yield pa.Table.from_batches(held)
            held = []
    if held:
        yield pa.Table.from_batches(held)


# -- one table for all --------------------------------------------------------------------
def _columns() -> dict[str, pa.DataType]:
    """Return the columns of all tables; those with one name have one type."""
    found = {TABLE: pa.string(), RECORD: pa.string()}
    for schema in SCHEMAS.values():
        for field in schema:
            is_word = pa.types.is_dictionary(field.type)
            found[field.name] = pa.string() if is_word else field.type
    return found


def _ddl() -> str:
    names: Mapping[pa.DataType, str] = {
        **{pa.string(): "string", pa.bool_(): "boolean", pa.int32(): "int", pa.int64(): "bigint"},
        pa.list_(pa.string()): "array<string>",
    }
    return ", ".join(f"`{name}` {names[type_]}" for name, type_ in _columns().items())


def _wide(name: str, rows: pa.Table) -> Iterator[pa.RecordBatch]:
    """Yield the rows of a table with the columns of all tables."""
    columns = _columns()
    schema = pa.schema(list(columns.items()))
    for batch in rows.to_batches(max_chunksize=ROWS):
        own = dict(zip(batch.schema.names, batch.columns, strict=True))
        arrays = [
            pa.array([name] * batch.num_rows, pa.string())
            if each == TABLE
            else own[each].cast(type_)
            if each in own
            else pa.nulls(batch.num_rows, type_)
            for each, type_ in columns.items()
        ]
        yield pa.RecordBatch.from_arrays(arrays, schema=schema)
