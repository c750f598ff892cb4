"""Read cases from files, streams, texts and objects, in every format of a case.

Input that cannot be read gives an :class:`~netkg.errors.InputError` with place
and reason: raised if nothing can be read at all, yielded in place of the case
if others follow. Nothing is ever fetched from the network.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import IO, Any, Final

from netkg.case.context import CONTEXT_IRI
from netkg.case.from_json import case_from_object
from netkg.case.json_faults import BLANKS
from netkg.case.jsonld_keys import is_foreign, is_plain
from netkg.case.model import Case
from netkg.case.positions import JsonText
from netkg.case.sources import Given, check_file, content, lines
from netkg.case.strict_json import is_ndjson, parse_json
from netkg.errors import InputError
from netkg.namespaces import NETKG
from netkg.ontology.schema import Schema
from netkg.ontology.text_files import decode

__all__ = [
    "ENDINGS",
    "CaseStream",
    "Piece",
    "at_least_one",
    "empty",
    "open_cases",
    "pieces",
    "read_object",
    "read_piece",
]

ENDINGS: Final[Mapping[str, str]] = {
    "json": "json",
    "jsonld": "json",
    "ndjson": "ndjson",
    "jsonl": "ndjson",
    "ttl": "turtle",
    "turtle": "turtle",
    "trig": "trig",
    "nt": "ntriples",
    "ntriples": "ntriples",
    "nq": "nquads",
    "nquads": "nquads",
    "rdf": "rdfxml",
    "xml": "rdfxml",
    "owl": "rdfxml",
    "rdfxml": "rdfxml",
}

_EXPECTED = "a case as JSON, NDJSON, JSON-LD, Turtle, TriG, N-Triples, N-Quads or RDF/XML"


@dataclass(frozen=True, slots=True)
class CaseStream:
    """The cases of one input, in order; ``many`` if it is a list of cases.

    An input is a list if it is a JSON array, NDJSON, or RDF with several
    cases. For an element that cannot be read, the list has an InputError.
    ``lines`` are those of NDJSON, to be read in place of ``items``.
    """

    many: bool
    items: Iterable[Case | InputError]
    source: str = ""
    lines: Iterable[bytes | str | InputError] | None = None

    def __iter__(self) -> Iterator[Case | InputError]:
        return iter(self.items)


def open_cases(
    source: str | Path,
    *,
    schema: Schema,
    format: str | None = None,
    stdin: IO[bytes] | IO[str] | None = None,
) -> CaseStream:
    """Open a file of cases, or standard input for ``-``.

    The format is taken from the argument, else from the file extension
    (without ``.gz``), else from the content. NDJSON is read line by line.

    Raises:
        InputError: if the input as a whole cannot be read.
    """
    given: Given
    if str(source) == "-":
        name, given = "standard input", stdin if stdin is not None else sys.stdin.buffer
        kind = _kind(format, "", name)
    else:
        name, given = str(source), Path(source)
        check_file(given, name)
        kind = _kind(format, name, name)
    if kind == "ndjson":
        found = lines(given, name)
        return CaseStream(True, _not_empty(_read_lines(found, schema, name), name), name, found)
    return _open_text(content(given, name), kind, schema, name)


def _kind(format: str | None, path: str, name: str) -> str | None:
    """Return the format by argument or file extension, or None if the content decides."""
    if format is not None:
        if format.lower() not in ENDINGS:
            expected = f"one of {', '.join(ENDINGS)}"
            raise InputError(f"unknown format {format!r}", source=name, expected=expected)
        return ENDINGS[format.lower()]
    return ENDINGS.get(path.lower().removesuffix(".gz").rpartition(".")[2])


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of an input that another process can read: some lines of NDJSON, or some cases."""

    source: str
    first: int
    lines: Sequence[bytes | str | InputError] = ()
    items: Sequence[Case | InputError] = ()


def pieces(stream: CaseStream, size: int) -> Iterator[Piece]:
    """Yield an input in pieces of some lines, or of some cases."""
    each = iter(stream.items if stream.lines is None else stream.lines)
    first = 1
    while found := list(islice(each, size)):
        if stream.lines is None:
            yield Piece(stream.source, first, items=found)  # type: ignore[arg-type]
        else:
            yield Piece(stream.source, first, lines=found)  # type: ignore[arg-type]
        first += len(found)


def read_piece(piece: Piece, schema: Schema) -> Iterator[Case | InputError]:
    """Yield the cases of a piece."""
    yield from piece.items
    yield from _read_lines(piece.lines, schema, piece.source, piece.first)


