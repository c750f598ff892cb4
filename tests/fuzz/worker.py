"""Target: queries and files that exhaust the parser or the engine give a sentence in time."""

from __future__ import annotations

import random

import netkg
from netkg import InputError, KnowledgeError
from tests.fuzz import guard, readers
from tests.fuzz.listener import placed, require_silence
from tests.fuzz.sample import Sample, require

# Small, so that a sample ends within seconds whatever it asks for.
LIMITS = {"timeout": 0.5, "memory": 400, "rows": 20_000, "size": 8}
_SIZES = (1, 3, 30, 90, 101, 300, 1_001, 5_000, 20_000)
_JOINED = ("+", "-", "*", "/", "&&", "||", "=", ",", "|", "^")
_WRAPPED = (
    *(("(", ")"), ("{", "}"), ("[ ?p ", " ]"), ("!", ""), ("-", ""), ("<<( ?s ?p ", " )>>")),
    *(("(1+", ")"), ("IF(true,", ",1)"), ("COALESCE(", ")"), ("NOT EXISTS {", "}"), ("^", "")),
)
_CLAUSES = (
    *("OPTIONAL { ?s ?p ?o }", "MINUS { ?s ?p ?o }", "{ ?s ?p ?o } UNION", "FILTER(?s=?o)"),
    *("BIND(1 AS ?b)", "?s ?p ?o .", "VALUES ?v { 1 }", "LATERAL { ?s ?p ?o }", "; ?p ?o"),
)
_AGGREGATES = ("COUNT(*)", "COUNT(DISTINCT *)", "SUM(?a)", "MAX(?x0)", "GROUP_CONCAT(STR(?x0))")


def _chain(rng: random.Random, size: int) -> str:
    terms = rng.choice(_JOINED).join([rng.choice(("1", "?s", "<urn:x>", "'x'"))] * size)
    return rng.choice(
        (f"SELECT ({terms} AS ?x) {{}}", f"SELECT * {{ ?s {terms} ?o FILTER({terms}) }}")
    )


def _nested(rng: random.Random, size: int) -> str:
    opening, closing = rng.choice(_WRAPPED)
    inside = opening * size + rng.choice(("1", "?s", "", "<urn:x>")) + closing * size
    return rng.choice(
        (f"ASK {{ ?s ?p {inside} }}", f"SELECT ({inside} AS ?x) {{}}", f"ASK {{ {inside} }}")
    )


def _clauses(rng: random.Random, size: int) -> str:
    return "SELECT * { ?s ?p ?o . " + f"{rng.choice(_CLAUSES)} " * size + "}"


def _product(rng: random.Random, size: int) -> str:
    triples = " . ".join(f"?x{n} ?p{n} ?o{n}" for n in range(min(size, 6)))
    head = rng.choice((f"({rng.choice(_AGGREGATES)} AS ?n)", "*", "DISTINCT ?x0"))
    order = rng.choice(("", " ORDER BY ?o0"))
    return f"SELECT {head} {{ {triples} BIND(1 AS ?a) }}{order}"


def _doubled(rng: random.Random, size: int) -> str:
    steps = " ".join(
        f"BIND(CONCAT(?x{n},?x{n}) AS ?x{n + 1})" for n in range(min(max(size, 20), 60))
    )
    return f"SELECT (STRLEN(?x20) AS ?n) {{ BIND('0123456789' AS ?x0) {steps} }}"


def _paths(rng: random.Random, size: int) -> str:
    path = rng.choice(("(<urn:a>|!<urn:a>)*", "(!<urn:b>|^!<urn:b>)+", "(!<urn:c>?)*", "!()*"))
    return f"SELECT (COUNT(*) AS ?n) {{ ?a {'/'.join([path] * min(size, 5))} ?b }}"


def _regex(rng: random.Random, size: int) -> str:
    pattern = rng.choice(("(a*)*b", "(a{1,90}){1,90}", "[a-z]{500}{500}", "(x+x+)+y"))
    return f"ASK {{ ?s ?p ?o FILTER(REGEX(STR(?o), '{pattern}')) }}"


def _file(rng: random.Random, size: int) -> Sample:
    ending = rng.choice(("nt", "ttl", "rdf", "jsonld"))
    if ending == "rdf":
        entity = "x" * size
        text = (
            f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "{entity}">]><rdf:RDF '
            'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
            f'xmlns:n="https://w3id.org/netkg/ns#"><n:Case rdf:about="urn:c"><n:tumors>'
            f'<n:Tumor rdf:about="urn:t"><n:label>{"&a;" * rng.choice(_SIZES)}</n:label>'
            "</n:Tumor></n:tumors></n:Case></rdf:RDF>"
        )
    elif ending == "jsonld":
        inside = '{"@id":"urn:c","tumors":' * size + "[]" + "}" * size
        text = f'{{"@context":{{"@vocab":"https://w3id.org/netkg/ns#"}},"@graph":[{inside}]}}'
    else:
        opening, closing = rng.choice(
            (("<<( <urn:a> <urn:b> ", " )>>"), ("[ <urn:b> ", " ]"), ("(", ")"))
        )
        text = f"<urn:a> <urn:b> {opening * size}<urn:c>{closing * size} ."
    return Sample(ending, text.encode())


_SHAPES = (_chain, _nested, _clauses, _product, _doubled, _paths, _regex)


def draw(rng: random.Random) -> Sample:
    size = rng.choice(_SIZES)
    choice = rng.random()
    if choice < 0.15:
        return _file(rng, size)
    if choice < 0.25:
        return readers.draw(rng)
    text = guard.query(rng) if choice < 0.5 else rng.choice(_SHAPES)(rng, size)
    return Sample("rq", text.encode())


def check(sample: Sample) -> None:
    with netkg.limited(**LIMITS):
        if sample.ending == "rq":
            _ask(placed(sample.data.decode(errors="replace")))
        else:
            readers.check(sample)


def _ask(text: str) -> None:
    try:
        answer = netkg.ask(text, over="ontology")
    except (InputError, KnowledgeError) as error:
        str(error).encode()
        # The next question is answered as if nothing had happened.
        again = netkg.ask("ASK { netkg:Tumor a owl:Class }", over="ontology")
        require(again.truth is True, "an easy query gets a wrong answer after a refused one")
    else:
        require(len(answer.rows or ()) <= LIMITS["rows"], "more rows than the limit")
    require_silence()
