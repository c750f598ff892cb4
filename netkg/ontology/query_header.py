"""The header of a query: the ``#+`` lines at its top.

Each line is one fact, in this order, and any of them may be left out::

    #+ summary: List what rests on one reference.
    #+ question: Which statements rest on a given citation?
    #+ over: ontology
    #+ param: citation citation The number that the document gives the reference.
    #+ param: modality modality = any Only statements of this strength.
    #+ column: id The statement.

A query that finds faults of an ontology has ``problem`` and ``solution`` in place of a
summary. ``over`` is the data that the query needs: ``ontology``, ``case`` (the cases as asserted,
too) or ``plan`` (the cases with all that is derived from them). A ``param`` is the name
of a variable, its type, optionally ``=`` and a default of one word, and a sentence. A
parameter without a default must be given; the default ``any`` leaves the variable free,
``each`` does so and shows it as a column, and ``as-of`` is the evaluation date. There is
one ``column`` for each variable that is always shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar, Final

from netkg.errors import KnowledgeError
from netkg.result import Keys, Result

__all__ = ["ANY", "AS_OF", "EACH", "OVER", "TYPES", "Column", "Header", "Parameter", "read_header"]

ANY: Final = "any"
EACH: Final = "each"
AS_OF: Final = "as-of"

OVER: Final[Mapping[str, str]] = {
    "ontology": "the ontology alone",
    "case": "the ontology and the cases as asserted",
    "plan": "the ontology, the cases, what is inferred from them and their plans",
}
TYPES: Final[Mapping[str, str]] = {
    "boolean": "true or false",
    "case": "the id of a case of the input",
    "citation": "a number of the reference list",
    "class": "a class of the ontology, by its name or its label",
    "date": "a date, such as 2026-01-15",
    "decimal": "a number",
    "event": "a test, procedure or therapy, by its name or its label",
    "field": "a key of the case format, such as tumors.ki67Percent",
    "gap": "the id of a gap",
    "integer": "a whole number",
    "kind": "a kind of statement",
    "modality": "how strongly a statement speaks",
    "plan": "the id of a case of the input, one that has a plan",
    "property": "a property of the ontology, by its name or its label",
    "section": "a section of the document, such as Treatment/Localized",
    "severity": "the severity of a finding",
    "statement": "the id of a statement, such as TX-19",
    "status": "the status of a step",
    "string": "any text",
    "tumor": "the id of a tumor of the input, with its case (CASE/TUMOR) where ids recur",
    "verdict": "the verdict on a statement",
}

_LINE = re.compile(r"#\+ (summary|question|over|problem|solution|param|column): (\S.*)")
_PARAM = re.compile(r"([A-Za-z]\w*) ([a-z]+)(?: = (\S+))? ([A-Z].*\.)")
_COLUMN = re.compile(r"([A-Za-z]\w*) ([A-Z].*\.)")
_ORDER: Final = ("summary", "question", "over", "problem", "solution", "param", "column")


@dataclass(frozen=True, slots=True)
class Parameter(Result):
    """One parameter of a query; without a default it must be given."""

    json_keys: ClassVar[Keys] = ("name", "type", "meaning", "default", "required")
    name: str
    type: str
    meaning: str
    default: str | None = None

    @property
    def required(self) -> bool:
        """Whether it must be given."""
        return self.default is None


@dataclass(frozen=True, slots=True)
class Column(Result):
    """One column of an answer."""

    name: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Header:
    """The header of a query; what it leaves out is empty."""

    summary: str = ""
    question: str = ""
    over: str = ""
    problem: str = ""
    solution: str = ""
    parameters: tuple[Parameter, ...] = ()
    columns: tuple[Column, ...] = ()


def read_header(text: str, *, place: str = "") -> Header:
    r"""Parse the ``#+`` lines at the top of a query; ``place`` is its name in errors.

    >>> header = read_header("#+ over: plan\n#+ param: by date = as-of The day.\nASK {}")
    >>> header.over, header.parameters[0].default
    ('plan', 'as-of')

    Raises:
        KnowledgeError: if a line is not valid, with its number.
    """
    found: dict[tuple[str, str], Any] = {}
    latest = 0
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.startswith("#+"):
            break
        fault = partial(KnowledgeError, term=f"{place}, line {number}".removeprefix(", "))
        match = _LINE.fullmatch(line.rstrip())
        if match is None:
            raise fault("not a valid header line", expected=f"#+ and one of {', '.join(_ORDER)}")
        key, value = match[1], match[2]
        if _ORDER.index(key) < latest:
            raise fault(f"{key} is in the wrong place", expected=f"the order {', '.join(_ORDER)}")
        latest = _ORDER.index(key)
        if key == "over" and value not in OVER:
            raise fault(f"unknown scope {value!r} (choose from {', '.join(OVER)})")
        entry: Any = _ENTRIES[key](value, fault) if key in _ENTRIES else value
        name = getattr(entry, "name", key)
        if (key, name) in found:
            raise fault(f"{name} appears twice", expected="it only once")
        found[key, name] = entry
    summary, question, over, problem, solution = (found.get((key, key), "") for key in _ORDER[:5])
    parameters, columns = (
        tuple(entry for (kind, _), entry in found.items() if kind == key) for key in _ENTRIES
    )
    return Header(summary, question, over, problem, solution, parameters, columns)


def _parameter(value: str, fault: Callable[..., KnowledgeError]) -> Parameter:
    match = _PARAM.fullmatch(value)
    if match is None:
        raise fault("not a valid parameter", expected="#+ param: name type [= default] Meaning.")
    name, type_, default, meaning = match.groups()
    if type_ not in TYPES:
        raise fault(f"unknown parameter type {type_!r} (choose from {', '.join(TYPES)})")
    return Parameter(name, type_, meaning, default)


def _column(value: str, fault: Callable[..., KnowledgeError]) -> Column:
    match = _COLUMN.fullmatch(value)
    if match is None:
        raise fault("not a valid column", expected="#+ column: name Meaning.")
    return Column(match[1], match[2])


_ENTRIES: Final = {"param": _parameter, "column": _column}
