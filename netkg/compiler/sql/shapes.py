"""Write shapes as SQL: what is wrong with the form of a record, and what its classes report.

A table of records has columns of the right kinds only, so that most constraints on their form
hold as soon as a case was read into it. Of the others, a test remains. What neither is so nor
reports a class is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final, NoReturn

from netkg.compiler.shapes import Constraint, Shape
from netkg.compiler.sql.terms import WIDE, Codes, Kind
from netkg.errors import UnsupportedConstruct
from netkg.namespaces import NETKG, XSD, local_name
from netkg.ontology.schema import Field, Schema

__all__ = ["FormTest", "Reported", "split"]

SIGNS: Final = {
    **{"minInclusive": "<", "maxInclusive": ">", "minExclusive": "<=", "maxExclusive": ">="},
}
# The datatypes of a number as it is read, and what a shape may call it.
NUMBER: Final = XSD + "decimal"


@dataclass(frozen=True, slots=True)
class FormTest:
    """A test that is true of a wrong record: its class and the condition on its table ``r``."""

    record: str
    sql: str


@dataclass(frozen=True, slots=True)
class Reported:
    """A class whose members a shape reports."""

    shape: str
    class_: str


def split(
    shapes: Iterable[Shape], schema: Schema, codes: Codes
) -> tuple[list[FormTest], list[Reported]]:
    """Return the tests of form and the reported classes of some shapes.

    Raises:
        UnsupportedConstruct: for a constraint that is neither.
    """
    reader = _Reader(schema, codes)
    tests: dict[FormTest, None] = {}
    reported = []
    for shape in shapes:
        class_ = _reported(shape)
        if class_:
            reported.append(Reported(shape.iri, class_))
        else:
            tests.update(dict.fromkeys(reader.tests(shape)))
    return [*tests], reported


def _reported(shape: Shape) -> str:
    """Return the class that a shape targets only to report its members; empty for another."""
    match shape:
        case Shape(_, (("targetClass", class_),), (), (Constraint("not", _, (inner,)),)):
            match inner:
                case Shape(_, (), (), (Constraint("class", (name, *_), ()),)) if name == class_:
                    return class_[1:-1]
    return ""


class _Reader:
    def __init__(self, schema: Schema, codes: Codes) -> None:
        self._schema = schema
        self._codes = codes

    def tests(self, shape: Shape) -> Iterator[FormTest]:
        """Yield the tests of the form of records that a shape asks for."""
        for target in shape.targets:
            for record in self._records(*target):
                for constraint in shape.constraints:
                    sql = self._test(shape, record, constraint)
                    if sql:
                        yield FormTest(record, sql)

    def _records(self, kind: str, term: str) -> list[str]:
        """Return the classes of records that a target names."""
        name, schema = local_name(term[1:-1]), self._schema
        if kind == "targetClass" and term[1:-1] == NETKG + name and name in schema.fields:
            return [name]
        if kind == "targetObjectsOf":
            ranges = {
                f.range
                for fields in schema.fields.values()
                for f in fields.values()
                if f.name == name
            }
            return sorted(local_name(r) for r in ranges if local_name(r) in schema.fields)
        return []

    def _test(self, shape: Shape, record: str, constraint: Constraint) -> str:
        """Return the condition that is true of a wrong record, empty if there is none."""
        names = [local_name(each) for each in shape.path]
        fields = self._schema.fields[record]
        if constraint.name == "closed":
            return ""
        # A case with an unknown type of event is not in the tables.
        if record == "ClinicalEvent" and {*names} <= {"type", "unknownType"}:
            return ""
        if len(names) != 1 or names[0] not in fields or NETKG + names[0] != shape.path[0]:
            self._refuse(shape, constraint)
        field = fields[names[0]]
        match constraint:
            case Constraint("maxCount", (limit,)) if field.single and int(limit) > 0:
                return ""
            case Constraint("minCount", (limit,)):
                return self._least(shape, field, int(limit), constraint)
            case Constraint("datatype", (datatype,)) if datatype == field.range:
                return ""
            case Constraint("or", (), shapes):
                return self._alternatives(shape, record, field, shapes)
            case Constraint("nodeKind", (kinds,)) if "<" in kinds and self._is_node(field):
                return ""
            case Constraint("class", (_, *allowed)) if field.range in self._schema.values:
                return self._class(field, allowed)
            case Constraint(name, (bound,)) if name in SIGNS and field.range == NUMBER:
                limit = self._codes.constant(bound, Kind("number", WIDE))
                return f"r.{field.name} {SIGNS[name]} {limit}"
        return self._refuse(shape, constraint)

    def _alternatives(
        self, shape: Shape, record: str, field: Field, alternatives: Iterable[Shape]
    ) -> str:
        """Return the condition that none of some alternatives holds, which differ in datatype."""
        failing = []
        for each in alternatives:
            datatypes = [c.terms[0] for c in each.constraints if c.name == "datatype"]
            if datatypes and field.range not in datatypes:
                continue
            inner = replace(each, path=shape.path, iri=shape.iri)
            tests = [self._test(inner, record, c) for c in each.constraints]
            failing.append(" OR ".join(filter(None, tests)))
        if "" in failing:
            return ""
        return " AND ".join(f"({each})" for each in failing) or f"r.{field.name} IS NOT NULL"

    def _class(self, field: Field, allowed: Iterable[str]) -> str:
        values = {f"<{NETKG}{name}>" for name in self._schema.values[field.range]}
        if values <= {*allowed}:
            return ""
        codes = ", ".join(str(self._codes.of(each)) for each in sorted(allowed)) or "0"
        if field.single:
            return f"r.{field.name} NOT IN ({codes})"
        found = f"SELECT 1 FROM a_{field.name} AS a WHERE a.s = r.node AND a.o NOT IN ({codes})"
        return f"EXISTS ({found})"

    def _least(self, shape: Shape, field: Field, limit: int, constraint: Constraint) -> str:
        if limit == 0:
            return ""
        if field.single and limit == 1:
            name = {"date": "dayNumber", "deceasedDate": "deceasedDay"}.get(field.name, field.name)
            return f"r.{name} IS NULL"
        if field.range.removeprefix(NETKG) in self._schema.fields:
            table = f"r_{local_name(field.range)}"
            enough = f"SELECT of_{field.name} FROM {table} GROUP BY 1 HAVING COUNT(*) >= {limit}"
            return f"r.node NOT IN ({enough})"
        return self._refuse(shape, constraint)

    def _is_node(self, field: Field) -> bool:
        return field.range == NETKG + "Record" or local_name(field.range) in self._schema.fields

    def _refuse(self, shape: Shape, constraint: Constraint) -> NoReturn:
        raise UnsupportedConstruct(
            f"sh:{constraint.name} of <{shape.iri}> is not implemented for cohorts"
        )
