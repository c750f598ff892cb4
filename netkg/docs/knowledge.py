"""Read what the pages tell of: the ontology by modules, the shapes, the queries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from netkg.docs.pages import Anchor, Page, code, escape
from netkg.namespaces import DCTERMS, PREFIXES, local_name
from netkg.ontology.compiler import Compiler
from netkg.ontology.files import default_folders
from netkg.ontology.guideline import Catalogue
from netkg.ontology.schema import TYPE, Field, Schema, netkg, owl

__all__ = ["ONTOLOGY", "Knowledge", "Module"]


ONTOLOGY: Final = owl("Ontology")
_TITLE = ox.NamedNode(DCTERMS + "title")
_DESCRIPTION = ox.NamedNode(DCTERMS + "description")


@dataclass(frozen=True, slots=True)
class Module:
    """Hold one file of Turtle: what its header says, and its terms in their order.

    ``file`` is the path below its folder; ``imports`` are IRIs.
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
        """Give the path of its page, which follows that of the file."""
        return f"modules/{self.file.removeprefix('guidelines/').removesuffix('.ttl')}.md"


class Knowledge:
    """Hold the ontology and the shapes, each as a whole and by files, and find queries.

    Raises:
        KnowledgeError: if a file cannot be read, or a statement lacks what it needs.
    """

    def __init__(self, ontology: Path | None = None, shapes: Path | None = None) -> None:
        folders = default_folders()
        ontology, shapes = ontology or folders.ontology, shapes or folders.shapes
        self.queries = folders.queries
        self.schema = Schema.load(ontology)
        self.compiler = Compiler(self.schema)
        self.catalogue = Catalogue(self.schema, self.compiler)
        self.shapes = Schema.load(shapes)
        self.modules = tuple(_modules(ontology, self.schema))
        self.shape_files = tuple(_modules(shapes, self.shapes))

    @cached_property
    def paths(self) -> Mapping[str, Field]:
        """Give the fields of the case format by their paths."""
        return {
            field.path: field for record in self.schema.fields.values() for field in record.values()
        }

    # -- where a term is told of ---------------------------------------------------
    @cached_property
    def _module_places(self) -> Mapping[ox.NamedNode, Anchor]:
        return {
            term: Anchor(module.page, local_name(term.value))
            for module in self.modules
            for term in module.terms
        }

    @cached_property
    def _subject_places(self) -> Mapping[ox.NamedNode, Anchor]:
        places: dict[ox.NamedNode, Anchor] = {}
        for statement in self.catalogue.statements:
            places[statement.node] = Anchor("statements.md", statement.id)
            population = self.schema.one(statement.node, netkg("appliesTo"))
            if isinstance(population, ox.NamedNode):
                places[population] = places[statement.node]
        for kind, page in (
            ("Gap", "guideline.md"),
            ("Fault", "guideline.md"),
            ("Reference", "guideline.md"),
            ("Interval", "thresholds.md"),
        ):
            for node in self.schema.instances(netkg(kind)):
                places[node] = Anchor(page, local_name(node.value))
        for name in self.schema.event_types:
            places[netkg(name)] = Anchor("events.md", name)
        names = [field.name for field in self.paths.values()]
        for path, field in self.paths.items():
            if names.count(field.name) == 1:
                places[netkg(field.name)] = Anchor("fields.md", path)
        return places

    def place(self, term: ox.NamedNode, *, among_modules: bool = False) -> Anchor | None:
        """Give where a term is told of: on the page of its subject, else of its module."""
        if not among_modules and term in self._subject_places:
            return self._subject_places[term]
        return self._module_places.get(term)

    def link(self, page: Page, term: ox.NamedNode, words: str = "") -> str:
        """Give a term as a link with Markdown words, by default with its label."""
        among = page.path.startswith("modules/")
        shown = words or escape(self.schema.label(term))
        return page.link(self.place(term, among_modules=among), shown)

    def name(self, page: Page, term: ox.NamedNode) -> str:
        """Give a term as a link with its local name as code."""
        return self.link(page, term, code(local_name(term.value)))

    def short(self, term: ox.NamedNode) -> str:
        """Give an IRI with the prefix of a known namespace, or whole."""
        for prefix, namespace in PREFIXES.items():
            if term.value.startswith(namespace):
                return f"{prefix}:{term.value.removeprefix(namespace)}"
        return term.value

    def statements(self, page: Page, ids: Iterable[str]) -> str:
        """Give statements as links with their ids, in the order of the document."""
        wanted = set(ids)
        return ", ".join(
            page.link(Anchor("statements.md", row.id), row.id)
            for row in self.catalogue.statements
            if row.id in wanted
        )


def _modules(folder: Path, schema: Schema) -> Iterator[Module]:
    """Yield the modules of a folder, that of all imports first and then in their order."""
    found = [_module(file, folder, schema) for file in sorted(folder.rglob("*.ttl"))]
    order = [iri for module in found for iri in (module.iri, *module.imports) if module.imports]
    ranks = {iri: rank for rank, iri in reversed(list(enumerate(order)))}
    yield from sorted(found, key=lambda module: (ranks.get(module.iri, len(order)), module.file))


def _module(file: Path, folder: Path, schema: Schema) -> Module:
    """Read one file, which the schema has read before without complaint."""
    quads = list(ox.parse(path=str(file), format=ox.RdfFormat.TURTLE))
    headers = [q.subject for q in quads if q.predicate == TYPE and q.object == ONTOLOGY]
    iri = headers[0] if headers else ox.BlankNode()
    assert not isinstance(iri, ox.Triple)
    typed = (q.subject for q in quads if q.predicate == TYPE and q.object != ONTOLOGY)
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
