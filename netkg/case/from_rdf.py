"""Read cases from RDF, in any syntax.

A case is what can be reached from its node through the record fields
(tumors, metastases, events, measurements). It takes the same form as
a plain case: nodes without an IRI get one, in canonical order, and literals
are normalized. Every triple is used, reported in a finding, or set aside.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

import pyoxigraph as ox

from netkg.case.accounting import Account, Remarks, aside_finding
from netkg.case.attribution import Part, attribute, is_node
from netkg.case.canonical import Index, canonical
from netkg.case.draft import EVENT, RECORDS, Draft
from netkg.case.identifiers import DOCUMENT, UNNAMED, is_valid, node_id
from netkg.case.lists import Subject
from netkg.case.literals import compact, literal, meant_literal, rdf_literal
from netkg.case.model import Case
from netkg.case.rdf_findings import (
    report_doubled,
    report_list,
    report_literal,
    report_own_record,
    report_property,
    report_shared,
)
from netkg.case.set_aside import TYPES, aside_on_record
from netkg.namespaces import NETKG, OWL, RDFS, local_name
from netkg.ontology.schema import TYPE, Field, Schema, netkg

__all__ = ["accounted_cases", "cases_from_quads"]

# Unknown properties of one record that are each reported; the others are counted.
_MOST_KEYS = 20
# The number of a record in its IRI: the tenth comes after the second.
_NUMBER: Final = re.compile(r"\d+")


def _in_order(node: Subject) -> str:
    """Return the place of a record among others; ``<`` comes before ``_``."""
    if isinstance(node, ox.BlankNode):
        return str(node)
    return _NUMBER.sub(lambda found: found[0].zfill(20), str(node))


def cases_from_quads(
    quads: Iterable[ox.Quad],
    *,
    schema: Schema,
    source: str = "",
    line: int | None = None,
    ignored: Mapping[str, int] | None = None,
) -> list[Case]:
    """Read every case of a dataset, in the order in which their nodes first appear.

    A node is a case if it has that type, or if it has tumors and is not a record of another
    node. What is said about a case is read from all graphs together. ``ignored`` are keys
    that JSON-LD ignored, with how often.
    """
    return accounted_cases(list(quads), schema, source, line, ignored)[0]


def accounted_cases(
    quads: list[ox.Quad],
    schema: Schema,
    source: str = "",
    line: int | None = None,
    ignored: Mapping[str, int] | None = None,
) -> tuple[list[Case], Account]:
    """Read every case of a dataset, and account for every triple (see :func:`cases_from_quads`).

    Without a case, there is nothing to account for.
    """
    found = attribute(quads, schema)
    if not found.parts:
        return [], Account()
    remarks = Remarks(found, schema)
    used = found.listed + remarks.trivial - found.copied
    account = Account(len(quads), used, remarks.reported, remarks.set_aside)
    cases: list[Case] = []
    for number, part in enumerate(found.parts):
        reader = _GraphReader(Draft(schema, source, line), part)
        reader.case()
        draft = reader.draft
        draft.findings += (
            replace(each, pointer=each.pointer or draft.node.value)
            for each in remarks.findings(number, part, draft.id)
        )
        for key, count in (ignored or {}).items():
            draft.report_ignored(draft.id, "Case", key, count=count, at=draft.node.value)
        if aside := reader.aside + remarks.set_aside_for(part):
            draft.findings.append(aside_finding(aside, draft.id, draft.node.value))
        cases.append(draft.finish())
        account.used += len(part.quads) - reader.reported - reader.aside.total()
        account.reported += reader.reported
        account.set_aside += reader.aside.total()
    account.check()
    return cases, account


def _value(term: Any) -> ox.NamedNode | ox.Literal | None:
    """Normalize a value; None if it is not a value (a blank node, a triple)."""
    if isinstance(term, ox.NamedNode):
        if term.value.startswith(DOCUMENT) or not is_valid(term.value):
            return literal(node_id(term).removeprefix(NETKG))
        return term
    if not isinstance(term, ox.Literal):
        return None
    return rdf_literal(term) if is_valid(term.datatype.value) else literal(term.value)


def _relative(term: ox.NamedNode) -> str:
    """Return a relative IRI as it was written, or an empty text."""
    return node_id(term) if term.value.startswith(DOCUMENT) else ""


class _GraphReader:
    """Reader of one case in its canonical index.

    It counts the triples that it reports and those that it sets aside; all others are used.
    """

    def __init__(self, draft: Draft, part: Part) -> None:
        self.draft = draft
        self.schema = draft.schema
        self.part = part
        self.root = UNNAMED if isinstance(part.node, ox.BlankNode) else part.node
        while self.root != part.node and any(
            self.root in (q.subject, q.object) for q in part.quads
        ):
            self.root = ox.NamedNode(f"{self.root.value}~")  # another node has that IRI
        self.index: Index = canonical(
            part.quads, part.node, self.root, source=draft.source, line=draft.line
        )
        self.nodes: dict[Any, ox.NamedNode] = {}
        self.seen: set[Subject] = set()
        self.reported = 0
        self.aside: Counter[str] = Counter()

    def case(self) -> None:
        """Read the case; its tumors and metastases are named first.

        Raises:
            RuntimeError: if a triple of the case was not read.
        """
        draft = self.draft
        draft.name_case(node_id(self.part.node))
        if not draft.id:
            draft.report_missing_id(at=draft.node.value)
        for key, kind in RECORDS.items():
            for place, term in enumerate(self.below(self.root, key), start=1):
                node = draft.name_record(key, node_id(term) or f"{kind.lower()}-{place}")
                self.nodes.setdefault(term, node)
        self.record(self.root, "Case", draft.node, draft.id)
        self.lists()
        self.shared()
        if self.index.keys() - self.seen:
            raise RuntimeError(f"{len(self.index.keys() - self.seen)} nodes were not read")

    def below(self, node: Subject, key: str) -> list[Subject]:
        """Return the nodes below a record field: IRIs, then blank nodes, each sorted."""
        values = self.index.get(node, {}).get(netkg(key), ())
        return sorted(filter(is_node, values), key=_in_order)

    def properties(self, node: Subject) -> list[tuple[ox.NamedNode, Mapping[Any, None]]]:
        """Return the properties of a node with their values, sorted."""
        return sorted(self.index.get(node, {}).items(), key=lambda item: item[0].value)

    def record(self, source: Subject, record: str, node: ox.NamedNode, focus: str) -> None:
        """Read every property of one record."""
        known = self.schema.fields[record]
        if source == self.root and record != "Case":
            report_own_record(self.draft, record)
            return
        # The triples of a node in two roles count once.
        before = (self.reported, self.aside.copy()) if source in self.seen else None
        unknown: list[str] = []
        for predicate, terms in self.properties(source):
            key = predicate.value.removeprefix(NETKG)
            if predicate == TYPE:
                self.types(terms, record, node, focus)
            elif why := aside_on_record(predicate.value):
                self.aside[why] += len(terms)
            elif predicate.value == key or key not in known:
                self.reported += len(terms)
                unknown.append(key)
            elif known[key].range.removeprefix(NETKG) in self.schema.fields:
                self.records(known[key], source, node, focus)
            else:
                for term in terms:
                    self.value(known[key], term, node, focus)
        for key in unknown[:_MOST_KEYS]:
            others = max(len(unknown) - _MOST_KEYS, 0) if key == unknown[0] else 0
            report_property(self.draft, focus, record, key, at=node.value, others=others)
        if before:
            self.reported, self.aside = before
        self.seen.add(source)

    def value(self, field: Field, term: Any, node: ox.NamedNode, focus: str) -> None:
        """Add one value of a field that has no records below it."""
        value = _value(term)
        if field.name == "target" and not isinstance(term, ox.Literal):
            value = self.nodes.get(term)
            if value is None and isinstance(term, ox.NamedNode):
                value = self.draft.resolve(node_id(term)) or literal(node_id(term))
        if value is None:
            found, expected = compact(str(term)), "a single value"
            self.draft.report_form(focus, field.path, found, expected, at=node.value)
            self.reported += 1
        else:
            coded = self.schema.values.get(field.range, frozenset())
            if isinstance(term, ox.NamedNode) and (name := _relative(term)) in coded:
                found, expected = compact(name), f"the IRI {NETKG}{name}"
                self.draft.report_form(focus, field.path, found, expected, at=node.value)
            if isinstance(term, ox.Literal) and (right := meant_literal(term, field.range, coded)):
                report_literal(self.draft, focus, field.path, term, right, at=node.value)
            self.draft.add(node, field.name, value)

    def records(self, field: Field, source: Subject, parent: ox.NamedNode, focus: str) -> None:
        """Read the records below a field."""
        draft, kind = self.draft, field.range.removeprefix(NETKG)
        wrong = [term for term in self.index[source][netkg(field.name)] if not is_node(term)]
        if wrong:
            found = compact(getattr(wrong[0], "value", str(wrong[0])))
            found += f" and {len(wrong) - 1:,} more" if len(wrong) > 1 else ""
            expected = "an IRI or a blank node"
            draft.report_form(focus, field.path, found, expected, at=parent.value)
            self.reported += len(wrong)
        for place, term in enumerate(self.below(source, field.name), start=1):
            if field.name in RECORDS:
                node = draft.lists[field.name][place - 1]
                self.record(term, kind, node, draft.names[node.value])
            else:
                node = draft.claim_below(parent, kind, place, term.value)
                draft.add(parent, field.name, node)
                self.record(term, kind, node, focus)

    def lists(self) -> None:
        """Report malformed lists."""
        for (node, name), fault in self.part.broken.items():
            record = next((r for r, own in self.schema.fields.items() if name in own), "Case")
            at = self.nodes.get(node, self.draft.node).value
            path = self.schema.path(record, name)
            report_list(self.draft, self.draft.names[at], path, fault, at=at)

    def shared(self) -> None:
        """Report records that other cases have too, and measurements of several tumors."""
        for node in self.part.shared:
            at = self.nodes.get(node, self.draft.node).value
            report_shared(self.draft, node, self.part, at=at)
        for node, tumors in self.part.doubled.items():
            report_doubled(self.draft, node, tumors, at=self.draft.node.value)

    def types(self, terms: Iterable[Any], record: str, node: ox.NamedNode, focus: str) -> None:
        """Read the types of a record; the type of an event is its class."""
        classes = [term for term in terms if isinstance(term, ox.NamedNode)]
        for term in terms:
            if not isinstance(term, ox.NamedNode):
                found = compact(getattr(term, "value", str(term)))
                self.draft.report_type(focus, record, found, at=node.value)
                self.reported += 1
        if record != EVENT:
            for class_ in classes:
                if not class_.value.startswith(NETKG):
                    self.aside[TYPES] += 1
                elif class_.value != NETKG + record and class_ not in self.schema.superclasses(
                    netkg(record)
                ):
                    found = compact(local_name(class_.value))
                    self.draft.report_type(focus, record, found, at=node.value)
                    self.reported += 1
            return
        general: set[ox.NamedNode] = {netkg(EVENT)}
        for class_ in classes if len(classes) > 1 else ():
            general |= self.schema.superclasses(class_) - {class_}
        names: list[str] = []
        for class_ in classes:
            name = class_.value.removeprefix(NETKG).removeprefix(DOCUMENT)
            if class_.value.startswith((OWL, RDFS)):
                self.aside[TYPES] += 1
                continue
            if class_ in general:
                continue
            names.append(name)
            if class_.value == NETKG + name and name in self.schema.event_types:
                self.draft.add_type(node, name)
            else:
                self.draft.add(node, "unknownType", literal(name))
        if len(names) > 1:
            self.draft.report_several(focus, "events.type", names, at=node.value)
