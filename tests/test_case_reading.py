"""Cases are read alike from every format, and nothing wrong passes in silence."""

from __future__ import annotations

import copy
import gzip
import io
import json
import random
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st

from netkg.api import default_engine
from netkg.case.context import CONTEXT_IRI, context
from netkg.case.identifiers import unminted
from netkg.case.loading import load_case
from netkg.case.model import Case
from netkg.case.reading import open_cases, read_cases, read_text
from netkg.errors import InputError
from netkg.namespaces import NETKG, RDF, XSD
from netkg.ontology.schema import netkg

SCHEMA = default_engine().schema
PREFIXES = f"@prefix n: <{NETKG}> . @prefix xsd: <{XSD}> . @prefix ex: <https://example.org/> . "
TYPE = ox.NamedNode(RDF + "type")
KINDS = {"tumors": "tumor", "metastases": "metastasis"}

FULL: dict[str, Any] = {
    "id": "case 1",
    "sex": "female",
    "birthDate": "1960-02-29",
    "fitForSurgery": True,
    "diseaseExtent": "Localized",
    "symptoms": ["Flushing", "Diarrhea"],
    "tumors": [
        {
            "id": "t1",
            "primarySite": "Pancreas",
            "grade": "G1",
            "ki67Percent": 2.5,
            "mitosesPer2mm2": 1,
            "malignantImagingFeatures": False,
            "measurements": [{"date": "2025-01-15", "diameterMm": 12.5}],
        }
    ],
    "metastases": [{"id": "m1", "site": "Liver", "painful": True}],
    "events": [
        {
            "type": "CTScan",
            "status": "completed",
            "date": "2025-02-01",
            "target": "m1",
            "label": "CT of the abdomen",
            "value": 80,
        }
    ],
}


def plain(case: Mapping[str, Any]) -> Case:
    return load_case(case, schema=SCHEMA)


def tumour(**fields: Any) -> Case:
    return plain({"id": "c", "tumors": [fields]})


def event(**fields: Any) -> Case:
    return plain({"id": "c", "tumors": [{"id": "t1"}], "events": [fields]})


def turtle(body: str) -> Case:
    found = list(read_text(PREFIXES + body, schema=SCHEMA, format="ttl"))
    assert len(found) == 1
    assert isinstance(found[0], Case)
    return found[0]


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


def fields(case: Case) -> list[str]:
    return [finding.field for finding in case.findings]


def shape(case: Case) -> list[str]:
    """Give the triples without the names of nodes, so that cases compare whatever these are."""
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


# -- the plain form ---------------------------------------------------------------


def test_a_whole_case_becomes_these_triples() -> None:
    case = plain(FULL)
    c, t, m = (
        "urn:netkg:case:case%201",
        "urn:netkg:case:case%201/tumor/t1",
        "urn:netkg:case:case%201/metastasis/m1",
    )
    e, d = f"{c}/event/1", f"{t}/measurement/1"
    expected = f"""
        <{c}> a n:Case ; n:sex n:female ; n:birthDate "1960-02-29"^^xsd:date ;
            n:fitForSurgery true ; n:diseaseExtent n:Localized ; n:symptoms n:Flushing, n:Diarrhea ;
            n:tumors <{t}> ; n:metastases <{m}> ; n:events <{e}> .
        <{t}> a n:Tumor ; n:primarySite n:Pancreas ; n:grade n:G1 ; n:ki67Percent 2.5 ;
            n:mitosesPer2mm2 "1"^^xsd:decimal ; n:malignantImagingFeatures false ;
            n:measurements <{d}> .
        <{d}> a n:Measurement ; n:date "2025-01-15"^^xsd:date ; n:diameterMm 12.5 .
        <{m}> a n:Metastasis ; n:site n:Liver ; n:painful true .
        <{e}> a n:CTScan ; n:status n:completed ; n:date "2025-02-01"^^xsd:date ; n:target <{m}> ;
            n:label "CT of the abdomen" ; n:value "80"^^xsd:decimal .
    """
    wanted = {q.triple for q in ox.parse(PREFIXES + expected, ox.RdfFormat.TURTLE)}
    assert set(case.triples) == wanted
    assert len(case.triples) == len(wanted)
    assert case.id == "case 1"
    assert case.node.value == c
    assert case.names == {c: "case 1", t: "t1", m: "m1"}
    assert [node.value for node in case.tumors] == [t]
    assert [node.value for node in case.metastases] == [m]
    assert case.records == {d: FULL["tumors"][0]["measurements"][0], e: FULL["events"][0]}
    assert case.findings == ()
    assert case.line is None


