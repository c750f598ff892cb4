"""Read a map of columns: YAML in which every scalar is a text, with the line of each fault.

YAML would read ``no`` as false and ``1.10`` as 1.1. In a map, a value is what is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, NoReturn

import yaml

from netkg.errors import InputError
from netkg.limits import beyond, limits
from netkg.namespaces import NETKG, XSD
from netkg.ontology.schema import Field, Schema
from netkg.ontology.text_files import read_text
from netkg.suggestions import closest, did_you_mean, listed
from netkg.tables.dates import check_format
from netkg.tables.map_model import (
    ABSENT,
    OPEN,
    ChildTable,
    Column,
    Condition,
    Lookup,
    RecordMap,
    TableMap,
    TableSettings,
    When,
)

__all__ = ["read_map"]

# The paths of records, and the class of each.
RECORDS: Final = {
    "events": "ClinicalEvent",
    "metastases": "Metastasis",
    "tumors": "Tumor",
    "tumors.measurements": "Measurement",
}
TOP: Final = ("table", "id", "set", "columns", "records", "tables", "ignore")
SETTINGS: Final = (
    *("sheet", "header", "delimiter", "encoding", "missing", "decimal", "dates", "partial dates"),
)
COLUMN: Final = ("field", "values", "unit", "dates", "codes", "separator", "via")
RECORD: Final = ("record", "set", "when", "columns", "repeat")
CHILD: Final = ("file", "table", "case", "of", "where", "record", "set", "when", "columns")
IGNORED: Final = "ignore"
# In a child table, in place of the path of a record: the values are those of the case itself.
CASE: Final = "case"
# Where a map quotes the table: the key, and the one above it.
_QUOTES: Final = (("table", "missing"), ("when", "unknown"), ("when", "not"), ("", "ignore"))
# More parts than a map of the widest sheet has.
PARTS: Final = 1_000_000
NAMED: Final = re.compile(r"\{([^{}]+)\}")


def read_map(path: Path, schema: Schema) -> TableMap:
    """Read a map of columns.

    Raises:
        InputError: if it cannot be read, or has a fault; the message has its line.
    """
    text = read_text(path)
    name = str(path)
    try:
        _check_events(text, name)
        tree = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "not valid YAML"
        raise InputError(
            f"is not valid YAML: {problem}",
            source=name,
            line=mark.line + 1 if mark else None,
            hint="Put texts with a colon, a hash or a brace, or with a sign such as * or & at their"
            " start, within quotation marks.",
        ) from None
    if tree is None:
        raise InputError("is empty", source=name, expected="a map of columns")
    _refuse_open(tree, name)
    return _MapReader(schema, name).map(_Node(tree, name))


def _check_events(text: str, name: str) -> None:
    """Check that a map is of a reasonable size, before it is built.

    Raises:
        InputError: if it has tags, or is too deep or too large.
    """
    depth = 0
    deepest = limits().depth
    for number, event in enumerate(yaml.parse(text, Loader=yaml.CSafeLoader)):
        line = event.start_mark.line + 1
        if number > PARTS:
            raise InputError(
                "is too large", source=name, line=line, expected=f"at most {PARTS:,} parts"
            )
        if getattr(event, "tag", None):
            raise InputError(
                "has an unquoted text with ! at its start",
                source=name,
                line=line,
                expected="the text in quotation marks; a map has no tags",
            )
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > deepest:
            raise beyond("depth", "is nested too deeply", source=name, line=line)


def _refuse_open(tree: yaml.Node, name: str) -> None:
    """Refuse a map with open places, and name the line of each.

    Raises:
        InputError: if it has one.
    """
    lines: list[int] = []
    todo = [("", "", tree)]
    seen = 0
    while todo:
        above, key, node = todo.pop()
        seen += 1
        if seen > PARTS:
            raise InputError(
                "repeats its parts too often by aliases",
                source=name,
                line=node.start_mark.line + 1,
                expected=f"at most {PARTS:,} parts",
            )
        if (above, key) in _QUOTES:
            continue  # there, a question mark is a text of cells or the name of a column
        if isinstance(node, yaml.MappingNode):
            todo += [(key, str(name.value), each) for name, each in node.value]
        elif isinstance(node, yaml.SequenceNode):
            todo += [(above, key, each) for each in node.value]
        elif node.value == OPEN:
            lines.append(node.start_mark.line + 1)
    if lines:
        places = listed(map(str, sorted(set(lines))))
        raise InputError(
            f"has a question mark in {'line' if len(set(lines)) == 1 else 'lines'} {places}",
            source=name,
            expected="a field or a value in the place of each",
            hint="Write ignore for a column that is not needed, null for a text that says nothing.",
        )


class _Node:
    """A part of the map, with its line."""

    def __init__(self, node: yaml.Node, source: str) -> None:
        self._node = node
        self._source = source
        self.line = node.start_mark.line + 1

    def fail(self, problem: str, *, expected: str = "", hint: str = "") -> NoReturn:
        raise InputError(problem, source=self._source, line=self.line, expected=expected, hint=hint)

    @property
    def is_text(self) -> bool:
        return isinstance(self._node, yaml.ScalarNode)

    @property
    def is_list(self) -> bool:
        return isinstance(self._node, yaml.SequenceNode)

    def text(self) -> str:
        """Return a text; null is an empty one."""
        if not isinstance(self._node, yaml.ScalarNode):
            self.fail("is not a text", expected="one word or a text in quotation marks")
        value = str(self._node.value)
        plain = not self._node.style
        return ABSENT if plain and value in ("", "~", "null") else value

    def number(self) -> int:
        text = self.text()
        if not text.isdecimal() or not 0 < int(text) < 1_000_000:
            self.fail(f"{text!r} is not a number", expected="a whole number from 1")
        return int(text)

    def texts(self) -> tuple[str, ...]:
        """Return a list of texts; a single one is a list of one."""
        return tuple(each.text() for each in self.items())

    def items(self) -> list[_Node]:
        """Return the items of a list; what is not a list is its only item."""
        if isinstance(self._node, yaml.SequenceNode):
            return [_Node(each, self._source) for each in self._node.value]
        return [self]

    def mapping(self, known: Iterable[str] = ()) -> dict[str, _Node]:
        """Return the values by their keys; only those that are known, if any are given."""
        if not isinstance(self._node, yaml.MappingNode):
            self.fail(
                "is not a mapping",
                expected="lines of the form 'key: value'"
                + (f" with the keys {listed(known)}" if known else ""),
            )
        names = tuple(known)
        found: dict[str, _Node] = {}
        for key_node, value in self._node.value:
            key = _Node(key_node, self._source)
            name = key.text()
            if name in found:
                key.fail(f"{name!r} is written twice", hint="Keep one of the two.")
            if names and name not in names:
                hint = did_you_mean(closest(name, names)) or f"The keys are {listed(names)}."
                key.fail(f"{name!r} is not a key here", hint=hint)
            found[name] = _Node(value, self._source)
        return found


class _MapReader:
    def __init__(self, schema: Schema, source: str) -> None:
        self._schema = schema
        self._source = source

    # -- tables ------------------------------------------------------------------------
    def map(self, tree: _Node) -> TableMap:
        parts = tree.mapping(TOP)
        settings = self._settings(parts.get("table"), TableSettings())
        if "columns" not in parts:
            tree.fail("has no columns", expected="the key columns, with a line for each column")
        own, below = self._case_columns(parts["columns"])
        fixed = self._fixed(parts.get("set"), "Case")
        ids = [column for column in own if column.field == "id"]
        template = parts["id"].text() if "id" in parts else ""
        if not template and len(ids) == 1 and not ids[0].via:
            template = f"{{{ids[0].header}}}"
        if not template or (ids and "id" in parts):
            tree.fail(
                "says twice what the id of a case is" if ids else "does not say the id of a case",
                expected="one column whose field is id, or a line such as id: '{Study}-{Number}'",
            )
        if not NAMED.search(template):
            parts["id"].fail(f"{template!r} names no column", expected="names of columns in braces")
        records = [*below]
        for each in parts["records"].items() if "records" in parts else ():
            records += self._records(each)
        children = [self._child(each, settings) for each in _items(parts.get("tables"))]
        ignored = parts["ignore"].texts() if "ignore" in parts else ()
        return TableMap(
            self._source,
            settings,
            template,
            fixed,
            tuple(column for column in own if column.field not in ("id", IGNORED)),
            tuple(records),
            tuple(children),
            frozenset(ignored) | {c.header for c in own if c.field == IGNORED},
        )

    def _settings(self, node: _Node | None, own: TableSettings) -> TableSettings:
        if node is None:
            return own
        changed: dict[str, Any] = {}
        for name, value in node.mapping(SETTINGS).items():
            if name == "header":
                changed[name] = value.number()
            elif name == "missing":
                changed[name] = frozenset(each.strip().casefold() for each in value.texts())
            elif name == "dates":
                changed[name] = self._formats(value)
            elif name == "decimal":
                changed[name] = _one_of(value, (".", ","))
            elif name == "partial dates":
                changed["partial_dates"] = _one_of(value, ("reject", "leave out"))
            elif name == "delimiter":
                changed[name] = _delimiter(value)
            elif name == "encoding":
                changed[name] = _encoding(value)
            else:
                changed[name] = value.text()
        return replace(own, **changed)

    def _formats(self, node: _Node) -> tuple[str, ...]:
        for each in node.items():
            if problem := check_format(each.text()):
                each.fail(problem, expected="a format such as yyyy-mm-dd, dd.mm.yyyy or d mmm yyyy")
        return node.texts()

    def _child(self, node: _Node, own: TableSettings) -> ChildTable:
        parts = node.mapping(CHILD)
        for name in ("case", "record", "columns"):
            if name not in parts:
                node.fail(f"lacks the key {name!r}", expected=f"the keys {listed(CHILD)}")
        settings = self._settings(parts.get("table"), replace(own, sheet="", header=1))
        if "file" not in parts and not settings.sheet:
            node.fail("names no table", expected="a file, or table: {sheet: ...}")
        case = parts["case"].text()
        conditions = parts["where"].mapping() if "where" in parts else {}
        return ChildTable(
            parts["file"].text() if "file" in parts else "",
            settings,
            case if NAMED.search(case) else f"{{{case}}}",
            self._record(node, parts, (*RECORDS, CASE)),
            parts["of"].text() if "of" in parts else "",
            tuple(self._condition(name, value) for name, value in conditions.items()),
            node.line,
        )

    def _condition(self, header: str, node: _Node) -> Condition:
        parts = {"is": node} if node.is_text or node.is_list else node.mapping(("is", "via"))
        if "is" not in parts:
            node.fail("lacks the key 'is'", expected="the texts of the rows to read")
        texts = frozenset(each.strip().casefold() for each in parts["is"].texts())
        return Condition(header, texts, self._lookups(parts.get("via")), node.line)

    # -- records -----------------------------------------------------------------------
    def _case_columns(self, node: _Node) -> tuple[list[Column], list[RecordMap]]:
        """Return the columns of the case, and a record for those of each other path."""
        own: list[Column] = []
        below: dict[str, list[Column]] = {}
        for column in self._columns(node, "Case"):
            path, _, name = column.field.rpartition(".")
            if column.codes and not path and column.field != "id" and not column.field:
                below.setdefault("tumors", []).append(column)
            elif path:
                below.setdefault(path, []).append(replace(column, field=name))
            else:
                own.append(column)
        records = [
            # Columns about a tumor are about one that exists, even if all of them are blank.
            RecordMap(path, tuple(columns), line=columns[0].line, is_sure=path == "tumors")
            for path, columns in sorted(below.items())
        ]
        return own, sorted(records, key=lambda each: each.record != "tumors")

    def _records(self, node: _Node) -> Iterator[RecordMap]:
        parts = node.mapping(RECORD)
        found = self._record(node, parts)
        if "repeat" not in parts:
            yield found
            return
        if not any("{n}" in header for header, _ in found.headers):
            parts["repeat"].fail("repeats columns whose names have no {n}")
        numbers = _numbers(parts["repeat"])
        if not numbers or len(set(numbers)) < len(numbers):
            parts["repeat"].fail(
                "repeats no group of columns, or one of them twice",
                expected="a list of numbers, or a range such as 1-4",
            )
        for number in numbers:
            yield found.numbered(number)

    def _record(
        self, node: _Node, parts: Mapping[str, _Node], known: Iterable[str] = tuple(RECORDS)
    ) -> RecordMap:
        for name in ("record", "columns"):
            if name not in parts and not (name == "columns" and "when" in parts):
                node.fail(f"lacks the key {name!r}", expected=f"the keys {listed(RECORD)}")
        path = _one_of(parts["record"], known)
        class_ = RECORDS.get(path, "Case")
        columns = [
            replace(column, field=column.field.removeprefix(f"{path}."))
            for column in (self._columns(parts["columns"], class_) if "columns" in parts else ())
            if column.field != IGNORED
        ]
        for column in columns:
            if "." in column.field:
                node.fail(f"{column.field} is not a field of {path}")
        return RecordMap(
            "" if path == CASE else path,
            tuple(columns),
            self._fixed(parts.get("set"), class_),
            self._when(parts["when"]) if "when" in parts else None,
            node.line,
        )

    def _when(self, node: _Node) -> When:
        if node.is_text:
            return When(node.text(), line=node.line)
        parts = node.mapping(("column", "is", "not", "unknown"))
        if "column" not in parts:
            node.fail("lacks the key 'column'", expected="the name of a column")
        yes, no, unknown = (
            frozenset(each.strip().casefold() for each in parts[name].texts())
            if name in parts
            else frozenset()
            for name in ("is", "not", "unknown")
        )
        if both := (yes & no) | (yes & unknown) | (no & unknown):
            node.fail(f"names {min(both)!r} twice, with two meanings")
        if (no or unknown) and not yes:
            node.fail("says what means no, and not what means yes", expected="is: [...]")
        return When(parts["column"].text(), yes, no, unknown, node.line)

    def _fixed(self, node: _Node | None, class_: str) -> Mapping[str, Any]:
        """Return the values that all records of a class have."""
        found: dict[str, Any] = {}
        for name, value in (node.mapping() if node else {}).items():
            if name == "type" and class_ == "ClinicalEvent":
                found[name] = self._name(value, value.text(), self._schema.event_types)
                continue
            field = self._field(value, name, class_)
            allowed = self._schema.values.get(field.range)
            texts = value.texts()
            if allowed is not None:
                texts = tuple(self._name(value, each, allowed) for each in texts)
            elif field.range == XSD + "boolean":
                found[name] = _one_of(value, ("true", "false")) == "true"
                continue
            elif field.range != XSD + "string":
                value.fail(f"{name} cannot be the same for all rows")
            found[name] = texts[0] if field.single else list(texts)
        return found

    # -- columns -----------------------------------------------------------------------
    def _columns(self, node: _Node, class_: str) -> Iterator[Column]:
        for header, value in node.mapping().items():
            for each in value.items():
                yield self._column(header, each, class_)

    def _column(self, header: str, node: _Node, class_: str) -> Column:
        if node.is_text:
            return Column(header, self._path(node, node.text(), class_), node.line)
        parts = node.mapping(COLUMN)
        codes = parts["codes"].text() if "codes" in parts else ""
        if "field" not in parts and not codes:
            node.fail("lacks the key 'field'", expected="the field that the column says")
        path = self._path(parts["field"], parts["field"].text(), class_) if "field" in parts else ""
        values = (
            {
                text.strip().casefold(): self._names(value, path, class_)
                for text, value in parts["values"].mapping().items()
            }
            if "values" in parts
            else {}
        )
        return Column(
            header,
            path,
            node.line,
            values,
            parts["unit"].text() if "unit" in parts else "",
            self._formats(parts["dates"]) if "dates" in parts else (),
            codes,
            parts["separator"].text() if "separator" in parts else "",
            self._lookups(parts.get("via")),
        )

    def _lookups(self, node: _Node | None) -> tuple[Lookup, ...]:
        return tuple(self._lookup(each) for each in _items(node))

    def _lookup(self, node: _Node) -> Lookup:
        parts = node.mapping(("column", "file", "key", "value"))
        for name in ("file", "key", "value"):
            if name not in parts:
                node.fail(f"lacks the key {name!r}", expected="the keys file, key and value")
        file, key, value = (parts[name].text() for name in ("file", "key", "value"))
        column = parts["column"].text() if "column" in parts else ""
        return Lookup(file, key, value, column, node.line)

    def _path(self, node: _Node, path: str, class_: str) -> str:
        """Return the path of a field below a record, if there is such a field."""
        if path in (IGNORED, "id"):
            return path
        own = next((key for key, value in RECORDS.items() if value == class_), "")
        own_path = path.removeprefix(f"{own}.") if own else path
        record, _, name = own_path.rpartition(".")
        if record and (class_ != "Case" or record not in RECORDS):
            names = [f"{each}.{name}" for each in RECORDS]
            node.fail(f"{path!r} is not a field", hint=did_you_mean(closest(path, names)))
        of = RECORDS[record] if record else class_
        if not (name == "type" and of == "ClinicalEvent"):
            self._field(node, name, of)
        return own_path

    def _field(self, node: _Node, name: str, class_: str) -> Field:
        fields = self._schema.fields[class_]
        below = {f"{NETKG}{each}" for each in self._schema.fields}
        if name not in fields or fields[name].range in below:
            every = [*self._paths(), *fields, IGNORED]
            hint = did_you_mean(closest(name, every)) or f"The fields are {listed(sorted(fields))}."
            node.fail(f"{name!r} is not a field", hint=hint)
        return fields[name]

    def _paths(self) -> list[str]:
        return [each.path for record in self._schema.fields.values() for each in record.values()]

    def _names(self, node: _Node, path: str, class_: str) -> tuple[str, ...]:
        """Return the names of the values that a text means."""
        texts = node.texts()
        if texts in ((), (ABSENT,)):
            return (ABSENT,)
        record, _, name = path.rpartition(".")
        of = RECORDS[record] if record else class_
        if name == "type" and of == "ClinicalEvent":
            allowed: frozenset[str] | None = self._schema.event_types
        else:
            field = self._schema.fields[of].get(name)
            allowed = self._schema.values.get(field.range) if field else None
            if field and field.range == XSD + "boolean":
                allowed = frozenset(("true", "false"))
        if allowed is None:
            return texts
        return tuple(self._name(node, text, allowed) for text in texts)

    def _name(self, node: _Node, text: str, allowed: Iterable[str]) -> str:
        names = sorted(allowed)
        if text in names:
            return text
        hint = did_you_mean(closest(text, names)) or f"The values are {listed(names, 'or')}."
        return node.fail(f"{text!r} is not a value of the case format", hint=hint)


def _items(node: _Node | None) -> list[_Node]:
    return node.items() if node else []


def _one_of(node: _Node, known: Iterable[str]) -> Any:
    names, text = list(known), node.text()
    if text not in names:
        hint = did_you_mean(closest(text, names)) or f"Write {listed(names, 'or')}."
        node.fail(f"{text!r} is not valid here", hint=hint)
    return text


def _delimiter(node: _Node) -> str:
    text = {"tab": "\t", "\\t": "\t"}.get(node.text(), node.text())
    if len(text) != 1 or text in '"\r\n':
        node.fail(f"{text!r} is not a delimiter", expected="one character, or tab")
    return text


def _encoding(node: _Node) -> str:
    try:
        "".encode(node.text())
        b"".decode(node.text())
    except (LookupError, ValueError):
        node.fail(
            f"{node.text()!r} is not an encoding",
            expected="one such as utf-8, windows-1252, iso-8859-15 or utf-16",
        )
    return node.text()


def _numbers(node: _Node) -> list[str]:
    """Return the numbers of groups of columns: a list, or a range such as 1-4."""
    if not node.is_list and (ends := re.fullmatch(r"(\d{1,3})\s*-\s*(\d{1,3})", node.text())):
        return [str(each) for each in range(int(ends[1]), int(ends[2]) + 1)]
    return list(node.texts())
