"""What each file for another graph program contains; networkx reads five of them back.

What other programs read is in ``test_interop_graphs.py``.
"""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import networkx as nx
import pytest
from graph_drawings import AS_OF, EXAMPLE, KEYS, text

from netkg.case.loading import load_case
from netkg.graph import FORMATS, Drawing, GraphError, draw, write
from netkg.graph.layout.looks import edge_look, look
from netkg.graph.layout.place import place
from netkg.plan.engine import Engine

NAMESPACES = {
    "g": "http://graphml.graphdrawing.org/xmlns",
    "y": "http://www.yworks.com/xml/graphml",
    "x": "http://gexf.net/1.3",
    "viz": "http://gexf.net/1.3/viz",
}
each = pytest.mark.parametrize("key", KEYS)

READERS: dict[str, Callable[[str], nx.MultiDiGraph]] = {
    "graphml": lambda body: nx.parse_graphml(body, force_multigraph=True),
    "gexf": lambda body: nx.MultiDiGraph(nx.read_gexf(BytesIO(body.encode("utf-8")))),
    "json": lambda body: nx.node_link_graph(json.loads(body), edges="edges"),
    "cytoscape": lambda body: nx.cytoscape_graph(json.loads(body)),
}


def assert_contains(row: dict[str, Any], data: dict[str, Any], *changed: str) -> None:
    """Compare each attribute with its type, except those that a format changes."""
    for name, value in data.items():
        if name not in changed:
            assert (name, row[name]) == (name, value)
            assert type(row[name]) is type(value), name


def parts(body: str) -> ElementTree.Element:
    return ElementTree.fromstring(body)


def assert_distinct(found: list[str], count: int) -> None:
    assert len(found) == len(set(found)) == count


# -- GraphML -----------------------------------------------------------------------------------
@each
def test_graphml_has_every_attribute_with_its_type(drawings: dict[str, Drawing], key: str) -> None:
    graph = drawings[key].shown
    read = READERS["graphml"](text(drawings[key], "graphml"))
    for name, value in graph.graph.items():
        assert read.graph[name] == value
    names = {data["key"]: name for name, data in read.nodes(data=True)}
    assert set(names) == set(graph)
    for id_, data in graph.nodes(data=True):
        assert_contains(read.nodes[names[id_]], data)
        # Where an id is a name of XML, it is kept.
        assert names[id_] == id_ or not re.fullmatch(r"[\w.:-]+", id_, re.ASCII)
    ends = {(names[s], names[t], kind): data for s, t, kind, data in graph.edges.data(keys=True)}
    found = {(s, t, data["kind"]): data for s, t, data in read.edges(data=True)}
    assert set(found) == set(ends)
    for end, data in ends.items():
        assert_contains(found[end], data)
    assert_distinct([number for *_, number in read.edges(keys=True)], graph.number_of_edges())


@each
def test_graphml_has_the_look_for_gephi_and_for_yed(drawings: dict[str, Drawing], key: str) -> None:
    graph = drawings[key].shown
    layout = place(graph)
    body = text(drawings[key], "graphml")
    read = READERS["graphml"](body)
    graphics = parts(body).findall("g:graph/g:node/g:data/y:ShapeNode", NAMESPACES)
    for (_, row), shape, id_ in zip(read.nodes(data=True), graphics, graph, strict=True):
        box, style = layout.boxes[id_], look(graph.nodes[id_])
        assert (row["x"], row["y"]) == (box.x, -box.y)
        assert f"#{row['r']:02x}{row['g']:02x}{row['b']:02x}" == row["color"] == style.border
        values = {e.tag.partition("}")[2]: e for e in shape}
        geometry = {name: float(value) for name, value in values["Geometry"].items()}
        left, top = box.x - box.width / 2, box.y - box.height / 2
        place_ = {"x": left, "y": top, "width": box.width, "height": box.height}
        assert geometry == pytest.approx(place_, abs=0.01)
        assert values["Fill"].get("color") == style.fill
        assert values["BorderStyle"].get("color") == style.border
        words = values["NodeLabel"].text or ""
        assert words.lstrip("\u2060") == "\n".join(box.lines)
        assert not words.lower().lstrip().startswith("<html")
    lines = parts(body).findall("g:graph/g:edge/g:data/y:PolyLineEdge", NAMESPACES)
    for (*_, kind), line in zip(graph.edges(keys=True), lines, strict=True):
        drawn = line.find("y:LineStyle", NAMESPACES)
        assert drawn is not None
        assert drawn.get("color") == edge_look(kind).color


def test_yed_does_not_read_a_label_as_html() -> None:
    graph = nx.MultiDiGraph(name="a", view="case")
    graph.add_node("a", label=" <HTML><b>bold", kind="fact", column=0)
    label = next(parts(str(write(graph, "graphml"))).iter(f"{{{NAMESPACES['y']}}}NodeLabel"))
    assert label.text == "\u2060<HTML><b>bold"


