"""Edits of the text of a query: one operator, keyword or constant at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import pyoxigraph as ox

__all__ = ["edits"]

# The replacements of each operator: it is found with spaces or brackets around it.
OPERATORS: Final = {
    ">": (">=", "<", "="),
    "<": ("<=", ">", "="),
    "=": ("!=", "<=", ">"),
    "!=": ("=",),
    "<=": ("<", ">"),
    ">=": (">", "<"),
    "&&": ("||",),
    "||": ("&&",),
    "+": ("-",),
    "-": ("+",),
    "*": ("+",),
    "/": ("*",),
}
WORDS: Final = {
    "MAX(": ("MIN(",),
    "MIN(": ("MAX(",),
    "NOT EXISTS": ("EXISTS",),
    "EXISTS": ("NOT EXISTS",),
    " IN (": (" NOT IN (",),
    "!BOUND": ("BOUND",),
}
OPERATOR: Final = re.compile(r"(?<= )(>=|<=|!=|=|<|>|&&|\|\||\+|-|\*|/)(?= )")
WORD: Final = re.compile(r"MAX\(|MIN\(|NOT EXISTS|(?<!NOT )EXISTS| IN \(|!BOUND")
NUMBER: Final = re.compile(r"(?<=[ (])-?[0-9]+(\.[0-9]+)?(?=[ ,)*+])")
CONSTANT: Final = re.compile(r"netkg:[A-Z]\w*")


def edits(text: str) -> Iterator[tuple[str, str]]:
    """Yield each edit of a query that is valid SPARQL: what it does, and the new text."""
    start = text.index("WHERE")
    seen = {text}
    for found, new in [*_operators(text, start), *_numbers(text, start), *_constants(text, start)]:
        edited = text[: found.start()] + new + text[found.end() :]
        if edited not in seen and is_valid(edited):
            seen.add(edited)
            line = text.count("\n", 0, found.start()) + 1
            yield (
                f"line {line}, {found[0].strip()} becomes {new.strip()} (at {found.start()})",
                edited,
            )


def _operators(text: str, start: int) -> Iterator[tuple[re.Match[str], str]]:
    for pattern, table in ((OPERATOR, OPERATORS), (WORD, WORDS)):
        for found in pattern.finditer(text):
            # An aggregate can be in the first line of a subselect.
            if found.start() > start and not in_comment(text, found.start()):
                yield from ((found, new) for new in table.get(found[0], ()))


def _numbers(text: str, start: int) -> Iterator[tuple[re.Match[str], str]]:
    for found in NUMBER.finditer(text, start):
        if not in_comment(text, found.start()):
            number = float(found[0]) if "." in found[0] else int(found[0])
            yield from ((found, str(number + step)) for step in (1, -1))


def _constants(text: str, start: int) -> Iterator[tuple[re.Match[str], str]]:
    """Yield the terms that are compared or assigned, each with the others of its query."""
    names = sorted({found[0] for found in CONSTANT.finditer(text)})
    for found in CONSTANT.finditer(text, start):
        if not in_comment(text, found.start()):
            yield from ((found, name) for name in names if name != found[0])


def in_comment(text: str, place: int) -> bool:
    """Return whether a place of a query is in a comment."""
    return text[text.rindex("\n", 0, place) + 1 : place].lstrip().startswith("#")


def is_valid(text: str) -> bool:
    """Return whether a query can be run."""
    try:
        ox.Store().query(text)
    except (SyntaxError, ValueError):
        return False
    return True
