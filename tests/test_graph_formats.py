"""Read every format of the graph back with a reader that is not ours."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import warnings
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import networkx as nx
import pytest

from netkg.case.loading import load_case
from netkg.graph import FORMATS, VIEWS, Drawing, GraphError, draw, write
from netkg.plan.engine import Engine

ROOT = Path(__file__).resolve().parent.parent
# A timeline is not a graph.
GRAPHS = [name for name in VIEWS if name != "timeline"]
AS_OF = date(2026, 3, 31)
NASTY = '</script><img src=x onerror="alert(1)">\\ "quoted" #1; {a} [b] (c) | %%{init}%% & <b>\n-->'

needs_dot = pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not installed")


def nasty_case() -> dict[str, object]:
    return {
        "id": NASTY,
        "diseaseExtent": "Localized",
        "tumors": [
            {"id": f"a {NASTY}", "primarySite": "Pancreas", "grade": "G1"},
            {"id": "b\\", "primarySite": "Lung", "differentiation": "WellDifferentiated"},
        ],
        "events": [
            {"type": "OtherTest", "status": "completed", "label": NASTY},
            {"type": "MRIScan", "status": "planned", "target": "b\\"},
        ],
    }


@pytest.fixture(scope="module")
def drawings(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Drawing]:
    """Draw every view, folded, and those of a case whose names mean something elsewhere."""
    example = load_case(str(ROOT / "examples/small-pancreatic-net.json"), schema=engine.schema)
    path = tmp_path_factory.mktemp("nasty") / "case.json"
    path.write_text(json.dumps(nasty_case()), encoding="utf-8")
    nasty = load_case(str(path), schema=engine.schema)
    found = {
        name: draw(engine, name, case=example if name in ("case", "plan") else None, as_of=AS_OF)
        for name in GRAPHS
    }
    for name in ("case", "plan"):
        found[f"nasty {name}"] = draw(engine, name, case=nasty, as_of=AS_OF)
    return found


KEYS = [*GRAPHS, "nasty case", "nasty plan"]
each = pytest.mark.parametrize("key", KEYS)


def text(drawing: Drawing, format: str) -> str:
    written = write(drawing.shown, format, whole=drawing.whole)
    assert isinstance(written, str)
    return written


def assert_same(read: nx.Graph, graph: nx.MultiDiGraph) -> None:
    """Compare nodes, edges and what must be carried."""
    assert read.is_directed()
    assert set(read) == set(graph)
    assert read.number_of_edges() == graph.number_of_edges()
    labels = nx.get_node_attributes(graph, "label")
    assert nx.get_node_attributes(read, "label") == labels
    ends = sorted((s, t, d["kind"]) for s, t, d in graph.edges(data=True))
    assert sorted((s, t, d["kind"]) for s, t, d in read.edges(data=True)) == ends


def assert_carried(body: str, graph: nx.MultiDiGraph) -> None:
    for mark in ("guidelineVersion", "reviewStatus", "disclaimer"):
        assert graph.graph[mark] in body


@each
def test_graphml(drawings: dict[str, Drawing], key: str) -> None:
    body = text(drawings[key], "graphml")
    read = nx.parse_graphml(body, force_multigraph=True)
    assert_same(read, drawings[key].shown)
    for mark, value in drawings[key].shown.graph.items():
        assert read.graph[mark] == value
    for _, data in read.nodes(data=True):
        assert isinstance(data["x"], float)
        assert re.fullmatch("#[0-9a-f]{6}", data["color"])


@each
def test_gexf(drawings: dict[str, Drawing], key: str) -> None:
    body = text(drawings[key], "gexf")
    assert_same(nx.read_gexf(BytesIO(body.encode("utf-8"))), drawings[key].shown)
    root = ElementTree.fromstring(body)
    namespace = root.tag.removesuffix("gexf")
    said = root.findtext(f"{namespace}meta/{namespace}description") or ""
    assert_carried(said, drawings[key].shown)
    positions = [e for e in root.iter() if e.tag.endswith("}position")]
    assert len(positions) == len(drawings[key].shown)


@each
def test_node_link_json(drawings: dict[str, Drawing], key: str) -> None:
    read = nx.node_link_graph(json.loads(text(drawings[key], "json")), edges="edges")
    assert_same(read, drawings[key].shown)
    assert read.graph == drawings[key].shown.graph


@each
def test_cytoscape_json(drawings: dict[str, Drawing], key: str) -> None:
    body = json.loads(text(drawings[key], "cytoscape"))
    read = nx.cytoscape_graph(body)
    assert_same(read, drawings[key].shown)
    assert read.graph == drawings[key].shown.graph
    for node in body["elements"]["nodes"]:
        assert node["data"]["name"] == node["data"]["label"]
        assert set(node["position"]) == {"x", "y"}
    ids = [edge["data"]["id"] for edge in body["elements"]["edges"]]
    assert len(ids) == len(set(ids))


@each
def test_cx2(drawings: dict[str, Drawing], key: str) -> None:
    cx2 = pytest.importorskip("ndex2.cx2", reason="ndex2 is not installed")
    graph = drawings[key].shown
    body = json.loads(text(drawings[key], "cx2"))
    assert body[0]["CXVersion"] == "2.0"
    network = cx2.RawCX2NetworkFactory().get_cx2network(body)
    assert_carried(network.get_network_attributes()["description"], graph)
    nodes = {id_: node["v"] for id_, node in network.get_nodes().items()}
    assert {v["key"]: v["name"] for v in nodes.values()} == nx.get_node_attributes(graph, "label")
    ends = sorted(
        (nodes[e["s"]]["key"], nodes[e["t"]]["key"], e["v"]["interaction"])
        for e in network.get_edges().values()
    )
    assert ends == sorted(graph.edges(keys=True))


# -- Graphviz ----------------------------------------------------------------------------------
def plain(body: str) -> tuple[list[str], list[str]]:
    """Have Graphviz lay a graph out, and give the lines on its nodes and edges."""
    done = subprocess.run(
        ["dot", "-Tplain"], input=body.encode("utf-8"), capture_output=True, check=True
    )
    assert not done.stderr
    lines = done.stdout.decode("utf-8").splitlines()
    return (
        [line for line in lines if line.startswith("node ")],
        [line for line in lines if line.startswith("edge ")],
    )


@needs_dot
@each
def test_dot(drawings: dict[str, Drawing], key: str) -> None:
    graph = drawings[key].shown
    body = text(drawings[key], "dot")
    nodes, edges = plain(body)
    assert len(nodes) == len(graph)
    assert len(edges) == graph.number_of_edges()
    assert_carried(body, graph)
    # One more drawing, of texts that only Graphviz may read: the names of the nodes.
    if not key.startswith("nasty"):
        for id_ in graph:
            name = id_ if re.fullmatch(r"\w+", id_) else f'"{id_}"'
            assert sum(line.startswith(f"node {name} ") for line in nodes) == 1, id_


# -- Mermaid -------------------------------------------------------------------------------------
LABEL = r'"[\w .,:()/+?!%\'\xb7\xd7\u2013#;<>-]*"'
NODE = re.compile(
    rf"    (n\d+)(?:\[{LABEL}\]|\({LABEL}\)|\{{\{{{LABEL}\}}\}}|>{LABEL}\]|\[\[{LABEL}\]\]):::c\d+"
)
EDGE = re.compile(rf"    (n\d+) (?:-->|-\.->)(?:\|{LABEL}\|)? (n\d+)")
CLASS = re.compile(r"    classDef \w+ fill:#\w{6},stroke:#\w{6},color:#\w{6}(,[\w-]+:[\w. ]+)*")
OTHER = re.compile(
    r"    class n\d+(,n\d+)* treatment|    classDef treatment font-weight:bold|"
    rf"---|title: \"([^\"\\]|\\.)*\"|flowchart LR|    %% [^{{}}]*|    about\[{LABEL}\]:::about"
)


@each
def test_mermaid_keeps_to_the_grammar_of_a_flowchart(
    drawings: dict[str, Drawing], key: str
) -> None:
    graph = drawings[key].shown
    lines = text(drawings[key], "mermaid").splitlines()
    nodes = [match for line in lines if (match := NODE.fullmatch(line))]
    edges = [match for line in lines if (match := EDGE.fullmatch(line))]
    rest = [line for line in lines if not NODE.fullmatch(line) and not EDGE.fullmatch(line)]
    assert [line for line in rest if not CLASS.fullmatch(line) and not OTHER.fullmatch(line)] == []
    names = dict(zip(graph, (match[1] for match in nodes), strict=True))
    assert len(set(names.values())) == len(graph)
    ends = sorted((names[s], names[t]) for s, t in graph.edges())
    assert sorted((match[1], match[2]) for match in edges) == ends
    assert lines[0] == lines[2] == "---"
    # A label holds no markup but line breaks, and a code ends where it should.
    for line in lines:
        for label in re.findall(r'"([^"]*)"', line) if line.startswith("    ") else ():
            assert re.fullmatch(r"(?:[^<>#;&]|<br/>|#\d+;)*", label), label
    assert_carried("\n".join(lines), graph)


# -- all of them ---------------------------------------------------------------------------------
@pytest.mark.parametrize("format", [f for f in FORMATS if f not in ("svg", "png")])
def test_the_same_graph_gives_the_same_bytes(drawings: dict[str, Drawing], format: str) -> None:
    if format == "cx2":
        pytest.importorskip("ndex2.cx2", reason="ndex2 is not installed")
    example = str(ROOT / "examples/small-pancreatic-net.json")
    other = Engine.load()
    case = load_case(example, schema=other.schema)
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


READERS: dict[str, Callable[[str], nx.Graph]] = {
    "graphml": nx.parse_graphml,
    "gexf": lambda body: nx.read_gexf(BytesIO(body.encode("utf-8"))),
    "json": lambda body: nx.node_link_graph(json.loads(body), edges="edges"),
    "cytoscape": lambda body: nx.cytoscape_graph(json.loads(body)),
}


def test_reading_back_warns_of_nothing(drawings: dict[str, Drawing]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for format, read in READERS.items():
            read(text(drawings["plan"], format))
