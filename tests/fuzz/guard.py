"""Target: what the guard lets pass reaches no network, and does not end the process."""

from __future__ import annotations

import random
from contextlib import suppress
from functools import cache

import pyoxigraph as ox

from netkg import InputError
from netkg.ontology.files import default_folders
from netkg.query.guard import check as guard
from tests.fuzz.listener import placed, require_silence
from tests.fuzz.mutations import mutated
from tests.fuzz.sample import Sample

_SMALL = (
    "SELECT * { SERVICE PLACE { ?s ?p ?o } }",
    "SELECT * { ?s ?p ?o FILTER(?s<?o)SERVICE#>\nPLACE { ?s ?p ?o } }",
    "PREFIX : PLACE SELECT * { SERVICE:x { ?s ?p ?o } }",
    "SELECT * { VALUES ?v { true }SERVICE SILENT PLACE { ?s ?p ?o } }",
    'SELECT * { VALUES ?v {"""a" } SERVICE PLACE { ?s ?p ?o } #"\\q"""\n }',
    "SELECT * { ?s ?p 'it is a SERVICE' . # SERVICE PLACE\n }",
    "SELECT * { ?s (<urn:a>|^<urn:b>)*/<urn:c>?/!<urn:d> ?o . LATERAL { BIND(?s AS ?x) } }",
    "SELECT ?a (COUNT(*) AS ?n) WHERE { ?a ?b ?c } GROUP BY ?a HAVING(COUNT(*)>1) ORDER BY ?n",
    "CONSTRUCT { ?s ?p [ ?p (1 2.5 'x'@en) ] } WHERE { ?s ?p ?o OPTIONAL { ?o ?p ?s } MINUS {} }",
    "ASK { { ?s ?p 1 } UNION { <<( ?s ?p ?o )>> ?q '''long''' } BIND(IF(?s<?o,1,-1) AS ?x) }",
    "DESCRIBE <urn:x> # FROM PLACE",
    "SELECT * FROM PLACE { GRAPH ?g { ?s ?p ?o } }",
    "PREFIX service: <urn:x:> SELECT * { service:a service:from ?service }",
)
_TOKENS = tuple(
    token.encode()
    for token in (
        *("SERVICE", "SERVICE PLACE {", "service silent PLACE{", "FROM PLACE", "FROM NAMED PLACE"),
        *("SELECT", "ASK", "CONSTRUCT", "DESCRIBE", "WHERE", "{", "}", "(", ")", "[", "]", "*"),
        *("INSERT", "LOAD", "DROP", "WITH", "USING", "PREFIX : PLACE", "BASE <urn:x>", "LATERAL {"),
        *(
            "#",
            "\n",
            "\r",
            '"""',
            "'''",
            '"',
            "'",
            "<",
            ">",
            "<?o",
            "<'#>'",
            "<x:y#>",
            "true",
            "1.",
        ),
        *("\\u0053ERVICE", "\\U0000D800", "\\q", "x:SERVICE", "SERVICE:x", "FROM:x", "@service"),
        *("<<", ">>", "<<(", ")>>", "{|", "|}", "||", "&&", "!", "^", "|", "/", "?", "+", "-", "$"),
        *("?s ?p ?o .", "OPTIONAL {", "UNION", "MINUS {", "FILTER(", "NOT EXISTS {", "VALUES ?v {"),
        *(
            "EXISTS{",
            "GRAPH PLACE {",
            "BIND(1 AS ?x)",
            "IN(",
            "_:b",
            "_:SERVICE",
            "\u00a0",
            "\u2028",
        ),
    )
)
_DEEPEST, _LONGEST = 6, 4_000


@cache
def _texts() -> list[bytes]:
    files = sorted((default_folders().queries).rglob("*.rq"))
    # Most of a long query says nothing new to the guard, which reads token by token.
    library = [path.read_bytes() for path in files]
    return [text.encode() for text in _SMALL] * 4 + [text for text in library if len(text) < 1_200]


def query(rng: random.Random) -> str:
    """Return a damaged query."""
    texts = _texts()
    text = mutated(rng, rng.choice(texts), others=texts, tokens=_TOKENS)
    return text.decode(errors="replace")


def draw(rng: random.Random) -> Sample:
    return Sample("rq", query(rng).encode())


def check(sample: Sample) -> None:
    text = placed(sample.data.decode(errors="replace"))
    try:
        guard(text)
    except InputError as error:
        str(error).encode()
        return
    # Deeper nesting may take the parser of the engine any time, which the worker limits.
    if _depth(text) <= _DEEPEST and len(text) <= _LONGEST:
        with suppress(SyntaxError, ValueError, OSError, RuntimeError, TypeError):
            list(ox.Store().query(text))  # type: ignore[arg-type]
        require_silence()


def _depth(text: str) -> int:
    deepest = depth = 0
    for mark in text:
        depth += (mark in "([{") - (mark in ")]}")
        deepest = max(deepest, depth)
    return deepest
