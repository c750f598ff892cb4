"""Convert cases between NDJSON, Parquet and RDF: the same cases, or none and the reason."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from datetime import date
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq
import pyoxigraph as ox

from netkg.case.days import parse_day
from netkg.case.sources import lines
from netkg.case.strict_json import parse_json
from netkg.cohort.case_schemas import case_columns
from netkg.cohort.graphs import GraphWriter, trees_of
from netkg.cohort.parts import KINDS, Source
from netkg.cohort.stored import form_of_columns
from netkg.errors import InputError
from netkg.ontology.schema import Schema
from netkg.ontology.text_files import decode

__all__ = ["convert", "write_parquet"]

Rejected = Iterator[InputError]
ROWS: Final = 50_000
# Between these, a whole number and a double are the same.
_EXACT: Final = 2**53


def convert(sources: Iterable[Source], target: Path, schema: Schema) -> Rejected:
    """Write the cases of some files to one of another format; yield what cannot be written.

    Raises:
        InputError: if a file cannot be read, or the target cannot be written.
    """
    trees, ending = _trees(sources, schema), target.suffix.lower().removeprefix(".")
    if KINDS[ending] == "parquet":
        yield from write_parquet(trees, target, schema)
    elif KINDS[ending] == "ndjson":
        # A text stays as it is, with all digits.
        yield from _write_texts(
            trees, target, lambda tree: (tree[3] or json.dumps(tree[2], ensure_ascii=False)) + "\n"
        )
    else:
        format = ox.RdfFormat.TRIG if KINDS[ending] == "trig" else ox.RdfFormat.N_QUADS
        writer = GraphWriter(format, schema)
        yield from _write_texts(trees, target, lambda tree: writer.graph(tree[2], tree[0], tree[1]))


# The source, the line, the case as JSON, and its text if it was read as text.
Tree = tuple[str, int, Any, str]


def _trees(sources: Iterable[Source], schema: Schema) -> Iterator[Tree | InputError]:
    """Yield each case."""
    for source in sources:
        name = str(source.path)
        if source.kind in ("nquads", "trig"):
            for number, each in enumerate(trees_of(source.path, source.kind, schema), start=1):
                yield each if isinstance(each, InputError) else (name, number, each, "")
            continue
        if source.kind == "parquet":
            with pq.ParquetFile(source.path) as file:
                form_of_columns(file.schema_arrow, schema, name)
                number = 0
                for batch in file.iter_batches(batch_size=10_000):
                    for row in batch.to_pylist():
                        number += 1
                        yield name, number, _present(row), ""
            continue
        for number, line in enumerate(lines(source.path, name), start=1):
            if isinstance(line, InputError):
                raise line
            try:
                text = decode(line, name, number).strip()
                if text:
                    yield name, number, parse_json(text, source=name, line=number), text
            except InputError as error:
                yield error


def _present(value: Any) -> Any:
    """Return a value of Parquet as JSON: without what is absent."""
    if isinstance(value, dict):
        return {name: _present(each) for name, each in value.items() if each is not None}
    if isinstance(value, list):
        return [_present(each) for each in value]
    if isinstance(value, date):
        return value.isoformat()
    return (
        int(value)
        if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT
        else value
    )


def _write_texts(
    trees: Iterable[Tree | InputError], target: Path, text_of: Callable[[Tree], str]
) -> Rejected:
    part = target.with_name(f".{target.name}.partial")
    try:
        with part.open("w", encoding="utf-8") as file:
            for each in trees:
                try:
                    if isinstance(each, InputError):
                        raise each
                    file.write(text_of(each))
                except InputError as error:
                    yield error
        part.replace(target)
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror}", source=str(target)) from None


def write_parquet(trees: Iterable[Tree | InputError], target: Path, schema: Schema) -> Rejected:
    """Write plain cases as Parquet; yield what its columns cannot represent.

    Raises:
        InputError: if the target cannot be written.
    """
    columns = case_columns(schema)
    part = target.with_name(f".{target.name}.partial")
    rejected: list[InputError] = []

    def rows() -> Iterator[Any]:
        for each in trees:
            if isinstance(each, InputError):
                rejected.append(each)
                continue
            source, line, tree, _ = each
            try:
                if not isinstance(tree, Mapping):
                    raise _Unfit("", _shown(tree), "an object")
                yield _fitted(tree, pa.struct(list(columns)), "")
            except _Unfit as error:
                place, found, expected = error.args
                rejected.append(
                    InputError(
                        "has a value that a column cannot have",
                        **{"source": source, "line": line, "field": place},
                        **{"found": found, "expected": expected},
                    )
                )

    try:
        with ExitStack() as opened:
            writer = opened.enter_context(pq.ParquetWriter(part, columns, compression="zstd"))
            every = rows()
            while found := list(islice(every, ROWS)):
                writer.write_table(pa.Table.from_pylist(found, schema=columns))
                yield from rejected
                rejected.clear()
        yield from rejected
        part.replace(target)
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror}", source=str(target)) from None


class _Unfit(Exception):
    """A value that a column cannot have: its place, what was found, and what was expected."""


def _fitted(value: Any, type_: pa.DataType, path: str) -> Any:
    """Return a value of JSON as one of a column, if nothing of it is lost."""
    if value is None:
        return None
    kinds = pa.types
    if kinds.is_struct(type_):
        if not isinstance(value, Mapping):
            raise _Unfit(path, _shown(value), "an object")
        known = {type_[n].name: type_[n].type for n in range(type_.num_fields)}
        for name in value:
            if name not in known:
                raise _Unfit(
                    f"{path}.{name}".strip("."), _shown(value[name]), f"one of {', '.join(known)}"
                )
        return {
            name: _fitted(each, known[name], f"{path}.{name}".strip("."))
            for name, each in value.items()
        }
    if kinds.is_list(type_):
        items = value if isinstance(value, list) else [value]
        return [_fitted(each, type_.value_type, path) for each in items if each is not None]
    if kinds.is_boolean(type_) and isinstance(value, bool):
        return value
    if kinds.is_date(type_) and isinstance(value, str) and (day := parse_day(value)):
        return day
    if kinds.is_string(type_) and isinstance(value, str):
        return value
    is_number = not isinstance(value, bool | str | list | Mapping)
    if kinds.is_floating(type_) and is_number and str(value) and _same(value):
        return float(value)
    raise _Unfit(
        path,
        _shown(value),
        {
            "bool": "true or false",
            "date32[day]": "a date",
            "double": "a number of at most 15 digits",
        }.get(str(type_), "text"),
    )


def _same(value: Any) -> bool:
    """Return whether a number is the same as a double."""
    number = float(value)
    return math.isfinite(number) and Decimal(repr(number)) == Decimal(str(value))


def _shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
