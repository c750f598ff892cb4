"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const $ = (id) => document.getElementById(id);
  const reduced = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const FONT = 11.5, TOP = 8, TALLEST = 1500;
  const state = { scene: "shown", off: new Set(), part: null, chosen: null };
  const nodes = data.nodes;

  const cy = cytoscape({
    container: $("graph"),
    layout: { name: "preset" },
    boxSelectionEnabled: false,
    autounselectify: true,
    minZoom: 0.1,
    maxZoom: 4,
    style: [
      { selector: "node", style: {
        shape: (n) => data.looks[n.data("look")].shape,
        width: "data(w)", height: "data(h)",
        label: "data(text)", "text-wrap": "wrap", "text-max-width": 2000,
        "text-valign": "center", "line-height": 1.17,
        "text-halign": (n) => n.data("listed") ? "right" : "center",
        "text-margin-x": (n) => n.data("listed") ? 9 - n.data("w") : 0,
        "text-justification": (n) => n.data("listed") ? "left" : "center",
        "font-family": "DejaVu Sans, Verdana, Helvetica, Arial, sans-serif", "font-size": FONT,
        "font-weight": (n) => n.data("bold") ? "bold" : "normal",
        color: "#1a1a1a",
        "background-color": (n) => data.looks[n.data("look")].fill,
        "border-color": (n) => data.looks[n.data("look")].border,
        "border-width": (n) => n.data("double") ? 5 : data.looks[n.data("look")].width,
        "border-style": (n) => n.data("double") ? "double" : data.looks[n.data("look")].line,
      } },
      { selector: "edge", style: {
        "curve-style": "unbundled-bezier", "edge-distances": "endpoints",
        "control-point-distances": (e) => e.data("d"), "control-point-weights": (e) => e.data("t"),
        "source-endpoint": (e) => e.data("from"), "target-endpoint": (e) => e.data("to"),
        width: (e) => data.edges[e.data("kind")].width,
        "line-color": (e) => data.edges[e.data("kind")].color,
        "line-style": (e) => data.edges[e.data("kind")].line,
        "target-arrow-color": (e) => data.edges[e.data("kind")].color,
        "target-arrow-shape": "triangle", "arrow-scale": 0.75,
      } },
      { selector: ".far", style: { opacity: 0.16 } },
      { selector: "edge.near", style: { width: 2.4, "z-index": 9 } },
      { selector: "node.chosen", style: { "border-width": 4, "border-style": "solid", "border-color": "#005a8c" } },
    ],
  });

  // -- what is shown -------------------------------------------------------------------
  const scene = () => data.scenes[state.scene];
  const visible = (place) => !state.off.has(nodes[place.id].look) && (!state.part || state.part.has(place.id));

  function curve(a, b, controls) {
    // The library takes control points as fractions of the line and distances from it.
    const dx = b[0] - a[0], dy = b[1] - a[1], long = dx * dx + dy * dy || 1, root = Math.sqrt(long);
    return {
      t: controls.map(([x, y]) => ((x - a[0]) * dx + (y - a[1]) * dy) / long),
      d: controls.map(([x, y]) => (-(x - a[0]) * dy + (y - a[1]) * dx) / root),
    };
  }

  function stacked(places) {
    // Close the gaps that hidden nodes leave, column by column.
    const columns = new Map();
    for (const place of places) {
      if (!columns.has(place.x)) columns.set(place.x, []);
      columns.get(place.x).push(place);
    }
    const high = (column) => column.reduce((sum, place) => sum + place.h + 8, 0);
    const tallest = Math.max(0, ...[...columns.values()].map(high));
    let left = 0;
    return [...columns.keys()].sort((a, b) => a - b).flatMap((x) => {
      const column = columns.get(x).sort((a, b) => a.y - b.y);
      const wide = Math.max(...column.map((place) => place.w));
      let y = (tallest - high(column)) / 2;
      const middle = left + wide / 2;
      left += wide + 90;
      return column.map((place) => {
        y += place.h + 8;
        return { ...place, x: middle, y: y - place.h / 2 - 8 + 26 };
      });
    });
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
    const all = scene().places, kept = all.filter(visible), moved = kept.length < all.length;
    const places = new Map((moved ? stacked(kept) : kept).map((place) => [place.id, place]));
    const elements = [];
    for (const place of places.values()) {
      const node = nodes[place.id];
      elements.push({
        group: "nodes",
        data: { id: `n${place.id}`, node: place.id, text: place.text, w: place.w, h: place.h, look: node.look, listed: place.listed, double: place.double, bold: place.bold },
        position: { x: place.x, y: place.y },
      });
    }
    scene().links.forEach((link, number) => {
      const a = places.get(link.s), b = places.get(link.t);
      if (!a || !b) return;
      const way = moved ? bend(a, b) : link;
      elements.push({
        group: "edges",
        data: {
          id: `e${number}`, source: `n${link.s}`, target: `n${link.t}`, kind: link.k,
          from: `${way.start[0] - a.x}px ${way.start[1] - a.y}px`,
          to: `${way.end[0] - b.x}px ${way.end[1] - b.y}px`,
          ...curve(way.start, way.end, way.controls),
        },
      });
    });
    cy.batch(() => { cy.elements().remove(); cy.add(elements); });
    $("count").textContent = `${places.size} of ${all.length} nodes`;
    $("back").hidden = !state.part;
    headings(moved);
    list([...places.values()]);
    fit(false);
    choose(places.has(state.chosen) ? state.chosen : null, false);
  }

  function headings(moved) {
    const box = $("headings");
    box.replaceChildren();
    if (moved) return;
    for (const [x, title] of scene().headings) {
      const span = document.createElement("span");
      span.textContent = title;
      span.dataset.x = x;
      box.append(span);
    }
    for (const [x, y, title] of scene().parts) {
      const span = document.createElement("span");
      span.textContent = title;
      span.className = "part";
      span.dataset.x = x;
      span.dataset.y = y;
      box.append(span);
    }
  }

  function align() {
    for (const span of $("headings").children) {
      span.style.left = `${span.dataset.x * cy.zoom() + cy.pan().x}px`;
      if (!span.dataset.y) continue;
      span.style.top = `${span.dataset.y * cy.zoom() + cy.pan().y}px`;
      span.style.fontSize = `${FONT * cy.zoom()}px`;
    }
  }

  function fit(whole) {
    // Text stays readable: a graph too tall for the window is scrolled with the page.
    const size = cy.elements().boundingBox(), stage = $("stage");
    const room = Math.max(420, innerHeight - stage.getBoundingClientRect().top - scrollY - 8);
    const across = (stage.clientWidth - 16) / Math.max(size.w, 1);
    const readable = Math.max(Math.min(across, 1.25), 11 / FONT);
    const both = Math.min(across, (room - TOP - 26) / Math.max(size.h, 1));
    const read = Math.max(Math.min(both, 1.25), Math.min(readable, 1));
    // A graph that is too large for a page is zoomed out at first.
    whole ||= size.h * read + TOP + 30 > TALLEST;
    const zoom = whole ? Math.min(both, 1.25) : read;
    const high = size.h * zoom + TOP + 30;
    stage.style.height = `${!whole && high <= TALLEST ? Math.max(room, high) : room}px`;
    cy.resize();
    cy.zoom(zoom);
    const spare = stage.clientWidth - size.w * zoom;
    cy.pan({ x: Math.max(spare / 2, 8) - size.x1 * zoom, y: TOP + 18 - size.y1 * zoom });
    const scrolls = high > room && high <= TALLEST && !whole;
    cy.userZoomingEnabled(!scrolls);
    align();
  }

  function list(places) {
    const order = places.sort((a, b) => a.x - b.x || a.y - b.y);
    $("list").replaceChildren(...order.map((place) => item(place.id)));
  }

  function item(id, before = "") {
    const li = document.createElement("li"), button = document.createElement("button");
    button.type = "button";
    button.textContent = before + title(id);
    button.addEventListener("click", () => { show(id); });
    li.append(button);
    return li;
  }

  const title = (id) => nodes[id].label + (nodes[id].says ? ` · ${nodes[id].says}` : "");

  // -- one node ------------------------------------------------------------------------
  function show(id) {
    // A node that is folded away is shown in the scene that has it.
    const has = (name) => data.scenes[name] && data.scenes[name].places.some((place) => place.id === id);
    state.off.delete(nodes[id].look);
    if (state.part && !state.part.has(id)) state.part = null;
    if (!has(state.scene)) state.scene = has("shown") ? "shown" : "whole";
    if (cy.getElementById(`n${id}`).empty()) { sync(); draw(); }
    choose(id, true);
  }

  function choose(id, reveal) {
    state.chosen = id;
    cy.elements().removeClass("far near chosen");
    const node = id === null ? null : cy.getElementById(`n${id}`);
    if (!node || node.empty()) { $("panel").hidden = true; return; }
    const near = node.closedNeighborhood().union(evidence(node));
    cy.elements().not(near).addClass("far");
    near.edges().addClass("near");
    node.addClass("chosen");
    if (reveal) bring(node);
    describe(id);
  }

  function evidence(node) {
    // What a verdict rests on, down to the facts of the case.
    return node.predecessors("edge").filter((e) => data.edges[e.data("kind")].proof)
      .reduce((found, edge) => found.union(edge).union(edge.source()), cy.collection());
  }

  function bring(node) {
    const at = node.renderedPosition(), stage = $("stage").getBoundingClientRect();
    const y = at.y + stage.top;
    if (at.y < 0 || at.y > stage.height || at.x < 0 || at.x > stage.width) {
      cy.center(node);
    } else if (y < 120 || y > innerHeight - 60) {
      scrollBy({ top: y - innerHeight / 2, behavior: reduced ? "auto" : "smooth" });
    }
  }

  const NAMES = {
    kind: "kind", part: "part of the plan", verdict: "verdict", status: "status", reach: "reach", focus: "at", section: "section",
    modality: "modality", level: "evaluated for each", population: "population", everyMonths: "every (months)",
    citations: "sources", holds: "contains", subject: "of", value: "value", state: "state",
    type: "type", alsoCalled: "also called", characteristics: "characteristics", caveats: "note",
    readingNotes: "interpretation", certainty: "certainty", severity: "severity", found: "found",
    expected: "expected", statement: "statement", iri: "term", ofSet: "value of",
  };

  function describe(id) {
    const node = nodes[id], panel = $("panel"), parts = [];
    const add = (tag, text, name) => {
      const element = document.createElement(tag);
      if (text) element.textContent = text;
      if (name) element.className = name;
      parts.push(element);
      return element;
    };
    add("button", "Close", "close").addEventListener("click", () => { choose(null); $("graph").focus(); });
    add("h2", title(id));
    if (node.definition) add("p", node.definition, "definition");
    const facts = add("dl");
    for (const [key, name] of Object.entries(NAMES)) {
      if (!node[key]) continue;
      const dt = document.createElement("dt"), dd = document.createElement("dd");
      dt.textContent = name;
      dd.textContent = node[key];
      facts.append(dt, dd);
    }
    const only = add("button", "Only this node and its neighbors");
    only.addEventListener("click", () => { narrow(id); });
    group(add, "What leads to it", id, "t", "s");
    group(add, "What it leads to", id, "s", "t");
    if (node.members) {
      add("h3", `It contains ${node.members.length}`);
      add("ul").append(...node.members.map((member) => item(member)));
    }
    panel.replaceChildren(...parts);
    const at = cy.getElementById(`n${id}`).renderedPosition("x") + $("stage").getBoundingClientRect().left;
    panel.classList.toggle("left", at > innerWidth - 365);
    panel.hidden = false;
    panel.scrollTop = 0;
  }

  function group(add, words, id, own, other) {
    const links = scene().links.filter((link) => link[own] === id);
    if (!links.length) return;
    add("h3", words);
    add("ul").append(...links.map((link) => item(link[other], `${link.label}: `)));
  }

  function narrow(id) {
    const node = nodes[id], wide = data.scenes.whole && node.members;
    const start = new Set(wide ? node.members : [id]);
    if (wide) state.scene = "whole";
    const part = new Set(start);
    for (const link of scene().links) {
      if (start.has(link.s)) part.add(link.t);
      if (start.has(link.t)) part.add(link.s);
    }
    if (!wide) part.add(id);
    state.part = part;
    sync();
    draw();
  }

  // -- controls --------------------------------------------------------------------------
  function sync() {
    $("whole").setAttribute("aria-pressed", String(state.scene === "whole"));
    for (const button of $("legend").querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(!state.off.has(Number(button.dataset.look))));
    }
  }

  function legend() {
    const mark = (name, words) => {
      const span = document.createElement("span");
      span.className = name;
      span.textContent = words;
      return span;
    };
    const parts = data.legend.map((number) => {
      const look = data.looks[number];
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = look.name;
      button.dataset.look = number;
      button.style.setProperty("--fill", look.fill);
      button.style.setProperty("--border", look.border);
      button.style.setProperty("--line", look.line);
      button.style.setProperty("--width", `${Math.max(1, Math.round(look.width))}px`);
      button.addEventListener("click", () => {
        if (!state.off.delete(number)) state.off.add(number);
        sync();
        draw();
      });
      return button;
    });
    for (const [kind, look] of Object.entries(data.edges)) {
      if (!look.inLegend) continue;
      const span = mark("edge", kind);
      span.style.setProperty("--border", look.color);
      span.style.setProperty("--line", look.line);
      parts.push(span);
    }
    const has = (key) => Object.values(data.scenes).some((one) => one.places.some((place) => place[key]));
    if (has("bold")) parts.push(mark("treatment", "treatment"));
    if (has("double")) parts.push(mark("several", "contains several"));
    $("legend").replaceChildren(...parts);
  }

  function search() {
    const words = $("query").value.trim().toLowerCase().split(/\s+/).filter(Boolean), hits = $("hits");
    if (!words.length) { hits.hidden = true; return []; }
    const text = (node) => [node.label, node.says, node.key, node.alsoCalled].join(" ").toLowerCase();
    const more = (node) => `${text(node)} ${node.definition || ""} ${node.section || ""}`.toLowerCase();
    const found = (of) => nodes.map((_, id) => id).filter((id) => words.every((word) => of(nodes[id]).includes(word)));
    const ids = [...new Set([...found(text), ...found(more)])];
    hits.replaceChildren(...ids.slice(0, 40).map((id) => item(id)));
    if (!ids.length) {
      const none = document.createElement("p");
      none.textContent = "Nothing found.";
      hits.append(none);
    }
    hits.hidden = false;
    return ids;
  }

  function step(key) {
    const at = cy.getElementById(`n${state.chosen}`);
    const order = [...cy.nodes()].sort((a, b) => a.position("x") - b.position("x") || a.position("y") - b.position("y"));
    if (at.empty()) return order[0];
    const { x, y } = at.position();
    const near = (list) => list.sort((a, b) => Math.abs(a.position("y") - y) - Math.abs(b.position("y") - y))[0];
    if (key === "ArrowUp") return order.filter((n) => n.position("x") === x && n.position("y") < y).pop();
    if (key === "ArrowDown") return order.find((n) => n.position("x") === x && n.position("y") > y);
    const side = (n) => (key === "ArrowRight" ? n.position("x") > x : n.position("x") < x);
    return near([...at.neighborhood("node")].filter(side)) || near(order.filter(side).filter((n, _, all) =>
      n.position("x") === (key === "ArrowRight" ? Math.min : Math.max)(...all.map((m) => m.position("x")))));
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
  $("graph").addEventListener("keydown", (event) => {
    if (!event.key.startsWith("Arrow")) return;
    const next = step(event.key);
    if (next) choose(next.data("node"), true);
    event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { $("hits").hidden = true; choose(null); }
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest(".search")) $("hits").hidden = true;
  });
  $("whole").addEventListener("click", () => {
    state.scene = state.scene === "whole" ? "shown" : "whole";
    state.part = null;
    sync();
    draw();
  });
  $("back").addEventListener("click", () => { state.part = null; draw(); });
  $("fit").addEventListener("click", () => { fit(true); });
  const zoom = (by) => { cy.zoom({ level: cy.zoom() * by, renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } }); };
  $("closer").addEventListener("click", () => { zoom(1.25); });
  $("farther").addEventListener("click", () => { zoom(0.8); });
  cy.on("tap", "node", (event) => { choose(event.target.data("node"), false); });
  cy.on("tap", (event) => { if (event.target === cy) choose(null); });
  cy.on("pan zoom", align);
  let waiting = 0;
  addEventListener("resize", () => { clearTimeout(waiting); waiting = setTimeout(() => fit(false), 120); });

  $("whole").hidden = !data.scenes.whole;
  if (data.note) { $("note").textContent = data.note; $("note").hidden = false; }
  legend();
  sync();
  draw();
  globalThis.netkg = { cy, data, state };
})();
