"""Write what shapes report of valid cases as a query for the table ``findings``.

The words are those of the shapes. What was found is the value of the field of the record, as it
is for one case.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from netkg.case.finding import SEVERITIES
from netkg.cohort.program import SqlProgram
from netkg.compiler.sql.records import DAYS
from netkg.compiler.sql.terms import case_node, quoted
from netkg.namespaces import NETKG, local_name
from netkg.ontology.schema import Schema
from netkg.validation.shapes import Shape

__all__ = ["findings_query"]

# Where records have their findings: an event at its case, a measurement at its tumor.
FOCUS: Final = {
    "ClinicalEvent": case_node("{0}"),
    "Measurement": "r.of_measurements",
}


@dataclass(frozen=True, slots=True)
class _Report:
    place: int
    class_: str
    shape: Shape


def findings_query(
    schema: Schema, program: SqlProgram, shapes: Mapping[str, Shape], records: Mapping[str, str]
) -> str:
    """Return a query of (node, shape, found): one row for each focus, field and statement.

    ``shapes`` are the texts of shapes by IRI, ``records`` the class of the records that a
    reported class describes.
    """
    # A valid case has no violation; what is for the reader of one plan is left out.
    reports = [
        _Report(place, each.class_, shapes[each.shape])
        for place, each in enumerate(program.reported)
        if shapes[each.shape].severity == "Warning"
    ]
    # The first of those with one focus, field and statement is shown.
    ranked = sorted(
        reports,
        key=lambda r: (SEVERITIES.index(r.shape.severity), f"{r.shape.message} {r.shape.remedy}"),
    )
    groups: dict[tuple[str, str | None], int] = {}
    parts = []
    for rank, report in enumerate(ranked):
        group = groups.setdefault((report.shape.field, report.shape.statement), len(groups))
        parts.append(_part(report, rank, group, schema, program, records[report.class_]))
    union = (
        " UNION ALL ".join(parts)
        or "SELECT 0 AS node, 0 AS shape, 0 AS grp, 0 AS rank, '' AS found WHERE FALSE"
    )
    return (
        "SELECT node, shape, found FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY node, grp"
        f" ORDER BY rank, found) AS place FROM ({union}) AS u) AS w WHERE place = 1"
    )


def _part(
    report: _Report, rank: int, group: int, schema: Schema, program: SqlProgram, record: str
) -> str:
    table = program.records[NETKG + record].name
    node = FOCUS.get(record, "r.node").format("r.node")
    found = quoted(report.shape.found) if report.shape.found else _found(report, schema, record)
    return (
        f"SELECT {node} AS node, {report.place} AS shape, {group} AS grp, {rank} AS rank,"
        f" COALESCE({found}, 'nothing') AS found FROM x_found AS f"
        f" JOIN {table} AS r ON r.node = f.node"
        f" JOIN x_valid AS v ON v.node = {case_node('r.node')}"
        f" WHERE f.shape = {report.place}"
    )


def _found(report: _Report, schema: Schema, record: str) -> str:
    """Return the value of the field at a record of a class, in SQL."""
    name = report.shape.field.rpartition(".")[2]
    field = schema.fields[record].get(name)
    if field is None:
        return "NULL"
    if not field.single and local_name(field.range) in schema.fields:
        below = f"r_{local_name(field.range)}"
        text = _record(local_name(field.range), schema)
        return (
            f"(SELECT string_agg({text}, ', ' ORDER BY {text}) FROM {below} AS m"
            f" WHERE m.of_{name} = r.node)"
        )
    if not field.single:
        texts = (
            f"SELECT DISTINCT t.text FROM a_{name} AS a JOIN terms AS t ON t.code = a.o"
            " WHERE a.s = r.node"
        )
        return f"(SELECT string_agg(text, ', ' ORDER BY text) FROM ({texts}) AS x)"
    if field.range.endswith("date"):
        return _day(f"r.{DAYS[name]}")
    return _shown(f"r.{name}", field.range, schema)


def _shown(value: str, range_: str, schema: Schema) -> str:
    """Return a single value as a text in SQL."""
    if range_ in schema.values or range_.endswith("boolean"):
        return f"(SELECT t.text FROM terms AS t WHERE t.code = {value})"
    if range_.endswith("decimal"):
        return _number(value)
    return f"CAST({value} AS VARCHAR)"


def _number(value: str) -> str:
    text = f"CAST(CAST({value} AS DECIMAL(18, 0)) * 0.000001 AS VARCHAR)"
    return f"rtrim(rtrim({text}, '0'), '.')"


def _day(number: str) -> str:
    return f"CAST(DATE '0001-01-01' + CAST({number} - 1 AS INTEGER) AS VARCHAR)"


def _record(record: str, schema: Schema) -> str:
    """Return a record ``m`` of dates and numbers as JSON in SQL."""
    parts = []
    for name, field in sorted(schema.fields[record].items()):
        if field.range.endswith("date"):
            parts.append(f"'\"{name}\": \"' || {_day(f'm.{DAYS[name]}')} || '\"'")
        else:
            parts.append(f"'\"{name}\": ' || {_number(f'm.{name}')}")
    return f"'{{{{' || concat_ws(', ', {', '.join(parts)}) || '}}}}'".replace("{{", "{").replace(
        "}}", "}"
    )
