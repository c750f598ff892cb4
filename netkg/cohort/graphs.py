"""Read and write N-Quads and TriG with one case in each graph.

N-Quads are cut between graphs, so that a file of any length is read part by part; the quads of a
graph must follow each other. TriG has no such places, and is read as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from netkg.case.finding import violations
from netkg.case.from_rdf import cases_from_quads
from netkg.case.model import Case
from netkg.case.rdf import cases_from_text
from netkg.case.reading import open_cases, read_object
from netkg.case.sources import lines
from netkg.case.to_json import case_object
from netkg.errors import InputError
from netkg.namespaces import NETKG
from netkg.ontology.schema import Schema
from netkg.ontology.text_files import decode

__all__ = ["Graphs", "GraphWriter", "cases_of", "cut_quads", "trees_of"]

# How many graphs a part has at most: the parser of RDF has a limit.
GRAPHS: Final = 2_000
# The graph of a quad is its last term; a triple has none.
_GRAPH: Final = re.compile(r"\s(<[^<>\"{}|^`\\]*>|_:\S+)\s*\.\s*(#.*)?$")
_TRIPLE: Final = re.compile(r"^\s*\S+\s+\S+\s+(<[^<>\"]*>|_:\S+)\s*\.\s*(#.*)?$")
# What says that the type of an event names no class.
UNKNOWN_TYPE: Final = NETKG + "unknownType"
# Lines of whole graphs, and the number of the first.
Graphs = tuple[list[bytes], int]


def cut_quads(path: Path, size: int = GRAPHS) -> Iterator[Graphs]:
    """Yield the lines of N-Quads in pieces of some graphs.

    Raises:
        InputError: if the file cannot be read, or the quads of a graph do not follow each other.
    """
    name, seen = str(path), set[str]()
    held: list[bytes] = []
    first, current, count = 1, None, 0
    for number, line in enumerate(lines(path, name), start=1):
        if isinstance(line, InputError):
            raise line
        data = line if isinstance(line, bytes) else line.encode()
        text = decode(data, name, number)
        if text.strip() and not text.lstrip().startswith("#"):
            graph = _graph(text)
            if graph != current:
                if graph in seen:
                    raise InputError(
                        "continues a graph that was left before",
                        source=name,
                        line=number,
                        found=graph or "the default graph",
                        expected="all quads of a graph in succession, such as by sorting",
                    )
                if count >= size:
                    yield held, first
                    held, first, count = [], number, 0
                seen.add(graph)
                current, count = graph, count + 1
        held.append(data)
    if count:
        yield held, first


def _graph(line: str) -> str:
    found = None if _TRIPLE.match(line) else _GRAPH.search(line)
    return found[1] if found else ""


def cases_of(path: Path, format: str, schema: Schema) -> Iterator[Case | InputError]:
    """Yield the cases of a file of RDF, and an InputError for what cannot be read."""
    try:
        yield from open_cases(path, schema=schema, format=format)
    except InputError as error:
        yield error


def trees_of(path: Path, kind: str, schema: Schema) -> Iterator[Any]:
    """Yield the cases of a file as JSON, and an InputError for one that JSON cannot express."""
    cases = _of_quads(path, schema) if kind == "nquads" else cases_of(path, kind, schema)
    for case in cases:
        try:
            yield case if isinstance(case, InputError) else case_object(case, schema=schema)
        except InputError as error:
            yield error


def _of_quads(path: Path, schema: Schema) -> Iterator[Case | InputError]:
    name = str(path)
    for held, first in cut_quads(path):
        try:
            yield from cases_from_text(decode(b"".join(held), name), "nquads", schema, name)
        except InputError as error:
            if error.line is not None:
                error.line += first - 1
            yield error


class GraphWriter:
    """Writer of cases as graphs that have their names."""

    def __init__(self, format: ox.RdfFormat, schema: Schema) -> None:
        self._format = format
        self._schema = schema
        self._names = set[str]()

    def graph(self, tree: Any, source: str, line: int) -> str:
        """Return the graph of a case.

        Raises:
            InputError: if RDF cannot express it, or a graph has its name already.
        """
        case, *others = read_object(tree, self._schema, source, line)
        if case.node.value in self._names:
            raise InputError("has the id of a case before", source=source, line=line, found=case.id)
        quads = [_quad(triple, case) for triple in case.triples]
        if reason := self._reason(case, quads) or ("It is not one case." if others else ""):
            raise InputError(
                f"cannot be written as RDF without loss. {reason}", source=source, line=line
            )
        self._names.add(case.node.value)
        return (ox.serialize(quads, format=self._format) or b"").decode()

    def _reason(self, case: Case, quads: Sequence[ox.Quad]) -> str:
        """Return why a case would not be read from RDF as it is, if that is so."""
        if wrong := violations(case.findings):
            return wrong[0].message
        unknown = [t.object for t in case.triples if t.predicate.value == UNKNOWN_TYPE]
        if unknown:
            return f"The case format has no event type {unknown[0]}."
        again = cases_from_quads(quads, schema=self._schema)
        is_same = [set(each.triples) for each in again] == [set(case.triples)]
        return "" if is_same else "Read again, it would be another case."


def _quad(triple: ox.Triple, case: Case) -> ox.Quad:
    return ox.Quad(triple.subject, triple.predicate, triple.object, case.node)
