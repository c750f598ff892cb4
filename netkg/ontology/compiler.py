"""Compile the populations of the ontology into criteria.

A population is an OWL class; each axiom ``expression rdfs:subClassOf class``
gives one way to belong to it. The compiler turns these axioms into a tree
(:mod:`netkg.ontology.criteria`), and refuses every axiom that it does not
implement: an axiom is never skipped, so a criterion is never incomplete
without an error.
"""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from netkg.errors import KnowledgeError, UnsupportedAxiom
from netkg.namespaces import NETKG, local_name
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
)
from netkg.ontology.openness import Openness
from netkg.ontology.schema import RANGE, SUBCLASS, Node, Schema, owl

__all__ = [
    "HAS_VALUE",
    "INTERSECTION",
    "ONE_OF",
    "ON_PROPERTY",
    "SOME",
    "UNION",
    "Compiler",
]


ON_PROPERTY = owl("onProperty")
HAS_VALUE = owl("hasValue")
SOME = owl("someValuesFrom")
INTERSECTION = owl("intersectionOf")
UNION = owl("unionOf")
ONE_OF = owl("oneOf")

CONSTRUCTS = (ON_PROPERTY, INTERSECTION, UNION, ONE_OF)


class Compiler:
    """Compile classes of one ontology, each once.

    >>> from netkg.ontology.schema import netkg
    >>> compiler = Compiler(Schema.load())
    >>> expression(compiler.compile(netkg("TumorInPlace")).parts[0])
    'resectionRecord value NotRecorded'

    Raises:
        UnsupportedAxiom: at construction, if the ontology holds an axiom that
            the compiler does not implement.
    """

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self._compiled: dict[ox.NamedNode, Criterion] = {}
        self._open: list[ox.NamedNode] = []
        self.openness = Openness(schema)
        refuse_unimplemented(schema)

    # -- compilation -----------------------------------------------------------------
    def compile(self, class_: ox.NamedNode) -> Criterion:
        """Compile a named class.

        Raises:
            UnsupportedAxiom: if an axiom below it is not implemented.
            KnowledgeError: if it is defined by itself.
        """
        if class_ in self._compiled:
            return self._compiled[class_]
        if class_ in self._open:
            names = " → ".join(local_name(node.value) for node in [*self._open, class_])
            raise KnowledgeError(f"is defined by itself ({names})", term=local_name(class_.value))
        self._open.append(class_)
        try:
            parts: tuple[Criterion, ...]
            if self._is_record(class_):
                parts = ()
            else:
                parts = tuple(self._expression(node) for node in self._axioms_of(class_))
            if not parts:
                criterion: Criterion = InstanceOf(class_.value)
            else:
                # Axioms have no order of their own; that of their texts is the same in every run.
                criterion = NamedClass(class_.value, tuple(sorted(parts, key=expression)))
        finally:
            self._open.pop()
        self._compiled[class_] = criterion
        return criterion

    def _is_record(self, class_: ox.NamedNode) -> bool:
        return class_.value.startswith(NETKG) and local_name(class_.value) in self.schema.fields

    def _axioms_of(self, class_: ox.NamedNode, *, expressions_only: bool = False) -> Iterator[Node]:
        found = list(self.schema.subjects(SUBCLASS, class_))
        # Blank nodes have no order of their own; their text gives a stable one.
        for node in sorted(found, key=lambda node: (isinstance(node, ox.BlankNode), node.value)):
            if isinstance(node, ox.BlankNode) or not expressions_only:
                yield node

    def _expression(self, node: Node | ox.Literal) -> Criterion:
        if isinstance(node, ox.NamedNode):
            return self.compile(node)
        if isinstance(node, ox.Literal):
            raise UnsupportedAxiom(
                "a literal stands where a class is needed", term=self.schema.whereabouts(node)
            )
        used = [term for term in CONSTRUCTS if self.schema.one(node, term) is not None]
        if len(used) != 1:
            raise UnsupportedAxiom(
                f"an expression uses {len(used)} constructors",
                term=self.schema.whereabouts(node),
                expected="one",
            )
        (construct,) = used
        if construct == ON_PROPERTY:
            return self._restriction(node)
        if construct == ONE_OF:
            raise UnsupportedAxiom(
                "a list of individuals stands where a class of records is needed",
                term=self.schema.whereabouts(node),
                expected="oneOf as the filler of someValuesFrom",
            )
        members = self.schema.items(self.schema.one(node, construct))  # type: ignore[arg-type]
        parts = tuple(self._expression(member) for member in members)
        if not parts:
            raise UnsupportedAxiom(
                f"an empty {local_name(construct.value)}", term=self.schema.whereabouts(node)
            )
        return IntersectionOf(parts) if construct == INTERSECTION else UnionOf(parts)

    def _restriction(self, node: ox.BlankNode) -> Criterion:
        property_ = self.schema.one(node, ON_PROPERTY)
        value, filler = self.schema.one(node, HAS_VALUE), self.schema.one(node, SOME)
        if not isinstance(property_, ox.NamedNode) or (value is None) == (filler is None):
            raise UnsupportedAxiom(
                "a restriction is neither hasValue nor someValuesFrom on a named property",
                term=self.schema.whereabouts(node),
                expected="exactly one of them",
            )
        if value is not None:
            return self._has(property_, frozenset({str(value)}))
        assert isinstance(filler, (ox.NamedNode, ox.BlankNode))
        if local_name(self.schema.text(property_, RANGE)) in self.schema.fields:
            return SomeValuesFrom(property_.value, self._expression(filler))
        return self._has(property_, frozenset(self._members(filler)))

    def _members(self, class_: Node) -> Iterator[str]:
        listed = self.schema.one(class_, ONE_OF)
        if listed is not None:
            yield from (str(member) for member in self.schema.items(listed))
        elif isinstance(class_, ox.NamedNode):
            if any(self._axioms_of(class_, expressions_only=True)):
                raise UnsupportedAxiom(
                    "an expression describes a class of values",
                    term=self.schema.whereabouts(class_),
                    expected="individuals",
                )
            found = {
                str(member)
                for below in [class_, *self._below(class_)]
                for member in self.schema.instances(below)
            }
            if not found:
                raise KnowledgeError(
                    "has no individual",
                    term=self.schema.whereabouts(class_),
                    expected="a class of values",
                )
            yield from sorted(found)
        else:
            raise UnsupportedAxiom(
                "the filler of a value property is neither a list nor a named class",
                term=self.schema.whereabouts(class_),
            )

    def _below(self, class_: ox.NamedNode) -> Iterator[ox.NamedNode]:
        for node in self._axioms_of(class_):
            if isinstance(node, ox.NamedNode):
                yield node
                yield from self._below(node)

    def _has(self, property_: ox.NamedNode, values: frozenset[str]) -> HasValue:
        return HasValue(
            property_.value, values, self.openness.determinations.get(property_.value, ())
        )

    def scope(self, class_: ox.NamedNode) -> str:
        """Give the local name of the record class that a class of records is below.

        Raises:
            KnowledgeError: if there is none, or more than one.
        """
        found = [
            local_name(above.value)
            for above in self.schema.superclasses(class_)
            if self._is_record(above)
        ]
        if len(found) != 1:
            raise KnowledgeError(
                f"is below {len(found)} record classes",
                term=local_name(class_.value),
                expected="one",
            )
        return found[0]
