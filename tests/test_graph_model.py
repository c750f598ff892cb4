"""Check the view of the data model against the ontology and the shapes, read independently."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from itertools import combinations
from pathlib import Path

import networkx as nx
import pyoxigraph as ox
import pytest
import rdflib
from rdflib.namespace import SH

from netkg.graph import Drawing, draw, write
from netkg.graph.layout.place import place
from netkg.graph.layout.text import LINE, caption_width
from netkg.namespaces import NETKG, local_name
from netkg.ontology.files import Folders, default_folders
from netkg.ontology.ranges import range_bounds
from netkg.plan.engine import Engine
from netkg.validation.constraints import Bound, field_constraints

ROOT = Path(__file__).resolve().parent.parent
# The classes and properties that the shapes of the records have as targets.
TARGETS = {
    "Case": (SH.targetClass, "Case"),
    "Tumor": (SH.targetObjectsOf, "tumors"),
    "Metastasis": (SH.targetObjectsOf, "metastases"),
    "ClinicalEvent": (SH.targetObjectsOf, "events"),
    "Measurement": (SH.targetObjectsOf, "measurements"),
}


@pytest.fixture(scope="module")
def model(engine: Engine) -> Drawing:
    return draw(engine, "model")


@pytest.fixture(scope="module")
def shapes() -> rdflib.Graph:
    graph = rdflib.Graph()
    for path in sorted((default_folders().shapes / "case").glob("*.ttl")):
        graph.parse(path)
    return graph


def cardinality(shapes: rdflib.Graph, record: str, field: str) -> str:
    """Return how many values a field has by the only shape of it that reports violations."""
    kind, target = TARGETS[record]
    (shape,) = (
        node
        for node in shapes.subjects(SH.path, rdflib.URIRef(NETKG + field))
        if (node, kind, rdflib.URIRef(NETKG + target)) in shapes
        and shapes.value(node, SH.severity) == SH.Violation
    )
    least, most = shapes.value(shape, SH.minCount), shapes.value(shape, SH.maxCount)
    ends = (str(least or 0), "*" if most is None else str(most))
    return ends[1] if ends[0] == ends[1] else "..".join(ends)


def fields_of(graph: nx.MultiDiGraph, record: str) -> list[tuple[str, str]]:
    """Return the key and the cardinality of each field of a record that a whole graph has."""
    edges = {
        (data["jsonKey"], data["cardinality"])
        for _, _, data in graph.out_edges(record, data=True)
        if "jsonKey" in data
    }
    nodes = [
        (graph.nodes[node]["jsonKey"], graph.nodes[node]["cardinality"])
        for _, node, kind in graph.out_edges(record, keys=True)
        if kind == "has field"
    ]
    return [*edges, *nodes]


# -- what it contains ---------------------------------------------------------------------------
def test_every_field_has_the_cardinality_of_its_shape(
    engine: Engine, model: Drawing, shapes: rdflib.Graph
) -> None:
    # A range is another way to record a number; its keys are named at the record alone.
    bounds = {name for each in range_bounds(engine.schema).values() for name, _ in each}
    assert bounds <= engine.schema.fields["Tumor"].keys()
    for record, fields in engine.schema.fields.items():
        wanted = Counter((n, cardinality(shapes, record, n)) for n in fields if n not in bounds)
        assert Counter(fields_of(model.whole, record)) == wanted


def test_every_field_is_a_line_or_an_edge_of_the_folded_view(
    engine: Engine, model: Drawing
) -> None:
    graph, labels = model.shown, engine.labels
    for record, fields in engine.schema.fields.items():
        lines = graph.nodes[record]["listed"].split("\n")
        captions = {data.get("caption") for _, _, data in graph.out_edges(record, data=True)}
        for name, count in fields_of(model.whole, record):
            label = labels[name]
            inside = [line for line in lines if re.match(rf"{re.escape(label)}: \w+\[", line)]
            assert len(inside) + (f"{label} {count}" in captions) == 1, name
            assert all(f"[{count}]" in line for line in inside)
        assert set(graph.nodes[record]["jsonKeys"].split(", ")) == set(fields)


def test_numbers_have_the_limits_of_the_shapes(model: Drawing) -> None:
    said = {id_: data.get("says") for id_, data in model.whole.nodes(data=True)}
    assert said["Tumor.ki67Percent"] == "decimal[0..1], 0 to 100 %"
    assert said["Tumor.mitosesPer2mm2"] == "decimal[0..1], from 0"
    assert said["Measurement.diameterMm"] == "decimal[1], above 0 mm"
    assert said["Case.birthDate"] == "date[0..1]"
    ki67 = model.whole.nodes["Tumor.ki67Percent"]
    assert (ki67["minCount"], ki67["maxCount"], ki67["unit"]) == (0, 1, "%")
    assert model.whole.nodes["Tumor.mitosesPer2mm2"]["datatype"] == "decimal or double"


def test_records_contain_and_refer_to_each_other(model: Drawing) -> None:
    for graph in (model.shown, model.whole):
        records = [id_ for id_, data in graph.nodes(data=True) if data["kind"] == "record"]
        captions = {
            (start, end, data["caption"])
            for start, end, data in graph.edges(data=True)
            if {start, end} <= set(records)
        }
        assert captions == {
            ("Case", "Tumor", "tumors 1..*"),
            ("Case", "Metastasis", "metastases 0..*"),
            ("Case", "ClinicalEvent", "events 0..*"),
            ("Tumor", "Measurement", "measurements 0..*"),
            ("ClinicalEvent", "Tumor", "target 0..1"),
            ("ClinicalEvent", "Metastasis", "target 0..1"),
        }
        edge = graph.edges["Case", "Tumor", "contains record"]
        assert (edge["label"], edge["minCount"]) == ("tumors", 1)
        assert "maxCount" not in edge


def test_every_value_is_in_its_set(engine: Engine, model: Drawing) -> None:
    for range_, values in engine.schema.values.items():
        if not values:
            continue
        id_ = local_name(range_)
        found = [source for source, _, kind in model.whole.in_edges(id_, keys=True) if kind]
        found = [each for each in found if model.whole.nodes[each]["kind"] == "value"]
        assert Counter(model.whole.nodes[each]["iri"] for each in found) == Counter(
            NETKG + value for value in values
        )
        line = model.shown.nodes[id_]["listed"]
        shown = [each for each in line.split(", ") if not each.startswith("and ")]
        more = re.search(r"and (\d+) more", line)
        assert len(shown) + (int(more[1]) if more else 0) == len(values)


def test_every_kind_of_event_is_below_the_event(engine: Engine, model: Drawing) -> None:
    below = nx.DiGraph(
        (start, end) for start, end, kind in model.whole.edges(keys=True) if kind == "is a kind of"
    )
    assert nx.ancestors(below, "ClinicalEvent") == engine.schema.event_types
    tops = {s for s, _, kind in model.shown.in_edges("ClinicalEvent", keys=True) if "kind" in kind}
    assert tops == {"DiagnosticTest", "Procedure", "Therapy", "CareCoordination"}


def test_what_is_derived_is_only_in_the_whole_and_counted(engine: Engine, model: Drawing) -> None:
    derived = [d for _, d in model.whole.nodes(data=True) if d["kind"] == "derived property"]
    assert {data["jsonKey"] for data in derived} == {
        local_name(each.value)
        for each in engine.schema.instances(ox.NamedNode(NETKG + "DerivedProperty"))
    }
    listed = [data.get("listed", "") for _, data in model.shown.nodes(data=True)]
    counts = [int(n) for text in listed for n in re.findall(r"(\d+) derived propert", text)]
    assert sum(counts) == len(derived)


# -- an ontology of one's own ---------------------------------------------------------------------
FIELDS = """\
@prefix netkg: <https://w3id.org/netkg/ns#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

