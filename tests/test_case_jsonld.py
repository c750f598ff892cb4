"""Read cases in JSON-LD with any context."""

from __future__ import annotations

import json
import warnings
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
from case_inputs import FULL, SCHEMA, error_of, fields, objects, plain, read_text, shown

from netkg.case.context import CONTEXT_IRI, context
from netkg.case.loading import load_case
from netkg.case.model import Case
from netkg.errors import InputError
from netkg.namespaces import NETKG


def shape(case: Case) -> list[str]:
    """Return the triples without the names of nodes, so that cases compare whatever these are."""
    dataset = ox.Dataset()
    nodes: dict[str, ox.BlankNode] = {}
    own = {t.subject.value for t in case.triples}

    def blank(term: Any) -> Any:
        if isinstance(term, ox.NamedNode) and term.value in own:
            return nodes.setdefault(term.value, ox.BlankNode())
        return term

    for t in case.triples:
        dataset.add(ox.Quad(blank(t.subject), t.predicate, blank(t.object)))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(map(str, dataset))


# -- JSON-LD -----------------------------------------------------------------------
def test_the_context_gives_rdflib_the_same_graph() -> None:
    document = FULL | {
        "@context": context(SCHEMA),
        "id": "urn:x:c",
        "tumors": [FULL["tumors"][0] | {"id": "urn:x:t"}],
        "metastases": [FULL["metastases"][0] | {"id": "urn:x:m"}],
        "events": [FULL["events"][0] | {"target": "urn:x:m"}],
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # rdflib deprecates what its own parser does
        graph = rdflib.Graph().parse(data=json.dumps(document), format="json-ld")
    before = set(graph)
    case = load_case(graph, schema=SCHEMA)
    own = plain({key: value for key, value in document.items() if key != "@context"})
    assert set(graph) == before
    assert case.findings == ()
    assert shape(case) == shape(own)
    assert (case.id, case.tumors, case.metastases) == (own.id, own.tumors, own.metastases)
    for record in case.records.values():
        assert record in own.records.values()
    assert len(case.records) == len(own.records)


def test_every_field_has_a_term_in_the_context() -> None:
    terms = context(SCHEMA)
    for record in SCHEMA.fields.values():
        for name, field in record.items():
            assert terms[name]["@id"] == f"netkg:{name}"
            assert ("@container" in terms[name]) is not field.single
    json.dumps(terms)


@pytest.mark.parametrize(
    "dress",
    [
        lambda case: case | {"@context": CONTEXT_IRI},
        lambda case: case | {"@context": [CONTEXT_IRI]},
        lambda case: case | {"@context": context(SCHEMA)},
        lambda case: case | {"@context": [{"foo": "urn:x:foo"}, CONTEXT_IRI]},
        lambda case: {"@graph": [case]},
        lambda case: {"@context": CONTEXT_IRI, "@graph": [case]},
        lambda case: {
            "@id": case["id"],
            "@type": "Case",
            **{k: case[k] for k in case if k != "id"},
        },
    ],
)
def test_the_built_in_context_gives_what_plain_keys_give(dress: Any) -> None:
    (case,) = read_text(json.dumps(dress(FULL)))
    assert isinstance(case, Case)
    assert set(case.triples) == set(plain(FULL).triples)
    assert case.names == plain(FULL).names
    assert case.records == plain(FULL).records
    assert case.findings == ()


@pytest.mark.parametrize(
    "document",
    [
        {"@context": "https://example.org/context.jsonld", "id": "c"},
        {"@context": [CONTEXT_IRI, "other.jsonld"], "id": "c"},
        {"@context": {"@import": "https://example.org/context.jsonld"}, "id": "c"},
        {"@context": {"a": {"@id": "urn:x:a", "@context": "https://example.org/x"}}, "id": "c"},
        {"id": "c", "tumors": [{"@context": "https://example.org/x"}]},
        {"@graph": [{"@context": ["https://example.org/x"], "id": "c"}]},
    ],
)
def test_no_context_is_ever_fetched(document: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> Any:
        raise AssertionError("the network was touched")

    monkeypatch.setattr("socket.socket.connect", refuse)
    monkeypatch.setattr("socket.getaddrinfo", refuse)
    error = error_of(json.dumps(document), format="jsonld")
    assert "netkg fetches nothing" in str(error)
    assert CONTEXT_IRI in error.expected
    (item,) = read_text(json.dumps([document]))
    assert isinstance(item, InputError)


def test_ids_in_json_ld_are_as_written() -> None:
    document = {
        "@graph": [
            {
                "id": "case 1",
                "type": "Case",
                "tumors": [{"id": "t 1"}, {"id": "a:b"}, {"grade": "G1"}],
                "events": [{"target": "t 1"}, {"target": "tumor-3"}, {"target": "nobody"}],
            }
        ]
    }
    (case,) = read_text(json.dumps(document))
    assert isinstance(case, Case)
    assert sorted(case.names.values()) == ["a:b", "case 1", "t 1", "tumor-3"]
    by_name = {name: iri for iri, name in case.names.items()}
    targets = {term.value for term in objects(case, "target")}
    assert targets == {by_name["t 1"], by_name["tumor-3"], "nobody"}
    assert not any("netkg-document" in str(triple) for triple in case.triples)


def test_names_other_than_iris_become_strings_or_findings() -> None:
    document = {
        "@graph": {
            "@id": "urn:x:c",
            "@type": "Case",
            "a b": 1,
            "sex": "fe male",
            "birthDate": {"@value": "2025-01-01", "@type": "a b"},
            "tumors": [{"@id": "http://x y"}],
            "events": [{"@type": "x y", "target": "http://x y z"}],
        }
    }
    (case,) = read_text(json.dumps(document))
    assert isinstance(case, Case)
    assert fields(case) == ["a b"]
    assert shown(case, "sex") == [("fe male", "string")]
    assert shown(case, "birthDate") == [("2025-01-01", "string")]
    assert shown(case, "unknownType") == [("x y", "string")]
    assert shown(case, "target") == [("http://x y z", "string")]
    assert list(case.names.values()) == ["urn:x:c", "http://x y"]
    text = ox.serialize(case.triples, format=ox.RdfFormat.N_TRIPLES)
    assert len(list(ox.parse(text, ox.RdfFormat.N_TRIPLES))) == len(case.triples)


def test_flattened_json_ld_is_one_graph() -> None:
    document = [
        {"@id": "urn:x:c", "@type": [f"{NETKG}Case"], f"{NETKG}tumors": [{"@id": "_:t"}]},
        {"@id": "_:t", f"{NETKG}ki67Percent": [{"@value": 5}]},
    ]
    (case,) = read_text(json.dumps(document))
    assert isinstance(case, Case)
    assert shown(case, "ki67Percent") == [("5", "decimal")]


def test_a_list_of_json_ld_cases_keeps_its_order() -> None:
    document = [{"@context": context(SCHEMA), "id": f"urn:x:{n}", "tumors": [{}]} for n in "bca"]
    cases = read_text(json.dumps(document))
    assert [case.id for case in cases if isinstance(case, Case)] == [
        "urn:x:b",
        "urn:x:c",
        "urn:x:a",
    ]


def test_json_ld_shows_wrong_values_as_the_plain_form_does() -> None:
    wrong = {
        "id": "urn:x:c",
        "birthDate": "2026-02-30",
        "fitForSurgery": "true",
        "tumors": [{"id": "urn:x:t", "ki67Percent": "5", "foo": 1}],
        "events": [{"type": "Foo"}],
    }
    (case,) = read_text(json.dumps({"@graph": [wrong]}))
    assert isinstance(case, Case)
    assert set(case.triples) == set(plain(wrong).triples)
    assert fields(plain(wrong)) == ["tumors.foo"]
    assert fields(case) == ["fitForSurgery", "tumors.ki67Percent", "tumors.foo"]
