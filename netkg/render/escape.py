"""Make text safe to show: on a terminal, in Markdown, and in a spreadsheet."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

__all__ = ["escape_formulas", "escape_markdown", "plain"]

# Where a cell begins: with the text, or after what another program takes for the end of a cell.
# There a formula begins with one of these characters, unless the cell is a number; programs
# ignore blanks, control characters and quotation marks ahead of it.
_FORMULA: Final = re.compile(
    r"""(?P<start>\A(?=[\t\r])|(?:\A|[;\t\n]|\r\n?)
    (?!\s*[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\s*(?:\Z|[;\t\r\n]))
    (?=[\s"'\x00-\x20\x7f-\xa0\u200b-\u200f\u2060\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]))""",
    re.VERBOSE,
)
_SPECIAL: Final = frozenset("\\`*_{}[]<>|#~&!$")


def plain(value: str, *, keep: str = "") -> str:
    r"""Write what a screen would obey, or not show, as an escape; ``keep`` stays.

    >>> plain("a\x1b[31mb\nc")
    'a\\x1b[31mb\\nc'
    """
    if value.isprintable():
        return value
    return "".join(
        char
        if char.isprintable() or unicodedata.category(char) == "Zs" or char in keep
        else char.encode("unicode_escape").decode("ascii")
        for char in value
    )


def escape_markdown(words: str) -> str:
    r"""Escape what Markdown would read as markup.

    >>> escape_markdown("a|b <c> `d`")
    'a\\|b \\<c\\> \\`d\\`'
    """
    return "".join(f"\\{char}" if char in _SPECIAL else char for char in plain(words))


def escape_formulas(cell: str) -> str:
    r"""Put an apostrophe ahead of each formula that a spreadsheet would run; numbers stay.

    The characters are those that OWASP lists under "CSV injection".

    >>> [escape_formulas(cell) for cell in ("=1+1", "x; @A1", "-5", "-5 mg")]
    ["'=1+1", "x;' @A1", '-5', "'-5 mg"]
    """
    return _FORMULA.sub(r"\g<start>'", cell)
