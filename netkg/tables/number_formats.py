"""What the format of a number adds to it: a percentage, or a text such as a unit.

A cell with 0.025 can show 2.5 %, one with 2.3 can show 2.3 cm. Who wrote the table read what is
shown, so that the number alone would be another value.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import Final

__all__ = ["shown"]

# A text in quotation marks, an escaped character, the width or the repetition of one, a condition
# or a color, and any other character.
_PART: Final = re.compile(
    r'"(?P<text>[^"]*)"|\\(?P<escaped>.)|[_*].|\[(?P<bracket>[^\]]*)\]|(?P<other>.)'
)
_CONDITION: Final = re.compile(r"[<>=]+\s*-?[\d.]+")
_DIGITS: Final = frozenset("0#?")


def shown(value: float, number_format: str) -> tuple[str, str]:
    """Return the text that a number is shown as if its format adds to it, and a fault.

    Both are empty if the format adds nothing.

    >>> shown(0.025, "0.0%"), shown(2.5, '0.0"%"'), shown(2.3, '0.0" cm"'), shown(3, "0.00")
    (('2.5 %', ''), ('2.5 %', ''), ('2.3 cm', ''), ('', ''))
    """
    if number_format == "General" or not number_format:
        return "", ""
    prefix, suffix, percents, fault = _section(number_format, 0 if value > 0 else 1 + (value == 0))
    if fault or prefix:
        return "", fault or f"is shown with the text {prefix!r} ahead of the number"
    number = Decimal(f"{value:.15g}")
    if percents:
        number, suffix = (number * 100).normalize(), "%"
    return (f"{number:f} {suffix}", "") if suffix else ("", "")


@lru_cache(maxsize=4096)
def _section(number_format: str, sign: int) -> tuple[str, str, int, str]:
    """Return what the section for a sign has: texts ahead and after, percent signs, a fault."""
    sections: list[tuple[str, str, int]] = []
    prefix = suffix = ""
    percents, digits, conditions = 0, False, False
    for found in _PART.finditer(number_format + ";"):
        text = found["text"] or found["escaped"] or ""
        other = found["other"] or ""
        conditions |= bool(_CONDITION.fullmatch(found["bracket"] or ""))
        if other == ";":
            sections.append((prefix.strip(), suffix.strip(), percents))
            prefix, suffix, percents, digits = "", "", 0, False
        elif other == "%":
            percents += 1
        elif other in _DIGITS and other:
            digits = True
        elif text and digits:
            suffix += text
        elif text:
            prefix += text
    meant = [(_said(before), _said(after), percent) for before, after, percent in sections[:3]]
    if conditions and len(set(meant)) > 1:
        return "", "", 0, "has a number format with conditions, which show different texts"
    before, after, percent = meant[sign if sign < len(meant) else 0]
    if percent > 1 or (percent and after not in ("", "%")):
        return "", "", 0, "has a number format with a percent sign and another text"
    return before, after, percent, ""


def _said(text: str) -> str:
    """Return a text if it changes what a number means: letters, a percent sign, a comparison."""
    return (
        text
        if any(char.isalpha() or char in "%\u2030<>\u2264\u2265~\u00b1" for char in text)
        else ""
    )
