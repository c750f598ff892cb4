"""The terms of a proof as the ontology describes them: labels, sources, intervals, rules."""

from __future__ import annotations

from collections import defaultdict
from functools import cache, cached_property

import pyoxigraph as ox

from netkg.case.values import literal_value
from netkg.errors import KnowledgeError
from netkg.namespaces import DCTERMS, local_name
from netkg.ontology.compiler import Compiler
from netkg.ontology.criteria import NamedClass
from netkg.ontology.guideline import Catalogue, Statement
from netkg.ontology.query_header import read_header
from netkg.ontology.schema import Schema, netkg
from netkg.proof.explained import Explained
from netkg.proof.model import IntervalUsed, RuleUsed, Source

__all__ = ["Terms", "cited"]


class Terms:
    """The terms of a proof as one ontology describes them, each looked up once."""

    def __init__(
        self,
        schema: Schema,
        compiler: Compiler,
        catalogue: Catalogue,
        rules: tuple[tuple[str, str], ...],
    ) -> None:
        self.schema = schema
        self._statements = {statement.node.value: statement for statement in catalogue.statements}
        self._populations = {
            schema.text(statement.node, netkg("appliesTo")): statement
            for statement in catalogue.verdict_bearing
            if isinstance(statement.population, NamedClass)
        }
        self.rules = {name: RuleUsed(name, _summary(name, text)) for name, text in rules}
        self.fields = compiler.openness.fields_by_name
        self.label = cache(lambda iri: schema.label(ox.NamedNode(iri)))
        self.source = cache(self._source)
        self.interval = cache(self._interval)
        self.record_fields = cache(self._record_fields)

    def _source(self, iri: str) -> Source | None:
        """Return the statement whose population a class is, or that a term names as its source."""
        named = self.schema.text(ox.NamedNode(iri), ox.NamedNode(DCTERMS + "source"))
        statement = self._populations.get(iri) or self._statements.get(named)
        return cited(statement) if statement else None

    def _interval(self, iri: str) -> IntervalUsed:
        """Return an interval with its bounds."""
        node = ox.NamedNode(iri)

        def bound(name: str) -> bool | float | int | str | None:
            value = self.schema.one(node, netkg(name))
            return None if value is None else literal_value(str(value))

        return IntervalUsed(
            name=local_name(iri),
            label=self.label(iri),
            property=local_name(self.schema.text(node, netkg("ofProperty"))),
            lower=bound("lower"),  # type: ignore[arg-type]
            lower_closed=bool(bound("lowerClosed")),
            upper=bound("upper"),  # type: ignore[arg-type]
            upper_closed=bool(bound("upperClosed")),
            unit=self.schema.text(node, netkg("unitOfBounds")),
            category=local_name(self.schema.text(node, netkg("category"))),
            source=self.source(iri),
        )

    @cached_property
    def _assigning(self) -> dict[tuple[str, str], list[str]]:
        """The intervals that assign a category to a property, by property and category."""
        found: dict[tuple[str, str], list[str]] = defaultdict(list)
        for node in self.schema.instances(netkg("Interval")):
            assigns, category = (self.schema.text(node, netkg(n)) for n in ("assigns", "category"))
            found[assigns, f"<{category}>"].append(node.value)
        return found

    def intervals_of(self, property_: str, values: frozenset[str]) -> tuple[IntervalUsed, ...]:
        """Return the intervals that assign one of these categories to a property."""
        found = (iri for value in values for iri in self._assigning.get((property_, value), ()))
        return tuple(self.interval(iri) for iri in sorted(found))

    def _record_fields(self, property_: str) -> tuple[str, ...]:
        """Return the fields of records that a property leads to, or is read from."""
        if self.leads_to_records(property_):
            return (property_,)
        read = self.schema.objects(ox.NamedNode(property_), netkg("readsRecords"))
        return tuple(sorted(node.value for node in read))

    def leads_to_records(self, property_: str) -> bool:
        """Return whether the values of a property are records."""
        field = self.fields.get(local_name(property_))
        return field is not None and local_name(field.range) in self.schema.fields


def cited(explained: Explained) -> Source:
    """Return the place of a statement in the document; a gap or a class has none."""
    if isinstance(explained, Statement):
        return Source(explained.id, explained.section, explained.citations)
    return Source(explained.id, "", ())


def _summary(name: str, text: str) -> str:
    summary = read_header(text, place=name).summary
    if not summary:
        raise KnowledgeError("lacks a line '#+ summary: …'", term=name)
    return summary
