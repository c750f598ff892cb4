"""Everything that two engines must have in common about a case, and where they differ.

:func:`engines` is the one place that says which engines are compared: the compiled program and
the reference, which runs the queries with pyoxigraph and the shapes with pySHACL.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import islice
from typing import Any, Final

import pyoxigraph as ox

from netkg.case.finding import Finding
from netkg.case.model import Case
from netkg.namespaces import XSD
from netkg.ontology.files import Folders
from netkg.plan.engine import Engine, Examination
from netkg.plan.model import Plan, RecordedEvent, Request
from netkg.reasoning.facts import Facts

__all__ = [
    "answer",
    "answers",
    "compiled",
    "differences",
    "engines",
    "first_difference",
    "reference",
]

JSON = dict[str, Any]
NUMERIC: Final = tuple(XSD + name for name in ("decimal", "integer", "double"))
PARTS: Final = ("properties", "same", "records", "absences", "linked", "complete", "intervals")
ABSENT: Final = "(absent)"


def compiled(folders: Folders) -> Engine:
    """Load the compiled program of some folders."""
    return Engine(folders)


def reference(folders: Folders) -> Engine:
    """Load the reference of some folders."""
    return Engine(folders, backend="sparql")


def engines(folders: Folders) -> tuple[Engine, Engine]:
    """Load the compiled program and the reference of some folders."""
    return compiled(folders), reference(folders)


def answers(engine: Engine, cases: Iterable[Case], as_of: date) -> Iterator[JSON]:
    """Yield the answer on each case (see :func:`answer`)."""
    for examined in engine.examine_all(cases, as_of=as_of):
        yield answer(examined)


def answer(examined: Examination) -> JSON:
    """Return everything of an examined case that can be compared, as plain JSON.

    These are the plan in its JSON form and what that leaves out (the records that count for an
    action, the requests of an order), the results of shapes, the triples that were inferred,
    and where each of them comes from. Numbers of triples are compared by their value.
    """
    plan = examined.plan
    return {
        "plan": plan.to_dict(),
        "closed": plan.closed,
        "counting": counting(plan),
        "recorded": [event(each) for each in plan.events],
        "requests": [
            {"order": order.type, "kinds": sorted(order.kinds)} | request(each)
            for order in plan.orders
            for each in order.requests
        ],
        "results": sorted(result for found in plan.findings for result in results(found)),
        "inferred": sorted({plain_triple(triple) for triple in examined.inferred}),
        "derivations": dict(sorted(derivations(examined))),
    }


def counting(plan: Plan) -> JSON:
    """Return the records that count for each action."""
    return {
        f"{row.id} at {focus.focus}: {action.type}": list(action.records)
        for row in plan.recommendations
        for focus in row.foci
        for action in focus.actions
        if action.records
    }


def event(recorded: RecordedEvent) -> JSON:
    """Return an event with what its JSON form leaves out."""
    more = {"kinds": sorted(recorded.kinds), "hasFailed": recorded.has_failed}
    return recorded.to_dict() | more


def request(asked: Request) -> JSON:
    """Return why an order is made."""
    found: JSON = {each.name: getattr(asked, each.name) for each in fields(asked)}
    return found | {"events": list(map(event, asked.events))}


def results(finding: Finding) -> Iterator[str]:
    """Write what the shapes reported that became a finding: focus, shape, component, path, value.

    Its severity, field and place are in the finding, or are those of a part of it.
    """
    for part in finding.parts or (finding,):
        if part.result is None:
            yield f"{part.severity} {part.focus} {part.field} at {part.pointer}: without a shape"
            continue
        found = part.result
        terms = (found.focus, found.shape, found.component, found.path, found.value)
        written = " ".join("-" if term is None else by_value(term) for term in terms)
        yield f"{part.severity} {part.focus} {part.field} at {part.pointer}: {written}"


def derivations(examined: Examination) -> Iterator[tuple[str, JSON]]:
    """Yield each inferred triple that has a derivation, with its premises and its rules."""
    facts: Facts = examined.evaluator.facts
    for triple in examined.inferred:
        subject, predicate = triple.subject.value, triple.predicate.value  # type: ignore[union-attr]
        found = facts.derivation(subject, predicate, str(triple.object))
        if found is not None:
            parts = {name: sorted(map(str, getattr(found, name))) for name in PARTS}
            yield plain_triple(triple), parts | {"rules": sorted(found.rules)}


# -- terms --------------------------------------------------------------------------------
def plain_triple(triple: ox.Triple) -> str:
    """Write a triple, with a number by its value."""
    return f"{triple.subject} {triple.predicate} {by_value(str(triple.object))}"


def by_value(term: str) -> str:
    """Write a term so that equal numbers are written equally, whatever their form and datatype.

    >>> by_value('"5.0"^^<http://www.w3.org/2001/XMLSchema#decimal>')
    'number 5'
    >>> by_value('"5"^^<http://www.w3.org/2001/XMLSchema#integer>'), by_value('"5"')
    ('number 5', '"5"')
    """
    text, _, datatype = term.rpartition("^^")
    if datatype.strip("<>") not in NUMERIC:
        return term
    try:
        number = Decimal(text.strip('"'))
    except InvalidOperation:
        return term
    return f"number {format(number.normalize(), 'f') if number.is_finite() else number}"


# -- differences --------------------------------------------------------------------------
def first_difference(one: Any, other: Any, *, most: int = 5) -> str:
    """Describe the first differences of two answers, a line each; empty if there are none."""
    if repr(one) == repr(other):
        return ""
    found = list(islice(differences(one, other), most + 1))
    more = ["  and others"] if len(found) > most else []
    return "\n".join([*(f"  {each}" for each in found[:most]), *more])


def differences(one: Any, other: Any, where: str = "") -> Iterator[str]:
    """Name each place in which two answers differ, with what is found there.

    >>> list(differences({"a": [1, {"id": "x", "b": 2}]}, {"a": [1, {"id": "x", "b": 3}]}))
    ['a/x/b: 2, not 3']
    """
    if isinstance(one, dict) and isinstance(other, dict):
        for key in (*one, *(key for key in other if key not in one)):
            yield from differences(one.get(key, ABSENT), other.get(key, ABSENT), _below(where, key))
    elif isinstance(one, list) and isinstance(other, list):
        yield from _of_lists(one, other, where)
    elif type(one) is not type(other) or one != other:
        yield f"{where}: {_short(one)}, not {_short(other)}"


def _of_lists(one: list[Any], other: list[Any], where: str) -> Iterator[str]:
    texts = [[json.dumps(each, sort_keys=True, default=str) for each in of] for of in (one, other)]
    if len(one) != len(other) or all(isinstance(each, str) for each in (*one, *other)):
        missing, added = (
            [each for each, text in zip(of, own, strict=True) if text not in others]
            for of, own, others in ((other, texts[1], texts[0]), (one, texts[0], texts[1]))
        )
        yield from (f"{where}: has {_short(each)}" for each in added)
        yield from (f"{where}: lacks {_short(each)}" for each in missing)
        if not (missing or added) and texts[0] != texts[1]:
            yield f"{where}: the same members in another order or number"
        return
    for place, (left, right) in enumerate(zip(one, other, strict=True)):
        yield from differences(left, right, _below(where, _name(left) or str(place)))


def _below(where: str, key: str) -> str:
    return f"{where}/{key}" if where else key


def _name(value: Any) -> str:
    """Return the id of an object in a list, if it has one."""
    keys: Sequence[str] = ("id", "focus", "type")
    named = isinstance(value, dict)
    return next((str(value[key]) for key in keys if named and value.get(key)), "")


def _short(value: Any) -> str:
    text = value if value is ABSENT else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 300 else f"{text[:299]}…"
