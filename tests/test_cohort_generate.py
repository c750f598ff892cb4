"""Generate synthetic cases, and convert cases between NDJSON and Parquet."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from cohort_answers import as_lines, by_chunk, one_by_one
from conftest import Run
from random_cases import AS_OF, RandomCases

from netkg.case.from_json import case_from_object
from netkg.cohort.case_schemas import case_columns
from netkg.cohort.generate import Generator
from netkg.plan.engine import Engine

pytestmark = pytest.mark.many

JSON = dict[str, Any]
DAY = ("--as-of", AS_OF.isoformat())
CHECKED = 300


def generator(engine: Engine, **options: Any) -> Generator:
    return Generator(engine.schema, AS_OF, **options)


# -- generated cases -------------------------------------------------------------------------
def test_a_case_depends_on_its_number_and_the_options_alone(engine: Engine) -> None:
    wanted = [*generator(engine, invalid=0.2).cases(60)]
    assert [*generator(engine, invalid=0.2).cases(60)] == wanted
    assert [*generator(engine, invalid=0.2).cases(20, first=40)] == wanted[40:]
    assert generator(engine, invalid=0.2).case(7) == wanted[7]
    others = [
        {"seed": 1, "invalid": 0.2},
        {"invalid": 0.9},
        {"invalid": 0.2, "events": 9},
        {"invalid": 0.2, "tumors": 3},
    ]
    for options in others:
        assert [*generator(engine, **options).cases(60)] != wanted, options
    assert len({json.dumps(case) for case in wanted}) == 60
    assert len({case["id"] for case in wanted}) == 60
    assert all(case["id"].startswith("synthetic") for case in wanted)


def test_without_faults_every_case_conforms(engine: Engine) -> None:
    for case in generator(engine, seed=3).cases(CHECKED):
        plan = engine.derive(case_from_object(case, schema=engine.schema), as_of=AS_OF)
        assert plan.conforms, (case, [str(each) for each in plan.findings])


@pytest.mark.parametrize("options", [{"events": 25, "tumors": 4}, {"events": 0, "tumors": 1}])
def test_without_faults_larger_and_smaller_cases_conform(
    options: Mapping[str, float], engine: Engine
) -> None:
    found = by_chunk(as_lines(generator(engine, seed=4, **options).cases(CHECKED)))
    assert found["counts"] == Counter(planned=CHECKED)


@pytest.mark.batch
@pytest.mark.parametrize("seed", range(20))
def test_without_faults_many_cases_conform(seed: int, engine: Engine) -> None:
    found = by_chunk(as_lines(generator(engine, seed=100 + seed).cases(2000)))
    assert found["counts"] == Counter(planned=2000)


@pytest.mark.parametrize("share", [0.1, 0.5, 1.0])
def test_the_share_of_invalid_cases_is_about_what_is_asked(share: float, engine: Engine) -> None:
    counts = by_chunk(as_lines(generator(engine, seed=5, invalid=share).cases(600)))["counts"]
    assert counts.total() == 600
    assert not counts["rejected"]
    assert abs(counts["invalid"] / 600 - share) < 0.05


def test_the_faults_are_of_many_kinds(engine: Engine) -> None:
    lines = as_lines(generator(engine, seed=6, invalid=1.0).cases(150))
    found = one_by_one(lines, engine)
    fields = Counter(row[3] for row in found["findings"] if row[1] == "Violation")
    assert len(fields) > 6, fields


@pytest.mark.parametrize(("events", "tumors"), [(0, 1), (4, 1.1), (12, 2.5)])
def test_the_mean_numbers_are_about_what_is_asked(
    events: float, tumors: float, engine: Engine
) -> None:
    cases = [*generator(engine, events=events, tumors=tumors).cases(600)]
    assert abs(sum(len(case.get("events", ())) for case in cases) / 600 - events) < 0.5
    assert abs(sum(len(case["tumors"]) for case in cases) / 600 - tumors) < 0.25


def test_no_event_is_later_than_the_day_of_evaluation(engine: Engine) -> None:
    day = date(2020, 2, 29)
    cases = Generator(engine.schema, day, events=8).cases(200)
    dates = [event["date"] for case in cases for event in case.get("events", ()) if "date" in event]
    assert len(dates) > 200
    assert max(dates) <= day.isoformat()


def test_a_seed_and_a_number_do_not_run_together(engine: Engine) -> None:
    cases = [generator(engine, seed=seed).case(n) for seed, n in ((1, 11), (11, 1), (111, 0))]
    for one, other in pairwise(cases):
        assert {**one, "id": ""} != {**other, "id": ""}


def test_the_command_writes_the_cases(run: Run, engine: Engine, tmp_path: Path) -> None:
    options = ("--cases", 25, "--seed", 9, "--invalid", 0.3, "--events", 6, "--tumors", 1.5)
    wanted = [*generator(engine, seed=9, invalid=0.3, events=6, tumors=1.5).cases(25)]
    status, out, err = run("cohort", "generate", *options, *DAY)
    assert (status, err) == (0, "")
    assert [json.loads(line) for line in out.split("\n")[:-1]] == wanted
    path = tmp_path / "cases.ndjson"
    assert run("cohort", "generate", *options, *DAY, "--out", path) == (0, "", "")
    assert path.read_text(encoding="utf-8") == out


def test_the_command_writes_parquet(run: Run, engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "cases.parquet"
    words = ("--cases", 40, "--events", 6, *DAY, "--out", path)
    assert run("cohort", "generate", *words) == (0, "", "")
    wanted = by_chunk(as_lines(generator(engine, events=6).cases(40)))
    assert by_chunk(table=pq.read_table(path)) == wanted


# -- conversion ------------------------------------------------------------------------------
def written(path: Path, cases: list[Any]) -> Path:
    path.write_bytes(b"\n".join(as_lines(cases)) + b"\n")
    return path


def read(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n")[:-1]]


def without_nothing(value: Any) -> Any:
    """Return a case without what is absent, with a list in place of a single value."""
    if isinstance(value, dict):
        return {
            name: [without_nothing(each)] if is_single(name, each) else without_nothing(each)
            for name, each in value.items()
            if each is not None
        }
    if isinstance(value, list):
        return [without_nothing(each) for each in value if each is not None]
    return value


def is_single(name: str, value: Any) -> bool:
    lists = ("tumors", "metastases", "events", "measurements", "symptoms", "hormonalSyndrome")
    return name in lists and not isinstance(value, list)


def test_a_case_is_the_same_after_two_conversions(run: Run, engine: Engine, tmp_path: Path) -> None:
    plain = [
        *generator(engine, invalid=0.2, events=5).cases(60),
        {"id": "\u00e9\U0001f600\n\"'", "tumors": [{}, {"id": "x", "measurements": []}]},
        {"id": "n", "tumors": [{"ki67Percent": 0.1, "mitosesPer2mm2": 2**53 - 1}], "events": []},
        {"id": "d", "birthDate": "0001-01-01", "deceasedDate": "9999-12-31", "tumors": []},
        {"id": "e"},
        {},
        {"tumors": [{"measurements": [{"diameterMm": 1e300, "date": "2024-02-29"}, {}]}]},
        {"id": "s", "symptoms": "Flushing", "tumors": {"grade": "G7"}, "sex": None},
        {"id": "t", "symptoms": [None, "Flushing"], "tumors": [{"ki67Percent": -0.5}, None]},
    ]
    lines = written(tmp_path / "a.ndjson", plain)
    columns, again = tmp_path / "b.parquet", tmp_path / "c.ndjson"
    assert run("convert", lines, "--out", columns) == (0, "", "")
    assert run("convert", columns, "--out", again) == (0, "", "")
    assert read(again) == [without_nothing(case) for case in plain]
    assert pq.read_schema(columns).equals(case_columns(engine.schema))
    # And with the plans that belong to them.
    assert (
        by_chunk(table=pq.read_table(columns))["verdicts"] == by_chunk(as_lines(plain))["verdicts"]
    )


def test_random_cases_are_the_same_or_are_reported(
    run: Run, engine: Engine, tmp_path: Path
) -> None:
    cases = [*RandomCases(engine).cases(0, 300)]
    lines = written(tmp_path / "a.ndjson", cases)
    status, out, err = run("convert", lines, "--out", tmp_path / "b.parquet")
    assert (status, out) == (2, "")
    left = {int(number) for number in re.findall(r"line ([0-9]+)", err)}
    assert len(left) == len(err.splitlines())
    assert run("convert", tmp_path / "b.parquet", "--out", tmp_path / "c.ndjson") == (0, "", "")
    kept = [case for place, case in enumerate(as_plain(cases), start=1) if place not in left]
    assert read(tmp_path / "c.ndjson") == [without_nothing(case) for case in kept]
    # What conforms has a place in the columns.
    found = one_by_one(as_lines(cases[place - 1] for place in sorted(left)), engine)
    assert not found["counts"]["planned"]


def as_plain(cases: list[JSON]) -> list[JSON]:
    return [json.loads(line) for line in as_lines(cases)]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('{"id": "b", "zzz": 1}', ("zzz", "one of id, ")),
        ('{"id": "b", "zzz": null}', ("zzz",)),
        ('{"id": 5}', ("id", "found 5", "text")),
        ('{"id": "b", "tumors": [{"ki67Percent": "5"}]}', ("tumors.ki67Percent", '"5"', "number")),
        ('{"id": "b", "tumors": [{"ki67Percent": true}]}', ("tumors.ki67Percent", "true")),
        ('{"id": "b", "tumors": [{"ki67Percent": 4.9500000000000001}]}', ("tumors.ki67Percent",)),
        ('{"id": "b", "tumors": [{"ki67Percent": 9007199254740993}]}', ("tumors.ki67Percent",)),
        ('{"id": "b", "tumors": [{"ki67Percent": 1e999}]}', ("tumors.ki67Percent",)),
        ('{"id": "b", "tumors": [{"ki67Percent": 1e-999}]}', ("tumors.ki67Percent",)),
        ('{"id": "b", "tumors": [{"ki67Percent": {}}]}', ("tumors.ki67Percent",)),
        ('{"id": "b", "tumors": [5]}', ("tumors", "found 5", "an object")),
        ('{"id": "b", "birthDate": "2026-02-30"}', ("birthDate", "2026-02-30", "a date")),
        ('{"id": "b", "birthDate": 20260101}', ("birthDate", "a date")),
        ('{"id": "b", "fitForSurgery": 1}', ("fitForSurgery", "true or false")),
        ('{"id": "b", "sex": ["male"]}', ("sex", "text")),
        ('{"id": "b", "sex": {"@id": "male"}}', ("sex", "text")),
        ('{"id": "b", "symptoms": [["Flushing"]]}', ("symptoms", "text")),
        ('{"id": "b", "sex": "male", "sex": "male"}', ("sex", "twice")),
        ('{"id": "b", "sex": NaN}', ("NaN",)),
        ('{"id": "b", "sex": "\\ud800"}', ("surrogate",)),
        ("[]", ("an object",)),
        ("null", ("an object",)),
        ("5", ("an object",)),
        ('{"id": "b"', ("not valid JSON",)),
    ],
)
def test_what_has_no_place_is_reported_and_left_out(
    line: str, words: tuple[str, ...], run: Run, tmp_path: Path
) -> None:
    path, target = tmp_path / "a.ndjson", tmp_path / "b.parquet"
    path.write_text(f'{{"id": "a"}}\n\n{line}\n{{"id": "c"}}\n', encoding="utf-8")
    status, out, err = run("convert", path, "--out", target)
    assert (status, out) == (2, "")
    assert len(err.splitlines()) == 1
    assert all(word in err for word in (str(path), "line 3", *words)), err
    assert pq.read_table(target, columns=["id"]).to_pylist() == [{"id": "a"}, {"id": "c"}]
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.ndjson", "b.parquet"]


def test_lines_keep_what_columns_cannot_have(run: Run, tmp_path: Path) -> None:
    path, target = tmp_path / "a.ndjson", tmp_path / "b.ndjson"
    cases = [{"id": 5, "zzz": [None, {"a": True}]}, {"id": "b", "ageAtDiagnosis": 4.95}]
    assert run("convert", written(path, cases), "--out", target) == (0, "", "")
    assert read(target) == cases


@pytest.mark.parametrize("number", ["4.9500000000000001", "1e999", "12345678901234567890.5"])
def test_numbers_of_lines_keep_their_digits(number: str, run: Run, tmp_path: Path) -> None:
    path, target = tmp_path / "a.ndjson", tmp_path / "b.ndjson"
    path.write_text(f'{{"id": "a", "tumors": [{{"ki67Percent": {number}}}]}}\n', encoding="utf-8")
    status, _, err = run("convert", path, "--out", target)
    assert status in (0, 2)
    if status == 0:
        assert number in target.read_text(encoding="utf-8")
    else:
        assert "line 1" in err
        assert "a fault in netkg" not in err


def test_a_target_of_another_kind_is_refused(run: Run, tmp_path: Path) -> None:
    path = written(tmp_path / "a.ndjson", [{"id": "a"}])
    for target in ("b.csv", "b", "b.json"):
        status, _, err = run("convert", path, "--out", tmp_path / target)
        assert status == 2
        assert "--out must end in" in err
    status, _, err = run("convert", path, "--out", path)
    assert status == 2
    assert read(path) == [{"id": "a"}]
