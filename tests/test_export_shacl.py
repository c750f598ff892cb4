"""Check the files with which SHACL engines validate cases."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from house_files import ROOT
from interop_tools import node
from rdflib import Graph, Literal, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import OWL, RDF, SH, SKOS, XSD

from netkg.case.from_json import case_from_object
from netkg.case.model import Case
from netkg.case.reading import open_cases
from netkg.export.shacl import ShaclData, shacl_shapes
from netkg.namespaces import NETS
from netkg.plan.engine import Engine

AS_OF = "2026-03-31"
COHORT = ROOT / "examples" / "cohort.ndjson"
PROGRAM = f"""
import sys
from netkg.case.reading import open_cases
from netkg.export.shacl import ShaclData, shacl_shapes
from netkg.plan.engine import Engine
engine = Engine.load()
for text in ShaclData(engine, open_cases({str(COHORT)!r}, schema=engine.schema), as_of={AS_OF!r}):
    sys.stdout.write(text)
sys.stdout.write(shacl_shapes(engine))
"""


def read(tree: object, engine: Engine) -> Case:
    return case_from_object(tree, schema=engine.schema)


def data(engine: Engine, *cases: Case) -> str:
    return "".join(ShaclData(engine, cases, as_of=AS_OF))


# -- the same bytes ---------------------------------------------------------------------------
def test_files_are_the_same_in_every_process(engine: Engine) -> None:
    texts = {
        subprocess.run(
            [sys.executable, "-c", PROGRAM],
            capture_output=True,
            env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": seed},
            check=True,
        ).stdout.decode()
        for seed in ("1", "2")
    }
    cases = [each for each in open_cases(COHORT, schema=engine.schema) if isinstance(each, Case)]
    assert len(cases) == 5
    engine.validate(cases[0], as_of=AS_OF)  # which must not change the shapes
    assert texts == {data(engine, *cases) + shacl_shapes(engine)}


def test_a_graph_is_written_in_one_way(engine: Engine) -> None:
    tumor = {"grade": "G1", "ki67Percent": 12, "primarySite": "Ileum"}
    case = {"id": "c", "sex": "male", "symptoms": ["Flushing", "Diarrhea"], "tumors": [tumor]}
    turned = dict(reversed(case.items()))
    turned |= {"symptoms": ["Diarrhea", "Flushing"], "tumors": [dict(reversed(tumor.items()))]}
    assert data(engine, read(case, engine)) == data(engine, read(turned, engine))


# -- the content ------------------------------------------------------------------------------
def test_the_shapes_are_those_of_the_package(engine: Engine) -> None:
    original = Graph()
    for path in sorted((ROOT / "shapes" / "case").glob("*.ttl")):
        original.parse(path)
    exported = Graph().parse(data=shacl_shapes(engine), format="turtle")
    assert isomorphic(original, exported)
    assert not list(exported.triples((None, OWL.imports, None)))


def test_the_data_say_for_which_day_they_are(engine: Engine) -> None:
    text = data(engine, read({"id": "c", "tumors": [{}]}, engine))
    assert text.startswith(f"# Evaluation date: {AS_OF}\n")
    assert "not a medical device" in text


def test_cases_that_share_a_record_are_refused_without_a_word_about_them(engine: Engine) -> None:
    first, again, other = ({"id": id_, "tumors": [{}]} for id_ in ("Zoë", "Zoë", "b"))
    cases = [read(tree, engine) for tree in (first, again, other)]
    export = ShaclData(engine, cases, as_of=AS_OF)
    graph = Graph().parse(data="".join(export), format="turtle")
    assert len(set(graph.subjects(RDF.type, URIRef("https://w3id.org/netkg/ns#Case")))) == 2
    (error,) = export.refused
    assert "earlier case" in str(error)
    assert "Zo" not in str(error)


def test_findings_about_the_form_of_the_input_are_counted(engine: Engine) -> None:
    tree = {"id": "c", "tumors": [{"no such key": 1}], "nor this": 2}
    export = ShaclData(engine, [read(tree, engine)], as_of=AS_OF)
    assert list(export)
    assert export.structural == 2


# -- shapes of a caller -------------------------------------------------------------------------
TEXTS = (
    'sh:message "No male patients, please."@en ;'
    ' nets:field "sex" ; nets:remedy "Change it."@en ; nets:expected "another"@en'
)
OWN = f"""
@prefix netkg: <https://w3id.org/netkg/ns#> .
@prefix nets: <{NETS}> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<urn:own> a owl:Ontology ; sh:declare [
    sh:prefix "n" ; sh:namespace "https://w3id.org/netkg/ns#"^^xsd:anyURI ] .
