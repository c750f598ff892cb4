"""A first map of a table, from its headers and values.

What is certain is written; what is only likely has a comment; what is open has a question mark,
which the import refuses. Texts of cells are shown only where the map must say what they mean.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from netkg.namespaces import XSD, local_name
from netkg.ontology.schema import Schema, netkg
from netkg.tables.dates import FORMATS, is_partial, parse_date
from netkg.tables.dictionary import Variable
from netkg.tables.headers import HeaderReader, Meaning
from netkg.tables.lookup import TRUTH, Lookups
from netkg.tables.map_file import RECORDS
from netkg.tables.map_model import OPEN, TableSettings
from netkg.tables.numbers import parse_quantity
from netkg.tables.open_tables import open_table
from netkg.tables.rows import Table, cell_text

__all__ = ["Suggestion", "suggest"]

# How many rows are looked at, and how many different texts of a column are listed.
ROWS: Final = 10_000
TEXTS: Final = 60
MISSING: Final = frozenset(
    (
        *("na", "n/a", "n.a.", "nd", "n.d.", "nk", "-", "--", "---", ".", "?", "unk", "unknown"),
        *("not known", "not available", "not done", "not stated", "missing", "nan", "null", "none"),
    )
)
# Where a column has a plus, these mean minus.
SIGNS: Final = ("-", "--", "---")
# A topography or a morphology of ICD-O-3, or both, as registries write them.
CODES: Final = re.compile(r"C\d\d\.?\d?|[89]\d{3}/?\d(-C\d\d\.?\d)?", re.IGNORECASE)
# The headers and texts of a morphology and its behavior in two columns.
SPLIT: Final = (
    (re.compile("histol|morph", re.IGNORECASE), re.compile(r"[89]\d{3}")),
    (re.compile("behavio", re.IGNORECASE), re.compile(r"[0-36]")),
)
_SIMPLE: Final = re.compile(r"[A-Za-z][A-Za-z0-9 _().%+]*")
_NUMBERED: Final = re.compile(r"(?<![A-Za-z0-9-])\d{1,2}(?![A-Za-z0-9])|(?<=[a-z_])\d(?=$|[_ ])")
# Between the parts of a body, not within a text in quotation marks.
_BETWEEN: Final = re.compile(r', (?=[a-z]+: (?:"(?:[^"\\]|\\.)*"|[^",]+)(?:, |$))')
# The longest key of YAML on one line, and the longest text in a comment.
_LONGEST: Final = 900
_SHOWN: Final = 200
# Records that a row can have several of.
REPEATED: Final = ("tumors.measurements.", "events.", "metastases.")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A first map: its text, and how many columns it maps, leaves open and ignores."""

    text: str
    mapped: int
    open: int
    ignored: int


@dataclass(slots=True)
class _Column:
    """One column of the table: its texts with their numbers, and what its header means."""

    header: str
    position: int
    meaning: Meaning
    variable: Variable | None
    texts: Counter[str] = field(default_factory=Counter)
    values: list[Any] = field(default_factory=list)
    number: str = ""  # of a group of repeated columns


@dataclass(slots=True)
class _Entry:
    """A line of the map: the key, what it says, its comment, and whether it is open."""

    key: str
    body: str
    comment: str = ""
    values: Sequence[tuple[str, str, str]] = ()


def suggest(
    path: Path,
    schema: Schema,
    settings: TableSettings,
    *,
    dictionary: Mapping[str, Variable] | None = None,
    schema_file: str = "",
) -> Suggestion:
    """Return a first map of a table.

    ``dictionary`` says what the variables of an export of REDCap mean.

    Raises:
        InputError: if the table cannot be read.
    """
    table = open_table(path, settings)
    return _Suggester(table, schema, settings, dictionary or {}).write(schema_file)


