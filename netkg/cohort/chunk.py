"""Derive the plans of a chunk of cases: fill the tables, run the program, collect the results.

Cases that the tables cannot represent, and those with a violation, are answered by the engine
for one case, so that each finding has one implementation.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa

from netkg.case.model import Case
from netkg.case.reading import Piece, read_piece
from netkg.case.values import json_value
from netkg.cohort.graphs import cases_of
from netkg.cohort.layout import Layout
from netkg.cohort.program import compile_sql
from netkg.cohort.results import Results
from netkg.cohort.stored import form_of_columns, form_of_json, json_rows
from netkg.compiler.runtime import text_of
from netkg.compiler.sql import rules
from netkg.compiler.sql.terms import case_of, quoted, quoted_name
from netkg.errors import InputError, UnsupportedConstruct
from netkg.namespaces import local_name
from netkg.ontology.guideline import Statement
from netkg.plan.engine import Engine

__all__ = ["Chunk", "ChunkRunner"]

# What a database needs beyond this goes to a temporary file.
MEMORY: Final = "1400MB"
# How many cases of Parquet are turned into JSON at once.
FETCHED: Final = 1_000
_WORD: Final = re.compile(r"\w+")


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
    """Runner of one program over chunks, each in a database of its own in memory."""

    def __init__(self, engine: Engine, as_of: date, *, threads: int = 1) -> None:
        self._engine = engine
        self._as_of = as_of
        self._threads = threads
        try:
            self.program = compile_sql(engine.sources, engine.catalogue)
        except UnsupportedConstruct as error:
            error.hint = "The command netkg derive may answer the cases one by one."
            raise

    @property
    def statements(self) -> tuple[Statement, ...]:
        """The statements that have verdicts."""
        return self._engine.catalogue.verdict_bearing

    def run(self, chunk: Chunk) -> Results:
        """Return the results for the cases of a chunk."""
        settings: dict[str, str | bool | int | float | list[str]] = {
            "threads": self._threads,
            "memory_limit": MEMORY,
        }
        with duckdb.connect(config=settings) as connection:
            self._prepare(connection)
            if chunk.table is not None:
                form = self._columns(chunk, connection)
            else:
                form = self._lines(chunk, connection)
            is_json = chunk.table is None
            layout = Layout(self._engine.schema, self.program, form, is_json=is_json)
            kept = {*self.program.results, *(() if is_json else ("raw",))}
            statements = used([*layout.statements(), *self.program.statements], kept)
            unused = last_uses(statements, kept)
            for statement in statements:
                connection.execute(f"CREATE TEMP TABLE {statement.table} AS {statement.sql}")
                for table in unused.get(statement.table, ()):
                    connection.execute(f"DROP TABLE {table}")
            results = Results(self._engine, self.program)
            results.collect(connection)
            for number, line in _others(chunk, connection):
                place = chunk.first + number
                piece = Piece(chunk.source, place, lines=[line])
                self._answer(results, read_piece(piece, self._engine.schema), chunk.source, place)
            return results

    def run_graphs(self, path: Path, format: str, source: str) -> Results:
        """Return the results for the cases of a file of RDF, one by one."""
        results = Results(self._engine, self.program)
        self._answer(results, cases_of(path, format, self._engine.schema), source)
        return results

    # -- tables --------------------------------------------------------------------------
    def _prepare(self, connection: duckdb.DuckDBPyConnection) -> None:
        execute, terms = connection.execute, self.program.terms
        names = [local_name(term[1:-1]) if term.startswith("<") else "" for term in terms]
        # Each name has the code of its term: those without one have a name that no case has.
        unique = [
            name if names.index(name) == n and name else f"|{n}" for n, name in enumerate(names)
        ]
        for type_, mark in (("plain_names", ""), ("quoted_names", '"')):
            values = ", ".join(quoted(f"{mark}{name}{mark}") for name in unique)
            execute(f"CREATE TYPE {type_} AS ENUM ({values})")
        day = self._as_of.toordinal()
        execute(f"CREATE TEMP TABLE as_of AS SELECT CAST({day} AS BIGINT) AS day")
        rows = ", ".join(f"({code}, {quoted(name)})" for code, name in enumerate(self._shown(), 1))
        execute(f"CREATE TEMP TABLE terms AS SELECT * FROM (VALUES {rows}) AS v(code, text)")
        iris = ", ".join(f"({c}, {quoted(t[1:-1])})" for c, t in enumerate(terms, 1) if t[0] == "<")
        execute(f"CREATE TEMP TABLE iris AS SELECT * FROM (VALUES {iris}) AS v(code, iri)")
        execute("CREATE MACRO term_text(c) AS (SELECT iri FROM iris WHERE code = c)")

    def _shown(self) -> list[str]:
        """Return how the terms of the program are shown as values."""
        return [
            str(json_value(term, {})) if term[0] != '"' else text_of(term) or ""
            for term in self.program.terms
        ]

    def _lines(self, chunk: Chunk, connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
        lines = pa.table(
            {
                "rn": pa.array(range(len(chunk.lines or ())), pa.int64()),
                "line": pa.array(chunk.lines, pa.binary()),
            }
        )
        form = form_of_json(self._engine.schema)
        connection.register("given", lines)
        # The reader of one case answers a line that is not valid UTF-8.
        connection.execute(
            "CREATE TEMP VIEW lines AS SELECT rn, TRY(decode(line)) AS line FROM given"
        )
        connection.execute(f"CREATE TEMP TABLE raw AS {json_rows(form)}")
        return form

    def _columns(self, chunk: Chunk, connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
        assert chunk.table is not None
        form = form_of_columns(chunk.table.schema, self._engine.schema, chunk.source)
        rows = pa.array(range(chunk.table.num_rows), pa.int64())
        connection.register("given", chunk.table.append_column("rn", rows))
        names = ", ".join(f"{quoted_name(name)} := g.{quoted_name(name)}" for name in form)
        try:
            connection.execute(
                f"CREATE TEMP TABLE raw AS SELECT g.rn, struct_pack({names}) AS j FROM given AS g"
            )
        except duckdb.Error:
            raise InputError(
                f"cannot be read from row {chunk.first:,} on",
                source=chunk.source,
                expected="valid Parquet, with text in UTF-8",
            ) from None
        return form

    # -- single cases --------------------------------------------------------------------
    def _answer(
        self,
        results: Results,
        items: Iterable[Case | InputError],
        source: str,
        line: int | None = None,
    ) -> None:
        """Add the answers of the engine for one case; what cannot be read is at ``line``."""
        for item in items:
            if isinstance(item, InputError):
                results.reject(source, item.line if line is None else line, item)
            else:
                results.add(self._engine.derive(item, as_of=self._as_of))


def _others(
    chunk: Chunk, connection: duckdb.DuckDBPyConnection
) -> Iterator[tuple[int, bytes | str]]:
    """Yield the cases that the engine for one case answers: the number, and the case as JSON."""
    numbers = (
        "SELECT rn FROM x_misfit UNION"
        f" SELECT {case_of('node')} FROM x_odd UNION"
        f" SELECT {case_of('node')} FROM x_invalid"
    )
    if chunk.lines is not None:
        for (number,) in connection.execute(f"{numbers} ORDER BY 1").fetchall():
            yield number, chunk.lines[number]
        return
    found = connection.execute(
        f"SELECT rn, to_json(j) FROM raw WHERE rn IN ({numbers}) ORDER BY rn"
    )
    while rows := found.fetchmany(FETCHED):
        yield from rows


def used(statements: Sequence[rules.Statement], kept: Collection[str]) -> list[rules.Statement]:
    """Return the statements that the tables that are ``kept`` need, in their order."""
    needed, found = set(kept), []
    for statement in reversed(statements):
        if statement.table in needed:
            found.append(statement)
            needed.update(_WORD.findall(statement.sql))
    return found[::-1]


def last_uses(statements: Sequence[rules.Statement], kept: Collection[str]) -> dict[str, list[str]]:
    """Return the tables that are not used any more after the table of each statement.

    Those that are ``kept`` are used later.
    """
    last: dict[str, str] = {"raw": "raw"}
    for statement in statements:
        last[statement.table] = statement.table
        for word in _WORD.findall(statement.sql):
            if word in last:
                last[word] = statement.table
    found: dict[str, list[str]] = {}
    for table, user in last.items():
        if table not in kept:
            found.setdefault(user, []).append(table)
    return found
