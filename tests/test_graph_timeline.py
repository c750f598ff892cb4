"""Check timelines: what is on them, where it is, and that no texts overlap."""

from __future__ import annotations

import copy
import json
import pickle
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from conftest import EXAMPLES, Run

from netkg import graph
from netkg.api import load_case
from netkg.case.loading import load_cases
from netkg.case.model import Case
from netkg.graph import GraphError, Timeline, draw
from netkg.graph.timeline.axis import Axis
from netkg.graph.timeline.chart import chart
from netkg.graph.timeline.model import Chart, Entry
from netkg.graph.timeline.place import NARROW, WIDE, Placed
from netkg.ontology.files import Folders, default_folders
from netkg.plan.engine import Engine
from netkg.plan.model import Plan

DAY = "2026-03-31"
SVG = "{http://www.w3.org/2000/svg}"
NASTY = "</svg><script>alert(1)</script>&\"' \x01@@STYLE@@ \u202e"
SMALL = str(EXAMPLES / "small-pancreatic-net.json")
TWO = str(EXAMPLES / "men1-two-tumors.json")
MISTAKE = str(EXAMPLES / "mistakes" / "two-grades.json")
TYPES = (
    *("ChromograninATest", "MRIScan", "CTScan", "EndoscopicUltrasound", "FDGPET"),
    *("UrinaryFiveHIAATest", "TumorBoardDiscussion", "GastrinTest", "CTGuidedBiopsy"),
    *("TumorResection", "Lanreotide", "OctreotideLAR", "Everolimus", "TAE", "Lutetium177Dotatate"),
)
THERAPIES = frozenset(TYPES[9:])


def made(events: list[dict[str, Any]], **more: Any) -> Case:
    tumor = {
        "id": "t",
        "primarySite": "Pancreas",
        "differentiation": "WellDifferentiated",
        "ki67Percent": 5,
        "somatostatinReceptorStatus": "Positive",
    }
    extent = {"diseaseExtent": "UnresectableOrAdvanced"}
    return load_case({"id": "made", "tumors": [tumor], **extent, "events": events, **more})


def event(type_: str, day: str | None, status: str = "completed", **more: Any) -> dict[str, Any]:
    dated = {} if day is None else {"date": day}
    return {"type": type_, "status": status, **dated, **more}


def years(number: int) -> list[dict[str, Any]]:
    """Return so many events of 15 kinds in ten years, of each status and outcome."""
    found = []
    for n in range(number):
        type_ = TYPES[n * 7 % 15]
        day = f"{2016 + n * 13 % 10}-{1 + n * 5 % 12:02}-{1 + n * 11 % 28:02}"
        status = ("completed", "stopped", "declined", "active", "planned")[n % 7 % 5]
        if type_ not in THERAPIES and status in ("stopped", "active"):
            status = "completed"
        day = f"2027{day[4:]}" if status == "planned" else day
        outcome = {"outcome": ("Failed", "Effective")[n % 2]} if type_ in THERAPIES else {}
        result = {"result": "Elevated"} if type_ == "ChromograninATest" else {}
        found.append(event(type_, day, status, **outcome, **result))
    return found


CASES = {
    "forty": years(40),
    "four hundred": years(400),
    "none": [],
    "one": [event("MRIScan", "2020-02-29")],
    "one day": [event(name, DAY) for name in ("MRIScan", "CTScan", "CTScan", "CTScan")],
    "first day": [event("MRIScan", "0001-01-01")],
    "last day": [event("MRIScan", "9999-12-31", "planned"), event("TAE", "9999-12-31", "active")],
    "all days": [
        *(event("MRIScan", day) for day in ("0001-01-01", "2024-02-29", "2025-02-28")),
        event("CTScan", "9999-12-31", "planned"),
    ],
    "decades": [
        event("TumorResection", "1990-05-05"),
        event("Lanreotide", "1991-05-05", "active", outcome="Failed"),
        *(event("MRIScan", f"202{n}-02-28") for n in range(4)),
    ],
    "undated": [event("MRIScan", None), event("TAE", None, "declined"), event("MRIScan", None)],
    "nasty": [event("OtherTest", "2025-01-01", label=NASTY), event("OtherTest", None, label=NASTY)],
}


