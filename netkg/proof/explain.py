"""Explain the verdict of a statement on a case: why, why not, and what is missing."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from netkg.errors import InputError, KnowledgeError
from netkg.ontology.guideline import Statement
from netkg.plan.assembly import foci
from netkg.plan.engine import Engine, Examination
from netkg.proof.model import Explanation, FocusExplained, Proof, ProofStep
from netkg.proof.terms import Terms, cited
from netkg.proof.writer import ProofWriter
from netkg.suggestions import closest, did_you_mean, listed

__all__ = ["explain", "find_statement", "prove"]

# The terms of an ontology are kept for as long as its engine is.
_TERMS: WeakKeyDictionary[Engine, Terms] = WeakKeyDictionary()


def prove(engine: Engine, examined: Examination, statement: Statement, node: str) -> ProofStep:
    """Prove the verdict of a statement at the case or a tumor with this IRI.

    Raises:
        KnowledgeError: if the statement has no population, and so no verdict.
    """
    if statement.population is None:
        raise KnowledgeError("has no population and so no proof", term=statement.id)
    if engine not in _TERMS:
        _TERMS[engine] = Terms(engine.schema, engine.compiler, engine.catalogue, engine.rules)
    writer = ProofWriter(_TERMS[engine], examined.case, examined.evaluator)
    return writer.evaluation(statement.population, node, cited(statement))


def find_statement(engine: Engine, id_: str) -> Statement:
    """Find a statement that carries a verdict.

    Raises:
        InputError: if no statement has this id, or it carries no verdict.
    """
    known = {statement.id: statement for statement in engine.statements()}
    bearing = [statement.id for statement in engine.catalogue.verdict_bearing]
    statement = known.get(id_)
    if statement is None:
        is_gap = any(each.id == id_ for each in engine.catalogue.gaps)
        hint = "" if is_gap else did_you_mean(closest(id_, known))
        raise InputError(
            f"{id_} is a gap of the guideline and has no proof"
            if is_gap
            else f"No statement has the id {id_}",
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
    engine: Engine, examined: Examination, statement: Statement, *, focus: str | None = None
) -> Explanation:
    """Explain a statement at the foci of an examined case, or at the one with this id.

    Raises:
        InputError: if the statement is not evaluated at such a focus.
    """
    plan, case = examined.plan, examined.case
    if not plan.conforms:
        return Explanation(plan, None, (), engine.words)
    row = next(row for row in plan.recommendations if row.id == statement.id)
    if focus is not None and focus not in [each.focus for each in row.foci]:
        raise InputError(
            f"{statement.id} is not evaluated at {focus!r}",
            expected=listed([each.focus for each in row.foci], "or"),
        )
    found = [
        FocusExplained(
            each,
            Proof(
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
                step=prove(engine, examined, statement, node.value),
            ),
        )
        for each, node in zip(row.foci, foci(statement, case), strict=True)
        if focus in (None, each.focus)
    ]
    return Explanation(plan, row, tuple(found), engine.words)