netkg:weight a owl:DatatypeProperty ; rdfs:label "weight"@en ;
    rdfs:range xsd:decimal ; netkg:fieldOf netkg:Case ; netkg:openness netkg:Open .
netkg:biopsyGrade a owl:ObjectProperty , owl:FunctionalProperty ; rdfs:label "biopsy grade"@en ;
    rdfs:range netkg:Grade ; netkg:fieldOf netkg:Tumor ; netkg:openness netkg:Open .
netkg:insurance a owl:ObjectProperty ; rdfs:label "insurance"@en ;
    rdfs:range netkg:Insurance ; netkg:fieldOf netkg:Case ; netkg:openness netkg:Open .
netkg:Public a netkg:Insurance ; rdfs:label "public"@en .
netkg:Private a netkg:Insurance ; rdfs:label "private"@en .
netkg:visits a owl:ObjectProperty ; rdfs:label "visits"@en ;
    rdfs:range netkg:Visit ; netkg:fieldOf netkg:Case ; netkg:openness netkg:Closed .
netkg:Visit a owl:Class ; rdfs:label "visit record"@en ; rdfs:subClassOf netkg:Record .
netkg:next a owl:ObjectProperty , owl:FunctionalProperty ; rdfs:label "next visit"@en ;
    rdfs:range netkg:Visit ; netkg:fieldOf netkg:Visit ; netkg:openness netkg:Open .
