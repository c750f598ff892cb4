"""Assemble the plan of a case from its verdicts, findings and steps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, cast

import pyoxigraph as ox

from netkg.case.finding import Finding, conforms
from netkg.case.model import Case
from netkg.ontology.compiler import Compiler
from netkg.ontology.criteria import Criterion
from netkg.ontology.guideline import Catalogue, Level, Statement
from netkg.ontology.labels import search_words
from netkg.ontology.ranges import range_bounds
from netkg.ontology.schema import Schema, netkg
from netkg.plan.dependencies import dependencies
from netkg.plan.model import (
    Focus,
    MissingSets,
    NearMiss,
    Plan,
    Question,
    Recommendation,
    Summary,
)
from netkg.plan.notices import Notices
from netkg.plan.overview import Overview
from netkg.plan.steps import Resolved, StepState
from netkg.plan.summary import SummaryWriter
from netkg.reasoning.evaluator import Evaluator
from netkg.reasoning.missing import Fillings
from netkg.reasoning.reasons import EvidenceFinder
from netkg.reasoning.verdicts import FALSE, INDIVIDUALS, TRUE, UNKNOWN, Verdict
from netkg.reasoning.wording import Wording
from netkg.validation.validator import arrange

__all__ = ["EvaluatedCase", "Reporter", "foci"]

_NO_STATE: Final = StepState()


@dataclass(slots=True)
class EvaluatedCase:
    """One case with its verdicts and findings, between the passes over a batch."""

    case: Case
    verdicts: dict[tuple[str, str], int]
    findings: tuple[Finding, ...] = ()

    @property
    def conforms(self) -> bool:
        """Whether the case has no violation."""
        return conforms(self.findings)


class Reporter:
    """Assemble the plans of evaluated cases, in the terms of one guideline."""

    def __init__(self, schema: Schema, compiler: Compiler, catalogue: Catalogue) -> None:
        self._compiler = compiler
        self._catalogue = catalogue
        self._fillings = Fillings(compiler.openness.leaves_open)
        self.words = search_words(schema)
        # Of terms, gaps and sections, for readers.
        self.labels = {
            **schema.labels,
            **{gap.id: gap.label for gap in catalogue.gaps},
            **catalogue.section_labels,
            **{f"{each.id}=statement": each.label for each in catalogue.statements},
            **{
                f"{field}=derived": label
                for field, label in compiler.openness.derived_labels.items()
            },
            **{
                f"{bound}=bounds": field
                for field, bounds in range_bounds(schema).items()
                for bound, _ in bounds
            },
        }
        words = Wording(self.labels)
        self._overview = Overview(schema, catalogue, words)
        self._summaries = SummaryWriter(schema, words)
        self._notices = Notices(schema, catalogue, words)
        self._concepts = {name: node.value for name, node in catalogue.concepts.items()}
        self.verdicts = {
            number: cast(Verdict, catalogue.names[netkg(name).value])
            for number, name in INDIVIDUALS.items()
        }

    def evidence(self, case: Case, evaluator: Evaluator) -> EvidenceFinder:
        """Return what finds the facts that the verdicts on a case rest on."""
        return EvidenceFinder(case, evaluator, self._compiler, self.words, self._fillings)

    def plan(
        self,
        entry: EvaluatedCase,
        evaluator: Evaluator,
        of_gaps: Evaluator,
        resolved: Resolved,
        as_of: date,
    ) -> Plan:
        """Return the plan of a case; for one that violates the shapes, its findings alone.

        ``of_gaps`` also knows what the plan queries have derived.
        """
        findings = entry.findings
        states = resolved.states
        rows: tuple[Recommendation, ...] = ()
        case, overview, day = entry.case, self._overview, as_of.isoformat()
        summary, near = Summary("", ()), tuple[NearMiss, ...]()
        gaps = self._gaps(entry.case, of_gaps) if entry.conforms else ()
        # Nothing is asked or reported about the plan of a patient who has died.
        closed = any(state.status == "closed" for state in states.values())
        if entry.conforms:
            evidence = self.evidence(entry.case, evaluator)
            rows = tuple(
                self._recommendation(statement, entry, evidence, states)
                for statement in self._catalogue.verdict_bearing
            )
            summary = self._summaries.summary(case, evaluator, evidence, day)
            if not closed:
                near = overview.near_misses(case, rows, evaluator, evidence)
                notices = self._notices.findings(
                    entry.case.id, rows, gaps, states, entry.case.names, resolved.treatments
                )
                findings = arrange(case, [*findings, *located(case, notices)])
        recorded = overview.events(case, evaluator, rows) if entry.conforms else ()
        return Plan(
            case=case.id,
            as_of=day,
            guideline=self._catalogue.document,
            conforms=entry.conforms,
            findings=case.with_lines(findings),
            recommendations=rows,
            gaps=gaps,
            next_questions=() if closed else questions(rows),
            summary=summary,
            treatments=tuple(e for _, e in recorded if overview.is_treatment(e.type)),
            orders=() if closed else overview.orders(rows, recorded, day),
            depends_on=() if closed else dependencies(rows),
            near_misses=near,
            disclaimer=self._catalogue.document.disclaimer,
            labels=self.labels,
            concepts=self._concepts,
            descriptions={gap.id: gap.definition for gap in self._catalogue.gaps},
            recorded=recorded,
            closed=closed,
        )

    def _recommendation(
        self,
        statement: Statement,
        entry: EvaluatedCase,
        evidence: EvidenceFinder,
        states: Mapping[tuple[str, str], StepState],
    ) -> Recommendation:
        population = cast(Criterion, statement.population)
        case, kind = entry.case, statement.kind
        found, verdict = [], FALSE
        for node in foci(statement.level, case):
            key = (statement.id, node.value)
            own, state = entry.verdicts[key], states.get(key, _NO_STATE)
            verdict = max(verdict, own)
            found.append(
                self.focus(
                    *(population, key[1], case, evidence),
                    kind=kind,
                    verdict=own,
                    state=state,
                )
            )
        statuses = sorted(
            [focus.status for focus in found if focus.status],
            key=lambda status: self._catalogue.pressing[status],
        )
        return Recommendation(
            id=statement.id,
            kind=statement.kind,
            level=statement.level,  # type: ignore[arg-type]
            label=statement.label,
            definition=statement.definition,
            section=statement.section,
            modality=statement.modality,
            citations=statement.citations,
            verdict=self.verdicts[verdict],
            status=statuses[0] if statuses else None,
            missing=smallest(focus.missing for focus in found) if verdict == UNKNOWN else (),
            foci=tuple(found),
            caveats=statement.caveats,
            reading_notes=statement.reading_notes,
            is_treatment=statement.is_treatment,
            evidence=statement.evidence,
            labels=self.labels,
        )

    def focus(
        self,
        criterion: Criterion,
        node: str,
        case: Case,
        evidence: EvidenceFinder,
        *,
        kind: str,
        verdict: int,
        state: StepState,
    ) -> Focus:
        """Return a verdict on a criterion at a record: its reasons, or what would decide it."""
        unknown = verdict == UNKNOWN
        return Focus(
            focus=case.names[node],
            verdict=self.verdicts[verdict],
            status=state.status,
            superseded_by=state.superseded_by,
            challenged_by=state.challenged_by,
            actions=state.actions,
            because=() if unknown else evidence.because(criterion, node),
            missing=evidence.missing(criterion, node) if unknown else (),
            kind=kind,
            labels=self.labels,
        )

    def _gaps(self, case: Case, evaluator: Evaluator) -> tuple[str, ...]:
        return tuple(
            gap.id
            for gap in self._catalogue.gaps
            if any(
                evaluator.verdict(gap.condition, node.value) == TRUE
                for node in foci(gap.level, case)
            )
        )


def foci(level: Level | None, case: Case) -> tuple[ox.NamedNode, ...]:
    """Return the nodes at which what has this level is evaluated."""
    return (cast(ox.NamedNode, case.node),) if level == "case" else case.tumors


def smallest(sets: Iterable[MissingSets]) -> MissingSets:
    """Merge lists of missing sets, and keep those that contain no other."""
    every = {paths for each in sets for paths in each}
    minimal = [p for p in every if not any(set(other) < set(p) for other in every)]
    return tuple(sorted(minimal, key=lambda paths: (len(paths), paths)))


def questions(rows: Iterable[Recommendation]) -> tuple[Question, ...]:
    """Return the fields that alone decide undetermined statements, most statements first."""
    decides: dict[str, list[str]] = {}
    for row in rows:
        for paths in row.missing:
            if len(paths) == 1:
                decides.setdefault(paths[0], []).append(row.id)
    ranked = sorted(decides.items(), key=lambda item: (-len(item[1]), item[0]))
    return tuple(Question(field, tuple(ids)) for field, ids in ranked)


def located(case: Case, notices: Iterable[Finding]) -> Iterator[Finding]:
    """Yield the findings about a plan with the places of the fields that they name."""
    # A tumor may have the id of its case.
    nodes = {name: node for node, name in reversed(list(case.names.items()))}
    for finding in notices:
        node = nodes.get(finding.focus, case.node.value)
        yield replace(finding, pointer=case.pointer(node, finding.field))
