"""Refuse queries that could reach beyond the graph."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import pyoxigraph as ox
import pytest
from conftest import Run
from query_texts import mutated_queries, valid_queries
from rdflib.plugins.sparql.parser import parseQuery

from netkg.errors import InputError
from netkg.limits import limited
from netkg.query.ask import ask
from netkg.query.dataset import KNOWN_PREFIXES
from netkg.query.guard import check

# -- what is refused --------------------------------------------------------------------------
# Texts that the engine does not read as the specification does.
TWICE = (
    "a name that the engine ends early",
    "a name that the engine ends early, and another",
    "a name that is a difference",
    "a comment that an escape would end",
    "an escape with a sign",
    "half a character of eight digits",
    "less than, close",
    "less than an IRI",
)
PLACE = "<http://localhost:{port}/sparql>"
REFUSED = {
    "plain": "SELECT * { SERVICE PLACE { ?s ?p ?o } }",
    "silent": "SELECT * { SERVICE SILENT PLACE { ?s ?p ?o } }",
    "small letters": "select * { service silent PLACE { ?s ?p ?o } }",
    "mixed letters": "SELECT * { SeRvIcE PLACE { ?s ?p ?o } }",
    "by a variable": "SELECT * { VALUES ?s { PLACE } SERVICE ?s { ?a ?b ?c } }",
    "by a prefix": "PREFIX x: PLACE SELECT * { SERVICE x: { ?s ?p ?o } }",
    "no blanks": "SELECT*{SERVICE PLACE{?s?p?o}}",
    "nested": "SELECT * { OPTIONAL { { SELECT ?s { SERVICE PLACE { ?s ?p ?o } } } } }",
    "in a filter": "SELECT * { FILTER NOT EXISTS { SERVICE PLACE { ?s ?p ?o } } }",
    "in a minus": "SELECT * { ?s ?p ?o MINUS { SERVICE PLACE { ?s ?p ?o } } }",
    "ask": "ASK { SERVICE PLACE { ?s ?p ?o } }",
    "construct": "CONSTRUCT { ?s ?p ?o } WHERE { SERVICE PLACE { ?s ?p ?o } }",
    "describe": "DESCRIBE ?s { SERVICE PLACE { ?s ?p ?o } }",
    "after a comment": "SELECT * { # harmless\nSERVICE PLACE { ?s ?p ?o } }",
    "a comment between": "SELECT * { SERVICE# x\n PLACE { ?s ?p ?o } }",
    "no end of a comment": "SELECT * { # x\rSERVICE PLACE { ?s ?p ?o } }",
    "after a string": "SELECT * { BIND('}' AS ?x) SERVICE PLACE { ?s ?p ?o } }",
    "quotes in a comment": "SELECT * { # '\nSERVICE PLACE { ?s ?p ?o } # '\n }",
    "after a word": "SELECT * { VALUES ?v {true}SERVICE PLACE { ?s ?p ?o } }",
    "after a number": "SELECT * { ?s ?p 1.SERVICE PLACE { ?s ?p ?o } }",
    "like a name": "PREFIX : PLACE SELECT * { SERVICE:x { ?s ?p ?o } }",
    "like a name, silent": "PREFIX : PLACE SELECT * { serviceSILENT:x { ?s ?p ?o } }",
    "like a name with a blank": "PREFIX : PLACE SELECT * { SERVICE:x # x\n { ?s ?p ?o } }",
    "less than": "SELECT * { ?s ?p ?o FILTER(?s<?o)SERVICE#>\nPLACE { ?s ?p ?o } }",
    "less than a string": (
        "SELECT * { ?s ?p ?o FILTER(!(?s<'b#>')) SERVICE PLACE { ?s ?p ?o } #'\n}"
    ),
    "less than after a language": (
        "SELECT * { ?s ?p ?o FILTER(!('a'@en<'b#>')) SERVICE PLACE { ?s ?p ?o } "
        'VALUES ?v { """\'\n)) } #"""}}'
    ),
    "less than a name": (
        'PREFIX x: <urn:x:> SELECT * { ?s ?p ?o FILTER(!(?s<x:y#> """\n)) '
        'SERVICE PLACE { ?s ?p ?o } #"""\n}'
    ),
    "what only looks like a string": (
        'SELECT * { VALUES ?v {"""a" } SERVICE PLACE { ?s ?p ?o } #"\\q"""\n }'
    ),
    "half a character": (
        'SELECT * { VALUES ?v {"""a" } SERVICE PLACE { ?s ?p ?o } #"\\ud800"""\n }'
    ),
    "half a character of eight digits": (
        'SELECT * { VALUES ?v { """x" } SERVICE PLACE { ?s ?p ?o }\n#\\U0000D800"""}\n}'
    ),
    "a name that the engine ends early": (
        "PREFIX x: <urn:x:> SELECT * { ?s ?p x:a.b.SERVICE PLACE { ?s ?p ?o } }"
    ),
    "a name that the engine ends early, and another": (
        "PREFIX x: PLACE SELECT * { ?s ?p x:a.b.SERVICEx:c { ?s ?p ?o } }"
    ),
    "an escape with a sign": (
        "SELECT * { ?s ?p 1 FILTER(?s = <urn:x#\\u+041>) SERVICE PLACE { ?s ?p ?o } "
        'VALUES ?v { """\n1)} #"""}}'
    ),
    "less than an IRI": (
        "BASE <urn:x> SELECT * { ?s ?p 1 FILTER(1<<(#>) SERVICE PLACE { ?s ?p ?o } "
        'VALUES ?v { """\n)>>)} #"""}}'
    ),
    "escaped letters": "SELECT * { \\u0053ERVICE PLACE { ?s ?p ?o } }",
    "from": "SELECT * FROM PLACE { ?s ?p ?o }",
    "from named": "SELECT * FROM NAMED PLACE { GRAPH ?g { ?s ?p ?o } }",
    "from without blanks": "SELECT *FROM PLACE{ ?s ?p ?o }",
    "from like a name": "PREFIX : PLACE SELECT * FROM:x { ?s ?p ?o }",
    "describe from": "DESCRIBE <urn:x> FROM PLACE",
    "insert": "INSERT DATA { <urn:s> <urn:p> <urn:o> }",
    "delete": "DELETE WHERE { ?s ?p ?o }",
    "delete insert": "DELETE { ?s ?p ?o } INSERT { ?s ?p 1 } WHERE { ?s ?p ?o }",
    "with": "WITH <urn:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "load": "LOAD PLACE",
    "load into": "load silent PLACE INTO GRAPH <urn:g>",
    "load a file": "LOAD <file:///etc/hostname>",
    "clear": "CLEAR ALL",
    "drop": "DROP SILENT DEFAULT",
    "create": "CREATE GRAPH <urn:g>",
    "copy": "COPY DEFAULT TO <urn:g>",
    "two requests": "SELECT * { ?s ?p ?o } ; DROP ALL",
    "open string": "SELECT * { ?s ?p 'open }",
    "a comment that an escape would end": "SELECT * { # \\u000A\n }",
    "a name that is a difference": "SELECT * { FILTER(true-1-1:x) }",
    "less than, close": "SELECT * { ?s ?p ?o FILTER(?s<?o&&?o>?s) }",
    "an open bracket": "SELECT * { ?s ?p ?o",
    "another bracket": "SELECT * { ?s ?p (1 ]}",
    "a bracket too many": "SELECT * { ?s ?p 1 }}",
    "a stray sign": "SELECT * { ?s ?p `x` }",
}
ALLOWED = {
    "string": "SELECT * { ?s ?p 'the SERVICE FROM below' }",
    "long string": 'SELECT * { ?s ?p """DROP ALL\nSERVICE <http://x> {"""@en }',
    "long string of single quotes": "SELECT * { ?s ?p '''it's a SERVICE''' }",
    "escaped quote": r"SELECT * { ?s ?p 'a\' SERVICE <http://x> { ' }",
    "comment": "SELECT * { ?s ?p ?o } # SERVICE <http://x> { ?s ?p ?o } FROM",
    "iri": "SELECT * { ?s <http://example.org/SERVICE/from#load> ?o }",
    "relative-looking iri": "SELECT * { ?s <urn:SERVICE:from> ?o }",
    "variables": "SELECT ?service ?from $load { ?service ?from $load }",
    "local name": "PREFIX ex: <urn:x:> SELECT * { ex:SERVICE ex:from ex:LOAD }",
    "prefix": "PREFIX service: <urn:x:> SELECT * { service:a service:b ?service }",
    "prefix from": "PREFIX from: <urn:x:> SELECT * { ?s from:b from:c }",
    "blank node": "SELECT * { _:SERVICE ?p _:from }",
    "language": "SELECT * { ?s ?p 'x'@service-from }",
    "less than": "SELECT * { ?s ?p ?o FILTER(?s < ?o && ?o > ?s) }",
    "less than, close": "SELECT * { ?s ?p ?o FILTER(?s<?o||?o>?s&&?s<=?o) }",
    "less or equal to an IRI": "SELECT * { ?s ?p ?o FILTER(?s<=<http://h/x#y>&&?o!=<urn:y>) }",
    "IRIs in rows": "BASE <urn:x> SELECT * { VALUES (?a ?b) { (<#a> <#b'c>) } }",
    "a dot in a name": "PREFIX x: <urn:x:> SELECT * { ?s x:v1.2 x:v1\\.2\\.3 . }",
    "paths": "SELECT * { ?s (<urn:a>|^<urn:b>)*/<urn:c>?/!<urn:d> ?o }",
    "numbers": "SELECT * { ?s ?p 1 , 1.5 , -1e6 , .5 }",
    "nothing but a name": "DESCRIBE <urn:x>",
    "a path in a comment": "SELECT * { ?s ?p ?o } # C:\\users \\U0000D800",
    "letters of other scripts": "PREFIX größe: <urn:x:> SELECT ?größe { ?größe größe:β 'ж' }",
}


