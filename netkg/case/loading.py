"""Load cases from what a caller gives: a path, an object or a graph."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from netkg.case.model import Case
from netkg.case.reading import at_least_one, open_cases, read_object
from netkg.case.strict_json import check_tree
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
    name = str(source) if isinstance(source, str | Path) else ""
    return only(_read(source, schema or Schema.load()), name)


def load_cases(source: CaseLike | Iterable[CaseLike], *, schema: Schema) -> Iterator[Case]:
    """Yield the cases of one source or of several; a source may contain any number of them.

    Raises:
        InputError: for the first case that cannot be read.
    """
    given: Any = source
    single = isinstance(source, Case | str | bytes | Path | Mapping) or hasattr(source, "triples")
    for each in [given] if single or not isinstance(given, Iterable) else given:
        for case in _read(each, schema):
            if isinstance(case, InputError):
                raise case
            yield case


def _read(source: Any, schema: Schema) -> Iterable[Case | InputError]:
    if isinstance(source, Case):
        return [source]
    if isinstance(source, str | Path):
        return open_cases(source, schema=schema)
    if isinstance(source, Mapping):
        check_tree(source)
        return read_object(source, schema, "", None)
    if hasattr(source, "triples"):
        from netkg.case.rdf import cases_from_graph

        return at_least_one(cases_from_graph(source, schema))
    raise InputError(
        f"cannot read a case from an object of the type {type(source).__name__}",
        expected="a path, a dict, an rdflib graph, or several of them",
    )


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
