"""Put constants in the place of variables that have one value, and decide what that decides.

A table of one row gives constants. In the patterns around it, less is left to join: a class is
known, a table has fewer rows, and a test of the ontology is true or false.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from netkg.compiler import algebra as al

__all__ = ["with_constants"]

Values = Mapping[al.Variable, al.Constant]
EMPTY: Final = al.Group((al.Table((), ()),))
ALWAYS: Final = al.Group(())


def with_constants(group: al.Group) -> al.Group:
    """Return a group with the constants of its tables of one row in the other parts.

    The tables stay, since they give the variables their values.
    """
    return _group(group, {})


def _group(group: al.Group, around: Values) -> al.Group:
    values = dict(around)
    for part in group.parts:
        if isinstance(part, al.Table) and len(part.rows) == 1:
            for variable, text in zip(part.columns, part.rows[0], strict=True):
                if text is not None:
                    values.setdefault(variable, al.Constant(text))
    parts = []
    for part in group.parts:
        found = _part(part, values, around)
        if found == EMPTY:
            return EMPTY
        if found != ALWAYS:
            parts.append(found)
    return al.Group(tuple(parts))


def _part(part: al.Pattern, values: Values, around: Values) -> al.Pattern:
    match part:
        case al.Table() if len(part.rows) == 1:
            return _table(part, around)
        case al.Table():
            return _table(part, values)
        case al.Match() | al.Link() | al.Triple():
            found: al.Pattern = al.mapped(part, lambda node: _constant(node, values))
            return found
        case al.Filter(expression):
            test = _expression(expression, values)
            return {True: ALWAYS, False: EMPTY}.get(test, al.Filter(test))  # type: ignore[arg-type]
        case al.Bind(variable, expression):
            value = _expression(expression, values)
            return part if isinstance(value, bool) else al.Bind(variable, value)
        case al.Union(branches):
            kept = tuple(e for e in (_group(each, {}) for each in branches) if e != EMPTY)
            return al.Union(kept) if kept else EMPTY
        case al.Group():
            return _group(part, {})
    # What is inside of these keeps its variables: they are joined by name.
    return part


def _table(table: al.Table, values: Values) -> al.Pattern:
    """Return a table with the rows that have the values, without the columns for these."""
    known = [place for place, variable in enumerate(table.columns) if variable in values]
    rows = [
        row
        for row in table.rows
        if all(row[place] in (None, values[table.columns[place]].text) for place in known)
    ]
    if any(row[place] is None for row in rows for place in known):
        return table
    if not rows:
        return EMPTY
    kept = [place for place in range(len(table.columns)) if place not in known]
    if not kept:
        return ALWAYS
    columns = tuple(table.columns[place] for place in kept)
    return al.Table(columns, tuple(dict.fromkeys(tuple(row[p] for p in kept) for row in rows)))


def _constant(node: Any, values: Values) -> al.Constant | None:
    return values.get(node) if isinstance(node, al.Variable) else None


def _expression(expression: al.Expression, values: Values) -> al.Expression | bool:
    """Return an expression with constants, or a truth value that does not depend on the case."""
    match expression:
        case al.Variable():
            return values.get(expression, expression)
        case al.Exists(inner):
            group = _group(inner, values)
            return False if group == EMPTY else True if group == ALWAYS else al.Exists(group)
        case al.Not(part):
            test = _expression(part, values)
            return not test if isinstance(test, bool) else al.Not(test)
        case al.Junction(operator, parts):
            return _junction(operator, [_expression(each, values) for each in parts])
        case al.Call("BOUND", (al.Variable() as variable,)):
            return True if variable in values else expression
        case al.Call("BOUND"):
            return True
    found: al.Expression = al.mapped(expression, lambda node: _inside(node, expression, values))
    return found


def _inside(node: Any, whole: al.Expression, values: Values) -> Any:
    if node is whole or not isinstance(
        node, al.Exists | al.Not | al.Junction | al.Variable | al.Call
    ):
        return None
    found = _expression(node, values)
    # A truth value inside of another expression stays as it is written.
    return node if isinstance(found, bool) else found


def _junction(operator: str, parts: list[al.Expression | bool]) -> al.Expression | bool:
    absorbing = operator == "or"
    if absorbing in [each for each in parts if isinstance(each, bool)]:
        return absorbing
    rest = tuple(each for each in parts if not isinstance(each, bool))
    if not rest:
        return not absorbing
    return rest[0] if len(rest) == 1 else al.Junction(operator, rest)  # type: ignore[arg-type]
