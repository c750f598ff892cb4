"""Write expressions of the algebra as Python.

An expression has three readings: whether it is true (or false: an error is neither), its value
as a term, and its value as a number.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from netkg.compiler import algebra as al
from netkg.compiler.runtime import number, text_of
from netkg.errors import UnsupportedConstruct

__all__ = ["Expressions"]

_ORDER: Final = {"<": (False, False), "<=": (False, True), ">": (True, False), ">=": (True, True)}


class Expressions:
    """Writer of expressions; ``name`` gives the Python name of a variable, None without one."""

    def __init__(
        self, name: Callable[[al.Variable], str], exists: Callable[[al.Group], str], place: str
    ) -> None:
        self._name = name
        self._exists = exists
        self._place = place

    def test(self, expression: al.Expression, wanted: bool = True) -> str:
        """Return Python that is true if the expression is what is wanted, true or false."""
        match expression:
            case al.Junction(operator, parts):
                word = "and" if (operator == "and") == wanted else "or"
                return f"({f' {word} '.join(self.test(each, wanted) for each in parts)})"
            case al.Not(part):
                return self.test(part, not wanted)
            case al.Exists(part):
                return self._exists(part) if wanted else f"not {self._exists(part)}"
            case al.Call("BOUND", (al.Variable() as variable,)):
                return f"{self._name(variable)} is {'not ' if wanted else ''}None"
            case al.Comparison(operator, left, right):
                return self._comparison(operator, left, right, wanted)
            case al.In(value, choices):
                equal = tuple(al.Comparison("=", value, choice) for choice in choices)
                return self.test(al.Junction("or", equal), wanted)
        return f"is_true({self.value(expression)}) is {wanted}"

    def _comparison(
        self, operator: str, left: al.Expression, right: al.Expression, wanted: bool
    ) -> str:
        if operator in ("=", "!="):
            wanted = wanted == (operator == "=")
            if any(isinstance(e, al.Constant) and e.text.startswith("<") for e in (left, right)):
                one, other = sorted(map(self.value, (left, right)), key=lambda t: t[:1] in "'\"")
                return f"{one} == {other}" if wanted else f"(None is not {one} != {other})"
            return f"equal({self.value(left)}, {self.value(right)}) is {wanted}"
        turned, or_equal = _ORDER[operator]
        first, second = (right, left) if turned else (left, right)
        option = ", or_equal=True" if or_equal else ""
        return f"is_less({self.value(first)}, {self.value(second)}{option}) is {wanted}"

    def value(self, expression: al.Expression) -> str:
        """Return Python for the value of an expression as a term."""
        match expression:
            case al.Variable():
                return self._name(expression)
            case al.Constant(text):
                return repr(text)
            case al.Call("IF", (test, yes, no)):
                return (
                    f"({self.value(yes)} if {self.test(test)}"
                    f" else {self.value(no)} if {self.test(test, False)} else None)"
                )
            case al.Call("COALESCE", parts):
                names = [self.value(each) for each in parts]
                return f"next((x for x in ({', '.join(names)},) if x is not None), None)"
            case al.Call("STR", (part,)):
                return f"string(text_of({self.value(part)}))"
            case al.Call("LCASE" | "UCASE" as name, (part,)):
                return f"cased({self.value(part)}, {name!r})"
            case al.Call("REPLACE", (part, al.Constant(pattern), al.Constant(by))):
                self._check(pattern, by)
                return f"replaced({self.value(part)}, {text_of(pattern)!r}, {text_of(by)!r})"
            case al.Arithmetic() | al.Call("ABS" | "CEIL" | "FLOOR"):
                return f"term({self.number(expression)})"
            case al.Exists(inner):
                return f"(TRUE if {self._exists(inner)} else FALSE)"
            case al.Call(function) if function != "BOUND":
                raise self._refused(f"{function} of these arguments")
        yes_, no_ = self.test(expression), self.test(expression, False)
        return f"term(True if {yes_} else False if {no_} else None)"

    def number(self, expression: al.Expression) -> str:
        """Return Python for the value of an expression as a number."""
        match expression:
            case al.Constant(text) if isinstance(number(text), int):
                return str(number(text))
            case al.Arithmetic(operator, left, right):
                return f"compute({operator!r}, {self.number(left)}, {self.number(right)})"
            case al.Call("ABS" | "CEIL" | "FLOOR" as function, (part,)):
                return f"rounded({function!r}, {self.number(part)})"
            case al.Call("IF", (test, yes, no)):
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
        # Escapes apart, plain text and sets of plain characters are the same in both languages.
        bare = re.sub(r"\\[s\[\]().|?*+]|\[\^?[\w /.,;:%]+\]", "", text)
        try:
            is_plain = not re.search(r"[\\\[\]{}$]|\(\?", bare) and not re.search(text, "")
        except re.error:
            is_plain = False
        if not is_plain:
            raise self._refused(f"the regular expression {text}")

    def _refused(self, what: str) -> UnsupportedConstruct:
        return UnsupportedConstruct.in_query(what, self._place)
