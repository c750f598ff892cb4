"""Read cases in their plain form: values, ids, events, findings on the form."""

from __future__ import annotations

import copy
import json
from typing import Any

import pyoxigraph as ox
import pytest
from case_inputs import (
    FULL,
    PREFIXES,
    SCHEMA,
    TYPE,
    fields,
    objects,
    plain,
    read_text,
    shown,
    tumor,
)

from netkg.case.model import Case
from netkg.namespaces import NETKG, XSD
from netkg.ontology.schema import netkg

KINDS = {"tumors": "tumor", "metastases": "metastasis"}


def event(**fields: Any) -> Case:
    return plain({"id": "c", "tumors": [{"id": "t1"}], "events": [fields]})


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
    (case,) = read_text(text)
    assert isinstance(case, Case)
    assert shown(case, "ki67Percent") == [value]
    assert case.findings == ()


@pytest.mark.parametrize("number", [2.5, 0.1, 1e-7, -0.0, 7, 10**14, 10**400, float("nan"), 1e308])
def test_numbers_of_python_read_as_those_of_json(number: float) -> None:
    ((text, kind),) = shown(tumor(ki67Percent=number), "ki67Percent")
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
    case = tumor(**{key: value})
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
    assert shown(tumor(grade=["G1"]), "grade") == [("G1", "IRI")]
    assert tumor(grade=["G1"]).findings == ()


@pytest.mark.parametrize("values", [["G1", "G2"], ["G1", "G1"], ["G1", "G9"]])
def test_more_than_one_value_of_a_single_valued_field(values: list[str]) -> None:
    case = tumor(grade=values)
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
        ({"tumor": []}, "tumor", "Did you mean tumors?"),
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


def test_a_case_does_not_depend_on_the_order_of_its_keys() -> None:
    tree: dict[str, Any] = {
        "id": "c",
        "metastases": [{"x1": 1}],
        "x2": 1,
        "tumors": [{"x3": 1, "grade": ["G1", "G2"], "x4": 1}],
        "events": [{"type": "CTScan", "status": "planned"}],
    }
    turned = dict(reversed(tree.items())) | {
        "tumors": [dict(reversed(tree["tumors"][0].items()))],
        "events": [dict(reversed(tree["events"][0].items()))],
    }
    assert str(plain(turned)) == str(plain(tree))
    assert fields(plain(tree)) == ["metastases.x1", "tumors.grade", "tumors.x3", "tumors.x4", "x2"]


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
class TestIdsOfTumorsAndMetastases:
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


def test_a_tumor_and_a_metastasis_with_one_id() -> None:
    for case in (
        {"id": "c", "tumors": [{"id": "x"}], "metastases": [{"id": "x"}]},
        {"id": "c", "metastases": [{"id": "x"}], "tumors": [{"id": "x"}]},
    ):
        assert fields(plain(case)) == ["metastases.id"]
        assert len(plain(case).names) == 3


def test_an_unusable_id_is_reported_even_if_its_default_is_in_use() -> None:
    case = plain({"id": "c", "tumors": [{"id": 5}, {"id": "tumor-1"}]})
    found = [finding for finding in case.findings if finding.field == "tumors.id"]
    assert [(each.found, each.expected) for each in found] == [
        ("5", "a string or an IRI"),
        ('"tumor-1"', "an id that is used once in the case"),
    ]
    # A person sees one finding for a focus and a field: the first.
    assert {finding.focus for finding in found} == {"tumor-1"}


def test_an_event_never_shares_the_node_of_a_tumor() -> None:
    case = plain(
        {"id": "c", "tumors": [{"id": "urn:netkg:case:c/event/1"}], "events": [{"type": "CTScan"}]}
    )
    assert not set(objects(case, "events")) & set(objects(case, "tumors"))
    assert case.findings == ()


def test_a_case_and_a_tumor_may_share_an_id_without_an_iri() -> None:
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
