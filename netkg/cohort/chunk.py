"""Derive the plans of a chunk of cases: fill the tables, run the program, collect the results.

Cases that the tables cannot represent, and those with a violation, are answered by the engine
for one case, so that each finding has one implementation.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import duckdb
import pyarrow as pa

from netkg.case.reading import Piece, read_piece
from netkg.case.values import json_value
from netkg.cohort.layout import Layout
from netkg.cohort.program import compile_sql
from netkg.cohort.results import Results
from netkg.cohort.stored import form_of_columns, form_of_json, json_rows
from netkg.compiler.runtime import text_of
from netkg.compiler.sql.terms import CASE_BITS, quoted, quoted_name
from netkg.errors import InputError
from netkg.namespaces import local_name
from netkg.plan.engine import Engine

__all__ = ["Chunk", "ChunkRunner"]

# Macros of DuckDB for what the program calls, and the day of evaluation.
MEMORY: Final = "1GB"


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some cases of an input, as they are stored.

    ``lines`` are those of NDJSON from the line ``first``, or ``table`` is a table of Parquet
    whose rows begin at ``first``.
    """

    source: str
    first: int
    lines: Sequence[bytes] | None = None
    table: pa.Table | None = None


class ChunkRunner:
    """Runner of one program over chunks, with its own database in memory."""

    def __init__(self, engine: Engine, as_of: date, *, threads: int = 1) -> None:
        self._engine = engine
        self._as_of = as_of
        self.program = compile_sql(engine.sources, engine.catalogue)
        self._connection = duckdb.connect(config={"threads": threads})
        self._prepare()

    def run(self, chunk: Chunk) -> Results:
        """Return the results for the cases of a chunk."""
        if chunk.table is not None:
            form, is_json = self._columns(chunk), False
        else:
            form, is_json = self._lines(chunk), True
        layout = Layout(self._engine.schema, self.program, form, is_json=is_json)
        for statement in (*layout.statements(), *self.program.statements):
            self._connection.execute(
                f"CREATE OR REPLACE TEMP TABLE {statement.table} AS {statement.sql}"
            )
        results = Results(self._engine, self.program, self._connection)
        results.collect()
        for number in self._others():
            self._one(results, chunk, number)
        return results

    # -- tables --------------------------------------------------------------------------
    def _prepare(self) -> None:
        execute = self._connection.execute
        terms = self.program.terms
        names = [local_name(term[1:-1]) if term.startswith("<") else "" for term in terms]
        # Each name has the code of its term: those without one have a name that no case has.
        unique = [
            name if names.index(name) == n and name else f"|{n}" for n, name in enumerate(names)
        ]
        for type_, mark in (("plain_names", ""), ("quoted_names", '"')):
            values = ", ".join(quoted(f"{mark}{name}{mark}") for name in unique)
            execute(f"CREATE TYPE {type_} AS ENUM ({values})")
        execute(
            "CREATE TEMP TABLE as_of AS SELECT CAST(? AS BIGINT) AS day", [self._as_of.toordinal()]
        )
        execute("CREATE TEMP TABLE terms (code SMALLINT, text VARCHAR)")
        rows = ", ".join(
            f"({code}, {quoted(name)})" for code, name in enumerate(self._shown(), start=1)
        )
        execute(f"INSERT INTO terms VALUES {rows}")
        iris = ", ".join(f"({c}, {quoted(t[1:-1])})" for c, t in enumerate(terms, 1) if t[0] == "<")
        execute(f"CREATE TEMP TABLE iris AS SELECT * FROM (VALUES {iris}) AS v(code, iri)")
        execute("CREATE MACRO term_text(c) AS (SELECT iri FROM iris WHERE code = c)")

    def _shown(self) -> list[str]:
        """Return how the terms of the program are shown as values."""
        return [
            str(json_value(term, {})) if term[0] != '"' else text_of(term) or ""
            for term in self.program.terms
        ]

    def _lines(self, chunk: Chunk) -> dict[str, Any]:
        lines = pa.table(
            {
                "rn": pa.array(range(len(chunk.lines or ())), pa.int64()),
                "line": pa.array(chunk.lines, pa.binary()),
            }
        )
        form = form_of_json(self._engine.schema)
        self._connection.register("given", lines)
        # The reader of one case answers a line that is not valid UTF-8.
        self._connection.execute(
            "CREATE OR REPLACE TEMP TABLE lines AS SELECT rn, TRY(decode(line)) AS line FROM given"
        )
        self._connection.execute(f"CREATE OR REPLACE TEMP TABLE raw AS {json_rows(form)}")
        return form

    def _columns(self, chunk: Chunk) -> dict[str, Any]:
        assert chunk.table is not None
        form = form_of_columns(chunk.table.schema, self._engine.schema, chunk.source)
        rows = pa.array(range(chunk.table.num_rows), pa.int64())
        self._connection.register("given", chunk.table.append_column("rn", rows))
        names = ", ".join(f"{quoted_name(name)} := g.{quoted_name(name)}" for name in form)
        self._connection.execute(
            "CREATE OR REPLACE TEMP TABLE raw AS"
            f" SELECT g.rn, struct_pack({names}) AS j FROM given AS g"
        )
        return form

    # -- single cases --------------------------------------------------------------------
    def _others(self) -> Iterator[int]:
        """Yield the numbers of the cases that the engine for one case answers."""
        found = self._connection.execute(
            "SELECT rn FROM x_misfit UNION"
            f" SELECT node >> {CASE_BITS} FROM x_odd UNION"
            f" SELECT node >> {CASE_BITS} FROM x_invalid ORDER BY 1"
        ).fetchall()
        yield from (number for (number,) in found)

    def _one(self, results: Results, chunk: Chunk, number: int) -> None:
        line = chunk.lines[number] if chunk.lines is not None else self._row(number)
        piece = Piece(chunk.source, chunk.first + number, lines=[line])
        for item in read_piece(piece, self._engine.schema):
            if isinstance(item, InputError):
                results.reject(chunk.source, chunk.first + number, item)
            else:
                results.add(self._engine.derive(item, as_of=self._as_of))

    def _row(self, number: int) -> str:
        """Return a row of Parquet as JSON."""
        found = self._connection.execute(
            "SELECT to_json(j) FROM raw WHERE rn = ?", [number]
        ).fetchall()
        return str(found[0][0])
