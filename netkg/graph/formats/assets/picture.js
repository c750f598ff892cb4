"use strict";
// Pictures to save: what is drawn, with its title, headings, legend and closing notice.

const SVG = "http:" + "//www.w3.org/2000/svg";
const MARGIN = 16, MOST_PIXELS = 16e6, MOST_SIDE = 8192;

function drawnAs(tag, attributes, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== "" && value !== undefined) made.setAttribute(name, typeof value === "number" ? String(Math.round(value * 10) / 10) : value);
  }
  made.append(...children);
  return made;
}

function shaped(shape, x, y, w, h, scale, pen) {
  if (shape === "cut-rectangle") {
    const corner = Math.min(6 * scale, h / 3);
    const points = [[x + corner, y], [x + w - corner, y], [x + w, y + corner], [x + w, y + h - corner],
      [x + w - corner, y + h], [x + corner, y + h], [x, y + h - corner], [x, y + corner]];
    return drawnAs("polygon", { points: points.map(([a, b]) => `${a.toFixed(1)},${b.toFixed(1)}`).join(" "), ...pen });
  }
  const radius = shape === "round-rectangle" ? Math.min(h / 2, 8 * scale) : "";
  return drawnAs("rect", { x, y, width: w, height: h, rx: radius, ...pen });
}

function outline(look, x, y, w, h, scale = 1, double = false) {
  const dashes = DASHES[look.line].join(" "), inner = 3 * scale;
  const parts = [shaped(look.shape, x, y, w, h, scale, { fill: look.fill, stroke: look.border, "stroke-width": look.width * scale, "stroke-dasharray": dashes })];
  // What contains several nodes has a second border.
  if (double) parts.push(shaped(look.shape, x + inner, y + inner, w - 2 * inner, h - 2 * inner, scale, { fill: "none", stroke: look.border, "stroke-width": scale }));
  return parts;
}

function swatch(look, double = false) {
  const size = { width: 26, height: 18 };
  return drawnAs("svg", { ...size, "aria-hidden": "true" }, ...outline({ ...look, width: Math.min(look.width, 2) }, 2, 2, 22, 14, 0.8, double));
}

function stroke(look) {
  const line = { x1: 1, y1: 9, x2: 25, y2: 9, stroke: look.color, "stroke-width": Math.max(look.width, 1.5), "stroke-dasharray": DASHES[look.line].join(" ") };
  return drawnAs("svg", { width: 26, height: 18, "aria-hidden": "true" }, drawnAs("line", line));
}

function textOf(words, x, y, { size = 12, bold = false, align = "left", color = INK, faint = false, halo = false } = {}) {
  return drawnAs("text", {
    x, y: y + size * 0.36, "font-size": size, "font-weight": bold ? "bold" : "", fill: color,
    "text-anchor": { left: "", center: "middle", right: "end" }[align], opacity: faint ? "0.4" : "",
    ...(halo ? { stroke: PAPER, "stroke-width": 4, "stroke-linejoin": "round", "paint-order": "stroke" } : {}),
  }, words);
}

class Way {
  // What a canvas calls a path, as the text that SVG has for it.
  constructor(zoom, pan) { Object.assign(this, { zoom, pan, d: "" }); }
  add(letter, ...numbers) {
    this.d += letter + numbers.map((n, index) => (n * this.zoom + (index % 2 ? this.pan.y : this.pan.x)).toFixed(1)).join(" ");
  }
  moveTo(...at) { this.add("M", ...at); }
  lineTo(...at) { this.add("L", ...at); }
  quadraticCurveTo(...at) { this.add("Q", ...at); }
  closePath() { this.d += "Z"; }
}

