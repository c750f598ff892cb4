"""Refuse what nested loops would answer otherwise than SPARQL.

SPARQL evaluates inner patterns first. A back end passes the values that it has on to inner
patterns. That gives the same solutions unless an inner pattern reads a variable that only the
outer one has, or leaves one open.
"""

from __future__ import annotations

from typing import NoReturn

from netkg.compiler import algebra as al
from netkg.errors import UnsupportedConstruct

__all__ = ["check_scopes"]

Names = frozenset[al.Variable]
NONE: Names = frozenset()


def check_scopes(place: str, where: al.Group, given: Names = NONE) -> None:
    """Check a pattern; ``place`` is its query, ``given`` are its parameters.

    Raises:
        UnsupportedConstruct: naming the variable, if the order of evaluation matters.
    """
    _Check(place).group(where, given, given, NONE)


class _Check:
    def __init__(self, place: str) -> None:
        self._place = place

    def _refuse(self, names: Names, what: str) -> NoReturn:
        found = ", ".join(f"?{each.name}" for each in sorted(names, key=lambda each: each.name))
        raise UnsupportedConstruct(f"{found}: {what} is not implemented", term=f"{self._place}.rq")

    def group(self, group: al.Group, known: Names, sure: Names, outer: Names) -> None:
        """Check a group: ``known`` are the al.variables that its expressions may read.

        ``sure`` of them have a value, ``outer`` are those of the patterns around it.
        """
        own: Names = NONE
        own_sure: Names = NONE
        for part in group.parts:
            if isinstance(part, al.Filter):
                continue
            if isinstance(part, al.Bind):
                self._expression(part.expression, known | own, outer, sure | own_sure)
                if part.variable in own | known:
                    self._refuse(frozenset({part.variable}), "BIND to a variable that is in use")
            else:
                shared = al.scope(part) & own
                if not isinstance(part, al.Without) and shared - own_sure - sure:
                    self._refuse(shared - own_sure - sure, "a join on what may have no value")
                self._inner(part, known | own, sure | own_sure, outer, own, own_sure)
            own |= al.scope(part)
            own_sure |= al.certain(part, sure | own_sure)
        for part in group.parts:
            if isinstance(part, al.Filter):
                self._expression(part.expression, known | own, outer, sure | own_sure)

    def _inner(
        self, part: al.Pattern, known: Names, sure: Names, outer: Names, own: Names, own_sure: Names
    ) -> None:
        match part:
            case al.Optional(inner):
                if open_ := al.scope(inner) & outer - sure:
                    self._refuse(open_, "OPTIONAL on a variable of the pattern around it")
                self.group(inner, known, sure, outer)
            case al.Without(inner):
                shared = al.scope(inner) & own
                if open_ := shared - (own_sure & al.certain(inner)):
                    self._refuse(open_, "MINUS on what may have no value")
                if open_ := al.scope(inner) & outer - own:
                    self._refuse(open_, "MINUS on a variable of the pattern around it")
                self.group(inner, NONE, NONE, known | outer)
            case al.Union(branches):
                for branch in branches:
                    self.group(branch, NONE, NONE, known | outer)
            case al.Group():
                self.group(part, NONE, NONE, known | outer)
            case al.Select(columns, inner) | al.Aggregate(columns, _, inner):
                self.group(inner, NONE, NONE, (known | outer) & frozenset(columns))

    def _expression(
        self, expression: al.Expression, known: Names, outer: Names, sure: Names
    ) -> None:
        read = frozenset(al.variables(_without_patterns(expression)))
        if hidden := read & outer - known:
            self._refuse(hidden, "an expression on a variable of the pattern around it")
        for each in _patterns(expression):
            if open_ := al.scope(each) & known - sure:
                self._refuse(open_, "EXISTS on what may have no value")
            self.group(each, known, sure, NONE)


def _patterns(node: object) -> list[al.Group]:
    """Return the patterns of the EXISTS in an expression."""
    if isinstance(node, al.Exists):
        return [node.part]
    if isinstance(node, tuple):
        return [found for each in node for found in _patterns(each)]
    if hasattr(node, "__slots__"):
        return [f for name in node.__slots__ for f in _patterns(getattr(node, name))]
    return []


def _without_patterns(node: object) -> object:
    """Return an expression as nested tuples, without the patterns of its EXISTS."""
    if isinstance(node, al.Exists):
        return ()
    if isinstance(node, tuple):
        return tuple(map(_without_patterns, node))
    if hasattr(node, "__slots__") and not isinstance(node, al.Variable):
        return tuple(_without_patterns(getattr(node, name)) for name in node.__slots__)
    return node
