"""Check that contradictions are raised that owlrl, the reference, hides in the graph."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from netkg.api import default_engine
from netkg.errors import Contradiction
from netkg.namespaces import RDF
from netkg.ontology.schema import netkg
from netkg.reasoning.closure import entailed_types

pytestmark = pytest.mark.many

SCHEMA = default_engine().schema
TUMOR = ox.NamedNode("urn:example:tumor")
TYPED = ox.Triple(TUMOR, ox.NamedNode(RDF + "type"), netkg("Tumor"))


def fact(property_: str, value: str) -> ox.Triple:
    return ox.Triple(TUMOR, netkg(property_), netkg(value))


@pytest.mark.slow
def test_what_the_ontology_entails_of_a_tumor() -> None:
    facts = [
        TYPED,
        fact("primarySite", "Pancreas"),
        fact("differentiationInUse", "WellDifferentiated"),
    ]
    entailed = entailed_types(SCHEMA, facts)
    for class_ in ("PancreaticNeuroendocrineTumor", "NeuroendocrineTumor", "KnownPrimaryTumor"):
        assert (TUMOR.value, netkg(class_).value) in entailed
    assert (TUMOR.value, netkg("NeuroendocrineCarcinoma").value) not in entailed


@pytest.mark.slow
def test_a_contradiction_raises_with_the_two_facts_that_clash() -> None:
    facts = [
        TYPED,
        fact("differentiationInUse", "WellDifferentiated"),
        fact("differentiationInUse", "PoorlyDifferentiated"),
    ]
    with pytest.raises(Contradiction) as raised:
        entailed_types(SCHEMA, facts)
    assert len(raised.value.facts) == 2
    assert all(TUMOR.value in text or "Differentiated" in text for text in raised.value.facts)


@pytest.mark.slow
def test_disjoint_classes_name_the_individual_and_both_classes() -> None:
    facts = [
        TYPED,
        fact("functionalStatusInUse", "Functioning"),
        fact("functionalStatusInUse", "NonFunctioning"),
    ]
    with pytest.raises(Contradiction) as raised:
        entailed_types(SCHEMA, facts)
    first, second = raised.value.facts
    assert first.startswith(f"{TUMOR.value} is a ")
    assert second.startswith(f"{TUMOR.value} is a ")
    assert first != second
