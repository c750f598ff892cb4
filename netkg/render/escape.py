"""Make text safe to show on a terminal."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

from netkg.case.finding import Finding

__all__ = ["plain", "plain_finding"]


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


def plain_finding(finding: Finding) -> Finding:
    """Give a finding whose texts are safe to show."""
    return replace(
        finding,
        focus=plain(finding.focus),
        field=plain(finding.field),
        found=plain(finding.found),
        expected=plain(finding.expected),
        message=plain(finding.message),
    )
