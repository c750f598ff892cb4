"""Write the steps of a plan as tables: supersession, windows and status.

This is :mod:`netkg.plan.steps` for many cases: the plan queries do the work, and the operators
that no query has, the strata and the windows in calendar months, are written here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from netkg.compiler import algebra as al
from netkg.compiler.sql.relations import Relations, Source
from netkg.compiler.sql.rules import Statement, write_rule
from netkg.compiler.sql.terms import CODE, case_node, case_of
from netkg.compiler.vocabulary import TYPE, Vocabulary
from netkg.namespaces import NETKG
from netkg.ontology.files import LAST
from netkg.ontology.guideline import Catalogue
from netkg.ontology.guideline import Statement as Recommendation
from netkg.plan.steps import (
    ACCOMPLISHED_BY,
    AFTER_WINDOWS,
    APPLICABLE,
    BEFORE_WINDOWS,
    MONTHS,
    SUPERSESSION,
    UNDETERMINED,
    WINDOW_STATE,
)

__all__ = ["write_plan"]

# A step has the number of its focus, and that of its statement from this bit on; an action of it
# has its own number from the other bit on.
STEP_BITS: Final = 17
ACTION_BITS: Final = 27
LEVELS: Final = {"case": "Case", "tumor": "Tumor"}


def write_plan(
    queries: Sequence[al.Construct],
    relations: Relations,
    vocabulary: Vocabulary,
    catalogue: Catalogue,
    verdict: Callable[[Recommendation], tuple[str, str]],
) -> Iterator[Statement]:
    """Yield the tables that resolve the steps of the cases in the table ``x_valid``.

    ``verdict`` gives the table and the column with the verdicts on a statement.
    """
    writer = _PlanWriter(relations, vocabulary, catalogue)
    yield writer.steps(verdict)
    yield writer.actions()
    for stratum in sorted(set(catalogue.strata.values())):
        yield from writer.run(queries, *SUPERSESSION, stratum=stratum)
    yield from writer.run(queries, *BEFORE_WINDOWS)
    yield from writer.windows()
    yield from writer.run(queries, *AFTER_WINDOWS)


class _PlanWriter:
    def __init__(self, relations: Relations, vocabulary: Vocabulary, catalogue: Catalogue) -> None:
        self._relations = relations
        self._vocabulary = vocabulary
        self._codes = relations.codes
        self._catalogue = catalogue

    def run(
        self, queries: Sequence[al.Construct], start: str, stop: str = LAST, **parameters: int
    ) -> Iterator[Statement]:
        """Yield the tables of the plan queries with names from ``start`` to before ``stop``."""
        for query in queries:
            if start <= query.name.partition("/")[2] < stop:
                own = {name: parameters[name] for name in query.parameters}
                yield from write_rule(query, self._relations, self._vocabulary, own)

    def steps(self, verdict: Callable[[Recommendation], tuple[str, str]]) -> Statement:
        """Return the table of the steps that are applicable or undetermined."""
        yes, open_ = self._codes.of(APPLICABLE), self._codes.of(UNDETERMINED)
        tables: dict[str, list[str]] = {}
        for number, each in enumerate(self._catalogue.verdict_bearing, start=1):
            table, column = verdict(each)
            # A step has its number, its statement, and whether the statement is applicable.
            row = f"{{'n': {number}, 'st': {self._codes.of(str(each.node))}, 'v': d.{column}}}"
            tables.setdefault(table, []).append(row)
        case = case_node("d.node")
        parts = [
            f"SELECT d.node, {case} AS ofCase, unnest([{', '.join(rows)}]) AS x FROM {table} AS d"
            f" JOIN x_valid AS x ON x.node = {case}"
            for table, rows in tables.items()
        ]
        nothing = "SELECT 0 AS node, 0 AS ofCase, {'n': 0, 'st': 0, 'v': FALSE} AS x WHERE FALSE"
        return Statement(
            "r_Step",
            f"SELECT node + (CAST(x.n AS BIGINT) << {STEP_BITS}) AS node,"
            " CAST(x.st AS SMALLINT) AS statement,"
            f" CAST(CASE WHEN x.v THEN {yes} ELSE {open_} END AS SMALLINT) AS verdict,"
            f" node AS focus, ofCase FROM ({' UNION ALL '.join(parts) or nothing}) AS s"
            " WHERE x.v OR x.v IS NULL",
        )

    def actions(self) -> Statement:
        """Return the table of the actions of applicable steps."""
        rows, parts = [], []
        applicable = self._codes.of(APPLICABLE)
        for each in self._catalogue.verdict_bearing:
            code = self._codes.of(str(each.node))
            for number, name in enumerate(each.actions, start=1):
                rows.append(f"({code}, {number}, {self._codes.of(f'<{NETKG}{name}>')})")
            for number, item in enumerate(each.record_items, start=len(each.actions) + 1):
                kind = self._codes.of(f"<{NETKG}{item.path}>")
                missing = self._codes.of(str(item.missing))
                types = self._relations.derived.get(TYPE)
                if types:
                    parts.append(
                        f"SELECT st.node + ({number} << {ACTION_BITS}) AS node, st.node AS ofStep,"
                        f" CAST({kind} AS SMALLINT) AS ofType FROM r_Step AS st"
                        f" WHERE st.statement = {code} AND st.verdict = {applicable} AND EXISTS"
                        f" (SELECT 1 FROM {types.table} AS t WHERE t.o = {missing}"
                        f" AND {case_of('t.s')} = {case_of('st.node')})"
                    )
        if rows:
            table = f"(VALUES {', '.join(rows)}) AS a(statement, number, type)"
            parts.append(
                f"SELECT st.node + (CAST(a.number AS BIGINT) << {ACTION_BITS}) AS node,"
                " st.node AS ofStep, CAST(a.type AS SMALLINT) AS ofType"
                f" FROM r_Step AS st JOIN {table} ON a.statement = st.statement"
                f" WHERE st.verdict = {applicable}"
            )
        nothing = "SELECT 0 AS node, 0 AS ofStep, CAST(0 AS SMALLINT) AS ofType WHERE FALSE"
        return Statement("r_StepAction", " UNION ALL ".join(parts) or nothing)

    def windows(self) -> Iterator[Statement]:
        """Yield the tables for whether the day of evaluation is before, in or after a window."""
        relations, codes = self._relations, self._codes
        step, action = (NETKG + name for name in ("Step", "StepAction"))
        least, greatest = (relations.relation(property_, [step]) for property_ in MONTHS)
        done = relations.relation(ACCOMPLISHED_BY, [action])
        if not (least and greatest and done):
            return
        shared = [
            str(codes.of(str(s.node))) for s in self._catalogue.statements if s.group == "any"
        ]
        start = "DATE '0001-01-01'"

        def window(months: str) -> str:
            day = f"{start} + CAST(w.last - 1 AS INTEGER)"
            return f"CAST({day} + to_months(CAST({months} AS INTEGER)) AS DATE)"

        last = (
            f"SELECT d.s AS action, MAX(e.dayNumber) AS last FROM {done.table} AS d"
            f" JOIN r_ClinicalEvent AS e ON e.node = d.o GROUP BY d.s"
        )
        yield Statement(
            "w_action",
            f"SELECT a.node AS action, a.ofStep AS step, {window('l.o')} AS opens,"
            f" {window('g.o')} AS closes, st.statement, st.ofCase AS record FROM r_StepAction AS a"
            f" JOIN r_Step AS st ON st.node = a.ofStep"
            f" JOIN {least.table} AS l ON l.s = a.ofStep"
            f" JOIN {greatest.table} AS g ON g.s = a.ofStep"
            f" LEFT JOIN ({last}) AS w ON w.action = a.node",
        )
        # Alternatives share one clock, started by the latest of them.
        is_shared = f"statement IN ({', '.join(shared) or '0'})"
        bounds = ", ".join(
            f"CASE WHEN {is_shared} THEN MAX({each}) OVER (PARTITION BY step) ELSE {each} END"
            f" AS {each}"
            for each in ("opens", "closes")
        )
        yield Statement("w_shared", f"SELECT action, record, {bounds} FROM w_action")
        names = [codes.of(f"<{NETKG}{n}>") for n in ("BeforeWindow", "InsideWindow", "AfterWindow")]
        table = relations.name(WINDOW_STATE)
        relations.add(WINDOW_STATE, CODE, Source(table))
        day = f"CAST({start} + CAST(c.dayNumber - 1 AS INTEGER) AS DATE)"
        yield Statement(
            table,
            f"SELECT w.action AS s, CAST(CASE WHEN {day} < w.opens THEN {names[0]}"
            f" WHEN {day} <= w.closes THEN {names[1]} ELSE {names[2]} END AS SMALLINT) AS o"
            f" FROM w_shared AS w JOIN r_Case AS c ON c.node = w.record WHERE w.opens IS NOT NULL",
        )
