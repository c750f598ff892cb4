"""Refuse what nested loops would answer otherwise than SPARQL.

SPARQL evaluates inner patterns first. A back end passes the values that it has on to inner
patterns. That gives the same solutions unless an inner pattern reads a variable that only the
outer one has, or leaves one open.
"""

from __future__ import annotations

from typing import NoReturn

from netkg.compiler import algebra as al
from netkg.errors import UnsupportedConstruct

__all__ = ["certain", "check_scopes", "scope"]

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
        """Check a group: ``known`` are the variables that its expressions may read.

        ``sure`` of them have a value, ``outer`` are those of the patterns around it.
        """
        own: Names = NONE
        own_sure: Names = NONE
        for part in group.parts:
            if isinstance(part, al.Filter):
                continue
            if isinstance(part, al.Bind):
                if later := _read(part.expression) & scope(group) - own - known - outer:
                    self._refuse(later, "BIND before a pattern binds its variable")
                self._expression(part.expression, known | own, outer, sure | own_sure)
                if part.variable in own | known:
                    self._refuse(frozenset({part.variable}), "BIND to a variable that is in use")
            else:
                shared = scope(part) & own
                if not isinstance(part, al.Without) and shared - own_sure - sure:
                    self._refuse(shared - own_sure - sure, "a join on what may have no value")
                self._inner(part, known | own, sure | own_sure, outer, own, own_sure)
            own |= scope(part)
            own_sure |= certain(part, sure | own_sure)
        for part in group.parts:
            if isinstance(part, al.Filter):
                self._expression(part.expression, known | own, outer, sure | own_sure)

    def _inner(
        self, part: al.Pattern, known: Names, sure: Names, outer: Names, own: Names, own_sure: Names
    ) -> None:
        match part:
            case al.Optional(inner):
                if open_ := scope(inner) & outer - sure:
                    self._refuse(open_, "OPTIONAL on a variable of the pattern around it")
                self.group(inner, known, sure, outer)
            case al.Without(inner):
                shared = scope(inner) & own
                if open_ := shared - (own_sure & certain(inner)):
                    self._refuse(open_, "MINUS on what may have no value")
                if open_ := scope(inner) & outer - own:
                    self._refuse(open_, "MINUS on a variable of the pattern around it")
                self.group(inner, NONE, NONE, known | outer)
            case al.Union(branches):
                for branch in branches:
                    self.group(branch, NONE, NONE, known | outer)
            case al.Group():
                self.group(part, NONE, NONE, known | outer)
            case al.Select(columns, inner) | al.Aggregate(columns, _, inner):
                self.group(inner, NONE, NONE, (known | outer) & frozenset(columns))

    def _expression(self, node: al.Expression, known: Names, outer: Names, sure: Names) -> None:
        if hidden := _read(node) & outer - known:
            self._refuse(hidden, "an expression on a variable of the pattern around it")
        for each in al.walk(node, until=al.Exists):
            if isinstance(each, al.Exists):
                if open_ := scope(each.part) & known - sure:
                    self._refuse(open_, "EXISTS on what may have no value")
                self.group(each.part, known, sure, NONE)


def _read(node: al.Expression) -> Names:
    """Return the variables that an expression reads outside of the patterns in it."""
    parts = al.walk(node, until=al.Exists)
    return frozenset(each for each in parts if isinstance(each, al.Variable))


# -- variables ----------------------------------------------------------------------------
def scope(pattern: al.Pattern) -> Names:
    """Return the variables to which the solutions of a pattern may give a value."""
    match pattern:
        case al.Triple() | al.Match() | al.Link():
            return al.variables(pattern)
        case al.Table(columns):
            return frozenset(columns)
        case al.Bind(variable):
            return frozenset({variable})
        case al.Group(parts) | al.Union(parts):
            return frozenset[al.Variable]().union(*map(scope, parts))
        case al.Optional(part):
            return scope(part)
        case al.Aggregate(keys, picks):
            return frozenset(keys).union(pick.variable for pick in picks)
        case al.Select(found):
            return frozenset(found)
    return frozenset()


def certain(
    pattern: al.Pattern, known: frozenset[al.Variable] = frozenset()
) -> frozenset[al.Variable]:
    """Return the variables to which every solution of a pattern gives a value.

    ``known`` are those that have one before.
    """
    match pattern:
        case al.Table(columns, rows):
            return frozenset(
                each for place, each in enumerate(columns) if all(row[place] for row in rows)
            )
        case al.Bind(variable, expression):
            return frozenset({variable} if _has_value(expression, known) else ())
        case al.Group(parts):
            found: frozenset[al.Variable] = frozenset()
            for part in parts:
                found |= certain(part, known | found)
            return found
        case al.Union(branches):
            each = [certain(branch, known) for branch in branches]
            return frozenset.intersection(*each) if each else frozenset()
        case al.Optional() | al.Without() | al.Filter():
            return frozenset()
        case al.Select(found_, part):
            return frozenset(found_) & certain(part)
        case al.Aggregate(keys, picks, part):
            return (frozenset(keys) & certain(part)) | {pick.variable for pick in picks}
    return scope(pattern)


def _has_value(expression: al.Expression, known: frozenset[al.Variable]) -> bool:
    """Return whether an expression has a value whatever the case."""
    match expression:
        case al.Variable():
            return expression in known
        case al.Constant() | al.Exists() | al.Call("BOUND" | "BNODE"):
            return True
        case al.Call("IF", (test, *values)):
            is_decided = isinstance(test, al.Exists | al.Call) or _compares_terms(test, known)
            return is_decided and all(_has_value(each, known) for each in values)
        case al.Call("COALESCE", arguments):
            return any(_has_value(each, known) for each in arguments)
        case al.Call("STR", (part,)):
            return _has_value(part, known)
        case al.Call("LCASE" | "UCASE" | "REPLACE", (part, *_)):
            # These are errors for what is not a text.
            return isinstance(part, al.Call) and part.name in al.TEXTS and _has_value(part, known)
    return False


def _compares_terms(test: al.Expression, known: frozenset[al.Variable]) -> bool:
    """Return whether a test compares terms for equality with IRIs, which cannot fail."""
    match test:
        case al.Comparison("=" | "!=", left, al.Constant(text)):
            return text.startswith("<") and _has_value(left, known)
        case al.Junction(_, parts):
            return all(isinstance(p, al.Call) or _compares_terms(p, known) for p in parts)
        case al.Call("BOUND"):
            return True
        case al.Variable():
            return test in known
    return False
