"""The parsed ontology, with the look-ups that other modules need.

A :class:`Schema` has the ontology in a pyoxigraph store, the fields of the case format, the
classes below a class, and labels. It does not reason, except for the classes above a class.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TypeAlias

import pyoxigraph as ox

from netkg.errors import KnowledgeError
from netkg.namespaces import DCTERMS, NETKG, OWL, RDF, RDFS, SKOS, local_name
from netkg.ontology.files import default_folders, load_turtle

__all__ = [
    "DEFINITION",
    "FIRST",
    "IDENTIFIER",
    "LABEL",
    "NIL",
    "NOTATION",
    "RANGE",
    "REST",
    "SUBCLASS",
    "TYPE",
    "Field",
    "Node",
    "Schema",
    "netkg",
    "owl",
]


@lru_cache(maxsize=2048)
def netkg(name: str) -> ox.NamedNode:
    """Return the term of the netkg namespace with this local name."""
    return ox.NamedNode(NETKG + name)


def owl(name: str) -> ox.NamedNode:
    """Return the OWL term with this local name."""
    return ox.NamedNode(OWL + name)


TYPE = ox.NamedNode(RDF + "type")
FIRST = ox.NamedNode(RDF + "first")
REST = ox.NamedNode(RDF + "rest")
NIL = ox.NamedNode(RDF + "nil")
SUBCLASS = ox.NamedNode(RDFS + "subClassOf")
LABEL = ox.NamedNode(RDFS + "label")
ALTERNATIVE = ox.NamedNode(SKOS + "altLabel")
RANGE = ox.NamedNode(RDFS + "range")
DEFINITION = ox.NamedNode(SKOS + "definition")
NOTATION = ox.NamedNode(SKOS + "notation")
IDENTIFIER = ox.NamedNode(DCTERMS + "identifier")
TRUE = ox.Literal(True)
FUNCTIONAL = ox.NamedNode(OWL + "FunctionalProperty")

Node: TypeAlias = ox.NamedNode | ox.BlankNode


@dataclass(frozen=True, slots=True)
class Field:
    """One key of the case format.

    ``record`` is the local name of the record class, ``path`` the dotted path in findings
    (``tumors.ki67Percent``), ``range`` the IRI of a datatype, a class of values or a record class.
    """

    name: str
    record: str
    path: str
    range: str
    single: bool
    open: bool


class Schema:
    """The parsed ontology (see the description of the module).

    >>> schema = Schema.load()
    >>> schema.fields["Tumor"]["ki67Percent"].open, schema.path("Tumor", "id")
    (True, 'tumors.id')
    """

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self.store = ox.Store()
        self.digest = ""  #: the hash of the files that it was read from
        self.store.bulk_extend(ox.Quad(t.subject, t.predicate, t.object) for t in triples)

    @classmethod
    def load(cls, folder: Path | None = None) -> Schema:
        """Return the ontology of a folder, by default that of the package, which is parsed once."""
        own = default_folders().ontology
        return _of_package(own) if folder in (None, own) else _of_folder(folder)

    # -- plain look-ups -------------------------------------------------------
    def objects(
        self, subject: Node, predicate: ox.NamedNode
    ) -> Iterator[ox.NamedNode | ox.BlankNode | ox.Literal]:
        """Yield the objects of a subject's property."""
        for quad in self.store.quads_for_pattern(subject, predicate, None):
            yield quad.object  # type: ignore[misc]

    def subjects(self, predicate: ox.NamedNode, object_: Node | ox.Literal) -> Iterator[Node]:
        """Yield the subjects that have this value of a property."""
        for quad in self.store.quads_for_pattern(None, predicate, object_):
            yield quad.subject  # type: ignore[misc]

    def one(
        self, subject: Node, predicate: ox.NamedNode
    ) -> ox.NamedNode | ox.BlankNode | ox.Literal | None:
        """Return the only object of a subject's property, or None.

        Raises:
            KnowledgeError: if there is more than one.
        """
        found = list(self.objects(subject, predicate))
        if len(found) > 1:
            problem = f"has {len(found)} values of {local_name(predicate.value)}"
            raise KnowledgeError(problem, term=str(subject), expected="one")
        return found[0] if found else None

    def text(self, subject: Node, predicate: ox.NamedNode) -> str:
        """Return the only value of a property as text, empty if there is none."""
        value = self.one(subject, predicate)
        return "" if value is None else value.value

    def required(self, subject: Node, predicate: ox.NamedNode) -> str:
        """Return the only value of a property as text.

        Raises:
            KnowledgeError: if there is none, or more than one.
        """
        value = self.text(subject, predicate)
        if not value:
            problem = f"lacks {local_name(predicate.value)}"
            raise KnowledgeError(problem, term=local_name(subject.value), expected="one value")
        return value

    def integer(self, subject: Node, predicate: ox.NamedNode) -> int:
        """Return the only value of a property as an integer.

        Raises:
            KnowledgeError: if there is none, or it is not an integer.
        """
        value = self.required(subject, predicate)
        try:
            return int(value)
        except ValueError:
            raise KnowledgeError(
                f"has {value!r} as {local_name(predicate.value)}",
                term=local_name(subject.value),
                expected="an integer",
            ) from None

    def items(
        self, head: Node | ox.Literal | None
    ) -> list[ox.NamedNode | ox.BlankNode | ox.Literal]:
        """Return the members of an RDF list; none without a list.

        Raises:
            KnowledgeError: if it is broken or circular.
        """
        members: dict[Node | ox.Literal, ox.NamedNode | ox.BlankNode | ox.Literal] = {}
        while head is not None and head != NIL:
            fresh = not isinstance(head, ox.Literal) and head not in members
            first, rest = (self.one(head, each) if fresh else None for each in (FIRST, REST))  # type: ignore[arg-type]
            if first is None or rest is None:
                raise KnowledgeError(
                    "not a well-formed RDF list",
                    term=str(head),
                    expected="one that ends in rdf:nil",
                )
            members[head] = first
            head = rest
        return list(members.values())

    def instances(self, class_: ox.NamedNode) -> list[ox.NamedNode]:
        """Return the named individuals of a class, in the order of their IRIs."""
        found = {node for node in self.subjects(TYPE, class_) if isinstance(node, ox.NamedNode)}
        return sorted(found, key=lambda node: node.value)

    def label(self, node: ox.NamedNode) -> str:
        """Return the label of a term, or its local name if it has none."""
        return self.text(node, LABEL) or local_name(node.value)

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """The labels of the terms of the namespace of netkg, by their local names.

        The name of a field and ``=false`` lead to how a record is described if its value is false.
        """
        return {
            local_name(quad.subject.value) + ending: quad.object.value
            for predicate, ending in ((LABEL, ""), (netkg("labelIfFalse"), "=false"))
            for quad in self.store.quads_for_pattern(None, predicate, None)
            if isinstance(quad.subject, ox.NamedNode)
            and isinstance(quad.object, ox.Literal)
            and quad.subject.value.startswith(NETKG)
        }

    def words(self, names: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Return the label and the synonyms of each term, by its local name.

        >>> Schema.load().words(["MRIScan"])["MRIScan"][:2]
        ('MRI scan', 'MR imaging')
        """
        return {
            name: tuple(
                word
                for kind in (LABEL, ALTERNATIVE)
                for word in sorted(each.value for each in self.objects(netkg(name), kind))
            )
            for name in sorted(names)
        }

    def definition(self, name: str) -> str:
        """Return the definition of the term with this local name, or of the last part of a path."""
        return self.text(netkg(name.rsplit(".", 1)[-1]), DEFINITION)

    def whereabouts(self, node: Node | ox.Literal) -> str:
        """Return a name for a term in a message: for a blank node, the term that it belongs to."""
        todo: list[Node | ox.Literal] = [node]
        seen: set[object] = set()
        while todo:
            found = todo.pop(0)
            if isinstance(found, ox.NamedNode):
                name = local_name(found.value)
                return name if found == node else f"an expression at {name}"
            if isinstance(found, ox.BlankNode) and found not in seen:
                seen.add(found)
                todo.extend(self.objects(found, SUBCLASS))
                todo += [q.subject for q in self.store.quads_for_pattern(None, None, found)]  # type: ignore[misc]
        return str(node)

    # -- classes -----------------------------------------------------------------
    @cached_property
    def _parents(self) -> Mapping[ox.NamedNode, frozenset[ox.NamedNode]]:
        parents: dict[ox.NamedNode, set[ox.NamedNode]] = {}
        for quad in self.store.quads_for_pattern(None, SUBCLASS, None):
            if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode):
                parents.setdefault(quad.subject, set()).add(quad.object)
        return {child: frozenset(found) for child, found in parents.items()}

    def superclasses(self, class_: ox.NamedNode) -> frozenset[ox.NamedNode]:
        """Return the named classes above a class, including itself."""
        found: set[ox.NamedNode] = set()
        todo = [class_]
        while todo:
            node = todo.pop()
            if node not in found:
                found.add(node)
                todo.extend(self._parents.get(node, ()))
        return frozenset(found)

    @cached_property
    def event_types(self) -> frozenset[str]:
        """The local names of all classes of events that a case can have."""
        top, flagged = netkg("ClinicalEvent"), netkg("FlaggedRecord")
        above = {class_: self.superclasses(class_) - {class_} for class_ in self._parents}
        return frozenset(
            local_name(class_.value)
            for class_, found in above.items()
            if top in found and flagged not in found
        )

    # -- the case format -----------------------------------------------------------
    def is_record(self, class_: ox.NamedNode) -> bool:
        """Return whether a class is one of the records of a case, such as Tumor."""
        return class_.value.removeprefix(NETKG) in self.fields

    @cached_property
    def fields(self) -> Mapping[str, Mapping[str, Field]]:
        """The fields of each record class, by local names."""
        nodes: dict[str, list[ox.NamedNode]] = {}
        for quad in self.store.quads_for_pattern(None, netkg("fieldOf"), None):
            record = local_name(quad.object.value)  # type: ignore[union-attr]
            nodes.setdefault(record, []).append(quad.subject)  # type: ignore[arg-type]
        fields: dict[str, dict[str, Field]] = {}
        paths = {"Case": ""}
        while len(fields) < len(paths):
            record = next(name for name in paths if name not in fields)
            fields[record] = {}
            for node in sorted(nodes.get(record, []), key=lambda node: node.value):
                name, range_ = local_name(node.value), self.text(node, RANGE)
                path = f"{paths[record]}.{name}".removeprefix(".")
                # What OWL calls functional is an object or a datatype property; dates are neither.
                marked = self.one(node, netkg("singleValued"))
                single = marked == TRUE or FUNCTIONAL in self.objects(node, TYPE)
                is_open = self.one(node, netkg("openness")) == netkg("Open")
                fields[record][name] = Field(name, record, path, range_, single, is_open)
                if range_.removeprefix(NETKG) in nodes:
                    paths.setdefault(local_name(range_), path)
        return fields

    def path(self, record: str, name: str) -> str:
        """Return the path of a key of a record in findings, whether it is a field or not."""
        other = next(iter(self.fields[record].values())).path
        return f"{other.rpartition('.')[0]}.{name}".removeprefix(".")

    @cached_property
    def values(self) -> Mapping[str, frozenset[str]]:
        """The local names of the values of each coded field, by the IRI of its range."""
        ranges = {field.range for record in self.fields.values() for field in record.values()}
        return {
            range_: frozenset(local_name(v.value) for v in self.instances(ox.NamedNode(range_)))
            for range_ in sorted(ranges)
            if range_.startswith(NETKG) and local_name(range_) not in self.fields
        }


def _of_folder(folder: Path) -> Schema:
    schema = Schema(())
    schema.digest = load_turtle(folder, schema.store)
    return schema


_of_package = lru_cache(maxsize=1)(_of_folder)
