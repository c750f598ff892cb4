"""Name the cause of a fault in a query, and what to write instead."""

from __future__ import annotations

from pathlib import Path

import pytest
from query_texts import PREFIXES, valid_queries

from netkg.errors import InputError
from netkg.plan.engine import Engine
from netkg.query.ask import ask
from netkg.query.faults import cause


def fault(text: str, **options: object) -> str:
    with pytest.raises(InputError) as caught:
        ask(text, **options)  # type: ignore[arg-type]
    return str(caught.value)


# -- syntax -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "problem", "expected"),
    [
        ("SELECT ?s { ?s ?p ?o ?s ?p 1 }", "has no end (column 22)", "a . or ;"),
        ("SELECT ?s { ?s rdf:type ?o\n?s ?p 1 }", "line 2: the triple before", "a . or ;"),
        ("SELECT ?s { ?s ?p 1 netkg:level ?o }", "has no end (column 21)", "a . or ;"),
        ("SELECT ?s { ?s ?p [ ?q 1 ] ?s ?p 2 }", "has no end (column 28)", "a . or ;"),
        ("SELECT ?s { ?s ?p . }", "less than three parts", "its object"),
        ("SELECT ?s { ?s ?p ; ?q 1 }", "less than three parts", "its object"),
        ("SELECT ?s { ?s 'p' ?o }", "not a predicate", "an IRI"),
        ("SELECT ?s { ?s ?p ?o", "this bracket is not closed", "} at its end"),
        ("SELECT ?s { ?s ?p ?o . . ?s ?q 1 }", "two dots", "one of them"),
        ("SELECT * { ?s ?p ?o } GROUP BY ?s", "* after SELECT", "aggregates after SELECT"),
        ("SELECT ?o { ?s ?p ?o } GROUP BY ?s", "neither in GROUP BY", "an aggregate"),
        ("SELECT ?s (COUNT(?o) AS ?n) { ?s ?p ?o }", "neither in GROUP BY", "an aggregate"),
        ("SELECT COUNT(?s) { ?s ?p ?o }", "no brackets and name", "(COUNT(?s) AS ?count)"),
        ("SELECT (COUNT(?s)) { ?s ?p ?o }", "has no name", "AS ?name"),
        ("SELECT ?s, ?o { ?s ?p ?o }", "a comma after SELECT", "blanks"),
        ("SELECT DISTINCT { ?s ?p ?o }", "nothing is selected", "variables or *"),
        ("SELECT ?s ?s { ?s ?p ?o }", "selected twice", "only once"),
        ("SELECT ?s { ?s ?p ?o FILTER(COUNT(?o) > 1) }", "COUNT in FILTER", "HAVING(COUNT(…)"),
        ("SELECT ?s { ?s ?p ?o FILTER ?o = 1 }", "FILTER is not complete", "FILTER(…)"),
        ("SELECT ?s WHERE ?s ?p ?o", "WHERE is not complete", "WHERE { … }"),
        ("SELECT ?s { ?s ?p ?o OPTIONAL ?s ?q 1 }", "OPTIONAL is not", "OPTIONAL { … }"),
        ("SELECT ?s { ?s ?p ?o } ORDER ?s", "ORDER is not complete", "ORDER BY"),
        ("SELECT ?s { ?s ?p ?o } ORDER BY DESC ?s", "DESC is not complete", "DESC(…)"),
        ("SELECT ?s { ?s ?p ?o } LIMIT 5 ORDER BY ?s", "ORDER follows LIMIT", "the order"),
        ("SELECT ?s { ?s ?p ?o FILTER(?o == 1) }", "== is not an operator", "Expected =."),
        ("SELECT ?s { ?s ?p ?o FILTER(?o = 1 AND ?p = 2) }", "AND is not an operator", "&&"),
        ("SELECT ?s { ?s ?p 'a'^xsd:string }", "a datatype after ^", "^^"),
        ("SELECT ?s { ?s ?p ?o FILTER(netkg:level(?o)) }", "the function <", "of SPARQL 1.1"),
        ("{ ?s ?p ?o }", "no SELECT, ASK", "one of them"),
    ],
)
def test_a_common_fault_is_explained(text: str, problem: str, expected: str) -> None:
    message = fault(text)
    assert problem in message
    assert expected in message.partition("Expected")[2] or expected in message


@pytest.mark.parametrize("text", valid_queries())
def test_no_cause_is_found_in_a_valid_query(text: str) -> None:
    assert cause(text) is None


# -- names ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ASK { ?s netgk:level ?o }", "the prefix netgk: is not declared (column 10)"),
        ("ASK { ?s netgk:level ?o }", "Did you mean netkg:?"),
        ("ASK { ?s foo:bar ?o }", "the prefix foo: is not declared"),
        ("ASK { ?s ?p ?o FILTER(foo:bar(?o)) }", "the prefix foo: is not declared"),
        ("ASK { ?s netkg:hasStpe ?o }", "Did you mean netkg:hasStep?"),
        ("ASK { ?s <https://w3id.org/netkg/ns#hasStpe> ?o }", "Did you mean netkg:hasStep?"),
        ("PREFIX n: <https://w3id.org/netkg/ns#> ASK { ?s n:hasStpe ?o }", "netkg:hasStep?"),
        ("ASK { ?s a netkg:Recomendation }", "Did you mean netkg:Recommendation?"),
        ("ASK { ?s ?p ?o FILTER(?o = netkg:TX-99) }", "netkg:TX-99 does not occur"),
        ("ASK { ?s ?p nets:Case }", "nets:Case does not occur"),
        ("ASK { GRAPH graph:plans { ?s ?p ?o } }", "Did you mean graph:plan?"),
    ],
)
def test_a_name_that_cannot_match_is_refused(text: str, words: str) -> None:
    assert words in fault(text)


@pytest.mark.parametrize(
    "text",
    [
        "ASK { ?s ?p 'netkg:hasStpe' } # netkg:hasStpe",
        "ASK { GRAPH graph:plan { ?s netkg:hasStep ?o } }",
        "PREFIX netkg: <urn:mine:> ASK { ?s netkg:hasStpe ?o }",
        "CONSTRUCT { ?s netkg:mine ?o } WHERE { ?s netkg:level ?o }",
        "SELECT ?s { ?s ?p ?o FILTER(STRSTARTS(STR(?s), STR(netkg:))) } LIMIT 1",
        PREFIXES + "ASK { ?s x:p y:q }",
    ],
)
def test_other_names_are_not_checked(text: str) -> None:
    ask(text)


def test_names_of_the_cases_are_known(engine: Engine, tmp_path: Path) -> None:
    case = tmp_path / "case.ttl"
    case.write_text(
        "@prefix netkg: <https://w3id.org/netkg/ns#> .\n"
        "<urn:c> a netkg:Case ; netkg:diseaseExtent netkg:Mine ; netkg:tumors <urn:t> .\n"
        "<urn:t> a netkg:Tumor .\n"
    )
    text = "ASK { ?case netkg:diseaseExtent netkg:Mine }"
    assert ask(text, cases=case, over="case", engine=engine).truth
    assert "netkg:Mine does not occur" in fault(text)
    # Also where no triple with the name is kept.
    text = "ASK { ?case netkg:sex ?sex FILTER(?sex = netkg:Mine) }"
    assert not ask(text, cases=case, over="case", engine=engine).truth
