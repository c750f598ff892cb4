"""Check with pySHACL: shapes against the shapes of SHACL, an ontology against its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, Final, cast

import pyoxigraph as ox
import pyshacl
from pyshacl.entrypoints import meta_validate
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import SH
from rdflib.term import Node

from netkg.namespaces import NETS
from netkg.ontology.conversion import from_rdflib, triple_to_rdflib
from netkg.ontology.files import default_folders, parse_file
from netkg.ontology.folder import Folder, short
from netkg.ontology.remark import Remark
from netkg.ontology.schema import TYPE

__all__ = ["check_evaluation", "check_meta", "check_statements"]

# How the ontology of this project is written; an ontology of a caller need not follow it.
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
        if triple not in found.faulty
        and found.place(triple.subject, triple)[0] not in found.unchanged
    )
    if not graph:
        return
    _, report, _ = meta_validate(graph, inference="none")
    results = list(report.objects(None, SH.result))
    # A shape with such a value is itself not valid, which says nothing new.
    direct = [result for result in results if report.value(result, SH.resultPath)]
    for result in direct or results:
        subject, triple = _of(found, report, result)
        value = report.value(result, SH.value)
        problem = f"{_shown(value)} is not valid" if value is not None else "is not a valid shape"
        expected = _expected(report, result)
        if value is None and (path := report.value(result, SH.resultPath)) is not None:
            named = short(from_rdflib(path)) if isinstance(path, URIRef) else "a path"
            several = triple is not None and report.value(result, SH.sourceConstraintComponent)
            many = several == SH.MaxCountConstraintComponent
            problem = f"there is {'more than one' if many else 'not a valid'} value of {named}"
        yield found.remark(problem, subject, triple, expected=expected)


def check_evaluation(found: Folder, classes: Iterable[ox.NamedNode]) -> Iterator[Remark]:
    """Yield a remark if pySHACL cannot evaluate shapes on one record of each class."""
    records = _graph(ox.Triple(ox.BlankNode(), TYPE, class_) for class_ in classes)
    try:
        pyshacl.validate(records, shacl_graph=_graph(found.triples), inplace=True)
    except Exception as error:  # of many kinds, whatever the shapes contain
        file, _ = found.place(found.triples[0].subject, found.triples[0])
        yield Remark(file, f"SHACL cannot evaluate the shapes: {_first_line(error)}")


def check_statements(found: Folder) -> Iterator[Remark]:
    """Yield a remark for each entry of an ontology that lacks what its shapes ask for.

    A triple that already has a remark is left out: some values cannot even be compared.
    """
    shapes = _shapes_of_statements()
    graph = _graph(triple for triple in found.triples if triple not in found.faulty)
    _, report, _ = pyshacl.validate(graph, shacl_graph=shapes, inplace=True, inference="none")
    assert isinstance(report, Graph)
    remarks = [_remark(found, shapes, report, each) for each in report.objects(None, SH.result)]
    # A report has no order of its own.
    yield from sorted(remarks, key=lambda remark: (remark.file, remark.line or 0, remark.problem))


def _remark(found: Folder, shapes: Graph, report: Graph, result: Node) -> Remark:
    """Return the remark on a result."""
    subject, triple = _of(found, report, result)
    shape = report.value(result, SH.sourceShape)
    message = str(shapes.value(shape, SH.message))
    remedy = shapes.value(shape, URIRef(NETS + "remedy"))
    path = report.value(result, SH.resultPath)
    predicate = short(from_rdflib(path)) if isinstance(path, URIRef) else ""
    return found.remark(f"{message} {remedy}", subject, triple, predicate=predicate)


@cache
def _shapes_of_statements() -> Graph:
    folder = default_folders().shapes / "guideline"
    files = [file for file in sorted(folder.glob("*.ttl")) if file.name != STYLE]
    return _graph(triple for file in files for triple in parse_file(file))


def _of(found: Folder, report: Graph, result: Node) -> tuple[Any, ox.Triple | None]:
    """Return the focus of a result, and the triple that it is about if there is one."""
    subject = from_rdflib(cast(Node, report.value(result, SH.focusNode)))
    path, value = report.value(result, SH.resultPath), report.value(result, SH.value)
    if not isinstance(path, URIRef) or isinstance(subject, ox.Literal):
        return subject, None
    if value is None:
        return subject, found.last(subject, from_rdflib(path))
    return subject, ox.Triple(subject, from_rdflib(path), from_rdflib(value))


def _shown(value: Node) -> str:
    return repr(str(value)) if isinstance(value, Literal) else short(from_rdflib(value))


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
        return f"a value of {short(from_rdflib(cast(Node, report.value(shape, SH.datatype))))}"
    if component == SH.NodeKindConstraintComponent:
        return short(from_rdflib(cast(Node, report.value(shape, SH.nodeKind)))).removeprefix("sh:")
    return "what the specification of SHACL allows there"


def _first_line(words: object) -> str:
    return str(words).partition("\n")[0].rstrip(".")
