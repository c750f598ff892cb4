"use strict";
// The legend, the list, the search, buttons and keys; at the end, the page begins.

// -- legend ------------------------------------------------------------------------------
function entries() {
  // What is in the drawing now, with the number of each.
  const count = (keys) => keys.reduce((counts, key) => counts.set(key, (counts.get(key) || 0) + 1), new Map());
  const looks = count([...state.places.keys()].map((id) => info(id).look));
  const kinds = count(cy.edges().map((edge) => edgeLook(edge).entry));
  const has = (name) => [...state.places.values()].some((place) => place[name]);
  const plain = { fill: PAPER, border: data.style.subdued, line: "solid", width: 1.2, shape: "rectangle" };
  return {
    looks: data.legend.filter((number) => looks.has(number)).map((number) => ({
      key: number, name: data.looks[number].name, count: looks.get(number), mark: swatch(data.looks[number]), on: !state.off.has(number),
    })),
    links: [...new Set(Object.values(data.edges).map((look) => look.entry))].filter((entry) => kinds.has(entry)).map((entry) => {
      const number = kinds.get(entry), look = Object.values(data.edges).find((each) => each.entry === entry);
      return { key: entry, name: entry, count: number, mark: stroke(look), on: !state.offLinks.has(entry) };
    }),
    marks: [
      ...(has("bold") ? [{ name: "treatment", bold: true, mark: swatch(plain) }] : []),
      ...(has("double") ? [{ name: "contains several", mark: swatch(plain, true) }] : []),
    ],
  };
}

function legend() {
  const { looks, links, marks } = entries();
  const rows = (off, which) => which.map(({ key, name, count, mark, on }) => {
    const row = button("", () => {
      if (!off.delete(key)) off.add(key);
      hide();
      legend();
      $("legend").querySelector(`[data-entry="${CSS.escape(name)}"]`)?.focus();
    }, "entry");
    row.dataset.entry = name;
    row.setAttribute("aria-pressed", String(on));
    row.append(mark, make("span", name), make("small", count));
    return row;
  });
  const extra = marks.map(({ name, bold, mark }) => {
    const row = make("div", "", "mark");
    row.append(mark, make(bold ? "strong" : "span", name));
    return row;
  });
  const all = button("Show all entries", () => {
    state.off.clear();
    state.offLinks.clear();
    hide();
    legend();
  }, "all");
  all.hidden = ![...looks, ...links].some((each) => !each.on);
  $("legend").replaceChildren(
    make("h3", "Nodes"), ...rows(state.off, looks), ...extra,
    ...(links.length ? [make("h3", "Links"), ...rows(state.offLinks, links)] : []), all,
  );
}

// -- list --------------------------------------------------------------------------------
function fillList() {
  const places = [...state.places.values()].sort((a, b) => a.x - b.x || a.y - b.y), titles = new Map(state.headings);
  const parts = [];
  let column = null;
  for (const place of places) {
    if (place.x !== column) {
      column = place.x;
      if (titles.has(column)) parts.push(make("h3", titles.get(column)));
      parts.push(make("ul"));
    }
    parts.at(-1).append(item(place.id));
  }
  $("list").replaceChildren(...parts);
}

// -- search ------------------------------------------------------------------------------
const near = nodes.map((node) => [node.label, node.says, node.key].join(" ").toLowerCase());
const wide = nodes.map((node, id) => [near[id], node.definition, ...node.rows.flat()].join(" ").toLowerCase());

function search() {
  const asked = $("query").value.trim().toLowerCase().split(/\s+/).filter(Boolean), hits = $("hits");
  if (!asked.length) { hits.hidden = true; return []; }
  const found = (texts) => nodes.map((_, id) => id).filter((id) => asked.every((word) => texts[id].includes(word)));
  const ids = [...new Set([...found(near), ...found(wide)])];
  const said = ids.length ? `${ids.length} found` : "Nothing found.";
  hits.replaceChildren(make("li", said, "said"), ...ids.map((id) => item(id)));
  $("said").textContent = said;
  hits.scrollTop = 0;
  hits.hidden = false;
  return ids;
}

