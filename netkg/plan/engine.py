"""Derive management plans: rules, validation, criteria, steps, gaps.

The order for every batch of cases: rules derive facts; criteria evaluate
populations and the conditions of findings; shapes validate the case with
these conditions; for the cases that conform, plan queries resolve supersession,
windows and status; gaps come last, since some of them ask for verdicts.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from itertools import chain
from pathlib import Path
from threading import Lock
from typing import Literal, cast

import pyoxigraph as ox

from netkg.case.days import Day, as_day
from netkg.case.finding import Findings
from netkg.case.model import Case
from netkg.namespaces import local_name
from netkg.ontology.compiler import Compiler
from netkg.ontology.criteria import Criterion
from netkg.ontology.files import Folders, chosen_folders
from netkg.ontology.guideline import Catalogue, Statement
from netkg.ontology.schema import Schema, netkg
from netkg.plan.assembly import EvaluatedCase, Reporter, foci
from netkg.plan.batches import batches
from netkg.plan.conditions import Conditions
from netkg.plan.model import Plan
from netkg.plan.steps import Resolved, StepResolver
from netkg.reasoning.day_numbers import temporal_facts
from netkg.reasoning.evaluator import Evaluator
from netkg.reasoning.facts import Facts
from netkg.reasoning.rules import RuleSet, StorePool, Workspace
from netkg.reasoning.types import Classifier
from netkg.reasoning.verdicts import FALSE, TRUE
from netkg.validation.validator import Validator

__all__ = ["Engine", "Examination", "default_engine"]

# Counts only: what a case says goes to no log.
_LOG = logging.getLogger(__name__)

Reasoner = Literal["compiled", "owlrl"]


@dataclass(frozen=True, slots=True)
class Examination:
    """One case, its plan, and what the plan was derived from.

    ``inferred`` are the triples that rules and criteria derived, including every class that
    the case and its records belong to; ``evaluator`` evaluates any criterion at any record.
    """

    case: Case
    plan: Plan
    inferred: tuple[ox.Triple, ...]
    evaluator: Evaluator


@dataclass(frozen=True, slots=True)
class _Batch:
    """Some cases with their findings about the record, and what these were derived from."""

    entries: list[EvaluatedCase]
    types: list[tuple[ox.Triple, ...]]
    facts: Facts
    evaluator: Evaluator
    workspace: Workspace


class Engine:
    """Derive and validate with one ontology, one set of shapes and of queries.

    Loading parses and compiles everything once, in about a tenth of a second.
    """

    def __init__(self, folders: Folders) -> None:
        self.folders = folders
        self.schema = Schema.load(folders.ontology)
        self.compiler = Compiler(self.schema)
        self.catalogue = Catalogue(self.schema, self.compiler)
        self.validator = Validator(self.schema, folders.shapes / "case")
        self._rules = RuleSet(folders.queries / "rules")
        self._resolver = StepResolver(RuleSet(folders.queries / "plan"), self.catalogue)
        self._conditions = Conditions(self.schema, self.compiler, self.validator.classes)
        self.reporter = Reporter(self.schema, self.compiler, self.catalogue)
        self._lock = Lock()
        strata = (
            ox.Quad(node, netkg("stratum"), ox.Literal(stratum))
            for node, stratum in self.catalogue.strata.items()
        )
        asked = (
            ox.Quad(action, netkg("askedForBy"), statement)
            for action, statement in self.catalogue.treatments
        )
        self._pool = StorePool([*self.schema.store, *strata, *asked])
        _LOG.info(
            "loaded %d triples: %d statements (%d with a verdict), %d gaps; %d rules",
            len(self.schema.store),
            len(self.catalogue.statements),
            len(self.catalogue.verdict_bearing),
            len(self.catalogue.gaps),
            len(self.rules),
        )

    @classmethod
    def load(
        cls,
        *,
        ontology: Path | None = None,
        shapes: Path | None = None,
        queries: Path | None = None,
    ) -> Engine:
        """Load an engine, with folders of the caller's own where they are given, and checked.

        Raises:
            KnowledgeError: if a folder has a fault.
        """
        if ontology or shapes:
            from netkg.validation.check import refuse_faults

            refuse_faults(ontology=ontology, shapes=shapes)
        return cls(chosen_folders(ontology=ontology, shapes=shapes, queries=queries))

    # -- public methods -----------------------------------------------------------
    def statements(self) -> tuple[Statement, ...]:
        """Return every statement of the guideline, in the order of the document."""
        return self.catalogue.statements

    def derive(self, case: Case, *, as_of: Day, reasoner: Reasoner = "compiled") -> Plan:
        """Derive the plan of one case."""
        return next(self.derive_all([case], as_of=as_of, reasoner=reasoner))

    def derive_all(
        self, cases: Iterable[Case], *, as_of: Day, reasoner: Reasoner = "compiled"
    ) -> Iterator[Plan]:
        """Derive the plans of many cases, in order, with one batch at a time in memory."""
        for _, plan in self.process(cases, as_of=as_of, reasoner=reasoner):
            yield plan

    def validate(self, case: Case, *, as_of: Day) -> Findings:
        """Return the findings on one case."""
        return next(self.validate_all([case], as_of=as_of))[1]

    def validate_all(self, cases: Iterable[Case], *, as_of: Day) -> Iterator[tuple[Case, Findings]]:
        """Yield many cases with their findings, in order, including those about the plan."""
        for case, plan in self.process(cases, as_of=as_of):
            yield (
                case,
                Findings(plan.findings, case=plan.case, as_of=plan.as_of, guideline=plan.guideline),
            )

    def process(
        self, cases: Iterable[Case], *, as_of: Day, reasoner: Reasoner = "compiled"
    ) -> Iterator[tuple[Case, Plan]]:
        """Derive the plans of many cases, each together with its case."""
        for examined in self._examine(cases, as_of, reasoner):
            yield examined.case, examined.plan

    def conditions(
        self, cases: Iterable[Case], *, as_of: Day
    ) -> Iterator[tuple[Case, tuple[ox.Triple, ...]]]:
        """Yield many cases, in order, with the types that shapes ask for, derived from each.

        Those that rest on a verdict are left out for an invalid case, which has none.
        """
        day = as_day(as_of)
        for batch in batches(cases):
            with self._lock, self._evaluated(batch, day) as found:
                answers = [
                    (entry.case, tuple(t for t in types if entry.conforms or not self._rests(t)))
                    for entry, types in zip(found.entries, found.types, strict=True)
                ]
            yield from answers

    def _rests(self, triple: ox.Triple) -> bool:
        return triple.object in self.validator.on_verdict

    def examine(self, case: Case, *, as_of: Day) -> Examination:
        """Derive the plan of one case, and keep what it was derived from."""
        return next(self.examine_all([case], as_of=as_of))

    def examine_all(self, cases: Iterable[Case], *, as_of: Day) -> Iterator[Examination]:
        """Derive the plans of many cases, in order, and keep what each was derived from."""
        return self._examine(cases, as_of, "compiled", keep=True)

    @property
    def rules(self) -> tuple[tuple[str, str], ...]:
        """The rules that derive facts, as pairs of name and SPARQL text, in their order."""
        return self._rules.queries

    @cached_property
    def _classifier(self) -> Classifier:
        return Classifier(self.compiler)

    @cached_property
    def words(self) -> dict[str, str]:
        """The labels, by local names, for proofs: what is searched for, and what rules derive."""
        derived = self.schema.instances(netkg("DerivedProperty"))
        return {
            **{local_name(iri): text for iri, text in self.reporter.words.items()},
            **{local_name(each.value): f"{self.schema.label(each)} derived" for each in derived},
        }

    @property
    def labels(self) -> dict[str, str]:
        """The labels of terms, gaps and sections, for readers."""
        return self.reporter.labels

    @property
    def closing_notice(self) -> str:
        """What closes every answer: version, state of review and disclaimer."""
        return self.catalogue.document.closing_notice

    # -- one batch -----------------------------------------------------------------
    def _examine(
        self, cases: Iterable[Case], as_of: Day, reasoner: Reasoner, *, keep: bool = False
    ) -> Iterator[Examination]:
        day = as_day(as_of)
        for batch in batches(cases):
            with self._lock:
                found = list(self._examine_batch(batch, day, reasoner, keep=keep))
            yield from found

    @contextmanager
    def _evaluated(self, cases: list[Case], as_of: date) -> Iterator[_Batch]:
        """Derive the facts of some cases, evaluate the conditions of shapes, and validate."""
        facts = Facts()
        with self._pool.workspace(facts) as workspace:
            for case in cases:
                facts.record(case.triples)
                workspace.add(case.triples)
                workspace.add(temporal_facts(case, as_of))
            workspace.run(self._rules.queries)
            evaluator = Evaluator(self.compiler, facts)
            types = [tuple(self._conditions.types(case, evaluator)) for case in cases]
            workspace.add(chain.from_iterable(types))
            found = self.validator.validate(cases, chain.from_iterable(types))
            entries = [EvaluatedCase(case, {}, found[case.node.value]) for case in cases]
            yield _Batch(entries, types, facts, evaluator, workspace)

    def _examine_batch(
        self, cases: list[Case], as_of: date, reasoner: Reasoner, *, keep: bool = False
    ) -> Iterator[Examination]:
        with self._evaluated(cases, as_of) as batch:
            evaluated, workspace, evaluator = batch.entries, batch.workspace, batch.evaluator
            sound = [entry for entry in evaluated if entry.conforms]
            _LOG.info("evaluated %d cases, %d of them conform", len(cases), len(sound))
            for entry in sound:
                entry.verdicts = self._verdicts(entry.case, evaluator)
            if reasoner == "owlrl" and sound:
                self._confirm_by_closure(sound, workspace)
            # The plan queries add more to the workspace, which is not inferred.
            derived = workspace.by_subject() if keep else {}
            states = self._resolver.resolve(
                [(entry.case, entry.verdicts) for entry in sound],
                {(t.subject.value, t.object.value) for own in batch.types for t in own},  # type: ignore[union-attr]
                workspace,
                as_of,
            )
            # Gaps ask for what the plan queries have added; populations do not.
            after = Evaluator(self.compiler, batch.facts)
            for entry in evaluated:
                state = states.get(entry.case.node.value, Resolved())
                plan = self.reporter.plan(entry, evaluator, after, state, as_of)
                inferred = self._inferred(entry, derived, after) if keep else ()
                yield Examination(entry.case, plan, inferred, after)

    def _inferred(
        self, entry: EvaluatedCase, derived: Mapping[str, Sequence[ox.Triple]], evaluator: Evaluator
    ) -> tuple[ox.Triple, ...]:
        # What the guideline asks for is decided only of a case that conforms.
        without = frozenset() if entry.conforms else self.catalogue.populations
        return tuple(self._classifier.inferred(entry.case, derived, evaluator, without=without))

    def _population(self, statement: Statement) -> ox.NamedNode:
        return cast(ox.NamedNode, self.schema.one(statement.node, netkg("appliesTo")))

    def _verdicts(self, case: Case, evaluator: Evaluator) -> dict[tuple[str, str], int]:
        return {
            (statement.id, node.value): evaluator.verdict(
                cast(Criterion, statement.population), node.value
            )
            for statement in self.catalogue.verdict_bearing
            for node in foci(statement.level, case)
        }

    def _confirm_by_closure(self, sound: list[EvaluatedCase], workspace: Workspace) -> None:
        """Replace what is applicable by what owlrl's closure entails."""
        # Few callers need owlrl, and it is slow to import.
        from netkg.reasoning.closure import entailed_types

        entailed = entailed_types(self.schema, workspace.triples)
        for entry in sound:
            for statement in self.catalogue.verdict_bearing:
                population = self._population(statement).value
                for node in foci(statement.level, entry.case):
                    key = (statement.id, node.value)
                    if (node.value, population) in entailed:
                        entry.verdicts[key] = TRUE
                    elif entry.verdicts[key] == TRUE:
                        entry.verdicts[key] = FALSE


@lru_cache(maxsize=1)
def default_engine() -> Engine:
    """Return the engine of the ontology that came with the package, loaded once."""
    return Engine.load()
