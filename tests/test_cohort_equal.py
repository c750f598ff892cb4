"""Compare what a cohort gives with what the engine for one case gives: all rows of all tables.

A failure shows some of the rows that differ; each begins with the id of its case, which for a
random case has the number from which it is drawn again.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cohort_answers import (
    Answers,
    as_lines,
    as_table,
    by_chunk,
    differences,
    one_by_one,
    rows_of,
    runner,
)
from random_cases import AS_OF, RandomCases

from netkg.case.strict_json import parse_json
from netkg.cohort.chunk import Chunk, ChunkRunner
from netkg.cohort.generate import Generator
from netkg.cohort.tables import SCHEMAS
from netkg.errors import InputError, KnowledgeError
from netkg.plan.engine import Engine

pytestmark = pytest.mark.many

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
NORMAL = 400
CHUNKS, CHUNK = 20, 500
# No other test draws these.
FIRST = 300_000
# What is drawn must be of every kind, so that each way through a chunk is taken.
LEAST = 10

Cases = Iterable[Mapping[str, Any]]


def unequal(engine: Engine, lines: list[bytes]) -> list[str]:
    """Describe where a chunk of lines differs from the cases one by one."""
    found, wanted = by_chunk(lines), one_by_one(lines, engine)
    assert sum(wanted["counts"].values()) == len(lines)
    return differences(found, wanted)


# -- random cases -------------------------------------------------------------------------
@pytest.fixture(scope="module")
def drawn(engine: Engine) -> list[bytes]:
    return as_lines(RandomCases(engine).cases(FIRST, FIRST + NORMAL))


@pytest.fixture(scope="module")
def wanted(engine: Engine, drawn: list[bytes]) -> Answers:
    return one_by_one(drawn, engine)


@pytest.fixture(scope="module")
def found(drawn: list[bytes]) -> Answers:
    return by_chunk(drawn)


def test_a_chunk_gives_the_rows_of_random_cases(found: Answers, wanted: Answers) -> None:
    assert differences(found, wanted) == []
    assert found["counts"]["planned"] > NORMAL // 2
    assert found["counts"]["invalid"] > LEAST
    assert len(found["findings"]) > NORMAL


@pytest.mark.batch
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_a_chunk_gives_the_rows_of_many_random_cases(chunk: int, engine: Engine) -> None:
    start = FIRST + NORMAL + chunk * CHUNK
    assert unequal(engine, as_lines(RandomCases(engine).cases(start, start + CHUNK))) == []


@pytest.mark.batch
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_a_chunk_gives_the_rows_of_generated_cases(chunk: int, engine: Engine) -> None:
    generator = Generator(engine.schema, AS_OF, seed=chunk, invalid=0.2)
    assert unequal(engine, as_lines(generator.cases(CHUNK))) == []


def test_the_columns_of_the_tables_are_those_of_the_contract() -> None:
    names = {name: schema.names for name, schema in SCHEMAS.items()}
    assert names["verdicts"] == [
        *("case", "id", "focus", "verdict", "status", "superseded_by", "challenged_by")
    ]
    assert names["findings"] == [
        *("case", "severity", "focus", "field", "found", "expected", "statement")
    ]
    assert names["rejects"] == ["source", "line", "reason"]
    assert names["cases"][:3] == ["case", "conforms", "gaps"]


# -- examples -----------------------------------------------------------------------------
def examples() -> Iterator[bytes]:
    """Yield each example of JSON in one line, also those that cannot be read."""
    for path in sorted(EXAMPLES.rglob("*.json")):
        text = path.read_text(encoding="utf-8")
        try:
            tree = json.loads(text, parse_float=str, parse_int=str)
        except ValueError:
            tree = None
        if isinstance(tree, list):
            yield from (json.dumps(each, ensure_ascii=False).encode() for each in json.loads(text))
        else:
            # The line keeps its numbers and keys as they are written.
            yield " ".join(text.split("\n")).encode()


def test_a_chunk_gives_the_rows_of_the_examples(engine: Engine) -> None:
    lines = [*examples()]
    assert len(lines) > 50
    assert unequal(engine, lines) == []


# -- other ways to store and to run them -----------------------------------------------------
def test_parquet_gives_the_rows_of_ndjson(drawn: list[bytes], tmp_path: Path) -> None:
    cases = [parse_json(line.decode()) for line in drawn]
    table, left = as_table(cases, tmp_path)
    assert table.num_rows == NORMAL - len(left)
    assert table.num_rows > NORMAL * 0.8
    kept = [line for place, line in enumerate(drawn, start=1) if place not in left]
    assert differences(plain(by_chunk(table=table)), plain(by_chunk(kept))) == []


def plain(answers: Answers) -> Answers:
    """Return answers with 5 in place of 5.0: a number in a column is a double."""
    found: Counter[Any] = Counter()
    for (*start, value, expected, statement), number in answers["findings"].items():
        found[(*start, re.sub(r"\.0(?![0-9])", "", value), expected, statement)] += number
    return {**answers, "findings": found}


@pytest.mark.batch
def test_a_chunk_does_not_depend_on_the_chunks_before_it(
    drawn: list[bytes], engine: Engine, tmp_path: Path
) -> None:
    cases = [json.loads(line) for line in drawn[:60]]
    table, _ = as_table(cases, tmp_path)
    used, fresh = ChunkRunner(engine, AS_OF), ChunkRunner(engine, AS_OF)
    for _ in range(2):
        by_chunk(drawn[60:120], own=used)
        by_chunk(table=table, own=used)
    assert differences(by_chunk(drawn[:60], own=used), by_chunk(drawn[:60], own=fresh)) == []
    again = by_chunk(table=table, own=used)
    assert differences(again, by_chunk(table=table, own=fresh)) == []


def test_a_chunk_without_cases_gives_empty_tables() -> None:
    for lines in ([], [b"", b" \r"]):
        found = by_chunk(lines)
        assert not any(rows.total() for rows in found.values())


def test_several_threads_give_the_same(drawn: list[bytes], engine: Engine, found: Answers) -> None:
    assert differences(by_chunk(drawn, own=ChunkRunner(engine, AS_OF, threads=4)), found) == []


# -- the comparison itself -------------------------------------------------------------------
def changed(engine: Engine, table: str, old: str, new: str) -> ChunkRunner:
    """Return a runner of a program in which the statements for some tables are changed."""
    own = ChunkRunner(engine, AS_OF)
    statements = [
        replace(each, sql=each.sql.replace(old, new)) if each.table.startswith(table) else each
        for each in own.program.statements
    ]
    assert statements != list(own.program.statements)
    own.program = replace(own.program, statements=statements)
    return own


@pytest.mark.parametrize(
    ("table", "old", "new", "differing"),
    [
        ("x_invalid", "shape IN", "FALSE AND shape IN", "counts"),
        ("q_rules_13_intervals", " = (CAST", " <> (CAST", "verdicts"),
        ("v_1_Tumor_0", " OR ", " AND ", "verdicts"),
        ("q_plan_", "UNION ALL", "EXCEPT", "verdicts"),
        ("v_2_", " AND ", " OR ", "cases"),
    ],
)
def test_a_change_of_the_program_is_found(
    table: str, old: str, new: str, differing: str, engine: Engine, drawn: list[bytes]
) -> None:
    lines = drawn[:100]
    own = changed(engine, table, old, new)
    try:
        texts = differences(by_chunk(lines, own=own), one_by_one(lines, engine))
    except KnowledgeError as error:
        texts = [f"verdicts: {error}"]  # a step without a status is found at once
    assert any(text.startswith(differing) for text in texts), texts


def test_a_row_too_many_and_a_row_too_few_are_found(found: Answers) -> None:
    fewer = {name: Counter(rows) for name, rows in found.items()}
    row = next(iter(fewer["verdicts"]))
    fewer["verdicts"][row] -= 1
    assert len(differences(fewer, found)) == len(differences(found, fewer)) == 1
    assert str(row) in differences(fewer, found)[0]


def test_what_cannot_be_read_at_all_is_an_error(tmp_path: Path) -> None:
    table, _ = as_table([{"id": "a", "tumors": [{}]}], tmp_path)
    with pytest.raises(InputError, match="not in the case format"):
        runner().run(
            Chunk("cases.parquet", 1, table=table.rename_columns(["x", *table.schema.names[1:]]))
        )
    assert rows_of(table.select(["id"])) == {("a",): 1}
