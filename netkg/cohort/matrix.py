"""The verdicts and statuses of the valid cases of a chunk, laid out as rows of a table.

They are read as one row for each focus with a small number for each statement. Here they become
one row for each case, statement and focus, with dictionaries in place of texts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa

from netkg.cohort.program import SqlProgram
from netkg.cohort.steps import LEVELS, STEP_BITS
from netkg.cohort.tables import SCHEMAS, STATUSES, VERDICTS
from netkg.compiler.sql.relations import Relation
from netkg.compiler.sql.terms import CASE_BITS, case_node
from netkg.errors import KnowledgeError
from netkg.ontology.guideline import Statement
from netkg.plan.engine import Engine

__all__ = ["Matrix"]

Array: TypeAlias = "np.ndarray[Any, Any]"


class Matrix:
    """The verdicts and statuses of the valid cases: a row for each focus, a column a statement."""

    def __init__(
        self,
        engine: Engine,
        program: SqlProgram,
        nodes: Array,
        ids: pa.Array,
        fetched: Callable[[str], dict[str, Any]],
    ) -> None:
        self._catalogue = engine.catalogue
        self._program = program
        self._fetched = fetched
        self._nodes = nodes
        found = fetched(
            f"SELECT i.node, i.id FROM ids AS i JOIN x_valid AS v"
            f" ON v.node = {case_node('i.node')}"
            " JOIN r_Tumor AS t ON t.node = i.node ORDER BY i.node"
        )
        every = np.concatenate([nodes, found["node"]])
        order = np.argsort(every, kind="stable")
        self._foci = every[order]
        self._ids = ids
        self._focus_ids = pa.concat_arrays([ids, found["id"]]).take(pa.array(order))
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
            if own:
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
            f" ON v.node = {case_node('d.node')} ORDER BY d.node"
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
        """Return the status of each applicable step, as its place among the statuses.

        Raises:
            KnowledgeError: naming the statement, if a step does not have exactly one.
        """
        status, count = np.full(size, -1, np.int8), np.zeros(size, np.int64)
        if relation is not None:
            found = self._fetched(f"SELECT DISTINCT s, o FROM {relation.table}")
            names = self._catalogue.names
            codes = np.full(len(self._program.terms) + 1, -1, np.int8)
            for code, term in enumerate(self._program.terms, start=1):
                if names.get(term[1:-1]) in STATUSES:
                    codes[code] = STATUSES.index(names[term[1:-1]])
            rows = self._rows(found["s"])
            status[rows] = codes[found["o"]]
            count = np.bincount(rows, minlength=size)
        # Only what is applicable has a status.
        is_applicable = self._verdicts == 0
        status[~is_applicable] = -1
        wrong = np.flatnonzero(is_applicable & ((status < 0) | (count != 1)))
        if len(wrong):
            statement = self._catalogue.verdict_bearing[int(self._statement[wrong[0]])]
            raise KnowledgeError(
                "has no status where it is applicable, or more than one",
                term=statement.id,
                expected="plan queries that give each applicable step one status",
            )
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
            kept = self._verdicts[rows] == 0
            rows, found = rows[kept], {name: column[kept] for name, column in found.items()}
            positions = np.array([codes[o].position for o in found["o"].tolist()], np.int64)
            order = np.lexsort((positions, rows))
            rows, names = rows[order], [codes[o].id for o in found["o"][order].tolist()]
        # Most lists are empty: from one row with a statement to the next, the place is the same.
        ends = np.concatenate([[-1], rows, [size]])
        offsets = np.repeat(np.arange(len(rows) + 1, dtype=np.int32), np.diff(ends))
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
