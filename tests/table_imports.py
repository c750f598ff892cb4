"""What the tests of tables share: to write tables and maps, and to import them."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import openpyxl

from netkg.api import default_engine
from netkg.cohort.chunk import ChunkRunner
from netkg.tables.assembly import Assembler
from netkg.tables.built import Fault
from netkg.tables.children import open_children
from netkg.tables.importing import Imported, import_table
from netkg.tables.map_file import read_map
from netkg.tables.open_tables import open_table
from netkg.tables.places import finding_of

DAY = date(2026, 3, 31)


@dataclass
class Import:
    """An import: its result, its cases and its findings."""

    result: Imported
    cases: list[dict[str, Any]]
    findings: list[dict[str, Any]]

    @property
    def rejected(self) -> list[dict[str, Any]]:
        return [each for each in self.findings if each["rejected"]]

    @property
    def doubts(self) -> list[dict[str, Any]]:
        """Warnings of the import itself."""
        return [
            each
            for each in self.findings
            if each["severity"] == "Warning" and each["message"].startswith("Column")
        ]


@dataclass
class Rows:
    """The rows of a table, not validated: the cases, and the faults by row."""

    cases: list[dict[str, Any]]
    faults: list[Fault]

    @property
    def message(self) -> str:
        """The message of the only fault."""
        (fault,) = self.faults
        return finding_of(fault, None, rejected=not fault.is_doubt).message


@lru_cache(maxsize=1)
def runner() -> ChunkRunner:
    return ChunkRunner(default_engine(), DAY, threads=2)


def read_rows(folder: Path, table: str, map: str) -> Rows:
    """Build the cases of a table, without validation."""
    schema = default_engine().schema
    path, file = folder / "table.csv", folder / "table.map.yaml"
    path.write_text(table, encoding="utf-8")
    file.write_text(map, encoding="utf-8")
    found = read_map(file, schema)
    opened = open_table(path, found.settings)
    assembler = Assembler(opened, found, schema, open_children(path, found, schema))
    built = [assembler.build(row) for row in opened.rows]
    return Rows(
        [each.tree for each in built if not each.is_rejected],
        [fault for each in built for fault in each.faults],
    )


def import_file(path: Path, map: str, *, target: Path | None = None) -> Import:
    """Import a table with the text of a map."""
    engine = default_engine()
    file = path.with_suffix(".map.yaml")
    file.write_text(map, encoding="utf-8")
    target = target or path.with_suffix(".ndjson")
    spool = io.StringIO()
    result = import_table(
        path,
        read_map(file, engine.schema),
        engine,
        as_of=DAY,
        target=target,
        findings=spool,
        runner=runner(),
    )
    cases = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    findings = [json.loads(line) for line in spool.getvalue().splitlines()]
    # What every import promises.
    assert result.rows == result.cases + result.rejected
    assert len(cases) == result.cases
    assert len({each["row"] for each in findings if each["rejected"]}) >= bool(result.rejected)
    return Import(result, cases, findings)


def import_text(
    folder: Path, table: str | bytes, map: str, *, name: str = "table.csv", **settings: str
) -> Import:
    """Import a table that is given as text."""
    path = folder / name
    path.write_bytes(
        table.encode(settings.get("encoding", "utf-8")) if isinstance(table, str) else table
    )
    return import_file(path, map)


def write_workbook(path: Path, rows: list[list[Any]], *, sheet: str = "Patients") -> Any:
    """Write a workbook with one sheet, and return it, so that a test can change it."""
    book = openpyxl.Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append(row)
    book.save(path)
    return book
