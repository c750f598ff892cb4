"""Open the page of a graph in a browser, and use it."""

from __future__ import annotations

import hashlib
import json
import re
import struct
from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

import netkg.graph
from netkg.case.loading import load_case
from netkg.graph import Drawing, draw, write
from netkg.graph.formats.html import LIBRARY_SHA256, LIBRARY_VERSION
from netkg.graph.layout.looks import DASHES, HEAD, INK, PAPER
from netkg.graph.layout.text import CAPTION_SIZE, FONT, FONT_SIZE, LINE
from netkg.plan.engine import Engine

pytestmark = pytest.mark.many

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
        assert len(page.scripts) == 8
        data = json.loads(page.scripts[0])
        assert NASTY in data["about"]["name"]
        assert "img" not in {tag for tag, _ in page.found}


def test_what_every_answer_carries_is_on_the_page(plan: Drawing) -> None:
    text = re.sub(r"<script.*?</script>", "", html(plan), flags=re.DOTALL)
    for mark in ("guidelineVersion", "reviewStatus", "disclaimer", "asOf"):
        assert plan.shown.graph[mark] in text


# -- in a browser ---------------------------------------------------------------------------------
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


# A browser may render after any of the scripts, and move the pointer.
RENDER_EARLY = """
const seen = new MutationObserver((records) => {
    const added = records.flatMap((record) => [...record.addedNodes]);
    if (!added.some((node) => node.tagName === "SCRIPT") || typeof cy === "undefined") return;
    globalThis.early = (globalThis.early || 0) + 1;
    for (const type of ["render", "zoom", "mousemove"]) {
        cy.emit({ type, position: { x: 0, y: 0 } });
    }
});
seen.observe(document, { childList: true, subtree: true });
addEventListener("DOMContentLoaded", () => { seen.disconnect(); });
"""


class Opened:
    """An opened page, with its errors and its requests to the network."""

    def __init__(
        self, browser: Any, body: str, folder: Path, address: str = "", first: str = "", **how: Any
    ) -> None:
        path = folder / "graph.html"
        path.write_text(body, encoding="utf-8")
        self.complaints: list[str] = []
        self.requests: list[str] = []
        how = {"viewport": DESK, "reduced_motion": "reduce", **how}
        self.page = browser.new_page(**how)
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: self.complaints.append(dialog.message))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.add_init_script(first)
        self.page.goto(path.as_uri() + address)

    def close(self) -> None:
        """Close the page, after a look at what must not have happened in it."""
        assert self.complaints == []
        assert [url for url in self.requests if not url.startswith(("data:", "blob:"))] == [
            self.requests[0]
        ]
        self.page.close()

    def run(self, script: str, argument: object = None) -> Any:
        return self.page.evaluate(script, argument)

    def until(self, condition: str) -> None:
        """Wait for a condition; the page itself may evaluate no text."""
        self.run(
            f"async () => {{ while (!({condition})) await new Promise(requestAnimationFrame); }}"
        )

    def corner(self) -> tuple[float, float]:
        """Return the upper left corner of the stage."""
        box = self.page.locator("#stage").bounding_box()
        return box["x"], box["y"]

    def reset(self) -> None:
        """Show the folded drawing as at first."""
        self.run(
            """() => {
                Object.assign(state, { scene: "shown", part: null, chosen: null });
                state.off.clear();
                state.offLinks.clear();
                draw();
            }"""
        )

    def nodes(self) -> list[str]:
        """Return the keys of the nodes that are drawn."""
        keys: list[str] = self.run(
            "netkg.cy.nodes().not('.off').map((n) => netkg.data.nodes[n.data('node')].key)"
        )
        return keys

    def spots(self) -> dict[str, list[float]]:
        """Return the place of each node on the screen."""
        spots: dict[str, list[float]] = self.run(
            """Object.fromEntries(netkg.cy.nodes().map((n) => [
                netkg.data.nodes[n.data('node')].key,
                [n.renderedPosition().x, n.renderedPosition().y]]))"""
        )
        return spots

    def click_node(self, key: str) -> None:
        left, top = self.corner()
        x, y = self.spots()[key]
        self.page.mouse.click(x + left, y + top)
        self.page.locator("#panel").wait_for()

    def heading(self) -> str:
        return str(self.page.inner_text("#panel h2"))

    def panel(self) -> str:
        return str(self.page.inner_text("#panel"))

    def fits(self) -> bool:
        """Return whether all of the drawing and no scroll bar is in the window."""
        return bool(
            self.run(
                """() => {
                    const b = netkg.cy.elements().renderedBoundingBox(), s = $("stage");
                    const { scrollHeight, scrollWidth } = document.documentElement;
                    return b.x1 >= 0 && b.y1 >= 0 && b.x2 <= s.clientWidth && b.y2 <= s.clientHeight
                        && scrollHeight <= innerHeight && scrollWidth <= innerWidth;
                }"""
            )
        )


