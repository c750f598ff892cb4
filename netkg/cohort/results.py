"""The results for a chunk of cases, as tables of Arrow: verdicts, cases, findings and rejects.

Verdicts are read as one row for each focus with a small number for each statement, and laid out
as one row for each case, statement and focus here, with dictionaries in place of texts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final, get_args

import numpy as np
import pyarrow as pa
import pyoxigraph as ox

from netkg.cohort.findings import findings_query
from netkg.cohort.program import SqlProgram
from netkg.cohort.steps import LEVELS, STEP_BITS
from netkg.compiler.sql.relations import Relation
from netkg.compiler.sql.terms import CASE_BITS
from netkg.errors import InputError
from netkg.ontology.guideline import Statement
from netkg.plan.engine import Engine
from netkg.plan.model import Plan
from netkg.plan.status import Status

__all__ = ["SCHEMAS", "Results"]

Array = np.ndarray[Any, Any]

_TEXT, _ID, _WORD = (pa.dictionary(n, pa.string()) for n in (pa.int32(), pa.int16(), pa.int8()))
_TEXTS: Final = pa.list_(pa.string())
STATUSES: Final[tuple[str, ...]] = get_args(Status)
VERDICTS: Final = ("applicable", "not-applicable", "undetermined")
COUNTS: Final = (*VERDICTS, *STATUSES)
SCHEMAS: Final[Mapping[str, pa.Schema]] = {
    "verdicts": pa.schema(
        [("case", _TEXT), ("id", _ID), ("focus", _TEXT), ("verdict", _WORD), ("status", _WORD)]
        + [(name, _TEXTS) for name in ("superseded_by", "challenged_by")]
    ),
    "cases": pa.schema(
        [("case", pa.string()), ("conforms", pa.bool_()), ("gaps", _TEXTS)]
        + [(name.replace("-", "_"), pa.int32()) for name in COUNTS]
    ),
    "findings": pa.schema(
        [("case", pa.string())]
        + [(n, _TEXT) for n in ("severity", "focus", "field", "found", "expected", "statement")]
    ),
    "rejects": pa.schema([("source", pa.string()), ("line", pa.int64()), ("reason", pa.string())]),
}


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
        nodes, ids = cases["node"], pa.array(cases["id"], pa.string())
        self.counts["planned"] += len(nodes)
        if len(nodes) == 0:
            return
        matrix = _Matrix(self._engine, self._program, nodes, ids, self._fetched)
        self._tables["verdicts"].append(matrix.table())
        self._tables["cases"].append(self._cases(nodes, ids, matrix))
        self._tables["findings"].append(self._findings(nodes, ids))

    def _fetched(self, query: str) -> dict[str, Array]:
        """Return the columns of a query, which have no NULL, as arrays."""
        found = self._connection.execute(query).fetchnumpy()
        return {name: np.asarray(column) for name, column in found.items()}

    def _cases(self, nodes: Array, ids: pa.Array, matrix: _Matrix) -> pa.Table:
        gaps: list[list[str]] = [[] for _ in range(len(nodes))]
        for gap, (table, column) in self._program.gaps.items():
            case = f"(g.node >> {CASE_BITS}) << {CASE_BITS}"
            found = self._fetched(
                f"SELECT DISTINCT v.node FROM {table} AS g JOIN x_valid AS v ON v.node = {case}"
                f" WHERE g.{column}"
            )
            for place in np.searchsorted(nodes, found["node"]):
                gaps[place].append(gap)
        counts = matrix.counts()
        return pa.table(
            [ids, pa.array(np.ones(len(nodes), bool)), pa.array(gaps, _TEXTS), *counts],
            schema=SCHEMAS["cases"],
        )

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
            f" JOIN s_Case AS c ON c.node = (q.node >> {CASE_BITS}) << {CASE_BITS}"
            " LEFT JOIN ids AS i ON i.node = q.node ORDER BY q.node, q.shape"
        )
        places = np.searchsorted(nodes, (found["node"] >> CASE_BITS) << CASE_BITS)
        own = [shapes[each.shape] for each in program.reported]
        columns = {
            "case": ids.take(pa.array(places)),
            "focus": pa.array(found["focus"], pa.string()),
            "found": pa.array(found["found"], pa.string()),
        }
        for name in ("severity", "field", "expected", "statement"):
            texts = pa.array([getattr(shape, name) for shape in own] or [None], pa.string())
            columns[name] = texts.take(pa.array(found["shape"]))
        schema = SCHEMAS["findings"]
        return pa.table([columns[name] for name in schema.names], schema=_plain(schema)).cast(
            schema
        )


class _Matrix:
    """The verdicts and statuses of the valid cases: a row for each focus, a column a statement."""

    def __init__(
        self, engine: Engine, program: SqlProgram, nodes: Array, ids: pa.Array, fetched: Any
    ) -> None:
        self._catalogue = engine.catalogue
        self._program = program
        self._fetched = fetched
        self._nodes = nodes
        found = fetched(
            f"SELECT i.node, i.id FROM ids AS i JOIN x_valid AS v"
            f" ON v.node = (i.node >> {CASE_BITS}) << {CASE_BITS}"
            " JOIN r_Tumor AS t ON t.node = i.node ORDER BY i.node"
        )
        every = np.concatenate([nodes, found["node"]])
        order = np.argsort(every, kind="stable")
        self._foci = every[order]
        self._ids = ids
        self._focus_ids = pa.concat_arrays([ids, pa.array(found["id"], pa.string())]).take(
            pa.array(order)
        )
        statements = self._catalogue.verdict_bearing
        self._levels = {level: [s for s in statements if s.level == level] for level in LEVELS}
        is_case = (self._foci & ((1 << CASE_BITS) - 1)) == 0
        widths = np.where(is_case, len(self._levels["case"]), len(self._levels["tumor"]))
        self._starts = np.concatenate([[0], np.cumsum(widths)])
        self._focus_of_row = np.repeat(np.arange(len(self._foci)), widths)
        self._case_of_focus = np.searchsorted(nodes, (self._foci >> CASE_BITS) << CASE_BITS)
        size = int(self._starts[-1])
        self._verdicts = np.zeros(size, np.int8)
        self._statement = np.zeros(size, np.int16)
        # The row of a focus for a statement is at the start of the focus, and at this place.
        self._place = np.zeros(len(statements) + 1, np.int64)
        for level, own in self._levels.items():
            self._read(own, is_case if level == "case" else ~is_case)
        self._status = self._statuses(program.status, size)

    def _read(self, statements: Sequence[Statement], mask: Array) -> None:
        """Read the verdicts of one level."""
        numbers = {s.id: n for n, s in enumerate(self._catalogue.verdict_bearing)}
        starts = self._starts[:-1][mask]
        table = self._program.verdicts[statements[0].id][0]
        heads = ", ".join(
            f"CAST(CASE WHEN d.{column} THEN 0 WHEN NOT d.{column} THEN 1 ELSE 2 END AS TINYINT)"
            f" AS c{n}"
            for n, (_, column) in enumerate(self._program.verdicts[s.id] for s in statements)
        )
        found = self._fetched(
            f"SELECT {heads} FROM {table} AS d JOIN x_valid AS v"
            f" ON v.node = (d.node >> {CASE_BITS}) << {CASE_BITS} ORDER BY d.node"
        )
        for place, statement in enumerate(statements):
            self._verdicts[starts + place] = found[f"c{place}"]
            self._statement[starts + place] = numbers[statement.id]
            self._place[numbers[statement.id] + 1] = place

    def _rows(self, steps: Array) -> Array:
        """Return the row of each step."""
        numbers = (steps >> STEP_BITS) & 1023
        foci = np.searchsorted(self._foci, steps - (numbers << STEP_BITS))
        return np.asarray(self._starts[foci] + self._place[numbers])

    def _statuses(self, relation: Relation | None, size: int) -> Array:
        status = np.full(size, -1, np.int8)
        if relation is not None:
            found = self._fetched(f"SELECT s, o FROM {relation.table}")
            names = self._catalogue.names
            codes = np.full(len(self._program.terms) + 1, -1, np.int8)
            for code, term in enumerate(self._program.terms, start=1):
                if names.get(term[1:-1]) in STATUSES:
                    codes[code] = STATUSES.index(names[term[1:-1]])
            status[self._rows(found["s"])] = codes[found["o"]]
        return status

    def _lists(self, relation: Relation | None) -> pa.Array:
        """Return the statements that a relation gives for each row, in their order."""
        size = len(self._verdicts)
        statements = {str(s.node): s for s in self._catalogue.statements}
        codes = {n: statements[t] for n, t in enumerate(self._program.terms, 1) if t in statements}
        rows, names = np.zeros(0, np.int64), []
        if relation is not None:
            found = self._fetched(f"SELECT DISTINCT s, o FROM {relation.table}")
            rows = self._rows(found["s"])
            positions = np.array([codes[o].position for o in found["o"].tolist()], np.int64)
            order = np.lexsort((positions, rows))
            rows, names = rows[order], [codes[o].id for o in found["o"][order].tolist()]
        offsets = np.zeros(size + 1, np.int32)
        np.cumsum(np.bincount(rows, minlength=size), out=offsets[1:])
        return pa.ListArray.from_arrays(pa.array(offsets), pa.array(names, pa.string()))

    def table(self) -> pa.Table:
        """Return the table of verdicts."""
        ids = pa.array([s.id for s in self._catalogue.verdict_bearing])
        case = self._case_of_focus[self._focus_of_row]
        status = pa.array(self._status, mask=self._status < 0)
        columns = [
            *((case, self._ids), (self._statement, ids), (self._focus_of_row, self._focus_ids)),
            *((self._verdicts, pa.array(VERDICTS)), (status, pa.array(STATUSES))),
        ]
        return pa.table(
            [
                *(
                    pa.DictionaryArray.from_arrays(pa.array(places).cast(type_.index_type), texts)
                    for (places, texts), type_ in zip(
                        columns, SCHEMAS["verdicts"].types, strict=False
                    )
                ),
                self._lists(self._program.superseded),
                self._lists(self._program.challenged),
            ],
            schema=SCHEMAS["verdicts"],
        )

    def counts(self) -> list[pa.Array]:
        """Return the numbers of verdicts and statuses of each case."""
        case = self._case_of_focus[self._focus_of_row]
        found = []
        for values, names in ((self._verdicts, VERDICTS), (self._status, STATUSES)):
            width = len(names) + 1
            every = np.bincount(case * width + values + 1, minlength=len(self._nodes) * width)
            matrix = every.reshape(len(self._nodes), width)
            found += [pa.array(matrix[:, n + 1], pa.int32()) for n in range(len(names))]
        return found


def _plain(schema: pa.Schema) -> pa.Schema:
    """Return a schema with texts in place of dictionaries."""
    return pa.schema(
        [(f.name, pa.string() if pa.types.is_dictionary(f.type) else f.type) for f in schema]
    )
