"""An independent checker of proofs: it shares no code with what evaluates and proves.

The checker shares with the writer of proofs the form of a proof (:mod:`netkg.proof.model`),
the readers of days and of query headers, the conversion of terms from pyoxigraph to
rdflib, and the data: the Turtle of the ontology,
the SPARQL of the rules, and the case as read. It parses the ontology with rdflib,
runs the rules with rdflib's SPARQL, reads the class expressions itself, and then
walks the proof: at each step it computes again what the step must be. Whatever
differs (a value, an operand, an interval, a section, a citation, one step too
many or too few) is reported as an :class:`~netkg.proof.check.walk.Objection`.
"""

from __future__ import annotations

from netkg.proof.check.checker import Checker
from netkg.proof.check.walk import Objection

__all__ = ["Checker", "Objection"]
