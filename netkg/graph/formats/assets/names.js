"use strict";
// The text of the drawing, as on a map: full at a size that can be read, short from far.

const pen = document.createElement("canvas").getContext("2d");
// The size of large names, the height of a box that they may cover, the room for a short name,
// and the gap between nodes.
const BIG = 10.5, LOW = 6, ROW = 8.2, GAP = 6;
// From this number of links on, the name of a node is drawn larger from far.
const HUB = 6;

const measured = new Map();

function widthOf(text, size, bold) {
  // Text is measured once, since it is as wide as it is high.
  const key = bold ? `b${text}` : text;
  if (!measured.has(key)) {
    pen.font = `${bold ? "bold " : ""}100px ${FAMILY}`;
    measured.set(key, pen.measureText(text).width / 100);
  }
  return measured.get(key) * size;
}

function cut(text, size, bold, room) {
  if (widthOf(text, size, bold) <= room) return text;
  let few = 0, many = text.length;
  while (few + 1 < many) {
    const middle = (few + many) >> 1;
    if (widthOf(`${text.slice(0, middle)}…`, size, bold) <= room) few = middle; else many = middle;
  }
  return few > 2 ? `${text.slice(0, few).trimEnd()}…` : "";
}

function wrapped(text, size, bold, room, most) {
  // The first lines of a text that are at most so wide; a cut shows that there is more.
  const lines = [];
  for (const word of text.split(" ")) {
    const longer = lines.length ? `${lines.at(-1)} ${word}` : word;
    if (lines.length && widthOf(longer, size, bold) <= room) lines[lines.length - 1] = longer; else lines.push(word);
  }
  if (lines.length > most) lines.splice(most - 1, lines.length, lines.slice(most - 1).join(" "));
  return lines.map((line) => cut(line, size, bold, room)).filter(Boolean);
}

function shortName(id) {
  // Statements and gaps have an id that people know, in capitals.
  const { key, statement, label } = info(id), own = statement || key;
  return label.startsWith(`${own} `) && own !== own.toLowerCase() ? own : label;
}

function linesInView(zoom, pan, wide, high) {
  // Each line of text in a view: what, where (the middle of the line), how large.
  const seen = cy.nodes().filter((node) => !node.hasClass("off")).map((node) => {
    const place = state.places.get(node.data("node")), x = place.x * zoom + pan.x, y = place.y * zoom + pan.y;
    const w = place.w * zoom / 2, h = place.h * zoom / 2;
    return { place, x, y, faint: node.hasClass("far"), links: node.outdegree(), box: { x1: x - w, x2: x + w, y1: y - h, y2: y + h } };
  }).filter(({ box }) => box.x2 > 0 && box.x1 < wide && box.y2 > 0 && box.y1 < high);
  if (FONT * zoom >= READABLE) return [...seen.flatMap((each) => fullText(each, zoom)), ...captions(zoom, pan)];
  return shortText(seen, zoom, wide, headingPlaces(zoom, pan).parts.filter((part) => part.shown).map(extent));
}

function fullText({ place, x, y, faint }, zoom) {
  const { lines, bold, listed } = place, left = x - (place.w / 2 - 9) * zoom;
  const first = y - (lines.length - 1) * LINE * zoom / 2;
  return lines.map((line, number) => {
    const text = line.trimStart(), inset = (line.length - text.length) * data.style.space * zoom;
    return { text, x: listed ? left + inset : x, y: first + number * LINE * zoom, size: FONT * zoom, bold, faint, align: listed ? "left" : "center" };
  });
}

const apart = (a, b, slack = 0) => a.x1 >= b.x2 || a.x2 <= b.x1 || a.y1 >= b.y2 - slack || a.y2 <= b.y1 + slack;

