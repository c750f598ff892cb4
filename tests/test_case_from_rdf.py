"""Read cases from RDF in any syntax, and from rdflib graphs."""

from __future__ import annotations

import random
import warnings
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
from case_inputs import FULL, PREFIXES, SCHEMA, TYPE, fields, objects, plain, read_text, shown

from netkg.case.identifiers import unminted
from netkg.case.loading import load_case
from netkg.case.model import Case
from netkg.errors import InputError
from netkg.namespaces import NETKG
from netkg.ontology.schema import netkg


def turtle(body: str) -> Case:
    found = read_text(PREFIXES + body, format="ttl")
    assert len(found) == 1
    assert isinstance(found[0], Case)
    return found[0]


# -- RDF ---------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("5", ("5", "decimal")),
        ("5.50", ("5.5", "decimal")),
        ("5e0", ("5", "decimal")),
        ('"+05"^^xsd:int', ("5", "decimal")),
        ('" 5 "^^xsd:decimal', ("5", "decimal")),
        ('"5"^^xsd:nonNegativeInteger', ("5", "decimal")),
        ('"5"^^xsd:unsignedByte', ("5", "decimal")),
        ('"1e20"^^xsd:double', ("1e+20", "double")),
        ('"5.5"^^xsd:integer', ("5.5", "string")),
        ('"5e0"^^xsd:decimal', ("5e0", "string")),
        ('"five"^^xsd:decimal', ("five", "string")),
        ('"INF"^^xsd:double', ("INF", "string")),
        ('"5_0"^^xsd:integer', ("5_0", "string")),
        ('"5"', ("5", "string")),
        ('"5"@en', ("5", "string")),
        ("true", ("true", "boolean")),
        ('"2026-01-15"^^xsd:gYear', ("2026-01-15", "gYear")),
        ("n:Pancreas", ("Pancreas", "IRI")),
        ("ex:x", ("https://example.org/x", "IRI")),
    ],
)
def test_numbers_of_rdf(written: str, value: tuple[str, str]) -> None:
    case = turtle(f"ex:c a n:Case ; n:tumors [ n:ki67Percent {written} ] .")
    assert shown(case, "ki67Percent") == [value]
    assert fields(case) == (["tumors.ki67Percent"] if value == ("5", "string") else [])


@pytest.mark.parametrize(
    ("key", "written", "value"),
    [
        ("fitForSurgery", '"1"^^xsd:boolean', ("true", "boolean")),
        ("fitForSurgery", '"0"^^xsd:boolean', ("false", "boolean")),
        ("fitForSurgery", '"yes"^^xsd:boolean', ("yes", "string")),
        ("birthDate", '"2026-01-15"^^xsd:date', ("2026-01-15", "date")),
        ("birthDate", '"2026-01-15Z"^^xsd:date', ("2026-01-15Z", "string")),
        ("birthDate", '"2026-02-30"^^xsd:date', ("2026-02-30", "string")),
        ("birthDate", '"2026-01-15"', ("2026-01-15", "string")),
        ("birthDate", '"2026-01-15T00:00:00"^^xsd:dateTime', ("2026-01-15T00:00:00", "dateTime")),
        ("sex", "n:female", ("female", "IRI")),
        ("sex", "n:Pancreas", ("Pancreas", "IRI")),
        ("sex", '"female"', ("female", "string")),
        ("sex", "<female>", ("female", "string")),
    ],
)
def test_other_values_of_rdf(key: str, written: str, value: tuple[str, str]) -> None:
    assert shown(turtle(f"ex:c a n:Case ; n:{key} {written} ."), key) == [value]


def test_equal_numbers_of_rdf_are_one_value() -> None:
    case = turtle("ex:c a n:Case ; n:tumors [ n:ki67Percent 5, 5.0, 5e0 ] .")
    assert shown(case, "ki67Percent") == [("5", "decimal")]


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ("ex:c a n:Case ; n:foo 1 .", "foo"),
        ("ex:c a n:Case ; ex:foo 1 .", "https://example.org/foo"),
        ("ex:c a n:Case ; n:tumors [ ex:foo 1 ] .", "tumors.https://example.org/foo"),
        ("ex:c a n:Case ; n:events [ n:ki67Percent 1 ] .", "events.ki67Percent"),
        ("ex:c a n:Case ; n:tumors [ n:measurements [ n:x 1 ] ] .", "tumors.measurements.x"),
        ("ex:c a n:Case ; n:tumors 5 .", "tumors"),
        ("ex:c a n:Case ; n:events 'CTScan' .", "events"),
        ("ex:c a n:Case ; n:sex [] .", "sex"),
        ("ex:c a n:Case ; n:tumors [ a n:Metastasis ] .", "tumors.type"),
        ("[] a n:Case .", "id"),
    ],
)
def test_what_is_wrong_in_rdf_is_a_finding(body: str, path: str) -> None:
    case = turtle(body)
    assert fields(case) == [path]


