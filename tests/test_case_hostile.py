"""Read anything at all: it gives a case or an error, never a crash."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from case_inputs import (
    AS_RDFXML,
    JSON,
    PREFIXES,
    SAME,
    SCHEMA,
    error_of,
    plain,
    read_text,
    shown,
    write,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from netkg.case.loading import load_case
from netkg.case.model import Case
from netkg.errors import InputError
from netkg.ontology.schema import netkg

# -- lists, lines, files -----------------------------------------------------------


# -- nothing crashes ---------------------------------------------------------------
def test_entities_of_xml_are_harmless(tmp_path: Path) -> None:
    secret = write(tmp_path, "secret.txt", "secret")
    outside = AS_RDFXML.replace("<!ENTITY n", f'<!ENTITY s SYSTEM "{secret.as_uri()}"><!ENTITY n')
    with pytest.raises(InputError) as caught:
        read_text(outside.replace("5</n", "&s;</n"))
    assert "secret" not in str(caught.value).replace("secret.txt", "")
    nested = AS_RDFXML.replace("<!ENTITY n", '<!ENTITY a "x"><!ENTITY b "&a;&a;"><!ENTITY n')
    assert "entity" in str(error_of(nested))


@pytest.mark.parametrize(
    "text",
    [
        "<urn:a> <urn:b> " + "<<( <urn:a> <urn:b> " * 30_000 + "1" + " )>>" * 30_000 + " .",
        '<?xml version="1.0"?><r rdf:parseType="Triple">' + '<x rdf:parseType="Triple">' * 30_000,
        PREFIXES + "ex:c a n:Case ; n:tumors " + "[ n:tumors " * 3000 + "1" + "]" * 3000 + " .",
        PREFIXES + "ex:c a n:Case ; n:tumors " + "(" * 3000 + ")" * 3000 + " .",
    ],
)
def test_deep_nesting_in_rdf(text: str) -> None:
    try:
        cases = read_text(text)
    except InputError as error:
        assert error.expected  # noqa: PT017
    else:
        assert cases[0].findings if isinstance(cases[0], Case) else False


@settings(max_examples=300, deadline=None)
@given(JSON)
def test_any_json_is_a_case_or_an_input_error(tree: Any) -> None:
    try:
        found = read_text(json.dumps(tree), format="json")
    except InputError as error:
        assert str(error)  # noqa: PT017
        return
    for case in found:
        if isinstance(case, Case):
            ox.serialize(case.triples, format=ox.RdfFormat.N_TRIPLES)
            json.dumps(dict(case.records))
            nodes = [case.node, *case.tumors, *case.metastases]
            assert len({node.value for node in nodes}) == len(nodes)
            assert set(case.names) == {node.value for node in nodes}


@settings(max_examples=300, deadline=None)
@given(
    st.binary(max_size=60) | st.text(max_size=60), st.sampled_from([None, "json", "ndjson", "ttl"])
)
def test_any_text_is_a_case_or_an_input_error(text: str | bytes, format: str | None) -> None:
    try:
        read_text(text, format=format)
    except InputError as error:
        assert str(error)  # noqa: PT017


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_damaged_file_is_a_case_or_an_input_error(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(SAME)))
    raw = bytearray(SAME[name].encode())
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    try:
        read_text(bytes(raw))
    except InputError as error:
        assert str(error)  # noqa: PT017


def test_the_built_in_context_alone_in_a_list_is_the_plain_form() -> None:
    body = {"id": "c", "tumors": [{"primarySite": "Ileum"}, {"primarySite": "Pancreas"}]}
    listed = plain({"@context": ["https://w3id.org/netkg/context.jsonld"]} | body)
    assert listed.triples == plain(body).triples


def test_a_name_with_an_at_sign_that_json_ld_ignores_is_listed() -> None:
    body = {"id": "c", "tumors": [{"primarySite": "Ileum"}, {"primarySite": "Pancreas"}]}
    remarked = plain({"@comment": "x"} | body)
    assert remarked.triples == plain(body).triples
    assert [(each.severity, each.field) for each in remarked.findings] == [("Info", "@comment")]
    (misspelt,) = plain({"@Events": []} | body).findings
    assert misspelt.severity == "Warning"
    assert misspelt.message.endswith("Did you mean events?")


def test_flattened_json_ld_with_a_bare_node_is_one_case() -> None:
    ns = "https://w3id.org/netkg/ns#"
    nodes = [
        {
            "@id": "https://example.org/c",
            "@type": [f"{ns}Case"],
            f"{ns}tumors": [{"@id": "https://example.org/t"}],
        },
        {"@id": "https://example.org/t", "@type": [f"{ns}Tumor"]},
    ]
    (case,) = read_text(json.dumps(nodes))
    assert isinstance(case, Case)
    assert list(case.names.values()) == ["https://example.org/c", "https://example.org/t"]


@pytest.mark.parametrize(
    ("text", "answered", "rejected"),
    [
        ('{"id":"c","tumors":[{}]}\nnot json\n', 1, 1),
        ('{"id":"c","tumors":[{}]}\nnull\n', 1, 1),
        ('{"id":"c","tumors":[{}]}\n{"id":"d","tumors":[{}]}\n', 2, 0),
    ],
)
def test_one_case_per_line_is_recognized_by_its_first_line(
    text: str, answered: int, rejected: int
) -> None:
    read = read_text(text)
    assert sum(isinstance(case, Case) for case in read) == answered
    assert sum(isinstance(case, InputError) for case in read) == rejected


def test_a_broken_array_of_one_object_per_line_is_not_ndjson() -> None:
    with pytest.raises(InputError, match="JSON"):
        read_text('[\n{"id":"c"}\n{"id":"d"}\n]')


@pytest.mark.parametrize(
    "flag", ["EventAfterAsOf", "ContradictoryTestResult", "TestInSeveralUnits"]
)
def test_a_class_that_only_a_rule_gives_is_not_a_type_of_event(flag: str) -> None:
    flagged = netkg("FlaggedRecord")
    assert flagged in SCHEMA.superclasses(netkg(flag))
    case = load_case({"id": "c", "events": [{"type": flag}]}, schema=SCHEMA)
    assert [value for value, _ in shown(case, "unknownType")] == [flag]
