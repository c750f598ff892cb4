"""Add a rule, a plan query, a shape, a population and a statement to a copy of the sources.

Both engines must follow them, without a line of Python about any of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from answers import answers, engines, first_difference
from random_cases import AS_OF, RandomCases
from source_mutations import Sources

from netkg.case.loading import load_case
from netkg.namespaces import NETKG
from netkg.plan.engine import Engine
from netkg.plan.model import Plan

JSON = dict[str, Any]

PREFIXES = """
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix netkg: <https://w3id.org/netkg/ns#> .
@prefix nets: <https://w3id.org/netkg/shapes#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""
ONTOLOGY = """
netkg:metastaticBurden
    a owl:ObjectProperty , netkg:DerivedProperty ;
    schema:domainIncludes netkg:Case ;
    rdfs:range netkg:RecordState ;
    rdfs:label "metastatic burden"@en ;
    skos:definition "Whether metastases of two sites are recorded."@en .

netkg:CaseWithBurden
    a owl:Class ;
    rdfs:subClassOf netkg:Case ;
    rdfs:label "case with a metastatic burden"@en .

[] a owl:Restriction ;
    owl:onProperty netkg:metastaticBurden ;
    owl:hasValue netkg:Recorded ;
    rdfs:subClassOf netkg:CaseWithBurden .

netkg:TX-99
    a owl:NamedIndividual , netkg:Recommendation ;
    rdfs:label "care of a metastatic burden"@en ;
    skos:definition "Offer palliative care to an unfit patient with metastases of two sites."@en ;
    dcterms:identifier "TX-99" ;
    netkg:position 99 ;
    netkg:inSection netkg:net-management-2026-Section-Treatment-Palliative ;
    netkg:modality netkg:RecommendedModality ;
    netkg:level netkg:CaseLevel ;
    netkg:appliesTo netkg:TX-99-Population ;
    netkg:actionGroup netkg:AllOf ;
    netkg:action netkg:PalliativeCare ;
    netkg:citation netkg:net-management-2026-Reference-1 .

netkg:TX-99-Population
    a owl:Class ;
    rdfs:subClassOf netkg:Case ;
    rdfs:label "population of TX-99"@en .

[] a owl:Class ;
    owl:intersectionOf (
        netkg:CaseWithBurden
        [
            a owl:Restriction ;
            owl:onProperty netkg:fitForSurgery ;
            owl:hasValue false
        ]
    ) ;
    rdfs:subClassOf netkg:TX-99-Population .
"""
SHAPES = """
nets:CaseWithBurden
    a sh:NodeShape ;
    sh:targetClass netkg:CaseWithBurden ;
    sh:severity sh:Warning ;
    sh:not [ sh:class netkg:CaseWithBurden ] ;
    sh:message "Metastases of two sites are recorded."@en ;
    nets:field "metastases.site" ;
    nets:remedy "Check the sites."@en ;
    nets:expected "one site"@en ;
    nets:restsOn netkg:TX-99 .

nets:Tumor-diameterLimit
    a sh:PropertyShape ;
    sh:targetObjectsOf netkg:measurements ;
    sh:path netkg:diameterMm ;
    sh:severity sh:Violation ;
    sh:maxExclusive 400.0 ;
    sh:message "The diameter is too large."@en ;
    nets:field "tumors.measurements.diameterMm" ;
    nets:remedy "Correct the diameter."@en ;
    nets:expected "a diameter below 400 mm"@en .

# Its field is the record itself.
nets:Tumor-thymus
    a sh:PropertyShape ;
    sh:targetClass netkg:Tumor ;
    sh:path netkg:primarySite ;
    sh:severity sh:Info ;
    sh:not [ sh:in ( netkg:Thymus ) ] ;
    sh:message "The tumor is one of the thymus."@en ;
    nets:field "tumors" ;
    nets:remedy "Confirm the tumor."@en ;
    nets:expected "another tumor"@en .
"""
RULE = """
PREFIX netkg: <https://w3id.org/netkg/ns#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>

CONSTRUCT {
    ?case netkg:metastaticBurden netkg:Recorded .
    [] rdf:subject ?case ; rdf:predicate netkg:metastaticBurden ; rdf:object netkg:Recorded ;
        netkg:premise ?one , ?other .
}
WHERE {
    ?case netkg:metastases ?one , ?other .
    ?one netkg:site ?site .
    ?other netkg:site ?another .
    FILTER(?site != ?another)
}
"""
# Planned palliative care counts as done, where nothing else is asked for.
PLAN_QUERY = """
PREFIX netkg: <https://w3id.org/netkg/ns#>

CONSTRUCT { ?step netkg:stepStatus netkg:Done }
WHERE {
    ?step netkg:verdict netkg:Applicable ;
        netkg:statement netkg:TX-99 ;
        netkg:focus ?case .
    ?event netkg:concerns ?case ;
        netkg:eventKind netkg:PalliativeCare ;
        netkg:status netkg:planned .
    FILTER NOT EXISTS { ?step netkg:stepStatus ?earlier }
}
"""


@dataclass(frozen=True)
class Added:
    """Both engines of the sources with what was added, and one of the sources as they are."""

    compiled: Engine
    reference: Engine


