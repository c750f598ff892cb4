"""Check the reference pages: their form, and that they contain everything in the files."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from posixpath import dirname, normpath

import pyoxigraph as ox
import pytest
from markdown_it.token import Token
from rdflib import Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS, SH
from reference_pages import (
    DAY,
    ONTOLOGY,
    ROOT,
    anchors,
    inlines,
    lines,
    parse,
    part,
    shown,
    written,
)

from netkg import Engine
from netkg.case.loading import load_case
from netkg.docs.build import pages
from netkg.docs.knowledge import Knowledge

NETKG = "https://w3id.org/netkg/ns#"
NETS = "https://w3id.org/netkg/shapes#"
SHAPES = sorted((ROOT / "shapes").rglob("*.ttl"))


@pytest.fixture(scope="module")
def parsed(made: dict[str, str]) -> dict[str, list[Token]]:
    return {path: parse(text) for path, text in made.items()}


def local(term: object) -> str:
    return re.split("[#/]", str(term))[-1]


def page_of(knowledge: Knowledge, term: object) -> str:
    return knowledge.homes[ox.NamedNode(str(term))]


def below(made: dict[str, str], id_: str) -> str:
    """Return the page of a statement or a gap."""
    return made[f"terms/{id_}.md"]


def test_pages_are_the_same_in_every_process(made: dict[str, str], tmp_path: Path) -> None:
    for seed in ("1", "2"):
        folder = tmp_path / seed
        subprocess.run(
            [sys.executable, "-m", "netkg", "docs", "--out", str(folder)],
            cwd=ROOT,
            env=os.environ | {"PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
        )
        assert {
            path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
            for path in folder.rglob("*.md")
        } == made


# -- form ---------------------------------------------------------------------------------
def test_each_page_has_one_title_and_what_every_answer_carries(
    made: dict[str, str], parsed: dict[str, list[Token]]
) -> None:
    for path, text in made.items():
        assert text.endswith("\n"), path
        assert not text.endswith("\n\n"), path
        assert sum(t.type == "heading_open" and t.tag == "h1" for t in parsed[path]) == 1, path
        words = shown(parsed[path])
        assert "not a medical device" in words, path
        assert "version 2026-01-12, pending human review" in words, path


def test_no_markup_but_anchors_and_line_breaks_gets_through(
    parsed: dict[str, list[Token]],
) -> None:
    found = {
        (path, token.content)
        for path, tokens in parsed.items()
        for token in inlines(tokens)
        if token.type in ("html_inline", "html_block")
        and not re.fullmatch(r'<a id="[^"]+">|</a>|<br>', token.content)
        and not token.content.startswith("<!-- Written by netkg docs")
    }
    assert not found


def test_tables_are_well_formed(made: dict[str, str], parsed: dict[str, list[Token]]) -> None:
    tables = 0
    for path, text in made.items():
        rules = re.findall(r"^(?:\| --- )+\|$", text, re.MULTILINE)
        assert sum(t.type == "table_open" for t in parsed[path]) == len(rules), path
        tables += len(rules)
        width = 0
        for line in text.splitlines():
            if not line.startswith("|"):
                width = 0
                continue
            cells = len(re.findall(r"(?<!\\)\|", line)) - 1
            assert cells == (width or cells), f"{path}: {line}"
            width = cells
    assert tables > 100


def test_lists_are_tight_and_nothing_is_read_as_code(parsed: dict[str, list[Token]]) -> None:
    for path, tokens in parsed.items():
        fences = [t for t in tokens if t.type in ("code_block", "fence")]
        assert [t.info for t in fences] == ["sparql"] * path.startswith("queries/"), path
        assert not any(
            t.type == "paragraph_open"
            and not t.hidden
            and t.level
            and tokens[i - 1].type == "list_item_open"
            for i, t in enumerate(tokens)
        ), path


def test_anchors_are_unique(made: dict[str, str]) -> None:
    for path, text in made.items():
        found = anchors(text)
        assert len(found) == len(set(found)), path


def test_every_link_leads_somewhere(made: dict[str, str], parsed: dict[str, list[Token]]) -> None:
    known = {path: set(anchors(text)) for path, text in made.items()}
    links = 0
    for path, tokens in parsed.items():
        for token in inlines(tokens):
            if token.type != "link_open":
                continue
            links += 1
            target, _, anchor = str(token.attrs["href"]).partition("#")
            place = normpath(f"{dirname(path)}/{target}".lstrip("/")) if target else path
            assert place in known, f"{path}: {target}"
            assert not anchor or anchor in known[place], f"{path}: {token.attrs['href']}"
    assert links > 5000


def test_links_to_the_sources_are_written_on_request(knowledge: Knowledge) -> None:
    # From the folder of the pages, the sources are two folders up.
    for path, text in pages(knowledge, sources="../..").items():
        up = "../" * (path.count("/") + 2)
        for folder, file in re.findall(
            r"\]\((?:\.\./)*(ontology|queries|shapes)/([^)]+\.(?:rq|ttl))\)", text
        ):
            assert (ROOT / folder / file).is_file()
            assert f"]({up}{folder}/{file})" in text


def test_every_page_is_reached_from_the_first(parsed: dict[str, list[Token]]) -> None:
    seen, todo = {"index.md"}, ["index.md"]
    while todo:
        path = todo.pop()
        for token in inlines(parsed[path]):
            if token.type == "link_open":
                target = str(token.attrs["href"]).partition("#")[0]
                place = normpath(f"{dirname(path)}/{target}".lstrip("/")) if target else path
                if place not in seen:
                    seen.add(place)
                    todo.append(place)
    assert seen == parsed.keys()


def test_no_file_system_takes_two_pages_for_one(made: dict[str, str]) -> None:
    assert len({path.casefold() for path in made}) == len(made)


# -- complete: the pages contain everything in the files --------------------------------------
def test_every_term_has_a_page_under_its_name(knowledge: Knowledge, made: dict[str, str]) -> None:
    for term, page in knowledge.homes.items():
        assert page in made
        assert page.endswith(f"/{local(term.value)}.md")
        assert f"`{term.value}`" in made[page]
        assert local(term.value) in anchors(made["terms.md"])
    assert len(knowledge.homes) > 800


def test_the_page_of_a_term_lists_what_uses_it(made: dict[str, str]) -> None:
    event = shown(parse(made["terms/TumorResection.md"]))
    assert "asked for by: TX-01" in event
    assert "also accomplishes: DX-01" in event
    assert "key of a case: tumors.grade" in shown(parse(made["properties/grade.md"]))
    assert "statements: TX-09" in shown(parse(made["terms/TX-09-Population.md"]))
    assert "statements: PR-01, DX-01" in shown(
        parse(made["terms/net-management-2026-Reference-2.md"])
    )


@pytest.mark.parametrize("path", ONTOLOGY, ids=lambda path: path.stem)
def test_the_pages_of_a_module_contain_every_term_and_every_word(
    path: Path, knowledge: Knowledge, made: dict[str, str], parsed: dict[str, list[Token]]
) -> None:
    graph = Graph().parse(path)
    page = next(m.page for m in knowledge.modules if path.match(f"ontology/{m.file}"))
    (module,) = graph.subjects(RDF.type, OWL.Ontology)
    terms = {s for s in graph.subjects(RDF.type) if isinstance(s, URIRef)} - {module}
    assert {local(term) for term in terms} <= set(anchors(made[page]))
    words = shown(parsed[page])
    for predicate in (DCTERMS.description, OWL.versionIRI, OWL.versionInfo):
        assert str(graph.value(module, predicate)) in words
    for term in terms:
        home = page_of(knowledge, term)
        words = shown(parsed[home])
        statement = (term, DCTERMS.identifier, None) in graph
        for predicate, value in graph.predicate_objects(term):
            if statement and local(predicate) in IN_WORDS:
                continue
            if isinstance(value, Literal):
                written_ = written(value)
                assert written_.casefold() in words.casefold(), f"{term} {predicate}"
            elif isinstance(value, URIRef) and value.startswith(NETKG):
                assert f"/{local(value)}.md)" in made[home] or f"({local(value)}.md)" in made[home]
    for expression in graph.subjects(RDFS.subClassOf):
        if not isinstance(expression, URIRef):
            for class_ in graph.objects(expression, RDFS.subClassOf):
                words = shown(parsed[page_of(knowledge, class_)])
                for _, value in reachable(graph, expression):
                    assert local(value) in words


# The page of a statement puts these into words, as other tests check.
IN_WORDS = {"appliesTo", "gapCondition", "level", "modality", "position", "actionGroup"}


def reachable(graph: Graph, node: object) -> set[tuple[URIRef, URIRef]]:
    """Return the terms that an expression names, by the predicate that names each."""
    found = set()
    for predicate, value in graph.predicate_objects(node):  # type: ignore[arg-type]
        if predicate in (OWL.intersectionOf, OWL.unionOf, OWL.oneOf):
            for item in Collection(graph, value):
                named = isinstance(item, URIRef)
                found |= {(predicate, item)} if named else reachable(graph, item)
        elif predicate in (OWL.onProperty, OWL.hasValue, OWL.someValuesFrom):
            if isinstance(value, (URIRef, Literal)):
                found.add((predicate, value))
            else:
                found |= reachable(graph, value)
    return found  # type: ignore[return-value]


def test_every_statement_is_described_in_full(ontology: Graph, made: dict[str, str]) -> None:
    kinds = set(ontology.subjects(RDFS.subClassOf, URIRef(NETKG + "Statement")))
    nodes = {node for kind in kinds for node in ontology.subjects(RDF.type, kind)}
    assert len(nodes) == 66
    table = part(made["statements.md"], "all")
    for node in nodes:
        id_ = str(ontology.value(node, DCTERMS.identifier))
        page = below(made, id_)
        row = next(line for line in table.splitlines() if f"**[{id_}](terms/{id_}.md)" in line)
        words = shown(parse(page))
        for value in ontology.objects(node):
            if isinstance(value, Literal) and value.language:
                assert str(value).casefold() in words.casefold()
        for name, where in (("supersedes", row), ("takesIntervalOf", row), ("supports", page)):
            for other in ontology.objects(node, URIRef(NETKG + name)):
                assert re.search(rf"\]\((terms/)?{local(other)}\.md\)", where)
        for cited in ontology.objects(node, URIRef(NETKG + "citation")):
            assert f"(terms/{local(cited)}.md)" in row
            assert f"({local(cited)}.md)" in page
        head = ontology.value(node, URIRef(NETKG + "actions"))
        for action in Collection(ontology, head) if head else ():
            assert f"(terms/{local(action)}.md)" in row
            assert f"({local(action)}.md)" in page
        for fault in ontology.subjects(URIRef(NETKG + "affects"), node):
            definition = URIRef("http://www.w3.org/2004/02/skos/core#definition")
            assert str(ontology.value(fault, definition)) in words
        for bound in ("leastMonths", "greatestMonths"):
            for months in ontology.objects(node, URIRef(NETKG + bound)):
                assert re.search(rf"\b{months}\b", row)


def test_gaps_faults_and_references_are_on_the_page_of_the_guideline(
    ontology: Graph, made: dict[str, str]
) -> None:
    found = set(anchors(made["guideline.md"]))
    for kind in ("Gap", "Fault", "Reference"):
        nodes = list(ontology.subjects(RDF.type, URIRef(NETKG + kind)))
        assert nodes
        assert {local(node) for node in nodes} <= found
    rows = made["guideline.md"].splitlines()
    (unresolved,) = [row for row in rows if "not in the reference list" in row]
    assert '<a id="reference-4"></a>' in unresolved


def test_every_shape_says_what_is_wrong_and_how_to_fix_it(made: dict[str, str]) -> None:
    text = made["shapes.md"]
    rows = {anchor: line for line in text.splitlines() for anchor in anchors(line)}
    count = 0
    for path in SHAPES:
        graph = Graph().parse(path)
        for kind in (SH.NodeShape, SH.PropertyShape):
            for shape in graph.subjects(RDF.type, kind):
                count += 1
                row = rows[local(shape)]
                words = shown(parse(f"{row}\n"))
                for name in (SH.message, SH.description, NETS + "remedy", NETS + "expected"):
                    assert str(graph.value(shape, URIRef(name)) or "") in words
                assert local(graph.value(shape, SH.severity)) in words
                for statement in graph.objects(shape, URIRef(NETS + "restsOn")):
                    assert f"(terms/{local(statement)}.md)" in row
    assert count > 100


def test_every_field_and_value_is_on_the_page_of_fields(
    ontology: Graph, made: dict[str, str]
) -> None:
    text = made["fields.md"]
    ends = [anchor.rsplit(".", 1)[-1] for anchor in anchors(text)]
    for field, record in ontology.subject_objects(URIRef(NETKG + "fieldOf")):
        assert local(field) in ends
        range_ = ontology.value(field, RDFS.range)
        if (range_, RDF.type, OWL.Class) in ontology and local(field) != "target":
            for value in ontology.subjects(RDF.type, range_):
                assert f"(values.md#{local(range_)})" in text, f"{record}: {range_}"
                assert f"`{local(value)}`" in made["values.md"], f"{record}: {value}"
    assert {"id", "tumors.id", "metastases.id", "events.type"} <= set(anchors(text))
    assert "`tumor-1`" in text


def test_a_required_key_differs_from_one_that_is_open(made: dict[str, str]) -> None:
    rows = {anchor: line for line in made["fields.md"].splitlines() for anchor in anchors(line)}
    assert "| not allowed |" in rows["tumors.measurements.diameterMm"]
    assert "| open |" in rows["tumors.grade"]
    assert "| closed |" in rows["symptoms"]


def test_every_type_of_event_is_on_its_page(ontology: Graph, made: dict[str, str]) -> None:
    top = URIRef(NETKG + "ClinicalEvent")
    types = set(ontology.transitive_subjects(RDFS.subClassOf, top)) - {top}
    flags = set(ontology.transitive_subjects(RDFS.subClassOf, URIRef(NETKG + "FlaggedRecord")))
    known = {local(t) for t in types - flags if isinstance(t, URIRef)}
    assert len(known) > 60
    assert known <= set(anchors(made["events.md"]))
    assert flags
    assert not {local(flag) for flag in flags} & set(anchors(made["events.md"]))


def test_a_type_of_event_satisfies_what_asks_for_one_above_it(made: dict[str, str]) -> None:
    rows = {anchor: line for line in made["events.md"].splitlines() for anchor in anchors(line)}
    assert "/FU-01.md)" in rows["CTScan"]
    assert "/TX-06.md)" in rows["CTScan"]
    assert "/TX-06.md)" not in rows["ConventionalImaging"]
    assert "/PF-03.md)" in rows["MEN1Screening"]
    assert "/DX-14.md)" in rows["MEN1Screening"], "it combines both of its parts"
    assert "| active or completed |" in rows["Lanreotide"], "as its class is continuing"


def test_what_is_asked_for_differs_from_what_also_accomplishes(made: dict[str, str]) -> None:
    rows = {anchor: line for line in made["events.md"].splitlines() for anchor in anchors(line)}
    assert "| Done when | Asked for by |" in made["events.md"]
    asking, doing = rows["TumorResection"].split("<br>also accomplishes ")
    assert "/DX-01.md)" not in asking
    assert "/DX-01.md)" in doing
    words = shown(parse(made["events.md"]))
    assert (
        "These statements are never done; they remain open for as long as they apply: "
        "TX-20, PF-01, PF-02, PF-03." in words
    )
    assert "DX-04 is done only for a tumor with Ki-67." in words


def test_every_interval_and_every_query_is_described(ontology: Graph, made: dict[str, str]) -> None:
    intervals = ontology.subjects(RDF.type, URIRef(NETKG + "Interval"))
    assert {local(interval) for interval in intervals} <= set(anchors(made["thresholds.md"]))
    files = sorted((ROOT / "queries").rglob("*.rq"))
    assert len(files) > 40
    words = shown(parse(made["queries.md"]))
    for path in files:
        folder, text = path.parent.name, path.read_text(encoding="utf-8")
        name = path.stem[:4] if folder == "competency" else f"{folder}-{path.stem}"
        page = made[f"queries/{name}.md"]
        assert text.rstrip() in page
        assert f"(queries/{name}.md)" in made["queries.md"]
        for key, value in re.findall(r"#\+ (summary|question|problem|solution): (.*)", text):
            assert value in shown(parse(page))
            assert (key == "summary" and folder == "competency") or value in words


def test_every_number_of_a_property_is_listed_with_its_source(
    ontology: Graph, made: dict[str, str]
) -> None:
    growth = URIRef(NETKG + "annualGrowthMm")
    numbers = {
        (local(predicate), written(value))
        for predicate, value in ontology.predicate_objects(growth)
        if isinstance(value, Literal)
        and isinstance(value.value, (int, Decimal))
        and not isinstance(value.value, bool)
    }
    assert numbers == {("leastDaysApart", "180"), ("daysPerYear", "365.25"), ("stepsPerUnit", "10")}
    rows = part(made["thresholds.md"], "growth").splitlines()
    for name, number in numbers:
        (row,) = [row for row in rows if f"/{name}.md)" in row]
        assert f"| {number} |" in row
        assert row.endswith("| [TX-08](terms/TX-08.md) (an interpretation) |")


_ALSO = {
    "05-speaks-of": ("1",),
    "25-imaged-receptor-status": ("0", "1", "2"),
    "27-receptor-confirmed": ("0", "1", "2"),
    "31-tumor-count": ("1",),
}


def test_no_rule_contains_a_number_that_decides() -> None:
    files = [path for folder in ("rules", "plan") for path in (ROOT / "queries" / folder).iterdir()]
    assert len(files) > 40
    for path in files:
        text = re.sub(r"<[^>]*>|#.*", "", path.read_text(encoding="utf-8"))
        # Half of a step rounds to the nearest; what lacks a date ranks before every day. Twice
        # the day and 1 ranks one result after the others of its day. One record is the only one.
        known = {"0.5", "-1", *_ALSO.get(path.stem, ())}
        assert set(re.findall(r"(?<![\w?])-?\d[\d.]*", text)) <= known, path.name


def test_the_number_of_steps_is_what_growth_is_rounded_by(tmp_path: Path) -> None:
    copy = shutil.copytree(ROOT / "ontology", tmp_path / "ontology")
    module = copy / "derived-size.ttl"
    text = module.read_text(encoding="utf-8")
    module.write_text(text.replace("stepsPerUnit 10 ;", "stepsPerUnit 2 ;"), encoding="utf-8")
    days = [{"date": "2022-02-10", "diameterMm": 1}, {"date": "2026-02-10", "diameterMm": 20}]
    case = load_case({"id": "c", "tumors": [{"measurements": days}]})
    for folder, growth in ((None, "4.8"), (copy, "5")):
        found = Engine.load(ontology=folder).examine(case, as_of=DAY)
        grown = [t for t in found.inferred if t.predicate.value == NETKG + "annualGrowthMm"]
        assert [triple.object.value for triple in grown] == [growth]


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("TX-06", "every 6 to 12 months"),
        ("FU-02", "every 2 to 3 months"),
        ("FU-04a", "as often as the shortest in force at any tumor of FU-02, FU-01 and TX-06"),
        ("FU-04b", "as often as the shortest in force at any tumor of FU-02, FU-01 and TX-06"),
        ("FU-05", "as often as FU-02, else FU-01, in force at the tumor"),
    ],
)
def test_a_repetition_is_put_into_words(statement: str, words: str, made: dict[str, str]) -> None:
    rows = part(made["thresholds.md"], "repetition").splitlines()
    (row,) = [row for row in rows if row.startswith(f"| [{statement}](")]
    assert shown(parse(row.split(" | ")[1].removesuffix(" |"))) == words
    assert words in shown(parse(below(made, statement)))


def test_all_that_is_repeated_is_listed(ontology: Graph, made: dict[str, str]) -> None:
    table = part(made["thresholds.md"], "repetition")
    repeated = {
        local(node)
        for name in ("leastMonths", "takesIntervalOf")
        for node in ontology.subjects(URIRef(NETKG + name))
    }
    assert repeated == set(re.findall(r"^\| \[([^\]]+)\]", table, re.MULTILINE))


def test_each_caveat_and_each_interpretation_has_a_line(
    knowledge: Knowledge, made: dict[str, str]
) -> None:
    table = part(made["statements.md"], "all").splitlines()
    for row in knowledge.catalogue.statements:
        found = lines(below(made, row.id))
        for word, notes in (("caveat", row.caveats), ("interpretation", row.reading_notes)):
            expected = [" ".join(f"{word}: {note}".split()) for note in notes]
            assert [line for line in found if line.startswith(f"{word}: ")] == expected, row.id
            (shown_in,) = [line for line in table if f"**[{row.id}]" in line]
            count = re.search(rf"(\d+) {word}s?\b", shown_in)
            assert (int(count[1]) if count else 0) == len(notes), row.id


def test_a_level_is_not_read_as_a_number_of_times(made: dict[str, str]) -> None:
    words = shown(parse(made["statements.md"]))
    assert not re.search(r"\bonce a (case|tumor)\b(?! under)", words)
    assert "recommended, evaluated for each tumor" in shown(parse(below(made, "FU-01")))
    assert "recommended, evaluated once per case" in shown(parse(below(made, "FU-04a")))


def test_the_fault_of_20_mm_affects_all_that_ask_for_the_size(
    knowledge: Knowledge, made: dict[str, str]
) -> None:
    (fault,) = [line for line in made["guideline.md"].splitlines() if "Fault-twenty-mm" in line]
    ids = re.findall(r"\[([^\]]+)\]\(terms/(?:TX|GAP)-[^)]*\)", fault)
    every = [row.id for row in knowledge.catalogue.statements]
    assert ids == [id_ for id_ in every if "/sizeClass.md)" in below(made, id_)]
