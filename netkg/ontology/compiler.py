"""The compiler of the populations of the ontology into criteria.

A population is an OWL class; each axiom ``expression rdfs:subClassOf class``
gives one way to belong to it. The compiler turns these axioms into a tree
(:mod:`netkg.ontology.criteria`), and refuses every axiom that it does not
implement: an axiom is never skipped, so an incomplete criterion is always
an error.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import cast

import pyoxigraph as ox

from netkg.errors import KnowledgeError
from netkg.namespaces import local_name
from netkg.ontology.axioms import refuse_unimplemented
from netkg.ontology.criteria import (
    Criterion,
    HasValue,
    InstanceOf,
    IntersectionOf,
    NamedClass,
    SomeValuesFrom,
    UnionOf,
    expression,
    in_full,
)
from netkg.ontology.expressions import (
    ClassReference,
    Expression,
    Junction,
    RecordRestriction,
    read,
    unsupported,
)
from netkg.ontology.openness import Openness
from netkg.ontology.schema import SUBCLASS, Node, Schema

__all__ = ["Compiler"]


class Compiler:
    """Compiler of the classes of one ontology, each of them once.

    >>> from netkg.ontology.schema import netkg
    >>> compiler = Compiler(Schema.load())
    >>> expression(compiler.compile(netkg("TumorInPlace")).parts[0])
    'resectionRecord value NotRecorded'

    Raises:
        UnsupportedAxiom: at construction, if the ontology contains an axiom that
            the compiler does not implement.
    """

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self._compiled: dict[ox.NamedNode, Criterion] = {}
        self._leaves: dict[HasValue, HasValue] = {}
        self._open: list[ox.NamedNode] = []
        self.openness = Openness(schema)
        refuse_unimplemented(schema)

    # -- compilation -----------------------------------------------------------------
    @cached_property
    def criteria(self) -> Mapping[ox.NamedNode, Criterion]:
        """The criteria of the classes of records, in the order of the IRIs of these.

        Left out are classes without one below them, and those of events, which a case asserts.
        """
        schema = self.schema
        found = {
            cast(ox.NamedNode, quad.object)
            for quad in schema.store.quads_for_pattern(None, SUBCLASS, None)
            if local_name(quad.object.value) not in schema.event_types  # type: ignore[union-attr]
        }
        return {
            class_: self.compile(class_)
            for class_ in sorted(found, key=lambda node: node.value)
            if any(map(schema.is_record, schema.superclasses(class_)))
        }

    def compile(self, class_: ox.NamedNode) -> Criterion:
        """Compile a named class.

        Raises:
            UnsupportedAxiom: if an axiom below it is not implemented.
            KnowledgeError: if it is defined in terms of itself.
        """
        if class_ in self._compiled:
            return self._compiled[class_]
        if class_ in self._open:
            names = " → ".join(local_name(node.value) for node in [*self._open, class_])
            raise KnowledgeError(
                f"is defined in terms of itself ({names})",
                term=local_name(class_.value),
                expected="axioms without a cycle",
            )
        self._open.append(class_)
        try:
            # Axioms have no order of their own; that of their texts is the same in every run.
            ways = [] if self.schema.is_record(class_) else self._axioms_of(class_)
            found = [self._criterion(read(self.schema, node)) for node in ways]
            parts = sorted(found, key=lambda each: (expression(each), in_full(each)))
            criterion: Criterion = (
                NamedClass(class_.value, tuple(parts)) if parts else InstanceOf(class_.value)
            )
        finally:
            self._open.pop()
        self._compiled[class_] = criterion
        return criterion

    def _axioms_of(self, class_: ox.NamedNode) -> list[Node]:
        # Blank nodes have no order of their own; their text gives a stable one.
        return sorted(
            self.schema.subjects(SUBCLASS, class_),
            key=lambda node: (isinstance(node, ox.BlankNode), node.value),
        )

    def _criterion(self, found: Expression) -> Criterion:
        if isinstance(found, ClassReference):
            return self.compile(found.class_)
        if isinstance(found, Junction):
            parts = tuple(map(self._criterion, found.parts))
            return IntersectionOf(parts) if found.word == "and" else UnionOf(parts)
        property_ = found.property.value
        if isinstance(found, RecordRestriction):
            return SomeValuesFrom(property_, self._criterion(found.filler))
        values = found.values if found.class_ is None else self._individuals(found.class_)
        determinations = self.openness.determinations.get(property_, ())
        leaf = HasValue(property_, frozenset(map(str, values)), determinations)
        # Equal leaves are one object, whose verdict is found once.
        return self._leaves.setdefault(leaf, leaf)

    def _individuals(self, class_: ox.NamedNode) -> list[ox.NamedNode]:
        below = self._axioms_of(class_)
        if any(isinstance(node, ox.BlankNode) for node in below):
            raise unsupported(
                self.schema,
                class_,
                "an expression describes a class of values, which is not implemented",
                "individuals",
            )
        found = [
            member
            for node in [class_, *self._below(class_)]
            for member in self.schema.instances(node)
        ]
        if not found:
            raise KnowledgeError(
                "has no individuals",
                term=self.schema.whereabouts(class_),
                expected="a class of values with at least one",
            )
        return found

    def _below(self, class_: ox.NamedNode) -> Iterator[ox.NamedNode]:
        for node in self._axioms_of(class_):
            if isinstance(node, ox.NamedNode):
                yield node
                yield from self._below(node)

    def scope(self, class_: ox.NamedNode) -> str:
        """Return the local name of the record class that a class of records is below.

        Raises:
            KnowledgeError: if there is none, or more than one.
        """
        found = [
            local_name(above.value)
            for above in self.schema.superclasses(class_)
            if self.schema.is_record(above)
        ]
        if len(found) != 1:
            raise KnowledgeError(
                f"is a subclass of {len(found)} record classes",
                term=local_name(class_.value),
                expected="one",
            )
        return found[0]