@pytest.fixture(scope="module")
def added(tmp_path_factory: pytest.TempPathFactory) -> Added:
    """Return engines of a copy of the sources, with what is new in files of its own."""
    folders = Sources().write(tmp_path_factory.mktemp("sources"))
    (folders.ontology / "new.ttl").write_text(PREFIXES + ONTOLOGY, encoding="utf-8")
    (folders.shapes / "case" / "new.ttl").write_text(PREFIXES + SHAPES, encoding="utf-8")
    (folders.queries / "rules" / "37-new.rq").write_text(RULE, encoding="utf-8")
    (folders.queries / "plan" / "20-new.rq").write_text(PLAN_QUERY, encoding="utf-8")
    return Added(*engines(folders))


def burdened(**change: Any) -> JSON:
    """Return a case to which what is new applies."""
    return {
        "id": "burdened",
        "fitForSurgery": False,
        "diseaseExtent": "UnresectableOrAdvanced",
        "tumors": [{"id": "t", "measurements": [{"diameterMm": 30}]}],
        "metastases": [{"id": "m1", "site": "Liver"}, {"id": "m2", "site": "Bone"}],
        **change,
    }


SEVERAL = burdened()
ONE = burdened(metastases=[{"id": "m1", "site": "Liver"}, {"id": "m2", "site": "Liver"}])
FITNESS_UNKNOWN = burdened(fitForSurgery=None)
PLANNED = burdened(events=[{"type": "PalliativeCare", "status": "planned"}])
OF_THYMUS = burdened(tumors=[{"id": "t", "primarySite": "Thymus"}], metastases=[])
TOO_LARGE = burdened(tumors=[{"id": "t", "measurements": [{"diameterMm": 400}]}])


def plans(added: Added, case: JSON) -> list[Plan]:
    """Return the plan of each engine."""
    both = (added.compiled, added.reference)
    return [each.derive(load_case(case, schema=each.schema), as_of=AS_OF) for each in both]


@pytest.mark.parametrize(
    ("case", "verdict", "status"),
    [
        pytest.param(SEVERAL, "applicable", "due", id="due"),
        pytest.param(PLANNED, "applicable", "done", id="done by a new plan query"),
        pytest.param(ONE, "not-applicable", None, id="not applicable"),
        pytest.param(FITNESS_UNKNOWN, "undetermined", None, id="undetermined"),
    ],
)
def test_a_new_statement_has_a_verdict_and_a_status(
    case: JSON, verdict: str, status: str | None, added: Added
) -> None:
    for plan in plans(added, case):
        row = next(row for row in plan.recommendations if row.id == "TX-99")
        assert (row.verdict, row.status) == (verdict, status)
        if verdict == "undetermined":
            assert row.missing == (("fitForSurgery",),)


@pytest.mark.parametrize("case", [SEVERAL, ONE], ids=["several", "one"])
def test_a_new_rule_derives_a_fact_with_its_premises(case: JSON, added: Added) -> None:
    for engine in (added.compiled, added.reference):
        read = load_case(case, schema=engine.schema)
        examined = engine.examine(read, as_of=AS_OF)
        key = (read.node.value, f"{NETKG}metastaticBurden", f"<{NETKG}Recorded>")
        found = examined.evaluator.facts.derivation(*key)
        if case is ONE:
            assert found is None
        else:
            assert found is not None
            assert sorted(found.records) == [node.value for node in read.metastases]
            assert list(found.rules) == ["37-new"]


@pytest.mark.parametrize(
    ("case", "wanted"),
    [
        pytest.param(SEVERAL, {("Warning", "metastases.site", "TX-99")}, id="of a new class"),
        pytest.param(
            TOO_LARGE,
            {("Violation", "tumors.measurements.diameterMm", None)}
            | {("Warning", "metastases.site", "TX-99")},
            id="of a value",
        ),
        pytest.param(ONE, set(), id="none"),
    ],
)
def test_a_new_shape_reports(
    case: JSON, wanted: set[tuple[str, str, str | None]], added: Added
) -> None:
    fields = {"metastases.site", "tumors.measurements.diameterMm"}
    for plan in plans(added, case):
        found = {(f.severity, f.field, f.statement) for f in plan.findings if f.field in fields}
        assert found == wanted


def test_the_field_of_a_finding_can_be_the_record(added: Added) -> None:
    for plan in plans(added, OF_THYMUS):
        (found,) = (f for f in plan.findings if f.field == "tumors")
        assert found.message.startswith("The tumor is one of the thymus")
        assert found.pointer == "/tumors/0"


def test_both_engines_give_the_same_answers(added: Added) -> None:
    drawn = RandomCases(added.reference)
    trees = [SEVERAL, ONE, FITNESS_UNKNOWN, PLANNED, OF_THYMUS, TOO_LARGE, *drawn.cases(0, 25)]
    for place, tree in enumerate(trees):
        # Several of these cases have one id.
        case = load_case(tree | {"id": f"case-{place}"}, schema=added.reference.schema)
        both = (added.compiled, added.reference)
        one, other = (next(answers(engine, [case], AS_OF)) for engine in both)
        assert not (found := first_difference(one, other)), f"{tree['id']}:\n{found}"
