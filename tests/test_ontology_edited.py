"""Check that the rules are in the Turtle: an edit of a copy changes the plan."""

from __future__ import annotations

import shutil
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from netkg.case.loading import load_case
from netkg.errors import KnowledgeError
from netkg.namespaces import NETKG
from netkg.ontology.files import Folders, default_folders, parse_turtle
from netkg.ontology.schema import TYPE
from netkg.plan.engine import Engine
from netkg.plan.model import Focus, Plan

pytestmark = pytest.mark.many

JSON = dict[str, Any]
AS_OF = date(2026, 3, 31)


@pytest.fixture
def ontology(tmp_path: Path) -> Path:
    """Return a copy of the ontology that a test can edit."""
    return Path(shutil.copytree(default_folders().ontology, tmp_path / "ontology"))


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} is {text.count(old)} times in {file.name}"
    file.write_text(text.replace(old, new), encoding="utf-8")


def plan_of(case: JSON, ontology: Path | None = None) -> Plan:
    return plan_by(Engine.load(ontology=ontology), case)


def plan_by(engine: Engine, case: JSON) -> Plan:
    return engine.derive(load_case(case, schema=engine.schema), as_of=AS_OF)


def focus_of(plan: Plan, id_: str) -> Focus:
    return next(row.foci[0] for row in plan.recommendations if row.id == id_)


def block(file: Path, subject: str) -> str:
    text = file.read_text(encoding="utf-8")
    start = text.index(f"\n{subject}\n") + 1
    return text[start : text.index("\n.\n", start)]


def test_another_upper_bound_of_grade_2(ontology: Path) -> None:
    case = {
        "id": "c",
        "diseaseExtent": "UnresectableOrAdvanced",
        "tumors": [
            {"primarySite": "Ileum", "differentiation": "WellDifferentiated", "ki67Percent": 25}
        ],
    }
    assert focus_of(plan_of(case), "TX-15").verdict == "not-applicable"
    file = ontology / "intervals.ttl"
    for name, bound in (("Ki67-G2", "upper"), ("Ki67-G1OrG2", "upper"), ("Ki67-G3", "lower")):
        old = block(file, f"netkg:{name}")
        edit(file, old, old.replace(f"netkg:{bound} 20.0", f"netkg:{bound} 30.0"))
    plan = plan_of(case, ontology)
    assert focus_of(plan, "TX-15").verdict == "applicable"
    assert focus_of(plan, "FU-01").verdict == "applicable"
    (grade,) = [f for f in focus_of(plan, "FU-01").because if f.field == "grade"]
    assert (grade.value, grade.asserted, grade.derived_from[0].value) == ("G2", False, 25)


STATEMENT = """\
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix netkg: <https://w3id.org/netkg/ns#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

netkg:XX-01
    a netkg:Recommendation ;
    rdfs:label "bone scan"@en ;
    skos:definition "Look at the bones of every patient with a painful metastasis."@en ;
    dcterms:identifier "XX-01" ;
    netkg:position 67 ;
    netkg:inSection netkg:net-management-2026-Section-Workup-Imaging ;
    netkg:modality netkg:RecommendedModality ;
    netkg:level netkg:CaseLevel ;
    netkg:appliesTo netkg:XX-01-Population ;
    netkg:actionGroup netkg:AllOf ;
    netkg:action netkg:CTScan ;
    netkg:citation netkg:net-management-2026-Reference-1 ;
    dcterms:source <https://w3id.org/netkg/guideline/net-management-2026>
.

netkg:XX-01-Population
    a owl:Class ;
    rdfs:subClassOf netkg:Case
.

[]
    a owl:Restriction ;
    owl:onProperty netkg:metastases ;
    owl:someValuesFrom [
        a owl:Restriction ;
        owl:onProperty netkg:painful ;
        owl:hasValue true
    ] ;
    rdfs:subClassOf netkg:XX-01-Population
.
"""


def test_another_statement(ontology: Path) -> None:
    (ontology / "guidelines" / "own.ttl").write_text(STATEMENT, encoding="utf-8")
    done = {"type": "CTScan", "status": "completed", "date": "2026-03-01"}
    metastasis = {"id": "m", "site": "Bone", "painful": True}
    case: JSON = {"id": "c", "tumors": [{}], "metastases": [metastasis], "events": [done]}
    plan = plan_of(case, ontology)
    assert plan.recommendations[-1].id == "XX-01"
    assert plan.recommendations[-1].status == "done"
    assert focus_of(plan, "XX-01").actions[0].last == "2026-03-01"
    del metastasis["painful"]
    assert focus_of(plan_of(case, ontology), "XX-01").missing == (("metastases.painful",),)
    assert "XX-01" not in {row.id for row in plan_of(case).recommendations}


def test_a_closed_field(ontology: Path) -> None:
    case = {"id": "c", "diseaseExtent": "Localized", "tumors": [{}]}
    assert focus_of(plan_of(case), "TX-01").verdict == "undetermined"
    file = ontology / "fields.ttl"
    old = block(file, "netkg:fitForSurgery")
    edit(file, old, old.replace("netkg:openness netkg:Open", "netkg:openness netkg:Closed"))
    focus = focus_of(plan_of(case, ontology), "TX-01")
    assert focus.verdict == "not-applicable"
    # TX-01 also applies to what has been resected.
    assert [(f.field, f.value, f.asserted) for f in focus.because] == [
        ("fitForSurgery", None, False),
        ("resectionRecord", "NotRecorded", False),
    ]


