"""Tell what an ontology says of the terms of a proof: labels, sources, intervals, rules."""

from __future__ import annotations

from typing import Any

import pyoxigraph as ox

from netkg.case.values import literal_value
from netkg.errors import KnowledgeError
from netkg.namespaces import DCTERMS, local_name
from netkg.ontology.compiler import Compiler
from netkg.ontology.guideline import Catalogue, Statement
from netkg.ontology.query_header import read_header
from netkg.ontology.schema import Schema, netkg
from netkg.proof.model import IntervalUsed, RuleUsed, Source

__all__ = ["Terms", "cited"]


class Terms:
    """Tell what an ontology says of the terms of a proof."""

    def __init__(
        self,
        schema: Schema,
        compiler: Compiler,
        catalogue: Catalogue,
        rules: tuple[tuple[str, str], ...],
    ) -> None:
        self.schema = schema
        self._statements = {statement.node.value: statement for statement in catalogue.statements}
        self._sources: dict[str, Source | None] = {
            schema.text(statement.node, netkg("appliesTo")): cited(statement)
            for statement in catalogue.verdict_bearing
        }
        self.rules = {name: RuleUsed(name, _summary(name, text)) for name, text in rules}
        self._labels: dict[str, str] = {}
        self._intervals: dict[str, IntervalUsed] = {}
        self._assigning: dict[tuple[str, str], list[str]] | None = None
        self._record_fields: dict[str, tuple[str, ...]] = {}
        self.fields = compiler.openness.fields_by_name

    # -- what the ontology says of a term ------------------------------------------------
    def label(self, iri: str) -> str:
        """Give the label of a term."""
        if iri not in self._labels:
            self._labels[iri] = self.schema.label(ox.NamedNode(iri))
        return self._labels[iri]

    def source(self, iri: str) -> Source | None:
        """Give the statement whose population a class is, or that a term names as its source."""
        if iri not in self._sources:
            named = self.schema.text(ox.NamedNode(iri), ox.NamedNode(DCTERMS + "source"))
            statement = self._statements.get(named)
            self._sources[iri] = cited(statement) if statement else None
        return self._sources[iri]

    def interval(self, iri: str) -> IntervalUsed:
        """Give an interval with its bounds."""
        if iri not in self._intervals:
            node = ox.NamedNode(iri)

            def bound(name: str) -> Any:
                value = self.schema.one(node, netkg(name))
                return None if value is None else literal_value(str(value))

            self._intervals[iri] = IntervalUsed(
                name=local_name(iri),
                label=self.label(iri),
                property=local_name(self.schema.text(node, netkg("ofProperty"))),
                lower=bound("lower"),
                lower_closed=bool(bound("lowerClosed")),
                upper=bound("upper"),
                upper_closed=bool(bound("upperClosed")),
                unit=self.schema.text(node, netkg("unitOfBounds")),
                category=local_name(self.schema.text(node, netkg("category"))),
                source=self.source(iri),
            )
        return self._intervals[iri]

    def intervals_of(self, property_: str, values: frozenset[str]) -> tuple[IntervalUsed, ...]:
        """Give the intervals that assign one of these categories to a property."""
        if self._assigning is None:
            self._assigning = {}
            for node in self.schema.instances(netkg("Interval")):
                assigns = self.schema.text(node, netkg("assigns"))
                category = f"<{self.schema.text(node, netkg('category'))}>"
                self._assigning.setdefault((assigns, category), []).append(node.value)
        found = (iri for value in values for iri in self._assigning.get((property_, value), ()))
        return tuple(self.interval(iri) for iri in sorted(found))

    def record_fields(self, property_: str) -> tuple[str, ...]:
        """Give the fields of records that a property leads to, or is read from."""
        if property_ not in self._record_fields:
            read = self.schema.objects(ox.NamedNode(property_), netkg("readsRecords"))
            named = tuple(sorted(node.value for node in read))
            own = (property_,) if self.leads_to_records(property_) else named
            self._record_fields[property_] = own
        return self._record_fields[property_]

    def leads_to_records(self, property_: str) -> bool:
        """Say whether the values of a property are records."""
        field = self.fields.get(local_name(property_))
        return field is not None and local_name(field.range) in self.schema.fields


def cited(statement: Statement) -> Source:
    """Give the place of a statement in the document."""
    return Source(statement.id, statement.section, statement.citations)


def _summary(name: str, text: str) -> str:
    summary = read_header(text, place=name).summary
    if not summary:
        raise KnowledgeError("lacks a line '#+ summary: …'", term=name)
    return summary
