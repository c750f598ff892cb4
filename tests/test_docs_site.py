"""Build the documentation site, and check that it is complete by itself.

The site may *mention* other hosts: in the text of a page, and in a link that an author wrote
(``<a href>`` to a reference or a specification). It may not *load* from them, and nothing that
the generator adds may name one. So these may not name a host:

* each attribute that makes a browser load or send something, on every element except ``a``;
* scripts and styles, inside a page or in a file of their own, except for XML namespaces and
  for comments. The search index is left out: it is the text of the pages. The pictures are
  left out as well: their scripts contain the text of the ontology, and their security policy
  (``default-src 'none'``), which another test checks, forbids to load anything.

A link to another host must be one that a source file contains.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from house_files import MODULES, ROOT

import netkg
from netkg.docs.knowledge import Knowledge

pytestmark = pytest.mark.slow

# With a scheme, or without one at the beginning of a text or an address.
OTHER_HOST = re.compile(
    r"""(?:(?:https?|ftp|wss?):|(?<=["'`(\s,])|^)//[\w.-]+\.[a-z]{2,}[^\s"'`)]*""", re.IGNORECASE
)
NAMESPACE = re.compile(r"http://www\.w3\.org/(?:1999/xlink|1999/xhtml|2000/svg|[\w/]*namespace)")
# The theme writes the markup of its icons into styles, with escapes.
COMMENT = re.compile(r"/\*.*?\*/|^//[^\n]*|(?:<|\\3c )!--.*?--", re.DOTALL | re.MULTILINE)
ATTRIBUTES = {"action", "content", "data", "formaction", "href", "ping", "poster", "src", "srcset"}
SOURCES = [*ROOT.glob("*.md"), *ROOT.glob("*/*.md"), *ROOT.glob("docs/site/**/*.md"), *MODULES]


def build(config: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "-f", str(config), "-d", str(folder)],
        cwd=ROOT,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("material", reason="MkDocs Material is not installed")
    folder = tmp_path_factory.mktemp("site")
    done = build(ROOT / "mkdocs.yml", folder)
    assert done.returncode == 0, done.stderr
    return folder


def test_the_vendored_script_is_the_one_that_was_published() -> None:
    # iframe-worker 1.0.4, as in its package; it lets the search run in a file.
    script = (ROOT / "docs" / "site" / "assets" / "iframe-worker.js").read_bytes()
    assert hashlib.sha256(script).hexdigest() == (
        "e8e412dbcfea9b7e31b5ffa288d7b6035915e714c542f4176a0cdbe262fc9609"
    )
    license_ = (ROOT / "docs" / "site" / "assets" / "iframe-worker.LICENSE").read_text("utf-8")
    assert "Permission is hereby granted, free of charge" in license_


# -- nothing from another host ------------------------------------------------------------
def named(text: str) -> list[str]:
    """List the addresses of other hosts in a script or a style."""
    return OTHER_HOST.findall(NAMESPACE.sub("", COMMENT.sub("", text)))


class Page(HTMLParser):
    """One page, with what it loads and where its links lead."""

    def __init__(self, text: str, *, scripts: bool = True) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.links: list[str] = []
        self._code = False
        self._scripts = scripts
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._code = tag in ("script", "style")
        for name, value in attrs:
            if tag == "a" and name == "href":
                self.links += OTHER_HOST.findall(value or "")
            elif name in ATTRIBUTES or name == "style" or name.startswith("on"):
                self.loads += OTHER_HOST.findall(value or "")

    def handle_endtag(self, tag: str) -> None:
        self._code &= tag not in ("script", "style")

    def handle_data(self, data: str) -> None:
        if self._code and self._scripts:
            self.loads += named(data)


def loaded(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield each file of a site that names another host, and the address."""
    for path in sorted(folder.rglob("*")):
        place = path.relative_to(folder).as_posix()
        if path.suffix == ".html":
            page = Page(path.read_text("utf-8"), scripts=not place.startswith("pictures/"))
            yield from ((place, address) for address in page.loads)
        elif path.suffix in (".css", ".js", ".svg") and not place.startswith("search/"):
            text = path.read_text("utf-8")
            if path.suffix == ".svg":
                text = " ".join(re.findall(r"(?:href|src|style)=\"[^\"]*\"", text))
            yield from ((place, address) for address in named(text))
        elif path.suffix in (".map", ".woff", ".woff2"):
            yield place, "not needed"


def test_no_page_loads_from_another_host(site: Path) -> None:
    assert list(loaded(site)) == []


@pytest.mark.parametrize(
    "markup",
    [
        '<script src="https://example.org/x.js"></script>',
        '<script>fetch("//example.org/x")</script>',
        '<link rel="preload" href="https://example.org/x.woff2">',
        '<img src="//example.org/x.png">',
        "<style>@import url(https://example.org/css);</style>",
        '<p style="background: url(https://example.org/x.png)"></p>',
        '<meta http-equiv="refresh" content="0; url=https://example.org/">',
    ],
)
def test_what_loads_from_another_host_is_found(markup: str, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text(f"<html><body>{markup}</body></html>")
    assert len(list(loaded(tmp_path))) == 1


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("x.css", "a { background: url(https://example.org/x.png) }"),
        ("x.js", 'import("https://example.org/x.js")'),
    ],
)
def test_a_file_that_loads_from_another_host_is_found(name: str, text: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text)
    assert len(list(loaded(tmp_path))) == 1


def test_text_and_links_may_name_other_hosts(tmp_path: Path) -> None:
    text = '<p>https://w3id.org/netkg/ns#Tumor <a href="https://doi.org/10.1/x">10.1/x</a></p>'
    (tmp_path / "index.html").write_text(text)
    assert list(loaded(tmp_path)) == []


def test_links_to_other_hosts_are_those_of_the_sources(site: Path) -> None:
    known = "\n".join(path.read_text("utf-8") for path in SOURCES)
    for path in site.rglob("*.html"):
        for link in Page(path.read_text("utf-8")).links:
            assert link.rstrip("/") in known, f"{path.relative_to(site)}: {link}"


# -- complete -----------------------------------------------------------------------------
def test_each_page_says_what_it_is_not_for_and_how_it_is_licensed(site: Path) -> None:
    pages = [path for path in site.rglob("*.html") if "pictures/" not in path.as_posix()]
    assert len(pages) > 900
    for path in pages:
        footer = path.read_text("utf-8").split("<footer", 1)[1]
        assert "For education only, not a medical device." in footer, path
        assert "CC BY 4.0" in footer, path


def test_every_term_has_a_page_and_an_anchor(site: Path, knowledge: Knowledge) -> None:
    terms = (site / "reference" / "terms.html").read_text("utf-8")
    for term, page in knowledge.homes.items():
        name = term.value.rpartition("#")[2]
        assert (site / "reference" / page).with_suffix(".html").is_file()
        if name in page:
            assert f'id="{name.rpartition("/")[2]}"' in terms


def test_the_commands_and_the_functions_are_described(site: Path) -> None:
    commands = (site / "reference" / "cli.html").read_text("utf-8")
    for name in ("derive", "explain", "query", "docs", "--as-of", "--queries"):
        assert name in commands
    functions = (site / "reference" / "api.html").read_text("utf-8")
    for name in (*netkg.__all__, "Plan.to_dict"):
        assert f'id="netkg.{name}"' in functions, name
    assert "&gt;&gt;&gt;" in functions, "no example is code"
    assert "<blockquote>" not in functions, "an example is read as Markdown"
    assert ":func:" not in functions


def test_each_json_schema_is_published_and_listed(site: Path) -> None:
    schemas = netkg.json_schemas()
    listed = (site / "reference" / "schemas.html").read_text("utf-8")
    assert {path.stem for path in (site / "schemas").iterdir()} == schemas.keys()
    for name, schema in schemas.items():
        assert json.loads((site / "schemas" / f"{name}.json").read_text("utf-8")) == schema
        assert f'href="../schemas/{name}.json"' in listed, name


def test_a_broken_link_stops_the_build(tmp_path: Path) -> None:
    pytest.importorskip("material", reason="MkDocs Material is not installed")
    config = tmp_path / "mkdocs.yml"
    text = (ROOT / "mkdocs.yml").read_text("utf-8").partition("\nnav:")[0]
    text = text.replace("hooks:\n  - docs/hooks.py\n", "").replace("docs/site", "pages")
    config.write_text(text)
    (tmp_path / "pages" / "assets").mkdir(parents=True)
    page = tmp_path / "pages" / "index.md"
    page.write_text("# Page\n\n[here](#page)\n")
    assert build(config, tmp_path / "site").returncode == 0
    for target in ("gone.md", "index.md#gone", "#gone", "/index.html", "folder/"):
        page.write_text(f"# Page\n\n[there]({target})\n")
        done = build(config, tmp_path / "site")
        assert done.returncode == 1, target
        assert "strict mode" in done.stdout + done.stderr


# -- in a browser -------------------------------------------------------------------------
@pytest.mark.parametrize("width", [390, 1280])
def test_pages_fit_and_load_nothing(width: int, site: Path, browser: Any) -> None:
    page = browser.new_page(viewport={"width": width, "height": 844})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for place in (
        "index.html",
        "pictures.html",
        "reference/cli.html",
        "reference/fields.html",
        "reference/queries/cq01.html",
        "reference/shapes.html",
        "reference/statements.html",
        "reference/terms/TX-08.html",
        "reference/terms/TumorResection.html",
    ):
        page.goto((site / place).as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") == width, place
    assert {urlsplit(url).scheme for url in asked} <= {"file", "data", "blob", "about"}
    page.close()


def test_search_works_without_a_server(site: Path, browser: Any) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto((site / "reference" / "terms" / "TX-08.html").as_uri())
    page.locator("input[name=query]").fill("cholecystectomy")
    result = page.locator(".md-search-result__link").first
    result.wait_for()
    result.click()
    page.wait_for_load_state()
    assert "holecystectomy" in page.locator("h1").inner_text()
    page.close()