def test_labels_and_foreign_types_are_set_aside_and_counted() -> None:
    case = turtle(
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . ex:c a n:Case, ex:Thing ;"
        " rdfs:label 'x' ; n:tumors [ a n:Tumor, n:Record, ex:Thing ] ."
    )
    (finding,) = case.findings
    assert (finding.severity, finding.found) == ("Info", "3")
    assert "labels and comments (1) and types of other vocabularies (2)" in finding.message
    assert len(case.triples) == 3


@pytest.mark.parametrize(
    ("types", "kept", "unknown", "findings"),
    [
        ("n:CTScan", ["CTScan"], [], []),
        ("n:CTScan, n:ClinicalEvent", ["CTScan"], [], []),
        ("n:CTScan, <http://www.w3.org/2002/07/owl#NamedIndividual>", ["CTScan"], [], [""]),
        ("n:ClinicalEvent", [], [], []),
        ("n:Foo", [], [("Foo", "string")], []),
        ("ex:Scan", [], [("https://example.org/Scan", "string")], []),
        ("n:CTScan, n:MRIScan", ["CTScan", "MRIScan"], [], ["events.type"]),
        (
            "n:CTScan, ex:Scan",
            ["CTScan"],
            [("https://example.org/Scan", "string")],
            ["events.type"],
        ),
    ],
)
def test_the_type_of_an_event_in_rdf(
    types: str, kept: list[str], unknown: list[Any], findings: list[str]
) -> None:
    case = turtle(f"ex:c a n:Case ; n:events [ a {types} ] .")
    (node,) = objects(case, "events")
    found = {t.object for t in case.triples if t.subject == node and t.predicate == TYPE}
    assert found == {netkg(name) for name in kept}
    assert shown(case, "unknownType") == unknown
    assert fields(case) == findings


def test_a_class_above_the_type_of_an_event_is_left_out() -> None:
    above = SCHEMA.superclasses(netkg("CTScan")) - {netkg("CTScan"), netkg("ClinicalEvent")}
    middle = sorted(
        node.value for node in above if node.value.removeprefix(NETKG) in SCHEMA.event_types
    )
    assert middle
    case = turtle(f"ex:c a n:Case ; n:events [ a n:CTScan, <{middle[0]}> ] .")
    assert case.findings == ()
    assert [r["type"] for r in case.records.values()] == ["CTScan"]


def test_a_target_in_rdf() -> None:
    case = turtle(
        "ex:c a n:Case ; n:tumors ex:t, _:u ; n:events [ n:target ex:t ; n:label 'a' ], "
        "[ n:target _:u ; n:label 'b' ], [ n:target ex:x ; n:label 'c' ], "
        "[ n:target 'https://example.org/t' ; n:label 'd' ] ."
    )
    first, second = case.tumors
    by_label = {record["label"]: record["target"] for record in case.records.values()}
    assert case.names[first.value] == "https://example.org/t"
    assert by_label == {
        "a": "https://example.org/t",
        "b": "tumor-2",
        "c": "https://example.org/x",
        "d": "https://example.org/t",
    }
    found = objects(case, "target")
    assert {first, second} < set(found)
    assert {o.value for o in found if isinstance(o, ox.Literal)} == {
        "https://example.org/x",
        "https://example.org/t",
    }


def test_a_node_in_two_roles_is_not_merged() -> None:
    case = turtle("ex:c a n:Case ; n:tumors ex:x ; n:metastases ex:x .")
    assert fields(case) == ["metastases.id"]
    assert case.tumors[0] != case.metastases[0]
    case = turtle("ex:c a n:Case ; n:tumors ex:c .")
    assert fields(case) == ["tumors.id"]
    assert "its own tumor" in case.findings[0].message
    assert case.tumors[0] != case.node


def test_records_are_rebuilt_as_plain_json() -> None:
    text = ox.serialize(plain(FULL).triples, format=ox.RdfFormat.TURTLE)
    (case,) = read_text(text)
    assert isinstance(case, Case)
    assert case.records == plain(FULL).records


@pytest.mark.parametrize("id_", ["c", "a b/ü~", "100%", "", "tumor/t"])
def test_minted_names_are_read_back_as_the_ids_they_stand_for(id_: str) -> None:
    own = plain(FULL | {"id": id_, "tumors": [{"id": id_ or "t"}, {}]})
    text = ox.serialize(own.triples, format=ox.RdfFormat.N_TRIPLES)
    (case,) = read_text(text)
    assert isinstance(case, Case)
    assert (case.id, case.node, case.names) == (own.id, own.node, own.names)
    assert set(case.triples) == set(own.triples)
    assert fields(case) == fields(own)