def test_what_is_given_is_left_as_it_is() -> None:
    given_ = copy.deepcopy(FULL)
    plain(given_)
    assert given_ == FULL


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("5", ("5", "decimal")),
        ("5.0", ("5", "decimal")),
        ("2.50", ("2.5", "decimal")),
        ("100", ("100", "decimal")),
        ("1e2", ("100", "decimal")),
        ("1.5E-3", ("0.0015", "decimal")),
        ("-0.0", ("0", "decimal")),
        ("-3", ("-3", "decimal")),
        ("0.1", ("0.1", "decimal")),
        ("0.123456789012345", ("0.123456789012345", "decimal")),
        ("0.30000000000000004", ("0.3", "decimal")),
        ("1e-16", ("0.000000000000001", "decimal")),
        ("-1e-400", ("-0.000000000000001", "decimal")),
        ("1e-99999999999999999999", ("0.000000000000001", "decimal")),
        ("0e99999999999999999999", ("0", "decimal")),
        ("999999999999999", ("999999999999999", "decimal")),
        ("1000000000000000", ("1000000000000000.0", "double")),
        ("1e300", ("1e+300", "double")),
        ("1e999", ("Infinity", "string")),
        ("9" * 5000, ("Infinity", "string")),
        ('"5"', ("5", "string")),
        ("true", ("true", "boolean")),
    ],
)
def test_numbers_are_plain_decimals(written: str, value: tuple[str, str]) -> None:
    text = f'{{"id": "c", "tumors": [{{"ki67Percent": {written}}}]}}'
    (case,) = read_text(text, schema=SCHEMA)
    assert isinstance(case, Case)
    assert shown(case, "ki67Percent") == [value]
    assert case.findings == ()


@pytest.mark.parametrize("number", [2.5, 0.1, 1e-7, -0.0, 7, 10**14, 10**400, float("nan"), 1e308])
def test_numbers_of_python_read_as_those_of_json(number: float) -> None:
    ((text, kind),) = shown(tumour(ki67Percent=number), "ki67Percent")
    if kind == "decimal":
        assert float(text) == number
        assert not text.startswith("-0")
    else:
        assert kind == ("double" if number == 1e308 else "string")


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("grade", "G4", ("G4", "string")),
        ("grade", "g1", ("g1", "string")),
        ("grade", 1, ("1", "decimal")),
        ("grade", True, ("true", "boolean")),
        ("grade", f"{NETKG}G1", (f"{NETKG}G1", "string")),
        ("malignantImagingFeatures", "true", ("true", "string")),
        ("malignantImagingFeatures", 1, ("1", "decimal")),
        ("primarySite", "", ("", "string")),
    ],
)
def test_a_wrong_value_stays_visible(key: str, value: Any, expected: tuple[str, str]) -> None:
    case = tumour(**{key: value})
    assert shown(case, key) == [expected if expected[0] != f"{NETKG}G1" else (value, "string")]


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("2026-01-15", "date"),
        ("2024-02-29", "date"),
        ("0001-01-01", "date"),
        ("2026-02-29", "string"),
        ("2026-02-30", "string"),
        ("0000-01-01", "string"),
        ("2026-1-5", "string"),
        ("20260115", "string"),
        ("2026-W03-4", "string"),
        ("2026-01-15Z", "string"),
        ("2026-01-15T00:00:00", "string"),
        ("2026-01-15\n", "string"),
        ("٢٠٢٦-01-15", "string"),
        (" 2026-01-15", "string"),
        ("yesterday", "string"),
        (20260115, "decimal"),
        (False, "boolean"),
    ],
)
def test_only_a_real_day_is_a_date(written: Any, kind: str) -> None:
    ((_, found),) = shown(event(type="CTScan", date=written), "date")
    assert found == kind


@pytest.mark.parametrize("key", ["sex", "symptoms", "tumors", "metastases", "events", "birthDate"])
@pytest.mark.parametrize("absent", [None, [], [None]])
def test_null_and_the_empty_list_mean_absent(key: str, absent: Any) -> None:
    case = plain({"id": "c", key: absent})
    assert [t.predicate for t in case.triples] == [TYPE]
    assert case.findings == ()


def test_a_null_in_a_list_takes_no_place() -> None:
    case = plain({"id": "c", "tumors": [None, {"grade": "G1"}], "symptoms": [None, "Flushing"]})
    assert list(case.names.values()) == ["c", "tumor-1"]
    assert shown(case, "symptoms") == [("Flushing", "IRI")]


def test_a_single_value_stands_for_a_list_of_one() -> None:
    listed = plain(FULL | {"symptoms": ["Flushing"]})
    single = plain(
        FULL
        | {key: FULL[key][0] for key in ("tumors", "metastases", "events")}
        | {"symptoms": "Flushing"}
    )
    assert set(single.triples) == set(listed.triples)
    assert single.findings == ()
    assert shown(tumour(grade=["G1"]), "grade") == [("G1", "IRI")]
    assert tumour(grade=["G1"]).findings == ()


@pytest.mark.parametrize("values", [["G1", "G2"], ["G1", "G1"], ["G1", "G9"]])
def test_more_than_one_value_of_a_single_valued_field(values: list[str]) -> None:
    case = tumour(grade=values)
    (finding,) = case.findings
    assert finding.field == "tumors.grade"
    assert finding.focus == "tumor-1"
    assert finding.severity == "Violation"
    assert finding.statement is None
    assert finding.found == json.dumps(values, separators=(",", ":"))
    assert "more than one value" in finding.message
    # Nothing can be concluded, neither from one of the values nor from their absence.
    assert shown(case, "grade") == [(finding.found, "string")]


