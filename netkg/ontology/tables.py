"""Tables of tab-separated values with a header in YAML, as SSSOM embeds it in lines with ``#``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from netkg.errors import InputError, KnowledgeError
from netkg.ontology.text_files import read_text

__all__ = ["Table", "TableRow", "read_table"]

# The parser in C, where it is installed, is ten times as fast.
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row: its values by the names of the columns, and where it is."""

    values: Mapping[str, str]
    file: str
    line: int

    def __getitem__(self, column: str) -> str:
        return self.values.get(column, "")

    @property
    def place(self) -> str:
        """The file and the line."""
        return f"{self.file}, line {self.line}"


@dataclass(frozen=True, slots=True)
class Table:
    """The header and the rows of a table."""

    file: str
    header: Mapping[str, Any]
    rows: tuple[TableRow, ...]


def read_table(file: Path, *, columns: Sequence[str]) -> Table:
    """Read a table that has at least these columns.

    Raises:
        KnowledgeError: if it cannot be read, or lacks a column, or a row has other columns.
    """
    try:
        lines = read_text(file).splitlines()
    except InputError as error:
        raise KnowledgeError(error.problem, term=error.place, expected=error.expected) from None
    count = next((n for n, line in enumerate(lines) if not line.startswith("#")), len(lines))
    header = _header("\n".join(line[1:] for line in lines[:count]), file)
    return Table(str(file), header, tuple(_rows(lines[count:], file, count + 1, columns)))


def _header(text: str, file: Path) -> Mapping[str, Any]:
    try:
        found = yaml.load(text, Loader=_LOADER)
    except yaml.YAMLError:
        found = None
    if not isinstance(found, dict):
        raise KnowledgeError(
            "the header is not valid",
            term=str(file),
            expected="lines of YAML at the top, each with # before it",
        )
    return found


def _rows(
    lines: Sequence[str], file: Path, first: int, columns: Sequence[str]
) -> Iterator[TableRow]:
    names = lines[0].split("\t") if lines else []
    if missing := [name for name in columns if name not in names]:
        raise KnowledgeError(
            f"lacks the column {missing[0]}",
            term=f"{file}, line {first}",
            expected="a row with the names of the columns below the header",
        )
    for number, line in enumerate(lines[1:], start=first + 1):
        values = line.split("\t")
        if len(values) != len(names):
            raise KnowledgeError(
                f"the row has {len(values)} values",
                term=f"{file}, line {number}",
                expected=f"{len(names)}, one for each column, with tabs between them",
            )
        yield TableRow(dict(zip(names, map(str.strip, values), strict=True)), str(file), number)