class _Suggester:
    def __init__(
        self,
        table: Table,
        schema: Schema,
        settings: TableSettings,
        dictionary: Mapping[str, Variable],
    ) -> None:
        self._schema = schema
        self._settings = settings
        self._lookups = Lookups(schema)
        self._table = table
        headers = HeaderReader(schema)
        self._columns = []
        stems = Counter(_stem(header)[0] for header in table.columns)
        for at, header in enumerate(table.columns):
            variable = dictionary.get(header) or dictionary.get(header.lower())
            meaning = headers.read(variable.label if variable else header)
            number = ""
            if meaning.kind == "unknown" or (meaning.kind == "field" and not meaning.sure):
                stem, each = _stem(header)
                if variable and (other := headers.read(header)).kind != "unknown":
                    meaning = other
                elif each and stems[stem] > 1:
                    other = headers.read(" ".join(stem.replace("{n}", " ").split()))
                    if other.kind == "event" or other.path.startswith(REPEATED):
                        meaning, number = other, each
            self._columns.append(_Column(header, at, meaning, variable, number=number))
        self.rows = 0
        for row in islice(table.rows, ROWS):
            self.rows += 1
            for column in self._columns:
                if column.position < len(row.cells):
                    value = row.cells[column.position]
                    text = cell_text(value)
                    if text:
                        column.texts[text] += 1
                        if len(column.values) < ROWS:
                            column.values.append(value)
        self._morphology = self._split_morphology()
        self._missing: set[str] = set()
        self._decimal = self._decimal_sign()
        self._formats, self._unclear = self._date_formats()
        self._open = self._mapped = 0

    # -- the whole table -------------------------------------------------------------------
    def _split_morphology(self) -> tuple[_Column, _Column] | None:
        """Return the columns of a morphology and of its behavior, if they are two."""
        columns = [
            next(
                (
                    column
                    for column in self._columns
                    if words.search(column.header)
                    and column.texts
                    and all(pattern.fullmatch(text) for text in column.texts)
                ),
                None,
            )
            for words, pattern in SPLIT
        ]
        first, second = columns
        return (first, second) if first and second else None

    def _decimal_sign(self) -> str:
        texts = [text for column in self._columns for text in column.texts]
        commas = sum(
            bool(re.fullmatch(r"[<>=≤≥ ]*\d+,\d{1,2}(\s*\D{1,6})?", each)) for each in texts
        )
        points = sum(
            bool(re.fullmatch(r"[<>=≤≥ ]*\d+\.\d{1,2}(\s*\D{1,6})?", each)) for each in texts
        )
        return "," if commas > points else "."

    def _date_formats(self) -> tuple[list[str], bool]:
        """Return the formats that the dates need, and whether days and months can be mistaken."""
        texts = {
            text for column in self._columns for text in column.texts if _looks_like_a_date(text)
        }
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

    # -- the map ---------------------------------------------------------------------------
    def write(self, schema_file: str) -> Suggestion:
        """Return the text of the map."""
        entries, groups, metastases, ignored = self._entries()
        records = [*self._metastases(metastases), *self._groups(groups)]
        lines = [f"# yaml-language-server: $schema={schema_file}"] if schema_file else []
        lines += [
            f"# A first map of {_remark(Path(self._table.source).name)}, from its headers and"
            f" {self.rows:,} rows.",
            "# A question mark is open: write a field or a value in its place, or ignore.",
            *self._table_lines(),
            *self._id_line(entries),
            "columns:",
            *_lines(entries, "  "),
        ]
        if records:
            lines += ["records:", *records]
        if ignored:
            lines += ["# Columns that are not read:", "ignore:"]
            lines += [f"  - {_quoted(header)}" for header in ignored]
        return Suggestion("\n".join(lines) + "\n", self._mapped, self._open, len(ignored))

    def _table_lines(self) -> Iterator[str]:
        yield "table:"
        if self._settings.sheet or self._table.sheet:
            yield f"  sheet: {_quoted(self._settings.sheet or self._table.sheet)}"
        if self._settings.header != 1:
            yield f"  header: {self._settings.header}"
        if self._settings.encoding:
            yield f"  encoding: {_quoted(self._settings.encoding)}"
        if self._missing:
            listed = ", ".join(_quoted(each) for each in sorted(self._missing))
            yield f"  missing: [{listed}]  # texts that say nothing"
        if self._decimal != ".":
            yield f"  decimal: {_quoted(self._decimal)}"
        formats = ", ".join(map(_quoted, self._formats))
        note = ""
        if self._unclear:
            formats = f'"{OPEN}"'
            self._open += 1
            note = "  # day or month first? For example dd/mm/yyyy"
        yield f"  dates: [{formats}]{note}"

    def _id_line(self, entries: Iterable[_Entry]) -> Iterator[str]:
        if not any(entry.body == ID for entry in entries):
            self._open += 1
            yield f'id: "{OPEN}"  # names of columns in braces, such as "{{Study}}-{{Number}}"'

    def _entries(
        self,
    ) -> tuple[list[_Entry], dict[tuple[str, str], list[_Column]], list[_Column], list[str]]:
        entries: list[_Entry] = []
        groups: dict[tuple[str, str], list[_Column]] = {}
        metastases: list[_Column] = []
        ignored: list[str] = []
        used: set[str] = set()
        for column in self._columns:
            meaning = column.meaning
            if not column.texts or meaning.kind == "other":
                ignored.append(column.header)
            elif meaning.kind == "event":
                groups.setdefault((meaning.type, column.number), []).append(column)
            elif meaning.kind == "metastasis":
                metastases.append(column)
            elif meaning.path.startswith(REPEATED):
                record = meaning.path.rpartition(".")[0]
                groups.setdefault((record, column.number), []).append(column)
            else:
                entry = self._entry(column, used)
                if entry.body:
                    entries.append(entry)
        return entries, groups, metastases, ignored

    def _entry(self, column: _Column, used: set[str]) -> _Entry:
        """Return the line for a column of the case or of its tumor."""
        meaning = column.meaning
        if self._morphology and column in self._morphology:
            self._mapped += 1
            first, second = self._morphology
            if column is second:
                return _Entry(first.header, "")
            key = f"{{{first.header}}}/{{{second.header}}}"
            return _Entry(key, "{codes: ICD-O-3}")
        if self._is_icd_o(column):
            self._mapped += 1
            return _Entry(column.header, "{codes: ICD-O-3}")
        if meaning.kind == "id" and ID not in used:
            repeated = column.texts.total() - len(column.texts)
            if repeated * 20 <= column.texts.total():
                used.add(ID)
                self._mapped += 1
                note = f"{repeated:,} rows repeat an id, and will be rejected" if repeated else ""
                return _Entry(column.header, ID, note)
            return _Entry(
                column.header, "ignore", "its texts repeat, so that it is not an id alone"
            )
        path, comment = meaning.path, "" if meaning.sure else "from a similar name: check"
        if meaning.kind in ("unknown", "id") or path in used:
            by_values = self._by_values(column, used)
            if by_values:
                path, comment = by_values, "from its values: check"
            else:
                return self._open_entry(column)
        entry = self._field_entry(column, path, comment)
        field_ = self._field(path)
        if field_ is None or field_.single or path == "events.type":
            used.add(path)
        return entry

    def _open_entry(self, column: _Column) -> _Entry:
        self._open += 1
        nearest = column.meaning.nearest
        near = f"perhaps {' or '.join(nearest)}; " if nearest else ""
        return _Entry(column.header, OPEN, f"{near}{_kind(column)}")

    def _is_icd_o(self, column: _Column) -> bool:
        """Return whether all texts of a column are codes of ICD-O-3."""
        texts = [text for text in column.texts if text.casefold() not in MISSING]
        return bool(texts) and all(CODES.fullmatch(text) for text in texts)

    def _field(self, path: str) -> Any:
        record, _, name = path.rpartition(".")
        return self._schema.fields[RECORDS.get(record, "Case")].get(name)

    def _words(self, path: str) -> Mapping[str, tuple[str, ...]]:
        if path == "events.type":
            return self._schema.words(self._schema.event_types)
        field_ = self._field(path)
        if field_ is None:
            return {}
        if field_.range == XSD + "boolean":
            return TRUTH
        return self._schema.words(self._schema.values.get(field_.range, ()))

    def _by_values(self, column: _Column, used: set[str]) -> str:
        """Return the field whose values the texts are, if it is the only one."""
        texts = [t for t in column.texts if t.casefold() not in MISSING]
        if len(texts) < 2 or len(texts) > TEXTS:
            return ""
        found = []
        for record, path in (("Case", ""), ("Tumor", "tumors")):
            for name, each in self._schema.fields[record].items():
                place = f"{path}.{name}".strip(".")
                if each.range not in self._schema.values or place in used:
                    continue
                words = self._words(place)
                if all(self._lookups.names(text, words).names for text in texts):
                    found.append(place)
        return found[0] if len(found) == 1 else ""

    def _field_entry(self, column: _Column, path: str, comment: str) -> _Entry:
        """Return the line for a column that says a field."""
        self._mapped += 1
        body: dict[str, str] = {"field": path}
        field_ = self._field(path)
        if field_ is not None and field_.range == XSD + "decimal":
            unit = column.meaning.unit
            target = self._schema.text(netkg(field_.name), netkg("unitOfValues"))
            if unit and (target or path == "events.value") and unit != target:
                body["unit"] = unit
            if bad := self._unread(column, self._is_number):
                comment = comment or f"{bad} texts are not numbers"
        separator = _separator(column) if field_ is not None and not field_.single else ""
        if separator:
            body["separator"] = separator
        values = self._values(column, path, separator)
        if column.variable and column.variable.choice:
            words = self._words(path)
            name = next(iter(self._lookups.names(column.variable.choice, words).names), OPEN)
            values = [("1", name, ""), ("0", "null", "")]
            self._open += name == OPEN
        if len(body) == 1 and not values:
            return _Entry(column.header, path, comment)
        text = ", ".join(f"{key}: {_quoted(value)}" for key, value in body.items())
        return _Entry(column.header, text, comment, values)

    def _values(
        self, column: _Column, path: str, separator: str = ""
    ) -> list[tuple[str, str, str]]:
        """Return the texts that the map must translate, each with the name and a comment."""
        words = self._words(path)
        if not words:
            self._note_missing(column, path)
            return []
        texts = dict.fromkeys(
            part.strip()
            for text in column.texts
            for part in (text.split(separator) if separator else (text,))
            if part.strip()
        )
        choices = column.variable.choices if column.variable else {}
        has_plus = any(text.startswith("+") for text in texts)
        values = []
        for text in texts:
            label = choices.get(text, text)
            found = self._lookups.names(label, words)
            if found.names and label == text:
                continue
            if found.names:
                values.append((text, found.names[0], label))
                continue
            if label.casefold() in MISSING and not (label in SIGNS and has_plus):
                if label == text:
                    self._missing.add(text.casefold())
                else:
                    values.append((text, "null", label))
                continue
            nearest = self._lookups.nearest(label, words)
            said = f"{label}: " if label != text else ""
            values.append((text, OPEN, f"{said}{', '.join(nearest) or 'no similar value'}"))
            self._open += 1
        return sorted(values) if len(values) <= TEXTS else sorted(values)[:TEXTS]

    def _note_missing(self, column: _Column, path: str) -> None:
        field_ = self._field(path)
        if field_ is not None and field_.range in (XSD + "decimal", XSD + "date"):
            self._missing |= {t.casefold() for t in column.texts if t.casefold() in MISSING}

    def _is_number(self, text: str) -> bool:
        return parse_quantity(text, self._decimal) is not None or parse_quantity(text) is not None

    def _unread(self, column: _Column, is_read: Any) -> int:
        texts = (text for text in column.texts if text.casefold() not in MISSING)
        return sum(not is_read(text) for text in texts)

    # -- records ---------------------------------------------------------------------------
    def _metastases(self, columns: Iterable[_Column]) -> Iterator[str]:
        for column in columns:
            self._mapped += 1
            yield "  - record: metastases"
            yield f"    set: {{site: {column.meaning.type}}}"
            yield from self._when(column)

    def _when(self, column: _Column) -> Iterator[str]:
        """Yield the condition of a record: the texts that mean yes and no."""
        yes: list[str] = []
        no: list[str] = []
        rest: list[str] = []
        for text in column.texts:
            names = self._lookups.names(text, TRUTH).names
            (yes if names == ("true",) else no if names == ("false",) else rest).append(text)
        unknown = sorted(text for text in rest if text.casefold() in MISSING)
        rest = [text for text in rest if text.casefold() not in MISSING]
        note = ""
        if rest:
            self._open += 1
            yes.append(OPEN)
            note = f"  # which of {_remark(', '.join(map(_quoted, rest[:10])))} mean yes?"
        listed = [
            ", ".join(map(_quoted, sorted(texts))) for texts in (yes or ["yes"], no or ["no"])
        ]
        words = f", unknown: [{', '.join(map(_quoted, unknown))}]" if unknown else ""
        yield (
            f"    when: {{column: {_quoted(column.header)}, is: [{listed[0]}],"
            f" not: [{listed[1]}]{words}}}{note}"
        )

    def _groups(self, groups: Mapping[tuple[str, str], list[_Column]]) -> Iterator[str]:
        """Yield the records; groups of columns that differ in a number only are one record."""
        shapes: dict[tuple[str, ...], list[str]] = {}
        for (name, number), columns in groups.items():
            stems = (_stem(each.header)[0] if number else each.header for each in columns)
            shapes.setdefault((name, *stems), []).append(number)
        for (name, *_), numbers in shapes.items():
            columns = groups[name, numbers[0]]
            repeat = len(numbers) > 1
            if repeat:
                for each in columns:
                    each.header = _stem(each.header)[0]
                self._mapped += len(columns) * (len(numbers) - 1)
            lines = self._record(name, columns) if name in RECORDS else self._event(name, columns)
            for at, line in enumerate(lines):
                yield line
                if repeat and at == 0:
                    yield f"    repeat: [{', '.join(numbers)}]"

    def _record(self, path: str, columns: list[_Column]) -> Iterator[str]:
        """Yield a record whose columns are named after its fields."""
        yield f"  - record: {path}"
        fields = {each.meaning.path.rpartition(".")[2]: each for each in columns}
        lead = next((each for name, each in fields.items() if name != "date"), None)
        if path == "events":
            self._open += 1
            yield f'    set: {{status: "{OPEN}"}}  # planned, active, completed or stopped?'
        if lead is None:
            self._open += 1
            yield f'    when: "{OPEN}"  # the column with the value that the date belongs to'
        else:
            yield f"    when: {_quoted(lead.header)}"
        yield "    columns:"
        for name, column in fields.items():
            entry = self._field_entry(column, f"{path}.{name}", "")
            entry.body = entry.body.replace(f"{path}.", "")
            yield from _lines([entry], "      ")

    def _event(self, type_: str, columns: list[_Column]) -> Iterator[str]:
        roles: dict[str, _Column] = {}
        for column in columns:
            roles.setdefault(self._role(column, roles), column)
        self._mapped += len(columns)
        continuing = any(
            self._schema.text(each, netkg("isContinuing")) == "true"
            for each in self._schema.superclasses(netkg(type_))
        )
        status, note = "completed", "  # a test or procedure in the past: check"
        if continuing:
            status, note = OPEN, "  # active, completed or stopped?"
            self._open += 1
        yield "  - record: events"
        name = type_
        if narrower := self._too_wide(type_):
            # Recorded as the wider class, it would accomplish no action of the guideline.
            name, note = f'"{OPEN}"', f"  # a kind of {type_}, such as {', '.join(narrower)}"
            self._open += 1
        yield f"    set: {{type: {name}, status: {_quoted(status)}}}{note}"
        lead = next(
            (roles[each] for each in ("when", "value", "result", "date") if each in roles),
            columns[0],
        )
        if roles.get("when") is lead:
            yield from self._when(lead)
        else:
            yield f"    when: {_quoted(lead.header)}"
        fields = {"date": "date", "value": "value", "limit": "upperReferenceLimit"}
        fields |= {"result": "result", "outcome": "outcome"}
        lines = []
        for role, column in roles.items():
            if role in fields:
                self._mapped -= 1
                entry = self._field_entry(column, f"events.{fields[role]}", "")
                entry.body = entry.body.replace("events.", "")
                lines += _lines([entry], "      ")
        if lines:
            yield "    columns:"
            yield from lines

    def _too_wide(self, type_: str) -> list[str]:
        """Return the actions of the guideline below a class that is none, nor below one."""
        store, above = self._schema.store, self._schema.superclasses
        actions = {quad.object for quad in store.quads_for_pattern(None, netkg("action"), None)}
        if actions & above(netkg(type_)):
            return []
        return sorted(
            local_name(each.value)
            for each in actions
            if isinstance(each, ox.NamedNode) and netkg(type_) in above(each)
        )[:4]

    def _role(self, column: _Column, roles: Mapping[str, _Column]) -> str:
        """Return what a column says of its event: by its header, else by its values."""
        if column.meaning.part:
            return column.meaning.part
        texts = [text for text in column.texts if text.casefold() not in MISSING]
        if texts and all(self._lookups.names(text, TRUTH).names for text in texts):
            return "when"
        if texts and all(_looks_like_a_date(text) for text in texts):
            return "date"
        if texts and all(self._is_number(text) for text in texts):
            return "value"
        return "result" if "result" not in roles else "other"