def test_a_closed_field_of_a_derived_property(ontology: Path) -> None:
    case = {"id": "c", "tumors": [{}]}
    assert focus_of(plan_of(case), "FU-03").verdict == "undetermined"
    file = ontology / "fields.ttl"
    old = block(file, "netkg:somatostatinReceptorStatus")
    edit(file, old, old.replace("netkg:openness netkg:Open", "netkg:openness netkg:Closed"))
    assert focus_of(plan_of(case, ontology), "FU-03").verdict == "not-applicable"


def test_another_repetition(ontology: Path) -> None:
    scan = {"type": "CTScan", "status": "completed", "date": "2025-12-15"}
    case = {"id": "c", "tumors": [{"ki67Percent": 8}], "events": [scan]}
    assert focus_of(plan_of(case), "FU-05").actions[0].due_by == "2026-06-15"
    file = next(ontology.rglob("follow-up.ttl"))
    old = block(file, "netkg:FU-01")
    edit(file, old, old.replace("netkg:greatestMonths 6", "netkg:greatestMonths 12"))
    assert focus_of(plan_of(case, ontology), "FU-05").actions[0].due_by == "2026-12-15"


def test_a_new_event_class_matches_what_is_above_it(ontology: Path) -> None:
    new = (
        "@prefix netkg: <https://w3id.org/netkg/ns#> .\n"
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        "netkg:LowDoseCT rdfs:subClassOf netkg:CTScan .\n"
    )
    case = {"id": "c", "tumors": [{}], "events": [{"type": "LowDoseCT", "status": "completed"}]}
    assert not plan_of(case).conforms
    (ontology / "own.ttl").write_text(new, encoding="utf-8")
    plan = plan_of(case, ontology)
    assert plan.conforms
    assert focus_of(plan, "DX-11").actions[0].done


def test_a_deprecated_class_of_events_still_counts(ontology: Path) -> None:
    new = (
        "@prefix dcterms: <http://purl.org/dc/terms/> .\n"
        "@prefix netkg: <https://w3id.org/netkg/ns#> .\n"
        "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        "netkg:CATScan rdfs:subClassOf netkg:CTScan ;\n"
        "    owl:deprecated true ; dcterms:isReplacedBy netkg:CTScan .\n"
    )
    case = {"id": "c", "tumors": [{}], "events": [{"type": "CATScan", "status": "completed"}]}
    (ontology / "own.ttl").write_text(new, encoding="utf-8")
    assert focus_of(plan_of(case, ontology), "DX-11").actions[0].done


def test_an_axiom_that_is_not_implemented_is_refused_and_named(ontology: Path) -> None:
    new = (
        "@prefix netkg: <https://w3id.org/netkg/ns#> .\n"
        "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
        "netkg:ResectedTumor owl:complementOf netkg:TumorInPlace .\n"
    )
    (ontology / "own.ttl").write_text(new, encoding="utf-8")
    with pytest.raises(KnowledgeError, match="complementOf"):
        Engine.load(ontology=ontology)


def test_a_cycle_of_supersession_is_refused(ontology: Path) -> None:
    new = (
        "@prefix netkg: <https://w3id.org/netkg/ns#> .\n"
        "netkg:TX-01 netkg:supersedes netkg:TX-08 .\n"
    )
    (ontology / "own.ttl").write_text(new, encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"TX-0. → TX-0."):
        Engine.load(ontology=ontology)


def test_a_folder_without_turtle_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="no Turtle file"):
        Engine.load(ontology=tmp_path)


def test_broken_turtle_is_an_error_that_names_the_file(ontology: Path) -> None:
    (ontology / "own.ttl").write_text("netkg:A a ", encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"own\.ttl"):
        Engine.load(ontology=ontology)


@pytest.mark.batch
@pytest.mark.parametrize("part", range(10))
def test_an_entry_without_one_of_its_values_is_read_or_refused(part: int, tmp_path: Path) -> None:
    """No table of the ontology can be left incomplete in a way that ends the process."""
    own = default_folders()
    triples = list(parse_turtle(own.ontology))
    kinds = {
        t.subject: t.object.value.partition("#")[2]
        for t in triples
        if t.predicate == TYPE and t.object.value.startswith(NETKG)
    }
    values: dict[tuple[str, str], list[ox.Triple]] = {}
    for triple in triples:
        if triple.subject in kinds and triple.predicate.value.startswith(NETKG):
            found = values.setdefault((kinds[triple.subject], triple.predicate.value), [])
            if not found or found[0].subject == triple.subject:
                found.append(triple)
    assert len(values) > 100
    for gone in list(values.values())[part::10]:
        left = [triple for triple in triples if triple not in gone]
        ox.serialize(left, str(tmp_path / "all.ttl"), format=ox.RdfFormat.N_TRIPLES)
        # Refused, or read and used.
        with suppress(KnowledgeError):
            unchecked = Engine(Folders(tmp_path, own.shapes, own.queries))
            assert plan_by(unchecked, {"id": "c", "tumors": [{}]}).case == "c"


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        (
            "record-patterns.ttl",
            "    netkg:withValue netkg:Liver ;\n",
            "",
            "liverMetastasisRecord-pattern, netkg:withValue: The linked",
        ),
        (
            "evidence-values.ttl",
            "netkg:pressingRank 1 ;",
            'netkg:pressingRank "first" ;',
            "'first' as pressingRank. Expected an integer",
        ),
    ],
)
def test_an_incomplete_entry_is_named(
    ontology: Path, name: str, old: str, new: str, message: str
) -> None:
    edit(ontology / name, old, new)
    with pytest.raises(KnowledgeError) as caught:
        Engine.load(ontology=ontology)
    assert message in str(caught.value)
