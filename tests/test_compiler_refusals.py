"""Check that what the compiler does not implement is refused by its name, file and line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from netkg.compiler.folding import fold
from netkg.compiler.scoping import check_scopes
from netkg.compiler.sparql import read_construct
from netkg.compiler.vocabulary import Vocabulary
from netkg.errors import UnsupportedConstruct
from netkg.ontology.files import default_folders
from netkg.plan.engine import Engine

PREFIXES = """#+ summary: A test.
PREFIX netkg: <https://w3id.org/netkg/ns#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
"""
ALL = "?c netkg:tumors ?t ."
# What a query contains, and what the refusal says; the pattern is in line 7.
READ = {
    "GRAPH ?g { ?c netkg:tumors ?t }": "GRAPH",
    "SERVICE <urn:x:s> { ?c netkg:tumors ?t }": "SERVICE",
    "?t ^netkg:tumors ?c": "^ in a path",
    "?t !netkg:tumors ?c": "! in a path",
    "?c netkg:tumors [ netkg:grade ?t ]": "[",
    "?c netkg:tumors ( ?t )": "(",
    f"{ALL} FILTER(REGEX(?t, 'a'))": "REGEX",
    f"{ALL} FILTER(STRSTARTS(STR(?t), 'a'))": "STRSTARTS",
    f"{ALL} FILTER(netkg:own(?t))": "'('",
    f"{ALL} BIND(IF(?t, 1) AS ?x)": "IF with 2 arguments",
    f"{ALL} BIND('a'@en AS ?x)": "@en after a text",
    f"{ALL} BIND('5'^^netkg:mm AS ?x)": "^^ after a text",
    f"{ALL} BIND(own:x AS ?x)": "the prefix own:",
    f"{ALL} BIND(SUM(?t) AS ?x)": "SUM",
    f"{ALL} BIND(MAX(?t) AS ?x)": "MAX of other than a variable, or outside of a subquery",
    "{ SELECT (MAX(?m) AS ?t) WHERE { ?c netkg:tumors ?m } }": "an aggregate without GROUP BY",
    "{ SELECT ?t (1 + 1 AS ?n) WHERE { ?c netkg:tumors ?t } }": "an expression in SELECT",
    "{ SELECT ?t WHERE { ?c netkg:tumors ?t } ORDER BY ?t }": "ORDER in a subquery",
    "{ SELECT ?t WHERE { ?c netkg:tumors ?t } LIMIT 1 }": "LIMIT in a subquery",
    "?c netkg:tumors ?t } ORDER BY ?t #": "'ORDER' after the pattern",
}
FOLDED = {
    "?c netkg:unheardOf ?t": "<https://w3id.org/netkg/ns#unheardOf>, which is for nothing,",
    "?c netkg:tumors+ ?t": "a path of the kind one-or-more over the case",
    "?c netkg:tumors/netkg:measurements* ?t": "a path of the kind zero-or-more over the case",
    "?c ?p ?t": "?p as a property",
    f"{ALL} ?x ?p ?t": "?p as a property",
    "?t a ?c": "a pattern of the ontology and of the case at once",
}
SCOPED = {
    f"{ALL} OPTIONAL {{ ?t netkg:grade ?g }} ?t netkg:ki67Grade ?g": "?g: OPTIONAL on a variable",
    f"{ALL} {{ OPTIONAL {{ ?c netkg:events ?t }} ?c netkg:diseaseExtent ?d }}": "?t: a join on",
    f"{ALL} OPTIONAL {{ ?t netkg:grade ?g }} {{ ?x netkg:ki67Grade ?g }}": "?g: OPTIONAL on",
    f"{ALL} {{ ?c netkg:events ?e . FILTER(?t != ?e) }}": "?t: an expression on a variable of",
    f"{ALL} {{ ?c netkg:events ?e . BIND(?t AS ?x) }}": "?t: an expression on a variable of",
    f"{ALL} {{ OPTIONAL {{ ?t netkg:grade ?g }} }}": "?t: a join on what may have no value",
    f"{ALL} OPTIONAL {{ ?t netkg:grade ?g }} MINUS {{ ?x netkg:ki67Grade ?g }}": "?g: MINUS on",
    f"{ALL} OPTIONAL {{ ?t netkg:grade ?g }} FILTER(EXISTS {{ ?x netkg:grade ?g }})": "?g: EXISTS",
    f"{ALL} BIND(?e AS ?x) ?c netkg:events ?e": "?e: BIND before a pattern binds its variable",
    f"{ALL} BIND(?c AS ?t)": "?t: BIND to a variable that is in use",
    f"{ALL} ?t netkg:ki67Percent ?k . BIND(?k + 1 AS ?x) ?y netkg:latestDiameterMm ?x": "?x: a",
}


# Each reads, in a pattern inside, a variable that SPARQL gives a value only outside of it.
INSIDE = [
    f"{ALL} {{ ?c netkg:events ?e FILTER EXISTS {{ ?t netkg:grade netkg:G1 }} }}",
    f"{ALL} ?t netkg:ki67Percent ?k OPTIONAL {{ ?t netkg:grade ?g BIND(IF(?k > 2, 1, 2) AS ?b) }}",
    f"{ALL} OPTIONAL {{ ?t netkg:primarySite ?s BIND(COALESCE(?k, 1) AS ?y) }} ?k a ?z",
    f"{ALL} ?c netkg:diseaseExtent ?d OPTIONAL {{ ?t netkg:primarySite ?s"
    " OPTIONAL { ?t netkg:grade ?g FILTER(?d = netkg:Localized) } }",
    f"{ALL} OPTIONAL {{ ?m netkg:metastasisOf ?x OPTIONAL {{ ?e netkg:target ?t }} }}",
    f"{ALL} OPTIONAL {{ ?e netkg:target ?x MINUS {{ ?e netkg:target ?t }} }}",
    f"{{ {ALL} MINUS {{ ?e netkg:target ?x }} }} ?c netkg:events ?e",
    f"{{ {ALL} FILTER(!BOUND(?e)) }} ?c netkg:events ?e",
    f"{{ {ALL} BIND(COALESCE(?e, 1) AS ?y) }} ?c netkg:events ?e",
    f"{ALL} BIND(EXISTS {{ ?t netkg:primarySite ?k }} AS ?y) ?k netkg:gradedBy ?z",
    f"{ALL} OPTIONAL {{ ?t netkg:primarySite ?g FILTER(?g != ?k) }} ?k rdfs:subClassOf netkg:Case",
    f"{ALL} MINUS {{ ?u netkg:grade ?g }} ?g a netkg:Grade",
    f"{ALL} ?c netkg:events ?e MINUS {{ {ALL} FILTER EXISTS {{ ?e netkg:target ?t }} }}",
    "?t netkg:grade ?g { ?t netkg:primarySite ?y BIND(netkg:G1 AS ?g) }",
    "?t netkg:grade ?g MINUS { ?t netkg:primarySite ?y BIND(netkg:G1 AS ?g) }",
    "?t netkg:primarySite ?s VALUES (?s ?b) { (netkg:Lung 1) (UNDEF 2) }",
    f"{ALL} FILTER EXISTS {{ VALUES ?t {{ UNDEF }} ?c netkg:events ?e }}",
    f"?t netkg:primarySite ?s {{ SELECT ?s WHERE {{ {ALL} }} }}",
    "{ SELECT ?c (COUNT(?t) AS ?n) WHERE { { SELECT ?c ?t WHERE { ?c netkg:tumors ?t } } }"
    " GROUP BY ?c }",
    f"{{ SELECT ?c (COUNT(?t) AS ?n) WHERE {{ {ALL} VALUES ?k {{ 1 1 }} }} GROUP BY ?c }}",
    f"{{ SELECT ?c (COUNT(?t) AS ?n) WHERE {{ {ALL} {{ ?t netkg:grade netkg:G2 }} UNION"
    " { ?t netkg:primarySite netkg:Lung } } GROUP BY ?c }",
    f"{{ SELECT ?c (MAX(?t) AS ?n) WHERE {{ {ALL} }} GROUP BY ?c"
    " HAVING(EXISTS { ?c netkg:events ?e }) }",
]
# What a rule of its own adds or binds, and what the refusal says.
LOADED = {
    f"CONSTRUCT {{ ?t netkg:inForceAt ?typo }} WHERE {{ {ALL} }}": "?typo in CONSTRUCT",
    f"CONSTRUCT {{ ?t a netkg:Grade }} WHERE {{ {ALL} }}": "Grade> in CONSTRUCT",
    "CONSTRUCT { ?s netkg:gradedBy ?t } WHERE { ?t netkg:primarySite ?s }": "gradedBy> in",
    f"CONSTRUCT {{ }} WHERE {{ {ALL} }}": "CONSTRUCT without a fact",
    f"CONSTRUCT {{ ?t netkg:inForceAt ?c }} WHERE {{ ?t netkg:grade ?g {ALL} }}": "is not SPARQL",
    "CONSTRUCT { ?t netkg:inForceAt ?u }"
    r" WHERE { ?t netkg:unit ?x BIND(REPLACE(?x, '[\\s/]', '') AS ?u) }": "the regular expression",
}


def query(where: str) -> str:
    return f"{PREFIXES}CONSTRUCT {{ ?t netkg:inForceAt ?c }}\nWHERE {{\n    {where}\n}}\n"


@pytest.fixture(scope="module")
def vocabulary(engine: Engine) -> Vocabulary:
    return Vocabulary(engine.schema)


@pytest.mark.parametrize("where", READ)
def test_what_cannot_be_read_is_refused_with_its_line(where: str) -> None:
    with pytest.raises(UnsupportedConstruct) as refused:
        read_construct("rules/99-test", query(where))
    assert READ[where] in refused.value.problem
    assert refused.value.problem.endswith("is not implemented")
    assert refused.value.term == "rules/99-test.rq, line 7"


@pytest.mark.parametrize("where", FOLDED)
def test_what_is_neither_of_the_case_nor_of_the_ontology_is_refused(
    where: str, vocabulary: Vocabulary
) -> None:
    rule = read_construct("rules/99-test", query(where))
    with pytest.raises(UnsupportedConstruct) as refused:
        fold(rule, vocabulary)
    assert FOLDED[where] in refused.value.problem
    assert refused.value.term == "rules/99-test.rq, line 7"


@pytest.mark.parametrize("where", SCOPED)
def test_what_depends_on_the_order_of_evaluation_is_refused(where: str) -> None:
    rule = read_construct("rules/99-test", query(where))
    with pytest.raises(UnsupportedConstruct) as refused:
        check_scopes(rule.name, rule.where)
    assert refused.value.problem.startswith(SCOPED[where])
    assert refused.value.term == "rules/99-test.rq"


@pytest.mark.parametrize("where", INSIDE)
def test_what_a_nested_loop_would_answer_otherwise_is_refused(where: str) -> None:
    rule = read_construct("rules/99-test", query(where))
    with pytest.raises(UnsupportedConstruct):
        check_scopes(rule.name, rule.where)


@pytest.mark.parametrize("text", LOADED)
def test_a_rule_that_would_go_wrong_later_is_refused_at_load(text: str, tmp_path: Path) -> None:
    queries = tmp_path / "queries"
    shutil.copytree(default_folders().queries, queries)
    (queries / "rules" / "99-test.rq").write_text(PREFIXES + text)
    with pytest.raises(UnsupportedConstruct) as refused:
        Engine.load(queries=queries)
    assert LOADED[text] in refused.value.problem
    assert refused.value.term.startswith("rules/99-test.rq")


@pytest.mark.parametrize(
    "where",
    [
        "?c netkg:events ?e . ?e netkg:target/rdfs:subClassOf* ?t",
        "?t netkg:diameterMm/rdfs:subClassOf* ?c",
    ],
)
def test_a_path_of_no_length_from_a_record_is_refused(where: str, vocabulary: Vocabulary) -> None:
    rule = read_construct("rules/99-test", query(where))
    with pytest.raises(UnsupportedConstruct, match="a path of no length"):
        fold(rule, vocabulary)


@pytest.mark.parametrize(
    "text",
    ["SELECT ?t WHERE { ?c netkg:tumors ?t }", "ASK { ?c netkg:tumors ?t }", "", "CONSTRUCT {"],
)
def test_what_is_not_a_rule_is_refused(text: str) -> None:
    with pytest.raises(UnsupportedConstruct):
        read_construct("rules/99-test", PREFIXES + text)


def test_a_derivation_needs_its_fact() -> None:
    text = query(ALL).replace("{ ?t netkg:inForceAt ?c }", "{ [] rdf:subject ?t }")
    with pytest.raises(UnsupportedConstruct, match="a derivation without its fact"):
        read_construct("rules/99-test", text)


def test_an_engine_refuses_a_rule_at_load(tmp_path: Path) -> None:
    queries = tmp_path / "queries"
    shutil.copytree(default_folders().queries, queries)
    (queries / "rules" / "99-test.rq").write_text(query(f"{ALL} FILTER(REGEX(STR(?t), 'a'))"))
    with pytest.raises(UnsupportedConstruct, match=r"rules/99-test\.rq, line 7: REGEX"):
        Engine.load(queries=queries)
