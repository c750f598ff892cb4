"use strict";
// The links: curves with a head, thin and faint if they are many, strong for the chosen node.

const DENSE = 120;
let groups = null, frame = 0;

function curve(path, { start, controls, end }, head) {
  // A chain of quadratic curves; each ends in the middle between two control points.
  const side = controls.at(-1)[0] < end[0] ? -1 : 1;
  path.moveTo(...start);
  controls.forEach(([x, y], n) => {
    const after = controls[n + 1];
    path.quadraticCurveTo(x, y, ...(after ? [(x + after[0]) / 2, (y + after[1]) / 2] : [end[0] + side * head * 0.8, end[1]]));
  });
}

function arrow(path, { controls, end: [x, y] }, head) {
  const back = x + (controls.at(-1)[0] < x ? -head : head), half = head * 0.42;
  path.moveTo(x, y);
  path.lineTo(back, y - half);
  path.lineTo(back, y + half);
  path.closePath();
}

const isDense = () => cy.edges().length > DENSE;
const isStrong = (edge) => edge.hasClass("near") || edge.hasClass("hot");

function strength(edge, zoom) {
  // A line keeps a width on the screen at which it can be seen.
  const { width } = edgeLook(edge), dense = isDense();
  if (isStrong(edge)) return { width: Math.max(width + 0.8, 1.6 / zoom), opacity: 1, head: Math.max(HEAD, 6 / zoom) };
  const opacity = edge.hasClass("far") ? 0.12 : dense ? 0.5 : 0.9;
  return { width: Math.max(width * (dense ? 0.8 : 1), 0.6 / zoom), opacity, head: HEAD };
}

function grouped() {
  // Links that look the same are one path, which is drawn at once; the strong ones are the last.
  const found = new Map();
  for (const edge of cy.edges().not(".off").sort((a, b) => isStrong(a) - isStrong(b))) {
    const key = `${edge.data("kind")} ${isStrong(edge)} ${edge.hasClass("far")}`;
    if (!found.has(key)) found.set(key, { edges: [], lines: new Path2D() });
    const group = found.get(key);
    group.edges.push(edge);
    curve(group.lines, edge.data("way"), HEAD);
  }
  return [...found.values()];
}

function paintLines() {
  groups ||= grouped();
  const zoom = cy.zoom(), pan = cy.pan(), context = cleared("lines");
  context.scale(zoom, zoom);
  context.translate(pan.x / zoom, pan.y / zoom);
  for (const { edges, lines } of groups) {
    const look = edgeLook(edges[0]), { width, opacity, head } = strength(edges[0], zoom);
    context.globalAlpha = opacity;
    context.strokeStyle = context.fillStyle = look.color;
    context.lineWidth = width;
    context.setLineDash(DASHES[look.line].map((long) => long * Math.max(1, 0.6 / zoom)));
    context.stroke(lines);
    // From far, only the heads of strong links can be seen.
    if (!isStrong(edges[0]) && zoom < 0.4) continue;
    const heads = new Path2D();
    for (const edge of edges) arrow(heads, edge.data("way"), head);
    context.fill(heads);
  }
}

function cleared(id) {
  // A canvas as large as the stage, empty.
  const canvas = $(id), { clientWidth, clientHeight } = $("stage"), dense = devicePixelRatio || 1;
  const width = Math.round(clientWidth * dense), height = Math.round(clientHeight * dense);
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const context = canvas.getContext("2d");
  context.setTransform(dense, 0, 0, dense, 0, 0);
  context.clearRect(0, 0, clientWidth, clientHeight);
  return context;
}

function linkAt({ x, y }) {
  // The link at a place of the drawing, if there is one.
  const context = $("lines").getContext("2d");
  context.save();
  context.resetTransform();
  context.setLineDash([]);
  context.lineWidth = 8 / cy.zoom();
  const found = (groups || []).flatMap((group) => context.isPointInStroke(group.lines, x, y) ? group.edges : [])
    .find((edge) => {
      const path = new Path2D();
      curve(path, edge.data("way"), 0);
      return context.isPointInStroke(path, x, y);
    });
  context.restore();
  return found;
}

function paint() {
  cancelAnimationFrame(frame);
  frame = 0;
  paintLines();
  paintNames();
  paintHeadings();
}

function repaint() {
  // Something else is drawn, or the same in another way.
  groups = null;
  border();
  frame ||= requestAnimationFrame(paint);
}

function border() {
  cy.nodes(".chosen, .hot").data("strong", Math.max(3.5, 2.5 / cy.zoom()));
}