function graphParts(zoom, pan, wide, high) {
  const made = [];
  for (const edge of cy.edges().not(".off")) {
    const look = edgeLook(edge), { width, opacity, head } = strength(edge, zoom);
    const line = new Way(zoom, pan), end = new Way(zoom, pan);
    curve(line, edge.data("way"), head);
    arrow(end, edge.data("way"), head);
    const dashes = DASHES[look.line].map((long) => long * Math.max(zoom, 0.6)).join(" ");
    made.push(drawnAs("g", { opacity: String(opacity) },
      drawnAs("path", { d: line.d, fill: "none", stroke: look.color, "stroke-width": width * zoom, "stroke-dasharray": dashes }),
      drawnAs("path", { d: end.d, fill: look.color })));
  }
  for (const node of cy.nodes().not(".off")) {
    const { x, y, w, h } = state.places.get(node.data("node")), look = lookOf(node);
    const chosen = node.hasClass("chosen") ? { ...look, border: CHOSEN, width: 3.5, line: "solid" } : look;
    const parts = outline(chosen, (x - w / 2) * zoom + pan.x, (y - h / 2) * zoom + pan.y, w * zoom, h * zoom, zoom, node.data("double"));
    made.push(drawnAs("g", { opacity: node.hasClass("far") ? "0.3" : "" }, ...parts));
  }
  for (const line of linesInView(zoom, pan, wide, high)) made.push(textOf(line.text, line.x, line.y, line));
  const { columns, parts } = headingPlaces(zoom, pan), { color } = getComputedStyle($("headings"));
  for (const { lines, size, x, y } of columns) {
    lines.forEach((line, n) => { made.push(textOf(line, x, y - 7 - 13 * (lines.length - 1 - n), { size, align: "center", color })); });
  }
  for (const { title, x, y, size, align, shown } of parts) {
    if (shown) made.push(textOf(title, x, y, { size, bold: true, align, color, halo: true }));
  }
  return made;
}

function legendParts(top, wide) {
  // The entries of the legend that are switched on, in rows.
  const made = [], { looks, links, marks } = entries();
  let x = MARGIN, y = top;
  for (const { mark, name, bold } of [...looks.filter((each) => each.on), ...marks, ...links.filter((each) => each.on)]) {
    const long = 26 + 6 + widthOf(name, 11.5, bold) + 18;
    if (x > MARGIN && x + long > wide - MARGIN) { x = MARGIN; y += 24; }
    made.push(drawnAs("g", { transform: `translate(${x.toFixed(1)} ${y - 9})` }, ...mark.childNodes));
    made.push(textOf(name, x + 32, y, { size: 11.5, bold }));
    x += long;
  }
  return { made, bottom: y + 14 };
}

function picture(onScreen) {
  const { box } = state, stage = $("stage");
  const zoom = onScreen ? cy.zoom() : 1;
  const inner = onScreen ? { w: stage.clientWidth, h: stage.clientHeight }
    : { w: Math.max(box.x2 - box.x1, 700) + 2 * MARGIN, h: box.y2 - box.y1 + 44 };
  const pan = onScreen ? cy.pan() : { x: (inner.w - box.x1 - box.x2) / 2, y: 36 - box.y1 };
  const title = wrapped(data.about.name, 17, true, inner.w - 2 * MARGIN, 3), head = 14 + 22 * title.length;
  const size = { width: inner.w, height: inner.h };
  const graph = drawnAs("svg", { y: head, ...size }, ...graphParts(zoom, pan, inner.w, inner.h));
  const { made, bottom } = legendParts(head + inner.h + 22, inner.w);
  const closing = wrapped(document.querySelector("footer p").textContent.trim(), 11, false, inner.w - 2 * MARGIN, 99);
  const height = bottom + 8 + closing.length * 15 + 8;
  return drawnAs("svg", {
    xmlns: SVG, width: Math.ceil(inner.w), height: Math.ceil(height), viewBox: `0 0 ${Math.ceil(inner.w)} ${Math.ceil(height)}`, "font-family": FAMILY,
  },
  drawnAs("title", {}, data.about.name),
  drawnAs("rect", { width: "100%", height: "100%", fill: PAPER }),
  ...title.map((line, n) => textOf(line, MARGIN, 21 + 22 * n, { size: 17, bold: true })),
  graph, ...made,
  ...closing.map((line, n) => textOf(line, MARGIN, bottom + 14 + 15 * n, { size: 11 })));
}

async function save(format, onScreen) {
  const svg = picture(onScreen), source = new XMLSerializer().serializeToString(svg);
  const blob = format === "svg" ? new Blob([source], { type: "image/svg+xml" }) : await raster(source, svg);
  const a = make("a");
  a.href = URL.createObjectURL(blob);
  a.download = `${data.about.name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "").slice(0, 80) || "graph"}.${format}`;
  a.click();
  setTimeout(() => { URL.revokeObjectURL(a.href); }, 10_000);
}

async function raster(source, svg) {
  const width = Number(svg.getAttribute("width")), height = Number(svg.getAttribute("height"));
  const wanted = Math.max(2, 2400 / width);
  const scale = Math.min(wanted, MOST_SIDE / Math.max(width, height), Math.sqrt(MOST_PIXELS / (width * height)));
  const image = new Image(), canvas = make("canvas");
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(source)}`;
  await image.decode();
  Object.assign(canvas, { width: Math.round(width * scale), height: Math.round(height * scale) });
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => { canvas.toBlob(resolve, "image/png"); });
}
