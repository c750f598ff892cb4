"""An answer as a table for a terminal: aligned columns and short names that fit the width."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Final

import pyoxigraph as ox
from rich.cells import cell_len

from netkg.namespaces import XSD
from netkg.query.answer import Answer, Term
from netkg.render.screen import JOINT, wrapped

__all__ = ["table"]

_GAP: Final = "  "
_LEAST: Final = 8
_NUMERIC: Final = {XSD + name for name in ("integer", "decimal", "double", "float")}


def table(answer: Answer, *, width: int) -> str:
    """Return an answer as text of about this many columns, with one newline at its end.

    The rows are followed by their number and by what every answer carries. Terms are
    named as by :meth:`Answer.cells`.
    """
    if answer.kind == "truth":
        lines = ["yes" if answer.truth else "no"]
    elif not answer.rows:
        lines = ["no triples" if answer.kind == "graph" else "no rows"]
    else:
        noun = "triple" if answer.kind == "graph" else "row"
        count = f"{len(answer.rows)} {noun}{'' if len(answer.rows) == 1 else 's'}"
        lines = [*_grid(answer, width), "", count]
    if answer.closing_notice:
        lines += ["", *wrapped(answer.closing_notice, width)]
    return "\n".join(lines) + "\n"


def _grid(answer: Answer, width: int) -> Iterator[str]:
    rows = [list(answer.columns), *answer.cells()]
    widths = _fit([*zip(*rows, strict=True)], width - len(_GAP) * (len(answer.columns) - 1))
    right = [all(map(_is_number, column)) for column in zip(*answer.terms, strict=True)]
    head, *body = (_lines(row, widths, right) for row in rows)
    yield from head
    yield _GAP.join("─" * width for width in widths)
    for lines in body:
        yield from lines


def _lines(row: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> Iterator[str]:
    columns = [wrapped(cell, width) for cell, width in zip(row, widths, strict=True)]
    for parts in zip_longest(*columns, fillvalue=""):
        blanks = [" " * (width - cell_len(part)) for part, width in zip(parts, widths, strict=True)]
        cells = zip(parts, blanks, right, strict=True)
        padded = (blank + part if to_right else part + blank for part, blank, to_right in cells)
        yield _GAP.join(padded).rstrip()


def _fit(columns: Sequence[Sequence[str]], room: int) -> list[int]:
    """Narrow the widest columns until the table fits, but none below the least.

    First only between words, so that names stay whole; then between the parts of
    names; then columns of words anywhere, and finally columns of names.
    """
    words = [[word for cell in column for word in cell.split()] for column in columns]
    parts = [[part for word in column for part in JOINT.split(word)] for column in words]
    whole, joined = [*map(_longest, words)], [*map(_longest, parts)]
    prose = [any(" " in cell for cell in column) for column in columns]
    anywhere = [_LEAST if wordy else part for wordy, part in zip(prose, joined, strict=True)]
    widths = [*map(_longest, columns)]
    for floors in (whole, joined, anywhere, [_LEAST] * len(columns)):
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


def _longest(words: Sequence[str]) -> int:
    return max(map(cell_len, words), default=0)


def _is_number(term: Term | None) -> bool:
    """Return whether a term is a number, or unbound."""
    return term is None or (isinstance(term, ox.Literal) and term.datatype.value in _NUMERIC)
