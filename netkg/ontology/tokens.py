"""Divide a query into the tokens of SPARQL, always the longest one that fits.

The table has the terminals of https://www.w3.org/TR/sparql12-query/#sparqlGrammar, and
the words that the engine knows in a query. Everything that the table does not have is a
fault, with a kind of its own. No part of a pattern gives back what it has read, so the
time is linear in the length of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

__all__ = ["FAULTS", "IRI", "WORDS", "Token", "line_and_column", "offset", "tokens"]

_BASE: Final = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_CHARS: Final = _BASE + r"_0-9\u00b7\u0300-\u036f\u203f-\u2040\-"
_NAME: Final = rf"[{_BASE}][{_CHARS}]*+(?:\.++[{_CHARS}]++)*+"
_PART: Final = rf"(?:[{_CHARS}:]|%[0-9A-Fa-f]{{2}}|\\[_~.\-!$&'()*+,;=/?#@%])"
_LOCAL: Final = rf"(?![\u00b7\u0300-\u036f\u203f-\u2040\-]){_PART}++(?:\.++{_PART}++)*+"
# Half a character (a surrogate) is not one: the engine would end the string elsewhere.
_CODE: Final = (
    r"\\u(?![dD][89a-fA-F])[0-9A-Fa-f]{4}"
    r"|\\U(?!0000[dD][89a-fA-F])00(?:0[0-9A-Fa-f]|10)[0-9A-Fa-f]{4}"
)
_ESCAPE: Final = rf"\\[tbnrf\"'\\]|{_CODE}"
# All that the engine may take for an IRI, whether it is valid or not.
IRI: Final = re.compile(r"<[^<>\"{}|^`\x00-\x20]*+>")

# What is wrong with a fault, and what is right.
FAULTS: Final = {
    "malformed": ("not a valid IRI", "an IRI without \\"),
    "unclosed": (
        "this string has no end, or an escape that is not valid",
        r"the same quotes at its end, and \ written as \\",
    ),
    "stray": ("not a character of SPARQL outside strings and comments", "a query without it"),
}
_TABLE: Final = {
    "blank": r"(?:[ \t\r\n]++|\#[^\r\n]*+)++",
    "iri": rf"<(?:[^<>\"{{}}|^`\\\x00-\x20]++|{_CODE})*+>",
    "malformed": IRI.pattern,
    "name": rf"(?:{_NAME})?:(?:{_LOCAL})?",
    "node": rf"_:[{_BASE}_0-9][{_CHARS}]*+(?:\.++[{_CHARS}]++)*+",
    "variable": rf"[?$][{_BASE}_0-9][{_BASE}_0-9\u00b7\u0300-\u036f\u203f-\u2040]*+",
    "language": r"@[A-Za-z]++(?:-[A-Za-z0-9]++)*+(?:--[A-Za-z]++)?",
    "number": (r"(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)[eE][+-]?[0-9]++|[0-9]*+\.[0-9]++|[0-9]++"),
    "string": (
        rf'"""(?:"{{0,2}}+(?:[^"\\]++|{_ESCAPE}))*+"""|'
        rf"'''(?:'{{0,2}}+(?:[^'\\]++|{_ESCAPE}))*+'''|"
        rf'(?!""")"(?:[^"\\\r\n]++|{_ESCAPE})*+"|'
        rf"(?!''')'(?:[^'\\\r\n]++|{_ESCAPE})*+'"
    ),
    "unclosed": r"[\"'][^\r\n]{0,39}+",
    "word": _NAME,
    "sign": r"<<\(|\)>>|<<|>>|\{\||\|\}|\^\^|&&|\|\||!=|<=|>=|[][{}().,;+*/|^!=<>?~-]",
    "stray": r"[\s\S]",
}
_TOKEN: Final = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _TABLE.items()))

# Words in capitals may be written in any case, the others only as here.
_WORDS: Final = """
    BASE PREFIX VERSION SELECT CONSTRUCT DESCRIBE ASK DISTINCT REDUCED AS WHERE GROUP BY
    HAVING ORDER ASC DESC LIMIT OFFSET VALUES UNDEF OPTIONAL UNION MINUS GRAPH LATERAL FILTER
    BIND EXISTS NOT IN SEPARATOR a true false
    COUNT SUM MIN MAX AVG SAMPLE GROUP_CONCAT
    STR LANG LANGMATCHES LANGDIR DATATYPE BOUND IRI URI BNODE RAND ABS CEIL FLOOR ROUND CONCAT
    SUBSTR STRLEN REPLACE UCASE LCASE ENCODE_FOR_URI CONTAINS STRSTARTS STRENDS STRBEFORE
    STRAFTER YEAR MONTH DAY HOURS MINUTES SECONDS TIMEZONE TZ NOW ADJUST UUID STRUUID MD5 SHA1
    SHA256 SHA384 SHA512 COALESCE IF STRLANG STRLANGDIR STRDT SAMETERM ISIRI ISURI ISBLANK
    ISLITERAL ISNUMERIC HASLANG HASLANGDIR REGEX TRIPLE SUBJECT PREDICATE OBJECT ISTRIPLE
"""
WORDS: Final = frozenset(_WORDS.split())


class Token(NamedTuple):
    """One token: its kind, its text, and where it begins."""

    kind: str
    text: str
    at: int


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of a text, without blanks and comments.

    >>> [f"{token.kind} {token.text}" for token in tokens("FILTER(?o<1) # nothing else")]
    ['word FILTER', 'sign (', 'variable ?o', 'sign <', 'number 1', 'sign )']
    """
    for match in _TOKEN.finditer(text):
        if match.lastgroup != "blank":
            yield Token(str(match.lastgroup), match[0], match.start())


def line_and_column(text: str, at: int) -> tuple[int, int]:
    r"""Return the line and the column of a place in a text, from 1.

    >>> line_and_column("ASK\n{ }", 6), offset("ASK\n{ }", 2, 3)
    ((2, 3), 6)
    """
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


def offset(text: str, line: int, column: int) -> int:
    """Return the place in a text of a line and a column, from 1."""
    return sum(len(each) + 1 for each in text.split("\n")[: line - 1]) + column - 1
