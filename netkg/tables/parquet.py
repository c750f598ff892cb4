"""Read a table of Parquet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from netkg.errors import InputError
from netkg.ontology.text_files import unreadable
from netkg.tables.rows import Row, Table, column_names, is_blank

__all__ = ["open_parquet"]


def open_parquet(path: Path) -> Table:
    """Open a file of Parquet with a flat table; its first row has the number 2, as in a sheet.

    Raises:
        InputError: if it cannot be read, or has nested columns.
    """
    try:
        file = pq.ParquetFile(path)
    except (OSError, pa.ArrowException) as error:
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
    try:
        with file:
            for batch in file.iter_batches(batch_size=10_000):
                columns: list[list[Any]] = [column.to_pylist() for column in batch.columns]
                for cells in zip(*columns, strict=True):
                    number += 1
                    if not is_blank(cells):
                        yield Row(number, cells)
    except (OSError, ValueError, pa.ArrowException) as error:
        raise unreadable(error, name) from None
