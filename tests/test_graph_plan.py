"""Check the order of importance in the view of a plan: treatments, and what decides them."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree

import networkx as nx
import pytest

from netkg.case.loading import load_case
from netkg.case.model import Case
from netkg.graph import Drawing, draw, write
from netkg.graph.layout.place import place
from netkg.graph.layout.text import text_width
from netkg.graph.views.parts import PARTS, place_of
from netkg.plan.engine import Engine
from netkg.plan.model import Plan
from netkg.render.first_screen import FirstScreen

ROOT = Path(__file__).resolve().parent.parent
FILES = [
    *sorted((ROOT / "examples").glob("*.json")),
    *sorted((ROOT / "examples" / "cautions").glob("*.json")),
]
AS_OF = date(2026, 3, 31)
SVG = "{http:" + "//www.w3.org/2000/svg}"
RECORDED = {"given treatment", "planned treatment", "declined treatment"}


def event(type_: str, date_: str, status: str = "completed", **more: str) -> dict[str, str]:
    return {"type": type_, "status": status, "date": date_, **more}


CASES: Final[dict[str, dict[str, Any]]] = {
    "primary not found": {
        "diseaseExtent": "UnresectableOrAdvanced",
        "tumors": [
            {
                "id": "t",
                "primarySite": "UnknownPrimary",
                "histology": "NeuroendocrineTumor",
                "ki67Percent": 8,
                "functionalStatus": "NonFunctioning",
            }
        ],
        "metastases": [{"id": "liver", "site": "Liver", "pattern": "Multifocal"}],
        "events": [event("Gallium68DotaPeptidePET", "2026-02-10", result="Positive")],
    },
    "analog given": {
        "diseaseExtent": "UnresectableOrAdvanced",
        "diseaseCourse": "Progressive",
        "tumors": [
            {
                "id": "t",
                "primarySite": "Ileum",
                "histology": "NeuroendocrineTumor",
                "ki67Percent": 5,
                "hormonalSyndrome": ["CarcinoidSyndrome"],
            }
        ],
        "metastases": [{"id": "liver", "site": "Liver", "pattern": "Multifocal"}],
        "events": [
            event("Lanreotide", "2024-05-06", "active"),
            event("TAE", "2026-02-02", "declined"),
            event("Lutetium177Dotatate", "2026-05-04", "planned"),
            event("Gallium68DotaPeptidePET", "2026-01-19", result="Positive"),
        ],
    },
    "carcinoma": {
        "diseaseExtent": "UnresectableOrAdvanced",
        "tumors": [
            {
                "id": "t",
                "primarySite": "Pancreas",
                "histology": "NeuroendocrineCarcinoma",
                "ki67Percent": 70,
            }
        ],
        "metastases": [{"id": "bone", "site": "Bone"}],
    },
    "two tumors, one removed": {
        "diseaseExtent": "Localized",
        "fitForSurgery": True,
        "men1Status": "Positive",
        "tumors": [
            {
                "id": "tail",
                "primarySite": "Pancreas",
                "location": "Peripheral",
                "histology": "NeuroendocrineTumor",
                "ki67Percent": 2,
                "hormonalSyndrome": ["InsulinomaSyndrome"],
                "measurements": [{"date": "2026-02-05", "diameterMm": 15}],
            },
            {
                "id": "head",
                "primarySite": "Pancreas",
                "location": "Central",
                "histology": "NeuroendocrineTumor",
                "ki67Percent": 1,
                "functionalStatus": "NonFunctioning",
                "measurements": [{"date": "2026-02-05", "diameterMm": 8}],
            },
        ],
        "events": [event("Enucleation", "2026-03-02", target="tail")],
    },
    "nothing known": {"tumors": [{"id": "t"}]},
    "planned long ago": {
        "diseaseExtent": "Localized",
        "fitForSurgery": True,
        "tumors": [{"id": "t", "primarySite": "Pancreas", "location": "Peripheral"}],
        "events": [event("Enucleation", "2024-01-15", "planned", target="t")],
    },
    "treated twice on one day": {
        "tumors": [{"id": "t", "primarySite": "Lung"}],
        "events": [event("TACE", "2025-05-05"), event("TACE", "2025-05-05")],
    },
}
NAMES = [*(path.stem for path in FILES), *CASES]
Drawn = tuple[Case, Plan, Drawing]
each = pytest.mark.parametrize("name", NAMES)


@pytest.fixture(scope="module")
def drawings(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Drawn]:
    """Draw the plan of every example, and of every case in this module."""
    folder = tmp_path_factory.mktemp("cases")
    paths = list(FILES)
    for name, body in CASES.items():
        paths.append(folder / f"{name}.json")
        paths[-1].write_text(json.dumps({"id": "c", **body}), encoding="utf-8")
    found = {}
    for path in paths:
        case = load_case(str(path), schema=engine.schema)
        plan = engine.derive(case, as_of=AS_OF)
        found[path.stem] = case, plan, draw(engine, "plan", case=case, plan=plan, as_of=AS_OF)
    return found


def both(drawing: Drawing) -> list[nx.MultiDiGraph]:
    return [drawing.shown, drawing.whole]


def steps(graph: nx.MultiDiGraph) -> list[dict[str, Any]]:
    """Return the statements and what was folded of them, from the top of the column down."""
    boxes = place(graph).boxes
    found = [id_ for id_, data in graph.nodes(data=True) if "part" in data]
    assert len({boxes[id_].x for id_ in found}) == 1
    return [graph.nodes[id_] for id_ in sorted(found, key=lambda id_: boxes[id_].y)]


# -- the order ---------------------------------------------------------------------------------
@each
def test_the_parts_are_in_the_order_of_the_first_screen(
    drawings: dict[str, Drawn], name: str
) -> None:
    shown = drawings[name][2].shown
    parts = [PARTS.index(data["part"]) for data in steps(shown)]
    assert parts == sorted(parts)
    assert len(parts) > 4
    headings = [part for _, _, part in sorted(place(shown).parts, key=lambda each: each[1])]
    assert headings == [PARTS[part] for part in sorted(set(parts))]


@each
def test_treatments_come_before_other_steps(drawings: dict[str, Drawn], name: str) -> None:
    _, plan, drawing = drawings[name]
    treatments = {row.id for row in plan.recommendations if row.is_treatment}
    for graph in both(drawing):
        for data in graph.nodes.values():
            if "statement" in data:
                assert ("treatment" in data) == (data["statement"] in treatments)
    seen = [data for data in steps(drawing.shown) if data.get("status") != "superseded"]
    places = [n for n, data in enumerate(seen) if "treatment" in data]
    assert places == list(range(len(places)))
    wanted = {
        (row.id, focus.focus)
        for row in plan.recommendations
        for focus in row.foci
        if row.is_treatment and focus.verdict != "not-applicable"
    }
    drawn = {(data["statement"], data["focus"]) for data in seen if "statement" in data}
    drawn |= {(d["statement"], d["focus"]) for d in steps(drawing.shown) if "statement" in d}
    assert wanted <= drawn


def test_the_formats_list_treatments_first(drawings: dict[str, Drawn]) -> None:
    graph = drawings["analog given"][2].shown
    kinds = [data["kind"] for data in graph.nodes.values()]
    assert set(kinds[:3]) == RECORDED
    body = json.loads(str(write(graph, "json")))
    parts = [PARTS.index(node["part"]) for node in body["nodes"] if "part" in node]
    assert parts == sorted(parts)


# -- treatments on record ------------------------------------------------------------------------
@each
def test_treatments_on_record_are_shown_with_status_and_date(
    drawings: dict[str, Drawn], name: str
) -> None:
    _, plan, drawing = drawings[name]
    for graph in both(drawing):
        nodes = {id_: d for id_, d in graph.nodes(data=True) if d["kind"] in RECORDED}
        wanted = Counter((event.date, event.status) for event in plan.treatments)
        assert {(d.get("date"), d["eventStatus"]) for d in nodes.values()} == set(wanted)
        for event in plan.treatments:
            (node,) = (
                id_
                for id_, data in nodes.items()
                if data["iri"].endswith(f"#{event.type}")
                and data.get("date") == event.date
                and data["eventStatus"] == event.status
                and (event.remark or "") in data["label"]
            )
            assert event.label in nodes[node]["label"]
            assert event.status in nodes[node]["label"]
            assert (event.date or "") in nodes[node]["label"]
            not_given = {"planned", "declined"} & {event.status}
            assert nodes[node]["kind"] == f"{not_given.pop() if not_given else 'given'} treatment"
            counts = [t for _, t, kind in graph.out_edges(node, keys=True) if kind == "counts for"]
            assert bool(counts) == bool(event.statements)
            if graph is drawing.whole:
                assert {graph.nodes[t]["statement"] for t in counts} == set(event.statements)


def test_a_treatment_counts_for_the_tumor_that_it_concerns(drawings: dict[str, Drawn]) -> None:
    graph = drawings["two tumors, one removed"][2].whole
    (node,) = (id_ for id_, data in graph.nodes(data=True) if data["kind"] == "given treatment")
    counts = [t for _, t, kind in graph.out_edges(node, keys=True) if kind == "counts for"]
    foci = {graph.nodes[t]["focus"] for t in counts if graph.nodes[t]["level"] == "tumor"}
    assert "head" not in foci
    assert graph.nodes[node]["says"] == "tail"


def test_equal_treatments_are_one_node_with_their_number(drawings: dict[str, Drawn]) -> None:
    graph = drawings["treated twice on one day"][2].shown
    (data,) = (data for data in graph.nodes.values() if data["kind"] == "given treatment")
    assert data["says"] == "2 times"


def test_a_treatment_that_is_a_fact_is_drawn_once(drawings: dict[str, Drawn]) -> None:
    graph = drawings["analog given"][2].whole
    (node,) = (id_ for id_, data in graph.nodes(data=True) if "lanreotide, " in data["label"])
    kinds = {kind for _, _, kind in graph.out_edges(node, keys=True)}
    assert {"counts for", "gives"} <= kinds


@each
def test_treatments_on_record_are_at_the_top(drawings: dict[str, Drawn], name: str) -> None:
    graph = drawings[name][2].shown
    boxes = place(graph).boxes
    column = [id_ for id_, data in graph.nodes(data=True) if data["column"] == 0]
    column.sort(key=lambda id_: boxes[id_].y)
    first = [graph.nodes[id_]["kind"] in RECORDED for id_ in column]
    assert first == sorted(first, reverse=True)


# -- open questions ------------------------------------------------------------------------------
@each
def test_every_undetermined_treatment_is_next_to_a_question(
    drawings: dict[str, Drawn], name: str
) -> None:
    _, plan, drawing = drawings[name]
    undetermined = {
        (row.id, focus.focus)
        for row in plan.recommendations
        for focus in row.foci
        if row.is_treatment and focus.verdict == "undetermined"
    }
    for graph in both(drawing):
        linked = set()
        for question, target, kind in graph.edges(keys=True):
            if kind == "decides":
                asked, data = graph.nodes[question], graph.nodes[target]
                assert asked["kind"] == "question"
                assert asked["column"] == data["column"] - 1
                linked.add((data.get("statement"), data.get("focus")))
        assert undetermined <= linked


@each
def test_each_missing_field_is_in_one_question(drawings: dict[str, Drawn], name: str) -> None:
    _, plan, drawing = drawings[name]
    wanted = Counter(
        {
            path
            for row in plan.recommendations
            for focus in row.foci
            for paths in focus.missing
            for path in paths
        }
    )
    for graph in both(drawing):
        asked = [data for data in graph.nodes.values() if data["kind"] == "question"]
        assert Counter(path for data in asked for path in data["field"].split(", ")) == wanted
        assert all(data["label"].endswith("?") for data in asked)


def test_a_question_decides_what_the_plan_says(drawings: dict[str, Drawn]) -> None:
    _, plan, drawing = drawings["primary not found"]
    for dependency in plan.depends_on:
        question = f"question {', '.join(dependency.fields)}"
        targets = {drawing.whole.nodes[t]["statement"] for t in drawing.whole.successors(question)}
        assert targets == set(dependency.decides)
    assert {"TX-15", "TX-23"} <= set(drawing.shown.successors("question tumors.primarySite"))


# -- what everyone has to know -------------------------------------------------------------------
@each
def test_the_cautions_are_those_of_the_first_screen(drawings: dict[str, Drawn], name: str) -> None:
    _, plan, drawing = drawings[name]
    parts = {part.name: part for part in FirstScreen(plan).parts}
    items = parts["Caution"].lines if "Caution" in parts else ()
    wanted = [item.words for item in items if item.tone not in ("", "alert")]
    for graph in both(drawing):
        assert [d["label"] for d in graph.nodes.values() if d["kind"] == "caution"] == wanted


def test_some_plan_has_a_caution(drawings: dict[str, Drawn]) -> None:
    kinds = {d["kind"] for *_, drawing in drawings.values() for d in drawing.shown.nodes.values()}
    assert "caution" in kinds


def test_the_plan_of_a_patient_who_died_says_so(engine: Engine) -> None:
    body = {
        "id": "c",
        "diseaseExtent": "Localized",
        "deceasedDate": "2025-06-01",
        "tumors": [{"id": "t", "primarySite": "Pancreas", "ki67Percent": 1}],
        "events": [event("OctreotideLAR", "2025-01-20", "active")],
    }
    case = load_case(body, schema=engine.schema)
    for graph in both(draw(engine, "plan", case=case, as_of=AS_OF)):
        assert graph.graph["name"] == "Plan of c (deceased), as of 2026-03-31"
        assert graph.graph["note"].startswith("Deceased: Nothing is to be done any more")
        parts = {data["part"] for data in graph.nodes.values() if "part" in data}
        assert parts == {"Closed", "Does not apply"}
        assert "question" not in {data["kind"] for data in graph.nodes.values()}


def test_a_plan_names_its_day_and_whether_it_has_passed(drawings: dict[str, Drawn]) -> None:
    graph = drawings["planned long ago"][2].whole
    said = {data["says"] for data in graph.nodes.values() if data.get("status") == "planned"}
    assert said == {"planned for 2024-01-15 (past)"}


@each
def test_a_fold_names_its_statements_with_their_days(drawings: dict[str, Drawn], name: str) -> None:
    shown, whole = drawings[name][2].shown.nodes, drawings[name][2].whole.nodes
    for data in shown.values():
        if data["kind"] == "gap" or "listed" not in data:
            continue
        held = [whole[id_] for id_ in json.loads(data["members"]) if "statement" in whole[id_]]
        lines = data["listed"].split("\n")
        counts = Counter(each["label"] for each in held)
        for each in held:
            word = "alert" if each["kind"] == "alert" else each["status"]
            if counts[each["label"]] > 1:
                line = f"{each['label']} · {counts[each['label']]} times"
            else:
                said = each["says"] if each["says"] != word else ""
                line = " · ".join(filter(None, (each["label"], said)))
            assert line in lines
            assert "for everyone" not in data["label"] or line == each["label"]


# -- words and marks -----------------------------------------------------------------------------
@each
def test_people_see_labels(engine: Engine, drawings: dict[str, Drawn], name: str) -> None:
    internal = {
        name
        for name, label in engine.labels.items()
        if re.search("[a-z0-9][A-Z]|[A-Z]{2}[a-z]", name) and name not in label
    }
    assert {"functionalStatus", "MRIScan", "ki67Percent"} <= internal
    for graph in both(drawings[name][2]):
        for data in graph.nodes.values():
            if data["kind"] == "caution":
                continue  # the message of a finding, which may name what to write instead
            words = " ".join(data.get(key, "") for key in ("label", "says", "listed"))
            found = re.findall(r"\w+", words)
            assert not internal & set(found), words
            assert not re.search(r"\b(tumors|metastases|events)\.\w", words)


def test_every_format_marks_treatments(drawings: dict[str, Drawn]) -> None:
    graph = drawings["analog given"][2].shown
    count = sum("treatment" in data for data in graph.nodes.values())
    assert count > 6
    assert (
        str(write(graph, "dot")).count("class=treatment ")
        + str(write(graph, "dot")).count('class="treatment ')
        == count
    )
    # The legend has an entry that is bold, too.
    (line,) = re.findall(r"class ([kn\d,]+) treatment\n", str(write(graph, "mermaid")))
    assert [name[0] for name in line.split(",")] == ["k", *["n"] * count]
    for format in ("json", "cytoscape"):
        assert str(write(graph, format)).count('"treatment": true') == count
    read = nx.parse_graphml(str(write(graph, "graphml")), force_multigraph=True)
    assert sum(data.get("treatment", False) for data in read.nodes.values()) == count
    gexf = ElementTree.fromstring(str(write(graph, "gexf")))
    titles = {e.get("title"): e.get("id") for e in gexf.iter() if e.tag.endswith("}attribute")}
    values = [e for e in gexf.iter() if e.tag.endswith("}attvalue")]
    assert sum(e.get("for") == titles["treatment"] for e in values) == count
    assert str(write(graph, "html")).count('"bold":true') == count


def test_the_picture_marks_treatments_and_names_the_parts(drawings: dict[str, Drawn]) -> None:
    graph = drawings["analog given"][2].shown
    root = ElementTree.fromstring(str(write(graph, "svg")))
    groups = [(e.get("class", "").split(), e) for e in root.iter(f"{SVG}g")]
    marked = [element for names, element in groups if "treatment" in names]
    assert len(marked) == sum("treatment" in data for data in graph.nodes.values())
    for element in marked:
        assert all(text.get("font-weight") == "bold" for text in element.iter(f"{SVG}text"))
    words = ["".join(text.itertext()) for text in root.iter(f"{SVG}text")]
    assert {"Given", "Treatment now", "Does not apply", "treatment"} <= set(words)


@each
def test_the_text_of_a_node_fits(drawings: dict[str, Drawn], name: str) -> None:
    graph = drawings[name][2].shown
    for id_, box in place(graph).boxes.items():
        bold = 1.13 if "treatment" in graph.nodes[id_] else 1.0
        assert max(map(text_width, box.lines)) * bold <= box.width - 8


def test_the_numbers_of_the_places_keep_the_parts_separate() -> None:
    for before, after in pairwise(PARTS):
        assert place_of(before, 999_999) < place_of(after)
