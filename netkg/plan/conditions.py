"""The classes of records that shapes and plan queries ask for, evaluated on a case."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, cast

import pyoxigraph as ox

from netkg.case.model import Case
from netkg.ontology.compiler import Compiler
from netkg.ontology.criteria import Criterion
from netkg.ontology.schema import TYPE, Schema, netkg
from netkg.reasoning.evaluator import Evaluator
from netkg.reasoning.verdicts import TRUE

__all__ = ["Conditions"]

# The properties whose values are classes that the plan queries ask for.
ASKED: Final = ("missingWhen", "alsoDoneWhen", "doneOnlyWhen", "whileIn", "concerningTumorIn")


class Conditions:
    """Every class that a shape targets or that decides on an action, compiled.

    ``by_scope`` are the classes, each with its criterion, by the class of their records.
    """

    def __init__(
        self, schema: Schema, compiler: Compiler, targeted: Iterable[ox.NamedNode]
    ) -> None:
        classes = set(targeted)
        for property_ in ASKED:
            for quad in schema.store.quads_for_pattern(None, netkg(property_), None):
                class_ = cast(ox.NamedNode, quad.object)
                if not schema.is_record(class_):
                    classes.add(class_)
        self.by_scope: dict[str, list[tuple[ox.NamedNode, Criterion]]] = {}
        for class_ in sorted(classes, key=lambda node: node.value):
            self.by_scope.setdefault(compiler.scope(class_), []).append(
                (class_, compiler.compile(class_))
            )

    def types(self, case: Case, evaluator: Evaluator) -> Iterator[ox.Triple]:
        """Yield the types that the records of a case have."""
        subjects: dict[str, Iterable[ox.NamedNode]] = {
            "Case": [cast(ox.NamedNode, case.node)],
            "Tumor": case.tumors,
            "Metastasis": case.metastases,
        }
        for scope, conditions in self.by_scope.items():
            nodes = subjects.get(scope)
            if nodes is None:
                nodes = [
                    ox.NamedNode(iri)
                    for iri in case.records
                    if any(str(c) in evaluator.facts.values(iri, TYPE.value) for c, _ in conditions)
                ]
            for node in nodes:
                for class_, criterion in conditions:
                    if evaluator.verdict(criterion, node.value) == TRUE:
                        yield ox.Triple(node, TYPE, class_)
