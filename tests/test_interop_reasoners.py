"""Check with reasoners of others that the ontology is sound, and that they find the same members.

HermiT and Pellet implement OWL 2 DL, and the axioms of the ontology are all that they share with
netkg: the members of the populations follow from the facts about a case by these axioms alone.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pyoxigraph as ox
import pytest
from house_files import MODULES, NETKG, ROOT
from reasoners import CLASSIFIERS, Found, profiles, write
from strategies import random_case

from netkg.case.loading import load_case
from netkg.case.model import Case
from netkg.export.merged import read_merged
from netkg.export.ontology import FILES, release
from netkg.ontology.schema import FIRST, NIL, REST, SUBCLASS, TYPE, Schema, netkg, owl
from netkg.plan.engine import Engine, Examination

CATALOG = ROOT / "ontology" / "catalog-v001.xml"
PROFILES = ("OWL 2 DL", "OWL 2 RL")
AS_OF = date(2026, 3, 31)
CASES = 100
# Cases in one run of a reasoner: much of its time is for the ontology alone.
TOGETHER = 10

Members = frozenset[tuple[str, str]]


def populations(schema: Schema) -> dict[str, str]:
    """Return the population of each statement that has one of its own, by the statement."""
    return {
        quad.subject.value.removeprefix(NETKG): quad.object.value
        for quad in schema.store.quads_for_pattern(None, netkg("appliesTo"), None)
        if not schema.is_record(quad.object)
    }


def examined(number: int, engine: Engine) -> tuple[Case, Examination] | None:
    """Return a random case with what netkg derives from it; None if it has a violation."""
    raw = {**random_case(random.Random(number)), "id": f"case-{number}"}
    case = load_case(raw, schema=engine.schema)
    found = engine.examine(case, as_of=AS_OF)
    return (case, found) if found.plan.conforms else None


def in_plan(case: Case, found: Examination, classes: dict[str, str]) -> Members:
    """Return the members of the populations as the plan shows them."""
    nodes = {name: node for node, name in reversed(list(case.names.items()))}
    return frozenset(
        (case.node.value if row.level == "case" else nodes[focus.focus], classes[row.id])
        for row in found.plan.recommendations
        for focus in row.foci
        if focus.verdict == "applicable" and row.id in classes
    )


def sound_cases(count: int, first: int, engine: Engine) -> list[tuple[Case, Examination]]:
    """Return cases with a plan, from a random number on."""
    found: list[tuple[Case, Examination]] = []
    while len(found) < count:
        if (each := examined(first, engine)) is not None:
            found.append(each)
        first += 1
    return found


def compared(
    cases: list[tuple[Case, Examination]],
    classify: Callable[[Path], Found],
    engine: Engine,
    folder: Path,
) -> Found:
    """Check that a reasoner finds the members of the populations that netkg finds."""
    classes = populations(engine.schema)
    triples, of_criteria, of_plans = list(read_merged().triples), set(), set()
    for case, found in cases:
        triples += case.triples
        for triple in found.inferred:
            if triple.predicate == TYPE and triple.object.value in classes.values():
                of_criteria.add((triple.subject.value, triple.object.value))
            else:
                triples.append(triple)
        of_plans |= in_plan(case, found, classes)
    assert of_criteria == of_plans
    assert len(of_plans) > len(cases)
    result = classify(write(triples, folder))
    assert result.unsatisfiable == frozenset()
    records = {node for case, _ in cases for node in case.names} | {
        case.node.value for case, _ in cases
    }
    members = {
        (node, class_)
        for node, class_ in result.members
        if node in records and class_ in classes.values()
    }
    assert members == of_plans
    return result


@pytest.mark.interop
def test_the_ontology_and_its_release_are_in_owl_2_dl_and_rl(tmp_path: Path) -> None:
    for name, content in release():
        (tmp_path / name).write_bytes(content)
    files = [ROOT / "ontology" / "netkg.ttl", *(tmp_path / FILES[f] for f in ("rdfxml", "turtle"))]
    found = profiles(CATALOG, *files)
    assert found == {(file, profile): [] for file in files for profile in PROFILES}


@pytest.mark.batch
def test_every_module_alone_is_in_owl_2_dl_and_rl() -> None:
    """Each module is read with what it imports by the catalog, as an editor reads it."""
    found = profiles(CATALOG, *MODULES)
    assert found == {(file, profile): [] for file in MODULES for profile in PROFILES}


@pytest.mark.batch
def test_the_owl_api_finds_what_is_outside(tmp_path: Path) -> None:
    # A property that is not declared is in neither profile, a complement above a class in DL.
    case, tumor = netkg("Case"), netkg("Tumor")
    undeclared = ox.Triple(tumor, ox.NamedNode("https://example.org/undeclared"), case)
    above = [
        ox.Triple(tumor, SUBCLASS, ox.BlankNode("union")),
        ox.Triple(ox.BlankNode("union"), TYPE, owl("Class")),
        ox.Triple(ox.BlankNode("union"), owl("oneOf"), ox.BlankNode("list")),
        ox.Triple(ox.BlankNode("list"), FIRST, netkg("G1")),
        ox.Triple(ox.BlankNode("list"), REST, NIL),
    ]
    triples = read_merged().triples
    file = write([*triples, undeclared], tmp_path)
    assert all("undeclared" in "".join(each) for each in profiles(CATALOG, file).values())
    found = profiles(CATALOG, write([*triples, *above], tmp_path))
    assert [len(found[file, profile]) for profile in PROFILES] == [0, 1]


@pytest.mark.batch
def test_a_module_that_lacks_an_import_is_found(tmp_path: Path) -> None:
    """Without the declaration of its property, a restriction is not one of OWL 2 DL."""
    copy = Path(shutil.copytree(ROOT / "ontology", tmp_path / "ontology"))
    module = copy / "tumor-sites.ttl"
    text = module.read_text(encoding="utf-8")
    lines = [line for line in text.splitlines(keepends=True) if "owl:imports" not in line]
    module.write_text("".join(lines).replace('"0.1.0" ;', '"0.1.0"'), encoding="utf-8")
    found = profiles(copy / "catalog-v001.xml", module)
    assert all(found.values())


@pytest.mark.interop
def test_reasoners_find_no_class_without_a_possible_member(engine: Engine, tmp_path: Path) -> None:
    """The reasoners agree on every member of every class, and on two cases with netkg."""
    results = [
        compared(sound_cases(2, 0, engine), classify, engine, tmp_path)
        for classify in CLASSIFIERS.values()
    ]
    assert results[0] == results[1]
    assert len(results[0].members) > 500


@pytest.mark.batch
@pytest.mark.parametrize("reasoner", CLASSIFIERS)
def test_a_class_without_a_possible_member_is_found(reasoner: str, tmp_path: Path) -> None:
    # Cases and tumors are disjoint, so that nothing can be both.
    both = ox.NamedNode("https://example.org/Both")
    triples = [
        ox.Triple(both, TYPE, owl("Class")),
        ox.Triple(both, SUBCLASS, netkg("Case")),
        ox.Triple(both, SUBCLASS, netkg("TumorInPlace")),
    ]
    found = CLASSIFIERS[reasoner](write([*read_merged().triples, *triples], tmp_path))
    assert found.unsatisfiable == {both.value}


@pytest.mark.batch
@pytest.mark.parametrize("first", range(0, CASES, TOGETHER))
@pytest.mark.parametrize("reasoner", CLASSIFIERS)
def test_a_reasoner_finds_the_members_that_netkg_finds(
    reasoner: str, first: int, engine: Engine, tmp_path: Path
) -> None:
    # Numbers far apart, so that no case is in two runs.
    cases = sound_cases(TOGETHER, first * 1000, engine)
    compared(cases, CLASSIFIERS[reasoner], engine, tmp_path)