def test_a_repeated_value_of_a_list_is_one_value() -> None:
    case = plain({"id": "c", "symptoms": ["Flushing", "Flushing"]})
    assert shown(case, "symptoms") == [("Flushing", "IRI")]
    assert case.findings == ()


@pytest.mark.parametrize(
    ("case", "field", "focus"),
    [
        ({"tumors": "x"}, "tumors", "c"),
        ({"tumors": [5]}, "tumors", "c"),
        ({"tumors": [[{"id": "t"}]]}, "tumors", "c"),
        ({"metastases": True}, "metastases", "c"),
        ({"events": ["CTScan"]}, "events", "c"),
        ({"sex": {"value": "female"}}, "sex", "c"),
        ({"symptoms": [["Flushing"]]}, "symptoms", "c"),
        ({"tumors": [{"id": "t", "grade": {}}]}, "tumors.grade", "t"),
        ({"tumors": [{"measurements": 5}]}, "tumors.measurements", "tumor-1"),
        (
            {"tumors": [{"measurements": [{"date": ["2025-01-01", {}]}]}]},
            "tumors.measurements.date",
            "tumor-1",
        ),
        ({"metastases": [{"site": [[]]}]}, "metastases.site", "metastasis-1"),
        ({"events": [{"type": {"id": "CTScan"}}]}, "events.type", "c"),
        ({"events": [{"target": {"id": "t1"}}]}, "events.target", "c"),
    ],
)
def test_a_wrong_form_is_a_finding(case: dict[str, Any], field: str, focus: str) -> None:
    found = plain({"id": "c", **case}).findings
    assert (field, focus) in [(f.field, f.focus) for f in found]
    assert all(f.severity == "Violation" and f.message and f.expected for f in found)


def test_records_of_a_wrong_form_keep_their_place() -> None:
    case = plain({"id": "c", "tumors": ["x", {"grade": "G1"}]})
    assert list(case.names.values()) == ["c", "tumor-2"]


@pytest.mark.parametrize(
    ("case", "field", "hint"),
    [
        ({"Sex": "female"}, "Sex", "Did you mean sex?"),
        ({"tumours": []}, "tumours", "Did you mean tumors?"),
        ({"tumors": [{"ki67": 5}]}, "tumors.ki67", "ki67Percent"),
        ({"grade": "G1"}, "grade", "tumors.grade"),
        ({"metastases": [{"grade": "G1"}]}, "metastases.grade", "tumors.grade"),
        ({"tumors": [{"measurements": [{"id": "x"}]}]}, "tumors.measurements.id", "Remove it"),
        ({"events": [{"id": "e"}]}, "events.id", "Remove it"),
        ({"type": "Case"}, "type", ""),
        ({"tumors": [{"type": "Tumor"}]}, "tumors.type", ""),
        ({"xyzzy": None}, "xyzzy", "Remove it"),
        ({"@id": "d"}, "@id", ""),
    ],
)
def test_an_unknown_key_is_a_finding(case: dict[str, Any], field: str, hint: str) -> None:
    (finding,) = plain({"id": "c", **case}).findings
    assert finding.field == field
    assert finding.found == json.dumps(field.rpartition(".")[2])
    assert hint in finding.message
    record = {"": "Case", "tumors": "Tumor", "events": "ClinicalEvent"}.get(
        field.rpartition(".")[0]
    )
    if record:
        assert set(SCHEMA.fields[record]) < set(finding.expected.split(", "))


@pytest.mark.parametrize(("length", "cut"), [(73, False), (74, True), (500, True)])
def test_what_was_found_is_cut_short(length: int, cut: bool) -> None:
    (finding,) = plain({"id": "c", "sex": ["x" * length, ""]}).findings
    assert len(finding.found) == 80
    assert finding.found.endswith("…") is cut


def test_a_day_is_a_date_only_where_one_is_due() -> None:
    case = event(type="CTScan", label="2026-01-15", unit="2026-01-15", target="2026-01-15")
    for key in ("label", "unit", "target"):
        assert shown(case, key) == [("2026-01-15", "string")]


def test_findings_come_in_the_order_of_the_input() -> None:
    case = plain(
        {
            "id": "c",
            "metastases": [{"x1": 1}],
            "x2": 1,
            "tumors": [{"x3": 1, "grade": ["G1", "G2"], "x4": 1}],
            "x5": 1,
        }
    )
    assert fields(case) == [
        "metastases.x1",
        "x2",
        "tumors.x3",
        "tumors.grade",
        "tumors.x4",
        "x5",
    ]


