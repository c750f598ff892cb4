"""Loading of cases from what a caller gives: a path, an object or a graph."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from netkg.case.from_rdf import cases_from_quads
from netkg.case.model import Case
from netkg.case.reading import open_cases, read_object
from netkg.case.strict_json import check_tree
from netkg.case.syntaxes import quads_from_graph
from netkg.errors import InputError
from netkg.ontology.schema import Schema

if TYPE_CHECKING:
    from rdflib import Graph

__all__ = ["CaseLike", "load_case", "load_cases", "only"]

# A case as callers give it: read already, a path, a plain object or an rdflib graph.
CaseLike: TypeAlias = "Case | str | Path | Mapping[str, object] | Graph"


def load_case(source: object, *, schema: Schema | None = None) -> Case:
    """Load one case from a path, a plain object (dict) or an rdflib graph.

    A string is always a path. The source is not changed.

    Raises:
        InputError: if it cannot be read, or is not exactly one case.
    """
    schema = schema or Schema.load()
    found: Iterable[Case | InputError]
    if isinstance(source, (str, Path)):
        name = str(source)
        found = open_cases(source, schema=schema)
    elif isinstance(source, Mapping):
        name = ""
        check_tree(source)
        found = read_object(source, schema, "", None)
    elif hasattr(source, "triples"):
        name = ""
        found = cases_from_quads(quads_from_graph(source), schema=schema)
    else:
        raise InputError(
            f"cannot read a case from an object of the type {type(source).__name__}",
            expected="a path, a dict or an rdflib graph",
        )
    return only(found, name)


def load_cases(source: CaseLike | Iterable[CaseLike], *, schema: Schema) -> Iterator[Case]:
    """Yield the cases of one source or of several; a file may contain any number of them.

    Raises:
        InputError: for the first case that cannot be read.
    """
    given: Any = source
    single = isinstance(source, Case | str | Path | Mapping) or hasattr(source, "triples")
    if not single and (isinstance(given, bytes) or not isinstance(given, Iterable)):
        raise InputError(
            f"cannot read cases from an object of the type {type(source).__name__}",
            expected="a path, a dict, an rdflib graph, or several of them",
        )
    sources: Iterable[Any] = [given] if single else given
    for each in sources:
        if isinstance(each, Case):
            yield each
        elif isinstance(each, str | Path):
            for case in open_cases(each, schema=schema):
                if isinstance(case, InputError):
                    raise case
                yield case
        else:
            yield load_case(each, schema=schema)


def only(found: Iterable[Case | InputError], source: str) -> Case:
    """Return the only case of an input; ``source`` is its name in errors.

    Raises:
        InputError: if it cannot be read, or is not exactly one case.
    """
    cases: list[Case] = []
    for case in found:
        if isinstance(case, InputError):
            raise case
        cases.append(case)
        if len(cases) > 1:
            raise InputError(
                "contains more than one case",
                source=source,
                expected="one case: copy the one that is meant to a separate file",
            )
    if not cases:
        raise InputError("contains no case", source=source, expected="one case")
    return cases[0]
