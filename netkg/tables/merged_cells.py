"""The cells of merged ranges, which have no value of their own except the first."""

from __future__ import annotations

from typing import Final

from netkg.errors import InputError
from netkg.tables.rows import column_letter
from netkg.tables.survey import Survey

__all__ = ["MergedCells"]

# Merged ranges with more columns than this overlap, if they are all in one row.
_COLUMNS: Final = 16_384


class MergedCells:
    """The cells of merged ranges without a value of their own, row by row."""

    def __init__(self, survey: Survey, width: int, place: str) -> None:
        self._ranges = sorted((each for each in survey.merged if each[2] < width), reverse=True)
        self._width = width
        self._place = place
        self._open: list[tuple[int, int, int, int]] = []
        self._until = 0
        self._faults: dict[int, str] = {}

    def faults(self, number: int) -> dict[int, str]:
        """Return why cells of a row have no value, by column; rows are asked for in order."""
        is_new = False
        while self._ranges and self._ranges[-1][0] <= number:
            self._open.append(self._ranges.pop())
            is_new = True
        if not self._open or (not is_new and number <= self._until):
            return self._faults
        self._open = [each for each in self._open if each[1] >= number]
        if sum(right - left + 1 for _, _, left, right in self._open) > _COLUMNS:
            raise InputError(
                f"has merged ranges that overlap in row {number}",
                source=self._place,
                hint="Unmerge all cells of the sheet.",
            )
        starts = False
        self._faults = {}
        for first, _, left, right in self._open:
            words = f"is merged into {column_letter(left)}{first}; unmerge the cells"
            # The first cell of the range has the value.
            columns = range(left + (number == first), min(right + 1, self._width))
            self._faults |= dict.fromkeys(columns, words)
            starts |= number == first
        self._until = number if starts else min((each[1] for each in self._open), default=number)
        return self._faults