# -- ids ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("id_", "node"),
    [
        ("c1", "urn:netkg:case:c1"),
        ("a b/ü", "urn:netkg:case:a%20b%2F%C3%BC"),
        ("https://example.org/1", "https://example.org/1"),
        ("urn:x:1", "urn:x:1"),
        ("Case: 1", "urn:netkg:case:Case%3A%201"),
        ("12:30", "urn:netkg:case:12%3A30"),
        (f"{NETKG}Pancreas", "urn:netkg:case:https%3A%2F%2Fw3id.org%2Fnetkg%2Fns%23Pancreas"),
    ],
)
def test_the_node_of_a_case_comes_from_its_id(id_: str, node: str) -> None:
    case = plain({"id": id_, "tumors": [{}]})
    assert case.id == id_
    assert case.node.value == node
    assert case.tumors[0].value == f"{node}/tumor/tumor-1"
    assert case.findings == ()


@pytest.mark.parametrize("id_", [None, "", 5, True, {}, ["c", "d"]])
def test_a_case_without_a_usable_id(id_: Any) -> None:
    case = plain({"id": id_, "tumors": [{}]})
    (finding,) = case.findings
    assert finding.field == "id"
    assert finding.expected == "a string or an IRI"
    assert case.id == ""
    assert case.node.value == "urn:netkg:unnamed"
    assert fields(plain({})) == ["id"]


@pytest.mark.parametrize("key", ["tumors", "metastases"])
class TestIdsOfTumoursAndMetastases:
    def names(self, case: Case) -> list[str]:
        return list(case.names.values())[1:]

    def test_the_default_is_the_place_in_the_list(self, key: str) -> None:
        case = plain({"id": "c", key: [{}, {"id": "x"}, {"id": None}]})
        assert self.names(case) == [f"{KINDS[key]}-1", "x", f"{KINDS[key]}-3"]
        assert case.findings == ()

    @pytest.mark.parametrize("id_", ["", 5, False, {}, ["x", "y"]])
    def test_of_a_wrong_type(self, key: str, id_: Any) -> None:
        case = plain({"id": "c", key: [{"id": id_}]})
        (finding,) = case.findings
        assert (finding.field, finding.focus) == (f"{key}.id", f"{KINDS[key]}-1")
        assert self.names(case) == [f"{KINDS[key]}-1"]

    def test_twice_the_same(self, key: str) -> None:
        records = [{"id": "x"}, {"id": "y"}, {"id": "x"}]
        case = plain({"id": "c", key: records})
        (finding,) = case.findings
        assert (finding.field, finding.focus, finding.found) == (f"{key}.id", "x", '"x"')
        assert self.names(case) == ["x", "y", "x"]
        assert len(set(objects(case, key))) == 3

    def test_one_like_a_default(self, key: str) -> None:
        assert fields(plain({"id": "c", key: [{}, {"id": f"{KINDS[key]}-1"}]})) == [f"{key}.id"]
        assert fields(plain({"id": "c", key: [{"id": f"{KINDS[key]}-2"}, {}]})) == [f"{key}.id"]
        assert fields(plain({"id": "c", key: [{"id": f"{KINDS[key]}-1"}, {}]})) == []

    def test_twice_the_same_iri(self, key: str) -> None:
        case = plain({"id": "c", key: [{"id": "urn:x:1"}, {"id": "urn:x:1"}]})
        assert fields(case) == [f"{key}.id"]
        assert len(set(objects(case, key))) == 2

    def test_the_iri_of_the_case(self, key: str) -> None:
        case = plain({"id": "urn:x:1", key: [{"id": "urn:x:1"}]})
        assert fields(case) == []
        assert case.node not in objects(case, key)

    def test_an_iri_that_another_id_leads_to(self, key: str) -> None:
        iri = f"urn:netkg:case:c/{KINDS[key]}/x"
        case = plain({"id": "c", key: [{"id": iri}, {"id": "x"}]})
        assert fields(case) == [f"{key}.id"]
        assert len(set(objects(case, key))) == 2


def test_a_tumour_and_a_metastasis_with_one_id() -> None:
    for case in (
        {"id": "c", "tumors": [{"id": "x"}], "metastases": [{"id": "x"}]},
        {"id": "c", "metastases": [{"id": "x"}], "tumors": [{"id": "x"}]},
    ):
        assert fields(plain(case)) == ["metastases.id"]
        assert len(plain(case).names) == 3


def test_an_event_never_shares_the_node_of_a_tumour() -> None:
    case = plain(
        {"id": "c", "tumors": [{"id": "urn:netkg:case:c/event/1"}], "events": [{"type": "CTScan"}]}
    )
    assert not set(objects(case, "events")) & set(objects(case, "tumors"))
    assert case.findings == ()


def test_a_case_and_a_tumour_may_share_an_id_that_is_no_iri() -> None:
    case = plain({"id": "x", "tumors": [{"id": "x"}]})
    assert case.findings == ()
    assert case.node != case.tumors[0]


