"use strict";
// The panel with the details of the chosen node.

function make(tag, text = "", name = "") {
  const made = document.createElement(tag);
  made.textContent = text;
  if (name) made.className = name;
  return made;
}

function button(text, action, name = "") {
  const made = make("button", text, name);
  made.type = "button";
  made.addEventListener("click", action);
  return made;
}

const titleOf = (id) => info(id).label + (info(id).says ? ` · ${info(id).says}` : "");

function item(id, more = "") {
  const li = make("li"), to = button(titleOf(id), () => { show(id); });
  if (more) to.append(make("small", more));
  li.append(to);
  return li;
}

function describe(id) {
  const panel = $("panel");
  $("said").textContent = id === null ? "" : titleOf(id);
  panel.hidden = id === null;
  if (id === null) return;
  if (narrow.matches) only("panel");
  const node = info(id), look = make("p");
  look.append(swatch(data.looks[node.look]), make("span", node.says || data.looks[node.look].name));
  const heading = make("h2", node.label);
  heading.tabIndex = -1;
  panel.replaceChildren(
    button("Close", () => { choose(null); $("graph").focus(); }, "close"),
    heading, look,
    ...(node.definition ? [make("p", node.definition)] : []),
    table(node, look.textContent),
    ...sources(node),
    ...others(id),
    ...neighbors("What leads to it", id, "t", "s"),
    ...neighbors("What it leads to", id, "s", "t"),
    ...members(node),
    button("Only this node and its neighbors", () => { narrowTo(id); }, "only"),
  );
  panel.scrollTop = 0;
}

function table(node, said) {
  const rows = make("dl"), add = (name, value) => {
    const dd = make("dd");
    dd.append(value);
    rows.append(make("dt", name), dd);
  };
  for (const [name, value] of node.rows) if (value !== said) add(name, value);
  if (node.term) add("term", anchor(node.term));
  return rows;
}

function anchor(address) {
  // A link is followed by the reader only; the page itself loads nothing.
  const a = make("a", address.replace(/^https?:\/\//, ""));
  a.href = address;
  a.target = "_blank";
  a.rel = "noopener noreferrer";
  return a;
}

function sources(node) {
  const lines = (node.sources || "").split("\n").filter(Boolean);
  if (!lines.length) return [];
  const ul = make("ul", "", "sources");
  for (const line of lines) {
    const li = make("li");
    li.append(...line.split(/(https?:\/\/\S+)/).map((text, n) => n % 2 ? anchor(text) : text));
    ul.append(li);
  }
  return [make("h3", lines.length === 1 ? "1 source" : `${lines.length} sources`), ul];
}

function others(id) {
  // The same statement at another tumor.
  const { statement } = nodes[id], same = nodes.map((_, n) => n).filter((n) => n !== id && statement && nodes[n].statement === statement);
  return same.length ? [make("h3", "The same statement elsewhere"), listOf(same.map((n) => item(n)))] : [];
}

function listOf(items) {
  const ul = make("ul");
  ul.append(...items);
  return ul;
}

function neighbors(words, id, own, other) {
  const links = scene().links.filter((link) => link[own] === id);
  if (!links.length) return [];
  const byKind = Map.groupBy ? Map.groupBy(links, (link) => link.k) : links.reduce(
    (kinds, link) => kinds.set(link.k, [...(kinds.get(link.k) || []), link]), new Map());
  const parts = [make("h3", words)];
  for (const [kind, same] of byKind) {
    // A link that replaces several has their number after its kind.
    const named = ({ label, caption }) => caption || (label === kind ? "" : label.startsWith(`${kind} (`) ? `${label.slice(kind.length + 2, -1)} times` : label);
    const more = (link) => [named(link), link.says].filter(Boolean).join(" · ");
    parts.push(make("h4", kind), listOf(same.map((link) => item(link[other], more(link)))));
  }
  return parts;
}

function members(node) {
  // A page of the folded drawing alone has their number only.
  if (!node.holds) return [];
  return [make("h3", `It contains ${node.holds}`), ...(node.members ? [listOf(node.members.map((id) => item(id)))] : [])];
}

// -- the label at the pointer ------------------------------------------------------------
function tip(lines, at) {
  const box = $("tip"), [first, ...rest] = lines;
  box.hidden = !first;
  if (!first) return;
  box.replaceChildren(first, ...rest.filter(Boolean).map((line) => make("small", line)));
  const { clientWidth, clientHeight } = $("stage");
  box.style.left = `${Math.max(4, Math.min(at.x + 14, clientWidth - box.offsetWidth - 6))}px`;
  const below = at.y + 18;
  box.style.top = `${below + box.offsetHeight > clientHeight - 4 ? at.y - box.offsetHeight - 10 : below}px`;
}

function hover(target, at) {
  cy.elements(".hot").removeClass("hot");
  if (target?.isNode()) {
    const id = target.data("node"), look = data.looks[info(id).look].name;
    target.addClass("hot");
    target.connectedEdges().addClass("hot");
    tip([info(id).label, info(id).says || look], at);
  } else if (target) {
    const link = scene().links[target.data("link")];
    target.addClass("hot");
    tip([link.caption || link.label, `${info(link.s).label} → ${info(link.t).label}`, link.says], at);
  } else {
    tip([]);
  }
  state.hovered = target || null;
  repaint();
}
