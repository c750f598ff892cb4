"""Check the classes that records are inferred to belong to."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from strategies import random_case

from netkg.case.loading import load_case
from netkg.namespaces import NETKG, RDF
from netkg.ontology.schema import TYPE
from netkg.plan.engine import Engine, Examination
from netkg.query.ask import ask
from netkg.reasoning.closure import entailed_types

AS_OF = "2026-03-31"
EXAMPLES = Path(__file__).resolve().parent.parent / "examples"


def examined(engine: Engine, case: Any) -> Examination:
    return engine.examine(load_case(case, schema=engine.schema), as_of=AS_OF)


def classes(found: Examination, node: str = "") -> set[str]:
    """Return the local names of the inferred classes of a record, by default the first tumor."""
    node = node or found.case.tumors[0].value
    return {
        triple.object.value.removeprefix(NETKG)
        for triple in found.inferred
        if triple.predicate == TYPE and triple.subject.value == node
    }


def tumor(**fields: Any) -> dict[str, Any]:
    return {"id": "c", "tumors": [{"id": "t", **fields}]}


@pytest.mark.parametrize(
    ("fields", "expected", "excluded"),
    [
        (
            {"primarySite": "Pancreas", "differentiation": "WellDifferentiated", "ki67Percent": 8},
            {"PancreaticNeuroendocrineTumor", "NeuroendocrineTumorG2", "NeuroendocrineNeoplasm"},
            {"NeuroendocrineTumorG1", "FunctioningNeoplasm", "NeuroendocrineCarcinoma", "Tumor"},
        ),
        (
            {"primarySite": "Pancreas", "hormonalSyndrome": "InsulinomaSyndrome"},
            {"Insulinoma", "FunctioningNeoplasm", "PancreaticNeuroendocrineNeoplasm"},
            {"PancreaticNeuroendocrineTumor", "Gastrinoma"},
        ),
        (
            {"primarySite": "Lung", "histology": "SmallCellNeuroendocrineCarcinoma"},
            {"SmallCellLungCarcinoma", "NeuroendocrineCarcinoma", "PoorlyDifferentiatedTumor"},
            {"NeuroendocrineTumor"},
        ),
        ({}, {"Record", "TumorWithoutKi67"}, {"NeuroendocrineTumor", "KnownPrimaryTumor"}),
    ],
    ids=["grade 2 of the pancreas", "insulinoma", "small cell", "unknown"],
)
def test_a_tumor_has_every_class_whose_definition_it_meets(
    engine: Engine, fields: dict[str, Any], expected: set[str], excluded: set[str]
) -> None:
    found = classes(examined(engine, tumor(**fields)))
    assert expected <= found
    assert not excluded & found


def test_an_event_belongs_to_all_classes_above_its_type(engine: Engine) -> None:
    case = {**tumor(), "events": [{"type": "MRIScan", "status": "completed"}]}
    found = examined(engine, case)
    (event,) = found.case.records
    assert {"ConventionalImaging", "ImagingStudy", "DiagnosticTest"} <= classes(found, event)
    assert "MRIScan" not in classes(found, event)  # asserted


def test_what_falls_into_a_gap_is_among_the_types(engine: Engine) -> None:
    found = examined(engine, tumor(primarySite="Pancreas", ki67Percent=2.5))
    assert "GAP-KI67" in found.plan.gaps
    assert "GAP-KI67-Condition" in classes(found)


def test_an_invalid_case_has_types_but_no_population(engine: Engine) -> None:
    fields = {"primarySite": "Pancreas", "differentiation": "WellDifferentiated"}
    sound = classes(examined(engine, tumor(**fields, ki67Percent=8)))
    found = examined(engine, tumor(**fields, ki67Percent=8, grade="G1"))
    assert not found.plan.conforms
    assert "PancreaticNeuroendocrineTumor" in classes(found)
    of_guideline = ("-Population", "-Condition")
    assert [name for name in sound if name.endswith(of_guideline)]
    assert not [name for name in classes(found) if name.endswith(of_guideline)]


def test_a_cohort_is_queried_by_class_in_one_line() -> None:
    grade_2 = "?tumor a netkg:PancreaticNeuroendocrineTumor , netkg:NeuroendocrineTumorG2"
    cases = [
        {"id": "a", "tumors": [{"id": "x", "primarySite": "Pancreas", "grade": "G2"}]},
        tumor(primarySite="Pancreas", differentiation="WellDifferentiated", ki67Percent=5),
        {"id": "b", "tumors": [{"id": "y", "primarySite": "Ileum", "ki67Percent": 5}]},
    ]
    rows = ask(f"SELECT ?tumor {{ {grade_2} }}", cases=cases, as_of=AS_OF).rows
    assert [row[0] for row in rows] == ["urn:netkg:case:a/tumor/x", "urn:netkg:case:c/tumor/t"]


@pytest.mark.batch
def test_the_reasoner_entails_the_same_types(engine: Engine) -> None:
    # Gaps also ask for what the plan has found out.
    gaps = {gap.condition.class_ for gap in engine.catalogue.gaps}
    found = []
    for seed in range(40):
        each = examined(engine, {**random_case(random.Random(seed)), "id": f"case-{seed}"})
        if each.plan.conforms:
            found.append(each)
    assert len(found) > 8
    found = found[:8]
    asserted = [triple for each in found for triple in each.case.triples]
    inferred = [triple for each in found for triple in each.inferred]
    types = {
        (triple.subject.value, triple.object.value)
        for triple in (*asserted, *inferred)
        if triple.predicate.value == RDF + "type"
    }
    facts = [*asserted, *(triple for triple in inferred if triple.predicate != TYPE)]
    entailed = {
        (node, class_)
        for node, class_ in entailed_types(engine.schema, facts)
        if class_.startswith(NETKG) and class_ not in gaps and node.startswith("urn:netkg:case:")
    }
    known = {node for node, _ in entailed}
    assert len(known) > 20
    ours = {(node, class_) for node, class_ in types if node in known and class_ not in gaps}
    assert ours == entailed