# -- events ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "types", "unknown", "findings"),
    [
        ("CTScan", ["CTScan"], [], []),
        (["CTScan"], ["CTScan"], [], []),
        ("Foo", [], [("Foo", "string")], []),
        ("ctscan", [], [("ctscan", "string")], []),
        ("ClinicalEvent", [], [("ClinicalEvent", "string")], []),
        ("Case", [], [("Case", "string")], []),
        (5, [], [("5", "decimal")], []),
        (None, [], [], []),
        (["CTScan", "MRIScan"], [], [('["CTScan","MRIScan"]', "string")], ["events.type"]),
        (["CTScan", "CTScan"], [], [('["CTScan","CTScan"]', "string")], ["events.type"]),
    ],
)
def test_the_type_of_an_event(
    written: Any, types: list[str], unknown: list[Any], findings: list[str]
) -> None:
    case = event(type=written)
    (node,) = objects(case, "events")
    found = [t.object for t in case.triples if t.subject == node and t.predicate == TYPE]
    assert found == [netkg(name) for name in types]
    assert shown(case, "unknownType") == unknown
    assert fields(case) == findings


def test_a_target_is_found_by_id_default_id_or_iri() -> None:
    case = plain(
        {
            "id": "c",
            "tumors": [{}, {"id": "urn:x:t"}],
            "metastases": [{"id": "m"}],
            "events": [
                {"target": "tumor-1"},
                {"target": "urn:x:t"},
                {"target": "m"},
                {"target": "urn:netkg:case:c/metastasis/m"},
                {"target": "c"},
                {"target": "urn:netkg:case:c"},
                {"target": "nobody"},
                {"target": 1},
            ],
        }
    )
    first, second = case.tumors
    (third,) = case.metastases
    assert objects(case, "target") == [
        first,
        second,
        third,
        third,
        *map(ox.Literal, ("c", "urn:netkg:case:c", "nobody")),
        ox.Literal("1", datatype=ox.NamedNode(XSD + "decimal")),
    ]


# -- JSON that cannot be read ------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "is not JSON"),
        ('{"id": "c",}', "is not JSON"),
        ("{'id': 'c'}", "is not JSON"),
        ('{"id": "c"} x', "is not JSON"),
        ('{"id": NaN}', "NaN"),
        ('{"id": -Infinity}', "Infinity"),
        ('{"id": "c", "id": "c"}', 'the key "id" twice'),
        ('{"id": "c", "tumors": [{"grade": "G1", "grade": "G2"}]}', 'the key "grade" twice'),
        ('{"id": "\\ud800"}', "surrogate"),
        ('{"\\udc00": 1}', "surrogate"),
        ("[" * 100_000, "nested too deeply"),
        ('{"id":' * 200 + "1" + "}" * 200, "nested too deeply"),
        ("", "is empty"),
        (" \n\t", "is empty"),
        ("\ufeff", "is empty"),
        (b'{"id": "\xe9"}', "is not UTF-8"),
        ('{"id": "c"}'.encode("utf-16"), "is not UTF-8"),
    ],
)
def test_what_is_no_json_is_an_input_error(text: str | bytes, problem: str) -> None:
    error = error_of(text, format="json", source="x.json")
    assert problem in str(error)
    assert str(error).startswith("x.json")
    assert error.expected


@pytest.mark.parametrize("text", ["5", '"c"', "null", "true"])
def test_a_value_that_is_no_object_is_an_input_error(text: str) -> None:
    assert "is not a case" in str(error_of(text, format="json"))


def test_an_input_error_tells_the_line() -> None:
    assert error_of('{\n"id": "c",\n"sex" 5}', format="json").line == 3
    assert error_of(b'{\n"id": "\xff"}', format="json").line == 2
    assert error_of("@prefix n: <urn:x:> .\n\nn:a n:b ; .", format="ttl").line == 3


def test_a_byte_order_mark_is_tolerated() -> None:
    for text in ('\ufeff{"id": "c"}', b'\xef\xbb\xbf{"id": "c"}'):
        (case,) = read_text(text, schema=SCHEMA)
        assert isinstance(case, Case)
        assert case.id == "c"


@pytest.mark.parametrize("value", [{1: 2}, {"id": object()}, {"id": {"a", "b"}}, {"id": b"c"}])
def test_a_dict_that_json_cannot_hold(value: Any) -> None:
    with pytest.raises(InputError, match="holds"):
        plain(value)


def test_a_dict_that_holds_itself() -> None:
    loop: dict[str, Any] = {"id": "c"}
    loop["tumors"] = [loop]
    with pytest.raises(InputError, match="too deeply"):
        plain(loop)


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


@pytest.mark.parametrize("name", sorted(SAME))
@pytest.mark.parametrize("sniffed", [False, True])
def test_every_format_gives_the_same_case(name: str, sniffed: bool, tmp_path: Path) -> None:
    if sniffed:
        data = SAME[name].encode()
        stream = open_cases("-", schema=SCHEMA, stdin=io.BytesIO(data))
        assert not stream.many
    else:
        stream = open_cases(write(tmp_path, name, SAME[name]), schema=SCHEMA)
        assert stream.many == ("ndjson" in name or "jsonl" in name.split("."))
    (case,) = stream
    assert isinstance(case, Case)
    assert set(case.triples) == set(plain(json.loads(AS_JSON)).triples)
    assert case.id == "https://example.org/c"
    assert case.names[case.tumors[0].value] == "https://example.org/t"
    assert case.findings == ()
    assert case.source == ("standard input" if sniffed else str(tmp_path / name))


