"""Numbers as registries write them: with a comparator, as a range, with a unit.

What a cell says is kept: "<3" is a range without a lower end, not the number 3.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Context, Decimal
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from ucumvert import PintUcumRegistry

__all__ = ["Quantity", "Units", "json_number", "parse_quantity"]

_NUMBER: Final = r"[+-]?(?:\d+(?:[.,]\d+)?|[.,]\d+)(?:[eE][+-]?\d{1,3})?"
_QUANTITY: Final = re.compile(
    rf"(?P<sign><=|>=|=<|=>|≤|≥|<|>|=)?\s*(?P<first>{_NUMBER})"
    rf"(?:\s*%?\s*(?:-|\u2013|\u2014|\bto\b|\.\.)\s*(?P<last>{_NUMBER.removeprefix('[+-]?')}))?"
    r"\s*(?P<unit>[^\d\s<>=+\-.,][^<>=]*|/[^<>=]+)?",
)
_SIGNS: Final = {"=<": "<=", "≤": "<=", "=>": ">=", "≥": ">=", "=": ""}
# More digits than a double has are not kept by every format of cases.
_DIGITS: Final = 15
_CONTEXT: Final = Context(prec=_DIGITS)
# Ways to write a unit that neither UCUM nor the usual names have, and what they are in UCUM.
_SPELLINGS: Final = {"percent": "%", "pct": "%", "per cent": "%", "years": "a", "year": "a"}
# A word that may be the name of a unit: a short one is a symbol, in which case matters.
_WORD: Final = re.compile(r"[A-Za-z]{4,}")
# A count per some square millimeters or the like, such as "mitoses/2 mm2".
_PER: Final = re.compile(
    r"(?:\w+ ?)?(?:/|per ) ?\(?(?:(\d+)[ .]?)?([A-Za-z]{2}\d?)\)?", re.IGNORECASE
)
LEAST: Final = Decimal("0.001")
# A number of its own, which makes a unit of a fraction such as 1/2, or of a power such as 5\u00b2.
_COUNT: Final = re.compile(
    r"[/\s.*^]*[\d\u00b2\u00b3\u00b9\u00bc-\u00be][\d\s.,/*^\u00b2\u00b3\u00b9]*"
)
_EXPONENTS: Final = str.maketrans("²³µμ", "23uu")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number or a range, as a cell says it, and its unit as written (empty if none is).

    ``low`` and ``high`` are the ends of a range (None: it has no end there), and whether each end
    is in it. A number is a range of one.
    """

    low: Decimal | None
    high: Decimal | None
    low_closed: bool = True
    high_closed: bool = True
    unit: str = ""

    @property
    def number(self) -> Decimal | None:
        """The number, or None for a range."""
        return self.low if self.low == self.high else None

    def is_above(self, limit: Decimal) -> bool:
        """Return whether every number in the range is above a limit."""
        if self.low is None:
            return False
        return self.low > limit or (self.low == limit and not self.low_closed)

    def is_within(self, limit: Decimal) -> bool:
        """Return whether every number in the range is at most a limit."""
        return self.high is not None and self.high <= limit

    def times(self, factor: Decimal) -> Quantity:
        """Return the same in another unit."""

        def scaled(end: Decimal | None) -> Decimal | None:
            # A conversion says no more digits than a number of a case can have.
            return None if end is None else _plain(_CONTEXT.multiply(end, factor))

        return Quantity(
            scaled(self.low), scaled(self.high), self.low_closed, self.high_closed, self.unit
        )


