"""Flowcharts keep to the grammar and the limits of Mermaid, and show what an edge is."""

from __future__ import annotations

import re

import networkx as nx
import pytest
from conftest import Run, Write
from graph_drawings import KEYS, text

from netkg.graph import Drawing, write
from netkg.graph.formats.mermaid import too_large
from netkg.graph.layout.looks import EDGES, edge_look

LABEL = r'"(?:[^"<>#;&\[\](){}|`]|<br/>|#\d+;)*"'
SHAPE = rf"(?:\[{LABEL}\]|\({LABEL}\)|\{{\{{{LABEL}\}}\}}|>{LABEL}\]|\[\[{LABEL}\]\])"
NODE = re.compile(rf"(n\d+){SHAPE}:::c\d+")
EDGE = re.compile(rf"(n\d+) (?:-->|-\.->)(?:\|({LABEL})\|)? (n\d+)")
LINK = r"(?:-->|-\.->|~~~)"
SAMPLE = rf"[klm]\d+{SHAPE}:::\w+"
STYLE = r"(?:[a-z-]+:[#\w. ]+,?)+"
OTHER = re.compile(
    rf"---|config:|theme: default|flowchart:|wrappingWidth: \d+|flowchart TB|direction (?:TB|LR)"
    rf"|acc(?:Title|Descr): [^{{}}<>;#]*|subgraph \w+\[{LABEL}\]|end|about\[{LABEL}\]:::about"
    rf"|{SAMPLE}(?: {LINK}(?:\|{LABEL}\|)? {SAMPLE})*|drawing ~~~ legend ~~~ about"
    rf"|classDef \w+ {STYLE}|class \w+(?:,\w+)* treatment|style \w+ {STYLE}"
    rf"|linkStyle \d+(?:,\d+)* {STYLE}"
)
each = pytest.mark.parametrize("key", KEYS)


def lines_of(drawing: Drawing) -> list[str]:
    return [line.strip() for line in text(drawing, "mermaid").splitlines()]


@each
def test_a_flowchart_keeps_to_the_grammar(drawings: dict[str, Drawing], key: str) -> None:
    graph = drawings[key].shown
    lines = lines_of(drawings[key])
    nodes = [found[1] for line in lines if (found := NODE.fullmatch(line))]
    edges = [(found[1], found[3]) for line in lines if (found := EDGE.fullmatch(line))]
    others = [line for line in lines if not NODE.fullmatch(line) and not EDGE.fullmatch(line)]
    assert [line for line in others if not OTHER.fullmatch(line)] == []
    names = dict(zip(graph, nodes, strict=True))
    assert sorted(edges) == sorted((names[s], names[t]) for s, t in graph.edges())
    for mark in ("guidelineVersion", "reviewStatus"):
        assert graph.graph[mark] in "\n".join(lines)


@each
def test_every_edge_has_a_line_or_a_label_that_says_what_it_is(
    drawings: dict[str, Drawing], key: str
) -> None:
    graph = drawings[key].shown
    lines = lines_of(drawings[key])
    colors = {}
    for line in lines:
        if found := re.match(r"linkStyle ([\d,]+) stroke:(#\w{6})", line):
            colors |= dict.fromkeys(map(int, found[1].split(",")), found[2])
    # Mermaid numbers the links in their order in the text.
    links = [
        link
        for line in lines
        if not line.startswith("acc")
        for link in re.findall(rf" ({LINK}(?:\|\"[^\"]*\"\|)?)", line)
    ]
    assert {number for number, link in enumerate(links) if link != "~~~"} == set(colors)
    own, samples = links[: graph.number_of_edges()], links[graph.number_of_edges() :]
    unnamed = set()
    for number, (*_, kind) in enumerate(graph.edges(keys=True)):
        assert colors[number] == edge_look(kind).color
        if "|" not in own[number]:
            unnamed.add(kind)
    explained = {found[1] for each in samples if (found := re.search(r'\|"(.*)"\|', each))}
    assert unnamed <= explained
    # One kind at most has a line that several kinds have, and no label.
    assert len(unnamed - set(EDGES)) <= 1
    for number, link in enumerate(samples, start=len(own)):
        if found := re.search(r'\|"(.*)"\|', link):
            assert colors[number] == edge_look(found[1]).color


def test_text_is_not_markdown() -> None:
    graph = nx.MultiDiGraph(
        name="a", guideline="g", guidelineIri="i", guidelineVersion="1", reviewStatus="r"
    )
    graph.graph["disclaimer"] = "d"
    for label in ("1. first", "- item", "+ item", "2024-01-01: a date", "*bold*", "`code`"):
        graph.add_node(label, label=label, kind="fact", column=0)
    body = str(write(graph, "mermaid"))
    found = re.findall(r'n\d+\["(.*)"\]', body)
    assert found == [
        *("1#46; first", "#45; item", "#43; item", "2024-01-01: a date"),
        *("#42;bold#42;", "#96;code#96;"),
    ]


def test_mermaid_has_its_own_limits(run: Run, write: Write) -> None:
    assert too_large("x" * 50_000) == ""
    assert "50,001 characters (at most 50,000)" in too_large("x" * 50_001)
    assert too_large("a --> b\n" * 500) == ""
    assert "501 edges (at most 500)" in too_large("a --> b\n" * 499 + "a -.-> b ~~~ c")
    tumors = [{"id": f"t{n}", "hormonalSyndrome": ["InsulinomaSyndrome"]} for n in range(12)]
    case = write({"id": "c", "tumors": tumors})
    arguments = ("graph", case, "--as-of", "2026-03-31", "--format", "mermaid")
    status, out, err = run(*arguments, "--whole")
    assert (status, out.startswith("---")) == (0, True)
    assert "Mermaid does not draw" in err
    assert "--section" in err
    assert "does not draw" not in run(*arguments)[2]
