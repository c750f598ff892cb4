"""Check that compiled shapes find what pySHACL finds, and refuse what they cannot evaluate."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pyoxigraph as ox
import pytest
from test_interop_shacl import EXAMPLES, FIELDS, STEMS, VALUES, awkward, read, turtle_cases

from netkg.case.finding import ShapeResult
from netkg.case.model import Case
from netkg.compiler.generated import functions
from netkg.compiler.shape_functions import write_shapes
from netkg.compiler.shape_values import NAMES
from netkg.compiler.shapes import read_shapes
from netkg.errors import UnsupportedConstruct
from netkg.namespaces import SH
from netkg.ontology.files import parse_turtle
from netkg.ontology.schema import TYPE
from netkg.plan.engine import Engine
from netkg.reasoning.facts import Facts
from netkg.validation.naming import with_names
from netkg.validation.reference import Reference

ROOT = Path(__file__).parent.parent
PREFIXES = f"""@prefix : <urn:t:> . @prefix sh: <{SH}> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix netkg: <https://w3id.org/netkg/ns#> .
"""


def graph_of(triples: Iterable[ox.Triple]) -> Facts:
    facts = Facts()
    for triple in triples:
        facts.add(str(triple.subject), triple.predicate.value, str(triple.object))
    return facts


# -- each component -----------------------------------------------------------------------
# Each shape targets the class of its name, and has the property :p.
SHAPES = {
    "maxCount": "sh:maxCount 2",
    "maxCount0": "sh:maxCount 0",
    "minCount": "sh:minCount 2",
    "minCount0": "sh:minCount 0",
    **{
        f"datatype-{name}": f"sh:datatype xsd:{name}"
        for name in (
            *("boolean", "byte", "date", "dateTime", "decimal", "double", "duration", "integer"),
            *("nonNegativeInteger", "string", "time", "anyURI"),
        )
    },
    "datatype-lang": "sh:datatype rdf:langString",
    "datatype-other": "sh:datatype <urn:other>",
    "class": "sh:class :Known",
    "class-two": "sh:class :Known, :Class",
    **{
        f"nodeKind-{kind}": f"sh:nodeKind sh:{kind}"
        for kind in ("IRI", "BlankNode", "Literal", "BlankNodeOrIRI", "IRIOrLiteral")
    },
    "nodeKind-BlankNodeOrLiteral": "sh:nodeKind sh:BlankNodeOrLiteral",
    **{
        f"{name}-{number}": f"sh:{name} {bound}"
        for name in ("minInclusive", "maxInclusive", "minExclusive", "maxExclusive")
        for number, bound in enumerate(("5", "5.0", "0e0", '"2026-01-05"^^xsd:date'))
    },
    "bounds": "sh:minInclusive 0.0 ; sh:maxExclusive 100.0 ; sh:datatype xsd:decimal",
    "in": 'sh:in ( 5 "12"@en :known "" "2026-01-05"^^xsd:date )',
    "in-nothing": "sh:in ()",
    "minLength": "sh:minLength 3",
    "maxLength": "sh:maxLength 4 ; sh:minLength 1",
    "pattern": 'sh:pattern "^[0-9]+$"',
    "pattern-flags": 'sh:pattern "^A" ; sh:flags "i"',
    "pattern-two": 'sh:pattern "a" , "2"',
    "hasValue": "sh:hasValue 5",
    "hasValue-two": "sh:hasValue :known, 6",
    "not": "sh:not [ sh:class :Known ]",
    "not-two": "sh:not [ sh:datatype xsd:decimal ], [ sh:nodeKind sh:IRI ]",
    "or": "sh:or ( [ sh:datatype xsd:decimal ; sh:minInclusive 0.0 ] [ sh:datatype xsd:double ] )",
    "and": "sh:and ( [ sh:nodeKind sh:Literal ] [ sh:not [ sh:datatype xsd:string ] ] )",
    "xone": "sh:xone ( [ sh:nodeKind sh:IRI ] [ sh:class :Known ] [ sh:datatype xsd:date ] )",
    "node": "sh:node [ sh:nodeKind sh:Literal ; sh:not [ sh:datatype xsd:integer ] ]",
    "below": "sh:property :inner",
    "below-not": "sh:not [ sh:path :q ; sh:minCount 1 ]",
    "deactivated": "sh:maxCount 0 ; sh:deactivated true",
    "not-deactivated": "sh:not [ sh:maxCount 0 ; sh:path :q ; sh:deactivated true ]",
    "severity": "sh:maxCount 0 ; sh:severity sh:Warning",
}
# Other shapes, with all that they need.
OTHERS = """
:inner sh:path :q ; sh:maxCount 1 ; sh:datatype xsd:integer ; sh:property [ sh:path :r ;
    sh:hasValue 1 ] .
