"""Whatever is read from RDF is used, reported, or set aside and counted."""

from __future__ import annotations

import json
import random
import warnings
from collections import Counter
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
from case_inputs import PREFIXES, SCHEMA, fields, plain, read_text, shown
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import random_case

from netkg.case.accounting import Account
from netkg.case.from_rdf import accounted_cases
from netkg.case.loading import load_case
from netkg.case.model import Case
from netkg.case.syntaxes import quads_from_graph, quads_from_jsonld, quads_from_text
from netkg.errors import InputError
from netkg.namespaces import DCTERMS, NETKG, OWL, RDF, RDFS, SKOS

MORE = PREFIXES + f"@prefix owl: <{OWL}> . @prefix rdfs: <{RDFS}> . "
CASE = "ex:c a n:Case ; n:tumors ex:t . "


def read(text: str, format: str = "trig") -> list[Case]:
    found = read_text(MORE + text, format=format)
    assert all(isinstance(case, Case) for case in found)
    return [case for case in found if isinstance(case, Case)]


def said(case: Case, severity: str) -> dict[str, str]:
    """Return the messages of one severity by their fields."""
    return {each.field: each.message for each in case.findings if each.severity == severity}


# -- every triple has one place ----------------------------------------------------------
Noise = tuple[str, str, str | ox.Literal]
EX = "https://example.org/"
TEXT = ox.Literal("x")


def noise(chance: random.Random, case: Case) -> tuple[list[Noise], dict[Noise, str]]:
    """Draw triples that are set aside, and triples that are reported, with what says so."""
    record = chance.choice([case.node, *case.tumors]).value
    aside: list[Noise] = [
        (record, RDFS + "label", ox.Literal("x", language="en")),
        (record, SKOS + "prefLabel", TEXT),
        (record, RDF + "type", OWL + "NamedIndividual"),
        (record, RDF + "type", EX + "Thing"),
        (EX + "file", RDF + "type", OWL + "Ontology"),
        (EX + "file", OWL + "versionInfo", TEXT),
        (EX + "file", DCTERMS + "created", TEXT),
        (EX + "doctor", RDFS + "comment", TEXT),
    ]
    reported: dict[Noise, str] = {
        (EX + "file", OWL + "imports", EX + "other"): "imports https",
        (record, OWL + "sameAs", EX + "same"): "owl:sameAs says",
        (EX + "same", OWL + "sameAs", EX + "again"): "owl:sameAs says",
        (record, EX + "foo", TEXT): "has no key",
        (record, NETKG + "bar", TEXT): "has no key",
        (case.node.value, NETKG + "tumors", TEXT): "tumors has the wrong form",
        (EX + "event", RDF + "type", NETKG + "CTScan"): "1 event is",
        (EX + "event", NETKG + "status", NETKG + "planned"): "1 event is",
        (EX + "tumor", NETKG + "ki67Percent", TEXT): "1 tumor is",
        (EX + "doctor", EX + "name", TEXT): "not about a case",
        (EX + "doctor", DCTERMS + "subject", NETKG + "Tumor"): "not about a case",
        (NETKG + "CTScan", RDFS + "label", TEXT): "not about a case",
        (EX + "list", RDF + "first", TEXT): "not about a case",
    }
    drawn = chance.sample(list(reported), chance.randint(0, len(reported)))
    return (
        chance.sample(aside, chance.randint(0, len(aside))),
        {triple: reported[triple] for triple in drawn},
    )


def quad(triple: Noise, graph: Any) -> ox.Quad:
    subject, predicate, value = triple
    object_ = ox.NamedNode(value) if isinstance(value, str) else value
    return ox.Quad(ox.NamedNode(subject), ox.NamedNode(predicate), object_, graph)


def as_rdflib(quads: list[ox.Quad], kind: type[rdflib.Graph]) -> rdflib.Graph:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # rdflib deprecates what its own parser does
        return kind().parse(data=ox.serialize(quads, format=ox.RdfFormat.N_QUADS), format="nquads")


