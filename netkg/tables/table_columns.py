"""The columns of a table for a first map: what their headers mean, and what texts they have."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from netkg.ontology.schema import Schema
from netkg.tables.dates import FORMATS, is_partial, parse_date
from netkg.tables.dictionary import Variable
from netkg.tables.headers import HeaderReader, Meaning
from netkg.tables.numbers import parse_quantity
from netkg.tables.rows import Table, cell_text

__all__ = [
    "MISSING",
    "REPEATED",
    "TableColumn",
    "date_formats",
    "decimal_sign",
    "kind_of",
    "looks_like_a_date",
    "read_columns",
    "separator_of",
    "split_morphology",
    "stem_of",
]

# How many rows are looked at.
ROWS: Final = 10_000
MISSING: Final = frozenset(
    (
        *("na", "n/a", "n.a.", "nd", "n.d.", "nk", "-", "--", "---", ".", "?", "unk", "unknown"),
        *("not known", "not available", "not done", "not stated", "missing", "nan", "null", "none"),
    )
)
# A topography or a morphology of ICD-O-3, or both, as registries write them.
CODES: Final = re.compile(r"C\d\d\.?\d?|[89]\d{3}/?\d(-C\d\d\.?\d)?", re.IGNORECASE)
# The headers and texts of a morphology and its behavior in two columns.
SPLIT: Final = (
    (re.compile("histol|morph", re.IGNORECASE), re.compile(r"[89]\d{3}")),
    (re.compile("behavio", re.IGNORECASE), re.compile(r"[0-36]")),
)
_NUMBERED: Final = re.compile(r"(?<![A-Za-z0-9-])\d{1,2}(?![A-Za-z0-9])|(?<=[a-z_])\d(?=$|[_ ])")
# Records that a row can have several of.
REPEATED: Final = ("tumors.measurements.", "events.", "metastases.")


@dataclass(slots=True)
class TableColumn:
    """One column of the table: its texts with their numbers, and what its header means."""

    header: str
    position: int
    meaning: Meaning
    variable: Variable | None
    texts: Counter[str] = field(default_factory=Counter)
    number: str = ""  # of a group of repeated columns

    @property
    def is_icd_o(self) -> bool:
        """Whether all texts are codes of ICD-O-3."""
        texts = self.said
        return bool(texts) and all(CODES.fullmatch(text) for text in texts)

    @property
    def said(self) -> list[str]:
        """The different texts, without those that say nothing."""
        return [text for text in self.texts if text.casefold() not in MISSING]


def read_columns(
    table: Table, schema: Schema, dictionary: Mapping[str, Variable]
) -> tuple[list[TableColumn], int]:
    """Return the columns of a table, and the number of rows that were looked at."""
    headers = HeaderReader(schema)
    columns: list[TableColumn] = []
    stems = Counter(stem_of(header)[0] for header in table.columns)
    for at, header in enumerate(table.columns):
        variable = dictionary.get(header) or dictionary.get(header.lower())
        meaning = headers.read(variable.label if variable else header)
        number = ""
        if meaning.kind == "unknown" or (meaning.kind == "field" and not meaning.sure):
            stem, each = stem_of(header)
            if variable and (other := headers.read(header)).kind != "unknown":
                meaning = other
            elif each and stems[stem] > 1:
                other = headers.read(" ".join(stem.replace("{n}", " ").split()))
                if other.kind == "event" or other.path.startswith(REPEATED):
                    meaning, number = other, each
        columns.append(TableColumn(header, at, meaning, variable, number=number))
    rows = 0
    for row in islice(table.rows, ROWS):
        rows += 1
        for column in columns:
            if column.position < len(row.cells):
                text = cell_text(row.cells[column.position])
                if text:
                    column.texts[text] += 1
    return columns, rows


def split_morphology(columns: Sequence[TableColumn]) -> tuple[TableColumn, TableColumn] | None:
    """Return the columns of a morphology and of its behavior, if they are two."""
    found = [
        next(
            (
                column
                for column in columns
                if words.search(column.header)
                and column.texts
                and all(pattern.fullmatch(text) for text in column.texts)
            ),
            None,
        )
        for words, pattern in SPLIT
    ]
    first, second = found
    return (first, second) if first and second else None


def decimal_sign(columns: Sequence[TableColumn]) -> str:
    """Return the sign ahead of the fractions of most numbers."""
    texts = [text for column in columns for text in column.texts]
    commas = sum(bool(re.fullmatch(r"[<>=≤≥ ]*\d+,\d{1,2}(\s*\D{1,6})?", each)) for each in texts)
    points = sum(bool(re.fullmatch(r"[<>=≤≥ ]*\d+\.\d{1,2}(\s*\D{1,6})?", each)) for each in texts)
    return "," if commas > points else "."


def date_formats(columns: Sequence[TableColumn]) -> tuple[list[str], bool]:
    """Return the formats that the dates need, and whether days and months can be mistaken."""
    texts = {text for column in columns for text in column.texts if looks_like_a_date(text)}
    by_format = {each: {text for text in texts if parse_date(text, [each])} for each in FORMATS}
    unclear = False
    for first, second in (("dd/mm/yyyy", "mm/dd/yyyy"), ("dd-mm-yyyy", "mm-dd-yyyy")):
        only_first = by_format[first] - by_format[second]
        only_second = by_format[second] - by_format[first]
        if only_first and not only_second:
            by_format[second] = set()
        elif only_second and not only_first:
            by_format[first] = set()
        elif by_format[first]:
            unclear = True
    needed: list[str] = []
    left = set(texts)
    for each in sorted(FORMATS, key=lambda each: -len(by_format[each])):
        if by_format[each] & left:
            needed.append(each)
            left -= by_format[each]
    return needed or ["yyyy-mm-dd"], unclear


def stem_of(header: str) -> tuple[str, str]:
    """Return a header with {n} for its last number, and the number.

    >>> stem_of("Size 2 (cm)"), stem_of("Sex")
    (('Size {n} (cm)', '2'), ('Sex', ''))
    """
    found = list(_NUMBERED.finditer(header))
    if not found:
        return header, ""
    last = found[-1]
    return header[: last.start()] + "{n}" + header[last.end() :], last[0]


def looks_like_a_date(text: str) -> bool:
    """Return whether a text is a day in a format that a first map tries."""
    if len(text) < 6 or len(text) > 24 or is_partial(text) or not any(c.isdigit() for c in text):
        return False
    if text.isdecimal():
        return len(text) == 8 and text[:2] in ("19", "20") and bool(parse_date(text, ["yyyymmdd"]))
    return any(parse_date(text, [each]) for each in FORMATS)


def separator_of(column: TableColumn) -> str:
    """Return the sign between several values in a cell, empty if there is none."""
    for sign in (";", "|", "+", ",", "/"):
        if any(sign in text for text in column.texts):
            return sign
    return ""


def kind_of(column: TableColumn) -> str:
    """Describe the texts of a column without showing them."""
    texts = column.texts
    if all(looks_like_a_date(text) for text in texts):
        return "dates"
    if all(parse_quantity(text) for text in texts):
        return "numbers"
    return f"{len(texts):,} different texts" if len(texts) > 1 else "always the same text"
