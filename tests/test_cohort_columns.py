"""Columns of Parquet of many types: a cohort answers each as the same values of JSON."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from cohort_answers import (
    Answers,
    by_chunk,
    differences,
    one_by_one,
    runner,
)

from netkg.errors import InputError
from netkg.plan.engine import Engine

pytestmark = pytest.mark.many

TUMOR = {"id": "t1", "primarySite": "Pancreas"}
DAY = date(1950, 1, 31)
X = "x" * 200_000

# -- columns -------------------------------------------------------------------------------
TEXT, LARGE, NAMES = pa.string(), pa.large_string(), pa.dictionary(pa.int8(), pa.string())
PLAIN = {"id": TEXT, "tumors.id": TEXT, "tumors.primarySite": TEXT}
NUMBERS = ("tumors.ki67Percent", "tumors.mitosesPer2mm2", "tumors.measurements.diameterMm")


def of_tumor(**values: Any) -> dict[str, Any]:
    """Return a case with some values of its tumor, and a diameter."""
    found = dict(values)
    if "diameterMm" in found:
        found["measurements"] = [{"diameterMm": found.pop("diameterMm")}]
    return {"tumors": [{"id": "t1", **found}]}


# Each: the types of columns, and the values of some cases. What has another type is read, or is
# a violation, as it is in JSON.
STORED: dict[str, tuple[dict[str, pa.DataType], list[dict[str, Any]]]] = {
    "wide": (
        {"sex": LARGE, "symptoms": pa.large_list(LARGE), "birthDate": pa.date64()},
        [{"sex": "male"}, {"sex": "x"}, {"birthDate": DAY}, {"symptoms": ["Flushing", None]}],
    ),
    "dictionaries": (
        {"sex": NAMES, "symptoms": pa.list_(NAMES), "birthDate": NAMES, "tumors.grade": NAMES},
        [
            *({"sex": "male"}, {"sex": "x"}, {"symptoms": ["Flushing"]}, {"symptoms": ["x"]}),
            *({"birthDate": "1950-01-31"}, {"birthDate": "1950-02-30"}, of_tumor(grade="G1"), {}),
        ],
    ),
    "null": (
        {name: pa.null() for name in ("sex", "birthDate", "events", "tumors.grade", *NUMBERS)},
        [{}, {"tumors": [TUMOR, None]}, {"tumors": [None]}, {"tumors": None}, {"id": None}],
    ),
    "typed, without values": (
        {"sex": TEXT, "birthDate": pa.date32(), "symptoms": pa.list_(TEXT)},
        [{}, {"symptoms": []}, {"tumors": []}, {"id": ""}],
    ),
    "lists of nothing": ({"symptoms": pa.list_(pa.null())}, [{"symptoms": []}, {}]),
    "lists of fixed size": ({"symptoms": pa.list_(TEXT, 1)}, [{"symptoms": ["Flushing"]}, {}]),
    "numbers for texts": (
        {"sex": pa.int64(), "birthDate": pa.int32(), "fitForSurgery": pa.int8(), "id": pa.int64()},
        [{"sex": 1, "id": 5}, {"birthDate": 19500131}, {"fitForSurgery": 1}, {"id": 1}],
    ),
    "texts for numbers": (
        {"fitForSurgery": TEXT, "tumors.ki67Percent": TEXT, "ageAtDiagnosis": pa.bool_()},
        [{"fitForSurgery": "true"}, of_tumor(ki67Percent="5"), {"ageAtDiagnosis": True}],
    ),
    "days as texts": (
        {"birthDate": TEXT, "deceasedDate": LARGE, "fitForSurgery": pa.bool_()},
        [
            *({"birthDate": "1950-01-31"}, {"birthDate": "1950-02-30"}, {"fitForSurgery": False}),
            *({"deceasedDate": "0000-01-01"}, {"deceasedDate": "2026-01-31"}),
        ],
    ),
    "integers": (
        dict(zip(NUMBERS, (pa.int8(), pa.uint64(), pa.int64()), strict=True)),
        [
            *(of_tumor(ki67Percent=3, mitosesPer2mm2=2, diameterMm=20), of_tumor(ki67Percent=-1)),
            *(of_tumor(mitosesPer2mm2=2**63 + 9), of_tumor(diameterMm=10**15)),
        ],
    ),
    "decimals": (
        dict(zip(NUMBERS, (pa.decimal128(5, 2), pa.decimal128(20, 10), pa.float32()), strict=True)),
        [
            of_tumor(ki67Percent=Decimal("2.99"), mitosesPer2mm2=Decimal("2"), diameterMm=20.5),
            of_tumor(mitosesPer2mm2=Decimal("3.0000000001")),
            of_tumor(ki67Percent=Decimal(-1)),
        ],
    ),
    "doubles": (
        dict.fromkeys(NUMBERS, pa.float64()),
        [
            *(of_tumor(ki67Percent=0.1 + 0.2), of_tumor(ki67Percent=-0.0)),
            *(of_tumor(diameterMm=1e-7), of_tumor(diameterMm=1e300)),
            of_tumor(mitosesPer2mm2=-1e-9),
        ],
    ),
    "millions": (dict.fromkeys(NUMBERS, pa.float64()), [of_tumor(diameterMm=1e6)]),
    "texts that need escapes": (
        {"sex": TEXT},
        [
            {"sex": "ma\0le"},
            {"sex": 'x"\\\n'},
            {"id": '"\\\n\0'},
            {"id": "\u2028'"},
            {"id": "a:b c"},
        ],
    ),
    "texts that are too long": ({"sex": TEXT}, [{"sex": X}, {"id": X}, {}]),
}


def typed(types: Mapping[str, pa.DataType], rows: list[dict[str, Any]]) -> pa.Table:
    """Return rows as a table with columns of some types, by their paths."""
    tree: dict[str, Any] = {}
    for path, type_ in {**PLAIN, **types}.items():
        *above, name = path.split(".")
        place = tree
        for each in above:
            place = place.setdefault(each, {})
        place[name] = type_
    return pa.Table.from_pylist(rows, schema=pa.schema(fields_of(tree)))


def fields_of(tree: Mapping[str, Any]) -> list[pa.Field]:
    return [
        pa.field(name, pa.list_(pa.struct(fields_of(each))) if isinstance(each, dict) else each)
        for name, each in tree.items()
    ]


def as_json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else float(value)


@pytest.mark.parametrize("name", STORED)
def test_columns_are_answered_as_the_same_values_of_json(name: str, engine: Engine) -> None:
    types, rows = STORED[name]
    rows = [{"id": f"c{n}", "tumors": [TUMOR], **row} for n, row in enumerate(rows)]
    if types.get("id") == pa.int64():
        rows = [{**row, "id": n} for n, row in enumerate(rows)]
    lines = [json.dumps(row, default=as_json).encode() for row in rows]
    found, wanted = by_chunk(table=typed(types, rows)), one_by_one(lines, engine)
    assert differences(with_short_numbers(found), with_short_numbers(wanted)) == []


def with_short_numbers(answers: Answers) -> Answers:
    """Return answers with numbers of few digits: how many are shown depends on the column."""
    found: Counter[Any] = Counter()
    for (*start, value, expected, statement), number in answers["findings"].items():
        is_number = re.fullmatch(r"-?[0-9.]+(e[+-]?[0-9]+)?", value) is not None
        shown = f"{float(value):.6g}" if is_number else value
        found[(*start, shown, expected, statement)] += number
    return {**answers, "findings": found}


def table_of(**columns: Any) -> pa.Table:
    """Return a table of two plain cases with some more columns, or with others."""
    return pa.table({"id": ["a", "b"], "tumors": pa.array([[TUMOR], [TUMOR]]), **columns})


def test_a_table_without_ids_has_no_valid_case(engine: Engine) -> None:
    lines = [json.dumps({"tumors": [TUMOR]}).encode()] * 2
    for table in (table_of().drop_columns(["id"]), table_of(id=pa.nulls(2))):
        assert differences(by_chunk(table=table), one_by_one(lines, engine)) == []


def test_a_table_without_tumors_has_no_valid_case(engine: Engine) -> None:
    lines = [b'{"id": "a"}', b'{"id": "b"}']
    for table in (table_of().drop_columns(["tumors"]), table_of(tumors=pa.nulls(2))):
        assert differences(by_chunk(table=table), one_by_one(lines, engine)) == []


def test_numbers_that_are_not_finite_are_rejected() -> None:
    rows = [{"id": "a", **of_tumor(ki67Percent=value)} for value in (math.nan, -math.inf)]
    found = by_chunk(table=typed(dict.fromkeys(NUMBERS, pa.float64()), rows))
    assert found["counts"] == Counter(rejected=2)


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"zzz": [1, 2]}, ("zzz", "not in the case format")),
        ({"Sex": ["male", None]}, ("Sex", "Did you mean sex?")),
        ({"tumors": pa.array([[{"grad": "G1"}], []])}, ("tumors.grad", "Did you mean grade?")),
        ({"symptoms": ["Flushing", None]}, ("symptoms", "string", "a list")),
        ({"tumors": ["a", "b"]}, ("tumors", "string", "a list")),
        ({"tumors": pa.array([["a"], ["b"]])}, ("tumors", "string", "a record")),
        ({"sex": pa.array([b"male", None])}, ("sex", "binary", "text")),
        ({"sex": pa.array([["male"], None])}, ("sex", "list<", "text")),
        ({"birthDate": pa.array([datetime(1950, 1, 1), None])}, ("birthDate", "timestamp", "date")),
        ({"ageAtDiagnosis": pa.array([1, 2], pa.duration("s"))}, ("ageAtDiagnosis", "duration")),
        ({"ageAtDiagnosis": pa.array([Decimal(1), None], pa.decimal256(50, 9))}, ("ageAt",)),
        ({"ageAtDiagnosis": pa.array([1.5, None], pa.float32()).cast(pa.float16())}, ("ageAt",)),
    ],
    ids=lambda each: str(list(each)),
)  # fmt: skip
def test_a_column_that_has_no_place_is_an_error(columns: dict[str, Any], words: tuple[str]) -> None:
    with pytest.raises(InputError) as caught:
        by_chunk(table=table_of(**columns), own=runner())
    assert all(word in str(caught.value) for word in words), caught.value


def test_two_columns_of_one_name_are_an_error() -> None:
    table = table_of().append_column("id", pa.array(["c", "d"]))
    with pytest.raises(InputError):
        by_chunk(table=table)
