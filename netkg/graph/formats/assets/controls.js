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
  hits.replaceChildren(...ids.slice(0, 40).map((id) => item(id)));
  if (!ids.length) hits.append(make("p", "Nothing found."));
  hits.hidden = false;
  return ids;
}

$("query").addEventListener("input", search);
$("query").addEventListener("keydown", (event) => {
  if (event.key === "Enter") { const [first] = search(); if (first !== undefined) { $("hits").hidden = true; show(first); } }
  if (event.key === "ArrowDown") { $("hits").querySelector("button")?.focus(); event.preventDefault(); }
});
$("hits").addEventListener("click", () => { $("hits").hidden = true; });
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
    if (opened && crowded.matches && id !== "formats") only(id);
    toggle(id, opened);
  });
}
$("listing").querySelector(".close").addEventListener("click", () => { toggle("listing", false); $("list-button").focus(); });
for (const each of $("formats").querySelectorAll("button")) {
  each.addEventListener("click", () => {
    toggle("formats", false);
    save(each.dataset.save, each.dataset.part === "screen");
  });
}
$("whole").addEventListener("click", () => {
  state.scene = state.scene === "whole" ? "shown" : "whole";
  state.part = null;
  draw();
});
$("back").addEventListener("click", () => { state.part = null; draw(); });
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

const KEYS = {
  "+": () => { zoomBy(1.3); }, "=": () => { zoomBy(1.3); }, "-": () => { zoomBy(1 / 1.3); },
  f: () => { fit(true); }, F: () => { fit(true); }, 0: () => { fit(true); },
};
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") {
    $("hits").hidden = true;
    toggle("formats", false);
    if (state.chosen !== null) { choose(null); $("graph").focus(); }
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
cy.on("dragpan pinchzoom scrollzoom", () => {
  state.fitted = false;
  if (state.hovered) hover(null);
});
cy.on("mouseover", "node", () => { $("graph").style.cursor = "pointer"; });
cy.on("mouseout", "node", () => { $("graph").style.cursor = ""; });
addEventListener("resize", () => { if (state.fitted) fit(); else cy.resize(); });
addEventListener("hashchange", follow);

// -- the beginning ---------------------------------------------------------------------------
$("whole").hidden = !data.scenes.whole;
$("legend").hidden = innerWidth < 1000;
$("legend-button").setAttribute("aria-expanded", String(!$("legend").hidden));
notice("");
draw();
follow();
state.opened = true;
globalThis.netkg = { cy, data, state };
