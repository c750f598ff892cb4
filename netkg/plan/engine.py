"""Derive management plans: rules, validation, criteria, steps, gaps.

The order for every batch of cases: rules derive facts; criteria evaluate
populations and the conditions of findings; shapes validate the case with
these conditions; for the cases that conform, plan queries resolve supersession,
windows and status; gaps come last, since some of them ask for verdicts.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
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
from netkg.ontology.files import Folders, default_folders
from netkg.ontology.guideline import Catalogue, Statement
from netkg.ontology.schema import TYPE, Schema, netkg
from netkg.plan.assembly import EvaluatedCase, Reporter, foci
from netkg.plan.model import Plan
from netkg.plan.steps import Resolved, StepResolver
from netkg.reasoning.day_numbers import temporal_facts
from netkg.reasoning.evaluator import Evaluator
from netkg.reasoning.facts import Facts
from netkg.reasoning.rules import RuleSet, StorePool, Workspace
from netkg.reasoning.verdicts import FALSE, TRUE
from netkg.validation.validator import Validator

__all__ = ["Engine", "Examination", "default_engine"]

# Counts only: what a case says goes to no log.
_LOG = logging.getLogger(__name__)

Reasoner = Literal["compiled", "owlrl"]
# The properties whose values are classes that the plan queries ask for.
CONDITIONS = ("missingWhen", "alsoDoneWhen", "doneOnlyWhen", "whileIn", "concerningTumorIn")
# Each pass over a batch has a cost of its own, and long batches slow the queries down.
BATCH = 40


@dataclass(frozen=True, slots=True)
class Examination:
    """One case, its plan, and what the plan was derived from.

    ``inferred`` are the triples that rules and criteria derived, including the
    populations that the case and its tumors belong to; ``evaluator`` evaluates any
    criterion at any record of the case.
    """

    case: Case
    plan: Plan
    inferred: tuple[ox.Triple, ...]
    evaluator: Evaluator


class Engine:
    """Derive and validate with one ontology, one set of shapes and of queries.

    Loading parses and compiles everything once (about a tenth of a second);
    an engine can then answer any number of cases, one batch at a time.
    """

    def __init__(self, folders: Folders) -> None:
        self.folders = folders
        self.schema = Schema.load(folders.ontology)
        self.compiler = Compiler(self.schema)
        self.catalogue = Catalogue(self.schema, self.compiler)
        self.validator = Validator(self.schema, folders.shapes / "case")
        self._rules = RuleSet(folders.queries / "rules")
        self._resolver = StepResolver(RuleSet(folders.queries / "plan"), self.catalogue)
        self._conditions = self._compile_conditions()
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
        """Load an engine, with folders of the caller's own where they are given.

        Raises:
            KnowledgeError: if a folder contains no usable ontology, shapes or queries, or
                a fault; the constructor does not look for faults.
        """
        if ontology or shapes:
            # The folders of the package are checked by its tests.
            from netkg.validation.check import refuse_faults

            refuse_faults(ontology=ontology, shapes=shapes)
        given = default_folders()
        return cls(
            Folders(ontology or given.ontology, shapes or given.shapes, queries or given.queries)
        )

    def _compile_conditions(self) -> dict[str, list[tuple[ox.NamedNode, Criterion]]]:
        """Compile every class that a shape targets or that decides on an action, by scope."""
        classes = set(self.validator.classes)
        for property_ in CONDITIONS:
            for quad in self.schema.store.quads_for_pattern(None, netkg(property_), None):
                class_ = cast(ox.NamedNode, quad.object)
                if not self.schema.is_record(class_):
                    classes.add(class_)
        by_scope: dict[str, list[tuple[ox.NamedNode, Criterion]]] = {}
        for class_ in sorted(classes, key=lambda node: node.value):
            by_scope.setdefault(self.compiler.scope(class_), []).append(
                (class_, self.compiler.compile(class_))
            )
        return by_scope

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
        day = as_day(as_of)
        for batch in batches(cases):
            with self._lock:
                found = list(self._examine_batch(batch, day, reasoner))
            yield from ((examined.case, examined.plan) for examined in found)

    def examine(self, case: Case, *, as_of: Day) -> Examination:
        """Derive the plan of one case, and keep what it was derived from."""
        with self._lock:
            (found,) = self._examine_batch([case], as_day(as_of), "compiled", keep=True)
        return found

    @property
    def rules(self) -> tuple[tuple[str, str], ...]:
        """The rules that derive facts, as pairs of name and SPARQL text, in their order."""
        return self._rules.queries

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
    def _examine_batch(
        self, cases: list[Case], as_of: date, reasoner: Reasoner, *, keep: bool = False
    ) -> Iterator[Examination]:
        facts = Facts()
        with self._pool.workspace(facts) as workspace:
            for case in cases:
                facts.record(case.triples)
                workspace.add(case.triples)
                workspace.add(temporal_facts(case, as_of))
            workspace.run(self._rules.queries)
            evaluator = Evaluator(self.compiler, facts)
            evaluated = [EvaluatedCase(case, {}) for case in cases]
            types = [t for entry in evaluated for t in self._condition_types(entry.case, evaluator)]
            workspace.add(types)
            found = self.validator.validate(cases, types)
            for entry in evaluated:
                entry.findings = found[entry.case.node.value]
            sound = [entry for entry in evaluated if entry.conforms]
            _LOG.info("evaluated %d cases, %d of them conform", len(cases), len(sound))
            for entry in sound:
                entry.verdicts = self._verdicts(entry.case, evaluator)
            if reasoner == "owlrl" and sound:
                self._confirm_by_closure(sound, workspace)
            # Only examine() uses the triples, for one case; a batch mixes those of many.
            inferred = self._inferred(evaluated[0], workspace) if keep else ()
            states = self._resolver.resolve(
                [(entry.case, entry.verdicts) for entry in sound],
                {(t.subject.value, t.object.value) for t in types},  # type: ignore[union-attr]
                workspace,
                as_of,
            )
            # Gaps ask for what the plan queries have added; populations do not.
            after = Evaluator(self.compiler, facts)
            for entry in evaluated:
                state = states.get(entry.case.node.value, Resolved())
                plan = self.reporter.plan(entry, evaluator, after, state, as_of)
                yield Examination(entry.case, plan, inferred, after)

    def _inferred(self, entry: EvaluatedCase, workspace: Workspace) -> tuple[ox.Triple, ...]:
        asserted = set(entry.case.triples)
        populations = {s.id: self._population(s) for s in self.catalogue.verdict_bearing}
        return (
            *(triple for triple in workspace.triples if triple not in asserted),
            *(
                ox.Triple(ox.NamedNode(node), TYPE, populations[id_])
                for (id_, node), verdict in entry.verdicts.items()
                if verdict == TRUE
            ),
        )

    def _population(self, statement: Statement) -> ox.NamedNode:
        return cast(ox.NamedNode, self.schema.one(statement.node, netkg("appliesTo")))

    def _condition_types(self, case: Case, evaluator: Evaluator) -> Iterator[ox.Triple]:
        subjects: dict[str, Iterable[ox.NamedNode]] = {
            "Case": [cast(ox.NamedNode, case.node)],
            "Tumor": case.tumors,
            "Metastasis": case.metastases,
        }
        for scope, conditions in self._conditions.items():
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

    def _verdicts(self, case: Case, evaluator: Evaluator) -> dict[tuple[str, str], int]:
        return {
            (statement.id, node.value): evaluator.verdict(
                cast(Criterion, statement.population), node.value
            )
            for statement in self.catalogue.verdict_bearing
            for node in foci(statement, case)
        }

    def _confirm_by_closure(self, sound: list[EvaluatedCase], workspace: Workspace) -> None:
        """Replace what is applicable by what owlrl's closure entails."""
        # Few callers need owlrl, and it is slow to import.
        from netkg.reasoning.closure import entailed_types

        entailed = entailed_types(self.schema, workspace.triples)
        for entry in sound:
            for statement in self.catalogue.verdict_bearing:
                population = self._population(statement).value
                for node in foci(statement, entry.case):
                    key = (statement.id, node.value)
                    if (node.value, population) in entailed:
                        entry.verdicts[key] = TRUE
                    elif entry.verdicts[key] == TRUE:
                        entry.verdicts[key] = FALSE


def batches(cases: Iterable[Case]) -> Iterator[list[Case]]:
    """Yield batches of cases in which no two cases share a node."""
    batch: list[Case] = []
    seen: set[str] = set()
    for case in cases:
        nodes = case.nodes
        if len(batch) == BATCH or nodes & seen:
            yield batch
            batch, seen = [], set()
        batch.append(case)
        seen |= nodes
    if batch:
        yield batch


@lru_cache(maxsize=1)
def default_engine() -> Engine:
    """Return the engine of the ontology that came with the package, loaded once."""
    return Engine.load()
