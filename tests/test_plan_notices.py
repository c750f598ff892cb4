"""Check the words of the Info findings, for all ways to write an event."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from netkg.api import default_engine
from netkg.case.finding import Finding
from netkg.case.loading import load_case

JSON = dict[str, Any]
AS_OF = date(2026, 3, 31)
ENGINE = default_engine()
LUNG: JSON = {
    "id": "case",
    "diseaseExtent": "Localized",
    "tumors": [{"id": "t", "primarySite": "Lung", "functionalStatus": "NonFunctioning"}],
}
# A pancreatic tumor that the guideline watches instead of resecting (TX-06).
SURVEILLANCE: JSON = {
    "id": "case",
    "diseaseExtent": "Localized",
    "fitForSurgery": True,
    "tumors": [
        {
            "id": "t",
            "primarySite": "Pancreas",
            "ki67Percent": 1,
            "functionalStatus": "NonFunctioning",
            "measurements": [{"diameterMm": 10}],
        }
    ],
}


def infos(case: JSON) -> list[Finding]:
    plan = ENGINE.derive(load_case(case, schema=ENGINE.schema), as_of=AS_OF)
    assert plan.conforms, plan.findings
    return [finding for finding in plan.findings if finding.severity == "Info"]


@pytest.mark.parametrize(
    "event",
    [
        {"type": "Lanreotide", "status": "active"},
        {"type": ["Lanreotide"], "status": ["active"]},
        {"@type": "Lanreotide", "status": "active"},
        {"@type": ["https://w3id.org/netkg/ns#Lanreotide"], "status": "active"},
        {"type": "Lanreotide", "status": "active", "@id": "urn:example:event"},
    ],
)
def test_a_treatment_is_named_however_the_event_is_written(event: JSON) -> None:
    (finding,) = infos(LUNG | {"events": [event]})
    assert (finding.focus, finding.statement, finding.found) == (
        "t",
        "TX-15",
        "lanreotide (active)",
    )
    assert "disease extent localized disease" in finding.message


def test_an_event_of_a_class_and_the_one_above_is_named_by_the_narrower(tmp_path: Any) -> None:
    path = tmp_path / "case.ttl"
    path.write_text(
        """
        @prefix netkg: <https://w3id.org/netkg/ns#> .
        <urn:example:case> a netkg:Case ; netkg:diseaseExtent netkg:Localized ;
            netkg:tumors <urn:example:tumor> ; netkg:events <urn:example:event> .
        <urn:example:tumor> a netkg:Tumor ; netkg:primarySite netkg:Lung ;
            netkg:functionalStatus netkg:NonFunctioning .
        <urn:example:event> a netkg:Lanreotide , netkg:SomatostatinAnalogue ;
            netkg:status netkg:planned .
        """,
        encoding="utf-8",
    )
    plan = ENGINE.derive(load_case(path, schema=ENGINE.schema), as_of=AS_OF)
    (finding,) = (f for f in plan.findings if f.severity == "Info")
    assert finding.found == "lanreotide (planned)"


def test_a_report_names_the_listed_gap_that_is_near_and_no_other() -> None:
    tumor = {
        "id": "t",
        "primarySite": "Lung",
        "ki67Percent": 2.5,
        "functionalStatus": "NonFunctioning",
    }
    tumor |= {"differentiation": "WellDifferentiated"}
    case = {"id": "case", "diseaseExtent": "UnresectableOrAdvanced", "tumors": [tumor]}
    case["events"] = [{"type": "Lanreotide", "status": "planned"}]
    (finding,) = infos(case)
    assert "see GAP-SITE." in finding.message
    assert "GAP-KI67" not in finding.message


def test_silence_is_not_called_advice_against() -> None:
    events = [
        {"type": "Cabozantinib", "status": "active"},
        {"type": "Everolimus", "status": "planned"},
    ]
    found = infos(LUNG | {"events": events})
    assert [finding.statement for finding in found] == [None, "TX-21"]
    assert all(f.message.endswith("This is silence and not advice against it.") for f in found)


def test_a_planned_resection_under_surveillance_is_reported_with_the_surveillance() -> None:
    events = [{"type": "Enucleation", "status": "planned"}]
    found = [f for f in infos(SURVEILLANCE | {"events": events}) if f.field == "events.type"]
    assert [(f.focus, f.statement) for f in found] == [("t", "TX-06")]
    assert "MRI surveillance" in found[0].message


def test_an_undated_test_is_named_with_the_step_that_it_cannot_schedule() -> None:
    event = {"type": "Gallium68DotaPeptidePET", "status": "completed", "result": "Positive"}
    (finding,) = infos(LUNG | {"events": [event]})
    assert (finding.focus, finding.field, finding.statement) == ("t", "events.date", "FU-03")
    assert finding.found == "somatostatin receptor imaging without a date"


def test_all_that_one_finding_stands_for_is_named_in_any_order() -> None:
    """All that shares a focus, field and statement is in one finding, and none of it is lost."""
    events = [
        {"type": "OtherChemotherapy", "status": "active"},
        {"type": "InterferonAlpha", "status": "planned"},
        {"type": "InterferonAlpha", "status": "planned"},
        {"type": "Lanreotide", "status": "planned"},
        {"type": "OctreotideLAR", "status": "active"},
    ]
    unnamed, not_given = infos(LUNG | {"events": events})
    assert infos(LUNG | {"events": events[::-1]}) == [unnamed, not_given]
    assert unnamed.found == "interferon alpha (planned), other chemotherapy (active)"
    assert "does not name interferon alpha or other chemotherapy anywhere" in unnamed.message
    assert not_given.found == "lanreotide (planned), octreotide LAR (active)"
    assert "does not give lanreotide and octreotide LAR here" in not_given.message


def test_all_planned_resections_under_surveillance_are_named() -> None:
    events = [
        {"type": "Enucleation", "status": "planned"},
        {"type": "LocalExcision", "status": "planned"},
    ]
    found = [f for f in infos(SURVEILLANCE | {"events": events}) if f.statement == "TX-06"]
    assert [f.found for f in found] == ["enucleation (planned), local excision (planned)"]
    assert found[0].message.startswith("Enucleation and local excision are planned")
