"""Write the tables of a part: all of them, or none."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, Literal

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from netkg.errors import InputError

__all__ = ["FORMATS", "Format", "write_json", "write_part"]

Format = Literal["parquet", "csv", "ndjson"]
FORMATS: Final = ("parquet", "csv", "ndjson")
_ENDINGS: Final[Mapping[str, str]] = {"parquet": "parquet", "csv": "csv", "ndjson": "ndjson"}


def write_part(folder: Path, number: int, tables: Mapping[str, pa.Table], format: Format) -> None:
    """Write the tables of a part into a folder for each; each file is complete when it appears.

    Raises:
        InputError: if one cannot be written.
    """
    for name, table in tables.items():
        path = folder / name / f"part-{number:05}.{_ENDINGS[format]}"
        part = path.with_name(f".{path.name}.partial")
        try:
            path.parent.mkdir(exist_ok=True)
            if format == "parquet":
                # Statistics help to find a case; for other columns they only cost time.
                pq.write_table(
                    table,
                    part,
                    compression="zstd",
                    compression_level=1,
                    write_statistics=["case"],
                    row_group_size=max(1, table.num_rows),
                )
            elif format == "csv":
                pa_csv.write_csv(_flat(table), part)
            else:
                with part.open("w", encoding="utf-8") as file:
                    file.writelines(_lines(table))
            part.replace(path)
        except OSError as error:
            raise InputError(
                f"cannot be written: {error.strerror or error}", source=str(path)
            ) from None


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write a small file of JSON; it is complete when it appears."""
    part = path.with_name(f".{path.name}.partial")
    with part.open("w", encoding="utf-8") as file:
        json.dump(content, file, indent=2, ensure_ascii=False)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def _flat(table: pa.Table) -> pa.Table:
    """Return a table for CSV: the items of a list are joined by a semicolon."""
    for place, field in enumerate(table.schema):
        if pa.types.is_list(field.type):
            joined = pc.binary_join(table.column(place).combine_chunks(), ";")
            table = table.set_column(place, field.name, joined)
        elif pa.types.is_dictionary(field.type):
            table = table.set_column(place, field.name, table.column(place).cast(pa.string()))
    return table


def _lines(table: pa.Table) -> Iterator[str]:
    for batch in table.to_batches(max_chunksize=10_000):
        for row in batch.to_pylist():
            yield json.dumps(row, ensure_ascii=False) + "\n"
