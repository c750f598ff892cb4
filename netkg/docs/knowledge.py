"""Read what the pages describe: the ontology by modules, the shapes, the queries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from netkg.namespaces import DCTERMS, local_name
from netkg.ontology.compiler import Compiler
from netkg.ontology.files import default_folders, parse_file
from netkg.ontology.guideline import Catalogue, Statement
from netkg.ontology.schema import TYPE, Schema, owl
from netkg.validation.check import refuse_faults
from netkg.validation.constraints import Constraint, field_constraints

__all__ = ["Knowledge", "Module"]

_ONTOLOGY: Final = owl("Ontology")
_TITLE: Final = ox.NamedNode(DCTERMS + "title")
_DESCRIPTION: Final = ox.NamedNode(DCTERMS + "description")


@dataclass(frozen=True, slots=True)
class Module:
    """One Turtle file: its header, and the terms that it defines, in their order.

    ``file`` is the path below the folder; ``imports`` are IRIs.
    """

    iri: str
    file: str
    title: str
    description: str
    version_iri: str
    version: str
    imports: tuple[str, ...]
    terms: tuple[ox.NamedNode, ...]

    @property
    def page(self) -> str:
        """The path of its page, which follows that of the file."""
        return f"modules/{self.file.removeprefix('guidelines/').removesuffix('.ttl')}.md"


class Knowledge:
    """The ontology and the shapes, each as a whole and by files, and the queries.

    Raises:
        KnowledgeError: if a file cannot be read, or a statement lacks what it needs.
    """

    def __init__(
        self,
        ontology: Path | None = None,
        shapes: Path | None = None,
        queries: Path | None = None,
    ) -> None:
        refuse_faults(ontology=ontology, shapes=shapes)
        folders = default_folders()
        ontology, shapes = ontology or folders.ontology, shapes or folders.shapes
        self.queries = queries or folders.queries
        self.schema = Schema.load(ontology)
        self.compiler = Compiler(self.schema)
        self.catalogue = Catalogue(self.schema, self.compiler)
        self.shapes = Schema.load(shapes)
        self.modules = tuple(_modules(ontology, self.schema))
        self.shape_files = tuple(_modules(shapes, self.shapes))

    @cached_property
    def statements(self) -> Mapping[ox.NamedNode, Statement]:
        """The statements by their terms, in the order of the document."""
        return {row.node: row for row in self.catalogue.statements}

    @cached_property
    def constraints(self) -> Mapping[tuple[str, str], Constraint]:
        """What the shapes require of each field, by its record and its name."""
        return field_constraints(self.schema, (quad.triple for quad in self.shapes.store))

    @cached_property
    def homes(self) -> Mapping[ox.NamedNode, str]:
        """The page of each term, under the local name of its IRI.

        Properties have a folder of their own: often only the case of one letter distinguishes
        a property from a class (``grade``, ``Grade``), and not every file system keeps it.
        """
        kinds = ("AnnotationProperty", "DatatypeProperty", "ObjectProperty")
        properties = {node for kind in kinds for node in self.schema.subjects(TYPE, owl(kind))}
        return {
            term: f"{'properties' if term in properties else 'terms'}/{local_name(term.value)}.md"
            for module in self.modules
            for term in module.terms
        }


def _modules(folder: Path, schema: Schema) -> Iterator[Module]:
    """Yield the modules of a folder: the one that imports all others, then its imports."""
    found = [_module(file, folder, schema) for file in sorted(folder.rglob("*.ttl"))]
    order = [iri for module in found for iri in (module.iri, *module.imports) if module.imports]
    ranks = {iri: rank for rank, iri in reversed(list(enumerate(order)))}
    yield from sorted(found, key=lambda module: (ranks.get(module.iri, len(order)), module.file))


def _module(file: Path, folder: Path, schema: Schema) -> Module:
    """Read one file, which the schema has read without an error."""
    quads = list(parse_file(file))
    headers = [q.subject for q in quads if q.predicate == TYPE and q.object == _ONTOLOGY]
    iri = headers[0] if headers else ox.BlankNode()
    assert not isinstance(iri, ox.Triple)
    typed = (q.subject for q in quads if q.predicate == TYPE and q.object != _ONTOLOGY)
    terms = dict.fromkeys(term for term in typed if isinstance(term, ox.NamedNode))
    imports = [q.object for q in quads if q.subject == iri and q.predicate == owl("imports")]
    return Module(
        iri=iri.value if isinstance(iri, ox.NamedNode) else "",
        file=file.relative_to(folder).as_posix(),
        title=(schema.text(iri, _TITLE) or file.stem).removeprefix("netkg: "),
        description=schema.text(iri, _DESCRIPTION),
        version_iri=schema.text(iri, owl("versionIRI")),
        version=schema.text(iri, owl("versionInfo")),
        imports=tuple(term.value for term in imports if isinstance(term, ox.NamedNode)),
        terms=tuple(terms),
    )