ID: Final = "id"


def _stem(header: str) -> tuple[str, str]:
    """Return a header with {n} for its last number, and the number.

    >>> _stem("Size 2 (cm)"), _stem("Sex")
    (('Size {n} (cm)', '2'), ('Sex', ''))
    """
    found = list(_NUMBERED.finditer(header))
    if not found:
        return header, ""
    last = found[-1]
    return header[: last.start()] + "{n}" + header[last.end() :], last[0]


def _looks_like_a_date(text: str) -> bool:
    if len(text) < 6 or len(text) > 24 or is_partial(text) or not any(c.isdigit() for c in text):
        return False
    if text.isdecimal():
        return len(text) == 8 and text[:2] in ("19", "20") and bool(parse_date(text, ["yyyymmdd"]))
    return any(parse_date(text, [each]) for each in FORMATS)


def _separator(column: _Column) -> str:
    """Return the sign between several values in a cell, empty if there is none."""
    for sign in (";", "|", "+", ",", "/"):
        if any(sign in text for text in column.texts):
            return sign
    return ""


def _kind(column: _Column) -> str:
    """Describe the texts of a column without showing them."""
    texts = column.texts
    if all(_looks_like_a_date(text) for text in texts):
        return "dates"
    if all(parse_quantity(text) for text in texts):
        return "numbers"
    return f"{len(texts):,} different texts" if len(texts) > 1 else "always the same text"


