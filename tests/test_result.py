"""Check what all answers offer: JSON, rows, data frames, notebooks, days as text."""

from __future__ import annotations

import builtins
import json
from collections.abc import Callable
from datetime import date, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

import netkg
import netkg.graph
from netkg.api import default_engine
from netkg.result import Result, as_json, json_text

pytestmark = pytest.mark.many

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "examples" / "small-pancreatic-net.json"
DAY = "2026-03-31"
# A case id and a value that would be markup, if they were not escaped.
NASTY = {
    "id": "<script>alert(1)</script>",
    "tumors": [{"id": "t|<b>", "primarySite": "Pancreas", "ki67Percent": 1}],
    "events": [{"type": "CTScan", "status": "completed", "label": "*x* <i>y</i> \x1b[31m"}],
}


def answers(case: Any) -> dict[str, Any]:
    """Return an answer of every kind about a case, by the name of its class."""
    plan = netkg.derive(case, as_of=DAY)
    explained = netkg.explain(case, "TX-06", as_of=DAY)
    row = next(row for row in plan.recommendations if row.id == "TX-06")
    compared = netkg.whatif(case, as_of=DAY, set={"fitForSurgery": False})
    found = [
        plan,
        plan.guideline,
        row,
        row.foci[0],
        *(action for row in plan.recommendations for f in row.foci for action in f.actions[:1]),
        *(fact for row in plan.recommendations for f in row.foci for fact in f.because[:1]),
        *plan.next_questions,
        *plan.findings,
        netkg.validate(case, as_of=DAY),
        explained,
        explained.foci[0].proof,
        explained.foci[0].proof.step,
        compared,
        *compared.changed,
        netkg.ask("cq07", cases=[case], as_of=DAY),
        netkg.ask("cq04", citation="4"),
        *netkg.recheck(explained, case),
    ]
    return {type(answer).__name__: answer for answer in reversed(found)}


@pytest.fixture(scope="module")
def example_answers() -> dict[str, Any]:
    return answers(EXAMPLE)


@pytest.fixture(scope="module")
def nasty_answers() -> dict[str, Any]:
    return answers(NASTY)


PUBLIC = [
    name
    for name in netkg.__all__
    if isinstance(getattr(netkg, name), type) and issubclass(getattr(netkg, name), Result)
]


ODD = [
    *({}, [], (), {"a": {}, "b": [[], {}]}, "", 'a "b" \\ \n\t', "\x1f\u2028", None, True, 10**30),
    *(1.5, -0.0, 1e300, float("inf"), float("nan")),
    *({1: "a", None: "b", False: "c", 1.5: "d"}, [1, [2, (3, {"x": [4]})]], {"Zo\xeb": "\u4e2d"}),
]


@pytest.mark.parametrize("value", ODD, ids=repr)
@pytest.mark.parametrize("indent", [None, 1, 2])
def test_json_text_is_that_of_the_standard_library(value: Any, indent: int | None) -> None:
    hidden = {"\u2028": "\\u2028"}  # only what hides differs: it is written as an escape
    expected = json.dumps(value, ensure_ascii=False, indent=indent)
    assert json_text(value, indent=indent) == expected.translate(str.maketrans(hidden))


def test_an_answer_as_text_is_its_json_form(example_answers: dict[str, Any]) -> None:
    # An answer to a query is written as SPARQL results.
    found = [each for name, each in example_answers.items() if name != "Answer"]
    for answer in (*found, found):
        expected = json.dumps(as_json(answer), ensure_ascii=False, indent=2)
        assert json_text(answer) == expected


def test_what_is_not_json_is_refused() -> None:
    with pytest.raises(TypeError):
        json_text({"a": {1, 2}})


def test_there_is_an_answer_of_every_public_kind(example_answers: dict[str, Any]) -> None:
    assert len(PUBLIC) > 12
    assert set(PUBLIC) <= set(example_answers)


@pytest.mark.parametrize("name", PUBLIC)
def test_an_answer_is_json_and_rows(name: str, example_answers: dict[str, Any]) -> None:
    answer = example_answers[name]
    assert json.loads(json.dumps(answer.to_dict(), default=str))
    rows = answer.to_rows()
    assert len({tuple(row) for row in rows}) <= 1, "rows share their keys"


