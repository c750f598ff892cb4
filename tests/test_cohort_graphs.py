"""Derive a cohort from N-Quads and TriG with one case in each graph."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from cohort_answers import as_lines, derive_cohort, differences, one_by_one, rows_in
from random_cases import RandomCases

from netkg.api import default_engine
from netkg.case.from_json import case_from_object
from netkg.cohort.graphs import cut_quads
from netkg.cohort.parts import find_sources, parts
from netkg.errors import InputError
from netkg.plan.engine import Engine

LINE = '<urn:s> <urn:p> "a <urn:x> ." <urn:g{}> .\n'


def quads(engine: Engine, count: int) -> Iterator[ox.Quad]:
    drawn = RandomCases(engine)
    for number in range(count):
        case = case_from_object(drawn.case(number), schema=engine.schema)
        if not case.findings:
            graph = ox.NamedNode(f"urn:graph:{number}")
            yield from (ox.Quad(*triple, graph) for triple in case.triples)


@pytest.mark.parametrize(("ending", "format"), [("nq", "N_QUADS"), ("trig", "TRIG")])
def test_graphs_give_the_rows_of_their_cases(ending: str, format: str, tmp_path: Path) -> None:
    engine = default_engine()
    every = list(quads(engine, 12))
    path = tmp_path / f"cases.{ending}"
    text = ox.serialize(every, format=getattr(ox.RdfFormat, format))
    assert text is not None
    path.write_bytes(text)
    totals = derive_cohort([path], tmp_path / "out")
    numbers = sorted({int(quad.graph_name.value.rpartition(":")[2]) for quad in every})
    assert totals.read == len(numbers) > 8
    drawn = RandomCases(engine)
    wanted = one_by_one(as_lines(drawn.case(number) for number in numbers), engine)
    found = rows_in(tmp_path / "out")
    assert differences(found, {name: wanted[name] for name in ("verdicts", "cases")}) == []


def test_quads_are_cut_between_graphs(tmp_path: Path) -> None:
    path = tmp_path / "cases.nq"
    lines = ["# a comment\n", *(LINE.format(number // 2) for number in range(10)), "\n"]
    path.write_text("".join(lines), encoding="utf-8")
    pieces = list(cut_quads(path, size=2))
    assert [first for _, first in pieces] == [1, 6, 10]
    assert b"".join(line for held, _ in pieces for line in held).decode() == "".join(lines)
    assert [part.first for part in parts(find_sources([str(path)]), tmp_path)] == [1]


@pytest.mark.parametrize(
    ("line", "graph"),
    [
        ("<urn:s> <urn:p> <urn:o> .", ""),
        ("<urn:s> <urn:p> _:o . # <urn:g> .", ""),
        ('<urn:s> <urn:p> "x"^^<urn:d> .', ""),
        ('<urn:s> <urn:p> "x"@en <urn:g> .', "<urn:g>"),
        ("_:s <urn:p> <urn:o> _:g . # <urn:x> .", "_:g"),
    ],
)
def test_the_graph_of_a_line_is_its_fourth_term(line: str, graph: str, tmp_path: Path) -> None:
    path = tmp_path / "cases.nq"
    # A second line in the same graph, and a third in another.
    other = LINE.format(1).strip()
    path.write_text("\n".join([line, line, other, ""]), encoding="utf-8")
    sizes = [len(held) for held, _ in cut_quads(path, size=1)]
    assert sizes == [2, 1], graph


def test_quads_of_a_graph_must_follow_each_other(tmp_path: Path) -> None:
    path = tmp_path / "cases.nq"
    path.write_text("".join(LINE.format(number) for number in (1, 2, 1)), encoding="utf-8")
    with pytest.raises(InputError, match="line 3: continues a graph"):
        list(cut_quads(path))