def _lines(entries: Iterable[_Entry], indent: str) -> list[str]:
    lines = []
    for entry in entries:
        comment = f"  # {_remark(entry.comment)}" if entry.comment else ""
        key = _key(entry.key, indent)
        if not entry.values:
            is_braced = ": " in entry.body and not entry.body.startswith("{")
            body = f"{{{entry.body}}}" if is_braced else entry.body
            lines.append(f"{indent}{key}: {_mark(body)}{comment}")
            continue
        lines.append(f"{indent}{key}:{comment}")
        lines += [f"{indent}  {part}" for part in _BETWEEN.split(entry.body)]
        lines.append(f"{indent}  values:")
        for text, name, said in entry.values:
            note = f"  # {_remark(said)}" if said else ""
            lines.append(f"{indent}    {_key(text, indent + '    ')}: {_mark(name)}{note}")
    return lines


def _mark(text: str) -> str:
    return f'"{OPEN}"' if text == OPEN else text


def _key(text: str, indent: str) -> str:
    """Return a text as a key of YAML; a long one needs a line of its own."""
    quoted = _quoted(text)
    return quoted if len(quoted) <= _LONGEST else f"? {quoted}\n{indent}"


def _remark(text: str) -> str:
    """Return a text within a comment: on one line, and not too long."""
    shown = "".join(char if char.isprintable() else " " for char in " ".join(text.split()))
    return shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]} [cut]"


def _quoted(text: str) -> str:
    """Return a text as YAML, in quotation marks where it needs them."""
    is_plain = _SIMPLE.fullmatch(text) and text.casefold() not in (
        "null",
        "true",
        "false",
        "yes",
        "no",
    )
    if is_plain and not text.endswith(" ") and ": " not in text:
        return text
    return "".join(
        char if char.isprintable() or char == " " else _escaped(char)
        for char in json.dumps(text, ensure_ascii=False)
    )


def _escaped(char: str) -> str:
    """Return a character as an escape of YAML, which would refuse or change it."""
    return f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}"
