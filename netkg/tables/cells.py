"""What a cell says: values of fields, nothing, or something that cannot be read.

A text that is not recognized is a fault, with the nearest value as a suggestion; it is never
replaced by that value.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from netkg.errors import InputError
from netkg.namespaces import XSD
from netkg.ontology.schema import Schema, netkg
from netkg.suggestions import listed
from netkg.tables.bounds import UNIT_OF_VALUES, bounds_of, limit_of
from netkg.tables.dates import is_partial, parse_date
from netkg.tables.lookup import CODE_RULES, TRUTH, Lookups
from netkg.tables.map_model import ABSENT, REST, Column, TableSettings
from netkg.tables.numbers import Quantity, Units, json_number, parse_quantity
from netkg.tables.rows import ERRORS, cell_text

__all__ = ["CellReader", "Said"]

_KEPT: Final = 100_000
# What looks like a unit, even if no list of units has it.
_UNIT: Final = re.compile(
    r"[%\u2030\u00b0]|[/x\u00b0]? ?[^\W\d_]+[23\u00b2\u00b3]?"
    r"( ?[/.] ?(\d+ ?)?[^\W\d_]+[23\u00b2\u00b3]?)*"
)


@dataclass(frozen=True, slots=True)
class Said:
    """What a cell says: the values of fields of its record.

    ``fault`` says why it cannot be read, ``doubt`` what of it is left out; ``expected`` and
    ``hint`` belong to either. ``range`` is a range that the case format cannot express.
    """

    facts: tuple[tuple[str, Any], ...] = ()
    range: Quantity | None = None
    fault: str = ""
    doubt: str = ""
    expected: str = ""
    hint: str = ""


NOTHING: Final = Said()


class CellReader:
    """Reader of the cells of one column; it keeps what each text says.

    Raises:
        InputError: if the map of the column cannot be applied.
    """

    def __init__(
        self,
        column: Column,
        record: str,
        settings: TableSettings,
        lookups: Lookups,
        units: Units,
        source: str,
    ) -> None:
        self.column = column
        self._record = record
        self._settings = settings
        self._lookups = lookups
        self._units = units
        self._source = source
        self._known: dict[Any, Said] = {}
        schema = lookups.schema
        self._field = schema.fields[record].get(column.field)
        self._siblings = schema.fields[record]
        self._dates = column.dates or settings.dates
        self._words: Mapping[str, tuple[str, ...]] = {}
        self._read = self._reader(schema)
        self._bounds = bounds_of(schema, self._field)
        self._limit = limit_of(schema, self._field, self._siblings)
        self._target = schema.text(netkg(column.field), UNIT_OF_VALUES) if self._field else ""
        self._has_unit = not self._target and "unit" in self._siblings and column.field != "unit"
        self._factor = self._own_factor()

    def read(self, value: Any) -> Said:
        """Return what a cell says."""
        if value is None or value == "":
            return NOTHING
        key = (type(value), value)
        said = self._known.get(key)
        if said is None:
            said = self._said(value)
            if len(self._known) < _KEPT:
                self._known[key] = said
        return said

    def label(self, name: str) -> str:
        """Return the label of a value."""
        return self._lookups.schema.label(netkg(name))

    def result_of(self, quantity: Quantity, record: Mapping[str, Any]) -> tuple[str, str] | None:
        """Return the result that a range means against the limit in its record, and its field."""
        if self._limit is None or self._limit.name not in record:
            return None
        number = Decimal(str(record[self._limit.name]))
        if quantity.unit and record.get("unit", quantity.unit) != quantity.unit:
            return None
        if quantity.is_above(number):
            return self._limit.result, self._limit.above
        return (self._limit.result, self._limit.within) if quantity.is_within(number) else None

    # -- preparations ------------------------------------------------------------------
    def _reader(self, schema: Schema) -> Callable[[Any, str], Said]:
        column, field = self.column, self._field
        if not column.field:
            if column.codes not in CODE_RULES:
                hint = self._lookups.hint_of_rules(column.codes)
                raise self._misused(f"there are no rules for {column.codes!r}", hint=hint)
            return self._facts
        if column.field == "type" and field is None:
            self._words = schema.words(schema.event_types)
        elif field is not None and field.range in schema.values:
            self._words = schema.words(schema.values[field.range])
        if self._words:
            return self._name
        if field is not None and field.range == XSD + "boolean":
            self._words = TRUTH
            return self._truth
        readers = {XSD + "decimal": self._number, XSD + "date": self._date}
        return readers.get(field.range if field else "", self._text)

    def _own_factor(self) -> Decimal | None:
        unit = self.column.unit
        if not unit or not self._target:
            if unit and not self._has_unit:
                raise self._misused(f"{self.column.field} has no unit", hint="Leave out the unit.")
            return Decimal(1)
        factor = self._units.factor(unit, self._target)
        if factor is None:
            raise self._misused(
                f"{unit!r} cannot be converted to the unit of {self.column.field}, which is"
                f" {self._target}",
                hint="Write the unit in UCUM, such as cm or mm.",
            )
        return factor

    def _misused(self, problem: str, *, hint: str = "") -> InputError:
        return InputError(
            f"column {self.column.header!r}: {problem}",
            source=self._source,
            line=self.column.line,
            hint=hint,
        )

    # -- reading -----------------------------------------------------------------------
    def _said(self, value: Any) -> Said:
        text = cell_text(value)
        if not text:
            return NOTHING
        folded = text.casefold()
        if folded in self.column.values:
            return self._mapped(self.column.values[folded])
        if REST in self.column.values:
            return self._mapped(self.column.values[REST])
        separator = self.column.separator
        if separator and isinstance(value, str) and separator in value:
            return self._several(value.split(separator))
        # A recognized value precedes the list of missing ones: "unknown" can be a value.
        said = NOTHING if text in ERRORS else self._read(value, text)
        if said.facts:
            return said
        if folded in self._settings.missing:
            return NOTHING
        if text in ERRORS:
            return Said(fault="is an error of a formula", expected="a value")
        return said

    def _mapped(self, names: tuple[str, ...]) -> Said:
        if names == (ABSENT,):
            return NOTHING
        if self._words is TRUTH:
            return Said(tuple((self.column.field, name == "true") for name in names))
        if not self._words and len(names) == 1:
            return self._read(names[0], names[0])
        return Said(tuple((self.column.field, name) for name in names))

    def _several(self, parts: list[str]) -> Said:
        facts: list[tuple[str, Any]] = []
        doubts = []
        for part in parts:
            said = self.read(part.strip())
            if said.fault:
                return replace(said, fault=f"has {part.strip()!r}, which {said.fault}")
            facts += said.facts
            doubts += [said.doubt] if said.doubt else []
        return Said(tuple(dict.fromkeys(facts)), doubt="; ".join(doubts))

    def _facts(self, _: Any, text: str) -> Said:
        facts = self._lookups.facts(text, self.column.codes, self._record)
        if facts is None:
            return Said(
                fault=f"is not a code that has a rule ({self.column.codes})",
                expected="a code such as C25.9 or 8240/3",
                hint="Give the column a field in addition, and map the code under values.",
            )
        return Said(tuple(facts.items()))

    def _name(self, _: Any, text: str) -> Said:
        found = self._lookups.names(text, self._words, self.column.codes)
        if found.names:
            return Said(((self.column.field, found.names[0]),))
        names = sorted(self._words)
        return Said(
            fault="is not a known value",
            expected=f"one of {', '.join(names)}" if len(names) <= 20 else "a name, label or code",
            hint=found.hint,
        )

    def _truth(self, _: Any, text: str) -> Said:
        found = self._lookups.names(text, TRUTH)
        if found.names:
            return Said(((self.column.field, found.names[0] == "true"),))
        return Said(fault="is not yes or no", expected="yes or no", hint=found.hint)

    def _text(self, value: Any, text: str) -> Said:
        return Said(((self.column.field, value.strip() if isinstance(value, str) else text),))

    def _date(self, value: Any, text: str) -> Said:
        if isinstance(value, datetime.datetime):
            if value.tzinfo is not None and value.time() != datetime.time():
                return Said(
                    fault="has a time and a time zone, so that its day depends on the place",
                    expected="a date without a time",
                )
            return Said(((self.column.field, value.date().isoformat()),))
        if isinstance(value, datetime.date):
            return Said(((self.column.field, text),))
        expected = f"a date as {listed(self._dates, 'or')}"
        try:
            day = parse_date(text, self._dates)
        except ValueError as error:
            return Said(
                fault=str(error),
                expected="a date that can be read in one way",
                hint="Name one format for this column in the map, under dates.",
            )
        if day:
            return Said(((self.column.field, day.isoformat()),))
        if is_partial(text):
            if self._settings.partial_dates == "leave out":
                return Said(doubt="has no day, so that the date is left out", expected=expected)
            return Said(
                fault="is a date without a day",
                expected=expected,
                hint="To leave such dates out, write table: {partial dates: leave out}.",
            )
        if isinstance(value, int | float):
            return Said(
                fault="is a number, not a date", expected="a cell with the format of a date"
            )
        return Said(fault="is not a date", expected=expected)

    def _number(self, value: Any, text: str) -> Said:
        if isinstance(value, bool):
            return Said(fault="is not a number", expected="a number")
        # A number of a spreadsheet has a point, whatever the map says of texts.
        decimal = self._settings.decimal if isinstance(value, str) else "."
        quantity = parse_quantity(text, decimal)
        if quantity is None:
            other = "." if decimal == "," else ","
            is_other = other in text and parse_quantity(text, other) is not None
            return Said(
                fault="is not a number",
                expected="a number, a range as 3-20, or a comparison as <3",
                hint=f"If {other!r} separates the fraction, write table: {{decimal: '{other}'}}."
                if is_other
                else "",
            )
        unit = quantity.unit
        facts: tuple[tuple[str, Any], ...] = ()
        if self._has_unit:
            named = unit or self.column.unit
            if unit and not (
                _UNIT.fullmatch(unit) or (unit[0] not in "'\"*^" and self._units.is_known(unit))
            ):
                return Said(fault=f"has {unit!r} after the number, which is not a unit")
            facts = (("unit", named),) if named else ()
        else:
            factor = self._units.factor(unit, self._target) if unit else self._factor
            if factor is None:
                return Said(
                    fault=f"has a unit that is not {self._target}"
                    if self._target
                    else "has a unit, which this field does not",
                    expected=f"a number in {self.column.unit or self._target}".rstrip(),
                )
            quantity = quantity.times(factor)
        if quantity.number is not None:
            return Said(((self.column.field, json_number(quantity.number)), *facts))
        return self._range(quantity)

    def _range(self, quantity: Quantity) -> Said:
        """Return a range as the bounds of the field, if the case format has bounds of it."""
        ends = (
            ("min", quantity.low, quantity.low_closed),
            ("max", quantity.high, quantity.high_closed),
        )
        names = [
            (self._bounds.get(f"{end}{'Inclusive' if closed else 'Exclusive'}"), number)
            for end, number, closed in ends
            if number is not None
        ]
        if names and all(name for name, _ in names):
            return Said(tuple((name, json_number(number)) for name, number in names if name))
        return Said(
            doubt="is a range, and a case has a number here, so that it is left out",
            expected="a number",
            range=quantity,
        )
