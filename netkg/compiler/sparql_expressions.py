"""Read the terms and the expressions of SPARQL, by recursive descent over its tokens.

Every part keeps its line, so that what is not implemented is refused by its name, the file
and the line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import count
from typing import Final, NoReturn

import pyoxigraph as ox

from netkg.compiler import algebra as al
from netkg.compiler.runtime import number, term
from netkg.errors import UnsupportedConstruct
from netkg.namespaces import XSD
from netkg.ontology.tokens import FAULTS, Token, line_and_column, tokens

__all__ = ["ExpressionReader"]

# The functions that are implemented, with their numbers of arguments.
FUNCTIONS: Final = {
    **dict.fromkeys(("ABS", "BOUND", "CEIL", "FLOOR", "LCASE", "STR", "UCASE"), (1, 1)),
    **{"BNODE": (0, 0), "COALESCE": (1, 99), "IF": (3, 3), "REPLACE": (3, 3)},
}
AGGREGATES: Final = ("MAX", "MIN", "COUNT")
COMPARISONS: Final = ("=", "!=", "<", ">", "<=", ">=")
_ESCAPE: Final = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_ESCAPED: Final = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


class ExpressionReader:
    """Reader of a query from its tokens; what extends it reads the patterns."""

    def __init__(self, name: str, text: str) -> None:
        self._name, self._text = name, text
        self._tokens = [*tokens(text), Token("end", "", len(text))]
        self._at = 0
        self._prefixes: dict[str, str] = {}
        self._numbers = count(1)
        # The names that a subquery gives to the variables that it hides; those that are made up
        # have a point, which no variable of a query has.
        self._renamed: list[dict[str, str]] = []
        self._picks: list[list[al.Pick]] = []

    def _group(self) -> al.Group:
        raise NotImplementedError

    # -- tokens ------------------------------------------------------------------------
    def _refuse(self, what: str, token: Token | None = None, expected: str = "") -> NoReturn:
        line, _ = line_and_column(self._text, (token or self._next).at)
        raise UnsupportedConstruct.in_query(what, self._name, line, expected=expected)

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    @property
    def _word(self) -> str:
        """The next token as a keyword, or as a sign."""
        kind, text, _ = self._next
        return text.upper() if kind == "word" and text != "a" else text if kind == "sign" else ""

    def _take(self) -> Token:
        token = self._next
        if token.kind in FAULTS:
            self._refuse(f"{token.text!r}")
        self._at += 1
        return token

    def _accept(self, *words: str) -> str:
        word = self._word
        if word and word in words:
            self._at += 1
            return word
        return ""

    def _expect(self, word: str) -> None:
        if not self._accept(word):
            self._refuse(f"{self._next.text!r} at this place", expected=word)

    # -- terms -------------------------------------------------------------------------
    def _variable(self) -> al.Variable:
        token = self._take()
        if token.kind != "variable":
            self._refuse(f"{token.text!r} in place of a variable", token)
        name = token.text[1:]
        return al.Variable(self._renamed[-1].get(name, name) if self._renamed else name)

    def _term(self) -> al.Term:
        return self._variable() if self._next.kind == "variable" else self._constant()

    def _constant(self) -> al.Constant:
        token = self._take()
        kind, text, _ = token
        if kind == "iri":
            return al.Constant(str(ox.NamedNode(_unescaped(text[1:-1]))))
        if kind == "name":
            prefix, _, local = text.partition(":")
            if prefix not in self._prefixes:
                self._refuse(f"the prefix {prefix}:", token, "one that is declared")
            return al.Constant(str(ox.NamedNode(self._prefixes[prefix] + local.replace("\\", ""))))
        if kind == "number":
            name = "double" if "e" in text.lower() else "decimal" if "." in text else "integer"
            return _literal(text, XSD + name)
        if kind == "string":
            quotes = 3 if text[:3] in ('"""', "'" * 3) else 1
            value = _unescaped(text[quotes:-quotes])
            if self._next.kind == "language" or self._word == "^^":
                self._refuse(f"{self._next.text} after a text")
            return al.Constant(str(ox.Literal(value)))
        if text.lower() not in ("true", "false"):
            self._refuse(text or "the end of the query at this place", token)
        return _literal(text.lower(), XSD + "boolean")

    # -- expressions -------------------------------------------------------------------
    def _expression(self) -> al.Expression:
        return self._joined("or", "||", lambda: self._joined("and", "&&", self._relation))

    def _joined(self, word: str, sign: str, part: Callable[[], al.Expression]) -> al.Expression:
        parts = [part()]
        while self._accept(sign):
            parts.append(part())
        return parts[0] if len(parts) == 1 else al.Junction(word, tuple(parts))  # type: ignore[arg-type]

    def _relation(self) -> al.Expression:
        left = self._sum()
        if sign := self._accept(*COMPARISONS):
            return al.Comparison(sign, left, self._sum())  # type: ignore[arg-type]
        negated = self._word == "NOT"
        if negated:
            self._take()
        if negated or self._word == "IN":
            self._expect("IN")
            choices = al.In(left, tuple(self._arguments()))
            return al.Not(choices) if negated else choices
        return left

    def _sum(self) -> al.Expression:
        return self._computed(("+", "-"), lambda: self._computed(("*", "/"), self._unary))

    def _computed(self, signs: tuple[str, ...], part: Callable[[], al.Expression]) -> al.Expression:
        left = part()
        while sign := self._accept(*signs):
            left = al.Arithmetic(sign, left, part())  # type: ignore[arg-type]
        return left

    def _unary(self) -> al.Expression:
        if self._accept("!"):
            return al.Not(self._unary())
        if self._accept("-"):
            return al.Arithmetic("-", _literal("0", XSD + "integer"), self._unary())
        return self._primary()

    def _primary(self) -> al.Expression:
        if self._accept("("):
            inner = self._expression()
            self._expect(")")
            return inner
        word = self._word
        if word in ("EXISTS", "NOT"):
            self._take()
            if word == "NOT":
                self._expect("EXISTS")
            found = al.Exists(self._group())
            return al.Not(found) if word == "NOT" else found
        if word in AGGREGATES:
            return self._aggregate(word)
        if word in FUNCTIONS:
            token = self._take()
            arguments = tuple(self._arguments())
            least, most = FUNCTIONS[word]
            if not least <= len(arguments) <= most:
                self._refuse(f"{word} with {len(arguments)} arguments", token)
            return al.Call(word, arguments)
        if self._next.kind == "variable":
            return self._variable()
        return self._constant()

    def _aggregate(self, kind: str) -> al.Expression:
        token = self._take()
        self._expect("(")
        if not self._picks or self._next.kind != "variable":
            self._refuse(f"{kind} of other than a variable, or outside of a subquery", token)
        of = self._variable()
        self._expect(")")
        variable = al.Variable(f"picked.{next(self._numbers)}")
        self._picks[-1].append(al.Pick(kind, of, variable))  # type: ignore[arg-type]
        return variable

    def _arguments(self) -> Iterator[al.Expression]:
        self._expect("(")
        if self._accept(")"):
            return
        while True:
            yield self._expression()
            if self._accept(")"):
                return
            self._expect(",")


def _literal(text: str, datatype: str) -> al.Constant:
    """Return a literal in the form in which facts have it: numbers in their shortest."""
    plain = str(ox.Literal(text, datatype=ox.NamedNode(datatype)))
    found = number(plain)
    return al.Constant(plain if found is None or isinstance(found, float) else str(term(found)))


def _unescaped(text: str) -> str:
    def plain(found: re.Match[str]) -> str:
        code = found[1] or found[2]
        return chr(int(code, 16)) if code else _ESCAPED.get(found[3], found[3])

    return _ESCAPE.sub(plain, text)
