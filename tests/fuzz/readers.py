"""Target: read damaged files of cases, in every format. A case or an InputError, never else."""

from __future__ import annotations

import gzip
import io
import json
import random
from collections.abc import Iterator
from functools import cache

import pyoxigraph as ox

import netkg
from netkg import Case, InputError
from netkg.api import default_engine
from netkg.case.to_json import FormError, case_object
from netkg.namespaces import NETKG, RDF, XSD
from tests.fuzz.mutations import mutated
from tests.fuzz.sample import Sample, require
from tests.strategies import random_case

FORMATS = {
    "ttl": ox.RdfFormat.TURTLE,
    "trig": ox.RdfFormat.TRIG,
    "nt": ox.RdfFormat.N_TRIPLES,
    "nq": ox.RdfFormat.N_QUADS,
    "rdf": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
}
_PREFIXES = {"n": NETKG, "rdf": RDF, "xsd": XSD}
# Plain JSON is what most people write; a parser of RDF takes longer.
_ENDINGS = ("json", "json", "json", "ndjson", "ndjson", *FORMATS)
_TOKENS = {
    "json": tuple(
        token.encode()
        for token in (
            *('"id"', '"type"', '"tumors"', '"metastases"', '"events"', '"measurements"'),
            *('"@context"', '"@id"', '"@type"', '"@graph"', '"@list"', '"@set"', '"@value"'),
            *('"@included"', '"@reverse"', '"@nest"', '"@json"', '"@vocab"', '"@base"'),
            *('"@language"', '"@direction"', '"@container"', '"@import"', '"@propagate"'),
            *("{", "}", "[", "]", ":", ",", "true", "null", "{}", "[]", '""', '"1"', "[[]]"),
            *('{"@id":"_:b"}', '{"@list":[', '"https://w3id.org/netkg/context.jsonld"', "//"),
            *(
                '"2026-02-30"',
                '"Pancreas"',
                '"G3"',
                '"ki67Percent"',
                '"target"',
                '"t1"',
                "Infinity",
            ),
        )
    ),
    "turtle": tuple(
        token.encode()
        for token in (
            *("a", "n:Case", "n:tumors", "n:events", "n:date", ";", ".", ",", "[", "]", "(", ")"),
            *("_:b", "_:a", "<>", "<c>", "rdf:first", "rdf:rest", "rdf:nil", "n:unknownType"),
            *("^^xsd:date", "^^xsd:time", "^^xsd:decimal", "^^xsd:boolean", "@en", "@en--ltr"),
            *("{", "}", "GRAPH", "@prefix n: <urn:n#> .", "@base <urn:x> .", "BASE <a:b>"),
            *("<< ", " >>", "<<( ", " )>>", "{| ", " |}", "~ ", '"""', "'''", "true", "1e0"),
            *("<urn:netkg:case:c>", "<urn:netkg:case:c/tumor/t1>", f"<{NETKG}Case>", "<a b>"),
            *(f"<{RDF}type>", f"<{NETKG}tumors>", f"<{XSD}date>", '"x"', 'VERSION "1.2"'),
        )
    ),
    "xml": tuple(
        token.encode()
        for token in (
            *("<!DOCTYPE r [", "<!ENTITY a 'xxxxxxxxxx'>", "<!ENTITY b '&a;&a;'>", "]>", "&a;"),
            *("<!ENTITY s SYSTEM 'file:///dev/zero'>", "&s;", "&#0;", "&#xD800;", "&lt;", "<!--"),
            *('rdf:parseType="Collection"', 'rdf:parseType="Literal"', 'rdf:parseType="Resource"'),
            *(
                'rdf:parseType="Triple"',
                'rdf:ID="x"',
                'rdf:nodeID="x"',
                'rdf:about=""',
                "<![CDATA[",
            ),
            *('rdf:resource="x"', 'rdf:li="1"', "<rdf:li>", "</rdf:li>", "rdf:bagID='x'", "]]>"),
            *('xml:base="urn:b"', 'xml:lang="en"', 'rdf:datatype="x"', "xmlns:n='urn:x'", "<?x ?>"),
            *(
                "<n:tumors>",
                "</n:tumors>",
                "<n:Case>",
                "</rdf:RDF>",
                "/>",
                "<?xml encoding='UTF-16'?>",
            ),
        )
    ),
}


