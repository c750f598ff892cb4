"""Write the types of events as a hierarchy, with what asks for each."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from netkg.docs.knowledge import Knowledge
from netkg.docs.pages import Anchor, Page, code, escape, mark
from netkg.namespaces import local_name
from netkg.ontology.guideline import Statement
from netkg.ontology.schema import DEFINITION, SUBCLASS, TYPE, netkg
from netkg.render.words import sentence as capital
from netkg.suggestions import listed

__all__ = ["events_page"]


def events_page(knowledge: Knowledge) -> Page:
    """Write the page of all types of events."""
    page = Page("events.md", "Types of events")
    tops = list(_below(knowledge, "ClinicalEvent"))
    page.add(
        "What the key `type` of an event can hold. An event counts for its own type and for"
        " every type above it, so that a CT scan fulfils a statement that asks for conventional"
        " imaging. A type that is indented is below the nearest one before it that is less so.",
        "An event is *done* once it is completed; a continuing measure already while it is"
        " active. *Asked for by* names the statements that ask for it, for a type above it, or"
        f" for a part of it. {_unsettled(knowledge, page)}",
    )
    page.items(f"[{escape(_label(knowledge, top))}](#{top})" for top in tops)
    for top in tops:
        page.heading(escape(_label(knowledge, top)), f"group-{top}")
        page.table(
            ("Type", "Label", "What it is", "Done when", "Asked for by"),
            (_row(knowledge, page, name, depth) for name, depth in _tree(knowledge, top)),
        )
    return page


def _label(knowledge: Knowledge, name: str) -> str:
    return capital(knowledge.schema.label(netkg(name)))


def _below(knowledge: Knowledge, name: str) -> Iterator[str]:
    found = knowledge.schema.subjects(SUBCLASS, netkg(name))
    names = {local_name(node.value) for node in found} & knowledge.schema.event_types
    yield from sorted(names, key=lambda each: (_label(knowledge, each).casefold(), each))


def _tree(knowledge: Knowledge, name: str, depth: int = 0) -> Iterator[tuple[str, int]]:
    yield name, depth
    for child in _below(knowledge, name):
        yield from _tree(knowledge, child, depth + 1)


def _row(knowledge: Knowledge, page: Page, name: str, depth: int) -> tuple[str, ...]:
    schema, node = knowledge.schema, netkg(name)
    parts = list(schema.objects(node, netkg("standsFor")))
    above = schema.superclasses(node)
    continuing = any(schema.text(class_, netkg("isContinuing")) == "true" for class_ in above)
    what = escape(schema.text(node, DEFINITION))
    if parts:
        links = sorted(knowledge.link(page, netkg(local_name(part.value))) for part in parts)
        what += f" Stands for {', '.join(links)}."
    covered = {local_name(class_.value) for class_ in above}
    covered |= {local_name(part.value) for part in parts}
    rows = knowledge.catalogue.statements
    asking = [row.id for row in rows if covered & set(row.actions)]
    settled = [
        row.id for row in rows if row.id not in asking and covered & _further(knowledge, row)
    ]
    shown = [
        *([knowledge.statements(page, asking)] if asking else []),
        *([f"also does {knowledge.statements(page, settled)}"] if settled else []),
    ]
    return (
        f"{mark(name)}{'&nbsp;&nbsp;&nbsp;' * depth}{code(name)}",
        escape(schema.label(node)),
        what,
        "active or completed" if continuing else "completed",
        "<br>".join(shown),
    )


def _further(knowledge: Knowledge, row: Statement) -> set[str]:
    """Give the types that do a statement without its asking for them."""
    found = knowledge.schema.objects(row.node, netkg("alsoAccomplishedBy"))
    return {local_name(node.value) for node in found}


def _unsettled(knowledge: Knowledge, page: Page) -> str:
    """Tell which statements are not done by the events that they ask for."""
    asking = [row for row in knowledge.catalogue.statements if row.actions]
    lasting = [row.id for row in asking if _lasts(knowledge, row)]
    told = []
    if lasting:
        ids = listed([knowledge.statements(page, [id_]) for id_ in lasting])
        told.append(f"Never done, but open for as long as they apply, are {ids}.")
    for row in asking:
        only = knowledge.schema.one(row.node, netkg("doneOnlyWhen"))
        if isinstance(only, ox.NamedNode):
            link = knowledge.link(page, only)
            told.append(f"{knowledge.statements(page, [row.id])} is done at a {link} only.")
    again = page.link(Anchor("thresholds.md", "repetition"), "repeated")
    told.append(f"What is {again} is not done for good, but falls due again.")
    return " ".join(told)


def _lasts(knowledge: Knowledge, row: Statement) -> bool:
    """Tell whether a statement stays open for as long as it applies."""
    schema = knowledge.schema
    kinds = [kind for kind in schema.objects(row.node, TYPE) if isinstance(kind, ox.NamedNode)]
    always = any(schema.text(kind, netkg("alwaysDue")) == "true" for kind in kinds)
    return always or schema.text(row.node, netkg("neverDone")) == "true"
