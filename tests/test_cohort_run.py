"""Run cohorts: exit statuses, numbers, formats, parts, processes, and runs that are killed."""

from __future__ import annotations

import csv
import gzip
import json
import random
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pyarrow.parquet as pq
import pytest
from cohort_answers import as_lines, derive_cohort, rows_in, summary_of
from random_cases import AS_OF, RandomCases

from netkg.api import default_engine
from netkg.cohort.counts import Counts
from netkg.cohort.generate import Generator
from netkg.cohort.tables import SCHEMAS
from netkg.cohort.totals import Totals
from netkg.errors import InputError, UnsupportedConstruct
from netkg.ontology.files import chosen_folders, default_folders
from netkg.plan.engine import Engine
from netkg.plan.status import Status
from netkg.render.cohort import summary_text

pytestmark = pytest.mark.many

TESTS = Path(__file__).resolve().parent
VALID = '{"id": "a", "tumors": [{}]}\n'
INVALID = '{"id": "b", "tumors": [{"grade": "G9"}]}\n'
REJECTED = "oops\n"
SIZE = 40
# In this many seconds, a run has begun, and has not ended.
EARLY, LATE = 0.5, 6.0
KILLS, BATCHES, IN_BATCH = 3, 5, 4


def generated(count: int) -> list[bytes]:
    cases = Generator(default_engine().schema, AS_OF, seed=7, invalid=0.2).cases(count)
    return [*as_lines(cases), b"oops"]


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file with cases of all kinds."""
    path = tmp_path_factory.mktemp("cases") / "cases.ndjson"
    path.write_bytes(b"\n".join(generated(3 * SIZE)) + b"\n")
    return path


@pytest.fixture(scope="module")
def whole(cases: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a run of these cases in one part."""
    out = tmp_path_factory.mktemp("runs") / "whole"
    derive_cohort([cases], out)
    return out


# -- the command line ----------------------------------------------------------------------
def command(*arguments: object) -> tuple[int, str, str]:
    """Run ``netkg cohort derive`` in a process of its own, with one process for the cases."""
    words = ["cohort", "derive", *map(str, arguments), "--as-of", AS_OF.isoformat(), "--jobs", "1"]
    found = subprocess.run(
        [sys.executable, "-m", "netkg", *words],
        capture_output=True,
        check=False,
        text=True,
        timeout=120,
    )
    assert "Traceback" not in found.stderr
    return found.returncode, found.stdout, found.stderr


@pytest.mark.parametrize(
    ("lines", "status", "counts"),
    [
        (VALID * 2, 0, [2, 2, 0, 0]),
        (VALID + "\n" + INVALID, 1, [2, 1, 1, 0]),
        (REJECTED + INVALID + VALID + "\r\n", 2, [3, 1, 1, 1]),
    ],
    ids=["valid", "invalid", "rejected"],
)
def test_the_exit_status_and_the_numbers(
    lines: str, status: int, counts: list[int], tmp_path: Path
) -> None:
    path, out = tmp_path / "cases.ndjson", tmp_path / "out"
    path.write_text(lines, encoding="utf-8", newline="")
    found, printed, errors = command(path, "--out", out)
    assert found == status
    summary, rows = summary_of(out), rows_in(out)
    assert [summary[name] for name in ("read", "planned", "invalid", "rejected")] == counts
    assert summary["rows"] == {name: rows[name].total() for name in SCHEMAS}
    assert summary["rows"]["cases"] == counts[1] + counts[2]
    assert summary["rows"]["rejects"] == counts[3]
    assert summary["asOf"] == AS_OF.isoformat()
    assert [file[0] for file in summary["files"]] == [str(path)]
    assert f"{counts[0]} cases: {counts[1]} planned, {counts[2]} invalid" in printed
    assert ("cannot be read" in errors) == (counts[3] > 0)


def test_no_word_and_no_number_of_the_summary_is_broken() -> None:
    statuses = [*get_args(Status)]
    found = {("DX-01", "applicable", status): 1_234_567 for status in statuses}
    missing = {("Warning", "tumors.somatostatinReceptorStatus", "yes", "PR-01"): 2_345_678}
    totals = Totals(read=1, counts=Counts(Counter(found), Counter(missing)))
    totals.cases["planned"] = 1
    first, _, heads, row, *rest = summary_text(totals, default_engine()).splitlines()
    assert first == "1 case: 1 planned, 0 invalid, 0 rejected"
    assert sorted(heads.split()) == sorted(["statement", *statuses, "undetermined"])
    assert row.split() == ["DX-01", *["1,234,567"] * len(statuses)]
    assert any(
        line.split() == ["Warning", "tumors.somatostatinReceptorStatus", "PR-01", "2,345,678"]
        for line in rest
    )


def test_a_folder_with_another_result_is_refused(whole: Path, cases: Path, tmp_path: Path) -> None:
    status, printed, errors = command(cases, "--out", whole, "--format", "csv")
    assert (status, printed) == (2, "")
    assert "has the result of another run" in errors
    (tmp_path / "notes.txt").touch()
    status, printed, errors = command(cases, "--out", tmp_path)
    assert (status, printed) == (2, "")
    assert "is not empty" in errors
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


