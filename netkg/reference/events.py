"""Write the types of events as a hierarchy, with what each fulfils."""

from __future__ import annotations

from collections.abc import Iterator

from netkg.namespaces import local_name
from netkg.reference.knowledge import Knowledge
from netkg.reference.pages import Page, code, escape, mark
from netkg.render.words import sentence as capital
from netkg.schema import DEFINITION, SUBCLASS, netkg

__all__ = ["events_page"]


def events_page(knowledge: Knowledge) -> Page:
    """Write the page of all types of events."""
    page = Page("events.md", "Types of events")
    tops = list(_below(knowledge, "ClinicalEvent"))
    page.add(
        "What the key `type` of an event can hold. An event counts for its own type and for"
        " every type above it, so that a CT scan fulfils a statement that asks for conventional"
        " imaging. Indented types are below the one before them.",
        "An event is *done* once it is completed; a continuing measure already while it is"
        " active. *Fulfils* names the statements that ask for it.",
    )
    page.items(f"[{escape(_label(knowledge, top))}](#{top})" for top in tops)
    for top in tops:
        page.heading(escape(_label(knowledge, top)), f"group-{top}")
        page.table(
            ("Type", "Label", "What it is", "Done when", "Fulfils"),
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
    ids = [
        row.id
        for row in knowledge.catalogue.statements
        if covered & {*row.actions, *_further(knowledge, row.id)}
    ]
    return (
        f"{mark(name)}{'&nbsp;&nbsp;&nbsp;' * depth}{code(name)}",
        escape(schema.label(node)),
        what,
        "active or completed" if continuing else "completed",
        knowledge.statements(page, ids),
    )


def _further(knowledge: Knowledge, statement: str) -> list[str]:
    found = knowledge.schema.objects(netkg(statement), netkg("alsoAccomplishedBy"))
    return [local_name(node.value) for node in found]
