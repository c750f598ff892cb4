"""Check shapes with pySHACL: against the shapes of shapes, and on records without values.

This also checks an ontology against the shapes of its statements.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, Final, cast

import pyoxigraph as ox
import pyshacl
from pyshacl.entrypoints import meta_validate
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import RDF, SH
from rdflib.term import Node

from netkg.ontology.conversion import to_rdflib, triple_to_rdflib
from netkg.ontology.files import default_folders, parse_file
from netkg.ontology.folder import Folder, short
from netkg.ontology.remark import Remark
from netkg.validation.shapes_index import ShapesIndex, sh

__all__ = ["check_meta", "check_statements"]

# Shapes of how the ontology of this project is written, and not of what a statement needs.
STYLE: Final = "house-style.ttl"


def _graph(triples: Iterable[ox.Triple]) -> Graph:
    graph = Graph()
    for triple in triples:
        graph.add(triple_to_rdflib(triple))
    return graph


def check_meta(found: Folder) -> Iterator[Remark]:
    """Yield a remark for each value of SHACL that SHACL does not allow."""
    graph = _graph(
        triple
        for triple in found.triples
        if found.place(triple.subject, triple)[0] not in found.unchanged
    )
    if not graph:
        return
    _, report, _ = meta_validate(graph, inference="none")
    results = list(report.objects(None, SH.result))
    # A shape with such a value is itself not valid, which says nothing new.
    direct = [result for result in results if report.value(result, SH.resultPath)]
    for result in direct or results:
        subject, triple = _of(report, result)
        value = report.value(result, SH.value)
        problem = f"{_shown(value)} is not valid" if value is not None else "is not a valid shape"
        expected = _expected(report, result)
        if value is None and (path := report.value(result, SH.resultPath)) is not None:
            named = short(_back(path)) if isinstance(path, URIRef) else "a path"
            problem = f"{named} is absent or appears too often"
        yield found.remark(problem, subject, triple, expected=expected)


def check_probe(found: Folder, shapes: ShapesIndex) -> Iterator[Remark]:
    """Yield a remark if pySHACL cannot evaluate the shapes, on one record of each class."""
    data = Graph()
    for shape in shapes.targeted:
        for class_ in shapes.objects(shape, sh("targetClass")):
            data.add((BNode(), RDF.type, to_rdflib(class_)))
    try:
        pyshacl.validate(data, shacl_graph=_graph(found.triples), inplace=True, inference="none")
    except Exception as error:
        yield Remark("", f"pySHACL cannot evaluate the shapes: {_first_line(error)}")


def check_statements(found: Folder) -> Iterator[Remark]:
    """Yield a remark for each entry of an ontology that lacks what its shapes ask for."""
    shapes = _shapes_of_statements()
    _, report, _ = pyshacl.validate(
        _graph(found.triples), shacl_graph=shapes, inplace=True, inference="none"
    )
    assert isinstance(report, Graph)
    for result in report.objects(None, SH.result):
        subject, triple = _of(report, result)
        shape = report.value(result, SH.sourceShape)
        message = str(shapes.value(shape, SH.message))
        remedy = shapes.value(shape, URIRef("https://w3id.org/netkg/shapes#remedy"))
        path = report.value(result, SH.resultPath)
        predicate = short(_back(path)) if isinstance(path, URIRef) else ""
        yield found.remark(f"{message} {remedy}", subject, triple, predicate=predicate)


@cache
def _shapes_of_statements() -> Graph:
    folder = default_folders().shapes / "guideline"
    files = [file for file in sorted(folder.glob("*.ttl")) if file.name != STYLE]
    return _graph(triple for file in files for triple, _ in parse_file(file))


def _of(report: Graph, result: Node) -> tuple[Any, ox.Triple | None]:
    """Return the focus of a result, and the triple that it is about if there is one."""
    subject = _back(cast(Node, report.value(result, SH.focusNode)))
    path, value = report.value(result, SH.resultPath), report.value(result, SH.value)
    if isinstance(path, URIRef) and value is not None and not isinstance(subject, ox.Literal):
        return subject, ox.Triple(subject, ox.NamedNode(str(path)), _back(value))
    return subject, None


def _back(term: Node) -> Any:
    """Return a term of rdflib as one of pyoxigraph."""
    if isinstance(term, URIRef):
        return ox.NamedNode(str(term))
    if isinstance(term, BNode):
        return ox.BlankNode(str(term))
    assert isinstance(term, Literal)
    if term.language:
        return ox.Literal(str(term), language=term.language)
    datatype = ox.NamedNode(str(term.datatype)) if term.datatype else None
    return ox.Literal(str(term), datatype=datatype)


def _shown(value: Node) -> str:
    return repr(str(value)) if isinstance(value, Literal) else short(_back(value))


def _expected(report: Graph, result: Node) -> str:
    """Return what the shape of a result expects; the report contains it."""
    shape = report.value(result, SH.sourceShape)
    component = report.value(result, SH.sourceConstraintComponent)
    if component == SH.MaxCountConstraintComponent:
        none = report.value(shape, SH.maxCount) == Literal(0)
        return "a property shape, with sh:path" if none else "one"
    if component == SH.MinCountConstraintComponent:
        return "at least one value"
    if component == SH.DatatypeConstraintComponent:
        return f"a value of {short(_back(cast(Node, report.value(shape, SH.datatype))))}"
    if component == SH.NodeKindConstraintComponent:
        return short(_back(cast(Node, report.value(shape, SH.nodeKind)))).removeprefix("sh:")
    return "what the specification of SHACL allows there"


def _first_line(words: object) -> str:
    return str(words).partition("\n")[0].rstrip(".")
