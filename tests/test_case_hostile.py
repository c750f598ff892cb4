"""Read anything at all: it gives a case or an error, never a crash."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netkg.api import default_engine
from netkg.case.loading import load_case
from netkg.case.model import Case
from netkg.case.reading import read_text
from netkg.errors import InputError
from netkg.namespaces import NETKG, RDF, XSD
from netkg.ontology.schema import netkg

SCHEMA = default_engine().schema
PREFIXES = f"@prefix n: <{NETKG}> . @prefix xsd: <{XSD}> . @prefix ex: <https://example.org/> . "


def plain(case: Mapping[str, Any]) -> Case:
    return load_case(case, schema=SCHEMA)


def error_of(text: str | bytes, **options: Any) -> InputError:
    with pytest.raises(InputError) as caught:
        list(read_text(text, schema=SCHEMA, **options))
    return caught.value


def objects(case: Case, key: str) -> list[Any]:
    return [t.object for t in case.triples if t.predicate == netkg(key)]


def shown(case: Case, key: str) -> list[tuple[str, str]]:
    """Give each value of a key as its text and its kind (IRI, or name of its datatype)."""
    return [
        (o.value.removeprefix(NETKG), "IRI")
        if isinstance(o, ox.NamedNode)
        else (o.value, o.datatype.value.removeprefix(XSD))
        for o in objects(case, key)
    ]


# -- lists, lines, files -----------------------------------------------------------
def write(folder: Path, name: str, data: str | bytes) -> Path:
    path = folder / name
    raw = data.encode() if isinstance(data, str) else data
    path.write_bytes(gzip.compress(raw, mtime=0) if name.endswith(".gz") else raw)
    return path


AS_TURTLE = PREFIXES + 'ex:c a n:Case ; n:tumors ex:t . ex:t n:ki67Percent "5"^^xsd:integer .'
AS_NT = "\n".join(
    f"{t} ."
    for t in (
        f"<https://example.org/c> <{RDF}type> <{NETKG}Case>",
        f"<https://example.org/c> <{NETKG}tumors> <https://example.org/t>",
        f'<https://example.org/t> <{NETKG}ki67Percent> "5.0"^^<{XSD}double>',
    )
)
AS_NQ = AS_NT.replace(" .", " <urn:x:graph> .")
AS_RDFXML = f"""<?xml version="1.0"?><!DOCTYPE r [<!ENTITY n "{NETKG}">]>
    <rdf:RDF xmlns:rdf="{RDF}" xmlns:n="&n;"><n:Case rdf:about="https://example.org/c">
    <n:tumors><n:Tumor rdf:about="https://example.org/t"><n:ki67Percent>5</n:ki67Percent></n:Tumor>
    </n:tumors></n:Case></rdf:RDF>""".replace(
    "<n:ki67Percent>", '<n:ki67Percent rdf:datatype="http://www.w3.org/2001/XMLSchema#decimal">'
)
AS_JSON = json.dumps(
    {
        "id": "https://example.org/c",
        "tumors": [{"id": "https://example.org/t", "ki67Percent": 5}],
    }
)
AS_JSONLD = json.dumps(
    {
        "@context": {"@vocab": NETKG, "percent": "ki67Percent"},
        "@id": "https://example.org/c",
        "@type": "Case",
        "tumors": {"@id": "https://example.org/t", "percent": 5},
    }
)
SAME = {
    "c.json": AS_JSON,
    "c.json.gz": AS_JSON,
    "C.JSON": AS_JSON,
    "c.ndjson": AS_JSON + "\n",
    "c.jsonl": AS_JSON,
    "c.ndjson.gz": AS_JSON,
    "c.jsonld": AS_JSONLD,
    "c.json ld.json": AS_JSONLD,
    "c.ttl": AS_TURTLE,
    "c.ttl.gz": AS_TURTLE,
    "c.trig": AS_TURTLE,
    "c2.trig": PREFIXES + "ex:g {" + AS_TURTLE.removeprefix(PREFIXES) + "}",
    "c.nt": AS_NT,
    "c.nq": AS_NQ,
    "c.rdf": AS_RDFXML,
    "c.xml": AS_RDFXML,
    "c.owl": AS_RDFXML,
}


# -- nothing crashes ---------------------------------------------------------------
def test_entities_of_xml_are_harmless(tmp_path: Path) -> None:
    secret = write(tmp_path, "secret.txt", "secret")
    outside = AS_RDFXML.replace("<!ENTITY n", f'<!ENTITY s SYSTEM "{secret.as_uri()}"><!ENTITY n')
    with pytest.raises(InputError) as caught:
        list(read_text(outside.replace("5</n", "&s;</n"), schema=SCHEMA))
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
        cases = list(read_text(text, schema=SCHEMA))
    except InputError as error:
        assert error.expected  # noqa: PT017
    else:
        assert cases[0].findings if isinstance(cases[0], Case) else False


KEYWORDS = ("@context", "@graph", "@id", "@type")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    *KEYWORDS,
                    "date",
                    "events",
                    "foo",
                    "grade",
                    "id",
                    "ki67Percent",
                    "type",
                    "measurements",
                    "metastases",
                    "symptoms",
                    "target",
                    "tumors",
                ]
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=25,
)


@settings(max_examples=300, deadline=None)
@given(JSON)
def test_any_json_is_a_case_or_an_input_error(tree: Any) -> None:
    try:
        found = list(read_text(json.dumps(tree), schema=SCHEMA, format="json"))
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
        list(read_text(text, schema=SCHEMA, format=format))
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
        list(read_text(bytes(raw), schema=SCHEMA))
    except InputError as error:
        assert str(error)  # noqa: PT017


def test_the_built_in_context_alone_in_a_list_is_the_plain_form() -> None:
    body = {"id": "c", "tumors": [{"primarySite": "Ileum"}, {"primarySite": "Pancreas"}]}
    listed = plain({"@context": ["https://w3id.org/netkg/context.jsonld"]} | body)
    assert listed.triples == plain(body).triples


def test_a_name_with_an_at_sign_that_json_ld_does_not_know_is_passed_over() -> None:
    body = {"id": "c", "tumors": [{"primarySite": "Ileum"}, {"primarySite": "Pancreas"}]}
    remarked = plain({"@comment": "x"} | body)
    assert remarked.triples == plain(body).triples
    assert remarked.findings == ()


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
    (case,) = read_text(json.dumps(nodes), schema=SCHEMA)
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
def test_a_case_a_line_is_recognised_by_its_first_line(
    text: str, answered: int, rejected: int
) -> None:
    read = list(read_text(text, schema=SCHEMA))
    assert sum(isinstance(case, Case) for case in read) == answered
    assert sum(isinstance(case, InputError) for case in read) == rejected


def test_a_broken_array_with_an_object_a_line_is_no_ndjson() -> None:
    with pytest.raises(InputError, match="JSON"):
        list(read_text('[\n{"id":"c"}\n{"id":"d"}\n]', schema=SCHEMA))


@pytest.mark.parametrize("flag", ["EventAfterAsOf", "ContradictoryTestResult"])
def test_what_only_a_rule_can_say_of_an_event_is_no_type(flag: str) -> None:
    flagged = netkg("FlaggedRecord")
    assert flagged in SCHEMA.superclasses(netkg(flag))
    case = load_case({"id": "c", "events": [{"type": flag}]}, schema=SCHEMA)
    assert [value for value, _ in shown(case, "unknownType")] == [flag]
