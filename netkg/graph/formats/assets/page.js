"use strict";
// The graph: what is drawn, how it is framed, and which node is chosen.

const data = JSON.parse(document.getElementById("data").textContent);
const nodes = data.nodes;
const $ = (id) => document.getElementById(id);
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const narrow = matchMedia("(max-width: 720px)"), crowded = matchMedia("(max-width: 1240px)");
// As in the pictures. The color of the chosen node, which no picture has, is in the styles.
const { font: FAMILY, size: FONT, captionSize: CAPTION, line: LINE, ink: INK, paper: PAPER, dashes: DASHES, head: HEAD } = data.style;
const CHOSEN = getComputedStyle(document.documentElement).getPropertyValue("--chosen").trim();
// The size on the screen from which the full text of a node is drawn, and a good one to read.
const READABLE = 7, GOOD = 10.5;
// If all of a drawing is in view at a smaller zoom than this, it has no names.
const NAMED = 0.1;
const state = {
  scene: "shown", part: null, chosen: null, hovered: null,
  // What was shown before a part was.
  before: null,
  off: new Set(), offLinks: new Set(),
  // Whether the whole drawing is in view, as after a fit; it then stays so if the window changes.
  fitted: true,
  // The places of nodes and parts as they are drawn, and the extent of all of it.
  places: new Map(), headings: [], parts: [], box: { x1: 0, y1: 0, x2: 1, y2: 1 },
};

const scene = () => data.scenes[state.scene];
const isWhole = () => state.scene === "whole" && !state.part;
// A node that contains others in the folded drawing is described in another way there.
const info = (id) => state.places.get(id)?.own || nodes[id];
const element = (id) => cy.getElementById(`n${id}`);
const lookOf = (node) => data.looks[node.data("look")];
const edgeLook = (edge) => data.edges[edge.data("kind")];

const cy = cytoscape({
  container: $("graph"),
  layout: { name: "preset" },
  boxSelectionEnabled: false,
  autounselectify: true,
  autoungrabify: true,
  maxZoom: 4,
  // The library draws the nodes. Links are drawn under them by lines.js, text over them by
  // names.js: so they are as fast as is needed for a thousand, and text is sharp.
  style: [
    { selector: "node", style: {
      shape: (n) => lookOf(n).shape,
      width: "data(w)", height: "data(h)",
      "background-color": (n) => lookOf(n).fill,
      "border-color": (n) => lookOf(n).border,
      "border-width": (n) => n.data("double") ? 5 : lookOf(n).width,
      "border-style": (n) => n.data("double") ? "double" : lookOf(n).line,
      "overlay-opacity": 0,
    } },
    { selector: "node.far", style: { opacity: 0.3 } },
    { selector: "node.chosen, node.hot", style: { "border-width": "data(strong)", "border-style": "solid", "border-color": CHOSEN } },
    { selector: "edge", style: { visibility: "hidden", "curve-style": "haystack", events: "no" } },
    { selector: ".off", style: { display: "none" } },
  ],
});

// -- what is drawn ---------------------------------------------------------------------
function stacked(places) {
  // Close the gaps that the other nodes leave, column by column.
  const columns = new Map();
  for (const place of places) columns.set(place.x, [...(columns.get(place.x) || []), place]);
  const high = (column) => column.reduce((sum, place) => sum + place.h + 8, 0);
  const tallest = Math.max(0, ...[...columns.values()].map(high));
  const headings = new Map(scene().headings);
  const shown = { places: [], headings: [], parts: [] };
  let left = 0;
  for (const x of [...columns.keys()].sort((a, b) => a - b)) {
    const column = columns.get(x).sort((a, b) => a.y - b.y);
    const wide = Math.max(...column.map((place) => place.w)), middle = left + wide / 2;
    let y = (tallest - high(column)) / 2;
    left += wide + 90;
    if (headings.has(x)) shown.headings.push([middle, headings.get(x)]);
    for (const place of column) {
      shown.places.push({ ...place, x: middle, y: y + place.h / 2 });
      y += place.h + 8;
    }
  }
  return shown;
}

function bend(a, b) {
  if (a.x === b.x) {
    const start = [a.x + a.w / 2, a.y], end = [b.x + b.w / 2, b.y], out = Math.max(start[0], end[0]) + 40;
    return { start, end, controls: [[out, a.y], [out, b.y]] };
  }
  const side = a.x < b.x ? 1 : -1;
  const start = [a.x + side * a.w / 2, a.y], end = [b.x - side * b.w / 2, b.y], half = (start[0] + end[0]) / 2;
  return { start, end, controls: [[half, a.y], [half, b.y]] };
}