"""
SHAPES = """\
@prefix netkg: <https://w3id.org/netkg/ns#> .
@prefix nets: <https://w3id.org/netkg/shapes#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

nets:CaseWeights a sh:NodeShape ; sh:targetClass netkg:Case ; sh:property [
    sh:path netkg:weight ; sh:minCount 2 ; sh:maxCount 5 ; sh:datatype xsd:decimal ;
    sh:minExclusive 1.5 ; sh:maxExclusive 400 ] .
nets:DoubtfulWeights a sh:PropertyShape ; sh:targetClass netkg:Case ; sh:path netkg:weight ;
    sh:severity sh:Warning ; sh:maxCount 1 .
"""


@pytest.fixture(scope="module")
def edited(tmp_path_factory: pytest.TempPathFactory) -> Drawing:
    """Draw the model of an ontology and shapes with fields of one's own."""
    folder, own = tmp_path_factory.mktemp("own"), default_folders()
    ontology = Path(shutil.copytree(own.ontology, folder / "ontology"))
    shapes = Path(shutil.copytree(own.shapes, folder / "shapes"))
    (ontology / "own.ttl").write_text(FIELDS, encoding="utf-8")
    (shapes / "case" / "own.ttl").write_text(SHAPES, encoding="utf-8")
    return draw(Engine(Folders(ontology, shapes, own.queries)), "model")


def test_a_new_field_appears_with_its_shape(edited: Drawing) -> None:
    lines = edited.shown.nodes["Case"]["listed"].split("\n")
    assert "weight: decimal[2..5], above 1.5 and below 400" in lines


def test_a_second_field_of_one_set_of_values_appears(edited: Drawing) -> None:
    captions = {data["caption"] for *_, data in edited.shown.out_edges("Tumor", data=True)}
    assert {"asserted grade 0..1", "biopsy grade 0..1"} <= captions
    assert edited.shown.number_of_edges("Tumor", "Grade") == 2


def test_a_new_record_and_a_new_set_of_values_appear(edited: Drawing) -> None:
    graph = edited.shown
    assert graph.nodes["Insurance"]["listed"] == "private, public"
    assert graph.edges["Case", "Insurance", "takes a value of"]["caption"] == "insurance 0..*"
    assert graph.nodes["Visit"]["label"] == "visit"
    assert graph.edges["Case", "Visit", "contains record"]["caption"] == "visits 0..*"
    assert graph.edges["Visit", "Visit", "contains record"]["caption"] == "next visit 0..1"


# -- the picture ----------------------------------------------------------------------------------
Rect = tuple[float, float, float, float]


def overlap(one: Rect, other: Rect) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@pytest.mark.parametrize("name", ["shown", "whole", "edited"])
def test_captions_overlap_neither_each_other_nor_boxes_nor_edges(
    model: Drawing, edited: Drawing, name: str
) -> None:
    graph = {"shown": model.shown, "whole": model.whole, "edited": edited.shown}[name]
    layout = place(graph)
    captioned = {
        (s, t, k): d["caption"]
        for s, t, k, d in graph.edges(keys=True, data=True)
        if "caption" in d
    }
    assert set(layout.captions) == set(captioned)
    texts: list[Rect] = []
    for key, (x, y) in layout.captions.items():
        assert y < layout.paths[key].end[1] < y + LINE
        texts.append((x - caption_width(captioned[key]), y - 6.5, x, y + 6.5))
    boxes = [
        (b.x - b.width / 2, b.y - b.height / 2, b.x + b.width / 2, b.y + b.height / 2)
        for b in layout.boxes.values()
    ]
    for one, other in combinations(texts, 2):
        assert not overlap(one, other)
    for text in texts:
        assert text[0] >= 0
        assert text[2] <= layout.width
        assert not any(overlap(text, box) for box in boxes)
    for path in layout.paths.values():
        for x, y in curve(path.start, path.controls, path.end):
            dot = (x - 0.1, y - 0.1, x + 0.1, y + 0.1)
            assert not any(overlap(dot, text) for text in texts)


