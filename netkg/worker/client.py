"""What runs in another process: parse RDF, and query a data set."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import pyoxigraph as ox

from netkg.worker.process import Process, process
from netkg.worker.terms import pack, unpack

__all__ = ["Base", "Found", "parse", "query"]


def parse(
    data: bytes,
    format: str,
    *,
    base: str | None = None,
    lenient: bool = False,
    source: str = "",
) -> list[ox.Quad]:
    """Return the quads of a text in a syntax of RDF, in its order.

    ``format`` is turtle, trig, ntriples, nquads, rdfxml or jsonld; ``base`` is the IRI
    against which others are resolved; ``lenient`` accepts IRIs that are not valid.

    Raises:
        Failed: if it does not have that syntax.
        InputError: if it is beyond a limit, or ends the parser; it names ``source``.
    """
    with process() as child:
        found = child.ask("parse", data, source=source, format=format, base=base, lenient=lenient)
    return [ox.Quad(*row) if row[3] else ox.Quad(*row[:3]) for row in unpack(found, 4)]


@dataclass(frozen=True, slots=True)
class Base:
    """The part of a data set that many queries share: N-Triples, and their named graph.

    A process keeps the last one, and gets another object only.
    """

    graph: str
    text: bytes


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to a query: ``truth`` for ASK, else rows; a graph has no columns."""

    truth: bool | None = None
    columns: tuple[str, ...] | None = None
    rows: tuple[tuple[Any, ...], ...] = ()


_TRIPLE: Final = 3


def query(
    text: str,
    base: Base,
    data: Iterable[ox.Quad],
    *,
    source: str = "",
) -> Found:
    """Answer a query over the union of a base and of more data.

    The triples of a graph are in no order.

    Raises:
        Failed: if it is not SPARQL, or cannot be answered.
        InputError: if it is beyond a limit, or ends the engine; it names ``source``.
    """
    with process() as child:
        _send(child, base, data, source)
        found = child.ask(
            "query",
            text.encode(),
            source=source,
        )
    if "truth" in found:
        return Found(truth=found["truth"])
    if "graph" in found:
        return Found(rows=tuple(unpack(found["graph"], _TRIPLE)))
    columns = tuple(found["columns"])
    # A row without columns is a solution, too.
    rows = unpack(found["rows"], len(columns)) if columns else [()] * found["count"]
    return Found(columns=columns, rows=tuple(rows))


def _send(child: Process, base: Base, data: Iterable[ox.Quad], source: str) -> None:
    if child.sent.get("base") is not base:
        child.ask("base", base.text, graph=base.graph, source=source)
        child.sent = {"base": base}
    payload = json.dumps(
        pack((q.subject, q.predicate, q.object, q.graph_name) for q in data)
    ).encode()
    if child.sent.get("data") != payload:
        child.ask("data", payload, source=source)
        child.sent["data"] = payload
