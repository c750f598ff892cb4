"""Write one page a module: its header, and every term that it defines."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from netkg.docs.knowledge import Knowledge, Module
from netkg.docs.pages import Anchor, Page, code, escape, mark
from netkg.docs.terms import entry, facts
from netkg.namespaces import local_name
from netkg.ontology.schema import DEFINITION, TYPE, owl

__all__ = ["ROOT", "module_page"]

# Where the files of the project lie, as seen from the folder of the pages.
ROOT = "../.."
# A term of which no more is said than this many facts has a row, not a heading.
FEW = 2


def module_page(knowledge: Knowledge, module: Module) -> Page:
    """Write the page of one module."""
    page = Page(module.page, module.title[:1].upper() + module.title[1:])
    up = "../" * module.page.count("/")
    page.add(escape(module.description))
    source = f"{up}{ROOT}/ontology/{module.file}"
    page.items(
        [
            f"Module: {code(module.iri)}, version {code(module.version)}",
            f"Version IRI: {code(module.version_iri)}",
            f"Source: [{code(f'ontology/{module.file}')}]({source})",
            *([f"Imports: {_imports(knowledge, page, module)}"] if module.imports else []),
        ]
    )
    groups = dict(_groups(knowledge, module))
    page.add("What it defines:" if groups else "It defines no term of its own.")
    page.items(
        f"[{heading}](#{_slug(heading)}): "
        + ", ".join(f"[{escape(knowledge.schema.label(t))}](#{local_name(t.value)})" for t in terms)
        for heading, terms in groups.items()
    )
    for heading, terms in groups.items():
        page.heading(heading, _slug(heading))
        if _is_plain(knowledge, page, terms):
            _table(knowledge, page, terms)
        else:
            for term in terms:
                entry(knowledge, page, term)
    axioms = list(_sets(knowledge, page, module))
    if axioms:
        page.heading("Terms that exclude each other", "sets")
        page.items(axioms)
    return page


def _imports(knowledge: Knowledge, page: Page, module: Module) -> str:
    known = {other.iri: other for other in knowledge.modules}
    return ", ".join(
        page.link(Anchor(known[iri].page), escape(known[iri].title)) if iri in known else code(iri)
        for iri in module.imports
    )


def _groups(knowledge: Knowledge, module: Module) -> Iterator[tuple[str, list[ox.NamedNode]]]:
    """Yield classes, properties, and then the individuals of each class."""
    classes, properties = list[ox.NamedNode](), list[ox.NamedNode]()
    values: dict[str, list[ox.NamedNode]] = {}
    for term in module.terms:
        types = set(knowledge.schema.objects(term, TYPE))
        if owl("Class") in types:
            classes.append(term)
        elif owl("NamedIndividual") in types:
            own = [t for t in types - {owl("NamedIndividual")} if isinstance(t, ox.NamedNode)]
            names = sorted(knowledge.schema.label(node) for node in own)
            values.setdefault(f"Individuals: {escape(', '.join(names))}", []).append(term)
        else:
            properties.append(term)
    yield from (
        (heading, terms)
        for heading, terms in [("Classes", classes), ("Properties", properties), *values.items()]
        if terms
    )


def _slug(heading: str) -> str:
    """Give the anchor of a group, which no term has for its name.

    >>> _slug("Individuals: grade group")
    'group-individuals-grade-group'
    """
    words = "".join(char if char.isalnum() else " " for char in heading.lower())
    return f"group-{'-'.join(words.split())}"


def _is_plain(knowledge: Knowledge, page: Page, terms: list[ox.NamedNode]) -> bool:
    if owl("NamedIndividual") not in knowledge.schema.objects(terms[0], TYPE):
        return False
    return all(len(list(facts(knowledge, page, term))) <= FEW for term in terms)


def _table(knowledge: Knowledge, page: Page, terms: list[ox.NamedNode]) -> None:
    schema = knowledge.schema
    rows = [
        (
            f"{mark(local_name(term.value))}{escape(schema.label(term))}",
            code(local_name(term.value)),
            escape(schema.text(term, DEFINITION)),
            "<br>".join(facts(knowledge, page, term)),
        )
        for term in terms
    ]
    more = any(row[-1] for row in rows)
    columns = ("Label", "Name", "What it means", "More")
    page.table(columns[: 4 if more else 3], [row if more else row[:3] for row in rows])


def _sets(knowledge: Knowledge, page: Page, module: Module) -> Iterator[str]:
    """Yield the sets of terms that exclude each other, at the module of their first member."""
    schema = knowledge.schema
    found = []
    for kind, property_, words in (
        ("AllDisjointClasses", "members", "No record belongs to two of"),
        ("AllDifferent", "distinctMembers", "No two are the same of"),
    ):
        for node in schema.subjects(TYPE, owl(kind)):
            head = schema.one(node, owl(property_))
            items = [] if head is None else schema.items(head)
            terms = [item for item in items if isinstance(item, ox.NamedNode)]
            if terms and terms[0] in module.terms:
                names = ", ".join(knowledge.link(page, term) for term in terms)
                found.append(f"{words}: {names}")
    yield from sorted(found)
