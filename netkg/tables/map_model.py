"""A map of columns: what each column of a table says about a case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from dataclasses import field as field_
from typing import Any, Final, Literal

__all__ = [
    "ABSENT",
    "OPEN",
    "REST",
    "ChildTable",
    "Column",
    "Condition",
    "Lookup",
    "RecordMap",
    "TableMap",
    "TableSettings",
    "When",
]

# In place of a field or a value: it is not decided yet, so that the map cannot be used.
OPEN: Final = "?"
# In place of a value: the cell says nothing.
ABSENT: Final = ""
# In place of a text: every other text.
REST: Final = "*"


@dataclass(frozen=True, slots=True)
class TableSettings:
    """How to read a table.

    ``header`` is the number of the row with the names of the columns; an empty delimiter or
    encoding is found from the file. ``missing`` are the texts of cells that say nothing (in lower
    case), ``dates`` the formats of dates, ``partial_dates`` what happens to a date without a day.
    """

    sheet: str = ""
    header: int = 1
    delimiter: str = ""
    encoding: str = ""
    missing: frozenset[str] = frozenset()
    decimal: Literal[".", ","] = "."
    dates: tuple[str, ...] = ("yyyy-mm-dd",)
    partial_dates: Literal["reject", "leave out"] = "reject"


@dataclass(frozen=True, slots=True)
class Lookup:
    """Another file in which a text is replaced: a column with keys, one with values.

    ``column`` is the column of a template that it is about, empty for the whole text.
    """

    file: str
    key: str
    value: str
    column: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Column:
    """What a column says: the value of a field, or facts by the rules of a code system.

    ``header`` names the column. ``field`` is a key of the record that the column belongs to
    (empty for facts by ``codes``). ``values`` maps texts of cells, in lower case, to names of
    values; :data:`ABSENT` is the name of none, and
    :data:`REST` stands for every other text.
    """

    header: str
    field: str
    line: int = 0
    values: Mapping[str, tuple[str, ...]] = field_(default_factory=dict)
    unit: str = ""
    dates: tuple[str, ...] = ()
    codes: str = ""
    separator: str = ""
    via: tuple[Lookup, ...] = ()


@dataclass(frozen=True, slots=True)
class When:
    """The column that says whether a record exists.

    Without texts the record exists if the cell has a value; else if it has one of ``yes``, and
    not if it has one of ``no``. With one of ``unknown`` it is not made, with a warning.
    """

    header: str
    yes: frozenset[str] = frozenset()
    no: frozenset[str] = frozenset()
    unknown: frozenset[str] = frozenset()
    line: int = 0


@dataclass(frozen=True, slots=True)
class RecordMap:
    """A record that a row has: an event, a metastasis, a tumor or a measurement.

    ``record`` is its path in a case, such as ``tumors.measurements``; ``fixed`` are values that
    all such records have. One that ``is_sure`` exists even if nothing is known about it.
    """

    record: str
    columns: tuple[Column, ...]
    fixed: Mapping[str, Any] = field_(default_factory=dict)
    when: When | None = None
    line: int = 0
    is_sure: bool = False

    def numbered(self, number: str) -> RecordMap:
        """Return the map of one of several groups of columns: ``{n}`` in a header is its number."""

        def name(header: str) -> str:
            return header.replace("{n}", number)

        columns = tuple(
            replace(
                each,
                header=name(each.header),
                via=tuple(replace(lookup, column=name(lookup.column)) for lookup in each.via),
            )
            for each in self.columns
        )
        when = self.when and replace(self.when, header=name(self.when.header))
        return replace(self, columns=columns, when=when)

    @property
    def headers(self) -> Iterator[tuple[str, int]]:
        """The columns that it names, with the line of each in the map."""
        for column in self.columns:
            yield column.header, column.line
        if self.when:
            yield self.when.header, self.when.line


@dataclass(frozen=True, slots=True)
class Condition:
    """A column, and the texts in lower case that it can have, after look-ups."""

    header: str
    texts: frozenset[str]
    via: tuple[Lookup, ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True)
class ChildTable:
    """A table in which a row is a record of a case: a sheet of the same workbook, or a file.

    ``case`` is the template of the id of the case, ``parent`` the column with the id of the tumor
    that a measurement or a value belongs to (empty: the only tumor). With it, a row about a tumor
    adds to the tumor; without it, such a row is a tumor. Only rows that meet each condition of
    ``where`` are read.
    """

    file: str
    settings: TableSettings
    case: str
    record: RecordMap
    parent: str = ""
    where: tuple[Condition, ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True)
class TableMap:
    """A map of a table in which a row is a case.

    ``id`` is the template of the id of a case: text with names of columns in braces. ``fixed``
    are values that all cases have; ``records`` are the records of a row, that of the case first.
    """

    source: str
    settings: TableSettings
    id: str
    fixed: Mapping[str, Any]
    columns: tuple[Column, ...]
    records: tuple[RecordMap, ...] = ()
    children: tuple[ChildTable, ...] = ()
    ignored: frozenset[str] = frozenset()

    @property
    def files(self) -> Iterator[str]:
        """The files that it names, relative to the folder of the table."""
        records = [*self.records, *(each.record for each in self.children)]
        yield from (each.file for each in self.children if each.file)
        for column in (*self.columns, *(each for record in records for each in record.columns)):
            yield from (each.file for each in column.via)
        for child in self.children:
            yield from (each.file for condition in child.where for each in condition.via)