@pytest.mark.parametrize("format", ["json", "NDJSON", "jsonl", "jsonld"])
def test_the_format_can_be_given(format: str, tmp_path: Path) -> None:
    path = write(tmp_path, "case.txt", AS_JSON)
    (case,) = read_cases(path, schema=SCHEMA, format=format)
    assert isinstance(case, Case)
    with pytest.raises(InputError, match="unknown format") as caught:
        read_cases(path, schema=SCHEMA, format="yaml")
    assert "ndjson" in caught.value.expected


@pytest.mark.parametrize(
    ("text", "many"),
    [
        ('{"id": "a"}', False),
        ('[{"id": "a"}]', True),
        ("[]", True),
        ('{"id": "a"}\n{"id": "b"}\n', True),
        ('{"id": "a"}\n{"id": \n', True),
        (PREFIXES + "ex:a a n:Case .", False),
        (PREFIXES + "ex:a a n:Case . ex:b a n:Case .", True),
    ],
)
def test_whether_an_input_is_a_list(text: str, many: bool) -> None:
    assert open_cases("-", schema=SCHEMA, stdin=io.StringIO(text)).many is many


def test_a_bad_line_is_told_and_the_others_are_read(tmp_path: Path) -> None:
    lines = ['\ufeff{"id": "a"}', "", '{"id": "b", "id": "b"}', "{", "5", '{"id": "c"}\r']
    lines += ['[{"id": "d"}]', '{"@graph": []}', '{"id": "\\ud800"}', '{"id": "e"}']
    path = write(tmp_path, "x.ndjson", "\n".join(lines).encode() + b'\n{"id": "\xff"}\n')
    found = [
        (case.id if isinstance(case, Case) else "error", case.line)
        for case in read_cases(path, schema=SCHEMA)
    ]
    assert found == [
        ("a", 1),
        ("error", 3),
        ("error", 4),
        ("error", 5),
        ("c", 6),
        ("error", 7),
        ("error", 8),
        ("error", 9),
        ("e", 10),
        ("error", 11),
    ]


def test_a_line_is_one_case() -> None:
    two = json.dumps({"@graph": [{"id": n, "type": "Case"} for n in "ab"]})
    (found,) = read_text(two, schema=SCHEMA, format="ndjson")
    assert isinstance(found, InputError)
    assert "more than one case" in str(found)
    assert len(list(read_text(two, schema=SCHEMA, format="json"))) == 2


def test_lines_are_no_json_document() -> None:
    assert "is not JSON" in str(error_of('{"id": "a"}\n{"id": "b"}', format="json"))


def test_lines_are_read_one_by_one() -> None:
    taken = 0

    class Lines(io.BytesIO):
        def __next__(self) -> bytes:
            nonlocal taken
            taken += 1
            return b'{"id": "c"}\n'

    cases = read_cases("-", schema=SCHEMA, format="ndjson", stdin=Lines())
    assert [next(cases).line for _ in range(3)] == [1, 2, 3]
    assert taken == 3


def test_a_bad_item_of_a_list_is_told_and_the_others_are_read() -> None:
    first, second, third = read_text('[{"id": "a"}, 5, {"id": "b"}]', schema=SCHEMA)
    assert isinstance(second, InputError)
    assert "item 2" in str(second)
    assert [c.id for c in (first, third) if isinstance(c, Case)] == ["a", "b"]


