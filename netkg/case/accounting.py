"""Account for every triple of an input: used, reported, or set aside.

What cannot be reported on one record becomes a finding on each case that it may concern:
the cases described in the same graph, or else every case of the input. There is one finding
for each kind, with the count and the first place.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final
from unicodedata import normalize
from urllib.parse import unquote

import pyoxigraph as ox

from netkg.case.attribution import Attribution, Part
from netkg.case.finding import Finding
from netkg.case.identifiers import is_iri, node_id
from netkg.case.lists import Subject
from netkg.case.literals import compact
from netkg.case.set_aside import aside
from netkg.namespaces import NETKG, OWL, PREFIXES
from netkg.ontology.schema import TYPE, Schema, netkg
from netkg.suggestions import listed

__all__ = ["Account", "Remarks", "aside_finding", "named"]

_LOG = logging.getLogger(__name__)

_SAME: Final = OWL + "sameAs"
_IMPORTS: Final = OWL + "imports"
# Scheme and host of an IRI, in which case does not matter.
_AUTHORITY: Final = re.compile("[A-Za-z][A-Za-z0-9+.-]*:(//[^/?#]*)?")
# For each class of records its name, the property that links to it, and what has that.
_LINKED: Final = {
    "Tumor": ("tumor", "tumors", "case"),
    "Metastasis": ("metastasis", "metastases", "case"),
    "ClinicalEvent": ("event", "events", "case"),
    "Measurement": ("measurement", "measurements", "tumor"),
}


@dataclass(slots=True)
class Account:
    """How many triples an input has, and what became of them.

    A triple that is in two graphs, or about a record that two cases share, is used
    as many times, but counted once.
    """

    read: int = 0
    used: int = 0
    reported: int = 0
    set_aside: int = 0

    def check(self) -> None:
        """Check that nothing is lost.

        Raises:
            RuntimeError: if a triple is neither used nor reported nor set aside, or is twice.
        """
        _LOG.info(
            "read %d triples: used %d, reported %d, set aside %d",
            *(self.read, self.used, self.reported, self.set_aside),
        )
        if self.read != self.used + self.reported + self.set_aside:
            raise RuntimeError(
                f"of {self.read} triples, {self.used} are used, {self.reported} reported and "
                f"{self.set_aside} set aside, which does not add up"
            )


@dataclass(slots=True)
class _Tally:
    """How often something of one kind was found, and its first place."""

    first: Any
    count: int = 0


def named(term: Any) -> str:
    """Return a term for a message; a blank node has no name that a reader could look for.

    >>> named(ox.NamedNode(OWL + "sameAs")), named(ox.NamedNode("urn:netkg:case:c"))
    ('owl:sameAs', 'c')
    """
    if isinstance(term, ox.BlankNode):
        return "a node without an IRI"
    text = node_id(term) if isinstance(term, ox.NamedNode) else getattr(term, "value", str(term))
    for prefix, namespace in PREFIXES.items():
        if text.startswith(namespace):
            text = f"{prefix}:{text.removeprefix(namespace)}"
    return compact(text)[1:-1]


class Remarks:
    """What is to be said about the input as a whole, on the cases that it may concern.

    ``reported`` counts the triples that it reports, ``set_aside`` those that it sets aside,
    and ``trivial`` those that say that a node is the same as itself, which is always true.
    """

    def __init__(self, found: Attribution, schema: Schema) -> None:
        self.schema = schema
        self.owners = found.owners
        self.reported = found.broken
        self.trivial = 0
        self._aside: dict[Any, Counter[str]] = {}
        self._graphs = {graph for part in found.parts for graph in part.graphs}
        # By scope (a graph, the numbers of some parts, or None for all), and by kind.
        self._tallies: dict[Any, dict[str, _Tally]] = {}
        for quad in found.outside:
            self._outside(quad)
        for node, quads in found.left.items():
            self._left(node, quads)
        for pair in _lookalikes(found.named):
            self._add("encoding", pair, None, *pair)
        self._scopes: dict[int, list[frozenset[int]]] = {}
        for scope in self._tallies:
            for number in scope if isinstance(scope, frozenset) else ():
                self._scopes.setdefault(number, []).append(scope)

    @property
    def set_aside(self) -> int:
        """How many triples are set aside."""
        return sum(counts.total() for counts in self._aside.values())

    # -- what was found ----------------------------------------------------------------
    def _add(self, kind: str, place: Any, graph: Any, *nodes: Any) -> None:
        """Count one place of a kind, for the cases that reach a node or are in the graph."""
        parts = frozenset(number for node in nodes for number in self.owners.get(node, ()))
        scope = parts or (graph if graph in self._graphs else None)
        tally = self._tallies.setdefault(scope, {}).setdefault(kind, _Tally(place))
        tally.count += 1

    def _outside(self, quad: ox.Quad) -> None:
        """Count a triple that is not about a record."""
        subject, value, predicate = quad.subject, quad.object, quad.predicate.value
        if predicate == _SAME and subject == value:
            self.trivial += 1
        elif why := aside(subject, predicate, value):
            scope = quad.graph_name if quad.graph_name in self._graphs else None
            self._aside.setdefault(scope, Counter())[why] += 1
        else:
            self.reported += 1
            if predicate == _SAME:
                self._add(_SAME, (subject, value), quad.graph_name, subject, value)
            elif predicate == _IMPORTS:
                self._add(_IMPORTS, value, quad.graph_name, subject)
            else:
                self._add("foreign", (subject, quad.predicate), quad.graph_name)

    def _left(self, node: Subject, quads: list[ox.Quad]) -> None:
        """Count a node that has terms of netkg, or is linked as a record; no case reaches it."""
        record = self._record(quads)
        if record:
            self.reported += len(quads)
            self._add(record, node, quads[0].graph_name)
        else:
            for quad in quads:
                self._outside(quad)

    def _record(self, quads: Iterable[ox.Quad]) -> str:
        """Return the class of a record, by its type or else by its properties.

        It is empty for a node without a term of netkg.
        """
        counts: Counter[str] = Counter()
        is_own = False
        for quad in quads:
            name = quad.predicate.value.removeprefix(NETKG)
            if quad.predicate == TYPE and isinstance(quad.object, ox.NamedNode):
                above = self.schema.superclasses(quad.object)
                for record in self.schema.fields:
                    if netkg(record) in above:
                        return record
                is_own |= quad.object.value.startswith(NETKG)
            elif name != quad.predicate.value:
                is_own = True
                counts.update(r for r, fields in self.schema.fields.items() if name in fields)
        return counts.most_common(1)[0][0] if counts else "Other" if is_own else ""

    # -- findings ----------------------------------------------------------------------
    def findings(self, number: int, part: Part, focus: str) -> Iterator[Finding]:
        """Yield the findings on the case with this number, one for each kind."""
        totals: dict[str, _Tally] = {}
        for scope in (*self._scopes.get(number, ()), *part.graphs, None):
            for kind, tally in self._tallies.get(scope, {}).items():
                total = totals.setdefault(kind, _Tally(tally.first))
                total.count += tally.count
        for kind, total in totals.items():
            yield _SAYS.get(kind, partial(_unreached, kind))(total, focus)

    def set_aside_for(self, part: Part) -> Counter[str]:
        """Return what is set aside and in the graphs of a case, or in those of none."""
        found: Counter[str] = Counter()
        for graph in (*part.graphs, None):
            found.update(self._aside.get(graph, {}))
        return found


def _unreached(record: str, tally: _Tally, focus: str) -> Finding:
    first, many = named(tally.first), tally.count > 1
    them = "them" if many else "it"
    remedy = {
        "Case": "If it is a case, add the type netkg:Case.",
        "Other": f"Correct or remove {them}.",
    }
    name, link, owner = _LINKED.get(record, ("node with terms of netkg", "", ""))
    # A field of its own, so that a violation of the linking property does not replace it.
    path = f"tumors.{link}.id" if owner == "tumor" else f"{link}.id"
    path = {"Case": "type", "Other": NETKG}.get(record, path)
    message = (
        f"{_counted(tally.count, name)} not part of any case, so that netkg does not use {them} "
        f"(first: {first}). "
        + remedy.get(record, f"Link {them} from the {owner} with netkg:{link}.")
    )
    return _warning(focus, path, first, "a record that a case links to", message, tally.first)


def _foreign(tally: _Tally, focus: str) -> Finding:
    subject, predicate = tally.first
    message = (
        f"{_counted(tally.count, 'triple')} not about a case, so that netkg does not use "
        f"{'them' if tally.count > 1 else 'it'} (first: {named(predicate)} of {named(subject)}). "
        "Check that the case does not depend on it."
    )
    return _warning(
        focus, predicate.value, named(predicate), "triples about a case", message, subject
    )


def _same(tally: _Tally, focus: str) -> Finding:
    one, other = map(named, tally.first)
    message = (
        f"owl:sameAs says that {one} and {other} are the same{_more(tally, 'pair')}, and netkg "
        "does not merge nodes. Use one IRI for both."
    )
    return _warning(focus, _SAME, other, "one IRI for one thing", message, tally.first[0])


def _imports(tally: _Tally, focus: str) -> Finding:
    found = named(tally.first)
    message = (
        f"The input imports {found}{_more(tally, 'document')}, and netkg fetches nothing. "
        "Add that data to the input, and remove owl:imports."
    )
    return _warning(focus, _IMPORTS, found, "all data in the input", message, None)


def _encoding(tally: _Tally, focus: str) -> Finding:
    one, other = map(named, tally.first)
    message = (
        f"The IRIs {one} and {other} differ only in the encoding of characters"
        f"{_more(tally, 'pair')}, and netkg does not merge nodes. Use one IRI for both."
    )
    return _warning(focus, "id", other, "one spelling of an IRI", message, tally.first[0])


_SAYS: Final[Mapping[str, Callable[[_Tally, str], Finding]]] = {
    "encoding": _encoding,
    "foreign": _foreign,
    _IMPORTS: _imports,
    _SAME: _same,
}


def aside_finding(counts: Counter[str], focus: str, place: str) -> Finding:
    """Return the finding that counts what was set aside."""
    total = counts.total()
    what = listed(f"{name} ({count:,})" for name, count in sorted(counts.items()))
    message = (
        f"{total:,} triple{' was' if total == 1 else 's were'} set aside, because the case "
        f"format does not use {'it' if total == 1 else 'them'}: {what}."
    )
    return Finding("Info", focus, "", f"{total:,}", "", message, None, place)


def _more(tally: _Tally, name: str) -> str:
    more = tally.count - 1
    return f" ({more:,} more {name}{'s' if more > 1 else ''})" if more else ""


def _counted(count: int, name: str) -> str:
    """Return a number of things and the verb: ``2 events are``."""
    head, _, rest = name.partition(" ")
    if count > 1:
        head = "metastases" if head == "metastasis" else f"{head}s"
    return f"{count:,} {head}{rest and f' {rest}'} {'are' if count > 1 else 'is'}"


def _warning(
    focus: str, field: str, found: str, expected: str, message: str, place: Any
) -> Finding:
    pointer = place.value if isinstance(place, ox.NamedNode) and is_iri(place.value) else ""
    return Finding("Warning", focus, field, found, expected, message, None, pointer)


def _lookalikes(nodes: Iterable[Any]) -> Iterator[tuple[ox.NamedNode, ox.NamedNode]]:
    """Yield pairs of IRIs that differ only in the encoding of characters (RFC 3987, 5.3.2)."""
    groups: dict[str, list[ox.NamedNode]] = {}
    for node in nodes:
        if isinstance(node, ox.NamedNode):
            groups.setdefault(_decoded(node.value), []).append(node)
    for _, group in sorted(each for each in groups.items() if len(each[1]) > 1):
        first, *others = sorted(group, key=str)
        for other in others:
            yield first, other


def _decoded(iri: str) -> str:
    start = _AUTHORITY.match(iri)
    end = start.end() if start else 0
    text = iri[:end].lower() + iri[end:]
    return text if text.isascii() and "%" not in text else normalize("NFC", unquote(text))