function draw() {
  const all = scene(), part = state.part;
  const shown = part ? stacked(all.places.filter((place) => part.has(place.id))) : all;
  const places = state.places = new Map(shown.places.map((place) => [place.id, place]));
  state.headings = shown.headings;
  state.parts = shown.parts;
  const elements = [], xs = [], ys = shown.parts.map(([, y]) => y - 8);
  for (const place of places.values()) {
    xs.push(place.x - place.w / 2, place.x + place.w / 2);
    ys.push(place.y - place.h / 2, place.y + place.h / 2);
    elements.push({
      group: "nodes", pannable: true,
      data: { id: `n${place.id}`, node: place.id, look: info(place.id).look, w: place.w, h: place.h, double: place.double, strong: 4 },
      position: { x: place.x, y: place.y },
    });
  }
  all.links.forEach((link, number) => {
    const a = places.get(link.s), b = places.get(link.t);
    if (!a || !b) return;
    const way = part ? bend(a, b) : link;
    // An arc within a column reaches its control points, and no curve goes beyond them.
    xs.push(...way.controls.map(([x]) => x));
    elements.push({
      group: "edges",
      data: {
        id: `e${number}`, source: `n${link.s}`, target: `n${link.t}`, kind: link.k, link: number,
        way,
      },
    });
  });
  state.box = { x1: Math.min(...xs), x2: Math.max(...xs), y1: Math.min(...ys), y2: Math.max(...ys) };
  cy.batch(() => { cy.elements().remove(); cy.add(elements); });
  hide();
  $("back").hidden = !part;
  $("whole").setAttribute("aria-pressed", String(isWhole()));
  $("count").textContent = `${places.size} of ${(data.scenes.whole || data.scenes.shown).places.length} nodes`;
  headings();
  legend();
  fillList();
  choose(places.has(state.chosen) ? state.chosen : null);
  fit();
  if (state.fitZoom < NAMED) begin();
}

function hide() {
  // Nothing moves if an entry of the legend is switched off.
  cy.batch(() => {
    cy.nodes().forEach((node) => { node.toggleClass("off", state.off.has(node.data("look"))); });
    cy.edges().forEach((edge) => {
      edge.toggleClass("off", state.offLinks.has(edgeLook(edge).entry) || edge.connectedNodes(".off").nonempty());
    });
  });
  repaint();
}

// -- the part that is in view ----------------------------------------------------------
function free() {
  // The part of the stage that is under nothing else.
  const { clientWidth, clientHeight } = $("stage"), side = narrow.matches ? 8 : 12;
  const area = { x1: side, y1: 36, x2: clientWidth - side, y2: clientHeight - 10 };
  const stage = $("stage").getBoundingClientRect();
  if (!narrow.matches) area.x2 -= 44;
  for (const sheet of document.querySelectorAll(".sheet:not([hidden])")) {
    const box = sheet.getBoundingClientRect();
    if (narrow.matches) area.y2 = Math.min(area.y2, box.top - stage.top - 10);
    else if (box.right > stage.left + clientWidth / 2) area.x2 = Math.min(area.x2, box.left - stage.left - 12);
  }
  // The buttons for the zoom are at the right, on a small screen below, over the sheets.
  if (narrow.matches) area.y2 -= 46;
  return area;
}

function lift() {
  const sheets = [...document.querySelectorAll(".sheet:not([hidden])")].map((sheet) => sheet.offsetHeight);
  $("stage").style.setProperty("--lift", `${narrow.matches ? Math.max(0, ...sheets) : 0}px`);
}

function view(zoom, pan, smooth) {
  cy.stop();
  if (smooth && !calm.matches) cy.animate({ zoom, pan, duration: 220, easing: "ease-in-out-cubic" });
  else cy.viewport({ zoom, pan });
}

function fit(smooth = false) {
  cy.resize();
  const { box } = state, area = free(), w = area.x2 - area.x1, h = area.y2 - area.y1;
  const zoom = Math.min(w / (box.x2 - box.x1), h / (box.y2 - box.y1), 1.25);
  cy.minZoom(Math.min(0.1, zoom / 2));
  const spare = h - (box.y2 - box.y1) * zoom;
  const pan = {
    x: (area.x1 + area.x2) / 2 - (box.x1 + box.x2) / 2 * zoom,
    // Room that is left is below, where details of nodes appear on a small screen.
    y: area.y1 + Math.min(spare / 2, narrow.matches ? 4 : 24) - box.y1 * zoom,
  };
  view(zoom, pan, smooth);
  Object.assign(state, { fitted: true, fitZoom: zoom });
}

function begin() {
  // A drawing that is too tall to be read as a whole is as wide as the view, from its upper end on.
  const { box } = state, area = free(), zoom = Math.min((area.x2 - area.x1) / (box.x2 - box.x1), 1.25);
  if (zoom <= state.fitZoom) return;
  view(zoom, { x: (area.x1 + area.x2) / 2 - (box.x1 + box.x2) / 2 * zoom, y: area.y1 - box.y1 * zoom }, false);
  state.fitted = false;
}

function zoomBy(factor) {
  state.fitted = false;
  const area = free(), at = { x: (area.x1 + area.x2) / 2, y: (area.y1 + area.y2) / 2 };
  cy.zoom({ level: cy.zoom() * factor, renderedPosition: at });
}

