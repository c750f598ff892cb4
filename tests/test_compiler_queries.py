"""Check that compiled queries derive what pyoxigraph derives, construct by construct.

Each query is small and asks for one thing; together they have every construct that the
compiler reads, in the combinations that are easily read in another way.
"""

from __future__ import annotations

from datetime import date

import pytest

from netkg.case.from_json import case_from_object
from netkg.case.model import Case
from netkg.compiler import runtime
from netkg.compiler.folding import fold
from netkg.compiler.generated import functions
from netkg.compiler.python import Writer
from netkg.compiler.scoping import check_scopes
from netkg.compiler.sparql import read_construct
from netkg.compiler.vocabulary import Vocabulary
from netkg.plan.engine import Engine
from netkg.reasoning.day_numbers import temporal_facts
from netkg.reasoning.facts import Facts
from netkg.reasoning.rules import QueryEngine

DAY = date(2026, 3, 31)
PREFIXES = """
PREFIX netkg: <https://w3id.org/netkg/ns#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
"""
CASES = [
    {
        "id": "two",
        "diseaseExtent": "Localized",
        "symptoms": ["Flushing", "Diarrhea"],
        "tumors": [
            {
                "id": "a",
                "primarySite": "Pancreas",
                "ki67Percent": 2.5,
                "grade": "G2",
                "hormonalSyndrome": ["InsulinomaSyndrome", "GastrinomaSyndrome"],
                "measurements": [
                    {"date": "2024-08-31", "diameterMm": 11},
                    {"date": "2024-08-31", "diameterMm": 12.5},
                    {"date": "2026-02-28", "diameterMm": 19.9},
                    {"diameterMm": 8},
                ],
            },
            {"id": "b", "primarySite": "Lung", "mitosesPer2mm2": 12},
        ],
        "metastases": [{"id": "m", "site": "Liver"}, {"id": "n", "site": "Bone"}],
        "events": [
            {"type": "CTScan", "status": "completed", "date": "2025-08-31", "target": "a"},
            {"type": "MRIScan", "status": "planned"},
            {"type": "ClinicalExamination", "status": "completed"},
            {"type": "TACE", "status": "declined", "target": "m"},
            {"type": "OctreotideLAR", "status": "active", "date": "2025-01-31"},
            {
                "type": "ChromograninATest",
                "status": "completed",
                "value": 180,
                "upperReferenceLimit": 100,
                "unit": "ng/mL",
                "result": "Elevated",
            },
            {
                "type": "OtherTest",
                "status": "completed",
                "label": "Serum X",
                "unit": " \u00b5G / L ",
            },
        ],
    },
    {"id": "one", "tumors": [{"id": "a"}], "events": [{"type": "CTScan", "status": "completed"}]},
    {"id": "bare", "tumors": [{"id": "a", "primarySite": "Ileum"}]},
]
# Each: a name, what it derives, and where.
QUERIES = {
    "a chain": ("?case netkg:inForceAt ?m", "?case netkg:tumors/netkg:measurements ?m"),
    "an inner filter": (
        "?t netkg:inForceAt ?m",
        "?t netkg:measurements ?m . FILTER NOT EXISTS { ?t netkg:measurements ?o ."
        " ?m netkg:diameterMm ?a . ?o netkg:diameterMm ?b . FILTER(?b > ?a) }",
    ),
    "a filter two levels inside": (
        "?e netkg:inForceAt ?c",
        "?c netkg:events ?e ; netkg:tumors ?t . FILTER NOT EXISTS { ?e netkg:target ?x ."
        " FILTER NOT EXISTS { ?y netkg:tumors ?x . FILTER(?x = ?t) } }",
    ),
    "exists as a value": (
        "?e netkg:inForceAt ?found",
        "?c netkg:events ?e . BIND(EXISTS { ?e netkg:target ?t . ?c netkg:tumors ?t ."
        " FILTER(?t != ?e) } AS ?found)",
    ),
    "exists within if": (
        "?t netkg:inForceAt ?s",
        "?c netkg:tumors ?t . BIND(IF(EXISTS { ?e netkg:target ?t }, netkg:Due,"
        " IF(NOT EXISTS { ?t netkg:grade ?g }, netkg:Overdue, netkg:Scheduled)) AS ?s)",
    ),
    "an exists of the ontology and the case": (
        "?e netkg:inForceAt ?p",
        "?p a netkg:EventPattern ; netkg:eventClass ?k ; netkg:eventStatusIn ?s ."
        " ?e a ?k ; netkg:status ?s ."
        " FILTER NOT EXISTS { ?p netkg:withoutTarget true . ?e netkg:target ?t }",
    ),
    "optional with a filter": (
        "?e netkg:inForceAt ?t . ?e netkg:indicatedAt ?c",
        "?c netkg:events ?e . OPTIONAL { ?e netkg:target ?t . ?c netkg:tumors ?t ."
        " FILTER(EXISTS { ?e netkg:dayNumber ?d }) }",
    ),
    "optional with a bind": (
        "?e netkg:inForceAt ?v",
        "?c netkg:events ?e . OPTIONAL { ?e netkg:value ?x ; netkg:upperReferenceLimit ?l ."
        " BIND(IF(?x > ?l, netkg:Elevated, netkg:NotElevated) AS ?y) }"
        " BIND(COALESCE(?y, netkg:Unknown) AS ?v)",
    ),
    "optional of the ontology": (
        "?t netkg:inForceAt ?b",
        "?c netkg:tumors ?t . OPTIONAL { ?t netkg:primarySite/netkg:gradedBy ?g }"
        " BIND(COALESCE(?g, netkg:ProliferationIndex) AS ?b)",
    ),
    "union with different variables": (
        "?x netkg:inForceAt ?y . ?x netkg:indicatedAt ?z",
        "{ ?x netkg:target ?y } UNION { ?x netkg:status ?z . FILTER(?z != netkg:completed) }",
    ),
    "a union inside": (
        "?t netkg:inForceAt ?y",
        "?c netkg:tumors ?t . { ?t netkg:grade ?y } UNION { { ?t netkg:primarySite ?y }"
        " UNION { ?t netkg:hormonalSyndrome ?y } }",
    ),
    "without": (
        "?t netkg:inForceAt ?c",
        "?c netkg:tumors ?t . MINUS { ?e netkg:target ?t ; netkg:status netkg:completed }",
    ),
    "without in common": (
        "?t netkg:inForceAt ?c",
        "?c netkg:tumors ?t . MINUS { ?x netkg:grade ?y }",
    ),
    "the greatest": (
        "?t netkg:inForceAt ?mm",
        "{ SELECT ?t (MAX(?d) AS ?mm) WHERE { ?t netkg:measurements/netkg:diameterMm ?d }"
        " GROUP BY ?t }",
    ),
    "the least of each day": (
        "?t netkg:inForceAt ?m",
        "{ SELECT ?t ?day (MIN(?d) AS ?mm) WHERE { ?t netkg:measurements ?o ."
        " ?o netkg:dayNumber ?day ; netkg:diameterMm ?d } GROUP BY ?t ?day }"
        " ?t netkg:measurements ?m . ?m netkg:dayNumber ?day ; netkg:diameterMm ?x ."
        " FILTER(?x = ?mm)",
    ),
    "a number of": (
        "?c netkg:inForceAt ?t",
        "{ SELECT ?c WHERE { ?c netkg:tumors ?each } GROUP BY ?c HAVING(COUNT(?each) = 1) }"
        " ?c netkg:tumors ?t",
    ),
    "a number of pairs": (
        "?c netkg:inForceAt ?n",
        "{ SELECT ?c (COUNT(?e) AS ?n) WHERE { ?c netkg:tumors ?t ; netkg:events ?e }"
        " GROUP BY ?c }",
    ),
    "least and greatest differ": (
        "?c netkg:inForceAt ?c",
        "{ SELECT ?c WHERE { ?c netkg:events/netkg:status ?s } GROUP BY ?c"
        " HAVING(MIN(?s) != MAX(?s)) }",
    ),
    "distinct": (
        "?c netkg:inForceAt ?s",
        "{ SELECT DISTINCT ?c ?s WHERE { ?c netkg:events ?e . ?e netkg:status ?s } }"
        " FILTER(?s IN (netkg:completed, netkg:planned))",
    ),
    "a hidden variable of the same name": (
        "?t netkg:inForceAt ?e",
        "{ SELECT ?t WHERE { ?t netkg:measurements ?e } } ?e netkg:target ?t",
    ),
    "values": (
        "?e netkg:inForceAt ?effect",
        "VALUES (?s ?effect)"
        " { (netkg:completed netkg:Accomplished) (netkg:planned netkg:Foreseen) }"
        " ?e netkg:status ?s",
    ),
    "values of one": (
        "?e netkg:inForceAt ?s",
        "VALUES ?s { netkg:active netkg:declined } ?e netkg:status ?s",
    ),
    "an alternative path": ("?c netkg:inForceAt ?r", "?c netkg:tumors|netkg:metastases ?r"),
    "an optional path": (
        "?x netkg:inForceAt ?c",
        "?c netkg:diseaseExtent ?d . ?x netkg:metastasisOf? ?c",
    ),
    "a path over classes": (
        "?e netkg:inForceAt ?k",
        "?k rdfs:subClassOf+ netkg:ClinicalEvent . ?class rdfs:subClassOf* ?k . ?e a ?class",
    ),
    "a variable property": (
        "?r ?assigned ?category",
        "?i a netkg:Interval ; netkg:ofProperty ?p ; netkg:assigns ?assigned ;"
        " netkg:category ?category . ?r ?p ?v . OPTIONAL { ?i netkg:lower ?low }"
        " FILTER(!BOUND(?low) || ?v >= ?low)",
    ),
    "arithmetic": (
        "?m netkg:inForceAt ?x",
        "?m netkg:diameterMm ?d . BIND((?d - 3) * 365.25 / 7 + 1 AS ?x)",
    ),
    "rounding": (
        "?m netkg:inForceAt ?x . ?m netkg:indicatedAt ?y",
        "?m netkg:diameterMm ?d . BIND(FLOOR(?d * 10 + 0.5) / 10 AS ?x) BIND(-CEIL(?d) AS ?y)",
    ),
    "division by zero": (
        "?m netkg:inForceAt ?x",
        "?m netkg:diameterMm ?d . BIND(COALESCE(?d / 0, -1) AS ?x)",
    ),
    "a number as it may be written": (
        "?m netkg:inForceAt ?t",
        "?t netkg:measurements ?m . ?m netkg:diameterMm 12.50 .",
    ),
    "a name with a line below": (
        "?_t netkg:inForceAt ?between1",
        "?between1 netkg:tumors/netkg:measurements ?_t",
    ),
    "an error is neither true nor false": (
        "?t netkg:inForceAt ?c",
        "?c netkg:tumors ?t . OPTIONAL { ?t netkg:ki67Percent ?k }"
        " FILTER(!(?k > 2) || EXISTS { ?t netkg:mitosesPer2mm2 ?n })",
    ),
    "an error and a truth": (
        "?t netkg:inForceAt ?c",
        "?c netkg:tumors ?t . OPTIONAL { ?t netkg:grade ?g } FILTER(?g = netkg:G2 || ?t != ?c)",
    ),
    "numbers and texts": (
        "?e netkg:inForceAt ?x",
        "?e netkg:status ?s . OPTIONAL { ?e netkg:value ?v } OPTIONAL { ?e netkg:label ?l }"
        " BIND(IF(BOUND(?v) && ?v = 180.0, ?v, ?l) AS ?x)",
    ),
    "texts": (
        "?e netkg:inForceAt ?x",
        "?e netkg:unit ?u ."
        " BIND(REPLACE(REPLACE(LCASE(STR(?u)), '\\\\s', ''), '^\\u00b5', 'u') AS ?x)",
    ),
    "texts of IRIs": ("?e netkg:inForceAt ?x", "?e netkg:status ?s . BIND(UCASE(STR(?s)) AS ?x)"),
    "not in": (
        "?e netkg:inForceAt ?s",
        "?e netkg:status ?s . FILTER(?s NOT IN (netkg:completed, netkg:planned))",
    ),
    "the parameter": ("?e netkg:inForceAt ?c", "?c netkg:events ?e ; netkg:dayNumber ?day"),
    "premises": (
        "?t netkg:inForceAt ?c . [] rdf:subject ?t ; rdf:predicate netkg:inForceAt ;"
        " rdf:object ?c ; netkg:premise ?e ; netkg:absencePremise ?nothing ;"
        " netkg:searchedFor ?e ; netkg:completePremise netkg:events , netkg:tumors",
        "?c netkg:tumors ?t . OPTIONAL { ?e netkg:target ?t } BIND(netkg:events AS ?nothing)",
    ),
    "premises of a fact without a value": (
        "?t netkg:inForceAt ?g , ?c . [] rdf:subject ?t ; rdf:predicate netkg:inForceAt ;"
        " rdf:object ?g ; netkg:premise ?c",
        "?c netkg:tumors ?t . OPTIONAL { ?t netkg:grade ?g }",
    ),
    "a literal as a subject is left out": (
        "?d netkg:inForceAt ?t . ?t netkg:inForceAt ?d",
        "?t netkg:measurements/netkg:diameterMm ?d",
    ),
    "a branch that the ontology leaves empty": (
        "?t netkg:inForceAt ?z , ?y",
        "{ ?t netkg:grade ?y } UNION"
        " { ?t netkg:primarySite ?s . ?s netkg:gradedBy netkg:Nothing ; a ?z }",
    ),
    "a branch for records of classes that the ontology does not give": (
        "?t netkg:inForceAt ?z , ?y",
        "{ ?t netkg:grade ?y } UNION { ?p a netkg:Nothing ; netkg:scope ?scope . ?z a ?scope }",
    ),
    "no record of a class that the ontology does not give": (
        "?t netkg:inForceAt ?g , ?z",
        "?t netkg:grade ?g . ?c netkg:tumors ?t"
        " FILTER NOT EXISTS { ?p a netkg:Nothing ; netkg:scope ?scope . ?any a ?scope }"
        " OPTIONAL { ?q a netkg:Nothing ; netkg:scope ?other . ?z a ?other }"
        " MINUS { ?r a netkg:Nothing ; netkg:scope ?third . ?t a ?third }",
    ),
    "classes of records and a term that has no members": (
        "?t netkg:inForceAt ?scope",
        "VALUES ?scope { netkg:Case netkg:Lung netkg:Nothing } ?t a ?scope",
    ),
    "a value that a table confirms": (
        "?t netkg:inForceAt ?g , ?s",
        "?t netkg:primarySite ?s . BIND(netkg:Morphology AS ?g) ?s netkg:gradedBy ?g",
    ),
    "names that are almost equal": (
        "?\u03b1 netkg:inForceAt ?\u03b2 , ?t_values",
        "?\u03b1 netkg:tumors ?t_values . ?t_values netkg:measurements ?\u03b2",
    ),
}