def reread(quads: list[ox.Quad], syntax: str) -> list[ox.Quad]:
    """Return what netkg reads from quads that are written in a syntax."""
    if syntax == "Dataset":
        return list(quads_from_graph(as_rdflib(quads, rdflib.Dataset)))
    single = [ox.Quad(q.subject, q.predicate, q.object) for q in quads]
    if syntax == "Graph":
        text = ox.serialize(single, format=ox.RdfFormat.N_TRIPLES)
        return list(quads_from_graph(rdflib.Graph().parse(data=text, format="nt")))
    if syntax == "jsonld":
        text = ox.serialize(quads, format=ox.RdfFormat.JSON_LD)
        return quads_from_jsonld(json.loads(text), schema=SCHEMA)
    form, datasets = {
        "nquads": (ox.RdfFormat.N_QUADS, True),
        "trig": (ox.RdfFormat.TRIG, True),
        "turtle": (ox.RdfFormat.TURTLE, False),
        "ntriples": (ox.RdfFormat.N_TRIPLES, False),
        "rdfxml": (ox.RdfFormat.RDF_XML, False),
    }[syntax]
    text = ox.serialize(quads if datasets else single, format=form)
    return quads_from_text(text.decode(), syntax)


SYNTAXES = ("nquads", "trig", "turtle", "ntriples", "rdfxml", "jsonld", "Graph", "Dataset")


@settings(max_examples=120, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from(SYNTAXES))
def test_every_triple_is_used_or_reported_or_set_aside(seed: int, syntax: str) -> None:
    chance = random.Random(seed)
    own = plain(random_case(chance) | {"id": "https://example.org/c"})
    graphs = [ox.DefaultGraph(), ox.NamedNode("urn:x:g"), ox.NamedNode("urn:x:h")]
    aside, reported = noise(chance, own)
    quads = [ox.Quad(t.subject, t.predicate, t.object, chance.choice(graphs)) for t in own.triples]
    quads += [quad(triple, chance.choice(graphs)) for triple in (*aside, *reported)]
    chance.shuffle(quads)
    found = reread(quads, syntax)
    assert len(found) == len(quads)
    (case,), account = accounted_cases(found, SCHEMA)
    assert set(case.triples) == set(own.triples)
    assert account == Account(len(quads), len(own.triples), len(reported), len(aside))
    messages = [each.message for each in case.findings if each.severity != "Info"]
    for said_so in reported.values():
        assert any(said_so in message for message in messages)
    assert all(any(said_so in message for said_so in reported.values()) for message in messages)
    if count := list(reported.values()).count("not about a case"):
        assert any(message.startswith(f"{count} triple") for message in messages)
    counted = [each.found for each in case.findings if each.severity == "Info"]
    assert counted == ([str(len(aside))] if aside else [])


NODES = [ox.NamedNode(f"urn:n{place}") for place in range(4)] + [
    ox.BlankNode("a"),
    ox.BlankNode("b"),
    ox.NamedNode(RDF + "nil"),
    ox.NamedNode("urn:netkg:unnamed"),
]
LINKS = ("tumors", "metastases", "events", "measurements", "target", "symptoms", "foo")
PREDICATES = [
    *(ox.NamedNode(NETKG + name) for name in LINKS),
    *(ox.NamedNode(RDF + name) for name in ("type", "first", "rest")),
    *(ox.NamedNode(iri) for iri in (OWL + "sameAs", RDFS + "label", "urn:p")),
]
OBJECTS = [
    *NODES,
    *(ox.NamedNode(NETKG + name) for name in ("Case", "Tumor", "CTScan")),
    ox.Literal("x"),
    ox.Triple(ox.NamedNode("urn:a"), ox.NamedNode("urn:b"), ox.NamedNode("urn:c")),
]
GRAPHS = [ox.DefaultGraph(), ox.NamedNode("urn:g"), ox.NamedNode("urn:h")]
PARTS = (NODES, PREDICATES, OBJECTS, GRAPHS)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.tuples(*map(st.sampled_from, PARTS)), max_size=20))
def test_triples_of_any_form_add_up(parts: list[tuple[Any, Any, Any, Any]]) -> None:
    quads = [ox.Quad(*each) for each in parts]
    cases, account = accounted_cases(quads, SCHEMA)
    assert account.read == (len(quads) if cases else 0)
    account.check()


def test_an_account_that_does_not_add_up_is_a_fault() -> None:
    Account(3, 1, 1, 1).check()
    with pytest.raises(RuntimeError, match="does not add up"):
        Account(3, 1, 1, 0).check()


def test_a_repeated_triple_is_used_each_time() -> None:
    text = MORE + "ex:g { " + CASE + "} ex:h { " + CASE + "} " + CASE
    _, account = accounted_cases(quads_from_text(text, "trig"), SCHEMA)
    assert account == Account(6, 6, 0, 0)


