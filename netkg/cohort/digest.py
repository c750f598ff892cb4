"""A hash of the content of a table that depends on its rows, and not on their order.

Every value of a column has a random number of 64 bits, a hash of the value. Those of a row are
added and then mixed, so that a row that differs in one value is another row. The digest is the
sum over the rows, twice with different mixing.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Any, Final, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["MASK", "Digest", "digest_of"]

Digest: TypeAlias = tuple[int, int]
MASK: Final = (1 << 64) - 1
_FACTORS: Final = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))
# What no text contains.
_NULL: Final = "\0"
_BETWEEN: Final = "\x1f"

Array: TypeAlias = Any


def digest_of(table: pa.Table) -> Digest:
    """Return the digest of a table: the sum of the hashes of its rows.

    Tables can be added: the digest of all rows of two is the sum of their digests.
    """
    rows = np.zeros(table.num_rows, np.uint64)
    for place, column in enumerate(table.columns):
        start = 0
        for chunk in column.chunks:
            rows[start : start + len(chunk)] += _hashes(chunk, place)
            start += len(chunk)
    one, other = (int(_mixed(rows, factor).sum(dtype=np.uint64)) for factor in _FACTORS)
    return one, other


def _mixed(values: Array, factor: np.uint64) -> Array:
    values = (values ^ (values >> np.uint64(31))) * factor
    return values ^ (values >> np.uint64(29))


def _hashes(column: pa.Array, place: int) -> Array:
    """Return a hash of each value of a column; NULL has one, too."""
    if pa.types.is_list(column.type):
        return _of_lists(column, place)
    if not pa.types.is_dictionary(column.type):
        column = pc.dictionary_encode(column)
    known = _table([*map(str, column.dictionary.to_pylist()), _NULL], place)
    indices = column.indices
    if indices.null_count:
        indices = pc.fill_null(indices, len(known) - 1)
    return known[np.asarray(indices)]


def _of_lists(column: pa.ListArray, place: int) -> Array:
    """Return a hash of each list of texts; most are empty."""
    found = np.full(len(column), _table([""], place)[0])
    filled = np.flatnonzero(np.diff(np.asarray(column.offsets)))
    if len(filled):
        texts = column.take(pa.array(filled)).cast(pa.list_(pa.string()))
        found[filled] = _hashes(pc.binary_join(texts, _BETWEEN), place)
    return found


def _table(texts: list[str], place: int) -> Array:
    key = place.to_bytes(2, "little")
    return np.array(
        [
            int.from_bytes(blake2b(each.encode(), digest_size=8, key=key).digest(), "little")
            for each in texts
        ],
        np.uint64,
    )
