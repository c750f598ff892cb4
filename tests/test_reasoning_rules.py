"""Run every rule and every plan query with a second SPARQL engine.

The queries are plain SPARQL 1.1, so rdflib must give what pyoxigraph gives.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from answers import reference
from overhearing import Run, disagreements, overhear

from netkg.case.from_json import case_from_object
from netkg.ontology.files import default_folders

QUERIES = Path(__file__).parent.parent / "queries"
AS_OF = date(2026, 3, 31)

SURVEILLED = {
    "id": "surveilled",
    "fitForSurgery": True,
    "diseaseExtent": "Localized",
    "tumors": [
        {
            "id": "tail",
            "primarySite": "Pancreas",
            "location": "Peripheral",
            "differentiation": "WellDifferentiated",
            "ki67Percent": 1.5,
            "functionalStatus": "NonFunctioning",
            "malignantImagingFeatures": False,
            "measurements": [
                {"date": "2024-08-31", "diameterMm": 11},
                {"date": "2025-02-28", "diameterMm": 12},
                {"date": "2026-02-28", "diameterMm": 14.5},
            ],
        },
        {
            "id": "head",
            "primarySite": "Pancreas",
            "differentiation": "WellDifferentiated",
            "grade": "G1",
            "ki67Percent": 2.5,
            "functionalStatus": "NonFunctioning",
        },
    ],
    "events": [
        {"type": "MRIScan", "status": "completed", "date": "2025-08-31"},
        {"type": "Enucleation", "status": "planned", "target": "tail"},
        {"type": "CTScan", "status": "declined"},
        {
            "type": "ChromograninATest",
            "status": "completed",
            "date": "2025-02-28",
            "value": 80,
            "upperReferenceLimit": 100,
            "unit": "ng/mL",
        },
        {
            "type": "Gallium68DotaPeptidePET",
            "status": "completed",
            "date": "2024-09-15",
            "result": "Positive",
            "target": "tail",
        },
        {"type": "CytoreductiveSurgery", "status": "planned"},
    ],
}
ADVANCED = {
    "id": "advanced",
    "fitForSurgery": False,
    "diseaseExtent": "UnresectableOrAdvanced",
    "diseaseCourse": "Progressive",
    "symptoms": ["Flushing"],
    "tumors": [
        {
            "primarySite": "Ileum",
            "differentiation": "WellDifferentiated",
            "ki67Percent": 8,
            "hormonalSyndrome": ["CarcinoidSyndrome"],
            "measurements": [
                {"date": "2026-01-15", "diameterMm": 30},
                {"date": "2026-02-15", "diameterMm": 31},
                {"diameterMm": 28},
            ],
        },
        {"primarySite": "Lung", "histology": "MixedNeoplasm", "mitosesPer2mm2": 22},
    ],
    "metastases": [{"id": "m1", "site": "Liver", "pattern": "Multifocal"}, {"site": "Bone"}],
    "events": [
        {"type": "OctreotideLAR", "status": "stopped", "outcome": "Failed", "date": "2025-11-01"},
        {"type": "TACE", "status": "planned", "date": "2026-04-20", "target": "m1"},
        {"type": "OctreotideScintigraphy", "status": "completed", "result": "Negative"},
        {"type": "Lanreotide", "status": "completed", "date": "2024-05-01"},
        {"type": "CTScan", "status": "completed"},
        {"type": "InterferonAlpha", "status": "active"},
        {"type": "GastrinTest", "status": "completed", "value": 80, "unit": "pg/mL"},
        {"type": "GastrinTest", "status": "completed", "value": 9, "unit": "pmol / L"},
        {"type": "OtherTest", "status": "completed", "value": 8, "unit": "\u00b5g/l", "label": "x"},
        {"type": "OtherTest", "status": "completed", "value": 8, "unit": "ng/mL", "label": "x"},
    ],
}
BARE = {
    "id": "bare",
    "deceasedDate": "2026-03-30",
    "tumors": [{"primarySite": "UnknownPrimary", "differentiation": "PoorlyDifferentiated"}],
    "events": [{"type": "ChromograninATest", "status": "completed", "result": "NotElevated"}],
}
# It contradicts itself, so that there are flags, and no plan.
FUTURE = {
    "id": "future",
    "diseaseExtent": "Localized",
    "tumors": [
        {"id": "a", "primarySite": "Stomach", "grade": "G1", "ki67Percent": 30},
        {"id": "b", "measurements": [{"date": "2026-04-01", "diameterMm": 20}]},
    ],
    "events": [
        {"type": "CompleteResection", "status": "completed", "date": "2026-04-01"},
        {
            "type": "ChromograninATest",
            "status": "completed",
            "result": "Elevated",
            "value": 80,
            "upperReferenceLimit": 100,
        },
    ],
}
# Numbers as ranges: of one grade, of several, and of all.
RANGED = {
    "id": "ranged",
    "tumors": [
        {"id": "a", "ki67MaxExclusive": 3, "mitosesMinInclusive": 2, "mitosesMaxInclusive": 20},
        {"id": "b", "ki67MinExclusive": 20, "mitosesMinInclusive": 5, "grade": "G3"},
        {"id": "c", "ki67MinInclusive": 3, "mitosesMaxInclusive": 1, "grade": "G2"},
    ],
}
CASES = (SURVEILLED, ADVANCED, BARE, FUTURE, RANGED)


@pytest.fixture(scope="module")
def overheard() -> dict[str, list[Run]]:
    """Derive each case once, and keep the queries that were run for it."""
    engine = reference(default_folders())
    return {
        tree["id"]: overhear(engine, case_from_object(tree, schema=engine.schema), AS_OF)
        for tree in CASES
    }


@pytest.mark.many
@pytest.mark.parametrize("id_", [tree["id"] for tree in CASES])
def test_rdflib_gives_what_pyoxigraph_gives(id_: str, overheard: dict[str, list[Run]]) -> None:
    assert overheard[id_]
    assert list(disagreements(overheard[id_])) == []


def test_every_query_is_run_and_says_something(overheard: dict[str, list[Run]]) -> None:
    files = {path.stem for name in ("rules", "plan") for path in (QUERIES / name).glob("*.rq")}
    assert files
    assert {run.name for runs in overheard.values() for run in runs} == files
    speaking = {run.name for runs in overheard.values() for run in runs if run.output}
    assert files - speaking == set()
