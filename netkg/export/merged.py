"""The whole ontology as one: the triples of all modules below one header, in a fixed order."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from netkg.errors import KnowledgeError
from netkg.namespaces import DCTERMS
from netkg.ontology.files import default_folders, parse_turtle
from netkg.ontology.mappings import of_sets, read_sets
from netkg.ontology.schema import TYPE, Node, Schema, owl
from netkg.validation.check import refuse_faults

__all__ = ["Merged", "merge", "read_merged"]

ONTOLOGY, IMPORTS, VERSION_IRI = owl("Ontology"), owl("imports"), owl("versionIRI")
VERSION: Final = owl("versionInfo")
# What remains of the header of a module: terms name the module by rdfs:isDefinedBy.
KEPT: Final = tuple(ox.NamedNode(DCTERMS + name) for name in ("title", "description"))
# The kinds of term, in the order in which they are written; other terms come after them.
KINDS: Final = (
    ONTOLOGY,
    owl("AnnotationProperty"),
    owl("ObjectProperty"),
    owl("DatatypeProperty"),
    owl("Class"),
    owl("NamedIndividual"),
)


@dataclass(frozen=True)
class Merged:
    """The whole ontology: the IRI of its header, and its triples in their order."""

    iri: ox.NamedNode
    triples: tuple[ox.Triple, ...]

    @cached_property
    def schema(self) -> Schema:
        """The triples, to look up what is said of a term."""
        return Schema(self.triples)

    def header(self, property_: ox.NamedNode) -> list[str]:
        """Return the values of a property of the header, sorted."""
        return sorted(value.value for value in self.schema.objects(self.iri, property_))

    @property
    def version(self) -> str:
        """The version of the ontology, empty if it has none."""
        return next(iter(self.header(VERSION)), "")


def read_merged(folder: Path | None = None, *, opt_in: Collection[str] = ()) -> Merged:
    """Return the ontology of a folder as one, by default that of the package.

    Its mappings to standard terminologies are part of it: the sets of the core, and the
    opt-in sets with these names.

    >>> read_merged().iri.value
    'https://w3id.org/netkg/'

    Raises:
        KnowledgeError: if there is a fault in it, or no module imports all the others.
    """
    if folder is not None:
        refuse_faults(ontology=folder)
    modules = parse_turtle(folder or default_folders().ontology)
    sets = (each for each in read_sets(folder) if not each.opt_in or each.name in opt_in)
    return merge((*modules, *of_sets(sets)))


def merge(triples: Iterable[ox.Triple]) -> Merged:
    """Return triples of modules below the header of the module that imports all the others.

    Title and description of the other modules remain. Blank nodes have canonical names, and
    the triples a fixed order, so that the same modules give the same triples.

    Raises:
        KnowledgeError: if there is not exactly one module that no other imports.
    """
    whole = ox.Dataset(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
    modules = {quad.subject for quad in whole.quads_for_object(ONTOLOGY)}
    imported = {quad.object for quad in whole if quad.predicate == IMPORTS}
    roots = sorted(modules - imported, key=str)
    root = roots[0] if len(roots) == 1 else None
    if not isinstance(root, ox.NamedNode):
        names = " and ".join(map(str, roots))
        raise KnowledgeError(
            f"{len(roots)} modules are imported by no other" + (f": {names}" if names else ""),
            expected="one module that imports all the others, directly or by way of others",
        )
    for quad in list(whole):
        if quad.predicate == IMPORTS or (
            quad.subject in modules and quad.subject != root and quad.predicate not in KEPT
        ):
            whole.discard(quad)
    whole.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return Merged(root, tuple(in_order(quad.triple for quad in whole)))


def in_order(triples: Iterable[ox.Triple]) -> list[ox.Triple]:
    """Return triples by the kind of their subject, then by subject, predicate and object."""
    found = list(triples)
    ranks: dict[object, int] = {}
    for triple in found:
        if triple.predicate == TYPE and triple.object in KINDS:
            rank = KINDS.index(triple.object)
            ranks[triple.subject] = min(rank, ranks.get(triple.subject, rank))

    def key(triple: ox.Triple) -> tuple[bool, int, str, bool, str, str]:
        subject: Node = triple.subject  # type: ignore[assignment]
        return (
            isinstance(subject, ox.BlankNode),
            ranks.get(subject, len(KINDS)),
            str(subject),
            triple.predicate != TYPE,
            triple.predicate.value,
            str(triple.object),
        )

    return sorted(found, key=key)