@pytest.fixture(scope="module")
def only(browser: Any, plan: Drawing, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """Yield one page of a plan for all tests that can put it back."""
    page = Opened(browser, html(plan), tmp_path_factory.mktemp("page"))
    yield page
    page.close()


@pytest.fixture
def opened(only: Opened) -> Opened:
    only.reset()
    return only


def test_the_page_draws_the_graph(opened: Opened, plan: Drawing) -> None:
    assert sorted(opened.nodes()) == sorted(plan.shown)
    assert opened.run("netkg.cy.edges().length") == plan.shown.number_of_edges()
    opened.page.click("#whole")
    assert sorted(opened.nodes()) == sorted(plan.whole)
    assert opened.run("netkg.cy.edges().length") == plan.whole.number_of_edges()
    # A node that contains others in the folded drawing has its own label here.
    assert opened.run("[...state.places.keys()].every((id) => info(id).label === nodes[id].label)")
    opened.page.click("#whole")
    assert sorted(opened.nodes()) == sorted(plan.shown)


# How many links reach beyond the frame of a picture to save.
CUT_LINKS = """(() => {
    const svg = picture(false);
    document.body.append(svg);
    const wide = svg.querySelector("svg").width.baseVal.value;
    const boxes = [...svg.querySelectorAll("svg path")].map((path) => path.getBBox());
    svg.remove();
    return boxes.filter(({ x, width }) => x < 1 || x + width > wide - 1).length;
})()"""


@pytest.mark.parametrize("view", ["plan", "ontology", "guideline", "case", "model"])
def test_the_whole_drawing_is_in_the_window(
    browser: Any, engine: Engine, tmp_path: Path, view: str
) -> None:
    path = ROOT / "examples/men1-two-tumors.json" if view in ("case", "plan") else None
    drawing = drawn(engine, view, path)
    dark = {"color_scheme": "dark"} if view == "plan" else {}
    page = Opened(browser, html(drawing), tmp_path, **dark)
    about = drawing.shown.graph
    for size in (DESK, PHONE):
        page.page.set_viewport_size(size)
        page.until("netkg.state.fitted && cy.width() === $('stage').clientWidth")
        page.run("$('legend').hidden = narrow.matches, state.scene = 'shown', draw()")
        assert page.fits(), size
        assert page.run(CUT_LINKS) == 0
        # The drawing has most of the window.
        assert page.run("$('stage').clientHeight / innerHeight") > 0.75
        footer = page.page.locator("footer p").first
        assert footer.is_visible()
        assert about["disclaimer"] in footer.inner_text()
        if "whole" in page.run("Object.keys(data.scenes)"):
            page.page.click("#whole")
            assert sorted(page.nodes()) == sorted(drawing.whole)
            assert page.fits(), size
    if view == "plan":
        lightness = """(name) => {
            const rgb = getComputedStyle(document.querySelector(name)).backgroundColor;
            return Math.max(...rgb.match(/\\d+/g).slice(0, 3).map(Number));
        }"""
        for place in ("html", "header", "#panel", "#legend", "#query", "#listing"):
            assert page.run(lightness, place) < 60, place
        assert "invert" in page.run("getComputedStyle($('drawing')).filter")
    page.close()


def test_text_is_as_large_as_can_be_read(opened: Opened) -> None:
    sizes = "linesInView(cy.zoom(), cy.pan(), 4000, 4000).map((line) => line.size)"
    assert min(opened.run(sizes)) >= 8
    opened.page.click("#whole")
    for zoom in (0.1, 0.2, 0.35, 0.5, 1.0):
        opened.run("(zoom) => { cy.viewport({ zoom, pan: { x: 60, y: 60 } }); }", zoom)
        assert min(opened.run(sizes)) >= 7
    # From far, statements have short names, and the parts have names of a constant size.
    opened.run("fit()")
    texts = opened.run("linesInView(cy.zoom(), cy.pan(), 4000, 4000).map((line) => line.text)")
    assert {"TX-06", "TX-07", "DX-11"} <= set(texts)
    parts = opened.page.locator("#headings .part")
    assert parts.first.inner_text() == "Treatment now"
    assert parts.first.evaluate("(span) => parseFloat(getComputedStyle(span).fontSize)") >= 10


def test_the_wheel_buttons_and_keys_zoom(opened: Opened) -> None:
    zoom = "cy.zoom()"
    page, first = opened.page, opened.run(zoom)
    left, top = opened.corner()
    x, y = opened.spots()["TX-06"]
    page.mouse.move(left + x, top + y)
    page.mouse.wheel(0, -240)
    opened.until(f"cy.zoom() > {first}")
    # The node at the pointer stays there.
    assert opened.spots()["TX-06"] == pytest.approx([x, y], abs=1)
    factor = """({ turns, ...how }) => {
        const { left, top } = $("stage").getBoundingClientRect(), before = cy.zoom();
        const at = { clientX: left + 300, clientY: top + 200, bubbles: true, cancelable: true };
        for (let n = 0; n < turns; n++) {
            $("graph").dispatchEvent(new WheelEvent("wheel", { ...at, ...how }));
        }
        return (cy.zoom() / before) ** (1 / turns);
    }"""
    opened.run("void cy.zoom(1)")
    for notch in ({"deltaY": -120}, {"deltaY": -100}, {"deltaY": -3, "deltaMode": 1}):
        assert 1.15 <= opened.run(factor, {"turns": 5, **notch}) <= 1.25
        assert 0.8 <= opened.run(factor, {"turns": 5, **notch, "deltaY": -notch["deltaY"]}) <= 0.87
    # A trackpad reports small steps, which add up; two fingers that pinch report less.
    assert opened.run(factor, {"turns": 40, "deltaY": -3}) ** 40 == pytest.approx(1.2, abs=0.05)
    assert 1.005 < opened.run(factor, {"turns": 5, "deltaY": -2, "ctrlKey": True}) < 1.05
    page.keyboard.press("f")
    assert opened.run(zoom) == pytest.approx(first)
    for more, less in (("#closer", "#farther"), ("+", "-")):
        for press in (more, less):
            page.click(press) if press.startswith("#") else page.keyboard.press(press)
            assert (opened.run(zoom) > first * 1.1) == (press == more)
    page.mouse.move(left + 30, top + 700)
    page.mouse.down()
    page.mouse.move(left + 90, top + 640, steps=4)
    page.mouse.up()
    assert opened.spots()["TX-06"] != pytest.approx([x, y], abs=20)
    page.click("#fit")
    assert opened.spots()["TX-06"] == pytest.approx([x, y], abs=1)


def test_the_parts_of_the_plan_have_headings_in_the_gaps(opened: Opened, plan: Drawing) -> None:
    parts = list(dict.fromkeys(d["part"] for d in plan.shown.nodes.values() if "part" in d))
    assert opened.page.locator("#headings .part").all_inner_texts() == parts
    assert parts[:2] == ["Treatment now", "Depends on"]
    overlaps = opened.run(
        """(() => {
            const stage = $("stage").getBoundingClientRect();
            return [...document.querySelectorAll("#headings span")].filter((span) => {
                const a = span.getBoundingClientRect();
                return cy.nodes().some((node) => {
                    const b = node.renderedBoundingBox({ includeLabels: false });
                    return a.left - stage.left < b.x2 && a.right - stage.left > b.x1
                        && a.top + 3 - stage.top < b.y2 && a.bottom - 3 - stage.top > b.y1;
                });
            }).length;
        })()"""
    )
    assert overlaps == 0
    bold = opened.run(
        "linesInView(1, { x: 0, y: 0 }, 9e9, 9e9).filter((l) => l.bold).map((l) => l.text)"
    )
    treatments = [d["label"] for d in plan.shown.nodes.values() if "treatment" in d]
    assert treatments
    for label in treatments:
        assert any(line.startswith(label.split()[0]) for line in bold), label


def test_a_click_describes_a_node(opened: Opened, plan: Drawing) -> None:
    opened.click_node("TX-06")
    said = opened.panel()
    data = plan.shown.nodes["TX-06"]
    assert data["definition"] in said
    for part in (
        "TX-06 MRI surveillance",
        "due by 2026-07-15",
        "Treatment / Localized tumors / Surveillance",
        "for each tumor",
        data["sources"],
        "last done 2025-07-15, due from",
    ):
        assert part in said, part
    assert re.search(r"speaks for\n(?:.*\n)*size class: below 20 mm\n", said)
    assert re.search(r"supersedes\n(?:.*\n)*FU-01 follow-up", said)
    assert not re.search(r"[a-z][A-Z][a-z]|[{}\[]\"|Localized/", said.replace("MRIScan", ""))
    link = opened.page.locator("#panel dl a")
    assert link.get_attribute("href") == data["iri"]
    assert "noopener" in link.get_attribute("rel")
    near = set(
        opened.run("cy.nodes().not('.far').map((n) => netkg.data.nodes[n.data('node')].label)")
    )
    # The proof is lit down to the facts of the case.
    assert {"size class: below 20 mm", "latest diameter: 14 mm", "2025-07-15: 14 mm"} <= near
    assert "fit for surgery" not in near
    assert opened.fits()
    opened.page.keyboard.press("Escape")
    assert opened.page.is_hidden("#panel")
    assert opened.run("cy.elements('.far').length") == 0


def test_every_node_is_described_in_words(engine: Engine, plan: Drawing, opened: Opened) -> None:
    names = {
        *engine.schema.fields,
        *(d["field"] for d in plan.whole.nodes.values() if "field" in d),
    }
    raw = {name for name in names if re.search("[A-Z]", name)}
    assert {"ki67Percent", "diseaseExtent"} <= raw
    rows = opened.run("nodes.map((node) => node.rows)")
    assert all(name and value and str(value).strip() for facts in rows for name, value in facts)
    said = {word for facts in rows for row in facts for text in row for word in text.split()}
    assert not said & raw
    assert {"section", "modality", "verdict", "kind"} <= {
        name for facts in rows for name, _ in facts
    }


def test_a_source_with_a_link_has_it_on_the_page(
    browser: Any, plan: Drawing, tmp_path: Path
) -> None:
    shown = plan.shown.copy()
    shown.nodes["TX-06"]["sources"] = "[1] A title https://doi.org/10.1000/182\n[2] javascript:x"
    page = Opened(browser, html(Drawing(shown, shown)), tmp_path, "#TX-06")
    assert "2 sources" in page.panel()
    (link,) = page.page.locator("#panel .sources a").all()
    assert link.get_attribute("href") == "https://doi.org/10.1000/182"
    page.close()


def test_a_fold_lists_what_it_contains_and_opens(opened: Opened, plan: Drawing) -> None:
    opened.click_node("does not apply")
    assert "TX-19 peptide receptor radionuclide therapy" in opened.panel()
    opened.page.click("#panel >> text=TX-19 peptide")
    assert "TX-19" in opened.nodes()
    assert "TX-19 peptide" in opened.heading()
    opened.page.click("#panel >> text=Only this")
    nodes = set(opened.nodes())
    assert nodes == {"TX-19", *plan.whole.predecessors("TX-19"), *plan.whole.successors("TX-19")}
    assert opened.page.locator("#headings .column").all_inner_texts()[-2:] == [
        "statement",
        "action",
    ]
    assert opened.fits()
    opened.page.click("#back")
    assert len(opened.nodes()) == len(plan.whole)


def test_the_way_back_from_a_part_is_to_what_was_shown_before(
    opened: Opened, plan: Drawing
) -> None:
    fold = next(
        id_ for id_, d in plan.shown.nodes(data=True) if "statements are done" in d["label"]
    )
    opened.run("void cy.viewport({ zoom: 0.9, pan: { x: 11, y: 22 } }), state.fitted = false")
    opened.click_node(fold)
    before = opened.run("({ zoom: cy.zoom(), pan: { ...cy.pan() } })")
    opened.page.click("#panel >> text=Only this")
    assert len(opened.nodes()) < len(plan.shown)
    # Not all is shown, so that the button is not pressed.
    assert opened.page.get_attribute("#whole", "aria-pressed") == "false"
    assert opened.page.inner_text("#count").startswith(f"{len(opened.nodes())} of ")
    # A part of the part does not change where the way back goes.
    opened.run("narrowTo(state.places.keys().next().value)")
    opened.page.click("#back")
    assert sorted(opened.nodes()) == sorted(plan.shown)
    assert opened.run("({ zoom: cy.zoom(), pan: { ...cy.pan() } })") == before
    assert opened.heading() == plan.shown.nodes[fold]["label"]
    opened.run("narrowTo(state.chosen)")
    opened.page.click("#whole")
    assert sorted(opened.nodes()) == sorted(plan.whole)
    assert opened.page.get_attribute("#whole", "aria-pressed") == "true"


def test_an_address_names_a_node(browser: Any, engine: Engine, tmp_path: Path) -> None:
    drawing = drawn(engine, "plan", ROOT / "examples/men1-two-tumors.json")
    page = Opened(browser, html(drawing), tmp_path, "#TX-06%20at%20duodenal")

    def goes_to(address: str, heading: str) -> None:
        page.run("(address) => { location.hash = address; }", address)
        page.page.locator("#panel h2", has_text=heading).wait_for()
        x, y = page.run("Object.values(element(state.chosen).renderedPosition())")
        area = page.run("free()")
        assert area["x1"] <= x <= area["x2"]
        assert area["y1"] <= y <= area["y2"]

    assert "duodenal" in page.panel()
    assert "pancreatic-tail" in page.page.inner_text("#panel h3:has-text('elsewhere') + ul")
    goes_to("TX-07", "TX-07 chromogranin A in surveillance")
    # Folded away, so the whole graph is opened.
    page.reset()
    assert "TX-19 at duodenal" not in page.nodes()
    goes_to("tx-19 AT duodenal", "TX-19 peptide receptor radionuclide therapy")
    goes_to("MRI scan", "MRI scan")
    assert page.page.url.endswith("#MRI%20scan")
    page.run("(key) => show(nodes.findIndex((node) => node.key === key))", "TX-02 at duodenal")
    assert page.page.url.endswith("#TX-02%20at%20duodenal")
    page.page.keyboard.press("Escape")
    assert "#" not in page.page.url
    page.run("() => { location.hash = 'TX-999'; }")
    page.page.locator("#note", has_text="No node has the id or label “TX-999”").wait_for()
    page.close()


def test_a_page_of_the_folded_drawing_alone_says_how_much_a_fold_contains(
    browser: Any, plan: Drawing, tmp_path: Path
) -> None:
    page = Opened(browser, str(write(plan.shown, "html")), tmp_path, "#does%20not%20apply")
    said = re.findall(r"It contains (\d+)", page.panel())
    assert said == [str(plan.shown.nodes["does not apply"]["holds"])]
    assert int(said[0]) > 10
    # The nodes themselves are not on this page.
    assert page.page.locator("#panel h3:has-text('It contains') + ul").count() == 0
    page.close()


def test_a_link_in_a_notebook_opens_a_page_that_works(
    browser: Any, plan: Drawing, tmp_path: Path
) -> None:
    target = tmp_path / "source.html"
    target.write_text("<body><script>document.body.append(self.origin)</script>", "utf-8")
    shown = plan.shown.copy()
    shown.nodes["TX-06"]["sources"] = "[1] A title https://doi.org/10.1000/182"
    page = Opened(browser, Drawing(shown, shown)._repr_html_(), tmp_path)
    page.page.context.route("https://doi.org/**", lambda route: route.fulfill(path=target))
    frame = page.page.frame_locator("iframe")
    frame.locator("#query").fill("TX-06")
    frame.locator("#query").press("Enter")
    with page.page.expect_popup() as opened:
        frame.locator("#panel .sources a").click()
    # In the sandbox, a page has no origin, so that its cookies and its storage fail.
    assert opened.value.inner_text("body") == "https://doi.org"
    opened.value.close()
    page.close()


def test_a_page_is_drawn_as_the_pictures_are(opened: Opened) -> None:
    assert opened.run("[FAMILY, FONT, CAPTION, LINE, INK, PAPER, HEAD]") == [
        *(FONT, FONT_SIZE, CAPTION_SIZE, LINE, INK, PAPER, HEAD)
    ]
    assert opened.run("DASHES") == {name: [*dashes] for name, dashes in DASHES.items()}
    opened.run("choose(state.places.keys().next().value)")
    assert opened.run("element(state.chosen).style('border-color')") == "rgb(0,90,140)"
    for name in ("page", "lines", "names", "details", "picture", "controls"):
        script = (ASSETS / f"{name}.js").read_text(encoding="utf-8")
        assert not re.findall(r"#[0-9a-f]{3,6}\b(?=[\"'])", script), name


def test_a_saved_picture_has_the_double_border_of_every_shape(opened: Opened) -> None:
    for shape in ("rectangle", "round-rectangle", "cut-rectangle"):
        borders = opened.run(
            """(shape) => outline({ ...data.looks[0], shape }, 0, 0, 90, 40, 1, true)
                .map((part) => [part.tagName, part.getAttribute("fill")])""",
            shape,
        )
        tag = "polygon" if shape == "cut-rectangle" else "rect"
        assert [found for found, _ in borders] == [tag, tag]
        assert borders[1][1] == "none"


def test_search_finds_what_is_folded_away_too(opened: Opened) -> None:
    opened.page.fill("#query", "everolimus")
    assert "TX-21 everolimus or sunitinib" in opened.page.inner_text("#hits")
    opened.page.fill("#query", "mri surveil")
    opened.page.keyboard.press("Enter")
    assert "TX-06" in opened.heading()
    opened.page.fill("#query", "no such thing")
    assert opened.page.inner_text("#hits") == "Nothing found."
    # All that is found is listed, with the number.
    opened.page.fill("#query", "a")
    shown = opened.page.locator("#hits button").count()
    assert shown > 60
    assert opened.page.locator("#hits .said").inner_text() == f"{shown} found"
    assert shown == opened.run("search().length")
    assert opened.run("$('hits').scrollHeight > $('hits').clientHeight")
    opened.page.fill("#query", "")


def test_the_legend_hides_and_nothing_moves(opened: Opened, plan: Drawing) -> None:
    due = {id_ for id_, data in plan.shown.nodes(data=True) if data.get("status") == "due"}
    due = {id_ for id_ in due if plan.shown.nodes[id_]["kind"] != "alert"}
    before, parts = opened.spots(), opened.page.locator("#headings span").all_inner_texts()
    button = opened.page.locator(
        "#legend button", has=opened.page.locator("span", has_text=re.compile("^due$"))
    )
    assert button.inner_text().split() == ["due", str(len(due))]
    assert button.get_attribute("aria-pressed") == "true"
    button.click()
    assert set(opened.nodes()) == set(plan.shown) - due
    assert button.get_attribute("aria-pressed") == "false"
    assert opened.spots() == before
    assert opened.page.locator("#headings span").all_inner_texts() == parts
    assert (
        opened.run("[...new Set(cy.edges().not('.off').connectedNodes('.off').map((n) => n.id()))]")
        == []
    )
    opened.page.click("#legend >> text=supersedes >> nth=0")
    assert opened.run("cy.edges('.off').some((e) => e.data('kind') === 'supersedes')")
    opened.page.click("#legend >> text=Show all entries")
    assert set(opened.nodes()) == set(plan.shown)
    assert opened.run("cy.elements('.off').length") == 0


def test_the_legend_has_what_is_drawn(opened: Opened) -> None:
    for scene in ("shown", "whole"):
        opened.run("(scene) => { state.scene = scene; draw(); }", scene)
        names = opened.run("[...new Set(cy.nodes().map((n) => data.looks[n.data('look')].name))]")
        kinds = opened.run("[...new Set(cy.edges().map((e) => edgeLook(e).entry))]")
        legend = opened.page.locator("#legend button.entry span").all_inner_texts()
        assert sorted(legend) == sorted([*names, *kinds])
    opened.run("narrowTo(nodes.findIndex((node) => node.key === 'TX-06'))")
    assert len(opened.page.locator("#legend button.entry").all()) < len(legend)
    colors = opened.run(
        "cy.nodes().map((n) => [data.looks[n.data('look')].name, n.style('background-color')])"
    )
    by_look: dict[str, set[str]] = {}
    for name, color in colors:
        by_look.setdefault(name, set()).add(color)
    assert all(len(found) == 1 for found in by_look.values())


def test_the_keyboard_reaches_every_node(opened: Opened) -> None:
    page = opened.page
    page.focus("#graph")
    page.keyboard.press("ArrowRight")
    assert page.is_visible("#panel")
    first = opened.heading()
    assert first in page.inner_text("#said")
    page.keyboard.press("ArrowDown")
    second = opened.heading()
    assert second != first
    page.keyboard.press("ArrowUp")
    assert opened.heading() == first
    page.keyboard.press("ArrowRight")
    assert opened.heading() not in (first, second)
    page.keyboard.press("Enter")
    assert opened.run("document.activeElement.tagName") == "H2"
    page.keyboard.press("Escape")
    assert opened.run("document.activeElement.id") == "graph"
    page.click("#list-button")
    assert page.locator("#list button").count() == len(opened.nodes())
    assert "statement" in page.locator("#list h3").all_inner_texts()
    page.click("#list >> text=TX-07")
    assert "TX-07" in opened.heading()
    page.click("#listing .close")
    assert page.is_hidden("#listing")
    # Escape closes what is open, and the focus goes to what opened it.
    page.keyboard.press("Escape")
    focused = "document.activeElement.id"
    for opener, closes, into in (
        ("#save", "#formats", "#formats button >> nth=1"),
        ("#list-button", "#listing", "#list button >> nth=1"),
    ):
        page.click(opener)
        page.focus(into)
        page.keyboard.press("Escape")
        assert page.is_hidden(closes)
        assert "#" + opened.run(focused) == opener
    page.fill("#query", "TX-0")
    page.keyboard.press("ArrowDown")
    assert opened.run("$('hits').contains(document.activeElement)")
    page.keyboard.press("Escape")
    assert page.is_hidden("#hits")
    assert opened.run(focused) == "query"
    page.fill("#query", "")
    page.focus("#graph")


def test_the_pointer_shows_labels_and_links(opened: Opened) -> None:
    opened.page.click("#whole")
    left, top = opened.corner()
    x, y = opened.spots()["TX-19"]
    opened.page.mouse.move(left + x, top + y)
    opened.page.locator("#tip", has_text="TX-19 peptide receptor radionuclide therapy").wait_for()
    assert opened.run("cy.edges('.hot').length") == opened.run("cy.nodes('.hot').degree()")
    widths = opened.run(
        "[cy.edges('.hot')[0], cy.edges().not('.hot')[0]].map((e) => strength(e, cy.zoom()))"
    )
    assert widths[0]["width"] > 1.5 * widths[1]["width"]
    assert widths[0]["opacity"] > 1.5 * widths[1]["opacity"]
    # A link that is pointed at names itself.
    x, y = opened.run(
        """(() => {
            // A curve passes the middle between two control points.
            const [[x1, y1], [x2, y2]] = element(nodes.findIndex((node) => node.key === "TX-19"))
                .outgoers("edge").data("way").controls;
            const { x, y } = cy.pan(), zoom = cy.zoom();
            return [(x1 + x2) / 2 * zoom + x, (y1 + y2) / 2 * zoom + y];
        })()"""
    )
    opened.page.mouse.move(left + x, top + y)
    opened.page.locator("#tip small", has_text="→").wait_for()
    opened.page.mouse.move(left + 5, top + 5)


def test_every_link_ends_at_its_nodes(opened: Opened) -> None:
    for scene in ("shown", "whole"):
        opened.run("(scene) => { state.scene = scene; draw(); }", scene)
        worst = opened.run(
            """Math.max(...cy.edges().map((edge) => {
                const { start, end } = edge.data("way");
                const off = ([x, y], node) => {
                    const at = node.position(), dx = Math.abs(x - at.x) - node.data("w") / 2;
                    return Math.max(Math.abs(dx), Math.abs(y - at.y) - node.data("h") / 2);
                };
                return Math.max(off(start, edge.source()), off(end, edge.target()));
            }))"""
        )
        assert worst < 1


def test_captions_are_next_to_their_links(opened: Opened) -> None:
    opened.run(
        """() => {
            const [link] = data.scenes.shown.links;
            Object.assign(link, { caption: "tumors 1..*", captionAt: [300, 40] });
            draw();
        }"""
    )
    line = opened.run(
        "linesInView(1, { x: 10, y: 20 }, 4000, 4000).find((line) => line.text === 'tumors 1..*')"
    )
    assert (line["x"], line["y"], line["align"]) == (310, 60, "right")
    assert "tumors 1..*" in opened.run("picture(false).textContent")
    opened.run("delete data.scenes.shown.links[0].caption")


def test_pictures_are_saved_with_all_that_explains_them(opened: Opened, plan: Drawing) -> None:
    page, about = opened.page, plan.shown.graph
    saved = {}
    for number, suffix in enumerate(("png", "png", "svg")):
        page.click("#save")
        with page.expect_download() as download:
            page.locator("#formats button").nth(number).click()
        assert download.value.suggested_filename == (
            f"plan-of-small-pancreatic-net-as-of-2026-03-31.{suffix}"
        )
        saved[number] = Path(download.value.path()).read_bytes()
    for number in (0, 1):
        assert saved[number][:8] == b"\x89PNG\r\n\x1a\n"
        width, height = struct.unpack(">II", saved[number][16:24])
        assert 2000 <= width <= 8192
        assert 1200 <= height <= 8192
    picture = ElementTree.fromstring(saved[2].decode("utf-8"))
    words = " ".join(text.text or "" for text in picture.findall(".//{*}text"))
    for mark in (
        about["name"],
        about["disclaimer"].split(".")[0],
        about["guidelineVersion"],
        *("derived", "statement", "action", "Treatment now"),
        *("overdue", "supersedes", "contains several", "TX-06 MRI surveillance"),
    ):
        assert mark in words, mark
    hidden = opened.page.locator("#legend button", has_text="overdue")
    hidden.click()
    words = opened.run("picture(false).textContent")
    assert "TX-07" not in words
    assert "overdue" not in words


# Which headings on the screen cover a node.
COVERS = """(() => {
    const { parts } = headingPlaces(cy.zoom(), cy.pan()), zoom = cy.zoom(), pan = cy.pan();
    const covers = (a) => [...state.places.values()].some(({ x, y, w, h }) =>
        a.x1 < (x + w / 2) * zoom + pan.x && a.x2 > (x - w / 2) * zoom + pan.x
        && a.y1 < (y + h / 2) * zoom + pan.y && a.y2 > (y - h / 2) * zoom + pan.y);
    return parts.filter((part) => part.shown && covers(extent(part))).map((part) => part.title);
})()"""
# Which names, each on one line, are larger than the node that they are in.
TOO_LARGE = """linesInView(cy.zoom(), cy.pan(), innerWidth, innerHeight).filter((line) => {
    const zoom = cy.zoom(), pan = cy.pan();
    return ![...state.places.values()].some(({ x, y, w, h }) =>
        Math.abs(x * zoom + pan.x - line.x) < 1
        && Math.abs(y * zoom + pan.y - line.y) < h * zoom / 2
        && widthOf(line.text, line.size, line.bold) <= w * zoom);
}).map((line) => line.text)"""


def test_a_small_screen_has_sheets(browser: Any, plan: Drawing, tmp_path: Path) -> None:
    page = Opened(browser, html(plan), tmp_path, viewport=PHONE, has_touch=True, is_mobile=True)
    assert page.fits()
    parts = page.page.locator("#headings .part:visible").all_inner_texts()
    assert parts[:2] == ["Treatment now", "Depends on"]
    assert page.run(COVERS) == []
    assert page.run(TOO_LARGE) == []
    # The legend has the room below the drawing, which is as large as without it.
    assert page.page.is_visible("#legend")
    assert page.run("$('legend').getBoundingClientRect().top > innerHeight * 0.4")
    assert page.run("$('legend').scrollWidth <= $('legend').clientWidth")
    assert page.run(
        """[...$("legend").querySelectorAll(".entry, .mark, h3")].every((each) => {
            const { left, right } = each.getBoundingClientRect();
            return left >= 0 && right <= innerWidth;
        })"""
    )
    links = page.page.locator("#legend >> text=supersedes")
    links.scroll_into_view_if_needed()
    assert links.bounding_box()["y"] > page.page.locator("#legend").bounding_box()["y"]
    zoom = page.run("cy.zoom()")
    assert page.run("cy.width() / (state.box.x2 - state.box.x1)") == pytest.approx(zoom, rel=0.06)
    # The buttons for the zoom are over no node, and under no sheet.
    assert page.run("$('zoom').getBoundingClientRect().top > $('stage').offsetTop + free().y2")
    page.page.tap("#closer")
    page.page.tap("#fit")
    assert page.run("cy.zoom()") == pytest.approx(zoom)
    _, top = page.corner()
    x, y = page.spots()["TX-06"]
    page.page.touchscreen.tap(x, y + top)
    page.page.locator("#panel h2", has_text="TX-06").wait_for()
    assert page.page.is_hidden("#legend")
    assert page.run("element(state.chosen).renderedPosition().y < free().y2")
    page.page.tap("#panel .close")
    assert page.page.is_hidden("#panel")
    page.page.tap("#legend-button")
    assert page.page.is_visible("#legend")
    page.page.focus("#legend button >> nth=0")
    page.page.keyboard.press("Escape")
    assert page.page.is_hidden("#legend")
    assert page.run("document.activeElement.id") == "legend-button"
    # All of a larger drawing needs the room.
    page.page.tap("#legend-button")
    page.page.tap("#whole")
    assert page.page.is_hidden("#legend")
    assert page.fits()
    assert page.run(COVERS) == []
    page.close()


def test_a_very_tall_drawing_begins_at_its_top(
    browser: Any, engine: Engine, tmp_path: Path
) -> None:
    example = json.loads((ROOT / "examples/small-pancreatic-net.json").read_text("utf-8"))
    (tumor,) = example["tumors"]
    tumors = [{**tumor, "id": f"tumor {number}"} for number in range(8)]
    events = [{k: v for k, v in e.items() if k != "target"} for e in example["events"]]
    path = tmp_path / "case.json"
    path.write_text(json.dumps({**example, "tumors": tumors, "events": events}), encoding="utf-8")
    page = Opened(browser, html(drawn(engine, "plan", path)), tmp_path)
    assert page.fits()
    page.page.click("#whole")
    corner = page.run(
        "[state.box.x1 * cy.zoom() + cy.pan().x, state.box.y1 * cy.zoom() + cy.pan().y]"
    )
    area = page.run("free()")
    assert corner == pytest.approx([area["x1"], area["y1"]], abs=2)
    assert page.run("(state.box.x2 - state.box.x1) * cy.zoom()") == pytest.approx(
        area["x2"] - area["x1"], abs=2
    )
    names = page.run("linesInView(cy.zoom(), cy.pan(), cy.width(), cy.height())")
    assert len(names) > 20
    assert min(line["size"] for line in names) >= 8
    # The name of the current part stays at the upper end, until the next one is there.
    stuck = page.run(
        """Array.from({ length: 60 }, () => {
            cy.panBy({ x: 0, y: -150 });
            paint();
            return [...document.querySelectorAll("#headings .stuck")]
                .filter((span) => span.checkVisibility()).map((span) => span.textContent);
        })"""
    )
    assert all(len(each) <= 1 for each in stuck)
    seen = list(dict.fromkeys(title for each in stuck for title in each))
    titles = page.run("state.parts.map(([, , title]) => title)")
    assert len(titles) > 4
    assert seen == titles[: len(seen)]
    assert len(seen) > 2
    # From far, each part has its name.
    page.page.click("#fit")
    assert page.fits()
    page.run("paint()")
    assert page.page.locator("#headings .part:visible").all_inner_texts() == titles
    assert page.run(COVERS) == []
    page.close()


def test_a_name_in_bold_is_that_of_a_treatment(opened: Opened) -> None:
    large = 0
    for scene in ("shown", "whole"):
        opened.run("(scene) => { state.scene = scene; draw(); }", scene)
        for zoom in (0.05, 0.15, 0.25, 0.5, 1):
            lines = opened.run(
                """(zoom) => linesInView(zoom, { x: 200, y: 200 }, 9e9, 9e9).map((line) => ({
                    bold: line.bold, halo: line.halo,
                    treatment: [...state.places.values()].some(({ bold, x, y, h }) => bold
                        && Math.abs(x * zoom + 200 - line.x) < 1
                        && Math.abs(y * zoom + 200 - line.y) <= h * zoom / 2),
                }))""",
                zoom,
            )
            assert any(line["bold"] for line in lines) or zoom < 0.2
            assert all(line["treatment"] for line in lines if line["bold"])
            large += sum(bool(line["halo"]) for line in lines)
    assert large > 0


def test_names_do_nothing_in_the_browser(browser: Any, engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "case.json"
    path.write_text(json.dumps({"id": NASTY, "tumors": [{"id": NASTY}]}), encoding="utf-8")
    drawing = drawn(engine, "plan", path)
    page = Opened(browser, html(drawing), tmp_path, first=RENDER_EARLY)
    assert page.page.inner_text("h1") == f"Plan of {NASTY}, as of 2026-03-31"
    assert page.run("early") >= 5
    page.page.fill("#query", "script")
    page.page.keyboard.press("Enter")
    assert NASTY in page.panel()
    assert page.run("picture(false).querySelectorAll('img, script').length") == 0
    assert page.run("document.querySelectorAll('img').length") == 0
    # A long title is cut, so that the page is as wide as the screen.
    page.page.set_viewport_size(PHONE)
    page.until("cy.width() === $('stage').clientWidth")
    assert page.run("$('stage').clientWidth") == PHONE["width"]
    assert page.page.locator("#save").bounding_box()["x"] < PHONE["width"] - 40
    page.close()
