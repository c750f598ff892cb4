"""The sheets and columns of a workbook to fill in, from the ontology and the shapes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from dataclasses import field as member
from typing import Any, Final, Literal

from netkg.cohort.case_schemas import NAMED, case_json_schema
from netkg.compiler.shapes import Shape
from netkg.errors import KnowledgeError
from netkg.namespaces import XSD, local_name
from netkg.ontology.schema import Field, Schema, netkg
from netkg.suggestions import listed
from netkg.tables.bounds import UNIT_OF_VALUES
from netkg.tables.map_fields import RECORDS

__all__ = ["CASE_ID", "CASES", "Entry", "FormSheet", "form_sheets"]

Kind = Literal["case", "id", "parent", "reference", "list", "number", "date", "text"]

CASES: Final = "Cases"
CASE_ID: Final = "case id"
_TYPE: Final = "event type"
_TUMORS: Final = "tumors"
_MEASUREMENTS: Final = "tumors.measurements"
_KINDS: Final[Mapping[str, Kind]] = {XSD + "decimal": "number", XSD + "date": "date"}
BOOLEAN: Final = "boolean"
_BOOLEANS: Final = {"yes": "true", "no": "false"}
# The bounds of JSON Schema, the signs of a formula, and words.
BOUNDS: Final = {
    "minimum": (">=", "at least"),
    "maximum": ("<=", "at most"),
    "exclusiveMinimum": (">", "more than"),
    "exclusiveMaximum": ("<", "less than"),
}
# The first sign between several values of a cell that no label has.
_SEPARATORS: Final = (";", "|", "/", "\\")


@dataclass(frozen=True, slots=True)
class Entry:
    """One column: its header, the field that it says, and what its cells can have.

    ``record`` is the path of the record of the field (empty for the case), ``choices`` are the
    names of values by what is shown of them, ``list`` names the list of them, and ``bounds`` are
    limits of a number, with the names of JSON Schema. ``separator`` is empty for one value.
    """

    header: str
    record: str
    field: str
    kind: Kind
    definition: str
    required: bool = False
    unit: str = ""
    list: str = ""
    choices: Mapping[str, str] = member(default_factory=dict)
    bounds: Mapping[str, float] = member(default_factory=dict)
    separator: str = ""

    @property
    def format(self) -> str:
        """What to write, in words."""
        if self.kind == "list":
            words = "One of the list."
            if self.list == BOOLEAN:
                words = f"{listed(self.choices, 'or')}.".capitalize()
            if self.separator:
                words = f"One or several of the list, separated by {self.separator!r}."
            return words
        if self.kind == "number":
            limits = [f"{BOUNDS[name][1]} {limit:g}" for name, limit in self.bounds.items()]
            return f"A number, {' and '.join(limits)}." if limits else "A number."
        if self.kind == "date":
            return "A date, such as 2026-01-31."
        if self.kind == "case":
            return (
                f"An id that no other row of {CASES} has."
                if not self.record
                else (f"The id of a case of the sheet {CASES}.")
            )
        if self.kind == "parent":
            return "The id of a tumor of the case; blank if it has only one."
        if self.kind == "reference":
            return "The id of a tumor or a metastasis of the case."
        return "Text."


@dataclass(frozen=True, slots=True)
class FormSheet:
    """One sheet: the path of its records (empty for cases), and its columns."""

    title: str
    record: str
    about: str
    entries: tuple[Entry, ...]


def form_sheets(schema: Schema, shapes: Iterable[Shape]) -> tuple[FormSheet, ...]:
    """Return the sheets of the workbook; ``shapes`` are those of cases.

    The first has the cases, each with the fields of its first tumor. Each other has the records
    of one kind, in the order in which they are to be read: tumors before their measurements.

    Raises:
        KnowledgeError: if the ontology has records that a table cannot have.
    """
    return _Writer(schema, shapes).sheets()


class _Writer:
    def __init__(self, schema: Schema, shapes: Iterable[Shape]) -> None:
        self._schema = schema
        self._tree = case_json_schema(schema, shapes)
        unknown = schema.fields.keys() - {"Case", *RECORDS.values()}
        if unknown:
            raise KnowledgeError(
                "is a record that no sheet has", term=min(unknown), expected=listed(RECORDS)
            )

    def sheets(self) -> tuple[FormSheet, ...]:
        own = Entry(CASE_ID, "", "id", "case", "The id of the case.", required=True)
        cases = [own, *self._entries(""), *self._entries(_TUMORS)]
        about = "One row for each case, with the fields of the case and those of its first tumor."
        found = [FormSheet(CASES, "", about, _unique(cases))]
        # What belongs to a tumor is read after all tumors.
        for record in sorted(RECORDS, key=lambda each: (not each.startswith(_TUMORS), each)):
            if RECORDS[record] not in self._schema.fields:
                continue
            entries = [replace(own, record=record, field="", definition=own.definition)]
            if record == _MEASUREMENTS:
                label = self._label(_TUMORS)
                words = f"The id of the {label} that was measured."
                entries.append(Entry(f"{label} id", record, "", "parent", words))
            entries += self._entries(record)
            title = self._schema.label(netkg(record.rpartition(".")[2]))
            more = " after the first of a case" if record == _TUMORS else ""
            about = f"One row for each of the {title}{more}."
            title = title[:1].upper() + title[1:]
            found.append(FormSheet(title, record, about, _unique(entries)))
        return tuple(found)

    def _label(self, record: str) -> str:
        # The label of a class says that it is the record, not what is recorded.
        return self._schema.label(netkg(RECORDS[record])).removesuffix(" record")

    def _entries(self, record: str) -> Iterator[Entry]:
        """Yield the columns of a record: its id and its type, required fields, the others."""
        class_ = RECORDS.get(record, "Case")
        tree = self._record_tree(record)
        if record and class_ in NAMED:
            label = self._label(record)
            words = f"A name for the {label}, to refer to it in other sheets."
            yield Entry(f"{label} id", record, "id", "id", words)
        if class_ == "ClinicalEvent":
            words = self._schema.definition(class_)
            choices = self._choices(self._schema.event_types)
            yield Entry(
                *(_TYPE, record, "type", "list", words), required=True, list="type", choices=choices
            )
        fields = self._schema.fields[class_].values()
        for each in sorted(fields, key=lambda each: each.name not in tree["required"]):
            if local_name(each.range) not in self._schema.fields:
                yield self._entry(record, each, tree)

    def _entry(self, record: str, field: Field, tree: Mapping[str, Any]) -> Entry:
        choices: Mapping[str, str] = {}
        kind, name = _KINDS.get(field.range, "text"), ""
        if values := self._schema.values.get(field.range):
            kind, name, choices = "list", local_name(field.range), self._choices(values)
        elif field.range == XSD + "boolean":
            kind, name, choices = "list", BOOLEAN, _BOOLEANS
        elif field.range in self._schema.values:
            kind = "reference"  # a record, which the case names by its id
        value = _value(tree["properties"][field.name])
        separators = [each for each in _SEPARATORS if not any(each in word for word in choices)]
        return Entry(
            self._schema.label(netkg(field.name)),
            record,
            field.name,
            kind,
            self._schema.definition(field.name),
            field.name in tree["required"],
            self._schema.text(netkg(field.name), UNIT_OF_VALUES),
            name,
            choices,
            {bound: value[bound] for bound in BOUNDS if bound in value},
            "" if field.single else separators[0],
        )

    def _choices(self, names: Iterable[str]) -> Mapping[str, str]:
        """Return names by their labels, in the order of these; the same label shows the name."""
        labels = {name: self._schema.label(netkg(name)) for name in names}
        counts = Counter(label.casefold() for label in labels.values())
        shown = {
            f"{label} ({name})" if counts[label.casefold()] > 1 else label: name
            for name, label in labels.items()
        }
        return dict(sorted(shown.items(), key=lambda each: (each[0].casefold(), each[1])))

    def _record_tree(self, record: str) -> Mapping[str, Any]:
        tree: Mapping[str, Any] = self._tree
        for key in filter(None, record.split(".")):
            tree = _value(tree["properties"][key])
        return tree


def _value(tree: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the JSON Schema of a value, without what says that it may be absent or a list."""
    for each in tree.get("anyOf", ()):
        if each.get("type") != "null":
            return _value(each)
    return _value(tree["items"]) if tree.get("type") == "array" else tree


def _unique(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return columns with headers that differ: those of the same name show the field."""
    found = list(entries)
    counts = Counter(each.header.casefold() for each in found)
    return tuple(
        replace(each, header=f"{each.header} ({each.record}.{each.field})".replace("(.", "("))
        if counts[each.header.casefold()] > 1 and each.kind not in ("case", "parent")
        else each
        for each in found
    )