$("query").addEventListener("input", search);
$("query").addEventListener("keydown", (event) => {
  if (event.key === "Enter") { const [first] = search(); if (first !== undefined) { $("hits").hidden = true; show(first); } }
  if (event.key === "ArrowDown") { $("hits").querySelector("button")?.focus(); event.preventDefault(); }
});
$("hits").addEventListener("click", (event) => {
  if (!event.target.closest("button")) return;
  $("hits").hidden = true;
  $("graph").focus();
});
$("hits").addEventListener("keydown", (event) => {
  const li = event.target.closest("li"), to = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
  if (li && to) { li[to]?.querySelector("button")?.focus(); event.preventDefault(); }
});

// -- buttons -----------------------------------------------------------------------------
const OPENED_BY = { legend: "legend-button", listing: "list-button", formats: "save" };

function toggle(id, opened) {
  $(id).hidden = !opened;
  $(OPENED_BY[id]).setAttribute("aria-expanded", String(opened));
  if (id === "formats") return;
  cy.resize();
  if (state.fitted) fit();
}

function only(id) {
  // A small screen has room for one sheet, a larger one for the details and another.
  for (const other of ["legend", "listing"]) if (other !== id) toggle(other, false);
  if (id !== "panel" && narrow.matches) $("panel").hidden = true;
}

for (const [id, by] of Object.entries(OPENED_BY)) {
  $(by).addEventListener("click", () => {
    const opened = $(id).hidden;
    $(id).style.removeProperty("--room");
    if (opened && crowded.matches && id !== "formats") only(id);
    toggle(id, opened);
  });
}
$("listing").querySelector(".close").addEventListener("click", () => { toggle("listing", false); $("list-button").focus(); });
for (const each of $("formats").querySelectorAll("button")) {
  each.addEventListener("click", () => {
    toggle("formats", false);
    $("save").focus();
    save(each.dataset.save, each.dataset.part === "screen");
  });
}
$("whole").addEventListener("click", () => {
  if (narrow.matches) only("panel");
  state.scene = isWhole() ? "shown" : "whole";
  state.part = null;
  draw();
});
$("back").addEventListener("click", () => {
  widen();
  $("graph").focus();
});
$("fit").addEventListener("click", () => { fit(true); });
$("closer").addEventListener("click", () => { zoomBy(1.3); });
$("farther").addEventListener("click", () => { zoomBy(1 / 1.3); });
document.addEventListener("click", (event) => {
  if (!event.target.closest(".search")) $("hits").hidden = true;
  if (!event.target.closest(".menu")) toggle("formats", false);
});

// -- the drawing: pointer and keys ----------------------------------------------------------
function step(key) {
  const shown = cy.nodes().not(".off"), at = element(state.chosen);
  const order = [...shown].sort((a, b) => a.position("x") - b.position("x") || a.position("y") - b.position("y"));
  if (at.empty()) return order[0];
  const { x, y } = at.position();
  const closest = (some) => some.sort((a, b) => Math.abs(a.position("y") - y) - Math.abs(b.position("y") - y))[0];
  if (key === "ArrowUp") return order.filter((n) => n.position("x") === x && n.position("y") < y).pop();
  if (key === "ArrowDown") return order.find((n) => n.position("x") === x && n.position("y") > y);
  const side = (n) => (key === "ArrowRight" ? n.position("x") > x : n.position("x") < x);
  return closest([...at.neighborhood("node").not(".off")].filter(side)) || closest(order.filter(side).filter((n, _, all) =>
    n.position("x") === (key === "ArrowRight" ? Math.min : Math.max)(...all.map((m) => m.position("x")))));
}

