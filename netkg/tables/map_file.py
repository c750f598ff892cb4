"""Read a map of columns: its keys, fields and values are checked, each with its line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from netkg.namespaces import XSD
from netkg.ontology.schema import Schema
from netkg.suggestions import listed
from netkg.tables.dates import check_format
from netkg.tables.map_fields import IGNORED, RECORDS, FieldNames
from netkg.tables.map_model import (
    ChildTable,
    Column,
    Condition,
    Lookup,
    RecordMap,
    TableMap,
    TableSettings,
    When,
)
from netkg.tables.map_nodes import Node, items_of, load_map, numbers_of, one_of

__all__ = ["read_map"]

TOP: Final = ("table", "id", "set", "columns", "records", "tables", "ignore")
SETTINGS: Final = (
    *("sheet", "header", "delimiter", "encoding", "missing", "decimal", "dates", "partial dates"),
)
COLUMN: Final = ("field", "values", "unit", "dates", "codes", "separator", "via")
RECORD: Final = ("record", "set", "when", "columns", "repeat")
CHILD: Final = ("file", "table", "case", "of", "where", "record", "set", "when", "columns")
# In a child table, in place of the path of a record: the values are those of the case itself.
CASE: Final = "case"
NAMED: Final = re.compile(r"\{([^{}]+)\}")


def read_map(path: Path, schema: Schema) -> TableMap:
    """Read a map of columns.

    Raises:
        InputError: if it cannot be read, or has a fault; the message has its line.
    """
    return _MapReader(schema, str(path)).map(load_map(path))


class _MapReader:
    def __init__(self, schema: Schema, source: str) -> None:
        self._schema = schema
        self._fields = FieldNames(schema)
        self._source = source

    # -- tables ------------------------------------------------------------------------
    def map(self, tree: Node) -> TableMap:
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
        children = [self._child(each, settings) for each in items_of(parts.get("tables"))]
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

    def _settings(self, node: Node | None, own: TableSettings) -> TableSettings:
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
                changed[name] = one_of(value, (".", ","))
            elif name == "partial dates":
                changed["partial_dates"] = one_of(value, ("reject", "leave out"))
            elif name == "delimiter":
                changed[name] = _delimiter(value)
            elif name == "encoding":
                changed[name] = _encoding(value)
            else:
                changed[name] = value.text()
        return replace(own, **changed)

    def _formats(self, node: Node) -> tuple[str, ...]:
        for each in node.items():
            if problem := check_format(each.text()):
                each.fail(problem, expected="a format such as yyyy-mm-dd, dd.mm.yyyy or d mmm yyyy")
        return node.texts()

    def _child(self, node: Node, own: TableSettings) -> ChildTable:
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

    def _condition(self, header: str, node: Node) -> Condition:
        parts = {"is": node} if node.is_text or node.is_list else node.mapping(("is", "via"))
        if "is" not in parts:
            node.fail("lacks the key 'is'", expected="the texts of the rows to read")
        texts = frozenset(each.strip().casefold() for each in parts["is"].texts())
        return Condition(header, texts, self._lookups(parts.get("via")), node.line)

    # -- records -----------------------------------------------------------------------
    def _case_columns(self, node: Node) -> tuple[list[Column], list[RecordMap]]:
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

    def _records(self, node: Node) -> Iterator[RecordMap]:
        parts = node.mapping(RECORD)
        found = self._record(node, parts)
        if "repeat" not in parts:
            yield found
            return
        if not any("{n}" in header for header, _ in found.headers):
            parts["repeat"].fail("repeats columns whose names have no {n}")
        numbers = numbers_of(parts["repeat"])
        if not numbers or len(set(numbers)) < len(numbers):
            parts["repeat"].fail(
                "repeats no group of columns, or one of them twice",
                expected="a list of numbers, or a range such as 1-4",
            )
        for number in numbers:
            yield found.numbered(number)

    def _record(
        self, node: Node, parts: Mapping[str, Node], known: Iterable[str] = tuple(RECORDS)
    ) -> RecordMap:
        for name in ("record", "columns"):
            if name not in parts and not (name == "columns" and "when" in parts):
                node.fail(f"lacks the key {name!r}", expected=f"the keys {listed(RECORD)}")
        path = one_of(parts["record"], known)
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

    def _when(self, node: Node) -> When:
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

    def _fixed(self, node: Node | None, class_: str) -> Mapping[str, Any]:
        """Return the values that all records of a class have."""
        found: dict[str, Any] = {}
        for name, value in (node.mapping() if node else {}).items():
            if name == "type" and class_ == "ClinicalEvent":
                found[name] = self._fields.name(value, value.text(), self._schema.event_types)
                continue
            field = self._fields.field(value, name, class_)
            allowed = self._schema.values.get(field.range)
            texts = value.texts()
            if allowed is not None:
                texts = tuple(self._fields.name(value, each, allowed) for each in texts)
            elif field.range == XSD + "boolean":
                found[name] = one_of(value, ("true", "false")) == "true"
                continue
            elif field.range != XSD + "string":
                value.fail(f"{name} cannot be the same for all rows")
            found[name] = texts[0] if field.single else list(texts)
        return found

    # -- columns -----------------------------------------------------------------------
    def _columns(self, node: Node, class_: str) -> Iterator[Column]:
        for header, value in node.mapping().items():
            for each in value.items():
                yield self._column(header, each, class_)

    def _column(self, header: str, node: Node, class_: str) -> Column:
        if node.is_text:
            return Column(header, self._fields.path(node, node.text(), class_), node.line)
        parts = node.mapping(COLUMN)
        codes = parts["codes"].text() if "codes" in parts else ""
        if "field" not in parts and not codes:
            node.fail("lacks the key 'field'", expected="the field that the column says")
        path = (
            self._fields.path(parts["field"], parts["field"].text(), class_)
            if "field" in parts
            else ""
        )
        values = (
            {
                text.strip().casefold(): self._fields.names(value, path, class_)
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

    def _lookups(self, node: Node | None) -> tuple[Lookup, ...]:
        return tuple(self._lookup(each) for each in items_of(node))

    def _lookup(self, node: Node) -> Lookup:
        parts = node.mapping(("column", "file", "key", "value"))
        for name in ("file", "key", "value"):
            if name not in parts:
                node.fail(f"lacks the key {name!r}", expected="the keys file, key and value")
        file, key, value = (parts[name].text() for name in ("file", "key", "value"))
        column = parts["column"].text() if "column" in parts else ""
        return Lookup(file, key, value, column, node.line)


def _delimiter(node: Node) -> str:
    text = {"tab": "\t", "\\t": "\t"}.get(node.text(), node.text())
    if len(text) != 1 or text in '"\r\n':
        node.fail(f"{text!r} is not a delimiter", expected="one character, or tab")
    return text


def _encoding(node: Node) -> str:
    try:
        "".encode(node.text())
        b"".decode(node.text())
    except (LookupError, ValueError):
        node.fail(
            f"{node.text()!r} is not an encoding",
            expected="one such as utf-8, windows-1252, iso-8859-15 or utf-16",
        )
    return node.text()
