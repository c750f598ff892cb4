"""Measure what the process for queries and parsers costs.

    python benchmarks/worker.py [--rounds 15]

The peer is pyoxigraph in the calling process: the same query over a store with the same data,
and the same parse. The first query includes the start of the process and the ontology that
is sent to it; a warm one sends the data of its case and the query. Figures are medians of the
time that passes, so run it on a machine that does nothing else.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter

import pyoxigraph as ox

from netkg.api import load_case
from netkg.query.dataset import Dataset
from netkg.worker import process
from netkg.worker.client import parse, query

EXAMPLE = Path(__file__).parent.parent / "examples" / "small-pancreatic-net.ttl"
TEXT = "SELECT ?s ?o { ?s <https://w3id.org/netkg/ns#supersedes> ?o }"


def milliseconds(run: Callable[[], object], rounds: int, before: Callable[[], object]) -> float:
    """Return the median time of a call, each time after another one that is not measured."""
    found = []
    for _ in range(rounds):
        before()
        start = perf_counter()
        run()
        found.append((perf_counter() - start) * 1000)
    return median(found)


def main() -> None:
    """Print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    dataset = Dataset.of_ontology()
    dataset.add(load_case(EXAMPLE))
    base, quads = dataset.base, list(dataset)
    store, rdf = ox.Store(), EXAMPLE.read_bytes()
    store.bulk_extend(quads)
    forms: dict[str, tuple[Callable[[], object], Callable[[], object]]] = {
        "query": (
            lambda: query(TEXT, base, dataset.store, prefixes={}, bound={}),
            lambda: list(store.query(TEXT, use_default_graph_as_union=True)),  # type: ignore[arg-type]
        ),
        "parse": (
            lambda: parse(rdf, "turtle", base="urn:x:"),
            lambda: list(ox.parse(rdf, ox.RdfFormat.TURTLE, base_iri="urn:x:")),
        ),
    }
    print("| | first | warm | peer |\n|---|---:|---:|---:|")  # noqa: T201
    for name, (run, peer) in forms.items():
        first = milliseconds(run, rounds, process._end_idle)
        warm = milliseconds(run, rounds, run)
        own = milliseconds(peer, rounds, peer)
        print(f"| {name} | {first:.1f} ms | {warm:.1f} ms | {own:.1f} ms |")  # noqa: T201


if __name__ == "__main__":
    main()
