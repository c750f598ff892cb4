"""The predicates that a query asks for, so that a cohort is not built whole for one question.

A plan has a thousand triples, and most questions read a few of them. Where each pattern of a
query has its predicate as a name, a triple with another predicate cannot be part of an answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from netkg.namespaces import RDF
from netkg.ontology.tokens import Token, tokens

__all__ = ["predicates"]

# The kinds of tokens that are a term of a pattern, and the signs that can begin one.
_TERMS: Final = frozenset({"iri", "name", "node", "variable", "number", "string", "language"})
_BEGIN: Final = frozenset({"(", "[", "+", "-", "true", "false"})
# A path that excludes, or has no steps and leads from each node to itself; a triple term.
_OPEN: Final = frozenset({"!", "?", "*", "<<", "<<(", "{|", "~"})
_START: Final = Token("start", "", 0)


def predicates(text: str, prefixes: Mapping[str, str]) -> frozenset[str] | None:
    """Return the IRIs that a triple must have as predicate to be part of an answer.

    They may be too many, but not too few. None if any triple may be part: for a variable as
    predicate, a path of no steps, and whatever is not surely understood.

    >>> sorted(predicates("ask { ?s x:p/x:q ?o }", {"x": "urn:"}) or ())[2:]
    ['urn:p', 'urn:q']
    >>> predicates("ask { ?s ?p ?o }", {}), predicates("ask { ?s <urn:p>* ?o }", {})
    (None, None)
    """
    reader = _Reader(prefixes)
    read = [*tokens(text), _START]
    understood = all(map(reader.read, read, read[1:]))
    return frozenset(reader.found) if understood else None


class _Reader:
    """The state of one reading, token by token.

    ``inside`` has the open brackets; those of an expression, of data or of a selection
    contain no pattern and are noted as a blank.
    """

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self.known = dict(prefixes)
        self.found = {RDF + "first", RDF + "rest"}
        self.inside = [" "]
        self.last = _START
        self.prefix: str | None = None
        self.data_follow = False
        self.ends_term = False

    def read(self, token: Token, after: Token) -> bool:
        """Take the next token; False if the rest cannot be understood."""
        in_pattern = self.inside[-1] != " "
        ends_term = token.kind in _TERMS
        match token.kind:
            case "word":
                understood = self.read_word(token.text.upper(), after)
                ends_term = token.text in ("true", "false")
            case "iri" | "name":
                understood = self.read_name(token)
            case "variable":
                understood = not (in_pattern and self.is_predicate(after))
            case "sign":
                understood = not (in_pattern and token.text in _OPEN)
                ends_term = token.text == "]"
                if token.text in ("(", "[", "{"):
                    self.open(token.text)
                elif token.text in (")", "]", "}"):
                    understood = self.last.text != "{" and len(self.inside) > 1
                    ends_term |= self.inside.pop() == "("
            case _:
                understood = token.kind in _TERMS
        self.last, self.ends_term = token, ends_term
        return understood

    def read_word(self, word: str, after: Token) -> bool:
        if word == "A":
            self.found.add(RDF + "type")
        self.data_follow |= word == "VALUES"
        if word == "SELECT":
            self.inside[-1] = " "  # the braces contain an inner query
        names_all = word == "GRAPH" and after.kind == "variable"
        return not names_all and word not in ("BASE", "DESCRIBE")

    def read_name(self, token: Token) -> bool:
        if "\\" in token.text:
            return False
        if token.kind == "iri":
            iri = token.text[1:-1]
            if self.prefix is not None:
                self.known[self.prefix], self.prefix = iri, None
            self.found.add(iri)
            return True
        prefix, _, local = token.text.partition(":")
        if self.last.text.upper() == "PREFIX":
            self.prefix = prefix
        elif prefix in self.known:
            self.found.add(self.known[prefix] + local)
        else:
            return False
        return True

    def open(self, bracket: str) -> None:
        if bracket == "{":
            kind, self.data_follow = " " if self.data_follow else "{", False
        elif bracket == "(" and (self.inside[-1] == " " or self.follows_word):
            kind = " "  # the arguments of FILTER, BIND, a function or an aggregate
        else:
            kind = bracket
        self.inside.append(kind)

    @property
    def follows_word(self) -> bool:
        return self.last.kind == "word" and self.last.text != "a"

    def is_predicate(self, after: Token) -> bool:
        """Return whether a variable in a pattern may be a predicate."""
        begins = after.kind in _TERMS or after.text in _BEGIN
        return self.last.text in (";", "[") or (self.ends_term and begins)
