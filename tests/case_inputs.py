"""Cases in every format, and how the tests read them."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import strategies as st

from netkg.api import default_engine
from netkg.case.loading import load_case
from netkg.case.model import Case
from netkg.case.reading import open_cases
from netkg.errors import InputError
from netkg.namespaces import NETKG, RDF, XSD
from netkg.ontology.schema import netkg

SCHEMA = default_engine().schema
PREFIXES = f"@prefix n: <{NETKG}> . @prefix xsd: <{XSD}> . @prefix ex: <https://example.org/> . "
TYPE = ox.NamedNode(RDF + "type")
FULL: dict[str, Any] = {
    "id": "case 1",
    "sex": "female",
    "birthDate": "1960-02-29",
    "fitForSurgery": True,
    "diseaseExtent": "Localized",
    "symptoms": ["Flushing", "Diarrhea"],
    "tumors": [
        {
            "id": "t1",
            "primarySite": "Pancreas",
            "grade": "G1",
            "ki67Percent": 2.5,
            "mitosesPer2mm2": 1,
            "malignantImagingFeatures": False,
            "measurements": [{"date": "2025-01-15", "diameterMm": 12.5}],
        }
    ],
    "metastases": [{"id": "m1", "site": "Liver", "painful": True}],
    "events": [
        {
            "type": "CTScan",
            "status": "completed",
            "date": "2025-02-01",
            "target": "m1",
            "label": "CT of the abdomen",
            "value": 80,
        }
    ],
}


def plain(case: Mapping[str, Any]) -> Case:
    return load_case(case, schema=SCHEMA)


def tumor(**fields: Any) -> Case:
    return plain({"id": "c", "tumors": [fields]})


def objects(case: Case, key: str) -> list[Any]:
    return [t.object for t in case.triples if t.predicate == netkg(key)]


def shown(case: Case, key: str) -> list[tuple[str, str]]:
    """Return each value of a key as its text and its kind (IRI, or name of its datatype)."""
    return [
        (o.value.removeprefix(NETKG), "IRI")
        if isinstance(o, ox.NamedNode)
        else (o.value, o.datatype.value.removeprefix(XSD))
        for o in objects(case, key)
    ]


def fields(case: Case) -> list[str]:
    return [finding.field for finding in case.findings]


def read_text(text: str | bytes, *, format: str | None = None) -> list[Case | InputError]:
    """Read the cases of a text as if it came from standard input."""
    stream = io.StringIO(text) if isinstance(text, str) else io.BytesIO(text)
    return list(open_cases("-", schema=SCHEMA, format=format, stdin=stream))


def error_of(text: str | bytes, *, format: str | None = None) -> InputError:
    """Return the error for a text that cannot be read as a whole."""
    with pytest.raises(InputError) as caught:
        read_text(text, format=format)
    return caught.value


def write(folder: Path, name: str, data: str | bytes) -> Path:
    path = folder / name
    raw = data.encode() if isinstance(data, str) else data
    path.write_bytes(gzip.compress(raw, mtime=0) if name.endswith(".gz") else raw)
    return path


AS_TURTLE = PREFIXES + 'ex:c a n:Case ; n:tumors ex:t . ex:t n:ki67Percent "5"^^xsd:integer .'
AS_NT = "\n".join(
    f"{t} ."
    for t in (
        f"<https://example.org/c> <{RDF}type> <{NETKG}Case>",
        f"<https://example.org/c> <{NETKG}tumors> <https://example.org/t>",
        f'<https://example.org/t> <{NETKG}ki67Percent> "5.0"^^<{XSD}double>',
    )
)
AS_NQ = AS_NT.replace(" .", " <urn:x:graph> .")
AS_RDFXML = f"""<?xml version="1.0"?><!DOCTYPE r [<!ENTITY n "{NETKG}">]>
    <rdf:RDF xmlns:rdf="{RDF}" xmlns:n="&n;"><n:Case rdf:about="https://example.org/c">
    <n:tumors><n:Tumor rdf:about="https://example.org/t"><n:ki67Percent>5</n:ki67Percent></n:Tumor>
    </n:tumors></n:Case></rdf:RDF>""".replace(
    "<n:ki67Percent>", '<n:ki67Percent rdf:datatype="http://www.w3.org/2001/XMLSchema#decimal">'
)
AS_JSON = json.dumps(
    {
        "id": "https://example.org/c",
        "tumors": [{"id": "https://example.org/t", "ki67Percent": 5}],
    }
)
AS_JSONLD = json.dumps(
    {
        "@context": {"@vocab": NETKG, "percent": "ki67Percent"},
        "@id": "https://example.org/c",
        "@type": "Case",
        "tumors": {"@id": "https://example.org/t", "percent": 5},
    }
)
SAME = {
    "c.json": AS_JSON,
    "c.json.gz": AS_JSON,
    "C.JSON": AS_JSON,
    "c.ndjson": AS_JSON + "\n",
    "c.jsonl": AS_JSON,
    "c.ndjson.gz": AS_JSON,
    "c.jsonld": AS_JSONLD,
    "c.json ld.json": AS_JSONLD,
    "c.ttl": AS_TURTLE,
    "c.ttl.gz": AS_TURTLE,
    "c.trig": AS_TURTLE,
    "c2.trig": PREFIXES + "ex:g {" + AS_TURTLE.removeprefix(PREFIXES) + "}",
    "c.nt": AS_NT,
    "c.nq": AS_NQ,
    "c.rdf": AS_RDFXML,
    "c.xml": AS_RDFXML,
    "c.owl": AS_RDFXML,
}
KEYWORDS = ("@context", "@graph", "@id", "@type")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    *KEYWORDS,
                    "date",
                    "events",
                    "foo",
                    "grade",
                    "id",
                    "ki67Percent",
                    "type",
                    "measurements",
                    "metastases",
                    "symptoms",
                    "target",
                    "tumors",
                ]
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=25,
)
