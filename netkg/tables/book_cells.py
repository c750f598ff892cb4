"""Write the cells of a workbook, so that a text stays a text.

openpyxl takes a text that begins with "=" for a formula, and refuses characters that XML cannot
have. Here no text becomes a formula, whatever it comes from.
"""

from __future__ import annotations

import datetime
import math
import re
from decimal import Decimal
from typing import Any, Final

from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

from netkg.tables.rows import cell_text

__all__ = ["BLUE", "DARK", "FONT", "put", "put_head", "xml_text"]

FONT: Final = "Calibri"
DARK, BLUE = "1F4E79", "DDEBF7"

# What XML 1.0 does not have, and halves of characters that are not valid UTF-8.
_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# As many units of UTF-16 as a cell of Excel can have.
_LONGEST: Final = 32_767
_CUT: Final = " [cut]"
# Texts that begin with one of these would become formulas as soon as somebody edits them.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
# Larger numbers lose digits in a spreadsheet.
_LARGEST: Final = 10**15
_FIRST_DAY: Final = datetime.date(1900, 3, 1)


def put(cell: Any, value: Any) -> None:
    """Write a value to a cell: a number, a date or a truth value as such, anything else as text.

    None leaves the cell blank. Numbers and dates that a spreadsheet would change become texts.
    """
    if value is None:
        return
    if isinstance(value, bool) or _is_number(value) or _is_day(value):
        cell.value = value
        return
    text = xml_text(value if isinstance(value, str) else cell_text(value))
    cell.value = text
    # What openpyxl guesses from the text does not count.
    cell.data_type = "s"
    if text.startswith(_FORMULA):
        cell.quotePrefix = True


def put_head(cell: Any, text: str, color: str) -> None:
    """Write the name of a column; on a dark color it is white."""
    put(cell, text)
    cell.font = Font(name=FONT, bold=True, color="FFFFFF" if color == DARK else "000000")
    cell.fill = PatternFill("solid", fgColor=color)
    cell.alignment = Alignment(wrap_text=True, vertical="center")
    cell.border = Border(*(Side("thin", color="BFBFBF"),) * 4)


def xml_text(text: str, longest: int = _LONGEST) -> str:
    r"""Return a text as XML can have it: other characters are escapes, and its length is limited.

    >>> xml_text("a\x1bb"), xml_text("abcdefghij", longest=9)
    ('a\\x1bb', 'abc [cut]')
    """
    text = _NOT_XML.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)
    units = text.encode("utf-16-le")
    if len(units) <= 2 * longest:
        return text
    return units[: 2 * (longest - len(_CUT))].decode("utf-16-le", "ignore") + _CUT


def _is_number(value: Any) -> bool:
    is_number = isinstance(value, int | float | Decimal) and math.isfinite(value)
    return is_number and -_LARGEST < value < _LARGEST


def _is_day(value: Any) -> bool:
    if isinstance(value, datetime.datetime):
        return value.tzinfo is None and value.date() >= _FIRST_DAY
    return isinstance(value, datetime.date) and value >= _FIRST_DAY
