"""Refuse queries that could reach beyond the graph."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from conftest import Run
from rdflib.plugins.sparql.parser import parseQuery

from netkg.errors import InputError
from netkg.query.ask import ask
from netkg.query.guard import check

# -- what is refused --------------------------------------------------------------------------
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
    "less than, close": "SELECT * { ?s ?p ?o FILTER(?s<?o&&?o>?s) }",
    "paths": "SELECT * { ?s (<urn:a>|^<urn:b>)*/<urn:c>?/!<urn:d> ?o }",
    "numbers": "SELECT * { ?s ?p 1 , 1.5 , -1e6 , .5 }",
    "nothing but a name": "DESCRIBE <urn:x>",
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
    )
    for name in hidden:
        with suppress(OSError):
            list(ox.Store().query(at(REFUSED[name], port)))  # type: ignore[arg-type]
    assert len(heard) == len(hidden)


@pytest.mark.parametrize("name", REFUSED)
def test_what_reaches_out_is_refused_before_it_runs(
    name: str, host: tuple[int, list[str]], tmp_path: Path, run: Run
) -> None:
    port, heard = host
    heard.clear()
    text = at(REFUSED[name], port)
    with pytest.raises(InputError):
        check(text)
    with pytest.raises(InputError):
        ask(text)
    file = tmp_path / "mine.rq"
    file.write_text(text, encoding="utf-8", newline="")
    status, out, err = run("query", str(file))
    assert (status, out) == (2, "")
    assert re.match(rf"netkg: {re.escape(str(file))}, line \d+: .+ \(column \d+\)\. ", err)
    assert ". Expected " in err
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
        *((at(text), True) for text in REFUSED.values()),
        *((text, False) for text in ALLOWED.values()),
    ]:
        try:
            tree = parseQuery(text)
        except Exception:
            continue  # no query for rdflib: an update, or written for this engine alone
        compared += 1
        assert reaches_out(tree) == refused, text
    assert compared > 30


def test_a_syntax_error_has_its_place(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "mine.rq"
    file.write_text("SELECT ?s {\n    ?s ?p ?o .\n    FILTR(?s)\n}\n", encoding="utf-8")
    status, out, err = run("query", str(file))
    assert (status, out) == (2, "")
    assert err.startswith(f"netkg: {file}, line 3: not valid SPARQL 1.1 at column ")
