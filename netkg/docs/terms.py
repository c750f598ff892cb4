"""Tell what the ontology says of a term: every triple, in words, with links."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

import pyoxigraph as ox

from netkg.docs.expressions import members, syntax
from netkg.docs.knowledge import Knowledge
from netkg.docs.pages import Page, code, escape
from netkg.namespaces import DCTERMS, NETKG, OWL, RDFS, SKOS, local_name
from netkg.ontology.expressions import ClassReference
from netkg.ontology.schema import DEFINITION, FIRST, LABEL, NIL, RANGE, SUBCLASS, TYPE, owl
from netkg.suggestions import listed

__all__ = ["entry", "facts", "kinds"]

# Told apart from the facts: by the heading, by the line below it, or by the page.
TOLD: Final = frozenset(
    node.value for node in (TYPE, LABEL, DEFINITION, ox.NamedNode(RDFS + "isDefinedBy"))
)
WORDS: Final = {
    SUBCLASS.value: "kind of",
    RANGE.value: "values",
    SKOS + "altLabel": "also called",
    SKOS + "example": "example",
    SKOS + "scopeNote": "note",
    SKOS + "editorialNote": "note",
    SKOS + "notation": "written as",
    SKOS + "broader": "part of",
    OWL + "disjointWith": "never at once",
    OWL + "versionInfo": "version",
    DCTERMS + "identifier": "id",
    DCTERMS + "source": "source",
    DCTERMS + "isPartOf": "part of",
    DCTERMS + "title": "title",
    DCTERMS + "modified": "last changed",
}
ORDER: Final = {predicate: rank for rank, predicate in enumerate(WORDS)}
# The facts that come after those of the project's own properties.
LATE: Final = frozenset({DCTERMS + "source", DCTERMS + "isPartOf"})
KINDS: Final = {
    OWL + "Class": "class",
    OWL + "ObjectProperty": "property with terms as its values",
    OWL + "DatatypeProperty": "property with literals as its values",
    OWL + "AnnotationProperty": "annotation",
    OWL + "FunctionalProperty": "one value at most",
    OWL + "NamedIndividual": "",
}


def kinds(knowledge: Knowledge, page: Page, term: ox.NamedNode) -> str:
    """Tell what sort of term it is: class, property, or of which classes an individual is."""
    types = sorted(knowledge.schema.objects(term, TYPE), key=lambda node: node.value)
    known = [KINDS[node.value] for node in types if node.value in KINDS]
    own = [
        knowledge.link(page, node)
        for node in types
        if node.value not in KINDS and isinstance(node, ox.NamedNode)
    ]
    return ", ".join(words for words in [*known, *own] if words)


def entry(knowledge: Knowledge, page: Page, term: ox.NamedNode, *, level: int = 3) -> None:
    """Write all that is said of a term below a heading of its own."""
    schema = knowledge.schema
    page.heading(escape(schema.label(term)), local_name(term.value), level=level)
    name = term.value.replace(NETKG, "netkg:")
    page.add(
        f"{code(name)} · {kinds(knowledge, page, term)}",
        escape(schema.text(term, DEFINITION)),
    )
    page.items([*facts(knowledge, page, term), *_seen_from_others(knowledge, page, term)])


def facts(
    knowledge: Knowledge, page: Page, term: ox.NamedNode, *, without: Collection[str] = ()
) -> Iterator[str]:
    """Yield a line for each property of a term, but those whose IRIs are left out."""
    values: dict[str, list[ox.NamedNode | ox.BlankNode | ox.Literal]] = {}
    for quad in knowledge.schema.store.quads_for_pattern(term, None, None):
        if quad.predicate.value not in TOLD and quad.predicate.value not in without:
            values.setdefault(quad.predicate.value, []).append(quad.object)  # type: ignore[arg-type]
    for predicate in sorted(values, key=lambda p: _rank(knowledge, p)):
        shown = [_object(knowledge, page, value) for value in values[predicate]]
        node = ox.NamedNode(predicate)
        words = WORDS.get(predicate) or knowledge.schema.label(node)
        name = knowledge.link(page, node, escape(words)) if predicate not in WORDS else words
        yield f"**{name}**: {'; '.join(sorted(shown))}"


def _rank(knowledge: Knowledge, predicate: str) -> tuple[int, str]:
    if predicate in LATE:
        return len(ORDER) + 1, predicate
    return ORDER.get(predicate, len(ORDER)), knowledge.schema.label(ox.NamedNode(predicate))


def _object(
    knowledge: Knowledge, page: Page, value: ox.NamedNode | ox.BlankNode | ox.Literal
) -> str:
    if isinstance(value, ox.Literal):
        return escape(value.value)
    if value == NIL:
        return "none"
    if isinstance(value, ox.BlankNode) or knowledge.schema.one(value, FIRST) is not None:
        items = knowledge.schema.items(value)
        return listed([_object(knowledge, page, item) for item in items])
    if knowledge.place(value) is None and not value.value.startswith(NETKG):
        return code(knowledge.short(value))
    return knowledge.link(page, value)


def _seen_from_others(knowledge: Knowledge, page: Page, term: ox.NamedNode) -> Iterator[str]:
    """Yield what others say of a class: its kinds, its values, the ways to belong to it."""
    schema = knowledge.schema
    told = knowledge.place(term)
    if told is not None and told != knowledge.place(term, among_modules=True):
        yield f"**told in words**: {page.link(told, escape(told.anchor))}"
    narrower = [node for node in schema.subjects(SUBCLASS, term) if isinstance(node, ox.NamedNode)]
    if narrower:
        links = sorted((schema.label(node), knowledge.link(page, node)) for node in narrower)
        yield f"**kinds**: {', '.join(link for _, link in links)}"
    if owl("Class") in schema.objects(term, TYPE):
        found = schema.instances(term)
        if found:
            yield f"**members**: {', '.join(knowledge.link(page, node) for node in found)}"
        for way in members(knowledge, term):
            if not isinstance(way, ClassReference):
                yield f"**given by**: {syntax(knowledge, page, way)}"
