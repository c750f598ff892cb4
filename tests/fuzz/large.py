"""Samples on which netkg once failed, and which are too large to keep as files."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator

from tests.fuzz.sample import Sample

_RDF = (
    '<?xml version="1.0"?>\n<!DOCTYPE r [<!ENTITY a "%s">]>\n'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
    ' xmlns:n="https://w3id.org/netkg/ns#"><n:Case rdf:about="urn:c"><n:tumors>'
    '<n:Tumor rdf:about="urn:t"><n:label>%s</n:label></n:Tumor></n:tumors></n:Case></rdf:RDF>\n'
)
_MANY = 20_000


def _entity() -> str:
    return _RDF % ("x" * _MANY, "&a;" * 8_000)


def _triple_terms() -> str:
    # The string is against those who count brackets.
    nested = "<<( <urn:a> <urn:b> " * _MANY + "<urn:c>" + " )>>" * _MANY
    return f'<urn:a> <urn:b> "{")>>" * _MANY}" .\n<urn:a> <urn:b> {nested} .\n'


def _bomb() -> bytes:
    # 2 GiB of blanks, as many members, so that it is made in a moment.
    return gzip.compress(b" " * 2**24, mtime=0) * 128


def _alternatives() -> str:
    return "||".join(f'?i = "X{n}"' for n in range(10_000))


_LARGE: dict[str, dict[str, Callable[[], str | bytes]]] = {
    "readers": {"entity.rdf": _entity, "triple-terms.nt": _triple_terms, "bomb.json.gz": _bomb},
    "guard": {
        "plus-chain.rq": lambda: f"SELECT ({'+'.join('1' * _MANY)} AS ?x) {{}}",
        "and-chain.rq": lambda: f"SELECT * {{ FILTER({'&&'.join('1' * _MANY)}) }}",
        "or-chain.rq": lambda: f"SELECT * {{ ?s ?p ?i FILTER({_alternatives()}) }}",
        "optional-chain.rq": lambda: f"SELECT * {{ {'OPTIONAL { ?s ?p ?o } ' * _MANY} }}",
        "not-chain.rq": lambda: f"ASK {{ FILTER({'!' * _MANY}true) }}",
        "nested-groups.rq": lambda: f"ASK {{ {'{ ' * _MANY}{' }' * _MANY} }}",
    },
}
_LARGE["worker"] = {**_LARGE["readers"], **_LARGE["guard"]}


def large(target: str) -> Iterator[tuple[str, Sample]]:
    """Yield the large samples of a target, by name."""
    for name, make in _LARGE.get(target, {}).items():
        data = make()
        ending = name.partition(".")[2]
        yield name, Sample(ending, data if isinstance(data, bytes) else data.encode())