nets:Own a sh:NodeShape ; sh:targetClass netkg:Case ; {TEXTS} ;
    sh:sparql [ sh:prefixes <urn:own> ; sh:select \"\"\"
        PREFIX more: <urn:more#>
        SELECT $this WHERE {{
            $this a n:Case ; n:sex n:male
            FILTER ( $this != more:x ) FILTER NOT EXISTS {{ $this skos:note ?note }}
        }}\"\"\" ] ;
    sh:property [ sh:path netkg:sex ; sh:hasValue netkg:female ; {TEXTS} ] ,
        [ sh:path netkg:sex ; sh:disjoint netkg:men1Status ; {TEXTS} ] ,
        [ sh:path [ sh:inversePath netkg:sex ] ; sh:maxCount 0 ; {TEXTS} ] .
[] a sh:NodeShape ; sh:targetSubjectsOf netkg:sex ; sh:not [ sh:class netkg:Case ] ; {TEXTS} .
"""


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    folder = tmp_path_factory.mktemp("own") / "shapes"
    shutil.copytree(ROOT / "shapes", folder)
    (folder / "case" / "own.ttl").write_text(OWN, encoding="utf-8")
    # Constraints in SPARQL are for the engines alone.
    return Engine.load(shapes=folder, backend="sparql")


def own_results(report: Graph) -> Counter[str]:
    shapes = map(str, report.objects(None, SH.sourceShape))
    return Counter(name for name in shapes if name.startswith((f"{NETS}Own", f"{NETS}sex")))


EXPECTED = {f"{NETS}Own": 1, f"{NETS}Own-sex": 1, f"{NETS}sex": 1}


def test_blank_shapes_that_report_have_names(own: Engine) -> None:
    case = read({"id": "c", "sex": "male", "tumors": [{}]}, own)
    parts = [part for each in own.validate(case, as_of=AS_OF) for part in each.parts or (each,)]
    found = Counter(str(part.result.shape) for part in parts if part.result)
    assert {name: count for name, count in found.items() if name in EXPECTED} == EXPECTED
    exported = Graph().parse(data=shacl_shapes(own), format="turtle")
    names = {str(shape).removeprefix(NETS) for shape in exported.objects(None, SH.property)}
    assert names == {"Own-sex", "Own-sex-2", "Own-path"}


def test_prefixes_of_queries_are_declared_where_they_are_not(own: Engine, engine: Engine) -> None:
    graph = Graph().parse(data=shacl_shapes(own), format="turtle")
    declared = {
        (str(graph.value(each, SH.prefix)), graph.value(each, SH.namespace))
        for each in graph.objects(URIRef(f"{NETS}prefixes"), SH.declare)
    }
    assert declared == {("skos", Literal(str(SKOS), datatype=XSD.anyURI))}
    (query,) = graph.subjects(SH.select, None)
    assert set(graph.objects(query, SH.prefixes)) == {URIRef("urn:own"), URIRef(f"{NETS}prefixes")}
    assert "sh:declare" not in shacl_shapes(engine)


@pytest.mark.interop
def test_another_engine_evaluates_shapes_in_sparql(own: Engine, tmp_path: Path) -> None:
    case = read({"id": "c", "sex": "male", "tumors": [{}]}, own)
    files = tmp_path / "data.ttl", tmp_path / "shapes.ttl"
    for path, text in zip(files, (data(own, case), shacl_shapes(own)), strict=True):
        path.write_text(text, encoding="utf-8")
    report = Graph().parse(data=node("shacl.mjs", "shacl-engine", *files), format="nt")
    assert own_results(report) == EXPECTED
