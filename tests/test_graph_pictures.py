"""Show pictures in a browser, and compare what is seen with what is drawn."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import networkx as nx
import pytest
from conftest import Run
from graph_drawings import AS_OF, KEYS

from netkg.case.loading import load_case
from netkg.graph import VIEWS, Drawing, GraphError, draw, write
from netkg.graph.formats import canvas
from netkg.graph.layout.looks import Look, look
from netkg.plan.engine import Engine

pytestmark = pytest.mark.many

# A timeline is not a graph.
GRAPHS = [name for name in VIEWS if name != "timeline"]
ROOT = Path(__file__).resolve().parent.parent
SVG = "{http:" + "//www.w3.org/2000/svg}"
COMMITTED = sorted(ROOT.glob("docs/**/*.svg"))
# What one color may be in one view.
MEANINGS = (
    {"due", "to do"},
    {"planned", "scheduled", "action planned", "treatment planned"},
    {"done", "action done", "treatment given"},
    {"tried", "declined", "treatment declined"},
    {"superseded", "closed"},
    {"does not apply", "not asked for"},
    {"undetermined", "question", "information"},
    {"caution", "gap in the guideline"},
    {"fact in the case", "looked for, not found", "derived fact", "measurement"},
    {"case", "tumor", "metastasis", "group"},
    {"record", "field", "derived property"},
)
# Where things are, in the pixels of the window: the picture, and all that is painted on it.
PLACES = """() => {
    const root = document.documentElement, painted = root.querySelector(".picture");
    const shown = (element) => {
        const { x, y, width, height } = element.getBoundingClientRect();
        return [x, y, x + width, y + height];
    };
    const texts = (element) => [...element.querySelectorAll("text")].map(shown);
    return {
        picture: shown(root),
        painted: shown(painted),
        texts: texts(painted),
        boxes: [...painted.querySelectorAll(".node")].map((node) => ({
            box: shown(node.querySelector("path, rect")),
            texts: texts(node),
        })),
    };
}"""


each = pytest.mark.parametrize("key", KEYS)


def svg(drawing: Drawing, *, whole: bool = False) -> str:
    return str(write(drawing.whole if whole else drawing.shown, "svg"))


# -- the file -----------------------------------------------------------------------------------
@each
def test_an_svg_has_every_node_and_edge(drawings: dict[str, Drawing], key: str) -> None:
    graph = drawings[key].shown
    root = ElementTree.fromstring(svg(drawings[key]))
    classes = [element.get("class", "").split() for element in root.iter(f"{SVG}g")]
    assert sum("node" in names for names in classes) == len(graph)
    assert sum("edge" in names for names in classes) == graph.number_of_edges()
    words = " ".join("".join(element.itertext()) for element in root.iter(f"{SVG}text"))
    shown = " ".join(words.split())
    for mark in ("guidelineVersion", "reviewStatus", "disclaimer"):
        assert graph.graph[mark] in shown
    for _, data in graph.nodes(data=True):
        assert data["label"].split()[0][:8] in shown
    assert {element.tag for element in root.iter()} <= {
        f"{SVG}{name}" for name in ("svg", "title", "desc", "style", "g", "rect", "path", "text")
    }


@each
def test_an_svg_has_no_resolution(drawings: dict[str, Drawing], key: str) -> None:
    root = ElementTree.fromstring(svg(drawings[key]))
    assert root.get("viewBox") == f"0 0 {root.get('width')} {root.get('height')}"
    assert not any(element.get("transform") for element in root.iter())


@pytest.mark.parametrize("key", GRAPHS)
def test_the_text_of_a_default_picture_can_be_read(drawings: dict[str, Drawing], key: str) -> None:
    root = ElementTree.fromstring(svg(drawings[key]))
    scale = min(1280 / float(root.get("width", "0")), 1.0)
    sizes = {float(element.get("font-size", "0")) for element in root.iter(f"{SVG}text")}
    assert min(sizes) * scale >= 10.8


@pytest.mark.many
@each
def test_png(drawings: dict[str, Drawing], key: str) -> None:
    body = write(drawings[key].shown, "png")
    assert isinstance(body, bytes)
    assert body[:8] == b"\x89PNG\r\n\x1a\n"
    root = ElementTree.fromstring(svg(drawings[key]))
    size = struct.unpack(">II", body[16:24])
    assert size == (2 * int(root.get("width", "")), 2 * int(root.get("height", "")))
    data = b"".join(
        body[place + 8 : place + 8 + struct.unpack(">I", body[place : place + 4])[0]]
        for place in (found.start() - 4 for found in re.finditer(b"IDAT", body))
    )
    assert len(zlib.decompress(data)) > size[0] * size[1]


def test_a_png_of_a_very_large_picture_has_fewer_pixels() -> None:
    picture = canvas.Canvas(20_000, 12_000, title="large", description="")
    width, height = struct.unpack(">II", picture.png()[16:24])
    assert width * height <= 61_000_000


def test_without_a_font_a_message_says_what_to_do(
    drawings: dict[str, Drawing], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert canvas._has_fonts()
    monkeypatch.setattr(canvas, "_has_fonts", lambda: False)
    with pytest.raises(GraphError, match=r"needs a font.*fonts-dejavu-core.*svg or html"):
        write(drawings["guideline"].shown, "png")


# -- colors -------------------------------------------------------------------------------------
def looks_of(graphs: list[nx.MultiDiGraph]) -> list[Look]:
    return list({look(data).plain for graph in graphs for _, data in graph.nodes(data=True)})


def same(one: Look, other: Look) -> bool:
    return one.name == other.name or any({one.name, other.name} <= names for names in MEANINGS)


def test_a_color_means_one_thing_in_a_view(engine: Engine, drawings: dict[str, Drawing]) -> None:
    graphs: dict[str, list[nx.MultiDiGraph]] = {view: [] for view in GRAPHS}
    for drawing in drawings.values():
        graphs[drawing.whole.graph["view"]].append(drawing.whole)
    for path in sorted((ROOT / "examples").glob("*.json")):
        case = load_case(str(path), schema=engine.schema)
        for view in ("case", "plan"):
            graphs[view].append(draw(engine, view, case=case, as_of=AS_OF).whole)
    for view, found in graphs.items():
        for one, other in combinations(looks_of(found), 2):
            colors = [(entry.fill, entry.border) for entry in (one, other)]
            assert same(one, other) or colors[0] != colors[1], (view, one.name, other.name)


# -- in a browser ---------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def window(browser: Any) -> Iterator[Any]:
    page = browser.new_page()
    yield page
    page.close()


def inside(inner: list[float], outer: list[float], room: float = 0.6) -> bool:
    return (
        inner[0] >= outer[0] - room
        and inner[1] >= outer[1] - room
        and inner[2] <= outer[2] + room
        and inner[3] <= outer[3] + room
    )


def seen(window: Any, path: Path) -> dict[str, Any]:
    """Open a picture in a window of its size, and return where everything is."""
    root = ElementTree.fromstring(path.read_text(encoding="utf-8"))
    width, height = (int(root.get(side, "0")) for side in ("width", "height"))
    window.set_viewport_size({"width": width, "height": height})
    window.goto(path.as_uri())
    places: dict[str, Any] = window.evaluate(PLACES)
    assert places["picture"] == pytest.approx([0, 0, width, height], abs=0.6)
    return places


@pytest.mark.parametrize("key", [*KEYS, "whole guideline", *(path.name for path in COMMITTED)])
def test_a_browser_shows_the_whole_drawing(
    window: Any, drawings: dict[str, Drawing], tmp_path: Path, key: str
) -> None:
    path = next((path for path in COMMITTED if path.name == key), tmp_path / "picture.svg")
    if path not in COMMITTED:
        whole = key.startswith("whole")
        path.write_text(svg(drawings[key.split()[-1] if whole else key], whole=whole), "utf-8")
    places = seen(window, path)
    assert places["painted"] == pytest.approx(places["picture"], abs=0.6)
    assert places["texts"]
    for text in places["texts"]:
        assert inside(text, places["picture"])
    # What is lowest and what is widest ends near the edge: the picture is not part of an empty one.
    assert max(text[3] for text in places["texts"]) > places["picture"][3] - 40
    for node in places["boxes"]:
        for text in node["texts"]:
            assert inside(text, node["box"], 3)


def test_every_committed_picture_is_the_one_of_its_command(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    guide = (ROOT / "docs" / "graphs.md").read_text(encoding="utf-8")
    commands = dict(re.findall(r"^\$ netkg (graph .*--out (\w+\.svg))$", guide, re.MULTILINE))
    by_name = {name: command for command, name in commands.items()}
    monkeypatch.chdir(ROOT)
    assert {path.name for path in COMMITTED} >= {"model.svg", "plan.svg", "timeline.svg"}
    for path in COMMITTED:
        made = tmp_path / path.name
        command = by_name[path.name].replace(f"--out {path.name}", f"--out {made}")
        status, _, _ = run(*command.split())
        assert status == 0
        assert made.read_text("utf-8") == path.read_text("utf-8"), f"make it again: {command}"


def test_a_dark_screen_gets_a_dark_picture(
    window: Any, drawings: dict[str, Drawing], tmp_path: Path
) -> None:
    path = tmp_path / "picture.svg"
    path.write_text(svg(drawings["plan"]), "utf-8")
    window.set_viewport_size({"width": 200, "height": 40})
    shots = {}
    for scheme in ("light", "dark"):
        window.emulate_media(color_scheme=scheme)
        window.goto(path.as_uri())
        shots[scheme] = corner(window.screenshot())
    window.emulate_media(color_scheme="light")
    assert shots["light"] == (255, 255, 255)
    assert max(shots["dark"]) < 60


def corner(png: bytes) -> tuple[int, ...]:
    """Return the color of the first pixel."""
    start = png.index(b"IDAT")
    (size,) = struct.unpack(">I", png[start - 4 : start])
    data = zlib.decompressobj().decompress(png[start + 4 : start + 4 + size], 4)
    return tuple(data[1:4])