@pytest.fixture(scope="module")
def pairs(engine: Engine) -> list[tuple[Case, Plan]]:
    """Return the cases that conform, of the examples and made up ones, with their plans."""
    files = [path for path in sorted(EXAMPLES.rglob("*.*")) if path.suffix in (".json", ".ndjson")]
    cases = [case for path in files for case in load_cases(path, schema=engine.schema)]
    cases += map(made, CASES.values())
    found = [(case, engine.derive(case, as_of=DAY)) for case in cases]
    assert all(plan.conforms for case, plan in found if case.id == "made")
    return [pair for pair in found if pair[1].conforms]


def made_chart(engine: Engine, name: str, **more: Any) -> Chart:
    case = made(CASES[name], **more)
    return chart(case, engine.derive(case, as_of=DAY))


# -- what is shown -----------------------------------------------------------------------------
def test_each_event_and_measurement_is_shown_once(pairs: list[tuple[Case, Plan]]) -> None:
    assert len(pairs) > 40
    for case, plan in pairs:
        found = chart(case, plan)
        recorded = [each for each in found.entries if each.shape != "window"]
        sizes = [body for body in case.records.values() if "diameterMm" in body]
        dated = [str(each["date"]) for each in sizes if "date" in each]
        dated += [each.date for each in plan.events if each.date]
        assert Counter(str(each.first) for each in recorded) == Counter(dated), case.id
        undated = [each.name for each in plan.events if not each.date]
        undated += ["diameter" for each in sizes if "date" not in each]
        asked = {"overdue", "due", "scheduled", "option"}
        listed = [each.name for each in found.undated if each.status not in asked]
        assert Counter(listed) == Counter(undated), case.id


def test_windows_are_those_of_the_plan(pairs: list[tuple[Case, Plan]]) -> None:
    number = 0
    for case, plan in pairs:
        found = chart(case, plan)
        wanted, without = set(), set()
        for order in plan.orders:
            for each in order.requests:
                key = (each.statement, each.status)
                if each.due_by:
                    wanted.add((*key, each.due_from, each.due_by))
                elif each.status != "planned" or not any(e.date for e in each.events):
                    without.add(key)
        windows = [each for each in found.entries if each.shape == "window"]
        number += len(windows)
        got = {
            (id_, each.status, str(each.first), str(each.last))
            for each in windows
            for id_ in each.statements
        }
        assert got == wanted, case.id
        listed = {(id_, each.status) for each in found.undated for id_ in each.statements}
        assert without <= listed, case.id
        # Each order has its name in a row or in the list.
        names = " ".join(each.name for each in (*windows, *found.undated))
        for order in plan.orders:
            planned = any(each.status == "planned" for each in order.requests)
            assert order.label in names or planned, order.label
    assert number > 20


def test_what_is_due_and_no_order_is_listed(pairs: list[tuple[Case, Plan]]) -> None:
    for case, plan in pairs:
        found = chart(case, plan)
        shown = {id_ for each in (*found.entries, *found.undated) for id_ in each.statements}
        for row in plan.recommendations:
            if row.status in ("overdue", "due", "option", "scheduled") and row.kind != "alert":
                assert row.id in shown, (case.id, row.id)
        omitted = sum(row.id not in shown for row in plan.recommendations)
        assert sum(map(int, re.findall(r"(?<![\w-])\d+", found.omitted))) == omitted


def test_a_therapy_in_use_goes_on_until_the_evaluation_date_or_death(engine: Engine) -> None:
    bars = [each for each in made_chart(engine, "decades").entries if each.shape == "ongoing"]
    assert [(str(each.first), str(each.last)) for each in bars] == [("1991-05-05", DAY)]
    assert bars[0].has_failed
    found = made_chart(engine, "decades", deceasedDate="2025-05-05")
    assert [str(each.last) for each in found.entries if each.shape == "ongoing"] == ["2025-05-05"]
    assert "died 2025-05-05" in found.about


def test_one_tumor_of_several(engine: Engine) -> None:
    case = load_case(TWO)
    plan = engine.derive(case, as_of=DAY)
    whole, part = chart(case, plan), chart(case, plan, focus="duodenal")
    assert {"diameter at duodenal", "diameter at pancreatic-tail"} <= labels(whole)
    assert "diameter at pancreatic-tail" not in labels(part)
    assert "pancreatic-tail" not in " ".join(each.cited for each in (*part.entries, *part.undated))
    assert len(part.entries) < len(whole.entries)


