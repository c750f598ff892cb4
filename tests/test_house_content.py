"""Check that ontology, shapes and guideline agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pyoxigraph as ox
import pytest
from house_files import NETKG, SHAPES
from rdflib import Graph, URIRef
from rdflib.namespace import OWL, RDF, RDFS, SDO, SH

from netkg.case.loading import load_case
from netkg.ontology.conversion import triple_to_rdflib
from netkg.ontology.guideline import Catalogue
from netkg.ontology.schema import Field, Schema
from netkg.plan.engine import Engine
from netkg.plan.to_rdf import plan_graph

NETKG_CASE, NETKG_TUMOR = URIRef(NETKG + "Case"), URIRef(NETKG + "Tumor")
NETS = "https://w3id.org/netkg/shapes#"


# -- ontology and shapes agree on the case format ---------------------------------------------
def fields(schema: Schema) -> list[Field]:
    return [field for record in schema.fields.values() for field in record.values()]


@pytest.fixture(scope="module")
def case_shapes(graphs: dict[Path, Graph]) -> Graph:
    whole = Graph()
    for path in SHAPES:
        if path.parent.name == "case":
            whole += graphs[path]
    return whole


def target_of(record: str, schema: Schema) -> tuple[URIRef, URIRef]:
    """Return the target of the shapes of a record: a class for the case, else a property."""
    if record == "Case":
        return SH.targetClass, URIRef(NETKG + "Case")
    (leading,) = {f.name for f in fields(schema) if f.range == NETKG + record}
    return SH.targetObjectsOf, URIRef(NETKG + leading)


def test_every_field_has_a_shape_that_fits_it(schema: Schema, case_shapes: Graph) -> None:
    assert fields(schema)
    for field in fields(schema):
        shape = URIRef(f"{NETS}{field.record}-{field.name}")
        assert (shape, RDF.type, SH.PropertyShape) in case_shapes, f"{field.path} has no shape"
        assert str(case_shapes.value(shape, SH.path)) == NETKG + field.name
        assert str(case_shapes.value(shape, URIRef(NETS + "field"))) == field.path
        assert (shape, *target_of(field.record, schema)) in case_shapes
        assert (case_shapes.value(shape, SH.maxCount) is not None) == field.single
        class_, datatype = (
            case_shapes.value(shape, SH["class"]),
            case_shapes.value(shape, SH.datatype),
        )
        if field.range in schema.values and field.name != "target":
            assert str(class_) == field.range
        elif datatype is not None:
            assert str(datatype) == field.range
        else:
            assert class_ is None


def test_every_shape_of_a_record_has_a_field(schema: Schema, case_shapes: Graph) -> None:
    known = {f"{field.record}-{field.name}" for field in fields(schema)}
    # The type of an event is its class, not a field of the ontology.
    known |= {"ClinicalEvent-type", "ClinicalEvent-knownType"}
    found = {str(s).removeprefix(NETS) for s in case_shapes.subjects(RDF.type, SH.PropertyShape)}
    assert found == known


@pytest.mark.parametrize("record", ["Case", "ClinicalEvent", "Measurement", "Metastasis", "Tumor"])
def test_a_closed_shape_allows_exactly_the_fields(
    record: str, schema: Schema, case_shapes: Graph
) -> None:
    shape = URIRef(NETS + record)
    assert case_shapes.value(shape, SH.closed)
    allowed = case_shapes.items(case_shapes.value(shape, SH.ignoredProperties))
    names = {str(term).removeprefix(NETKG) for term in allowed} - {str(RDF.type), "unknownType"}
    assert names == set(schema.fields[record])


def test_findings_are_based_on_statements(case_shapes: Graph, catalogue: Catalogue) -> None:
    known = {NETKG + statement.id for statement in catalogue.statements}
    found = {str(statement) for statement in case_shapes.objects(None, URIRef(NETS + "restsOn"))}
    assert found
    assert found <= known


# -- content ----------------------------------------------------------------------------------
def test_the_statements_are_all_there(catalogue: Catalogue) -> None:
    ids = [statement.id for statement in catalogue.statements]
    assert len(ids) == len(set(ids)) == 66
    assert len(catalogue.verdict_bearing) == 57
    assert [statement.position for statement in catalogue.statements] == list(range(1, 67))
    assert len({statement.label for statement in catalogue.statements}) == 66


def test_a_statement_is_named_by_its_id(catalogue: Catalogue, ontology: Graph) -> None:
    for statement in catalogue.statements:
        assert statement.node.value == NETKG + statement.id
    for class_ in ontology.objects(None, URIRef(NETKG + "appliesTo")):
        # Or every record of its level.
        assert str(class_).endswith("-Population") or class_ in (NETKG_CASE, NETKG_TUMOR)


def test_preferred_actions_are_actions(catalogue: Catalogue) -> None:
    preferring = [statement for statement in catalogue.statements if statement.preferred]
    assert preferring
    for statement in preferring:
        assert statement.preferred in statement.actions


def test_gaps_sections_and_status_are_in_order(catalogue: Catalogue, ontology: Graph) -> None:
    assert [gap.position for gap in catalogue.gaps] == list(range(1, 13))
    assert len({gap.id for gap in catalogue.gaps}) == 12
    assert sorted(catalogue.pressing.values()) == list(range(1, 11))
    section, position = URIRef(NETKG + "Section"), URIRef(NETKG + "position")
    places = [int(ontology.value(s, position)) for s in ontology.subjects(RDF.type, section)]
    assert sorted(places) == list(range(1, len(places) + 1))
    assert {statement.section for statement in catalogue.statements} <= set(
        catalogue.section_labels
    )


def test_every_event_type_has_a_label_of_its_own(schema: Schema) -> None:
    assert schema.event_types
    labels = Counter(schema.label(ox.NamedNode(NETKG + event)) for event in schema.event_types)
    assert not set(labels) & schema.event_types
    assert max(labels.values()) == 1


def test_every_action_is_an_event_type(catalogue: Catalogue, schema: Schema) -> None:
    actions = {action for statement in catalogue.statements for action in statement.actions}
    assert actions
    assert actions <= schema.event_types


# -- on what a property is used ---------------------------------------------------------------
PROPERTIES = (OWL.AnnotationProperty, OWL.DatatypeProperty, OWL.ObjectProperty)


def test_a_field_is_used_on_the_record_that_it_is_a_field_of(ontology: Graph) -> None:
    fields_of = {(str(s), str(o)) for s, o in ontology.subject_objects(URIRef(NETKG + "fieldOf"))}
    assert len(fields_of) > 30
    for field, record in fields_of:
        hints = {str(class_) for class_ in ontology.objects(URIRef(field), SDO.domainIncludes)}
        assert hints == {other for same, other in fields_of if same == field}, field
        assert record in hints


def test_every_use_of_a_property_is_among_its_hints(
    ontology: Graph, engine: Engine, example: Callable[[str], Path]
) -> None:
    whole = Graph() + ontology
    for path in sorted(example("").glob("*.json")):
        case = load_case(path, schema=engine.schema)
        examined = engine.examine(case, as_of=date(2026, 3, 31))
        whole += plan_graph(examined.plan, case)
        for triple in examined.inferred:
            whole.add(triple_to_rdflib(triple))
    hints = {
        property_: set(ontology.objects(property_, SDO.domainIncludes))
        for property_ in set(ontology.subjects(SDO.domainIncludes))
    }
    used = {(s, p) for s, p, _ in whole if p in hints}
    assert len({p for _, p in used}) > 150
    classes = {
        class_: set(ontology.transitive_objects(class_, RDFS.subClassOf))
        for class_ in set(whole.objects(None, RDF.type))
    } | {kind: {RDF.Property} for kind in PROPERTIES}
    for subject, property_ in used:
        known = set().union(*(classes[class_] for class_ in whole.objects(subject, RDF.type)))
        assert known & hints[property_], f"{property_} of {subject}"
