"""Write the catalogue of shapes: what is checked, why, and how to mend it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pyoxigraph as ox

from netkg.docs.constraints import constraints, sh, target
from netkg.docs.fields import anchors
from netkg.docs.knowledge import Knowledge, Module
from netkg.docs.modules import ROOT
from netkg.docs.pages import Anchor, Page, code, escape, mark
from netkg.namespaces import NETS, SH, local_name
from netkg.ontology.schema import TYPE

__all__ = ["shapes_page"]

_FOLDERS: Final = {
    "case": (
        "What is checked of a case",
        "`netkg validate` reports these. After a violation there is no plan for the case; after a"
        " warning there is one.",
    ),
    "guideline": (
        "What is checked of the ontology",
        "These hold the guideline and its model to their form. They are of use to whoever"
        " changes a rule.",
    ),
}
_KINDS: Final = {ox.NamedNode(SH + "NodeShape"), ox.NamedNode(SH + "PropertyShape")}


def shapes_page(knowledge: Knowledge) -> Page:
    """Write the page of all shapes."""
    page = Page("shapes.md", "Shapes")
    page.add(
        "A shape says what sound data look like. *What is wrong* and *how to mend it* are the"
        " words of a finding; *rests on* is the statement of the guideline behind it, where"
        " there is one."
    )
    folders: dict[str, list[Module]] = {}
    for file in knowledge.shape_files:
        folders.setdefault(file.file.rpartition("/")[0], []).append(file)
    page.items(
        line
        for folder, files in sorted(folders.items())
        for line in (
            f"[{_heading(folder)[0]}](#folder-{folder})",
            *(f"  [{_title(file)}](#{_anchor(file)})" for file in files),
        )
    )
    for folder, files in sorted(folders.items()):
        heading, about = _heading(folder)
        page.heading(heading, f"folder-{folder}")
        page.add(about)
        for file in files:
            _file(knowledge, page, file)
    return page


def _heading(folder: str) -> tuple[str, str]:
    return _FOLDERS.get(folder, (f"Shapes in {code(folder or '.')}", ""))


def _title(file: Module) -> str:
    return escape(file.title[:1].upper() + file.title[1:])


def _anchor(file: Module) -> str:
    return "file-" + file.file.removesuffix(".ttl").replace("/", "-")


def _file(knowledge: Knowledge, page: Page, file: Module) -> None:
    page.heading(_title(file), _anchor(file), level=3)
    source = f"[{code(f'shapes/{file.file}')}]({ROOT}/shapes/{file.file})"
    page.add(f"{escape(file.description)} Source: {source}")
    shapes = [node for node in file.terms if _KINDS & set(knowledge.shapes.objects(node, TYPE))]
    rows = [_row(knowledge, page, node) for node in shapes]
    columns = ("Shape", "What is checked", "What is wrong", "How to mend it", "Rests on")
    rests = any(row[-1] for row in rows)
    page.table(columns[: 5 if rests else 4], [row if rests else row[:4] for row in rows])


def _row(knowledge: Knowledge, page: Page, node: ox.NamedNode) -> tuple[str, ...]:
    shapes = knowledge.shapes
    name = local_name(node.value)
    severity = local_name(shapes.text(node, sh("severity")) or "Violation")
    field = shapes.text(node, ox.NamedNode(NETS + "field"))
    known = field in anchors(knowledge)
    shown = page.link(Anchor("fields.md", field) if known else None, code(field))
    head = [f"{mark(name)}{code(name)}", severity, *([shown] if field else [])]
    return (
        "<br>".join(head),
        "<br>".join(_checked(knowledge, page, node)),
        escape(shapes.text(node, sh("message"))),
        "<br>".join(_mending(knowledge, node)),
        ", ".join(_statements(knowledge, page, node)),
    )


def _checked(knowledge: Knowledge, page: Page, node: ox.NamedNode) -> Iterator[str]:
    """Yield what a shape looks at, and then what must hold of it.

    A shape that finds its target at fault by being there needs no word on the target.
    """
    classes = set(knowledge.shapes.objects(node, sh("targetClass")))
    negated = [n for n in knowledge.shapes.objects(node, sh("not")) if isinstance(n, ox.BlankNode)]
    if not any(classes & set(knowledge.shapes.objects(inner, sh("class"))) for inner in negated):
        yield f"*{target(knowledge, page, node)}*"
    yield from constraints(knowledge, page, node)


def _mending(knowledge: Knowledge, node: ox.NamedNode) -> Iterator[str]:
    yield escape(knowledge.shapes.text(node, ox.NamedNode(NETS + "remedy")))
    expected = knowledge.shapes.text(node, ox.NamedNode(NETS + "expected"))
    if expected:
        yield f"Expected: {escape(expected)}."


def _statements(knowledge: Knowledge, page: Page, node: ox.NamedNode) -> Iterator[str]:
    found = knowledge.shapes.objects(node, ox.NamedNode(NETS + "restsOn"))
    for iri in sorted(statement.value for statement in found):
        yield knowledge.statements(page, [local_name(iri)]) or code(local_name(iri))
