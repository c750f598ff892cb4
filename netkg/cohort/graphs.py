"""Read N-Quads and TriG with one case in each graph.

N-Quads are cut between graphs, so that a file of any length is read part by part; the quads of a
graph must follow each other. TriG has no such places, and is read as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from netkg.case.model import Case
from netkg.case.reading import open_cases
from netkg.case.sources import lines
from netkg.errors import InputError
from netkg.ontology.schema import Schema
from netkg.ontology.text_files import decode

__all__ = ["Graphs", "cases_of", "cut_quads"]

# How many graphs a part has at most: the parser of RDF has a limit.
GRAPHS: Final = 2_000
# The graph of a quad is its last term; a triple has none.
_GRAPH: Final = re.compile(r"\s(<[^<>\"{}|^`\\]*>|_:\S+)\s*\.\s*(#.*)?$")
_TRIPLE: Final = re.compile(r"^\s*\S+\s+\S+\s+(<[^<>\"]*>|_:\S+)\s*\.\s*(#.*)?$")
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