# -- data about a case in any graph ------------------------------------------------------
@pytest.mark.parametrize("kind", ["trig", "Dataset"])
def test_data_about_a_case_are_read_from_every_graph(kind: str) -> None:
    text = (
        "ex:registry { ex:c a n:Case ; n:tumors ex:t . } ex:lab { ex:t n:ki67Percent 25 . "
        "ex:c n:events [ a n:CTScan ; n:status n:planned ] . } ex:t n:grade n:G3 ."
    )
    (case,) = read(text)
    if kind == "Dataset":
        case = load_case(
            as_rdflib(quads_from_text(MORE + text, "trig"), rdflib.Dataset), schema=SCHEMA
        )
    assert shown(case, "ki67Percent") == [("25", "decimal")]
    assert shown(case, "grade") == [("G3", "IRI")]
    assert [record["type"] for record in case.records.values()] == ["CTScan"]
    assert case.findings == ()


@pytest.mark.parametrize("tumor", ["ex:t", "_:t"])
def test_patients_in_separate_graphs_are_not_mixed(tumor: str) -> None:
    text = "".join(
        f"ex:g{name} {{ ex:{name} a n:Case ; n:tumors {tumor} . {tumor} n:ki67Percent {value} ; "
        f"n:measurements ex:m . ex:m n:diameterMm {value} . }} "
        for name, value in (("a", 1), ("b", 30))
    )
    for case, value in zip(read(text), ("1", "30"), strict=True):
        assert shown(case, "ki67Percent") == shown(case, "diameterMm") == [(value, "decimal")]
        assert case.findings == ()


# -- a record of two cases ---------------------------------------------------------------
@pytest.mark.parametrize(
    ("link", "record", "field", "name"),
    [
        ("n:tumors ex:x", "ex:x n:ki67Percent 30", "tumors.id", "x"),
        ("n:tumors _:x", "_:x n:ki67Percent 30", "tumors.id", "a node without an IRI"),
        ("n:metastases ex:x", "ex:x n:site n:Bone", "metastases.id", "x"),
        ("n:events ex:x", "ex:x a n:CTScan", "events", "x"),
        ("n:events ( ex:x )", "ex:x a n:CTScan", "events", "x"),
        ("n:tumors [ n:measurements ex:x ]", "ex:x n:diameterMm 3", "tumors.measurements", "x"),
    ],
)
def test_a_record_of_two_cases_is_a_violation_of_both(
    link: str, record: str, field: str, name: str
) -> None:
    text = f"ex:a a n:Case ; {link} . ex:b a n:Case ; {link} . {record} ."
    for graph in ("", "ex:g "):
        cases = read(f"{graph}{{ {text} }}")
        assert len(cases) == 2
        for case in cases:
            message = said(case, "Violation")[field]
            assert name in message
            assert "example.org/a" in message
            assert "example.org/b" in message


def test_a_record_in_two_roles_of_two_cases_is_a_violation_of_both() -> None:
    for text in (
        "ex:a a n:Case ; n:tumors ex:x . ex:b a n:Case ; n:metastases ex:x . ex:x n:foo 1 .",
        "ex:a a n:Case ; n:events ex:x . ex:b a n:Case ; n:tumors [ n:measurements ex:x ] ."
        "ex:x n:diameterMm 3 .",
        "ex:a a n:Case ; n:tumors ex:b . ex:b a n:Case ; n:tumors ex:t .",
    ):
        for case in read(text):
            assert any("of its own" in message for message in said(case, "Violation").values())


def test_many_owners_of_a_record_are_counted() -> None:
    for case in read(
        "".join(f"ex:c{n} a n:Case ; n:tumors ex:x . " for n in range(9)) + "ex:x n:grade n:G1 ."
    ):
        assert "5 more" in said(case, "Violation")["tumors.id"]


def test_a_measurement_of_two_tumors_is_a_violation() -> None:
    (case,) = read(
        "ex:c a n:Case ; n:tumors ex:t, ex:u . ex:t n:measurements ex:m . "
        "ex:u n:measurements ex:m . ex:m n:diameterMm 5 ."
    )
    assert "the tumors https://example.org/t and" in said(case, "Violation")["tumors.measurements"]


