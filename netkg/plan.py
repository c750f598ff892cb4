"""Derive management plans: rules, validation, criteria, steps, gaps.

The order for every batch of cases: rules make the facts plain; criteria judge
populations and the conditions of findings; shapes validate the case with
these conditions; for the cases that conform, plan queries settle supersession,
windows and status; gaps come last, since some of them ask for verdicts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from threading import Lock
from typing import Literal, cast

import pyoxigraph as ox

from netkg.because import Witness, search_words
from netkg.case import Case
from netkg.criteria import Compiler, Criterion
from netkg.days import parse_day
from netkg.facts import Facts
from netkg.guideline import Catalogue, Statement
from netkg.namespaces import NETKG, RDF, XSD
from netkg.resources import Folders, default_folders
from netkg.results import Finding, Focus, Plan, Question, Recommendation, Verdict
from netkg.rules import RuleSet, Workbench, Workspace
from netkg.schema import Schema, netkg
from netkg.steps import Stepper, StepState
from netkg.validation import Validator, arrange
from netkg.verdicts import FALSE, TRUE, UNKNOWN, Judge

__all__ = ["Engine"]

BATCH = 25
VERDICTS: dict[int, Verdict] = {TRUE: "applicable", FALSE: "not-applicable", UNKNOWN: "undetermined"}
TYPE = ox.NamedNode(RDF + "type")
Reasoner = Literal["compiled", "owlrl"]


@dataclass(slots=True)
class Judged:
    """Hold what is known of one case between the passes over a batch."""

    case: Case
    verdicts: dict[tuple[str, str], int]
    findings: tuple[Finding, ...] = ()

    @property
    def conforms(self) -> bool:
        return not any(finding.severity == "Violation" for finding in self.findings)


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
        self._stepper = Stepper(RuleSet(folders.queries / "plan"), self.catalogue)
        self._conditions = self._compile_conditions()
        self._words = search_words(self.schema)
        self._lock = Lock()
        strata = (
            ox.Quad(node, netkg("stratum"), ox.Literal(stratum))
            for node, stratum in self.catalogue.strata.items()
        )
        self._bench = Workbench([*self.schema.store, *strata])

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
            KnowledgeError: if a folder holds no usable ontology, shapes or queries.
        """
        given = default_folders()
        return cls(
            Folders(ontology or given.ontology, shapes or given.shapes, queries or given.queries)
        )

    def _compile_conditions(self) -> dict[str, list[tuple[ox.NamedNode, Criterion]]]:
        """Compile every class that a shape targets or that settles an action, by scope."""
        classes = set(self.validator.classes)
        for property_ in ("missingWhen", "alsoDoneWhen", "doneOnlyWhen"):
            for quad in self.schema.store.quads_for_pattern(None, netkg(property_), None):
                classes.add(cast(ox.NamedNode, quad.object))
        by_scope: dict[str, list[tuple[ox.NamedNode, Criterion]]] = {}
        for class_ in sorted(classes, key=lambda node: node.value):
            by_scope.setdefault(self.compiler.scope(class_), []).append(
                (class_, self.compiler.compile(class_))
            )
        return by_scope

    # -- the public ways in --------------------------------------------------------
    def statements(self) -> tuple[Statement, ...]:
        """Give every statement of the guideline, in its order."""
        return self.catalogue.statements

    def derive(self, case: Case, *, as_of: date, reasoner: Reasoner = "compiled") -> Plan:
        """Derive the plan of one case."""
        return next(self.derive_all([case], as_of=as_of, reasoner=reasoner))

    def derive_all(
        self, cases: Iterable[Case], *, as_of: date, reasoner: Reasoner = "compiled"
    ) -> Iterator[Plan]:
        """Derive the plans of many cases, in order, holding one batch in memory."""
        for _, plan in self.process(cases, as_of=as_of, reasoner=reasoner):
            yield plan

    def validate(self, case: Case, *, as_of: date) -> tuple[Finding, ...]:
        """Give the findings on one case."""
        return next(self.validate_all([case], as_of=as_of))[1]

    def validate_all(
        self, cases: Iterable[Case], *, as_of: date
    ) -> Iterator[tuple[Case, tuple[Finding, ...]]]:
        """Give the findings on many cases, in order, those about the plan included."""
        for case, plan in self.process(cases, as_of=as_of):
            yield case, plan.findings

    def process(
        self, cases: Iterable[Case], *, as_of: date, reasoner: Reasoner = "compiled"
    ) -> Iterator[tuple[Case, Plan]]:
        """Derive the plans of many cases, each together with its case."""
        for batch in batches(cases):
            with self._lock:
                plans = list(self._derive_batch(batch, as_of, reasoner))
            yield from zip(batch, plans, strict=True)

    # -- one batch -----------------------------------------------------------------
    def _derive_batch(self, cases: list[Case], as_of: date, reasoner: Reasoner) -> Iterator[Plan]:
        facts = Facts()
        with self._bench.workspace(facts) as workspace:
            for case in cases:
                facts.assert_(case.triples)
                workspace.add(case.triples)
                workspace.add(temporal_facts(case, as_of))
            workspace.run(self._rules.queries)
            judge = Judge(self.compiler, facts)
            judged = [Judged(case, {}) for case in cases]
            types = [t for entry in judged for t in self._condition_types(entry.case, judge)]
            workspace.add(types)
            found = self.validator.validate(cases, types)
            for entry in judged:
                entry.findings = found[entry.case.node.value]
            sound = [entry for entry in judged if entry.conforms]
            for entry in sound:
                entry.verdicts = self._verdicts(entry.case, judge)
            if reasoner == "owlrl" and sound:
                self._confirm_by_closure(sound, workspace)
            states = self._stepper.settle(
                [(entry.case, entry.verdicts) for entry in sound],
                {(t.subject.value, t.object.value) for t in types},  # type: ignore[union-attr]
                workspace,
                as_of,
            )
            judge = Judge(self.compiler, facts)
            for entry in judged:
                if entry.conforms:
                    yield self._plan(entry, judge, states[entry.case.node.value], as_of)
                else:
                    yield self._refusal(entry, as_of)

    def _condition_types(self, case: Case, judge: Judge) -> Iterator[ox.Triple]:
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
                    if any(c.value in _types(judge, iri) for c, _ in conditions)
                ]
            for node in nodes:
                for class_, criterion in conditions:
                    if judge.verdict(criterion, node.value) == TRUE:
                        yield ox.Triple(node, TYPE, class_)

    def _verdicts(self, case: Case, judge: Judge) -> dict[tuple[str, str], int]:
        return {
            (statement.id, node.value): judge.verdict(
                cast(Criterion, statement.population), node.value
            )
            for statement in self.catalogue.verdict_bearing
            for node in foci(statement, case)
        }

    def _confirm_by_closure(self, sound: list[Judged], workspace: Workspace) -> None:
        """Replace what is applicable by what owlrl's closure entails."""
        # owlrl is wanted by few callers and slow to import.
        from netkg.reasoning import entailed_types

        entailed = entailed_types(self.schema, workspace.triples)
        for entry in sound:
            for statement in self.catalogue.verdict_bearing:
                population = self.schema.text(statement.node, netkg("appliesTo"))
                for node in foci(statement, entry.case):
                    key = (statement.id, node.value)
                    if (node.value, population) in entailed:
                        entry.verdicts[key] = TRUE
                    elif entry.verdicts[key] == TRUE:
                        entry.verdicts[key] = FALSE

    # -- results -------------------------------------------------------------------
    def _plan(
        self, entry: Judged, judge: Judge, states: dict[tuple[str, str], StepState], as_of: date
    ) -> Plan:
        witness = Witness(entry.case, judge, self.compiler, self._words)
        rows = tuple(
            self._recommendation(statement, entry, judge, witness, states)
            for statement in self.catalogue.verdict_bearing
        )
        findings = arrange(entry.case, [*entry.findings, *challenges(rows)])
        return self._answer(entry, as_of, findings, rows, self._gaps(entry.case, judge))

    def _refusal(self, entry: Judged, as_of: date) -> Plan:
        return self._answer(entry, as_of, entry.findings, (), ())

    def _answer(
        self,
        entry: Judged,
        as_of: date,
        findings: tuple[Finding, ...],
        rows: tuple[Recommendation, ...],
        gaps: tuple[str, ...],
    ) -> Plan:
        return Plan(
            case=entry.case.id,
            as_of=as_of.isoformat(),
            guideline=self.catalogue.document,
            conforms=entry.conforms,
            findings=findings,
            recommendations=rows,
            gaps=gaps,
            next_questions=questions(rows),
            disclaimer=self.catalogue.disclaimer,
            labels=self.labels,
            descriptions={gap.id: gap.definition for gap in self.catalogue.gaps},
        )

    @property
    def labels(self) -> dict[str, str]:
        """Give the labels of event types, gaps and sections, for readers."""
        if not hasattr(self, "_labels"):
            labels = {name: self.schema.label(netkg(name)) for name in self.schema.event_types}
            labels |= {gap.id: gap.label for gap in self.catalogue.gaps}
            labels |= self.catalogue.section_labels
            self._labels = labels
        return self._labels

    def _recommendation(
        self,
        statement: Statement,
        entry: Judged,
        judge: Judge,
        witness: Witness,
        states: dict[tuple[str, str], StepState],
    ) -> Recommendation:
        population = cast(Criterion, statement.population)
        found = []
        for node in foci(statement, entry.case):
            verdict = entry.verdicts[statement.id, node.value]
            state = states.get((statement.id, node.value), StepState())
            found.append(
                Focus(
                    focus=entry.case.names[node.value],
                    verdict=VERDICTS[verdict],
                    status=state.status,
                    superseded_by=state.superseded_by,
                    challenged_by=state.challenged_by,
                    actions=state.actions,
                    because=witness.because(population, node.value) if verdict != UNKNOWN else (),
                    missing=judge.missing(population, node.value) if verdict == UNKNOWN else (),
                )
            )
        verdict = max((entry.verdicts[statement.id, n.value] for n in foci(statement, entry.case)), default=FALSE)
        statuses = [focus.status for focus in found if focus.status is not None]
        return Recommendation(
            id=statement.id,
            kind=statement.kind,
            level=cast(str, statement.level),
            label=statement.label,
            definition=statement.definition,
            section=statement.section,
            modality=statement.modality,
            citations=statement.citations,
            verdict=VERDICTS[verdict],
            status=min(statuses, key=lambda s: self.catalogue.pressing[s], default=None),
            missing=smallest(focus.missing for focus in found) if verdict == UNKNOWN else (),
            foci=tuple(found),
        )

    def _gaps(self, case: Case, judge: Judge) -> tuple[str, ...]:
        return tuple(
            gap.id
            for gap in self.catalogue.gaps
            if any(
                judge.verdict(gap.condition, node.value) == TRUE
                for node in ([case.node] if gap.level == "case" else case.tumors)
            )
        )


