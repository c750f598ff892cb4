"""Write expressions as SQL: an error of SPARQL is NULL, and its logic is that of SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from netkg.compiler import algebra as al
from netkg.compiler.runtime import FALSE, SPACE, TRUE, text_of
from netkg.compiler.sql.terms import CODE, NOTHING, TEXT, Codes, Kind, quoted, rescaled
from netkg.errors import UnsupportedConstruct

__all__ = ["Column", "Columns", "SqlExpressions"]

# The decimals of a quotient, as in the engine that is the reference.
QUOTIENT: Final = 18


@dataclass(frozen=True, slots=True)
class Column:
    """A value in SQL; ``sure`` says that it is never NULL."""

    sql: str
    kind: Kind
    sure: bool = True


Columns: TypeAlias = dict[al.Variable, Column]


class SqlExpressions:
    """Writer of expressions; ``hits`` are the tests for each EXISTS, by its identity."""

    def __init__(self, columns: Columns, hits: Mapping[int, str], codes: Codes, place: str) -> None:
        self._columns = columns
        self._hits = hits
        self._codes = codes
        self._place = place

    # -- truth ---------------------------------------------------------------------------
    def test(self, expression: al.Expression) -> str:
        """Return a condition."""
        match expression:
            case al.Junction(operator, parts):
                return f"({f' {operator.upper()} '.join(map(self.test, parts))})"
            case al.Not(part):
                return f"(NOT {self.test(part)})"
            case al.Exists():
                return self._hits[id(expression)]
            case al.Call("BOUND", (al.Variable() as variable,)):
                column = self._columns.get(variable)
                return f"({column.sql} IS NOT NULL)" if column else "FALSE"
            case al.Comparison(operator, left, right):
                return self._comparison(operator, left, right)
            case al.In(value, choices):
                tests = (self._comparison("=", value, choice) for choice in choices)
                return f"({' OR '.join(tests)})"
        found = self.value(expression)
        if found is None:
            return "CAST(NULL AS BOOLEAN)"
        if found.kind != CODE:
            raise self._refused(f"the truth of a {found.kind.name}")
        true, false = self._codes.of(TRUE), self._codes.of(FALSE)
        return f"(CASE {found.sql} WHEN {true} THEN TRUE WHEN {false} THEN FALSE END)"

    def _comparison(self, operator: str, left: al.Expression, right: al.Expression) -> str:
        found = self._as_one_kind([left, right])
        if found is None:
            return "CAST(NULL AS BOOLEAN)"
        one, other = found
        if operator not in ("=", "!=") and one.kind.name not in ("number", "text"):
            raise self._refused(f"the order of a {one.kind.name}")
        sign = "<>" if operator == "!=" else operator
        return f"({one.sql} {sign} {other.sql})"

    def _as_one_kind(self, expressions: Sequence[al.Expression]) -> list[Column] | None:
        """Return the values of expressions as one kind; None if one never has a value."""
        constants = [e for e in expressions if isinstance(e, al.Constant)]
        found = {e: v for e in expressions if e not in constants and (v := self.value(e))}
        if any(e not in found and e not in constants for e in expressions):
            return None
        kinds = [each.kind for each in found.values()]
        own = [self._codes.kind_of(e.text) for e in constants]
        names = {kind.name for kind in kinds} or {kind.name for kind in own}
        if len(names) > 1:
            raise self._refused(f"a {' and a '.join(sorted(names))} together")
        numeric = [k for k in (*kinds, *own) if k.name == "number"]
        scale = max((kind.scale for kind in numeric), default=0)
        kind = Kind(next(iter(names)), scale)
        result = []
        for each in expressions:
            if isinstance(each, al.Constant):
                sql = self._codes.constant(each.text, kind)
                result.append(Column(f"CAST({sql} AS {kind.type})", kind))
            else:
                value = found[each]
                result.append(replace(value, sql=rescaled(value.sql, value.kind, scale), kind=kind))
        return result

    # -- values --------------------------------------------------------------------------
    def value(self, expression: al.Expression) -> Column | None:
        """Return a value; None if there is never one."""
        match expression:
            case al.Variable():
                column = self._columns.get(expression)
                return column if column and column.kind != NOTHING else None
            case al.Constant(text):
                kind = self._codes.kind_of(text)
                return Column(f"CAST({self._codes.constant(text, kind)} AS {kind.type})", kind)
            case al.Call("COALESCE", parts):
                values = self._known(parts)
                if not values:
                    return None
                sure = any(value.sure for value in values)
                return replace(
                    values[0], sql=f"COALESCE({', '.join(v.sql for v in values)})", sure=sure
                )
            case al.Call("IF", (test, yes, no)):
                return self._choice(test, yes, no)
            case al.Call("STR", (part,)):
                return self._text(part)
            case al.Call("LCASE" | "UCASE" as name, (part,)):
                value = self._of_text(part)
                function = "lower" if name == "LCASE" else "upper"
                return value and replace(value, sql=f"{function}({value.sql})")
            case al.Call("REPLACE", (part, al.Constant(pattern), al.Constant(by))):
                value = self._of_text(part)
                # The white space of Unicode, as in the runtime.
                plain = (text_of(pattern) or "").replace(r"\s", SPACE)
                texts = f"{quoted(plain)}, {quoted(text_of(by) or '')}"
                return value and replace(value, sql=f"regexp_replace({value.sql}, {texts}, 'g')")
            case al.Call("FLOOR", (part,)):
                return self._floor(part)
            case al.Arithmetic(operator, left, right):
                return self._computed(operator, left, right)
            case al.Call(name) if name != "BOUND":
                raise self._refused(name)
        true, false = self._codes.of(TRUE), self._codes.of(FALSE)
        sql = f"CASE {self.test(expression)} WHEN TRUE THEN {true} WHEN FALSE THEN {false} END"
        # EXISTS and BOUND are never an error.
        sure = isinstance(expression, al.Exists | al.Call)
        return Column(f"CAST({sql} AS {CODE.type})", CODE, sure)

    def _known(self, parts: Sequence[al.Expression]) -> list[Column]:
        """Return the values of those expressions that can have one, as one kind."""
        able = [p for p in parts if isinstance(p, al.Constant) or self.value(p) is not None]
        return self._as_one_kind(able) or []

    def _choice(self, test: al.Expression, yes: al.Expression, no: al.Expression) -> Column | None:
        values = self._known([yes, no])
        if not values:
            return None
        able = [
            each if isinstance(each, al.Constant) or self.value(each) is not None else None
            for each in (yes, no)
        ]
        texts = iter(v.sql for v in values)
        first, second = ("NULL" if each is None else next(texts) for each in able)
        condition = self.test(test)
        sql = f"CASE WHEN {condition} THEN {first} WHEN NOT {condition} THEN {second} END"
        return replace(values[0], sql=f"({sql})", sure=False)

    # -- texts ---------------------------------------------------------------------------
    def _text(self, part: al.Expression) -> Column | None:
        value = self.value(part)
        if value is None or value.kind == TEXT:
            return value
        if value.kind != CODE:
            raise self._refused(f"STR of a {value.kind.name}")
        return replace(value, sql=f"term_text({value.sql})", kind=TEXT)

    def _of_text(self, part: al.Expression) -> Column | None:
        value = self.value(part)
        if value is not None and value.kind != TEXT:
            raise self._refused(f"a function of texts for a {value.kind.name}")
        return value

    # -- numbers -------------------------------------------------------------------------
    def _number(self, part: al.Expression) -> Column | None:
        value = self.value(part)
        if value is not None and value.kind.name != "number":
            raise self._refused(f"arithmetic with a {value.kind.name}")
        return value

    def _computed(self, operator: str, left: al.Expression, right: al.Expression) -> Column | None:
        one, other = self._number(left), self._number(right)
        if one is None or other is None:
            return None
        a, b = one.kind.scale, other.kind.scale
        sure = one.sure and other.sure
        if operator in "+-":
            scale = max(a, b)
            texts = (rescaled(one.sql, one.kind, scale), rescaled(other.sql, other.kind, scale))
            return Column(f"({f' {operator} '.join(texts)})", Kind("number", scale), sure)
        if operator == "*":
            wide = f"(CAST({one.sql} AS HUGEINT) * {other.sql})"
            kind = Kind("number", a + b)
            if a + b > QUOTIENT:
                raise self._refused("a product with more than 18 decimals")
            return Column(f"CAST({wide} AS {kind.type})", kind, sure)
        # Division by zero is an error; the quotient has 18 decimals, and the rest is cut off.
        above = f"CAST({one.sql} AS HUGEINT) * {10 ** max(QUOTIENT + b - a, 0)}"
        sql = f"(({above}) // NULLIF(CAST({other.sql} AS HUGEINT), 0))"
        return Column(sql, Kind("number", QUOTIENT), False)

    def _floor(self, part: al.Expression) -> Column | None:
        value = self._number(part)
        if value is None or value.kind.scale == 0:
            return value
        unit = 10**value.kind.scale
        # Division cuts off, so that what is below zero and has a rest is one too high.
        low = f"CASE WHEN {value.sql} < 0 AND {value.sql} % {unit} <> 0 THEN 1 ELSE 0 END"
        sql = f"CAST(({value.sql} // {unit}) - {low} AS BIGINT)"
        return Column(sql, Kind("number"), value.sure)

    def _refused(self, what: str) -> UnsupportedConstruct:
        return UnsupportedConstruct.in_query(what, self._place)
