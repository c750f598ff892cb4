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
from netkg.compiler.sql.records import DAYS
from netkg.compiler.sql.terms import WIDE, Codes, Kind
from netkg.compiler.vocabulary import TYPE
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
        match constraint:
            case Constraint("closed", allowed):
                return self._closed(shape, record, frozenset(allowed), constraint)
            case Constraint("minCount" | "maxCount" as name, (limit,)):
                return self._count(shape, record, name, int(limit), constraint)
        names = [local_name(each) for each in shape.path]
        fields = self._schema.fields[record]
        if len(names) != 1 or TYPE in shape.path:
            return self._refuse(shape, constraint)
        if names[0] not in fields or NETKG + names[0] != shape.path[0]:
            return ""  # Records of this class have no value that could be wrong.
        field = fields[names[0]]
        match constraint:
            case Constraint("datatype", (datatype,)):
                # Each value that was read has the datatype of its field.
                if datatype == field.range:
                    return ""
                return f"{self._number(record, shape.path[0], shape, constraint)} > 0"
            case Constraint("or", (), shapes):
                return self._alternatives(shape, record, field, shapes)
            case Constraint("nodeKind", (kinds,)) if "<" in kinds and self._is_node(field):
                return ""
            case Constraint("class", (_, *members)) if field.range in self._schema.values:
                return self._class(field, members)
            case Constraint(kind, (bound,)) if kind in SIGNS and field.range == NUMBER:
                limit = self._codes.constant(bound, Kind("number", WIDE))
                return f"r.{field.name} {SIGNS[kind]} {limit}"
        return self._refuse(shape, constraint)

    # -- numbers of values -----------------------------------------------------------------
    def _closed(
        self, shape: Shape, record: str, allowed: frozenset[str], constraint: Constraint
    ) -> str:
        """Return the condition that a record has a value of a property that is not allowed."""
        if TYPE not in allowed:
            return "TRUE"
        fields = self._schema.fields[record].values()
        others = [each for each in fields if NETKG + each.name not in allowed]
        counts = [self._number(record, NETKG + each.name, shape, constraint) for each in others]
        return " OR ".join(f"{count} > 0" for count in counts)

    def _count(
        self, shape: Shape, record: str, name: str, limit: int, constraint: Constraint
    ) -> str:
        """Return the condition that there are too few values, or too many."""
        if name == "minCount" and limit == 0:
            return ""
        # A field with one value has one at most, wherever it is.
        fields = self._schema.fields[record]
        single = [local_name(p) for p in shape.path if p != TYPE]
        is_single = all(n not in fields or fields[n].single for n in single)
        if name == "maxCount" and is_single and limit >= len(shape.path):
            return ""
        counts = [self._number(record, each, shape, constraint) for each in shape.path]
        return f"{' + '.join(counts)} {'<' if name == 'minCount' else '>'} {limit}"

    def _number(self, record: str, property_: str, shape: Shape, constraint: Constraint) -> str:
        """Return the number of values of a property, in SQL."""
        name = local_name(property_)
        field = self._schema.fields[record].get(name)
        if property_ == TYPE:
            return "1"
        if field is None or NETKG + name != property_:
            return "0"
        if field.single:
            name = DAYS.get(name, name)
            if field.range == XSD + "date" and name == field.name:
                return str(self._refuse(shape, constraint))
            return f"(CASE WHEN r.{name} IS NULL THEN 0 ELSE 1 END)"
        below = local_name(field.range)
        if below in self._schema.fields:
            rows = f"r_{below} AS b WHERE b.of_{name} = r.node"
            return f"(SELECT COUNT(*) FROM {rows})"
        return f"(SELECT COUNT(DISTINCT b.o) FROM a_{name} AS b WHERE b.s = r.node)"

    # -- values ----------------------------------------------------------------------------
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

    def _is_node(self, field: Field) -> bool:
        return field.range == NETKG + "Record" or local_name(field.range) in self._schema.fields

    def _refuse(self, shape: Shape, constraint: Constraint) -> NoReturn:
        raise UnsupportedConstruct(
            f"sh:{constraint.name} of <{shape.iri}> is not implemented for cohorts"
        )
