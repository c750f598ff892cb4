"""What runs the rules, the plan queries and the shapes over the facts of a case.

The compiled program answers. The engines that it is compared with run the same sources as they
are: pyoxigraph the queries, pySHACL the shapes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Protocol

import pyoxigraph as ox

from netkg.case.finding import ShapeResult
from netkg.case.model import Case
from netkg.compiler.program import Program
from netkg.ontology.files import LAST
from netkg.reasoning.evaluator import Functions
from netkg.reasoning.facts import Facts
from netkg.reasoning.rules import QueryEngine, RuleSet, Workspace
from netkg.validation.validator import Validator

__all__ = ["Backend", "CompiledBackend", "ReferenceBackend", "Run"]


class Run(Protocol):
    """The run over the facts of one case, which has recorded its own."""

    @property
    def facts(self) -> Facts:
        """The facts, to which what is derived is added."""

    @property
    def criteria(self) -> Functions | None:
        """The compiled criteria; None to interpret them."""

    def rules(self) -> None:
        """Derive what the rules derive."""

    def plan(self, start: str, stop: str = LAST, **bound: int) -> None:
        """Run the plan queries with names from ``start`` up to, but not including, ``stop``."""

    def shapes(self, case: Case, types: Sequence[ox.Triple]) -> Sequence[ShapeResult]:
        """Return the results of the shapes, given the derived types of records."""


class Backend(Protocol):
    """What can run over the facts of a case."""

    def on(self, facts: Facts) -> AbstractContextManager[Run]:
        """Return a run, which must be closed."""


# -- the compiled program -----------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class _CompiledRun:
    program: Program
    facts: Facts

    @property
    def criteria(self) -> Functions:
        return self.program.criteria

    def rules(self) -> None:
        self.program.rules(self.facts)

    def plan(self, start: str, stop: str = LAST, **bound: int) -> None:
        self.program.plan(self.facts, start, stop, **bound)

    def shapes(self, _: Case, types: Sequence[ox.Triple]) -> Sequence[ShapeResult]:
        # Shapes are about what is asserted: a closed one refuses what rules derive.
        graph = Facts()
        for fact in self.facts.asserted:
            graph.add(*fact)
        for triple in types:
            graph.add(str(triple.subject), triple.predicate.value, str(triple.object))
        return self.program.shapes(graph)


class CompiledBackend:
    """The compiled program."""

    def __init__(self, program: Program) -> None:
        self._program = program

    def on(self, facts: Facts) -> AbstractContextManager[Run]:
        """Return a run; nothing of it needs to be closed."""
        return nullcontext(_CompiledRun(self._program, facts))


# -- the reference ------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class _ReferenceRun:
    facts: Facts
    workspace: Workspace
    backend: ReferenceBackend
    criteria: None = None

    def rules(self) -> None:
        self.workspace.run(self.backend.rules.queries)

    def plan(self, start: str, stop: str = LAST, **bound: int) -> None:
        self.workspace.run(self.backend.plan.named(start, stop), **bound)

    def shapes(self, case: Case, types: Sequence[ox.Triple]) -> Sequence[ShapeResult]:
        return self.backend.shapes.results([case], types)[0]


class ReferenceBackend:
    """The queries as they are, by pyoxigraph, and the shapes as they are, by pySHACL.

    ``knowledge`` are the triples of the ontology.
    """

    def __init__(
        self, knowledge: Iterable[ox.Triple], rules: RuleSet, plan: RuleSet, validator: Validator
    ) -> None:
        # pySHACL takes longer to import than a case to derive.
        from netkg.validation.reference import Reference

        self._engine = QueryEngine(knowledge)
        self.rules, self.plan = rules, plan
        self.shapes = Reference(validator.triples, validator.vocabulary)

    @contextmanager
    def on(self, facts: Facts) -> Iterator[Run]:
        """Lend a run, one at a time."""
        with self._engine.workspace(facts) as workspace:
            yield _ReferenceRun(facts, workspace, self)
