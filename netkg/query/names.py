"""Refuse the names in a query that cannot match: their prefix or their term does not exist."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import pyoxigraph as ox

from netkg.errors import InputError
from netkg.namespaces import NETKG, NETS
from netkg.ontology.tokens import Token, line_and_column, tokens
from netkg.query.dataset import GRAPH_BASE, GRAPHS, Dataset
from netkg.suggestions import closest, did_you_mean

__all__ = ["check_names"]

# The namespaces of the project, all names in which are known.
_OWN: Final = {NETKG: "netkg:", NETS: "nets:", GRAPH_BASE: "graph:"}


def check_names(
    text: str, dataset: Dataset, *, prefixes: Mapping[str, str], source: str = ""
) -> None:
    """Refuse a prefix that is not declared, and a term of the project that does not exist.

    A term exists if it is a graph, or is in a triple of the data. The template of CONSTRUCT may
    contain new ones.

    Raises:
        InputError: for the first such name; it suggests others.
    """
    declared, before, template = dict(prefixes), Token("start", "", 0), 0
    prefix: str | None = None
    for token in tokens(text):
        if before.text.upper() == "CONSTRUCT" and token.text == "{":
            template = 1
        elif template:
            template += (token.text == "{") - (token.text == "}")
        iri = ""
        if token.kind == "iri":
            iri = token.text[1:-1]
            if prefix is not None:
                declared[prefix], iri = iri, ""
            prefix = None
        elif token.kind == "name" and before.text.upper() == "PREFIX":
            prefix = token.text[:-1]
        elif token.kind == "name":
            name, _, local = token.text.partition(":")
            if name not in declared:
                _refuse(
                    f"the prefix {name}: is not declared",
                    token,
                    text,
                    source,
                    expected=f"a line PREFIX {name}: <…>, or a known prefix",
                    hint=did_you_mean([f"{each}:" for each in closest(name, declared)]),
                )
            iri = declared[name] + local
        if iri and not template:
            _check_term(iri, token, text, source, dataset)
        before = token


def _check_term(iri: str, token: Token, text: str, source: str, dataset: Dataset) -> None:
    for namespace, prefix in _OWN.items():
        name = iri.removeprefix(namespace)
        if name in ("", iri) or "\\" in name or dataset.knows(iri):
            continue
        if namespace == GRAPH_BASE:
            if name not in GRAPHS:
                _refuse(
                    f"unknown graph {prefix}{name}",
                    token,
                    text,
                    source,
                    expected=f"one of {', '.join(prefix + each for each in GRAPHS)}",
                    hint=did_you_mean([prefix + each for each in closest(name, GRAPHS)]),
                )
            continue
        close = closest(name, _names(namespace, dataset))
        _refuse(
            f"{prefix}{name} does not occur in the data, so that it cannot match",
            token,
            text,
            source,
            expected="a term of the ontology",
            hint=did_you_mean([prefix + each for each in close]),
        )


def _names(namespace: str, dataset: Dataset) -> Iterator[str]:
    """Yield the local names of the terms of a namespace that the ontology has."""
    found = {
        term.value
        for quad in dataset.schema.store
        for term in (quad.subject, quad.predicate, quad.object)
        if isinstance(term, ox.NamedNode)
    }
    yield from (iri.removeprefix(namespace) for iri in sorted(found) if iri.startswith(namespace))


def _refuse(
    problem: str, token: Token, text: str, source: str, *, expected: str, hint: str
) -> None:
    line, column = line_and_column(text, token.at)
    raise InputError(
        f"{problem} (column {column})", source=source, line=line, expected=expected, hint=hint
    )
