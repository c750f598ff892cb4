"""Write into each module of the ontology what it imports, and where its modules are.

    python tools/link_modules.py [--check]

A module imports the modules that declare the properties and the classes of its axioms, so that
it opens alone in an editor: without the declaration, an editor takes a property for an
annotation. It does not import the values that it names, such as the statement that is the
source of an interval: no reader needs their declaration, and modules would import each other
in circles, in which an editor reads one of them too early.

``ontology/catalog-v001.xml`` leads from the IRI of each module to its file. With ``--check``
nothing is written; the files that would change are listed, and the exit status is 1 if there
are any.
"""

import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import pyoxigraph as ox
from rdflib.namespace import OWL, RDF, RDFS

from netkg.export.catalog import catalog
from netkg.ontology.files import parse_file

ROOT: Final = Path(__file__).resolve().parent.parent
ONTOLOGY: Final = ROOT / "ontology"
# It imports every module, by layer.
CONTENTS: Final = ONTOLOGY / "netkg.ttl"
# Axioms about classes and properties, and those about a list of them.
OF_CLASSES: Final = {
    *map(str, (RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, RDFS.range)),
    *map(str, (OWL.equivalentClass, OWL.disjointWith, OWL.complementOf, OWL.inverseOf)),
    *map(str, (OWL.onProperty, OWL.onClass, OWL.someValuesFrom, OWL.allValuesFrom)),
}
OF_LISTS: Final = {*map(str, (OWL.intersectionOf, OWL.unionOf, OWL.members))}
_VERSION: Final = re.compile(r'(    owl:versionInfo "[^"]*")(?: ;\n    owl:imports [^;]*?)?\n\.')


def homes(modules: Mapping[Path, list[ox.Triple]]) -> dict[str, str]:
    """Return the module that declares each term."""
    return {
        triple.subject.value: module_of(triples)
        for triples in modules.values()
        for triple in triples
        if triple.predicate.value == str(RDF.type) and isinstance(triple.subject, ox.NamedNode)
    }


def module_of(triples: list[ox.Triple]) -> str:
    """Return the IRI of the module that a file contains."""
    (found,) = (
        triple.subject.value for triple in triples if triple.object.value == str(OWL.Ontology)
    )
    return found


def in_axioms(triples: list[ox.Triple]) -> Iterator[ox.NamedNode | ox.BlankNode | ox.Literal]:
    """Yield the properties and classes of a module that its axioms name, among other nodes."""
    values = {(triple.subject, triple.predicate.value): triple.object for triple in triples}
    for triple in triples:
        yield triple.predicate
        if triple.predicate.value in OF_CLASSES:
            yield from (triple.subject, triple.object)
        elif triple.predicate.value == str(RDF.type):
            yield triple.object
        elif triple.predicate.value in OF_LISTS:
            part = triple.object
            while (part, str(RDF.first)) in values:
                yield values[part, str(RDF.first)]
                part = values[part, str(RDF.rest)]


def imports(triples: list[ox.Triple], home: Mapping[str, str]) -> list[str]:
    """Return the modules that declare what the axioms of a module name, sorted."""
    used = {home.get(getattr(node, "value", "")) for node in in_axioms(triples)}
    return sorted(used - {None, module_of(triples)})


def linked(text: str, names: list[str]) -> str:
    """Return the text of a module with these imports in its header."""
    line = f" ;\n    owl:imports {' , '.join(f'<{name}>' for name in names)}" if names else ""
    return _VERSION.sub(rf"\1{line}\n.", text, count=1)


def files() -> dict[Path, str]:
    """Return the text that each file of the ontology should have."""
    modules = {file: list(parse_file(file)) for file in sorted(ONTOLOGY.rglob("*.ttl"))}
    home = homes(modules)
    found = {
        file: linked(file.read_text(encoding="utf-8"), imports(triples, home))
        for file, triples in modules.items()
        if file != CONTENTS
    }
    places = (
        (module_of(triples), file.relative_to(ONTOLOGY).as_posix())
        for file, triples in modules.items()
    )
    return {**found, ONTOLOGY / "catalog-v001.xml": catalog(places)}


def main() -> int:
    """Write what has changed, or list it."""
    check = "--check" in sys.argv
    changed = {
        file: text
        for file, text in files().items()
        if not file.exists() or file.read_text(encoding="utf-8") != text
    }
    for file, text in changed.items():
        print(f"{file}: {'not ' if check else ''}linked")  # noqa: T201
        if not check:
            file.write_text(text, encoding="utf-8")
    return int(check and bool(changed))


if __name__ == "__main__":
    sys.exit(main())
