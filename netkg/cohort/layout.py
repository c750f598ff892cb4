"""Fill the tables of records from nested cases, and find the cases that do not fit them.

``raw`` has a number ``rn`` and a nested value ``j`` for each case of a chunk. A case whose form
is anything but plain gets into the table ``x_misfit``, and is read by the reader of one case.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

from netkg.case.draft import EVENT
from netkg.cohort.leaves import Leaf, LeafType, Value, leaf
from netkg.cohort.program import SqlProgram
from netkg.compiler.sql.records import DAYS
from netkg.compiler.sql.rules import Statement
from netkg.compiler.sql.terms import CASE_BITS, Codes
from netkg.limits import limits
from netkg.namespaces import NETKG, XSD
from netkg.ontology.schema import Field, Schema

__all__ = ["Layout", "Nested"]

# The form of nested values: a type for a single value, a list of one form, or fields by name.
Nested: TypeAlias = "LeafType | list[Any] | dict[str, Any]"

# The places of records in a case: how many there can be, and where those of a class begin.
TUMORS: Final = 255
METASTASES: Final = (256, 255)
EVENTS: Final = (512, 3583)
MEASUREMENTS: Final = (4096, 255)
# Where the records of a class are in a case.
PATHS: Final[Mapping[str, list[str]]] = {
    "Case": [],
    "Tumor": ["tumors"],
    "Metastasis": ["metastases"],
    "ClinicalEvent": ["events"],
    "Measurement": ["tumors", "measurements"],
}
VALUES: Final[Mapping[str, Value]] = {
    XSD + "boolean": "truth",
    XSD + "decimal": "number",
    XSD + "string": "text",
    XSD + "date": "date",
}


@dataclass(frozen=True, slots=True)
class _Record:
    """A class of records: the field that leads to it, and the SQL of where it is."""

    name: str
    field: str
    source: str
    node: str
    parent: str
    most: int
    is_named: bool = False


class Layout:
    """Writer of the statements that fill the tables of a program from nested cases.

    ``form`` is how the cases are stored; what it lacks is absent from all of them. ``is_json``
    says that they are lines of JSON, whose keys must all be read.
    """

    def __init__(
        self, schema: Schema, program: SqlProgram, form: dict[str, Any], *, is_json: bool
    ) -> None:
        self._schema = schema
        self._program = program
        self._form = form
        self._is_json = is_json
        self._codes = Codes()
        for term in program.terms:
            self._codes.of(term)

    def statements(self) -> Iterator[Statement]:
        """Yield the tables of records, ``ids``, ``x_misfit`` and the lists of values."""
        records = [*self._records()]
        for record in records:
            yield self._staged(record)
        yield from self._lists()
        yield self._ids(records)
        yield self._misfits(records)
        for record in records:
            yield self._filled(record)

    # -- records -------------------------------------------------------------------------
    def _records(self) -> Iterator[_Record]:
        case = f"(rn << {CASE_BITS})"
        yield _Record("Case", "", "SELECT rn, 1 AS k, j AS x FROM raw", case, "", 1)
        for name, field, start, most in (
            ("Tumor", "tumors", 0, min(TUMORS, limits().tumors)),
            ("Metastasis", "metastases", METASTASES[0], min(METASTASES[1], limits().tumors)),
            (EVENT, "events", EVENTS[0], min(EVENTS[1], limits().events)),
        ):
            node = f"{case} + {start} + k"
            source = self._unnested("raw", f"j.{field}", "rn", PATHS[name])
            yield _Record(name, field, source, node, case, most, name != EVENT)
        start, most = MEASUREMENTS
        tumor = f"{case} + of_k"
        source = self._unnested("s_Tumor", "measurements", "rn, k AS of_k", PATHS["Measurement"])
        node = f"{case} + {start} + of_k * 256 + k"
        yield _Record("Measurement", "measurements", source, node, tumor, most)

    def _unnested(self, table: str, items: str, keys: str, path: list[str]) -> str:
        if self._at(path) is None:
            extra = ", 0 AS of_k" if "of_k" in keys else ""
            return f"SELECT 0 AS rn{extra}, 0 AS k, NULL AS x WHERE FALSE"
        places = f"generate_subscripts({items}, 1)"
        return f"SELECT {keys}, unnest({items}) AS x, {places} AS k FROM {table}"

    def _at(self, path: list[str]) -> Any:
        """Return the form of a nested value; None if it is absent from all cases."""
        form: Any = self._form
        for name in path:
            form = form[0] if isinstance(form, list) else form
            form = form.get(name) if isinstance(form, dict) else None
        return form

    def _form_of(self, record: _Record) -> dict[str, Any]:
        form = self._at(PATHS[record.name])
        form = form[0] if isinstance(form, list) else form
        return form if isinstance(form, dict) else {}

    def _staged(self, record: _Record) -> Statement:
        """Return the table of records with their values, and with what does not fit."""
        form, fields = self._form_of(record), self._schema.fields[record.name]
        heads, wrong = [f"{record.node} AS node", "rn", "k"], list[str]()
        keys = [f"CAST(x.{name} IS NOT NULL AS INTEGER)" for name in form]
        if record.parent:
            heads.append(f"{record.parent} AS parent")
            wrong += ["x IS NULL", f"k > {record.most}"]
        for name, stored in form.items():
            field = fields.get(name)
            if isinstance(stored, list):
                # Records and lists of values have tables of their own.
                heads.append(f"x.{name} AS {name}")
                continue
            found = self._leaf(f"x.{name}", stored, name, field, record)
            wrong.append(f"NOT {found.fits}")
            heads.append(f"{found.value} AS {name}")
            if (record.name, name) in (("Case", "id"), ("ClinicalEvent", "type")):
                wrong.append(found.is_absent)
        for name in ("id",) if record.name == "Case" else ("type",) if record.name == EVENT else ():
            if name not in form:
                heads.append(f"CAST(NULL AS VARCHAR) AS {name}")
                wrong.append("TRUE")
        if record.parent and self._is_json:
            # A value other than an object is read as an object without keys.
            wrong.append(f"({' + '.join(keys) or '0'}) = 0")
        heads.append(f"({' + '.join(keys) or '0'}) AS keys")
        heads.append(f"({' OR '.join(wrong) or 'FALSE'}) AS wrong")
        return Statement(
            f"s_{record.name}", f"SELECT {', '.join(heads)} FROM ({record.source}) AS r"
        )

    def _leaf(
        self, sql: str, stored: LeafType, name: str, field: Field | None, record: _Record
    ) -> Leaf:
        codes = self._codes
        if field is None or name == "target":
            if name == "type":
                return leaf(sql, stored, "code", codes, self._named(self._schema.event_types))
            found = leaf(sql, stored, "id", codes)
            if name != "id" or record.name == "Case":
                return found
            # A record whose id is an IRI can be the same as another.
            is_iri = f"COALESCE(contains({found.value}, ':'), FALSE)"
            return replace(found, fits=f"({found.fits} AND NOT {is_iri})")
        value = VALUES.get(field.range, "code")
        allowed = self._schema.values.get(field.range, frozenset())
        return leaf(sql, stored, value, codes, self._named(allowed))

    def _named(self, names: frozenset[str]) -> list[int]:
        return [self._codes.of(f"<{NETKG}{name}>") for name in names]

    # -- tables --------------------------------------------------------------------------
    def _lists(self) -> Iterator[Statement]:
        """Yield the tables of values in lists, and of those that do not fit."""
        wrong = []
        for property_, relation in self._program.lists.items():
            name = property_.removeprefix(NETKG)
            record = next(r for r, fields in self._schema.fields.items() if name in fields)
            form = self._at([*PATHS[record], name])
            if form is None:
                yield Statement(relation.table, "SELECT 0 AS s, 0 AS o WHERE FALSE")
                continue
            stored = form[0] if isinstance(form, list) else form
            allowed = self._named(self._schema.values[self._schema.fields[record][name].range])
            found = leaf("x", stored, "code", self._codes, allowed)
            items = f"SELECT node, rn, unnest({name}) AS x FROM s_{record}"
            table = f"l_{name}"
            yield Statement(
                table,
                f"SELECT node AS s, rn, {found.value} AS o, NOT ({found.fits}) AS wrong"
                f" FROM ({items}) AS i WHERE x IS NOT NULL",
            )
            yield Statement(relation.table, f"SELECT s, o FROM {table} WHERE NOT wrong")
            wrong.append(f"SELECT rn FROM {table} WHERE wrong")
        yield Statement("x_wrong_lists", " UNION ALL ".join(wrong) or "SELECT 0 AS rn WHERE FALSE")

    def _ids(self, records: list[_Record]) -> Statement:
        """Return the table of the ids of tumors and metastases."""
        parts = []
        for record in records:
            if record.is_named:
                default = f"'{record.name.lower()}-' || k"
                id_ = f"COALESCE(id, {default})" if "id" in self._form_of(record) else default
                parts.append(f"SELECT rn, node, {id_} AS id FROM s_{record.name}")
        return Statement("ids", " UNION ALL ".join(parts))

    def _misfits(self, records: list[_Record]) -> Statement:
        """Return the table of the cases that the tables cannot represent."""
        parts = [f"SELECT rn FROM s_{record.name} WHERE wrong" for record in records]
        parts.append("SELECT rn FROM x_wrong_lists")
        parts.append("SELECT rn FROM ids GROUP BY rn, id HAVING COUNT(*) > 1")
        if "target" in self._form_of(records[3]):
            parts.append(
                "SELECT e.rn FROM s_ClinicalEvent AS e WHERE e.target IS NOT NULL AND NOT EXISTS"
                " (SELECT 1 FROM ids AS i WHERE i.rn = e.rn AND i.id = e.target)"
            )
        parts += self._beyond()
        if self._is_json:
            parts += self._unread(records)
        return Statement("x_misfit", " UNION ".join(parts))

    def _beyond(self) -> Iterator[str]:
        """Yield the cases with more records than the limits allow."""
        allowed = limits()
        many = f"COUNT(*) > {allowed.measurements}"
        yield f"SELECT rn FROM s_Measurement GROUP BY rn HAVING {many}"
        counts = "SELECT rn, COUNT(*) AS n FROM s_{} GROUP BY rn"
        tumors, events = (f"({counts.format(name)})" for name in ("Tumor", EVENT))
        yield (
            f"SELECT t.rn FROM {tumors} AS t JOIN {events} AS e ON e.rn = t.rn"
            f" WHERE t.n * e.n > {allowed.pairs}"
        )

    def _unread(self, records: list[_Record]) -> Iterator[str]:
        """Yield the cases with text that was not read: an unknown key, or the same key twice."""
        yield "SELECT rn FROM raw WHERE j IS NULL OR is_unusual"
        counts = " UNION ALL ".join(f"SELECT rn, keys FROM s_{record.name}" for record in records)
        sums = f"SELECT rn, SUM(keys) AS keys FROM ({counts}) AS c GROUP BY rn"
        yield f"SELECT r.rn FROM raw AS r JOIN ({sums}) AS c ON c.rn = r.rn WHERE c.keys <> r.keys"

    def _filled(self, record: _Record) -> Statement:
        table = self._program.records[NETKG + record.name]
        form = self._form_of(record)
        heads, source = ["s.node"], f"s_{record.name} AS s"
        if table.type:
            heads.append("s.type" if "type" in form else "CAST(NULL AS SMALLINT) AS type")
        heads += (f"s.parent AS {name}" for name in table.parents.values())
        days = {day: name for name, day in DAYS.items()}
        for name, kind in table.columns.values():
            stored = days.get(name, name)
            if name == "dayNumber" and record.name == "Case":
                heads.append("(SELECT day FROM as_of) AS dayNumber")
            elif stored not in form:
                heads.append(f"CAST(NULL AS {kind.type}) AS {name}")
            elif stored == "target":
                heads.append("i.node AS target")
                source += " LEFT JOIN ids AS i ON i.rn = s.rn AND i.id = s.target"
            else:
                heads.append(f"s.{stored} AS {name}")
        misfit = "NOT EXISTS (SELECT 1 FROM x_misfit AS m WHERE m.rn = s.rn)"
        return Statement(table.name, f"SELECT {', '.join(heads)} FROM {source} WHERE {misfit}")