@pytest.mark.parametrize("iri", ["urn:netkg:case:%ff", "urn:netkg:case:%2f", "urn:netkg:case:a/b"])
def test_other_names_are_ids_as_they_are(iri: str) -> None:
    assert unminted(iri) == iri


class TestOrderOfBlankNodes:
    BODY = (
        "ex:c a n:Case ; n:tumors ex:z, ex:a, "
        "[ n:grade n:G1 ; n:measurements [ n:diameterMm 5 ], [ n:diameterMm 6 ] ], "
        "[ n:grade n:G2 ], _:x ; n:metastases [ n:site n:Bone ], [ n:site n:Liver ] ; "
        "n:events [ a n:CTScan ; n:target _:x ], [ a n:CTScan ] . _:x n:grade n:G3 ."
    )

    def test_iris_come_first_and_numbers_are_places(self) -> None:
        case = turtle(self.BODY)
        names = [case.names[node.value] for node in case.tumors]
        assert names[:2] == ["https://example.org/a", "https://example.org/z"]
        assert names[2:] == ["tumor-3", "tumor-4", "tumor-5"]
        assert [case.names[n.value] for n in case.metastases] == ["metastasis-1", "metastasis-2"]

    def test_blank_nodes_are_in_the_order_of_rdf_canonicalization(self) -> None:
        for seed in range(8):
            body = ", ".join(f"[ n:ki67Percent {seed + place} ]" for place in range(4))
            text = f"{PREFIXES} ex:c a n:Case ; n:tumors {body} ."
            dataset = ox.Dataset(ox.parse(text, ox.RdfFormat.TURTLE))
            dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
            found = dataset.quads_for_predicate(netkg("ki67Percent"))
            expected = [q.object.value for q in sorted(found, key=lambda q: str(q.subject))]
            (case,) = read_text(text)
            assert isinstance(case, Case)
            value = {
                t.subject: t.object.value
                for t in case.triples
                if t.predicate == netkg("ki67Percent")
            }
            assert [value[node] for node in case.tumors] == expected

    @pytest.mark.parametrize("same", [0, 30])
    def test_labels_and_order_of_the_input_do_not_matter(self, same: int) -> None:
        extra = (
            " ex:c n:tumors [ n:measurements " + ", ".join(["[ n:diameterMm 7 ]"] * same) + "] ."
        )
        body = self.BODY + (extra if same else "")
        quads = list(ox.parse(PREFIXES + body, ox.RdfFormat.TURTLE))
        expected = set(turtle(body).triples)
        chance = random.Random(1)
        for _ in range(10):
            chance.shuffle(quads)
            names: dict[str, ox.BlankNode] = {}

            def renamed(term: Any, names: dict[str, ox.BlankNode] = names) -> Any:
                if isinstance(term, ox.BlankNode):
                    return names.setdefault(term.value, ox.BlankNode())
                return term

            lines = [ox.Triple(renamed(q.subject), q.predicate, renamed(q.object)) for q in quads]
            text = ox.serialize(lines, format=ox.RdfFormat.N_TRIPLES)
            (case,) = read_text(text)
            assert isinstance(case, Case)
            assert set(case.triples) == expected

    @staticmethod
    def tumors(count: int, measurements: int) -> str:
        same = ", ".join(["[ n:diameterMm 5 ]"] * measurements)
        return "ex:c a n:Case ; n:tumors " + ", ".join([f"[ n:measurements {same} ]"] * count) + "."

    @pytest.mark.parametrize(("count", "measurements"), [(1, 40), (5, 1), (5, 6), (40, 2)])
    def test_records_that_look_the_same_are_numbered(self, count: int, measurements: int) -> None:
        case = turtle(self.tumors(count, measurements))
        assert len(case.tumors) == count
        assert len(case.records) == count * measurements

    @pytest.mark.parametrize("form", ["tumors", "ring", "clique"])
    def test_a_graph_that_would_take_forever_is_refused(self, form: str) -> None:
        nodes = [f"_:n{number}" for number in range(7)]
        links = {
            "tumors": "",
            "ring": [
                f"{a} n:grade {b} ." for a, b in zip(nodes, nodes[1:] + nodes[:1], strict=True)
            ],
            "clique": [f"{a} n:grade {b} ." for a in nodes for b in nodes if a != b],
        }[form]
        body = f"ex:c a n:Case ; n:tumors {', '.join(nodes)} . {' '.join(links)}"
        with pytest.raises(InputError, match=r"look the same.* Expected an IRI for each") as caught:
            turtle(body if links else self.tumors(5, 12))
        assert caught.value.expected


# -- which nodes are cases -----------------------------------------------------------
def ids(text: str, format: str = "trig") -> list[str]:
    found = read_text(PREFIXES + text, format=format)
    return [case.id.rpartition("/")[2] for case in found if isinstance(case, Case)]


