"""Read cases from an RDF graph, in any syntax.

A case is what can be reached from its node through the record fields
(tumors, metastases, events, measurements). It takes the same form as
a plain case: nodes without an IRI get one, in canonical order, and literals
are normalized.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import pyoxigraph as ox

from netkg.case.canonical import Index, Subject, canonical, indexed
from netkg.case.draft import EVENT, RECORDS, Draft
from netkg.case.identifiers import DOCUMENT, UNNAMED, is_valid, unminted
from netkg.case.literals import compact, literal, rdf_literal
from netkg.case.model import Case
from netkg.namespaces import NETKG, OWL, RDFS, local_name
from netkg.ontology.schema import TYPE, Field, Schema, netkg

__all__ = ["cases_from_quads"]

_LABEL = ox.NamedNode(RDFS + "label")
_TUMORS = netkg("tumors")
_LEVELS = ((_TUMORS, netkg("metastases"), netkg("events")), (netkg("measurements"),))


def cases_from_quads(
    quads: Iterable[ox.Quad], *, schema: Schema, source: str = "", line: int | None = None
) -> list[Case]:
    """Read every case of a dataset, in the order in which their nodes first appear.

    A case in a named graph is read from this graph alone, any other from
    the union of the graphs that contain no case.
    """
    graphs: dict[Any, list[ox.Quad]] = {}
    for quad in quads:
        graphs.setdefault(quad.graph_name, []).append(quad)
    for find in (_typed, _tops):
        rest: list[ox.Quad] = []
        parts: list[tuple[list[ox.Quad], list[Subject]]] = []
        for name, members in graphs.items():
            nodes = [] if isinstance(name, ox.DefaultGraph) else find(members)
            if nodes:
                parts.append((members, nodes))
            else:
                rest.extend(members)
        parts.append((rest, find(rest)))
        cases = [
            case for members, nodes in parts for case in _read(members, nodes, schema, source, line)
        ]
        if cases:
            return cases
    return []


def _typed(quads: Iterable[ox.Quad]) -> list[Subject]:
    """Return the nodes typed as a case."""
    class_ = netkg("Case")
    return _nodes(q.subject for q in quads if q.object == class_ and q.predicate == TYPE)


def _tops(quads: Sequence[ox.Quad]) -> list[Subject]:
    """Return the nodes that have tumors and are not the object of a triple."""
    objects = {q.object for q in quads}
    found = _nodes(q.subject for q in quads if q.predicate == _TUMORS)
    return [node for node in found if node not in objects]


def _nodes(terms: Iterable[Any]) -> list[Subject]:
    """Return the nodes among terms, each once."""
    return [t for t in dict.fromkeys(terms) if isinstance(t, (ox.NamedNode, ox.BlankNode))]


def _read(
    quads: Iterable[ox.Quad],
    nodes: Sequence[Subject],
    schema: Schema,
    source: str,
    line: int | None,
) -> Iterator[Case]:
    if not nodes:
        return
    index = indexed(quads)
    for node in nodes:
        draft = Draft(schema, source, line)
        reached = canonical(index, node, UNNAMED, _LEVELS, source=source, line=line)
        root = UNNAMED if isinstance(node, ox.BlankNode) else node
        _GraphReader(draft, reached).case(root)
        yield draft.finish()


def _id(node: Subject) -> str:
    """Return the id of a node: its IRI, or the id that the IRI was made from."""
    if isinstance(node, ox.BlankNode) or node == UNNAMED:
        return ""
    if node.value.startswith(DOCUMENT):
        return node.value.removeprefix(DOCUMENT)
    return unminted(node.value)


def _value(term: Any) -> ox.NamedNode | ox.Literal | None:
    """Normalize a value; None if it is not a value (a blank node, a triple)."""
    if isinstance(term, ox.NamedNode):
        if term.value.startswith(DOCUMENT) or not is_valid(term.value):
            return literal(_id(term).removeprefix(NETKG))
        return term
    if not isinstance(term, ox.Literal):
        return None
    return rdf_literal(term) if is_valid(term.datatype.value) else literal(term.value)


class _GraphReader:
    """Reader of one case in its canonical index."""

    def __init__(self, draft: Draft, index: Index) -> None:
        self.draft = draft
        self.schema = draft.schema
        self.index = index
        self.nodes: dict[Any, ox.NamedNode] = {}

    def case(self, root: Subject) -> None:
        """Read the case; its tumors and metastases are named first."""
        draft = self.draft
        draft.name_case(_id(root))
        if not draft.id:
            draft.report_missing_id(at=draft.node.value)
        for key, kind in RECORDS.items():
            for place, term in enumerate(self.below(root, key), start=1):
                node = draft.name_record(key, _id(term) or f"{kind.lower()}-{place}")
                self.nodes.setdefault(term, node)
        self.record(root, "Case", draft.node, draft.id)

    def below(self, node: Subject, key: str) -> list[Subject]:
        """Return the nodes below a record field: IRIs, then blank nodes, each sorted."""
        values = self.index.get(node, {}).get(netkg(key), ())
        return sorted(_nodes(values), key=str)  # < comes before _

    def properties(self, node: Subject) -> list[tuple[ox.NamedNode, Mapping[Any, None]]]:
        """Return the properties of a node with their values, sorted."""
        return sorted(self.index.get(node, {}).items(), key=lambda item: item[0].value)

    def record(self, source: Subject, record: str, node: ox.NamedNode, focus: str) -> None:
        """Read every property of one record."""
        known = self.schema.fields[record]
        for predicate, terms in self.properties(source):
            key = predicate.value.removeprefix(NETKG)
            if predicate == TYPE:
                self.types(terms, record, node, focus)
            elif predicate == _LABEL:
                continue
            elif predicate.value == key or key not in known:
                self.draft.report_key(focus, record, key, at=node.value)
            elif known[key].range.removeprefix(NETKG) in self.schema.fields:
                self.records(known[key], source, node, focus)
            else:
                for term in terms:
                    self.value(known[key], term, node, focus)

    def value(self, field: Field, term: Any, node: ox.NamedNode, focus: str) -> None:
        """Add one value of a field that has no records below it."""
        value = _value(term)
        if field.name == "target" and not isinstance(term, ox.Literal):
            value = self.nodes.get(term)
            if value is None and isinstance(term, ox.NamedNode):
                value = self.draft.resolve(_id(term)) or literal(_id(term))
        if value is None:
            found, expected = compact(str(term)), "a single value"
            self.draft.report_form(focus, field.path, found, expected, at=node.value)
        else:
            self.draft.add(node, field.name, value)

    def records(self, field: Field, source: Subject, parent: ox.NamedNode, focus: str) -> None:
        """Read the records below a field."""
        draft, kind = self.draft, field.range.removeprefix(NETKG)
        for term in self.index[source][netkg(field.name)]:
            if not isinstance(term, (ox.NamedNode, ox.BlankNode)):
                found = compact(getattr(term, "value", str(term)))
                expected = "an IRI or a blank node"
                draft.report_form(focus, field.path, found, expected, at=parent.value)
        for place, term in enumerate(self.below(source, field.name), start=1):
            if field.name in RECORDS:
                node = draft.lists[field.name][place - 1]
                self.record(term, kind, node, draft.names[node.value])
            else:
                node = draft.claim_below(parent, kind, place, term.value)
                draft.add(parent, field.name, node)
                self.record(term, kind, node, focus)

    def types(self, terms: Iterable[Any], record: str, node: ox.NamedNode, focus: str) -> None:
        """Read the types of a record; the type of an event is its class."""
        classes = [term for term in terms if isinstance(term, ox.NamedNode)]
        if record != EVENT:
            above = self.schema.superclasses(netkg(record))
            for class_ in classes:
                if class_.value.startswith(NETKG) and class_ not in above:
                    found = compact(local_name(class_.value))
                    self.draft.report_type(focus, record, found, at=node.value)
            return
        general: set[ox.NamedNode] = {netkg(EVENT)}
        for class_ in classes:
            general |= self.schema.superclasses(class_) - {class_}
        names: list[str] = []
        for class_ in classes:
            name = class_.value.removeprefix(NETKG).removeprefix(DOCUMENT)
            if class_ in general or class_.value.startswith((OWL, RDFS)):
                continue
            names.append(name)
            if class_.value == NETKG + name and name in self.schema.event_types:
                self.draft.add_type(node, name)
            else:
                self.draft.add(node, "unknownType", literal(name))
        if len(names) > 1:
            self.draft.report_several(focus, "events.type", names, at=node.value)
