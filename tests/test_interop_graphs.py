"""Read each file of a graph with at least two programs that know nothing of netkg.

Every view is read, folded and whole, and those of a case whose texts mean something in
each format. Compared are the nodes with their labels, both ends and the kind of each edge,
distinct ids, and the colors where a reader has them.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from graph_drawings import drawings_of, text
from interop_tools import FOLDER, node, require_node

from netkg.graph.layout.looks import edge_look, look
from netkg.graph.layout.place import place
from netkg.plan.engine import Engine

pytestmark = pytest.mark.interop

SUFFIXES = {
    "cx2": "cx2",
    "cytoscape": "cyjs",
    "dot": "dot",
    "gexf": "gexf",
    "graphml": "graphml",
    "json": "json",
    "mermaid": "mmd",
}
JOINER = "\u2060"


@dataclass
class Found:
    """A graph as a reader has it: labels by node, edges with both ends and their kind."""

    nodes: dict[str, str]
    edges: list[tuple[str, str, str]]
    ids: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Files:
    """The graphs by the name of their files, and the folder of the files."""

    folder: Path
    graphs: dict[str, nx.MultiDiGraph]

    def paths(self, format: str) -> list[Path]:
        return [self.folder / f"{name}.{SUFFIXES[format]}" for name in self.graphs]


@pytest.fixture(scope="module")
def files(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Files:
    folder = tmp_path_factory.mktemp("graphs")
    graphs = {}
    for whole in (False, True):
        for key, drawing in drawings_of(engine, folder, whole=whole).items():
            name = f"{key} whole" if whole else key
            graphs[name] = drawing.shown
            for format, suffix in SUFFIXES.items():
                body = text(drawing, format)
                (folder / f"{name}.{suffix}").write_text(body, encoding="utf-8")
    return Files(folder, graphs)


def check(graph: nx.MultiDiGraph, found: Found, *, kinds: str | None = "kind") -> None:
    """Compare a graph with what a reader found; without kinds, only the ends of edges."""
    assert found.nodes == nx.get_node_attributes(graph, "label")
    edges = graph.edges(data=True)
    if kinds is None:
        assert sorted(edge[:2] for edge in found.edges) == sorted((s, t) for s, t, _ in edges)
    else:
        assert sorted(found.edges) == sorted((s, t, data[kinds]) for s, t, data in edges)
    assert len(found.ids) == len(set(found.ids)) == graph.number_of_edges()


def rgb(color: str) -> str:
    return f"rgb({','.join(str(int(color[n : n + 2], 16)) for n in (1, 3, 5))})"


# -- JavaScript --------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def in_node(files: Files) -> dict[Path, dict[str, Any]]:
    """Return what each library found in each file, from one process for all of them."""
    formats = [format for format in SUFFIXES if format != "dot"]
    paths = [path for format in formats for path in files.paths(format)]
    lines = node("graphs.mjs", *paths).splitlines()
    return dict(zip(paths, map(json.loads, lines), strict=True))


@pytest.mark.parametrize("format", ["cx2", "cytoscape", "gexf", "graphml", "json"])
def test_a_library_in_javascript_finds_the_same(
    files: Files, in_node: dict[Path, dict[str, Any]], format: str
) -> None:
    for path, graph in zip(files.paths(format), files.graphs.values(), strict=True):
        body = in_node[path]
        assert len(body["nodes"]) == len(graph)
        nodes = {id_: label for id_, label, _ in body["nodes"]}
        edges = [(source, target, kind) for _, source, target, kind, _ in body["edges"]]
        check(graph, Found(nodes, edges, [edge[0] for edge in body["edges"]]))


@pytest.mark.parametrize("format", ["cx2", "cytoscape"])
def test_cytoscape_draws_the_look(
    files: Files, in_node: dict[Path, dict[str, Any]], format: str
) -> None:
    for path, graph in zip(files.paths(format), files.graphs.values(), strict=True):
        layout = place(graph)
        for id_, _, drawn in in_node[path]["nodes"]:
            style, box = look(graph.nodes[id_]), layout.boxes[id_]
            assert drawn["fill"] == rgb(style.fill)
            assert drawn["text"] == "\n".join(box.lines)
            assert drawn["position"] == pytest.approx({"x": box.x, "y": box.y})
            if format == "cytoscape":
                assert drawn["border"] == rgb(style.border)
        for *_, kind, drawn in in_node[path]["edges"]:
            assert drawn["color"] == rgb(edge_look(kind).color)
            if format == "cytoscape":
                assert drawn["line"] == edge_look(kind).line


def test_graphology_finds_places_and_colors(
    files: Files, in_node: dict[Path, dict[str, Any]]
) -> None:
    for format in ("gexf", "graphml"):
        for path, graph in zip(files.paths(format), files.graphs.values(), strict=True):
            layout = place(graph)
            for id_, _, data in in_node[path]["nodes"]:
                border, box = look(graph.nodes[id_]).border, layout.boxes[id_]
                assert data["color"] == (rgb(border) if format == "gexf" else border)
                assert (data["x"], data["y"]) == pytest.approx((box.x, -box.y))


# -- Python ------------------------------------------------------------------------------------
def igraph_graphml(path: Path) -> Found:
    igraph = pytest.importorskip("igraph", reason="igraph is not installed")
    read = igraph.Graph.Read_GraphML(str(path))
    assert read.is_directed()
    keys = read.vs["key"]
    edges = [(keys[e.source], keys[e.target], e["kind"]) for e in read.es]
    # igraph 1.0.0 gives the ids of nodes to edges, so these are only counted.
    return Found(dict(zip(keys, read.vs["label"], strict=True)), edges, list(map(str, read.es)))


def networkx_graphml(path: Path) -> Found:
    read = nx.read_graphml(path, force_multigraph=True)
    keys = nx.get_node_attributes(read, "key")
    edges = [(keys[s], keys[t], data["kind"]) for s, t, data in read.edges(data=True)]
    nodes = {data["key"]: data["label"] for _, data in read.nodes(data=True)}
    return Found(nodes, edges, [number for *_, number in read.edges(keys=True)])


def networkx_gexf(path: Path) -> Found:
    read = nx.read_gexf(path)
    # networkx reads the label of an edge, but not its kind.
    edges = [(s, t, data["label"]) for s, t, data in read.edges(data=True)]
    ids = [data["id"] for *_, data in read.edges(data=True)]
    return Found(nx.get_node_attributes(read, "label"), edges, ids)


def of_networkx(read: nx.MultiDiGraph) -> Found:
    assert read.is_directed()
    assert read.is_multigraph()
    edges = list(read.edges(keys=True))
    return Found(nx.get_node_attributes(read, "label"), edges, list(map(str, edges)))


def networkx_json(path: Path) -> Found:
    return of_networkx(nx.node_link_graph(json.loads(path.read_text("utf-8")), edges="edges"))


def networkx_cytoscape(path: Path) -> Found:
    return of_networkx(nx.cytoscape_graph(json.loads(path.read_text("utf-8"))))


def ndex_cx2(path: Path) -> Found:
    cx2 = pytest.importorskip("ndex2.cx2", reason="ndex2 is not installed")
    read = cx2.RawCX2NetworkFactory().get_cx2network(json.loads(path.read_text("utf-8")))
    rows = {id_: each["v"] for id_, each in read.get_nodes().items()}
    edges = read.get_edges()
    ends = [
        (rows[e["s"]]["key"], rows[e["t"]]["key"], e["v"]["interaction"]) for e in edges.values()
    ]
    return Found({row["key"]: row["name"] for row in rows.values()}, ends, list(map(str, edges)))


@pytest.mark.parametrize(
    ("format", "read", "kinds"),
    [
        ("cx2", ndex_cx2, "kind"),
        ("cytoscape", networkx_cytoscape, "kind"),
        ("gexf", networkx_gexf, "label"),
        ("graphml", igraph_graphml, "kind"),
        ("graphml", networkx_graphml, "kind"),
        ("json", networkx_json, "kind"),
    ],
)
def test_a_library_in_python_finds_the_same(
    files: Files, format: str, read: Callable[[Path], Found], kinds: str
) -> None:
    for path, graph in zip(files.paths(format), files.graphs.values(), strict=True):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            check(graph, read(path), kinds=kinds)


@pytest.mark.parametrize("format", ["gexf", "graphml"])
def test_an_xml_file_is_valid(files: Files, format: str) -> None:
    etree = pytest.importorskip("lxml.etree", reason="lxml is not installed")
    if format == "gexf":
        schema = etree.RelaxNG(etree.parse(FOLDER / "gexf.rng"))
    else:
        schema = etree.XMLSchema(etree.parse(FOLDER / "graphml.xsd"))
    for path in files.paths(format):
        schema.assertValid(etree.parse(path))
    for change in broken(etree.parse(files.paths(format)[0])):
        assert not schema.validate(change)


def broken(tree: Any) -> Iterator[Any]:
    """Yield a file with one fault at a time: no end of an edge, a wrong type, a wrong order."""
    edge = next(tree.iter("{*}edge"))
    target = edge.attrib.pop("target")
    yield tree
    edge.set("target", target)
    edge.set("color", "red")
    yield tree
    del edge.attrib["color"]
    root = tree.getroot()
    root.insert(0, root[-1])
    yield tree


# -- Graphviz ----------------------------------------------------------------------------------
def graphviz_names(graph: nx.MultiDiGraph) -> dict[str, str]:
    """Return the ids by their names in DOT, where a backslash is followed by a joiner."""
    return {id_.replace("\\", f"\\{JOINER}"): id_ for id_ in graph}


def graphviz_words(label: str, *, is_markup: bool) -> str:
    """Return the words of a label of DOT, without markup or escapes, and without spaces."""
    if is_markup:
        label = re.sub(r"<[^>]*>", " ", label)
    label = re.sub(r"\\[nl]", " ", label.replace(r"\\", JOINER))
    return "".join(unescape(unescape(label)).replace(JOINER, "\\").split())


def test_graphviz_finds_the_same(files: Files) -> None:
    if shutil.which("neato") is None:
        pytest.skip("Graphviz is not installed")
    command = ["neato", "-n2", "-Tdot_json", *map(str, files.paths("dot"))]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert not done.stderr
    rest = done.stdout.strip()
    for graph in files.graphs.values():
        body, end = json.JSONDecoder().raw_decode(rest)
        rest = rest[end:].strip()
        check_graphviz(
            graph,
            {each["_gvid"]: (each["name"], each["label"]) for each in body["objects"]},
            [(each["tail"], each["head"], each["tooltip"]) for each in body["edges"]],
        )
    assert not rest


def check_graphviz(
    graph: nx.MultiDiGraph, nodes: dict[Any, tuple[str, str]], edges: list[tuple[Any, Any, str]]
) -> None:
    names = graphviz_names(graph)
    lines = place(graph).boxes
    ids = {number: names[unescape(name)] for number, (name, _) in nodes.items()}
    assert sorted(ids.values()) == sorted(graph)
    for number, (_, label) in nodes.items():
        # Bold text is markup.
        words = graphviz_words(label, is_markup=look(graph.nodes[ids[number]]).bold)
        assert words == squeezed("".join(lines[ids[number]].lines))
    found = [(ids[s], ids[t], kind) for s, t, kind in edges]
    assert sorted(found) == sorted(graph.edges(keys=True))


# pydot uses names of pyparsing that are deprecated.
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize(
    "whole", [False, pytest.param(True, marks=pytest.mark.batch)], ids=["folded", "whole"]
)
def test_pydot_finds_the_same(files: Files, whole: bool) -> None:
    pydot = pytest.importorskip("pydot", reason="pydot is not installed")
    for path, (name, graph) in zip(files.paths("dot"), files.graphs.items(), strict=True):
        if name.endswith(" whole") != whole:
            continue
        (read,) = pydot.graph_from_dot_data(path.read_text("utf-8"))
        nodes = {
            each.get_name(): (quoted(each.get_name()), quoted(each.get_label()))
            for each in read.get_nodes()
            if each.get_name() not in ("node", "edge", "graph")
        }
        edges = [
            (each.get_source(), each.get_destination(), quoted(each.get_tooltip()))
            for each in read.get_edges()
        ]
        check_graphviz(graph, nodes, edges)


def quoted(token: str) -> str:
    """Return the text of a token: a name, a string, or markup."""
    if token.startswith('"'):
        return token[1:-1].replace('\\"', '"')
    return token[1:-1] if token.startswith("<") else token


# -- Mermaid -----------------------------------------------------------------------------------
PARSE = """async (text) => {
    await mermaid.parse(text);
    const { db } = await mermaid.mermaidAPI.getDiagramFromText(text);
    return {
        nodes: [...db.getVertices().values()].map((each) => [each.id, each.text]),
        edges: db.getEdges().map((each) => [each.start, each.end, each.text, each.style ?? []]),
    };
}"""


def test_mermaid_finds_the_same(files: Files, browser: Any) -> None:
    require_node()
    page = browser.new_page()
    page.add_script_tag(path=FOLDER / "node_modules/@mermaid-js/tiny/dist/mermaid.tiny.js")
    for path, graph in zip(files.paths("mermaid"), files.graphs.values(), strict=True):
        body = page.evaluate(PARSE, path.read_text("utf-8"))
        nodes = {id_: words for id_, words in body["nodes"] if re.fullmatch(r"n\d+", id_)}
        edges = [edge for edge in body["edges"] if edge[0] in nodes]
        check_mermaid(graph, nodes, [tuple(edge[:3]) for edge in edges])
        for (*_, kind), (*_, styles) in zip(graph.edges(keys=True), edges, strict=True):
            assert f"stroke:{edge_look(kind).color}" in styles
    page.close()


def test_another_parser_of_mermaid_finds_the_same(
    files: Files, in_node: dict[Path, dict[str, Any]]
) -> None:
    for path, graph in zip(files.paths("mermaid"), files.graphs.values(), strict=True):
        body = in_node[path]
        nodes = {id_: words for id_, words, _ in body["nodes"]}
        check_mermaid(graph, nodes, [(s, t, words) for _, s, t, words, _ in body["edges"]])
        for (*_, kind), (*_, style) in zip(graph.edges(keys=True), body["edges"], strict=True):
            assert style["stroke"] == edge_look(kind).color


def check_mermaid(
    graph: nx.MultiDiGraph, nodes: dict[str, str], edges: list[tuple[str, str, str]]
) -> None:
    ids = {f"n{number}": id_ for number, id_ in enumerate(graph, start=1)}
    assert set(nodes) == set(ids)
    for name, words in nodes.items():
        start, cut, _ = squeezed(graph.nodes[ids[name]]["label"]).partition("…")
        shown = squeezed(decoded(words)).partition("…")[0]
        assert shown
        assert shown.startswith(start) or start.startswith(shown) or cut
    expected = list(graph.edges(data=True))
    assert [(ids[s], ids[t]) for s, t, _ in edges] == [(s, t) for s, t, _ in expected]
    for (*_, words), (*_, data) in zip(edges, expected, strict=True):
        shown = decoded(words).strip('"')
        wanted = data.get("caption") or data["label"]
        must = "caption" in data or data["kind"] in ("supersedes", "is evidence for")
        assert shown == wanted or (not must and shown == "")


def decoded(words: str) -> str:
    """Return the characters of codes, as they are in the text or as Mermaid keeps them."""
    found = re.sub(r"(?:#|ﬂ°°)(\d+)(?:;|¶ß)", lambda code: chr(int(code[1])), words)
    return re.sub("<br/?>", "\n", found)


def squeezed(words: str) -> str:
    return "".join(words.split())
