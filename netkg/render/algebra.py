"""Print what was compiled in a form that a person reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from netkg.compiler import algebra as al
from netkg.namespaces import local_name
from netkg.ontology.criteria import (
    Criterion,
    HasValue,
    InstanceOf,
    IntersectionOf,
    NamedClass,
    SomeValuesFrom,
    expression,
)

__all__ = ["criterion_lines", "rule_lines"]

# A table with more rows than this is not printed to its end.
MOST: Final = 12
STEP: Final = "    "
# What a line says after this is a note.
NOTE: Final = "  "


def rule_lines(rule: al.Construct) -> Iterator[str]:
    """Yield the lines of a rule: where it holds, and what it adds."""
    yield f"{rule.name}: {rule.summary}"
    if rule.parameters:
        yield f"given {', '.join(f'?{name}' for name in rule.parameters)}"
    for name, classes in rule.classes:
        yield f"?{name} is a {' or '.join(map(local_name, classes))}"
    yield "where"
    yield from _indented(_pattern(rule.where))
    yield "add"
    for fact in rule.facts:
        yield f"{STEP}{_triple(fact.subject, _term(fact.property), fact.object)}"
    for each in rule.derivations:
        derived = _triple(each.subject, _term(each.property), each.object)
        yield f"{STEP}with the premises of {derived}"
        for property_, term in each.premises:
            yield f"{STEP * 2}{local_name(property_)} {_term(term)}"


def criterion_lines(criterion: Criterion) -> Iterator[str]:
    """Yield the lines of a criterion: named classes with what they are made of."""
    match criterion:
        case NamedClass(class_, parts):
            yield f"{local_name(class_)}{' if any of' if len(parts) > 1 else ''}"
            for part in parts:
                yield from _indented(criterion_lines(part))
        case SomeValuesFrom(property_, filler):
            yield f"{local_name(property_)} some"
            yield from _indented(criterion_lines(filler))
        case InstanceOf():
            yield f"is a {expression(criterion)}"
        case HasValue(_, _, ways):
            paths = sorted({way.path for way in ways})
            none = "not" if len(paths) == 1 else "none is"
            unknown = f"    may be unknown if {none} recorded: {', '.join(paths)}" if paths else ""
            yield f"{expression(criterion)}{unknown}"
        case _:
            yield "all of" if isinstance(criterion, IntersectionOf) else "any of"
            for part in criterion.parts:
                yield from _indented(criterion_lines(part))


def _indented(lines: Iterable[str]) -> Iterator[str]:
    return (STEP + line for line in lines)


# -- patterns -----------------------------------------------------------------------------
def _pattern(pattern: al.Pattern) -> Iterator[str]:
    match pattern:
        case al.Group(parts):
            for part in parts:
                yield from _pattern(part)
        case al.Match(subject, property_, object_, of, many):
            yield _noted(_triple(subject, local_name(property_), object_), of, many)
        case al.Link(subject, property_, object_, of, many, to):
            yield _noted(_triple(subject, local_name(property_), object_), of, many, to)
        case al.Table(columns, rows):
            yield f"{' '.join(map(_term, columns)) or 'nothing more'} is one of"
            for row in rows[:MOST]:
                yield STEP + " ".join("-" if text is None else _text(text) for text in row)
            if len(rows) > MOST:
                yield f"{STEP}and {len(rows) - MOST} more"
        case al.Union(branches):
            for place, branch in enumerate(branches):
                yield "or" if place else "either"
                yield from _indented(_pattern(branch))
        case al.Optional(part):
            yield "if there is"
            yield from _indented(_pattern(part))
        case al.Without(part):
            yield "without"
            yield from _indented(_pattern(part))
        case al.Bind(variable, value):
            yield f"{_term(variable)} is {_expression(value)}"
        case al.Filter(al.Exists(part)):
            yield "where there is"
            yield from _indented(_pattern(part))
        case al.Filter(al.Not(al.Exists(part))):
            yield "where there is no"
            yield from _indented(_pattern(part))
        case al.Filter(test):
            yield f"where {_expression(test)}"
        case al.Select(columns, part):
            yield f"each {' '.join(map(_term, columns))} of"
            yield from _indented(_pattern(part))
        case al.Aggregate(keys, picks, part, having):
            found = (f"{_term(p.variable)} is the {p.kind} of {_term(p.of)}" for p in picks)
            yield f"for each {' '.join(map(_term, keys))}: {', '.join(found)}, of"
            yield from _indented(_pattern(part))
            if having is not None:
                yield f"where {_expression(having)}"


def _noted(words: str, of: frozenset[str], many: bool, to: frozenset[str] = frozenset()) -> str:
    """Return a match with the classes of its record, and how many values it may have."""
    classes = " or ".join(sorted(map(local_name, of)))
    led = f" to {' or '.join(sorted(map(local_name, to)))}" if to else ""
    return f"{words:<58}{NOTE}{classes}, {'many' if many else 'one'}{led}"


def _triple(subject: al.Term, property_: str, object_: al.Term) -> str:
    return f"{_term(subject)} {property_} {_term(object_)}"


# -- expressions --------------------------------------------------------------------------
def _expression(node: al.Expression) -> str:
    match node:
        case al.Comparison(operator, left, right) | al.Arithmetic(operator, left, right):
            return f"({_expression(left)} {operator} {_expression(right)})"
        case al.Junction(operator, parts):
            return f"({f' {operator} '.join(map(_expression, parts))})"
        case al.Not(part):
            return f"not {_expression(part)}"
        case al.In(value, choices):
            return f"{_expression(value)} in ({', '.join(map(_expression, choices))})"
        case al.Call(name, arguments):
            return f"{name}({', '.join(map(_expression, arguments))})"
        case al.Exists(part):
            return f"there is {_braced(_pattern(part))}"
    return _term(node)


def _braced(lines: Iterable[str]) -> str:
    """Return indented lines as one line with braces, without their notes."""
    words, depth = "{", 0
    for line in lines:
        text = line.lstrip()
        level = (len(line) - len(text)) // len(STEP)
        if level == depth:
            words += " ;" if words != "{" else ""
        words += " {" * (level - depth) + " }" * (depth - level)
        words += " " + text.partition(NOTE)[0]
        depth = level
    return words + " }" * (depth + 1)


def _term(term: al.Term) -> str:
    return f"?{term.name}" if isinstance(term, al.Variable) else _text(term.text)


def _text(text: str) -> str:
    if text.startswith("<"):
        return local_name(text[1:-1])
    value, _, datatype = text.partition("^^")
    is_plain = local_name(datatype[1:-1]) in {"boolean", "decimal", "double", "integer"}
    return value.strip('"') if is_plain else value
