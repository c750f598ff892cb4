"""Prove the verdicts on a case, step by step down to what the case asserts."""

from __future__ import annotations

from netkg.case.model import Case
from netkg.errors import KnowledgeError
from netkg.ontology.guideline import Statement
from netkg.proof.model import ProofStep
from netkg.proof.terms import Terms, cited
from netkg.proof.writer import ProofWriter
from netkg.reasoning.evaluator import Evaluator

__all__ = ["Prover"]


class Prover:
    """Write proofs in the terms of one ontology (see :mod:`netkg.proof.model` for their form)."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms

    def prove(self, statement: Statement, case: Case, evaluator: Evaluator, node: str) -> ProofStep:
        """Prove the verdict of a statement at the case or a tumour with this IRI."""
        if statement.population is None:
            raise KnowledgeError("has no population and so no proof", term=statement.id)
        writer = ProofWriter(self._terms, case, evaluator)
        return writer.judgement(statement.population, node, cited(statement))