# -- small parts ---------------------------------------------------------------------
def batches(cases: Iterable[Case]) -> Iterator[list[Case]]:
    """Cut a stream of cases into batches in which no two share a node."""
    batch: list[Case] = []
    seen: set[str] = set()
    for case in cases:
        nodes = {case.node.value, *case.names, *case.records}
        if len(batch) == BATCH or nodes & seen:
            yield batch
            batch, seen = [], set()
        batch.append(case)
        seen |= nodes
    if batch:
        yield batch


def foci(statement: Statement, case: Case) -> tuple[ox.NamedNode, ...]:
    """Give the nodes at which a statement is judged."""
    return (cast(ox.NamedNode, case.node),) if statement.level == "case" else case.tumors


def temporal_facts(case: Case, as_of: date) -> Iterator[ox.Triple]:
    """Give the day of judgement, and every date as a day number."""
    yield ox.Triple(case.node, netkg("asOf"), ox.Literal(as_of.isoformat(), datatype=ox.NamedNode(XSD + "date")))
    yield ox.Triple(case.node, netkg("dayNumber"), ox.Literal(as_of.toordinal()))
    for triple in case.triples:
        name = triple.predicate.value.removeprefix(NETKG)
        if name in ("date", "deceasedDate") and isinstance(triple.object, ox.Literal):
            day = parse_day(triple.object.value)
            if day is not None and triple.object.datatype.value == XSD + "date":
                property_ = "dayNumber" if name == "date" else "deceasedDay"
                yield ox.Triple(triple.subject, netkg(property_), ox.Literal(day.toordinal()))


