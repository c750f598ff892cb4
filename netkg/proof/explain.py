"""Explain the verdict of a statement on a case: why, why not, and what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from weakref import WeakKeyDictionary

import pyoxigraph as ox

from netkg.errors import InputError
from netkg.ontology.guideline import Gap, Statement
from netkg.plan.assembly import foci
from netkg.plan.engine import Engine, Examination
from netkg.plan.model import Recommendation
from netkg.plan.steps import StepState
from netkg.proof.explained import DefinedClass, Explained, criterion_of, kind_of
from netkg.proof.model import Explanation, FocusExplained, Proof, ProofStep
from netkg.proof.sentences import Sentences
from netkg.proof.terms import Terms, cited
from netkg.proof.writer import ProofWriter
from netkg.reasoning.reasons import EvidenceFinder
from netkg.reasoning.verdicts import FALSE
from netkg.suggestions import listed

__all__ = ["explain", "prove"]

# The terms of an ontology are kept for as long as its engine is.
_TERMS: WeakKeyDictionary[Engine, Terms] = WeakKeyDictionary()


def prove(engine: Engine, examined: Examination, explained: Explained, node: str) -> ProofStep:
    """Prove the verdict on the case or a tumor with this IRI.

    Raises:
        KnowledgeError: if a statement has no population, and so no verdict.
    """
    if engine not in _TERMS:
        _TERMS[engine] = Terms(engine.schema, engine.compiler, engine.catalogue, engine.rules)
    writer = ProofWriter(_TERMS[engine], examined.case, examined.evaluator)
    return writer.evaluation(criterion_of(explained), node, cited(explained))


def explain(
    engine: Engine, examined: Examination, explained: Explained, *, focus: str | None = None
) -> Explanation:
    """Explain what is asked for at the foci of an examined case, or at the one with this id.

    Raises:
        InputError: if it is not evaluated at such a focus.
    """
    plan, case = examined.plan, examined.case
    if not plan.conforms:
        return Explanation(plan, None, (), engine.words)
    criterion = criterion_of(explained)
    evidence = engine.reporter.evidence(case, examined.evaluator)
    nodes = foci(explained.level, case)
    if not isinstance(explained, Statement):
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
    explained: Gap | DefinedClass,
    nodes: Sequence[ox.NamedNode],
    evidence: EvidenceFinder,
) -> Recommendation:
    """Return a gap or a class as if it were a statement: whom it concerns, and why."""
    case, evaluator, reporter = examined.case, examined.evaluator, engine.reporter
    verdicts = [evaluator.verdict(explained.condition, node.value) for node in nodes]
    found = [
        reporter.focus(
            explained.condition,
            node.value,
            case,
            evidence,
            kind=kind_of(explained),
            verdict=verdict,
            state=StepState(),
        )
        for node, verdict in zip(nodes, verdicts, strict=True)
    ]
    return Recommendation(
        id=explained.id,
        kind=kind_of(explained),
        level=explained.level,
        label=explained.label,
        definition=explained.definition,
        section="",
        modality="none",
        citations=(),
        verdict=reporter.verdicts[max(verdicts, default=FALSE)],
        status=None,
        missing=(),
        foci=tuple(found),
    )
