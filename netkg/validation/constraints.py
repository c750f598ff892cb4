"""What the shapes require of the fields of a record: number of values, datatypes, limits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import pyoxigraph as ox

from netkg.namespaces import NETKG, local_name
from netkg.ontology.schema import Field, Schema
from netkg.validation.shapes_index import ShapesIndex, Value, sh

__all__ = ["Bound", "Constraint", "field_constraints"]

# Shapes that are not about the values of the same record are left out; so are alternatives.
_SAME_RECORD: Final = (sh("property"), sh("node"))
_ALTERNATIVES: Final = (sh("or"), sh("xone"))


@dataclass(frozen=True, slots=True)
class Bound:
    """An end of the range of a number, and whether it belongs to the range."""

    value: float
    included: bool


@dataclass(frozen=True, slots=True)
class Constraint:
    """What shapes require of a field; ``most`` is None if any number of values is allowed."""

    least: int = 0
    most: int | None = None
    datatypes: tuple[str, ...] = ()
    lower: Bound | None = None
    upper: Bound | None = None

    @property
    def cardinality(self) -> str:
        """The number of values as in class diagrams.

        >>> [Constraint(*ends).cardinality for ends in ((0, 1), (1, 1), (1, None), (0, None))]
        ['0..1', '1', '1..*', '0..*']
        """
        most = "*" if self.most is None else str(self.most)
        return most if most == str(self.least) else f"{self.least}..{most}"


def field_constraints(
    schema: Schema, shapes: Iterable[ox.Triple]
) -> Mapping[tuple[str, str], Constraint]:
    """Return what the shapes require of each field, by its record and its name.

    A field without a shape has one value at most if the ontology says so. Shapes whose
    results are only warnings do not restrict what a case can contain.
    """
    return _Reader(schema, ShapesIndex(shapes)).constraints()


class _Reader:
    def __init__(self, schema: Schema, index: ShapesIndex) -> None:
        self._schema = schema
        self._index = index

    def constraints(self) -> Mapping[tuple[str, str], Constraint]:
        shapes: dict[tuple[str, str], list[Value]] = {}
        for record, property_, shape in self._property_shapes():
            shapes.setdefault((record, property_), []).append(shape)
        return {
            (record, name): self._all_of(field, shapes.get((record, name), []))
            for record, fields in self._schema.fields.items()
            for name, field in fields.items()
        }

    @cached_property
    def _records(self) -> Mapping[tuple[str, str], str]:
        """The record that each target selects, by the kind of target and its value."""
        fields = [field for each in self._schema.fields.values() for field in each.values()]
        by_class = {("targetClass", NETKG + name): name for name in self._schema.fields}
        by_field = {
            ("targetObjectsOf", NETKG + field.name): local_name(field.range)
            for field in fields
            if field.range.removeprefix(NETKG) in self._schema.fields
        }
        return by_class | by_field

    def _property_shapes(self) -> Iterator[tuple[str, str, Value]]:
        """Yield the shapes with a path of one property, with their record and the property."""
        index = self._index
        for top in index.targeted:
            targets = {
                self._records.get((kind, target.value))
                for kind in ("targetClass", "targetObjectsOf")
                for target in index.objects(top, sh(kind))
                if isinstance(target, ox.NamedNode)
            }
            todo, seen = [top], set[Value]()
            while todo:
                shape = todo.pop()
                if shape in seen or index.is_deactivated(shape):
                    continue
                seen.add(shape)
                paths = list(index.objects(shape, sh("path")))
                todo += () if paths else index.objects(shape, *_SAME_RECORD)
                for head in () if paths else index.objects(shape, sh("and")):
                    todo += index.members(head)
                # The severity of a shape is not that of the shapes within it.
                for path in paths if self._restricts(shape) else ():
                    if isinstance(path, ox.NamedNode) and path.value.startswith(NETKG):
                        yield from (
                            (each, local_name(path.value), shape) for each in targets if each
                        )

    def _restricts(self, shape: Value) -> bool:
        severities = [each.value for each in self._index.objects(shape, sh("severity"))]
        return severities in ([], [sh("Violation").value])

    def _all_of(self, field: Field, shapes: list[Value]) -> Constraint:
        found = Constraint(most=1 if field.single else None)
        for shape in shapes:
            found = _both(found, self._required(shape))
        return found

    def _required(self, shape: Value, above: frozenset[Value] = frozenset()) -> Constraint:
        """Return what a shape requires, with the shapes that it consists of."""
        index, found = self._index, self._read(shape)
        if shape in above:
            return found
        inner = above | {shape}

        def parts(shapes: Iterable[Value]) -> list[Constraint]:
            active = (each for each in shapes if not index.is_deactivated(each))
            return [self._required(each, inner) for each in active]

        for head in index.objects(shape, sh("and")):
            for each in parts(index.members(head)):
                found = _both(found, each)
        for each in parts(index.objects(shape, sh("node"))):
            found = _both(found, each)
        for head in index.objects(shape, *_ALTERNATIVES):
            found = _both(found, _any_of(parts(index.members(head))))
        return found

    def _read(self, shape: Value) -> Constraint:
        least, most = (
            [int(each.value) for each in self._index.objects(shape, sh(name))]
            for name in ("minCount", "maxCount")
        )
        datatypes = (each.value for each in self._index.objects(shape, sh("datatype")))
        return Constraint(
            max(least, default=0),
            min(most, default=None),
            tuple(sorted(map(local_name, datatypes))),
            _greatest(self._bounds(shape, "min")),
            _smallest(self._bounds(shape, "max")),
        )

    def _bounds(self, shape: Value, end: str) -> list[Bound]:
        bounds = []
        for included, name in ((True, f"{end}Inclusive"), (False, f"{end}Exclusive")):
            for value in self._index.objects(shape, sh(name)):
                # Dates have bounds as well.
                with suppress(ValueError):
                    bounds.append(Bound(float(value.value), included))
        return bounds


def _both(first: Constraint, second: Constraint) -> Constraint:
    """Return what is required if two constraints are."""
    pair = (first, second)
    return Constraint(
        max(first.least, second.least),
        min((each.most for each in pair if each.most is not None), default=None),
        first.datatypes or second.datatypes,
        _greatest([each.lower for each in pair if each.lower]),
        _smallest([each.upper for each in pair if each.upper]),
    )


def _any_of(constraints: list[Constraint]) -> Constraint:
    """Return what is required if one of some constraints is, as far as all have it."""
    if not constraints:
        return Constraint()
    most = [each.most for each in constraints]
    types = [set(each.datatypes) for each in constraints]
    lowers = [each.lower for each in constraints]
    uppers = [each.upper for each in constraints]
    return Constraint(
        min(each.least for each in constraints),
        None if None in most else max(number for number in most if number is not None),
        tuple(sorted(set().union(*types))) if all(types) else (),
        min((b for b in lowers if b), key=_of_lower) if all(lowers) else None,
        max((b for b in uppers if b), key=_of_upper) if all(uppers) else None,
    )


def _greatest(lowers: list[Bound]) -> Bound | None:
    return max(lowers, key=_of_lower, default=None)


def _smallest(uppers: list[Bound]) -> Bound | None:
    return min(uppers, key=_of_upper, default=None)


def _of_lower(bound: Bound) -> tuple[float, bool]:
    return bound.value, not bound.included


def _of_upper(bound: Bound) -> tuple[float, bool]:
    return bound.value, bound.included