@lru_cache(maxsize=65_536)
def parse_quantity(text: str, decimal: str = ".") -> Quantity | None:
    """Return what a text says, or None if it is not a number, a comparison or a range.

    >>> parse_quantity("<3 %")
    Quantity(low=None, high=Decimal('3'), low_closed=True, high_closed=False, unit='%')
    >>> parse_quantity("2,5 cm", ",").number, parse_quantity("2,5"), parse_quantity("about 5")
    (Decimal('2.5'), None, None)
    >>> parse_quantity("3-20").high
    Decimal('20')
    """
    match = _QUANTITY.fullmatch(text.strip())
    if not match:
        return None
    first, last = (_number(match[name], decimal) for name in ("first", "last"))
    sign, unit = _SIGNS.get(match["sign"] or "", match["sign"] or ""), (match["unit"] or "").strip()
    if first is None or (match["last"] and last is None) or (sign and match["last"]):
        return None
    if _COUNT.fullmatch(unit):
        return None
    if match["last"]:
        return Quantity(first, last, unit=unit) if last is not None and first < last else None
    if sign.startswith("<"):
        return Quantity(None, first, high_closed=sign == "<=", unit=unit)
    if sign.startswith(">"):
        return Quantity(first, None, low_closed=sign == ">=", unit=unit)
    return Quantity(first, first, unit=unit)


def _number(text: str | None, decimal: str) -> Decimal | None:
    """Return a number; the sign of its fraction must be the one that the map names."""
    if not text or ("," if decimal == "." else ".") in text:
        return None
    number = Decimal(text.replace(",", "."))
    if number and not -_DIGITS < number.adjusted() < _DIGITS:
        return None
    number = number.normalize()
    return _plain(number) if len(number.as_tuple().digits) <= _DIGITS else None


def _plain(number: Decimal) -> Decimal:
    """Return a number without zeros at its end, and without an exponent."""
    return number.quantize(Decimal(1)) if number == number.to_integral() else number.normalize()


def json_number(number: Decimal) -> int | float:
    """Return a number as it is in JSON: whole, or a double."""
    return int(number) if number == number.to_integral() else float(number)


class Units:
    """Units, in UCUM or by their usual names, by the registry of pint."""

    @cached_property
    def _registry(self) -> PintUcumRegistry:
        # It takes most of a second, which only tables with units of their own pay.
        from ucumvert import PintUcumRegistry

        return PintUcumRegistry(non_int_type=Decimal)

    def factor(self, unit: str, target: str) -> Decimal | None:
        """Return by what a number in a unit is multiplied to be in the target, None if by none.

        >>> Units().factor("cm", "mm"), Units().factor("cm", "%"), Units().factor("1/mm2", "/mm2")
        (Decimal('10'), None, Decimal('1'))
        """
        if _spelled(unit) == _spelled(target):
            return Decimal(1)
        found, wanted = self._parsed(unit), self._parsed(target)
        if found is None or wanted is None:
            return None
        # Both parsers have a registry of their own, so that quantities meet in base units.
        found, wanted = found.to_base_units(), wanted.to_base_units()
        if str(found.units) != str(wanted.units):
            return None
        ratio = Decimal(str(float(found.magnitude) / float(wanted.magnitude)))
        factor = _plain(Context(prec=12).plus(ratio))
        # Further apart, one of the two is probably a misspelt prefix, such as Mm.
        return factor if LEAST <= factor <= 1 / LEAST else None

    def is_known(self, unit: str) -> bool:
        """Return whether a unit is one of UCUM, or has a usual name."""
        return self._parsed(unit) is not None

    def _parsed(self, unit: str) -> Any:
        registry, name = self._registry, _spelled(unit)
        # A short name in capitals is tried in lower case, a word as the name of a unit.
        tries = [(registry.from_ucum, name), (registry.from_ucum, name.lower())]
        if _WORD.fullmatch(name):
            tries.append((registry.Quantity, name.lower()))
        for parse, text in tries:
            try:
                return parse(text)
            except Exception:  # both parsers raise errors of many kinds for other texts
                continue
        return None


def _spelled(unit: str) -> str:
    """Return a unit in UCUM, as far as its spelling is a usual one."""
    name = " ".join(unit.translate(_EXPONENTS).split())
    if share := _PER.fullmatch(name):
        return f"/({share[1]}.{share[2].lower()})" if share[1] else f"/{share[2].lower()}"
    return _SPELLINGS.get(name.casefold(), name)