@pytest.mark.parametrize("change", ["lines", "size", "out is a file"])
def test_what_is_not_the_same_run_is_refused(change: str, whole: Path, tmp_path: Path) -> None:
    path, out = tmp_path / "cases.ndjson", tmp_path / "out"
    path.write_text(VALID, encoding="utf-8")
    if change == "out is a file":
        out.touch()
    else:
        derive_cohort([path], out)
    if change == "lines":
        path.write_text(VALID * 2, encoding="utf-8")
    with pytest.raises(InputError, match=r"another run|cannot be written"):
        derive_cohort([path], out, size=1 if change == "size" else 100_000)


def test_a_finished_run_is_not_done_again(cases: Path, whole: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in whole.glob("*/*")}
    summary = summary_of(whole)
    derive_cohort([cases], whole)
    assert {path: path.stat().st_mtime_ns for path in whole.glob("*/*")} == before | {
        path: path.stat().st_mtime_ns for path in whole.glob(".work/settings.json")
    }
    again = summary_of(whole)
    assert again["partsFromBefore"] == 1
    assert again["contentHash"] == summary["contentHash"]


# -- formats -------------------------------------------------------------------------------
def as_text(value: Any) -> str:
    """Return a value as CSV has it."""
    if isinstance(value, bool):
        return str(value).lower()
    return ";".join(value) if isinstance(value, tuple) else "" if value is None else str(value)


def test_csv_has_the_rows_of_parquet(cases: Path, whole: Path, tmp_path: Path) -> None:
    derive_cohort([cases], tmp_path, format="csv")
    for name, wanted in rows_in(whole).items():
        (path,) = (tmp_path / name).iterdir()
        with path.open(encoding="utf-8", newline="") as file:
            heads, *rows = csv.reader(file)
        assert heads == SCHEMAS[name].names
        texts = Counter(tuple(map(as_text, row)) for row in wanted.elements())
        assert Counter(map(tuple, rows)) == texts
    assert summary_of(tmp_path)["contentHash"] == summary_of(whole)["contentHash"]