def smallest(sets: Iterable[tuple[tuple[str, ...], ...]]) -> tuple[tuple[str, ...], ...]:
    """Join lists of missing sets, keeping those that contain no other."""
    every = {paths for each in sets for paths in each}
    minimal = [p for p in every if not any(set(other) < set(p) for other in every)]
    return tuple(sorted(minimal, key=lambda paths: (len(paths), paths)))


def questions(rows: Iterable[Recommendation]) -> tuple[Question, ...]:
    """Rank the fields that alone decide undetermined statements."""
    decides: dict[str, list[str]] = {}
    for row in rows:
        for paths in row.missing:
            if len(paths) == 1:
                decides.setdefault(paths[0], []).append(row.id)
    ranked = sorted(decides.items(), key=lambda item: (-len(item[1]), item[0]))
    return tuple(Question(field, tuple(ids)) for field, ids in ranked)


def challenges(rows: tuple[Recommendation, ...]) -> Iterator[Finding]:
    """Tell of each applicable step that an undetermined statement may displace."""
    by_id = {row.id: row for row in rows}
    for row in rows:
        for focus in row.foci:
            for other in focus.challenged_by:
                missing = next(f.missing for f in by_id[other].foci if f.focus == focus.focus)
                field = missing[0][0] if missing else ""
                yield Finding(
                    "Info",
                    focus.focus,
                    field,
                    "nothing that decides it",
                    f"the value of {field}" if field else "a decision",
                    f"{other} is undetermined and would take the place of {row.id}."
                    f" Add {', '.join(missing[0]) if missing else 'what is missing'} to decide it.",
                    other,
                )


def _types(judge: Judge, iri: str) -> set[str]:
    return {value[1:-1] for value in judge.facts.values(iri, RDF + "type")}

