"""Write triples as Turtle: the same bytes for the same triples in the same order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

import pyoxigraph as ox

from netkg.namespaces import PREFIXES
from netkg.result import escape_turtle

__all__ = ["turtle_body", "turtle_head"]

_HEAD: Final = re.compile(r"(?:@prefix [^\n]*\n)*")


def turtle_body(triples: Iterable[ox.Triple], prefixes: Mapping[str, str] = PREFIXES) -> str:
    r"""Return triples as Turtle without the lines of the prefixes (see :func:`turtle_head`).

    >>> term = ox.NamedNode(PREFIXES["netkg"] + "G1")
    >>> turtle_body([ox.Triple(term, term, term)])
    'netkg:G1 netkg:G1 netkg:G1 .\n'
    """
    data = ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=dict(prefixes))
    # The writer declares the prefixes in an order of its own.
    return escape_turtle(_HEAD.sub("", (data or b"").decode(), count=1))


def turtle_head(
    notes: Iterable[str] = (), prefixes: Mapping[str, str] = PREFIXES, *, of: str | None = None
) -> str:
    r"""Return what comes first in a file: notes as comments, and the prefixes, sorted.

    With ``of`` only the prefixes that occur in this text are declared.

    >>> turtle_head(["a note"], {"b": "urn:b#", "a": "urn:a#"}, of="b:x b:y b:z .")
    '# a note\n\n@prefix b: <urn:b#> .\n\n'
    """
    comments = "".join(f"# {escape_turtle(note)}\n" for note in notes)
    lines = "".join(
        f"@prefix {name}: <{iri}> .\n"
        for name, iri in sorted(prefixes.items())
        if of is None or f"{name}:" in of
    )
    return "".join(f"{part}\n" for part in (comments, lines) if part)