def _not_empty(items: Iterable[Case | InputError], source: str) -> Iterator[Case | InputError]:
    found = False
    for item in items:
        found = True
        yield item
    if not found:
        yield empty(source)


def empty(source: str) -> InputError:
    """Return the error for NDJSON without a case."""
    return InputError("is empty", source=source, expected="one case per line")


def _read_lines(
    found_lines: Iterable[bytes | str | InputError], schema: Schema, source: str, first: int = 1
) -> Iterator[Case | InputError]:
    found: Case | InputError
    for number, line in enumerate(found_lines, start=first):
        try:
            if isinstance(line, InputError):
                raise line
            text = decode(line, source, number).rstrip("\r\n")
            if not text.strip(BLANKS):
                continue
            tree = parse_json(text, source=source, line=number)
            if isinstance(tree, list):
                raise InputError(
                    "a list in place of a case",
                    source=source,
                    line=number,
                    hint="Write one case per line, without brackets and commas.",
                )
            found, *others = read_object(tree, schema, source, number)
            if others:
                raise InputError(
                    "contains more than one case",
                    source=source,
                    line=number,
                    expected="one case per line",
                )
        except InputError as error:
            found = error
        yield found


def _open_text(data: bytes | str, kind: str | None, schema: Schema, source: str) -> CaseStream:
    text = decode(data, source)
    start = text.lstrip(BLANKS)[:200]
    if not start:
        raise InputError("is empty", source=source, expected=_EXPECTED)
    if kind == "json" or (kind is None and start[0] in "{["):
        try:
            tree = parse_json(text, source=source)
        except InputError:
            if kind is None and is_ndjson(text):
                line_by_line = io.StringIO(text)
                items = _not_empty(_read_lines(line_by_line, schema, source), source)
                return CaseStream(True, items, source, line_by_line)
            raise
        if isinstance(tree, list):
            return CaseStream(True, _read_list(tree, schema, source, JsonText(text)))
        cases = _within(JsonText(text), "", read_object(tree, schema, source, None))
    else:
        from netkg.case.rdf import cases_from_text

        markup = start.startswith(("<?xml", "<rdf:RDF", "<!DOCTYPE"))
        kind = kind or ("rdfxml" if markup else "any")
        cases = at_least_one(cases_from_text(text, kind, schema, source), source)
    return CaseStream(len(cases) > 1, cases)


def read_object(tree: Any, schema: Schema, source: str, line: int | None) -> list[Case]:
    """Read one JSON value: a plain case, or JSON-LD with any number of cases.

    Raises:
        InputError: if it is neither.
    """
    if not isinstance(tree, Mapping) or is_plain(tree):
        return [case_from_object(tree, schema=schema, source=source, line=line)]
    from netkg.case.rdf import cases_from_jsonld

    cases = cases_from_jsonld(tree, schema, source, line)
    if not cases and "tumors" in tree:
        raise InputError(
            "contains no case, since its @context does not define tumors",
            source=source,
            line=line,
            expected=f"the context {CONTEXT_IRI}, or one with all keys of a case",
        )
    return at_least_one(cases, source, line)


def _within(text: JsonText, item: str, cases: Iterable[Case]) -> list[Case]:
    """Return cases with their place in a file of JSON."""
    return [replace(case, text=text, item=item) for case in cases]


def _read_list(
    trees: list[Any], schema: Schema, source: str, text: JsonText
) -> Iterator[Case | InputError]:
    """Read a JSON array: item by item, or as one graph if it is flattened JSON-LD."""
    if trees and all(map(is_foreign, trees)):
        from netkg.case.rdf import cases_from_jsonld

        try:
            if not all(cases_from_jsonld(tree, schema) for tree in trees):
                yield from at_least_one(cases_from_jsonld(trees, schema, source), source)
                return
        except InputError:
            pass  # raised again below, for the item at fault
    for place, tree in enumerate(trees, start=1):
        try:
            yield from _within(text, f"/{place - 1}", read_object(tree, schema, source, None))
        except InputError as error:
            yield InputError(
                f"item {place} of the list: {error.problem}",
                source=source,
                found=error.found,
                expected=error.expected,
            )


def at_least_one(cases: list[Case], source: str = "", line: int | None = None) -> list[Case]:
    """Return the cases of RDF.

    Raises:
        InputError: if there is none.
    """
    if not cases:
        expected = f"a node of the type {NETKG}Case, or one with {NETKG}tumors"
        raise InputError("contains no case", source=source, line=line, expected=expected)
    return cases