function shortText(seen, zoom, wide, taken) {
  // First the names of headings and of nodes with many links, then all that there is room for.
  const found = [], boxes = seen.map((each) => each.box);
  const isFree = (box) => taken.every((other) => apart(box, other, 1));
  // A name that its box has room for, or almost, does not cover the box.
  const isBig = ({ place, links, box }) => box.y2 - box.y1 < LOW && (place.heads || links >= HUB) && shortName(place.id) === info(place.id).label;
  // Headings of headings, on the left, are the first.
  const rankOf = ({ place, links }) => (place.heads ? 1e6 - 100 * place.x : 0) + links;
  for (const each of seen.filter(isBig).sort((a, b) => rankOf(b) - rankOf(a))) {
    const { label } = info(each.place.id), longest = Math.max(...label.split(" ").map((word) => widthOf(word, BIG, each.place.bold)));
    const room = Math.max(each.place.w * zoom + 16, Math.min(longest, 120));
    const big = inLines(each, wrapped(label, BIG, each.place.bold, room, 3), BIG, each.place.bold);
    if (big.box.x1 < 0 || big.box.x2 > wide || !isFree(big.box) || !boxes.every((other) => other === each.box || apart(big.box, other, 1))) continue;
    taken.push(big.box);
    found.push(...big.lines.map((line) => ({ ...line, halo: true })));
    each.named = true;
  }
  const size = Math.min(10, Math.max(READABLE, (23 + GAP) * zoom - 1));
  for (const each of seen) {
    const { place, box, named } = each, most = Math.max(1, Math.floor((box.y2 - box.y1) / (size * 1.2)));
    const { lines } = inLines(each, wrapped(shortName(place.id), size, place.bold, place.w * zoom - 3, most), size, place.bold);
    // The names of low nodes may reach beyond them, but not into the next name.
    const middle = { x1: each.x - 4, x2: each.x + 4, y1: each.y - ROW / 2 + 0.5, y2: each.y + ROW / 2 - 0.5 };
    if (named || !lines.length || !isFree(middle)) continue;
    taken.push(middle);
    found.push(...lines);
  }
  return found;
}

function inLines({ place, x, y, faint }, texts, size, bold) {
  const pitch = size * 1.15, high = texts.length * pitch / 2;
  const half = Math.max(0, ...texts.map((line) => widthOf(line, size, bold))) / 2;
  return {
    box: { x1: x - half - 2, x2: x + half + 2, y1: y - high, y2: y + high },
    lines: texts.map((text, number) => ({ text, x, y: y - high + pitch * (number + 0.5), size, bold, faint, align: "center" })),
  };
}

function captions(zoom, pan) {
  return cy.edges().not(".off").filter(() => !state.part).map((edge) => [edge, scene().links[edge.data("link")]])
    .filter(([, link]) => link.caption)
    .map(([edge, { caption, captionAt: [x, y] }]) => ({
      text: caption, x: x * zoom + pan.x, y: y * zoom + pan.y, size: CAPTION * zoom, bold: false,
      faint: edge.hasClass("far"), align: "right", halo: true,
    }));
}

function paintNames() {
  const { clientWidth, clientHeight } = $("stage"), context = cleared("names");
  context.textBaseline = "middle";
  context.lineJoin = "round";
  for (const line of linesInView(cy.zoom(), cy.pan(), clientWidth, clientHeight)) {
    context.globalAlpha = line.faint ? 0.4 : 1;
    context.font = `${line.bold ? "bold " : ""}${line.size}px ${FAMILY}`;
    context.textAlign = line.align;
    if (line.halo) {
      context.strokeStyle = PAPER;
      context.lineWidth = 4;
      context.strokeText(line.text, line.x, line.y);
    }
    context.fillStyle = INK;
    context.fillText(line.text, line.x, line.y);
  }
}

// -- headings of columns, and of the parts of a column -----------------------------------
function headings() {
  const span = (title, name) => {
    const made = document.createElement("span");
    made.textContent = title;
    made.className = name;
    return made;
  };
  $("headings").replaceChildren(
    ...state.headings.map(([, title]) => span(title, "column")),
    ...state.parts.map(([, , title]) => span(title, "part")),
  );
}

