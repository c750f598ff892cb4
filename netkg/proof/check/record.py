"""Derive the facts of one case again, with rdflib's SPARQL."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rdflib import RDF, Graph, Literal, URIRef
from rdflib.term import Node

from netkg.ontology.conversion import triple_to_rdflib
from netkg.ontology.query_header import read_header
from netkg.ontology.text_files import read_text
from netkg.proof.check.ontology import NS, OntologyGraph, name, plain_literal

if TYPE_CHECKING:
    from netkg.case.model import Case

__all__ = ["Record"]

Triple = tuple[Node, Node, Node]
PREMISES = ("premiseProperty", "premiseSame", "premise", "completePremise", "byInterval")


class Record:
    """What a case asserts, what the rules derive, and from what."""

    def __init__(self, case: Case, knowledge: OntologyGraph, rules: Path, as_of: date) -> None:
        self.root = URIRef(case.node.value)
        self.names: Mapping[Node, str] = {URIRef(iri): id_ for iri, id_ in case.names.items()}
        self.tumors = [URIRef(node.value) for node in case.tumors]
        self.asserted: set[Triple] = set(map(triple_to_rdflib, case.triples))
        self.derivations: dict[Triple, dict[str, set[Any]]] = {}
        self.summaries: dict[str, str] = {}
        self.graph = Graph()
        for triple in (*knowledge.graph, *self.asserted, *self._days(as_of)):
            self.graph.add(triple)
        for path in sorted(rules.glob("*.rq")):
            self._run(path)

    def _days(self, as_of: date) -> list[Triple]:
        days: list[Triple] = [
            (self.root, NS.asOf, Literal(as_of)),
            (self.root, NS.dayNumber, Literal(as_of.toordinal())),
        ]
        counted = {NS.date: NS.dayNumber, NS.deceasedDate: NS.deceasedDay}
        for subject, predicate, day in self.asserted:
            if predicate in counted:
                number = date.fromisoformat(str(day)).toordinal()
                days.append((subject, counted[predicate], Literal(number)))  # type: ignore[index]
        return days

    def _run(self, path: Path) -> None:
        text = read_text(path)
        self.summaries[path.stem] = read_header(text, place=path.name).summary
        given = Graph()
        for triple in self.graph.query(text):
            given.add(triple)  # type: ignore[arg-type]
        for subject, predicate, object_ in given:
            if isinstance(subject, URIRef):
                self.graph.add((subject, predicate, object_))
        for node in given.subjects(RDF.subject, unique=True):
            self._join(given, node, path.stem)

    def _join(self, given: Graph, node: Node, rule: str) -> None:
        fact = tuple(given.value(node, part) for part in (RDF.subject, RDF.predicate, RDF.object))
        known = self.derivations.setdefault(fact, defaultdict(set))  # type: ignore[arg-type]
        known["rules"].add(rule)
        for key in PREMISES:
            known[key] |= set(given.objects(node, NS[key]))
        for property_ in given.objects(node, NS.linkedPremise):
            known["linked"].add((given.value(node, NS.throughField), property_))
        for absent in given.objects(node, NS.absencePremise):
            known["absences"].add((absent, given.value(node, NS.searchedFor)))

    # -- asking ----------------------------------------------------------------------------
    def values(self, node: Node, property_: Node) -> list[Node]:
        """Return the values of a property in the order of their JSON."""
        return sorted(self.graph.objects(node, property_), key=lambda v: json.dumps(self.shown(v)))

    def id(self, node: Node) -> str:
        """Return the id of a record as written in the case, or its IRI if it has none."""
        return self.names.get(node, str(node))

    def shown(self, value: Node) -> Any:
        """Return a value in its JSON form: records by their ids, terms by their names."""
        return (
            plain_literal(value)
            if isinstance(value, Literal)
            else self.names.get(value) or name(value)
        )

    def written(self, node: Node) -> dict[str, Any]:
        """Return what the case asserts of a record, as an object."""
        found: dict[str, list[Any]] = {}
        for subject, predicate, object_ in self.asserted:
            if subject == node:
                found.setdefault(name(predicate), []).append(self.shown(object_))
        return {
            key: values[0] if len(values) == 1 else sorted(values, key=json.dumps)
            for key, values in found.items()
        }

    def place(self, node: Node, knowledge: OntologyGraph) -> tuple[Node, Node]:
        """Return the owner of a record and the field that leads to it."""
        (found,) = (
            (subject, predicate)
            for subject, predicate, object_ in self.asserted
            if object_ == node and knowledge.leads_to_records(predicate)
        )
        return found
