"""Draw an answer for a screen: aligned columns, short names, as wide as the screen."""

from __future__ import annotations

import textwrap
from typing import Final

import pyoxigraph as ox

from netkg.asking.answer import Answer, Term
from netkg.dataset import GRAPH_BASE
from netkg.namespaces import NETKG, PREFIXES, XSD
from netkg.render import plain

__all__ = ["table"]

_GAP: Final = "  "
_LEAST: Final = 8
_NUMERIC: Final = {XSD + name for name in ("integer", "decimal", "double", "float")}
_SHORT: Final = {NETKG: "", GRAPH_BASE: "graph:"} | {
    iri: f"{prefix}:" for prefix, iri in PREFIXES.items() if iri != NETKG
}


def table(answer: Answer, *, width: int) -> str:
    """Draw an answer as text of about this many columns, with one newline at its end.

    Below the rows stand their number and what every answer carries. A term of
    the project is shown by its name alone, a case or a tumour by its id.
    """
    if answer.kind == "truth":
        lines = ["yes" if answer.truth else "no"]
    elif not answer.rows:
        lines = ["no triples" if answer.kind == "graph" else "no rows"]
    else:
        lines = [*_grid(answer, width), "", _count(answer)]
    if answer.colophon:
        lines += ["", *textwrap.wrap(" ".join(answer.colophon), width, break_on_hyphens=False)]
    return "\n".join(lines) + "\n"


def _count(answer: Answer) -> str:
    count, noun = len(answer.rows), "triple" if answer.kind == "graph" else "row"
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _grid(answer: Answer, width: int) -> list[str]:
    cells = [[_cell(term, answer) for term in row] for row in answer.terms]
    columns = list(zip(*cells, strict=True))
    natural = [
        max(len(name), *(len(cell) for cell in column))
        for name, column in zip(answer.columns, columns, strict=True)
    ]
    widths = _fit(natural, width - len(_GAP) * (len(natural) - 1))
    right = [
        all(term is None or _is_number(term) for term in column)
        for column in zip(*answer.terms, strict=True)
    ]
    lines = _line(answer.columns, widths, right)
    lines.append(_GAP.join("─" * width for width in widths))
    for row in cells:
        lines += _line(row, widths, right)
    return lines


def _fit(natural: list[int], room: int) -> list[int]:
    """Narrow the widest columns until the table fits, but none below the least."""
    widths = list(natural)
    while sum(widths) > room and max(widths) > _LEAST:
        widths[widths.index(max(widths))] -= 1
    return widths


def _line(cells: list[str] | tuple[str, ...], widths: list[int], right: list[bool]) -> list[str]:
    wrapped = [
        textwrap.wrap(cell, width, break_on_hyphens=False) or [""]
        for cell, width in zip(cells, widths, strict=True)
    ]
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


def _cell(term: Term | None, answer: Answer) -> str:
    if term is None:
        return ""
    if isinstance(term, ox.Literal):
        return plain(term.value)
    if not isinstance(term, ox.NamedNode):
        return plain(str(term))
    iri = term.value
    if iri in answer.names:
        return plain(answer.names[iri])
    for namespace, prefix in _SHORT.items():
        if iri.startswith(namespace) and iri != namespace:
            return plain(prefix + iri.removeprefix(namespace))
    return plain(f"<{iri}>")
