"""Import a table: every row is a case or is rejected, with the reason at its cell.

Cases are written as they are built. They are validated by the compiled program for cohorts, a
chunk at a time, so that a table of any length takes the memory of one chunk.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any, Final

from netkg.cohort.chunk import Chunk, ChunkRunner
from netkg.cohort.convert import convert
from netkg.cohort.parts import find_sources
from netkg.errors import NetkgError
from netkg.plan.engine import Engine
from netkg.render.file import replaced
from netkg.suggestions import listed
from netkg.tables.assembly import Assembler, Shared
from netkg.tables.built import Built, Fault
from netkg.tables.children import ChildRows, open_children
from netkg.tables.map_model import TableMap
from netkg.tables.open_tables import open_table
from netkg.tables.places import TableFinding, finding_of, place_of

__all__ = ["Group", "Imported", "import_table"]

CHUNK: Final = 10_000
# More kinds of findings than this are counted together.
KINDS: Final = 10_000


@dataclass(slots=True)
class Group:
    """Findings of one kind: the first of them, and their number."""

    is_rejected: bool
    severity: str
    message: str
    sheet: str
    column: str
    first: int
    number: int = 0


@dataclass(slots=True)
class Imported:
    """The result of an import: how many rows there were, and what became of them.

    ``rows`` is ``cases`` + ``rejected``; ``invalid`` are cases with a violation. ``child_rows`` are
    rows of other tables, and ``child_rejected`` those that belong to no case.
    """

    rows: int = 0
    cases: int = 0
    invalid: int = 0
    rejected: int = 0
    child_rows: int = 0
    child_rejected: int = 0
    severities: Counter[str] = field(default_factory=Counter)
    groups: list[Group] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def numbers(self) -> dict[str, int]:
        """The numbers of rows and cases, by their names in JSON."""
        return {
            **{"rows": self.rows, "cases": self.cases, "invalid": self.invalid},
            **{"rejected": self.rejected, "childRows": self.child_rows},
            "childRejected": self.child_rejected,
        }


def import_table(
    source: Path,
    map: TableMap,
    engine: Engine,
    *,
    as_of: date,
    target: Path,
    findings: IO[str],
    runner: ChunkRunner | None = None,
) -> Imported:
    """Import the cases of a table into a file of NDJSON or Parquet.

    ``findings`` gets a line of JSON for each finding, in the order of the rows. ``runner``
    validates the cases; it is made if it is not given.

    Raises:
        InputError: if the table or a file that the map names cannot be read, or the target
            cannot be written.
    """
    run = _Run(source, map, engine, findings, runner or ChunkRunner(engine, as_of, threads=2))
    is_parquet = target.suffix.lower() in (".parquet", ".pq")
    with replaced(target) as part:
        if is_parquet:
            with TemporaryDirectory(dir=part.parent, prefix=".netkg-") as folder:
                lines, cases = (Path(folder) / f"cases.{each}" for each in ("ndjson", "parquet"))
                _write(run, lines)
                for error in convert(find_sources([str(lines)]), cases, engine.schema):
                    raise error
                cases.replace(part)
        else:
            _write(run, part)
    return run.result


def _write(run: _Run, path: Path) -> None:
    with path.open("wb") as file:
        for lines in run.lines():
            file.writelines(lines)


class _Run:
    def __init__(
        self, source: Path, map: TableMap, engine: Engine, findings: IO[str], runner: ChunkRunner
    ) -> None:
        self.result = Imported()
        self._runner = runner
        self._findings = findings
        self._table = open_table(source, map.settings)
        schema, shared = engine.schema, Shared(engine.schema)
        self._children = open_children(source, map, schema, shared=shared)
        self._assembler = Assembler(self._table, map, schema, self._children, shared=shared)
        self._columns = _columns_of(map)
        self._messages = _messages(engine)
        self._ids: dict[str, int] = {}
        self._groups: dict[tuple[bool, str, str, str, str], Group] = {}
        self._note_columns(map)

    def _note_columns(self, map: TableMap) -> None:
        ignored = {" ".join(each.split()).casefold() for each in map.ignored}
        used = {each.casefold() for each in self._assembler.headers} | ignored
        left = [name for name in self._table.columns if name.casefold() not in used]
        if left:
            self.result.notes.append(
                f"The map does not name these columns, so that they are not read: {listed(left)}."
            )

    def lines(self) -> Iterator[list[bytes]]:
        """Yield the lines of the cases of each chunk, when their findings are written."""
        rows = self._table.rows
        while True:
            chunk: list[Built] = []
            lines: list[bytes] = []
            ended = True
            for row in rows:
                self.result.rows += 1
                built = self._assembler.build(row)
                self._check_id(built)
                chunk.append(built)
                if not built.is_rejected:
                    lines.append(json.dumps(built.tree, ensure_ascii=False).encode() + b"\n")
                if len(chunk) >= CHUNK:
                    ended = False
                    break
            self._finish(chunk, lines)
            yield lines
            if ended:
                break
        self._end()

    def _check_id(self, built: Built) -> None:
        if not built.id:
            return
        first = self._ids.setdefault(built.id, built.row)
        if first != built.row:
            built.faults.append(
                Fault(
                    *(self._table.sheet, built.row, "", "id", built.id),
                    f"has the id {built.id!r}, as row {first} has",
                    expected="an id that no other row has",
                )
            )

    def _finish(self, chunk: list[Built], lines: list[bytes]) -> None:
        """Write the findings on the rows of a chunk, and count its cases."""
        result = self.result
        found: dict[str, list[dict[str, Any]]] = {}
        if lines:
            results = self._runner.run(
                Chunk(self._table.source, 1, lines=[each[:-1] for each in lines])
            )
            tables = results.tables()
            result.invalid += results.counts["invalid"]
            if results.counts["rejected"]:
                # An id, a text or a number that no reader of cases accepts.
                self._reject(chunk, lines, tables["rejects"].to_pylist())
            for each in tables["findings"].to_pylist():
                found.setdefault(each["case"], []).append(each)
        for built in chunk:
            rejected = built.is_rejected
            result.cases += not rejected
            result.rejected += rejected
            for fault in built.faults:
                self._write(finding_of(fault, built, rejected=rejected and not fault.is_doubt))
            for each in () if rejected else found.get(built.id, ()):
                sheet, row, column = place_of(each, built, self._columns, self._table.sheet)
                key = (each["severity"], each["field"], each["expected"], each["statement"])
                message = self._messages.get(key) or (
                    f"{each['field']}: found {each['found']}, expected {each['expected']}."
                )
                self._write(
                    TableFinding(
                        sheet,
                        row,
                        column,
                        built.id,
                        False,
                        each["severity"],
                        each["focus"],
                        each["field"],
                        each["found"],
                        each["expected"],
                        message,
                        each["statement"],
                    )
                )

    def _reject(
        self, chunk: list[Built], lines: list[bytes], rejects: list[dict[str, Any]]
    ) -> None:
        cases = [built for built in chunk if not built.is_rejected]
        gone = {each["line"] - 1: each["reason"] for each in rejects}
        for at in sorted(gone, reverse=True):
            del lines[at]
            cases[at].faults.append(
                Fault(*(self._table.sheet, cases[at].row, "", "", ""), f"is not a case: {gone[at]}")
            )

    def _write(self, finding: TableFinding) -> None:
        self._findings.write(json.dumps(finding.to_dict(), ensure_ascii=False) + "\n")
        self.result.severities[finding.severity] += 1
        key = (finding.rejected, finding.severity, finding.message, finding.sheet, finding.column)
        if key not in self._groups and len(self._groups) >= KINDS:
            words = "Findings of further kinds are in the file of findings"
            key = (finding.rejected, finding.severity, words, finding.sheet, "")
        if key not in self._groups:
            self._groups[key] = Group(*key, finding.row)
            self.result.groups.append(self._groups[key])
        self._groups[key].number += 1

    def _end(self) -> None:
        result = self.result
        # Several parts of a map can read the rows of one table.
        tables: dict[str, list[ChildRows]] = {}
        for child in self._children:
            tables.setdefault(child.table.place, []).append(child)
        for place, parts in tables.items():
            taken = set[int]().union(*(child.taken for child in parts))
            result.child_rows += len(taken)
            faults = {fault.row: fault for child in parts for fault in child.orphans()}
            result.child_rejected += len(faults)
            for _, fault in sorted(faults.items()):
                self._write(finding_of(fault, None, rejected=True))
            if left := parts[0].read - len(taken):
                result.notes.append(
                    f"{place}: no part of the map reads {left:,} of {parts[0].read:,} rows, since"
                    " they do not meet its conditions."
                )
        result.notes += self._table.notes
        for place, parts in tables.items():
            result.notes += [f"{place}: {note}" for note in parts[0].table.notes]
        if result.rows != result.cases + result.rejected:
            raise NetkgError(
                f"{result.rows} rows were read, but {result.cases} are cases and"
                f" {result.rejected} rejected. This is a fault of netkg: please report it."
            )


def _columns_of(map: TableMap) -> dict[str, str]:
    """Return the column that could have the value of each field."""
    found: dict[str, str] = {}
    for column in map.columns:
        found.setdefault(column.field, column.header)
    for record in map.records:
        for column in record.columns:
            found.setdefault(f"{record.record}.{column.field}", column.header)
    return found


def _messages(engine: Engine) -> dict[tuple[str, str, str, str | None], str]:
    """Return the message of each kind of finding, where the kind has one message only."""
    found: dict[tuple[str, str, str, str | None], set[str]] = {}
    for shape in engine.validator.texts():
        key = (shape.severity, shape.field, shape.expected, shape.statement)
        found.setdefault(key, set()).add(f"{shape.message} {shape.remedy}")
    return {key: min(messages) for key, messages in found.items() if len(messages) == 1}
