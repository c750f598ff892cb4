"""What the tests share: one engine, the command line, the examples, samples of long batches."""

from __future__ import annotations

import io
import json
import math
import os
import random
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from graph_drawings import drawings_of
from house_files import MODULES, SHAPES
from rdflib import Graph

from netkg import cli
from netkg.api import default_engine
from netkg.docs.build import pages
from netkg.docs.knowledge import Knowledge
from netkg.graph import Drawing
from netkg.ontology.guideline import Catalogue
from netkg.ontology.schema import Schema
from netkg.plan.engine import BackendName, Engine

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"

SHARE_OF_SINGLES = 1 / 5
SHARE_OF_A_FILE = 1 / 4
# The share of batches with several items that a sample leaves out.
LEFT = 1 / 2

Run = Callable[..., tuple[int, str, str]]
Write = Callable[..., str]


# -- long batches --------------------------------------------------------------------------
def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("batches", "tests marked 'batch', which take minutes together")
    group.addoption(
        "--batch-share",
        type=float,
        default=1.0,
        metavar="SHARE",
        help="run this share of them, and of tests with many items (0.1: a tenth), chosen by the"
        " seed (default: all)",
    )
    group.addoption(
        "--batch-seed", default="0", metavar="SEED", help="what chooses the share (default: 0)"
    )


def pytest_report_header(config: pytest.Config) -> str | None:
    share, seed = config.getoption("--batch-share"), config.getoption("--batch-seed")
    return None if share == 1 else f"batches: a share of {share:g}, chosen by --batch-seed {seed}"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the chosen share of the tests that are batches, and of those in files with many.

    At least one item of each test with several is kept, and a part of the tests with one: a fifth
    of all batches, a quarter of each file. A test that takes minutes by itself is not kept, and the
    seed leaves out half of the batches with several items.
    """
    share = config.getoption("--batch-share")
    if share == 1:
        return
    by_test: dict[str, list[pytest.Item]] = {}
    dropped: list[pytest.Item] = []
    for item in items:
        if item.get_closest_marker("long"):
            dropped.append(item)
        elif item.get_closest_marker("batch") or item.get_closest_marker("many"):
            by_test.setdefault(item.nodeid.partition("[")[0], []).append(item)
    shares = dict.fromkeys(by_test, share)
    for name in sorted(name for name, found in by_test.items() if len(found) == 1):
        (item,) = by_test.pop(name)
        is_batch = bool(item.get_closest_marker("batch"))
        group = "singles" if is_batch else f"singles of {name.partition('::')[0]}"
        by_test.setdefault(group, []).append(item)
        shares[group] = max(share, SHARE_OF_SINGLES if is_batch else SHARE_OF_A_FILE)
    kept: set[pytest.Item] = set()
    for name, batch in sorted(by_test.items()):
        # The seed is a text, so that every worker chooses the same.
        chooser = random.Random(f"{config.getoption('--batch-seed')} {name}")
        is_batch = bool(batch[0].get_closest_marker("batch")) and name != "singles"
        if not (is_batch and chooser.random() < LEFT):
            kept.update(chooser.sample(batch, math.ceil(len(batch) * shares[name])))
    left = {item for batch in (*by_test.values(), dropped) for item in batch if item not in kept}
    config.hook.pytest_deselected(items=list(left))
    items[:] = [item for item in items if item not in left]


# -- compiled programs ---------------------------------------------------------------------
def pytest_configure() -> None:
    """Keep programs in a folder of the run, and not in that of the person who runs it.

    What is mutated is compiled for a moment only; workers share what they compile.
    """
    if "NETKG_CACHE" not in os.environ:
        os.environ["NETKG_CACHE"] = tempfile.mkdtemp(prefix="netkg-programs-")


# -- fixtures ------------------------------------------------------------------------------
@pytest.fixture(scope="session")
def engine() -> Engine:
    """Return the engine of the package's own ontology, loaded once per process."""
    return default_engine()


@pytest.fixture(scope="session")
def example() -> Callable[[str], Path]:
    """Return a function that gives the path of an example by its name."""
    return EXAMPLES.joinpath


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return a function that runs the command line in this process.

    It gives the exit status, what is on standard output and on standard error.
    The ontology of the package is loaded once for all of them, since loading
    takes longer than answering; one of the test's own is loaded as ever.
    """
    monkeypatch.setenv("COLUMNS", "80")
    load, shared = Engine.load, default_engine()

    def load_once(*, backend: BackendName = "compiled", **folders: Path | None) -> Engine:
        if backend == "compiled" and not any(folders.values()):
            return shared
        return load(backend=backend, **folders)

    monkeypatch.setattr(Engine, "load", load_once)

    def call(*argv: object, stdin: str | None = None) -> tuple[int, str, str]:
        if stdin is not None:
            monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        status = cli.main([str(word) for word in argv])
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err
        return status, captured.out, captured.err

    return call


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Return a function that writes a file of cases, or of text, and gives its path."""

    def write(content: object, name: str = "case.json") -> str:
        path = tmp_path / name
        path.write_text(
            content if isinstance(content, str) else json.dumps(content), encoding="utf-8"
        )
        return str(path)

    return write


# -- the files of the project --------------------------------------------------------------
@pytest.fixture(scope="session")
def graphs() -> dict[Path, Graph]:
    """Return the Turtle of ontology and shapes, file by file, as rdflib reads it."""
    return {path: Graph().parse(path) for path in [*MODULES, *SHAPES]}


@pytest.fixture(scope="session")
def ontology(graphs: dict[Path, Graph]) -> Graph:
    """Return the whole ontology as rdflib reads it."""
    whole = Graph()
    for path in MODULES:
        whole += graphs[path]
    return whole


@pytest.fixture(scope="session")
def schema(engine: Engine) -> Schema:
    """Return the ontology of the package as netkg reads it."""
    return engine.schema


@pytest.fixture(scope="session")
def catalogue(engine: Engine) -> Catalogue:
    """Return the statements and gaps of the package's ontology."""
    return engine.catalogue


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    """Return what the reference pages are written from."""
    return Knowledge()


@pytest.fixture(scope="session")
def made(knowledge: Knowledge) -> dict[str, str]:
    """Return the text of each reference page by its path."""
    return dict(pages(knowledge))


@pytest.fixture(scope="session")
def drawings(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Drawing]:
    """Return a drawing of each view, and of a case whose texts mean something in each format."""
    return drawings_of(engine, tmp_path_factory.mktemp("drawings"))


# -- a browser -------------------------------------------------------------------------------
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Return the Chromium of the system, driven by Playwright."""
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        pytest.skip("there is no Chromium here")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        yield browser
        browser.close()
