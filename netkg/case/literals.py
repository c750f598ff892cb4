"""Literals for the numbers, dates, booleans and strings of a case."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Collection
from decimal import Context, Decimal
from typing import Any

import pyoxigraph as ox

from netkg.case.days import parse_day
from netkg.namespaces import RDF, XSD

__all__ = ["compact", "literal", "meant_literal", "numeral", "rdf_literal"]

_STRING = ox.NamedNode(XSD + "string")
_BOOLEAN = ox.NamedNode(XSD + "boolean")
_DECIMAL = ox.NamedNode(XSD + "decimal")
_DOUBLE = ox.NamedNode(XSD + "double")
_DATE = ox.NamedNode(XSD + "date")
_FRACTION = Decimal("1E-15")
_INTEGER = re.compile(r"[+-]?[0-9]+")
_PLAIN = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)")
_FLOATING = re.compile(_PLAIN.pattern + r"([eE][+-]?[0-9]+)?")
_NUMERIC = {
    **dict.fromkeys((XSD + "double", XSD + "float"), _FLOATING),
    XSD + "decimal": _PLAIN,
    **dict.fromkeys((XSD + name for name in ("integer", "long", "int", "short", "byte")), _INTEGER),
    **dict.fromkeys((XSD + "unsigned" + n for n in ("Long", "Int", "Short", "Byte")), _INTEGER),
    **dict.fromkeys((XSD + n + "Integer" for n in ("positive", "negative")), _INTEGER),
    **dict.fromkeys((XSD + n + "Integer" for n in ("nonPositive", "nonNegative")), _INTEGER),
}
_TRUTH = {"true": True, "1": True, "false": False, "0": False}
# A day, and what a time or a zone adds to it.
_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(T.*|Z|[+-][0-9:]+)?")
_TEXTS = frozenset({_STRING.value, RDF + "langString"})
_LARGE = Decimal("1E15")
_WIDE = Context(prec=60)


def numeral(text: str) -> Decimal:
    """Parse a JSON number of any size and precision; one beyond doubles is infinite.

    >>> numeral("2.50"), numeral("1e999")
    (Decimal('2.50'), Decimal('Infinity'))
    """
    size = float(text)
    if size and math.isfinite(size):
        return Decimal(text)
    if size:
        return Decimal(size)
    nonzero = re.search("[1-9]", re.split("[eE]", text)[0])
    return Decimal("1E-400").copy_sign(Decimal(text[0] + "1")) if nonzero else Decimal(0)


def _decimal(number: Decimal) -> ox.Literal:
    """Return a number as xsd:decimal without exponent; as a string if it is not finite."""
    if not number.is_finite() or not math.isfinite(float(number)):
        return ox.Literal(str(number))
    if abs(number) >= _LARGE:
        return ox.Literal(repr(float(number)), datatype=_DOUBLE)
    if int(number.as_tuple().exponent) < -15:
        rounded = Decimal(repr(float(number))).quantize(_FRACTION, context=_WIDE)
        number = rounded if rounded or not number else _FRACTION.copy_sign(number)
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return ox.Literal("0" if text == "-0" else text, datatype=_DECIMAL)


def literal(value: str | bool | int | float | Decimal, *, day: bool = False) -> ox.Literal:
    """Return the literal of a scalar: boolean, decimal, string, or with ``day`` a date.

    Only a calendar day written as YYYY-MM-DD is a date; anything else stays a
    string, which the shapes report.

    >>> literal(Decimal("2.50")).value, literal("2026-02-30", day=True).datatype.value
    ('2.5', 'http://www.w3.org/2001/XMLSchema#string')
    """
    if isinstance(value, bool):
        return ox.Literal("true" if value else "false", datatype=_BOOLEAN)
    if isinstance(value, str):
        return ox.Literal(value, datatype=_DATE if day and parse_day(value) else _STRING)
    return _decimal(Decimal(float.__repr__(value)) if isinstance(value, float) else Decimal(value))


def compact(value: Any) -> str:
    """Return a value as compact JSON of at most 80 characters."""
    try:
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=float)
    except (RecursionError, ValueError, TypeError):
        text = type(value).__name__
    if not text.isascii():
        text = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return text if len(text) <= 80 else text[:79] + "…"


def rdf_literal(term: ox.Literal) -> ox.Literal:
    """Normalize a literal of RDF input: a number, a boolean, a date or a string.

    A literal whose text does not fit its datatype becomes a string, as does a date with
    a time zone. A datatype that the case format does not use stays unchanged.
    """
    text, kind = term.value, term.datatype.value
    if kind in _NUMERIC:
        text = text.strip(" \t\r\n")
        fits = _NUMERIC[kind].fullmatch(text)
        return literal(numeral(text) if fits else term.value)
    if kind == _BOOLEAN.value:
        return literal(_TRUTH.get(text, text))
    if kind == _DATE.value:
        return literal(text, day=True)
    return literal(text) if term.language or kind == _STRING.value else term


def meant_literal(term: ox.Literal, range_: str, names: Collection[str]) -> str:
    """Return how to write a literal of RDF that has the right text and the wrong datatype.

    ``range_`` is the IRI of the datatype of the field, ``names`` the local names of its values.
    The result is empty for any other literal.

    >>> meant_literal(ox.Literal("2026-01-15"), XSD + "date", ())
    '"2026-01-15"^^xsd:date'
    """
    text, kind = term.value, term.datatype.value
    if range_ == _DATE.value and (kind in _TEXTS or kind.startswith(XSD)):
        day = _DAY.fullmatch(text)
        right = kind == _DATE.value and not (day and day[2])
        return f'"{day[1]}"^^xsd:date' if day and parse_day(day[1]) and not right else ""
    if kind == range_ or kind not in _TEXTS:
        return ""
    if range_ == _DECIMAL.value and _PLAIN.fullmatch(text):
        return text
    if range_ == _BOOLEAN.value and text in ("true", "false"):
        return text
    return f"netkg:{text}" if text in names else ""
