"""RDF terms as lists that JSON can carry, without the text of any syntax.

A table contains each term once, after the terms that it consists of: an IRI as a string, a
blank node as a list of one, a literal as a list of its text, datatype, language and
direction, a triple term as a list of three places in the table. Rows of terms are then one
list of places. Place 0 is for no term: the default graph, an unbound variable.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, Final, TypeAlias

import pyoxigraph as ox

__all__ = ["Packed", "pack", "unpack"]

Packed: TypeAlias = dict[str, Any]

OWL: Final = "http://www.w3.org/2002/07/owl#"
# What JSON-LD reads as the label of a blank node, or as a keyword.
_NO_IRI: Final = re.compile(r"_:|@[A-Za-z]+$")
_NOTHING: Final = (None, ox.DefaultGraph())


def pack(rows: Iterable[Iterable[Any]], *, depth: int = 100) -> Packed:
    """Return rows of terms as ``{"table": […], "places": […]}``.

    Triple terms may be nested to this depth.

    >>> pack([[ox.NamedNode("urn:a"), ox.BlankNode("b"), None, ox.NamedNode("urn:a")]])
    {'table': [None, 'urn:a', ['b']], 'places': [1, 2, 0, 1]}

    Raises:
        RecursionError: if triple terms are nested too deeply.
    """
    table: list[Any] = [None]
    known: dict[Any, int] = dict.fromkeys(_NOTHING, 0)

    def place(term: Any, level: int = 0) -> int:
        if level > depth:
            raise RecursionError
        found = known.get(term)
        if found is not None:
            return found
        packed: str | list[Any]
        if isinstance(term, ox.NamedNode):
            packed = term.value
        elif isinstance(term, ox.BlankNode):
            packed = [term.value]
        elif isinstance(term, ox.Literal):
            packed = [term.value, term.datatype.value, term.language, _direction(term)]
        else:
            packed = [place(part, level + 1) for part in term]
        known[term] = len(table)
        table.append(packed)
        return len(table) - 1

    places = [place(term) for row in rows for term in row]
    return {"table": table, "places": places}


def unpack(packed: Packed, width: int) -> Iterator[tuple[Any, ...]]:
    """Yield the rows that :func:`pack` packed, each with ``width`` terms or None.

    >>> [row] = unpack({"table": [None, "urn:a", ["b"]], "places": [1, 2]}, 2)
    >>> row
    (<NamedNode value=urn:a>, <BlankNode value=b>)
    """
    terms: list[Any] = []
    for entry in packed["table"]:
        match entry:
            case None:
                terms.append(None)
            case str():
                terms.append(_iri(entry))
            case [label]:
                terms.append(_blank(label))
            case [text, datatype, language, direction]:
                terms.append(_literal(text, datatype, language, direction))
            case [subject, predicate, object_]:
                terms.append(ox.Triple(terms[subject], terms[predicate], terms[object_]))
    each = iter([terms[place] for place in packed["places"]])
    return zip(*[each] * width, strict=True)


# JSON-LD is parsed leniently, since ids there may be any text. So a term may have a text that
# its constructor refuses.
def _iri(text: str) -> ox.NamedNode:
    try:
        return ox.NamedNode(text)
    except ValueError:
        if _NO_IRI.match(text):
            text = f"%{ord(text[0]):X}{text[1:]}"
        node = json.dumps({"@id": text, OWL + "sameAs": ""})
        (quad,) = ox.parse(node, ox.RdfFormat.JSON_LD, lenient=True)
        assert isinstance(quad.subject, ox.NamedNode)
        return quad.subject


def _blank(label: str) -> ox.BlankNode:
    try:
        return ox.BlankNode(label)
    except ValueError:
        return ox.BlankNode(f"x{label.encode().hex()}")


def _literal(text: str, datatype: str, language: str | None, direction: str | None) -> ox.Literal:
    if language is None:
        return ox.Literal(text, datatype=_iri(datatype))
    try:
        base = None if direction is None else ox.BaseDirection(direction)
        return ox.Literal(text, language=language, direction=base)
    except ValueError:
        return ox.Literal(text)


def _direction(literal: ox.Literal) -> str | None:
    direction = literal.direction
    return None if direction is None else direction.value
