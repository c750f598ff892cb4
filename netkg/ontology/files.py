"""The files of the ontology, the shapes and the queries.

In an installed wheel they are in ``netkg/data``; in a checkout they are the
folders ``ontology``, ``shapes`` and ``queries`` next to the package. A caller
can replace any of these folders, so that a changed copy of the Turtle changes
the answers without a change of code.
"""

from __future__ import annotations

import hashlib
import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

import pyoxigraph as ox

from netkg.errors import InputError, KnowledgeError
from netkg.ontology.text_files import read_text, without_place

__all__ = [
    "LAST",
    "Folders",
    "chosen_folders",
    "default_folders",
    "load_turtle",
    "parse_file",
    "parse_lines",
    "parse_turtle",
    "read_queries",
]

# A name after that of every query.
LAST: Final = "\U0010ffff"

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Folders:
    """The folders of the ontology, the shapes and the queries."""

    ontology: Path
    shapes: Path
    queries: Path


def default_folders() -> Folders:
    """Return the folders of the package, in a wheel or in a checkout.

    Raises:
        KnowledgeError: if neither contains them.
    """
    package = Path(__file__).resolve().parent.parent
    for root in (package / "data", package.parent):
        if (root / "ontology").is_dir():
            return Folders(root / "ontology", root / "shapes", root / "queries")
    raise KnowledgeError(
        f"neither {package / 'data'} nor {package.parent} contains the folder ontology",
        expected="a complete installation, with ontology, shapes and queries",
    )


def chosen_folders(
    *, ontology: Path | None = None, shapes: Path | None = None, queries: Path | None = None
) -> Folders:
    """Return the folders of a caller, and those of the package in place of any other."""
    own = default_folders()
    return Folders(ontology or own.ontology, shapes or own.shapes, queries or own.queries)


def load_turtle(folder: Path, store: ox.Store) -> str:
    """Add every Turtle file below a folder to a store, which is faster than to parse it.

    Returns the hash of the texts.

    Raises:
        KnowledgeError: if there is no file, or one is not Turtle.
    """
    digest = hashlib.sha256()
    for file in _turtle_files(folder):
        with _named(file):
            content = _text(file).encode()
            store.load(content, format=ox.RdfFormat.TURTLE)
            digest.update(f"{len(content)} ".encode() + content)
    return digest.hexdigest()


def parse_turtle(folder: Path) -> Iterator[ox.Triple]:
    """Parse every Turtle file below a folder, in the order of their paths.

    Raises:
        KnowledgeError: if there is no file, or one is not Turtle.
    """
    for file in _turtle_files(folder):
        yield from parse_file(file)


def _turtle_files(folder: Path) -> list[Path]:
    files = sorted(folder.rglob("*.ttl"))
    if not files:
        raise KnowledgeError(
            f"no Turtle file in the folder {folder}", expected="at least one file ending in .ttl"
        )
    _LOG.debug("reading %d Turtle files below %s", len(files), folder)
    return files


def parse_file(file: Path) -> Iterator[ox.Triple]:
    """Parse a Turtle file.

    Blank nodes are renamed, so that different files do not share them.

    Raises:
        KnowledgeError: if it cannot be read, or is not Turtle.
    """
    for quad in _quads(_text(file).encode(), file):
        yield quad.triple


def parse_lines(text: str, file: Path) -> Iterator[tuple[ox.Triple, int]]:
    """Parse the text of a Turtle file: each triple with the line at which it ends.

    Raises:
        KnowledgeError: if it is not Turtle.
    """
    lines = _Lines(text.encode())
    for quad in _quads(lines, file):
        yield quad.triple, lines.number


def _quads(data: bytes | IO[bytes], file: Path) -> Iterator[ox.Quad]:
    with _named(file):
        yield from ox.parse(data, format=ox.RdfFormat.TURTLE, rename_blank_nodes=True)


@contextmanager
def _named(file: Path) -> Iterator[None]:
    """Raise what is not Turtle as a fault of the knowledge, with the file and the line."""
    try:
        yield
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        raise KnowledgeError(
            f"not valid Turtle: {without_place(getattr(error, 'msg', None) or str(error))}",
            term=f"{file}, line {line}" if line else str(file),
            expected="a readable file in Turtle",
        ) from None


def _text(file: Path) -> str:
    """Return the text of a file, or raise what is wrong with it as a fault of the knowledge."""
    try:
        return read_text(file)
    except InputError as error:
        raise KnowledgeError(error.problem, term=error.place, expected=error.expected) from None


class _Lines(io.BytesIO):
    """A text that is read line by line: the parser has no other line numbers."""

    number = 0
    _begins = True

    def read(self, size: int | None = -1) -> bytes:
        """Return the next line, or the part of it that fits."""
        self.number += self._begins
        line = self.readline(size)
        self._begins = line.endswith(b"\n")
        return line


def read_queries(folder: Path) -> tuple[tuple[str, str], ...]:
    """Return the SPARQL files of a folder as (name, text), in the order of their names.

    Raises:
        KnowledgeError: if there is none, or one cannot be read.
    """
    files = sorted(folder.glob("*.rq"))
    if not files:
        raise KnowledgeError(
            f"no query in the folder {folder}", expected="at least one file ending in .rq"
        )
    return tuple((file.stem, _text(file)) for file in files)