# -- what no case reaches ----------------------------------------------------------------
@pytest.mark.parametrize(
    ("body", "field", "words"),
    [
        ("ex:x a n:CTScan .", "events.id", "1 event is"),
        ("ex:x n:status n:planned . ex:y a n:CTScan .", "events.id", "2 events are"),
        ("ex:x a n:Metastasis . [] n:site n:Bone .", "metastases.id", "2 metastases are"),
        ("ex:x n:ki67Percent 5 .", "tumors.id", "1 tumor is"),
        ("ex:x n:diameterMm 5 .", "tumors.measurements.id", "with netkg:measurements"),
        ("ex:c n:measurements ex:x . ex:x n:diameterMm 5 .", "tumors.measurements.id", "ex"),
        ("ex:x n:events [] .", "type", "add the type netkg:Case"),
        ("ex:x n:foo 5 .", NETKG, "with terms of netkg"),
        ("ex:x ex:y 5 .", "https://example.org/y", "1 triple is"),
        ("ex:g { ex:x ex:y 5 . ex:x ex:z 5 }", "https://example.org/y", "2 triples are"),
        ("ex:x a ex:Thing .", RDF + "type", "rdf:type of https"),
        ("n:CTScan rdfs:label 'CT' .", RDFS + "label", "rdfs:label of netkg:CTScan"),
        ("ex:t owl:sameAs ex:u .", OWL + "sameAs", "Use one IRI for both"),
        ("ex:u owl:sameAs ex:v, ex:w .", OWL + "sameAs", "1 more pair"),
        ("ex:f owl:imports ex:g .", OWL + "imports", "imports https://example.org/g"),
        ("ex:c owl:imports ex:g .", OWL + "imports", "fetches nothing"),
        ("<https://example.org/%74> n:grade n:G1 .", "id", "example.org/%74"),
        ("<HTTPS://Example.org/t> n:grade n:G1 .", "id", "HTTPS://Example.org/t"),
        ("ex:c n:events [ n:target <https://example.org/%74> ] .", "id", "%74"),
    ],
)
def test_what_no_case_reaches_is_a_warning(body: str, field: str, words: str) -> None:
    (case,) = read(CASE + "ex:t n:grade n:G1 . " + body)
    assert words in said(case, "Warning")[field]
    assert all(each.pointer for each in case.findings)


def test_a_node_that_is_the_same_as_itself_is_not_reported() -> None:
    (case,) = read(CASE + "ex:t owl:sameAs ex:t .")
    assert case.findings == ()


def test_iris_in_another_encoding_are_compared_as_unicode() -> None:
    for one, other in (("é", "%C3%A9"), ("é", "e\u0301"), ("~", "%7E"), ("%2f", "%2F")):
        (case,) = read(f"<c> a n:Case ; n:tumors <t{one}> . <t{other}> n:grade n:G1 .")
        assert f"t{one}" in said(case, "Warning")["id"]


def test_what_a_violation_says_does_not_hide_a_record_that_is_left() -> None:
    (case,) = read("ex:c a n:Case ; n:tumors 'x' . ex:t a n:Tumor .")
    assert fields(case) == ["tumors", "tumors.id"]


def test_what_may_concern_any_case_is_on_each_and_else_on_the_cases_of_its_graph() -> None:
    cases = read(
        "ex:g { ex:a a n:Case . ex:e a n:CTScan . } ex:h { ex:b a n:Case . } "
        "ex:i { ex:m a n:Metastasis . }"
    )
    assert [list(said(case, "Warning")) for case in cases] == [
        ["events.id", "metastases.id"],
        ["metastases.id"],
    ]


def test_a_flood_is_one_finding() -> None:
    body = "".join(
        f"ex:x{n} ex:y{n} {n} . ex:c ex:p{n} {n} . ex:c n:tumors {n} . " for n in range(999)
    )
    (case,) = read(CASE + body)
    assert len(case.findings) < 25
    assert "999 triples" in said(case, "Warning")["https://example.org/y0"]
    assert any("and 979 other keys" in each for each in said(case, "Violation").values())
    assert case.findings[-1].severity == "Warning"


