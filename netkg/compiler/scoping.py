"""Refuse what nested loops would answer otherwise than SPARQL.

SPARQL evaluates inner patterns first. A back end passes the values that it has on to inner
patterns. That gives the same solutions unless an inner pattern reads a variable that only the
outer one has, or leaves one open.
"""

from __future__ import annotations

from typing import Final

from netkg.compiler import algebra as al
from netkg.errors import UnsupportedConstruct

__all__ = ["certain", "check_scopes", "scope"]

Names = frozenset[al.Variable]
NONE: Names = frozenset()
OPEN_JOIN: Final = "a join on what may have no value"


def check_scopes(place: str, where: al.Group, given: Names = NONE) -> None:
    """Check a pattern; ``place`` is its query, ``given`` are its parameters.

    Raises:
        UnsupportedConstruct: naming the variable, if the order of evaluation matters.
    """
    _Check(place).group(where, given, given, NONE)


class _Check:
    def __init__(self, place: str) -> None:
        self._place = place

    def _refuse(self, names: Names, what: str) -> None:
        """Refuse some variables, if there are any."""
        if names:
            found = ", ".join(sorted(f"?{each.name}" for each in names))
            raise UnsupportedConstruct.in_query(f"{found}: {what}", self._place)

    def group(
        self, group: al.Group, seen: Names, sure: Names, hidden: Names, tested: Names = NONE
    ) -> None:
        """Check a group.

        Its expressions may read its own variables and those ``seen``, its filters those
        ``tested``, too. ``sure`` of these have a value. All others around it are ``hidden``: a
        nested loop has their values, and SPARQL has not.
        """
        own: Names = NONE
        own_sure: Names = NONE
        parts = [part for part in group.parts if not isinstance(part, al.Filter)]
        for place, part in enumerate(parts):
            later = scope(al.Group(tuple(parts[place + 1 :])))
            others = own | later
            if isinstance(part, al.Bind):
                early = al.variables(part.expression) & later - own - seen
                self._refuse(early, "BIND before a pattern binds its variable")
                self._expression(part.expression, own | seen, sure | own_sure, hidden)
                used = own | seen | hidden | tested
                self._refuse(used & {part.variable}, "BIND to a variable that is in use")
            else:
                self._part(part, own, own_sure, seen, sure, hidden | tested, others)
            own |= scope(part)
            own_sure |= certain(part, sure | own_sure)
        for test in group.parts:
            if isinstance(test, al.Filter):
                known = own | seen | tested
                self._expression(test.expression, known, sure | own_sure, hidden)

    def _part(
        self,
        part: al.Pattern,
        own: Names,
        own_sure: Names,
        seen: Names,
        sure: Names,
        hidden: Names,
        others: Names,
    ) -> None:
        """Check a part of a group with the variables of the parts before, and of all others."""
        shared = scope(part) & own
        around = hidden | seen | others
        match part:
            case al.Optional(inner):
                self._refuse(shared - (own_sure & certain(inner)), OPEN_JOIN)
                open_ = scope(inner) & (hidden | others | (seen - sure)) - own
                self._refuse(open_, "OPTIONAL on a variable of the pattern around it")
                self.group(inner, seen, sure | own_sure, hidden | others, own)
            case al.Without(inner):
                open_ = scope(inner) & own - (own_sure & certain(inner))
                self._refuse(open_, "MINUS on what may have no value")
                open_ = scope(inner) & around - own
                self._refuse(open_, "MINUS on a variable of the pattern around it")
                self.group(inner, NONE, NONE, around)
            case _:
                self._refuse(shared - (own_sure & certain(part)), OPEN_JOIN)
                self._join(part, around)

    def _join(self, part: al.Pattern, around: Names) -> None:
        match part:
            case al.Union(branches):
                for branch in branches:
                    self.group(branch, NONE, NONE, around)
            case al.Group():
                self.group(part, NONE, NONE, around)
            case al.Select(columns, inner):
                self._refuse(
                    frozenset(columns) - scope(inner),
                    "SELECT of a variable that its pattern does not bind",
                )
                self.group(inner, NONE, NONE, around & frozenset(columns))
            case al.Aggregate(keys, picks, inner, having):
                asked = frozenset(keys).union(pick.of for pick in picks)
                self._refuse(
                    asked - scope(inner), "SELECT of a variable that its pattern does not bind"
                )
                if any(pick.kind == "COUNT" for pick in picks) and not _keeps_duplicates(inner):
                    found = frozenset(pick.variable for pick in picks)
                    self._refuse(found, "COUNT over a pattern that can give a solution twice")
                if any(isinstance(each, al.Exists) for each in al.walk(having)):
                    self._refuse(frozenset(keys), "EXISTS in HAVING")
                self.group(inner, NONE, NONE, around & frozenset(keys))

    def _expression(self, node: al.Expression, known: Names, sure: Names, hidden: Names) -> None:
        # What a pattern in the expression asks for counts, too.
        read = al.variables(node) & hidden - known
        self._refuse(read, "an expression on a variable of the pattern around it")
        for each in al.walk(node, until=al.Exists):
            if isinstance(each, al.Exists):
                shared = scope(each.part) & known
                open_ = shared - (sure & certain(each.part))
                self._refuse(open_, "EXISTS on what may have no value")
                self.group(each.part, known, sure, NONE)


def _keeps_duplicates(pattern: al.Group) -> bool:
    """Return whether a pattern is of joins and tests alone, so that no solution comes twice."""
    # Loops over the facts of a case give each solution once; SPARQL counts each way to it.
    for each in al.walk(pattern, until=al.Exists):
        if isinstance(each, al.Union | al.Select | al.Aggregate | al.Path):
            return False
        if isinstance(each, al.Table) and len(set(each.rows)) < len(each.rows):
            return False
    return True


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
            sure = certain(part)
            own = {p.variable for p in picks if p.kind == "COUNT" or p.of in sure}
            return (frozenset(keys) & sure) | own
    return scope(pattern)


def _has_value(expression: al.Expression, known: frozenset[al.Variable]) -> bool:
    """Return whether an expression has a value whatever the case."""
    match expression:
        case al.Variable():
            return expression in known
        case al.Constant() | al.Exists() | al.Call("BOUND" | "BNODE"):
            return True
        case al.Call("IF", (test, *values)):
            return _is_decided(test, known) and all(_has_value(each, known) for each in values)
        case al.Call("COALESCE", arguments):
            return any(_has_value(each, known) for each in arguments)
        case al.Call("STR", (part,)):
            return _has_value(part, known)
        case al.Call("LCASE" | "UCASE" | "REPLACE", (part, *_)):
            # These are errors for what is not a text.
            return isinstance(part, al.Call) and part.name in al.TEXTS and _has_value(part, known)
    return False


def _is_decided(test: al.Expression, known: frozenset[al.Variable]) -> bool:
    """Return whether a test cannot fail: a comparison with an IRI, BOUND, EXISTS, or of such."""
    match test:
        case al.Comparison("=" | "!=", left, al.Constant(text)):
            return text.startswith("<") and _has_value(left, known)
        case al.Junction(_, parts):
            return all(_is_decided(each, known) for each in parts)
        case al.Not(part):
            return _is_decided(part, known)
        case al.Exists() | al.Call("BOUND"):
            return True
    return False
