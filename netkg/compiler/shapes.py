"""Read SHACL shapes into constraints, in the form that every back end compiles.

What is not implemented in a shape that is evaluated is refused by its name, file and line.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NoReturn

import pyoxigraph as ox

from netkg.errors import UnsupportedConstruct
from netkg.namespaces import RDFS, SH, XSD
from netkg.ontology.folder import read_folder, short
from netkg.ontology.schema import TYPE
from netkg.ontology.terms import INTEGERS, Term, fits
from netkg.validation.shapes_index import CLASSES, DESCRIPTIONS, TARGETS, ShapesIndex, sh

__all__ = ["BOUNDS", "Constraint", "Shape", "read_shapes"]

# The orders that a value may have to a bound: less (-1), equal (0), greater (1).
BOUNDS: Final = {
    **{"minInclusive": (0, 1), "maxInclusive": (-1, 0)},
    **{"minExclusive": (1,), "maxExclusive": (-1,)},
}
# The kinds of terms, by the first character of their N-Triples form.
NODE_KINDS: Final = {
    **{"IRI": "<", "BlankNode": "_", "Literal": '"'},
    **{"BlankNodeOrIRI": "<_", "BlankNodeOrLiteral": '_"', "IRIOrLiteral": '<"'},
}
# The datatypes of bounds: engines differ in how they compare others.
ORDERED: Final = {*INTEGERS, *(XSD + name for name in ("date", "decimal", "double", "float"))}
ONCE: Final = {
    *("minCount", "maxCount", "minLength", "maxLength", "datatype", "nodeKind", "in", "closed"),
}
READ_ELSEWHERE: Final = DESCRIPTIONS - {sh("property")} | {sh("ignoredProperties"), sh("flags")}
TRUE: Final = ("true", "1")
NUMBER: Final = re.compile("[0-9]+")


@dataclass(frozen=True, slots=True)
class Constraint:
    """What each value of a shape must satisfy, or their number.

    ``name`` is the property of SHACL that states it, and ``shapes`` are those that it names.
    ``terms`` are its other values in N-Triples form, after a class the members that the
    vocabulary knows; numbers, datatypes, properties and the first characters of a kind of
    nodes are plain texts.
    """

    name: str
    terms: tuple[str, ...] = ()
    shapes: tuple[Shape, ...] = ()


@dataclass(frozen=True, slots=True)
class Shape:
    """A shape: constraints on the values of alternative properties, or on the node itself.

    ``targets`` are pairs of a property of SHACL and its value in N-Triples form. ``iri`` is
    empty for a shape without a name, which reports nothing itself.
    """

    iri: str
    targets: tuple[tuple[str, str], ...]
    path: tuple[str, ...]
    constraints: tuple[Constraint, ...]


def read_shapes(
    triples: Iterable[ox.Triple], vocabulary: Iterable[ox.Triple], folder: Path
) -> tuple[Shape, ...]:
    """Return the shapes of a folder that have a target; ``vocabulary`` types the coded values.

    Raises:
        UnsupportedConstruct: for a construct that is not implemented, with its place.
    """
    members: dict[str, list[str]] = {}
    for triple in vocabulary:
        members.setdefault(str(triple.object), []).append(str(triple.subject))
    try:
        return _Reader(triples, members).targeted()
    except _Refused as refused:
        # Only a refusal pays for the lines of the triples.
        found, place = read_folder(folder, of="the shapes of cases"), str(folder)
        try:
            _Reader(found.triples, members).targeted()
        except _Refused as again:
            place = found.remark("", again.subject, again.triple).place
        raise UnsupportedConstruct(
            f"{refused} is not implemented",
            term=place,
            expected="a property, or alternatives, as path, and constraints such as sh:minCount",
        ) from None


class _Refused(Exception):
    def __init__(self, what: str, subject: Term, triple: ox.Triple | None) -> None:
        super().__init__(what)
        self.subject, self.triple = subject, triple


class _Reader:
    def __init__(self, triples: Iterable[ox.Triple], members: Mapping[str, list[str]]) -> None:
        self._index = ShapesIndex(dict.fromkeys(triples))
        self._members = members
        self._read: dict[Term, Shape | None] = {}

    def targeted(self) -> tuple[Shape, ...]:
        for node, values in self._index.values.items():
            types = values.get(TYPE, ())
            if sh("ConstraintComponent") in types:
                self._refuse("sh:ConstraintComponent", node, TYPE)
            if any(c in types for c in CLASSES) and any(p.value.startswith(SH) for p in values):
                self._refuse("a class that is a shape", node, TYPE)
        found = (self._shape(node) for node in self._index.targeted)
        return tuple(shape for shape in found if shape.targets)

    def _refuse(self, what: str, node: Term, property_: ox.NamedNode) -> NoReturn:
        raise _Refused(what, node, next(self._index.triples(node, property_), None))

    def _shape(self, node: Term) -> Shape:
        if node in self._read:
            return self._read[node] or self._refuse("a shape that refers to itself", node, TYPE)
        self._read[node] = None
        off = any(value.value in TRUE for value in self._index.objects(node, sh("deactivated")))
        found = self._read[node] = Shape(
            node.value if isinstance(node, ox.NamedNode) else "",
            tuple(self._targets(node)),
            self._path(node),
            () if off else tuple(self._constraints(node)),
        )
        return found

    def _targets(self, node: Term) -> Iterator[tuple[str, str]]:
        for kind in TARGETS:
            for term in self._index.objects(node, kind):
                yield kind.value.removeprefix(SH), str(term)

    def _path(self, node: Term) -> tuple[str, ...]:
        paths = [*self._index.objects(node, sh("path"))]
        if len(paths) > 1:
            self._refuse("more than one sh:path", node, sh("path"))
        path = paths[0] if paths else None
        heads = [*self._index.objects(path, sh("alternativePath"))] if path else []
        parts = [*self._index.members(heads[0])] if heads else [path] if path else []
        if not all(isinstance(part, ox.NamedNode) for part in parts) or (heads and len(parts) < 2):
            self._refuse("such a path", node, sh("path"))
        # The types of coded values are in the ontology, and not in the facts of a case.
        if TYPE in parts and not any(self._targets(node)):
            self._refuse("rdf:type in a shape without a target", node, sh("path"))
        return tuple(part.value for part in parts)

    def _constraints(self, node: Term) -> Iterator[Constraint]:
        for property_, values in self._index.values.get(node, {}).items():
            name = property_.value.removeprefix(SH)
            if name == property_.value or property_ in READ_ELSEWHERE:
                continue
            if name in ONCE and len(values) > 1:
                self._refuse(f"more than one {short(property_)}", node, property_)
            for value in values:
                found = self._constraint(node, name, value)
                if found is None:
                    shown = "" if isinstance(value, ox.BlankNode) else f" {short(value)}"
                    self._refuse(short(property_) + shown, node, property_)
                if name != "closed" or value.value in TRUE:
                    yield found

    def _constraint(self, node: Term, name: str, value: Term) -> Constraint | None:
        """Return a constraint, None if its value is not implemented."""
        text, members = value.value, [*self._index.members(value)]
        match name:
            case "minCount" | "maxCount" if self._path(node) and NUMBER.fullmatch(text):
                return Constraint(name, (str(int(text)),))
            case "minLength" | "maxLength" if NUMBER.fullmatch(text):
                return Constraint(name, (str(int(text)),))
            case "pattern" if _is_pattern(text):
                flags = "".join(each.value for each in self._index.objects(node, sh("flags")))
                return Constraint(name, (text, flags))
            case "datatype" if not text.startswith(RDFS):
                return Constraint(name, (text,))
            case "class":
                return Constraint(name, (str(value), *self._members.get(str(value), ())))
            case "nodeKind" if text.removeprefix(SH) in NODE_KINDS:
                return Constraint(name, (NODE_KINDS[text.removeprefix(SH)],))
            case "hasValue" if _is_comparable(value):
                return Constraint(name, (str(value),))
            case "in" if all(map(_is_comparable, members)):
                return Constraint(name, tuple(map(str, members)))
            case "closed":
                return Constraint(name, tuple(self._allowed(node)))
            case "property" | "node" if (name == "node") != bool(self._shape(value).path):
                return Constraint(name, shapes=(self._shape(value),))
            case "not":
                return Constraint(name, shapes=(self._shape(value),))
            case "and" | "or" | "xone" if members:
                return Constraint(name, shapes=tuple(map(self._shape, members)))
            case _ if name in BOUNDS and _is_comparable(value, ORDERED):
                return Constraint(name, (str(value),))
        return None

    def _allowed(self, node: Term) -> Iterator[str]:
        """Yield the properties that a closed shape allows."""
        for head in self._index.objects(node, sh("ignoredProperties")):
            yield from (each.value for each in self._index.members(head))
        for inner in self._index.objects(node, sh("property")):
            for path in self._index.objects(inner, sh("path")):
                if isinstance(path, ox.NamedNode):
                    yield path.value


def _is_pattern(text: str) -> bool:
    """Return whether a regular expression can be read."""
    try:
        re.compile(text)
    except re.error:
        return False
    return True


def _is_comparable(value: Term, datatypes: Container[str] = ()) -> bool:
    """Return whether engines agree on what is equal to a value, or less for some datatypes."""
    if not isinstance(value, ox.Literal) or value.language:
        return not (datatypes or isinstance(value, ox.BlankNode))
    kind = value.datatype.value
    return fits(value.value, kind) and (not datatypes or kind in datatypes)