def at(text: str, port: int = 9) -> str:
    return text.replace("PLACE", PLACE.format(port=port))


@pytest.fixture(scope="module")
def host() -> Iterator[tuple[int, list[str]]]:
    """Listen on a port of this machine, and keep what was asked."""
    heard: list[str] = []

    class Listener(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append(self.path)
            self.send_error(500)

        do_GET = do_POST

        def log_message(self, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Listener)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port, heard
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_engine_itself_would_ask_a_host(host: tuple[int, list[str]]) -> None:
    port, heard = host
    heard.clear()
    hidden = (
        "plain",
        "like a name",
        "in a filter",
        "what only looks like a string",
        "after a word",
        "half a character of eight digits",
    )
    for name in hidden:
        with suppress(OSError):
            list(ox.Store().query(at(REFUSED[name], port)))  # type: ignore[arg-type]
    assert len(heard) == len(hidden)


def is_query(text: str) -> bool:
    try:
        ox.Store().query(text, prefixes=KNOWN_PREFIXES)
    except SyntaxError:
        return False
    except (RuntimeError, ValueError):
        pass
    return True


def uses_keyword(text: str, keyword: str) -> bool:
    """Return whether a text is a query only with this word, and with no other of its length.

    In a name, a string or a comment any other word can take its place.
    """
    return is_query(text) and not is_query(
        re.sub(keyword, "x" * len(keyword), text, flags=re.IGNORECASE)
    )


def test_the_engine_reads_a_call_where_the_specification_has_none() -> None:
    called = [name for name in TWICE if uses_keyword(at(REFUSED[name]), "SERVICE")]
    assert len(called) == 5


@pytest.mark.parametrize("name", REFUSED)
def test_what_reaches_out_is_refused(name: str) -> None:
    with pytest.raises(InputError):
        check(at(REFUSED[name]))


@pytest.mark.parametrize("name", ["plain", "like a name", "less than", "open string"])
def test_a_refused_query_does_not_run(
    name: str, host: tuple[int, list[str]], tmp_path: Path, run: Run
) -> None:
    port, heard = host
    heard.clear()
    text = at(REFUSED[name], port)
    with pytest.raises(InputError):
        ask(text)
    file = tmp_path / "mine.rq"
    file.write_text(text, encoding="utf-8", newline="")
    status, out, err = run("query", str(file))
    assert (status, out) == (2, "")
    place = rf"netkg: {re.escape(str(file))}, line \d+"
    assert re.match(rf"{place}: .+ \(column \d+\).*\. Expected .+\.\n$", err)
    assert heard == []


@pytest.mark.parametrize("name", ALLOWED)
def test_words_that_only_look_like_it_pass(name: str) -> None:
    check(ALLOWED[name])
    list(ox.Store().query(ALLOWED[name]))  # type: ignore[arg-type]


def reaches_out(tree: Any) -> bool:
    """Return whether a parse tree of rdflib contains a service, or a data set of its own."""
    if getattr(tree, "name", "") in ("ServiceGraphPattern", "DatasetClause"):
        return True
    values = tree.values() if isinstance(tree, dict) else tree
    if isinstance(values, (str, bytes)) or not hasattr(values, "__iter__"):
        return False
    return any(reaches_out(value) for value in values)


def test_a_parser_agrees() -> None:
    compared = 0
    for text, refused in [
        *((at(text), True) for name, text in REFUSED.items() if name not in TWICE),
        *((text, False) for text in ALLOWED.values()),
    ]:
        try:
            tree = parseQuery(text)
        except Exception:
            continue  # no query for rdflib: an update, or written for this engine alone
        compared += 1
        assert reaches_out(tree) == refused, text
    assert compared > 30


# -- what is said -----------------------------------------------------------------------------
def refusal(text: str) -> str:
    with pytest.raises(InputError) as caught:
        check(text)
    return str(caught.value)


def test_a_misspelt_keyword_has_its_place_and_a_suggestion(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "mine.rq"
    file.write_text("SELECT ?s {\n    ?s ?p ?o .\n    FILTR(?s)\n}\n", encoding="utf-8")
    status, out, err = run("query", str(file))
    assert (status, out) == (2, "")
    assert err == (
        f"netkg: {file}, line 3: unknown keyword (column 5) (found FILTR). Expected a keyword of"
        " SPARQL, with blanks around it. Did you mean FILTER?\n"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SELECT * {\n  LIMIT3 }", "line 2: unknown keyword (column 3) (found LIMIT3)."),
        ("SELECT * { ?s ?p TRUE }", "Did you mean true?"),
        ("SELECT * { ?s ?p 'a\n' }", "this string has no end, or an escape that is not valid"),
        ('ASK { ?s ?p """a\n" }', '(found """a).'),
        ("SELECT * {\n ( }", "line 2: this bracket closes none (column 4) (found })."),
        ("SELECT * {\n {", "line 2: this bracket is not closed (column 2) (found {)."),
        ("ASK { FILTER(?a<?b&&?c>?d) }", "Expected a blank after <."),
        ("ASK { ?s ?p 'a\\u0022' }", r"(found \u0022). Expected a character, or \", \n or \t."),
        ("ASK { ?s ?p x:1.2.3 }", r"Expected dots written as \., or the whole IRI in <>."),
        ("ASK { ?s ?p ?o \x00 }", r"(found \x00)."),
        ("ASK { ?s ?p '\ud800' }", r"not a character of Unicode (column 14) (found \ud800)."),
        ("ASK { " + "x" * 100_000 + " }", f"(found {'x' * 40})."),
    ],
)
def test_a_refusal_says_where_and_what_to_write(text: str, message: str) -> None:
    assert message in refusal(text)


def test_a_syntax_error_has_its_place(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "mine.rq"
    file.write_text("SELECT ?s {\n    ?s ?p ?o .\n    ?s ?p . }\n", encoding="utf-8")
    status, out, err = run("query", str(file))
    assert (status, out) == (2, "")
    assert err.startswith(f"netkg: {file}, line 3: the triple before this has less than three")
    file.write_text("SELECT ?s {\n    ?s ?p ?o .\n    FILTER(STRLEN()) }\n", encoding="utf-8")
    status, out, err = run("query", str(file))
    assert (status, out) == (2, "")
    assert re.match(rf"netkg: {re.escape(str(file))}, line [34]: not valid SPARQL 1.1 at ", err)


# -- length and depth -------------------------------------------------------------------------
def group(clause: str, count: int) -> str:
    return f"PREFIX : <urn:x:> SELECT * {{ ?s ?p ?o {clause * count} }}"


def operands(operator: str, count: int) -> str:
    return f"SELECT * {{ ?s ?p ?o FILTER({operator.join(['?o'] * (count + 1))}) }}"


# Queries with a chain of this many links.
CHAINS: dict[str, Callable[[int], str]] = {
    **{sign: partial(operands, sign) for sign in ("+", "-", "*", "/", "&&", "||")},
    **{
        clause: partial(group, f" {clause}")
        for clause in (
            ". ?s ?p 1",
            "; ?p 1",
            ", 1",
            "{ ?s ?p 1 }",
            "OPTIONAL { ?o ?q ?r }",
            "MINUS { ?s ?p 1 }",
            "LATERAL { ?s ?p 1 }",
            "GRAPH ?g { ?s ?p 1 }",
            "FILTER(?o)",
            "FILTER EXISTS { ?s ?p 1 }",
            "FILTER STR(?o)",
            "FILTER:f(?o)",
            "VALUES ?v { 1 }",
        )
    },
    **{
        step: lambda count, step=step: f"ASK {{ ?s <urn:p>{step * count} ?o }}"
        for step in ("|<urn:p>", "/<urn:p>", "/^<urn:p>")
    },
    "unions": lambda count: f"ASK {{ {{}}{' UNION {}' * count} }}",
    "bindings": lambda count: f"ASK {{ {''.join(f'BIND(1 AS ?x{n}) ' for n in range(count))} }}",
    "columns": lambda count: f"SELECT {''.join(f'(1 AS ?x{n})' for n in range(count))} {{}}",
    "negations": lambda count: f"ASK {{ FILTER({'!' * count}?o) }}",
    "members": lambda count: f"ASK {{ ?s ?p (1{' 1' * count}) }}",
    "lists": lambda count: f"ASK {{ ?s ?p (1{' (1)' * count}) }}",
    "resources": lambda count: f"DESCRIBE <urn:x>{' <urn:x>' * count}",
    "conditions": lambda count: f"SELECT ?s {{}} GROUP BY ?s HAVING {'(1)' * count}",
    # Short chains within each other make a long one, in any order.
    "levels": lambda count: f"ASK {{ {'{ MINUS { ' * (count // 2)}{'}} ' * (count // 2)} }}",
    "earlier": lambda count: (
        f"ASK {{ {{ {'FILTER(1) ' * (count // 2)} }} {'FILTER(1) ' * (count // 2)} }}"
    ),
}
# Queries with this many brackets within each other, or twice as many, after one.
DEPTHS: dict[str, Callable[[int], str]] = {
    "groups": lambda count: f"ASK {{ {'{ ' * count}{'} ' * count}}}",
    "optional groups": lambda count: f"ASK {{ {'OPTIONAL { ' * count}{'} ' * count}}}",
    "selections": lambda count: f"ASK {{ {'{ SELECT * { ' * count}{'}} ' * count}}}",
    "expressions": lambda count: f"ASK {{ FILTER(1 IN{'(STR(' * count}1{'))' * count}) }}",
    "members": lambda count: f"ASK {{ ?s ?p {'( ' * count}1{' )' * count} }}",
    "blank nodes": lambda count: f"ASK {{ {'[ ?p ' * count}1{' ]' * count} }}",
    "paths": lambda count: f"ASK {{ ?s {'(' * count}<urn:p>{')*' * count} ?o }}",
    "triple terms": lambda count: f"ASK {{ ?s ?p {'<<( ?s ?p ' * count}1{' )>>' * count} }}",
    "reified triples": lambda count: f"ASK {{ {'<< ?s ?p ' * count}1{' >>' * count} }}",
    "annotations": lambda count: f"ASK {{ ?s ?p 1 {'{| ?p 1 ' * count}{'|} ' * count}}}",
}


@pytest.mark.parametrize("name", CHAINS)
def test_long_chains_are_refused(name: str) -> None:
    with limited(chain=40):
        check(CHAINS[name](10))
        assert is_query(CHAINS[name](10))
        assert "Expected at most 40 operands of one kind" in refusal(CHAINS[name](82))


@pytest.mark.parametrize("name", DEPTHS)
def test_deep_brackets_are_refused(name: str) -> None:
    with limited(depth=20):
        check(DEPTHS[name](5))
        assert is_query(DEPTHS[name](5))
        assert "Expected at most 20 levels of nesting (the limit depth)" in refusal(
            DEPTHS[name](20)
        )


@pytest.mark.parametrize(
    ("before", "after"),
    [("REPLACE(", ", 'a', 'b')"), ("SUBSTR(", ", 1)"), ("REGEX(", ", 'a')"), ("!(", ")")],
)
def test_what_the_engine_reads_again_is_not_nested_deeply(before: str, after: str) -> None:
    """The engine needs twice the time for each level, for ``!`` if there is a fault inside."""
    check(f"ASK {{ FILTER({before * 12}?o{after * 12}) }}")
    assert "at most 12 of them" in refusal(f"ASK {{ FILTER({before * 13}?o{after * 13}) }}")


def test_large_queries_pass() -> None:
    triples = " . ".join(f"?s{n} <urn:p{n}> ?o{n}" for n in range(200))
    check(f"SELECT * {{ {' UNION '.join([f'{{ {triples} }}'] * 50)} }}")
    check(f"SELECT * {{ VALUES (?a ?b) {{ {'(-1 <a>) ' * 3000} }} }}")
    check(f"SELECT * {{ ?s ?p ?o FILTER(?o IN ({', '.join(['-1'] * 3000)})) }}")
    check(f"SELECT * {{ ?s ?p ?o FILTER({' || '.join(['?o = 1'] * 900)}) }}")


def test_the_engine_survives_what_passes() -> None:
    """At the limits it needs less than half of the stack of a process."""
    texts = [
        *(
            CHAINS[name](900)
            for name in ("+", "&&", "MINUS { ?s ?p 1 }", "FILTER(?o)", "columns", "unions")
        ),
        f"ASK {{ FILTER({'STR(' * 97}1{')' * 97}) }}",
        f"ASK {{ {'FILTER EXISTS { ' * 98}{'} ' * 98} }}",
    ]
    for text in texts:
        check(text)
    program = (
        "import json, sys, pyoxigraph as ox\n"
        "for text in json.load(sys.stdin):\n    ox.Store().query(text)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], input=json.dumps(texts), capture_output=True, text=True
    )
    assert (ran.returncode, ran.stderr) == (0, "")


# -- random texts -----------------------------------------------------------------------------
@pytest.mark.parametrize("text", valid_queries())
def test_valid_queries_pass(text: str) -> None:
    check(text)


def test_no_text_that_passes_reaches_out() -> None:
    passed = reaching = 0
    for text in islice(mutated_queries(Random(20260331)), 2_000):
        if not is_query(text):
            continue
        reaches = uses_keyword(text, "SERVICE") or uses_keyword(text, "FROM")
        try:
            check(text)
        except InputError:
            reaching += reaches
        else:
            passed += 1
            assert not reaches, text
    assert passed > 100
    assert reaching > 50