@pytest.mark.parametrize("focus", ["duodenal", "pancreatic-tail"])
def test_of_one_tumor_statements_are_left_out_for_what_they_say_there(
    engine: Engine, focus: str
) -> None:
    case = load_case(TWO)
    plan = engine.derive(case, as_of=DAY)
    found = chart(case, plan, focus=focus)
    shown = {id_ for each in (*found.entries, *found.undated) for id_ in each.statements}
    here = {
        row.id: next(each for each in row.foci if each.focus in (focus, case.id))
        for row in plan.recommendations
        if row.id not in shown
    }
    said = {word: int(n) for n, word in re.findall(r"(\d+) ([a-z]+)", found.omitted)}
    assert sum(said.values()) == len(here)
    assert said["that"] == sum(each.verdict == "not-applicable" for each in here.values())
    assert said["undetermined"] == sum(each.verdict == "undetermined" for each in here.values())
    # What is due is on the timeline.
    assert not {"due", "planned", "overdue"} & said.keys()


def labels(found: Chart) -> set[str]:
    return {row.label for part in found.parts for row in part.rows}


def test_events_of_one_kind_share_a_row_with_their_results(engine: Engine) -> None:
    events = [
        event("ChromograninATest", "2024-01-10", result="Elevated"),
        event("ChromograninATest", "2025-01-10", value=80, unit="ng/mL"),
        event("OtherTest", "2025-02-01", label="first"),
        event("OtherTest", "2025-03-01", label="second"),
    ]
    case = made(events)
    found = chart(case, engine.derive(case, as_of=DAY))
    marks = {row.label: [each.note for each in row.entries] for row in found.parts[0].rows}
    assert marks == {
        "chromogranin A test": [("elevated",), ("80 ng/mL",)],
        "other test": [("first",), ("second",)],
    }


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda plan: pickle.loads(pickle.dumps(plan))])
def test_a_copied_plan_says_the_same(engine: Engine, copied: Callable[[Plan], Plan]) -> None:
    for path in (TWO, str(EXAMPLES / "advanced-ileal-net.json")):
        case = load_case(path)
        plan = engine.derive(case, as_of=DAY)
        other = copied(plan)
        assert other == plan
        assert other.to_dict() == plan.to_dict()
        assert other._repr_html_() == plan._repr_html_()
        assert other._repr_markdown_() == plan._repr_markdown_()
        assert chart(case, other) == chart(case, plan)


def test_a_plan_goes_with_an_equal_case_that_was_read_again(engine: Engine) -> None:
    path = EXAMPLES / "advanced-ileal-net.json"
    plan = engine.derive(load_case(path), as_of=DAY)
    drawn = draw(engine, "timeline", case=load_case(path), as_of=date.fromisoformat(DAY), plan=plan)
    assert "640 ng/mL" in text_of(str(drawn.write("svg")))


@pytest.mark.parametrize("name", ["plan", "case", "timeline"])
def test_the_plan_of_another_case_or_day_is_refused(engine: Engine, name: str) -> None:
    case = load_case(SMALL)
    for path, as_of in ((TWO, DAY), (SMALL, "2026-04-01")):
        plan = engine.derive(load_case(path), as_of=as_of)
        with pytest.raises(GraphError, match=rf"'{plan.case}' as of {as_of}, and .*Leave out plan"):
            draw(engine, name, case=case, as_of=DAY, plan=plan)


# -- an ontology of one's own ------------------------------------------------------------------
OWN = """\
@prefix netkg: <https://w3id.org/netkg/ns#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

netkg:volume a owl:DatatypeProperty , owl:FunctionalProperty ; rdfs:label "volume"@en ;
    rdfs:range xsd:decimal ; netkg:fieldOf netkg:Measurement ; netkg:openness netkg:Closed .
netkg:calledOff a netkg:EventStatus ; rdfs:label "called off"@en .
netkg:Inadequate a netkg:EventOutcome ; rdfs:label "inadequate"@en .
netkg:TumorResection netkg:voidedByOutcome netkg:Inadequate .
"""


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """Return an engine whose ontology has more: a status, a failure, a field of measurements."""
    folder, folders = tmp_path_factory.mktemp("own"), default_folders()
    shutil.copytree(folders.ontology, folder / "ontology")
    shutil.copytree(folders.shapes, folder / "shapes")
    (folder / "ontology" / "own.ttl").write_text(OWN, encoding="utf-8")
    for name, old, new in (
        ("ontology/value-sets-events.ttl", '"stopped"@en', '"discontinued"@en'),
        ("ontology/value-sets-events.ttl", '"active"@en', '"in use"@en'),
        ("shapes/case/case-tumor.ttl", " netkg:diameterMm\n", " netkg:diameterMm netkg:volume\n"),
    ):
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    return Engine(Folders(folder / "ontology", folder / "shapes", folders.queries))


