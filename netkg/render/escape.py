"""Make text safe to show: on a terminal, and in Markdown."""

from __future__ import annotations

import unicodedata
from typing import Final

__all__ = ["escape_markdown", "plain"]

_SPECIAL: Final = frozenset("\\`*_{}[]<>|#~&!$")


def plain(value: str) -> str:
    r"""Write what a screen would obey rather than show as an escape.

    >>> plain("a\x1b[31mb\nc")
    'a\\x1b[31mb\\nc'
    """
    if value.isprintable():
        return value
    return "".join(
        char
        if char.isprintable() or unicodedata.category(char) == "Zs"
        else char.encode("unicode_escape").decode("ascii")
        for char in value
    )


def escape_markdown(words: str) -> str:
    r"""Escape what Markdown would read as markup.

    >>> escape_markdown("a|b <c> `d`")
    'a\\|b \\<c\\> \\`d\\`'
    """
    return "".join(f"\\{char}" if char in _SPECIAL else char for char in plain(words))
