"""Refuse a query that reaches other data than its data set, or ends the engine's process.

The engine follows ``SERVICE`` to any host and has no option against it, and its parser is
recursive, so that a long chain or a deep nesting ends the process. A query is read token
by token (:mod:`netkg.ontology.tokens`), and all that is not understood is refused. So is what
can be read in two ways, for the engine is not strict about tokens: it needs no blank after
a word, so that ``SERVICE:x { … }`` is a call where others see a name, and decides by the
place whether ``<`` is an operator or begins an IRI.

Queries run in a process of their own, without network. The guard is there for a message
that says what to change.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, NoReturn

from netkg.errors import InputError
from netkg.limits import beyond, limits
from netkg.ontology.tokens import FAULTS, IRI, WORDS, Token, line_and_column, tokens
from netkg.suggestions import closest, did_you_mean

__all__ = ["check"]

_CLOSING: Final = {"(": ")", "[": "]", "{": "}", "{|": "|}", "<<": ">>", "<<(": ")>>"}
_TERMS: Final = frozenset({"iri", "name", "node", "variable", "number", "string"})
_UPDATES: Final = frozenset(
    {"ADD", "CLEAR", "COPY", "CREATE", "DELETE", "DROP", "INSERT", "LOAD", "MOVE", "WITH"}
)
# What other languages write, and what SPARQL has instead.
_FOREIGN: Final = {"AND": "&&", "OR": "||", "LIKE": "REGEX or CONTAINS", "NULL": "BOUND"}
_FORMS: Final = "a query without it: SELECT, ASK, CONSTRUCT or DESCRIBE"
# Signs that do not lengthen a chain: one expression has one comparison.
_SINGLE: Final = frozenset({"=", "!=", "<", "<=", ">", ">=", "^^"})

# The engine reads the operand again for each of these, twice as often in each level.
_READ_AGAIN: Final = frozenset({"GROUP_CONCAT", "REGEX", "REPLACE", "SUBSTR"})
_MOST_READ_AGAIN: Final = 12

# After an operand, the engine may read < as an operator, unless no operand begins like this.
_SURELY_IRI: Final = re.compile(
    r"<(?:[A-Za-z][A-Za-z0-9]*+://|[A-Za-z][A-Za-z0-9]*+:[A-Za-z0-9][\w:.-]*+>)", re.ASCII
)
_DOTS: Final = re.compile(r"(?<!\\)\.+")
_SUBTRACTION: Final = re.compile(r"(?:true|false)-")
# In SPARQL 1.1 such an escape ends the string, comment or IRI around it; the engine reads it
# as a character.
_SIGN_ESCAPED: Final = re.compile(
    r"\\(?:u00|U000000)(?:[0-2][0-9A-Fa-f]|3[A-Fa-f]|40|5[B-Fb-f]|60|7[B-Fb-f])"
)
_LONGEST: Final = 40  # characters that a message repeats
_HALF_CHARACTER: Final = re.compile("[\ud800-\udfff]")


def check(text: str, *, source: str = "") -> bool:
    """Refuse a text that may do more than query, and return whether it sorts its rows.

    >>> check("DESCRIBE <urn:x> # and no SERVICE")
    False

    Raises:
        InputError: if the text updates, calls a service, chooses its own data set, is not
            made of the tokens of SPARQL, can be read in two ways, or is beyond the limits
            ``depth`` and ``chain``.
    """
    guard = _Guard(text, source)
    for pattern, problem, expected in (
        (_HALF_CHARACTER, "not a character of Unicode", "UTF-8"),
        (_SIGN_ESCAPED, "this escape can be read in two ways", 'a character, or \\", \\n or \\t'),
    ):
        if found := pattern.search(text):
            guard.refuse(problem, Token("stray", found[0], found.start()), expected)
    for token in tokens(text):
        guard.read(token)
    guard.finish()
    return guard.sorts


@dataclass(slots=True)
class _Frame:
    """What is known between two brackets, up to the token that was read last.

    The tree that the engine builds is as high as all chains on the way to its deepest leaf
    are long, so ``chain`` counts in this frame, and ``below`` is the height of the frames
    within.
    """

    opening: Token
    read_again: int = 0
    is_data: bool = False
    data_follows: bool = False
    chain: int = 0
    below: int = 0
    tallest_argument: int = 0

    @property
    def height(self) -> int:
        return max(self.chain + self.below, self.tallest_argument)


class _Guard:
    """The state of one check."""

    def __init__(self, text: str, source: str) -> None:
        self.text = text
        self.source = source
        self.sorts = False
        self.last = Token("start", "", 0)
        self.negated = False
        self.limits = limits()
        self.frames = [_Frame(self.last)]

    def read(self, token: Token) -> None:
        """Check one token, given those before it."""
        if token.text[0] == "<":
            self.check_operator(token)
        match token.kind:
            case "sign":
                self.read_sign(token)
            case "word":
                self.read_word(token)
            case "name":
                self.check_name(token)
            case "malformed" | "unclosed" | "stray":
                problem, expected = FAULTS[token.kind]
                self.refuse(problem, token, expected)
        frame = self.frames[-1]
        if token.kind in _TERMS and frame.opening.text in ("", "(") and self.follows_operand:
            self.lengthen(frame, token)
        self.last = token

    def read_word(self, token: Token) -> None:
        word = token.text.upper()
        if "SERVICE" in word:
            self.refuse("SERVICE would query another server", token, _FORMS)
        if "FROM" in word:
            self.refuse("FROM would choose other data", token, "GRAPH, to query one named graph")
        if word in _UPDATES:
            self.refuse(f"{word} is an update, which is not allowed", token, _FORMS)
        if token.text not in WORDS and (word not in WORDS or not word.isascii()):
            if word in _FOREIGN:
                self.refuse(f"{word} is not an operator of SPARQL", token, _FOREIGN[word])
            close = closest(token.text[:_LONGEST], WORDS)
            expected = "a keyword of SPARQL, with blanks around it"
            self.refuse("unknown keyword", token, expected, did_you_mean(close))
        # The order of a part is not that of the whole.
        self.sorts |= word == "ORDER" and len(self.frames) == 1
        self.frames[-1].data_follows |= word == "VALUES"

    def check_name(self, token: Token) -> None:
        prefix, _, local = token.text.partition(":")
        if "FROM" in prefix.upper() and len(self.frames) == 1 and not self.follows("PREFIX"):
            self.refuse_name(token)
        if _SUBTRACTION.match(prefix):
            self.refuse_name(token)
        if len(_DOTS.findall(local)) > 1:
            expected = r"dots written as \., or the whole IRI in <>"
            self.refuse("the engine ends this name at its second dot", token, expected)

    def read_sign(self, token: Token) -> None:
        frame = self.frames[-1]
        if token.text in _CLOSING:
            self.open(token)
        elif token.text in _CLOSING.values():
            self.close(token)
        elif token.text == "," and frame.opening.text == "(":
            frame.tallest_argument, frame.chain, frame.below = frame.height, 0, 0
        elif token.text not in _SINGLE:
            self.lengthen(frame, token)
        self.negated = token.text == "!"

    def open(self, token: Token) -> None:
        around, last = self.frames[-1], self.last
        if token.text == "{" and last.kind == "name" and "SERVICE" in _prefix(last):
            self.refuse_name(last)
        if around.opening.text != "(" or self.follows_operand:
            self.lengthen(around, token)
        if len(self.frames) > self.limits.depth:
            self.refuse_beyond("depth", "nests brackets too deeply", token)
        again = around.read_again + self.negated + (last.text.upper() in _READ_AGAIN)
        if again > _MOST_READ_AGAIN:
            expected = f"at most {_MOST_READ_AGAIN} of them within each other, or BIND"
            names = "GROUP_CONCAT, REGEX, REPLACE, SUBSTR and !"
            self.refuse(f"nests {names} too deeply", token, expected)
        data = around.data_follows if token.text == "{" else around.is_data
        around.data_follows &= token.text != "{"
        self.frames.append(_Frame(token, again, data))

    def close(self, token: Token) -> None:
        opening = self.frames[-1].opening
        if _CLOSING.get(opening.text) != token.text:
            expected = f"{_CLOSING[opening.text]} first" if opening.text else "a query without it"
            self.refuse("this bracket closes none", token, expected)
        inner = self.frames.pop()
        outer = self.frames[-1]
        outer.below = max(outer.below, inner.height)
        self.lengthen(outer, token, by=0)

    def finish(self) -> None:
        """Refuse brackets that are still open."""
        opening = self.frames[-1].opening
        if opening.text:
            expected = f"{_CLOSING[opening.text]} at its end"
            self.refuse("this bracket is not closed", opening, expected)

    def lengthen(self, frame: _Frame, token: Token, by: int = 1) -> None:
        if frame.is_data:
            return  # the rows of VALUES make no tree
        frame.chain += by
        if frame.height > self.limits.chain:
            self.refuse_beyond("chain", "has too many operands or clauses in a row", token)

    def check_operator(self, token: Token) -> None:
        if self.frames[-1].opening.text != "(" or self.frames[-1].is_data:
            return
        start = token.at + (token.text[:2] == "<<")
        surely = _SURELY_IRI.match(self.text, start)
        if self.follows_operand and IRI.match(self.text, start) and not surely:
            self.refuse("< can be an operator or begin an IRI", token, "a blank after <")

    @property
    def follows_operand(self) -> bool:
        last = self.last
        return (
            last.kind in _TERMS
            or last.kind == "language"
            or last.text in ("true", "false")
            or (last.kind == "sign" and last.text in _CLOSING.values())
        )

    def follows(self, word: str) -> bool:
        return self.last.kind == "word" and self.last.text.upper() == word

    def refuse_name(self, token: Token) -> NoReturn:
        expected = "another prefix, or the whole IRI in <>"
        self.refuse("this can be read as a keyword and as a name", token, expected)

    def refuse(self, problem: str, token: Token, expected: str, hint: str = "") -> NoReturn:
        line, column = line_and_column(self.text, token.at)
        found = _excerpt(token.text)
        raise InputError(
            f"{problem} (column {column})",
            source=self.source,
            line=line,
            found="" if found.upper() in problem else found,
            expected=expected,
            hint=hint,
        )

    def refuse_beyond(self, name: str, what: str, token: Token) -> NoReturn:
        line, column = line_and_column(self.text, token.at)
        raise beyond(name, f"{what} (column {column})", source=self.source, line=line)


def _prefix(name: Token) -> str:
    return name.text.partition(":")[0].upper()


def _excerpt(text: str) -> str:
    """Return the beginning of a token, with an escape for what cannot be seen."""
    return text[:_LONGEST] if text.isprintable() else ascii(text[:_LONGEST])[1:-1]
