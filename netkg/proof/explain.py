"""Explain the verdict of a statement on a case: why, why not, and what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from weakref import WeakKeyDictionary

import pyoxigraph as ox

from netkg.errors import InputError, KnowledgeError
from netkg.ontology.criteria import Criterion
from netkg.ontology.guideline import Gap, Statement
from netkg.plan.assembly import foci
from netkg.plan.engine import Engine, Examination
from netkg.plan.model import Recommendation
from netkg.plan.steps import StepState
from netkg.proof.model import Explanation, FocusExplained, Proof, ProofStep
from netkg.proof.sentences import Sentences
from netkg.proof.terms import Terms, cited
from netkg.proof.writer import ProofWriter
from netkg.reasoning.reasons import EvidenceFinder
from netkg.reasoning.verdicts import FALSE
from netkg.suggestions import closest, did_you_mean, listed

__all__ = ["explain", "find_explained", "find_statement", "prove"]

# The terms of an ontology are kept for as long as its engine is.
_TERMS: WeakKeyDictionary[Engine, Terms] = WeakKeyDictionary()


def prove(
    engine: Engine, examined: Examination, explained: Statement | Gap, node: str
) -> ProofStep:
    """Prove the verdict of a statement or a gap at the case or a tumor with this IRI.

    Raises:
        KnowledgeError: if a statement has no population, and so no verdict.
    """
    if engine not in _TERMS:
        _TERMS[engine] = Terms(engine.schema, engine.compiler, engine.catalogue, engine.rules)
    writer = ProofWriter(_TERMS[engine], examined.case, examined.evaluator)
    return writer.evaluation(_criterion(explained), node, cited(explained))


def _criterion(explained: Statement | Gap) -> Criterion:
    if isinstance(explained, Gap):
        return explained.condition
    if explained.population is None:
        raise KnowledgeError("has no population and so no proof", term=explained.id)
    return explained.population


def find_explained(engine: Engine, id_: str) -> Statement | Gap:
    """Find a statement that carries a verdict, or a gap of the guideline.

    Raises:
        InputError: if no statement and no gap has this id, or it carries no verdict.
    """
    gap = next((each for each in engine.catalogue.gaps if each.id == id_), None)
    return gap or find_statement(engine, id_)


def find_statement(engine: Engine, id_: str) -> Statement:
    """Find a statement that carries a verdict.

    Raises:
        InputError: if no statement has this id, or it carries no verdict.
    """
    known = {statement.id: statement for statement in engine.statements()}
    bearing = [statement.id for statement in engine.catalogue.verdict_bearing]
    statement = known.get(id_)
    if statement is None:
        hint = did_you_mean(closest(id_, [*known, *(gap.id for gap in engine.catalogue.gaps)]))
        raise InputError(
            f"No statement has the id {id_}",
            expected="" if hint else f"one of {', '.join(bearing)}",
            hint=hint,
        )
    if statement.population is None:
        raise InputError(
            f"{id_} has no verdict: it is a statement of the kind {statement.kind}",
            expected="a recommendation, an alert, a precondition or a principle",
        )
    return statement


def explain(
    engine: Engine, examined: Examination, explained: Statement | Gap, *, focus: str | None = None
) -> Explanation:
    """Explain a statement or a gap at the foci of an examined case, or at the one with this id.

    Raises:
        InputError: if it is not evaluated at such a focus.
    """
    plan, case = examined.plan, examined.case
    if not plan.conforms:
        return Explanation(plan, None, (), engine.words)
    criterion, evidence = _criterion(explained), engine.reporter.evidence(case, examined.evaluator)
    nodes = foci(explained, case)
    if isinstance(explained, Gap):
        row = _as_row(engine, examined, explained, nodes, evidence)
    else:
        row = next(row for row in plan.recommendations if row.id == explained.id)
    if focus is not None and focus not in [each.focus for each in row.foci]:
        raise InputError(
            f"{explained.id} is not evaluated at {focus!r}",
            expected=listed([each.focus for each in row.foci], "or"),
        )
    sentences = Sentences(engine.schema, plan)
    found = []
    for each, node in zip(row.foci, nodes, strict=True):
        if focus not in (None, each.focus):
            continue
        fails = each.verdict == "not-applicable"
        failing = evidence.failing(criterion, node.value) if fails else None
        proof = Proof(
            case=plan.case,
            as_of=plan.as_of,
            guideline=plan.guideline,
            statement=row.id,
            label=row.label,
            section=row.section,
            modality=row.modality,
            citations=row.citations,
            focus=each.focus,
            verdict=each.verdict,
            step=prove(engine, examined, explained, node.value),
        )
        found.append(FocusExplained(each, sentences.verdict(row, each, failing), proof))
    return Explanation(plan, row, tuple(found), engine.words)


def _as_row(
    engine: Engine,
    examined: Examination,
    gap: Gap,
    nodes: Sequence[ox.NamedNode],
    evidence: EvidenceFinder,
) -> Recommendation:
    """Return a gap as if it were a statement: whom it concerns, and why."""
    case, evaluator, reporter = examined.case, examined.evaluator, engine.reporter
    verdicts = [evaluator.verdict(gap.condition, node.value) for node in nodes]
    found = [
        reporter.focus(
            gap.condition,
            node.value,
            case,
            evaluator,
            evidence,
            verdict=verdict,
            state=StepState(),
        )
        for node, verdict in zip(nodes, verdicts, strict=True)
    ]
    return Recommendation(
        id=gap.id,
        kind="gap",
        level=gap.level,
        label=gap.label,
        definition=gap.definition,
        section="",
        modality="none",
        citations=(),
        verdict=reporter.verdicts[max(verdicts, default=FALSE)],
        status=None,
        missing=(),
        foci=tuple(found),
    )
