"""The digest of a table depends on its rows, and not on their order."""

from __future__ import annotations

import random
from typing import Any

import pyarrow as pa
import pytest

from netkg.cohort.digest import MASK, digest_of
from netkg.cohort.tables import SCHEMAS

TEXTS = ["", "a", "b", "ab", "None", "\u00e9", "5"]


def drawn(name: str, seed: int, count: int = 30) -> list[dict[str, Any]]:
    """Return rows of a table with random values, also NULL, and empty lists."""
    draw = random.Random(f"{name} {seed}")
    makers = {
        pa.bool_(): lambda: draw.random() < 0.5,
        pa.int32(): lambda: draw.randrange(5),
        pa.int64(): lambda: draw.randrange(5),
        pa.list_(pa.string()): lambda: draw.sample(["a", "b", "c"], draw.randrange(3)),
    }
    return [
        {
            field.name: None
            if draw.random() < 0.1 and not pa.types.is_list(field.type)
            else makers.get(field.type, lambda: draw.choice(TEXTS))()
            for field in SCHEMAS[name]
        }
        for _ in range(count)
    ]


def table_of(name: str, rows: list[dict[str, Any]]) -> pa.Table:
    """Return rows as a table, with dictionaries where the tables of a cohort have them."""
    plain = pa.schema(
        [(f.name, pa.string() if pa.types.is_dictionary(f.type) else f.type) for f in SCHEMAS[name]]
    )
    return pa.Table.from_pylist(rows, schema=plain).cast(SCHEMAS[name])


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_order_of_rows_and_their_parts_do_not_matter(name: str) -> None:
    rows = drawn(name, 1)
    whole = digest_of(table_of(name, rows))
    for seed in range(5):
        mixed = random.Random(seed).sample(rows, len(rows))
        assert digest_of(table_of(name, mixed)) == whole
    parts = [table_of(name, rows[start : start + 7]) for start in range(0, len(rows), 7)]
    assert digest_of(pa.concat_tables(parts).unify_dictionaries()) == whole
    sums = zip(*map(digest_of, parts), strict=True)
    assert tuple(sum(each) & MASK for each in sums) == whole


@pytest.mark.parametrize("name", SCHEMAS)
def test_any_other_value_changes_the_digest(name: str) -> None:
    rows = drawn(name, 2)
    whole = digest_of(table_of(name, rows))
    for place, other in enumerate(drawn(name, 3)):
        for column, value in other.items():
            if value != rows[place][column]:
                changed = [*rows[:place], {**rows[place], column: value}, *rows[place + 1 :]]
                found = digest_of(table_of(name, changed))
                assert found[0] != whole[0]
                assert found[1] != whole[1]


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_row_more_or_less_changes_the_digest(name: str) -> None:
    rows = drawn(name, 4)
    tables = [rows, rows[1:], [*rows, rows[0]], [*rows, *rows], rows[:1], []]
    assert len({digest_of(table_of(name, each)) for each in tables}) == len(tables)
    assert digest_of(table_of(name, [])) == (0, 0)


def test_values_of_two_rows_or_columns_that_are_exchanged_change_the_digest() -> None:
    one = {"source": "a", "line": 1, "reason": "b"}
    two = {"source": "b", "line": 2, "reason": "a"}
    tables = [
        *([one, two], [{**one, "line": 2}, {**two, "line": 1}]),
        *([{**one, "source": "b"}, {**two, "source": "a"}], [one, one], [two, two]),
        [{**one, "source": "b", "reason": "a"}, two],
    ]
    found = {digest_of(table_of("rejects", rows)) for rows in tables}
    assert len(found) == len(tables)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *((None, ""), (None, "None"), ("a", "a\0"), ("1", "1.0")),
        *((["a", "b"], ["b", "a"]), (["a", "b"], ["a;b"]), ([], ["a"])),
    ],
)
def test_similar_values_differ(one: Any, other: Any) -> None:
    type_ = pa.list_(pa.string()) if isinstance(one, list) else pa.string()
    digests = [digest_of(pa.table({"x": pa.array([each], type_)})) for each in (one, other)]
    assert digests[0] != digests[1]