@pytest.mark.parametrize("name", PUBLIC)
def test_an_answer_is_a_data_frame(name: str, example_answers: dict[str, Any]) -> None:
    answer = example_answers[name]
    frame = answer.to_dataframe()
    rows = answer.to_rows()
    assert len(frame) == len(rows)
    if rows:
        assert list(frame.columns) == list(rows[0])


def test_the_rows_of_a_plan_are_its_statements_and_foci(example_answers: dict[str, Any]) -> None:
    plan = example_answers["Plan"]
    frame = plan.to_dataframe()
    assert [*zip(frame["id"], frame["focus"], frame["verdict"], strict=True)] == [
        (row.id, focus.focus, focus.verdict) for row in plan.recommendations for focus in row.foci
    ]
    [surveillance] = frame[frame["id"] == "TX-06"].to_dict("records")
    days = (surveillance["dueFrom"], surveillance["dueBy"])
    assert [str(day.date()) for day in days] == ["2026-01-15", "2026-07-15"]


def dtypes(frame: Any) -> dict[str, str]:
    return {name: str(dtype) for name, dtype in frame.dtypes.items()}


def test_the_columns_of_a_plan_have_types_whatever_is_in_them() -> None:
    invalid = netkg.derive(ROOT / "examples" / "mistakes" / "two-grades.json", as_of=DAY)
    for plan in (netkg.derive(EXAMPLE, as_of=DAY), invalid):
        assert dtypes(plan.to_dataframe()) == {
            **dict.fromkeys(("case", "id", "kind", "level", "label", "section"), "string"),
            **dict.fromkeys(("modality", "focus", "verdict", "status"), "string"),
            **dict.fromkeys(("asOf", "dueFrom", "dueBy"), "datetime64[s]"),
            **dict.fromkeys(("citations", "supersededBy", "challengedBy", "missing"), "object"),
        }
    assert invalid.to_dataframe().empty


def test_lists_are_tuples_and_what_is_missing_is_na(example_answers: dict[str, Any]) -> None:
    frame = example_answers["Plan"].to_dataframe().set_index(["id", "focus"])
    row = frame.loc[("FU-01", "body-nodule")]
    assert row["supersededBy"] == ("TX-06",)
    assert frame["status"].isna().any()
    assert frame["dueBy"].isna().any()
    steps = example_answers["Proof"].to_dataframe()
    assert dtypes(steps)["depth"] == "Int64"
    assert steps["value"].isna().any()
    assert dtypes(example_answers["Action"].to_dataframe())["done"] == "boolean"


def test_one_data_frame_has_the_rows_of_many_plans() -> None:
    cases = [EXAMPLE, ROOT / "examples" / "men1-two-tumors.json"]
    plans = [netkg.derive(case, as_of=DAY) for case in cases]
    frame = netkg.to_dataframe(plans)
    assert len(frame) == sum(len(plan.to_rows()) for plan in plans)
    assert list(frame["case"].unique()) == [plan.case for plan in plans]
    assert dtypes(frame) == dtypes(plans[0].to_dataframe())
    orders = netkg.to_dataframe(iter(plans), part="orders")
    assert [*zip(orders["case"], orders["type"], strict=True)] == [
        (plan.case, order.type) for plan in plans for order in plan.orders
    ]
    assert dtypes(orders)["dueBy"] == "datetime64[s]"
    assert netkg.to_dataframe([]).empty


def test_an_invalid_case_is_not_dropped_in_silence() -> None:
    cases = [EXAMPLE, ROOT / "examples" / "mistakes" / "two-grades.json"]
    plans = [netkg.derive(case, as_of=DAY) for case in cases]
    with pytest.warns(UserWarning, match="Results without rows: 1.*part='findings'"):
        frame = netkg.to_dataframe(plans)
    assert list(frame["case"].unique()) == ["small-pancreatic-net"]
    findings = netkg.to_dataframe(plans, part="findings")
    assert "Violation" in set(findings.loc[findings["case"] == "two-grades", "severity"])


def test_what_is_not_a_list_of_results_is_refused(example_answers: dict[str, Any]) -> None:
    plan, findings = example_answers["Plan"], example_answers["Findings"]
    for wrong in ([plan, findings], [plan, 3], ["a case"], [EXAMPLE]):
        with pytest.raises(netkg.InputError, match="no data frame can be made of"):
            netkg.to_dataframe(wrong)
    with pytest.raises(netkg.InputError, match=r"no part 'order' with rows.*orders"):
        netkg.to_dataframe(plan, part="order")