@pytest.mark.parametrize(
    ("name", "data", "problem"),
    [
        ("x.json.gz", b"no gzip", "gzip"),
        ("x.ndjson.gz", b"no gzip", "gzip"),
        ("x.json.gz", gzip.compress(AS_JSON.encode(), mtime=0)[:-9], "gzip"),
        ("x.ndjson.gz", gzip.compress(AS_JSON.encode(), mtime=0)[:-9], "gzip"),
        ("x.ndjson", b"", "is empty"),
        ("x.ndjson", b"\n\n", "is empty"),
        ("x.json", b"", "is empty"),
        ("x.ttl", b"", "is empty"),
        ("x.ttl", b"<", "is not Turtle"),
        ("x.nt", b"hello", "is not N-Triples"),
        ("x.rdf", b"<r", "is not RDF/XML"),
        ("x.ttl", b"<urn:a> <urn:b> <urn:c> .", "holds no case"),
        ("x", b"hello", "is neither JSON nor RDF"),
    ],
)
def test_a_file_that_cannot_be_read(name: str, data: bytes, problem: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(InputError, match=problem) as caught:
        load_case(path, schema=SCHEMA)
    assert str(path) in str(caught.value)
    assert caught.value.expected


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    for source, problem in (
        (tmp_path / "no.json", "does not exist"),
        (str(tmp_path / "no.ndjson"), "does not exist"),
        (tmp_path, "is a folder"),
        ("a\0b.json", "cannot be read"),
        ("x" * 5000, "cannot be read"),
    ):
        with pytest.raises(InputError, match=problem):
            open_cases(source, schema=SCHEMA)


def test_a_whole_gzip_stream_is_recognised_without_a_name() -> None:
    stream = io.BytesIO(gzip.compress(AS_JSON.encode(), mtime=0))
    (case,) = read_cases("-", schema=SCHEMA, stdin=stream)
    assert isinstance(case, Case)


@pytest.mark.parametrize(
    "source", [[FULL, FULL], "two.json", 5, None, b"{}", '{"id": "c"}'], ids=str
)
def test_load_case_takes_one_case_only(source: Any, tmp_path: Path) -> None:
    if source == "two.json":
        source = write(tmp_path, source, json.dumps([FULL, FULL]))
    with pytest.raises(InputError):
        load_case(source, schema=SCHEMA)


def test_load_case_finds_its_schema() -> None:
    assert load_case(FULL).triples == plain(FULL).triples


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
    (case,) = read_text(json.dumps(dress(FULL)), schema=SCHEMA)
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
    error = error_of(json.dumps(document), format="jsonld", source="x.jsonld")
    assert "would have to be fetched" in str(error)
    assert CONTEXT_IRI in error.expected
    (item,) = read_text(json.dumps([document]), schema=SCHEMA)
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
    (case,) = read_text(json.dumps(document), schema=SCHEMA)
    assert isinstance(case, Case)
    assert sorted(case.names.values()) == ["a:b", "case 1", "t 1", "tumor-3"]
    by_name = {name: iri for iri, name in case.names.items()}
    targets = {term.value for term in objects(case, "target")}
    assert targets == {by_name["t 1"], by_name["tumor-3"], "nobody"}
    assert not any("netkg-document" in str(triple) for triple in case.triples)


def test_names_that_are_no_iris_become_strings_or_findings() -> None:
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
    (case,) = read_text(json.dumps(document), schema=SCHEMA)
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
    (case,) = read_text(json.dumps(document), schema=SCHEMA)
    assert isinstance(case, Case)
    assert shown(case, "ki67Percent") == [("5", "decimal")]


def test_a_list_of_json_ld_cases_keeps_its_order() -> None:
    document = [{"@context": context(SCHEMA), "id": f"urn:x:{n}", "tumors": [{}]} for n in "bca"]
    cases = list(read_text(json.dumps(document), schema=SCHEMA))
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
    (case,) = read_text(json.dumps({"@graph": [wrong]}), schema=SCHEMA)
    assert isinstance(case, Case)
    assert set(case.triples) == set(plain(wrong).triples)
    assert fields(case) == fields(plain(wrong)) == ["tumors.foo"]


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
    assert case.findings == ()


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


def test_labels_and_foreign_types_are_no_matter() -> None:
    case = turtle(
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . ex:c a n:Case, ex:Thing ;"
        " rdfs:label 'x' ; n:tumors [ a n:Tumor, n:Record, ex:Thing ] ."
    )
    assert case.findings == ()
    assert len(case.triples) == 3


@pytest.mark.parametrize(
    ("types", "kept", "unknown", "findings"),
    [
        ("n:CTScan", ["CTScan"], [], []),
        ("n:CTScan, n:ClinicalEvent", ["CTScan"], [], []),
        ("n:CTScan, <http://www.w3.org/2002/07/owl#NamedIndividual>", ["CTScan"], [], []),
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
    assert "tumors.tumors" in fields(case)
    assert case.tumors[0] != case.node


def test_records_are_rebuilt_as_plain_json() -> None:
    text = ox.serialize(plain(FULL).triples, format=ox.RdfFormat.TURTLE)
    (case,) = read_text(text, schema=SCHEMA)
    assert isinstance(case, Case)
    assert case.records == plain(FULL).records


@pytest.mark.parametrize("id_", ["c", "a b/ü~", "100%", "", "tumor/t"])
def test_minted_names_are_read_back_as_the_ids_they_stand_for(id_: str) -> None:
    own = plain(FULL | {"id": id_, "tumors": [{"id": id_ or "t"}, {}]})
    text = ox.serialize(own.triples, format=ox.RdfFormat.N_TRIPLES)
    (case,) = read_text(text, schema=SCHEMA)
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

    def test_blank_nodes_are_in_the_order_of_rdf_canonicalisation(self) -> None:
        for seed in range(8):
            body = ", ".join(f"[ n:ki67Percent {seed + place} ]" for place in range(4))
            text = f"{PREFIXES} ex:c a n:Case ; n:tumors {body} ."
            dataset = ox.Dataset(ox.parse(text, ox.RdfFormat.TURTLE))
            dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
            found = dataset.quads_for_predicate(netkg("ki67Percent"))
            expected = [q.object.value for q in sorted(found, key=lambda q: str(q.subject))]
            (case,) = read_text(text, schema=SCHEMA)
            assert isinstance(case, Case)
            value = {
                t.subject: t.object.value
                for t in case.triples
                if t.predicate == netkg("ki67Percent")
            }
            assert [value[node] for node in case.tumors] == expected

    @pytest.mark.parametrize("alike", [0, 30])
    def test_labels_and_order_of_the_input_do_not_matter(self, alike: int) -> None:
        extra = (
            " ex:c n:tumors [ n:measurements " + ", ".join(["[ n:diameterMm 7 ]"] * alike) + "] ."
        )
        body = self.BODY + (extra if alike else "")
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
            (case,) = read_text(text, schema=SCHEMA)
            assert isinstance(case, Case)
            assert set(case.triples) == expected

    def test_a_graph_made_to_be_slow_is_read_in_time(self) -> None:
        same = ", ".join(["[ n:diameterMm 5 ]"] * 12)
        body = ", ".join([f"[ n:measurements {same} ]"] * 5)
        case = turtle(f"ex:c a n:Case ; n:tumors {body} .")
        assert len(case.tumors) == 5
        assert len(case.records) == 60


# -- which nodes are cases -----------------------------------------------------------


def ids(text: str, format: str = "trig") -> list[str]:
    found = read_text(PREFIXES + text, schema=SCHEMA, format=format)
    return [case.id.rpartition("/")[2] for case in found if isinstance(case, Case)]


def test_cases_are_the_nodes_of_that_type_in_the_order_of_the_file() -> None:
    assert ids("ex:b a n:Case . ex:a a n:Case . ex:x n:tumors [] .") == ["b", "a"]


def test_else_the_nodes_with_tumours_that_are_nobodys_object() -> None:
    assert ids("ex:b n:tumors [] . ex:a n:tumors [] . ex:x ex:y ex:a .") == ["b"]


def test_a_case_in_a_named_graph_is_read_from_it_alone() -> None:
    text = (
        "ex:g { ex:c a n:Case ; n:sex n:male . } ex:h { ex:c a n:Case ; n:sex n:female . }"
        " ex:c n:sex n:other . ex:d a n:Case . ex:i { ex:d n:sex n:unknown } "
    )
    found = read_text(PREFIXES + text, schema=SCHEMA, format="trig")
    values = [(c.id[-1], shown(c, "sex")) for c in found if isinstance(c, Case)]
    assert values == [
        ("c", [("male", "IRI")]),
        ("c", [("female", "IRI")]),
        ("d", [("unknown", "IRI")]),
    ]


def test_untyped_cases_in_named_graphs() -> None:
    assert ids("ex:g { ex:b n:tumors [] } ex:h { ex:a n:tumors [] }") == ["b", "a"]


def test_only_what_can_be_reached_is_the_case() -> None:
    case = turtle("ex:c a n:Case . ex:x a n:Tumor ; n:foo 1 . ex:y n:measurements [ n:x 1 ] .")
    assert len(case.triples) == 1
    assert case.findings == ()


# -- rdflib graphs -----------------------------------------------------------------


def test_an_rdflib_graph_reads_as_its_text_does() -> None:
    text = PREFIXES + TestOrderOfBlankNodes.BODY + " ex:c n:sex 'x'@en ; n:birthDate '2025-01-01' ."
    graph = rdflib.Graph().parse(data=text, format="turtle")
    case = load_case(graph, schema=SCHEMA)
    (own,) = read_text(text, schema=SCHEMA)
    assert isinstance(own, Case)
    assert set(case.triples) == set(own.triples)


def test_relative_names_in_an_rdflib_graph_are_ids() -> None:
    graph = rdflib.Graph()
    tumour = rdflib.URIRef("t1")
    graph.add((rdflib.URIRef("c"), rdflib.URIRef(NETKG + "tumors"), tumour))
    graph.add((tumour, rdflib.URIRef(NETKG + "ki67Percent"), rdflib.Literal(2.5)))
    expected = plain({"id": "c", "tumors": [{"id": "t1", "ki67Percent": 2.5}]})
    assert load_case(graph, schema=SCHEMA).names == expected.names
    assert set(load_case(graph, schema=SCHEMA).triples) == set(expected.triples)


def test_an_rdflib_dataset_keeps_its_graphs_apart() -> None:
    text = PREFIXES + "ex:g { ex:c a n:Case ; n:sex n:male . } ex:c n:sex n:other . "
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # rdflib deprecates what its own parser does
        dataset = rdflib.Dataset()
        dataset.parse(data=text, format="trig")
        case = load_case(dataset, schema=SCHEMA)
    assert shown(case, "sex") == [("male", "IRI")]


def test_an_rdflib_graph_with_a_broken_term() -> None:
    graph = rdflib.Graph()
    case = rdflib.URIRef("http://a b")
    graph.add((case, rdflib.RDF.type, rdflib.URIRef(NETKG + "Case")))
    with pytest.raises(InputError, match="no RDF"):
        load_case(graph, schema=SCHEMA)


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
