"""The results for a chunk of cases, as tables of Arrow: verdicts, cases, findings and rejects.

Those of cases in the tables come first, then those of single cases.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pyarrow as pa
import pyoxigraph as ox

from netkg.cohort.findings import findings_query
from netkg.cohort.matrix import Matrix
from netkg.cohort.program import SqlProgram
from netkg.cohort.tables import COUNTS, SCHEMAS
from netkg.compiler.sql.terms import CASE_BITS, case_node
from netkg.errors import InputError
from netkg.plan.engine import Engine
from netkg.plan.model import Plan

__all__ = ["Results"]

Array = np.ndarray[Any, Any]


class Results:
    """The results of one chunk, first those of the tables, then those of single cases."""

    def __init__(self, engine: Engine, program: SqlProgram) -> None:
        self._engine = engine
        self._program = program
        self._connection: Any = None
        self._tables: dict[str, list[pa.Table]] = {name: [] for name in SCHEMAS}
        self._rows: dict[str, list[dict[str, Any]]] = {name: [] for name in SCHEMAS}
        # How many cases were planned, invalid, and rejected.
        self.counts: Counter[str] = Counter()

    def tables(self) -> dict[str, pa.Table]:
        """Return the table of each name."""
        found = {}
        for name, schema in SCHEMAS.items():
            own = pa.Table.from_pylist(self._rows[name], schema=_plain(schema)).cast(schema)
            found[name] = pa.concat_tables([*self._tables[name], own]).unify_dictionaries()
        return found

    # -- single cases ----------------------------------------------------------------------
    def add(self, plan: Plan) -> None:
        """Add the plan of one case, or the findings of an invalid one."""
        self.counts["planned" if plan.conforms else "invalid"] += 1
        counted: Counter[str] = Counter()
        for row in plan.recommendations:
            for focus in row.foci:
                counted.update([focus.verdict, *([focus.status] if focus.status else [])])
                self._rows["verdicts"].append(
                    {
                        **{"case": plan.case, "id": row.id, "focus": focus.focus},
                        **{"verdict": focus.verdict, "status": focus.status},
                        "superseded_by": list(focus.superseded_by),
                        "challenged_by": list(focus.challenged_by),
                    }
                )
        self._rows["cases"].append(
            {
                **{"case": plan.case, "conforms": plan.conforms, "gaps": list(plan.gaps)},
                **{name.replace("-", "_"): counted[name] for name in COUNTS},
            }
        )
        for finding in plan.findings:
            if finding.severity != "Info":
                row_ = {name: getattr(finding, name) for name in SCHEMAS["findings"].names[1:]}
                self._rows["findings"].append({"case": plan.case, **row_})

    def reject(self, source: str, line: int | None, error: InputError) -> None:
        """Add what cannot be read as a case."""
        self.counts["rejected"] += 1
        reason = str(
            InputError(
                error.problem,
                field=error.field,
                found=error.found,
                expected=error.expected,
                hint=error.hint,
            )
        )
        self._rows["rejects"].append({"source": source, "line": line, "reason": reason})

    # -- tables --------------------------------------------------------------------------
    def collect(self, connection: Any) -> None:
        """Add the results that the statements of the program left in a database."""
        self._connection = connection
        query = (
            "SELECT v.node, s.id FROM x_valid AS v JOIN s_Case AS s ON s.node = v.node ORDER BY 1"
        )
        cases = self._fetched(query)
        nodes, ids = cases["node"], cases["id"]
        self.counts["planned"] += len(nodes)
        if len(nodes) == 0:
            return
        matrix = Matrix(self._engine, self._program, nodes, ids, self._fetched)
        self._tables["verdicts"].append(matrix.table())
        self._tables["cases"].append(self._cases(nodes, ids, matrix))
        self._tables["findings"].append(self._findings(nodes, ids))

    def _fetched(self, query: str) -> dict[str, Any]:
        """Return the columns of a query, which have no NULL: numbers as arrays of NumPy."""
        found = self._connection.sql(query).to_arrow_table()
        return {
            name: column.combine_chunks() if pa.types.is_string(column.type) else column.to_numpy()
            for name, column in zip(found.schema.names, found.columns, strict=True)
        }

    def _cases(self, nodes: Array, ids: pa.Array, matrix: Matrix) -> pa.Table:
        gaps: list[list[str]] = [[] for _ in range(len(nodes))]
        for gap, (table, column) in self._program.gaps.items():
            case = case_node("g.node")
            found = self._fetched(
                f"SELECT DISTINCT v.node FROM {table} AS g JOIN x_valid AS v ON v.node = {case}"
                f" WHERE g.{column}"
            )
            for place in np.searchsorted(nodes, found["node"]):
                gaps[place].append(gap)
        schema, conforms = SCHEMAS["cases"], pa.array(np.ones(len(nodes), bool))
        lists = pa.array(gaps, schema.field("gaps").type)
        return pa.table([ids, conforms, lists, *matrix.counts()], schema=schema)

    def _findings(self, nodes: Array, ids: pa.Array) -> pa.Table:
        engine, program = self._engine, self._program
        shapes = {each.shape: engine.validator.shape(each.shape) for each in program.reported}
        kinds = {
            each.class_: engine.compiler.scope(ox.NamedNode(each.class_))
            for each in program.reported
        }
        query = findings_query(engine.schema, program, shapes, kinds)
        found = self._fetched(
            f"SELECT q.*, COALESCE(i.id, c.id) AS focus FROM ({query}) AS q"
            f" JOIN s_Case AS c ON c.node = {case_node('q.node')}"
            " LEFT JOIN ids AS i ON i.node = q.node ORDER BY q.node, q.shape"
        )
        places = np.searchsorted(nodes, (found["node"] >> CASE_BITS) << CASE_BITS)
        own = [shapes[each.shape] for each in program.reported]
        columns = {
            "case": ids.take(pa.array(places)),
            "focus": found["focus"],
            "found": found["found"],
        }
        for name in ("severity", "field", "expected", "statement"):
            texts = pa.array([getattr(shape, name) for shape in own] or [None], pa.string())
            columns[name] = texts.take(pa.array(found["shape"]))
        schema = SCHEMAS["findings"]
        return pa.table([columns[name] for name in schema.names], schema=_plain(schema)).cast(
            schema
        )


def _plain(schema: pa.Schema) -> pa.Schema:
    """Return a schema with texts in place of dictionaries."""
    return pa.schema(
        [(f.name, pa.string() if pa.types.is_dictionary(f.type) else f.type) for f in schema]
    )
