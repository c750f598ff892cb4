"""The cause of a fault in a query, and what to change.

The parser of the engine names the last place that it has reached, often the end of the text.
The causes that are common are found in the tokens instead: words that lack what must follow
them, clauses in another order, triples without an end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final, NamedTuple

from netkg.ontology.tokens import Token, tokens

__all__ = ["Cause", "cause"]


class Cause(NamedTuple):
    """What is wrong at a token, and what is right."""

    token: Token
    problem: str
    expected: str


_FORMS: Final = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})
_TERMS: Final = frozenset({"iri", "name", "node", "variable", "number", "string"})
_BRACES: Final = frozenset({"WHERE", "OPTIONAL", "MINUS", "UNION", "EXISTS"})
# What must follow a word: a pattern for the next token.
_FOLLOWS: Final = {
    **dict.fromkeys(_BRACES, r"\{"),
    "FILTER": r"\(|<|\w",
    **dict.fromkeys(("BIND", "HAVING", "IN", "ASC", "DESC"), r"\("),
    **dict.fromkeys(("ORDER", "GROUP"), "BY$"),
    **dict.fromkeys(("LIMIT", "OFFSET"), r"[0-9]+$"),
    "NOT": "(?:EXISTS|IN)$",
}
_RANKS: Final = {"GROUP": 1, "HAVING": 2, "ORDER": 3, "LIMIT": 4, "OFFSET": 4, "VALUES": 5}
_AGGREGATES: Final = frozenset({"COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"})
_NAMED: Final = "(expression AS ?name), such as (COUNT(?s) AS ?count)"
_PAIRS: Final = {
    "==": ("== is not an operator of SPARQL", "="),
    "..": ("two dots in a row", "one of them"),
}
# What the engine says, however it lists what it could have read.
_REPORTED: Final = {
    "is not authorized with GROUP BY": (
        "* after SELECT cannot be combined with GROUP BY",
        "the variables of GROUP BY and aggregates after SELECT",
    ),
    "contains a variable that is unbound": (
        "a variable after SELECT is neither in GROUP BY nor in an aggregate",
        "it in GROUP BY, or in an aggregate such as (SAMPLE(?x) AS ?one)",
    ),
    "overrides an existing variable": (
        "AS gives a value to a variable that has one",
        "a new name after AS",
    ),
    "Duplicated variable name": ("a variable is selected twice", "it only once"),
}
_SUBJECT, _PREDICATE, _OBJECT = range(3)


def cause(text: str, message: str = "") -> Cause | None:
    """Return the cause for which a query is not SPARQL; None if it is not a common one.

    ``message`` is what the engine says.

    >>> cause("select ?s { ?s ?p ?o filter ?o > 1 }")[1:]
    ('FILTER is not complete', 'FILTER(…)')
    """
    read = list(tokens(text))
    has_triple_terms = any(token.text in ("<<", "<<(", "{|", "~") for token in read)
    triples = () if has_triple_terms else _triples(read)
    for found in (_followed(read), _selected(read), _ordered(read), triples):
        for each in found:
            return each
    for words, (problem, expected) in _REPORTED.items():
        if words in message:
            first = next((t for t in read if t.text.upper() == "SELECT"), read[0])
            return Cause(first, problem, expected)
    return None


def _followed(read: list[Token]) -> Iterator[Cause]:
    if not any(token.text.upper() in _FORMS for token in read):
        nothing = Token("start", "", 0)
        problem = "no SELECT, ASK, CONSTRUCT or DESCRIBE"
        yield Cause((read or [nothing])[0], problem, "one of them before the pattern")
    end = Token("end", "", len(read[-1].text) + read[-1].at if read else 0)
    declared = False
    for token, after in pairwise([*read, end]):
        word = token.text.upper() if token.kind == "word" else ""
        pattern = _FOLLOWS.get(word)
        if pattern and not re.match(pattern, after.text, re.IGNORECASE):
            opening = {"{": " { … }", "(": "(…)", "<": "(…)"}
            shown = next((opening[sign] for sign in opening if re.match(pattern, sign)), "")
            rest = {"ORDER": " BY", "GROUP": " BY", "NOT": " EXISTS { … }"}.get(word, " 10")
            problem = f"{word} is not complete"
            yield Cause(token, problem, word + (shown or rest))
        if declared and after.kind != "iri":
            yield Cause(token, "a prefix without its IRI", f"PREFIX {token.text} <…>")
        declared = word == "PREFIX"
        if token.kind == "string" and after.text == "^":
            yield Cause(after, "a datatype after ^", "^^ before the datatype")
        pair = token.text + after.text
        if pair in _PAIRS and (pair == ".." or after.at == token.at + 1):
            yield Cause(token, *_PAIRS[pair])


def _selected(read: list[Token]) -> Iterator[Cause]:
    """Yield what is wrong between SELECT and the pattern, and with aggregates in FILTER."""
    selecting, filtering, depth, named, some = False, 0, 0, True, False
    for before, token in pairwise([Token("start", "", 0), *read]):
        word = token.text.upper()
        if word == "SELECT":
            selecting, depth, some = True, 0, False
        elif selecting and depth == 0 and word in ("{", "WHERE"):
            if not some:
                yield Cause(token, "nothing is selected", "variables or * after SELECT")
            selecting = False
        elif selecting and depth == 0 and word == ",":
            yield Cause(token, "a comma after SELECT", "blanks between the variables")
        elif selecting and depth == 0 and token.kind == "word" and word in _AGGREGATES:
            yield Cause(token, "an expression after SELECT has no brackets and name", _NAMED)
        some |= selecting and (token.kind == "variable" or word in ("*", "("))
        if word == "(":
            if depth == 0:
                named = False
                filtering = before.text.upper() == "FILTER"
            depth += 1
        elif word == ")" and depth:
            depth -= 1
            if depth == 0:
                if selecting and not named:
                    yield Cause(token, "an expression after SELECT has no name", _NAMED)
                filtering = False
        named |= word == "AS"
        if filtering and token.kind == "word" and word in _AGGREGATES:
            yield Cause(token, f"{word} in FILTER", f"HAVING({word}(…) …) after GROUP BY")


def _ordered(read: list[Token]) -> Iterator[Cause]:
    """Yield the clauses after the pattern that are in another order than they must be."""
    depth, latest = 0, Token("start", "", 0)
    for token in read:
        word = token.text.upper() if token.kind == "word" else token.text
        depth += (word == "{") - (word == "}")
        if depth == 0 and word in _RANKS:
            if _RANKS[word] < _RANKS.get(latest.text.upper(), 0):
                problem = f"{word} follows {latest.text.upper()}"
                yield Cause(token, problem, "the order GROUP BY, HAVING, ORDER BY, LIMIT, OFFSET")
            latest = token


class _Pattern:
    """A pattern in braces: the terms of its current triple."""

    def __init__(self, bracket: str, *, is_pattern: bool) -> None:
        self.bracket = bracket
        self.is_pattern = is_pattern
        self.terms = 0
        self.joins = False
        self.may_stop = False


def _triples(read: list[Token]) -> Iterator[Cause]:
    """Yield the triples that have too few or too many terms."""
    inside = [_Pattern("", is_pattern=False)]
    data_follow = False
    for before, token in pairwise([Token("start", "", 0), *read]):
        here, word = inside[-1], token.text.upper()
        if token.text in ("(", "[", "{"):
            is_pattern = token.text == "{" and not data_follow
            data_follow &= token.text != "{"
            if here.is_pattern and token.text != "{" and before.kind != "word":
                yield from _counted(here, token)
                here.may_stop = here.terms == 1
            elif token.text == "{":
                here.terms = 0
            inside.append(_Pattern(token.text, is_pattern=is_pattern))
        elif token.text in (")", "]", "}"):
            yield from _stopped(here, token)
            if len(inside) > 1:
                inside.pop()
        elif word == "SELECT":
            here.is_pattern = False
        elif token.kind == "word":
            data_follow |= word == "VALUES"
            if token.text in ("a", "true", "false"):
                yield from _counted(here, token)
            else:
                yield from _stopped(here, token)
        elif token.text in (".", ";", ","):
            yield from _stopped(here, token)
            here.terms = {".": 0, ";": 1, ",": 2}[token.text]
        elif token.text in ("/", "|", "^", "^^", "!"):
            here.joins = here.terms > 1 or token.text == "^^"
        elif token.kind in _TERMS:
            clause = before.text.upper() if before.kind == "word" else ""
            if clause in ("GRAPH", "VALUES", "FILTER"):
                continue
            yield from _counted(here, token)


def _counted(here: _Pattern, token: Token) -> Iterator[Cause]:
    if here.joins or not here.is_pattern:
        here.joins = False
        return
    if here.terms == _OBJECT + 1:
        yield Cause(token, "the triple before this has no end", "a . or ; before it")
    if here.terms == _PREDICATE and token.kind in ("string", "number", "node"):
        yield Cause(token, "not a predicate", "an IRI, a prefixed name or a variable")
    here.terms += 1
    here.may_stop = False


def _stopped(here: _Pattern, token: Token) -> Iterator[Cause]:
    if here.is_pattern and here.terms in (1, 2) and not here.may_stop and token.text != ",":
        yield Cause(token, "the triple before this has less than three parts", "its object")
    here.terms, here.joins, here.may_stop = 0, False, False