def test_an_answer_has_the_types_of_its_terms() -> None:
    answer = netkg.ask(
        """
        SELECT ?day ?flag ?whole ?number ?mixed ?text ?huge WHERE {
          VALUES (?day ?flag ?whole ?number ?mixed ?text ?huge) {
            ("2026-01-15"^^xsd:date true 1 1.5 1 "a" 1)
            (UNDEF false 2 2 "b" <https://example.org/b> 99999999999999999999)
          }
        } ORDER BY ?whole
        """
    )
    frame = answer.to_dataframe()
    assert dtypes(frame) == {
        **{"day": "datetime64[s]", "flag": "boolean", "whole": "Int64", "number": "Float64"},
        **{"mixed": "object", "text": "string", "huge": "object"},
    }
    assert frame["day"].isna().tolist() == [False, True]
    assert frame["number"].sum() == 3.5
    assert frame["huge"].tolist() == [1, 99999999999999999999]


def test_an_answer_without_rows_keeps_its_columns() -> None:
    answer = netkg.ask("cq19", cases=[{"id": "c", "tumors": [{}]}], as_of=DAY)
    assert answer.rows == ()
    assert list(answer.to_dataframe().columns) == list(answer.columns)


def test_without_pandas_a_sentence_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, example_answers: dict[str, Any]
) -> None:
    ordinary = builtins.__import__

    def absent(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "pandas":
            raise ImportError(name, name=name)
        return ordinary(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", absent)
    with pytest.raises(netkg.MissingPackage, match=r"pip install 'netkg\[dataframe\]'"):
        example_answers["Plan"].to_dataframe()


# -- notebooks -----------------------------------------------------------------------------
class Elements(HTMLParser):
    """Collect the elements and the text of a page, and whether each is closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.open: list[str] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        assert not {"src", "href", "onload", "onclick"} & {name for name, _ in attributes}
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("name", PUBLIC)
@pytest.mark.parametrize("which", ["example_answers", "nasty_answers"])
def test_an_answer_shows_itself_in_a_notebook(
    name: str, which: str, request: pytest.FixtureRequest
) -> None:
    found = request.getfixturevalue(which)
    page = Elements(found[name]._repr_html_())
    assert page.open == []
    assert page.tags <= {
        *(
            "br",
            "code",
            "details",
            "div",
            "em",
            "h2",
            "h3",
            "h4",
            "li",
            "p",
            "span",
            "strong",
            "style",
            "summary",
            "table",
        ),
        *("tbody", "td", "th", "thead", "tr", "ul"),
    }
    assert "\x1b" not in page.text
    markdown = found[name]._repr_markdown_()
    assert markdown.endswith("\n")
    assert "<script>" not in markdown
    assert "<b>" not in markdown


@pytest.mark.parametrize("name", PUBLIC)
def test_an_answer_is_short_in_a_list(name: str, nasty_answers: dict[str, Any]) -> None:
    words = repr(nasty_answers[name])
    assert len(words) < 450
    assert "\n" not in words
    assert "\x1b" not in words


def test_a_long_answer_says_how_many_rows_are_not_shown() -> None:
    answer = netkg.ask("SELECT ?term ?label WHERE { ?term rdfs:label ?label }")
    page = answer._repr_html_()
    assert page.count("<tr>") == 21
    assert f"The first 20 of {len(answer.rows):,} rows." in page
    assert f"The first 20 of {len(answer.rows):,} rows." in answer._repr_markdown_()


def test_an_answer_names_an_iri_and_shows_it_in_full_on_demand() -> None:
    page = netkg.ask("SELECT ?class WHERE { VALUES ?class { netkg:Tumor } }")._repr_html_()
    assert '<td class="short" title="https://w3id.org/netkg/ns#Tumor">Tumor</td>' in page
    page = netkg.ask('SELECT ?text WHERE { BIND("<b>" AS ?text) }')._repr_html_()
    assert "&lt;b&gt;" in page
    assert "<b>" not in page


def test_findings_say_in_words_whether_the_case_conforms() -> None:
    valid = netkg.validate(ROOT / "examples" / "advanced-ileal-net.json", as_of=DAY)
    assert "The case conforms: no findings." in Elements(valid._repr_html_()).text
    invalid = netkg.validate(ROOT / "examples" / "mistakes" / "two-grades.json", as_of=DAY)
    assert "The case is invalid: 1 violation, 5 warnings." in Elements(invalid._repr_html_()).text


def test_a_comparison_has_a_column_for_each_side(example_answers: dict[str, Any]) -> None:
    page = example_answers["Comparison"]._repr_html_()
    assert '<th scope="col">Before</th><th scope="col">After</th>' in page
    assert '<span class="chip undetermined">undetermined</span>' in page


def test_an_alert_is_an_alert_wherever_it_is_shown(example_answers: dict[str, Any]) -> None:
    plan = example_answers["Plan"]
    alert = next(row for row in plan.recommendations if row.kind == "alert" and row.status)
    assert alert.status == "due"
    assert '<span class="chip alert">alert</span>' in alert._repr_html_()
    page = plan._repr_html_()
    assert f'<tr class="alert"><td>{alert.id}</td><td>alert</td>' in " ".join(page.split())
    explained = netkg.explain(EXAMPLE, alert.id, as_of=DAY)
    assert "applicable, alert" in explained._repr_html_()


def test_a_proof_folds_so_that_it_fits_on_a_screen(example_answers: dict[str, Any]) -> None:
    page = example_answers["Explanation"]._repr_html_()
    assert page.count("<details open>") > 3
    assert page.count("<details>") > 3


@pytest.mark.parametrize("name", ["Plan", "Explanation", "Comparison", "Answer", "Proof"])
def test_a_whole_answer_carries_the_disclaimer(name: str, example_answers: dict[str, Any]) -> None:
    answer = example_answers[name]
    assert "not a medical device" in Elements(answer._repr_html_()).text
    assert "not a medical device" in answer._repr_markdown_()


def test_a_drawing_shows_itself_in_a_notebook() -> None:
    drawing = netkg.graph.draw(default_engine(), "guideline")
    assert "srcdoc=" in drawing._repr_html_()
    assert "<script" not in drawing._repr_html_()
    assert drawing._repr_markdown_().startswith("```mermaid\n")


# -- days ------------------------------------------------------------------------------------
WITH_A_DAY: dict[str, Callable[[Any], Any]] = {
    "derive": lambda day: netkg.derive(EXAMPLE, as_of=day),
    "validate": lambda day: netkg.validate(EXAMPLE, as_of=day),
    "explain": lambda day: netkg.explain(EXAMPLE, "TX-06", as_of=day),
    "whatif": lambda day: netkg.whatif(EXAMPLE, as_of=day, unset=["men1Status"]),
    "diff": lambda day: netkg.diff(EXAMPLE, as_of=("2025-06-30", day)),
    "diff of cases": lambda day: netkg.diff(EXAMPLE, EXAMPLE, as_of=day),
    "ask": lambda day: netkg.ask("cq07", cases=EXAMPLE, as_of=day),
    "recheck": lambda day: netkg.recheck(
        netkg.explain(EXAMPLE, "TX-06", as_of=DAY), EXAMPLE, as_of=day
    ),
    "Engine.process": lambda day: list(
        default_engine().process([netkg.load_case(EXAMPLE)], as_of=day)
    ),
    "Engine.examine": lambda day: (
        default_engine().examine(netkg.load_case(EXAMPLE), as_of=day).plan
    ),
    "Checker": lambda day: netkg.Checker(netkg.load_case(EXAMPLE), as_of=day).check({}),
    "graph.view": lambda day: dict(
        netkg.graph.view(default_engine(), "plan", case=netkg.load_case(EXAMPLE), as_of=day).nodes()
    ),
}


@pytest.mark.parametrize("call", WITH_A_DAY.values(), ids=WITH_A_DAY)
def test_a_day_is_a_date_or_its_iso_text(call: Callable[[Any], Any]) -> None:
    by_text = call(DAY)
    assert call(date(2026, 3, 31)) == by_text
    assert call(datetime(2026, 3, 31, 12, 30)) == by_text


@pytest.mark.parametrize("call", WITH_A_DAY.values(), ids=WITH_A_DAY)
@pytest.mark.parametrize("day", ["2026-02-30", "31.03.2026", "", 20260331])
def test_what_is_not_a_day_is_refused(call: Callable[[Any], Any], day: Any) -> None:
    with pytest.raises(netkg.InputError, match="is not a valid date"):
        call(day)
