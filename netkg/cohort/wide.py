"""The wide table: one row for each focus, with a column for each statement.

It says the same as the table of verdicts. A column has the status of an applicable statement,
else the verdict. The lists have pairs of a statement and one that supersedes or challenges it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from netkg.cohort.tables import STATUSES, VERDICTS
from netkg.ontology.guideline import Statement

__all__ = ["STATES", "wide_table"]

STATES: Final = (*STATUSES, *VERDICTS[1:])


def wide_table(verdicts: pa.Table, statements: Sequence[Statement]) -> pa.Table:
    """Return the wide form of a table of verdicts on some statements."""
    table = verdicts.combine_chunks()
    levels = {each.id: each.level == "tumor" for each in statements}
    ids, id_names = _codes(table, "id")
    is_tumor = np.array([levels[name] for name in id_names] or [False])
    cases, case_names = _codes(table, "case")
    foci, focus_names = _codes(table, "focus")
    # A tumor may have the id of its case.
    key = (cases * (len(focus_names) + 1) + foci) * 2 + (is_tumor[ids] if len(ids) else 0)
    _, first, row = np.unique(key, return_index=True, return_inverse=True)
    states = _states(table)
    columns: dict[str, pa.Array] = {
        "case": pa.array(case_names).take(pa.array(cases[first])),
        "focus": pa.array(focus_names).take(pa.array(foci[first])),
        "level": pa.array(np.where(is_tumor[ids[first]], "tumor", "case")),
    }
    words = pa.array(STATES)
    for statement in statements:
        place = id_names.index(statement.id) if statement.id in id_names else -1
        chosen = np.flatnonzero(ids == place)
        column = np.full(len(first), -1, np.int8)
        column[row[chosen]] = states[chosen]
        codes = pa.array(column, mask=column < 0)
        columns[statement.id] = pa.DictionaryArray.from_arrays(codes, words)
    for name in ("superseded_by", "challenged_by"):
        columns[name] = _pairs(table, name, row, len(first))
    return pa.table(columns)


def _codes(table: pa.Table, name: str) -> tuple[Any, list[str]]:
    """Return a number for each text of a column, and the texts."""
    column = table.column(name).combine_chunks()
    if not pa.types.is_dictionary(column.type):
        column = pc.dictionary_encode(column)
    return np.asarray(column.indices.cast(pa.int64())), column.dictionary.to_pylist()


def _states(table: pa.Table) -> Any:
    """Return the place of each row's status or verdict among the states."""
    status = table.column("status").cast(pa.string())
    shown = pc.coalesce(status, table.column("verdict").cast(pa.string()))
    return np.asarray(pc.index_in(shown, pa.array(STATES)).cast(pa.int8()))


def _pairs(table: pa.Table, name: str, row: Any, size: int) -> pa.Array:
    column = table.column(name).combine_chunks()
    found: list[list[str]] = [[] for _ in range(size)]
    filled = np.flatnonzero(np.asarray(pc.list_value_length(column)))
    ids = table.column("id").take(pa.array(filled)).to_pylist()
    for place, id_, others in zip(
        filled, ids, column.take(pa.array(filled)).to_pylist(), strict=True
    ):
        found[row[place]] += [f"{id_} {other}" for other in others]
    return pa.array(found, pa.list_(pa.string()))
