"""Queries while they are written: what they join, from the tables of records and relations.

A frame is one SELECT. Records that a pattern asks several single values of are read from one row
of their table. What no record connects is joined by the case, so that cases never mix.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import count

from netkg.compiler import algebra as al
from netkg.compiler.sql.expressions import Column, Columns, SqlExpressions
from netkg.compiler.sql.relations import Relations
from netkg.compiler.sql.terms import CODE, NODE, NOTHING, RECORDS, Kind, case_of, rescaled
from netkg.compiler.vocabulary import TYPE
from netkg.errors import UnsupportedConstruct

__all__ = ["Frame", "FrameWriter", "Query"]


@dataclass(slots=True)
class Frame:
    """A query that is being written: what it joins, its conditions, and its columns."""

    sources: list[str] = field(default_factory=list)
    conditions: list[str] = field(default_factory=list)
    columns: Columns = field(default_factory=dict)
    rows: dict[tuple[al.Term, str], str] = field(default_factory=dict)
    # The classes of the records that are known to have a row.
    classes: dict[al.Term, str] = field(default_factory=dict)
    # The number of the case, by which records that nothing else connects are joined.
    case: str = ""
    # Whether a pattern that few solutions have was asked for.
    is_small: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """A query as a text, and the kinds of its columns by variable; their names are in order."""

    sql: str
    columns: Columns


class FrameWriter:
    """Writer of the queries of one statement; ``steps`` are the queries that they build on."""

    def __init__(self, relations: Relations, place: str) -> None:
        self._relations = relations
        self._place = place
        self._numbers = count(1)
        self.steps: list[tuple[str, str]] = []

    def _bind(self, frame: Frame, variable: al.Variable, value: Column) -> None:
        """Set the value of a variable, or test that it has that value."""
        known = frame.columns.get(variable)
        if known is None:
            frame.columns[variable] = value
            if value.kind in RECORDS and not frame.case:
                frame.case = case_of(value.sql)
        elif known.sql != value.sql:
            frame.conditions.append(self._equal(known, value))

    def _equal(self, one: Column, other: Column) -> str:
        if NOTHING in (one.kind, other.kind):
            return "FALSE"
        if one.kind.name != other.kind.name:
            raise self._refused(f"a {one.kind.name} that is a {other.kind.name}")
        scale = max(one.kind.scale, other.kind.scale)
        texts = (rescaled(each.sql, each.kind, scale) for each in (one, other))
        return f"{' = '.join(texts)}"

    def _refused(self, what: str) -> UnsupportedConstruct:
        return UnsupportedConstruct.in_query(what, self._place)

    # -- records -------------------------------------------------------------------------
    def _match(self, part: al.Match | al.Link, frame: Frame) -> None:
        subject, object_, property_ = part.subject, part.object, part.property
        relations = self._relations
        if property_ in relations.absent:
            raise self._refused(f"<{property_}>, which no table has,")
        classes = [c for c in part.of if c in relations.records] or [*relations.records]
        if (record := self._record_class(part, classes)) is not None:
            self._row(frame, subject, record)
            return
        of = relations.columns(property_, classes)
        children = relations.parents(property_)
        if property_ not in relations.derived:
            if len(of) == 1 and not children:
                name, kind = relations.records[of[0]].columns[property_]
                value = f"{self._row(frame, subject, of[0], object_)}.{name}"
                frame.conditions.append(f"{value} IS NOT NULL")
                self._value(frame, object_, Column(value, kind))
                return
            if len(children) == 1 and not of:
                row = self._row(frame, object_, children[0], subject)
                parent = f"{row}.{relations.records[children[0]].parents[property_]}"
                self._value(frame, subject, Column(parent, NODE))
                return
        relation = relations.relation(property_, classes)
        if relation is None:
            frame.conditions.append("FALSE")
            for term in (subject, object_):
                if isinstance(term, al.Variable) and term not in frame.columns:
                    frame.columns[term] = Column("CAST(NULL AS BIGINT)", NOTHING)
            return
        alias = self._source(frame, relation.table, "{}.s", {subject, object_})
        self._value(frame, subject, Column(f"{alias}.s", NODE))
        self._value(frame, object_, Column(f"{alias}.o", relation.kind))

    def _record_class(self, part: al.Match | al.Link, classes: Sequence[str]) -> str | None:
        """Return the class of records that a pattern asks for, if each record of it has a row."""
        records = self._relations.records
        for class_ in classes:
            if part.property == TYPE and part.object == al.Constant(f"<{class_}>"):
                is_derived = TYPE in self._relations.derived and len(classes) > 1
                return class_ if not records[class_].type and not is_derived else None
        return None

    def _row(
        self, frame: Frame, record: al.Term, class_: str, linked: al.Term | None = None
    ) -> str:
        """Return the alias of the row of a record; a ``linked`` one will connect a new row."""
        key = (record, class_)
        if key not in frame.rows:
            table = self._relations.records[class_]
            alias = self._source(frame, table.name, "{}.node", {record, linked})
            frame.rows[key] = alias
            frame.classes[record] = class_
            self._value(frame, record, Column(f"{alias}.node", NODE))
        return frame.rows[key]

    def _source(self, frame: Frame, table: str, node: str, ends: set[al.Term | None]) -> str:
        """Join a table, by the case if it has no record in common with what is there."""
        alias = f"t{next(self._numbers)}"
        frame.sources.append(f"{table} AS {alias}")
        case = case_of(node.format(alias))
        known = [c for v, c in frame.columns.items() if v in ends]
        if not frame.case:
            frame.case = case
        elif not any(column.kind in RECORDS for column in known):
            # The case of the table that has a value in common, so that one join has both.
            tables = {column.sql.partition(".")[0] for column in known}
            nodes = (c for c in frame.columns.values() if c.kind in RECORDS and c.sure)
            near = [c.sql for c in nodes if c.sql.partition(".")[0] in tables]
            frame.conditions.append(f"{case_of(near[0]) if near else frame.case} = {case}")
        return alias

    def _value(self, frame: Frame, term: al.Term, value: Column) -> None:
        if isinstance(term, al.Variable):
            self._bind(frame, term, value)
        else:
            codes = self._relations.codes
            fits = codes.fits(term.text, value.kind)
            constant = codes.constant(term.text, value.kind) if fits else ""
            frame.conditions.append(f"{value.sql} = {constant}" if fits else "FALSE")

    def _table(self, table: al.Table, frame: Frame) -> None:
        codes, columns = self._relations.codes, []
        for place, variable in enumerate(table.columns):
            texts = [text for row in table.rows if (text := row[place]) is not None]
            columns.append((variable, self._kind_of(texts, frame.columns.get(variable))))
        rows = []
        for row in table.rows:
            cells = list(zip(row, (kind for _, kind in columns), strict=True))
            # A text or a term is never a number.
            if all(text is None or codes.fits(text, kind) for text, kind in cells):
                rows.append(["NULL" if t is None else codes.constant(t, kind) for t, kind in cells])
        if not rows:
            frame.conditions.append("FALSE")
        alias = f"t{next(self._numbers)}"
        if len(rows) > 1 and columns:
            frame.sources.append(f"{_values(rows, [kind for _, kind in columns])} AS {alias}")
        for place, (variable, kind) in enumerate(columns):
            value = f"{alias}.c{place}" if len(rows) > 1 else rows[0][place] if rows else "NULL"
            sql = value if len(rows) > 1 else f"CAST({value} AS {kind.type})"
            sure = all(row[place] != "NULL" for row in rows)
            self._bind(frame, variable, Column(sql, kind, sure))

    def _kind_of(self, texts: Sequence[str], known: Column | None) -> Kind:
        if known is not None and known.kind != NOTHING:
            return known.kind
        kinds = {self._relations.codes.kind_of(text) for text in texts}
        names = {kind.name for kind in kinds}
        if len(names) > 1:
            raise self._refused(f"a {' and a '.join(sorted(names))} in one column")
        return max(kinds, key=lambda kind: kind.scale) if kinds else CODE

    # -- queries -------------------------------------------------------------------------
    def _closed(
        self,
        frame: Frame,
        wanted: Iterable[al.Variable],
        *,
        distinct: bool = False,
        kinds: dict[al.Variable, Kind] | None = None,
    ) -> Query:
        """Return the query of a frame, with some columns named in order."""
        found: Columns = {}
        heads = []
        for place, variable in enumerate(sorted(wanted, key=lambda v: v.name)):
            column = frame.columns.get(variable)
            kind = (kinds or {}).get(variable) or (column.kind if column else NOTHING)
            if column is None or column.kind == NOTHING:
                heads.append(f"CAST(NULL AS {kind.type}) AS c{place}")
            else:
                heads.append(f"{rescaled(column.sql, column.kind, kind.scale)} AS c{place}")
            found[variable] = Column(f"c{place}", kind, column is not None and column.sure)
        text = f"SELECT {'DISTINCT ' if distinct else ''}{', '.join(heads) or '1 AS one'}"
        if frame.sources:
            text += f" FROM {' CROSS JOIN '.join(frame.sources)}"
        if frame.conditions:
            text += f" WHERE {' AND '.join(dict.fromkeys(frame.conditions))}"
        return Query(text, found)

    def _reopened(self, frame: Frame) -> Frame:
        """Return a frame whose only source is a named step with the solutions so far."""
        query = self._closed(frame, frame.columns)
        name = f"f{next(self._numbers)}"
        self.steps.append((name, query.sql))
        return self._reading(name, query, frame)

    def _reading(self, source: str, query: Query, frame: Frame) -> Frame:
        """Return a frame whose only source has the columns of a query, which takes its place."""
        alias = f"t{next(self._numbers)}"
        columns = {v: replace(c, sql=f"{alias}.{c.sql}") for v, c in query.columns.items()}
        nodes = [c.sql for c in columns.values() if c.kind in RECORDS and c.sure]
        case, classes = case_of(nodes[0]) if nodes else "", dict(frame.classes)
        return Frame([f"{source} AS {alias}"], [], columns, {}, classes, case, frame.is_small)

    def _expressions(self, frame: Frame, hits: dict[int, str]) -> SqlExpressions:
        return SqlExpressions(frame.columns, hits, self._relations.codes, self._place)


def _values(rows: Sequence[Sequence[str]], kinds: Sequence[Kind]) -> str:
    """Return rows as a table in SQL."""
    places = range(len(kinds))
    body = ", ".join(f"({', '.join(row)})" for row in rows)
    heads = ", ".join(f"CAST(v{n} AS {kinds[n].type}) AS c{n}" for n in places)
    return f"(SELECT {heads} FROM (VALUES {body}) AS v({', '.join(f'v{n}' for n in places)}))"
