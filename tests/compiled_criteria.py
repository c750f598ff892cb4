"""The functions of all criteria of an ontology, defined from their text."""

from __future__ import annotations

from typing import Any

from netkg.compiler.criteria import functions_of, in_order, source_of
from netkg.ontology.compiler import Compiler
from netkg.reasoning.evaluator import Functions


def compiled(compiler: Compiler) -> Functions:
    """Return the functions of all criteria of an ontology."""
    ordered = in_order(compiler.criteria.values())
    namespace: dict[str, Any] = {}
    exec(source_of(ordered, compiler.openness.leaves_open), namespace)
    return functions_of(ordered, namespace)