Point = tuple[float, float]


def curve(start: Point, controls: tuple[Point, ...], end: Point) -> list[Point]:
    """Return points on a chain of quadratic curves; each ends between two controls."""
    points, here = [], start
    for n, control in enumerate(controls):
        there = end
        if n + 1 < len(controls):
            after = controls[n + 1]
            there = ((control[0] + after[0]) / 2, (control[1] + after[1]) / 2)
        for step in range(41):
            t = step / 40
            a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t**2
            points.append(
                tuple(a * p + b * q + c * r for p, q, r in zip(here, control, there, strict=True))
            )
        here = there
    return points  # type: ignore[return-value]


def test_edges_with_captions_arrive_at_different_heights(model: Drawing) -> None:
    layout = place(model.shown)
    ends = [layout.paths[key].end for key in layout.captions]
    assert len(set(ends)) == len(ends)


def test_the_default_fits_one_screen(model: Drawing) -> None:
    layout = place(model.shown)
    assert len(model.shown) <= 30
    assert layout.width <= 1280
    assert layout.height <= 780
    # No text is cut off.
    assert not any(line.endswith("…") for box in layout.boxes.values() for line in box.lines)


def test_other_views_have_no_captions(engine: Engine) -> None:
    assert place(draw(engine, "ontology").shown).captions == {}


@pytest.mark.parametrize(
    "format", ["svg", "mermaid", "dot", "graphml", "gexf", "json", "cytoscape"]
)
def test_every_format_has_the_captions(model: Drawing, format: str) -> None:
    body = str(write(model.shown, format)).replace("#42;", "*")
    for _, _, caption in model.shown.edges(data="caption"):
        assert not caption or caption in body


# -- the shapes -----------------------------------------------------------------------------------
def test_shapes_of_one_field_are_combined(engine: Engine) -> None:
    text = """
        @prefix netkg: <https://w3id.org/netkg/ns#> .
        @prefix sh: <http://www.w3.org/ns/shacl#> .
        @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
        <urn:a> sh:targetObjectsOf netkg:tumors ; sh:path netkg:ki67Percent ;
            sh:minInclusive 0 ; sh:maxInclusive 100 ; sh:minCount 1 .
        <urn:b> sh:targetObjectsOf netkg:tumors ; sh:and ( [ sh:property [
            sh:path netkg:ki67Percent ; sh:minExclusive 0 ; sh:maxInclusive 50 ] ] ) .
        <urn:c> sh:targetObjectsOf netkg:tumors ; sh:path netkg:ki67Percent ;
            sh:minCount 7 ; sh:deactivated true .
        <urn:d> sh:targetObjectsOf netkg:events ; sh:path netkg:ki67Percent ; sh:minCount 7 .
        <urn:e> sh:targetObjectsOf netkg:tumors ; sh:severity sh:Warning ; sh:property [
            sh:path netkg:ki67Percent ; sh:severity sh:Violation ; sh:maxInclusive 40 ] , [
            sh:path netkg:ki67Percent ; sh:severity sh:Warning ; sh:maxInclusive 1 ] .
        <urn:f> sh:targetObjectsOf netkg:tumors ; sh:path netkg:ki67Percent ;
            sh:and ( [ sh:maxInclusive 30 ] [ sh:maxInclusive 2 ; sh:deactivated true ] ) ;
            sh:or () , ( [ sh:datatype xsd:decimal ] [ sh:nodeKind sh:IRI ] ) .
    """
    triples = [
        ox.Triple(q.subject, q.predicate, q.object) for q in ox.parse(text, ox.RdfFormat.TURTLE)
    ]
    found = field_constraints(engine.schema, triples)["Tumor", "ki67Percent"]
    assert found.cardinality == "1"
    assert (found.lower, found.upper) == (Bound(0, included=False), Bound(30, included=True))
    assert found.datatypes == ()
