"""Derive management plans for neuroendocrine tumours from a guideline as a graph.

A case goes in; what applies comes out, each step with its status, its proof
and its citation, and whatever cannot be decided says what is missing.

>>> from datetime import date
>>> import netkg
>>> case = netkg.load_case({"id": "c1", "tumors": [{"ki67Percent": 8}]})
>>> plan = netkg.derive(case, as_of=date(2026, 3, 31))
>>> plan.conforms, [row.id for row in plan.recommendations if row.status == "overdue"]
(True, [])

Decision support for education only, not a medical device.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

__all__ = [
    "Action",
    "Answer",
    "Case",
    "Checker",
    "Comparison",
    "Contradiction",
    "Engine",
    "Explanation",
    "Fact",
    "Finding",
    "Focus",
    "InputError",
    "KnowledgeError",
    "NetkgError",
    "Plan",
    "Proof",
    "Question",
    "Recommendation",
    "UnsupportedAxiom",
    "ask",
    "compare",
    "derive",
    "explain",
    "load_case",
    "open_cases",
    "validate",
    "whatif",
]

if TYPE_CHECKING:
    from netkg.api import ask, derive, explain, load_case, validate, whatif
    from netkg.case.finding import Finding
    from netkg.case.model import Case
    from netkg.case.reading import open_cases
    from netkg.comparison.model import Comparison
    from netkg.comparison.plans import compare
    from netkg.errors import Contradiction, InputError, KnowledgeError, NetkgError, UnsupportedAxiom
    from netkg.plan.engine import Engine
    from netkg.plan.model import Action, Focus, Plan, Question, Recommendation
    from netkg.proof.check.checker import Checker
    from netkg.proof.model import Explanation, Proof
    from netkg.query.answer import Answer
    from netkg.reasoning.fact import Fact

_HOMES = {
    **dict.fromkeys(("ask", "derive", "explain", "load_case", "validate", "whatif"), "netkg.api"),
    **dict.fromkeys(
        ("Contradiction", "InputError", "KnowledgeError", "NetkgError", "UnsupportedAxiom"),
        "netkg.errors",
    ),
    **dict.fromkeys(
        ("Action", "Fact", "Finding", "Focus", "Plan", "Question", "Recommendation"),
        "netkg.plan.model",
    ),
    **dict.fromkeys(("Comparison", "compare"), "netkg.comparison"),
    **dict.fromkeys(("Explanation", "Proof"), "netkg.proof.model"),
    "Answer": "netkg.query.ask",
    "Case": "netkg.case.model",
    "Checker": "netkg.proof.check",
    "Engine": "netkg.plan.engine",
    "open_cases": "netkg.case.reading",
}


def __getattr__(name: str) -> Any:
    # Importing the package costs nothing until a name is used (PEP 562).
    if name in _HOMES:
        value = getattr(import_module(_HOMES[name]), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module 'netkg' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
