"""Terms in N-Triples form, and the texts that fit the datatype of a literal.

What fits is what rdflib reads, so that the same is valid with and without it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any, Final, TypeAlias, cast

import pyoxigraph as ox

from netkg.namespaces import RDF, XSD

__all__ = ["ILL_TYPED", "INTEGERS", "Term", "fits", "is_read", "term_of", "triple_of"]

Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal

# What comes before the datatype of a literal whose text does not fit it.
ILL_TYPED: Final = "urn:netkg:ill-typed:"
_INTEGER: Final = r"[+-]?[0-9]{1,1000}"
_DECIMAL: Final = r"[+-]?([0-9]{1,1000}(\.[0-9]{0,1000})?|\.[0-9]{1,1000})"
_DAY: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_TIME: Final = r"[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})?"
# The least and the greatest number of each datatype of integers, as rdflib checks them.
INTEGERS: Final[Mapping[str, tuple[float, float]]] = {
    XSD + name: (float("-inf") if low is None else low, float("inf") if high is None else high)
    for name, low, high in (
        ("byte", -(2**7), 2**7 - 1),
        ("int", -(2**31), 2**31 - 1),
        ("integer", None, None),
        ("long", None, None),
        ("negativeInteger", None, -1),
        ("nonNegativeInteger", 0, None),
        ("nonPositiveInteger", None, 0),
        ("positiveInteger", 1, None),
        ("short", -(2**15), 2**15 - 1),
        ("unsignedByte", 0, 2**8 - 1),
        ("unsignedInt", 0, 2**32 - 1),
        ("unsignedLong", 0, None),
        ("unsignedShort", 0, 2**16 - 1),
    )
}
# The texts that rdflib is known to read, by their datatype.
_READ: Final[Mapping[str, re.Pattern[str]]] = {
    **{iri: re.compile(_INTEGER) for iri in INTEGERS},
    **{
        XSD + name: re.compile(pattern, re.DOTALL)
        for name, pattern in {
            **dict.fromkeys(("double", "float"), _DECIMAL + "([eE][+-]?[0-9]{1,9})?"),
            "anyURI": r'[^\x00-\x20<>"{}|\\^`]*',
            "boolean": "true|false|1|0",
            "date": _DAY,
            "dateTime": f"{_DAY}T{_TIME}",
            "decimal": _DECIMAL,
            "string": ".*",
            "time": _TIME,
        }.items()
    },
}
_CALENDAR: Final[Mapping[str, Callable[[str], Any]]] = {
    XSD + "date": date.fromisoformat,
    XSD + "dateTime": datetime.fromisoformat,
    XSD + "time": time.fromisoformat,
}


def is_read(text: str, datatype: str) -> bool:
    """Return whether rdflib is known to read a text as this datatype, or not to try.

    Of the standard datatypes those are read that a case or the ontology may have. Which
    others rdflib reads, and how, depends on what else runs in the process.
    """
    if not datatype.startswith((XSD, RDF)):
        return True
    if datatype not in _READ or not _READ[datatype].fullmatch(text):
        return False
    try:
        _CALENDAR.get(datatype, str)(text)
    except ValueError:
        return False
    return True


def fits(text: str, datatype: str) -> bool:
    """Return whether a text is read, and an integer is in the range of its datatype.

    >>> fits("127", XSD + "byte"), fits("128", XSD + "byte"), fits("2026-02-30", XSD + "date")
    (True, False, False)
    """
    if not is_read(text, datatype):
        return False
    if datatype not in INTEGERS:
        return True
    least, greatest = INTEGERS[datatype]
    return least <= int(text) <= greatest


@lru_cache(maxsize=8192)
def term_of(text: str) -> Term:
    """Parse a term in N-Triples form."""
    (quad,) = ox.parse(f"<urn:s> <urn:p> {text} .", format=ox.RdfFormat.N_TRIPLES, lenient=True)
    return cast(Term, quad.object)


def triple_of(subject: str, property_: str, value: str) -> ox.Triple:
    """Return a fact as a triple: its property is a plain IRI, the others are in N-Triples form."""
    return ox.Triple(term_of(subject), term_of(f"<{property_}>"), term_of(value))  # type: ignore[arg-type]
