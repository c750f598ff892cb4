"""Write patterns as SELECT: the solutions of a group become the rows of a query.

``EXISTS`` becomes a join with the distinct values of the variables that both sides share, so
that no engine has to take a nested query apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from netkg.compiler import algebra as al
from netkg.compiler.scoping import certain, scope
from netkg.compiler.sql.constants import with_constants
from netkg.compiler.sql.expressions import Column, Columns, SqlExpressions
from netkg.compiler.sql.frames import Frame, Query
from netkg.compiler.sql.joins import JoinWriter, Names
from netkg.compiler.sql.terms import RECORDS, Kind, case_of

__all__ = ["Patterns"]


class Patterns(JoinWriter):
    """Writer of patterns."""

    def query(self, group: al.Group, wanted: Iterable[al.Variable], given: Columns) -> Query:
        """Return the query of a group, with a column for each variable that is wanted.

        ``given`` are parameters, as columns with constants.
        """
        frame = Frame(columns=dict(given))
        return self._solutions(with_constants(group), wanted, frame)

    def _solutions(
        self,
        group: al.Group,
        wanted: Iterable[al.Variable],
        frame: Frame | None = None,
        *,
        distinct: bool = False,
    ) -> Query:
        wanted = frozenset(wanted)
        return self._closed(self._group(group, frame or Frame(), wanted), wanted, distinct=distinct)

    # -- groups --------------------------------------------------------------------------
    def _group(
        self, group: al.Group, frame: Frame, wanted: Names, later: Sequence[al.Filter] = ()
    ) -> Frame:
        """Return a frame with the solutions of a group joined, except for filters ``later``.

        ``wanted`` are the variables that are asked for outside of the group.
        """
        every = scope(group) | frame.columns.keys()
        tests = [p for p in group.parts if isinstance(p, al.Filter) and p not in later]
        for place, part in enumerate(group.parts):
            if isinstance(part, al.Filter):
                continue
            if isinstance(part, al.Bind | al.Optional | al.Without):
                # A test comes as soon as all has a value that it asks for, and a cheap one first.
                for test in sorted(tests, key=_cost):
                    names = al.variables(test) & every
                    if all((c := frame.columns.get(name)) and c.sure for name in names):
                        tests.remove(test)
                        frame = self._filter(test.expression, frame)
            others = (*group.parts[:place], *group.parts[place + 1 :])
            needed = wanted | al.variables(others) | frame.columns.keys()
            frame = self._part(part, frame, needed)
        for test in sorted(tests, key=_cost):
            frame = self._filter(test.expression, frame)
        return frame

    def _part(self, part: al.Pattern, frame: Frame, wanted: Names) -> Frame:
        match part:
            case al.Match() | al.Link():
                self._match(part, frame)
            case al.Table():
                self._table(part, frame)
            case al.Bind(variable, expression):
                frame, hits = self._with_hits(expression, frame)
                value = self._expressions(frame, hits).value(expression)
                if value is not None:
                    self._bind(frame, variable, value)
            case al.Group():
                self._join(self._solutions(part, scope(part) & wanted), frame)
            case al.Union(branches):
                if _reads_around(branches) & frame.columns.keys():
                    return self._within(branches, frame, scope(part) & wanted)
                frames = [self._group(b, Frame(), scope(part) & wanted) for b in branches]
                self._join(self._union(frames, scope(part) & wanted), frame)
            case al.Select(columns, inner, distinct):
                self._join(self._solutions(inner, columns, distinct=distinct), frame)
            case al.Aggregate():
                self._join(self._aggregate(part), frame)
                if part.having is not None:
                    frame = self._filter(part.having, frame)
            case al.Optional(inner):
                frame = self._optional(inner, frame, wanted)
            case al.Without(inner):
                shared = scope(inner) & frame.columns.keys()
                if shared:
                    frame = self._reopened(frame)
                    query = self._solutions(inner, shared)
                    self._absent(query, frame)
            case _:
                raise AssertionError(part)
        return frame

    # -- queries inside ------------------------------------------------------------------
    def _within(self, branches: Sequence[al.Group], frame: Frame, wanted: Names) -> Frame:
        """Return a frame with the solutions of branches that test what is around them.

        Only in ``EXISTS`` a branch has the values of the pattern around it.
        """
        query = self._closed(frame, frame.columns)
        name = f"f{next(self._numbers)}"
        self.steps.append((name, query.sql))
        wanted = wanted | frame.columns.keys()
        starts = [self._reading(name, query, frame) for _ in branches]
        frames = [self._group(*each, wanted) for each in zip(branches, starts, strict=True)]
        joined = self._union(frames, wanted)
        return self._reading(f"({joined.sql})", joined, frame)

    def _aggregate(self, part: al.Aggregate) -> Query:
        keys = sorted(part.keys, key=lambda v: v.name)
        of = [pick.of for pick in part.picks]
        inner = self._solutions(part.part, {*keys, *of})
        if not any(inner.columns[key].kind in RECORDS for key in keys):
            raise self._refused("an aggregate over more than one case")
        heads, columns = [], {}
        for place, key in enumerate(keys):
            heads.append(f"i.{inner.columns[key].sql} AS c{place}")
            columns[key] = replace(inner.columns[key], sql=f"c{place}")
        for place, pick in enumerate(part.picks, start=len(keys)):
            value = inner.columns[pick.of]
            if pick.kind == "COUNT":
                sql, kind = f"CAST(COUNT(i.{value.sql}) AS BIGINT)", Kind("number")
            else:
                # A value that lacks makes the whole an error.
                every = f"COUNT(*) = COUNT(i.{value.sql})"
                sql = f"CASE WHEN {every} THEN {pick.kind}(i.{value.sql}) END"
                kind = value.kind
            heads.append(f"{sql} AS c{place}")
            columns[pick.variable] = Column(f"c{place}", kind, value.sure)
        groups = ", ".join(f"i.{inner.columns[key].sql}" for key in keys)
        return Query(
            f"SELECT {', '.join(heads)} FROM ({inner.sql}) AS i GROUP BY {groups}", columns
        )

    def _optional(self, inner: al.Group, frame: Frame, wanted: Names) -> Frame:
        """Add the solutions of a group where there are any, by an outer join."""
        frame = self._reopened(frame)
        own = scope(inner)
        # A filter may read a variable of a part before.
        outer = [
            part
            for part in inner.parts
            if isinstance(part, al.Filter) and not al.variables(part) <= own
        ]
        needed = own & (wanted | al.variables(tuple(outer)))
        query = self._closed(self._group(inner, Frame(), needed, later=outer), needed)
        alias = f"t{next(self._numbers)}"
        found = {
            v: replace(c, sql=f"{alias}.{c.sql}", sure=False) for v, c in query.columns.items()
        }
        tests = [self._equal(frame.columns[v], c) for v, c in found.items() if v in frame.columns]
        nodes = [c for v, c in query.columns.items() if c.kind in RECORDS and c.sure]
        shared = [v for v in found if v in frame.columns and found[v].kind in RECORDS]
        if nodes and not shared and frame.case:
            tests.append(f"{frame.case} = {case_of(f'{alias}.{nodes[0].sql}')}")
        columns = {**found, **frame.columns}
        for part in outer:
            if any(isinstance(each, al.Exists) for each in al.walk(part)):
                raise self._refused("EXISTS in OPTIONAL with a variable from outside")
            inside = Frame(columns=columns)
            tests.append(self._expressions(inside, {}).test(part.expression))
        test = " AND ".join(tests) or "TRUE"
        joined = f"{frame.sources[0]} LEFT JOIN ({query.sql}) AS {alias} ON {test}"
        return Frame([joined], [], columns, {}, frame.classes, frame.case, frame.is_small)

    # -- tests ---------------------------------------------------------------------------
    def _filter(self, expression: al.Expression, frame: Frame) -> Frame:
        match expression:
            case al.Exists(inner) | al.Not(al.Exists(inner)):
                if (own := self._of_row(inner, frame)) is not None:
                    is_wanted = isinstance(expression, al.Exists)
                    frame.conditions.append(own if is_wanted else f"NOT {own}")
                    return frame
                frame = self._reopened(frame)
                query = self._keys(inner, frame)
                if isinstance(expression, al.Exists):
                    frame.conditions.append(f"EXISTS {self._matching(query, frame)}")
                    frame.is_small = True
                else:
                    self._absent(query, frame)
                return frame
            case al.Junction("and", parts):
                for part in parts:
                    frame = self._filter(part, frame)
                return frame
        frame, hits = self._with_hits(expression, frame)
        frame.conditions.append(self._expressions(frame, hits).test(expression))
        return frame

    def _of_row(self, inner: al.Group, frame: Frame) -> str | None:
        """Return whether a group has a solution, if rows of known records alone say so."""
        if not inner.parts or not all(isinstance(p, al.Match | al.Filter) for p in inner.parts):
            return None
        relations, own = self._relations, dict[al.Variable, Column]()
        tests, filters = [], []
        for part in inner.parts:
            if isinstance(part, al.Filter):
                filters.append(part.expression)
                continue
            assert isinstance(part, al.Match)
            class_ = frame.classes.get(part.subject, "")
            is_column = class_ and part.property in relations.records[class_].columns
            if not is_column or part.property in relations.derived:
                return None
            name, kind = relations.records[class_].columns[part.property]
            value = Column(f"{self._row(frame, part.subject, class_)}.{name}", kind, sure=False)
            if isinstance(part.object, al.Constant):
                if not relations.codes.fits(part.object.text, kind):
                    return "FALSE"
                tests.append(f"{value.sql} = {relations.codes.constant(part.object.text, kind)}")
            elif known := frame.columns.get(part.object, own.get(part.object)):
                tests.append(self._equal(known, value))
            else:
                own[part.object] = value
                tests.append(f"{value.sql} IS NOT NULL")
        if any(isinstance(each, al.Exists) for f in filters for each in al.walk(f)):
            return None
        inside = SqlExpressions({**own, **frame.columns}, {}, relations.codes, self._place)
        tests += [inside.test(each) for each in filters]
        return f"COALESCE({' AND '.join(tests)}, FALSE)"

    def _keys(self, inner: al.Group, frame: Frame, *, distinct: bool = False) -> Query:
        """Return the values of shared variables for which a group has solutions."""
        shared = al.variables(inner) & frame.columns.keys()
        own = certain(inner)
        asks_case = any(isinstance(e, al.Match | al.Link) for e in al.walk(inner))
        has_record = any(frame.columns[v].kind in RECORDS for v in shared)
        # What is asked for all records, to keep those without something, is better asked for few.
        is_large = frame.is_small and any(isinstance(e, al.Exists) for e in al.walk(inner))
        if shared and shared <= own and (has_record or not asks_case) and not is_large:
            return self._solutions(inner, shared, distinct=distinct)
        # The frame gives what a group only tests, and the case if they share no record.
        nodes = [v for v, c in frame.columns.items() if c.kind in RECORDS and c.sure]
        seeds = shared | frozenset(nodes[:1] if not any(v in nodes for v in shared) else ())
        if not any(v in nodes for v in seeds):
            raise self._refused("EXISTS without a record")
        start = self._closed(frame, seeds, distinct=True)
        name, alias = f"f{next(self._numbers)}", f"t{next(self._numbers)}"
        self.steps.append((name, start.sql))
        columns = {v: replace(c, sql=f"{alias}.{c.sql}") for v, c in start.columns.items()}
        case = next(case_of(c.sql) for v, c in columns.items() if v in nodes)
        seeded = Frame([f"{name} AS {alias}"], [], dict(columns), {}, dict(frame.classes), case)
        return self._solutions(inner, seeds, seeded, distinct=distinct)

    def _with_hits(self, expression: al.Expression, frame: Frame) -> tuple[Frame, dict[int, str]]:
        """Return a frame with a column for each EXISTS of an expression, and their names."""
        tests = [e for e in al.walk(expression, until=al.Exists) if isinstance(e, al.Exists)]
        of_row = {id(test): self._of_row(test.part, frame) for test in tests}
        hits = {key: own for key, own in of_row.items() if own is not None}
        if len(hits) == len(of_row):
            return frame, hits
        frame = self._reopened(frame)
        for test in tests:
            query = self._keys(test.part, frame, distinct=True)
            alias = f"t{next(self._numbers)}"
            same = " AND ".join(self._same(query, frame, alias))
            marked = query.sql.replace("SELECT DISTINCT ", "SELECT DISTINCT TRUE AS hit, ", 1)
            frame.sources[0] += f" LEFT JOIN ({marked}) AS {alias} ON {same}"
            hits[id(test)] = f"({alias}.hit IS NOT NULL)"
        return frame, hits


def _reads_around(branches: Iterable[al.Group]) -> Names:
    """Return the variables that tests of branches read and that no pattern of theirs gives."""
    names = [
        al.variables(part) - scope(branch)
        for branch in branches
        for part in branch.parts
        if isinstance(part, al.Filter)
    ]
    return frozenset().union(*names)


def _cost(test: al.Filter) -> int:
    """Return the place of a test among others: what asks for no pattern, what keeps few, the rest.

    Few solutions have what ``EXISTS`` asks for, so that those after it have little to do.
    """
    if not any(isinstance(each, al.Exists) for each in al.walk(test)):
        return 0
    return 1 if isinstance(test.expression, al.Exists) else 2
