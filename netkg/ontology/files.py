"""The files of the ontology, the shapes and the queries.

In an installed wheel they are in ``netkg/data``; in a checkout they are the
folders ``ontology``, ``shapes`` and ``queries`` next to the package. A caller
can replace any of these folders, so that a changed copy of the Turtle changes
the answers without a change of code.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from netkg.errors import KnowledgeError

__all__ = ["Folders", "default_folders", "parse_turtle", "read_queries"]

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


def parse_turtle(folder: Path) -> Iterator[ox.Triple]:
    """Parse every Turtle file below a folder, in the order of their paths.

    Blank nodes are renamed, so that different files do not share them.

    Raises:
        KnowledgeError: if there is no file, or one is not Turtle.
    """
    files = sorted(folder.rglob("*.ttl"))
    if not files:
        raise KnowledgeError(
            f"no Turtle file in the folder {folder}", expected="at least one file ending in .ttl"
        )
    _LOG.debug("reading %d Turtle files below %s", len(files), folder)
    for file in files:
        try:
            for quad in ox.parse(
                path=str(file), format=ox.RdfFormat.TURTLE, rename_blank_nodes=True
            ):
                yield quad.triple
        except (SyntaxError, OSError, UnicodeError) as error:
            raise KnowledgeError(
                f"cannot be read: {getattr(error, 'msg', error)}",
                term=str(file),
                expected="a readable file in Turtle",
            ) from error


def read_queries(folder: Path) -> tuple[tuple[str, str], ...]:
    """Return the SPARQL files of a folder as (name, text), in the order of their names.

    Raises:
        KnowledgeError: if there is none.
    """
    files = sorted(folder.glob("*.rq"))
    if not files:
        raise KnowledgeError(
            f"no query in the folder {folder}", expected="at least one file ending in .rq"
        )
    return tuple((file.stem, file.read_text(encoding="utf-8")) for file in files)
