"""Check that each file of a release says what the modules of the ontology say."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import warnings
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest
from house_files import NETKG, ROOT
from rdflib import Graph, URIRef
from rdflib.namespace import DCAT, DCTERMS, OWL, RDF, RDFS, SKOS, VOID

from netkg.errors import KnowledgeError
from netkg.export.merged import merge, read_merged
from netkg.export.ontology import FILES, Format, export_ontology, release
from netkg.ontology.conversion import as_written, triple_to_rdflib
from netkg.ontology.files import default_folders, parse_turtle
from netkg.ontology.mappings import core_triples

pytestmark = pytest.mark.many

HOME = URIRef("https://w3id.org/netkg/")
RDF_FORMATS: dict[Format, tuple[str, ox.RdfFormat]] = {
    "turtle": ("turtle", ox.RdfFormat.TURTLE),
    "rdfxml": ("xml", ox.RdfFormat.RDF_XML),
    "jsonld": ("json-ld", ox.RdfFormat.JSON_LD),
}
KINDS = {
    "CLASS": OWL.Class,
    "OBJECT": OWL.ObjectProperty,
    "DATA": OWL.DatatypeProperty,
    "ANNOTATION": OWL.AnnotationProperty,
    "INDIVIDUAL": OWL.NamedIndividual,
}


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return dict(release())


@pytest.fixture(scope="module")
def expected(ontology: Graph) -> Graph:
    """Return the modules as one, by the rules of the project, in rdflib, with the mappings."""
    whole = Graph() + ontology
    for triple in core_triples():
        subject, predicate, object_ = triple_to_rdflib(triple)
        whole.add((subject, predicate, as_written(object_)))
    for module in list(ontology.subjects(RDF.type, OWL.Ontology)):
        whole.remove((module, OWL.imports, None))
        if module != HOME:
            for predicate, object_ in ontology.predicate_objects(module):
                if predicate not in (DCTERMS.title, DCTERMS.description):
                    whole.remove((module, predicate, object_))
    return whole


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return Path(shutil.copytree(default_folders().ontology, tmp_path / "ontology"))


def canonical(graph: Graph) -> set[ox.Triple]:
    """Return the triples of a graph with canonical blank nodes, and numbers as N-Triples has them.

    The comparison of rdflib takes a minute for a graph of this size.
    """
    lines = Graph().parse(data=graph.serialize(format="nt"), format="nt").serialize(format="nt")
    found = ox.Dataset(ox.parse(lines, format=ox.RdfFormat.N_TRIPLES))
    found.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return {quad.triple for quad in found}


# -- RDF ---------------------------------------------------------------------------------------
# The reader of JSON-LD in rdflib uses a class that rdflib deprecates.
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")
@pytest.mark.parametrize("format", RDF_FORMATS)
def test_a_file_says_what_the_modules_say(
    format: Format, files: dict[str, bytes], expected: Graph
) -> None:
    assert len(expected) > 10_000
    found = Graph().parse(data=files[FILES[format]], format=RDF_FORMATS[format][0])
    assert canonical(found) == canonical(expected)


@pytest.mark.parametrize("format", RDF_FORMATS)
def test_another_reader_finds_the_same(format: Format, files: dict[str, bytes]) -> None:
    found = ox.Dataset(ox.parse(files[FILES[format]], format=RDF_FORMATS[format][1]))
    found.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    assert {quad.triple for quad in found} == set(read_merged().triples)


def test_there_is_one_header_and_nothing_to_import(files: dict[str, bytes]) -> None:
    graph = Graph().parse(data=files["netkg.owl"], format="xml")
    assert list(graph.subjects(RDF.type, OWL.Ontology)) == [HOME]
    assert not list(graph.objects(None, OWL.imports))
    assert len(list(graph.objects(None, OWL.versionIRI))) == 1
    modules = set(graph.objects(None, RDFS.isDefinedBy))
    assert len(modules) > 40
    assert modules <= set(graph.subjects(DCTERMS.title))


def test_the_header_comes_first(files: dict[str, bytes]) -> None:
    text = files["netkg.ttl"].decode()
    assert text.partition("\n\n")[2].startswith(f"<{HOME}> a owl:Ontology ;")
    assert json.loads(files["netkg.jsonld"])["@graph"][0]["@id"] == str(HOME)


def test_the_same_ontology_gives_the_same_bytes(
    files: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Another order of the files, other names of blank nodes, another hash of texts.
    program = (
        "import pathlib, sys\n"
        "from netkg.export.ontology import release\n"
        "for name, content in release():\n"
        "    pathlib.Path(sys.argv[1], name).write_bytes(content)\n"
    )
    subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)],
        check=True,
        env={**os.environ, "PYTHONHASHSEED": "1"},
        cwd=ROOT,
    )
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == files
    triples = [*parse_turtle(default_folders().ontology), *core_triples()]
    random.Random(1).shuffle(triples)
    assert merge(triples) == read_merged()


def test_hidden_characters_are_escaped_in_every_format(own: Path) -> None:
    core = own / "core.ttl"
    text = core.read_text(encoding="utf-8")
    core.write_text(text.replace('"case"@en', '"ca\u202ese\\r"@en'), encoding="utf-8")
    written = dict(release(ontology=own))
    assert "\u202e" not in b"".join(written.values()).decode()
    for format, (_, form) in RDF_FORMATS.items():
        data = written[FILES[format]]
        labels = {quad.object for quad in ox.parse(data, format=form)}
        assert ox.Literal("ca\u202ese\r", language="en") in labels


@pytest.mark.batch
def test_what_xml_cannot_say_is_refused(own: Path) -> None:
    core = own / "core.ttl"
    text = core.read_text(encoding="utf-8")
    core.write_text(text.replace('"case"@en', '"ca\\u0001se"@en'), encoding="utf-8")
    with pytest.raises(KnowledgeError, match="a character that XML does not have") as error:
        export_ontology("rdfxml", ontology=own)
    assert error.value.term == NETKG + "Case"
    assert b"ca\\u0001se" in export_ontology("turtle", ontology=own)


# -- an ontology of one's own -----------------------------------------------------------------
OWN = """\
@prefix netkg: <https://w3id.org/netkg/ns#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .

<https://example.org/own> a owl:Ontology ; rdfs:label "own"@en %s.

netkg:OwnScan a owl:Class ; rdfs:subClassOf netkg:MRIScan ; rdfs:label "own scan"@en .
"""


@pytest.mark.batch
def test_a_module_that_imports_the_whole_is_the_new_header(own: Path) -> None:
    text = OWN % f"; owl:imports <{HOME}> "
    (own / "own.ttl").write_text(text, encoding="utf-8")
    graph = Graph().parse(data=export_ontology("turtle", ontology=own))
    assert list(graph.subjects(RDF.type, OWL.Ontology)) == [URIRef("https://example.org/own")]
    assert (URIRef(NETKG + "OwnScan"), RDF.type, OWL.Class) in graph
    assert dict(release(ontology=own))["void.ttl"]


def test_a_module_that_is_not_imported_is_refused(own: Path) -> None:
    (own / "own.ttl").write_text(OWN % "", encoding="utf-8")
    with pytest.raises(KnowledgeError, match="2 modules are imported by no other"):
        export_ontology("turtle", ontology=own)


def test_an_ontology_with_a_fault_is_refused(own: Path) -> None:
    (own / "own.ttl").write_text("not Turtle", encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"own\.ttl"):
        export_ontology("jsonld", ontology=own)


# -- the catalog and the description --------------------------------------------------------
def test_the_catalog_leads_to_the_file_with_the_ontology(files: dict[str, bytes]) -> None:
    names = {
        uri.get("name"): uri.get("uri") for uri in ElementTree.fromstring(files["catalog-v001.xml"])
    }
    graph = Graph().parse(data=files["netkg.owl"], format="xml")
    assert names == {
        str(HOME): "netkg.owl",
        str(graph.value(HOME, OWL.versionIRI)): "netkg.owl",
    }


def test_the_description_is_true(files: dict[str, bytes], expected: Graph) -> None:
    base = "https://example.org/release/"
    graph = Graph().parse(data=files["void.ttl"], publicID=base + "void.ttl")
    described = {str(url).removeprefix(base) for url in graph.objects(None, DCAT.downloadURL)}
    assert described == set(FILES.values())
    for distribution in graph.objects(HOME, DCAT.distribution):
        content = files[str(graph.value(distribution, DCAT.downloadURL)).removeprefix(base)]
        assert int(graph.value(distribution, DCAT.byteSize)) == len(content)
        (checksum,) = (o for p, o in graph.predicate_objects(distribution) if "checksum" in p)
        (value,) = (str(o) for p, o in graph.predicate_objects(checksum) if "Value" in p)
        assert value == hashlib.sha256(content).hexdigest()
        assert graph.value(distribution, DCAT.mediaType)
    counts = {
        VOID.triples: len(expected),
        VOID.classes: len(set(expected.objects(None, RDF.type))),
        VOID.properties: len(set(expected.predicates())),
        VOID.distinctSubjects: len(set(expected.subjects())),
        VOID.distinctObjects: len(set(expected.objects())),
    }
    assert {key: int(graph.value(HOME, key)) for key in counts} == counts
    for part in graph.objects(HOME, VOID.classPartition):
        terms = {
            term
            for term in expected.subjects(RDF.type, graph.value(part, VOID["class"]))
            if isinstance(term, URIRef)
        }
        assert int(graph.value(part, VOID.entities)) == len(terms) > 0
    for property_ in (DCTERMS.license, DCTERMS.creator, DCTERMS.title):
        assert graph.value(HOME, property_) == expected.value(HOME, property_)
    issued = graph.value(HOME, DCTERMS.issued)
    assert str(issued) == str(expected.value(HOME, DCTERMS.modified))
    assert str(graph.value(HOME, DCAT["distribution"]))
    assert issued.toPython()


# -- OBO Graphs --------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def document(files: dict[str, bytes]) -> dict:
    (graph,) = json.loads(files["netkg.obographs.json"])["graphs"]
    return graph


def names(graph: Graph, kind: URIRef) -> set[str]:
    return {str(term) for term in graph.subjects(RDF.type, kind) if isinstance(term, URIRef)}


def test_every_named_term_is_a_node_of_its_kind(document: dict, expected: Graph) -> None:
    nodes = {node["id"]: node for node in document["nodes"]}
    assert len(nodes) == len(document["nodes"])
    assert set(nodes) == set().union(*(names(expected, kind) for kind in KINDS.values()))
    for id_, node in nodes.items():
        kind = KINDS[node.get("propertyType", node["type"])]
        assert (URIRef(id_), RDF.type, kind) in expected
        # A value that is also a class is a class.
        assert kind == OWL.Class or (URIRef(id_), RDF.type, OWL.Class) not in expected
        assert node["lbl"] == str(expected.value(URIRef(id_), RDFS.label))


def test_nothing_said_of_a_term_is_left_out(document: dict, expected: Graph) -> None:
    """Rebuild all triples of named terms and texts from the document."""
    found = Counter[tuple[str, str, str]]()
    for node in document["nodes"]:
        term, meta = node["id"], node["meta"]
        said = [(v["pred"], v["val"]) for v in meta.get("basicPropertyValues", ())]
        said += [(str(SKOS.altLabel), each["val"]) for each in meta.get("synonyms", ())]
        if "definition" in meta:
            said += [(str(SKOS.definition), meta["definition"]["val"])]
            said += [(str(DCTERMS.source), each) for each in meta["definition"]["xrefs"]]
        found.update((term, *each) for each in [(str(RDFS.label), node["lbl"]), *said])
    short = {"is_a": RDFS.subClassOf, "subPropertyOf": RDFS.subPropertyOf, "type": RDF.type}
    for edge in document["edges"]:
        found[edge["sub"], str(short.get(edge["pred"], edge["pred"])), edge["obj"]] += 1
    for axiom in document["domainRangeAxioms"]:
        found.update(
            (axiom["predicateId"], str(RDFS.range), class_) for class_ in axiom["rangeClassIds"]
        )
    assert max(found.values()) == 1
    nodes = {node["id"] for node in document["nodes"]}
    wanted = {
        (s.value, p.value, o.value)
        for s, p, o in read_merged().triples
        if isinstance(s, ox.NamedNode)
        and s.value in nodes
        and not isinstance(o, ox.BlankNode)
        and not (p.value == str(RDF.type) and o.value.startswith((str(OWL), str(RDFS))))
    }
    assert set(found) == wanted
    header = {(str(p), str(o)) for p, o in expected.predicate_objects(HOME) if p != RDF.type}
    assert {
        (value["pred"], value["val"]) for value in document["meta"]["basicPropertyValues"]
    } == header
    assert document["meta"]["version"] == str(expected.value(HOME, OWL.versionIRI))


def test_a_deprecated_term_is_marked(own: Path) -> None:
    core = own / "core.ttl"
    text = core.read_text(encoding="utf-8")
    block = "netkg:FlaggedRecord\n    a owl:Class ;\n"
    assert block in text
    core.write_text(text.replace(block, f"{block}    owl:deprecated true ;\n"), encoding="utf-8")
    (graph,) = json.loads(export_ontology("obographs", ontology=own))["graphs"]
    marked = [node["id"] for node in graph["nodes"] if node["meta"].get("deprecated")]
    assert marked == [NETKG + "FlaggedRecord"]


@pytest.mark.interop
def test_pronto_reads_the_terms_and_relationships(
    files: dict[str, bytes], expected: Graph, tmp_path: Path
) -> None:
    pronto = pytest.importorskip("pronto", reason="pronto is not installed")
    file = tmp_path / FILES["obographs"]
    file.write_bytes(files[FILES["obographs"]])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", pronto.warnings.NotImplementedWarning)  # individuals
        read = pronto.Ontology(file)
    terms = {term.id: term for term in read.terms()}
    assert set(terms) == names(expected, OWL.Class)
    for id_, term in terms.items():
        node = URIRef(id_)
        assert term.name == str(expected.value(node, RDFS.label))
        assert str(term.definition or "") == str(expected.value(node, SKOS.definition) or "")
        synonyms = {synonym.description for synonym in term.synonyms}
        assert synonyms == set(map(str, expected.objects(node, SKOS.altLabel)))
        above = {
            str(each)
            for each in expected.transitive_objects(node, RDFS.subClassOf)
            if isinstance(each, URIRef)
        }
        assert {each.id for each in term.superclasses()} == above
    relationships = {each.id: each for each in read.relationships()}
    properties = (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
    assert set(relationships) == set().union(*(names(expected, kind) for kind in properties))
    for id_, relationship in relationships.items():
        assert relationship.name == str(expected.value(URIRef(id_), RDFS.label))
