"""Check that findings point to the values that they are about, in every format."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from case_inputs import PREFIXES, SCHEMA, plain, read_text
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import JSON, random_case

import netkg
from netkg.api import default_engine
from netkg.case.finding import Finding
from netkg.case.literals import compact
from netkg.case.model import Case
from netkg.case.positions import JsonText
from netkg.case.reading import open_cases

AS_OF = "2026-03-31"
EVENT = {"type": "CTScan", "status": "completed", "date": "2026-01-15"}
TEST = {"type": "ChromograninATest", "status": "completed", "value": 80}


def findings(case: Case) -> tuple[Finding, ...]:
    return default_engine().validate(case, as_of=AS_OF)


def places(case: Case, field: str) -> list[tuple[str, int | None]]:
    """Return pointer and line of each finding on a field, except what is missing."""
    return [(f.pointer, f.line) for f in findings(case) if f.field == field]


def read_cases(text: str) -> list[Case]:
    return [case for case in read_text(text) if isinstance(case, Case)]


def at(tree: Any, pointer: str) -> Any:
    """Return the value of a JSON pointer, by another method than the code under test."""
    for step in pointer.split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        tree = tree[int(key)] if isinstance(tree, list) else tree[key]
    return tree


def case(**more: Any) -> JSON:
    return {"id": "c", "tumors": [{"id": "t1"}], **more}


# -- JSON pointers ------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("tree", "field", "pointer"),
    [
        # What the readers find.
        ({"tumors": [{}]}, "id", ""),
        (case(id=5), "id", "/id"),
        ({"@id": 5, "tumors": [{}]}, "id", "/@id"),
        (case(ki67=3), "ki67", "/ki67"),
        (case(**{"a/b~c": 3}), "a/b~c", "/a~1b~0c"),
        (case(tumors="text"), "tumors", "/tumors"),
        (case(tumors=[None, {}, "text"]), "tumors", "/tumors/2"),
        (case(tumors=[{"id": "a"}, {"id": "a"}]), "tumors.id", "/tumors/1/id"),
        (case(tumors=[{"id": "a"}, {"@id": "a"}]), "tumors.id", "/tumors/1/@id"),
        (case(tumors=[{"id": "tumor-2"}, {}]), "tumors.id", "/tumors/1"),
        (case(tumors=[{"id": []}, {"id": {}}]), "tumors.id", "/tumors/1/id"),
        (case(tumors=[{"@type": "Case"}]), "tumors.type", "/tumors/0/@type"),
        (case(tumors={"grade": ["G1", "G2"]}), "tumors.grade", "/tumors/grade"),
        (case(sex={"a": 1}), "sex", "/sex"),
        (case(events=[EVENT, EVENT | {"type": ["A", "B"]}]), "events.type", "/events/1/type"),
        (case(events=EVENT | {"type": {"a": 1}}), "events.type", "/events/type"),
        # What the shapes find.
        ({"id": "c"}, "tumors", ""),
        (case(tumors=[{}, {"ki67Percent": 250}]), "tumors.ki67Percent", "/tumors/1/ki67Percent"),
        (case(symptoms=["Flushing", None, "Fever"]), "symptoms", "/symptoms/2"),
        (case(symptoms="Fever"), "symptoms", "/symptoms"),
        (case(sex=["man"]), "sex", "/sex/0"),
        (case(events=[EVENT, {"type": "CTScan"}]), "events.status", "/events/1"),
        (case(events=[None, {"status": "planned"}]), "events.type", "/events/1"),
        (case(events=[EVENT | {"type": "X"}]), "events.type", "/events/0/type"),
        (case(events=[{"@type": "X", "status": "planned"}]), "events.type", "/events/0/@type"),
        (case(events=[EVENT | {"target": "t2"}]), "events.target", "/events/0/target"),
        (case(events=[EVENT | {"date": "2026-05-01"}]), "events.date", "/events/0/date"),
        (
            case(tumors=[{"measurements": [{"diameterMm": 3}, {"date": "2026-01-01"}]}]),
            "tumors.measurements.diameterMm",
            "/tumors/0/measurements/1",
        ),
        (
            case(tumors=[{"measurements": {"diameterMm": 0}}]),
            "tumors.measurements.diameterMm",
            "/tumors/0/measurements/diameterMm",
        ),
        # Contradictions, cautions and notices.
        (case(tumors=[{"grade": "G1", "ki67Percent": 30}]), "tumors.grade", "/tumors/0/grade"),
        (
            case(diseaseExtent="Localized", metastases={"site": "Liver"}),
            "diseaseExtent",
            "/diseaseExtent",
        ),
        (case(), "tumors.functionalStatus", "/tumors/0"),
        (
            case(tumors=[{}, {}], events=[EVENT | {"type": "TumorResection"}]),
            "events.target",
            "/events",
        ),
        (
            case(events=[TEST | {"unit": "ng/mL"}, TEST | {"unit": "nmol/L"}]),
            "events.unit",
            "/events/0/unit",
        ),
        (
            case(events=[{"type": "InterferonAlpha", "status": "active"}]),
            "events.type",
            "/events",
        ),
    ],
)
def test_a_finding_points_to_its_value(tree: JSON, field: str, pointer: str) -> None:
    found = places(plain(tree), field)
    assert (pointer, None) in found, found
    at(tree, pointer)


def test_rdf_findings_point_to_records() -> None:
    turtle = (
        PREFIXES + 'ex:c a n:Case ; n:sex "x" ; n:tumors ex:t , [ n:grade "g2" ] .'
        "ex:t n:ki67Percent 250 ; n:measurements [ n:diameterMm 0 ] ."
    )
    (found,) = read_cases(turtle)
    assert places(found, "sex") == [("https://example.org/c", None)]
    assert places(found, "tumors.ki67Percent")[0] == ("https://example.org/t", None)
    assert ("https://example.org/c/tumor/tumor-2", None) in places(found, "tumors.grade")
    (measured,) = places(found, "tumors.measurements.diameterMm")
    assert measured[0] in found.nodes
    (unnamed,) = read_cases(PREFIXES + "[] a n:Case ; n:tumors [] .")
    assert places(unnamed, "id") == [("urn:netkg:unnamed", None)]


def test_findings_that_differ_only_in_their_places_are_equal() -> None:
    one = Finding("Info", "c", "sex", "x", "y", "z", None, "/sex", 4)
    assert one == Finding("Info", "c", "sex", "x", "y", "z", None, "/a", 5)
    assert list(one.to_dict())[-3:] == ["statement", "pointer", "line"]


# -- lines --------------------------------------------------------------------------------
MANY = '\n[{"id": "a", "tumors": [\n{}]},\n\n  {"id": "b",\n "tumors": [{\n"grade":\n"g2"}]}]'


def test_lines_in_one_object() -> None:
    text = '{"id": "c", "ki": 1,\n\n "tumors": [\n  {"ki67Percent":\n   250}]}'
    (found,) = read_cases(text)
    assert places(found, "ki") == [("/ki", 1)]
    assert places(found, "tumors.ki67Percent")[0] == ("/tumors/0/ki67Percent", 5)
    assert places(found, "tumors.functionalStatus") == [("/tumors/0", 4)]
    (marked,) = read_cases("\ufeff" + text.replace("\n", "\r\n"))
    assert places(marked, "tumors.functionalStatus") == [("/tumors/0", 4)]


def test_lines_in_a_list() -> None:
    first, second = read_cases(MANY)
    assert places(first, "tumors.functionalStatus") == [("/tumors/0", 3)]
    assert places(second, "tumors.grade")[0] == ("/tumors/0/grade", 8)
    assert places(second, "diseaseExtent") == [("", 5)]


def test_lines_in_ndjson(tmp_path: Path) -> None:
    path = tmp_path / "cases.ndjson"
    path.write_text('{"id": "a", "tumors": [{}]}\n\n{"id": "b", "sex": "x", "tumors": [{}]}\n')
    found = [each for each in open_cases(path, schema=SCHEMA) if isinstance(each, Case)]
    assert places(found[1], "sex") == [("/sex", 3)]


def test_a_number_of_many_digits_ahead_of_a_value_is_skipped() -> None:
    text = '{"a": ' + "1" * 5000 + ',\n "tumors": [[], {}, "\\"]", 2]}'
    assert JsonText(text).line("/tumors/3") == 2


def test_lines_are_in_every_answer_about_an_invalid_file(tmp_path: Path) -> None:
    path = tmp_path / "case.json"
    path.write_text('{"id": "c", "tumors": [\n{"grade": "g2"}]}')
    plan, found = netkg.derive(path, as_of=AS_OF), netkg.validate(path, as_of=AS_OF)
    assert plan.findings == tuple(found)
    assert [each.line for each in plan.findings][:1] == [2]
    assert "line 2" in str(plan._repr_markdown_())
    assert "line 2" in str(found._repr_html_())


# -- random mistakes ----------------------------------------------------------------------
WRONG: list[Any] = ["zzz", "", -1, 10**9, [], ["zzz", "yyy"], {"a": 1}, "2026-02-30", None, True]


def leaves(tree: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every value within a tree, as its container and its key or index."""
    for key, value in tree.items() if isinstance(tree, dict) else enumerate(tree):
        yield tree, key
        if isinstance(value, dict | list):
            yield from leaves(value)