:path a sh:PropertyShape ; sh:targetClass :C ; sh:path [ sh:alternativePath ( :p :q rdf:type ) ] ;
    sh:maxCount 40 ; sh:nodeKind sh:IRI .
:closed a sh:NodeShape ; sh:targetClass :C ; sh:closed true ; sh:ignoredProperties ( rdf:type ) ;
    sh:property [ sh:path :r ; sh:maxCount 1 ], [ sh:path :p ; sh:deactivated true ] .
:closed-all a sh:NodeShape ; sh:targetClass :C ; sh:closed true .
:closed-not a sh:NodeShape ; sh:targetClass :C ; sh:closed false .
:closed-values a sh:PropertyShape ; sh:targetClass :C ; sh:path :p ; sh:closed true ;
    sh:ignoredProperties ( rdf:type ) .
:open a sh:NodeShape ; sh:targetClass :C ; sh:or ( [ sh:closed true ] [ sh:hasValue :known ] ) .
:objects a sh:NodeShape ; sh:targetObjectsOf :q, :p ; sh:nodeKind sh:Literal .
:subjects a sh:NodeShape ; sh:targetSubjectsOf :q ; sh:class :Known ; sh:hasValue :known .
:nodes sh:targetNode :known, :absent ; sh:class :Known .
:two sh:targetClass :C ; sh:targetObjectsOf :p ; sh:nodeKind sh:BlankNode .
:above a sh:NodeShape ; sh:targetClass :C ; sh:property :inner, [ sh:path :p ; sh:maxCount 3 ] .
:types sh:targetClass :Derived ; sh:not [ sh:class :Derived ] .
:classless sh:targetClass :Above ; sh:nodeKind sh:Literal .
"""
MORE = (
    *('"300"^^xsd:unsignedByte', '"-5"^^xsd:nonNegativeInteger', '"5.0"^^xsd:double', "5.0", "6"),
    *('"1"^^xsd:positiveInteger', '"-129"^^xsd:byte', '"5"', '"5"@en', '"1e400"^^xsd:double'),
    *('"a\\\\b"', '"http://x"^^xsd:anyURI', '"a b"^^xsd:anyURI', '"P1D"^^xsd:dayTimeDuration'),
    *('"2026-01-05"^^xsd:date', '"2026-01-04"^^xsd:date', '"2026-01-06"^^xsd:date', "4.99", "5.01"),
    *('"10:00:00"^^xsd:time', '"100"^^xsd:decimal', '"x"^^rdf:HTML', '"x"^^rdf:langString2'),
    *(":known", ":unknown", ":typed", "_:b", '"12"^^xsd:integer', '"5"^^<urn:other>', "true"),
)
DATA = f"""
:known a :Known ; :q :known . :typed a :Typed, :Known ; :q 1, 2 ; :r 1 . :Typed rdf:type :Class .
:unknown :q "x", :known ; :z 1 . _:b :q :known ; :r 2, 3 .
:1 a :C ; :p {", ".join((*VALUES, *MORE))} ; :q :unknown ; :z 1 .
:2 a :C ; :p 5 . :3 a :C ; :p 5, 6 ; :r 1 . :4 a :C . :5 a :C ; :p :known, :typed ; :q :typed .
"""


@dataclass(frozen=True)
class Graph:
    """What the reference asks of a case."""

    triples: Sequence[ox.Triple]

    @property
    def nodes(self) -> set[str]:
        """All nodes, whatever they are."""
        terms = {term for t in self.triples for term in (t.subject, t.object)}
        return {getattr(term, "value", "") for term in terms} | {"urn:t:absent"}


def turtle(text: str) -> list[ox.Triple]:
    quads = ox.parse(PREFIXES + text, format=ox.RdfFormat.TURTLE, rename_blank_nodes=True)
    return [quad.triple for quad in quads]


def batches(cases: Iterable[Case], most: int = 40) -> Iterator[list[Case]]:
    """Yield cases that pySHACL can validate at once: no two of them share a record."""
    batch: list[Case] = []
    seen: set[str] = set()
    for case in cases:
        if len(batch) == most or case.nodes & seen:
            yield batch
            batch, seen = [], set()
        batch.append(case)
        seen |= case.nodes
    yield batch


def compiled(shapes: Iterable[ox.Triple], vocabulary: Iterable[ox.Triple] = ()) -> Any:
    return functions(write_shapes(read_shapes(shapes, vocabulary, Path("shapes"))), NAMES)["shapes"]


@pytest.fixture(scope="module")
def found() -> tuple[list[ShapeResult], list[ShapeResult]]:
    """Return the results of all shapes, compiled and by pySHACL in one call."""
    own = (
        f":{name} a sh:PropertyShape ; sh:targetClass :C ; sh:path :p ; {text} .\n"
        for name, text in SHAPES.items()
    )
    shapes = with_names(turtle("".join(own) + OTHERS))
    data, types = turtle(DATA), turtle(":4 a :Derived . :known a :Known, :Derived .")
    vocabulary = turtle(":unknown a :Class . :coded a :Class, :Known .")
    results = compiled(shapes, vocabulary)(graph_of([*data, *types]))
    (expected,) = Reference(shapes, vocabulary).results([cast(Case, Graph(data))], types)
    return results, expected


def named(results: Iterable[ShapeResult], name: str) -> Counter[ShapeResult]:
    """Return the results of a shape on nodes with a name."""
    return Counter(
        each for each in results if each.shape == f"urn:t:{name}" and each.focus.startswith("urn:")
    )


SHAPE_NAMES = [
    *SHAPES,
    *(line[1:].split()[0] for line in OTHERS.splitlines() if line.startswith(":")),
]
# Shapes that accept all of the data.
SILENT = {"minCount0", "deactivated", "closed-not", "classless", "below", "above"}


@pytest.mark.parametrize("name", SHAPE_NAMES)
def test_a_shape_finds_what_pyshacl_finds(
    name: str, found: tuple[list[ShapeResult], list[ShapeResult]]
) -> None:
    results, expected = (named(each, name) for each in found)
    assert results == expected
    assert bool(results) == (name not in SILENT)


def test_every_component_has_results(
    found: tuple[list[ShapeResult], list[ShapeResult]],
) -> None:
    results, expected = (
        Counter(each for each in results if each.focus.startswith("urn:")) for results in found
    )
    assert results == expected
    assert len({each.component for each in results}) == 20


# -- the shapes of cases ------------------------------------------------------------------
@pytest.fixture(scope="module")
def validate(engine: Engine) -> Any:
    own = engine.validator
    return functions(write_shapes(read_shapes(own.triples, own.vocabulary, own.folder)), NAMES)[
        "shapes"
    ]


def corpus(name: str, engine: Engine) -> Iterable[Case]:
    if name == "examples":
        return (case for path in EXAMPLES for case in read(path, engine))
    if name == "awkward values":
        return turtle_cases(awkward(FIELDS, VALUES), engine)
    return (
        case
        for stem in STEMS
        for path in sorted((ROOT / "tests" / "shapes" / stem).glob("*.ttl"))
        for case in turtle_cases(
            path.read_text(encoding="utf-8").replace(
                "<https://example.org/>", f"<https://example.org/{path.stem}/>"
            ),
            engine,
        )
    )


@pytest.mark.parametrize("name", ["examples", "fixtures", "awkward values"])
def test_the_shapes_of_cases_find_what_pyshacl_finds(
    name: str, engine: Engine, validate: Any
) -> None:
    own, number, total = engine.validator, 0, Counter[str]()
    reference = Reference(own.triples, own.vocabulary)
    for batch in batches(corpus(name, engine)):
        types: list[list[ox.Triple]] = []
        for case in batch:
            number += 1
            # Conditions that a case need not meet: the engines must agree on any.
            classes = own.classes[number % 5 :: 5] if number % 2 else ()
            types.append(
                [
                    ox.Triple(ox.NamedNode(node), TYPE, class_)
                    for node, kind in kinds(case).items()
                    for class_ in classes
                    if engine.compiler.scope(class_) == kind
                ]
            )
        expected = reference.results(batch, [t for each in types for t in each])
        for case, derived, theirs in zip(batch, types, expected, strict=True):
            ours = [
                each
                for each in validate(graph_of([*case.triples, *derived]))
                if each.focus in case.nodes
            ]
            assert Counter(ours) == Counter(theirs)
            assert shown(own.findings(case, ours)) == shown(own.findings(case, theirs))
            total.update(each.shape for each in ours)
    assert number > 80
    assert len(total) > (20 if name == "awkward values" else 40)


def kinds(case: Case) -> dict[str, str]:
    """Return the class of each record of a case."""
    below = {value for tumor in case.tumors for value in case.values(tumor.value, "measurements")}
    return {
        **{node: "Measurement" if node in below else "ClinicalEvent" for node in case.records},
        **{tumor.value: "Tumor" for tumor in case.tumors},
        **{metastasis.value: "Metastasis" for metastasis in case.metastases},
        case.node.value: "Case",
    }


def shown(findings: Iterable[Any]) -> list[Any]:
    """Return all that is said about findings, also what their equality leaves out."""
    return [(each.to_dict(), each.pointer, each.result, shown(each.parts)) for each in findings]


def test_a_source_depends_on_the_shapes_alone(engine: Engine) -> None:
    own = engine.validator
    again = parse_turtle(own.folder)  # with other blank nodes
    first, second = (
        write_shapes(read_shapes(triples, own.vocabulary, own.folder))
        for triples in (own.triples, again)
    )
    assert first == second


def test_a_changed_shape_changes_what_is_found(engine: Engine) -> None:
    own = engine.validator
    (case,) = turtle_cases(awkward([("Case", "ageAtDiagnosis")], ["120.0"]), engine)
    text = (own.folder / "case.ttl").read_text(encoding="utf-8")
    changed = text.replace("sh:maxInclusive 130.0", "sh:maxInclusive 119.5")
    assert changed != text
    for source, number in ((text, 0), (changed, 1)):
        triples = [quad.triple for quad in ox.parse(source, format=ox.RdfFormat.TURTLE)]
        assert len(compiled(triples, own.vocabulary)(graph_of(case.triples))) == number


# -- refusals -----------------------------------------------------------------------------
REFUSED = {
    'sh:pattern "(x"': "sh:pattern (x",
    'sh:minLength "a"': "sh:minLength a",
    "sh:uniqueLang true": "sh:uniqueLang true",
    'sh:sparql [ sh:select "SELECT $this WHERE { }" ]': "sh:sparql",
    "sh:qualifiedValueShape [ sh:class :C ] ; sh:qualifiedMinCount 1": "sh:qualifiedValueShape",
    "sh:equals :q": "sh:equals <urn:t:q>",
    "sh:lessThan :q": "sh:lessThan <urn:t:q>",
    "sh:datatype rdfs:Literal": "sh:datatype rdfs:Literal",
    "sh:datatype xsd:date, xsd:time": "more than one sh:datatype",
    'sh:minInclusive "a"': "sh:minInclusive a",
    'sh:minInclusive "x"^^xsd:decimal': "sh:minInclusive x",
    'sh:in ( "P1D"^^xsd:duration )': "sh:in",
    'sh:hasValue "noon"^^xsd:time': "sh:hasValue noon",
    "sh:minCount 1.5": "sh:minCount 1.5",
    "sh:node :path": "sh:node <urn:t:path>",
    "sh:property [ sh:class :C ]": "sh:property",
    "sh:or ( [ sh:not [ sh:languageIn ( 'en' ) ] ] )": "sh:languageIn",
    "sh:not :S": "a shape that refers to itself",
}
PATHS = (
    "[ sh:inversePath :p ]",
    "( :p :q )",
    "[ sh:alternativePath ( :p [ sh:inversePath :q ] ) ]",
)
HEAD = ":path sh:path :p ; sh:maxCount 1 .\n"
LINE = (PREFIXES + HEAD).count("\n") + 1


def refused(text: str, folder: Path) -> UnsupportedConstruct:
    (folder / "own.ttl").write_text(PREFIXES + HEAD + text, encoding="utf-8")
    with pytest.raises(UnsupportedConstruct) as error:
        read_shapes(parse_turtle(folder), (), folder)
    return error.value


@pytest.mark.parametrize("text", REFUSED)
def test_a_construct_is_refused_with_its_file_and_line(text: str, tmp_path: Path) -> None:
    error = refused(
        f":S a sh:PropertyShape ; sh:targetClass :C ; sh:path :p ;\n {text} .", tmp_path
    )
    assert error.problem == f"{REFUSED[text]} is not implemented"
    assert f"own.ttl, line {LINE + 1}," in error.term or "itself" in error.problem
    assert error.expected


@pytest.mark.parametrize("path", PATHS)
def test_a_path_is_refused(path: str, tmp_path: Path) -> None:
    text = f":S sh:targetClass :C ; sh:maxCount 1 ;\n sh:path {path} ."
    assert f"line {LINE + 1}" in refused(text, tmp_path).term


@pytest.mark.parametrize(
    "text",
    [
        ":S a rdfs:Class, sh:NodeShape ; sh:class :C .",
        ":S a sh:ConstraintComponent ; sh:parameter [ sh:path :p ] .",
        ":S a sh:NodeShape ; sh:targetClass :C ; sh:maxCount 1 .",
        ":S a sh:PropertyShape ; sh:targetClass :C ; sh:path :p ; sh:path :q ; sh:maxCount 1 .",
        ":S sh:targetClass :C ; sh:property [ sh:path rdf:type ; sh:minCount 1 ] .",
    ],
)
def test_other_shapes_are_refused(text: str, tmp_path: Path) -> None:
    assert f"line {LINE}," in refused(text, tmp_path).term


def test_a_shape_that_nothing_evaluates_is_not_refused(tmp_path: Path) -> None:
    text = ":S a sh:NodeShape ; sh:uniqueLang true ."
    assert read_shapes(turtle(text), (), tmp_path) == ()


# -- what is loaded -----------------------------------------------------------------------
def test_compiled_shapes_load_neither_rdflib_nor_pyshacl() -> None:
    code = (
        "import sys, netkg.compiler.shape_functions, netkg.plan.engine, netkg.validation.report\n"
        "assert not {'rdflib', 'pyshacl'} & sys.modules.keys()"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
