"""Open the page of a graph in a browser, and use it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

import netkg.graph
from netkg.case.loading import load_case
from netkg.graph import Drawing, draw, write
from netkg.graph.formats.html import LIBRARY_SHA256, LIBRARY_VERSION
from netkg.plan.engine import Engine

ROOT = Path(__file__).resolve().parent.parent
ASSETS = Path(netkg.graph.__file__).parent / "formats" / "assets"
AS_OF = date(2026, 3, 31)
NASTY = "</script ><img src=x onerror=alert(1)><!-- <script @@DATA@@"


def drawn(engine: Engine, name: str, path: Path | None = None) -> Drawing:
    case = load_case(str(path), schema=engine.schema) if path else None
    return draw(engine, name, case=case, as_of=AS_OF)


@pytest.fixture(scope="module")
def plan(engine: Engine) -> Drawing:
    return drawn(engine, "plan", ROOT / "examples/small-pancreatic-net.json")


def html(drawing: Drawing) -> str:
    body = write(drawing.shown, "html", whole=drawing.whole)
    assert isinstance(body, str)
    return body


# -- the file -----------------------------------------------------------------------------------
class Elements(HTMLParser):
    """List the elements of a page with their attributes, and the text of scripts."""

    def __init__(self, body: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self._open = False
        self.feed(body)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        self._open = tag == "script"

    def handle_endtag(self, tag: str) -> None:
        self._open &= tag != "script"

    def handle_data(self, data: str) -> None:
        if self._open:
            self.scripts.append(data)


def test_the_library_is_the_one_that_is_named() -> None:
    body = (ASSETS / "cytoscape.min.js").read_bytes()
    assert hashlib.sha256(body).hexdigest() == LIBRARY_SHA256
    assert f'"{LIBRARY_VERSION}"'.encode() in body
    assert b"</script" not in body.lower()
    assert b"<!--" not in body
    license = (ASSETS / "cytoscape.LICENSE").read_text(encoding="utf-8")
    assert "Permission is hereby granted, free of charge" in license


def test_the_page_refers_to_nothing_outside(plan: Drawing) -> None:
    page = Elements(html(plan))
    assert not {"link", "img", "iframe", "object", "embed", "base"} & {tag for tag, _ in page.found}
    for tag, attributes in page.found:
        assert not {"src", "href", "srcset", "action"} & set(attributes), tag
        assert not any(name.startswith("on") for name in attributes), tag
    (policy,) = (a["content"] for t, a in page.found if t == "meta" and "http-equiv" in a)
    assert policy is not None
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe-inline" not in policy.split("style-src")[0]
    assert "unsafe-eval" not in policy


def test_names_cannot_become_markup(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "case.json"
    path.write_text(json.dumps({"id": NASTY, "tumors": [{"id": NASTY}]}), encoding="utf-8")
    for name in ("case", "plan"):
        page = Elements(html(drawn(engine, name, path)))
        assert len(page.scripts) == 3
        data = json.loads(page.scripts[0])
        assert NASTY in data["about"]["name"]
        assert "img" not in {tag for tag, _ in page.found}


def test_what_every_answer_carries_is_on_the_page(plan: Drawing) -> None:
    text = re.sub(r"<script.*?</script>", "", html(plan), flags=re.DOTALL)
    for mark in ("guidelineVersion", "reviewStatus", "disclaimer", "asOf"):
        assert plan.shown.graph[mark] in text


# -- in a browser ---------------------------------------------------------------------------------
class Opened:
    """An opened page, with its errors and its requests to the network."""

    def __init__(self, browser: Any, body: str, folder: Path) -> None:
        path = folder / "graph.html"
        path.write_text(body, encoding="utf-8")
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self.page = browser.new_page(viewport={"width": 1280, "height": 800})
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: self.complaints.append(dialog.message))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(path.as_uri())
        self.page.locator("#list button").first.wait_for(state="attached")

    def run(self, script: str, argument: object = None) -> Any:
        return self.page.evaluate(script, argument)

    def nodes(self) -> list[str]:
        keys: list[str] = self.run(
            "netkg.cy.nodes().map((n) => netkg.data.nodes[n.data('node')].key)"
        )
        return keys

    def edges(self) -> int:
        return int(self.run("netkg.cy.edges().length"))

    def click_node(self, key: str) -> None:
        place = self.run(
            """async (key) => {
                const number = netkg.data.nodes.findIndex((node) => node.key === key);
                const at = netkg.cy.getElementById(`n${number}`).renderedPosition();
                const stage = document.getElementById("graph");
                scrollTo(0, at.y + stage.getBoundingClientRect().top + scrollY - 400);
                // The page learns of the scrolling with its next frame.
                for (const _ of [1, 2]) await new Promise(requestAnimationFrame);
                const { left, top } = stage.getBoundingClientRect();
                return [at.x + left, at.y + top];
            }""",
            key,
        )
        self.page.mouse.click(*place)
        self.page.locator("#panel").wait_for()

    def panel(self) -> str:
        return str(self.page.inner_text("#panel"))


@pytest.fixture
def opened(browser: Any, plan: Drawing, tmp_path: Path) -> Iterator[Opened]:
    page = Opened(browser, html(plan), tmp_path)
    yield page
    assert page.complaints == []
    assert len(page.requests) == 1
    page.page.close()


@pytest.mark.slow
def test_the_page_draws_the_graph(opened: Opened, plan: Drawing) -> None:
    assert sorted(opened.nodes()) == sorted(plan.shown)
    assert opened.edges() == plan.shown.number_of_edges()
    opened.page.click("#whole")
    assert sorted(opened.nodes()) == sorted(plan.whole)
    assert opened.edges() == plan.whole.number_of_edges()
    opened.page.click("#whole")
    assert sorted(opened.nodes()) == sorted(plan.shown)


def test_labels_can_be_read_at_1280(opened: Opened) -> None:
    assert opened.run("netkg.cy.zoom() * 11.5") >= 11
    left, right = opened.run(
        "(() => { const b = netkg.cy.elements().renderedBoundingBox(); return [b.x1, b.x2]; })()"
    )
    assert left >= 0
    assert right <= 1280


def test_the_parts_of_the_plan_have_headings_in_the_gaps(opened: Opened, plan: Drawing) -> None:
    parts = list(dict.fromkeys(d["part"] for d in plan.shown.nodes.values() if "part" in d))
    assert opened.page.locator("#headings .part").all_inner_texts() == parts
    assert parts[:2] == ["Treatment now", "Depends on"]
    overlaps = opened.run(
        """(() => {
            const stage = document.getElementById("stage").getBoundingClientRect();
            return [...document.querySelectorAll("#headings .part")].filter((span) => {
                const a = span.getBoundingClientRect();
                return netkg.cy.nodes().some((node) => {
                    const b = node.renderedBoundingBox({ includeLabels: false });
                    return a.left - stage.left < b.x2 && a.right - stage.left > b.x1
                        && a.top + 3 - stage.top < b.y2 && a.bottom - 3 - stage.top > b.y1;
                });
            }).length;
        })()"""
    )
    assert overlaps == 0
    weights = opened.run(
        "netkg.cy.nodes().map((n) => [netkg.data.nodes[n.data('node')].treatment || false,"
        " n.style('font-weight') === 'bold'])"
    )
    assert {tuple(each) for each in weights} == {(True, True), (False, False)}


def test_a_click_describes_a_node(opened: Opened, plan: Drawing) -> None:
    opened.click_node("TX-06")
    said = opened.panel()
    assert plan.shown.nodes["TX-06"]["definition"] in said
    for part in ("TX-06 MRI surveillance", "Treatment/Localized/Conservative", "sources", "due"):
        assert part in said
    assert "speaks for: size class: below 20 mm" in said
    assert "supersedes: FU-01" in said
    near = set(
        opened.run(
            "netkg.cy.nodes().not('.far').map((n) => netkg.data.nodes[n.data('node')].label)"
        )
    )
    # The proof is lit down to the facts of the case.
    assert {"size class: below 20 mm", "latest diameter: 14 mm", "2025-07-15: 14 mm"} <= near
    assert "fit for surgery: yes" not in near
    opened.page.keyboard.press("Escape")
    assert opened.page.is_hidden("#panel")
    assert opened.run("netkg.cy.elements('.far').length") == 0


@pytest.mark.slow
def test_a_fold_lists_what_it_holds_and_opens(opened: Opened, plan: Drawing) -> None:
    opened.click_node("does not apply")
    assert "TX-19 peptide receptor radionuclide therapy" in opened.panel()
    opened.page.click("#panel >> text=TX-19 peptide")
    assert "TX-19" in opened.nodes()
    assert "TX-19 peptide" in opened.page.inner_text("#panel h2")
    opened.page.click("#panel >> text=Only this")
    nodes = set(opened.nodes())
    assert "TX-19" in nodes
    assert nodes == {"TX-19", *plan.whole.predecessors("TX-19"), *plan.whole.successors("TX-19")}
    opened.page.click("#back")
    assert len(opened.nodes()) == len(plan.whole)


def test_search_finds_what_is_folded_away_too(opened: Opened) -> None:
    opened.page.fill("#query", "everolimus")
    assert "TX-21 everolimus or sunitinib" in opened.page.inner_text("#hits")
    opened.page.fill("#query", "mri surveil")
    opened.page.keyboard.press("Enter")
    assert "TX-06" in opened.page.inner_text("#panel h2")
    opened.page.fill("#query", "no such thing")
    assert opened.page.inner_text("#hits") == "Nothing found."


def test_the_legend_filters(opened: Opened, plan: Drawing) -> None:
    due = {id_ for id_, data in plan.shown.nodes(data=True) if data.get("status") == "due"}
    button = opened.page.locator("#legend button", has_text=re.compile("^due$"))
    assert button.get_attribute("aria-pressed") == "true"
    button.click()
    assert set(opened.nodes()) == set(plan.shown) - due
    assert button.get_attribute("aria-pressed") == "false"
    button.click()
    assert set(opened.nodes()) == set(plan.shown)


def test_the_legend_has_the_looks_that_are_drawn(opened: Opened) -> None:
    drawn_looks = opened.run(
        "[...new Set(netkg.cy.nodes().map((n) => netkg.data.looks[n.data('look')].name))]"
    )
    legend = opened.page.locator("#legend button").all_inner_texts()
    assert set(drawn_looks) <= set(legend)
    assert len(legend) == len(set(legend))
    colors = opened.run(
        """netkg.cy.nodes().map((n) => [
            netkg.data.nodes[n.data('node')].status || '', n.style('background-color')])"""
    )
    by_status: dict[str, set[str]] = {}
    for status, color in colors:
        by_status.setdefault(status, set()).add(color)
    assert all(len(found) == 1 for status, found in by_status.items() if status)
    assert by_status["due"] != by_status["overdue"] != by_status["done"]


def test_the_keyboard_reaches_every_node(opened: Opened) -> None:
    opened.page.focus("#graph")
    opened.page.keyboard.press("ArrowRight")
    assert opened.page.is_visible("#panel")
    first = opened.page.inner_text("#panel h2")
    opened.page.keyboard.press("ArrowDown")
    second = opened.page.inner_text("#panel h2")
    assert second != first
    opened.page.keyboard.press("ArrowUp")
    assert opened.page.inner_text("#panel h2") == first
    opened.page.keyboard.press("ArrowRight")
    assert opened.page.inner_text("#panel h2") not in (first, second)
    listed = opened.page.locator("#list button")
    assert listed.count() == len(opened.nodes())


def test_every_curve_ends_at_its_nodes(opened: Opened) -> None:
    worst = opened.run(
        """Math.max(...netkg.cy.edges().map((edge) => {
            const a = edge.sourceEndpoint(), b = edge.targetEndpoint();
            const off = (point, node) => {
                const at = node.position(), dx = Math.abs(point.x - at.x) - node.data('w') / 2;
                return Math.max(Math.abs(dx), Math.abs(point.y - at.y) - node.data('h') / 2);
            };
            return Math.max(off(a, edge.source()), off(b, edge.target()));
        }))"""
    )
    assert worst < 6
    # The curves take the way that was laid out for them.
    astray = opened.run(
        """Math.max(...netkg.cy.edges().map((edge) => {
            const link = netkg.data.scenes.shown.links[Number(edge.id().slice(1))];
            const points = edge.controlPoints();
            return Math.max(...link.controls.map(([x, y], n) =>
                Math.hypot(points[n].x - x, points[n].y - y)));
        }))"""
    )
    assert astray < 3


@pytest.mark.parametrize("view", ["ontology", "guideline", "case"])
def test_the_other_views_are_drawn_too(
    browser: Any, engine: Engine, tmp_path: Path, view: str
) -> None:
    path = ROOT / "examples/men1-two-tumors.json" if view == "case" else None
    drawing = drawn(engine, view, path)
    page = Opened(browser, html(drawing), tmp_path)
    assert sorted(page.nodes()) == sorted(drawing.shown)
    assert page.complaints == []
    assert len(page.requests) == 1
    page.page.close()


def test_names_do_nothing_in_the_browser(browser: Any, engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "case.json"
    path.write_text(json.dumps({"id": NASTY, "tumors": [{"id": NASTY}]}), encoding="utf-8")
    drawing = drawn(engine, "plan", path)
    page = Opened(browser, html(drawing), tmp_path)
    assert page.page.inner_text("h1") == f"Plan of {NASTY}, as of 2026-03-31"
    page.page.fill("#query", "script")
    page.page.keyboard.press("Enter")
    assert NASTY in page.panel()
    assert page.run("document.querySelectorAll('img').length") == 0
    assert page.complaints == []
    page.page.close()
