"""Read a table of Parquet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from netkg.errors import InputError
from netkg.limits import limits
from netkg.ontology.text_files import unreadable
from netkg.tables.rows import Row, Table, column_names, is_blank

__all__ = ["open_parquet"]


def open_parquet(path: Path) -> Table:
    """Open a file of Parquet with a flat table; its first row has the number 2, as in a sheet.

    Raises:
        InputError: if it cannot be read, or has nested columns.
    """
    try:
        # A text that occurs often is in memory once.
        texts = [
            each.name
            for each in pq.read_schema(path)
            if pa.types.is_string(each.type) or pa.types.is_binary(each.type)
        ]
        file = pq.ParquetFile(path, read_dictionary=texts)
    except (OSError, ValueError, pa.ArrowException) as error:
        raise unreadable(error, str(path)) from None
    nested = [each.name for each in file.schema_arrow if pa.types.is_nested(each.type)]
    if nested:
        raise InputError(
            f"has nested columns: {', '.join(nested)}",
            source=str(path),
            expected="a flat table",
            hint="Cases in the nested form of the case format need no import: use netkg convert.",
        )
    names = column_names(file.schema_arrow.names, str(path))
    return Table(str(path), "", names, _rows(file, str(path)))


def _rows(file: pq.ParquetFile, name: str) -> Iterator[Row]:
    number = 1
    most = limits().text
    try:
        with file:
            for batch in file.iter_batches(batch_size=10_000):
                columns = [_values(column, most) for column in batch.columns]
                for each in zip(*columns, strict=True):
                    number += 1
                    cells = [cell for cell, _ in each]
                    faults = {at: fault for at, (_, fault) in enumerate(each) if fault}
                    if faults or not is_blank(cells):
                        yield Row(number, cells, "", faults)
    except (OSError, ValueError, ArithmeticError, MemoryError, pa.ArrowException) as error:
        raise unreadable(error, name) from None


def _values(column: pa.Array, most: int) -> list[tuple[Any, str]]:
    """Return the cells of a column, each with why it cannot be read."""
    type_ = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if pa.types.is_dictionary(column.type):
        known = [*_values(column.dictionary, most), (None, "")]
        return [known[-1 if at is None else at] for at in column.indices.to_pylist()]
    if pa.types.is_float32(type_) or pa.types.is_float16(type_):
        # As text, a short number has the digits that were meant: 2.3, not 2.299999952316284.
        texts = (
            None if each is None else str(each) for each in column.to_numpy(zero_copy_only=False)
        )
        found = [
            None if each.as_py() is None else float(text or "nan")
            for each, text in zip(column, texts, strict=True)
        ]
        return [(each, "") for each in found]
    if (
        pa.types.is_binary(type_)
        or pa.types.is_large_binary(type_)
        or pa.types.is_fixed_size_binary(type_)
    ):
        return [_decoded(each, most) for each in column.to_pylist()]
    if pa.types.is_string(type_) or pa.types.is_large_string(type_):
        return [_checked(each, most) for each in column.to_pylist()]
    return [(each, "") for each in column.to_pylist()]


def _decoded(value: bytes | None, most: int) -> tuple[Any, str]:
    if value is None:
        return None, ""
    try:
        return _checked(value.decode(), most)
    except UnicodeDecodeError:
        return None, "is binary, and not text in UTF-8"


def _checked(text: str | None, most: int) -> tuple[Any, str]:
    if text is not None and len(text) > most:
        return None, f"has {len(text):,} characters, and at most {most:,} are allowed"
    return text, ""
