"""Convert the values given for parameters to the RDF terms that a query is run with."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Final, TypeAlias

import pyoxigraph as ox

from netkg.case.days import parse_day
from netkg.case.finding import SEVERITIES
from netkg.errors import InputError
from netkg.namespaces import NETKG, OWL, PREFIXES, SH, SKOS, XSD, local_name
from netkg.ontology.conditions import with_article
from netkg.ontology.query_header import ANY, AS_OF, EACH, TYPES, Parameter
from netkg.ontology.schema import IDENTIFIER, LABEL, NOTATION, SUBCLASS, TYPE, Schema, netkg
from netkg.query.dataset import Dataset
from netkg.query.library import Competency
from netkg.suggestions import closest, did_you_mean, listed

__all__ = ["Given", "bind", "choices"]

Given: TypeAlias = str | int | bool | Decimal | float | date
BoundTerm: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal

# Where a type is a class of the ontology, its individuals are what can be given.
_INDIVIDUALS: Final = {
    "citation": "Reference",
    "gap": "Gap",
    "modality": "Modality",
    "section": "Section",
    "status": "StepStatus",
    "statement": "Statement",
    "verdict": "VerdictValue",
}
_CLASSES: Final = {"class": "Class", "property": "Property"}
_LITERALS: Final[Mapping[str, Callable[[str], object]]] = {
    "boolean": re.compile("true|false").fullmatch,
    "date": parse_day,
    "decimal": re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)").fullmatch,
    "integer": re.compile("[+-]?[0-9]+").fullmatch,
    "string": lambda _: True,
}
_NAMES: Final = (IDENTIFIER, NOTATION)
_ALIASES: Final = (LABEL, ox.NamedNode(SKOS + "altLabel"))
_FEW: Final = 24


def bind(query: Competency, given: Mapping[str, Given], dataset: Dataset) -> dict[str, BoundTerm]:
    """Return the term for each parameter that has one, by the name of its variable.

    Raises:
        InputError: if a parameter is unknown or missing, or its value is not valid.
    """
    known = [parameter.name for parameter in query.parameters]
    for name in given:
        if name not in known:
            raise InputError(
                f"{query.name} has no parameter {name!r}",
                expected=listed(known, "or") or "none",
                hint=did_you_mean(closest(name, known)),
            )
    bound = {}
    for parameter in query.parameters:
        value = given.get(parameter.name, parameter.default)
        if value is None:
            raise InputError(
                f"{query.name} needs the parameter {parameter.name}",
                expected=f"{parameter.name}=…, {_sketch(parameter, dataset)}",
            )
        if value == AS_OF and dataset.as_of is not None:
            value = dataset.as_of
        is_free = value in (ANY, EACH) and parameter.default is not None
        if not is_free:
            bound[parameter.name] = _term(parameter, _words(value), dataset)
    return bound


def choices(parameter: Parameter, dataset: Dataset) -> list[str]:
    """Return the possible values of a parameter, sorted; empty if they cannot be listed."""
    if parameter.type == "severity":
        return list(SEVERITIES)
    if parameter.type == "boolean":
        return ["false", "true"]
    return sorted(_named(parameter.type, dataset))


def _words(value: Given) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        value = Decimal(repr(value))
    if isinstance(value, Decimal) and value.is_finite():
        return format(value, "f")
    return value.isoformat() if isinstance(value, date) else str(value)


def _term(parameter: Parameter, words: str, dataset: Dataset) -> BoundTerm:
    is_valid = _LITERALS.get(parameter.type)
    if is_valid is None:
        return _node(parameter, words, dataset)
    if not is_valid(words):
        raise _wrong(parameter, words, _sketch(parameter, dataset))
    return ox.Literal(words, datatype=ox.NamedNode(XSD + parameter.type))


def _node(parameter: Parameter, words: str, dataset: Dataset) -> BoundTerm:
    """Return the node with a name, which may be a prefixed name, an IRI or a label."""
    named = _named(parameter.type, dataset)
    if words in named:
        return named[words]
    if parameter.type == "plan" and words in dataset.cases:
        # An answer without rows would look as if its plan had none.
        others = (
            f"another case: one of {', '.join(sorted(named))}" if named else "a case with a plan"
        )
        raise InputError(
            f"{parameter.name}={words} has no plan, since the case violates the shapes"
            " (netkg validate shows the violations)",
            expected=others,
        )
    prefix, _, rest = words.partition(":")
    iri = PREFIXES[prefix] + rest if prefix in PREFIXES else words
    for node in named.values():
        if node.value == iri:
            return node
    aliases = _labels(named, dataset.schema)
    found = aliases.get(words.casefold(), set())
    if len(found) == 1:
        return named[found.pop()]
    if found:
        raise _wrong(parameter, words, f"one of {', '.join(sorted(found))}", "is ambiguous")
    hint = did_you_mean(closest(words, named) or closest(words, aliases))
    names = sorted(named)
    if len(names) <= _FEW:
        expected = f"one of {', '.join(names)}" if names else "an input that contains one"
    else:
        expected = f"another {parameter.type} (see --help)"
    raise _wrong(parameter, words, expected, hint=hint)


def _named(type_: str, dataset: Dataset) -> dict[str, ox.NamedNode]:
    """Return the nodes that a type allows, by their names."""
    schema = dataset.schema
    if type_ in _INDIVIDUALS:
        top = netkg(_INDIVIDUALS[type_])
        below = [top, *_below(top, schema)]
        return {_name(node, schema): node for class_ in below for node in schema.instances(class_)}
    if type_ == "severity":
        return {name: ox.NamedNode(SH + name) for name in SEVERITIES}
    if type_ == "kind":
        return {_name(node, schema): node for node in _below(netkg("Statement"), schema)}
    if type_ == "event":
        return {name: netkg(name) for name in schema.event_types}
    if type_ == "field":
        fields = [field for record in schema.fields.values() for field in record.values()]
        return {field.path: netkg(field.name) for field in fields}
    if type_ in _CLASSES:
        quads = schema.store.quads_for_pattern(None, TYPE, None)
        return {
            local_name(quad.subject.value): quad.subject
            for quad in quads
            if isinstance(quad.subject, ox.NamedNode)
            and quad.subject.value.startswith(NETKG)
            and quad.object.value.startswith(OWL)  # type: ignore[union-attr]
            and quad.object.value.endswith(_CLASSES[type_])  # type: ignore[union-attr]
        }
    if type_ in ("case", "plan"):
        without = {violation.case for violation in dataset.violations if type_ == "plan"}
        return {
            id_: case.node  # type: ignore[misc]
            for id_, case in dataset.cases.items()
            if id_ not in without
        }
    if type_ == "tumor":
        return _tumors(dataset)
    return {}


def _tumors(dataset: Dataset) -> dict[str, ox.NamedNode]:
    """Return the tumors of the input by their ids if these are unique, and with their case."""
    found: dict[str, list[ox.NamedNode]] = {}
    for case in dataset.cases.values():
        for node in case.tumors:
            found.setdefault(case.names[node.value], []).append(node)
            found.setdefault(f"{case.id}/{case.names[node.value]}", []).append(node)
    return {name: nodes[0] for name, nodes in found.items() if len(nodes) == 1}


def _below(top: ox.NamedNode, schema: Schema) -> list[ox.NamedNode]:
    nodes = {n for n in schema.subjects(SUBCLASS, top) if isinstance(n, ox.NamedNode)}
    return sorted(nodes, key=lambda node: node.value)


def _name(node: ox.NamedNode, schema: Schema) -> str:
    return next(
        (text for key in _NAMES if (text := schema.text(node, key))), local_name(node.value)
    )


def _labels(named: Mapping[str, ox.NamedNode], schema: Schema) -> dict[str, set[str]]:
    """Return the names that each other word for a node may refer to."""
    found: dict[str, set[str]] = {}
    for name, node in named.items():
        words = {name, local_name(node.value)}
        words |= {value.value for key in _ALIASES for value in schema.objects(node, key)}
        for word in words:
            found.setdefault(word.casefold(), set()).add(name)
    return found


def _sketch(parameter: Parameter, dataset: Dataset) -> str:
    """Return a short description of the possible values of a parameter."""
    known = choices(parameter, dataset)
    if 0 < len(known) <= _FEW:
        return f"one of {', '.join(known)}"
    return TYPES[parameter.type]


def _wrong(
    parameter: Parameter,
    words: str,
    expected: str,
    problem: str = "is not valid",
    *,
    hint: str = "",
) -> InputError:
    return InputError(
        f"{parameter.name}={words} {problem} as {with_article(parameter.type)}",
        expected=expected,
        hint=hint,
    )
