"""Find the fields of a case that can change the verdict on a statement.

A criterion reads properties, and rules derive most of these from others, down to the
fields. What a rule reads is taken from its text; what the generic rules read, from the
data that they apply; what resolves an unknown property, from the determinations. The
result is what can change a verdict in at least one case.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Final

from netkg.docs.knowledge import Knowledge
from netkg.namespaces import local_name
from netkg.ontology.criteria import Criterion, HasValue, InstanceOf, SomeValuesFrom
from netkg.ontology.files import read_queries
from netkg.ontology.schema import TYPE, Node, netkg, owl

__all__ = ["Dependencies"]

# The program adds the number of each day before any rule runs.
_DAY: Final = "dayNumber"
# Where the record of how a fact was derived begins in the template of a rule.
_RECORD: Final = " rdf:subject "
# The data of the generic rules: a class, and the properties of its members that name what is
# derived and what is read.
_GENERIC: Final = (
    ("Interval", "assigns", ("ofProperty",)),
    ("FieldPattern", "closes", ("reads",)),
    ("LinkedPattern", "closes", ("reads", "withProperty")),
)


class Dependencies:
    """The fields from which the properties of the ontology are derived."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._schema = knowledge.schema

    def of(self, criterion: Criterion | None) -> tuple[str, ...]:
        """Return the paths of the fields that a criterion depends on, in alphabetical order.

        A statement without a verdict has no criterion.
        """
        names = self._closure(set(self._properties(criterion)))
        paths = [
            field.path
            for record, fields in self._schema.fields.items()
            for field in fields.values()
            if (field.name in names or f"{record}.{field.name}" in names)
            and local_name(field.range) not in self._schema.fields
        ]
        # The type of an event is its class and not a field of the ontology.
        return tuple(sorted([*paths, *(["events.type"] if "eventKind" in names else [])]))

    @cached_property
    def readers(self) -> Mapping[str, tuple[str, ...]]:
        """The ids of the statements, and then of the gaps, that depend on each field."""
        catalogue = self._knowledge.catalogue
        found: dict[str, list[str]] = {}
        paths = {row.id: self.of(row.population) for row in catalogue.statements}
        paths |= {gap.id: self.of(gap.condition) for gap in catalogue.gaps}
        for id_, path in ((id_, path) for id_, known in paths.items() for path in known):
            found.setdefault(path, []).append(id_)
        return {path: tuple(ids) for path, ids in found.items()}

    def _properties(self, criterion: Criterion | None) -> Iterator[str]:
        match criterion:
            case HasValue(property_, values):
                yield local_name(property_)
                # A gap can depend on the verdict on a statement.
                for row in self._knowledge.catalogue.statements:
                    if str(row.node) in values:
                        yield from self._properties(row.population)
            case SomeValuesFrom(property_, filler):
                yield local_name(property_)
                yield from self._properties(filler)
            case InstanceOf() | None:
                return
            case _:
                for part in criterion.parts:
                    yield from self._properties(part)

    def _closure(self, names: set[str]) -> set[str]:
        """Return properties, and all that they are derived from."""
        while more := {each for name in names for each in self._sources.get(name, ())} - names:
            names = names | more
        return names

    # -- what a property is derived from ----------------------------------------------
    @cached_property
    def _sources(self) -> Mapping[str, set[str]]:
        sources: dict[str, set[str]] = {}
        for _, text in read_queries(self._knowledge.queries / "rules"):
            template, _, pattern = text.partition("WHERE")
            for made in self._named(template.partition(_RECORD)[0]):
                sources.setdefault(made, set()).update(self._named(pattern) - {made})
        for made, read in self._applied():
            sources.setdefault(made, set()).update(read)
        for property_, ways in self._knowledge.compiler.openness.determinations.items():
            sources.setdefault(local_name(property_), set()).update(way.field for way in ways)
        return sources

    def _named(self, text: str) -> set[str]:
        """Return the properties that a part of a query names.

        Several kinds of record have a date; a query means the date of those records
        that it names another field of.
        """
        names = set(re.findall(r"netkg:([a-z]\w*)", text))
        individuals = set(self._schema.subjects(TYPE, owl("NamedIndividual")))
        found = {name for name in names if netkg(name) not in individuals}
        if _DAY in found:
            found.remove(_DAY)
            found |= {
                f"{record}.date"
                for record, fields in self._schema.fields.items()
                if "date" in fields and found & (fields.keys() - {"date"})
            }
        return found

    def _applied(self) -> Iterator[tuple[str, set[str]]]:
        """Yield what the generic rules derive and its sources, by interval and by pattern."""
        for class_, derived, read_by in _GENERIC:
            for node in self._schema.instances(netkg(class_)):
                yield self._name(node, derived), {self._name(node, each) for each in read_by}
        for node in self._schema.instances(netkg("EventPattern")):
            read = {"events", "eventKind", "status"}
            if self._name(node, "scope") == "Tumor":
                read.add("concerns")
            if self._name(node, "eventOutcomeIs") or self._name(node, "eventOutcomeIsNot"):
                read.add("outcome")
            if self._name(node, "withoutTarget"):
                read.add("target")
            yield self._name(node, "closes"), read
        for property_ in self._schema.instances(netkg("DerivedProperty")):
            yield (
                local_name(property_.value),
                {
                    local_name(read.value)
                    for named in ("comparesGrade", "withGrade", "barredThrough")
                    for read in self._schema.objects(property_, netkg(named))
                },
            )

    def _name(self, node: Node, property_: str) -> str:
        return local_name(self._schema.text(node, netkg(property_)))
