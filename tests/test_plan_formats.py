"""Check that every format of ``netkg derive`` is what readers that are not ours take it for."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from datetime import date
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from markdown_it import MarkdownIt
from rdflib import RDF, Graph, Literal, Namespace, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import PROV
from rdflib.term import Node

from netkg import cli, load_case

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples"
NETKG = Namespace("https://w3id.org/netkg/ns#")
FORMATS = ("text", "json", "turtle", "jsonld", "markdown")
DAY = "2026-03-31"
ODD: dict[str, Any] = {
    "id": 'a "b" <c> & d\\e *f* é \U0001f642',
    "tumors": [
        {"id": "t|1 `x` [y](z)", "primarySite": "Pancreas", "ki67Percent": "8 \"\n'''"},
        {"id": "<script>alert(1)</script>", "functionalStatus": "Odd"},
    ],
}
SOUND = (
    "small-pancreatic-net.json",
    "small-pancreatic-net.ttl",
    "advanced-ileal-net.json",
    "men1-two-tumors.json",
    "carcinoid-heart-unknown-primary.json",
)
VIOLATING = ("mistakes/grade-below-ki67.json", "mistakes/number-as-text.json", "odd.json")
INPUTS = (*SOUND, *VIOLATING, "cohort.ndjson")


@pytest.fixture(scope="module")
def derive(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], str]:
    """Return what the command line answers for an example, in a format."""
    odd = tmp_path_factory.mktemp("formats") / "odd.json"
    odd.write_text(json.dumps(ODD), encoding="utf-8")

    @cache
    def derive(name: str, form: str) -> str:
        file = odd if name == "odd.json" else EXAMPLES / name
        output = io.StringIO()
        with redirect_stdout(output):
            status = cli.main(["derive", str(file), "--as-of", DAY, "--format", *form.split()])
        assert status == (0 if name in SOUND else 1)
        return output.getvalue()

    return derive


Derive = Callable[[str, str], str]


# -- JSON --------------------------------------------------------------------------------
Check = Callable[[Any, str], None]
SEVERITIES = ("Violation", "Warning", "Info")
VERDICTS = ("applicable", "not-applicable", "undetermined")
STATUSES = (
    *("overdue", "due", "option", "planned", "scheduled"),
    *("tried", "declined", "done", "superseded", "closed"),
)


def of_type(*types: type) -> Check:
    """Check the type, exactly: true is not a number."""

    def check(value: Any, at: str) -> None:
        assert type(value) in types, f"{at} is {value!r}"

    return check


def one_of(*words: str) -> Check:
    def check(value: Any, at: str) -> None:
        assert value in words, f"{at} is {value!r}"

    return check


def optional(given: Check) -> Check:
    def check(value: Any, at: str) -> None:
        if value is not None:
            given(value, at)

    return check


def list_of(given: Check) -> Check:
    def check(value: Any, at: str) -> None:
        assert type(value) is list, f"{at} is {value!r}"
        for place, item in enumerate(value):
            given(item, f"{at}[{place}]")

    return check


def record(also: dict[str, Check] | None = None, /, **keys: Check) -> Check:
    """Check an object: all these keys, perhaps some of the others, and nothing else."""

    def check(value: Any, at: str) -> None:
        assert type(value) is dict, f"{at} is {value!r}"
        assert keys.keys() <= value.keys() <= keys.keys() | (also or {}).keys(), at
        for key, item in value.items():
            ({**keys, **(also or {})}[key])(item, f"{at}.{key}")

    return check


def day(value: Any, at: str) -> None:
    assert date.fromisoformat(value).isoformat() == value, at


def fact(value: Any, at: str) -> None:
    keys = {
        "subject": text,
        "field": text,
        "value": of_type(str, bool, int, float, dict, type(None)),
        "asserted": truth,
        "from": list_of(fact),
    }
    record({"searched": text}, **keys)(value, at)
    if value["asserted"]:
        assert value["from"] == [], at
        assert value["value"] is not None, at
    elif not value["from"]:
        assert value["value"] is None, f"{at} is neither asserted, nor derived, nor an absence"


text, truth, texts = of_type(str), of_type(bool), list_of(of_type(str))
missing = list_of(list_of(text))
ACTION = record(
    type=text,
    group=one_of("any", "all"),
    done=truth,
    planned=truth,
    last=optional(day),
    dueFrom=optional(day),
    dueBy=optional(day),
)
FOCUS = record(
    focus=text,
    verdict=one_of(*VERDICTS),
    status=optional(one_of(*STATUSES)),
    supersededBy=texts,
    challengedBy=texts,
    actions=list_of(ACTION),
    because=list_of(fact),
    missing=missing,
)
ROW = record(
    {"definition": text, "caveats": texts, "readingNotes": texts},
    id=text,
    kind=text,
    level=one_of("case", "tumor"),
    label=text,
    section=text,
    modality=text,
    citations=texts,
    verdict=one_of(*VERDICTS),
    status=optional(one_of(*STATUSES)),
    missing=missing,
    foci=list_of(FOCUS),
)
PLAN = record(
    case=text,
    asOf=day,
    guideline=record(iri=text, version=text, reviewStatus=text),
    conforms=truth,
    findings=list_of(
        record(
            severity=one_of(*SEVERITIES),
            focus=text,
            field=text,
            found=text,
            expected=text,
            message=text,
            statement=optional(text),
            pointer=text,
            line=optional(of_type(int)),
        )
    ),
    recommendations=list_of(ROW),
    gaps=texts,
    nextQuestions=list_of(record(field=text, decides=texts)),
    summary=record(
        line=text,
        parts=list_of(
            record(
                focus=text,
                field=text,
                value=of_type(str, bool, int, float, list),
                words=text,
                basis=text,
            )
        ),
    ),
    treatments=list_of(
        record(
            type=text,
            label=text,
            remark=optional(text),
            status=one_of("planned", "active", "completed", "stopped", "declined"),
            date=optional(day),
            target=optional(text),
            result=optional(text),
            outcome=optional(text),
            statements=texts,
        )
    ),
    orders=list_of(
        record(
            type=text,
            label=text,
            status=one_of(*STATUSES),
            statements=texts,
            foci=texts,
            last=optional(day),
            dueFrom=optional(day),
            dueBy=optional(day),
        )
    ),
    dependsOn=list_of(record(fields=texts, foci=texts, decides=texts)),
    nearMisses=list_of(record(id=text, label=text, focus=text, because=list_of(fact))),
    disclaimer=text,
)


@pytest.mark.parametrize("name", INPUTS)
def test_json_has_the_documented_form(derive: Derive, name: str) -> None:
    found = json.loads(derive(name, "json"))
    many = name.endswith(".ndjson")
    assert isinstance(found, list) is many
    for place, plan in enumerate(found if many else [found]):
        PLAN(plan, f"plan {place}")
        violated = any(finding["severity"] == "Violation" for finding in plan["findings"])
        assert plan["conforms"] is not violated
        if violated:
            assert (plan["recommendations"], plan["gaps"], plan["nextQuestions"]) == ([], [], [])
            shown = ("treatments", "orders", "dependsOn", "nearMisses")
            assert [plan[key] for key in shown] == [[], [], [], []]
            assert plan["summary"] == {"line": "", "parts": []}
        else:
            assert len(plan["recommendations"]) == 57
        for row in plan["recommendations"]:
            rows_agree(row)


def rows_agree(row: dict[str, Any]) -> None:
    """Check what goes with a verdict: status, actions, reasons, missing fields."""
    for part in (row, *row["foci"]):
        applicable, undetermined = (part["verdict"] == word for word in VERDICTS[::2])
        assert (part["status"] is not None) is applicable, row["id"]
        assert bool(part["missing"]) <= undetermined, row["id"]
    for focus in row["foci"]:
        assert not focus["actions"] or focus["verdict"] == "applicable", row["id"]
        assert bool(focus["because"]) is (focus["verdict"] != "undetermined"), row["id"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"asOf": "15.01.2026"}, "15.01.2026"),
        ({"conforms": 1}, "conforms"),
        ({"gaps": None}, "gaps"),
        ({"extra": 1}, "plan"),
    ],
)
def test_json_that_departs_from_the_documented_form_is_found(
    derive: Derive, change: dict[str, Any], words: str
) -> None:
    plan = json.loads(derive("small-pancreatic-net.json", "json"))
    with pytest.raises((AssertionError, ValueError), match=re.escape(words)):
        PLAN(plan | change, "plan")


# -- RDF ---------------------------------------------------------------------------------
def by_rdflib(data: str, form: str) -> Graph:
    return Graph().parse(data=data, format=form)


def by_pyoxigraph(data: str, form: ox.RdfFormat) -> Graph:
    quads = list(ox.parse(data, format=form))
    lines = ox.serialize((quad.triple for quad in quads), format=ox.RdfFormat.N_TRIPLES)
    return Graph().parse(data=lines, format="nt")


@pytest.mark.batch
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # rdflib's own
@pytest.mark.parametrize("name", INPUTS)
def test_turtle_and_jsonld_are_one_graph_to_every_reader(derive: Derive, name: str) -> None:
    turtle, jsonld = derive(name, "turtle"), derive(name, "jsonld")
    graph = by_rdflib(turtle, "turtle")
    assert len(graph) > 20
    assert isomorphic(graph, by_pyoxigraph(turtle, ox.RdfFormat.TURTLE))
    assert isomorphic(graph, by_rdflib(jsonld, "json-ld"))
    assert isomorphic(graph, by_pyoxigraph(jsonld, ox.RdfFormat.JSON_LD))


@pytest.mark.parametrize("name", ["small-pancreatic-net.json", "cohort.ndjson"])
def test_turtle_says_what_json_says(derive: Derive, name: str) -> None:
    graph = by_rdflib(derive(name, "turtle"), "turtle")
    found = json.loads(derive(name, "json"))
    plans = found if isinstance(found, list) else [found]
    steps = [
        f"{focus['verdict']} {focus['status']}"
        for plan in plans
        for row in plan["recommendations"]
        for focus in row["foci"]
    ]
    said = [
        f"{word(graph.value(step, NETKG.verdict))} {word(graph.value(step, NETKG.stepStatus))}"
        for step in graph.subjects(RDF.type, NETKG.Step)
    ]
    assert sorted(said) == sorted(steps)
    assert set(graph.subject_objects(NETKG.conforms)) == {
        (node, Literal(plan["conforms"]))
        for plan in plans
        for node in graph.subjects(NETKG.planFor, URIRef(f"urn:netkg:case:{plan['case']}"))
    }


def word(node: Node | None) -> str | None:
    """Turn ``netkg:NotApplicable`` or ``netkg:OptionStatus`` into the word of the JSON."""
    if node is None:
        return None
    name = str(node).removeprefix(str(NETKG)).removesuffix("Status")
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower()


@pytest.mark.parametrize("name", [*SOUND, "cohort.ndjson"])
def test_every_applicable_step_is_derived_from_what_the_case_asserts(
    derive: Derive, name: str
) -> None:
    graph = by_rdflib(derive(name, "turtle"), "turtle")
    records = asserted_records(graph)
    applicable = list(graph.subjects(NETKG.verdict, NETKG.Applicable))
    assert len(applicable) > 5
    for step in applicable:
        statement = graph.value(step, NETKG.statement)
        sources = set(graph.objects(step, PROV.wasDerivedFrom))
        assert statement in sources
        assert sources - {statement}, f"{step} rests on no fact"
        for source in sources - {statement}:
            for leaf in leaves(graph, source, ()):
                assert well_founded(graph, leaf, records), f"{step} rests on {leaf}"


def asserted_records(graph: Graph) -> set[Node]:
    """Return the cases of a graph, and the records in these cases."""
    held = (NETKG.tumors, NETKG.metastases, NETKG.events, NETKG.measurements)
    cases = set(graph.objects(None, NETKG.planFor))
    return cases | set(chain.from_iterable(graph.objects(None, path) for path in held))


def leaves(graph: Graph, node: Node, path: tuple[Node, ...]) -> Iterator[Node]:
    """Yield the facts in which the proofs of a fact end; a circle is an error."""
    assert node not in path, f"{node} proves itself"
    facts = [
        source
        for source in graph.objects(node, PROV.wasDerivedFrom)
        if (source, RDF.type, NETKG.Fact) in graph
    ]
    records = set(graph.objects(node, PROV.wasDerivedFrom)) - set(facts)
    for source in facts:
        yield from leaves(graph, source, (*path, node))
    if (node, RDF.object, None) in graph and records and not is_asserted(graph, node):
        # Derived from events or measurements as recorded.
        yield from records
    elif not facts:
        yield node


def is_asserted(graph: Graph, fact: Node) -> bool:
    """Return whether the graph contains the triple that a fact is about."""
    subject, predicate, object_ = (
        graph.value(fact, part) for part in (RDF.subject, RDF.predicate, RDF.object)
    )
    if subject is None or predicate is None or object_ is None:
        return False
    # The id of a record is its node.
    return subject == object_ if predicate == NETKG.id else (subject, predicate, object_) in graph


def well_founded(graph: Graph, leaf: Node, records: set[Node]) -> bool:
    if (leaf, RDF.type, NETKG.Fact) not in graph:
        return leaf in records
    if (leaf, NETKG.isAbsence, Literal(True)) in graph:
        return (leaf, RDF.object, None) not in graph
    return is_asserted(graph, leaf) and graph.value(leaf, RDF.subject) in records


@pytest.mark.parametrize("name", SOUND)
def test_the_case_is_in_its_plan_as_asserted(derive: Derive, name: str) -> None:
    graph = by_rdflib(derive(name, "turtle"), "turtle")
    quads = [ox.Quad(t.subject, t.predicate, t.object) for t in load_case(EXAMPLES / name).triples]
    lines = ox.serialize((quad.triple for quad in quads), format=ox.RdfFormat.N_TRIPLES)
    case = Graph().parse(data=lines, format="nt")
    assert len(case) > 5
    assert by_value(case) <= by_value(graph)


def by_value(graph: Graph) -> set[tuple[object, object, object]]:
    """Return the triples of a graph, with values in place of the ways to write them."""
    return {(s, p, o.toPython() if isinstance(o, Literal) else o) for s, p, o in graph}


# -- Markdown and text -------------------------------------------------------------------
@pytest.mark.parametrize("name", INPUTS)
@pytest.mark.parametrize("full", [False, True])
def test_markdown_renders_with_headings_lists_and_tables(
    derive: Derive, name: str, full: bool
) -> None:
    form = "markdown --full" if full else "markdown"
    tokens = MarkdownIt("commonmark").enable("table").parse(derive(name, form))
    kinds = [token.type for token in tokens]
    plans = 5 if name.endswith(".ndjson") else 1
    # The first screen of a plan has lists, all statements are in tables, as are findings.
    violating = name in VIOLATING
    screens = 4 if name.endswith(".ndjson") else int(not violating)
    titles = plans + screens * full
    assert sum(t.type == "heading_open" and t.tag == "h1" for t in tokens) == titles
    assert (kinds.count("bullet_list_open") >= plans) or violating
    assert (kinds.count("table_open") > 0) == (full or plans > screens)
    assert kinds.count("blockquote_open") == plans
    assert "html_block" not in kinds
    assert "code_block" not in kinds
    inline = [child for token in tokens for child in token.children or ()]
    # A break inside a cell is the one piece of HTML; nothing of the input is read as markup.
    assert {child.content for child in inline if child.type == "html_inline"} <= {"<br>"}
    assert not {"link_open", "image", "code_inline", "em_open"} & {child.type for child in inline}
    assert all(len(row) > 1 for row in rows(tokens))


def rows(tokens: list[Any]) -> Iterator[list[str]]:
    """Yield the rows of all tables, each checked to be as wide as its head."""
    width, row = 0, list[str]()
    for place, token in enumerate(tokens):
        if token.type == "thead_open":
            width = 0
        elif token.type == "tr_open":
            row = []
        elif token.type in ("th_open", "td_open"):
            row.append(tokens[place + 1].content)
        elif token.type == "tr_close":
            width = width or len(row)
            assert len(row) == width
            yield row


def test_markdown_shows_what_is_written(derive: Derive) -> None:
    shown = MarkdownIt("commonmark").enable("table").render(derive("odd.json", "markdown"))
    assert "a &quot;b&quot; &lt;c&gt; &amp; d\\e *f* é \U0001f642" in shown
    assert "t|1 `x` [y](z)" in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown


@pytest.mark.parametrize("name", INPUTS)
@pytest.mark.parametrize("form", ["text", "markdown"])
def test_no_control_codes_where_there_is_no_terminal(derive: Derive, name: str, form: str) -> None:
    found = derive(name, form)
    assert found.endswith("\n")
    assert not [char for char in found if char != "\n" and not char.isprintable()]


# -- all -----------------------------------------------------------------------------------
@pytest.mark.parametrize("name", INPUTS)
@pytest.mark.parametrize("form", FORMATS)
def test_every_answer_carries_review_status_and_disclaimer(
    derive: Derive, name: str, form: str
) -> None:
    found = " ".join(derive(name, form).split())
    plans = 5 if name.endswith(".ndjson") else 1
    assert len(re.findall(r"pending human review\b", found)) >= plans
    assert found.count("not a medical device") == plans


@pytest.mark.parametrize("form", FORMATS)
def test_a_format_imports_only_what_draws_it(form: str) -> None:
    case = str(EXAMPLES / "small-pancreatic-net.json")
    code = (
        "import sys; from netkg import cli; "
        f"cli.main(['derive', {case!r}, '--as-of', '{DAY}', '--format', '{form}']); "
        "print('imported:', *(m for m in ('rich', 'jinja2') if m in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)
    found = done.stdout.decode().splitlines()[-1].split()[1:]
    assert found == {"text": ["rich"], "markdown": ["jinja2"]}.get(form, [])
