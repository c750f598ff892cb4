"""Describe a term by everything that the ontology says of it, with links."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

import pyoxigraph as ox

from netkg.docs.knowledge import Module
from netkg.docs.page import Page, escape
from netkg.docs.wording import members, syntax
from netkg.namespaces import DCTERMS, NETKG, OWL, RDFS, SKOS
from netkg.ontology.expressions import ClassReference
from netkg.ontology.schema import DEFINITION, FIRST, LABEL, NIL, RANGE, SUBCLASS, TYPE, owl
from netkg.suggestions import listed

__all__ = ["exclusions", "facts", "kinds", "seen_from_others"]

# Shown by the heading, by the line below it, or by the page.
_SHOWN: Final = frozenset(
    node.value for node in (TYPE, LABEL, DEFINITION, ox.NamedNode(RDFS + "isDefinedBy"))
)
# The words for properties of other vocabularies, in their order on the page.
_WORDS: Final = {
    SUBCLASS.value: "kind of",
    RANGE.value: "values",
    SKOS + "altLabel": "also called",
    SKOS + "example": "example",
    SKOS + "scopeNote": "note",
    SKOS + "editorialNote": "editorial note",
    SKOS + "notation": "written as",
    SKOS + "broader": "part of",
    OWL + "disjointWith": "disjoint with",
    OWL + "versionInfo": "version",
    DCTERMS + "identifier": "id",
    DCTERMS + "title": "title",
    DCTERMS + "modified": "last changed",
    DCTERMS + "source": "source",
    DCTERMS + "isPartOf": "part of",
}
_RANKS: Final = {predicate: rank for rank, predicate in enumerate(_WORDS)}
_KINDS: Final = {
    OWL + "Class": "class",
    OWL + "ObjectProperty": "property with terms as its values",
    OWL + "DatatypeProperty": "property with literals as its values",
    OWL + "AnnotationProperty": "annotation property",
    OWL + "FunctionalProperty": "at most one value",
    OWL + "NamedIndividual": "",
}


def kinds(page: Page, term: ox.NamedNode) -> str:
    """Return the kind of a term: class, property, or the classes of an individual."""
    types = sorted(page.schema.objects(term, TYPE), key=lambda node: node.value)
    known = [_KINDS[node.value] for node in types if _KINDS.get(node.value)]
    own = [n for n in types if n.value not in _KINDS and isinstance(n, ox.NamedNode)]
    return ", ".join([*known, *map(page.link, own)])


def facts(page: Page, term: ox.NamedNode, *, without: Collection[str] = ()) -> Iterator[str]:
    """Yield a line for each property of a term, except those whose IRIs are left out."""
    values: dict[str, list[str]] = {}
    for quad in page.schema.store.quads_for_pattern(term, None, None):
        if quad.predicate.value not in _SHOWN and quad.predicate.value not in without:
            assert not isinstance(quad.object, ox.Triple)
            values.setdefault(quad.predicate.value, []).append(_object(page, quad.object))
    by_label = sorted(values, key=lambda each: page.schema.label(ox.NamedNode(each)))
    for predicate in sorted(by_label, key=lambda each: _RANKS.get(each, len(_RANKS))):
        name = _WORDS.get(predicate) or page.link(ox.NamedNode(predicate))
        yield f"**{name}**: {'; '.join(sorted(values[predicate]))}"


def _object(page: Page, value: ox.NamedNode | ox.BlankNode | ox.Literal) -> str:
    if isinstance(value, ox.Literal):
        return escape(value.value)
    if value == NIL:
        return "none"
    if isinstance(value, ox.BlankNode) or page.schema.one(value, FIRST) is not None:
        return listed([_object(page, item) for item in page.schema.items(value)])
    known = value in page.knowledge.homes or value.value.startswith(NETKG)
    return page.link(value) if known else page.short(value)


def seen_from_others(page: Page, term: ox.NamedNode) -> Iterator[str]:
    """Yield what other terms say of a class: its kinds, its members, its definitions."""
    schema = page.schema
    narrower = [node for node in schema.subjects(SUBCLASS, term) if isinstance(node, ox.NamedNode)]
    if narrower:
        yield f"**kinds**: {', '.join(map(page.link, sorted(narrower, key=schema.label)))}"
    if owl("Class") in schema.objects(term, TYPE):
        if found := schema.instances(term):
            yield f"**members**: {', '.join(map(page.link, found))}"
        for way in members(page, term):
            if not isinstance(way, ClassReference):
                yield f"**defined by**: {syntax(page, way)}"


def exclusions(page: Page, module: Module) -> list[str]:
    """Return the sets of terms that exclude each other, at the module of their first member."""
    schema = page.schema
    found = []
    for kind, property_, words in (
        ("AllDisjointClasses", "members", "No record belongs to two of"),
        ("AllDifferent", "distinctMembers", "All different"),
    ):
        for node in schema.subjects(TYPE, owl(kind)):
            items = schema.items(schema.one(node, owl(property_)) or NIL)
            terms = [item for item in items if isinstance(item, ox.NamedNode)]
            if terms and terms[0] in module.terms:
                found.append(f"{words}: {', '.join(map(page.link, terms))}")
    return sorted(found)