def written(case: Case, ending: str) -> bytes:
    """Return the triples of a case in a syntax of RDF."""
    return ox.serialize(case.triples, format=FORMATS[ending], prefixes=_PREFIXES)


def opened(sample: Sample) -> Iterator[Case | InputError]:
    """Yield what is read from a sample; with no ending the content decides on the format."""
    format = sample.ending.removesuffix("gz").removesuffix(".") or None
    stream = io.BytesIO(sample.data)
    yield from netkg.open_cases("-", schema=default_engine().schema, format=format, stdin=stream)


@cache
def _texts() -> dict[str, list[bytes]]:
    rng = random.Random("cases to be damaged")
    bodies = [_short(random_case(rng)) for _ in range(40)]
    read = [netkg.load_case(_with_iris(body)) for body in bodies]
    texts = {ending: [written(case, ending) for case in read] for ending in FORMATS}
    texts["json"] = [json.dumps(body).encode() for body in bodies]
    texts["json"] += [b"[" + b", ".join(texts["json"][:3]) + b"]"]
    texts["ndjson"] = [b"\n".join(texts["json"][at : at + 3]) for at in range(0, 39, 3)]
    texts["jsonld"] += [_inline(body) for body in bodies]
    return texts


def _short(body: dict) -> dict:
    """Return a case with the first records only: a reader treats the others in the same way."""
    return body | {key: body[key][:2] for key in ("tumors", "metastases", "events")}


def _with_iris(body: object) -> dict:
    """Return a case whose ids are IRIs, so that they are the same in every format."""
    text = json.dumps(body)
    for old in ("t1", "t2", "t3", "m1", "m2", "m3"):
        text = text.replace(f'"{old}"', f'"urn:x:{old}"')
    return json.loads(text.replace('"case-', '"urn:x:case-'))


def _inline(body: dict) -> bytes:
    context = {"@vocab": NETKG, "id": "@id", "type": "@type"}
    return json.dumps({"@context": context, "@type": "Case", **_with_iris(body)}).encode()


def _language(ending: str) -> str:
    if ending in ("json", "jsonld", "ndjson"):
        return "json"
    return "xml" if ending == "rdf" else "turtle"


def draw(rng: random.Random) -> Sample:
    ending = rng.choice(_ENDINGS)
    texts, packed = _texts()[ending], rng.random() < 0.04
    tokens = _TOKENS[_language(ending)]
    data = rng.choice(texts)
    if not packed or rng.random() < 0.5:
        data = mutated(rng, data, others=texts, tokens=tokens)
    if packed:
        data = gzip.compress(data, compresslevel=1, mtime=0)
        if rng.random() < 0.8:
            data = mutated(rng, data, others=[data], tokens=(b"\x1f\x8b",))
        ending += ".gz"
    return Sample("" if rng.random() < 0.3 else ending, data)


def check(sample: Sample) -> None:
    try:
        for found in opened(sample):
            if isinstance(found, InputError):
                _check_error(found)
            else:
                _check_case(found)
    except InputError as error:
        _check_error(error)


def _check_error(error: InputError) -> None:
    str(error).encode()
    require(error.problem, "an error without a sentence")


def _check_case(case: Case) -> None:
    ox.serialize(case.triples, format=ox.RdfFormat.N_TRIPLES)
    json.dumps(dict(case.records), default=str)
    nodes = [case.node, *case.tumors, *case.metastases]
    require(len({node.value for node in nodes}) == len(nodes), "two records with one node")
    require(set(case.names) == {node.value for node in nodes}, "a record without a name")
    for finding in case.findings:
        finding.message.encode()
        require(finding.message, "a finding without a sentence")
    try:
        body = case_object(case, schema=default_engine().schema)
    except FormError:
        return
    again = netkg.load_case(body)
    require(set(again.triples) == set(case.triples), "a case changes when it is written")
    require(not again.findings, "a case has findings only when it is written")
