"""The tables of records, as the case format and the plan define them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from netkg.case.draft import EVENT
from netkg.compiler.sql.relations import RecordTable, Relation, Source
from netkg.compiler.sql.terms import CODE, NODE, TEXT, WIDE, Kind
from netkg.namespaces import NETKG, XSD
from netkg.ontology.schema import Field, Schema

__all__ = ["DAYS", "absent_properties", "listed_relations", "record_tables"]

DAY: Final = Kind("number")
DATE: Final = XSD + "date"
# The kinds of columns, by the datatype of a field; what is not here has codes.
KINDS: Final[Mapping[str, Kind]] = {
    XSD + "decimal": Kind("number", WIDE),
    XSD + "string": TEXT,
}
# The days of records, as rules read them, and those that a step and its actions have.
DAYS: Final = {"date": "dayNumber", "deceasedDate": "deceasedDay"}
STEP: Final = {
    **{"statement": CODE, "verdict": CODE, "focus": NODE, "ofCase": NODE},
}
ACTION: Final = {"ofStep": NODE, "ofType": CODE}


def record_tables(schema: Schema) -> dict[str, RecordTable]:
    """Return the tables of records by their classes."""
    found = {}
    for record, fields in schema.fields.items():
        columns = {
            NETKG + name: (name, _kind(field))
            for name, field in fields.items()
            if field.single and field.range != DATE
        }
        for name, day in DAYS.items():
            if name in fields:
                columns[NETKG + day] = (day, DAY)
        if record == "Case":
            columns[NETKG + "dayNumber"] = ("dayNumber", DAY)
        parents = {
            NETKG + field.name: f"of_{field.name}"
            for other in schema.fields.values()
            for field in other.values()
            if field.range == NETKG + record and not field.single
        }
        is_event = record == EVENT
        found[NETKG + record] = RecordTable(f"r_{record}", columns, parents, is_event)
    for name, kinds in (("Step", STEP), ("StepAction", ACTION)):
        columns = {NETKG + each: (each, kind) for each, kind in kinds.items()}
        found[NETKG + name] = RecordTable(f"r_{name}", columns)
    return found


def absent_properties(schema: Schema) -> list[str]:
    """Return the properties of records that have no column: the dates, and the day of the case."""
    return [
        *(
            NETKG + n
            for fields in schema.fields.values()
            for n, f in fields.items()
            if f.range == DATE
        ),
        NETKG + "asOf",
    ]


def listed_relations(schema: Schema) -> dict[str, Relation]:
    """Return the relations for the fields with several values other than records."""
    return {
        NETKG + name: Relation(CODE, (Source(f"a_{name}"),))
        for fields in schema.fields.values()
        for name, field in fields.items()
        if not field.single and field.range.removeprefix(NETKG) not in schema.fields
    }


def _kind(field: Field) -> Kind:
    if field.range in KINDS:
        return KINDS[field.range]
    # What leads to records of several classes has the class of all records.
    return NODE if field.range == NETKG + "Record" else CODE
