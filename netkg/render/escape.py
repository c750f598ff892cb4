"""Make text safe to show on a terminal."""

from __future__ import annotations

import unicodedata

__all__ = ["plain"]


def plain(value: str) -> str:
    r"""Write what a screen would obey rather than show as an escape.

    >>> plain("a\x1b[31mb\nc")
    'a\\x1b[31mb\\nc'
    """
    return "".join(
        char
        if char.isprintable() or unicodedata.category(char) == "Zs"
        else char.encode("unicode_escape").decode("ascii")
        for char in value
    )
