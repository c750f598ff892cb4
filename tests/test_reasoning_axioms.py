"""Compare the compiler with owlrl on small ontologies, one for each kind of axiom.

``tests/reasoning/<axiom>/given.ttl`` is an ontology with a few records,
``then.ttl`` has the classes to which the records belong, ``open.ttl`` those
to which they may belong. ``refused/<what>.ttl`` contains an axiom that must be
refused by this name, ``faulty/<what>.ttl`` an ontology that cannot be right.
"""

from __future__ import annotations

from pathlib import Path

import owlrl
import pyoxigraph as ox
import pytest
from compiled_criteria import compiled
from rdflib import BNode, Graph, URIRef
from rdflib.namespace import OWL, RDF

from netkg.errors import KnowledgeError, UnsupportedAxiom
from netkg.ontology.compiler import Compiler
from netkg.ontology.guideline import Catalogue
from netkg.ontology.schema import Schema
from netkg.reasoning.evaluator import Evaluator
from netkg.reasoning.facts import Facts
from netkg.reasoning.verdicts import TRUE, UNKNOWN

FOLDER = Path(__file__).parent / "reasoning"
# What owlrl adds to a graph that contains a contradiction.
ERROR = URIRef("http://www.daml.org/2002/03/agents/agent-ont#error")
EXAMPLE = "https://example.org/"
AXIOMS = sorted(path.parent for path in FOLDER.glob("*/given.ttl"))
REFUSED = sorted((FOLDER / "refused").glob("*.ttl"))
FAULTY = sorted((FOLDER / "faulty").glob("*.ttl"))

Pairs = set[tuple[str, str]]


def name(path: Path) -> str:
    return path.stem


def triples(path: Path) -> list[ox.Triple]:
    return [quad.triple for quad in ox.parse(path=path)]


def types(path: Path) -> Pairs:
    """Read the types of records in a file; a file that does not exist has none."""
    if not path.exists():
        return set()
    graph = Graph().parse(path)
    assert len(graph) > 0, "the file holds nothing"
    assert set(graph.predicates()) == {RDF.type}
    return {(str(s), str(o)) for s, o in graph.subject_objects(RDF.type)}


def records_and_classes(folder: Path) -> tuple[set[URIRef], set[URIRef]]:
    """List the records of an ontology, and the classes to which they may belong."""
    graph = Graph().parse(folder / "given.ttl")
    kinds = {URIRef(f"https://w3id.org/netkg/ns#{name}") for name in ("Case", "Tumor")}
    classes = set(graph.subjects(RDF.type, OWL.Class)) - kinds
    records = {node for node in graph.subjects() if str(node).startswith(EXAMPLE)}
    assert records
    assert classes
    return (
        {node for node in records if isinstance(node, URIRef)},
        {node for node in classes if not isinstance(node, BNode)},
    )


def test_there_are_ontologies_of_every_sort() -> None:
    assert len(AXIOMS) >= 15
    assert len(REFUSED) >= 20
    assert FAULTY
    assert {path.parent for path in FOLDER.glob("*/then.ttl")} == set(AXIOMS)
    assert any((folder / "open.ttl").exists() for folder in AXIOMS)


@pytest.mark.parametrize("folder", AXIOMS, ids=name)
@pytest.mark.parametrize("way", ["interpreted", "compiled"])
def test_the_compiler_gives_exactly_what_follows(folder: Path, way: str) -> None:
    given = triples(folder / "given.ttl")
    compiler = Compiler(Schema(given))
    facts = Facts()
    facts.record(t for t in given if str(t.subject).startswith(f"<{EXAMPLE}"))
    evaluator = Evaluator(compiler, facts, compiled(compiler) if way == "compiled" else None)
    records, classes = records_and_classes(folder)
    found: dict[int, Pairs] = {TRUE: set(), UNKNOWN: set()}
    for record in records:
        for class_ in classes:
            verdict = evaluator.verdict(compiler.compile(ox.NamedNode(class_)), str(record))
            found.setdefault(verdict, set()).add((str(record), str(class_)))
    assert found[TRUE] == types(folder / "then.ttl")
    assert found[UNKNOWN] == types(folder / "open.ttl")


@pytest.mark.parametrize("folder", AXIOMS, ids=name)
def test_a_reasoner_that_knows_nothing_of_netkg_gives_the_same(folder: Path) -> None:
    graph = Graph().parse(folder / "given.ttl")
    records, classes = records_and_classes(folder)
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    assert not list(graph.objects(None, ERROR)), "the ontology contradicts itself"
    entailed = {
        (str(record), str(class_))
        for record in records
        for class_ in graph.objects(record, RDF.type)
        if class_ in classes
    }
    assert entailed == types(folder / "then.ttl")


@pytest.mark.parametrize("path", REFUSED, ids=name)
def test_an_axiom_that_is_not_implemented_is_refused_by_name(path: Path) -> None:
    schema = Schema(triples(path))
    with pytest.raises(UnsupportedAxiom) as refusal:
        compile_all(schema)
    assert path.stem.replace("-", " ") in str(refusal.value)


@pytest.mark.parametrize("path", FAULTY, ids=name)
def test_a_faulty_ontology_is_refused(path: Path) -> None:
    schema = Schema(triples(path))
    with pytest.raises(KnowledgeError) as refusal:
        Catalogue(schema, compile_all(schema))
    assert not isinstance(refusal.value, UnsupportedAxiom)
    expected = {
        "class-defined-by-itself": "defined in terms of itself",
        "class-of-values-without-individuals": "no individual",
        "list-that-never-ends": "not a well-formed RDF list",
        "supersession-in-a-cycle": "cycle (TX-",
        "supersession-of-itself": "cycle (TX-01 → TX-01)",
    }
    assert expected[path.stem] in str(refusal.value)


def compile_all(schema: Schema) -> Compiler:
    compiler = Compiler(schema)
    for class_ in schema.instances(ox.NamedNode(str(OWL.Class))):
        compiler.compile(class_)
    return compiler


def test_an_axiom_that_is_refused_names_the_class_that_it_is_on() -> None:
    schema = Schema(quad.triple for quad in Schema.load().store)
    unlisted = next(
        quad
        for quad in schema.store.quads_for_pattern(None, ox.NamedNode(OWL + "hasValue"), None)
        if isinstance(quad.subject, ox.BlankNode)
    )
    place = schema.whereabouts(unlisted.subject)
    assert place.startswith("an expression at ")
    schema.store.add(
        ox.Quad(unlisted.subject, ox.NamedNode(OWL + "allValuesFrom"), unlisted.object)
    )
    with pytest.raises(UnsupportedAxiom, match=f"{place}: the axiom allValuesFrom"):
        Compiler(schema)
