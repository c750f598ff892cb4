"""Put the parameters of a query in place, and find what a query asks for."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from conftest import Run
from query_stories import AS_OF, QUERIES, ROOT

from netkg.case.model import Case
from netkg.case.reading import open_cases
from netkg.errors import InputError
from netkg.plan.engine import Engine
from netkg.query.ask import answer, ask, read_query
from netkg.query.dataset import KNOWN_PREFIXES, Dataset
from netkg.query.guard import check
from netkg.query.placement import in_place
from netkg.query.predicates import predicates

DATA = """
@prefix : <urn:x:> .
:a :n 1 ; :p :b . :b :n 2 ; :p :c . :c :n 3 .
"""
P = "PREFIX : <urn:x:>\n"
ONE = {"v": ox.Literal(2)}


def rows(text: str) -> list[list[str]]:
    store = ox.Store()
    store.load(DATA.encode(), ox.RdfFormat.TURTLE)
    check(text)
    found = store.query(text)
    if isinstance(found, ox.QueryBoolean):
        return [[str(bool(found))]]
    if isinstance(found, ox.QueryTriples):
        return sorted([str(t.subject), str(t.object)] for t in found)
    assert isinstance(found, ox.QuerySolutions)
    return sorted([str(term) for term in row] for row in found)


@pytest.mark.parametrize(
    ("with_variable", "with_value"),
    [
        ("SELECT ?s { ?s :n ?v }", "SELECT ?s { ?s :n 2 }"),
        ("SELECT ?s { ?s :n ?n FILTER(?n < ?v) }", "SELECT ?s { ?s :n ?n FILTER(?n < 2) }"),
        ("SELECT ?s { ?s :n ?n FILTER NOT EXISTS { ?s :p/:n ?m FILTER(?m > ?v) } }", None),
        ("SELECT ?s { { ?s :n ?v } UNION { ?s :n ?n FILTER(?n > ?v) } }", None),
        ("SELECT ?s ?o { ?s :n ?n OPTIONAL { ?s :p ?o . ?o :n ?m FILTER(?m > ?v) } }", None),
        ("SELECT ?s { ?s :n ?n MINUS { ?s :n ?m FILTER(?m < ?v) } }", None),
        ("SELECT ?s { ?s :n ?n FILTER(COALESCE(?n = ?v, false)) }", None),
        ("SELECT ?s { ?s :n ?n BIND(?n + ?v AS ?sum) FILTER(?sum = 4) }", None),
        ("SELECT ?k { { SELECT ?v (COUNT(?s) AS ?k) { ?s :n ?n FILTER(?n >= ?v) } "
         "GROUP BY ?v } }",
         "SELECT ?k { { SELECT (COUNT(?s) AS ?k) { ?s :n ?n FILTER(?n >= 2) } } }"),
        ("SELECT ?k { { SELECT (COUNT(?v) AS ?k) { ?s :n ?v } } }",
         "SELECT ?k { { SELECT (COUNT(?v) AS ?k) { ?s :n ?v } } }"),
        ("SELECT ?s { ?s :n ?n FILTER(?n IN (?v, 3)) }", None),
        ("SELECT ?s { VALUES (?s ?n) { (:a 1) (:b 2) } ?s :n ?n FILTER(?n = ?v) }", None),
        ("ASK { ?s :n ?v ; :p :a }", "ASK { ?s :n 2 ; :p :a }"),
        ("CONSTRUCT { ?s :m ?v } WHERE { ?s :n ?v }", "CONSTRUCT { ?s :m 2 } WHERE { ?s :n 2 }"),
        ("CONSTRUCT WHERE { ?s :n ?v }", "CONSTRUCT WHERE { ?s :n 2 }"),
    ],
)  # fmt: skip
def test_a_value_has_the_effect_of_the_term_itself(
    with_variable: str, with_value: str | None
) -> None:
    shown = in_place(P + with_variable, ONE).text
    assert rows(shown) == rows(P + (with_value or with_variable.replace("?v", "2")))
    assert "VALUES ?v {" in shown


@pytest.mark.parametrize(
    "value", ["a", '"', "\\", "\n", "} SERVICE <urn:x> {", "\x01", "\u2028", "'"]
)
def test_texts_stay_texts(value: str) -> None:
    text = in_place(P + "SELECT ?v { ?s :n 1 }", {"v": ox.Literal(value)}).text
    check(text)
    store = ox.Store()
    store.load(DATA.encode(), ox.RdfFormat.TURTLE)
    assert [row["v"].value for row in store.query(text)] == [value]  # type: ignore[union-attr]


def test_a_text_that_can_be_read_in_two_ways_is_refused() -> None:
    # SPARQL 1.1 reads the escape first, and then ends the string.
    with pytest.raises(InputError, match="two ways"):
        check(in_place("SELECT ?v { ?s ?p ?v }", {"v": ox.Literal("\\u0022")}).text)


def test_only_prefixes_that_are_used_are_declared() -> None:
    text = "PREFIX skos: <urn:mine:>\nSELECT ?s { ?s netkg:level 'rdf:x' ; skos:notation ?n }"
    shown = in_place(text, prefixes=KNOWN_PREFIXES).text
    assert shown == f"PREFIX netkg: <{KNOWN_PREFIXES['netkg']}>\n{text}"


def test_a_place_is_that_of_the_text_as_given() -> None:
    text = "SELECT ?s ?v {\n    ?s netkg:n ?v ; x }"
    edited = in_place(text, ONE, prefixes=KNOWN_PREFIXES, hidden={"v"})
    assert "?s ?v {" not in edited.text
    assert edited.place_before(edited.text.index("; x")) == text.index("; x")
    assert edited.place_before(edited.text.index("SELECT")) == 0


# -- the command ------------------------------------------------------------------------------
def test_show_writes_a_query_that_is_complete(run: Run) -> None:
    status, out, err = run("query", "cq07", "--show", "--as-of", "2026-03-31")
    assert (status, err) == (0, "")
    assert '    VALUES ?by { "2026-03-31"^^<http://www.w3.org/2001/XMLSchema#date> }\n' in out
    case = str(ROOT / "examples" / "small-pancreatic-net.json")
    status, out, err = run("query", "cq17", "tumor=body-nodule", case, "--show")
    assert (status, err) == (0, "")
    assert "VALUES ?tumor { <urn:netkg:case:small-pancreatic-net/tumor/body-nodule> }" in out
    assert "#+ param" not in out
    shown = run("query", "cq04", "citation=4", "--show")[1]
    assert ask(shown).rows == ask("cq04", citation=4).rows
    status, out, err = run("query", "cq04", "--show", "--format", "csv")
    assert (status, out) == (2, "")
    assert "Leave out --format" in err


def test_a_parameter_that_the_query_assigns_is_a_fault() -> None:
    head = "#+ param: n integer = 1 The number.\n"
    with pytest.raises(InputError):
        ask(read_query(head + "SELECT ?s { ?s netkg:position ?p BIND(1 AS ?n) }"))


def examples(engine: Engine) -> list[Case]:
    return [
        case
        for path in sorted((ROOT / "examples").glob("*.json"))
        for case in open_cases(path, schema=engine.schema)
        if not isinstance(case, InputError)
    ]


# -- what a query asks for --------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ASK { ?s :p ?o ; :q ?r , ?t . ?o :r [ :s ?x ] }", "p q r s"),
        ("SELECT ?a ?b ?c { ?a :p ?b } GROUP BY ?a ?b ?c ORDER BY ?a ?b", "p"),
        ("SELECT ?a { { SELECT ?a ?b (SUM(?c) AS ?n) { ?a :p/^:q+ ?c } GROUP BY ?a ?b } }", "p q"),
        ("ASK { ?s :p ?o FILTER(?s != ?o) ?o :q ?s }", "p q"),
        ("ASK { VALUES (?a ?b ?c) { (1 2 3) } ?a :p ?b FILTER NOT EXISTS { ?a :q ?c } }", "p q"),
        ("ASK { GRAPH :g { ?s :p ?o } }", "g p"),
        ("ASK { ?s ?p ?o }", None),
        ("ASK { ?s :p ?o ; ?q ?r }", None),
        ("ASK { ?s :p [ ?q ?r ] }", None),
        ("ASK { :a ?p :b }", None),
        ("ASK { ?s :p ?o FILTER EXISTS { ?o ?q 1 } }", None),
        ("ASK { ?s :p* ?o }", None),
        ("ASK { ?s :p? ?o }", None),
        ("ASK { ?s (:p|:q)*/:r ?o }", None),
        ("ASK { ?s !:p ?o }", None),
        ("ASK { GRAPH ?g { ?s :p ?o } }", None),
        ("DESCRIBE :a", None),
        ("ASK { ?s unknown:p ?o }", None),
    ],
)  # fmt: skip
def test_the_predicates_that_are_asked_for(text: str, found: str | None) -> None:
    wanted = predicates(P + text, {})
    if found is None:
        assert wanted is None
    else:
        assert wanted is not None
        assert {iri for iri in wanted if iri.startswith("urn:x:")} - {"urn:x:"} == {
            f"urn:x:{name}" for name in found.split()
        }


@pytest.mark.batch
@pytest.mark.parametrize("id_", [id_ for id_ in sorted(QUERIES) if QUERIES[id_].over == "plan"])
def test_what_is_left_out_changes_no_answer(id_: str, engine: Engine) -> None:
    query = QUERIES[id_]
    cases = examples(engine)
    # One by one, and whole.
    dataset = Dataset(engine.schema)
    dataset.as_of = AS_OF
    for case in cases:
        dataset.add(case, engine=engine, as_of=AS_OF)
    wanted = answer(query, dataset)
    assert ask(query, cases=cases, as_of=AS_OF, engine=engine) == wanted


def test_cases_in_batches_are_those_one_by_one(engine: Engine) -> None:
    cases = examples(engine)
    one, all_ = Dataset(engine.schema), Dataset(engine.schema)
    for case in cases:
        one.add(case, engine=engine, as_of=AS_OF)
    all_.add_all(cases, engine=engine, as_of=AS_OF)
    assert len(cases) > 3
    assert set(all_) == set(one)
    assert all_.violations == one.violations
