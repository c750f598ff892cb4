"""Check proofs against a case and an ontology, by other means than those that made them.

The checker shares with the prover the form of a proof (:mod:`netkg.proof.model`),
the readers of days and of query headers, and the data: the Turtle of the ontology,
the SPARQL of the rules, and the case as read. It parses the ontology with rdflib,
runs the rules with rdflib's SPARQL, reads the class expressions itself, and then
goes through the proof: at each step it works out again what must be there. Whatever
differs, by a value, an operand, an interval, a section, a citation, or a step too
many or too few, is reported as an :class:`~netkg.proof.check.walk.Objection`.
"""

from __future__ import annotations

from netkg.proof.check.checker import Checker
from netkg.proof.check.walk import Objection

__all__ = ["Checker", "Objection"]
