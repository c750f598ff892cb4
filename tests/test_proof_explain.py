"""Show explanations to people and to programs: text, Markdown, JSON, PROV-O, the command."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt
from rdflib import RDF, Graph, Namespace, URIRef
from rdflib.namespace import DCTERMS, PROV
from rich.cells import cell_len

from netkg.api import default_engine
from netkg.case.loading import load_case
from netkg.errors import InputError
from netkg.ontology.criteria import InstanceOf
from netkg.proof.check.checker import Checker
from netkg.proof.explain import explain
from netkg.proof.explained import find_explained, find_statement
from netkg.proof.model import Explanation
from netkg.proof.to_rdf import explanation_graph, serialize_explanation
from netkg.render.explanation import explanation_page, explanation_text

pytestmark = pytest.mark.many

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples"
AS_OF = date(2026, 3, 31)
DAY = AS_OF.isoformat()
TRUTHS = {"applicable": "true", "not-applicable": "false", "undetermined": "unknown"}
ENGINE = default_engine()
NS = Namespace("https://w3id.org/netkg/ns#")
SMALL = str(EXAMPLES / "small-pancreatic-net.json")
TWO = str(EXAMPLES / "men1-two-tumors.json")

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(run: Run) -> Run:
    """Return a function that runs the command explain."""
    return partial(run, "explain")


def explained(name: str, id_: str, focus: str | None = None) -> Explanation:
    case = load_case(EXAMPLES / name, schema=ENGINE.schema)
    examined = ENGINE.examine(case, as_of=AS_OF)
    return explain(ENGINE, examined, find_statement(ENGINE, id_), focus=focus)


def text(name: str, id_: str, **options: Any) -> str:
    return explanation_text(explained(name, id_), color=False, width=80, **options)


# -- text ------------------------------------------------------------------------------------
def test_text_leads_from_the_statement_to_the_facts() -> None:
    drawn = text("small-pancreatic-net.json", "TX-06")
    words = re.sub(r"[\s│├└─]+", " ", drawn)
    for part in (
        "TX-06 MRI surveillance [recommended; Treatment/Localized/Conservative; reference 2]",
        "body-nodule: applicable, due; would be superseded by TX-10, which is undetermined",
        "axiom: SurveillanceCandidate SubClassOf TX-06-Population",
        "gradeInUse G1, derived",
        "interval Ki67-G1: 0 ≤ ki67Percent ≤ 2 % is G1 (DX-05, Workup/Histopathology, reference 2)",
        "rule 14-ki67-grade: Use the narrowest grade group of the Ki-67 index.",
        "ki67Percent 1, in the case",
        "no completed tumor resection whose outcome is not failed that concerns body-nodule",
        "Measurement, 2025-07-15, diameterMm 14, in the case",
        "not a medical device",
    ):
        assert part in words, part
    assert all(len(line) <= 80 for line in drawn.splitlines())


def test_text_says_why_not_and_what_is_not_decisive() -> None:
    drawn = text("advanced-ileal-net.json", "TX-20")
    assert "✗ receptor confirmation: NotConfirmed" in drawn
    assert "receptorConfirmation Confirmed, derived" in drawn
    assert "not decisive: ✓ (radionuclideRecord value Recorded) or TX-19-Population" in drawn
    assert "TX-19-Population" not in drawn.split("not decisive")[1].split("\n", 1)[1]
    whole = text("advanced-ileal-net.json", "TX-20", whole=True)
    assert "not decisive" not in whole
    assert "✓ population of TX-19" in whole


def test_text_says_what_is_missing() -> None:
    drawn = text("small-pancreatic-net.json", "TX-10")
    assert "Missing: malignant imaging features" in drawn
    assert "open: tumors.malignantImagingFeatures would decide it" in drawn
    assert "none is known to hold" in drawn


# -- in words --------------------------------------------------------------------------------
G3 = {
    "id": "c",
    "diseaseExtent": "UnresectableOrAdvanced",
    "tumors": [
        {
            "id": "primary",
            "primarySite": "Ileum",
            "differentiation": "WellDifferentiated",
            "ki67Percent": 23,
            "somatostatinReceptorStatus": "Positive",
        }
    ],
    "metastases": [{"id": "m", "site": "Bone", "painful": False}],
    "events": [
        {"type": "CTGuidedBiopsy", "status": "completed", "date": "2026-01-05"},
        {"type": "CTGuidedBiopsy", "status": "completed", "date": "2026-02-05", "label": "second"},
        {"type": "Gallium68DotaPeptidePET", "status": "completed", "date": "2024-01-05"},
    ],
}


@pytest.mark.parametrize(
    ("id_", "sentence"),
    [
        (
            "TX-19",
            "TX-19 does not apply to primary: it is for a grade 1 or 2 tumor;"
            " here the grade is G3 because the Ki-67 index is 23 %.",
        ),
        (
            "TX-26",
            "TX-26 does not apply to this case: it is for a case with a metastasis"
            " (metastatic site is bone and painful); here not painful.",
        ),
        (
            "DX-01",
            "DX-01 applies to this case and is done (CT-guided biopsy 2026-01-05 and CT-guided"
            " biopsy (second) 2026-02-05), because it concerns every case.",
        ),
        (
            "FU-03",
            "FU-03 applies to primary and is overdue (last: gallium-68 DOTA-peptide PET"
            " 2024-01-05), because the somatostatin receptor status is positive.",
        ),
        (
            "DX-09a",
            "DX-09a may apply to primary:"
            " this depends on the functional status or hormonal syndrome.",
        ),
        (
            "TX-08",
            "TX-08 does not apply to primary: it is for a tumor in localized disease;"
            " here the disease extent is unresectable or advanced disease.",
        ),
        (
            "GAP-G3-WELL",
            "GAP-G3-WELL concerns primary, because the disease extent is unresectable or advanced"
            " disease, the differentiation is well differentiated, the grade is G3 and the primary"
            " site is ileum.",
        ),
        (
            "GAP-20MM",
            "GAP-20MM does not concern primary: it is for a tumor in localized disease;"
            " here the disease extent is unresectable or advanced disease.",
        ),
    ],
)
def test_an_explanation_opens_with_a_sentence(id_: str, sentence: str) -> None:
    examined = ENGINE.examine(load_case(G3, schema=ENGINE.schema), as_of=AS_OF)
    found = explain(ENGINE, examined, find_explained(ENGINE, id_))
    drawn = explanation_text(found, color=False, width=80)
    opening = " ".join(drawn.split("\n\n", 1)[0].split())
    assert opening == sentence
    assert found.to_dict()["foci"][0]["sentence"] == sentence
    assert explanation_page(found).markdown().split("\n\n")[1] == sentence


def test_a_step_that_gives_way_names_what_takes_its_place() -> None:
    found = explained("small-pancreatic-net.json", "TX-01")
    assert "but gives way to MRI surveillance (TX-06), because" in found.foci[0].sentence


def test_a_gap_is_explained_where_the_plan_names_it(run: Run) -> None:
    status, out, _ = run(str(EXAMPLES / "advanced-ileal-net.json"), "GAP-SITE", "--as-of", DAY)
    assert status == 0
    assert "GAP-SITE does not concern ileum: it applies only if the primary site is" in (
        " ".join(out.split())
    )
    for path in sorted(EXAMPLES.glob("*.json")):
        examined = ENGINE.examine(load_case(path, schema=ENGINE.schema), as_of=AS_OF)
        for gap in ENGINE.catalogue.gaps:
            found = explain(ENGINE, examined, gap)
            concerned = [each.focus.verdict for each in found.foci].count("applicable") > 0
            assert concerned == (gap.id in examined.plan.gaps)
            for each in found.foci:
                assert each.proof.step.verdict == TRUTHS[each.focus.verdict]


def test_the_checker_is_not_asked_for_a_gap(run: Run) -> None:
    status, out, err = run(SMALL, "GAP-SITE", "--as-of", DAY, "--check")
    assert (status, out) == (2, "")
    assert "Leave out --check for a gap or a class." in err


def test_every_explanation_can_be_drawn_and_shows_each_decisive_leaf() -> None:
    for path in sorted(EXAMPLES.glob("*.json"))[:6]:
        case = load_case(path, schema=ENGINE.schema)
        examined = ENGINE.examine(case, as_of=AS_OF)
        for statement in ENGINE.catalogue.verdict_bearing:
            found = explain(ENGINE, examined, statement)
            drawn = explanation_text(found, color=False, width=120)
            marked = explanation_page(found).markdown()
            assert MarkdownIt().parse(marked)
            for focus in found.foci:
                mark = {"applicable": "✓", "not-applicable": "✗", "undetermined": "?"}
                root = f"{mark[focus.focus.verdict]} population of {statement.id}"
                if isinstance(statement.population, InstanceOf):
                    root = f"✓ {focus.focus.focus} is a {statement.level}"
                assert root in drawn
                assert f"- {root}" in marked


def test_what_a_screen_would_obey_is_shown_as_an_escape() -> None:
    case = {"id": "c\x1b[31m", "tumors": [{"id": "t\x1b[0m", "ki67Percent": 1}]}
    examined = ENGINE.examine(load_case(case, schema=ENGINE.schema), as_of=AS_OF)
    found = explain(ENGINE, examined, find_statement(ENGINE, "DX-04"))
    for drawn in (
        explanation_text(found, color=False, width=80),
        explanation_page(found).markdown(),
    ):
        assert "\x1b" not in drawn


def test_color_changes_no_words() -> None:
    found = explained("small-pancreatic-net.json", "TX-06")
    colored = explanation_text(found, color=True, width=80)
    assert "\x1b[" in colored
    bare = re.sub(r"\x1b\[[0-9;]*m", "", colored)
    assert bare == explanation_text(found, color=False, width=80)


def test_wide_letters_and_deep_proofs_keep_within_the_width() -> None:
    case = {
        "id": "\u60a3\u8005" * 10,
        "tumors": [{"id": "\U0001f469\u200d\u2695\ufe0f", "ki67Percent": 1}],
    }
    examined = ENGINE.examine(load_case(case, schema=ENGINE.schema), as_of=AS_OF)
    found = explain(ENGINE, examined, find_statement(ENGINE, "TX-06"))
    for width in (60, 80):
        lines = explanation_text(found, color=False, width=width, whole=True).splitlines()
        assert all(cell_len(line) <= width for line in lines)
        assert all(line == line.rstrip() for line in lines)
    words = "".join("".join(lines).split())
    assert "\u60a3\u8005" * 10 in re.sub("[\u2502\u251c\u2514\u2500]", "", words)


# -- RDF -------------------------------------------------------------------------------------
def test_the_graph_leads_by_prov_from_the_proof_to_the_case() -> None:
    case = load_case(EXAMPLES / "small-pancreatic-net.json", schema=ENGINE.schema)
    found = explained("small-pancreatic-net.json", "TX-06")
    graph = Graph().parse(data=serialize_explanation(found, case), format="turtle")
    (proof,) = graph.subjects(RDF.type, NS.Proof)
    assert (proof, DCTERMS.source, NS["TX-06"]) in graph
    steps = set(graph.subjects(RDF.type, NS.ProofStep))
    assert len(steps) == sum(1 for _ in found.foci[0].proof.step.walk())
    reached = set(graph.transitive_objects(proof, PROV.wasDerivedFrom))
    assert steps <= reached
    asserted = {URIRef(iri) for iri in case.nodes}
    assert len(reached & asserted) >= 3
    for step in steps:
        assert len(list(graph.objects(step, DCTERMS.source))) == 1
        assert len(list(graph.objects(step, NS.stepKind))) == 1
    for step in graph.subjects(NS.stepKind, None, unique=True):
        kind = str(graph.value(step, NS.stepKind))
        if kind == "derived":
            plan = graph.value(step, NS.byRule)
            assert (plan, RDF.type, PROV.Plan) in graph
            fact = [graph.value(step, part) for part in (RDF.subject, RDF.predicate, RDF.object)]
            assert None not in fact
        if kind == "asserted":
            fact = tuple(graph.value(step, p) for p in (RDF.subject, RDF.predicate, RDF.object))
            assert fact in graph
    assert list(graph.subject_objects(NS.byInterval))


def test_the_graph_speaks_only_of_terms_that_are_defined() -> None:
    case = load_case(EXAMPLES / "men1-two-tumors.json", schema=ENGINE.schema)
    ontology = Graph()
    for path in (ROOT / "ontology").rglob("*.ttl"):
        ontology.parse(path)
    known = {str(term) for term in ontology.subjects()}
    for id_ in ("TX-06", "TX-19", "MD-01"):
        graph = explanation_graph(explained("men1-two-tumors.json", id_), case)
        used = {str(t) for triple in graph for t in triple if str(t).startswith(str(NS))}
        assert used - known == set()


# -- the command -----------------------------------------------------------------------------
def test_json_carries_proof_version_and_disclaimer(run: Run) -> None:
    status, out, _ = run(TWO, "TX-06", "--as-of", "2026-03-31", "--format", "json")
    assert status == 0
    tree = json.loads(out)
    assert tree["guideline"]["version"]
    assert "not a medical device" in tree["disclaimer"]
    assert len(tree["foci"]) == 2
    assert {focus["proof"]["focus"] for focus in tree["foci"]} == {
        focus["focus"] for focus in tree["foci"]
    }


def test_focus_chooses_the_tumor(run: Run) -> None:
    _, out, _ = run(TWO, "TX-06", "--as-of", "2026-03-31", "--format", "json")
    names = [focus["focus"] for focus in json.loads(out)["foci"]]
    status, out, _ = run(
        TWO, "TX-06", "--as-of", "2026-03-31", "--format", "json", "--focus", names[1]
    )
    assert status == 0
    assert [focus["focus"] for focus in json.loads(out)["foci"]] == names[1:]
    status, out, err = run(TWO, "TX-06", "--as-of", "2026-03-31", "--focus", "tumor-9")
    assert (status, out) == (2, "")
    assert "is not evaluated at 'tumor-9'" in err
    assert names[0] in err


def test_a_list_of_cases_gives_a_list(run: Run) -> None:
    cohort = str(EXAMPLES / "cohort.ndjson")
    status, out, _ = run(cohort, "MD-01", "--as-of", "2026-03-31", "--format", "json")
    found = json.loads(out)
    assert status == 1
    assert [each["conforms"] for each in found].count(False) == 1
    assert all(each["foci"] for each in found if each["conforms"])
    assert all(each["findings"] for each in found if not each["conforms"])


@pytest.mark.parametrize(
    ("id_", "words"),
    [
        ("TX-6", "Did you mean TX-"),
        ("tx-06", "Did you mean TX-06"),
        ("XYZ", "Expected one of PR-01"),
        ("DX-05", "has no verdict"),
        ("GAP-KI76", "Did you mean GAP-KI67"),
    ],
)
def test_a_wrong_id_is_reported(run: Run, id_: str, words: str) -> None:
    status, out, err = run(SMALL, id_, "--as-of", "2026-03-31")
    assert (status, out) == (2, "")
    assert words in err


def test_no_id_is_reported(run: Run) -> None:
    status, out, err = run(SMALL)
    assert (status, out) == (2, "")
    assert "Add a statement, such as TX-06" in err


def test_a_case_with_a_violation_gets_findings(run: Run) -> None:
    mistake = str(EXAMPLES / "mistakes" / "grade-below-ki67.json")
    for form in ("text", "markdown", "json", "turtle"):
        status, out, _ = run(mistake, "TX-06", "--as-of", "2026-03-31", "--format", form, "--check")
        assert status == 1
        assert "Correct" in out


def test_check_says_that_each_proof_follows(run: Run) -> None:
    status, out, err = run(TWO, "TX-06", "--as-of", "2026-03-31", "--format", "json", "--check")
    assert status == 0
    assert json.loads(out)["foci"]
    assert err.count("follows") == 2


@pytest.mark.slow
def test_a_proof_that_was_written_down_can_be_checked(run: Run, tmp_path: Path) -> None:
    _, out, _ = run(TWO, "TX-06", "--as-of", "2026-03-31", "--format", "json")
    file = tmp_path / "proof.json"
    for tree in (json.loads(out), [json.loads(out)], json.loads(out)["foci"][0]["proof"]):
        file.write_text(json.dumps(tree))
        status, reported, err = run(TWO, "--proof", str(file))
        assert (status, err) == (0, "")
        assert reported.count("follows") == (1 if "proof" in tree else 2)
    broken = json.loads(out)
    broken["foci"][0]["proof"]["section"] = "Workup"
    file.write_text(json.dumps(broken))
    status, reported, _ = run(TWO, "--proof", str(file))
    assert status == 1
    assert "does not follow" in reported
    assert 'section is "Workup", but must be "Treatment/Localized/Conservative"' in reported


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "not valid JSON"),
        ("[" * 100_000, "nested too deeply"),
        ("[]", "contains no proof"),
        ('{"id": "a"}', "not a proof: the key case is missing"),
        ('{"case": "another"}', "the proof is about the case 'another'"),
        ('[{"foci": [null]}]', "contains null in place of a proof"),
        ('{"case": "a", "case": "b"}', 'has the key "case" twice'),
        (
            '{"case": "small-pancreatic-net", "asOf": "soon"}',
            "'soon' is not a valid evaluation date",
        ),
    ],
)
def test_what_is_not_a_proof_is_reported(
    run: Run, tmp_path: Path, content: str, words: str
) -> None:
    file = tmp_path / "proof.json"
    file.write_text(content)
    status, out, err = run(SMALL, "--proof", str(file))
    assert (status, out) == (2, "")
    assert words in err
    assert str(file) in err or "soon" in words


def test_a_proof_about_a_case_that_violates_the_shapes_gets_findings(
    run: Run, tmp_path: Path
) -> None:
    _, out, _ = run(SMALL, "TX-06", "--as-of", "2026-03-31", "--format", "json")
    file = tmp_path / "proof.json"
    file.write_text(out)
    case = json.loads(Path(SMALL).read_text())
    case["tumors"][0]["measurements"] = [{"date": "2026-02-30", "diameterMm": 14}]
    status, reported, err = run("-", "--proof", str(file), stdin=json.dumps(case))
    assert (status, err) == (1, "")
    assert "not a real day" in reported or "measurements.date" in reported


def test_a_number_of_many_digits_is_proved_and_checked() -> None:
    case = load_case(
        {"id": "c", "tumors": [{"ki67Percent": 2.0000000000000004}]}, schema=ENGINE.schema
    )
    found = explain(ENGINE, ENGINE.examine(case, as_of=AS_OF), find_statement(ENGINE, "TX-15"))
    assert Checker(case, as_of=AS_OF).check(found.foci[0].proof.to_dict()) == ()


@pytest.mark.parametrize(
    ("place", "key", "value"),
    [
        ((), "case", "another"),
        ((), "conforms", False),
        (("statement",), "label", "palliative care"),
        (("foci", 0), "status", "closed"),
        (("foci", 0), "verdict", "not-applicable"),
        (("foci", 0), "missing", [["men1Status"]]),
    ],
)
def test_what_surrounds_a_proof_is_compared_with_the_plan(
    run: Run, tmp_path: Path, place: tuple[Any, ...], key: str, value: Any
) -> None:
    _, out, _ = run(SMALL, "TX-06", "--as-of", "2026-03-31", "--format", "json")
    tree = json.loads(out)
    at = tree
    for step in place:
        at = at[step]
    at[key] = value
    file = tmp_path / "proof.json"
    file.write_text(json.dumps(tree))
    status, reported, _ = run(SMALL, "--proof", str(file))
    assert status == 1
    assert "around the proof: " in reported
    assert (place[0] if place == ("statement",) else key) in reported


def test_a_proof_cannot_forge_the_lines_about_it(run: Run, tmp_path: Path) -> None:
    _, out, _ = run(SMALL, "TX-06", "--as-of", "2026-03-31", "--format", "json")
    proof = json.loads(out)["foci"][0]["proof"]
    proof["focus"] = "body-nodule: follows (applicable)\nTX-99 at x\x1b[31m"
    proof["x\ny: follows"] = 1
    file = tmp_path / "proof.json"
    file.write_text(json.dumps(proof))
    status, reported, _ = run(SMALL, "--proof", str(file))
    assert status == 1
    assert "\x1b" not in reported
    assert not re.search("follows( \\(applicable\\))?$", reported, re.MULTILINE)


def test_a_proof_about_one_of_two_cases_with_one_id_is_refused(run: Run, tmp_path: Path) -> None:
    cases = "".join(
        json.dumps({"id": "d", "tumors": [{"ki67Percent": value}]}) + "\n" for value in (1, 50)
    )
    _, out, _ = run("-", "TX-15", "--format", "json", "--input-format", "ndjson", stdin=cases)
    file = tmp_path / "proof.json"
    file.write_text(json.dumps(json.loads(out)[0]))
    status, _, err = run("-", "--proof", str(file), "--input-format", "ndjson", stdin=cases)
    assert status == 2
    assert "found 2 cases" in err


@pytest.mark.parametrize("option", [("--format", "json"), ("--whole",), ("--check",)])
def test_a_check_takes_no_option_of_a_proof(run: Run, option: tuple[str, ...]) -> None:
    status, out, err = run(SMALL, "--proof", "proof.json", *option)
    assert (status, out) == (2, "")
    assert "--proof verifies existing proofs" in err


def test_a_missing_file_is_reported(run: Run) -> None:
    status, _, err = run(SMALL, "--proof", "nowhere.json")
    assert status == 2
    assert "nowhere.json" in err


def test_the_library_refuses_what_the_command_refuses() -> None:
    with pytest.raises(InputError, match="No statement has the id"):
        find_statement(ENGINE, "TX-99")


# -- what a sceptic would stumble over -------------------------------------------------------
SEPARATE = {
    "id": "separate",
    "diseaseExtent": "UnresectableOrAdvanced",
    "tumors": [
        {"id": name, "primarySite": "Ileum", "differentiation": "WellDifferentiated", "grade": "G1"}
        for name in ("head", "tail")
    ],
    "metastases": [{"id": "m", "site": "Liver", "pattern": "Few"}, {"id": "n", "site": "Bone"}],
    "events": [
        {"type": "CompleteResection", "status": "completed", "target": "head"},
        {"type": "LiverResection", "status": "completed", "target": "m"},
        {"type": "Gallium68DotaPeptidePET", "status": "completed", "date": "2026-01-02"},
    ],
}


def drawn_of(case: dict[str, Any], id_: str, focus: str) -> str:
    examined = ENGINE.examine(load_case(case, schema=ENGINE.schema), as_of=AS_OF)
    found = explain(ENGINE, examined, find_statement(ENGINE, id_), focus=focus)
    return explanation_text(found, color=False, width=200)


def test_an_absence_names_the_tumor_that_it_concerns() -> None:
    reported = "completed tumor resection whose outcome is not failed that concerns tail"
    assert f"no {reported} among the 3 events" in drawn_of(SEPARATE, "TX-18", "tail")
    plan = ENGINE.derive(load_case(SEPARATE, schema=ENGINE.schema), as_of=AS_OF)
    row = next(row for row in plan.recommendations if row.id == "TX-18")
    because = json.dumps([fact.to_dict() for focus in row.foci for fact in focus.because])
    assert f'"{reported}"' in because


def test_an_imaging_without_a_result_is_not_denied() -> None:
    case = copy.deepcopy(SEPARATE)
    case["tumors"][1]["somatostatinReceptorStatus"] = "Positive"
    drawn = drawn_of(case, "TX-20", "tail")
    assert "no completed somatostatin receptor imaging with a result" in drawn
    assert "no somatostatin receptor imaging" not in drawn


def test_nothing_to_look_at_is_reported() -> None:
    bare = {"id": "bare", "tumors": [{}]}
    for case, words in (
        (bare, "metastases: there is none"),
        (SEPARATE, "metastases: all 2 examined"),
    ):
        assert words in drawn_of(case, "TX-26", case["id"])


def test_a_record_is_named_where_the_talk_turns_to_it() -> None:
    drawn = drawn_of(SEPARATE, "TX-17", "tail")
    assert "✗ m: not all hold" in drawn
    assert "✗ n: not all hold" in drawn


def test_a_threshold_that_is_missed_is_reported() -> None:
    case = json.loads(Path(SMALL).read_text())
    drawn = drawn_of(case, "TX-02", "body-nodule")
    assert "interval Diameter-Above20mm: latestDiameterMm > 20 mm is Above20mm (TX-02" in drawn


def test_what_rules_did_not_give_is_not_said_to_be_unrecorded() -> None:
    drawn = drawn_of({"id": "bare", "tumors": [{}]}, "TX-09", "tumor-1")
    assert "no earlier size class derived" in drawn
    measured = {
        "id": "bare",
        "tumors": [{"measurements": [{"date": "2026-01-02", "diameterMm": 9}]}],
    }
    drawn = drawn_of(measured, "TX-09", "tumor-1")
    assert "no earlier size class derived among the 1 record" in drawn
