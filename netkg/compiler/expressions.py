"""Write expressions of the algebra as Python.

An expression has three readings: whether it is true (or false: an error is neither), its value
as a term, and its value as a number.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from netkg.compiler.algebra import (
    Arithmetic,
    Call,
    Comparison,
    Constant,
    Exists,
    Expression,
    Group,
    In,
    Junction,
    Not,
    Variable,
)
from netkg.compiler.runtime import number, text_of
from netkg.errors import UnsupportedConstruct

__all__ = ["Expressions"]

_ORDER: Final = {"<": (False, False), "<=": (False, True), ">": (True, False), ">=": (True, True)}


class Expressions:
    """Writer of expressions; ``name`` gives the Python name of a variable, None without one."""

    def __init__(
        self, name: Callable[[Variable], str], exists: Callable[[Group], str], place: str
    ) -> None:
        self._name = name
        self._exists = exists
        self._place = place

    def test(self, expression: Expression, wanted: bool = True) -> str:
        """Return Python that is true if the expression is what is wanted, true or false."""
        match expression:
            case Junction(operator, parts):
                word = "and" if (operator == "and") == wanted else "or"
                return f"({f' {word} '.join(self.test(part, wanted) for part in parts)})"
            case Not(part):
                return self.test(part, not wanted)
            case Exists(part):
                return self._exists(part) if wanted else f"not {self._exists(part)}"
            case Call("BOUND", (Variable() as variable,)):
                return f"{self._name(variable)} is {'not ' if wanted else ''}None"
            case Comparison(operator, left, right):
                return self._comparison(operator, left, right, wanted)
            case In(value, choices):
                equal = tuple(Comparison("=", value, choice) for choice in choices)
                return self.test(Junction("or", equal), wanted)
        return f"is_true({self.value(expression)}) is {wanted}"

    def _comparison(self, operator: str, left: Expression, right: Expression, wanted: bool) -> str:
        if operator in ("=", "!="):
            wanted = wanted == (operator == "=")
            if any(isinstance(e, Constant) and e.text.startswith("<") for e in (left, right)):
                first, second = sorted(
                    (self.value(left), self.value(right)), key=lambda text: text.startswith("'")
                )
                if wanted:
                    return f"{first} == {second}"
                return f"(None is not {first} != {second})"
            return f"equal({self.value(left)}, {self.value(right)}) is {wanted}"
        turned, or_equal = _ORDER[operator]
        first, second = (right, left) if turned else (left, right)
        option = ", or_equal=True" if or_equal else ""
        return f"is_less({self.value(first)}, {self.value(second)}{option}) is {wanted}"

    def value(self, expression: Expression) -> str:
        """Return Python for the value of an expression as a term."""
        match expression:
            case Variable():
                return self._name(expression)
            case Constant(text):
                return repr(text)
            case Call("IF", (test, yes, no)):
                return (
                    f"({self.value(yes)} if {self.test(test)}"
                    f" else {self.value(no)} if {self.test(test, False)} else None)"
                )
            case Call("COALESCE", parts):
                names = [self.value(part) for part in parts]
                # The last value, if it cannot be an error, needs no test.
                return f"next((x for x in ({', '.join(names)},) if x is not None), None)"
            case Call("STR", (part,)):
                inner = self.value(part)
                return f"(None if {inner} is None else string(text_of({inner})))"
            case Call("LCASE" | "UCASE" as function, (part,)):
                return f"cased({self.value(part)}, {function!r})"
            case Call("REPLACE", (part, Constant(pattern), Constant(by))):
                self._check(pattern, by)
                return f"replaced({self.value(part)}, {text_of(pattern)!r}, {text_of(by)!r})"
            case Arithmetic() | Call("ABS" | "CEIL" | "FLOOR"):
                return f"term({self.number(expression)})"
            case Call(name):
                raise self._refused(f"{name} of these arguments")
        test, contrary = self.test(expression), self.test(expression, False)
        return f"term(True if {test} else False if {contrary} else None)"

    def number(self, expression: Expression) -> str:
        """Return Python for the value of an expression as a number."""
        match expression:
            case Constant(text) if isinstance(number(text), int):
                return str(number(text))
            case Arithmetic(operator, left, right):
                return f"compute({operator!r}, {self.number(left)}, {self.number(right)})"
            case Call("ABS" | "CEIL" | "FLOOR" as function, (part,)):
                return f"rounded({function!r}, {self.number(part)})"
            case Call("IF", (test, yes, no)):
                return (
                    f"({self.number(yes)} if {self.test(test)}"
                    f" else {self.number(no)} if {self.test(test, False)} else None)"
                )
        return f"number({self.value(expression)})"

    def _check(self, pattern: str, by: str) -> None:
        """Refuse a regular expression that Python may read in another way."""
        text, replacement = text_of(pattern) or "", text_of(by) or ""
        if "$" in replacement or "\\" in replacement:
            raise self._refused("$ or \\ in the replacement of REPLACE")
        if re.sub(r"\\[s\[\]().|?*+\\]", "", text).find("\\") >= 0 or "(?" in text:
            raise self._refused(f"the regular expression {text}")

    def _refused(self, what: str) -> UnsupportedConstruct:
        return UnsupportedConstruct(f"{what} is not implemented", term=self._place)
