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
    from netkg.asking import Answer
    from netkg.case import Case
    from netkg.checking import Checker
    from netkg.comparison import Comparison, compare
    from netkg.errors import (
        Contradiction,
        InputError,
        KnowledgeError,
        NetkgError,
        UnsupportedAxiom,
    )
    from netkg.loading import open_cases
    from netkg.plan import Engine
    from netkg.proof import Explanation, Proof
    from netkg.results import Action, Fact, Finding, Focus, Plan, Question, Recommendation

_HOMES = {
    **dict.fromkeys(("ask", "derive", "explain", "load_case", "validate", "whatif"), "netkg.api"),
    **dict.fromkeys(
        ("Contradiction", "InputError", "KnowledgeError", "NetkgError", "UnsupportedAxiom"),
        "netkg.errors",
    ),
    **dict.fromkeys(
        ("Action", "Fact", "Finding", "Focus", "Plan", "Question", "Recommendation"),
        "netkg.results",
    ),
    **dict.fromkeys(("Comparison", "compare"), "netkg.comparison"),
    **dict.fromkeys(("Explanation", "Proof"), "netkg.proof"),
    "Answer": "netkg.asking",
    "Case": "netkg.case",
    "Checker": "netkg.checking",
    "Engine": "netkg.plan",
    "open_cases": "netkg.loading",
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
