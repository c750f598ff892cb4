"""Write the findings of an import as CSV, as JSON, or as a workbook with marked cells."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from netkg.errors import InputError
from netkg.render.escape import escape_formulas
from netkg.render.file import replaced
from netkg.suggestions import listed
from netkg.tables.map_model import TableSettings
from netkg.tables.marked import write_xlsx
from netkg.tables.places import TableFinding
from netkg.tables.spool import read_findings

__all__ = ["check_endings", "write_csv", "write_findings", "write_json"]

ENDINGS: Final = (".csv", ".json", ".xlsx", ".xlsm")


def write_findings(
    spool: Path,
    target: Path,
    *,
    source: Path,
    settings: TableSettings,
    head: Mapping[str, Any],
    sheet: str = "",
    headers: Mapping[str, int] | None = None,
) -> tuple[str, ...]:
    """Write the findings of an import in the format that the ending of the target names.

    ``source`` is the table, and ``settings`` say how it was read. ``head`` are facts of the run,
    for JSON. ``sheet`` and ``headers`` are those of :func:`netkg.tables.marked.write_xlsx`.

    Returns what the target lacks, one sentence each.

    Raises:
        InputError: if the ending is another, the target is the table itself, or a file cannot be
            read or written.
    """
    check_endings([target])
    _check_source(target, source)
    ending = target.suffix.lower()
    if ending == ".csv":
        write_csv(spool, target)
    elif ending == ".json":
        write_json(spool, target, head)
    else:
        return write_xlsx(spool, source, target, sheet or settings.sheet, settings, headers=headers)
    return ()


def check_endings(targets: Iterable[Path]) -> None:
    """Check that the ending of each file names a format of findings.

    Raises:
        InputError: if one does not.
    """
    for target in targets:
        if target.suffix.lower() not in ENDINGS:
            raise InputError(
                "the ending does not name a format of findings",
                source=str(target),
                expected=f"a file ending in {listed(ENDINGS, 'or')}",
            )


def _check_source(target: Path, source: Path) -> None:
    if target.exists() and source.exists() and target.samefile(source):
        raise InputError(
            "is the table itself, which is never overwritten",
            source=str(target),
            expected="another file for the findings",
        )
    if target.suffix.lower() == ".xlsm" != source.suffix.lower():
        raise InputError(
            "would be a workbook with macros, and the table has none",
            source=str(target),
            expected="a file ending in .xlsx",
        )


def write_csv(spool: Path, target: Path) -> None:
    """Write findings as CSV, one per row.

    An apostrophe precedes what a spreadsheet would run as a formula. The file is UTF-8 with a byte
    order mark, because Excel takes a file without one for the encoding of its country.

    Raises:
        InputError: if a file cannot be read or written.
    """
    keys = TableFinding.json_keys
    with (
        replaced(target) as part,
        part.open("w", encoding="utf-8-sig", errors="backslashreplace", newline="") as file,
    ):
        writer = csv.writer(file)
        writer.writerow(keys)
        for each in read_findings(spool):
            writer.writerow([escape_formulas(_cell(each[key])) for key in keys])


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def write_json(spool: Path, target: Path, head: Mapping[str, Any]) -> None:
    """Write findings as JSON: an object with the facts of the run and the list ``findings``.

    The findings are written as they are read, so that any number of them fits.

    Raises:
        InputError: if a file cannot be read or written.
    """
    # An escape of half a character is valid JSON, and the only way to write one.
    with (
        replaced(target) as part,
        part.open("w", encoding="utf-8", errors="backslashreplace") as file,
    ):
        facts = json.dumps(dict(head), indent=2, ensure_ascii=False).removesuffix("}").rstrip()
        file.write(f'{facts}{"," if head else ""}\n  "findings": [')
        between = "\n"
        for each in read_findings(spool):
            file.write(f"{between}    {json.dumps(each, ensure_ascii=False)}")
            between = ",\n"
        file.write("\n  ]\n}\n")
