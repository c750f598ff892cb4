"""Write what shapes report of valid cases as a query for the table ``findings``.

The words are those of the shapes. What was found is the value of the field of the record, as it
is for one case.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from netkg.case.finding import SEVERITIES
from netkg.cohort.program import SqlProgram
from netkg.compiler.sql.records import DAYS
from netkg.compiler.sql.terms import case_node, quoted
from netkg.namespaces import NETKG, local_name
from netkg.ontology.ranges import range_bounds
from netkg.ontology.schema import Schema
from netkg.validation.shapes import Shape

__all__ = ["findings_query"]

# Where records have their findings: an event at its case, a measurement at its tumor.
FOCUS: Final = {
    "ClinicalEvent": case_node("{0}"),
    "Measurement": "r.of_measurements",
}
SHAPES: Final = "$shapes"


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
    rows = []
    for rank, report in enumerate(ranked):
        group = groups.setdefault((report.shape.field, report.shape.statement), len(groups))
        text = quoted(report.shape.found) if report.shape.found else "NULL"
        rows.append(f"({report.place}, {group}, {rank}, {text})")
    if not rows:
        return "SELECT 0 AS node, 0 AS shape, '' AS found WHERE FALSE"
    # What is read from one table is read at once.
    sources: dict[tuple[str, str], list[tuple[_Report, _Value]]] = {}
    for report in reports:
        record = records[report.class_]
        value = _Value() if report.shape.found else _value(report, schema, record)
        sources.setdefault((record, value.joined), []).append((report, value))
    parts = (
        _part(record, joined, own, program.records[NETKG + record].name)
        for (record, joined), own in sources.items()
    )
    found = "COALESCE(w.text, u.text, t.text, 'nothing') AS found"
    return (
        "SELECT node, shape, found FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY node, grp"
        f" ORDER BY rank, found) AS place FROM (SELECT u.node, w.shape, w.grp, w.rank, {found}"
        f" FROM ({' UNION ALL '.join(parts)}) AS u"
        f" JOIN (VALUES {', '.join(rows)}) AS w(shape, grp, rank, text) ON w.shape = u.shape"
        " LEFT JOIN terms AS t ON t.code = u.code) AS n) AS p WHERE place = 1"
    )


@dataclass(frozen=True, slots=True)
class _Value:
    """What is found at a record ``r``: a code or a text, in SQL, and what is joined for it.

    In what is joined, ``SHAPES`` stands for the shapes that report it.
    """

    code: str = "NULL"
    text: str = "NULL"
    joined: str = ""


def _part(record: str, joined: str, reports: Sequence[tuple[_Report, _Value]], table: str) -> str:
    """Return a query for what is found at the records of one table: (node, shape, code, text)."""
    node = FOCUS.get(record, "r.node").format("r.node")
    heads = []
    for name, type_ in (("code", "SMALLINT"), ("text", "VARCHAR")):
        cases = " ".join(f"WHEN {r.place} THEN {getattr(value, name)}" for r, value in reports)
        heads.append(f"CAST(CASE f.shape {cases} END AS {type_}) AS {name}")
    places = ", ".join(str(report.place) for report, _ in reports)
    return (
        f"SELECT {node} AS node, f.shape, {', '.join(heads)} FROM x_found AS f"
        f" JOIN {table} AS r ON r.node = f.node"
        f" JOIN x_valid AS v ON v.node = {case_node('r.node')}{joined.replace(SHAPES, places)}"
        f" WHERE f.shape IN ({places})"
    )


def _value(report: _Report, schema: Schema, record: str) -> _Value:
    """Return the value of the field at a record of a class."""
    name = report.shape.field.rpartition(".")[2]
    field = schema.fields[record].get(name)
    if field is None:
        return _Value()
    if not field.single:
        if local_name(field.range) in schema.fields:
            text = _record(local_name(field.range), schema)
            table = f"(SELECT of_{name} AS s, * FROM r_{local_name(field.range)})"
            rows = f"SELECT m.s, {text} AS text FROM {table} AS m"
        else:
            terms = "JOIN terms AS t ON t.code = m.o"
            rows = f"SELECT DISTINCT m.s, t.text FROM a_{name} AS m {terms}"
        rows += f" WHERE m.s IN (SELECT node FROM x_found WHERE shape IN ({SHAPES}))"
        texts = f"SELECT s, string_agg(text, ', ' ORDER BY text) AS text FROM ({rows}) GROUP BY s"
        return _Value(text="m.text", joined=f" LEFT JOIN ({texts}) AS m ON m.s = r.node")
    if field.range.endswith("date"):
        return _Value(text=_day(f"r.{DAYS[name]}"))
    if field.range in schema.values or field.range.endswith("boolean"):
        return _Value(code=f"r.{name}")
    if field.range.endswith("decimal"):
        return _Value(text=_or_range(_number(f"r.{name}"), range_bounds(schema).get(name, ())))
    return _Value(text=f"CAST(r.{name} AS VARCHAR)")


def _or_range(number: str, bounds: Sequence[tuple[str, str]]) -> str:
    """Return a number, or else the range that is recorded of it, in SQL."""
    if not bounds:
        return number
    parts = ", ".join(f"'{sign} ' || {_number(f'r.{name}')}" for name, sign in bounds)
    return f"COALESCE({number}, NULLIF(concat_ws(', ', {parts}), ''))"


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