# -- GEXF --------------------------------------------------------------------------------------
@each
def test_gexf_has_every_attribute_once(drawings: dict[str, Drawing], key: str) -> None:
    graph = drawings[key].shown
    body = text(drawings[key], "gexf")
    read = READERS["gexf"](body)
    assert set(read) == set(graph)
    for id_, data in graph.nodes(data=True):
        assert_contains(read.nodes[id_], data)
        assert set(read.nodes[id_]) == {*data, "viz"}
    root = parts(body)
    edges = root.findall("x:graph/x:edges/x:edge", NAMESPACES)
    found = {(e.get("source"), e.get("target"), e.get("kind")): e for e in edges}
    assert set(found) == set(graph.edges(keys=True))
    for *end, data in graph.edges.data(keys=True):
        edge = found[tuple(end)]
        assert edge.get("label") == data["label"]
        assert edge.get("weight") == (str(float(data["weight"])) if "weight" in data else None)
        values = edge.findall("x:attvalues/x:attvalue", NAMESPACES)
        assert {e.get("for") for e in values} == set(data) - {"kind", "label", "weight"}
    assert_distinct([e.get("id", "") for e in edges], graph.number_of_edges())
    said = root.findtext("x:meta/x:description", namespaces=NAMESPACES) or ""
    assert_carried(said, graph)


@each
def test_gexf_has_the_look(drawings: dict[str, Drawing], key: str) -> None:
    graph = drawings[key].shown
    layout = place(graph)
    read = READERS["gexf"](text(drawings[key], "gexf"))
    for id_, data in graph.nodes(data=True):
        viz, border = read.nodes[id_]["viz"], look(data).border
        assert "#{r:02x}{g:02x}{b:02x}".format(**viz["color"]) == border
        assert viz["position"]["x"] == layout.boxes[id_].x
        assert viz["position"]["y"] == -layout.boxes[id_].y
        assert viz["size"] >= 10


def assert_carried(body: str, graph: nx.MultiDiGraph) -> None:
    for mark in ("guidelineVersion", "reviewStatus", "disclaimer"):
        assert graph.graph[mark] in body


# -- JSON --------------------------------------------------------------------------------------
@pytest.mark.parametrize("format", ["json", "cytoscape"])
@each
def test_json_has_every_attribute_with_its_type(
    drawings: dict[str, Drawing], key: str, format: str
) -> None:
    graph = drawings[key].shown
    read = READERS[format](text(drawings[key], format))
    assert read.graph == graph.graph
    assert set(read) == set(graph)
    for id_, data in graph.nodes(data=True):
        row = read.nodes[id_]
        assert row.get("recordedValue", row.get("value")) == data.get(
            "value", id_ if format == "cytoscape" else None
        )
        assert_contains(row, data, "value")
    assert set(read.edges(keys=True)) == set(graph.edges(keys=True))
    for *end, data in graph.edges.data(keys=True):
        assert_contains(read.edges[tuple(end)], data)


@each
def test_cx2_has_every_attribute_with_its_type(drawings: dict[str, Drawing], key: str) -> None:
    graph = drawings[key].shown
    body = json.loads(text(drawings[key], "cx2"))
    aspects = {name: part for each in body for name, part in each.items()}
    counts = {each["name"]: each["elementCount"] for each in aspects["metaData"]}
    own = set(aspects) - {"CXVersion", "hasFragments", "metaData", "status"}
    assert counts == {name: len(aspects[name]) for name in own}
    declared = aspects["attributeDeclarations"][0]
    types = {"boolean": bool, "integer": int, "double": float, "string": str}
    rows = {"nodes": aspects["nodes"], "edges": aspects["edges"]}
    for element, found in rows.items():
        for row in found:
            for name, value in row["v"].items():
                assert type(value) is types[declared[element][name]["d"]]
    nodes = {node["v"]["key"]: node["v"] for node in aspects["nodes"]}
    keys = {node["id"]: node["v"]["key"] for node in aspects["nodes"]}
    for id_, data in graph.nodes(data=True):
        assert nodes[id_]["name"] == data["label"]
        assert_contains(nodes[id_], data, "label")
    edges = {(keys[e["s"]], keys[e["t"]], e["v"]["interaction"]): e for e in aspects["edges"]}
    assert set(edges) == set(graph.edges(keys=True))
    for *end, data in graph.edges.data(keys=True):
        assert_contains(edges[tuple(end)]["v"], data, "kind")
    assert not {e["id"] for e in aspects["edges"]} & set(keys)
    assert_carried(aspects["networkAttributes"][0]["description"], graph)


# -- all of them -------------------------------------------------------------------------------
@pytest.mark.parametrize("format", [f for f in FORMATS if f not in ("svg", "png")])
def test_the_same_graph_gives_the_same_bytes(drawings: dict[str, Drawing], format: str) -> None:
    other = Engine.load()
    case = load_case(str(EXAMPLE), schema=other.schema)
    again = draw(other, "plan", case=case, as_of=AS_OF)
    assert text(again, format) == text(drawings["plan"], format)


def test_an_unknown_format_is_refused(drawings: dict[str, Drawing]) -> None:
    with pytest.raises(GraphError, match="unknown format 'pdf'"):
        write(drawings["plan"].shown, "pdf")


def test_control_characters_become_visible(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "case.json"
    body = {"id": "a\x00b\x1b[31m", "tumors": [{"id": "t\uffff"}]}
    path.write_text(json.dumps(body), encoding="utf-8")
    case = load_case(str(path), schema=engine.schema)
    drawing = draw(engine, "case", case=case, as_of=AS_OF)
    assert r"a\x00b\x1b[31m" in drawing.shown.graph["name"]
    for format, read in READERS.items():
        assert len(read(text(drawing, format))) == len(drawing.shown)


def test_reading_back_warns_of_nothing(drawings: dict[str, Drawing]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for format, read in READERS.items():
            read(text(drawings["plan"], format))
