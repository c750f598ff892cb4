"""Criteria as Python functions: the verdict of each one at a record, over the facts of one case.

A criterion becomes one function, which calls those of its parts. What the ontology says of open
fields is part of its text as constants. A function takes the index of the facts (``forward``), the
verdicts found so far (``known``), and a record in N-Triples form.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from netkg.namespaces import NETKG
from netkg.ontology.criteria import (
    LEAVES,
    Criterion,
    HasValue,
    InstanceOf,
    IntersectionOf,
    SomeValuesFrom,
    expression,
)
from netkg.ontology.openness import Determination
from netkg.ontology.schema import TYPE
from netkg.reasoning.evaluator import Functions
from netkg.reasoning.verdicts import FALSE, TRUE, UNKNOWN

__all__ = ["functions_of", "in_order", "source_of"]

LeavesOpen: TypeAlias = Mapping[str, frozenset[str]]


def in_order(criteria: Iterable[Criterion]) -> list[Criterion]:
    """Return criteria and their parts, each once, the parts before what they are parts of."""
    found: dict[int, Criterion] = {}

    def visit(criterion: Criterion) -> None:
        if id(criterion) not in found:
            for part in _parts(criterion):
                visit(part)
            found[id(criterion)] = criterion

    for criterion in criteria:
        visit(criterion)
    return list(found.values())


def source_of(ordered: Sequence[Criterion], leaves_open: LeavesOpen) -> str:
    """Return the text of the functions of criteria in order: the same in every process."""
    numbers = {id(criterion): number for number, criterion in enumerate(ordered)}
    lines = ["NONE = {}"]
    for number, criterion in enumerate(ordered):
        parts = [_name(numbers[id(part)]) for part in _parts(criterion)]
        lines += ["", "", f"# {expression(criterion)}"]
        if len(parts) == 1 and not isinstance(criterion, SomeValuesFrom):
            lines.append(f"{_name(number)} = {parts[0]}")
            continue
        lines.append(f"def {_name(number)}(forward, known, node):")
        if isinstance(criterion, HasValue):
            lines += _leaf(criterion, leaves_open)
        elif isinstance(criterion, InstanceOf):
            is_typed = _any(_values(TYPE.value), [f"<{criterion.class_}>"])
            lines.append(f"    return {TRUE} if {is_typed} else {FALSE}")
        else:
            lines += _junction(number, criterion, parts)
    return "\n".join([*lines, ""])


def functions_of(ordered: Sequence[Criterion], namespace: Mapping[str, Any]) -> Functions:
    """Return the functions of criteria in order, by the identity of these, as they were defined."""
    return {id(each): namespace[_name(number)] for number, each in enumerate(ordered)}


def _name(number: int) -> str:
    return f"criterion_{number}"


def _parts(criterion: Criterion) -> tuple[Criterion, ...]:
    if isinstance(criterion, SomeValuesFrom):
        return (criterion.filler,)
    return () if isinstance(criterion, LEAVES) else criterion.parts


# -- the text of a function ------------------------------------------------------------------
def _junction(number: int, criterion: Criterion, parts: Sequence[str]) -> Iterator[str]:
    """Yield the lines for what has parts; its verdict is found once for each record."""
    yield f"    verdict = known.get(({number}, node))"
    yield "    if verdict is None:"
    if isinstance(criterion, SomeValuesFrom):
        yield f"        verdict = {FALSE}"
        yield f"        for other in {_values(criterion.property)}:"
        yield "            if other[0] == '<':"
        yield f"                verdict = max(verdict, {parts[0]}(forward, known, other))"
        yield f"                if verdict == {TRUE}:"
        yield "                    break"
    else:
        every = isinstance(criterion, IntersectionOf)
        is_open, is_stronger = (f"> {FALSE}", "<") if every else (f"< {TRUE}", ">")
        yield f"        verdict = {parts[0]}(forward, known, node)"
        for part in parts[1:]:
            yield f"        if verdict {is_open}:"
            yield f"            other = {part}(forward, known, node)"
            yield f"            if other {is_stronger} verdict:"
            yield "                verdict = other"
    yield f"        known[{number}, node] = verdict"
    yield "    return verdict"


def _leaf(leaf: HasValue, leaves_open: LeavesOpen) -> Iterator[str]:
    general = sorted(value for value, others in leaves_open.items() if others & leaf.values)
    yield f"    found = {_values(leaf.property)}"
    yield "    if found:"
    unclear = f"{UNKNOWN} if {_any('found', general)} else {FALSE}" if general else f"{FALSE}"
    yield f"        return {TRUE} if {_any('found', sorted(leaf.values))} else {unclear}"
    ways = dict.fromkeys(_absence(way, general) for way in leaf.determinations)
    yield (
        f"    return {UNKNOWN} if {' or '.join(ways)} else {FALSE}"
        if ways
        else f"    return {FALSE}"
    )


def _absence(way: Determination, general: Sequence[str]) -> str:
    """Return when a field counts as absent at a leaf that has no value."""
    tests = [f"not {_values(property_)}" for property_ in way.ruled_out_by]
    if not way.counts_as_absent:
        field = _values(NETKG + way.field)
        unclear = f" or {_any(field, general)}" if general else ""
        tests.append(f"(not {field}{unclear})")
    return " and ".join(tests) or "True"


def _values(property_: str) -> str:
    return f"forward.get({property_!r}, NONE).get(node, NONE)"


def _any(found: str, values: Sequence[str]) -> str:
    """Return whether one of the values is found; ``values`` are sorted, so that texts are equal."""
    if len(values) == 1:
        return f"{values[0]!r} in {found}"
    return f"not {{{', '.join(map(repr, values))}}}.isdisjoint({found})"
