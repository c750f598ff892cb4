"""RDF lists in a case: ``netkg:events ( <e1> <e2> )`` means the same as two values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TypeAlias

import pyoxigraph as ox

from netkg.namespaces import RDF
from netkg.ontology.schema import FIRST, NIL, REST, TYPE

__all__ = ["Grouped", "Lists", "Subject"]

Subject: TypeAlias = ox.NamedNode | ox.BlankNode
Grouped: TypeAlias = Mapping[Subject, Sequence[ox.Quad]]

_LIST: Final = ox.NamedNode(RDF + "List")


class Lists:
    """The lists of a dataset whose quads are grouped by subject.

    ``read`` are the nodes of the lists that were read, ``broken`` those of the
    others, each once.
    """

    def __init__(self, index: Grouped, nodes: Iterable[Subject]) -> None:
        self._index = index
        self._nodes = frozenset(nodes)
        self.read: dict[Subject, None] = {}
        self.broken: dict[Subject, None] = {}

    def starts(self, term: Any) -> bool:
        """Return whether a term is a list."""
        return term == NIL or term in self._nodes

    def members(self, head: Subject) -> list[Any] | str:
        """Return the members of a list, or what is wrong with it."""
        members: list[Any] = []
        nodes: dict[Subject, None] = {}
        fault = ""
        while head != NIL and not fault:
            if head in nodes:
                fault = "it contains itself"
                break
            values: dict[Any, dict[Any, None]] = {}
            for quad in self._index.get(head, ()):
                values.setdefault(quad.predicate, {})[quad.object] = None
            first, rest = values.pop(FIRST, {}), values.pop(REST, {})
            if values.keys() - {TYPE} or values.get(TYPE, {}).keys() - {_LIST}:
                fault = "one of its nodes has other properties"
            elif len(first) != 1:
                fault = f"one of its nodes has {len(first)} values of rdf:first"
            elif len(rest) != 1:
                fault = f"one of its nodes has {len(rest)} values of rdf:rest"
            elif self.starts(next(iter(first))):
                fault = "it contains another list"
            elif not isinstance(next(iter(rest)), (ox.NamedNode, ox.BlankNode)):
                fault = "it does not end with rdf:nil"
            if head in self._nodes:
                nodes[head] = None
            if not fault:
                members += first
                (head,) = rest
        (self.broken if fault else self.read).update(nodes)
        return fault or members
