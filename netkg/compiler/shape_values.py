"""What generated functions of shapes call: the datatypes and the order of values.

They are as in pySHACL, also for values that no bound can be compared with.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from netkg.case.finding import ShapeResult
from netkg.namespaces import RDF, XSD
from netkg.ontology.terms import ILL_TYPED, INTEGERS, fits, term_of

__all__ = ["NAMES", "datatype", "matches", "order", "text"]

_DATE: Final = XSD + "date"
_READERS: Final[Mapping[str, Callable[[str], Any]]] = {
    **dict.fromkeys(INTEGERS, int),
    **dict.fromkeys((XSD + "double", XSD + "float"), float),
    **{XSD + "decimal": Decimal, _DATE: date.fromisoformat},
}
# What pySHACL does not compare with a number or a date at all.
_UNORDERED: Final = {
    *("", RDF + "langString"),
    *(XSD + name for name in ("anyURI", "dateTime", "string", "time")),
}


@lru_cache(maxsize=8192)
def datatype(term: str) -> str:
    """Return the datatype of a literal, marked if its text does not fit; empty without one.

    >>> datatype('"no"^^<urn:d>'), datatype('"5.0"^^<http://www.w3.org/2001/XMLSchema#byte>')
    ('urn:d', 'urn:netkg:ill-typed:http://www.w3.org/2001/XMLSchema#byte')
    """
    if not term.startswith('"'):
        return ""
    text, _, kind = term[1:].rpartition('"')
    if kind.startswith("@"):
        return RDF + "langString"
    found = kind[3:-1] if kind else XSD + "string"
    # An escaped character does not fit a datatype that the character itself does not fit.
    return found if fits(text, found) else ILL_TYPED + found


@lru_cache(maxsize=8192)
def order(term: str, bound: str) -> int | None:
    """Return whether a value is less than a bound (-1), equal (0), greater (1), or none of these.

    Literals that have no common order have that of their datatypes, as in pySHACL. That they
    have the wrong datatype is a result of its own.
    """
    first, second = datatype(term), datatype(bound)
    if first in _UNORDERED:
        return None
    if first != second and (first not in _READERS or _DATE in (first, second)):
        return (first > second) - (first < second)
    value, limit = (
        _READERS[kind](text[1:].rpartition('"')[0])
        for kind, text in ((first, term), (second, bound))
    )
    return int(value > limit) - int(value < limit)


def text(term: str) -> str:
    """Return the text of a literal, or an IRI."""
    return term_of(term).value


def matches(pattern: str, flags: str, value: str) -> bool:
    """Return whether a text matches a regular expression, as Python reads it."""
    known = sum(getattr(re, flag.upper()) for flag in set(flags) & set("imsx"))
    return re.search(pattern, value, known) is not None


NAMES: Final[Mapping[str, object]] = {
    **{"Result": ShapeResult, "NOTHING": {}},
    **{"datatype": datatype, "matches": matches, "order": order, "text": text},
}