function bring(node, closer) {
  if (state.fitted && !(closer && FONT * state.fitZoom < READABLE)) return;
  const area = free(), zoom = closer && FONT * cy.zoom() < READABLE ? GOOD / FONT : cy.zoom();
  const at = node.position(), { w, h } = node.data();
  const move = (middle, half, pan, low, high) => {
    const from = middle - half + pan, to = middle + half + pan;
    if (zoom !== cy.zoom()) return (low + high) / 2 - middle;
    return pan + (from < low ? low - from : to > high ? high - to : 0);
  };
  const pan = {
    x: move(at.x * zoom, w * zoom / 2, cy.pan().x, area.x1, area.x2),
    y: move(at.y * zoom, h * zoom / 2, cy.pan().y, area.y1, area.y2),
  };
  if (zoom === cy.zoom() && pan.x === cy.pan().x && pan.y === cy.pan().y) return;
  state.fitted = false;
  view(zoom, pan, true);
}

// -- one node --------------------------------------------------------------------------
function show(id) {
  // A node that is folded away is shown in the scene that has it.
  const has = (name) => data.scenes[name] && data.scenes[name].places.some((place) => place.id === id);
  const elsewhere = (state.part && !state.part.has(id)) || !has(state.scene);
  if (elsewhere) {
    if (state.part) Object.assign(state, { part: null, scene: state.before.scene });
    if (!has(state.scene)) state.scene = has("shown") ? "shown" : "whole";
    draw();
  }
  state.off.delete(info(id).look);
  hide();
  legend();
  choose(id);
  bring(element(id), true);
}

function choose(id) {
  state.chosen = id;
  cy.elements().removeClass("far near chosen");
  const node = id === null ? cy.collection() : element(id);
  if (node.nonempty()) {
    notice("");
    const near = node.closedNeighborhood().union(evidence(node));
    cy.elements().not(near).addClass("far");
    near.edges().addClass("near");
    node.addClass("chosen");
  }
  repaint();
  const { hidden } = $("panel");
  describe(node.nonempty() ? id : null);
  // The whole drawing stays in view next to the details.
  if (state.fitted && hidden !== $("panel").hidden) fit(true);
  address(id);
}

function evidence(node) {
  // What a verdict rests on, down to the facts of the case.
  return node.predecessors("edge").filter((edge) => edgeLook(edge).proof)
    .reduce((found, edge) => found.union(edge).union(edge.source()), cy.collection());
}

function narrowTo(id) {
  const node = info(id), wide = data.scenes.whole && node.members;
  const start = new Set(wide ? node.members : [id]);
  if (!state.part) state.before = { scene: state.scene, chosen: state.chosen, fitted: state.fitted, zoom: cy.zoom(), pan: { ...cy.pan() } };
  if (wide) state.scene = "whole";
  const part = new Set(start);
  for (const link of scene().links) {
    if (start.has(link.s)) part.add(link.t);
    if (start.has(link.t)) part.add(link.s);
  }
  state.part = part;
  draw();
  $("graph").focus();
}

function widen() {
  // Back to what was shown before the part.
  const { scene, chosen, fitted, zoom, pan } = state.before;
  Object.assign(state, { scene, part: null, chosen: state.chosen ?? chosen });
  draw();
  if (fitted) return;
  view(zoom, pan, false);
  state.fitted = false;
}

// -- links to a node: page.html#TX-06 ---------------------------------------------------
function nameOf(id) {
  // A key of several words is for machines, unless two nodes have the same label.
  const { key, label } = nodes[id];
  const isOnly = nodes.filter((node) => node.label === label).length === 1;
  return /\s/.test(key) && !nodes[id].statement && isOnly ? label : key;
}

function address(id) {
  const hash = id === null ? "" : `#${encodeURIComponent(nameOf(id))}`;
  if (hash === location.hash || (!hash && !state.opened)) return;
  try {
    history.replaceState(null, "", hash || location.pathname + location.search);
  } catch {
    // A page in a frame without an address of its own keeps none.
  }
}

function named(words) {
  const wanted = words.trim().toLowerCase(), is = (text) => String(text || "").toLowerCase() === wanted;
  const ways = [
    (node) => is(node.key),
    (node) => is(node.statement) || is(node.called),
    (node) => is(node.term) || is((node.term || "").split("#").pop()),
    (node) => is(node.label),
  ];
  for (const way of ways) {
    const found = nodes.findIndex(way);
    if (found >= 0) return found;
  }
  return null;
}

function follow() {
  const hash = location.hash.slice(1);
  if (!hash) return;
  let words = hash;
  try { words = decodeURIComponent(hash); } catch { /* A lone percent sign is itself. */ }
  const id = named(words);
  if (id !== null) show(id);
  else notice(`No node has the id or label “${words}”. Use the search to find one.`);
}

const HINT = "Tap a node for its details. Pinch to zoom.";

function notice(words) {
  const text = words || data.note || (narrow.matches && !state.opened ? HINT : "");
  $("note").textContent = text;
  $("note").hidden = !text;
}