# -- lists -------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("written", "key", "values"),
    [
        ("n:symptoms ( n:Flushing n:Wheezing )", "symptoms", ["Flushing", "Wheezing"]),
        ("n:symptoms n:Flushing, ( n:Wheezing )", "symptoms", ["Flushing", "Wheezing"]),
        ("n:symptoms ()", "symptoms", []),
        ("n:sex ( n:male )", "sex", ["male"]),
        ("n:events ( [ n:label 'x' ] [ n:label 'y' ] )", "label", ["x", "y"]),
        ("n:tumors ( [ n:measurements ( [ n:diameterMm 3 ] ) ] )", "diameterMm", ["3"]),
    ],
)
def test_a_list_is_read_as_its_members(written: str, key: str, values: list[str]) -> None:
    (case,) = read(f"ex:c a n:Case ; {written} .")
    assert sorted(value for value, _ in shown(case, key)) == values
    assert case.findings == ()


@pytest.mark.parametrize(
    ("head", "nodes", "fault"),
    [
        ("( ( ex:e ) )", "", "another list"),
        ("( ex:e () )", "", "another list"),
        ("ex:l", "ex:l rdf:first ex:e .", "0 values of rdf:rest"),
        ("ex:l", "ex:l rdf:rest () .", "0 values of rdf:first"),
        ("ex:l", "ex:l rdf:first ex:e ; rdf:rest ex:l .", "contains itself"),
        ("ex:l", "ex:l rdf:first ex:e ; rdf:rest ex:m .", "0 values of rdf:first"),
        ("ex:l", "ex:l rdf:first ex:e ; rdf:rest 'x' .", "does not end with rdf:nil"),
        ("ex:l", "ex:l rdf:first ex:e, ex:f ; rdf:rest () .", "2 values of rdf:first"),
        ("ex:l", "ex:l rdf:first ex:e ; rdf:rest () ; ex:x 1 .", "other properties"),
    ],
)
def test_a_malformed_list_is_a_violation(head: str, nodes: str, fault: str) -> None:
    body = f"ex:c a n:Case ; n:events {head} . {nodes} ex:e a n:CTScan ; n:status n:planned ."
    (case,) = read(f"@prefix rdf: <{RDF}> . {body}")
    assert fault in said(case, "Violation")["events"]
    assert "Repeat the property" in said(case, "Violation")["events"]
    assert "1 event is not part" in said(case, "Warning")["events.id"]


# -- values ------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("key", "written", "right"),
    [
        ("birthDate", '"2025-07-15"', 'is a string (found "2025-07-15"). Write "2025-07-15"^^xsd'),
        ("birthDate", '"2025-07-15"@en', 'is a string (found "2025-07-15"). Write "2025-07-15"^^'),
        ("birthDate", '"2025-07-15T10:00:00"^^xsd:dateTime', 'Write "2025-07-15"^^xsd:date.'),
        ("birthDate", '"2025-07-15Z"^^xsd:date', 'Write "2025-07-15"^^xsd:date.'),
        ("ageAtDiagnosis", '"63.5"', "Write 63.5."),
        ("fitForSurgery", '"true"', "Write true."),
        ("sex", '"female"', "Write netkg:female."),
    ],
)
def test_a_literal_of_the_wrong_datatype_says_what_to_write(
    key: str, written: str, right: str
) -> None:
    (case,) = read(f"ex:c a n:Case ; n:{key} {written} .")
    assert right in said(case, "Violation")[key]


@pytest.mark.parametrize(
    "written", ['"2025-02-30"', '"soon"', '"2025-07-15"^^xsd:date', '"2025-07-15"^^ex:day']
)
def test_other_dates_are_left_to_the_shapes(written: str) -> None:
    (case,) = read(f"ex:c a n:Case ; n:birthDate {written} .")
    assert case.findings == ()


# -- JSON-LD -----------------------------------------------------------------------------
def jsonld(**keys: Any) -> Case:
    (case,) = read_text(json.dumps({"id": "c", "type": "Case", "@graph": []} | keys))
    assert isinstance(case, Case)
    return case


@pytest.mark.parametrize(
    ("context", "field", "words"),
    [
        ({}, "events", f'does not define events. Add "events": "{NETKG}events" to it'),
        ({"netkg": NETKG}, "tumors.ki67Percent", "does not define ki67Percent"),
        ({"events": "netkg:events"}, "netkg:events", "The prefix netkg: of netkg:events is not"),
        ({"events": "https://example.org/events"}, "https://example.org/events", f"{NETKG}events"),
    ],
)
def test_a_key_that_the_context_lacks_is_named(context: Any, field: str, words: str) -> None:
    terms = {"id": "@id", "type": "@type", "tumors": NETKG + "tumors", "C": NETKG + "Case"}
    case = {
        "@context": terms | context,
        "id": "urn:x:c",
        "type": "C",
        "tumors": [{"id": "urn:x:t", "ki67Percent": 5}],
        "events": [{"label": "x"}],
    }
    (found,) = read_text(json.dumps(case))
    assert isinstance(found, Case)
    assert words in said(found, "Violation")[field]