def test_what_the_ontology_adds_is_drawn(own: Engine, tmp_path: Path) -> None:
    events = [
        event("CTScan", "2025-01-01", "calledOff"),
        event("CTScan", None, "calledOff"),
        event("Lanreotide", "2025-02-01", "stopped"),
        event("OctreotideLAR", "2025-02-01", "active"),
        event("TumorResection", "2025-03-01", outcome="Inadequate"),
    ]
    path = tmp_path / "case.json"
    sizes = [{"date": "2025-01-01", "diameterMm": 12, "volume": 0.9}]
    tumor = {"id": "t", "primarySite": "Pancreas", "measurements": sizes}
    body = {"id": "own", "tumors": [tumor], "events": events}
    path.write_text(json.dumps(body), encoding="utf-8")
    (case,) = load_cases(path, schema=own.schema)
    drawn = draw(own, "timeline", case=case, as_of=DAY)
    measured = {row.label: row.entries[0].results for row in drawn.chart.parts[-1].rows}
    assert measured == {"diameter": ("12 mm",), "volume": ("0.9",)}
    placed = Placed(drawn.chart)
    words = [text.words for text in placed.texts]
    assert {"called off 2025-01-01", "discontinued 2025-02-01", "Called off"} <= set(words)
    assert any(each.startswith("in use since 2025-02-01") for each in words)
    legend = [kind for kind, *_ in placed.legend]
    assert legend[0] == "active"
    assert "failed" in legend
    assert "completed" not in legend
    assert legend[-1] == "calledOff"
    assert {"in use", "discontinued", "called off"} <= set(words)
    page = str(drawn.write("html"))
    assert '<td class="status">called off</td>' in page
    assert "calledOff" not in page.replace('class="mark calledOff"', "")
    assert isinstance(drawn.write("png"), bytes)


# -- where it is -------------------------------------------------------------------------------
def overlapping(placed: Placed) -> Iterator[tuple[str, str]]:
    """Yield texts that overlap, or that leave the picture."""
    for one, other in combinations(placed.texts, 2):
        (a, b, c, d), (e, f, g, h) = one.box, other.box
        if a < g and e < c and b < h and f < d:
            yield one.words, other.words
    for text in placed.texts:
        left, top, right, bottom = text.box
        if left < 0 or top < 0 or right > placed.width or bottom > placed.height:
            yield text.words, "the edge"


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_no_texts_overlap(pairs: list[tuple[Case, Plan]], width: float) -> None:
    for case, plan in pairs:
        placed = Placed(chart(case, plan), width)
        assert list(overlapping(placed)) == [], case.id
        shown = Counter(id(entry) for sign, _ in placed.signs for entry in sign.entries)
        assert shown == Counter(map(id, placed.chart.entries)), case.id
        for sign, y in placed.signs:
            assert placed.axis.left - 6 <= sign.left <= sign.right <= placed.width
            for text in placed.texts:
                left, top, right, bottom = text.box
                on_row = top < y < bottom and text.is_note
                assert not (on_row and left < sign.right and sign.left < right), text.words


def test_forty_events_are_readable_at_the_width_of_a_screen(engine: Engine) -> None:
    placed = Placed(made_chart(engine, "forty"))
    assert placed.width == 1280
    assert placed.height < 1200
    words = " ".join(text.words for text in placed.texts if text.is_note)
    for said in ("declined", "stopped", "failed", "active", "planned", "elevated"):
        assert said in words


