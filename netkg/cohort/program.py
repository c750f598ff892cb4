"""The program in SQL: rules, criteria, shapes and plan queries as tables of a chunk of cases.

The tables of records are filled first (:mod:`netkg.cohort`), then the statements run in order.
What they leave is described by :class:`SqlProgram`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

from netkg.cohort.steps import LEVELS, write_plan
from netkg.compiler.build import rules_of, shapes_of
from netkg.compiler.sources import Sources
from netkg.compiler.sql.criteria import Verdicts
from netkg.compiler.sql.records import absent_properties, listed_relations, record_tables
from netkg.compiler.sql.relations import RecordTable, Relation, Relations, Source
from netkg.compiler.sql.rules import Statement, write_rule
from netkg.compiler.sql.shapes import FormTest, Reported, split
from netkg.compiler.sql.terms import CODE, Codes, case_node
from netkg.compiler.vocabulary import TYPE, Vocabulary
from netkg.namespaces import NETKG
from netkg.ontology.criteria import Criterion, InstanceOf
from netkg.ontology.guideline import Catalogue
from netkg.plan.conditions import Conditions
from netkg.plan.steps import CHALLENGED_BY, STEP_STATUS, SUPERSEDED_BY

__all__ = ["SqlProgram", "compile_sql"]


# What is asked after all statements, in addition to the plan.
RESULTS: Final = {"ids", "s_Case", "x_found", "x_invalid", "x_misfit", "x_odd", "x_valid"}


@dataclass(frozen=True, slots=True)
class SqlProgram:
    """The statements for a chunk, and the tables that they need and leave.

    ``records`` and ``lists`` are the tables to fill. ``terms`` are those that the codes of
    columns stand for, from 1. After the statements, ``x_odd`` has the cases whose form is wrong,
    and ``x_invalid`` those with a violation; ``x_found`` has a row (``node``, ``shape``) for each
    other result of a shape, with its place in ``reported``. ``verdicts`` are the table and the
    column for each statement, ``gaps`` those for each gap. ``status``, ``superseded`` and
    ``challenged`` are relations of steps.
    """

    records: Mapping[str, RecordTable]
    lists: Mapping[str, Relation]
    terms: tuple[str, ...]
    statements: Sequence[Statement]
    reported: Sequence[Reported]
    verdicts: Mapping[str, tuple[str, str]]
    gaps: Mapping[str, tuple[str, str]]
    status: Relation | None
    superseded: Relation | None
    challenged: Relation | None

    @property
    def results(self) -> frozenset[str]:
        """The tables that are needed after all statements."""
        relations = (self.status, self.superseded, self.challenged)
        found = {source.table for each in relations if each for source in each.sources}
        found.update(table for table, _ in (*self.verdicts.values(), *self.gaps.values()))
        found.update(table.name for table in self.records.values())
        found.update(source.table for each in self.lists.values() for source in each.sources)
        return frozenset(found | RESULTS)


def compile_sql(sources: Sources, catalogue: Catalogue) -> SqlProgram:
    """Compile sources to SQL; ``catalogue`` are their statements.

    Raises:
        UnsupportedConstruct: for what cannot be written in SQL, with its file.
    """
    schema, codes = sources.schema, Codes()
    # The names of values come first, so that no other term takes a name that a case can have.
    for name in sorted({*schema.event_types, *(v for vs in schema.values.values() for v in vs)}):
        codes.of(f"<{NETKG}{name}>")
    lists = listed_relations(schema)
    relations = Relations(record_tables(schema), codes, absent_properties(schema))
    relations.derived.update(lists)
    vocabulary = Vocabulary(schema, sources.more)
    queries = [*rules_of(sources)]
    tests, reported = split(shapes_of(sources), schema, codes)
    statements = [_odd(tests)]
    for query in queries:
        if query.name.startswith("rules/"):
            statements += write_rule(query, relations, vocabulary)
    openness = sources.compiler.openness
    before = Verdicts("1", relations, vocabulary, openness.leaves_open)
    columns = {
        each.id: (LEVELS[cast(str, each.level)], cast(Criterion, each.population))
        for each in catalogue.verdict_bearing
    }
    found = {
        id_: (NETKG + scope, before.column(criterion, NETKG + scope))
        for id_, (scope, criterion) in columns.items()
    }
    types = [
        (each.value, NETKG + scope, before.column(criterion, NETKG + scope))
        for scope, pairs in _conditions(sources).by_scope.items()
        for each, criterion in pairs
        if not isinstance(criterion, InstanceOf)
    ]
    statements += before.statements()
    statements.append(_types(types, before, relations))
    severities = [sources.validator.shape(each.shape).severity for each in reported]
    statements += _results(reported, severities, relations)
    verdicts = {id_: (before.table(class_), column) for id_, (class_, column) in found.items()}
    statements += write_plan(
        [q for q in queries if q.name.startswith("plan/")],
        relations,
        vocabulary,
        catalogue,
        lambda each: verdicts[each.id],
    )
    after = Verdicts("2", relations, vocabulary, openness.leaves_open)
    conditions_of_gaps = {
        gap.id: (NETKG + LEVELS[gap.level], after.column(gap.condition, NETKG + LEVELS[gap.level]))
        for gap in catalogue.gaps
    }
    statements += after.statements()
    gaps = {id_: (after.table(class_), c) for id_, (class_, c) in conditions_of_gaps.items()}
    return SqlProgram(
        relations.records,
        lists,
        codes.terms,
        statements,
        reported,
        verdicts,
        gaps,
        *(relations.derived.get(p) for p in (STEP_STATUS, SUPERSEDED_BY, CHALLENGED_BY)),
    )


def _conditions(sources: Sources) -> Conditions:
    return Conditions(sources.schema, sources.compiler, sources.validator.classes)


def _odd(tests: Sequence[FormTest]) -> Statement:
    """Return the table of the cases that have a record with a wrong form."""
    parts = [
        f"SELECT {case_node('r.node')} AS node FROM r_{each.record} AS r WHERE {each.sql}"
        for each in tests
    ]
    return Statement("x_odd", " UNION ".join(parts) or "SELECT 0 AS node WHERE FALSE")


def _types(
    types: Sequence[tuple[str, str, str]], verdicts: Verdicts, relations: Relations
) -> Statement:
    """Return the table of the types of records, with those that conditions give."""
    parts = [
        f"SELECT node AS s, CAST({relations.codes.of(f'<{name}>')} AS SMALLINT) AS o"
        f" FROM {verdicts.table(class_)} WHERE {column}"
        for name, class_, column in types
    ]
    table = relations.name(TYPE)
    relations.add(TYPE, CODE, Source(table))
    return Statement(table, " UNION ALL ".join(parts) or "SELECT 0 AS s, 0 AS o WHERE FALSE")


def _results(
    reported: Sequence[Reported], severities: Sequence[str], relations: Relations
) -> Iterator[Statement]:
    """Yield the tables with the results of shapes, the invalid cases, and the valid ones."""
    types = relations.derived[TYPE].table
    code = relations.codes.of
    rows = [f"({number}, {code(f'<{each.class_}>')})" for number, each in enumerate(reported)]
    table = f"(VALUES {', '.join(rows) or '(0, 0)'}) AS v(shape, class)"
    yield Statement(
        "x_found", f"SELECT t.s AS node, v.shape FROM {types} AS t JOIN {table} ON v.class = t.o"
    )
    wrong = [str(place) for place, each in enumerate(severities) if each == "Violation"]
    yield Statement(
        "x_invalid",
        f"SELECT DISTINCT {case_node('node')} AS node FROM x_found"
        f" WHERE shape IN ({', '.join(wrong) or '-1'})",
    )
    yield Statement(
        "x_valid",
        "SELECT c.node FROM r_Case AS c"
        " WHERE NOT EXISTS (SELECT 1 FROM x_odd AS x WHERE x.node = c.node)"
        " AND NOT EXISTS (SELECT 1 FROM x_invalid AS x WHERE x.node = c.node)",
    )