def test_keys_that_json_ld_ignores_are_listed() -> None:
    case = jsonld(
        **{"@comment": "x", "@Reverse": {}, "@events": [{"@comment": "y"}]},
        tumors=[{"@comment": "z"}],
    )
    assert "in 2 places" in said(case, "Info")["@comment"]
    assert said(case, "Warning")["@Reverse"].endswith("Did you mean @reverse?")
    assert said(case, "Warning")["@events"].endswith("Did you mean events?")


def test_keys_that_a_context_maps_to_null_are_listed() -> None:
    found = read_text(
        json.dumps(
            {
                "@context": ["https://w3id.org/netkg/context.jsonld", {"events": None, "x": None}],
                "id": "c",
                "tumors": [{"x": 1}],
                "events": [{"type": "CTScan"}],
            }
        )
    )
    assert isinstance(found[0], Case)
    assert "ignores the key events" in said(found[0], "Warning")["events"]
    assert "ignores the key x" in said(found[0], "Info")["x"]


def test_values_in_a_graph_that_are_not_nodes_are_listed() -> None:
    case = {"id": "c", "type": "Case", "tumors": []}
    (found,) = read_text(json.dumps({"@graph": [case, "x", 5, {"@value": 1}]}))
    assert isinstance(found, Case)
    assert "3 values of @graph" in said(found, "Warning")["@graph"]


@pytest.mark.parametrize(
    "document",
    [
        {"@nest": {"events": [{"type": "CTScan"}]}},
        {"@included": [{"@id": "netkg-x:e", "type": "CTScan"}], "events": ["netkg-x:e"]},
        {"events": {"@list": [{"type": "CTScan"}]}},
        {"events": {"@set": [{"type": "CTScan"}]}},
        {"@graph": [{"@id": "c", "events": [{"type": "CTScan"}]}]},
        {
            "@included": [
                {"@id": "netkg-x:e", "type": "CTScan", "@reverse": {"events": {"@id": "c"}}}
            ]
        },
    ],
)
def test_keywords_of_json_ld_lead_to_the_same_case(document: Any) -> None:
    case = jsonld(**document)
    assert [record["type"] for record in case.records.values()] == ["CTScan"]
    assert case.findings == ()


def test_included_nodes_that_no_case_reaches_are_reported() -> None:
    case = jsonld(**{"@included": [{"id": "e9", "type": "MRIScan"}]})
    assert "(first: e9)" in said(case, "Warning")["events.id"]


# -- both doors --------------------------------------------------------------------------
def test_an_rdflib_graph_reports_what_its_text_does() -> None:
    text = MORE + CASE + "ex:e a n:CTScan . ex:f owl:imports ex:g . ex:t rdfs:label 'x', 'y'@en ."
    (own,) = read_text(text, format="ttl")
    assert isinstance(own, Case)
    case = load_case(rdflib.Graph().parse(data=text, format="turtle"), schema=SCHEMA)
    assert case.findings == own.findings
    assert Counter(each.severity for each in own.findings) == {"Warning": 2, "Info": 1}


def test_a_case_without_an_iri_is_not_its_record_with_the_iri_of_such_a_case() -> None:
    (case,) = read(
        "[] a n:Case ; n:tumors <urn:netkg:unnamed> . <urn:netkg:unnamed> n:grade n:G1 ."
    )
    assert shown(case, "grade") == [("G1", "IRI")]
    assert fields(case) == ["id"]


def test_a_case_is_not_its_own_measurement() -> None:
    (case,) = read("ex:c a n:Case ; n:tumors ex:t . ex:t n:measurements ex:c .")
    assert "its own measurement" in said(case, "Violation")["tumors.measurements"]


def test_a_type_that_is_not_a_node_is_a_violation() -> None:
    (case,) = read("ex:c a n:Case, 'x', [] .")
    assert len([each for each in case.findings if each.field == "type"]) == 2


def test_an_input_without_a_case_is_an_error() -> None:
    with pytest.raises(InputError, match="contains no case"):
        read("ex:a n:tumors ex:b . ex:b n:tumors ex:a .")
