"""Decide which case each triple of a dataset belongs to.

A case is what can be reached from its node through the record fields, in whatever
graphs its triples are. If several cases reach a record, a triple about it belongs to the
case that is described in the same graph, so that patients in separate graphs are not
mixed even if their records have the same name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pyoxigraph as ox

from netkg.case.lists import Grouped, Lists, Subject
from netkg.namespaces import NETKG, OWL, RDF
from netkg.ontology.schema import NIL, Schema, netkg

__all__ = ["Attribution", "Part", "attribute", "is_node"]

_LINKS: Final = {NETKG + name: name for name in ("tumors", "metastases", "events", "measurements")}
_TOP: Final = frozenset({"tumors", "metastases", "events"})
_BELOW: Final = frozenset({"measurements"})
_TUMORS: Final = NETKG + "tumors"
_TARGET: Final = NETKG + "target"
_TYPE: Final = RDF + "type"
_FIRST: Final = RDF + "first"
_REST: Final = RDF + "rest"
# What a document says about names, wherever it says it: netkg neither merges nor fetches.
_SAME: Final = frozenset({OWL + "sameAs", OWL + "imports"})


def is_node(term: Any) -> bool:
    """Return whether a term is an IRI or a blank node."""
    return isinstance(term, (ox.NamedNode, ox.BlankNode))


@dataclass(slots=True)
class Part:
    """What belongs to one case, its lists replaced by their members.

    ``graphs`` are those in which the case is described; ``records`` the records that it
    reaches, each with the fields through which it does; ``shared`` those of them that belong
    to several cases, with the nodes of all of these (first that of the record, if it is a
    case itself); ``doubled`` the measurements that belong to several tumors of the case;
    ``broken`` the properties whose value is a malformed list, with what is wrong.
    """

    node: Subject
    graphs: frozenset[Any] = frozenset()
    quads: list[ox.Quad] = field(default_factory=list)
    records: dict[Subject, dict[str, None]] = field(default_factory=dict)
    shared: dict[Subject, list[Subject]] = field(default_factory=dict)
    doubled: dict[Subject, set[Subject]] = field(default_factory=dict)
    broken: dict[tuple[Subject, str], str] = field(default_factory=dict)


@dataclass(slots=True)
class Attribution:
    """The quads of a dataset: the parts of cases, and what belongs to none.

    ``left`` are records that no case reaches, with their quads; ``outside`` are the quads
    about anything else; ``owners`` are the numbers of the parts that reach a record;
    ``named`` are all records and nodes linked as one. ``listed`` and ``broken`` count the quads
    that lists replaced and that malformed lists consist of, ``copied`` those that were
    assigned to more than one case, less one each.
    """

    parts: list[Part]
    outside: list[ox.Quad]
    left: dict[Subject, list[ox.Quad]]
    owners: dict[Subject, dict[int, None]]
    named: set[Subject]
    listed: int = 0
    broken: int = 0
    copied: int = 0


def attribute(quads: Sequence[ox.Quad], schema: Schema) -> Attribution:
    """Attribute each quad to the cases that it belongs to."""
    look = _Look(quads, schema)
    index: dict[Subject, list[ox.Quad]] = {}
    outside: list[ox.Quad] = []
    for quad in quads:
        if quad.subject in look.nodes and quad.predicate.value not in _SAME:
            index.setdefault(quad.subject, []).append(quad)  # type: ignore[arg-type]
        else:
            outside.append(quad)
    lists = Lists(index, look.heads)
    below = {
        node
        for subject, links in look.links.items()
        if not all(look.starts.values())
        for quad in links
        for node in _terms(lists, quad.object)
        if node != subject
    }
    roots = [node for node, typed in look.starts.items() if typed or node not in below]
    # What was read so far is not of a case.
    attributor = _Attributor(index, Lists(index, look.heads), look, roots)
    return attributor.attribution(outside)


def _terms(lists: Lists, term: Any) -> list[Any]:
    """Return the members of a well-formed list; any other term as it is."""
    found = lists.members(term) if lists.starts(term) else [term]
    return [] if isinstance(found, str) else found


class _Look:
    """A first look at all quads, so that most nodes of a large file need no index.

    ``nodes`` are those that may belong to a case; ``starts`` those that may be a case, in
    the order of the input, with whether they are typed as one; ``links`` the quads that link
    a node to records; ``heads`` the nodes of lists.
    """

    def __init__(self, quads: Sequence[ox.Quad], schema: Schema) -> None:
        self.nodes: set[Any] = set()
        self.starts: dict[Any, bool] = {}
        self.links: dict[Any, list[ox.Quad]] = {}
        self.heads: set[Any] = set()
        self.has_lists = False
        above, cases = netkg("Case"), dict[Any, bool]()
        for quad in quads:
            predicate = quad.predicate.value
            if predicate == _TYPE:
                class_ = quad.object
                if not isinstance(class_, ox.NamedNode) or not class_.value.startswith(NETKG):
                    continue
                self.nodes.add(quad.subject)
                if class_ not in cases:
                    cases[class_] = above in schema.superclasses(class_)
                if cases[class_]:
                    self.starts[quad.subject] = True
            elif predicate.startswith(NETKG):
                self.nodes.add(quad.subject)
                value = quad.object
                if isinstance(value, ox.Literal):
                    continue
                self.has_lists |= value == NIL
                if predicate in _LINKS and is_node(value):
                    self.nodes.add(value)
                    self.links.setdefault(quad.subject, []).append(quad)
                    if predicate == _TUMORS:
                        self.starts.setdefault(quad.subject, False)
                elif predicate == _TARGET:
                    self.nodes.add(value)
            elif predicate in (_FIRST, _REST):
                self.has_lists = True
                self.nodes.add(quad.subject)
                self.heads.add(quad.subject)
                if predicate == _FIRST and is_node(quad.object):
                    self.nodes.add(quad.object)


class _Attributor:
    """It follows the record fields level by level: first the case, then its records."""

    def __init__(self, index: Grouped, lists: Lists, look: _Look, roots: Sequence[Subject]) -> None:
        self.index = index
        self.lists = lists
        self.look = look
        self.parts = [Part(node) for node in roots]
        self.roots = {node: number for number, node in enumerate(roots)}
        self.owners: dict[Subject, dict[int, None]] = {}
        self.above: dict[tuple[int, Subject], set[Subject]] = {}
        self.done: set[Subject] = set()
        self.inserted = 0
        self.lost = 0
        self.copied = 0

    def attribution(self, outside: list[ox.Quad]) -> Attribution:
        """Attribute the quads of the index."""
        for number, part in enumerate(self.parts):
            quads = self.index.get(part.node, ())
            part.graphs = frozenset(quad.graph_name for quad in quads)
            self.assign(part.node, quads, number, _TOP)
        tops = list(self.owners)
        for node in tops:
            self.share(node)
        for node in list(self.owners)[len(tops) :]:
            self.share(node)
        for (number, node), tumors in self.above.items():
            if len(tumors) > 1:
                self.parts[number].doubled[node] = tumors
        for node, number in self.roots.items():
            self.owners.setdefault(node, {})[number] = None
        read = self.lists.read
        broken = [n for n in self.lists.broken if n not in read and n not in self.owners]
        seen = {*self.owners, *read, *broken}
        return Attribution(
            parts=self.parts,
            outside=outside,
            left={node: list(own) for node, own in self.index.items() if node not in seen},
            owners=self.owners,
            named=self.look.nodes,
            listed=sum(len(self.index[node]) for node in read) - self.inserted,
            broken=sum(len(self.index[node]) for node in broken) + self.lost,
            copied=self.copied,
        )

    def share(self, node: Subject) -> None:
        """Assign the quads of a record to the cases that reach it."""
        owners = self.owners[node]
        self.done.add(node)
        if node in self.roots:
            root = self.roots[node]
            for number in owners:
                if number != root:
                    self.parts[number].shared[node] = [node, self.parts[number].node]
                    others = self.parts[root].shared.setdefault(node, [node])
                    others.append(self.parts[number].node)
            return
        quads = {number: list[ox.Quad]() for number in owners}
        if len(owners) == 1:
            quads[next(iter(owners))] += self.index.get(node, ())
        else:
            mixed: dict[int, None] = {}
            for quad in self.index.get(node, ()):
                own = [n for n in owners if quad.graph_name in self.parts[n].graphs]
                takers = own or list(owners)
                self.copied += len(takers) - 1
                for number in takers:
                    quads[number].append(quad)
                if len(takers) > 1:
                    mixed |= dict.fromkeys(takers)
            if mixed:
                self.mix(node, mixed)
        for number, own_quads in quads.items():
            is_tumor = "tumors" in self.parts[number].records[node]
            self.assign(node, own_quads, number, _BELOW if is_tumor else frozenset())

    def mix(self, node: Subject, owners: dict[int, None]) -> None:
        """Mark a record as shared by cases; all have one list, for there may be many."""
        everyone = [self.parts[number].node for number in owners]
        for number in owners:
            self.parts[number].shared[node] = everyone

    def assign(
        self, node: Subject, quads: Sequence[ox.Quad], number: int, fields: frozenset[str]
    ) -> None:
        """Assign quads about a node to a part, and follow those of some properties."""
        part = self.parts[number]
        if self.look.has_lists:
            quads = [found for quad in quads for found in self.values(quad, part)]
            links: Sequence[ox.Quad] = quads
        else:
            links = self.look.links.get(node, ())
            if len(self.owners.get(node, ())) > 1:
                links = list(set(links).intersection(quads))
        part.quads += quads
        for quad in links:
            name = _LINKS.get(quad.predicate.value, "")
            if name in fields and is_node(quad.object):
                self.follow(node, name, quad.object, number)

    def follow(self, node: Subject, name: str, record: Any, number: int) -> None:
        """Note that a part reaches a record from a node."""
        part = self.parts[number]
        part.records.setdefault(record, {})[name] = None
        if name == "measurements":
            self.above.setdefault((number, record), set()).add(node)
        if record != part.node:
            owners = self.owners.setdefault(record, {})
            if number not in owners and record in self.done:
                self.mix(record, {**owners, number: None})
            owners[number] = None

    def values(self, quad: ox.Quad, part: Part) -> Iterator[ox.Quad]:
        """Yield a quad, or if its value is a list one for each member."""
        name = quad.predicate.value.removeprefix(NETKG)
        if name == quad.predicate.value or not self.lists.starts(quad.object):
            yield quad
            return
        members = self.lists.members(quad.object)  # type: ignore[arg-type]
        if isinstance(members, str):
            part.broken[quad.subject, name] = members  # type: ignore[index]
            self.lost += 1
            return
        self.inserted += len(members) - 1
        for member in members:
            yield ox.Quad(quad.subject, quad.predicate, member, quad.graph_name)
