"""Make texts that are almost queries, to search for one that a check reads wrongly."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from house_files import ROOT

PREFIXES = "PREFIX : <urn:x:> PREFIX x: <urn:x:> PREFIX y: <urn:y:> "

# One or more valid queries for each production of the grammar.
VALID = (
    "SELECT * { ?s ?p ?o }",
    "SELECT DISTINCT ?s (COUNT(DISTINCT ?o) AS ?n) WHERE { ?s x:p ?o . } GROUP BY ?s",
    "SELECT REDUCED ?s { ?s x:p 1 , -1 , 1.5 , .5 , 1e6 , 1.e5 ; x:q 'a' , \"b\"@en-GB } LIMIT 3",
    "SELECT ?s { ?s x:p '''it's''' , \"\"\"say \"x\" \"\"\" , 'a\\n\\u0041' } ORDER BY ?s OFFSET 1",
    "ASK { ?s a x:T ; x:p [ x:q ?o ; x:r () ] . [] x:p ( 1 [] ( ?a ?b ) x:c ) }",
    "ASK { _:b1 x:p _:b2.c . ?s x:a.b x:%41\\,b , x:c:d , :1 , x: }",
    "BASE <http://h/> ASK { <a> <#b> <c/d?e=f'g(h)> . ?s ?p <urn:\\u0041> }",
    "CONSTRUCT { ?s x:p ?o . ?o x:q [] } WHERE { ?s ?p ?o } LIMIT 2",
    "CONSTRUCT WHERE { ?s x:p ?o . ?o x:q 1 }",
    "DESCRIBE x:a <urn:b> ?s { ?s ?p ?o }",
    "DESCRIBE *{?s?p?o}",
    "SELECT*{?s?p?o FILTER(?s!=?o&&!(?o>1||?o<=3)) }",
    "SELECT * { ?s ?p ?o FILTER(?s < ?o && ?o > ?s) FILTER(?a = <http://h/x#y>) }",
    "SELECT * { ?s ?p ?o FILTER(-?o + 1 * (2 - 3) / 4 >= +5) FILTER(?o IN (1, 'b', x:c)) }",
    "SELECT * { ?s ?p ?o FILTER x:f(?s, 1) FILTER regex(str(?o), 'a', 'i') }",
    "SELECT * { ?s ?p ?o FILTER NOT EXISTS { ?s x:q ?z } FILTER EXISTS { ?o ?q ?r } }",
    "SELECT * { { ?s ?p ?o } UNION { ?o ?p ?s } UNION { SELECT ?s { ?s ?p 1 } } }",
    "SELECT * { ?s ?p ?o MINUS { ?s x:q 2 } }",
    "SELECT * { ?s ?p ?o OPTIONAL { ?o ?q ?r FILTER(BOUND(?r)) } LATERAL { ?o x:p ?t } }",
    "SELECT * { GRAPH ?g { ?s ?p ?o } GRAPH x:g { ?s x:q ?r } BIND(IF(?s = ?o, 1, 2) AS ?i) }",
    "SELECT * { VALUES ?v { true false 1 'a' x:b UNDEF } }",
    "SELECT * { VALUES (?a ?b) { (1 2) (UNDEF <urn:c#d>) } }",
    "SELECT * { ?s (x:a|^x:b)*/x:c?/!(x:d|^x:e)+ ?o ; ^x:p/a ?q } VALUES ?s { x:a }",
    "SELECT ?s (GROUP_CONCAT(DISTINCT ?o ; SEPARATOR = ', ') AS ?l) { ?s ?p ?o } GROUP BY ?s "
    "HAVING (COUNT(*) > 1) (MAX(?o) < 9) ORDER BY DESC(?s) ASC(?l) STR(?s)",
    "SELECT (SUM(?o) / COUNT(?o) AS ?m) (CONCAT('a', ?s) AS ?c) { ?s ?p ?o } GROUP BY ?s (1 AS ?x)",
    "VERSION '1.2' SELECT * { ?s ?p <<( ?a ?b ?c )>> }",
    "ASK { << ?a ?b ?c ~ ?r >> ?p ?o ~ x:r {| ?q 1 |} }",
    "SELECT * { ?s ?p 'a'@en--ltr FILTER(isTRIPLE(<<( x:a x:b 1 )>>) || langDir(?o) = 'ltr') }",
    "SELECT * { ?s ?p ?o # a comment ' \" < {\n FILTER(STRLEN(STR(?o)) > 3) }",
    "SELECT ?service ?from { ?service x:from ?from . x:SERVICE y:LOAD 'SERVICE <urn:x> { FROM' }",
)
HOST = "<http://localhost:9/>"
REACHING = (
    f"SERVICE {HOST} {{ ?s ?p ?o }}",
    f"SERVICE{HOST}{{}}",
    f"service silent {HOST} {{ ?s ?p ?o }}",
    "SERVICE:x{?s?p?o}",
    "SERVICEx:x{?s?p?o}",
    "SERVICEsilent:x.y { }",
    "SERVICE?s{?s?p?o}",
    f"LATERAL {{ SERVICE {HOST} {{ ?s ?p ?o }} }}",
    f"FILTER NOT EXISTS {{ SERVICE {HOST} {{ ?s ?p ?o }} }}",
    f"FROM {HOST} ",
    "FROM:x ",
    "FROM NAMED:x{",
    "FROMx:x{",
    f"}} ; LOAD {HOST} ; ASK {{",
)
# What may end a token, or look as if it did.
_ENDS = r"""
    ''' '' "" "x" 'x' #> #' << <<( )>> {| |} <= \u0041 \U0000D800 \ud800 \u000A \u0022 \u+041
    \' \# %41 true false a 1 1. 1e5 .5 @en ^^x:t _:a _:a.b ?x $x x:y x:a.b x:a.b.c x:a. x: : x:y\.z
    <urn:a> <urn:a#b> <#a> <a'b> ?s<?o ?s<x:y#> ?s<'b#> true-1-1:x SERVICE service FROM NAMED
    SILENT FILTER UNION VALUES
"""
GLUE = (
    *_ENDS.split(),
    *('"""', "#\n", "# ' \n"),
    *" \t\n\r#<>\"'.,;:{}()[]|^!?*+-/=&@_~$%\\`",
    *"\u00b7\u00e9\u212a\u017f\ufeff\u00a0\u2028\x00\U00010000",
)
HIDING = (("'", "'"), ('"""', '"""'), ("#", "\n"), ("<", ">"), ("#", '"""'))
_PIECE = re.compile(r"\w+|\s+|[^\w\s]")


def valid_queries() -> list[str]:
    """Return queries of every form, and those of the project."""
    files = sorted((ROOT / "queries").rglob("*.rq"))
    return [
        *(PREFIXES + text for text in VALID),
        *(file.read_text(encoding="utf-8") for file in files),
    ]


def mutated_queries(random: random.Random) -> Iterator[str]:
    """Yield texts without end, most of them close to a query that reaches other data."""
    seeds = [PREFIXES + text for text in VALID] * 4 + valid_queries()
    while True:
        pieces = _PIECE.findall(random.choice(seeds))
        if random.random() < 0.8:
            ends = [at + 1 for at, piece in enumerate(pieces) if piece in "{}."]
            at = random.choice(ends) if random.random() < 0.7 else _place(random, pieces)
            pieces.insert(at, random.choice(REACHING))
        for _ in range(random.choice((0, 1, 1, 1, 2, 2, 3))):
            _edit(random, pieces)
        yield "".join(pieces)


def _place(random: random.Random, pieces: list[str]) -> int:
    return random.randrange(len(pieces) + 1)


def _edit(random: random.Random, pieces: list[str]) -> None:
    at = _place(random, pieces)
    match random.randrange(8):
        case 0 | 1 | 2:
            pieces.insert(at, random.choice(GLUE))
        case 3:
            pieces[at : at + 1] = []
        case 4:
            pieces[at : at + 1] = [random.choice(GLUE)]
        case 5:  # what one reader takes for hidden, and another does not
            begin, end = random.choice(HIDING)
            pieces.insert(at, begin + random.choice(GLUE))
            pieces.insert(_place(random, pieces[at:]) + at + 1, random.choice(GLUE) + end)
        case 6:  # no blanks
            end = at + random.randrange(1, 20)
            pieces[at:end] = [piece for piece in pieces[at:end] if not piece.isspace()]
        case 7:
            end = at + random.randrange(1, 12)
            pieces[end:end] = pieces[at:end]