def test_many_events_are_folded(engine: Engine) -> None:
    placed = Placed(made_chart(engine, "four hundred"))
    assert placed.height < 2500
    assert len(placed.signs) < 300
    assert any(" times" in text.words for text in placed.texts if text.is_note)


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("days", "labels"),
    [
        ([DAY], {"2026-03-23", "2026-03-30", "2026-04-06"}),
        (["2026-01-05", DAY], {"2026-02", "2026-03", "2026-04"}),
        (["2024-02-29", DAY], {"2024-04", "2025-01", "2026-01"}),
        (["2016-02-29", DAY], {"2017", "2018", "2026"}),
        (["1950-02-28", DAY], {"1955", "2000", "2025"}),
        (["0001-01-01", "9999-12-31"], {"0001", "5000", "9500"}),
        (["0001-01-01"], {"0001-01-01", "0001-01-08"}),
        (["9999-12-31"], {"9999-12-27"}),
    ],
)
def test_the_ticks_fit_the_time(days: list[str], labels: set[str]) -> None:
    axis = Axis(map(day, days), 300, 1260)
    assert labels <= {tick.label for tick in axis.ticks}
    assert len(axis.ticks) < 30
    assert all(300 <= tick.x <= 1260 for tick in axis.ticks)


def test_a_long_empty_time_is_left_out() -> None:
    days = [day(text) for text in ("0001-01-01", "2024-03-01", DAY, "9999-12-31")]
    axis = Axis(days, 300, 1260)
    assert [each.words for each in axis.breaks] == ["2,023 years", "7,973 years"]
    first, second, third, fourth = map(axis.x, days)
    assert 300 < first < second < third < fourth < 1260
    # The two years in which something happened have most of the axis.
    assert third - second > 600
    assert Axis(days[1:3], 300, 1260).breaks == []
    assert Axis([days[0], days[3]], 300, 1260).breaks == []


# -- how it is written -------------------------------------------------------------------------
def text_of(body: str) -> str:
    return " ".join("".join(each.itertext()) for each in ElementTree.fromstring(body).iter())


@pytest.mark.parametrize("name", ["nasty", "none", "four hundred"])
def test_the_picture_is_well_formed_and_says_what_it_is(engine: Engine, name: str) -> None:
    timeline = draw(engine, "timeline", case=made(CASES[name]), as_of=DAY)
    assert isinstance(timeline, Timeline)
    body = str(timeline.write("svg"))
    root = ElementTree.fromstring(body)
    assert {each.tag.removeprefix(SVG) for each in root.iter()} <= {
        *("svg", "title", "desc", "style", "g", "rect", "path", "text")
    }
    words = text_of(body)
    guideline = timeline.chart.guideline
    for said in (guideline.version, guideline.review_status, "Not on the timeline", DAY):
        assert said in words
    assert str(draw(engine, "timeline", case=made(CASES[name]), as_of=DAY).write("svg")) == body
    picture = timeline.write("png")
    assert isinstance(picture, bytes)
    assert picture.startswith(b"\x89PNG")


def test_hostile_text_does_not_become_markup(engine: Engine) -> None:
    page = str(draw(engine, "timeline", case=made(CASES["nasty"]), as_of=DAY).write("html"))
    assert "<script" not in page
    assert page.count("</svg>") == 2
    assert "\u202e" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "@@STYLE@@" in page
    assert "default-src 'none'; style-src 'unsafe-inline'" in page


def test_the_table_has_all_that_is_on_the_picture(engine: Engine) -> None:
    timeline = draw(engine, "timeline", case=load_case(SMALL), as_of=DAY)
    page = str(timeline.write("html"))
    table = page[page.index("<table>") : page.index("</table>")]
    for each in (*timeline.chart.entries, *timeline.chart.undated):
        row = next(row for row in table.split("</tr>") if is_of(each, row))
        for id_ in each.statements:
            assert id_ in row
        assert (each.status_label or "measured") in row
    assert timeline.chart.guideline.disclaimer in page
    assert page.startswith("<!DOCTYPE html>")
    assert 'sandbox=""' in timeline._repr_html_()


def is_of(entry: Entry, row: str) -> bool:
    return f'"what">{entry.title}<' in row and str(entry.first or "") in row and entry.status in row