function dismiss() {
  // Escape closes what was opened last, and the focus goes to what opened it.
  const sheet = [narrow.matches ? "legend" : "", "listing"].filter(Boolean).find((id) => $(id).contains(document.activeElement));
  if (!$("formats").hidden) {
    toggle("formats", false);
    $("save").focus();
  } else if (!$("hits").hidden) {
    $("hits").hidden = true;
    $("query").focus();
  } else if (state.chosen !== null) {
    choose(null);
    $("graph").focus();
  } else if (sheet) {
    toggle(sheet, false);
    $(OPENED_BY[sheet]).focus();
  }
}

const KEYS = {
  "+": () => { zoomBy(1.3); }, "=": () => { zoomBy(1.3); }, "-": () => { zoomBy(1 / 1.3); },
  f: () => { fit(true); }, F: () => { fit(true); }, 0: () => { fit(true); },
};
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") {
    dismiss();
  } else if (!event.target.closest("input") && KEYS[event.key]) {
    KEYS[event.key]();
    event.preventDefault();
  }
});
$("graph").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && state.chosen !== null) $("panel").querySelector("h2").focus();
  if (!event.key.startsWith("Arrow")) return;
  const next = step(event.key);
  if (next) { choose(next.data("node")); bring(next, true); }
  event.preventDefault();
});
cy.on("tap", (event) => {
  if (event.target === cy) choose(null);
  else if (event.target.isNode()) { choose(event.target.data("node")); bring(event.target, false); }
});
cy.on("dbltap", (event) => {
  if (event.target === cy) fit(true);
  else if (event.target.isNode()) bring(event.target, true);
});
function moved() {
  state.fitted = false;
  if (state.hovered) hover(null);
}

function notches({ deltaY, deltaMode, ctrlKey }) {
  // One notch of a wheel is 100 to 120 pixels or 3 lines; a trackpad reports a few pixels at a
  // time, and less if two fingers pinch, for which browsers set the Ctrl key.
  const pixels = deltaY * [1, 40, 120][deltaMode], isPinch = ctrlKey && Math.abs(pixels) < 50;
  return Math.max(-10, Math.min(10, pixels * (isPinch ? 6 : 1) / 120));
}

// The library has a handler of its own, which is slower: this one is called first.
$("stage").addEventListener("wheel", (event) => {
  event.preventDefault();
  event.stopPropagation();
  const { left, top } = $("stage").getBoundingClientRect();
  cy.stop();
  cy.zoom({ level: cy.zoom() * 1.2 ** -notches(event), renderedPosition: { x: event.clientX - left, y: event.clientY - top } });
  moved();
}, { capture: true, passive: false });
cy.on("dragpan pinchzoom", moved);
cy.on("mouseover", "node", (event) => {
  $("graph").style.cursor = "pointer";
  hover(event.target, event.renderedPosition);
});
cy.on("mouseout", "node", (event) => {
  $("graph").style.cursor = "";
  if (state.hovered?.same(event.target)) hover(null);
});
cy.on("mousemove", (event) => {
  if (event.target !== cy) return;
  const link = linkAt(event.position);
  if (link || state.hovered) hover(link, event.renderedPosition);
});
addEventListener("resize", () => { if (state.fitted) fit(); else cy.resize(); });
addEventListener("hashchange", follow);

// -- the beginning ---------------------------------------------------------------------------
// Only here is all defined that these use: a browser may render between two scripts.
cy.on("render", paint);
cy.on("zoom", border);
new ResizeObserver(lift).observe($("stage"));
for (const sheet of document.querySelectorAll(".sheet")) new ResizeObserver(lift).observe(sheet);
$("whole").hidden = !data.scenes.whole;
$("legend").hidden = innerWidth < 1000;
$("legend-button").setAttribute("aria-expanded", String(!$("legend").hidden));
notice("");
draw();
if (narrow.matches && state.fitted) {
  // The legend uses the room that is left below the drawing.
  const room = Math.floor(free().y2 - state.box.y2 * cy.zoom() - cy.pan().y);
  $("legend").style.setProperty("--room", `${room}px`);
  if (room >= 140) toggle("legend", true);
}
follow();
state.opened = true;
globalThis.netkg = { cy, data, state };
