"""Write a query that is complete: with its prefixes, and with its parameters in place.

A parameter that has a value becomes ``VALUES ?name { term }`` in each group of the query that
uses it, so that filters, parts of a union and inner queries see it in every engine. The terms
are written by pyoxigraph; nothing else is pasted into the text, and
:mod:`netkg.query.guard` reads the result again.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple, TypeAlias

import pyoxigraph as ox

from netkg.ontology.tokens import Token, tokens

__all__ = ["Edited", "in_place"]

BoundTerm: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal

_OPENING: Final = frozenset({"(", "[", "{", "{|", "<<", "<<("})
_CLOSING: Final = frozenset({")", "]", "}", "|}", ">>", ")>>"})
_ESCAPED: Final = re.compile(r"\\(?:u([0-9A-F]{4})|.)")
_BLANK_LINE: Final = re.compile(r"[ \t]*\n(?:[ \t]*\n)*([ \t]*)")


class _Edit(NamedTuple):
    """A text that takes the place of a part of another."""

    at: int
    removed: int
    text: str


@dataclass(frozen=True, slots=True)
class Edited:
    """A text, and the edits that made it of another one."""

    text: str
    edits: tuple[_Edit, ...] = ()

    def place_before(self, at: int) -> int:
        """Return the place that a place in the text had before the edits."""
        moved = 0
        for edit in self.edits:
            if edit.at + moved >= at:
                break
            if at < edit.at + moved + len(edit.text):
                return edit.at
            moved += len(edit.text) - edit.removed
        return at - moved


def in_place(
    text: str,
    values: Mapping[str, BoundTerm] = {},
    *,
    prefixes: Mapping[str, str] = {},
    hidden: Collection[str] = (),
) -> Edited:
    """Return a query with the values of its variables, which runs in any engine.

    The ``prefixes`` that it uses and does not declare are declared; variables that are
    ``hidden`` are not selected, unless no other one is.

    >>> text = "select ?s ?least where { ?s netkg:position ?n filter(?n >= ?least) }"
    >>> in_place(text, {"least": ox.Literal(3)}, hidden=["least"]).text
    ... # doctest: +ELLIPSIS
    'select ?s where { VALUES ?least { "3"^^<http://www.w3.org/2001/XMLSchema#integer> } ?s ...'
    """
    query = _Reader()
    for token in tokens(text):
        query.read(token)
    edits = [*_declared(query, prefixes), *_unselected(query, text, hidden)]
    for group in query.groups:
        names = values if group.is_whole else group.visible
        if bound := {name: term for name, term in values.items() if name in names}:
            edits.append(_inserted(text, group, bound))
    edits.sort(key=lambda edit: edit.at)
    parts, end = [], 0
    for edit in edits:
        parts += [text[end : edit.at], edit.text]
        end = edit.at + edit.removed
    return Edited("".join([*parts, text[end:]]), tuple(edits))


# -- edits -----------------------------------------------------------------------------------
def _declared(query: _Reader, prefixes: Mapping[str, str]) -> Iterator[_Edit]:
    lines = [
        f"PREFIX {name}: <{iri}>\n"
        for name, iri in sorted(prefixes.items())
        if name in query.used - query.declared
    ]
    if lines:
        yield _Edit(query.first, 0, "".join(lines))


def _unselected(query: _Reader, text: str, hidden: Collection[str]) -> Iterator[_Edit]:
    whole = query.frames[0]
    if not whole.selects - set(hidden):
        return
    for token in whole.columns:
        if token.text[1:] in hidden:
            begin = len(text[: token.at].rstrip())
            yield _Edit(begin, token.at - begin + len(token.text), "")


def _inserted(text: str, group: _Frame, bound: Mapping[str, BoundTerm]) -> _Edit:
    clauses = [f"VALUES ?{name} {{ {_written(term)} }}" for name, term in bound.items()]
    if group.is_short:
        # CONSTRUCT WHERE { … } allows triples only.
        return _Edit(len(text), 0, "".join(f"\n{clause}" for clause in clauses))
    if line := _BLANK_LINE.match(text, group.at):
        return _Edit(group.at, 0, "".join(f"\n{line[1]}{clause}" for clause in clauses))
    return _Edit(group.at, 0, "".join(f" {clause}" for clause in clauses))


def _written(term: BoundTerm) -> str:
    r"""Return a term in the syntax of SPARQL.

    Escapes like ``\\u0022`` are read before anything else in SPARQL 1.1, so none is written.
    """

    def character(match: re.Match[str]) -> str:
        return chr(int(match[1], 16)) if match[1] else match[0]

    return _ESCAPED.sub(character, str(term))


# -- the groups of a query -------------------------------------------------------------------
@dataclass(eq=False, slots=True)
class _Frame:
    """What is known between two brackets: a query, a group of patterns, or another thing.

    The frame of an inner query contains the group that is its pattern. A group knows the
    inner queries that it is part of: what they do not select is not visible outside.
    """

    at: int = 0
    is_group: bool = False
    is_whole: bool = False
    is_short: bool = False
    is_query: bool = False
    is_tested: bool = False
    within: tuple[_Frame, ...] = ()
    selects: set[str] = field(default_factory=set)
    selects_all: bool = False
    columns: list[Token] = field(default_factory=list)
    has_pattern: bool = False
    uses: set[str] = field(default_factory=set)

    @property
    def visible(self) -> set[str]:
        """The variables of a group that are those of the whole query."""
        names = self.uses
        for query in self.within:
            names = names if query.selects_all else names & query.selects
        return names


class _Reader:
    """The groups, selected variables and prefixes of a query, read token by token."""

    def __init__(self) -> None:
        self.frames = [_Frame(is_query=True)]
        self.groups: list[_Frame] = []
        self.used: set[str] = set()
        self.declared: set[str] = set()
        self.first = -1
        self._last = ""
        self._clause = ""

    def read(self, token: Token) -> None:
        """Take the next token."""
        word, frame = token.text.upper(), self.frames[-1]
        if self.first < 0:
            self.first = token.at
        match token.kind:
            case "word":
                if word == "SELECT" and len(self.frames) > 1:
                    # The braces contain an inner query, not a pattern.
                    frame.is_query, frame.is_group = True, False
                if word in ("SELECT", "CONSTRUCT", "WHERE", "VALUES"):
                    is_short = (self._last, word) == ("CONSTRUCT", "WHERE")
                    self._clause = "CONSTRUCT WHERE" if is_short else word
            case "name":
                names = self.declared if self._last == "PREFIX" else self.used
                names.add(token.text.partition(":")[0])
            case "variable":
                self._use(token)
            case "sign" if word in _OPENING:
                self._open(token)
            case "sign" if word in _CLOSING and len(self.frames) > 1:
                closed = self.frames.pop()
                if closed.is_group:
                    self.groups.append(closed)
            case "sign" if word == "*" and self._is_selecting(frame):
                frame.selects_all = True
        self._last = word

    def _is_selecting(self, frame: _Frame) -> bool:
        return frame.is_query and not frame.has_pattern and self._clause == "SELECT"

    def _open(self, token: Token) -> None:
        around = self.frames[-1]
        frame = _Frame(at=token.at + len(token.text), within=around.within)
        frame.is_tested = around.is_tested or self._last == "EXISTS"
        self.frames.append(frame)
        if token.text != "{" or self._last == "CONSTRUCT":
            return
        if self._clause == "VALUES":
            self._clause = ""
            return
        # The variables of an EXISTS take their values from the group around it.
        frame.is_group = not frame.is_tested
        if around.is_query:
            frame.is_whole = len(self.frames) == 2
            frame.is_short = self._clause == "CONSTRUCT WHERE"
            around.has_pattern = True
            if not frame.is_whole:
                frame.within = (*around.within, around)
                frame.uses |= around.selects

    def _use(self, token: Token) -> None:
        name = token.text[1:]
        frame = self.frames[-1]
        if self._is_selecting(frame):
            frame.columns.append(token)
            frame.selects.add(name)
        elif self._last == "AS" and self._is_selecting(self.frames[-2]):
            self.frames[-2].selects.add(name)
        for frame in reversed(self.frames):
            if frame.is_group or frame.is_query:
                # A query names its variables outside its pattern, too: in GROUP BY.
                frame.uses.add(name)
                break
