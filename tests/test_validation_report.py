"""Check the validation report of SHACL that the command validate writes."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pyshacl
import pytest
from conftest import Run, Write
from house_files import ROOT
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import RDF, RDFS, SH, XSD
from rdflib.term import Node

from netkg.namespaces import NETKG

DAY = ("--as-of", "2026-03-31")
REPORT_SHAPES = Path(__file__).parent / "validation-report.ttl"
EVENTS = [
    {"type": "CTScan", "status": "performed"},
    {"type": "MRIScan", "status": "aborted"},
    {"type": "NoSuchScan", "status": "planned", "label": 5},
    {"status": "planned"},
]
BAD = {
    "id": "bad",
    "sex": "x",
    "tumors": [{"grade": "G9", "ki67Percent": [1, 2]}],
    "events": EVENTS,
}
PLANNED = {
    **{"id": "planned", "diseaseExtent": "Localized"},
    **{"tumors": [{"id": "t1", "primarySite": "Lung"}]},
    **{"events": [{"type": "InterferonAlpha", "status": "active"}]},
}


def report(run: Run, *arguments: object) -> Graph:
    _, out, _ = run("validate", *arguments, *DAY, "--format", "shacl")
    return Graph().parse(data=out, format="turtle")


@pytest.fixture(scope="module")
def declared(ontology: Graph) -> set[Node]:
    return set(ontology.subjects(RDF.type, URIRef(f"{NETKG}ConstraintComponent")))


def results(graph: Graph) -> list[Node]:
    return list(graph.objects(None, SH.result))


# -- the form ----------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def report_shapes() -> Graph:
    return Graph().parse(REPORT_SHAPES)


EXAMPLES = ["small-pancreatic-net.json", "small-pancreatic-net.ttl", "cohort.ndjson", "mistakes"]


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_report_is_valid(
    name: str, run: Run, report_shapes: Graph, declared: set[Node], ontology: Graph
) -> None:
    path = ROOT / "examples" / name
    files = sorted(path.glob("*.json")) if path.is_dir() else [path]
    graph = report(run, *files)
    assert results(graph)
    conforms, _, text = pyshacl.validate(graph, shacl_graph=report_shapes, inference="none")
    assert conforms, text
    for term in {term for triple in graph for term in triple if isinstance(term, URIRef)}:
        if term.startswith(str(SH)):
            assert term in SH
        elif term.startswith(NETKG):
            assert (term, RDFS.label, None) in ontology
    components = set(graph.objects(None, SH.sourceConstraintComponent))
    assert {each for each in components if not each.startswith(str(SH))} <= declared
    # The report is one text, so that its blank nodes are one graph: nothing is left alone.
    assert len(set(graph.subjects(RDF.type, SH.ValidationResult))) == len(results(graph))


FAULTS = [
    "_:report sh:conforms true .",
    "_:report sh:result [ a sh:ValidationResult ] .",
    "_:result1 sh:focusNode <urn:other> .",
    "_:result1 sh:resultSeverity sh:Info , sh:Warning .",
    '_:result1 sh:sourceConstraintComponent "text" .',
    "_:result1 sh:sourceShape <urn:other> , <urn:another> .",
    "_:result1 sh:value 1 , 2 , 3 .",
    "_:result1 sh:resultPath 5 .",
    "_:result1 sh:resultMessage 5 .",
]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_wrong_report_is_not_valid(
    fault: str, run: Run, write: Write, report_shapes: Graph
) -> None:
    _, out, _ = run("validate", write(BAD), *DAY, "--format", "shacl")
    graph = Graph().parse(data=f"{out}\n{fault}\n", format="turtle")
    assert not pyshacl.validate(graph, shacl_graph=report_shapes, inference="none")[0]


# -- conforms ----------------------------------------------------------------------------------
TUMOR = {
    **{"primarySite": "Pancreas", "differentiation": "WellDifferentiated", "ki67Percent": 1},
    **{"functionalStatus": "NonFunctioning", "somatostatinReceptorStatus": "Positive"},
    **{"measurements": [{"date": "2026-01-15", "diameterMm": 30}]},
}
GOOD = {"id": "good", "diseaseExtent": "Localized", "tumors": [TUMOR]}
WARNED = GOOD | {"id": "warned", "tumors": [TUMOR | {"ki67Percent": None}]}


def test_a_report_conforms_if_it_has_no_result(run: Run, write: Write) -> None:
    for case, options, expected in (
        (GOOD, (), True),
        (WARNED, (), False),
        (WARNED, ("--severity", "Violation"), True),
        (BAD, ("--severity", "Violation"), False),
        ([GOOD, WARNED], (), False),
    ):
        graph = report(run, write(case), *options)
        (subject,) = graph.subjects(RDF.type, SH.ValidationReport)
        assert graph.value(subject, SH.conforms) == Literal(expected)
        assert bool(results(graph)) is not expected


# -- the content -------------------------------------------------------------------------------
def test_every_result_is_in_the_report_once(run: Run, write: Write) -> None:
    """One finding is about all events without a valid status; the report has each of them."""
    file = write(BAD)
    found = json.loads(run("validate", file, *DAY, "--format", "json")[1])["findings"]
    assert [each["field"] for each in found].count("events.status") == 1
    graph = report(run, file)
    fields = Counter(str(field) for field in graph.objects(None, URIRef(f"{NETKG}fieldPath")))
    assert fields["events.status"] == 2
    shapes = Counter(
        str(graph.value(result, SH.sourceShape)).rpartition("#")[2] for result in results(graph)
    )
    assert shapes["ClinicalEvent-status"] == 2
    assert shapes["Tumor-ki67Percent"] >= 1  # in addition to the finding of the reader


def test_a_result_has_what_shacl_and_netkg_say(run: Run, write: Write) -> None:
    graph = report(run, write(BAD))
    nets, ns = "https://w3id.org/netkg/shapes#", NETKG
    (result,) = graph.subjects(SH.sourceShape, URIRef(f"{nets}Tumor-grade"))
    values = {str(p): o for p, o in graph.predicate_objects(result)}
    assert values == {
        str(RDF.type): SH.ValidationResult,
        str(SH.resultSeverity): SH.Violation,
        str(SH.focusNode): URIRef("urn:netkg:case:bad/tumor/tumor-1"),
        str(SH.resultPath): URIRef(f"{ns}grade"),
        str(SH.value): Literal("G9"),
        str(SH.sourceShape): URIRef(f"{nets}Tumor-grade"),
        str(SH.sourceConstraintComponent): SH.ClassConstraintComponent,
        str(SH.resultMessage): Literal("The asserted grade is not valid.", lang="en"),
        f"{ns}fieldPath": Literal("tumors.grade"),
        f"{ns}found": Literal('"G9"'),
        f"{ns}expected": Literal("one of G1, G2, G3"),
        f"{ns}pointer": Literal("/tumors/0/grade"),
        f"{ns}line": Literal(1),
    }


def test_a_path_is_copied_from_its_shape(run: Run, write: Write) -> None:
    graph = report(run, write(BAD))
    shape = URIRef("https://w3id.org/netkg/shapes#ClinicalEvent-type")
    (result,) = graph.subjects(SH.sourceShape, shape)
    path = graph.value(result, SH.resultPath)
    shapes = Graph().parse(ROOT / "shapes" / "case" / "case-events.ttl")

    def alone(node: Node | None, source: Graph) -> Graph:
        assert isinstance(node, BNode)
        return source.cbd(node)

    assert isomorphic(alone(path, graph), alone(shapes.value(shape, SH.path), shapes))


def test_findings_without_a_shape_have_a_component_of_netkg(run: Run, write: Write) -> None:
    case = PLANNED | {"no such key": 1}
    graph = report(run, write([case, PLANNED | {"id": "p2"}]))
    of_format = URIRef(f"{NETKG}CaseFormatConstraintComponent")
    of_plan = URIRef(f"{NETKG}PlanConstraintComponent")
    for component, message in ((of_format, "has no key"), (of_plan, "does not name interferon")):
        (result,) = graph.subjects(SH.sourceConstraintComponent, component)
        assert message in str(graph.value(result, SH.resultMessage))
        assert graph.value(result, SH.sourceShape) is None
        assert graph.value(result, SH.value) is None
        assert str(graph.value(result, SH.focusNode)).startswith("urn:netkg:case:p")


def test_a_literal_that_does_not_fit_its_datatype_is_as_it_was_read(run: Run, write: Write) -> None:
    text = (
        f"@prefix n: <{NETKG}> . @prefix xsd: <{XSD}> .\n"
        '<urn:c> a n:Case ; n:tumors <urn:t> ; n:birthDate "noon"^^xsd:time .'
    )
    _, out, _ = run("validate", write(text, "c.ttl"), *DAY, "--format", "shacl")
    assert "ill-typed" not in out
    assert 'sh:value "noon"^^xsd:time' in out


def test_cases_with_the_same_id_share_no_result(run: Run, write: Write) -> None:
    files = (write(WARNED, "a.json"), write(WARNED, "b.json"))
    (once, twice) = (len(results(report(run, *files[:n]))) for n in (1, 2))
    assert once > 0
    assert twice == 2 * once


def test_a_report_is_the_same_each_time(run: Run, write: Write) -> None:
    file = write([BAD, PLANNED, WARNED])
    first, second = (run("validate", file, *DAY, "--format", "shacl")[1] for _ in range(2))
    assert sorted(first.splitlines()) == sorted(second.splitlines())
    assert first == second
