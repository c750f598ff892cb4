"""RDF terms of a case as plain JSON values, and the names of its nodes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from netkg.namespaces import NETKG, XSD

__all__ = ["json_value", "literal_value", "node_name"]

_ESCAPE: Final = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_BOOLEAN: Final = f"^^<{XSD}boolean>"
_NUMBERS: Final = frozenset(f"^^<{XSD}{name}>" for name in ("decimal", "double", "integer"))
_ESCAPED: Final[Mapping[str, str]] = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


def node_name(iri: str, names: Mapping[str, str]) -> str:
    """Return the id of a record, the local name of a netkg term, or any other IRI in full.

    >>> node_name("https://w3id.org/netkg/ns#G1", {}), node_name("urn:x", {"urn:x": "tumor-1"})
    ('G1', 'tumor-1')
    """
    return names.get(iri) or iri.removeprefix(NETKG)


def json_value(term: str, names: Mapping[str, str]) -> Any:
    r"""Return a term in N-Triples form as plain JSON; ``names`` are the ids of records by IRI.

    >>> json_value("<https://w3id.org/netkg/ns#G1>", {}), json_value('"a \\"b\\""', {})
    ('G1', 'a "b"')
    """
    if term.startswith("<"):
        return node_name(term[1:-1], names)
    return term if term.startswith("_:") else literal_value(term)


def literal_value(term: str) -> bool | int | float | str:
    """Return a literal in N-Triples form as a JSON value: a boolean, a number or a text.

    A decimal that is whole becomes an integer, as it is written in a case.

    >>> literal_value('"5.0"^^<http://www.w3.org/2001/XMLSchema#decimal>')
    5
    >>> literal_value('"2026-01-15"'), literal_value('"yes"@en'), literal_value('"x"^^<u:x>')
    ('2026-01-15', 'yes', 'x')
    """
    end = term.rindex('"')
    text, kind = term[1:end], term[end + 1 :]
    if kind == _BOOLEAN:
        return text == "true"
    if kind in _NUMBERS:
        number = float(text)
        return int(number) if number.is_integer() and abs(number) < 1e15 else number
    return _ESCAPE.sub(_unescaped, text) if "\\" in text else text


def _unescaped(found: re.Match[str]) -> str:
    code = found[1] or found[2]
    return chr(int(code, 16)) if code else _ESCAPED.get(found[3], found[3])
