"""Hooks of MkDocs: the pages of the site that are not files of ``docs/site``.

Guides and data keep their places in the project, so that a link leads to the same file
in a checkout and on the site. The reference, the JSON Schemas and the pictures are
written when the site is built.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Final

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

import netkg
from netkg.docs.build import MARK, pages
from netkg.docs.catalogs import home, read_folders
from netkg.docs.knowledge import Knowledge
from netkg.graph.choices import OF_CASE, VIEWS
from netkg.graph.drawing import draw

ROOT: Final = Path(__file__).resolve().parent.parent
_PATTERNS: Final = (
    "*.md",
    "CITATION.cff",
    "LICENSE*",
    "benchmarks/*",
    "docs/*.md",
    "docs/*.svg",
    "docs/site/assets/*LICENSE",
    "examples/**/*",
    "netkg/graph/formats/assets/*LICENSE",
    "ontology/**/*",
    "queries/**/*.rq",
    "shapes/**/*.ttl",
)
# The forms of an output of a notebook, the one to show first.
_OUTPUTS: Final = ("text/html", "image/svg+xml", "text/plain")
# What the scripts of the theme would load for diagrams, for old browsers and for a repository,
# and a page that a warning names. The site has none of them and cannot load them by mistake.
_OTHER_HOSTS: Final = re.compile(r"https://(?:unpkg\.com|api\.github\.com|bit\.ly)[^\"'`]*")


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Add a page for each statement and each question to the navigation."""
    knowledge = Knowledge()
    below = {
        "Statements": [f"reference/terms/{row.id}.md" for row in knowledge.catalogue.statements],
        "Queries": [
            f"reference/{home('competency', query)}"
            for query in read_folders(knowledge)["competency"]
        ],
    }
    for entry in (entry for tab in config.nav or [] for found in tab.values() for entry in found):
        for name in below.keys() & entry if isinstance(entry, dict) else ():
            entry[name] = [{f"All {name.lower()}": entry[name]}, *below[name]]
    return config


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add the files of the project and the generated pages."""
    for path in filter(Path.is_file, (path for each in _PATTERNS for path in ROOT.glob(each))):
        place = path.relative_to(ROOT).as_posix()
        files.append(File(place, str(ROOT), config.site_dir, config.use_directory_urls))
    for place, content in _generated():
        files.append(File.generated(config, place, content=content))
    return files


def on_post_build(*, config: MkDocsConfig) -> None:
    """Remove from the files of the theme what is not needed and what names other hosts."""
    assets = Path(config.site_dir, "assets")
    shutil.rmtree(assets / "javascripts" / "lunr")  # search in other languages
    for path in assets.rglob("*.map"):
        path.unlink()
    for path in assets.rglob("*.js"):
        path.write_text(_OTHER_HOSTS.sub("", path.read_text("utf-8")), encoding="utf-8")


def _notebook() -> Iterator[str]:
    """Yield the parts of the page of the notebook: its text, its code and its outputs."""
    yield "---\nhide: [toc]\n---"
    for cell in json.loads((ROOT / "examples" / "netkg.ipynb").read_text("utf-8"))["cells"]:
        source = "".join(cell["source"])
        yield source if cell["cell_type"] == "markdown" else f"```python\n{source}\n```"
        for output in cell.get("outputs", ()):
            form = next(key for key in _OUTPUTS if key in output["data"])
            text = "".join(output["data"][form])
            yield (
                f"```text\n{text}\n```"
                if form == "text/plain"
                else f'<div style="overflow-x: auto">{text}</div>'
            )


def _generated() -> Iterator[tuple[str, str]]:
    """Yield the place and the text of each generated file."""
    yield "examples/notebook.md", "\n\n".join(_notebook())
    for path, text in pages(Knowledge(), sources="..").items():
        # Long pages have a list of their contents, and wide tables need the room.
        yield f"reference/{path}", f"---\nhide: [toc]\n---\n{text.removeprefix(MARK)}"
    for name, schema in netkg.json_schemas().items():
        yield f"schemas/{name}.json", json.dumps(schema, indent=2)
    engine = netkg.Engine.load()
    case = netkg.load_case(ROOT / "examples" / "small-pancreatic-net.json")
    of_case = {"case": case, "as_of": date(2026, 3, 31)}
    for name in VIEWS:
        drawing = draw(engine, name, **(of_case if name in OF_CASE else {}))
        yield f"pictures/{name}.html", str(drawing.write("html"))
