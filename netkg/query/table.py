"""Draw an answer for a screen: aligned columns, short names, as wide as the screen."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterable, Sequence
from typing import Final

import pyoxigraph as ox

from netkg.namespaces import XSD
from netkg.query.answer import Answer, Term

__all__ = ["table"]

_GAP: Final = "  "
_LEAST: Final = 8
# Where a name that is too long for its column is broken: behind a sign, or before a capital.
_JOINT: Final = re.compile(r"(?<=[a-z][-/.#:])(?=.)|(?<=[a-z])(?=[A-Z])")
_NUMERIC: Final = {XSD + name for name in ("integer", "decimal", "double", "float")}


def table(answer: Answer, *, width: int) -> str:
    """Draw an answer as text of about this many columns, with one newline at its end.

    Below the rows stand their number and what every answer carries. Terms are
    named as by :meth:`Answer.cells`.
    """
    if answer.kind == "truth":
        lines = ["yes" if answer.truth else "no"]
    elif not answer.rows:
        lines = ["no triples" if answer.kind == "graph" else "no rows"]
    else:
        lines = [*_grid(answer, width), "", _count(answer)]
    if answer.closing_notice:
        lines += ["", *textwrap.wrap(answer.closing_notice, width, break_on_hyphens=False)]
    return "\n".join(lines) + "\n"


def _count(answer: Answer) -> str:
    count, noun = len(answer.rows), "triple" if answer.kind == "graph" else "row"
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _grid(answer: Answer, width: int) -> list[str]:
    cells = answer.cells()
    columns = list(zip(*cells, strict=True))
    natural = [
        max(len(name), *(len(cell) for cell in column))
        for name, column in zip(answer.columns, columns, strict=True)
    ]
    widths = _fit(natural, [answer.columns, *cells], width - len(_GAP) * (len(natural) - 1))
    right = [
        all(term is None or _is_number(term) for term in column)
        for column in zip(*answer.terms, strict=True)
    ]
    lines = _line(answer.columns, widths, right)
    lines.append(_GAP.join("─" * width for width in widths))
    for row in cells:
        lines += _line(row, widths, right)
    return lines


def _fit(natural: list[int], lines: Sequence[Sequence[str]], room: int) -> list[int]:
    """Narrow the widest columns until the table fits, but none below the least.

    First only between words, so that names stay whole; then between the parts of
    names; then columns of words anywhere, and last of all columns of names.
    """
    columns = list(zip(*lines, strict=True))
    whole = [_longest(column, str.split) for column in columns]
    parts = [_longest(column, _parts) for column in columns]
    prose = [any(" " in cell for cell in column) for column in columns]
    anywhere = [_LEAST if wordy else part for wordy, part in zip(prose, parts, strict=True)]
    widths = list(natural)
    for floors in (whole, parts, anywhere, [_LEAST] * len(natural)):
        while sum(widths) > room:
            spare = [
                (width, -place)
                for place, (width, floor) in enumerate(zip(widths, floors, strict=True))
                if width > max(floor, _LEAST)
            ]
            if not spare:
                break
            widths[-max(spare)[1]] -= 1
    return widths


def _longest(column: Iterable[str], cut: Callable[[str], list[str]]) -> int:
    return max((len(piece) for cell in column for piece in cut(cell)), default=0)


def _parts(cell: str) -> list[str]:
    return [part for word in cell.split() for part in _JOINT.split(word)]


def _wrap(cell: str, width: int) -> list[str]:
    """Cut a cell into lines, between words and, where one is too long, within it."""
    lines: list[str] = []
    line = ""
    for word in cell.split():
        pieces = [word] if len(word) <= width else _JOINT.split(word)
        for place, piece in enumerate(pieces):
            gap = " " if line and place == 0 else ""
            if len(line) + len(gap) + len(piece) <= width:
                line += gap + piece
                continue
            lines += [line] if line else []
            *full, line = textwrap.wrap(piece, width, break_on_hyphens=False)
            lines += full
    return [*lines, line]


def _line(cells: list[str] | tuple[str, ...], widths: list[int], right: list[bool]) -> list[str]:
    wrapped = [_wrap(cell, width) for cell, width in zip(cells, widths, strict=True)]
    lines = []
    for place in range(max(map(len, wrapped))):
        parts = (lines_of[place] if place < len(lines_of) else "" for lines_of in wrapped)
        lines.append(
            _GAP.join(
                part.rjust(width) if to_right else part.ljust(width)
                for part, width, to_right in zip(parts, widths, right, strict=True)
            ).rstrip()
        )
    return lines


def _is_number(term: Term) -> bool:
    return isinstance(term, ox.Literal) and term.datatype.value in _NUMERIC