def test_the_page_in_a_browser(engine: Engine, browser: Any, tmp_path: Path) -> None:
    path = tmp_path / "timeline.html"
    timeline = draw(engine, "timeline", case=made(CASES["forty"]), as_of=DAY)
    path.write_text(str(timeline.write("html")), encoding="utf-8")
    complaints: list[str] = []
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: complaints.append(request.url))
    page.goto(path.as_uri())
    sizes = "[document.documentElement.scrollWidth, innerWidth]"
    for width, shown, hidden in ((1440, ".wide", ".narrow"), (390, ".narrow", ".wide")):
        page.set_viewport_size({"width": width, "height": 844})
        scroll, window = page.evaluate(sizes)
        assert scroll <= window
        assert page.is_visible(f"{shown} svg")
        assert page.is_hidden(f"{hidden} svg")
        assert page.locator(f"{shown} .mark title").count() > 20
        # What is written is at least as large as it is meant to be.
        assert page.locator(f"{shown} svg text").first.evaluate("e => e.getCTM().a") >= 0.98
    assert page.is_visible("table")
    page.close()
    assert complaints == [path.as_uri()]


# -- the command -------------------------------------------------------------------------------
def test_the_command_writes_each_format(run: Run, tmp_path: Path) -> None:
    status, out, err = run("graph", SMALL, "--as-of", DAY, "--view", "timeline")
    assert (status, err) == (0, "")
    assert out.startswith("<svg")
    for ending, begins in (("svg", b"<svg"), ("png", b"\x89PNG"), ("html", b"<!DOCTYPE html>")):
        path = tmp_path / f"timeline.{ending}"
        arguments = ("graph", SMALL, "--as-of", DAY, "--view", "timeline", "--out", path)
        assert run(*arguments) == (0, "", "")
        assert path.read_bytes().startswith(begins)


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        ((), "The timeline view needs a case."),
        ((SMALL, "--format", "dot"), "the format dot cannot contain. Choose svg, png or html."),
        ((SMALL, "--out", "plan.graphml"), "the format graphml cannot contain. Choose svg"),
        ((SMALL, "--whole"), "drawn with --whole. Leave out --whole, or choose the view plan."),
        ((SMALL, "--section", "Treatment", "--status", "due"), "with --section and --status."),
        ((SMALL, "--around", "TX-01", "--hops", "2"), "with --around and --hops. Leave out"),
        ((TWO, "--focus", "duodena"), "unknown tumor 'duodena'. Did you mean duodenal?"),
    ],
)
def test_misuse_is_reported(run: Run, argv: tuple[str, ...], said: str) -> None:
    status, out, err = run("graph", *argv, "--view", "timeline")
    assert (status, out) == (2, "")
    assert said in " ".join(err.split())


def test_a_case_with_violations_has_no_timeline(run: Run, engine: Engine) -> None:
    status, out, _ = run("graph", MISTAKE, "--as-of", DAY, "--view", "timeline")
    assert status == 1
    assert "does not conform" in out
    with pytest.raises(GraphError, match=r"so it has no timeline\. Fix the violations, or draw"):
        draw(engine, "timeline", case=load_case(MISTAKE), as_of=DAY)


def test_what_a_timeline_has_no_part_for_is_refused(engine: Engine) -> None:
    case = load_case(TWO)
    for parts, said in (
        ({"whole": True, "section": "Treatment"}, "with whole and section. Leave out whole and s"),
        ({"hops": 2}, "with hops. Leave out hops, or choose the view plan."),
    ):
        with pytest.raises(GraphError, match=said):
            draw(engine, "timeline", case=case, as_of=DAY, **parts)  # type: ignore[call-overload]
    with pytest.raises(GraphError, match=r"Name the node with around"):
        draw(engine, "plan", case=case, as_of=DAY, hops=2)
    with pytest.raises(GraphError, match=r"guideline view has no statement with a focus. Leave ou"):
        draw(engine, "guideline", focus="t")
    for name in ("plan", "timeline"):
        with pytest.raises(GraphError, match=r"unknown tumor 'x' \(choose from duodenal, pancr"):
            draw(engine, name, case=case, as_of=DAY, focus="x")


def test_a_timeline_is_not_a_graph(engine: Engine) -> None:
    with pytest.raises(GraphError, match=r"A timeline is not a graph\. Use draw, and write it as"):
        graph.view(engine, "timeline", case=load_case(SMALL), as_of=DAY)
    timeline = draw(engine, "timeline", case=load_case(SMALL), as_of=DAY)
    with pytest.raises(GraphError, match=r"unknown format 'gif' \(choose from html, png, svg\)"):
        timeline.write("gif")
    drawing = draw(engine, "plan", case=load_case(SMALL), as_of=DAY)
    assert drawing.write("json") == graph.write(drawing.shown, "json", whole=drawing.whole)
    assert json.loads(str(drawing.write("json")))["graph"]["view"] == "plan"
