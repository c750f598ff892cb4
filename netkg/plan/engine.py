"""Derive management plans: rules, validation, criteria, steps, gaps.

The order for every case: rules derive facts; criteria evaluate populations and the
conditions of findings; shapes validate the case with these conditions; if it conforms, plan
queries resolve supersession, windows and status; gaps come last, since some of them ask for
verdicts. The compiled program does this, or the engines that are its reference.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Literal, cast

import pyoxigraph as ox

from netkg.case.days import Day, as_day
from netkg.case.finding import Finding, Findings
from netkg.case.model import Case
from netkg.compiler.program import Program
from netkg.compiler.sources import Sources, source_key
from netkg.namespaces import local_name
from netkg.ontology.compiler import Compiler
from netkg.ontology.criteria import Criterion
from netkg.ontology.files import Folders, chosen_folders
from netkg.ontology.guideline import Catalogue, Statement
from netkg.ontology.schema import TYPE, Schema, netkg
from netkg.ontology.terms import triple_of
from netkg.plan.assembly import EvaluatedCase, Reporter, foci
from netkg.plan.backends import Backend, CompiledBackend, ReferenceBackend, Run
from netkg.plan.conditions import Conditions
from netkg.plan.model import Plan
from netkg.plan.steps import Resolved, StepResolver
from netkg.reasoning.day_numbers import temporal_facts
from netkg.reasoning.evaluator import Evaluator
from netkg.reasoning.facts import Facts
from netkg.reasoning.rules import RuleSet
from netkg.reasoning.types import Classifier
from netkg.reasoning.verdicts import FALSE, TRUE
from netkg.validation.validator import Validator

__all__ = ["BackendName", "Engine", "Examination", "default_engine"]

# Counts only: what a case says goes to no log.
_LOG = logging.getLogger(__name__)

Reasoner = Literal["compiled", "owlrl"]
BackendName = Literal["compiled", "sparql"]


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
class _Evaluated:
    """A case with its facts, the types that conditions give, and what evaluates criteria."""

    entry: EvaluatedCase
    types: tuple[ox.Triple, ...]
    facts: Facts
    evaluator: Evaluator


class Engine:
    """Derive and validate with one ontology, one set of shapes and of queries.

    Loading parses and compiles everything once. ``backend`` is what answers: the compiled
    program, or the queries and shapes as they are, by pyoxigraph and pySHACL (``sparql``).
    """

    def __init__(self, folders: Folders, *, backend: BackendName = "compiled") -> None:
        self.folders = folders
        self.schema = Schema.load(folders.ontology)
        key = source_key(folders, self.schema)
        self.compiler = Compiler(self.schema)
        self.catalogue = Catalogue(self.schema, self.compiler)
        self.validator = Validator(self.schema, folders.shapes / "case")
        self._rules = RuleSet(folders.queries / "rules")
        more = tuple(self.catalogue.triples)
        self.sources = Sources(folders, self.schema, self.compiler, self.validator, key, more)
        self._backend: Backend
        if backend == "sparql":
            knowledge = [quad.triple for quad in self.schema.store]
            knowledge += more
            plan = RuleSet(folders.queries / "plan")
            self._backend = ReferenceBackend(knowledge, self._rules, plan, self.validator)
        else:
            self._backend = CompiledBackend(Program.load(self.sources))
        self._resolver = StepResolver(self.catalogue)
        self._conditions = Conditions(self.schema, self.compiler, self.validator.classes)
        self.reporter = Reporter(self.schema, self.compiler, self.catalogue)
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
        backend: BackendName = "compiled",
    ) -> Engine:
        """Load an engine, with folders of the caller's own where they are given, and checked.

        Raises:
            KnowledgeError: if a folder has a fault.
        """
        if ontology or shapes:
            from netkg.validation.check import refuse_faults

            refuse_faults(ontology=ontology, shapes=shapes)
        folders = chosen_folders(ontology=ontology, shapes=shapes, queries=queries)
        return cls(folders, backend=backend)

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
        """Derive the plans of many cases, in order, with one case at a time in memory."""
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

    def findings(self, case: Case, types: Sequence[ox.Triple]) -> tuple[Finding, ...]:
        """Return what the shapes find in a case, given the types that conditions derive."""
        with self._backend.on(Facts()) as run:
            run.facts.record(case.triples)
            return self.validator.findings(case, run.shapes(case, types))

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
        for case in cases:
            with self._backend.on(Facts()) as run:
                found = self._evaluated(case, day, run)
            conforms = found.entry.conforms
            yield case, tuple(t for t in found.types if conforms or not self._rests(t))

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

    # -- one case ------------------------------------------------------------------
    def _examine(
        self, cases: Iterable[Case], as_of: Day, reasoner: Reasoner, *, keep: bool = False
    ) -> Iterator[Examination]:
        day = as_day(as_of)
        for case in cases:
            # The run ends first: another case may be examined before the next is asked for.
            with self._backend.on(Facts()) as run:
                found = self._examined(case, day, run, reasoner, keep=keep)
            yield found

    def _evaluated(self, case: Case, as_of: date, run: Run) -> _Evaluated:
        """Derive the facts of a case, evaluate the conditions of shapes, and validate."""
        facts = run.facts
        facts.record(case.triples)
        for fact in temporal_facts(case, as_of):
            facts.add(*fact)
        run.rules()
        evaluator = Evaluator(self.compiler, facts, run.criteria)
        types = tuple(self._conditions.types(case, evaluator))
        findings = self.validator.findings(case, run.shapes(case, types))
        return _Evaluated(EvaluatedCase(case, {}, findings), types, facts, evaluator)

    def _examined(
        self, case: Case, as_of: date, run: Run, reasoner: Reasoner, *, keep: bool
    ) -> Examination:
        found = self._evaluated(case, as_of, run)
        entry, facts, evaluator = found.entry, found.facts, found.evaluator
        # The plan queries add more, which is not inferred.
        derived = facts.log[len(facts.asserted) :] if keep else []
        after, resolved = evaluator, Resolved()
        if entry.conforms:
            entry.verdicts = self._verdicts(case, evaluator)
            if reasoner == "owlrl":
                self._confirm_by_closure(entry, facts)
            for triple in found.types:
                facts.add(str(triple.subject), TYPE.value, str(triple.object))
            types = {(t.subject.value, t.object.value) for t in found.types}  # type: ignore[union-attr]
            resolved = self._resolver.resolve(case, entry.verdicts, types, facts, run.plan, as_of)
            # Gaps ask for what the plan queries have added; populations do not.
            after = Evaluator(self.compiler, facts, run.criteria)
        word = "conforms" if entry.conforms else "does not conform"
        _LOG.info("evaluated a case, which %s: %d verdicts", word, len(entry.verdicts))
        plan = self.reporter.plan(entry, evaluator, after, resolved, as_of)
        inferred = self._inferred(entry, derived, after) if keep else ()
        return Examination(case, plan, inferred, after)

    def _inferred(
        self, entry: EvaluatedCase, derived: Sequence[tuple[str, str, str]], evaluator: Evaluator
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

    def _confirm_by_closure(self, entry: EvaluatedCase, facts: Facts) -> None:
        """Replace what is applicable by what owlrl's closure entails."""
        # Few callers need owlrl, and it is slow to import.
        from netkg.reasoning.closure import entailed_types

        entailed = entailed_types(self.schema, [triple_of(*fact) for fact in facts.log])
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
