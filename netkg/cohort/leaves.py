"""Read single values of a case in SQL: what fits its field, and what does not.

A value is read only if the reader of one case would read the same. Whatever does not fit goes to
that reader, so that nothing is guessed and every finding has its words.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Literal

from netkg.compiler.runtime import FALSE, TRUE
from netkg.compiler.sql.terms import WIDE, Codes, quoted
from netkg.limits import limits

__all__ = ["NULL", "Leaf", "LeafType", "Value", "day", "leaf", "names_type"]

# How a value is stored: as JSON text, or in a column of Parquet of this type.
LeafType = Literal["json", "text", "truth", "number", "date"]
Value = Literal["code", "truth", "number", "text", "id", "date"]
# A number that has these digits is stored exactly.
DECIMAL: Final = f"DECIMAL(15, {WIDE})"
WIDER: Final = f"DECIMAL(30, {WIDE})"
# What stands for null in JSON: no line that the tables contain has an escape itself.
NULL: Final = '"\\u0001"'
PLAIN: Final = r"[\x{0}-\x{12F}\x{131}-\x{24F}\x{3BC}\x{2000}-\x{2BFF}]*"
DAY: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"


@dataclass(frozen=True, slots=True)
class Leaf:
    """A value in SQL, NULL if there is none or if it does not fit.

    ``fits`` is a condition, also true if there is no value, and ``is_absent`` another.
    """

    value: str
    fits: str
    is_absent: str


def day(sql: str) -> str:
    """Return the number of a day, which is 1 for the first of January of the year 1."""
    return f"(({sql}) - DATE '0001-01-01' + 1)"


def names_type(stored: LeafType) -> str:
    """Return the type whose values are the names of codes, in their order."""
    return "quoted_names" if stored == "json" else "plain_names"


def leaf(
    sql: str, stored: LeafType, value: Value, codes: Codes, allowed: Collection[int] = ()
) -> Leaf:
    """Return a value that is stored in some way, as what the field wants.

    ``allowed`` are the codes of a coded field.
    """
    if stored == "json":
        # A text in JSON keeps its quotes, so that 5 and "5" differ.
        sql = f"NULLIF(CAST({sql} AS VARCHAR), {quoted(NULL)})"
    text = f"CASE WHEN {sql}[1] = '\"' THEN {sql}[2:-2] END" if stored == "json" else sql
    found, fits = _read(sql, text, stored, value, codes, allowed)
    return Leaf(found, f"({sql} IS NULL OR COALESCE({fits}, FALSE))", f"({sql}) IS NULL")


def _read(
    sql: str,
    text: str,
    stored: LeafType,
    value: Value,
    codes: Codes,
    allowed: Collection[int],
) -> tuple[str, str]:
    """Return a value in SQL, and whether it fits if there is one."""
    match value:
        case "code" if stored in ("json", "text"):
            code = f"(enum_code(TRY_CAST({sql} AS {names_type(stored)})) + 1)"
            known = ", ".join(map(str, sorted(allowed))) or "0"
            return f"CAST({code} AS SMALLINT)", f"{code} IN ({known})"
        case "truth" if stored in ("json", "truth"):
            yes, no = ("'true'", "'false'") if stored == "json" else ("TRUE", "FALSE")
            true, false = codes.of(TRUE), codes.of(FALSE)
            found = f"CASE {sql} WHEN {yes} THEN {true} WHEN {no} THEN {false} END"
            return f"CAST({found} AS SMALLINT)", f"({found}) IS NOT NULL"
        case "number" if stored in ("json", "number"):
            decimal = f"TRY_CAST({sql} AS {DECIMAL})"
            exact = f"TRY_CAST({sql} AS DOUBLE)" if stored == "json" else sql
            same = f"CAST({decimal} AS DOUBLE)" if stored == "json" else decimal
            scaled = f"CAST({decimal} AS {WIDER}) * {10**WIDE}"
            return f"CAST({scaled} AS BIGINT)", f"{same} = {exact}"
        case "text" if stored in ("json", "text"):
            # Engines agree on the small letters of these.
            return text, f"regexp_full_match({text}, '{PLAIN}') AND {_short(text)}"
        case "id" if stored in ("json", "text"):
            return text, f"{text} <> '' AND {_short(text)}"
        case "date" if stored == "date":
            return day(sql), f"{day(sql)} >= 1"
        case "date" if stored in ("json", "text"):
            found = day(f"TRY_CAST({text} AS DATE)")
            is_day = f"regexp_matches({text}, '{DAY}') AND {found} >= 1"
            return f"CASE WHEN {is_day} THEN {found} END", is_day
    return "NULL", "FALSE"


def _short(text: str) -> str:
    return f"length({text}) <= {limits().text}"
