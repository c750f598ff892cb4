"""Join the queries inside of a pattern: for their solutions, or for whether there are any."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from netkg.compiler import algebra as al
from netkg.compiler.sql.expressions import Column
from netkg.compiler.sql.frames import Frame, FrameWriter, Query
from netkg.compiler.sql.terms import NOTHING, RECORDS, Kind, case_of

__all__ = ["JoinWriter", "Names"]

Names = frozenset[al.Variable]


class JoinWriter(FrameWriter):
    """Writer of the joins of a frame."""

    def _join(self, query: Query, frame: Frame) -> None:
        """Join the solutions of a query."""
        alias = f"t{next(self._numbers)}"
        frame.sources.append(f"({query.sql}) AS {alias}")
        own = {
            variable: replace(column, sql=f"{alias}.{column.sql}")
            for variable, column in query.columns.items()
        }
        nodes = [v for v, c in own.items() if c.kind in RECORDS and c.sure]
        if nodes and frame.case and not any(v in frame.columns for v in nodes):
            frame.conditions.append(f"{frame.case} = {case_of(own[nodes[0]].sql)}")
        for variable, column in own.items():
            self._bind(frame, variable, column)

    def _union(self, frames: Sequence[Frame], wanted: Names) -> Query:
        every = sorted({v for f in frames for v in f.columns} & wanted, key=lambda v: v.name)
        kinds: dict[al.Variable, Kind] = {}
        for variable in every:
            found = {f.columns[variable].kind for f in frames if variable in f.columns}
            found = found - {NOTHING} or {NOTHING}
            if len({kind.name for kind in found}) > 1:
                raise self._refused(f"?{variable.name} with values of two kinds")
            kinds[variable] = max(found, key=lambda kind: kind.scale)
        texts = [self._closed(frame, every, kinds=kinds).sql for frame in frames]
        columns = {
            variable: Column(
                f"c{place}",
                kinds[variable],
                all(variable in f.columns and f.columns[variable].sure for f in frames),
            )
            for place, variable in enumerate(every)
        }
        if not texts:
            return Query("SELECT 1 AS none WHERE FALSE", {})
        return Query(" UNION ALL ".join(texts), columns)

    def _absent(self, query: Query, frame: Frame) -> None:
        frame.conditions.append(f"NOT EXISTS {self._matching(query, frame)}")

    def _matching(self, query: Query, frame: Frame) -> str:
        alias = f"t{next(self._numbers)}"
        tests = " AND ".join(self._same(query, frame, alias))
        return f"(SELECT 1 FROM ({query.sql}) AS {alias} WHERE {tests})"

    def _same(self, query: Query, frame: Frame, alias: str) -> Iterator[str]:
        for variable, column in query.columns.items():
            known, own = frame.columns[variable], replace(column, sql=f"{alias}.{column.sql}")
            if known.sure:
                yield self._equal(known, own)
            else:
                yield f"{known.sql} IS NOT DISTINCT FROM {own.sql}"
