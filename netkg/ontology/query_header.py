"""The header of a query: the ``#+`` lines at its top.

Each line is one fact, in this order, and any of them may be left out::

    #+ summary: List what rests on one reference.
    #+ question: Which statements rest on a given citation?
    #+ over: ontology
    #+ param: citation citation The number that the document gives the reference.
    #+ param: modality modality = any Only statements of this strength.
    #+ column: id The statement.

``over`` is the data that the query needs: ``ontology``, ``case`` (the cases as asserted,
too) or ``plan`` (the cases with all that is derived from them). A ``param`` is the name
of a variable, its type, optionally ``=`` and a default of one word, and a sentence. A
parameter without a default must be given; the default ``any`` leaves the variable free,
and ``as-of`` is the evaluation date. There is one ``column`` for each variable that is
shown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from netkg.errors import KnowledgeError
from netkg.result import JSON, Result

__all__ = ["ANY", "AS_OF", "OVER", "TYPES", "Column", "Header", "Parameter", "read_header"]

ANY: Final = "any"
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
    "date": "a day, such as 2026-01-15",
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

_LINE = re.compile(r"#\+ (summary|question|over|param|column): (\S.*)")
_PARAM = re.compile(r"([A-Za-z]\w*) ([a-z]+)(?: = (\S+))? ([A-Z].*\.)")
_COLUMN = re.compile(r"([A-Za-z]\w*) ([A-Z].*\.)")
_ORDER: Final = ("summary", "question", "over", "param", "column")


@dataclass(frozen=True, slots=True)
class Parameter(Result):
    """One parameter of a query; it is required if it has no default."""

    name: str
    type: str
    meaning: str
    default: str | None = None

    def to_dict(self) -> JSON:
        """Return the parameter as plain JSON."""
        return {
            "name": self.name,
            "type": self.type,
            "meaning": self.meaning,
            "default": self.default,
            "required": self.default is None,
        }


@dataclass(frozen=True, slots=True)
class Column(Result):
    """One column of an answer."""

    name: str
    meaning: str

    def to_dict(self) -> JSON:
        """Return the column as plain JSON."""
        return {"name": self.name, "meaning": self.meaning}


@dataclass(frozen=True, slots=True)
class Header:
    """The header of a query; what it leaves out is empty."""

    summary: str = ""
    question: str = ""
    over: str = ""
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
    once: dict[str, str] = {}
    parameters: dict[str, Parameter] = {}
    columns: dict[str, Column] = {}
    latest = 0
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), start=1):
        if not line.startswith("#+"):
            break
        fault = _Fault(f"{place}, line {number}" if place else f"line {number}")
        match = _LINE.fullmatch(line.rstrip())
        if match is None:
            raise fault("not a line of a header", f"#+ and one of {', '.join(_ORDER)}")
        key, value = match[1], match[2]
        if _ORDER.index(key) < latest:
            raise fault(f"{key} is in the wrong place", f"the order {', '.join(_ORDER)}")
        latest = _ORDER.index(key)
        if key == "param":
            parameter = _parameter(value, fault)
            entry, again = parameter.name, parameter.name in parameters
            parameters[entry] = parameter
        elif key == "column":
            column = _column(value, fault)
            entry, again = column.name, column.name in columns
            columns[entry] = column
        else:
            entry, again = key, key in once
            once[key] = value
        if again:
            raise fault(f"{entry} appears twice", "it once")
        if key == "over" and value not in OVER:
            raise fault(f"unknown scope {value!r}", " or ".join(OVER))
    return Header(
        summary=once.get("summary", ""),
        question=once.get("question", ""),
        over=once.get("over", ""),
        parameters=tuple(parameters.values()),
        columns=tuple(columns.values()),
    )


class _Fault:
    """Maker of the errors for one line of a header."""

    def __init__(self, place: str) -> None:
        self._place = place

    def __call__(self, problem: str, expected: str) -> KnowledgeError:
        return KnowledgeError(problem, term=self._place, expected=expected)


def _parameter(value: str, fault: _Fault) -> Parameter:
    match = _PARAM.fullmatch(value)
    if match is None:
        raise fault("not a parameter", "#+ param: name type [= default] Meaning.")
    name, type_, default, meaning = match.groups()
    if type_ not in TYPES:
        raise fault(f"unknown type {type_!r} of a parameter", f"one of {', '.join(TYPES)}")
    return Parameter(name, type_, meaning, default)


def _column(value: str, fault: _Fault) -> Column:
    match = _COLUMN.fullmatch(value)
    if match is None:
        raise fault("not a column", "#+ column: name Meaning.")
    return Column(match[1], match[2])
