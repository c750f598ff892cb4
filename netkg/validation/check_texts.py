"""Check the texts of shapes: netkg takes the words of its findings from them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pyoxigraph as ox

from netkg.namespaces import NETS
from netkg.ontology.folder import Folder, short
from netkg.ontology.remark import Remark
from netkg.ontology.schema import Schema, netkg
from netkg.suggestions import closest, listed
from netkg.validation.shapes_index import ShapesIndex, Value, sh

__all__ = ["OWN", "check_texts"]


def nets(name: str) -> ox.NamedNode:
    """Return the term of the shapes of netkg with this local name."""
    return ox.NamedNode(NETS + name)


TEXTS: Final = (nets("field"), sh("message"), nets("remedy"))
# What netkg reads of a shape in addition to SHACL; each has one value.
OWN: Final = tuple(map(nets, ("field", "remedy", "expected", "found", "restsOn", "restsOnVerdict")))


def check_texts(found: Folder, schema: Schema, index: ShapesIndex) -> Iterator[Remark]:
    """Yield a remark for each shape that lacks a text of a finding, or has a wrong one."""
    # What a finding can be about: the keys, which include those of JSON alone.
    keys = {
        schema.path(record, name)
        for record, fields in schema.fields.items()
        for name in (*fields, "id", "type")
    }
    for shape in index.reporting:
        lacking = [short(text) for text in TEXTS if not any(index.objects(shape, text))]
        if lacking:
            yield found.remark(
                f"the shape lacks {listed(lacking)}",
                shape,
                predicate=lacking[0],
                expected="a path of the case format as nets:field, what is wrong as"
                " sh:message, and what to do as nets:remedy",
            )
        for property_ in (sh("message"), *OWN):
            triples = list(index.triples(shape, property_))
            if len(triples) > 1:
                problem = f"the shape has {len(triples)} values of {short(property_)}"
                yield found.remark(problem, shape, triples[1], expected="one")
        for triple, problem, expected in _wrong(shape, keys, schema, index):
            yield found.remark(problem, shape, triple, expected=expected)


def _wrong(
    shape: Value, keys: set[str], schema: Schema, index: ShapesIndex
) -> Iterator[tuple[ox.Triple, str, str]]:
    """Yield each value of a shape that a finding cannot show, why not, and what is expected."""
    for triple in index.triples(shape, nets("field")):
        path = triple.object.value  # type: ignore[union-attr]
        if path and path not in keys:
            close = listed(closest(path, keys), "or")
            problem = f"{path!r} is not a path of the case format"
            yield triple, problem, close or 'a path such as tumors.grade, or ""'
    for triple in index.triples(shape, nets("restsOn")):
        if not any(schema.objects(triple.object, netkg("inSection"))):  # type: ignore[arg-type]
            yield triple, f"{short(triple.object)} is not a statement", "a statement"
    for triple in index.triples(shape, nets("restsOnVerdict")):
        if short(triple.object) != "true":
            yield triple, f"{short(triple.object)!r} has no effect", "true, or nothing"
    for triple in index.triples(shape, sh("class")):
        values = schema.values.get(triple.object.value)  # type: ignore[union-attr]
        if values is None and not any(index.objects(shape, nets("expected"))):
            problem = f"netkg cannot list the values of {short(triple.object)}"
            yield triple, problem, "the property nets:expected, which says what is expected"
