"""The program of the process in which parsers and queries run.

It is started by :mod:`netkg.worker.process` without the rest of the package, which would take
longer to import than this process takes to start, and hence imports only what is next
to it. It reads requests from standard input and writes an answer to each to standard output. A
message is one line of JSON that ends with the number of bytes that follow it.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any, BinaryIO, Final

import pyoxigraph as ox

from .confine import allow, confine
from .terms import Packed, pack, unpack

__all__ = ["TooMany", "run", "run_gunzip"]

FORMATS: Final = {
    "turtle": ox.RdfFormat.TURTLE,
    "trig": ox.RdfFormat.TRIG,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "nquads": ox.RdfFormat.N_QUADS,
    "rdfxml": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
}
_CHUNK: Final = 1 << 20


class TooMany(Exception):
    """More triples or rows than the limit allows."""


def run() -> None:
    """Answer requests until standard input ends."""
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    confine()
    data = _Data()
    tasks: dict[str, Callable[[dict[str, Any], bytes], Any]] = {
        "parse": _parse,
        "base": data.set_base,
        "data": data.set_data,
        "query": data.query,
    }
    while line := requests.readline():
        request = json.loads(line)
        payload = requests.read(request["size"])
        answers.write(_answer(tasks[request["task"]], request, payload))
        answers.flush()


def _answer(task: Callable[..., Any], request: dict[str, Any], payload: bytes) -> bytes:
    try:
        allow(seconds=request["timeout"], mebibytes=request["memory"])
        body = {"result": task(request, payload)}
    except BaseException as error:  # a panic of the engine is not an Exception
        body = {
            "error": type(error).__name__,
            "message": getattr(error, "msg", None) or str(error),
            "line": getattr(error, "lineno", None),
        }
    text = json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return str(len(text)).encode() + b"\n" + text


def _parse(request: dict[str, Any], payload: bytes) -> Packed:
    quads = ox.parse(
        payload,
        FORMATS[request["format"]],
        base_iri=request["base"],
        lenient=request["lenient"],
    )
    return pack(_at_most(request["rows"], quads), depth=request["depth"])


def _at_most(rows: int, found: Iterable[Any]) -> Iterator[Any]:
    for number, row in enumerate(found):
        if number >= rows:
            raise TooMany
        yield row


class _Data:
    """The data that queries are run over: a graph that stays, and what changes with each."""

    def __init__(self) -> None:
        self._store = ox.Store()
        self._base = ox.NamedNode("urn:base")

    def set_base(self, request: dict[str, Any], payload: bytes) -> None:
        self._store = ox.Store()
        self._base = ox.NamedNode(request["graph"])
        self._store.load(payload, ox.RdfFormat.N_TRIPLES, to_graph=self._base)

    def set_data(self, _: dict[str, Any], payload: bytes) -> None:
        for graph in list(self._store.named_graphs()):
            if graph != self._base:
                self._store.remove_graph(graph)
        self._store.extend(ox.Quad(*row) for row in unpack(json.loads(payload), 4))

    def query(self, request: dict[str, Any], payload: bytes) -> Any:
        found = self._store.query(payload.decode(), use_default_graph_as_union=True)
        if isinstance(found, ox.QueryBoolean):
            return {"truth": bool(found)}
        if isinstance(found, ox.QueryTriples):
            triples = _at_most(request["rows"], found)
            graph = ox.Dataset(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
            # Blank nodes get names that are the same in every run.
            graph.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
            return {
                "graph": pack(
                    [(q.subject, q.predicate, q.object) for q in graph], depth=request["depth"]
                )
            }
        columns = [variable.value for variable in found.variables]
        table = [[row[name] for name in columns] for row in _at_most(request["rows"], found)]
        packed = pack(table, depth=request["depth"])
        return {"columns": columns, "rows": packed, "count": len(table)}


def run_gunzip(mebibytes: int) -> None:
    """Write what standard input unpacks to, to standard output.

    A fault of the input is written to standard error, and gives the exit status 3.
    """
    source: BinaryIO = sys.stdin.buffer
    confine()
    allow(seconds=1e6, mebibytes=mebibytes)
    try:
        with gzip.GzipFile(fileobj=source) as unpacked:
            while chunk := unpacked.read1(_CHUNK):
                sys.stdout.buffer.write(chunk)
            sys.stdout.buffer.flush()
    except BrokenPipeError:
        sys.exit(0)  # the reader has read enough
    except Exception as error:
        sys.stderr.write(str(error))
        sys.exit(3)