def test_cases_are_in_the_order_of_the_file_typed_or_not() -> None:
    assert ids("ex:b a n:Case . ex:x n:tumors [] . ex:a a n:Case .") == ["b", "x", "a"]
    assert ids("ex:b n:tumors [] . ex:a n:tumors [] . ex:x ex:y ex:a .") == ["b", "a"]


def test_a_record_with_tumors_is_a_case_only_if_it_is_typed() -> None:
    assert ids("ex:a n:tumors ex:b . ex:b n:tumors ex:t .") == ["a"]
    assert ids("ex:a n:tumors ex:a .") == ["a"]
    assert ids("ex:a n:tumors ( ex:b ) . ex:b n:tumors ex:t .") == ["a"]
    assert ids("ex:a n:tumors ex:b . ex:b a n:Case .") == ["a", "b"]


def test_a_case_is_read_from_all_graphs() -> None:
    text = (
        "ex:g { ex:c a n:Case ; n:sex n:male . } ex:h { ex:c a n:Case ; n:sex n:female . }"
        " ex:c n:sex n:other . ex:d a n:Case . ex:i { ex:d n:sex n:unknown } "
    )
    found = read_text(PREFIXES + text, format="trig")
    values = [(c.id[-1], shown(c, "sex")) for c in found if isinstance(c, Case)]
    assert values == [
        ("c", [("female", "IRI"), ("male", "IRI"), ("other", "IRI")]),
        ("d", [("unknown", "IRI")]),
    ]


def test_untyped_cases_in_named_graphs() -> None:
    assert ids("ex:g { ex:b n:tumors [] } ex:h { ex:a n:tumors [] }") == ["b", "a"]


def test_only_what_can_be_reached_is_the_case_and_the_rest_is_reported() -> None:
    case = turtle("ex:c a n:Case . ex:x a n:Tumor ; n:foo 1 . ex:y n:measurements [ n:x 1 ] .")
    assert len(case.triples) == 1
    assert {(each.severity, each.field) for each in case.findings} == {
        ("Warning", "tumors.id"),
        ("Warning", NETKG),
    }


# -- rdflib graphs -----------------------------------------------------------------
def test_an_rdflib_graph_reads_as_its_text_does() -> None:
    text = PREFIXES + TestOrderOfBlankNodes.BODY + " ex:c n:sex 'x'@en ; n:birthDate '2025-01-01' ."
    graph = rdflib.Graph().parse(data=text, format="turtle")
    case = load_case(graph, schema=SCHEMA)
    (own,) = read_text(text)
    assert isinstance(own, Case)
    assert set(case.triples) == set(own.triples)


def test_relative_names_in_an_rdflib_graph_are_ids() -> None:
    graph = rdflib.Graph()
    tumor = rdflib.URIRef("t1")
    graph.add((rdflib.URIRef("c"), rdflib.URIRef(NETKG + "tumors"), tumor))
    graph.add((tumor, rdflib.URIRef(NETKG + "ki67Percent"), rdflib.Literal(2.5)))
    expected = plain({"id": "c", "tumors": [{"id": "t1", "ki67Percent": 2.5}]})
    assert load_case(graph, schema=SCHEMA).names == expected.names
    assert set(load_case(graph, schema=SCHEMA).triples) == set(expected.triples)


def test_an_rdflib_dataset_is_read_as_a_whole() -> None:
    text = PREFIXES + "ex:g { ex:c a n:Case ; n:sex n:male . } ex:c n:sex n:other . "
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # rdflib deprecates what its own parser does
        dataset = rdflib.Dataset()
        dataset.parse(data=text, format="trig")
        case = load_case(dataset, schema=SCHEMA)
    assert shown(case, "sex") == [("male", "IRI"), ("other", "IRI")]


def test_an_rdflib_graph_with_a_broken_term() -> None:
    graph = rdflib.Graph()
    case = rdflib.URIRef("http://a b")
    graph.add((case, rdflib.RDF.type, rdflib.URIRef(NETKG + "Case")))
    with pytest.raises(InputError, match="not RDF"):
        load_case(graph, schema=SCHEMA)


@pytest.mark.parametrize("type_", ["urn:x#decimal", "https://example.org/#double", "urn:x#boolean"])
@pytest.mark.parametrize("text", ["many", "\\u0000", "12"])
def test_a_datatype_of_another_namespace_is_not_a_number(type_: str, text: str) -> None:
    body = (
        "@prefix netkg: <https://w3id.org/netkg/ns#> .\n"
        "<urn:c> a netkg:Case ; netkg:tumors [] ; netkg:events [\n"
        f'    a netkg:CTScan ; netkg:status netkg:completed ; netkg:value "{text}"^^<{type_}> ] .'
    )
    [case] = read_text(body, format="turtle")
    assert isinstance(case, Case)
    [record] = case.records.values()
    assert isinstance(record["value"], str)
