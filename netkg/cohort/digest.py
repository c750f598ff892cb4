"""A hash of the content of a table that depends on its rows, and not on their order.

Every value of a column has a hash of 64 bits. Those of a row are added and then mixed, so that a
row that differs in one value is another row. The digest is the sum over the rows, twice with
different mixing. It finds what differs by mistake, and does not replace a signature.
"""

from __future__ import annotations

from typing import Any, Final, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["MASK", "Digest", "digest_of"]

Digest: TypeAlias = tuple[int, int]
MASK: Final = (1 << 64) - 1
_FACTORS: Final = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))
_STEP: Final = np.uint64(0x9E3779B97F4A7C15)
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
        return _of_texts(column.cast(pa.string()), place)
    texts = column.dictionary.cast(pa.string())
    known = _of_texts(pa.concat_arrays([texts, pa.array([None], pa.string())]), place)
    indices = column.indices
    if indices.null_count:
        indices = pc.fill_null(indices.cast(pa.int32()), len(texts))
    return known[np.asarray(indices)]


def _of_lists(column: pa.ListArray, place: int) -> Array:
    """Return a hash of each list of texts; most are empty."""
    found = np.full(len(column), _of_texts(pa.array([""]), place)[0])
    filled = np.flatnonzero(np.diff(np.asarray(column.offsets)))
    if len(filled):
        texts = column.take(pa.array(filled)).cast(pa.list_(pa.string()))
        found[filled] = _of_texts(pc.binary_join(texts, _BETWEEN), place)
    return found


def _of_texts(texts: pa.StringArray, place: int) -> Array:
    """Return a hash of each text: its bytes, each times a number for its place in the text."""
    if texts.null_count:
        texts = pc.fill_null(texts, _NULL)
    _, ends, data = texts.buffers()
    offsets = np.frombuffer(ends, np.int32)[texts.offset : texts.offset + len(texts) + 1]
    lengths = np.diff(offsets)
    letters = np.frombuffer(data or b"", np.uint8)[offsets[0] : offsets[-1]].astype(np.uint64)
    factors = _numbers(int(lengths.max(initial=0)) + 1)
    within = np.arange(len(letters)) - np.repeat(offsets[:-1] - offsets[0], lengths)
    # A sum from the start of all texts: what is between two ends is the sum of one text.
    sums = np.zeros(len(letters) + 1, np.uint64)
    np.cumsum((letters + np.uint64(1)) * factors[within], out=sums[1:])
    own = np.diff(sums[offsets - offsets[0]])
    return _mixed(own + _numbers(place + 1)[place], _FACTORS[0])


def _numbers(count: int) -> Array:
    """Return the first ``count`` of some fixed numbers of 64 bits, all odd and without order."""
    places = np.arange(1, count + 1, dtype=np.uint64) * _STEP
    return _mixed(_mixed(places, _FACTORS[0]), _FACTORS[1]) | np.uint64(1)
