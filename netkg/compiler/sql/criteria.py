"""Write criteria as SQL: a column for each verdict, true, false, or NULL if it is unknown.

The three-valued logic of SQL is that of the criteria. For each class of records, what the leaves
ask is read once, into one row a record. Then criteria follow layer by layer: those that need
verdicts at linked records come after these.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Final

from netkg.compiler.sql.relations import Relations
from netkg.compiler.sql.rules import Statement
from netkg.compiler.vocabulary import TYPE, Vocabulary
from netkg.namespaces import NETKG, local_name
from netkg.ontology.criteria import (
    Criterion,
    HasValue,
    InstanceOf,
    IntersectionOf,
    SomeValuesFrom,
    only_part,
)
from netkg.ontology.openness import Determination

__all__ = ["Verdicts"]

# The tests that one mask has room for.
BITS: Final = 60
WORD: Final = re.compile(r"\w+")


@dataclass(slots=True)
class _Table:
    """What is known of the records of one class: questions about values, and criteria."""

    # The columns of questions, by property and the terms that are asked for (none: any value).
    questions: dict[tuple[str, frozenset[str]], str] = field(default_factory=dict)
    # The expression of each column, by layer and place: layers join, places build on each other.
    columns: dict[str, tuple[int, int, str]] = field(default_factory=dict)
    # The columns of other classes that links ask for, by link and name.
    links: dict[tuple[str, str, str], int] = field(default_factory=dict)


class Verdicts:
    """Writer of the verdicts on criteria; ``name`` distinguishes its tables from others."""

    def __init__(
        self,
        name: str,
        relations: Relations,
        vocabulary: Vocabulary,
        leaves_open: Mapping[str, frozenset[str]],
    ) -> None:
        self._name = name
        self._relations = relations
        self._vocabulary = vocabulary
        self._leaves_open = leaves_open
        self._tables: dict[str, _Table] = {}
        self._known: dict[tuple[int, str], str] = {}
        self._kept: list[Criterion] = []
        # The columns that are asked for from outside, with their classes.
        self._results: set[tuple[str, str]] = set()

    def column(self, criterion: Criterion, class_: str) -> str:
        """Return the name of the column for a criterion at the records of a class."""
        name = self._column(criterion, class_)
        self._results.add((class_, name))
        return name

    def _column(self, criterion: Criterion, class_: str) -> str:
        criterion = only_part(criterion)
        key = (id(criterion), class_)
        if key not in self._known:
            self._kept.append(criterion)
            layer, place, sql = self._written(criterion, class_)
            table = self._table(class_)
            name = f"k{len(table.columns)}"
            table.columns[name] = (layer, place, sql)
            self._known[key] = name
        return self._known[key]

    def table(self, class_: str) -> str:
        """Return the name of the table with the columns of a class, once it is written."""
        layers = [layer for layer, _, _ in self._table(class_).columns.values()]
        return f"v_{self._name}_{local_name(class_)}_{max(layers, default=0)}"

    def statements(self) -> Iterator[Statement]:
        """Yield the tables of all classes, layer by layer."""
        layers = {layer for t in self._tables.values() for layer, _, _ in t.columns.values()} | {0}
        for layer in range(max(layers) + 1):
            for class_ in sorted(self._tables):
                if any(own >= layer for own, _, _ in self._tables[class_].columns.values()):
                    yield self._statement(class_, layer)

    def _table(self, class_: str) -> _Table:
        return self._tables.setdefault(class_, _Table())

    # -- criteria ------------------------------------------------------------------------
    def _written(self, criterion: Criterion, class_: str) -> tuple[int, int, str]:
        """Return the layer and the place in it at which a criterion can follow, and its SQL."""
        match criterion:
            case HasValue():
                return 0, 0, self._leaf(criterion, class_)
            case InstanceOf(name):
                return 0, 0, self._asked(class_, TYPE, [f"<{name}>"])
            case SomeValuesFrom(property_, filler):
                return self._linked(property_, filler, class_)
        names = [self._column(part, class_) for part in criterion.parts]
        found = [self._table(class_).columns[name] for name in names]
        layer = max(layer for layer, _, _ in found)
        place = 1 + max(place for own, place, _ in found if own == layer)
        word = " AND " if isinstance(criterion, IntersectionOf) else " OR "
        return layer, place, f"({word.join(dict.fromkeys(names))})"

    def _linked(self, property_: str, filler: Criterion, class_: str) -> tuple[int, int, str]:
        """Return whether a record that a property leads to fulfills a criterion."""
        layer, parts = 0, []
        for other in sorted(self._vocabulary.to(property_) & self._relations.records.keys()):
            name = self._column(filler, other)
            own = self._table(other).columns[name][0] + 1
            self._table(class_).links[property_, other, name] = own
            layer = max(layer, own)
            parts.append(_linked_name(property_, other, name))
        return layer, 0, f"({' OR '.join(parts)})" if parts else "FALSE"

    def _leaf(self, leaf: HasValue, class_: str) -> str:
        general = sorted(v for v, others in self._leaves_open.items() if others & leaf.values)
        yes = self._asked(class_, leaf.property, leaf.values) if leaf.values else "FALSE"
        any_ = self._asked(class_, leaf.property)
        unclear = self._asked(class_, leaf.property, general) if general else "FALSE"
        ways = dict.fromkeys(self._absence(way, general, class_) for way in leaf.determinations)
        absent = f"WHEN {' OR '.join(ways)} THEN NULL " if ways else ""
        return (
            f"(CASE WHEN {yes} THEN TRUE WHEN {unclear} THEN NULL WHEN {any_} THEN FALSE"
            f" {absent}ELSE FALSE END)"
        )

    def _absence(self, way: Determination, general: Collection[str], class_: str) -> str:
        """Return when a field counts as absent at a leaf that has no value."""
        tests = [f"NOT {self._asked(class_, property_)}" for property_ in way.ruled_out_by]
        if not way.counts_as_absent:
            field_ = NETKG + way.field
            unclear = f" OR {self._asked(class_, field_, general)}" if general else ""
            tests.append(f"(NOT {self._asked(class_, field_)}{unclear})")
        return f"({' AND '.join(tests)})" if tests else "TRUE"

    def _asked(self, class_: str, property_: str, terms: Iterable[str] = ()) -> str:
        """Return the name of the column for whether a property has one of some values."""
        questions = self._table(class_).questions
        key = (property_, frozenset(terms))
        return questions.setdefault(key, f"a{len(questions)}")

    # -- tables --------------------------------------------------------------------------
    def _statement(self, class_: str, layer: int) -> Statement:
        table, short = self._tables[class_], local_name(class_)
        if layer:
            sources, heads = [f"v_{self._name}_{short}_{layer - 1} AS b"], ["b.*"]
            groups: dict[tuple[str, str], list[str]] = {}
            for (property_, other, column), own in table.links.items():
                if own == layer:
                    groups.setdefault((property_, other), []).append(column)
            for number, ((property_, other), columns) in enumerate(groups.items()):
                heads += self._link(property_, other, class_, columns, (layer, number), sources)
        else:
            sources, heads = [f"{self._relations.records[class_].name} AS r"], ["r.node"]
            heads += self._answers(class_, sources)
        query = f"SELECT {', '.join(heads)} FROM {' LEFT JOIN '.join(sources)}"
        places: dict[int, list[str]] = {}
        for column, (own, place, sql) in table.columns.items():
            if own == layer:
                places.setdefault(place, []).append(f"{sql} AS {column}")
        for place in sorted(places):
            query = f"SELECT *, {', '.join(places[place])} FROM ({query}) AS p{place}"
        needed = ", ".join(["node", *self._needed(class_, layer)])
        return Statement(f"v_{self._name}_{short}_{layer}", f"SELECT {needed} FROM ({query}) AS w")

    def _needed(self, class_: str, layer: int) -> list[str]:
        """Return the columns up to a layer that are asked for after it."""
        table = self._tables[class_]
        here = {name: own for name, (own, _, _) in table.columns.items()}
        here |= dict.fromkeys(table.questions.values(), 0)
        here |= {_linked_name(*link): own for link, own in table.links.items()}
        later = {name for own_class, name in self._results if own_class == class_}
        for own, _, sql in table.columns.values():
            if own > layer:
                later.update(WORD.findall(sql))
        for other in self._tables.values():
            later.update(
                c for (_, to, c), own in other.links.items() if to == class_ and own > layer
            )
        return [name for name, own in here.items() if own <= layer and name in later]

    def _answers(self, class_: str, joined: list[str]) -> Iterator[str]:
        """Yield the columns for the questions; the tables that they need are read once."""
        relations, numbers = self._relations, count()
        table = relations.records[class_]
        # The tests for each table and its column of subjects, with the bit that each sets.
        asked: dict[tuple[str, str], dict[int, str]] = {}
        # What rows have to be for a test to be true of them, which is often a property.
        kept: dict[tuple[str, str], set[str]] = {}
        for (property_, terms), column in self._tables[class_].questions.items():
            if property_ in table.columns and property_ not in relations.derived:
                value = f"r.{table.columns[property_][0]}"
                test = self._among(value, terms) if terms else f"{value} IS NOT NULL"
                yield f"COALESCE({test}, FALSE) AS {column}"
                continue
            relation = relations.relation(property_, [class_])
            found = []
            for source in relation.sources if relation else ():
                tests = [source.condition] if source.condition else []
                tests += [self._among(source.object, terms)] if terms else []
                key, bit = (source.table, source.subject), next(numbers)
                asked.setdefault(key, {})[bit] = " AND ".join(tests) or "TRUE"
                kept.setdefault(key, set()).add(source.condition)
                found.append(_bit("q", bit))
            yield f"({' OR '.join(found) or 'FALSE'}) AS {column}"
        size = next(numbers)
        parts = []
        for (name, subject), tests_ in asked.items():
            conditions = sorted(kept[name, subject])
            where = f" WHERE {' OR '.join(f'({e})' for e in conditions)}" if all(conditions) else ""
            words = _words([tests_.get(bit, "") for bit in range(size)])
            parts.append(f"SELECT {subject} AS s, {', '.join(words)} FROM {name} AS i{where}")
        if parts:
            union = " UNION ALL ".join(parts)
            joined.append(f"(SELECT s, {_or(size)} FROM ({union}) GROUP BY s) AS q ON q.s = r.node")

    def _among(self, value: str, terms: frozenset[str]) -> str:
        codes = ", ".join(str(self._relations.codes.of(term)) for term in sorted(terms))
        return f"{value} IN ({codes})"

    def _link(
        self,
        property_: str,
        other: str,
        class_: str,
        columns: Sequence[str],
        place: tuple[int, int],
        joined: list[str],
    ) -> Iterator[str]:
        """Yield the columns for whether a linked record fulfills criteria, and join these."""
        layer, number = place
        layers = max((own for own, _, _ in self._tables[other].columns.values()), default=0)
        table = f"v_{self._name}_{local_name(other)}_{min(layer - 1, layers)}"
        tests = [test for c in columns for test in (f"d.{c}", f"d.{c} IS NULL")]
        relation = self._relations.relation(property_, [class_])
        links = relation.table if relation else "(SELECT 0 AS s, 0 AS o WHERE FALSE)"
        words = ", ".join(_words(tests))
        inner = f"SELECT i.s, {words} FROM {links} AS i JOIN {table} AS d ON d.node = i.o"
        masks = f"SELECT s, {_or(len(tests))} FROM ({inner}) GROUP BY s"
        joined.append(f"({masks}) AS l{number} ON l{number}.s = b.node")
        for bit, column in enumerate(columns):
            yes, unknown = (_bit(f"l{number}", 2 * bit + part) for part in (0, 1))
            yield (
                f"CASE WHEN {yes} THEN TRUE WHEN {unknown} THEN NULL ELSE FALSE END"
                f" AS {_linked_name(property_, other, column)}"
            )


def _words(tests: Sequence[str]) -> Iterator[str]:
    """Yield the columns of masks with a bit for each test, which is set if a row passes it.

    A test that is empty has no bit.
    """
    for number, start in enumerate(range(0, len(tests), BITS)):
        bits = [
            f"CASE WHEN {test} THEN {1 << bit} ELSE 0 END"
            for bit, test in enumerate(tests[start : start + BITS])
            if test
        ]
        yield f"CAST({' + '.join(bits) or '0'} AS BIGINT) AS m{number}"


def _or(size: int) -> str:
    """Return the columns with the bits that are set in any row."""
    return ", ".join(f"bit_or(m{number}) AS m{number}" for number in range(-(-size // BITS)))


def _bit(alias: str, bit: int) -> str:
    """Return whether a bit is set in the masks of a table that was joined."""
    mask, place = divmod(bit, BITS)
    return f"(COALESCE({alias}.m{mask}, 0) & {1 << place} <> 0)"


def _linked_name(property_: str, other: str, column: str) -> str:
    return f"{local_name(property_)}_{local_name(other)}_{column}"