def mutated(seed: int) -> JSON:
    rng = random.Random(seed)
    tree: JSON = copy.deepcopy(random_case(rng))
    for _ in range(rng.randint(1, 3)):
        container, key = rng.choice(list(leaves(tree)))
        if isinstance(container, dict) and rng.random() < 0.3:
            container[f"{key}/x~"] = container.pop(key)
        else:
            container[key] = copy.deepcopy(rng.choice(WRONG))
    return tree


def forms(value: Any) -> set[str]:
    """Return the ways in which a finding may write a value."""
    items = [item for item in value if item is not None] if isinstance(value, list) else [value]
    written = {compact(value), ", ".join(map(str, items))}
    return written | {compact(items), *map(compact, items)}


@settings(max_examples=40, deadline=None)
@given(st.integers(min_value=0, max_value=2**32))
def test_a_finding_on_a_mutated_case_points_to_what_it_found(seed: int) -> None:
    tree = mutated(seed)
    text = json.dumps(tree, indent=1)
    (found,) = read_cases(text)
    lines = text.split("\n")
    for each in findings(found):
        value, step = at(tree, each.pointer), each.pointer.rpartition("/")[2]
        key = step.replace("~1", "/").replace("~0", "~")
        assert each.line is not None
        line = lines[each.line - 1].strip()
        assert line.startswith(f'"{key}": ' if not step.isdecimal() and step else tuple('{["-1t'))
        if each.severity != "Violation":
            continue
        name = each.field.rpartition(".")[2]
        if each.found == "nothing":
            assert not isinstance(value, dict) or value.get(name) in (None, [], [None])
        elif each.found == compact(key) and "no key" in each.message:
            assert each.field.endswith(key)
        elif "used twice" in each.message:
            assert isinstance(value, dict) or compact(value) == each.found
        else:
            assert each.found in forms(value), (each, value)


def test_a_finding_names_the_values_at_other_places() -> None:
    """One finding per focus, field and statement is about all of its kind."""
    events = [
        {"type": "CTScan", "status": "performed"},
        {"type": "MRIScan", "status": "aborted"},
        {"type": "MRIScan", "status": "aborted"},
    ]
    for written in (events, events[::-1]):
        found = netkg.validate(case(events=written), as_of="2026-03-31")
        (one,) = [each for each in found if each.field == "events.status"]
        assert one.message.endswith(' Also check "performed" and 1 other place like it.')
    alone = netkg.validate(case(events=events[:1]), as_of="2026-03-31")
    assert not any("Also check" in each.message for each in alone)
