"""Derive a cohort from N-Quads and TriG with one case in each graph."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from cohort_answers import as_lines, derive_cohort, differences, one_by_one, rows_in
from random_cases import RandomCases

from netkg.api import default_engine
from netkg.case.finding import violations
from netkg.case.from_json import case_from_object
from netkg.case.to_json import case_object
from netkg.cohort.convert import convert
from netkg.cohort.graphs import cut_quads
from netkg.cohort.parts import find_sources, parts
from netkg.errors import InputError
from netkg.namespaces import NETKG
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


# -- conversion ----------------------------------------------------------------------------
def converted(path: Path, *names: str) -> Path:
    """Convert a file to one of each name after another; return the last."""
    for name in names:
        target = path.with_name(name)
        assert list(convert(find_sources([str(path)]), target, default_engine().schema)) == []
        path = target
    return path


def without_order(tree: Any) -> Any:
    """Return a case with its lists of values sorted: in RDF these are sets."""
    if isinstance(tree, dict):
        return {key: without_order(value) for key, value in tree.items()}
    if isinstance(tree, list):
        items = [without_order(item) for item in tree]
        return items if any(isinstance(item, dict) for item in items) else sorted(items)
    return tree


@pytest.mark.parametrize("names", [["b.nq", "c.ndjson"], ["b.trig", "c.nq", "c.ndjson"]], ids=str)
def test_cases_stay_the_same_as_graphs(names: list[str], tmp_path: Path) -> None:
    engine = default_engine()
    drawn = RandomCases(engine)
    cases = [
        case
        for number in range(60)
        if not violations(
            (case := case_from_object(drawn.case(number), schema=engine.schema)).findings
        )
    ]
    trees = [case_object(case, schema=engine.schema) for case in cases]
    assert len(trees) > 30
    assert max(len(tree.get("events", ())) for tree in trees) > 9
    path = tmp_path / "a.ndjson"
    path.write_bytes(b"\n".join(as_lines(trees)))
    found = map(json.loads, converted(path, *names).read_bytes().splitlines())
    assert {tree["id"]: without_order(tree) for tree in found} == {
        tree["id"]: without_order(tree) for tree in trees
    }


def test_graphs_become_columns_and_again_graphs(tmp_path: Path) -> None:
    path = tmp_path / "a.nq"
    text = ox.serialize(quads(default_engine(), 30), format=ox.RdfFormat.N_QUADS)
    assert text is not None
    path.write_bytes(text)
    last = converted(path, "b.parquet", "c.trig", "d.nq", "e.nq")
    found, wanted = (
        {quad.triple for quad in ox.parse(path=each, format=ox.RdfFormat.N_QUADS)}
        for each in (last, path)
    )
    assert found == wanted


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (['{"id": "a", "tumors": [{}]}', '{"id": "a", "tumors": [{}]}'], "has the id of a case"),
        (['{"id": "a", "unknown": 5}'], "cannot be written as RDF without loss"),
        (['{"id": "a", "events": [{"type": "Walk"}]}'], 'has no event type "Walk"'),
        (["[]"], "not a case"),
        (["5"], "not a case"),
    ],
)
def test_what_a_graph_cannot_have_is_reported(
    lines: list[str], reason: str, tmp_path: Path
) -> None:
    path, target = tmp_path / "a.ndjson", tmp_path / "b.nq"
    path.write_text("\n".join(['{"id": "other"}', *lines]), encoding="utf-8")
    errors = list(convert(find_sources([str(path)]), target, default_engine().schema))
    assert [error.line for error in errors] == [len(lines) + 1]
    assert reason in str(errors[0])
    graphs = {str(quad.graph_name) for quad in ox.parse(path=target)}
    assert len(graphs) == len(lines)


def test_a_graph_that_json_cannot_express_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "a.nq"
    form = "<urn:c> <{0}> {1} <urn:g> .\n"
    of_type = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
    lines = [
        form.format(of_type, f"<{NETKG}Case>"),
        *(form.format(f"{NETKG}sex", f'"{each}"') for each in ("female", "male")),
    ]
    path.write_text("".join(lines), encoding="utf-8")
    target = tmp_path / "b.ndjson"
    errors = list(convert(find_sources([str(path)]), target, default_engine().schema))
    assert [error.source for error in errors] == [str(path)]
    assert "without loss" in str(errors[0])
    assert target.read_text(encoding="utf-8") == ""
