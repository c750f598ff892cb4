"""The tables of a chunk: records with their single values, and what else relates them.

A class of records has one table, with a column for each property that was read and has one value.
Everything else is a relation of two columns, ``s`` and ``o``: what has
several values, and what is derived.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from netkg.compiler.sql.terms import CODE, NODE, Codes, Kind
from netkg.compiler.vocabulary import TYPE
from netkg.errors import UnsupportedConstruct
from netkg.namespaces import local_name

__all__ = ["RecordTable", "Relation", "Relations", "Source"]


@dataclass(frozen=True, slots=True)
class RecordTable:
    """The table of a class of records.

    ``columns`` are the names and kinds of the columns of single values, by property;
    ``parents`` the columns with the record that a property leads from, by property. ``type``
    says that the table has a column with the class of each record, which is below its own.
    """

    name: str
    columns: Mapping[str, tuple[str, Kind]]
    parents: Mapping[str, str] = field(default_factory=dict)
    type: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """Some of the pairs of a relation: two columns of a table, of the rows with some condition."""

    table: str
    subject: str = "s"
    object: str = "o"
    condition: str = ""

    @property
    def sql(self) -> str:
        """The pairs as a table with the columns ``s`` and ``o``."""
        if not self.condition and (self.subject, self.object) == ("s", "o"):
            return self.table
        where = f" WHERE {self.condition}" if self.condition else ""
        return f"(SELECT {self.subject} AS s, {self.object} AS o FROM {self.table}{where})"


@dataclass(frozen=True, slots=True)
class Relation:
    """Pairs of a subject ``s`` and an object ``o``, from one or more sources.

    A pair can be in more than one of them.
    """

    kind: Kind
    sources: tuple[Source, ...]

    @property
    def table(self) -> str:
        """The pairs as a table with the columns ``s`` and ``o``."""
        if len(self.sources) == 1:
            return self.sources[0].sql
        return f"({' UNION ALL '.join(f'SELECT s, o FROM {each.sql}' for each in self.sources)})"


class Relations:
    """The tables, while a program is written: what is derived is added in its order."""

    def __init__(
        self, records: Mapping[str, RecordTable], codes: Codes, absent: Iterable[str] = ()
    ) -> None:
        self.records = dict(records)
        # The properties of records that no table has, such as dates other than day numbers.
        self.absent = frozenset(absent)
        self.codes = codes
        self.derived: dict[str, Relation] = {}
        self._versions: dict[str, int] = {}

    def columns(self, property_: str, classes: Iterable[str]) -> list[str]:
        """Return the classes among some whose tables have a column for a property."""
        return [c for c in sorted(classes) if property_ in self.records[c].columns]

    def parents(self, property_: str) -> list[str]:
        """Return the classes of records that a property leads to as their parent's."""
        return [c for c in sorted(self.records) if property_ in self.records[c].parents]

    def relation(self, property_: str, classes: Iterable[str]) -> Relation | None:
        """Return a property of records of some classes as a table; None if it has no value."""
        found = [*self._parts(property_, [c for c in classes if c in self.records])]
        if not found:
            return None
        if len({each.kind for each in found}) > 1:
            raise UnsupportedConstruct(f"<{property_}> with values of two kinds")
        return Relation(found[0].kind, tuple(s for each in found for s in each.sources))

    def _parts(self, property_: str, classes: Iterable[str]) -> Iterator[Relation]:
        for class_ in sorted(classes):
            table = self.records[class_]
            if property_ == TYPE:
                value = "type" if table.type else str(self.codes.of(f"<{class_}>"))
                yield Relation(CODE, (Source(table.name, "node", value),))
            elif property_ in table.columns:
                name, kind = table.columns[property_]
                yield Relation(kind, (Source(table.name, "node", name, f"{name} IS NOT NULL"),))
        for class_ in self.parents(property_):
            table = self.records[class_]
            yield Relation(NODE, (Source(table.name, table.parents[property_], "node"),))
        if property_ in self.derived:
            yield self.derived[property_]

    def kind(self, property_: str, kind: Kind) -> Kind:
        """Return the kind of a property to which objects of some kind are added."""
        known = self.derived.get(property_)
        if known is None:
            return kind
        if known.kind.name != kind.name or known.kind.scale < kind.scale:
            raise UnsupportedConstruct(f"<{property_}> with values of two kinds")
        return known.kind

    def add(self, property_: str, kind: Kind, *sources: Source) -> None:
        """Add pairs to a property."""
        known = self.derived.get(property_)
        self.derived[property_] = Relation(kind, (*(known.sources if known else ()), *sources))

    def name(self, property_: str) -> str:
        """Return the name of a new table for pairs of a property."""
        self._versions[property_] = self._versions.get(property_, 0) + 1
        return f"p_{local_name(property_)}_{self._versions[property_]}"
