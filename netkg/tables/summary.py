"""What an import came to, for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from netkg.case.finding import SEVERITIES, counts_in_words
from netkg.render.escape import plain
from netkg.render.screen import wrapped
from netkg.result import counted
from netkg.tables.importing import Group, Imported

__all__ = ["import_text"]

# How many kinds of findings of each severity are shown.
MOST: Final = 12


def import_text(result: Imported, notice: str, *, width: int = 100) -> str:
    """Return the numbers of an import, and its most frequent findings with their first rows."""
    return "\n".join(_lines(result, notice, width)) + "\n"


def _lines(result: Imported, notice: str, width: int) -> Iterator[str]:
    valid = result.cases - result.invalid
    yield (
        f"{counted(result.rows, 'row')}: {counted(result.cases, 'case')} ({valid:,} valid,"
        f" {result.invalid:,} invalid), {result.rejected:,} rejected"
    )
    if result.child_rows or result.child_rejected:
        yield (
            f"{counted(result.child_rows, 'row')} of other tables,"
            f" {result.child_rejected:,} without a case"
        )
    yield counts_in_words(result.severities).capitalize()
    groups = sorted(result.groups, key=lambda each: (-each.is_rejected, -each.number))
    for heading, chosen in (
        ("REJECTED ROWS", [each for each in groups if each.is_rejected]),
        *(
            (
                {"Violation": "INVALID CASES", "Warning": "WARNINGS"}.get(name, name.upper()),
                [each for each in groups if not each.is_rejected and each.severity == name],
            )
            for name in SEVERITIES
        ),
    ):
        if chosen:
            yield ""
            yield heading
            for group in chosen[:MOST]:
                yield from _group(group, width)
            left = len(chosen) - MOST
            if left > 0:
                yield f"  and {counted(left, 'other kind')}, in the file of findings"
    if result.notes:
        yield ""
        yield "NOTES"
        for note in result.notes:
            yield from (f"  {line}" for line in wrapped(plain(note), width - 2))
    yield ""
    yield from wrapped(notice, width)


def _group(group: Group, width: int) -> Iterator[str]:
    rows = f"row {group.first:,}" if group.number == 1 else f"from row {group.first:,} on"
    place = f"{group.sheet}, {rows}" if group.sheet else rows
    if group.column and not group.message.startswith("Column "):
        place += f", column {plain(group.column)}"
    number = f"{group.number:,} x " if group.number > 1 else ""
    first, *rest = wrapped(f"{number}{place}: {plain(group.message)}", width - 4)
    yield f"  {first}"
    yield from (f"    {line}" for line in rest)
