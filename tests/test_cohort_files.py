"""Files of cohorts: compressed lines, parts, folders and patterns."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from cohort_answers import (
    Answers,
    as_lines,
    as_table,
    derive_cohort,
    one_by_one,
    rows_in,
    summary_of,
)
from conftest import Run
from random_cases import RandomCases

from netkg.cohort.parts import find_sources
from netkg.errors import InputError
from netkg.plan.engine import Engine

pytestmark = pytest.mark.many

LINE = b'{"id": "a", "tumors": [{}]}\n'


# -- files ---------------------------------------------------------------------------------
Derive = Callable[..., tuple[dict[str, Any], Answers]]


@pytest.fixture
def derive(tmp_path: Path) -> Derive:
    """Return a function that derives files, and gives ``run.json`` and the rows."""

    def call(*inputs: Path, size: int = 100_000) -> tuple[dict[str, Any], Answers]:
        out = tmp_path / "out"
        derive_cohort(inputs, out, size=size)
        return summary_of(out), rows_in(out)

    return call


def test_compressed_lines_are_read_part_by_part(derive: Derive, tmp_path: Path) -> None:
    path = tmp_path / "cases.ndjson.gz"
    # Two members, an empty line, CRLF, and no end of the last line.
    first, second = LINE * 3 + b"\n", b"oops\n" + LINE.replace(b"\n", b"\r\n") + LINE[:-1]
    path.write_bytes(gzip.compress(first) + gzip.compress(second))
    summary, rows = derive(path, size=2)
    assert [summary[name] for name in ("read", "planned", "rejected")] == [6, 5, 1]
    assert summary["parts"] == 4
    assert [row[:2] for row in rows["rejects"]] == [(str(path), 5)]
    assert not list(tmp_path.rglob("lines-*"))


def test_a_compressed_file_that_is_cut_is_an_error(derive: Derive, tmp_path: Path) -> None:
    path = tmp_path / "cases.ndjson.gz"
    path.write_bytes(gzip.compress(LINE * 50)[:-9])
    with pytest.raises(InputError, match="not valid gzip"):
        derive(path)


def test_parts_have_the_lines_and_rows_of_a_whole(
    derive: Derive, engine: Engine, tmp_path: Path
) -> None:
    lines = as_lines(RandomCases(engine).cases(0, 17))
    lines[10:10] = [b"", b"oops", b"\xff", b"  "]
    path, other = tmp_path / "a.ndjson", tmp_path / "b.parquet"
    path.write_bytes(b"\n".join(lines))
    cases = [{"id": f"p{n}", "tumors": [{"id": "t1"}], "sex": "x" * (n == 8)} for n in range(12)]
    table, _ = as_table(cases, tmp_path)
    pq.write_table(table, other, row_group_size=5)
    (tmp_path / "cases.parquet").unlink()
    summary, rows = derive(path, other, size=7)
    wanted = one_by_one(lines, engine)
    assert {row[1] for row in rows["rejects"]} == {row[1] for row in wanted["rejects"]} == {12, 13}
    of_rows = {row for row in rows["cases"] if row[0].startswith("p")}
    assert rows["cases"] - Counter(of_rows) == wanted["cases"]
    assert {row[0] for row in of_rows} == {case["id"] for case in cases}
    assert summary["read"] == 19 + 12
    assert summary["parts"] == 3 + 2


def test_lines_without_text_are_not_cases(derive: Derive, tmp_path: Path) -> None:
    path = tmp_path / "cases.ndjson"
    path.write_bytes(LINE + b"\n \t\n\r\n\xef\xbb\xbf\n\xef\xbb\xbf  \n" + LINE)
    assert [derive(path)[0][name] for name in ("read", "planned", "rejected")] == [2, 2, 0]


def test_lines_of_other_blanks_are_rejected(derive: Derive, tmp_path: Path) -> None:
    path = tmp_path / "cases.ndjson"
    others = [b"\x0c", b"\x0b", b"\xc2\xa0", b"\x1c", b"\0"]
    path.write_bytes(LINE + b"\n".join(others) + b"\n" + LINE)
    summary, rows = derive(path)
    assert [summary[name] for name in ("read", "planned", "rejected")] == [7, 2, 5]
    assert sorted(row[1] for row in rows["rejects"]) == [2, 3, 4, 5, 6]


@pytest.mark.parametrize("content", [b"", b"\n\n"], ids=["empty", "blank"])
def test_a_file_without_cases_gives_empty_tables(
    content: bytes, derive: Derive, tmp_path: Path
) -> None:
    (tmp_path / "cases.ndjson").write_bytes(content)
    empty = pa.table({"id": pa.array([], pa.string())})
    pq.write_table(empty, tmp_path / "cases.parquet")
    summary, rows = derive(tmp_path / "cases.ndjson", tmp_path / "cases.parquet")
    assert summary["read"] == 0
    assert not any(rows.values())


# -- inputs --------------------------------------------------------------------------------
def test_inputs_are_files_folders_and_patterns(tmp_path: Path) -> None:
    names = ("a.ndjson", "b.jsonl", "c.ndjson.gz", "below/d.parquet", "below/deep/E.PQ")
    others = ("notes.txt", ".hidden.ndjson", "_success.parquet", "x.json", "below/.a.parquet")
    for name in (*names, *others):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()

    def found(*inputs: object) -> list[str]:
        paths = (s.path for s in find_sources(map(str, inputs)))
        return [path.relative_to(tmp_path).as_posix() for path in paths]

    assert found(tmp_path) == sorted(names)
    assert found(tmp_path / "*.ndjson*") == ["a.ndjson", "c.ndjson.gz"]
    assert found(tmp_path / "**" / "*.parquet") == ["below/d.parquet"]
    # Each file is read once, in the order of the inputs.
    assert found(tmp_path / "b.jsonl", tmp_path / "a.ndjson", tmp_path / "*.jsonl") == [
        *("b.jsonl", "a.ndjson")
    ]
    kinds = {s.path.name: (s.kind, s.is_compressed) for s in find_sources([str(tmp_path)])}
    assert kinds["c.ndjson.gz"] == ("ndjson", True)
    assert kinds["E.PQ"] == ("parquet", False)


@pytest.mark.parametrize("name", ["nothing.ndjson", "*.parquet", "empty", "notes.txt"])
def test_an_input_without_cases_is_an_error(name: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes.txt").touch()
    given = tmp_path / name
    status, out, err = run("cohort", "derive", given, "--out", tmp_path / "out")
    assert status == 2
    assert not out
    assert str(given) in err
    assert "standard input" not in err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("content", [b"", b"oops", LINE], ids=["empty", "text", "lines"])
def test_what_is_not_parquet_is_an_error(content: bytes, derive: Derive, tmp_path: Path) -> None:
    path = tmp_path / "cases.parquet"
    path.write_bytes(content)
    with pytest.raises(InputError, match="cannot be read"):
        derive(path)
