"""What generated functions call: SPARQL's comparisons, numbers, texts and groups.

Values are RDF terms in N-Triples form; None is a variable without a value, or an error. So
False and None differ: ``!`` of an error is an error. Integers and decimals are exact.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import ROUND_DOWN, Context, Decimal, InvalidOperation
from functools import lru_cache
from math import ceil, floor, inf, isfinite, nan
from operator import add, mul, sub, truediv
from typing import Final, TypeAlias

import pyoxigraph as ox

from netkg.namespaces import XSD
from netkg.ontology.terms import INTEGERS

__all__ = [
    *("EMPTY", "FALSE", "ONCE", "SPACE", "TRUE"),
    "cased",
    "compute",
    "equal",
    "groups",
    "is_less",
    "is_true",
    "number",
    "replaced",
    "rounded",
    "string",
    "term",
    "text_of",
]

Number: TypeAlias = int | Decimal | float
Term: TypeAlias = str | None

EMPTY: Final[dict[str, dict[str, None]]] = {}
ONCE: Final = ((),)
TRUE, FALSE = (f'"{word}"^^<{XSD}boolean>' for word in ("true", "false"))
_ORDERED: Final = frozenset({XSD + "string", XSD + "date"})
_TEXTUAL: Final = _ORDERED | {XSD + "boolean"}
_BOOLEANS: Final = {"true": True, "1": True, "false": False, "0": False}
# Decimals have 18 digits after the point, as in the engine that is the reference.
_CONTEXT: Final = Context(prec=60, rounding=ROUND_DOWN)
_PLACES: Final = Decimal("1e-18")
_INTEGER: Final[Mapping[str, Callable[[int, int], int]]] = {"+": add, "-": sub, "*": mul}
_FLOAT: Final[Mapping[str, Callable[[float, float], float]]] = {**_INTEGER, "/": truediv}  # type: ignore[dict-item]
_DECIMAL: Final[Mapping[str, Callable[[Decimal, Decimal], Decimal]]] = dict(
    zip("+-*/", (_CONTEXT.add, _CONTEXT.subtract, _CONTEXT.multiply, _CONTEXT.divide), strict=True)
)
# The white space of a regular expression, as Unicode defines it.
SPACE: Final = "[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"


@lru_cache(maxsize=8192)
def _literal(text: str) -> tuple[str, str]:
    """Return the value and the datatype of a literal; the datatype is empty for an IRI."""
    if not text.startswith('"'):
        return text, ""
    end = text.rindex('"')
    kind = text[end + 1 :]
    datatype = kind[3:-1] if kind.startswith("^^<") else kind or XSD + "string"
    value = text[1:end]
    if "\\" in value:
        (quad,) = ox.parse(f"<u:s> <u:p> {text} .", format=ox.RdfFormat.N_TRIPLES)
        value = quad.object.value
    return value, datatype


@lru_cache(maxsize=8192)
def _number(text: str) -> Number | None:
    value, datatype = _literal(text)
    try:
        if datatype in INTEGERS:
            return int(value)
        if datatype == XSD + "decimal":
            return Decimal(value) if "e" not in value.lower() else None
        if datatype in (XSD + "double", XSD + "float"):
            return float(value)
    except (ValueError, InvalidOperation):
        return None
    return None


def number(text: Term) -> Number | None:
    """Return the value of a numeric literal.

    >>> number('"2.50"^^<http://www.w3.org/2001/XMLSchema#decimal>'), number("<urn:x>")
    (Decimal('2.50'), None)
    """
    return None if text is None else _number(text)


def term(value: Number | bool | None) -> Term:
    """Return a number or a truth value as a literal.

    >>> term(Decimal("14.50"))
    '"14.5"^^<http://www.w3.org/2001/XMLSchema#decimal>'
    """
    if value is None:
        return None
    if isinstance(value, Decimal):
        text = format(value, "f")
        text = text.rstrip("0").rstrip(".") if "." in text else text
        return f'"{text if text not in ("-0", "") else "0"}"^^<{XSD}decimal>'
    return str(ox.Literal(value))


def string(text: str | None) -> Term:
    """Return a text as a literal."""
    return None if text is None else str(ox.Literal(text))


def text_of(value: Term) -> str | None:
    """Return the text of a literal, or an IRI (``STR``)."""
    if value is None:
        return None
    return value[1:-1] if value.startswith("<") else _literal(value)[0]


# -- comparisons --------------------------------------------------------------------------
def equal(left: Term, right: Term) -> bool | None:
    """Return whether two terms are equal, numbers by their values (operator ``=``).

    Literals that cannot be read may be equal or not, which is an error.
    """
    if left is None or right is None:
        return None
    first, second = _number(left), _number(right)
    if first is not None and second is not None:
        return _compared(first, second) == 0
    if left == right:
        return True
    kinds = (_literal(left)[1], _literal(right)[1])
    is_other = any(kind[:1] in ("", "@") for kind in kinds)
    return False if is_other or (_is_read(left) and _is_read(right)) else None


def _is_read(literal: str) -> bool:
    """Return whether the value of a literal is known."""
    return _literal(literal)[1] in _TEXTUAL or _number(literal) is not None


def is_less(left: Term, right: Term, *, or_equal: bool = False) -> bool | None:
    """Return whether a number, a text or a date is less than another."""
    if left is None or right is None:
        return None
    if left == right:
        return or_equal
    first, second = _number(left), _number(right)
    if first is not None and second is not None:
        order = _compared(first, second)
        return None if order is None else order < 0 or (or_equal and order == 0)
    (one, kind), (other, same) = _literal(left), _literal(right)
    if kind != same or kind not in _ORDERED:
        return None
    return one < other or (or_equal and one == other)


def _compared(first: Number, second: Number) -> int | None:
    """Return a number below, at or above zero; None if one is not a number."""
    if isinstance(first, float) or isinstance(second, float):
        first, second = float(first), float(second)
        if first != first or second != second:
            return None
    return (first > second) - (first < second)


def is_true(value: Term) -> bool | None:
    """Return the effective truth value of a term; None if it has none."""
    if value is None or value == TRUE:
        return True if value else None
    text, kind = _literal(value)
    if kind == XSD + "boolean":
        return _BOOLEANS.get(text)
    if kind == XSD + "string":
        return bool(text)
    found = _number(value)
    return None if found is None else bool(found) and found == found


# -- numbers ------------------------------------------------------------------------------
def compute(operator: str, left: Number | None, right: Number | None) -> Number | None:
    """Return what an arithmetic operator gives for two numbers; None for an error.

    >>> compute("+", 10, Decimal("2.5"))
    Decimal('12.5')
    """
    if left is None or right is None:
        return None
    if isinstance(left, float) or isinstance(right, float):
        first, second = float(left), float(right)
        if operator == "/" and not second:
            return first * inf if first else nan
        return _FLOAT[operator](first, second)
    if operator != "/" and isinstance(left, int) and isinstance(right, int):
        return _INTEGER[operator](left, right)
    if operator == "/" and not right:
        return None
    exact = _DECIMAL[operator](Decimal(left), Decimal(right))
    return exact.quantize(_PLACES, context=_CONTEXT) if operator in "*/" else exact


def rounded(function: str, value: Number | None) -> Number | None:
    """Return FLOOR, CEIL or ABS of a number, in its own type."""
    if value is None or (function != "ABS" and (isinstance(value, int) or not isfinite(value))):
        return value
    if function == "ABS":
        return -value if value < 0 else value
    whole = floor(value) if function == "FLOOR" else ceil(value)
    return Decimal(whole) if isinstance(value, Decimal) else float(whole)


# -- texts --------------------------------------------------------------------------------
def replaced(value: Term, pattern: str, by: str) -> Term:
    """Return a text in which what matches a pattern is replaced (``REPLACE``)."""
    if value is None or _literal(value)[1] != XSD + "string":
        return None
    return string(_pattern(pattern).sub(lambda _: by, _literal(value)[0]))


@lru_cache(maxsize=64)
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern.replace(r"\s", SPACE))


def cased(value: Term, function: str) -> Term:
    """Return a text in lower or upper case (``LCASE``, ``UCASE``), in its own language."""
    if value is None:
        return None
    text, kind = _literal(value)
    if kind != XSD + "string" and not kind.startswith("@"):
        return None
    text = text.lower() if function == "LCASE" else text.upper()
    return str(ox.Literal(text, language=kind[1:])) if kind.startswith("@") else string(text)


# -- groups -------------------------------------------------------------------------------
def groups(
    rows: Iterable[tuple[tuple[Term, ...], tuple[Term, ...]]], kinds: Sequence[str]
) -> list[tuple[tuple[Term, ...], tuple[Term, ...]]]:
    """Return the greatest, the least or the number of values for each key (``GROUP BY``)."""
    found: dict[tuple[Term, ...], list[tuple[Term, ...]]] = {}
    for key, values in rows:
        found.setdefault(key, []).append(values)
    return [
        (key, tuple(_picked(kind, [v[place] for v in values]) for place, kind in enumerate(kinds)))
        for key, values in found.items()
    ]


def _picked(kind: str, values: Sequence[Term]) -> Term:
    if kind == "COUNT":
        return term(sum(value is not None for value in values))
    # A value that lacks makes the whole an error.
    if None in values:
        return None
    best = values[0]
    for value in values[1:]:
        if _precedes(best, value) if kind == "MAX" else _precedes(value, best):
            best = value
    return best


def _precedes(left: Term, right: Term) -> bool:
    """Return whether a term comes before another: IRIs before literals, else by their values."""
    found = is_less(left, right)
    if found is None and left is not None and right is not None:
        found = (left[0] == '"', left) < (right[0] == '"', right)
    return bool(found)
