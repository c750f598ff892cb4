"""Build the reference pages from the ontology, the shapes and the queries.

The pages are Markdown. The same files give the same pages, byte for byte. Their layout and
the words around the data are templates.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from netkg.docs import case_format, catalogs, guideline, terms
from netkg.docs.dependencies import Dependencies
from netkg.docs.knowledge import Knowledge
from netkg.docs.page import Page, code, escape
from netkg.errors import InputError
from netkg.namespaces import local_name
from netkg.ontology.query_header import OVER, TYPES
from netkg.ontology.schema import netkg
from netkg.render.file import write_file
from netkg.render.page import environment
from netkg.render.words import section_names
from netkg.suggestions import sentence

__all__ = ["MARK", "pages", "write_pages"]

# How each page begins. Only files that begin so are ever changed or removed.
MARK: Final = "<!-- Written by netkg docs: change the ontology, the shapes or the queries. -->"
_OVERVIEWS: Final = (
    "index",
    "statements",
    "guideline",
    "fields",
    "values",
    "events",
    "thresholds",
    "shapes",
    "queries",
    "terms",
)


def pages(knowledge: Knowledge, *, sources: str = "") -> Mapping[str, str]:
    """Return the text of every page by its path, in alphabetical order.

    ``sources`` is the path, from the folder of the pages, of the folder that contains
    ``ontology``, ``shapes`` and ``queries``; without it, pages name files without a link.
    """
    templates = environment("netkg.docs")
    templates.filters |= {"capital": sentence, "code": code, "line": escape}
    for module in (case_format, catalogs, guideline, terms):
        templates.globals |= {name: getattr(module, name) for name in module.__all__}
    templates.globals |= {
        "MARK": MARK,
        "OVER": OVER,
        "TYPES": TYPES,
        "dependencies": Dependencies(knowledge),
        "local_name": local_name,
        "netkg": netkg,
        "section_names": section_names,
        "sources": sources,
    }
    made = {}
    for path, template, data in _plan(knowledge):
        text = templates.get_template(f"{template}.md").render(page=Page(knowledge, path), **data)
        made[path] = f"{text.rstrip()}\n"
    return dict(sorted(made.items()))


def _plan(knowledge: Knowledge) -> Iterator[tuple[str, str, Mapping[str, object]]]:
    """Yield the path of each page, its template, and what it is about."""
    for name in _OVERVIEWS:
        yield f"{name}.md", name, {}
    gaps = {netkg(gap.id): gap for gap in knowledge.catalogue.gaps}
    for module in knowledge.modules:
        yield module.page, "module", {"module": module}
        for term in module.terms:
            about = {"statement": knowledge.statements.get(term), "gap": gaps.get(term)}
            yield knowledge.homes[term], "term", {"module": module, "term": term, **about}
    for folder, found in catalogs.read_folders(knowledge).items():
        for query in found:
            yield catalogs.home(folder, query), "query", {"folder": folder, "query": query}


def write_pages(made: Mapping[str, str], folder: Path) -> None:
    """Write pages into a folder, and remove those pages there that are not among them.

    Raises:
        InputError: if a page would replace a file that was not written here; nothing
            is written then. Or if a page cannot be written; each page is complete or as it was.
        OSError: if a folder cannot be created, or a page not removed.
    """
    texts = {folder / path: text for path, text in made.items()}
    homes = {file.parent for file in texts} | {folder}
    files = {file for home in homes for file in home.glob("*.md") if file.is_file()}
    written = {file for file in files if file.read_bytes().startswith(MARK.encode())}
    if foreign := texts.keys() & (files - written):
        raise InputError(
            "was not written by netkg docs and is not replaced",
            source=str(min(foreign)),
            expected="a folder that contains only pages of netkg docs",
        )
    for file, text in texts.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        write_file(file, text)
    for file in written - texts.keys():
        file.unlink()