def test_ndjson_has_the_rows_of_parquet(cases: Path, whole: Path, tmp_path: Path) -> None:
    derive_cohort([cases], tmp_path, format="ndjson")
    for name, wanted in rows_in(whole).items():
        (path,) = (tmp_path / name).iterdir()
        trees = [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n")[:-1]]
        assert all(list(tree) == SCHEMAS[name].names for tree in trees)
        rows = (
            tuple(tuple(each) if isinstance(each, list) else each for each in tree.values())
            for tree in trees
        )
        assert Counter(rows) == wanted
    assert summary_of(tmp_path)["contentHash"] == summary_of(whole)["contentHash"]


# -- parts and processes -------------------------------------------------------------------
@pytest.mark.parametrize("jobs", [1, 2])
def test_parts_and_processes_do_not_change_the_content(
    jobs: int, cases: Path, whole: Path, tmp_path: Path
) -> None:
    derive_cohort([cases], tmp_path, jobs=jobs, size=SIZE)
    found, wanted = summary_of(tmp_path), summary_of(whole)
    assert found["parts"] == 4
    assert [path.name for path in sorted((tmp_path / "verdicts").iterdir())] == [
        f"part-0000{number}.parquet" for number in (1, 2, 3, 4)
    ]
    for name in ("contentHash", "rows", "read", "planned", "invalid", "rejected"):
        assert found[name] == wanted[name]
    assert rows_in(tmp_path) == rows_in(whole)


OWN_SHAPE = """
@prefix netkg: <https://w3id.org/netkg/ns#> .
@prefix nets: <https://w3id.org/netkg/shapes#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .

nets:OwnLabel
    a sh:PropertyShape ;
    sh:targetObjectsOf netkg:events ;
    sh:path netkg:label ;
    sh:minLength 3 ;
    sh:message "The label of an event has three letters."@en ;
    nets:field "events.label" ;
    nets:remedy "Correct the label."@en ;
    nets:expected "a label of three letters"@en
.
"""


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_sql_lacks_is_refused_in_every_process(jobs: int, cases: Path, tmp_path: Path) -> None:
    shapes = shutil.copytree(default_folders().shapes, tmp_path / "shapes")
    (shapes / "case/own.ttl").write_text(OWN_SHAPE, encoding="utf-8")
    engine = Engine(chosen_folders(shapes=shapes))
    with pytest.raises(UnsupportedConstruct, match="netkg derive may answer the cases one by one"):
        derive_cohort([cases], tmp_path / "out", jobs=jobs, size=SIZE, engine=engine)


# -- runs that were stopped ----------------------------------------------------------------
SCRIPT = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from cohort_answers import derive_cohort
derive_cohort([sys.argv[2]], Path(sys.argv[3]), jobs=int(sys.argv[4]), size=int(sys.argv[5]))
"""


def killed(path: Path, out: Path, jobs: int, seconds: float) -> bool:
    """Kill a run after some seconds; return whether it had not ended. Its processes end, too."""
    words = [TESTS, path, out, jobs, SIZE]
    process = subprocess.Popen([sys.executable, "-c", SCRIPT, *map(str, words)])
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        children = [*below(process.pid)]
        process.kill()
        process.wait()
        for _ in range(200):
            if not any(map(is_running, children)):
                return True
            time.sleep(0.05)
        raise AssertionError("processes of a killed run go on") from None
    assert process.returncode == 0
    return False


def below(pid: int) -> Iterator[str]:
    path = Path(f"/proc/{pid}/task/{pid}/children")
    if path.exists():
        yield from path.read_text().split()


def is_running(pid: str) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def check_killed(kills: int, seed: int, cases: Path, whole: Path, folder: Path) -> None:
    """Kill a run some times, and compare its result at the end with that of another run."""
    draw = random.Random(seed)
    path, out = folder / "cases.ndjson.gz", folder / "out"
    path.write_bytes(gzip.compress(cases.read_bytes()))
    jobs = draw.choice((1, 2))
    moments = [draw.uniform(EARLY, LATE) for _ in range(kills)]
    every = [(moment, killed(path, out, jobs, moment)) for moment in moments]
    derive_cohort([path], out, jobs=jobs, size=SIZE)
    found, wanted = summary_of(out), summary_of(whole)
    # The rejects have the name of their file.
    assert found["contentHash"].pop("rejects") != wanted["contentHash"].pop("rejects")
    assert found["contentHash"] == wanted["contentHash"], (jobs, every)
    assert [found[name] for name in ("read", "rows")] == [wanted[n] for n in ("read", "rows")]
    check_tidy(out)


def check_tidy(out: Path) -> None:
    left = [path.name for path in out.rglob("*") if path.is_file()]
    assert not [name for name in left if name.startswith((".", "lines-"))]


@pytest.mark.batch
def test_a_run_that_was_killed_ends_with_the_same_content(
    cases: Path, whole: Path, tmp_path: Path
) -> None:
    check_killed(KILLS, random.SystemRandom().randrange(1000), cases, whole, tmp_path)


@pytest.mark.batch
@pytest.mark.parametrize("seed", range(BATCHES))
def test_runs_that_were_killed_end_with_the_same_content(
    seed: int, cases: Path, whole: Path, tmp_path: Path
) -> None:
    check_killed(IN_BATCH, seed, cases, whole, tmp_path)


@pytest.mark.parametrize("moment", ["folder", "settings", "table", "record", "lines", "summary"])
def test_a_run_that_was_stopped_at_a_moment_goes_on(moment: str, tmp_path: Path) -> None:
    path, out = tmp_path / "cases.ndjson.gz", tmp_path / "out"
    path.write_bytes(gzip.compress((VALID * 3).encode()))
    work = out / ".work"
    if moment in ("folder", "settings"):
        work.mkdir(parents=True)
        if moment == "settings":
            (work / ".settings.json.partial").write_text("{", encoding="utf-8")
    else:
        derive_cohort([path], out, size=2)
        (out / "run.json").unlink()
        if moment == "table":
            (work / "part-00002.json").unlink()
            (out / "cases" / "part-00002.parquet").rename(
                out / "cases" / ".part-00002.parquet.partial"
            )
        elif moment == "record":
            (work / "part-00002.json").rename(work / ".part-00002.json.partial")
        elif moment == "lines":
            # The record is written, and the lines are still there.
            (work / "lines-00001.ndjson").write_text(VALID * 2, encoding="utf-8")
        else:
            (out / ".run.json.partial").write_text("{", encoding="utf-8")
    derive_cohort([path], out, size=2)
    assert rows_in(out)["cases"].total() == summary_of(out)["read"] == 3
    check_tidy(out)


def test_a_run_below_the_folder_of_its_inputs_goes_on(tmp_path: Path) -> None:
    (tmp_path / "cases.ndjson").write_text(VALID, encoding="utf-8")
    for _ in range(2):
        derive_cohort([tmp_path], tmp_path / "out")
    assert summary_of(tmp_path / "out")["read"] == 1


def test_the_wide_table_says_what_the_verdicts_say(tmp_path: Path) -> None:
    drawn = RandomCases(default_engine())
    path = tmp_path / "cases.ndjson"
    path.write_bytes(b"\n".join(as_lines(drawn.case(number) for number in range(40))))
    derive_cohort([path], tmp_path / "out", wide=True)
    verdicts = pq.read_table(next((tmp_path / "out" / "verdicts").iterdir())).to_pylist()
    foci = pq.read_table(next((tmp_path / "out" / "foci").iterdir())).to_pylist()
    wide = {
        (row["case"], row["focus"], name, row[name])
        for row in foci
        for name in row
        if "-" in name and row[name] is not None
    }
    long = {(r["case"], r["focus"], r["id"], r["status"] or r["verdict"]) for r in verdicts}
    assert wide == long
    for name in ("superseded_by", "challenged_by"):
        pairs = {(row["case"], row["focus"], *pair.split()) for row in foci for pair in row[name]}
        assert pairs == {(r["case"], r["focus"], r["id"], o) for r in verdicts for o in r[name]}
        assert pairs
