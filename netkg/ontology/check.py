"""Check an ontology: everything in it must have a meaning for netkg.

A misspelled property would be ignored, and a population that nothing describes would never
apply: a statement would be lost without a word. So each term must be described, each axiom
implemented, each literal valid, and each population described.
What a statement of the guideline must contain is in the shapes of statements
(:mod:`netkg.validation.check`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import pyoxigraph as ox
from rdflib import Literal
from rdflib.namespace import (
    DC,
    DCTERMS,
    FOAF,
    OWL,
    PROV,
    RDF,
    RDFS,
    SDO,
    SH,
    SKOS,
    VANN,
    XSD,
    DefinedNamespace,
)

from netkg.errors import KnowledgeError
from netkg.namespaces import NETKG, NETS, local_name
from netkg.ontology.axioms import unimplemented
from netkg.ontology.compiler import Compiler
from netkg.ontology.conversion import to_rdflib
from netkg.ontology.criteria import InstanceOf
from netkg.ontology.expressions import Junction, RecordRestriction, ValueRestriction, read
from netkg.ontology.folder import Folder, short
from netkg.ontology.guideline import Catalogue
from netkg.ontology.remark import Remark
from netkg.ontology.schema import RANGE, SUBCLASS, TYPE, Schema, netkg, owl
from netkg.suggestions import closest, listed

__all__ = ["Vocabulary", "check_ontology"]

# The vocabularies that are known term by term.
CLOSED: Final = (DC, DCTERMS, FOAF, OWL, PROV, RDF, RDFS, SDO, SH, SKOS, VANN, XSD)
STRING: Final = ox.NamedNode(str(XSD.string))
PROPERTIES: Final = ("AnnotationProperty", "DatatypeProperty", "ObjectProperty")


class Vocabulary:
    """The terms that a file may use: those that the ontology describes, and known vocabularies."""

    def __init__(self, schema: Schema) -> None:
        store = schema.store
        described = {
            quad.subject.value
            for predicate in (TYPE, SUBCLASS)
            for quad in store.quads_for_pattern(None, predicate, None)
            if isinstance(quad.subject, ox.NamedNode)
        }
        self.terms = frozenset(described)
        self._faults: dict[ox.NamedNode, tuple[str, str] | None] = {}
        self.properties = frozenset(
            node.value
            for kind in PROPERTIES
            for node in schema.subjects(TYPE, owl(kind))
            if isinstance(node, ox.NamedNode)
        )

    def fault(self, term: ox.NamedNode | ox.BlankNode | ox.Literal) -> tuple[str, str] | None:
        """Return what is wrong with a term and what is expected, None if nothing is."""
        if isinstance(term, ox.Literal):
            plain = term.language or term.datatype == STRING
            return None if plain else self.fault(term.datatype) or _ill_typed(term)
        if isinstance(term, ox.BlankNode) or term.value in self.terms:
            return None
        if term not in self._faults:
            self._faults[term] = self._fault(term)
        return self._faults[term]

    def _fault(self, term: ox.NamedNode) -> tuple[str, str] | None:
        if term.value.startswith(NETKG):
            return (
                f"the ontology does not describe {short(term)}",
                suggested(term.value, self.terms) or "a term with a type or a superclass",
            )
        known = closed(term.value)
        if known is None or term.value == str(known) or term.value in known:
            return None
        return (
            f"{short(term)} does not exist",
            suggested(term.value, map(str, dir(known))) or f"a term of <{known}>",
        )


def closed(iri: str) -> type[DefinedNamespace] | None:
    """Return the known vocabulary that an IRI belongs to, if there is one."""
    return next((each for each in CLOSED if iri.startswith(str(each))), None)


def suggested(iri: str, known: Iterable[str]) -> str:
    """Return the known terms of the same vocabulary that are most similar to one."""
    start = iri.removesuffix(local_name(iri))
    names = sorted(local_name(each) for each in known if each.startswith(start))
    close = closest(local_name(iri), names)
    return listed((short(ox.NamedNode(start + each)) for each in close), "or") if close else ""


def _ill_typed(term: ox.Literal) -> tuple[str, str] | None:
    value = to_rdflib(term)
    if isinstance(value, Literal) and value.ill_typed:
        return f"{term.value!r} is not a valid {short(term.datatype)}", "a valid value"
    return None


def check_ontology(found: Folder) -> Iterator[Remark]:
    """Yield a remark for each fault of an ontology."""
    schema = Schema(found.triples)
    vocabulary = Vocabulary(schema)
    if found.doubtful:
        return  # what the other files name may be in these
    seen: set[tuple[object, str]] = set()
    for triple in found.triples:
        for remark in _terms(found, vocabulary, triple):
            # The subject of many triples is remarked once.
            if (triple.subject, remark.problem) not in seen:
                seen.add((triple.subject, remark.problem))
                yield remark
    for triple, error in unimplemented(schema):
        yield found.remark(error.problem, triple.subject, triple, expected=error.expected)
    yield from _classes(found, schema)
    yield from _expressions(found, schema)
    yield from _statements(found, schema)


def _terms(found: Folder, vocabulary: Vocabulary, triple: ox.Triple) -> Iterator[Remark]:
    subject, predicate, object_ = triple.subject, triple.predicate, triple.object
    for term in (subject, predicate, object_):
        fault = None if isinstance(term, ox.Triple) else vocabulary.fault(term)
        if fault is not None:
            yield found.remark(fault[0], subject, triple, expected=fault[1])
            return
    if predicate.value in vocabulary.properties:
        return
    if predicate.value.startswith(NETKG):
        yield found.remark(
            f"{short(predicate)} is not a property", subject, triple, expected="a property"
        )
    elif closed(predicate.value) is None:
        yield found.remark(
            f"nothing reads {short(predicate)}",
            subject,
            triple,
            expected="a property of the ontology, or one that it declares"
            " as an owl:AnnotationProperty",
        )


def _classes(found: Folder, schema: Schema) -> Iterator[Remark]:
    """Yield a remark for each term without a class, or with something else as one."""
    classes = {
        node
        for quad in schema.store.quads_for_pattern(None, SUBCLASS, None)
        for node in (quad.subject, quad.object)
    } | set(schema.subjects(TYPE, owl("Class")))
    for quad in schema.store.quads_for_pattern(None, TYPE, None):
        class_ = quad.object
        own = isinstance(class_, ox.NamedNode) and class_.value.startswith(NETKG)
        if isinstance(class_, ox.Literal) or (own and class_ not in classes):
            yield found.remark(
                f"{short(class_)} is not a class", quad.subject, quad.triple, expected="a class"
            )
    individual = owl("NamedIndividual")
    described = {t.subject for t in found.triples if t.predicate.value.startswith(NETKG)}
    for node in schema.instances(individual):
        # A value of a derived property can do without a class, an entry of a table cannot.
        if node in described and list(schema.objects(node, TYPE)) == [individual]:
            yield found.remark(
                "the individual has no class of its own, so that nothing reads it",
                node,
                expected="a class of the ontology, in addition to owl:NamedIndividual",
            )


def _expressions(found: Folder, schema: Schema) -> Iterator[Remark]:
    for quad in schema.store.quads_for_pattern(None, SUBCLASS, None):
        if not isinstance(quad.subject, ox.BlankNode):
            continue
        try:
            parts = [read(schema, quad.subject)]
        except KnowledgeError as error:
            yield found.remark(
                error.problem, quad.subject, expected=error.expected, predicate="rdfs:subClassOf"
            )
            continue
        while parts:
            part = parts.pop()
            if isinstance(part, Junction):
                parts += part.parts
            elif isinstance(part, RecordRestriction):
                parts.append(part.filler)
            elif isinstance(part, ValueRestriction):
                for value in part.values:
                    if not _fits(schema, value, part.property):
                        yield found.remark(
                            f"{short(part.property)} never has the value {short(value)}",
                            quad.subject,
                            predicate=short(part.property),
                            expected="a value of its range",
                        )


def _fits(schema: Schema, value: ox.NamedNode | ox.Literal, property_: ox.NamedNode) -> bool:
    """Return whether a property can have a value."""
    range_ = schema.one(property_, RANGE)
    if isinstance(value, ox.Literal):
        return range_ is None or value.datatype == range_
    types = [t for t in schema.objects(value, TYPE) if isinstance(t, ox.NamedNode)]
    if not isinstance(range_, ox.NamedNode) or not range_.value.startswith(NETKG):
        return bool(types)
    return any(range_ in schema.superclasses(each) for each in types)


def _statements(found: Folder, schema: Schema) -> Iterator[Remark]:
    """Yield a remark for each population that is not usable, or else the fault of a statement."""
    try:
        compiler = Compiler(schema)
    except KnowledgeError:
        return  # an axiom, which has its remark
    faults: list[Remark] = []
    for name in ("appliesTo", "gapCondition"):
        for quad in schema.store.quads_for_pattern(None, netkg(name), None):
            class_ = quad.object
            if not isinstance(class_, ox.NamedNode):
                continue
            try:
                criterion = compiler.compile(class_)
            except KnowledgeError as error:
                faults.append(found.remark(error.problem, class_, expected=error.expected))
                continue
            if isinstance(criterion, InstanceOf) and not schema.is_record(class_):
                faults.append(
                    found.remark(
                        f"no expression describes {short(class_)}, so it never applies",
                        quad.subject,
                        quad.triple,
                        expected="an expression that is a subclass of it",
                    )
                )
    if not faults:
        try:
            Catalogue(schema, compiler)
        except KnowledgeError as error:
            faults.append(_located(found, error))
    yield from faults


def _located(found: Folder, error: KnowledgeError) -> Remark:
    """Return the remark for an error, at the place of its term if there is one."""
    name = local_name(error.term.strip("<>"))
    for node in (netkg(name), ox.NamedNode(NETS + name)):
        file, _ = found.place(node)
        if file:
            return found.remark(error.problem, node, expected=error.expected)
    return Remark(error.problem, "", term=error.term, expected=error.expected)
