"""Load cases into the tables that queries in SQL read, and read back the facts that they add.

It does not use the loader of cohorts: it reads the facts of a case alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeAlias

import duckdb

from netkg.case.model import Case
from netkg.compiler import runtime
from netkg.compiler.algebra import Construct
from netkg.compiler.sql.records import listed_relations, record_tables
from netkg.compiler.sql.relations import RecordTable, Relations, Source
from netkg.compiler.sql.rules import Statement, write_rule
from netkg.compiler.sql.terms import CASE_BITS, NODE, Codes, Kind
from netkg.compiler.vocabulary import TYPE, Vocabulary
from netkg.namespaces import NETKG, local_name
from netkg.ontology.schema import Schema
from netkg.reasoning.facts import Facts

__all__ = ["SqlTables", "by_value"]

Fact: TypeAlias = tuple[str, str, Any]
# What rules derive first, which the tables have as relations of records.
GIVEN = ("inCase", "metastasisOf")


def by_value(term: str) -> Any:
    """Return a term so that numbers that are equal are the same."""
    value = runtime.number(term)
    return term if value is None or isinstance(value, float) else Fraction(value)


class SqlTables:
    """The tables for one query in SQL, in a database of their own."""

    def __init__(self, schema: Schema, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._codes = Codes()
        self._lists = listed_relations(schema)
        self._relations = Relations(record_tables(schema), self._codes)
        self._relations.derived.update(self._lists)
        for name in GIVEN:
            self._relations.add(NETKG + name, NODE, Source(f"f_{name}"))
        self._known = dict(self._relations.derived)
        self._statements: list[Statement] = []
        self._database = duckdb.connect()
        self._nodes: dict[str, int] = {}

    def write(self, rule: Construct, parameters: Mapping[str, int] = {}) -> None:
        """Write a rule as statements.

        Raises:
            UnsupportedConstruct: if it cannot be written in SQL.
        """
        self._statements += write_rule(rule, self._relations, self._vocabulary, parameters)

    # -- cases -----------------------------------------------------------------------------
    def load(self, cases: Sequence[tuple[Case, Facts]]) -> None:
        """Fill the tables with cases, each with its facts."""
        rows: dict[str, list[dict[str, Any]]] = {}
        pairs: dict[str, list[tuple[int, int]]] = {f"f_{name}": [] for name in GIVEN}
        pairs |= {relation.table: [] for relation in self._lists.values()}
        for number, (case, facts) in enumerate(cases, start=1):
            places = dict(places_of(case))
            own = {node: (number << CASE_BITS) + place for node, (place, _) in places.items()}
            self._nodes |= own
            for subject, property_, value in facts.log:
                if property_ in self._lists:
                    table = self._lists[property_].table
                    pairs[table].append((own[subject], self._codes.of(value)))
                elif local_name(property_) in GIVEN:
                    pairs[f"f_{local_name(property_)}"].append((own[subject], own[value]))
            for node, (_, class_) in places.items():
                table = self._relations.records[NETKG + class_]
                rows.setdefault(table.name, []).append(self._row(node, table, facts, own))
        for table in self._relations.records.values():
            self._create(table, rows.get(table.name, []))
        for name, found in pairs.items():
            self._database.execute(f"CREATE TABLE {name} (s BIGINT, o BIGINT)")
            for pair in found:
                self._database.execute(f"INSERT INTO {name} VALUES (?, ?)", pair)

    def _row(
        self, node: str, table: RecordTable, facts: Facts, own: Mapping[str, int]
    ) -> dict[str, Any]:
        row: dict[str, Any] = {"node": own[node]}
        for subject, property_, value in facts.log:
            if property_ in table.parents and value == node:
                row[table.parents[property_]] = own[subject]
            elif subject == node and property_ in table.columns:
                name, kind = table.columns[property_]
                row[name] = own[value] if kind == NODE else self._stored(value, kind)
            elif subject == node and property_ == TYPE and table.type:
                row["type"] = self._codes.of(value)
        return row

    def _stored(self, value: str, kind: Kind) -> Any:
        if kind.name == "code":
            return self._codes.of(value)
        if kind.name == "text":
            return runtime.text_of(value)
        return int(Decimal(str(runtime.number(value))) * 10**kind.scale)

    def _create(self, table: RecordTable, rows: Sequence[Mapping[str, Any]]) -> None:
        columns = {"node": "BIGINT", **({"type": "SMALLINT"} if table.type else {})}
        columns |= dict.fromkeys(table.parents.values(), "BIGINT")
        columns |= {name: kind.type for name, kind in table.columns.values()}
        heads = ", ".join(f"{name} {type_}" for name, type_ in columns.items())
        self._database.execute(f"CREATE TABLE {table.name} ({heads})")
        for row in rows:
            marks = ", ".join("?" * len(columns))
            values = [row.get(name) for name in columns]
            self._database.execute(f"INSERT INTO {table.name} VALUES ({marks})", values)

    # -- facts -----------------------------------------------------------------------------
    def facts(self) -> set[Fact]:
        """Run the statements, and return the facts that they add, with numbers by their values."""
        terms = self._codes.terms
        iris = ", ".join(f"({n}, $${term[1:-1]}$$)" for n, term in enumerate(terms, 1))
        self._database.execute(
            f"CREATE TABLE iris AS SELECT * FROM (VALUES {iris or '(0, NULL)'}) AS v(code, iri)"
        )
        self._database.execute("CREATE MACRO term_text(c) AS (SELECT iri FROM iris WHERE code = c)")
        for each in self._statements:
            self._database.execute(f"CREATE TABLE {each.table} AS {each.sql}")
        return set(self._added())

    def _added(self) -> Iterator[Fact]:
        names = {number: node for node, number in self._nodes.items()}
        for property_, relation in self._relations.derived.items():
            if relation == self._known.get(property_):
                continue
            rows = self._database.execute(f"SELECT s, o FROM {relation.table}").fetchall()
            for subject, value in rows:
                yield names[subject], property_, self._shown(value, relation.kind, names)

    def _shown(self, value: Any, kind: Kind, names: Mapping[int, str]) -> Any:
        if kind.name == "node":
            return names[value]
        if kind.name == "code":
            return by_value(self._codes.terms[value - 1])
        return runtime.string(value) if kind.name == "text" else Fraction(value, 10**kind.scale)


def places_of(case: Case) -> Iterator[tuple[str, tuple[int, str]]]:
    """Yield the records of a case, each with its place in it and its class."""
    yield str(case.node), (0, "Case")
    for number, tumor in enumerate(case.tumors, start=1):
        yield str(tumor), (number, "Tumor")
        for place, node in enumerate(case.values(tumor.value, "measurements"), start=1):
            yield f"<{node}>", (4096 + number * 256 + place, "Measurement")
    for number, metastasis in enumerate(case.metastases, start=1):
        yield str(metastasis), (256 + number, "Metastasis")
    for number, event in enumerate(case.values(case.node.value, "events"), start=1):
        yield f"<{event}>", (512 + number, "ClinicalEvent")
