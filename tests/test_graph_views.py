"""Check the views of the graph: what they hold, what they fold, what can be chosen."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import networkx as nx
import pytest

from netkg.case.loading import load_case
from netkg.case.model import Case
from netkg.graph import LIMIT, VIEWS, Drawing, GraphError, draw, view
from netkg.graph.layout import looks
from netkg.graph.layout.looks import INK, look
from netkg.graph.layout.place import place
from netkg.graph.views import plan as plan_view
from netkg.ontology.schema import netkg
from netkg.plan.engine import Engine
from netkg.plan.model import Focus, Plan, Recommendation
from netkg.reasoning.fact import Fact
from netkg.reasoning.verdicts import INDIVIDUALS, VERDICTS

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = sorted((ROOT / "examples").glob("*.json"))
CAUTIONS = sorted((ROOT / "examples" / "cautions").glob("*.json"))
MISTAKES = sorted((ROOT / "examples" / "mistakes").glob("*.json"))
# A timeline is not a graph.
GRAPHS = [name for name in VIEWS if name != "timeline"]
AS_OF = date(2026, 3, 31)
# A treatment on record that counts for no statement is drawn all the same.
NOT_NEEDED = ("given treatment", "planned treatment", "declined treatment")
CARRIED = ("guideline", "guidelineVersion", "reviewStatus", "disclaimer")


@pytest.fixture(scope="module")
def plans(engine: Engine) -> dict[str, tuple[Case, Plan]]:
    found = {}
    for path in [*EXAMPLES, *CAUTIONS]:
        case = load_case(str(path), schema=engine.schema)
        found[path.stem] = (case, engine.derive(case, as_of=AS_OF))
    return found


def by_stem(path: Path) -> str:
    return path.stem


def drawn(engine: Engine, name: str, pair: tuple[Case, Plan] | None = None, **more: Any) -> Drawing:
    case, plan = pair or (None, None)
    return draw(engine, name, case=case, plan=plan, as_of=AS_OF, **more)


def drawings(engine: Engine, plans: dict[str, tuple[Case, Plan]]) -> Iterator[tuple[str, Drawing]]:
    for name in ("ontology", "guideline"):
        yield name, drawn(engine, name)
    for stem, pair in plans.items():
        for name in ("case", "plan"):
            yield f"{name} of {stem}", drawn(engine, name, pair)


def many(tumors: int, events: int) -> dict[str, Any]:
    return {
        "id": "many",
        "diseaseExtent": "Localized",
        "tumors": [
            {
                "id": f"t{n}",
                "primarySite": ("Pancreas", "Ileum", "Lung")[n % 3],
                "ki67Percent": n % 30,
                "differentiation": "WellDifferentiated",
                "measurements": [
                    {"date": f"2025-0{m}-01", "diameterMm": 5 + n} for m in range(1, 9)
                ],
            }
            for n in range(1, tumors + 1)
        ],
        "events": [
            {"type": kind, "status": "completed", "date": f"2025-{1 + n % 12:02}-{1 + n % 28:02}"}
            for n in range(events)
            for kind in ("MRIScan", "ChromograninATest", "TumorBoardDiscussion")
        ],
    }


def from_object(tmp_path: Path, engine: Engine, body: object) -> tuple[Case, Plan]:
    path = tmp_path / "case.json"
    path.write_text(json.dumps(body), encoding="utf-8")
    case = load_case(str(path), schema=engine.schema)
    return case, engine.derive(case, as_of=AS_OF)


# -- every view -----------------------------------------------------------------------------
@pytest.mark.slow
def test_a_default_view_fits_one_screen(
    engine: Engine, plans: dict[str, tuple[Case, Plan]]
) -> None:
    for name, drawing in drawings(engine, plans):
        assert 5 < len(drawing.shown) <= LIMIT, name
        layout = place(drawing.shown)
        assert layout.width <= 1280, name
        assert layout.height <= 1400, name


@pytest.mark.parametrize(("tumors", "events"), [(40, 0), (3, 200), (12, 40), (1, 1)])
def test_a_large_case_fits_one_screen_too(
    engine: Engine, tmp_path: Path, tumors: int, events: int
) -> None:
    pair = from_object(tmp_path, engine, many(tumors, events))
    for name in ("case", "plan"):
        drawing = drawn(engine, name, pair)
        assert len(drawing.shown) <= LIMIT
        assert held(drawing.shown) == Counter(drawing.whole)


def held(graph: nx.MultiDiGraph) -> Counter[str]:
    """Count how often each node of the whole is drawn or held."""
    found: Counter[str] = Counter()
    for id_, data in graph.nodes(data=True):
        members = json.loads(data.get("members", "[]"))
        assert data.get("holds", 0) == len(members)
        found.update(members if data.get("folded") else [id_, *members])
    return found


def test_a_fold_drops_nothing(engine: Engine, plans: dict[str, tuple[Case, Plan]]) -> None:
    folded = 0
    for name, drawing in drawings(engine, plans):
        assert held(drawing.shown) == Counter(drawing.whole), name
        folded += len(drawing.shown) < len(drawing.whole)
    assert folded > len(plans)


def test_attributes_are_plain_and_labels_are_words(
    engine: Engine, plans: dict[str, tuple[Case, Plan]]
) -> None:
    for name, drawing in drawings(engine, plans):
        for graph in (drawing.shown, drawing.whole):
            for mark in CARRIED:
                assert graph.graph[mark], name
            for id_, data in graph.nodes(data=True):
                assert "://" not in data["label"], name
                assert "urn:" not in data["label"]
                assert data["label"].strip()
                assert data["kind"]
                assert isinstance(data["column"], int)
                assert "://" not in id_
            values = [v for _, d in graph.nodes(data=True) for v in d.values()]
            values += [v for _, _, d in graph.edges(data=True) for v in d.values()]
            values += list(graph.graph.values())
            assert {type(value) for value in values} <= {str, int, float, bool}
            assert "" not in values


def test_labels_distinguish_nodes(engine: Engine, plans: dict[str, tuple[Case, Plan]]) -> None:
    for name, drawing in drawings(engine, plans):
        graph = drawing.shown
        texts = Counter(
            (data["label"], data.get("says", ""), data["kind"])
            for _, data in graph.nodes(data=True)
            if data["kind"] != "population"
        )
        twice = [text for text, count in texts.items() if count > 1]
        # Two measurements, or two events, may have the same label.
        assert all(kind in ("measurement", "test") for *_, kind in twice), (name, twice)


def test_the_same_input_gives_the_same_graph(
    engine: Engine, plans: dict[str, tuple[Case, Plan]]
) -> None:
    other = Engine.load()
    pair = plans["men1-two-tumors"]
    for name in GRAPHS:
        case = pair if name in ("case", "plan") else None
        first, second = drawn(engine, name, case).shown, drawn(other, name, case).shown
        assert list(first.nodes(data=True)) == list(second.nodes(data=True))
        assert list(first.edges(keys=True, data=True)) == list(second.edges(keys=True, data=True))
        assert place(first) == place(second)


@pytest.mark.slow
def test_boxes_do_not_overlap(engine: Engine, plans: dict[str, tuple[Case, Plan]]) -> None:
    for name, drawing in drawings(engine, plans):
        boxes = sorted(place(drawing.shown).boxes.values(), key=lambda box: (box.x, box.y))
        for above, below in pairwise(boxes):
            if above.x == below.x:
                room = (below.y - below.height / 2) - (above.y + above.height / 2)
                assert room > 1, name
            else:
                assert above.x + above.width / 2 < below.x - below.width / 2


# -- the ontology and the guideline -------------------------------------------------------------
def test_every_class_and_value_is_in_the_whole_ontology(engine: Engine) -> None:
    graph = drawn(engine, "ontology", whole=True).shown
    iris = {data["iri"].rsplit("#", 1)[1] for _, data in graph.nodes(data=True)}
    assert {"NeuroendocrineNeoplasm", "Insulinoma", "MRIScan", "Enucleation", "Everolimus"} <= iris
    for names in engine.schema.values.values():
        assert names <= iris
    assert engine.schema.event_types <= iris
    # Classes that a rule fills, for findings, are not kinds of event.
    assert not {"ContradictoryTestResult", "EventAfterAsOf"} & iris
    assert nx.is_directed_acyclic_graph(graph)


def test_a_characteristic_leads_to_the_value_of_its_own_set(engine: Engine) -> None:
    graph = drawn(engine, "ontology", whole=True).shown
    assert graph.has_edge("PancreaticNeuroendocrineTumor", "Pancreas", "primary site")
    (lung,) = (
        t
        for _, t, k in graph.out_edges("PulmonaryNeuroendocrineNeoplasm", keys=True)
        if k == "primary site"
    )
    assert graph.has_edge(lung, "PrimarySite")


def test_a_histology_is_drawn_as_a_class_and_as_a_value(engine: Engine) -> None:
    graph = drawn(engine, "ontology", whole=True).shown
    class_, value = "TypicalCarcinoid", "TypicalCarcinoid of Histology"
    assert graph.nodes[class_]["kind"] == "tumor type"
    assert graph.nodes[value]["kind"] == "value"
    assert graph.has_edge("NeuroendocrineTumor", class_, "includes")
    assert graph.has_edge(class_, value, "histology")
    assert graph.has_edge(value, "Histology", "is one of")


def test_every_statement_is_in_the_whole_guideline(engine: Engine) -> None:
    graph = drawn(engine, "guideline", whole=True).shown
    catalogue = engine.catalogue
    for statement in catalogue.statements:
        data = graph.nodes[statement.id]
        assert data["kind"] == statement.kind
        assert data["definition"] == statement.definition
        after = {kind: set() for kind in ("asks for", "asks for one of", "cites")}
        for _, target, kind in graph.out_edges(statement.id, keys=True):
            after.setdefault(kind, set()).add(target)
        assert after["asks for"] | after["asks for one of"] == {
            f"action {action}" for action in statement.actions
        }
        assert not (after["asks for"] if statement.group == "any" else after["asks for one of"])
        assert after["cites"] == {f"reference {citation}" for citation in statement.citations}
        above = {kind for _, _, kind in graph.in_edges(statement.id, keys=True)}
        assert ("falls under" in above) == (statement.level is not None)
        if statement.supports:
            assert graph.has_edge(statement.id, statement.supports, "is evidence for")
    assert {gap.id for gap in catalogue.gaps} <= set(graph)
    assert set(catalogue.section_labels) <= set(graph) | {"Treatment"}


def test_the_guideline_shows_what_supersedes_what(engine: Engine) -> None:
    for whole in (True, False):
        graph = drawn(engine, "guideline", whole=whole).shown
        found = {(s, t) for s, t, kind in graph.edges(keys=True) if kind == "supersedes"}
        wanted = {("TX-06", other) for other in ("TX-01", "TX-03", "TX-05", "FU-01", "FU-05")}
        wanted |= {(f"TX-{n}", other) for n in ("08", "09", "10") for other in ("TX-06", "TX-07")}
        assert found == wanted | {("TX-11", "TX-13"), ("TX-20", "TX-19")}


def test_folded_sections_name_all_their_statements(engine: Engine) -> None:
    graph = drawn(engine, "guideline").shown
    said = " ".join(
        f"{data['label']} {data.get('listed', '')}" for _, data in graph.nodes(data=True)
    )
    for statement in engine.catalogue.statements:
        assert f"{statement.id} " in said


# -- the plan --------------------------------------------------------------------------------
def id_of(row: Recommendation, focus: Focus, case: Case) -> str:
    several = len(case.tumors) > 1 and row.level == "tumor"
    return f"{row.id} at {focus.focus}" if several else row.id


def described(fact: Fact) -> tuple[str, str, bool]:
    return fact.subject, fact.field, fact.asserted


def in_words(fact: Fact) -> Fact:
    """Return the absence that a value was derived from alone, since both have the same words."""
    alone = len(fact.derived_from) == 1 and fact.derived_from[0].value is None
    return fact.derived_from[0] if alone else fact


def asserts_same(
    graph: nx.MultiDiGraph, id_: str, kinds: set[str], facts: tuple[Fact, ...]
) -> None:
    """Compare the facts that lead to a node with those of the plan, down to the leaves."""
    facts = tuple(map(in_words, facts))
    before = [s for s, _, kind in graph.in_edges(id_, keys=True) if kind in kinds]
    assert len(before) == len(facts), id_
    nodes = Counter(
        (graph.nodes[n]["subject"], graph.nodes[n]["field"], graph.nodes[n]["asserted"])
        for n in before
    )
    assert nodes == Counter(map(described, facts))
    for fact in facts:
        leading = [
            n
            for n in before
            if graph.nodes[n]["field"] == fact.field and graph.nodes[n]["subject"] == fact.subject
        ]
        if len(leading) == 1:
            asserts_same(graph, leading[0], {"gives"}, fact.derived_from)


@pytest.mark.parametrize("stem", [path.stem for path in [*EXAMPLES, *CAUTIONS]])
def test_the_whole_plan_is_drawn_as_it_is(
    engine: Engine, plans: dict[str, tuple[Case, Plan]], stem: str
) -> None:
    case, plan = plans[stem]
    graph = drawn(engine, "plan", (case, plan), whole=True).shown
    statements = 0
    for row in plan.recommendations:
        for focus in row.foci:
            id_ = id_of(row, focus, case)
            data = graph.nodes[id_]
            statements += 1
            assert data["verdict"] == focus.verdict
            assert data.get("status") == focus.status
            assert data["focus"] == focus.focus
            asserts_same(graph, id_, {"speaks for", "rules out"}, focus.because)
            before = {(s, kind) for s, _, kind in graph.in_edges(id_, keys=True)}
            asked = {path for paths in focus.missing for path in paths}
            questions = [graph.nodes[s]["field"] for s, kind in before if kind == "decides"]
            assert bool(questions) == bool(asked)
            assert all(asked & set(fields.split(", ")) for fields in questions)
            for kind, ids in (
                ("supersedes", focus.superseded_by),
                ("would supersede", focus.challenged_by),
            ):
                assert {graph.nodes[s]["statement"] for s, k in before if k == kind} == set(ids)
            if focus.verdict == "applicable":
                assert {t for _, t in graph.out_edges(id_) if t.startswith("action ")} == {
                    f"action {action.type}" for action in focus.actions
                }
    assert statements == sum("statement" in data for _, data in graph.nodes(data=True))
    assert set(plan.gaps) <= set(graph)
    assert {g for g, data in graph.nodes(data=True) if data["kind"] == "gap"} == set(plan.gaps)


def test_every_fact_and_action_in_a_picture_is_linked(
    engine: Engine, plans: dict[str, tuple[Case, Plan]]
) -> None:
    for stem, pair in plans.items():
        for whole in (True, False):
            graph = drawn(engine, "plan", pair, whole=whole).shown
            alone = {
                graph.nodes[id_]["label"]
                for id_ in nx.isolates(graph)
                if graph.nodes[id_]["kind"] not in ("caution", "gap", "statement", *NOT_NEEDED)
            }
            assert alone == set(), stem


def test_looks_show_verdict_and_status(engine: Engine, plans: dict[str, tuple[Case, Plan]]) -> None:
    seen = set()
    for pair in plans.values():
        for _, data in drawn(engine, "plan", pair, whole=True).shown.nodes(data=True):
            if "verdict" in data:
                verdict = {"not-applicable": "does not apply"}.get(data["verdict"], data["verdict"])
                wanted = data.get("status", verdict)
                # An alert that is due is an alert in pictures, as it is in text.
                wanted = "alert" if (data["kind"], wanted) == ("alert", "due") else wanted
                seen.add(look(data).name)
                assert look(data).name == wanted
    assert {"alert", "due", "done", "superseded", "undetermined", "does not apply"} <= seen


def luminance(color: str) -> float:
    parts = [int(color[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_text_and_borders_have_contrast(
    engine: Engine, plans: dict[str, tuple[Case, Plan]]
) -> None:
    looks = {
        look(data)
        for _, drawing in drawings(engine, plans)
        for graph in (drawing.shown, drawing.whole)
        for _, data in graph.nodes(data=True)
    }
    assert len(looks) > 25
    for entry in looks:
        ratio = (luminance(entry.fill) + 0.05) / (luminance(INK) + 0.05)
        assert ratio >= 7, entry
        assert 1.05 / (luminance(entry.border) + 0.05) >= 3, entry


def test_reach_follows_from_the_verdict(
    engine: Engine, plans: dict[str, tuple[Case, Plan]]
) -> None:
    graph = drawn(engine, "plan", plans["small-pancreatic-net"], whole=True).shown
    assert graph.nodes["TX-06"]["reach"] == "reached"
    assert graph.nodes["TX-19"]["reach"] == "blocked"
    assert graph.nodes["TX-10"]["reach"] == "unknown"
    assert graph.nodes["action MRIScan"]["reach"] == "reached"
    assert graph.nodes["action Lutetium177Dotatate"]["reach"] == "blocked"
    assert graph.nodes["action Cholecystectomy"]["reach"] == "unknown"
    assert graph.nodes["action TissueBiopsy"]["state"] == "done"
    assert graph.nodes["TX-06"]["says"] == "due by 2026-07-15"
    assert graph.nodes["TX-07"]["says"] == "overdue since 2025-12-03"


def test_there_is_no_plan_of_a_case_that_violates_the_shapes(engine: Engine) -> None:
    case = load_case(str(ROOT / "examples/mistakes/two-grades.json"), schema=engine.schema)
    with pytest.raises(GraphError, match=r"violates the shapes.* Fix the violations"):
        view(engine, "plan", case=case, as_of=AS_OF)


# -- the case --------------------------------------------------------------------------------
def test_a_case_shows_what_it_asserts(engine: Engine, plans: dict[str, tuple[Case, Plan]]) -> None:
    graph = drawn(engine, "case", plans["men1-two-tumors"]).shown
    labels = {data["label"] for _, data in graph.nodes(data=True)}
    assert {
        "MEN1 status: positive",
        "tumor duodenal",
        "Ki-67 index: 2.5 % (duodenal)",
        "2025-10-07: 22 mm (duodenal)",
        "2026-04-28: complete resection, planned",
    } <= labels
    targets = {
        graph.nodes[source]["label"]: target
        for source, target, kind in graph.edges(keys=True)
        if kind == "concerns"
    }
    assert targets["2025-10-09: gastrin test, completed, 410 pg/mL"] == "tumor duodenal"


@pytest.mark.parametrize("path", MISTAKES, ids=by_stem)
def test_a_case_with_violations_is_drawn_with_them(engine: Engine, path: Path) -> None:
    case = load_case(str(path), schema=engine.schema)
    graph = view(engine, "case", case=case, as_of=AS_OF, whole=True)
    kinds = Counter(data["kind"] for _, data in graph.nodes(data=True))
    assert kinds["finding"] >= 1
    assert kinds["tumor"] == len(case.tumors)
    assert all(graph.in_degree(id_) for id_, d in graph.nodes(data=True) if d["kind"] != "case")


# -- choosing --------------------------------------------------------------------------------
def test_a_section_can_be_chosen(engine: Engine) -> None:
    graph = view(engine, "guideline", section="treatment/Localized/")
    statements = {d["section"] for _, d in graph.nodes(data=True) if "modality" in d}
    # Statements that it supersedes elsewhere are kept as its context.
    assert {"Treatment/Localized/Surgery", "FollowUp/Frequency"} <= statements
    assert "TX-15" not in graph
    assert {"population", "action", "citation"} <= {d["kind"] for _, d in graph.nodes(data=True)}


def test_a_neighborhood_can_be_chosen(engine: Engine) -> None:
    near = view(engine, "guideline", around="tx-19", hops=1, whole=True)
    assert {"TX-19", "TX-20", "action Lutetium177Dotatate", "reference 1"} <= set(near)
    farther = view(engine, "guideline", around="TX-19", hops=2, whole=True)
    assert set(near) < set(farther)
    # The way does not go on through a source that half of the statements cite.
    assert "DX-01" not in farther
    assert "[1]" in farther.graph["note"]
    alone = view(engine, "guideline", around="TX-19", hops=0)
    assert list(alone) == ["TX-19"]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("MRI scan", "MRIScan"),
        ("Insulinoma", "Insulinoma"),
        ("VIPOMA", "VIPoma"),
        ("https://w3id.org/netkg/ns#Lung", "Lung of PrimarySite"),
    ],
)
def test_a_node_is_found_by_id_label_or_iri(engine: Engine, name: str, found: str) -> None:
    assert found in view(engine, "ontology", around=name, hops=0)


def test_what_is_not_there_is_refused_with_what_is_close(
    engine: Engine, plans: dict[str, tuple[Case, Plan]]
) -> None:
    case, _ = plans["men1-two-tumors"]
    with pytest.raises(GraphError, match=r"Did you mean TX-\d\d, .* or TX-\d\d\?"):
        view(engine, "guideline", around="TX-91")
    with pytest.raises(GraphError, match=r"Did you mean .*Insulinoma"):
        view(engine, "ontology", around="Insulinomas")
    with pytest.raises(GraphError, match=r"unknown section.* Did you mean Treatment/Localized"):
        view(engine, "guideline", section="Treatment/Lokal")
    with pytest.raises(GraphError, match="has no sections"):
        view(engine, "ontology", section="Treatment")
    with pytest.raises(
        GraphError, match=r"No statement .* has the status .overdoo.\. Choose done, due, "
    ):
        view(engine, "plan", case=case, as_of=AS_OF, status="overdoo")
    with pytest.raises(GraphError, match=r"unknown tumor.* Did you mean duodenal"):
        view(engine, "plan", case=case, as_of=AS_OF, focus="duodenum")
    with pytest.raises(GraphError, match="Did you mean plan"):
        view(engine, "plans")
    with pytest.raises(GraphError, match="needs a case"):
        view(engine, "plan")


def test_verdict_status_and_tumor_can_be_chosen(
    engine: Engine, plans: dict[str, tuple[Case, Plan]]
) -> None:
    pair = plans["men1-two-tumors"]
    due = drawn(engine, "plan", pair, status="due", whole=True).shown
    chosen = {d["status"] for _, d in due.nodes(data=True) if d.get("status") and d["focus"]}
    assert "due" in chosen
    assert "done" not in chosen
    duodenal = drawn(engine, "plan", pair, focus="duodenal", whole=True).shown
    assert {d["focus"] for _, d in duodenal.nodes(data=True) if "focus" in d} == {
        "duodenal",
        "men1-two-tumors",
    }
    unknown = drawn(engine, "plan", pair, verdict="undetermined").shown
    assert {d["verdict"] for _, d in unknown.nodes(data=True) if "verdict" in d} == {"undetermined"}


def test_several_conditions_are_met_by_the_same_statement(engine: Engine) -> None:
    case = load_case(str(ROOT / "examples/small-pancreatic-net.json"), schema=engine.schema)
    chosen = {"case": case, "as_of": AS_OF, "whole": True}
    graph = view(engine, "plan", section="Treatment", status="due", **chosen)
    found = [data for data in graph.nodes.values() if data.get("status") == "due"]
    assert {data["section"].partition("/")[0] for data in found} == {"Treatment"}
    with pytest.raises(
        GraphError, match=r"the verdict 'undetermined' and the status 'due'\. Leave"
    ):
        view(engine, "plan", verdict="undetermined", status="due", **chosen)
    with pytest.raises(GraphError, match="guideline view has no statement with a status"):
        view(engine, "guideline", status="due")
    with pytest.raises(GraphError, match="cannot have -1 hops"):
        view(engine, "guideline", around="TX-06", hops=-1)


# -- other rules -----------------------------------------------------------------------------
def test_the_statements_on_other_than_tumors_have_one_node(
    engine: Engine, plans: dict[str, tuple[Case, Plan]]
) -> None:
    case, plan = plans["men1-two-tumors"]
    graph = drawn(engine, "plan", (case, plan), whole=True).shown
    assert "MD-01" in graph
    assert {"TX-06 at pancreatic-tail", "TX-06 at duodenal"} <= set(graph)
    assert graph.nodes["TX-06 at duodenal"]["says"] == "does not apply · duodenal"


def test_what_is_drawn_by_verdict_and_status_is_a_verdict_or_a_status(engine: Engine) -> None:
    words = {*VERDICTS, *engine.catalogue.pressing}
    assert words <= set(engine.catalogue.concepts)
    assert set(VERDICTS) == {
        engine.catalogue.names[netkg(name).value] for name in INDIVIDUALS.values()
    }
    for names in (plan_view._REACH, plan_view._FACT_EDGE, looks._STATUS, looks._VERDICT):
        assert set(names) <= words