function headingPlaces(zoom, pan) {
  // Column headings are above their columns, at the upper end of the view if these are beyond it;
  // their places are the lower ends of the text.
  const y = Math.max(30, state.box.y1 * zoom + pan.y - 5);
  const small = narrow.matches ? 10.5 : 12;
  const columns = state.headings.map(([x, title], number) => {
    const near = [number - 1, number + 1].map((n) => state.headings[n]).filter(Boolean);
    const side = Math.min(x - state.box.x1, state.box.x2 - x) * zoom + 10;
    const room = Math.min(...near.map(([other]) => Math.abs(other - x) * zoom), 2 * side, 260);
    return { lines: wrapped(title, small, false, room - 6, 2), size: small, x: x * zoom + pan.x, y };
  });
  return { columns, parts: partPlaces(zoom, pan, y > state.box.y1 * zoom + pan.y ? 42 : -Infinity) };
}

function partPlaces(zoom, pan, top) {
  // The names of parts are in the gaps above them. From far, these can be too low: then the names
  // are all where the most of them cover nothing. The current part has its name at the top.
  const at = state.parts.map(([x, y, title]) => ({ title, x: x * zoom + pan.x, y: y * zoom + pan.y, align: "left", shown: true }));
  const inGaps = (size) => at.map((part) => ({ ...part, size }));
  if (FONT * zoom >= READABLE) return stuck(inGaps(Math.min(FONT * zoom, 14)), top);
  const onTheLeft = at.map((part) => ({ ...part, x: part.x - 6, y: part.y + 8, align: "right", size: BIG }));
  const edge = state.box.x1 * zoom + pan.x - 6;
  const outside = onTheLeft.map((part) => ({ ...part, x: edge })).filter((part) => extent(part).x1 > 0);
  const boxes = [...state.places.values()].map(({ x, y, w, h }) => ({
    x1: (x - w / 2) * zoom + pan.x, x2: (x + w / 2) * zoom + pan.x, y1: (y - h / 2) * zoom + pan.y, y2: (y + h / 2) * zoom + pan.y,
  }));
  const ways = [inGaps(BIG), inGaps(9), inGaps(8), onTheLeft, inGaps(READABLE), outside].map((way) => uncovered(way, boxes));
  const number = (way) => way.filter((part) => part.shown).length;
  return stuck(ways.reduce((best, way) => number(way) > number(best) ? way : best), top);
}

function extent({ title, x, y, size, align }) {
  const long = widthOf(title, size, true), x1 = align === "left" ? x : x - long;
  return { x1, x2: x1 + long, y1: y - size / 2, y2: y + size / 2 };
}

function uncovered(parts, boxes) {
  // Names that cover a node are left out, as are those for which the last one leaves no room.
  let last = -Infinity;
  return parts.map((part) => {
    const y = Math.max(part.y, last + part.size * 1.15), own = extent({ ...part, y });
    const shown = y - part.y < part.size && boxes.every((box) => apart(own, box));
    if (shown) last = y;
    return { ...part, y, shown };
  });
}

function stuck(parts, top) {
  const current = parts.filter((part) => part.y < top).length - 1, next = parts[current + 1];
  return parts.map((part, number) => {
    if (number > current) return part;
    return { ...part, y: top, stuck: true, shown: number === current && !(next && next.y < top + 14) };
  });
}

function paintHeadings() {
  const spans = [...$("headings").children], { columns, parts } = headingPlaces(cy.zoom(), cy.pan());
  columns.forEach(({ x, y, lines, size }, number) => {
    const { style } = spans[number];
    spans[number].textContent = lines.join("\n");
    style.fontSize = `${size}px`;
    style.transform = `translate(${x}px, ${y}px) translate(-50%, -100%)`;
  });
  $("headings").classList.toggle("above", columns.some(({ y }) => y > state.box.y1 * cy.zoom() + cy.pan().y));
  parts.forEach(({ x, y, size, align, shown, stuck }, number) => {
    const span = spans[columns.length + number], { style } = span;
    span.classList.toggle("stuck", Boolean(stuck));
    style.display = shown ? "" : "none";
    style.fontSize = `${size}px`;
    style.transform = `translate(${x}px, ${y}px) translate(${align === "left" ? "0" : "-100%"}, -50%)`;
  });
}
