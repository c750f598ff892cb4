"""How terms and records are written in SQL: kinds of columns, codes, and record numbers.

A record is a number: that of its case in the chunk, and its place in the case. A term of the
ontology is a code. A decimal number is an integer with a scale, so that sums, products and
comparisons are exact on every engine.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final, Literal

from netkg.compiler.runtime import number, text_of
from netkg.errors import UnsupportedConstruct

__all__ = [
    "CASE_BITS",
    "Codes",
    "Kind",
    "NODE",
    "NOTHING",
    "RECORDS",
    "CODE",
    "TEXT",
    "case_node",
    "case_of",
    "quoted",
    "quoted_name",
    "rescaled",
]

# A record of case number n has the number (n << CASE_BITS) + its place in the case.
CASE_BITS: Final = 40
# Beyond this scale, a number needs 128 bits.
WIDE: Final = 6


@dataclass(frozen=True, slots=True)
class Kind:
    """What a column contains: ``scale`` is the number of decimals of a number."""

    name: Literal["node", "code", "number", "text", "nothing"]
    scale: int = 0

    @property
    def type(self) -> str:
        """The type of a column."""
        if self.name == "number":
            return "HUGEINT" if self.scale > WIDE else "BIGINT"
        return {"code": "SMALLINT", "text": "VARCHAR"}.get(self.name, "BIGINT")


NODE, CODE, TEXT = Kind("node"), Kind("code"), Kind("text")
# The kind for the values that a pattern without solutions would give.
NOTHING = Kind("nothing")
# The kinds for values that may be records.
RECORDS: Final = (NODE, NOTHING)


class Codes:
    """The codes of the terms that a program knows, in the order in which it first met them."""

    def __init__(self) -> None:
        self._codes: dict[str, int] = {}

    def of(self, term: str) -> int:
        """Return the code of a term in N-Triples form."""
        return self._codes.setdefault(term, len(self._codes) + 1)

    @property
    def terms(self) -> tuple[str, ...]:
        """The terms; the code of each is its place, from 1."""
        return tuple(self._codes)

    def kind_of(self, term: str) -> Kind:
        """Return the kind of column that a constant fits by itself."""
        value = number(term)
        if value is not None and not isinstance(value, float):
            exponent = Decimal(value).normalize().as_tuple().exponent
            return Kind("number", max(0, -int(exponent)))
        is_text = term.startswith('"') and "^^" not in term.rpartition('"')[2]
        return TEXT if is_text else CODE

    def fits(self, term: str, kind: Kind) -> bool:
        """Return whether a column of some kind can have the value of a constant."""
        own = self.kind_of(term)
        return own.name == kind.name and own.scale <= kind.scale

    def constant(self, term: str, kind: Kind) -> str:
        """Return a constant in SQL, for a column of some kind."""
        if kind.name == "code":
            return str(self.of(term))
        if kind.name == "text":
            return quoted(text_of(term) or "")
        try:
            scaled = Decimal(str(number(term))) * 10**kind.scale
        except InvalidOperation:
            scaled = Decimal("0.5")
        if kind.name != "number" or scaled != scaled.to_integral_value():
            raise UnsupportedConstruct(f"{term} where a {kind.name} is expected")
        return str(int(scaled))


def case_of(node: str) -> str:
    """Return the number of the case of a record, in SQL."""
    return f"({node} >> {CASE_BITS})"


def case_node(node: str) -> str:
    """Return the case of a record, as a record, in SQL."""
    return f"({case_of(node)} << {CASE_BITS})"


def quoted(text: str) -> str:
    """Return a text as a literal of SQL."""
    return "'" + text.replace("'", "''") + "'"


def quoted_name(name: str) -> str:
    """Return the name of a column or a field for SQL."""
    return '"' + name.replace('"', '""') + '"'


def rescaled(sql: str, kind: Kind, scale: int) -> str:
    """Return a number with another, greater scale."""
    if kind.scale == scale:
        return sql
    return f"(CAST({sql} AS {Kind('number', scale).type}) * {10 ** (scale - kind.scale)})"
