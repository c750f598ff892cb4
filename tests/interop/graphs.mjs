// Read graphs in the formats of the files, each with the library of its format.
// Arguments: files; the output is one JSON document per line, with nodes and edges as found.
import { readFileSync } from "node:fs";
import { extname } from "node:path";
import { parseMermaid } from "beautiful-mermaid";
import cytoscape from "cytoscape";
import { forceLink, forceSimulation } from "d3-force";
import graphology from "graphology";
import gexf from "graphology-gexf";
import graphml from "graphology-graphml";

globalThis.self = globalThis; // the converter is a bundle for browsers
const { default: converter } = await import("@js4cytoscape/cx-viz-converter");

function fromGraphology(graph, keyOf) {
  return {
    nodes: graph.mapNodes((id, data) => [keyOf(id, data), data.label, data]),
    edges: graph.mapEdges((id, data, source, target) => [
      id,
      keyOf(source, graph.getNodeAttributes(source)),
      keyOf(target, graph.getNodeAttributes(target)),
      data.kind,
      data,
    ]),
  };
}

function fromCytoscape(options, keyOf) {
  const cy = cytoscape({ ...options, headless: true, styleEnabled: true });
  const nodeLook = (node) => ({
    fill: node.style("background-color"),
    border: node.style("border-color"),
    text: node.style("label"),
    shape: node.style("shape"),
    position: node.position(),
  });
  const edgeLook = (edge) => ({
    color: edge.style("line-color"),
    line: edge.style("line-style"),
    label: edge.data("label"),
  });
  const found = {
    nodes: cy.nodes().map((node) => [keyOf(node), node.data("name"), nodeLook(node)]),
    edges: cy.edges().map((edge) => [
      edge.id(),
      keyOf(edge.source()),
      keyOf(edge.target()),
      edge.data("interaction"),
      edgeLook(edge),
    ]),
  };
  cy.destroy(); // otherwise its timers go on
  return found;
}

function fromD3({ nodes, edges }) {
  const links = forceLink(edges).id((node) => node.id);
  forceSimulation(nodes).force("link", links).stop();
  return {
    nodes: nodes.map((node) => [node.id, node.label, node]),
    edges: links.links().map((link) => [
      String(link.index),
      link.source.id,
      link.target.id,
      link.key,
      {},
    ]),
  };
}

function fromMermaid(text) {
  // The parser has no front matter.
  const graph = parseMermaid(text.replace(/^---\n[^]*?\n---\n/, ""));
  const own = graph.edges.filter((edge) => /^n\d+$/.test(edge.source));
  return {
    nodes: [...graph.nodes.values()]
      .filter((node) => /^n\d+$/.test(node.id))
      .map((node) => [node.id, node.label, graph.classDefs.get(graph.classAssignments.get(node.id))]),
    edges: own.map((edge, index) => [
      String(index),
      edge.source,
      edge.target,
      edge.label ?? "",
      graph.linkStyles.get(index),
    ]),
  };
}

const readers = {
  ".cx2": (text) => {
    const { elements, style } = converter.convert(JSON.parse(text), "cytoscapeJS");
    return fromCytoscape({ elements, style, layout: { name: "preset" } }, (node) => node.data("key"));
  },
  ".cyjs": (text) => fromCytoscape(JSON.parse(text), (node) => node.id()),
  ".gexf": (text) => fromGraphology(gexf.parse(graphology, text), (id) => id),
  ".graphml": (text) => fromGraphology(graphml.parse(graphology, text), (id, data) => data.key),
  ".json": (text) => fromD3(JSON.parse(text)),
  ".mmd": fromMermaid,
};

for (const file of process.argv.slice(2)) {
  const read = readers[extname(file)];
  process.stdout.write(JSON.stringify(read(readFileSync(file, "utf8"))) + "\n");
}
