"""Explain the verdict of a statement on a case: why, why not, and what is missing."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from netkg.errors import InputError
from netkg.ontology.guideline import Statement
from netkg.plan.assembly import foci
from netkg.plan.engine import Engine, Examination
from netkg.proof.model import Explanation, FocusExplained, Proof
from netkg.proof.prover import Prover
from netkg.proof.terms import Terms
from netkg.suggestions import closest, did_you_mean

__all__ = ["explain", "find_statement", "prover_of"]

# What the prover reads of an ontology is kept for as long as its engine is.
_PROVERS: WeakKeyDictionary[Engine, Prover] = WeakKeyDictionary()


def prover_of(engine: Engine) -> Prover:
    """Return what writes proofs in the terms of an engine's ontology."""
    if engine not in _PROVERS:
        terms = Terms(engine.schema, engine.compiler, engine.catalogue, engine.rules)
        _PROVERS[engine] = Prover(terms)
    return _PROVERS[engine]


def find_statement(engine: Engine, id_: str) -> Statement:
    """Find a statement that carries a verdict.

    Raises:
        InputError: if there is none with this id, or it carries no verdict.
    """
    known = {statement.id: statement for statement in engine.statements()}
    bearing = [statement.id for statement in engine.catalogue.verdict_bearing]
    statement = known.get(id_)
    if statement is None:
        gap = any(each.id == id_ for each in engine.catalogue.gaps)
        hint = "" if gap else did_you_mean(closest(id_, known))
        problem = "names a gap of the guideline, not a statement" if gap else "names no statement"
        raise InputError(
            f"{id_} {problem}",
            expected=f"one of {', '.join(bearing)}" if not hint else "",
            hint=hint,
        )
    if statement.population is None:
        raise InputError(
            f"{id_} is of the kind {statement.kind} and carries no verdict to explain",
            expected="a recommendation, an alert, a precondition or a principle",
        )
    return statement


def explain(
    engine: Engine, examined: Examination, statement: Statement, *, focus: str | None = None
) -> Explanation:
    """Explain a statement at the foci of an examined case, or at the one with this id.

    Raises:
        InputError: if the statement is not judged at such a focus.
    """
    plan, case = examined.plan, examined.case
    if not plan.conforms:
        return Explanation(plan, None, (), engine.words)
    row = next(row for row in plan.recommendations if row.id == statement.id)
    if focus is not None and focus not in [each.focus for each in row.foci]:
        raise InputError(
            f"{statement.id} is not judged at {focus!r}",
            expected=f"one of {', '.join(each.focus for each in row.foci)}",
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
                step=prover_of(engine).prove(statement, case, examined.evaluator, node.value),
            ),
        )
        for each, node in zip(row.foci, foci(statement, case), strict=True)
        if focus in (None, each.focus)
    ]
    return Explanation(plan, row, tuple(found), engine.words)
