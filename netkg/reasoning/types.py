"""The classes that the records of a case belong to: by definition, and those above them.

Criteria decide on the classes with a definition, such as ``NeuroendocrineTumorG2``; whatever is
above one of them, or above a class that the case asserts, follows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain

import pyoxigraph as ox

from netkg.case.model import Case
from netkg.ontology.compiler import Compiler
from netkg.ontology.criteria import Criterion
from netkg.ontology.schema import SUBCLASS, TYPE
from netkg.ontology.terms import triple_of
from netkg.reasoning.evaluator import Evaluator
from netkg.reasoning.verdicts import TRUE

__all__ = ["Classifier"]


class Classifier:
    """Classifier of records by the class definitions of one ontology."""

    def __init__(self, compiler: Compiler) -> None:
        schema = compiler.schema
        self._above = lru_cache(maxsize=None)(schema.superclasses)
        # The classes of each kind of record that have a definition.
        self._defined: dict[ox.NamedNode, list[tuple[ox.NamedNode, Criterion]]] = {}
        defined = {
            quad.object
            for quad in schema.store.quads_for_pattern(None, SUBCLASS, None)
            if isinstance(quad.subject, ox.BlankNode) and isinstance(quad.object, ox.NamedNode)
        }
        for class_ in sorted(defined, key=lambda node: node.value):
            for record in filter(schema.is_record, schema.superclasses(class_)):
                criterion = compiler.compile(class_)
                self._defined.setdefault(record, []).append((class_, criterion))

    def types(
        self, case: Case, evaluator: Evaluator, *, without: frozenset[ox.NamedNode] = frozenset()
    ) -> Iterator[ox.Triple]:
        """Yield every class of every record, each once; ``without`` are classes to leave out."""
        for node in sorted(case.nodes):
            types = [ox.NamedNode(iri[1:-1]) for iri in evaluator.facts.values(node, TYPE.value)]
            found = {above for class_ in types for above in self._above(class_)}
            for record in found & self._defined.keys():
                for class_, criterion in self._defined[record]:
                    if evaluator.verdict(criterion, node) == TRUE:
                        found |= self._above(class_)
            for class_ in sorted(found - without, key=lambda each: each.value):
                yield ox.Triple(ox.NamedNode(node), TYPE, class_)

    def inferred(
        self,
        case: Case,
        derived: Iterable[tuple[str, str, str]],
        evaluator: Evaluator,
        *,
        without: frozenset[ox.NamedNode] = frozenset(),
    ) -> Iterator[ox.Triple]:
        """Yield what is known of a case and not asserted in it.

        ``derived`` are the facts that rules added; ``without`` are classes to leave out.
        """
        asserted = set(case.triples)
        by_subject: dict[str, list[ox.Triple]] = {}
        for fact in derived:
            if fact[1] != TYPE.value:
                by_subject.setdefault(fact[0][1:-1], []).append(triple_of(*fact))
        rules = (triple for node in sorted(case.nodes) for triple in by_subject.get(node, ()))
        for triple in chain(rules, self.types(case, evaluator, without=without)):
            if triple not in asserted:
                yield triple