@pytest.fixture(scope="module")
def vocabulary(engine: Engine) -> Vocabulary:
    return Vocabulary(engine.schema)


@pytest.fixture(scope="module")
def reference(engine: Engine) -> QueryEngine:
    return QueryEngine(quad.triple for quad in engine.schema.store)


def facts_of(case: Case) -> Facts:
    facts = Facts()
    facts.record(case.triples)
    for fact in temporal_facts(case, DAY):
        facts.add(*fact)
    for name in ("tumors", "metastases"):
        for node in getattr(case, name):
            property_ = "inCase" if name == "tumors" else "metastasisOf"
            facts.add(str(node), f"https://w3id.org/netkg/ns#{property_}", str(case.node))
    return facts


@pytest.mark.parametrize("name", QUERIES)
def test_a_compiled_query_derives_what_pyoxigraph_derives(
    name: str, engine: Engine, vocabulary: Vocabulary, reference: QueryEngine
) -> None:
    template, where = QUERIES[name]
    text = f"#+ summary: A test.\n{PREFIXES}CONSTRUCT {{ {template} }} WHERE {{ {where} }}"
    rule = read_construct("tests/query", text)
    check_scopes(rule.name, rule.where, rule.given)
    writer = Writer()
    source = writer.rule("query", fold(rule, vocabulary))
    query = functions(source, vars(runtime), writer.tables)["query"]
    derived = 0
    for tree in CASES:
        case = case_from_object(tree, schema=engine.schema)
        compiled, expected = facts_of(case), facts_of(case)
        before = len(compiled.log)
        query(compiled)
        with reference.workspace(expected) as workspace:
            workspace.run([("query", text)])
        assert set(compiled.log) == set(expected.log), source
        assert compiled.derivations == expected.derivations, source
        derived += len(compiled.log) - before
    assert derived, "the query derives nothing, so that this test says nothing"
